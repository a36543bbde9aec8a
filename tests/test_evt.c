/* Event logs of Windows XP: built from libyal/libevt's description, and one real log. */
#include "fixture.h"

#include "evt.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static struct fx_records out;
static struct ac_record *row;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    ac_record_free(row);
    row = NULL;
}

TestSuite(evt, .init = begin, .fini = end);

static void header(struct ac_buf *b, uint32_t oldest, uint32_t next, uint32_t flags)
{
    fx_le32(b, 48);
    ac_buf_add(b, "LfLe", 4);
    fx_le32(b, 1);
    fx_le32(b, 1);
    fx_le32(b, 48);
    fx_le32(b, 0);
    fx_le32(b, next);
    fx_le32(b, oldest);
    fx_le32(b, 65536);
    fx_le32(b, flags);
    fx_le32(b, 0);
    fx_le32(b, 48);
}

static void event(struct ac_buf *b, uint32_t number, uint32_t id, const char *source,
                  const char *const *strings, unsigned n)
{
    size_t at = b->n;

    fx_le32(b, 0);
    ac_buf_add(b, "LfLe", 4);
    fx_le32(b, number);
    fx_le32(b, 1614834367); /* 2021-03-04T05:06:07Z */
    fx_le32(b, 1614834367);
    fx_le32(b, id);
    fx_le16(b, 4);
    fx_le16(b, n);
    fx_zero(b, 28);
    fx_utf16z(b, source);
    fx_utf16z(b, "LAPTOP-01");
    fx_put_le32(b, at + 40, 12);
    fx_put_le32(b, at + 44, (uint32_t)(b->n - at));
    ac_buf_add(b, "\1\1\0\0\0\0\0\5\x12\0\0\0", 12);
    fx_put_le32(b, at + 36, (uint32_t)(b->n - at));
    for (unsigned i = 0; i < n; i++)
        fx_utf16z(b, strings[i]);
    fx_align(b, 4);
    fx_le32(b, (uint32_t)(b->n + 4 - at));
    fx_put_le32(b, at, (uint32_t)(b->n - at));
}

static void end_record(struct ac_buf *b, uint32_t oldest, uint32_t next)
{
    fx_le32(b, 40);
    fx_le32(b, 0x11111111);
    fx_le32(b, 0x22222222);
    fx_le32(b, 0x33333333);
    fx_le32(b, 0x44444444);
    fx_le32(b, 48);
    fx_le32(b, (uint32_t)b->n);
    fx_le32(b, next);
    fx_le32(b, oldest);
    fx_le32(b, 40);
}

static enum ac_rc parse(const void *p, size_t n, const char *path)
{
    struct ac_budget budget = {100000};
    struct ac_err err = {0};
    uint8_t *copy = malloc(n ? n : 1);
    struct ac_artefact a = {.path = path, .user = ""};
    enum ac_rc rc;

    cr_assert(copy);
    if (n)
        memcpy(copy, p, n);
    fx_records_free(&out);
    ac_record_free(row);
    a.row = row = ac_record_new(AC_KIND_SOURCE);
    a.bytes = (struct ac_view){copy, n, 0};
    rc = ac_parser_evt.parse(&a, &budget, &out.sink, &err);
    free(copy);
    return rc;
}

static int64_t counted(const char *field, const char *id)
{
    return json_integer_value(json_object_get(ac_record_get_json(row, field), id));
}

static const char *const cleared[] = {"SYSTEM", "NT AUTHORITY", "(0x0,0x3E7)",
                                      "user1",  "LAPTOP-01",    "(0x0,0x1)"};
static const char *const state[] = {"Updater", "running"};

static void build(struct ac_buf *b, uint32_t flags)
{
    header(b, 7, 9, flags);
    event(b, 7, 517, "Security", cleared, 6);
    event(b, 8, 0x40000000 + 7036, "Service Control Manager", state, 2);
    end_record(b, 7, 9);
    event(b, 3, 7036, "Service Control Manager", state, 2);
}

