/*
 * Databases made by SQLite itself, as files in memory: the database as it lies while a connection
 * is open, and its write-ahead log. Aborts the test when something fails.
 */
#ifndef AC_TESTS_BUILD_SQLITE_H
#define AC_TESTS_BUILD_SQLITE_H

#include "fixture.h"

struct fx_sqlite {
    struct ac_buf db, wal; /* Owned: fx_sqlite_free() */
};

/* Runs `sql` in a new database. With `logged` in a second step in WAL mode, without writing it
 * back: what it did stands in `wal` only. NULL: nothing in the log, and no log. */
void fx_sqlite_build(struct fx_sqlite *ret, const char *sql, const char *logged);
void fx_sqlite_free(struct fx_sqlite *s);

/* What SQLite itself makes of a database with this log: the first column of the first row, -1
 * when it fails. */
int64_t fx_sqlite_ask(struct ac_view db, struct ac_view wal, const char *sql);

/* The table of logins of Chrome 120, and one row of it. */
#define FX_LOGINS                                                                                  \
    "CREATE TABLE logins (origin_url VARCHAR NOT NULL, action_url VARCHAR, username_element "      \
    "VARCHAR, username_value VARCHAR, password_element VARCHAR, password_value BLOB, "             \
    "submit_element VARCHAR, signon_realm VARCHAR NOT NULL, date_created INTEGER NOT NULL, "       \
    "blacklisted_by_user INTEGER NOT NULL, scheme INTEGER NOT NULL DEFAULT 0, password_type "      \
    "INTEGER, times_used INTEGER, date_last_used INTEGER NOT NULL DEFAULT 0, "                     \
    "date_password_modified INTEGER NOT NULL DEFAULT 0);"                                          \
    "CREATE INDEX logins_signon ON logins (signon_realm);"
#define FX_LOGIN(site, user, secret, created, refused)                                             \
    "INSERT INTO logins(origin_url,username_value,password_value,signon_realm,date_created,"       \
    "blacklisted_by_user,date_last_used,date_password_modified) VALUES('" site "','" user          \
    "'," secret ",'" site "'," created "," refused "," created "+5000000," created "+1000000);"

#endif
