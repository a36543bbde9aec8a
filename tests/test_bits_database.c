/* The BITS database, and the reader of ESE databases: rows, long values, what tables no longer
 * have, damage. */
#include "build_bits.h"
#include "build_ese.h"

#include "bits.h"
#include "ese.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PATH "ProgramData/Microsoft/Network/Downloader/qmgr.db"
#define WINDOWS_10 "A15609E143AFC94292E66F9856EBA7F6"

static const struct fx_bits_file files[] = {
    {"https://a.test/x", "C:\\Users\\user1\\x.exe", "C:\\Users\\user1\\BIT1.tmp", 7, 7},
    {"https://a.test/y", "C:\\Users\\user1\\y.exe", NULL, UINT64_MAX, 0},
};

static struct fx_bits_job sample(void)
{
    return (struct fx_bits_job){
        .mark = WINDOWS_10,
        .priority = 1,
        .state = 4,
        .flags = 2,
        .id = "abcdefghijklmnop",
        .name = "Job",
        .program = "C:\\a.exe",
        .sid = "S-1-5-18",
        .files = files,
        .n_files = 2,
        .created = "2022-01-02T03:04:05Z",
        .modified = "2022-01-02T04:00:00Z",
    };
}

static enum ac_rc parse(const struct ac_buf *bytes, struct fx_records *r, struct ac_err *err)
{
    struct ac_artefact a = {.bytes = fx_view(bytes), .path = PATH, .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_init(r);
    return ac_parser_bits_database.parse(&a, &budget, &r->sink, err);
}

/* The job and its files; `apart`: the job as a long value. */
static void build(struct ac_buf *out, const struct fx_bits_job *job, bool apart, bool clean)
{
    static const char *const ids[] = {"file-id-number-1", "file-id-number-2"};
    struct ac_buf blob = {0}, file[2] = {{0}, {0}};
    struct fx_ese_row jobs[1], rows[2];
    struct fx_ese_table tables[] = {{"Jobs", jobs, 1}, {"Files", rows, 2}};

    fx_bits_job_blob(&blob, job, ids);
    jobs[0] = (struct fx_ese_row){job->id, fx_view(&blob), apart};
    for (size_t i = 0; i < 2; i++) {
        fx_bits_file_blob(&file[i], &files[i]);
        rows[i] = (struct fx_ese_row){ids[i], fx_view(&file[i]), false};
    }
    fx_ese(out, tables, 2, clean);
    ac_buf_free(&blob);
    for (size_t i = 0; i < 2; i++)
        ac_buf_free(&file[i]);
}

static const char *remote(const struct ac_record *r, size_t i)
{
    const json_t *o = json_array_get(ac_record_get_json(r, "transfers"), i);
    const char *z = json_string_value(json_object_get(o, "remote"));

    return z ? z : "";
}

static void check_sample(const struct ac_record *r)
{
    cr_expect_str_eq(ac_record_get(r, "location"), PATH);
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "bits-job");
    cr_expect_str_eq(ac_record_get(r, "name"), "Job");
    cr_expect_str_eq(ac_record_get(r, "command"), "C:\\a.exe");
    cr_expect_str_eq(ac_record_get(r, "user"), "S-1-5-18");
    cr_expect_str_eq(ac_record_get(r, "job_state"), "error");
    cr_expect_eq(ac_record_get_time(r, "created").ticks, fx_time("2022-01-02T03:04:05Z"));
    cr_assert_eq(json_array_size(ac_record_get_json(r, "transfers")), 2);
    cr_expect_str_eq(remote(r, 0), "https://a.test/x");
    cr_expect_str_eq(remote(r, 1), "https://a.test/y");
}

Test(bits_database, a_job_with_its_files)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};
    struct fx_records r;

    build(&db, &job, false, true);
    cr_expect_eq(parse(&db, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 1);
    check_sample(r.items[0]);
    cr_expect_str_eq(ac_record_prov(r.items[0], "state"), "live");
    fx_records_free(&r);
    ac_buf_free(&db);
}

/* A job with a long description does not fit into its row. Its pieces lie one behind the other
 * here, so the search of free space finds its beginning too: that is the same job. */
