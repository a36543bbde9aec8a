/* Databases out of evidence: the log is applied exactly as SQLite does it, and nothing in a
 * database makes it hang, crash or answer what was not asked. */
#include "build_sqlite.h"

#include "base/alloc.h"
#include "credentials.h"
#include "sqlite_store.h"
#include "sqlite_wal.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct fx_records out;
static struct fx_sqlite made;
static const char count_logins[] = "SELECT count(*) FROM logins";

static void begin(void)
{
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    fx_sqlite_free(&made);
}

TestSuite(sqlite_store, .init = begin, .fini = end, .timeout = 120);

static enum ac_rc parse_steps(struct ac_view db, struct ac_view wal, struct ac_view journal,
                              uint64_t steps)
{
    struct ac_budget budget = {steps};
    struct ac_companion logs[2] = {{"p/Login Data-wal", wal}, {"p/Login Data-journal", journal}};
    struct ac_artefact a = {
        .bytes = db, .path = "p/Login Data", .user = "user1", .logs = logs, .n_logs = 2};

    fx_records_free(&out);
    cr_assert(ac_parser_credential_sqlite.recognise(&a));
    return ac_parser_credential_sqlite.parse(&a, &budget, &out.sink, NULL);
}

static enum ac_rc parse(struct ac_view db, struct ac_view wal)
{
    return parse_steps(db, wal, (struct ac_view){0}, 2000000);
}

/* The number of entries that we see; -1: not known. */
static int64_t seen(void)
{
    const struct ac_record *r = fx_nth(&out, AC_KIND_CREDENTIAL_STORE, 0);

    cr_assert(r);
    if (!ac_record_get_json(r, "accounts")) {
        cr_expect(ac_record_get(r, "unreadable")[0]);
        cr_expect_null(ac_record_get_json(r, "saved"));
        return -1;
    }
    return ac_record_get_int(r, "accounts");
}

/* Three transactions in the log; the second makes the database longer, the third removes rows. */
static void make_logged(void)
{
    fx_sqlite_build(
        &made,
        FX_LOGINS FX_LOGIN("https://a.example", "u", "x'763130AA'", "13240000000000000", "0"),
        FX_LOGIN("https://b.example", "u", "x'763130BB'", "13250000000000000", "0")
            FX_LOGIN("https://c.example", "u", "randomblob(9000)", "13250000000000000",
                     "0") "DELETE FROM logins WHERE rowid=1;");
}

Test(sqlite_store, rows_of_the_log_are_seen)
{
    make_logged();
    cr_assert_eq(parse(fx_view(&made.db), fx_view(&made.wal)), AC_OK);
    cr_expect_eq(seen(), 2);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(parse(fx_view(&made.db), (struct ac_view){0}), AC_OK);
    cr_expect_eq(seen(), 1);
}

Test(sqlite_store, a_log_cut_anywhere_gives_what_sqlite_gives)
{
    make_logged();
    for (size_t n = 0; n <= made.wal.n; n += n < 2200 ? 37 : 521) {
        struct ac_view cut = {(const uint8_t *)made.wal.p, n, 0};
        int64_t theirs = fx_sqlite_ask(fx_view(&made.db), cut, count_logins);

        parse(fx_view(&made.db), cut);
        cr_expect_eq(seen(), theirs, "log of %zu bytes: %ld, not %ld", n, (long)seen(),
                     (long)theirs);
    }
}

Test(sqlite_store, a_damaged_log_gives_what_sqlite_gives_and_is_said)
{
    size_t lost = 0;

    make_logged();
    for (size_t at = 0; at < made.wal.n; at += 131) {
        int64_t theirs;

        made.wal.p[at] ^= 0x55;
        theirs = fx_sqlite_ask(fx_view(&made.db), fx_view(&made.wal), count_logins);
        if (parse(fx_view(&made.db), fx_view(&made.wal)) == AC_OK && at >= 32)
            cr_expect_eq(seen(), theirs, "byte %zu", at);
        lost += fx_count(&out, AC_KIND_PROBLEM) > 0;
        made.wal.p[at] ^= 0x55;
    }
    cr_expect_gt(lost, 0);
}

/* The log makes the database smaller. */
Test(sqlite_store, a_log_that_shortens_the_database)
{
    struct ac_sqlite_wal wal;
    struct ac_budget budget = {1000000};
    size_t before;

    fx_sqlite_build(
        &made,
        FX_LOGINS FX_LOGIN("https://a.example", "u", "randomblob(30000)", "13240000000000000", "0")
            FX_LOGIN("https://b.example", "u", "x'763130BB'", "13250000000000000", "0"),
        "DELETE FROM logins WHERE rowid=1; VACUUM;");
    cr_assert_eq(parse(fx_view(&made.db), fx_view(&made.wal)), AC_OK);
    cr_expect_eq(seen(), 1);
    before = made.db.n;
    cr_assert_eq(ac_sqlite_wal_apply(&made.db, fx_view(&made.wal), &budget, &wal, NULL), AC_OK);
    cr_expect_lt(made.db.n, before - 20000);
}

