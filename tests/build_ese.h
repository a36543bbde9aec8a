/*
 * ESE databases with pages of 16 or 4 KiB for tests, from libyal/libesedb's documentation: a
 * catalog and tables of the columns Id (a GUID) and Blob (large binary data), each in one page.
 * Long blobs stand in a tree of long values, in pieces.
 */
#ifndef AC_TESTS_BUILD_ESE_H
#define AC_TESTS_BUILD_ESE_H

#include "fixture.h"

#define FX_ESE_PAGE 16384

struct fx_ese_row {
    const char *id; /* 16 bytes */
    struct ac_view blob;
    bool apart; /* as a long value */
};

struct fx_ese_table {
    const char *name;
    const struct fx_ese_row *rows;
    size_t n;
};

void fx_ese(struct ac_buf *out, const struct fx_ese_table *tables, size_t n, bool clean);
void fx_ese_small(struct ac_buf *out, const struct fx_ese_table *tables, size_t n); /* 4 KiB */
/* Tables of any columns: rows as they are stored, whole. Catalog and every table have one page of
 * 16 KiB. */
struct fx_ese_column {
    const char *name;
    unsigned id, type, bytes;
};

struct fx_ese_raw {
    const char *name;
    const struct fx_ese_column *columns;
    size_t n_columns;
    const struct ac_buf *rows;
    size_t n;
    size_t first_deleted; /* rows from this one on are deleted (pages of 16 KiB) */
};
void fx_ese_raw(struct ac_buf *out, const struct fx_ese_raw *tables, size_t n, bool clean);
void fx_ese_raw_small(struct ac_buf *out, const struct fx_ese_raw *tables, size_t n); /* 4 KiB */
/* Where page `number` begins in it. */
#define FX_ESE_AT(number) (((size_t)(number) + 1) * FX_ESE_PAGE)
#define FX_ESE_FIRST 5 /* the page of the first table; the next ones follow */

#endif