Test(bits_database, a_job_that_is_a_long_value)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};
    struct fx_records r;
    char description[3000];

    memset(description, 'd', sizeof(description) - 1);
    description[sizeof(description) - 1] = '\0';
    job.description = description;
    build(&db, &job, true, true);
    cr_expect_eq(parse(&db, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 1);
    check_sample(r.items[0]);
    cr_expect_str_eq(ac_record_get(r.items[0], "description"), description);
    fx_records_free(&r);
    ac_buf_free(&db);
}

Test(bits_database, what_the_tables_no_longer_have)
{
    static const struct fx_bits_file gone = {"http://b.test/z", "C:\\z.exe", NULL, 1, 1};
    static const char *const ids[] = {"file-id-number-1", "file-id-number-9"};
    struct fx_bits_job job = sample(), old = sample();
    struct ac_buf db = {0}, rest = {0};
    struct fx_records r;
    const struct ac_record *a;

    build(&db, &job, false, true);
    old.id = "an-older-job-id-";
    old.program = "C:\\old.exe";
    fx_bits_job_blob(&rest, &old, ids);
    ac_buf_add(&rest, "file-id-number-9\xFE\x00\x01\x04\x00\x01", 22);
    fx_bits_file_blob(&rest, &gone);
    cr_assert_lt(rest.n, FX_ESE_PAGE);
    memcpy(db.p + 21 * FX_ESE_PAGE, rest.p, rest.n); /* a page of no table */
    cr_expect_eq(parse(&db, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 2);
    a = fx_find(&r, AC_KIND_AUTOSTART, "command", "C:\\old.exe");
    cr_assert(a);
    cr_expect_str_eq(ac_record_prov(a, "state"), "deleted");
    cr_expect_eq(json_integer_value(ac_record_prov_json(a, "offset")), 21 * FX_ESE_PAGE);
    cr_assert_eq(json_array_size(ac_record_get_json(a, "transfers")), 2);
    cr_expect_str_eq(remote(a, 0), "https://a.test/x");
    cr_expect_str_eq(remote(a, 1), "http://b.test/z");
    fx_records_free(&r);
    ac_buf_free(&db);
    ac_buf_free(&rest);
}

Test(bits_database, files_of_no_job_are_told)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};
    struct fx_records r;
    const struct ac_record *a;

    job.n_files = 1;
    build(&db, &job, false, true);
    cr_expect_eq(parse(&db, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 2);
    a = fx_nth(&r, AC_KIND_AUTOSTART, 1);
    cr_expect_str_eq(ac_record_get(a, "name"), "");
    cr_expect_str_eq(remote(a, 0), "https://a.test/y");
    cr_expect_str_eq(ac_record_prov(a, "state"), "unlinked");
    fx_records_free(&r);
    ac_buf_free(&db);
}

Test(bits_database, rows_of_another_form_and_an_unclean_database_are_told)
{
    static const struct fx_ese_row odd[] = {{"aaaaaaaaaaaaaaaa", {(const uint8_t *)"x", 1, 0}, 0}};
    static const struct fx_ese_table tables[] = {{"Jobs", odd, 1}, {"Files", odd, 1}},
                                     other[] = {{"Things", odd, 1}};
    struct ac_buf db = {0};
    struct fx_records r;

    fx_ese(&db, tables, 2, true);
    cr_expect_eq(parse(&db, &r, NULL), AC_OK);
    cr_expect_eq(fx_count(&r, AC_KIND_PROBLEM), 2);
    cr_expect_eq(r.n, 2);
    fx_records_free(&r);
    ac_buf_clear(&db);
    fx_ese(&db, other, 1, false);
    cr_expect_eq(parse(&db, &r, NULL), AC_OK);
    cr_expect(fx_find(&r, AC_KIND_PROBLEM, "what", "the database was not closed properly"));
    cr_expect_eq(fx_count(&r, AC_KIND_PROBLEM), 3); /* and neither table is there */
    fx_records_free(&r);
    ac_buf_free(&db);
}

