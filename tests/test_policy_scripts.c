/* scripts.ini of group policies: by Microsoft's specification, in both encodings, and found on a volume. */
#include "build_ntfs.h"

#include "policy_scripts.h"

#include "base/alloc.h"
#include "collect/collect.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define PLACE "Windows/System32/GroupPolicy/Machine/Scripts/scripts.ini"

static struct fx_records out;
static struct ac_buf file;
static char dir[4096];

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&file);
    fx_rmtree(dir);
}

TestSuite(policy_scripts, .init = begin, .fini = end);

static enum ac_rc parse_at(const char *path, uint64_t steps)
{
    struct ac_budget budget = {steps};
    struct ac_artefact a = {.bytes = fx_view(&file), .path = path, .user = "S-1-5-32-544"};

    fx_records_free(&out);
    cr_assert(ac_parser_policy_scripts.recognise(&a));
    return ac_parser_policy_scripts.parse(&a, &budget, &out.sink, NULL);
}

static void wide(const char *text)
{
    ac_buf_clear(&file);
    fx_le16(&file, 0xFEFF);
    fx_utf16(&file, text);
}

static void ansi(const char *text)
{
    ac_buf_clear(&file);
    ac_buf_addz(&file, text);
}

static void expect(size_t i, const char *location, const char *name, const char *command)
{
    cr_assert_lt(i, out.n);
    cr_expect_str_eq(ac_record_get(out.items[i], "location"), location);
    cr_expect_str_eq(ac_record_get(out.items[i], "name"), name);
    cr_expect_str_eq(ac_record_get(out.items[i], "command"), command);
}

static const char example[] =
    "\r\n[Startup]\r\n0CmdLine=first script.bat\r\n0Parameters=/q \"a b\"\r\n"
    "1CmdLine=\\\\server\\share\\second.vbs\r\n1Parameters=\r\n"
    "[Shutdown]\r\n0CmdLine=C:\\a.exe\r\n";

static void expect_example(void)
{
    cr_assert_eq(out.n, 3);
    expect(0, PLACE " [Startup]", "0CmdLine",
           "\"%SystemRoot%\\System32\\GroupPolicy\\Machine\\Scripts\\Startup\\first script.bat\" "
           "/q \"a b\"");
    expect(1, PLACE " [Startup]", "1CmdLine", "\\\\server\\share\\second.vbs");
    expect(2, PLACE " [Shutdown]", "0CmdLine", "C:\\a.exe");
    cr_expect_str_eq(ac_record_get(out.items[0], "mechanism"), "policy-script");
    cr_expect_str_eq(ac_record_get(out.items[0], "user"), "S-1-5-32-544");
}

Test(policy_scripts, as_windows_writes_them)
{
    wide(example);
    cr_assert_eq(parse_at(PLACE, AC_BUDGET_STEPS), AC_OK);
    expect_example();
    /* "\r\n[Startup]\r\n0CmdLine=" are 24 characters behind the mark */
    cr_expect_eq(json_integer_value(ac_record_prov_json(out.items[0], "offset")), 2 + 2 * 22);
}

Test(policy_scripts, in_the_code_page_of_the_machine)
{
    ansi(example);
    cr_assert_eq(parse_at(PLACE, AC_BUDGET_STEPS), AC_OK);
    expect_example();
    cr_expect_eq(json_integer_value(ac_record_prov_json(out.items[0], "offset")), 22);
}

Test(policy_scripts, any_order_and_any_case)
{
    ansi("0CmdLine=before any section\n[other]\n0CmdLine=x.bat\n[LOGON]\n1parameters=one\n"
         "0CMDLINE=b.ps1\n1cmdline=a.bat\n[ScriptsConfig]\nStartExecutePSFirst=true\n"
         "[Logoff]\n0Parameters=alone\nCmdLine=no number\n0Cmd=x\n7CmdLine=\n9CmdLine");
    cr_assert_eq(parse_at("psscripts.ini", AC_BUDGET_STEPS), AC_OK);
    cr_assert_eq(out.n, 2);
    expect(0, "psscripts.ini [Logon]", "1CmdLine", "\"a.bat\" one");
    expect(1, "psscripts.ini [Logon]", "0CmdLine", "\"b.ps1\"");
}

/* Windows reads such files as INI files: blanks do not count. Of two with one number it takes one; both are told. */
Test(policy_scripts, written_to_be_overlooked)
{
    static const char text[] =
        "  [Startup]\t; x\r\n\t0CmdLine = C:\\a.exe \r\n 0Parameters\t=  /q\r\n"
        "0CmdLine=C:\\b.exe\r\n[ Logon ]\r\n0CmdLine=C:\\c.exe\r\n";

    for (int form = 0; form < 3; form++) {
        if (form == 0)
            wide(text);
        else
            ansi(form == 1 ? "\xEF\xBB\xBF" : "");
        if (form)
            ac_buf_addz(&file, text);
        cr_assert_eq(parse_at(PLACE, AC_BUDGET_STEPS), AC_OK);
        cr_assert_eq(out.n, 3);
        expect(0, PLACE " [Startup]", "0CmdLine", "C:\\a.exe /q");
        expect(1, PLACE " [Startup]", "0CmdLine", "C:\\b.exe");
        expect(2, PLACE " [Logon]", "0CmdLine", "C:\\c.exe");
    }
}

