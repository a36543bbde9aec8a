#include "build_sqlite.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char folder[4096], path[4200];

static const char *file(const char *ending)
{
    snprintf(path, sizeof(path), "%s/db%s", folder, ending);
    return path;
}

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    int code = sqlite3_exec(db, sql, NULL, NULL, &why);

    cr_assert_eq(code, SQLITE_OK, "%s in: %.200s", why ? why : "?", sql);
}

static void begin(void)
{
    snprintf(folder, sizeof(folder), "%s", fx_tmpdir());
}

void fx_sqlite_build(struct fx_sqlite *ret, const char *sql, const char *logged)
{
    sqlite3 *db;

    *ret = (struct fx_sqlite){0};
    begin();
    cr_assert_eq(sqlite3_open(file(""), &db), SQLITE_OK);
    run(db, "PRAGMA page_size=1024");
    run(db, sql);
    if (logged) {
        run(db, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0");
        run(db, logged);
        cr_assert(fx_load(file("-wal"), &ret->wal));
    }
    cr_assert(fx_load(file(""), &ret->db));
    sqlite3_close(db);
    fx_rmtree(folder);
}

void fx_sqlite_free(struct fx_sqlite *s)
{
    ac_buf_free(&s->db);
    ac_buf_free(&s->wal);
}

int64_t fx_sqlite_ask(struct ac_view bytes, struct ac_view wal, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;

    begin();
    cr_assert(fx_write(file(""), bytes.p, bytes.n));
    if (wal.n)
        cr_assert(fx_write(file("-wal"), wal.p, wal.n));
    if (sqlite3_open(file(""), &db) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    fx_rmtree(folder);
    return answer;
}