/* Without a catalog there are no tables; the search of its bytes goes on. */
Test(bits_database, a_cut_database_still_gives_its_jobs)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};

    build(&db, &job, false, true);
    for (size_t pages = 0; pages < 26; pages++) {
        struct ac_buf cut = {.p = db.p, .n = pages * FX_ESE_PAGE + 900};
        struct fx_records r;
        enum ac_rc rc = parse(&cut, &r, NULL);

        cr_assert(rc != AC_OK || fx_count(&r, AC_KIND_PROBLEM) > 0, "%zu pages", pages);
        if (pages > 8)
            cr_expect_eq(fx_count(&r, AC_KIND_AUTOSTART), 1, "%zu pages: %zu", pages,
                         fx_count(&r, AC_KIND_AUTOSTART));
        fx_records_free(&r);
    }
    ac_buf_free(&db);
}

Test(bits_database, every_allocation_may_fail)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};
    bool finished = false;

    build(&db, &job, true, true);
    for (unsigned long n = 1; !finished; n++) {
        struct fx_records r;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(&db, &r, NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        finished = rc == AC_OK;
        if (finished)
            cr_expect_eq(r.n, 1);
        fx_records_free(&r);
        cr_assert_lt(n, 10000);
    }
    ac_buf_free(&db);
}

/* ---- the reader of databases */

static void check_values(struct ac_view db, const struct fx_ese_row *rows)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_buf value = {0};
    size_t n = rows[1].blob.n;
    struct ac_ese *e;
    struct ac_ese_table *t;
    struct ac_err err = {0};

    cr_expect(ac_ese_is(db));
    cr_expect(ac_ese_is_clean(db));
    cr_assert_eq(ac_ese_open(db, &budget, &e, &err), AC_OK);
    cr_expect_eq(ac_ese_table_open(e, "Nothing", &t, &err), AC_NOT_FOUND);
    cr_assert_eq(ac_ese_table_open(e, "Jobs", &t, &err), AC_OK);
    cr_assert_eq(ac_ese_table_rows(t), 2);
    cr_expect_eq(ac_ese_value(t, 0, "Id", 16, &value, &err), AC_OK);
    cr_expect(value.n == 16 && memcmp(value.p, rows[0].id, 16) == 0);
    cr_expect_eq(ac_ese_value(t, 0, "Blob", 100, &value, &err), AC_OK);
    cr_expect(value.n == 5 && memcmp(value.p, "hello", 5) == 0);
    cr_expect_eq(ac_ese_value(t, 0, "Blob", 4, &value, &err), AC_LIMIT);
    cr_expect_eq(ac_ese_value(t, 0, "Other", 100, &value, &err), AC_NOT_FOUND);
    cr_expect_eq(ac_ese_value(t, 1, "Blob", n, &value, &err), AC_OK);
    cr_expect(value.n == n && memcmp(value.p, rows[1].blob.p, n) == 0);
    cr_expect_eq(ac_ese_value(t, 1, "Blob", n - 1, &value, &err), AC_LIMIT);
    ac_ese_table_close(t);
    ac_ese_close(e);
    ac_buf_free(&value);
}

Test(ese, values_of_rows)
{
    uint8_t big[3500];
    struct fx_ese_row rows[2];
    struct fx_ese_table table = {"Jobs", rows, 2};
    struct ac_buf db = {0};

    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (uint8_t)(i * 7 / 3);
    rows[0] = (struct fx_ese_row){"0123456789abcdef", {(const uint8_t *)"hello", 5, 0}, false};
    rows[1] = (struct fx_ese_row){"1123456789abcdef", {big, sizeof(big), 0}, true};
    fx_ese(&db, &table, 1, true);
    check_values(fx_view(&db), rows);
    ac_buf_clear(&db);
    fx_ese_small(&db, &table, 1);
    check_values(fx_view(&db), rows);
    ac_buf_free(&db);
}