Test(evt, live_and_deleted)
{
    struct ac_buf b = {0};
    const struct ac_record *r;

    build(&b, 0);
    cr_assert_eq(parse(b.p, b.n, "x/SecEvent.Evt"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(fx_count(&out, AC_KIND_EVENT), 3);
    r = fx_nth(&out, AC_KIND_EVENT, 0);
    cr_expect_str_eq(ac_record_get(r, "log"), "Security");
    cr_expect_str_eq(ac_record_get(r, "account"), "LAPTOP-01\\user1");
    cr_expect_str_eq(ac_record_get(r, "cleared_log"), "Security");
    cr_expect_str_eq(ac_record_get(r, "time"), "2021-03-04T05:06:07Z");
    cr_expect_str_eq(ac_record_get(r, "computer"), "LAPTOP-01");
    cr_expect_str_eq(ac_record_get(r, "user"), "S-1-5-18");
    cr_expect_eq(ac_record_get_int(r, "record_number"), 7);
    r = fx_nth(&out, AC_KIND_EVENT, 1);
    cr_expect_eq(ac_record_get_int(r, "event_id"), 7036);
    cr_expect_str_eq(ac_record_get(r, "service"), "Updater");
    cr_expect_null(ac_record_get_json(r, "recovered"));
    r = fx_nth(&out, AC_KIND_EVENT, 2);
    cr_expect(ac_record_get_bool(r, "recovered"));
    cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
    cr_expect_eq(counted("event_ids", "7036"), 1);
    cr_expect_eq(counted("recovered_ids", "7036"), 1);
    ac_buf_free(&b);
}

/* The newest event begins at the end of the file and goes on behind the header. */
Test(evt, a_record_over_the_end_of_the_file)
{
    struct ac_buf b = {0}, record = {0};
    size_t tail = 100;

    event(&record, 9, 7036, "Service Control Manager", state, 2);
    header(&b, 8, 10, 0);
    ac_buf_add(&b, record.p + tail, record.n - tail);
    end_record(&b, 8, 10);
    event(&b, 8, 7036, "Service Control Manager", state, 2);
    ac_buf_add(&b, record.p, tail);
    cr_assert_eq(parse(b.p, b.n, "x/SysEvent.Evt"), AC_OK);
    cr_expect_eq(counted("event_ids", "7036"), 2);
    cr_assert_eq(fx_count(&out, AC_KIND_EVENT), 2);
    cr_expect_str_eq(ac_record_get(fx_nth(&out, AC_KIND_EVENT, 1), "service"), "Updater");
    ac_buf_free(&b);
    ac_buf_free(&record);
}

Test(evt, not_closed_and_without_its_end_record)
{
    struct ac_buf b = {0};

    header(&b, 0, 1, 1);
    event(&b, 7, 517, "Security", cleared, 6);
    cr_assert_eq(parse(b.p, b.n, "x/SecEvent.Evt"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(counted("event_ids", "517"), 1);
    ac_buf_free(&b);
}

Test(evt, cut_and_changed_everywhere)
{
    struct ac_buf b = {0};

    build(&b, 0);
    for (size_t n = 0; n < b.n; n++) {
        enum ac_rc rc = parse(b.p, n, "x.evt");

        cr_expect_eq(rc, n < 48 ? AC_CORRUPT : AC_OK, "%zu: %s", n, ac_rc_name(rc));
    }
    for (size_t at = 48; at < b.n; at++) {
        char before = b.p[at];

        b.p[at] = (char)0xFF;
        cr_expect_eq(parse(b.p, b.n, "x.evt"), AC_OK);
        b.p[at] = before;
    }
    ac_buf_free(&b);
}

Test(evt, every_allocation_may_fail)
{
    struct ac_buf b = {0};

    build(&b, 0);
    for (unsigned long n = 1; n < 100; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(b.p, b.n, "x.evt");
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        if (rc == AC_OK)
            cr_expect_eq(fx_count(&out, AC_KIND_EVENT), 3, "allocation %lu", n);
    }
    ac_buf_free(&b);
}

/* evtinfo and evtexport of libevt 20200926: 5 records, ids 1, 2, 3, 5 and 65534. */
Test(evt, real_log)
{
    struct ac_buf b = {0};

    if (!fx_load_realdata("evtx/evt-dissect-TestLog-dirty.evt", &b))
        cr_skip_test("no real data");
    cr_assert_eq(parse(b.p, b.n, "TestLog-dirty.evt"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_expect_eq(json_object_size(ac_record_get_json(row, "event_ids")), 5);
    cr_expect_eq(counted("event_ids", "65534"), 1);
    cr_expect_str_eq(ac_record_get(row, "first_time"), "2021-07-21T02:40:16Z");
    ac_buf_free(&b);
}
