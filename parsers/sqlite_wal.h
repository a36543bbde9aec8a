/*
 * The write-ahead log of an SQLite database ("NAME-wal"), applied to a copy of the database in
 * memory.
 *
 * Format: sqlite.org/fileformat2.html, "The Write-Ahead Log": a header of 32 bytes, then frames of
 * 24 bytes and one page each. A frame counts when its salts are those of the header and the running
 * checksum fits; of those that count, the frames up to the last one that ends a transaction
 * (database size not 0) are applied in their order. What follows belongs to an unfinished
 * transaction or to an earlier use of the file and is left out, as SQLite does.
 *
 * Limits: AC_MAX_SQLITE bytes of database. A page costs a step.
 */
#ifndef AC_PARSERS_SQLITE_WAL_H
#define AC_PARSERS_SQLITE_WAL_H

#include "base/buf.h"
#include "parser.h"

struct ac_sqlite_wal {
    uint32_t frames; /* applied: all up to the end of the last transaction */
    bool lost; /* a frame is damaged, and finished transactions of the same log stand behind it */
    uint64_t lost_at; /* byte of that frame */
};

/* `db` holds the database as it lies and is changed; empty: a database of which nothing was
 * written back yet. An empty log, or one without a finished transaction, changes nothing and is
 * AC_OK. AC_CORRUPT: the log's header is damaged or does not fit the database; AC_UNSUPPORTED:
 * another version; AC_LIMIT, AC_NOMEM. `db` is unchanged then. */
enum ac_rc ac_sqlite_wal_apply(struct ac_buf *db, struct ac_view wal, struct ac_budget *budget,
                               struct ac_sqlite_wal *ret, struct ac_err *err);

#endif
