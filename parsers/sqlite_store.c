#include "sqlite_store.h"

#include "base/alloc.h"
#include "base/text.h"
#include "sqlite_wal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define STEPS_OF_ONE_CALL 1000

struct ac_sqlite {
    sqlite3 *db;
    struct ac_buf bytes; /* Owned: the copy that SQLite reads */
    struct ac_budget *budget;
    bool in_doubt; /* something beside it was not applied, or not all of it */
};

struct ac_sqlite_row {
    sqlite3_stmt *statement;
};

/* "-shm" is an index of the log, made again by whoever opens the database; nothing is read of
 * it. */
const char *const ac_sqlite_companions[] = {"-wal", "-journal", "-shm", NULL};

static const char doubt[] =
    "entries that were added, changed or removed last may be missing in the "
    "counts, or be in them";

const char *ac_sqlite_library(void)
{
    return sqlite3_libversion();
}

bool ac_sqlite_is(struct ac_view v)
{
    return v.n >= 100 && memcmp(v.p, "SQLite format 3", 16) == 0;
}

/* ---- what lies beside the database */

static bool is_named(const struct ac_companion *c, const char *ending)
{
    return ac_str_iends(ac_str_of(c->name), ac_str_of(ending));
}

/* A journal whose header is whole is to be rolled back before the database is right; a journal
 * that is no longer needed is empty or begins with zeros. */
static bool is_hot(struct ac_view v)
{
    static const uint8_t magic[] = {0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7};

    return v.n >= 28 && memcmp(v.p, magic, sizeof(magic)) == 0 && memcmp(v.p + 8, "\0\0\0", 4) != 0;
}

static enum ac_rc tell(struct ac_sqlite *s, struct ac_sink *sink, const char *where,
                       enum ac_rc class, uint64_t offset, const char *what)
{
    s->in_doubt = true;
    return ac_sink_problem(sink, ac_str_of(where), class, offset, doubt, "%s", what);
}

static enum ac_rc apply_log(struct ac_sqlite *s, const struct ac_companion *c, struct ac_sink *sink)
{
    struct ac_sqlite_wal wal;
    struct ac_err why = {0};
    char text[512];
    enum ac_rc rc = ac_sqlite_wal_apply(&s->bytes, c->bytes, s->budget, &wal, &why);

    if (rc == AC_NOMEM)
        return rc;
    if (rc != AC_OK)
        return tell(s, sink, c->name, rc, AC_NO_OFFSET, ac_err_text(&why, text, sizeof(text)));
    if (wal.lost)
        return tell(s, sink, c->name, AC_CORRUPT, wal.lost_at,
                    "a frame of the write-ahead log is damaged; the transactions behind it were "
                    "not applied");
    return AC_OK;
}

static enum ac_rc take_companions(struct ac_sqlite *s, const struct ac_artefact *a,
                                  struct ac_sink *sink)
{
    enum ac_rc rc = AC_OK;

    if (a->logs_cut)
        rc = tell(s, sink, a->path, AC_IO, AC_NO_OFFSET,
                  "a file that belongs to the database could not be read, or only in part");
    for (size_t i = 0; rc == AC_OK && i < a->n_logs; i++) {
        if (is_named(&a->logs[i], "-wal"))
            rc = apply_log(s, &a->logs[i], sink);
        else if (is_named(&a->logs[i], "-journal") && is_hot(a->logs[i].bytes))
            rc = tell(s, sink, a->logs[i].name, AC_UNSUPPORTED, AC_NO_OFFSET,
                      "the rollback journal of an unfinished transaction was not applied");
    }
    return rc;
}

/* ---- opening */

static int spend(void *context)
{
    return !ac_budget_spend(((struct ac_sqlite *)context)->budget, STEPS_OF_ONE_CALL);
}

static void set_limits(struct ac_sqlite *s)
{
    static const struct {
        int id, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, (int)AC_MAX_SQLITE_VALUE},
        {SQLITE_LIMIT_SQL_LENGTH, 65536},
        {SQLITE_LIMIT_COLUMN, 512},
        {SQLITE_LIMIT_EXPR_DEPTH, 64},
        {SQLITE_LIMIT_COMPOUND_SELECT, 1},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 4},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    static const struct {
        int id, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        sqlite3_limit(s->db, limits[i].id, limits[i].value);
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        sqlite3_db_config(s->db, settings[i].id, settings[i].value, NULL);
    sqlite3_drop_modules(s->db, NULL);
    sqlite3_progress_handler(s->db, STEPS_OF_ONE_CALL, spend, s);
}

/* SQLite's own words for the code: its message may repeat names out of the evidence. */
static enum ac_rc reason(int code, struct ac_err *err)
{
    switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "reading it takes more steps than are allowed");
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "a part of it is larger than is read");
    default:
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "SQLite says: %s", sqlite3_errstr(code));
    }
}

static enum ac_rc open_copy(struct ac_sqlite *s, struct ac_err *err)
{
    sqlite3_int64 n = (sqlite3_int64)s->bytes.n;
    int code;