/* Rows of a table, and what its values in one column add up to: bytes, and numbers of 32 bits. */
static void count_table(struct ac_ese *e, const char *table, const char *column, size_t *ret_rows,
                        size_t *ret_bytes, uint64_t *ret_sum)
{
    struct ac_ese_table *t = NULL;
    struct ac_buf value = {0};
    struct ac_err err = {0};

    *ret_rows = *ret_bytes = 0;
    *ret_sum = 0;
    cr_assert_eq(ac_ese_table_open(e, table, &t, &err), AC_OK, "%s", table);
    for (size_t i = 0; i < ac_ese_table_rows(t); i++) {
        enum ac_rc rc;

        if (ac_ese_row_is_deleted(t, i))
            continue;
        ++*ret_rows;
        rc = ac_ese_value(t, i, column, 100000, &value, &err);
        cr_expect(rc == AC_OK || rc == AC_NOT_FOUND, "%s, row %zu: %s", table, i, ac_rc_name(rc));
        *ret_bytes += rc == AC_OK ? value.n : 0;
        if (rc == AC_OK && value.n == 4)
            *ret_sum += ac_le32((const uint8_t *)value.p);
    }
    ac_ese_table_close(t);
    ac_buf_free(&value);
}

/* The database of system resource usage of a real machine, pages of 4 KiB; numbers of rows and
 * bytes are those of libesedb's esedbexport (20181229). */
Test(ese, a_real_database_agrees_with_esedbexport)
{
    static const struct {
        const char *table, *column;
        size_t rows, bytes;
        uint64_t sum;
    } cases[] = {
        {"SruDbIdMapTable", "IdBlob", 106, 8812, 0},
        {"SruDbIdMapTable", "IdIndex", 106, 424, 5671},
        {"{D10CA2FE-6FCF-4F6D-848E-B2E99266FA89}", "AutoIncId", 203, 812, 20706},
        {"{D10CA2FE-6FCF-4F6D-848E-B2E99266FA89}", "AppId", 203, 812, 7263},
        {"{D10CA2FE-6FCF-4F6D-848E-B2E99266FA89}", "UserId", 203, 812, 7466},
        {"MSysObjects", "Name", 161, 1931, 0},
        {"MSysObjects", "ObjidTable", 161, 644, 1814},
        {"MSysObjids", "objid", 28, 112, 434},
        {"SruDbCheckpointTable", "ProviderId", 0, 0, 0},
    };
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_buf db = {0};
    struct ac_ese *e;
    struct ac_err err = {0};

    if (!fx_load_realdata("srum/dissect-SRUDB.dat.gz", &db))
        cr_skip_test("no real data");
    cr_expect(ac_ese_is_clean(fx_view(&db)));
    cr_assert_eq(ac_ese_open(fx_view(&db), &budget, &e, &err), AC_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t rows, bytes;
        uint64_t sum;

        count_table(e, cases[i].table, cases[i].column, &rows, &bytes, &sum);
        cr_expect_eq(rows, cases[i].rows, "%s: %zu", cases[i].table, rows);
        cr_expect_eq(bytes, cases[i].bytes, "%s: %zu", cases[i].table, bytes);
        if (cases[i].sum)
            cr_expect_eq(sum, cases[i].sum, "%s: %llu", cases[i].table, (unsigned long long)sum);
    }
    ac_ese_close(e);
    ac_buf_free(&db);
}

Test(ese, damage_ends_well)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};

    build(&db, &job, true, true);
    for (size_t page = 5; page < 10; page++) { /* catalog and tables */
        for (size_t i = 0; i < 200; i++) {
            size_t at = page * FX_ESE_PAGE +
                        (i < 100 ? i * 5 : FX_ESE_PAGE - 1 - (i - 100)); /* values and tags */
            char kept = db.p[at];
            struct fx_records r;

            db.p[at] = (char)(kept ^ 0xFF);
            parse(&db, &r, NULL);
            fx_records_free(&r);
            db.p[at] = kept;
        }
    }
    ac_buf_free(&db);
}

/* A branch page that leads to itself. */
Test(ese, trees_that_go_round_end)
{
    struct fx_bits_job job = sample();
    struct ac_buf db = {0};
    struct fx_records r;

    build(&db, &job, false, true);
    fx_put_le32(&db, 6 * FX_ESE_PAGE + 36, 0x2805); /* the table of jobs: root, no leaf */
    for (size_t at = 6 * FX_ESE_PAGE + 80 + 16; at < 6 * FX_ESE_PAGE + 4000; at += 4)
        fx_put_le32(&db, at, at % 8 ? 5 : 0); /* every number is its own page's, or a short key */
    parse(&db, &r, NULL);
    cr_expect_gt(fx_count(&r, AC_KIND_PROBLEM), 0);
    fx_records_free(&r);
    ac_buf_free(&db);
}
