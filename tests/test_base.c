/* Base: numbers, text, time, digests, errors. */
#include "fixture.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"

#include <criterion/criterion.h>
#include <locale.h>

static void utf8_locale(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
}

TestSuite(base, .init = utf8_locale);

static const char *decode(const char *bytes, size_t n, bool *exact)
{
    static struct ac_buf out;

    ac_buf_clear(&out);
    ac_text_from_utf16((struct ac_view){(const uint8_t *)bytes, n, 0}, &out, exact);
    return ac_buf_text(&out);
}

Test(base, utf16_keeps_what_does_not_convert)
{
    bool exact = true;

    cr_assert_str_eq(decode("a\0b\0", 4, &exact), "ab");
    cr_assert(exact);
    cr_assert_str_eq(decode("\x3D\xD8\x00\xDE", 4, &exact), "\xF0\x9F\x98\x80");
    cr_assert(exact);
    cr_assert_str_eq(decode("a\0\x3D\xD8", 4, &exact), "a\\u{D83D}");
    cr_assert_not(exact);
    exact = true;
    cr_assert_str_eq(decode("a\0\0\0b\0", 6, &exact), "a\\u{0}b");
    cr_assert_not(exact);
    exact = true;
    cr_assert_str_eq(decode("a\0b", 3, &exact), "a\\x{62}");
    cr_assert_not(exact);
}

Test(base, times_are_never_folded)
{
    static const struct {
        uint64_t ticks;
        const char *text;
    } cases[] = {
        {1, "1601-01-01T00:00:00.0000001Z"},
        {132638256000000000, "2021-04-25T12:00:00Z"},
        {116444736000000000, "1970-01-01T00:00:00Z"},
        {125911583990000000, "1999-12-31T23:59:59Z"},
        {125962560000000000, "2000-02-29T00:00:00Z"},
        {2650467743999999999, "9999-12-31T23:59:59.9999999Z"},
        {2650467744000000000, "FILETIME 0x24c85a5ed1c04000 (out of range)"},
        {UINT64_MAX, "FILETIME 0xffffffffffffffff (out of range)"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[AC_TIME_TEXT];
        struct ac_filetime back;

        cr_expect_str_eq(ac_time_print((struct ac_filetime){cases[i].ticks}, text), cases[i].text);
        cr_expect(ac_time_parse(cases[i].text, &back));
        cr_expect_eq(back.ticks, cases[i].ticks);
    }
}

Test(base, every_day_from_1601_to_9999_prints_and_parses)
{
    for (uint64_t day = 0; day < 3067671; day++) {
        char text[AC_TIME_TEXT];
        struct ac_filetime t = {day * 86400 * AC_TICKS_PER_SECOND}, back = {1};

        cr_assert(ac_time_parse(ac_time_print(t, text), &back), "%s", text);
        cr_assert_eq(back.ticks, t.ticks, "%s", text);
    }
}

Test(base, unix_and_dos_times)
{
    char text[AC_TIME_TEXT];

    cr_expect_str_eq(ac_time_print(ac_time_from_unix(1614834301, 500000000), text),
                     "2021-03-04T05:05:01.5Z");
    cr_expect_str_eq(ac_time_print(ac_time_from_dos(0x5264, 0x2C83), text), "2021-03-04T05:36:06Z");
    cr_expect_eq(ac_time_from_dos(0, 0).ticks, 0);
    /* 2.5 days; 16:35 as Windows stored it; the last day of 9999; behind it; not a number */
    cr_expect_str_eq(ac_time_print(ac_time_from_ole(UINT64_C(0x4004000000000000)), text),
                     "1900-01-01T12:00:00Z");
    cr_expect_str_eq(ac_time_print(ac_time_from_ole(UINT64_C(0x40E5CAD61C71C71C)), text),
                     "2022-03-10T16:35:00Z");
    cr_expect_str_eq(ac_time_print(ac_time_from_ole(UINT64_C(0x41469240C0000000)), text),
                     "9999-12-31T12:00:00Z");
    cr_expect_eq(ac_time_from_ole(UINT64_C(0x4146924100000000)).ticks, 0);
    cr_expect_eq(ac_time_from_ole(UINT64_C(0x7FF8000000000000)).ticks, 0);
    cr_expect_eq(ac_time_from_ole(0).ticks, 0);
}

Test(base, text_for_a_terminal_is_harmless)
{
    struct ac_buf out = {0};

    ac_text_safe(
        AC_STR("a\033[31m\x7F\n\xC2\x9B \xE2\x80\xAE \xE2\x80\x8B \xE6\x97\xA5\xE6\x9C\xAC"), &out);
    cr_expect_str_eq(
        ac_buf_text(&out),
        "a\\u{1B}[31m\\u{7F}\\u{A}\\u{9B} \\u{202E} \\u{200B} \xE6\x97\xA5\xE6\x9C\xAC");
    cr_expect_eq(ac_text_width(AC_STR("ab\xE6\x97\xA5")), 4);
    ac_buf_free(&out);
}

Test(base, names_compare_as_ntfs_does)
{
    cr_expect(ac_fold_eq(AC_STR("\xC3\xA4.EXE"), AC_STR("\xC3\x84.exe")));
    cr_expect_not(ac_fold_eq(AC_STR("a"), AC_STR("ab")));
    cr_expect_eq(ac_fold_hash(AC_STR("Windows"), 7), ac_fold_hash(AC_STR("WINDOWS"), 7));
    cr_expect_neq(ac_fold_hash(AC_STR("Windows"), 7), ac_fold_hash(AC_STR("Windows"), 8));
}

Test(base, digests_of_the_standard_vectors)
{
    char hex[AC_HASH_TEXT];

    ac_hash_hex(AC_MD5, "abc", 3, hex);
    cr_expect_str_eq(hex, "900150983cd24fb0d6963f7d28e17f72");
    ac_hash_hex(AC_SHA1, "abc", 3, hex);
    cr_expect_str_eq(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    ac_hash_hex(AC_SHA256, "abc", 3, hex);
    cr_expect_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Test(base, errors_tell_the_way)
{
    struct ac_err err = {0};
    char text[512];

    AC_FAIL(&err, AC_CORRUPT, 4096, "bad cell");
    AC_WRAP(&err, AC_CORRUPT, AC_NO_OFFSET, "key Run");
    cr_expect_str_eq(ac_err_text(&err, text, sizeof(text)), "key Run: bad cell (at byte 4096)");
    for (int i = 0; i < 20; i++)
        AC_WRAP(&err, AC_CORRUPT, AC_NO_OFFSET, "outer %d", i);
    cr_expect_eq(err.n, AC_ERR_DEPTH);
}

Test(base, growth_survives_a_failing_allocation)
{
    struct ac_buf b = {0};

    ac_alloc_fail_at(1);
    ac_buf_addz(&b, "x");
    cr_expect(b.failed);
    cr_expect_str_eq(ac_buf_text(&b), "");
    ac_buf_free(&b);
}