    if (!ac_sqlite_is((struct ac_view){(const uint8_t *)s->bytes.p, s->bytes.n, 0}))
        return AC_FAIL(err, AC_CORRUPT, 0, "it does not begin as an SQLite database does");
    s->bytes.p[18] = s->bytes.p[19] =
        1; /* the log is applied: without this SQLite wants its file */
    sqlite3_hard_heap_limit64((sqlite3_int64)AC_MAX_SQLITE_HEAP);
    code = sqlite3_open_v2(":memory:", &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);
    if (code != SQLITE_OK)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for SQLite");
    set_limits(s);
    code = sqlite3_deserialize(s->db, "main", (unsigned char *)s->bytes.p, n, n,
                               SQLITE_DESERIALIZE_READONLY);
    if (code == SQLITE_OK)
        code = sqlite3_exec(s->db, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON", NULL,
                            NULL, NULL);
    return code == SQLITE_OK ? AC_OK : reason(code, err);
}

enum ac_rc ac_sqlite_open(const struct ac_artefact *a, struct ac_budget *budget,
                          struct ac_sink *sink, struct ac_sqlite **ret, struct ac_err *err)
{
    struct ac_sqlite *s;
    enum ac_rc rc;

    if (a->bytes.n > AC_MAX_SQLITE)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "the database is larger than is read");
    s = ac_calloc(1, sizeof(*s));
    if (!s)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a database");
    s->budget = budget;
    ac_buf_add(&s->bytes, a->bytes.p, a->bytes.n);
    rc = s->bytes.failed ? AC_NOMEM : take_companions(s, a, sink);
    if (rc != AC_OK)
        AC_FAIL(err, rc, AC_NO_OFFSET, "no copy of the database could be made");
    if (rc == AC_OK)
        rc = open_copy(s, err);
    if (rc != AC_OK) {
        ac_sqlite_close(s);
        return rc;
    }
    *ret = s;
    return AC_OK;
}

const char *ac_sqlite_doubt(const struct ac_sqlite *s)
{
    return s->in_doubt ? doubt : NULL;
}

void ac_sqlite_close(struct ac_sqlite *s)
{
    if (!s)
        return;
    sqlite3_close_v2(s->db);
    ac_buf_free(&s->bytes);
    ac_free(s);
}

/* ---- asking */

enum ac_rc ac_sqlite_ask(struct ac_sqlite *s, const char *sql, ac_sqlite_each *each, void *context,
                         struct ac_err *err)
{
    struct ac_sqlite_row row = {NULL};
    int code = sqlite3_prepare_v2(s->db, sql, -1, &row.statement, NULL);
    enum ac_rc rc = AC_OK;

    if (code != SQLITE_OK) {
        rc = reason(code, err);
    } else {
        while ((code = sqlite3_step(row.statement)) == SQLITE_ROW) {
            if (!each(context, &row))
                break;
        }
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            rc = reason(code, err);
    }
    sqlite3_finalize(row.statement);
    return rc;
}

static bool note_true(void *context, const struct ac_sqlite_row *row)
{
    (void)row;
    *(bool *)context = true;
    return false;
}

enum ac_rc ac_sqlite_has_table(struct ac_sqlite *s, const char *table, bool *ret,
                               struct ac_err *err)
{
    char sql[160];

    *ret = false;
    snprintf(sql, sizeof(sql),
             "SELECT 1 FROM sqlite_schema WHERE type='table' AND rootpage>0 AND name='%s'", table);
    return ac_sqlite_ask(s, sql, note_true, ret, err);
}

struct column {
    const char *name;
    bool found;
};

static bool compare(void *context, const struct ac_sqlite_row *row)
{
    struct column *c = context;
    const unsigned char *name = sqlite3_column_text(row->statement, 1);

    c->found = name && strcmp((const char *)name, c->name) == 0 &&
               sqlite3_column_int(row->statement, 6) == 0; /* generated or hidden otherwise */
    return !c->found;
}

bool ac_sqlite_has_column(struct ac_sqlite *s, const char *table, const char *column)
{
    struct column c = {.name = column};
    char sql[96];

    snprintf(sql, sizeof(sql), "PRAGMA table_xinfo('%s')", table);
    return ac_sqlite_ask(s, sql, compare, &c, NULL) == AC_OK && c.found;
}

bool ac_sqlite_is_null(const struct ac_sqlite_row *row, int column)
{
    return sqlite3_column_type(row->statement, column) == SQLITE_NULL;
}

int64_t ac_sqlite_int(const struct ac_sqlite_row *row, int column)
{
    return sqlite3_column_int64(row->statement, column);
}

void ac_sqlite_text(const struct ac_sqlite_row *row, int column, struct ac_buf *out)
{
    const unsigned char *p = sqlite3_column_text(row->statement, column);
    int n = sqlite3_column_bytes(row->statement, column);

    if (p && n > 0)
        ac_text_from_utf8((struct ac_view){p, (size_t)n, 0}, out, NULL);
}