static void put_be32(char *p, uint32_t n)
{
    for (int i = 3; i >= 0; i--, n >>= 8)
        p[i] = (char)n;
}

static void sum(uint32_t s[2], const char *p, size_t n)
{
    for (size_t i = 0; i < n; i += 8) {
        const uint8_t *b = (const uint8_t *)p + i;

        s[0] += ((uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]) + s[1];
        s[1] += ((uint32_t)b[4] << 24 | (uint32_t)b[5] << 16 | (uint32_t)b[6] << 8 | b[7]) + s[0];
    }
}

/* As a big-endian computer would have written it. */
Test(sqlite_store, big_endian_checksums)
{
    uint32_t s[2] = {0, 0};

    make_logged();
    made.wal.p[3] = (char)0x83;
    sum(s, made.wal.p, 24);
    put_be32(made.wal.p + 24, s[0]);
    put_be32(made.wal.p + 28, s[1]);
    for (size_t at = 32; at + 24 + 1024 <= made.wal.n; at += 24 + 1024) {
        sum(s, made.wal.p + at, 8);
        sum(s, made.wal.p + at + 24, 1024);
        put_be32(made.wal.p + at + 16, s[0]);
        put_be32(made.wal.p + at + 20, s[1]);
    }
    cr_expect_eq(fx_sqlite_ask(fx_view(&made.db), fx_view(&made.wal), count_logins), 2);
    cr_assert_eq(parse(fx_view(&made.db), fx_view(&made.wal)), AC_OK);
    cr_expect_eq(seen(), 2);
}

/* After a checkpoint the log is written from its beginning again: old frames stand behind the
 * new ones. */
