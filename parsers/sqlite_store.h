/*
 * SQLite databases out of evidence, opened from memory and asked fixed questions. The only file
 * that knows libsqlite3 is sqlite_store.c.
 *
 * The database is copied, its write-ahead log applied to the copy (sqlite_wal.h), and the copy is
 * opened read-only without any file. It is hostile: views, triggers, virtual tables, functions of
 * the schema, extensions and generated columns are not used; only tables with plain columns are
 * asked, and only by statements of ours. What cannot be answered is an error, never an empty
 * answer.
 *
 * Limits: AC_MAX_SQLITE, AC_MAX_SQLITE_HEAP, AC_MAX_SQLITE_VALUE; each thousand steps of SQLite's
 * machine cost a thousand steps of the budget. Not for use by several threads at once.
 */
#ifndef AC_PARSERS_SQLITE_STORE_H
#define AC_PARSERS_SQLITE_STORE_H

#include "base/buf.h"
#include "base/time.h"
#include "parser.h"

struct ac_sqlite;
struct ac_sqlite_row; /* of an answer; valid during the call */

/* Names of the companions: ac_parser.companions of parsers that open databases. */
extern const char *const ac_sqlite_companions[];

/* Version of the library that does the reading. Borrowed: static. */
const char *ac_sqlite_library(void);

/* Does it begin as a database does? */
bool ac_sqlite_is(struct ac_view v);

/* Opens the artefact with the companions in a->logs. Tells of a log that was not applied, or
 * only in part, and of a rollback journal that should be, as problems. Owned: ac_sqlite_close().
 * AC_CORRUPT: no database; AC_LIMIT, AC_NOMEM. */
enum ac_rc ac_sqlite_open(const struct ac_artefact *a, struct ac_budget *budget,
                          struct ac_sink *sink, struct ac_sqlite **ret, struct ac_err *err);
void ac_sqlite_close(struct ac_sqlite *s); /* NULL is fine */

/* What was told: the newest entries may be missing in the answers, or be wrongly in them. NULL:
 * nothing. */
const char *ac_sqlite_doubt(const struct ac_sqlite *s);

/* Is there a table of that name (no view, no virtual table)? *ret. AC_OK, or why the schema
 * could not be read. */
enum ac_rc ac_sqlite_has_table(struct ac_sqlite *s, const char *table, bool *ret,
                               struct ac_err *err);
/* Has it a plain (not generated) column of that name? False as well when the schema cannot be
 * read. */
bool ac_sqlite_has_column(struct ac_sqlite *s, const char *table, const char *column);

/* Runs one statement of ours, with `each` for each row: false ends it. AC_OK; AC_CORRUPT when
 * the database is damaged or refuses; AC_LIMIT when the budget or a limit of size is reached. */
typedef bool ac_sqlite_each(void *context, const struct ac_sqlite_row *row);
enum ac_rc ac_sqlite_ask(struct ac_sqlite *s, const char *sql, ac_sqlite_each *each, void *context,
                         struct ac_err *err);

bool ac_sqlite_is_null(const struct ac_sqlite_row *row, int column);
int64_t ac_sqlite_int(const struct ac_sqlite_row *row, int column);
/* Text of a column as UTF-8, escaped as ac_text_from_utf8() does. Appends. */
void ac_sqlite_text(const struct ac_sqlite_row *row, int column, struct ac_buf *out);

#endif
