/*
 * Redaction: names of people, machines and places in finished documents are replaced by labels, [REDACTED-1] ..., the same
 * label for the same name everywhere. Numbers of statements, findings and records stay, and so do lines and rows.
 *
 * A name is found whatever the case of its letters, with / for \ and the other way round, parted by the end of a line or
 * page of a text report, shortened with "...", escaped as the format of the document wants, quoted for a shell, as the name
 * of a file in a recipe, with \u{...} for characters that are not to be seen, and as bytes in hexadecimal (UTF-16,
 * little-endian, and UTF-8). Names of one or two letters, or of one ideograph, are only found as whole words.
 */
#ifndef AC_REPORT_REDACT_H
#define AC_REPORT_REDACT_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>

#define AC_REDACT_LABEL "[REDACTED-%zu]"

struct ac_redact_name;

/* Names by the last eight bits of what they begin with. */
struct ac_redact_index {
    struct ac_redact_name **items[256]; /* Owned; longest first */
    size_t n[256], cap[256];
};

struct ac_redact {                 /* starts as {0}; Owned: ac_redact_free() */
    struct ac_redact_name **items; /* longest first, so that a part of a name does not win */
    size_t n, cap;
    struct ac_redact_index by_text, by_units, by_bytes; /* made by _ready() */
    struct ac_redact_name **order; /* as they were added: the label is the index + 1 */
};

/* Adds a name (UTF-8). One that differs from another in case only is passed over. `reason` may be "". AC_USAGE: it
 * cannot be redacted (one letter, or no text); AC_LIMIT. */
enum ac_rc ac_redact_add(struct ac_redact *r, struct ac_str name, struct ac_str reason,
                         struct ac_err *err);
enum ac_rc ac_redact_ready(struct ac_redact *r, struct ac_err *err);
void ac_redact_free(struct ac_redact *r);

/* Of the label with that index: how often it was put, and why. */
size_t ac_redact_count(const struct ac_redact *r, size_t label);
const char *ac_redact_reason(const struct ac_redact *r, size_t label);

/* ---- one piece of text, as characters with the bytes that they stand for in it */

#define AC_REDACT_BREAK 0xFFFFFFFEU   /* end of a line: nothing, or a blank */
#define AC_REDACT_BARRIER 0xFFFFFFFFU /* no name goes over it */

struct ac_redact_cell {
    unsigned c;
    size_t off, end;
};
struct ac_redact_cells { /* starts as {0}; Owned: ac_redact_cells_free() */
    struct ac_redact_cell *items;
    size_t n, cap;
    bool failed;
};
void ac_redact_cell_add(struct ac_redact_cells *cells, unsigned c, size_t off, size_t end);
/* Characters of plain UTF-8 in raw[from, to). Bytes that are no UTF-8 are barriers. */
void ac_redact_cells_utf8(struct ac_redact_cells *cells, struct ac_str raw, size_t from, size_t to);
void ac_redact_cells_free(struct ac_redact_cells *cells);

/* Appends raw[from, to) with labels in the place of names in the cells; how many. out NULL: only counts what
 * is no part of a label. */
size_t ac_redact_piece(const struct ac_redact *r, const struct ac_redact_cells *cells,
                       struct ac_str raw, size_t from, size_t to, struct ac_buf *out);

/* ---- documents; each returns the number of labels put, SIZE_MAX: no memory */

size_t ac_redact_report(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out);
size_t ac_redact_html(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out);
size_t ac_redact_lines(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out);
/* In place, all texts but those of members with closed values or digests. */
size_t ac_redact_json(const struct ac_redact *r, json_t *value);

#endif
