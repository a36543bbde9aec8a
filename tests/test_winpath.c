/* Windows paths and variables: every spelling that autostarts use. */
#include "fixture.h"

#include "base/alloc.h"
#include "base/winpath.h"

#include <criterion/criterion.h>
#include <string.h>

#define ABS AC_WINPATH_ABSOLUTE
#define REL AC_WINPATH_RELATIVE
#define REMOTE AC_WINPATH_REMOTE

Test(winpath, every_spelling)
{
    static const struct {
        const char *text, *path;
        enum ac_winpath_kind kind;
        char drive;
        unsigned volume;
    } cases[] = {
        {"C:\\Windows\\a.exe", "Windows/a.exe", ABS, 'C', 0},
        {"c:/Windows//a.exe", "Windows/a.exe", ABS, 'C', 0},
        {"  \"D:\\x y\\z.exe\" ", "x y/z.exe", ABS, 'D', 0},
        {"\\\\?\\C:\\x\\y.exe", "x/y.exe", ABS, 'C', 0},
        {"\\\\.\\C:\\x", "x", ABS, 'C', 0},
        {"\\??\\C:\\x\\y.exe", "x/y.exe", ABS, 'C', 0},
        {"\\DosDevices\\C:\\x", "x", ABS, 'C', 0},
        {"\\SystemRoot\\System32\\a.sys", "WinNT/System32/a.sys", ABS, 'E', 0},
        {"SystemRoot\\a.sys", "WinNT/a.sys", ABS, 'E', 0},
        {"System32\\drivers\\a.sys", "WinNT/System32/drivers/a.sys", ABS, 'E', 0},
        {"syswow64\\a.dll", "WinNT/syswow64/a.dll", ABS, 'E', 0},
        {"C:\\Windows\\SysNative\\a.dll", "Windows/System32/a.dll", ABS, 'C', 0},
        {"\\Device\\HarddiskVolume12\\x\\y", "x/y", ABS, 0, 12},
        {"\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\x", "x", ABS, 0, 3},
        {"\\\\?\\Volume{0c9ea4c5-0000-0000-0000-100000000000}\\x", "x", ABS, 0, 0},
        {"\\VOLUME{01d5f51ea48267ca-96a49c74}\\WINDOWS\\A.EXE", "WINDOWS/A.EXE", ABS, 0, 0},
        {"file:///C:/x/y.hta", "x/y.hta", ABS, 'C', 0},
        {"\\x\\y", "x/y", ABS, 0, 0},
        {"C:x", "x", ABS, 'C', 0},
        {"C:\\a\\.\\b\\..\\c", "a/c", ABS, 'C', 0},
        {"C:\\..\\..\\a", "a", ABS, 'C', 0},
        {"C:\\a\\b.exe. .", "a/b.exe", ABS, 'C', 0},
        {"\\\\?\\C:\\a\\b.exe.", "a/b.exe.", ABS, 'C', 0},
        {"a.exe", "a.exe", REL, 0, 0},
        {"..\\Temp\\a.dll", "Temp/a.dll", REL, 0, 0},
        {"\\\\server\\share\\a.exe", "server/share/a.exe", REMOTE, 0, 0},
        {"\\\\?\\UNC\\server\\share\\a", "server/share/a", REMOTE, 0, 0},
        {"http://example.org/a.hta", "http:/example.org/a.hta", REMOTE, 0, 0},
        {"", "", REL, 0, 0},
        {"\"", "", REL, 0, 0},
        {"C:", "", ABS, 'C', 0},
        {"\\", "", ABS, 0, 0},
        {"C:\\\xE6\x97\xA5\xE6\x9C\xAC\\a", "\xE6\x97\xA5\xE6\x9C\xAC/a", ABS, 'C', 0},
    };
    struct ac_winenv env = {0};

    cr_assert_eq(ac_winenv_set(&env, "SystemRoot", AC_STR("E:\\WinNT")), AC_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_winpath w = {0};

        cr_assert_eq(ac_winpath_parse(ac_str_of(cases[i].text), &env, &w), AC_OK);
        cr_expect_str_eq(ac_buf_text(&w.path), cases[i].path, "%s: %s", cases[i].text,
                         ac_buf_text(&w.path));
        cr_expect_eq(w.kind, cases[i].kind, "%s", cases[i].text);
        cr_expect_eq(w.drive, cases[i].drive, "%s", cases[i].text);
        cr_expect_eq(w.volume, cases[i].volume, "%s", cases[i].text);
        ac_buf_free(&w.path);
    }
    ac_winenv_free(&env);
}

Test(winpath, without_environment_the_system_root_is_windows)
{
    struct ac_winpath w = {0};

    cr_assert_eq(ac_winpath_parse(AC_STR("\\SystemRoot\\a"), NULL, &w), AC_OK);
    cr_expect_str_eq(ac_buf_text(&w.path), "Windows/a");
    ac_buf_free(&w.path);
}