Test(policy_scripts, other_names_are_other_files)
{
    struct ac_artefact a = {.path = "x/myscripts.ini", .user = ""};

    cr_expect_not(ac_parser_policy_scripts.recognise(&a));
    a.path = "x/SCRIPTS.INI";
    cr_expect(ac_parser_policy_scripts.recognise(&a));
}

Test(policy_scripts, too_much_is_a_limit)
{
    ansi("[Startup]\n");
    for (unsigned i = 0; i <= AC_MAX_POLICY_SCRIPTS; i++)
        ac_buf_addf(&file, "%uCmdLine=a.bat\n", i);
    cr_expect_eq(parse_at(PLACE, AC_BUDGET_STEPS), AC_LIMIT);
    cr_expect_eq(out.n, AC_MAX_POLICY_SCRIPTS);
    cr_expect_eq(parse_at(PLACE, 10), AC_LIMIT);
}

Test(policy_scripts, cut_anywhere)
{
    size_t whole;

    wide(example);
    whole = file.n;
    for (file.n = 0; file.n < whole; file.n++)
        cr_expect_eq(parse_at(PLACE, AC_BUDGET_STEPS), AC_OK);
}

Test(policy_scripts, no_memory_is_an_error)
{
    bool failed = false;

    wide(example);
    for (uint64_t k = 1; k < 200; k++) {
        enum ac_rc rc;

        ac_alloc_fail_at(k);
        rc = parse_at(PLACE, AC_BUDGET_STEPS);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM);
        failed |= rc == AC_NOMEM;
    }
    cr_expect(failed);
}

/* ---- on a volume */

static uint64_t folder(struct bn_volume *v, uint32_t number, uint64_t parent, const char *name)
{
    bn_file(v, number, parent, name, NULL);
    return BN_REF(number, 1);
}

static void put(struct bn_volume *v, uint32_t number, uint64_t parent, const char *name,
                const void *bytes, size_t n)
{
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, fx_time("2021-01-05T08:28:40Z"), 0x20);
    bn_name(&r, parent, name, 3, fx_time("2021-01-05T08:28:40Z"));
    bn_resident(&r, 0x80, "", bytes, n);
    bn_put(v, number, &r);
}

Test(policy_scripts, of_the_machine_and_of_one_user)
{
    struct ac_collect_options o = {.evidence_id = "E1", .name = "v.raw"};
    struct ac_collect_result result;
    const struct ac_record *r;
    struct bn_volume v;
    uint64_t system32, policy, scripts, user, next = 1;
    char path[5000];

    bn_init(&v, 2 << 20, 4096, NULL);
    system32 = folder(&v, 41, folder(&v, 40, BN_ROOT, "Windows"), "System32");
    folder(&v, 42, system32, "config");
    policy = folder(&v, 43, system32, "GroupPolicy");
    scripts = folder(&v, 45, folder(&v, 44, policy, "Machine"), "Scripts");
    ansi("[Startup]\n0CmdLine=first.bat\n");
    put(&v, 46, scripts, "scripts.ini", file.p, file.n);
    put(&v, 48, folder(&v, 47, scripts, "Startup"), "first.bat", "echo", 4);
    user = folder(&v, 50, folder(&v, 49, system32, "GroupPolicyUsers"), "S-1-5-32-545");
    scripts = folder(&v, 52, folder(&v, 51, user, "User"), "Scripts");
    ansi("[Logon]\n0CmdLine=gone.ps1\n");
    put(&v, 53, scripts, "psscripts.ini", file.p, file.n);
    snprintf(path, sizeof(path), "%s/v.raw", dir);
    cr_assert(fx_write(path, v.bytes, v.size));
    bn_free(&v);
    o.path = path;
    cr_assert_eq(ac_collect(&o, &next, &out.sink, &result, NULL), AC_OK);
    r = fx_find(&out, AC_KIND_AUTOSTART, "location", PLACE " [Startup]");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "target"),
                     "Windows/System32/GroupPolicy/Machine/Scripts/Startup/first.bat");
    cr_expect_str_eq(ac_record_get(r, "target_state"), "exists");
    cr_expect_str_eq(ac_record_get(r, "user"), "");
    r = fx_find(&out, AC_KIND_AUTOSTART, "location",
                "Windows/System32/GroupPolicyUsers/S-1-5-32-545/User/Scripts/psscripts.ini "
                "[Logon]");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "target_state"), "absent");
    cr_expect_str_eq(ac_record_get(r, "user"), "S-1-5-32-545");
    cr_expect_not_null(fx_find(&out, AC_KIND_SOURCE, "source", "policy-script"));
}
