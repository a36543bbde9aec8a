/* Event logs that are damaged, cut or hostile; memory and budget that end. */
#include "evtx_case.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(evtx_damage, .init = ec_begin, .fini = ec_end);

/* ---- damage */

static void expect_problem(const char *what, uint64_t offset)
{
    const struct ac_record *r = fx_find(&ec_out, AC_KIND_PROBLEM, "what", what);

    cr_assert(r, "%s", what);
    cr_expect_eq(ac_record_get_int(r, "offset"), (int64_t)offset, "%s at %lld", what,
                 (long long)ac_record_get_int(r, "offset"));
    cr_expect_eq(ec_problems(), 1);
}

Test(evtx_damage, checksums)
{
    ec_build_one(&ec_service);
    ec_file.p[10] ^= 1;
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("the checksum of the file header does not fit", 0);
    ec_build_one(&ec_service);
    ec_file.p[EC_CHUNK0 + 130] ^= 1;
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("the checksum of a chunk's header does not fit", EC_CHUNK0);
    ec_build_one(&ec_service);
    ec_file.p[EC_CHUNK0 + 512 + 17] ^= 1; /* in the time of the record */
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("the checksum of a chunk's events does not fit", EC_CHUNK0);
    cr_expect_eq(ec_events(), 1);
    fx_put_le32(&ec_file, 120, 4); /* the log has none */
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
}

Test(evtx_damage, file_header_destroyed)
{
    ec_build_one(&ec_service);
    memset(ec_file.p, 0x55, 4096);
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("the file header has no signature (ElfFile)", 0);
    cr_expect_eq(ec_events(), 1);
    cr_expect_null(ac_record_get_json(ec_event(0), "recovered"));
}

Test(evtx_damage, chunk_header_destroyed)
{
    ec_build_one(&ec_service);
    memset(ec_file.p + EC_CHUNK0, 0x55, 512);
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("a chunk has no signature (ElfChnk)", EC_CHUNK0);
    cr_assert_eq(ec_events(), 1);
    ec_expect_service(ec_event(0), 100);
    cr_expect_str_eq(ac_record_prov(ec_event(0), "state"), "unlinked");
    cr_expect(ac_record_get_bool(ec_event(0), "recovered"));
}

Test(evtx_damage, an_event_destroyed)
{
    const struct fx_event *list[] = {&ec_service, &ec_service, &ec_service};
    uint32_t second;

    ec_build(list, 3);
    second = 512 + ac_le32((const uint8_t *)ec_file.p + EC_CHUNK0 + 512 + 4);
    memset(ec_file.p + EC_CHUNK0 + second, 0, 8);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("an event does not lie as its chunk says", EC_CHUNK0 + second);
    cr_assert_eq(ec_events(), 2);
    cr_expect_str_eq(ac_record_prov(ec_event(1), "state"), "unlinked");
    cr_expect_eq(ac_record_get_int(ec_event(1), "record_number"), 102);
}

Test(evtx_damage, an_event_that_is_not_there)
{
    ec_build_one(&ec_service);
    fx_put_le64(&ec_file, EC_CHUNK0 + 32, 101);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("a chunk does not have as many events as its header says", EC_CHUNK0 + 24);
}

Test(evtx_damage, binary_xml_destroyed)
{
    ec_build_one(&ec_service);
    ec_file.p[EC_CHUNK0 + 512 + 24 + 4] = 0x33;
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("binary XML holds a token that is not known", EC_CHUNK0 + 512 + 28);
    cr_expect_eq(ec_events(), 0);
}

Test(evtx_damage, fewer_chunks_than_counted)
{
    ec_build_one(&ec_service);
    fx_put_le16(&ec_file, 42, 2);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    expect_problem("the file has fewer chunks than its header says", ec_file.n);
    cr_expect_eq(ec_events(), 1);
}

Test(evtx_damage, cut_short)
{
    const struct fx_event *list[] = {&ec_service, &ec_renamed, &ec_cleared, &ec_service};
    size_t used;

    ec_build(list, 4);
    used = EC_CHUNK0 + ac_le32((const uint8_t *)ec_file.p + EC_CHUNK0 + 48);
    for (size_t n = 0; n<ec_file.n; n += n> used ? 4093 : n >= EC_CHUNK0 + 500 ? 1 : 127) {
        enum ac_rc rc = ec_parse_bytes(ec_file.p, n, 100000);

        cr_assert_eq(rc, AC_OK, "%zu: %s", n, ac_rc_name(rc));
        cr_expect_geq(ec_problems(), n < used ? 1U : 0U, "%zu", n);
        cr_expect_leq(ec_events(), 4);
        if (n >= used)
            cr_expect_eq(ec_events(), 4, "%zu", n);
    }
}