Test(winpath, variables_expand_once_and_unknown_ones_stay)
{
    static const struct {
        const char *text, *expanded;
    } cases[] = {
        {"%SystemRoot%\\a", "C:\\Windows\\a"},
        {"\"%windir%\\a\" %1", "\"C:\\Windows\\a\" %1"},
        {"%LOCALAPPDATA%\\x %APPDATA%",
         "C:\\Users\\u 1\\AppData\\Local\\x C:\\Users\\u 1\\AppData\\Roaming"},
        {"%programfiles(x86)%", "C:\\Program Files (x86)"},
        {"%HOMEDRIVE%%HOMEPATH%|%USERNAME%", "C:\\Users\\u 1|u 1"},
        {"%NOPE%\\%TEMP%", "%NOPE%\\C:\\Users\\u 1\\AppData\\Local\\Temp"},
        {"100%", "100%"},
        {"%%", "%%"},
        {"%", "%"},
        {"", ""},
        {"%PUBLIC%%ComSpec%", "C:\\Users\\PublicC:\\Windows\\system32\\cmd.exe"},
    };
    struct ac_winenv env = {0};

    cr_assert_eq(ac_winenv_standard(&env, AC_STR(""), AC_STR("C:\\Users\\u 1")), AC_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_buf out = {0};

        ac_winenv_expand(&env, ac_str_of(cases[i].text), &out);
        cr_expect_str_eq(ac_buf_text(&out), cases[i].expanded);
        ac_buf_free(&out);
    }
    ac_winenv_free(&env);
}

Test(winpath, environments_of_xp_and_of_the_machine)
{
    struct ac_winenv env = {0};

    cr_assert_eq(
        ac_winenv_standard(&env, AC_STR("C:\\WINNT"), AC_STR("C:\\Documents and Settings\\u")),
        AC_OK);
    cr_expect_str_eq(ac_winenv_get(&env, AC_STR("localappdata")).p,
                     "C:\\Documents and Settings\\u\\Local Settings\\Application Data");
    cr_expect_str_eq(ac_winenv_get(&env, AC_STR("WINDIR")).p, "C:\\WINNT");
    ac_winenv_free(&env);
    cr_assert_eq(ac_winenv_standard(&env, AC_STR("D:\\Windows"), AC_STR("")), AC_OK);
    cr_expect_str_eq(ac_winenv_get(&env, AC_STR("TEMP")).p, "D:\\Windows\\Temp");
    cr_expect_str_eq(ac_winenv_get(&env, AC_STR("APPDATA")).p,
                     "D:\\Windows\\system32\\config\\systemprofile\\AppData\\Roaming");
    cr_expect_eq(ac_winenv_get(&env, AC_STR("USERNAME")).n, 0);
    ac_winenv_free(&env);
}

Test(winpath, an_environment_that_is_full_says_so)
{
    static char names[AC_WINENV_MAX + 1][8];
    struct ac_winenv env = {0};

    for (size_t i = 0; i <= AC_WINENV_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "v%zu", i);
        cr_expect_eq(ac_winenv_set(&env, names[i], AC_STR("x")),
                     i < AC_WINENV_MAX ? AC_OK : AC_LIMIT);
    }
    cr_expect_eq(ac_winenv_set(&env, "V0", AC_STR("y")), AC_OK);
    cr_expect_str_eq(ac_winenv_get(&env, AC_STR("v0")).p, "y");
    ac_winenv_free(&env);
}

Test(winpath, where_users_may_write)
{
    static const char *const writable[] = {
        "Users/user1/AppData/Local/Abc/def.ghi",
        "Users/Public/x.jpg",
        "ProgramData/Microsoft/Djqyxkquei/a.dll",
        "Windows/Temp/a.exe",
        "WINDOWS/TASKS/x11ogwin.dll",
        "Windows/tracing/a",
        "Windows/debug/wia/a",
        "Windows/System32/Tasks/a",
        "Windows/System32/spool/drivers/color/a.exe",
        "Windows/SysWOW64/com/dmp/a",
        "Datop/test.ocx",
        "TMP/mim.exe",
        "$Recycle.Bin/S-1-5-21-1/a.exe",
        "RECYCLER/a.exe",
        "PerfLogs/a.exe",
        "Documents and Settings/u/a.exe",
        "Windows.old/Users/u/a.exe",
    };
    static const char *const others[] = {
        "Windows/System32/svchost.exe",
        "Windows/SysWOW64/Dolxj/dbqzxtpwyliqjya.bhn",
        "Windows/explorer.exe",
        "WINNT/system32/a.exe",
        "Program Files/a/b.exe",
        "PROGRAM FILES (X86)/a/b.exe",
        "PROGRA~1/a.exe",
        "System Volume Information/a",
        "Windows/Temporary/a.exe",
        "Windows/System32/Tasksy/a",
        "Windows.old/Windows/System32/a.exe",
        "mswvc.exe",
        "Windows",
        "Windows/System32",
        "",
    };

    for (size_t i = 0; i < sizeof(writable) / sizeof(writable[0]); i++)
        cr_expect(ac_path_user_writable(ac_str_of(writable[i])), "%s", writable[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_expect_not(ac_path_user_writable(ac_str_of(others[i])), "%s", others[i]);
}

Test(winpath, every_allocation_may_fail)
{
    bool done = false;

    for (unsigned long n = 1; !done; n++) {
        struct ac_winenv env = {0};
        struct ac_winpath w = {0};
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_winenv_standard(&env, AC_STR("C:\\Windows"), AC_STR("C:\\Users\\u"));
        if (rc == AC_OK)
            rc = ac_winpath_parse(AC_STR("\\SystemRoot\\SysNative\\a\\b\\c.exe"), &env, &w);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM);
        if (rc == AC_OK) {
            cr_expect_str_eq(ac_buf_text(&w.path), "Windows/System32/a/b/c.exe");
            ac_buf_free(&w.path);
        }
        ac_winenv_free(&env);
        done = rc == AC_OK;
        cr_assert_lt(n, 1000);
    }
}
