/*
 * report.html: one file that needs nothing else, in both languages, readable without scripts.
 *
 * It is well-formed XML. Everything that is written as text goes through ac_html_text(), which passes it through
 * ac_text_safe() and escapes what means something in HTML; tags and attributes are literals of ours. The content
 * security policy allows the one style sheet and the one script of the file by their digests, and nothing else.
 *
 * The statements are those of the text reports, with their numbers (struct ac_text, written once for each language);
 * tables, drawings and panels are written once, each word of ours in both languages. Private to src/report/.
 */
#ifndef AC_REPORT_HTML_H
#define AC_REPORT_HTML_H

#include "report/finding_index.h"
#include "report/text_parts.h"

#define AC_HTML_LANGUAGES 2

struct ac_timeline;

/* The records that have a row in one of the tables. */
enum ac_html_table { AC_TABLE_AUTOSTARTS, AC_TABLE_TASKS, AC_TABLE_EXECUTIONS, AC_HTML_TABLES };
struct ac_html_rows {
    const struct ac_record **items; /* array Owned */
    size_t n, cap, total;           /* total: with those that are only counted */
};

struct ac_html {
    const struct ac_report_input *in;
    const struct ac_assessment *a;
    struct ac_text text[AC_HTML_LANGUAGES];   /* Owned: en, ja; all sections are written */
    struct ac_set anchors[AC_HTML_LANGUAGES]; /* Owned: anchor -> index of the first part with it */
    struct ac_html_rows tables[AC_HTML_TABLES];
    struct ac_set rows;            /* Owned: ids of records that have a row in a table */
    struct ac_finding_index index; /* Owned */
    struct ac_buf *out;            /* Borrowed; memory failure stays in it */
};

/* ---- html_write.c: text and links */

/* Text of any origin, safe and escaped; fit for the content of elements and for quoted attributes. */
void ac_html_text(struct ac_html *h, struct ac_str text);
void ac_html_textz(struct ac_html *h, const char *text);
/* Markup of ours, as it is. */
void ac_html_raw(struct ac_html *h, const char *markup);
void ac_html_number(struct ac_html *h, uint64_t n);
/* A time with minutes ("2021-01-05 08:30") or, if `days`, without. */
void ac_html_short_time(struct ac_html *h, uint64_t ticks, bool days);
/* The message with its arguments (texts, NULL-terminated) in both languages, of which one is shown. */
void ac_html_say(struct ac_html *h, const char *msgid, ...) __attribute__((sentinel));
/* The two texts, once if they are the same. */
void ac_html_pair(struct ac_html *h, struct ac_str en, struct ac_str ja);
/* Text in which "F-001", "R-000123" that stand alone lead to where they are described; language 0 or 1. */
void ac_html_linked(struct ac_html *h, unsigned language, struct ac_str text);
/* The same with both languages. */
void ac_html_pair_linked(struct ac_html *h, struct ac_str en, struct ac_str ja);
/* Name of an anchor of ours or of a family, fit for an id. */
void ac_html_id(struct ac_html *h, const char *name);
/* The part of the report at that anchor; NULL: there is none. */
const struct ac_doc_part *ac_html_part(const struct ac_html *h, unsigned language,
                                       const char *anchor);

/* ---- the parts of the file, in their order */
void ac_html_head(struct ac_html *h, const char *style, const char *script); /* html_head.c */
void ac_html_summary(struct ac_html *h);                                     /* html_summary.c */
void ac_html_timeline(struct ac_html *h, const struct ac_timeline *t);       /* html_timeline.c */
void ac_html_users(struct ac_html *h);                                       /* html_users.c */
/* html_tables.c: the rows are chosen (for links to them) before anything is written. AC_OK or AC_NOMEM. */
enum ac_rc ac_html_choose_rows(struct ac_html *h);
void ac_html_tables(struct ac_html *h);
void ac_html_report(struct ac_html *h); /* html_report.c: R0 to R10 in both languages */

/* html_style.c */
const char *ac_html_style(void);
const char *ac_html_script(void);

#endif
