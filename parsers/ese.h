/*
 * Tables of an ESE database that lies in memory (libyal/libesedb, "Extensible Storage Engine (ESE)
 * Database File (EDB) format"). Reads databases of Windows Vista and later; of tagged columns
 * single values that are not compressed. Transaction logs are not read.
 *
 * An own reader and not libesedb: libesedb and libewf of Debian both export the symbols of the
 * small libraries that they contain, in different versions, so that in one process one of them runs
 * with the other's.
 */
#ifndef AC_PARSERS_ESE_H
#define AC_PARSERS_ESE_H

#include "parser.h"

#include "base/buf.h"
#include "base/bytes.h"

struct ac_ese;
struct ac_ese_table;

bool ac_ese_is(struct ac_view bytes);
/* Was it closed properly? If not, its newest changes may stand in transaction logs only. */
bool ac_ese_is_clean(struct ac_view bytes);

/* `bytes` and `budget` must outlive it. Owned: ac_ese_close(). */
enum ac_rc ac_ese_open(struct ac_view bytes, struct ac_budget *budget, struct ac_ese **ret,
                       struct ac_err *err);
void ac_ese_close(struct ac_ese *e); /* NULL is fine */
/* Is the last page of the file cut? */
bool ac_ese_is_cut(const struct ac_ese *e);

/* AC_NOT_FOUND if there is no table of that name. Owned: ac_ese_table_close(), before the database.
 * A damaged tree still gives the rows that were found: AC_CORRUPT, with *ret set. */
enum ac_rc ac_ese_table_open(struct ac_ese *e, const char *name, struct ac_ese_table **ret,
                             struct ac_err *err);
void ac_ese_table_close(struct ac_ese_table *t); /* NULL is fine */
size_t ac_ese_table_rows(const struct ac_ese_table *t);

/* Byte in the file where row i begins, and whether it is deleted and only not yet overwritten. */
uint64_t ac_ese_row_offset(const struct ac_ese_table *t, size_t i);
bool ac_ese_row_is_deleted(const struct ac_ese_table *t, size_t i);
/* Row i's value in a column, as stored; longer ones than `most` are AC_LIMIT. AC_NOT_FOUND if the
 * table has no such column or the row no value there. */
enum ac_rc ac_ese_value(struct ac_ese_table *t, size_t i, const char *column, size_t most,
                        struct ac_buf *out, struct ac_err *err);

/* The same for tables with many rows: the column is looked up once. False: there is no such
 * column. */
struct ac_ese_column {
    uint32_t id, bytes;
    size_t at; /* fixed size: where it stands in a row */
};
bool ac_ese_column_find(const struct ac_ese_table *t, const char *name, struct ac_ese_column *ret);
enum ac_rc ac_ese_column_value(struct ac_ese_table *t, size_t i, const struct ac_ese_column *c,
                               size_t most, struct ac_buf *out, struct ac_err *err);

#endif
