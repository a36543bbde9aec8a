/* The compatibility cache (ShimCache): every format, built and as published; damaged ones. */
#include "build_shimcache.h"

#include "shimcache.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

static struct {
    struct ac_shim_entry entries[MOST];
    char paths[MOST][128], packages[MOST][64];
    size_t n, problems;
    char what[128];
    enum ac_rc class, stop; /* stop: what the visitor answers */
} got;

static void text_of(struct ac_view v, char *ret, size_t size)
{
    struct ac_buf b = {0};

    ac_text_from_utf16(v, &b, NULL);
    snprintf(ret, size, "%s", ac_buf_text(&b));
    ac_buf_free(&b);
}

static enum ac_rc take(void *context, const struct ac_shim_entry *e)
{
    (void)context;
    if (got.n < MOST) {
        got.entries[got.n] = *e;
        text_of(e->path, got.paths[got.n], sizeof(got.paths[0]));
        text_of(e->package, got.packages[got.n], sizeof(got.packages[0]));
    }
    got.n++;
    return got.stop;
}

static enum ac_rc tell(void *context, enum ac_rc class, uint64_t offset, const char *effect,
                       const char *what)
{
    (void)context;
    (void)offset;
    cr_assert_not_null(effect);
    got.problems++;
    got.class = class;
    snprintf(got.what, sizeof(got.what), "%s", what);
    return AC_OK;
}

/* Of a block of that very size, so that a sanitizer sees any overrun. */
static enum ac_rc run(const void *p, size_t n)
{
    struct ac_shim_visit visit = {take, tell, NULL};
    struct ac_budget budget = {100000};
    enum ac_rc stop = got.stop, rc;
    uint8_t *copy = malloc(n ? n : 1);

    memset(&got, 0, sizeof(got));
    got.stop = stop;
    cr_assert(copy);
    if (n)
        memcpy(copy, p, n);
    rc = ac_shim_read((struct ac_view){copy, n, 0}, &budget, &visit);
    free(copy);
    return rc;
}

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    memset(&got, 0, sizeof(got));
}

TestSuite(shimcache, .init = begin);

static const struct fx_shim_entry sample[] = {
    {"\\??\\C:\\Windows\\system32\\one.exe", NULL, "2010-11-20T12:17:48.148Z",
     "2011-02-03T04:05:06Z", 73728, 7},
    {"\\??\\C:\\Users\\\xE3\x82\xA2\\two.exe", NULL, "2011-01-12T12:08:00Z", "2011-02-03T05:05:06Z",
     44544, 5},
    {"SYSVOL\\Windows\\three.exe", "App_8wekyb3d8bbwe", "2012-03-04T05:06:07Z",
     "2012-03-05T05:06:07Z", 1024, 2},
};

Test(shimcache, every_format)
{
    for (int f = 0; f < FX_SHIM_FORMATS; f++) {
        struct ac_buf b = {0};
        bool sizes = f <= FX_SHIM_2003_64, flags = f >= FX_SHIM_VISTA_32 && f <= FX_SHIM_8_1;

        fx_shim(&b, (enum fx_shim_format)f, sample, 3);
        cr_assert_eq(run(b.p, b.n), AC_OK);
        cr_expect_eq(got.problems, 0, "format %d: %s", f, got.what);
        cr_assert_eq(got.n, 3, "format %d: %zu", f, got.n);
        for (size_t i = 0; i < 3; i++) {
            const struct ac_shim_entry *e = &got.entries[i];

            cr_expect_str_eq(got.paths[i], sample[i].path, "format %d", f);
            cr_expect_eq(e->modified.ticks, fx_time(sample[i].modified), "format %d", f);
            cr_expect_eq(e->updated.ticks, f == FX_SHIM_XP ? fx_time(sample[i].updated) : 0);
            cr_expect_eq(e->ordered, f != FX_SHIM_XP);
            cr_expect_eq(e->position, f == FX_SHIM_XP ? 0 : i);
            cr_expect_eq(e->has_size, sizes, "format %d", f);
            cr_expect_eq(e->has_flags, flags, "format %d", f);
            if (sizes)
                cr_expect_eq(e->size, sample[i].size);
            if (flags)
                cr_expect_eq(e->flags, sample[i].flags);
            cr_expect_str_eq(got.packages[i], f == FX_SHIM_8_1 && i == 2 ? sample[i].package : "");
            cr_expect_lt(e->offset, b.n);
        }
        ac_buf_free(&b);
    }
}

/* Single entries of real machines, as the tests of libyal/winreg-kb publish them (path, stored
 * CRC-32, what follows the path). */
