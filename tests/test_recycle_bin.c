/* Recycle Bin: $I files of both versions, INFO2, and what is cut of them. */
#include "fixture.h"

#include "recycle_bin.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static struct fx_records out;
static struct ac_buf file;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&file);
}

TestSuite(recycle_bin, .init = begin, .fini = end);

#define BIN "$Recycle.Bin/S-1-5-21-1-2-3-1001/"

static enum ac_rc parse(const char *path)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(&file), .path = path, .user = ""};

    fx_records_free(&out);
    cr_assert(ac_parser_recycle_bin.recognise(&a), "%s", path);
    return ac_parser_recycle_bin.parse(&a, &budget, &out.sink, NULL);
}

/* Version, size and time of deletion; version 1: 520 bytes of path, version 2: its length and the path. */
static void dollar_i(unsigned version, const char *path)
{
    struct ac_buf text = {0};

    fx_utf16z(&text, path);
    fx_le64(&file, version);
    fx_le64(&file, 724919);
    fx_le64(&file, fx_time("2021-01-05T08:30:14.5Z"));
    if (version == 2)
        fx_le32(&file, (uint32_t)(text.n / 2));
    ac_buf_add(&file, text.p, text.n);
    if (version == 1)
        fx_pad_to(&file, 24 + 520);
    ac_buf_free(&text);
}

static void expect(const char *path)
{
    const struct ac_record *r = fx_nth(&out, AC_KIND_ACTIVITY, 0);

    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "artefact"), "recycle-bin");
    cr_expect_str_eq(ac_record_get(r, "text"), path);
    cr_expect_str_eq(ac_record_get(r, "user"), "S-1-5-21-1-2-3-1001");
    cr_expect_eq(ac_record_get_int(r, "size"), 724919);
    cr_expect_eq(ac_record_get_time(r, "time").ticks, fx_time("2021-01-05T08:30:14.5Z"));
}

Test(recycle_bin, both_versions)
{
    for (unsigned version = 1; version <= 2; version++) {
        ac_buf_free(&file);
        dollar_i(version, "C:\\Users\\user1\\Downloads\\\xE8\xAB\x8B\xE6\xB1\x82.doc");
        cr_assert_eq(parse(BIN "$IABCDEF.doc"), AC_OK);
        cr_expect_eq(out.n, 1);
        expect("C:\\Users\\user1\\Downloads\\\xE8\xAB\x8B\xE6\xB1\x82.doc");
    }
}

Test(recycle_bin, a_cut_path_keeps_time_and_size)
{
    for (unsigned version = 1; version <= 2; version++) {
        ac_buf_free(&file);
        dollar_i(version, "C:\\Users\\user1\\a.doc");
        for (size_t n = 24; n < file.n; n++) {
            size_t whole = file.n;

            file.n = n;
            cr_assert_eq(parse(BIN "$IABCDEF.doc"), AC_OK);
            cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1, "%zu", n);
            expect("");
            file.n = whole;
        }
    }
}

Test(recycle_bin, a_length_that_lies)
{
    dollar_i(2, "C:\\a.doc");
    fx_put_le32(&file, 24, 0x80000004);
    cr_assert_eq(parse(BIN "$IABCDEF.doc"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

Test(recycle_bin, info2)
{
    struct ac_record *r;

    fx_le32(&file, 5);
    fx_le32(&file, 2);
    fx_le32(&file, 2);
    fx_le32(&file, 800);
    fx_le32(&file, 0);
    for (uint32_t i = 1; i <= 2; i++) {
        size_t at = file.n;

        fx_pad_to(&file, at + 260);
        fx_le32(&file, i);
        fx_le32(&file, 2);
        fx_le64(&file, fx_time("2010-01-05T08:30:14Z"));
        fx_le32(&file, 77);
        fx_utf16z(&file, i == 1 ? "C:\\one.exe" : "C:\\two.exe");
        fx_pad_to(&file, at + 800);
    }
    cr_assert_eq(parse("RECYCLER/S-1-5-21-1-2-3-1001/INFO2"), AC_OK);
    cr_assert_eq(out.n, 2);
    r = out.items[1];
    cr_expect_str_eq(ac_record_get(r, "text"), "C:\\two.exe");
    cr_expect_str_eq(ac_record_get(r, "user"), "S-1-5-21-1-2-3-1001");
    cr_expect_eq(ac_record_get_int(r, "position"), 2);
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "offset")), 820);
    file.n -= 1;
    cr_assert_eq(parse("RECYCLER/S-1-5-21-1-2-3-1001/INFO2"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_ACTIVITY), 1);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    fx_put_le32(&file, 12, 801);
    cr_expect_eq(parse("RECYCLER/S-1-5-21-1-2-3-1001/INFO2"), AC_UNSUPPORTED);
}

Test(recycle_bin, real_files)
{
    const struct ac_record *r;

    if (!fx_load_realdata("lnk/recyclebin/plaso-$II3DF3L.zip", &file))
        cr_skip_test("real data is not here");
    cr_assert_eq(parse("$Recycle.Bin/S/$II3DF3L.zip"), AC_OK);
    r = fx_nth(&out, AC_KIND_ACTIVITY, 0);
    cr_expect_str_eq(ac_record_get(r, "text"),
                     "C:\\Users\\nfury\\Documents\\Alloy Research\\StarFury.zip");
    cr_expect_eq(ac_record_get_int(r, "size"), 724919);
    cr_expect_eq(ac_record_get_time(r, "time").ticks, fx_time("2012-03-12T20:49:58.633Z"));
    ac_buf_free(&file);
    cr_assert(fx_load_realdata("lnk/recyclebin/plaso-INFO2", &file));
    cr_assert_eq(parse("RECYCLER/S/INFO2"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_ACTIVITY), 4);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}