Test(evtx_damage, every_byte_changed)
{
    const struct fx_event *list[] = {&ec_service, &ec_renamed, &ec_cleared};
    size_t used;

    ec_build(list, 3);
    used = EC_CHUNK0 + ac_le32((const uint8_t *)ec_file.p + EC_CHUNK0 + 48);
    ec_file.n = used; /* the rest is zeros: it only costs time */
    for (size_t at = 0; at < used; at += at < EC_CHUNK0 && at >= 128 ? 500 : 1) {
        for (unsigned k = 0; k < 2; k++) {
            char before = ec_file.p[at];

            ec_file.p[at] = k ? (char)0xFF : (char)(before ^ 0x41);
            cr_expect_eq(ec_parse_bytes(ec_file.p, ec_file.n, 100000), AC_OK);
            ec_file.p[at] = before;
        }
    }
}

/* ---- hostile ones */

static void raw_event(const struct ac_buf *xml)
{
    struct fx_evtx *e = fx_evtx_new(1);

    fx_evtx_raw(e, EC_T1, xml->p, xml->n);
    ac_buf_free(&ec_file);
    fx_evtx_build(e, &ec_file);
    cr_expect_eq(ec_parse(), AC_OK);
    cr_expect_geq(ec_problems(), 1);
    cr_expect_eq(ec_events(), 0);
}

#define AT (512 + 24) /* of the binary XML in the chunk */

/* A template whose body is an instance of itself. */
Test(evtx_damage, template_inside_of_itself)
{
    struct ac_buf b = {0};
    size_t body;

    ac_buf_add(&b, "\x0F\x01\x01\0\x0C\x01", 6);
    fx_le32(&b, 7);
    fx_le32(&b, AT + 14);
    fx_le32(&b, 0);
    fx_le32(&b, 7);
    fx_zero(&b, 12);
    fx_le32(&b, 14);
    body = b.n;
    fx_u8(&b, 0x0C);
    fx_u8(&b, 1);
    fx_le32(&b, 7);
    fx_le32(&b, AT + 14);
    fx_le32(&b, 0); /* number of values */
    cr_assert_eq(b.n - body, 14);
    fx_le32(&b, 0);
    raw_event(&b);
    ac_buf_free(&b);
}

Test(evtx_damage, sizes_and_numbers_without_bounds)
{
    static const uint32_t wild[] = {0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x10000, 0xFFFF, 0x4000};
    struct ac_buf b = {0};

    for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
        for (unsigned field = 0; field < 3; field++) {
            ac_buf_clear(&b);
            ac_buf_add(&b, "\x0F\x01\x01\0\x0C\x01", 6);
            fx_le32(&b, 7);
            fx_le32(&b, field == 0 ? wild[i] : AT + 14);
            fx_le32(&b, 0);
            fx_le32(&b, 7);
            fx_zero(&b, 12);
            fx_le32(&b, field == 1 ? wild[i] : 1);
            fx_u8(&b, 0);
            fx_le32(&b, field == 2 ? wild[i] : 0);
            raw_event(&b);
        }
    }
    ac_buf_free(&b);
}

/* Elements opened without end, each with the same name. */
Test(evtx_damage, elements_inside_of_each_other)
{
    struct ac_buf b = {0};

    ac_buf_add(&b, "\x0F\x01\x01", 4);
    for (unsigned i = 0; i < 3000; i++) {
        fx_u8(&b, 0x01);
        fx_le32(&b, 0);
        fx_le32(&b, AT + 4 + 9);
        if (i == 0) {
            fx_zero(&b, 6);
            fx_le16(&b, 1);
            fx_utf16z(&b, "a");
        }
        fx_u8(&b, 0x02);
    }
    raw_event(&b);
    ac_buf_free(&b);
}

/* An element with its name beside it, its size not told. */
static void tag(struct ac_buf *b, const char *name, bool attributes)
{
    fx_u8(b, attributes ? 0x41 : 0x01);
    fx_le32(b, 0);
    fx_le32(b, (uint32_t)(AT + b->n + 4));
    fx_zero(b, 6);
    fx_le16(b, (unsigned)strlen(name));
    fx_utf16z(b, name);
    if (attributes)
        fx_le32(b, 0);
    else
        fx_u8(b, 0x02);
}