Test(shimcache, published_entries_of_windows_8)
{
    static const struct {
        const char *signature, *path;
        uint32_t crc, flags;
        uint8_t rest[22];
        size_t n;
        const char *modified;
    } cases[] = {
        {"00ts",
         "SYSVOL\\Windows\\System32\\wbem\\WmiPrvSE.exe",
         0x8A3C6B9E,
         0x43,
         {0x43, 0, 0, 0, 0, 0, 0, 1, 0xF0, 0xA4, 0xA4, 0xBC, 0xFC, 0xED, 0xCC, 1},
         20,
         "2012-02-18T05:18:23.935Z"},
        {"10ts",
         "SYSVOL\\Windows\\System32\\dllhost.exe",
         0x05A04CBC,
         0x7F,
         {0, 0, 0x7F, 0, 0, 0, 0, 0x11, 0, 1, 0xB5, 0x1F, 0x73, 0x13, 0x34, 0x9F, 0xCE, 1},
         22,
         "2013-08-22T12:35:25.3750709Z"},
    };

    for (size_t i = 0; i < 2; i++) {
        struct ac_buf b = {0};
        char time[AC_TIME_TEXT];

        fx_le32(&b, 0x80);
        fx_pad_to(&b, 0x80);
        ac_buf_addz(&b, cases[i].signature);
        fx_le32(&b, cases[i].crc);
        fx_le32(&b, (uint32_t)(2 + 2 * strlen(cases[i].path) + cases[i].n));
        fx_le16(&b, (unsigned)(2 * strlen(cases[i].path)));
        fx_utf16(&b, cases[i].path);
        ac_buf_add(&b, cases[i].rest, cases[i].n);
        cr_assert_eq(run(b.p, b.n), AC_OK);
        cr_expect_eq(got.problems, 0, "%s", got.what);
        cr_assert_eq(got.n, 1);
        cr_expect_str_eq(got.paths[0], cases[i].path);
        cr_expect_eq(got.entries[0].flags, cases[i].flags);
        cr_expect_str_eq(ac_time_print(got.entries[0].modified, time), cases[i].modified);
        ac_buf_free(&b);
    }
}

Test(shimcache, an_empty_cache_is_only_a_header)
{
    for (int f = 0; f < FX_SHIM_FORMATS; f++) {
        struct ac_buf b = {0};

        fx_shim(&b, (enum fx_shim_format)f, NULL, 0);
        cr_assert_eq(run(b.p, b.n), AC_OK);
        cr_expect_eq(got.n, 0);
        cr_expect_eq(got.problems, 0, "format %d: %s", f, got.what);
        ac_buf_free(&b);
    }
}

/* 2003 and Vista differ in 8 bytes of an entry only. */
Test(shimcache, nothing_is_said_when_2003_and_vista_cannot_be_told_apart)
{
    static const struct {
        uint32_t low, high;
        bool size, flags;
    } cases[] = {{0, 0, false, false},   {2, 0, false, true},     {0xFF, 1, false, true},
                 {4096, 0, true, false}, {4096, 1, false, false}, {0xFFFFFFFF, 0, true, false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_buf b = {0};

        fx_shim(&b, FX_SHIM_2003_32, sample, 1);
        fx_put_le32(&b, 24, cases[i].low);
        fx_put_le32(&b, 28, cases[i].high);
        cr_assert_eq(run(b.p, b.n), AC_OK);
        cr_assert_eq(got.n, 1);
        cr_expect_eq(got.entries[0].has_size, cases[i].size, "%zu", i);
        cr_expect_eq(got.entries[0].has_flags, cases[i].flags, "%zu", i);
        ac_buf_free(&b);
    }
}

Test(shimcache, cut_short_everywhere)
{
    for (int f = 0; f < FX_SHIM_FORMATS; f++) {
        struct ac_buf b = {0};
        size_t complete = 0;

        fx_shim(&b, (enum fx_shim_format)f, sample, 3);
        for (size_t n = 0; n < b.n; n++) {
            cr_assert_eq(run(b.p, n), AC_OK);
            cr_assert_leq(got.n, 3);
            /* only a cut at the end of an entry of Windows 8 and later cannot be seen: their
             * headers do not say how many there are */
            complete += got.problems == 0 && n > 0;
            if (f < FX_SHIM_8_0) /* the terminator of the last path is not needed */
                cr_assert(got.problems > 0 || n + 2 >= b.n, "format %d, %zu of %zu", f, n, b.n);
        }
        if (f >= FX_SHIM_8_0)
            cr_expect_eq(complete, 3, "format %d: header, one entry, two entries: %zu", f,
                         complete);
        ac_buf_free(&b);
    }
}

Test(shimcache, every_changed_byte_ends_well)
{
    for (int f = 0; f < FX_SHIM_FORMATS; f++) {
        struct ac_buf b = {0};

        fx_shim(&b, (enum fx_shim_format)f, sample, 3);
        for (size_t i = 0; i < b.n; i++) {
            char kept = b.p[i];

            b.p[i] = (char)(kept ^ (i % 2 ? 0xFF : 0x80));
            cr_assert_eq(run(b.p, b.n), AC_OK);
            cr_assert_leq(got.n, 3, "format %d, byte %zu", f, i);
            if (f >= FX_SHIM_8_0 && i >= 0x80)
                cr_expect_gt(got.problems, 0, "format %d, byte %zu", f, i);
            b.p[i] = kept;
        }
        ac_buf_free(&b);
    }
}

Test(shimcache, hostile_counts_are_bounded_by_the_data)
{
    static const enum fx_shim_format formats[] = {FX_SHIM_XP, FX_SHIM_2003_32, FX_SHIM_VISTA_64,
                                                  FX_SHIM_7_32, FX_SHIM_7_64};

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct ac_buf b = {0};

        fx_shim(&b, formats[i], sample, 3);
        fx_put_le32(&b, 4, 0xFFFFFFFF);
        cr_expect_eq(run(b.p, b.n), AC_OK);
        cr_expect_geq(got.n, 3);
        cr_expect_lt(got.n, b.n / 24);
        cr_expect_geq(got.problems, 1);
        ac_buf_free(&b);
    }
}

