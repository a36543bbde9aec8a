/* Layout.ini: only what lies where an ordinary user may write, as stored. */
#include "fixture.h"

#include "layout_ini.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static struct fx_records out;
static struct ac_buf file;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    fx_le16(&file, 0xFEFF);
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&file);
}

TestSuite(layout_ini, .init = begin, .fini = end);

static enum ac_rc parse(void)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {
        .bytes = fx_view(&file), .path = "Windows/Prefetch/Layout.ini", .user = ""};

    fx_records_free(&out);
    cr_assert(ac_parser_layout_ini.recognise(&a));
    return ac_parser_layout_ini.parse(&a, &budget, &out.sink, NULL);
}

Test(layout_ini, files_of_users_only)
{
    fx_utf16(&file, "[OptimalLayoutFile]\r\nVersion=1\r\nC:\\WINDOWS\\SYSTEM32\\NTDLL.DLL\r\n"
                    "C:\\USERS\\USER1\\APPDATA\\LOCAL\\BIDPTR\\BIDPTR.EXE\r\n"
                    "C:\\USERS\\USER1\\APPDATA\\\r\nC:\\PROGRAM FILES\\A\\A.EXE\r\n"
                    "C:\\WINDOWS\\TEMP\\\xE8\xAB\x8B.EXE");
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(out.n, 2);
    cr_expect_str_eq(ac_record_get(out.items[0], "program"), "BIDPTR.EXE");
    cr_expect_str_eq(ac_record_get(out.items[0], "program_path"),
                     "C:\\USERS\\USER1\\APPDATA\\LOCAL\\BIDPTR\\BIDPTR.EXE");
    cr_expect_str_eq(ac_record_get(out.items[0], "artefact"), "layout-ini");
    cr_expect_str_eq(ac_record_get(out.items[1], "program"), "\xE8\xAB\x8B.EXE");
}

Test(layout_ini, cut_anywhere)
{
    size_t whole;

    fx_utf16(&file, "C:\\USERS\\USER1\\A.EXE\r\n");
    whole = file.n;
    for (file.n = 2; file.n < whole; file.n++)
        cr_expect_eq(parse(), AC_OK);
}

Test(layout_ini, another_ini_is_none)
{
    struct ac_artefact a = {.bytes = fx_view(&file), .path = "x/MyLayout.ini", .user = ""};

    cr_expect_not(ac_parser_layout_ini.recognise(&a));
}
