/* RecentFileCache.bcf: built from libyal/dtformats' description; no real one is at hand. */
#include "fixture.h"

#include "recent_file_cache.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static struct fx_records out;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
}

TestSuite(recent_file_cache, .init = begin, .fini = end);

static void header(struct ac_buf *b)
{
    fx_le32(b, 0xFFEEFFFE);
    fx_le32(b, 0x2211);
    fx_le32(b, 3);
    fx_le32(b, 1);
    fx_le32(b, 0x11223344);
}

/* The number of characters is seen without the terminator and with it. */
static void add(struct ac_buf *b, const char *path, unsigned counted)
{
    fx_le32(b, (uint32_t)strlen(path) + counted);
    fx_utf16z(b, path);
}

static enum ac_rc parse(const void *p, size_t n)
{
    struct ac_budget budget = {1000};
    struct ac_err err = {0};
    uint8_t *copy = malloc(n ? n : 1);
    struct ac_artefact a = {.path = "RecentFileCache.bcf", .user = ""};
    enum ac_rc rc;

    cr_assert(copy);
    if (n)
        memcpy(copy, p, n);
    a.bytes = (struct ac_view){copy, n, 0};
    cr_expect(ac_parser_recent_file_cache.recognise(&a));
    rc = ac_parser_recent_file_cache.parse(&a, &budget, &out.sink, &err);
    free(copy);
    return rc;
}

Test(recent_file_cache, entries)
{
    for (unsigned counted = 0; counted < 2; counted++) {
        struct ac_buf b = {0};
        struct ac_record *r;

        header(&b);
        add(&b, "c:\\users\\user1\\downloads\\setup.exe", counted);
        add(&b, "c:\\a.exe", counted);
        cr_assert_eq(parse(b.p, b.n), AC_OK);
        cr_assert_eq(fx_count(&out, AC_KIND_EXECUTION), 2);
        r = fx_nth(&out, AC_KIND_EXECUTION, 0);
        cr_expect_str_eq(ac_record_get(r, "artefact"), "recent-file-cache");
        cr_expect_str_eq(ac_record_get(r, "program"), "setup.exe");
        cr_expect_str_eq(ac_record_get(r, "program_path"),
                         "c:\\users\\user1\\downloads\\setup.exe");
        cr_expect_eq(ac_record_get_int(r, "entry_offset"), 20);
        cr_expect_str_eq(ac_record_get(fx_nth(&out, AC_KIND_EXECUTION, 1), "program"), "a.exe");
        fx_records_free(&out);
        ac_buf_free(&b);
    }
}

Test(recent_file_cache, cut_short_everywhere)
{
    struct ac_buf b = {0};

    header(&b);
    add(&b, "c:\\a.exe", 0);
    add(&b, "c:\\b.exe", 0);
    for (size_t n = 0; n < b.n; n++) {
        enum ac_rc rc = parse(b.p, n);
        bool whole = n == 20 || n == 20 + 20 || n == 20 + 22 || n == 20 + 22 + 20;

        /* the second byte of a terminator alone begins no entry */
        cr_expect_eq(rc == AC_OK, whole, "%zu of %zu: %s", n, b.n, ac_rc_name(rc));
        cr_expect_leq(fx_count(&out, AC_KIND_EXECUTION), 2);
        fx_records_free(&out);
    }
    ac_buf_free(&b);
}

Test(recent_file_cache, hostile_sizes_and_names)
{
    struct ac_buf b = {0};

    header(&b);
    fx_le32(&b, 4);
    ac_buf_add(&b, "a\0\0\xD8\\\0b\0\0\0", 10); /* a lone surrogate */
    cr_assert_eq(parse(b.p, b.n), AC_OK);
    cr_expect_str_eq(ac_record_get(fx_nth(&out, AC_KIND_EXECUTION, 0), "program_path"),
                     "a\\u{D800}\\b");
    cr_expect_str_eq(ac_record_get(fx_nth(&out, AC_KIND_EXECUTION, 0), "program"), "b");
    fx_put_le32(&b, 20, 0x80000001);
    cr_expect_eq(parse(b.p, b.n), AC_TRUNCATED);
    b.p[0] = 0;
    cr_expect_eq(parse(b.p, b.n), AC_CORRUPT);
    ac_buf_free(&b);
}

Test(recent_file_cache, no_memory_and_no_budget_are_said)
{
    struct ac_buf b = {0};

    header(&b);
    for (int i = 0; i < 300; i++)
        add(&b, "c:\\a.exe", 0);
    cr_expect_eq(parse(b.p, b.n), AC_LIMIT);
    fx_records_free(&out);
    for (unsigned long n = 1; n < 20; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(b.p, 42);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        fx_records_free(&out);
    }
    ac_buf_free(&b);
}