Test(shimcache, a_damaged_entry_is_passed_over)
{
    struct ac_buf b = {0};

    fx_shim(&b, FX_SHIM_7_64, sample, 3);
    fx_put_le64(&b, 128 + 48 + 8, 0xFFFFFFFFFFFFFFF0); /* offset of the second path */
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_expect_eq(got.n, 2);
    cr_expect_eq(got.problems, 1);
    cr_expect_eq(got.class, AC_CORRUPT);
    cr_expect_eq(got.entries[1].position, 2, "the place in the list stays");
    ac_buf_free(&b);
}

static size_t second_entry(const struct ac_buf *b)
{
    return 0x34 + 12 + ac_le32((const uint8_t *)b->p + 0x34 + 8);
}

Test(shimcache, the_next_entry_is_found_behind_a_damaged_one)
{
    struct ac_buf b = {0};
    size_t at;

    fx_shim(&b, FX_SHIM_10_CREATOR, sample, 3);
    at = second_entry(&b);
    b.p[at] = 'X';
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_assert_eq(got.n, 2);
    cr_expect_eq(got.problems, 1);
    cr_expect_str_eq(got.paths[1], sample[2].path);
    b.p[at] = '1';
    fx_put_le32(&b, at + 8, 0xFFFFFFF0); /* its size */
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_expect_eq(got.n, 2);
    cr_expect_eq(got.class, AC_TRUNCATED);
    ac_buf_free(&b);
    fx_shim(&b, FX_SHIM_10_CREATOR, sample, 3);
    fx_put_le16(&b, at + 12, 0xFFFE); /* size of its path */
    fx_shim_checksum(&b, at);
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_expect_eq(got.n, 2);
    cr_expect(strstr(got.what, "parts of an entry"));
    ac_buf_free(&b);
}

Test(shimcache, a_wrong_checksum_is_told_and_the_entry_kept)
{
    struct ac_buf b = {0};

    fx_shim(&b, FX_SHIM_10, sample, 3);
    b.p[0x30 + 12 + 2 + 8] = 'D'; /* "\??\D:" */
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_expect_eq(got.n, 3);
    cr_expect_eq(got.problems, 1);
    cr_expect(strstr(got.what, "checksum"));
    ac_buf_free(&b);
}

Test(shimcache, zeros_behind_the_last_entry_are_none)
{
    struct ac_buf b = {0};

    fx_shim(&b, FX_SHIM_8_1, sample, 3);
    fx_zero(&b, 100);
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_expect_eq(got.n, 3);
    cr_expect_eq(got.problems, 0);
    ac_buf_free(&b);
}

Test(shimcache, an_unknown_format_is_said)
{
    uint8_t bytes[256] = {0x77, 0x77, 0x77, 0x77};

    cr_expect_eq(run(bytes, sizeof(bytes)), AC_OK);
    cr_expect_eq(got.problems, 1);
    cr_expect_eq(got.class, AC_UNSUPPORTED);
}

Test(shimcache, damage_is_not_told_without_end)
{
    struct ac_buf b = {0};

    fx_le32(&b, 0xBADC0FEE);
    fx_le32(&b, 1000);
    fx_pad_to(&b, 128 + 1000 * 32);
    for (size_t i = 0; i < 1000; i++)
        fx_put_le16(&b, 128 + i * 32, 1);
    cr_expect_eq(run(b.p, b.n), AC_OK);
    cr_expect_eq(got.n, 0);
    cr_expect_eq(got.problems, AC_MAX_SHIM_PROBLEMS + 1);
    cr_expect_eq(got.class, AC_LIMIT);
    ac_buf_free(&b);
}

Test(shimcache, the_visitor_ends_reading_and_so_does_the_budget)
{
    struct ac_shim_visit visit = {take, tell, NULL};
    struct ac_budget budget = {2};
    struct ac_buf b = {0};

    for (int f = 0; f < FX_SHIM_FORMATS; f++) {
        ac_buf_clear(&b);
        fx_shim(&b, (enum fx_shim_format)f, sample, 3);
        got.stop = AC_NOMEM;
        cr_expect_eq(run(b.p, b.n), AC_NOMEM);
        cr_expect_eq(got.n, 1);
        got.stop = AC_OK;
        budget.steps = 2;
        cr_expect_eq(ac_shim_read(fx_view(&b), &budget, &visit), AC_LIMIT);
    }
    ac_buf_free(&b);
}
