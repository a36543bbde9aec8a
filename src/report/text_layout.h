/*
 * The report as a list of parts, and its pages as text: UTF-8, LF, form feeds between pages, 80
 * columns by display width.
 *
 * A document is a list of statements. Each has one number, however many lines it takes, so that
 * both languages and all forms (text, HTML), written by the same calls, have the same numbers.
 * Whatever a statement says about evidence comes in as an argument and passes through
 * ac_text_safe(); the sentence itself is a message id.
 *
 * Memory failure is sticky and comes out of ac_doc_print(). Private to src/report/.
 */
#ifndef AC_REPORT_TEXT_LAYOUT_H
#define AC_REPORT_TEXT_LAYOUT_H

#include "report/report.h"

#define AC_DOC_COLUMNS 80
#define AC_DOC_LINES 60 /* of a page, its header included */
#define AC_DOC_MARGIN 6 /* five digits and a space */
#define AC_DOC_NUMBER 24

enum ac_doc_kind {
    AC_DOC_STATEMENT,
    AC_DOC_HEADING,
    AC_DOC_MARK,  /* a line as it is */
    AC_DOC_GAP,   /* an empty line */
    AC_DOC_BREAK, /* what follows begins a new page */
};

struct ac_doc_part {
    enum ac_doc_kind kind;
    unsigned number;       /* of a statement */
    unsigned indent, hang; /* of a statement: columns, and more of them from the second line on */
    unsigned level;        /* of a heading: 0 title, 1 section, 2 part of one */
    bool solid;            /* stands on a page of its own with its like, however long it becomes */
    char *text;            /* Owned; safe; NULL for gaps and breaks */
    char *anchor;          /* Owned: what begins here, "F-001", "R-000001"; NULL: nothing */
};

struct ac_doc {
    const char *language;      /* Borrowed: "en" or "ja" */
    unsigned statements;       /* the last number given */
    struct ac_doc_part *parts; /* Owned */
    size_t n, cap;
    char *anchor; /* Owned: for the part that comes next */
    bool solid;   /* parts go to a page of their own */
    bool failed;
};

void ac_doc_free(struct ac_doc *d);

/* The translation of a message id. Borrowed: static. */
const char *ac_doc_word(const struct ac_doc *d, const char *msgid);
/* "123" in buf; returns buf. */
const char *ac_doc_number(char buf[AC_DOC_NUMBER], uint64_t n);

/* One statement; arguments (texts, NULL-terminated) take the places %1$s ... of the message. Its
 * number. */
unsigned ac_doc_say(struct ac_doc *d, unsigned indent, const char *msgid, ...)
    __attribute__((sentinel));
unsigned ac_doc_sentence(struct ac_doc *d, unsigned indent, const struct ac_sentence *s);
/* One statement "label: value"; the label is a message id, the value any text. */
unsigned ac_doc_row(struct ac_doc *d, unsigned indent, const char *label, const char *value);
/* One statement of text that is finished and safe already; further lines are indented by `hang`
 * more. */
unsigned ac_doc_text(struct ac_doc *d, unsigned indent, unsigned hang, struct ac_str safe);

/* Frees a buffer that went into the document; if memory failed in it, the document has failed. */
void ac_doc_release(struct ac_doc *d, struct ac_buf *b);

/* What the next statement or heading is the begin of. */
void ac_doc_anchor(struct ac_doc *d, const char *name);

/* Lines without a number. Level 0: title, 1: section, 2: part of one. */
void ac_doc_heading(struct ac_doc *d, unsigned level, const char *msgid, ...)
    __attribute__((sentinel));
void ac_doc_mark(struct ac_doc *d, const char *msgid);
void ac_doc_gap(struct ac_doc *d);        /* an empty line, none at the top of a page */
void ac_doc_break_page(struct ac_doc *d); /* what follows begins a new page */

/* text_pages.c: all pages. `title` stands at the left of each page's head, cut if it is too long; it need not be
 * safe. */
enum ac_rc ac_doc_print(const struct ac_doc *d, const char *title, struct ac_buf *out,
                        struct ac_err *err);

#endif