static void string(struct ac_buf *b, const char *value)
{
    fx_le16(b, 0x0105);
    fx_le16(b, (unsigned)strlen(value));
    fx_utf16(b, value);
}

/* Event / System / Provider Name="Service Control Manager", EventID 7045; then EventData / Data, open. */
static void begin_service(struct ac_buf *b)
{
    ac_buf_add(b, "\x0F\x01\x01", 4);
    tag(b, "Event", false);
    tag(b, "System", false);
    tag(b, "Provider", true);
    fx_u8(b, 0x06);
    fx_le32(b, (uint32_t)(AT + b->n + 4));
    fx_zero(b, 6);
    fx_le16(b, 4);
    fx_utf16z(b, "Name");
    string(b, "Service Control Manager");
    fx_u8(b, 0x03);
    tag(b, "EventID", false);
    string(b, "7045");
    ac_buf_add(b, "\x04\x04", 2);
    tag(b, "EventData", false);
    tag(b, "Data", false);
}

static void end_service(struct ac_buf *b)
{
    ac_buf_add(b, "\x04\x04\x04\0", 4);
}

/* A template that holds one number of a value `times` times, and that value of n bytes. */
static void repeat(struct ac_buf *b, unsigned times, uint8_t type, size_t n)
{
    ac_buf_add(b, "\x0C\x01", 2);
    fx_le32(b, 7);
    fx_le32(b, (uint32_t)(AT + b->n + 4));
    fx_le32(b, 0);
    fx_le32(b, 7);
    fx_zero(b, 12);
    fx_le32(b, 4 * times);
    for (unsigned i = 0; i < times; i++)
        ac_buf_add(b, "\x0D\0\0\x01", 4);
    fx_le32(b, 1);
    fx_le16(b, (unsigned)n);
    fx_le16(b, type);
    for (size_t i = 0; i < n; i++)
        ac_buf_addc(b, 'x');
}

Test(evtx_damage, one_text_a_few_times)
{
    struct fx_evtx *e = fx_evtx_new(1);
    struct ac_buf b = {0};

    begin_service(&b);
    repeat(&b, 3, 1, 4);
    end_service(&b);
    fx_evtx_raw(e, EC_T1, b.p, b.n);
    fx_evtx_build(e, &ec_file);
    cr_expect_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_assert_eq(ec_events(), 1);
    cr_expect_str_eq(ec_data_of(ec_event(0)), "=\u7878\u7878\u7878\u7878\u7878\u7878;");
    cr_expect_str_eq(ac_record_get(ec_event(0), "time"), EC_T1, "that of the record");
    ac_buf_free(&b);
}

Test(evtx_damage, one_text_so_often_that_no_chunk_could_hold_it)
{
    struct ac_buf b = {0};

    begin_service(&b);
    repeat(&b, 5000, 1, 30000);
    end_service(&b);
    raw_event(&b);
    expect_problem("one event has more text than its chunk could hold",
                   EC_CHUNK0 + AT + b.n - 30000 - 4);
    ac_buf_free(&b);
}

/* 30,000 numbers of one byte, 5,000 times. */
Test(evtx_damage, one_array_so_often)
{
    struct ac_buf b = {0};

    begin_service(&b);
    repeat(&b, 5000, 0x84, 30000);
    end_service(&b);
    raw_event(&b);
    ac_buf_free(&b);
}

Test(evtx_damage, budget_ends)
{
    const struct fx_event *list[] = {&ec_service, &ec_service, &ec_service};

    ec_build(list, 3);
    for (uint64_t steps = 0; steps < 30; steps++) {
        enum ac_rc rc = ec_parse_bytes(ec_file.p, ec_file.n, steps);

        cr_expect(rc == AC_OK || rc == AC_LIMIT, "%s", ac_rc_name(rc));
    }
    cr_expect_eq(ec_parse_bytes(ec_file.p, ec_file.n, 3), AC_LIMIT);
}

/* Whichever fails: either it is said, or nothing is missing. */
Test(evtx_damage, every_allocation_may_fail)
{
    const struct fx_event *list[] = {&ec_service, &ec_renamed};
    size_t failures = 0;

    ec_build(list, 2);
    for (unsigned long n = 1; n < 120; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ec_parse();
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        failures += rc != AC_OK;
        if (rc == AC_OK) {
            cr_expect_eq(ec_events(), 2, "allocation %lu: an event was lost without a word", n);
            cr_expect_eq(fx_count(&ec_out, AC_KIND_SYSTEM), 1, "allocation %lu", n);
        }
    }
    cr_expect_gt(failures, 15);
}