Test(sqlite_store, frames_of_an_earlier_use_are_left_out)
{
    fx_sqlite_build(&made, FX_LOGINS,
                    FX_LOGIN("https://a.example", "u", "randomblob(20000)", "13240000000000000",
                             "0") "PRAGMA wal_checkpoint(RESTART);" FX_LOGIN("https://b.example",
                                                                             "u", "x'763130BB'",
                                                                             "13250000000000000",
                                                                             "0"));
    cr_assert_gt(made.wal.n, 15000);
    cr_assert_eq(parse(fx_view(&made.db), fx_view(&made.wal)), AC_OK);
    cr_expect_eq(seen(), 2);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

Test(sqlite_store, a_journal_that_is_needed_is_said)
{
    static const uint8_t hot[28] = {0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7, 0, 0, 0, 1};
    static const uint8_t done[28] = {0};

    make_logged();
    parse_steps(fx_view(&made.db), fx_view(&made.wal), (struct ac_view){hot, sizeof(hot), 0},
                2000000);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(seen(), 2);
    cr_expect(ac_record_get(fx_nth(&out, AC_KIND_CREDENTIAL_STORE, 0), "unreadable")[0]);
    parse_steps(fx_view(&made.db), fx_view(&made.wal), (struct ac_view){done, sizeof(done), 0},
                2000000);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

Test(sqlite_store, a_log_that_could_not_be_read_is_said)
{
    struct ac_budget budget = {2000000};
    struct ac_artefact a = {.path = "p/Login Data", .user = "", .logs_cut = true};

    make_logged();
    a.bytes = fx_view(&made.db);
    cr_assert_eq(ac_parser_credential_sqlite.parse(&a, &budget, &out.sink, NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect(ac_record_get(fx_nth(&out, AC_KIND_CREDENTIAL_STORE, 0), "unreadable")[0]);
}

/* ---- hostile databases */

static void expect_unknown(const char *sql)
{
    fx_sqlite_build(&made, sql, NULL);
    cr_expect_neq(parse(fx_view(&made.db), (struct ac_view){0}), AC_OK, "%s", sql);
    cr_expect_eq(seen(), -1, "%s", sql);
    fx_sqlite_free(&made);
}

Test(sqlite_store, only_plain_tables_are_asked)
{
    expect_unknown("CREATE VIEW logins AS WITH RECURSIVE c(password_value) AS (SELECT 1 UNION ALL "
                   "SELECT password_value+1 FROM c) SELECT password_value, 0 AS "
                   "blacklisted_by_user FROM c;");
    expect_unknown("CREATE VIRTUAL TABLE logins USING fts5(password_value);");
    expect_unknown("CREATE TABLE logins(a, password_value AS (zeroblob(100000000)));"
                   "INSERT INTO logins(a) VALUES(1);");
    expect_unknown("CREATE TABLE other(a);");
    expect_unknown("CREATE TABLE logins(a); INSERT INTO logins VALUES('no such column');");
}

/* An index on a function of the schema is not used. */
Test(sqlite_store, an_index_does_not_answer)
{
    fx_sqlite_build(
        &made,
        FX_LOGINS FX_LOGIN(
            "https://a.example", "u", "x'763130AA'", "13240000000000000",
            "0") "CREATE INDEX i ON logins(abs(date_created)) WHERE blacklisted_by_user=0;"
                 "CREATE TRIGGER t AFTER INSERT ON logins BEGIN DELETE FROM logins; END;",
        NULL);
    cr_assert_eq(parse(fx_view(&made.db), (struct ac_view){0}), AC_OK);
    cr_expect_eq(seen(), 1);
}

Test(sqlite_store, the_budget_ends_it)
{
    fx_sqlite_build(&made,
                    FX_LOGINS "INSERT INTO logins(origin_url,signon_realm,date_created,"
                              "blacklisted_by_user,password_value) WITH RECURSIVE c(n) AS (SELECT "
                              "1 UNION ALL SELECT n+1 FROM c WHERE n<5000) SELECT 'a','a',n,0,'x' "
                              "FROM c;",
                    NULL);
    cr_expect_eq(parse_steps(fx_view(&made.db), (struct ac_view){0}, (struct ac_view){0}, 20000),
                 AC_LIMIT);
    cr_expect_eq(seen(), -1);
    cr_expect_eq(parse(fx_view(&made.db), (struct ac_view){0}), AC_OK);
    cr_expect_eq(seen(), 5000);
}

Test(sqlite_store, cut_and_damaged_databases_end)
{
    uint32_t state = 99;

    make_logged();
    for (size_t n = 0; n < made.db.n; n += 97) {
        parse((struct ac_view){(const uint8_t *)made.db.p, n, 0}, (struct ac_view){0});
        seen();
    }
    for (int i = 0; i < 3000; i++) {
        struct ac_buf copy = {0};

        ac_buf_add(&copy, made.db.p, made.db.n);
        for (int k = 0; k < 4; k++) {
            state = state * 1664525U + 1013904223U;
            copy.p[(state >> 8) % copy.n] = (char)(state >> 24);
        }
        parse(fx_view(&copy), fx_view(&made.wal));
        seen();
        ac_buf_free(&copy);
    }
}

Test(sqlite_store, random_bytes_are_no_database)
{
    uint8_t noise[5000];

    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (uint8_t)(i * 167 + i / 7);
    cr_expect_eq(parse((struct ac_view){noise, sizeof(noise), 0}, (struct ac_view){0}), AC_CORRUPT);
    cr_expect_eq(seen(), -1);
    memcpy(noise, "SQLite format 3", 16);
    cr_expect_neq(parse((struct ac_view){noise, sizeof(noise), 0}, (struct ac_view){0}), AC_OK);
    cr_expect_eq(seen(), -1);
    cr_expect_eq(parse((struct ac_view){noise, 0, 0}, (struct ac_view){0}), AC_CORRUPT);
    cr_expect_eq(seen(), -1);
}

/* A log that states a database of terabytes. */
Test(sqlite_store, a_log_chooses_no_size)
{
    struct ac_sqlite_wal wal;
    struct ac_budget budget = {1000000};
    uint32_t s[2] = {0, 0};
    struct ac_err err = {0};
    size_t before;

    make_logged();
    made.wal.p[3] = (char)0x83;
    sum(s, made.wal.p, 24);
    put_be32(made.wal.p + 24, s[0]);
    put_be32(made.wal.p + 28, s[1]);
    put_be32(made.wal.p + 36, 0xFFFFFFFF);
    sum(s, made.wal.p + 32, 8);
    sum(s, made.wal.p + 56, 1024);
    put_be32(made.wal.p + 48, s[0]);
    put_be32(made.wal.p + 52, s[1]);
    before = made.db.n;
    cr_expect_eq(ac_sqlite_wal_apply(&made.db, fx_view(&made.wal), &budget, &wal, &err), AC_LIMIT);
    cr_expect_eq(made.db.n, before);
    cr_expect_eq(wal.frames, 0);
}

Test(sqlite_store, every_allocation_may_fail)
{
    make_logged();
    for (unsigned long n = 1; n < 200; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(fx_view(&made.db), fx_view(&made.wal));
        ac_alloc_fail_at(0);
        if (rc == AC_OK)
            cr_expect_eq(seen(), 2);
    }
}
