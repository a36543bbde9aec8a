/* Autostart points and settings beyond the Run keys: each line of the table once, and its look-alikes. */
#include "build_regf.h"

#include "hive.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static struct fx_records out;
static struct fx_hive *hive;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    hive = fx_hive_new("ROOT");
    fx_hive_options(hive)->ticks = fx_time("2021-01-05T08:30:14Z");
}

static void end(void)
{
    fx_hive_free(hive);
    fx_records_free(&out);
}

TestSuite(hive_autostart, .init = begin, .fini = end);

static void parse(const char *path, const char *user)
{
    struct ac_buf bytes = {0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.path = path, .user = user};
    struct ac_err err = {0};
    char why[512];

    fx_hive_build(hive, &bytes);
    a.bytes = fx_view(&bytes);
    cr_assert_eq(ac_parser_hive.parse(&a, &budget, &out.sink, &err), AC_OK, "%s",
                 ac_err_text(&err, why, sizeof(why)));
    cr_assert_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    ac_buf_free(&bytes);
}

static struct ac_record *one(const char *mechanism)
{
    struct ac_record *r = fx_find(&out, AC_KIND_AUTOSTART, "mechanism", mechanism);

    cr_assert_not_null(r, "%s", mechanism);
    return r;
}

static void expect(const char *mechanism, const char *location, const char *name,
                   const char *command)
{
    struct ac_record *r = one(mechanism);

    cr_expect_str_eq(ac_record_get(r, "location"), location);
    cr_expect_str_eq(ac_record_get(r, "name"), name);
    cr_expect_str_eq(ac_record_get(r, "command"), command);
    cr_expect_str_neq(ac_record_prov(r, "key"), "");
    cr_expect_str_neq(ac_record_prov(r, "key_last_written"), "");
}

#define NT "Microsoft\\Windows NT\\CurrentVersion"
#define WINDOWS "Microsoft\\Windows\\CurrentVersion"

Test(hive_autostart, points_of_the_machine)
{
    fx_hive_sz(hive, NT, "ProductName", "Windows 10 Pro");
    fx_hive_sz(hive, NT "\\Winlogon", "Shell", "explorer.exe");
    fx_hive_sz(hive, NT "\\Winlogon\\Notify\\x", "DLLName", "x.dll");
    fx_hive_sz(hive, NT "\\Windows", "AppInit_DLLs", "C:\\a.dll");
    fx_hive_sz(hive, NT "\\Image File Execution Options\\sethc.exe", "Debugger", "cmd.exe");
    fx_hive_sz(hive, NT "\\SilentProcessExit\\a.exe", "MonitorProcess", "C:\\b.exe");
    fx_hive_expand_sz(hive, "Microsoft\\Active Setup\\Installed Components\\{1}", "StubPath",
                      "%windir%\\a.exe");
    fx_hive_sz(hive, "Microsoft\\Command Processor", "AutoRun", "C:\\c.bat");
    fx_hive_sz(hive, WINDOWS "\\RunOnceEx\\0001", "1", "C:\\d.exe");
    fx_hive_sz(hive, WINDOWS "\\RunServices", "s", "C:\\e.exe");
    fx_hive_sz(hive, WINDOWS "\\Group Policy\\Scripts\\Startup\\0\\0", "Script", "f.bat");
    parse("Windows/System32/config/SOFTWARE", "");
    expect("winlogon", "HKLM\\SOFTWARE\\" NT "\\Winlogon", "Shell", "explorer.exe");
    expect("winlogon-notify", "HKLM\\SOFTWARE\\" NT "\\Winlogon\\Notify\\x", "DLLName", "x.dll");
    expect("appinit", "HKLM\\SOFTWARE\\" NT "\\Windows", "AppInit_DLLs", "C:\\a.dll");
    expect("ifeo-debugger", "HKLM\\SOFTWARE\\" NT "\\Image File Execution Options\\sethc.exe",
           "Debugger", "cmd.exe");
    expect("silent-process-exit", "HKLM\\SOFTWARE\\" NT "\\SilentProcessExit\\a.exe",
           "MonitorProcess", "C:\\b.exe");
    expect("active-setup", "HKLM\\SOFTWARE\\Microsoft\\Active Setup\\Installed Components\\{1}",
           "StubPath", "%windir%\\a.exe");
    expect("command-autorun", "HKLM\\SOFTWARE\\Microsoft\\Command Processor", "AutoRun",
           "C:\\c.bat");
    expect("run-once-ex", "HKLM\\SOFTWARE\\" WINDOWS "\\RunOnceEx\\0001", "1", "C:\\d.exe");
    expect("run-services", "HKLM\\SOFTWARE\\" WINDOWS "\\RunServices", "s", "C:\\e.exe");
    expect("policy-script", "HKLM\\SOFTWARE\\" WINDOWS "\\Group Policy\\Scripts\\Startup\\0\\0",
           "Script", "f.bat");
}

Test(hive_autostart, the_32_bit_view_counts_too)
{
    fx_hive_sz(hive, NT, "ProductName", "Windows 10 Pro");
    fx_hive_sz(hive, "WOW6432Node\\" NT "\\Windows", "AppInit_DLLs", "C:\\a.dll");
    parse("Windows/System32/config/SOFTWARE", "");
    expect("appinit", "HKLM\\SOFTWARE\\WOW6432Node\\" NT "\\Windows", "AppInit_DLLs", "C:\\a.dll");
}

Test(hive_autostart, points_of_a_user)
{
    uint8_t approved[12] = {3, 0, 0, 0};
    uint64_t when = fx_time("2021-02-03T04:05:06Z");

    memcpy(approved + 4, &when, 8);
    fx_hive_key(hive, "Software\\" WINDOWS, 0);
    fx_hive_sz(hive, "Software\\" NT "\\Windows", "Load", "C:\\Users\\u\\a.exe");
    fx_hive_sz(hive, "Software\\" NT "\\Windows", "Run", "");
    fx_hive_sz(hive, "Environment", "UserInitMprLogonScript", "C:\\b.bat");
    fx_hive_sz(hive, "Control Panel\\Desktop", "SCRNSAVE.EXE", "C:\\c.scr");
    fx_hive_sz(hive, "Software\\Microsoft\\Office test\\Special\\Perf", "", "C:\\d.dll");
    fx_hive_sz(hive, "Software\\Microsoft\\Office\\16.0\\Excel\\Options", "OPEN1",
               "/R \"C:\\e.xll\"");
    fx_hive_sz(hive, "Software\\Microsoft\\Office\\16.0\\Excel\\Options", "Font", "x");
    fx_hive_sz(hive, "Software\\" WINDOWS "\\Explorer\\Shell Folders", "Startup",
               "C:\\Users\\Public\\x");
    fx_hive_binary(hive, "Software\\" WINDOWS "\\Explorer\\StartupApproved\\Run", "bidptr",
                   approved, sizeof(approved));
    parse("Users/u/NTUSER.DAT", "u");
    expect("windows-load", "HKU\\u\\Software\\" NT "\\Windows", "Load", "C:\\Users\\u\\a.exe");
    expect("logon-script", "HKU\\u\\Environment", "UserInitMprLogonScript", "C:\\b.bat");
    expect("screen-saver", "HKU\\u\\Control Panel\\Desktop", "SCRNSAVE.EXE", "C:\\c.scr");
    expect("office-test", "HKU\\u\\Software\\Microsoft\\Office test\\Special\\Perf", "",
           "C:\\d.dll");
    expect("office-addin", "HKU\\u\\Software\\Microsoft\\Office\\16.0\\Excel\\Options", "OPEN1",
           "/R \"C:\\e.xll\"");
    expect("startup-redirect", "HKU\\u\\Software\\" WINDOWS "\\Explorer\\Shell Folders", "Startup",
           "C:\\Users\\Public\\x");
    cr_expect_str_eq(ac_record_get(one("startup-approved"), "name"), "bidptr");
    cr_expect_not(ac_record_get_bool(one("startup-approved"), "enabled"));
    cr_expect_str_eq(ac_record_get(one("startup-approved"), "disabled_at"), "2021-02-03T04:05:06Z");
    cr_expect_eq(fx_count(&out, AC_KIND_AUTOSTART), 7,
                 "an empty Run starts nothing, Font is no add-in");
}

Test(hive_autostart, startup_folder_where_it_belongs_is_no_redirection)
{
    fx_hive_key(hive, "Software\\" WINDOWS, 0);
    fx_hive_sz(hive, "Software\\" WINDOWS "\\Explorer\\Shell Folders", "Startup",
               "C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup");
    parse("Users/u/NTUSER.DAT", "u");
    cr_expect_null(fx_find(&out, AC_KIND_AUTOSTART, "mechanism", "startup-redirect"));
}

Test(hive_autostart, com_servers_of_a_user_only_in_folders_of_users)
{
    fx_hive_key(hive, "Local Settings\\Software\\Microsoft", 0);
    fx_hive_sz(hive, "CLSID\\{1}\\InprocServer32", "", "C:\\Users\\u\\AppData\\Roaming\\x.dll");
    fx_hive_sz(hive, "CLSID\\{2}\\InprocServer32", "", "C:\\Program Files\\y\\y.dll");
    parse("Users/u/AppData/Local/Microsoft/Windows/UsrClass.dat", "u");
    expect("com-server", "HKU\\u_Classes\\CLSID\\{1}\\InprocServer32", "",
           "C:\\Users\\u\\AppData\\Roaming\\x.dll");
    cr_expect_eq(fx_count(&out, AC_KIND_AUTOSTART), 1);
}

Test(hive_autostart, points_of_the_control_set)
{
    fx_hive_dword(hive, "Select", "Current", 1);
    fx_hive_sz(hive, "ControlSet001\\Services\\svc", "FailureCommand", "C:\\a.exe");
    fx_hive_sz(hive, "ControlSet001\\Control\\Print\\Monitors\\m", "Driver", "m.dll");
    fx_hive_sz(hive, "ControlSet001\\Control\\Session Manager\\AppCertDlls", "x", "C:\\b.dll");
    parse("Windows/System32/config/SYSTEM", "");
    expect("service-failure", "HKLM\\SYSTEM\\ControlSet001\\Services\\svc", "FailureCommand",
           "C:\\a.exe");
    expect("print-monitor", "HKLM\\SYSTEM\\ControlSet001\\Control\\Print\\Monitors\\m", "Driver",
           "m.dll");
    expect("appcert", "HKLM\\SYSTEM\\ControlSet001\\Control\\Session Manager\\AppCertDlls", "x",
           "C:\\b.dll");
}

Test(hive_autostart, settings_and_keys_that_rules_ask_for)
{
    struct ac_record *key;

    fx_hive_key(hive, "Software\\" WINDOWS, 0);
    fx_hive_sz(hive,
               "Software\\AppDataLow\\Software\\Microsoft\\3A861D62-51E0-7C9D-AB0E-15700F2219A4",
               "comsxRes", "x");
    fx_hive_binary(hive, "Software\\Microsoft\\Abcdefg", "1a2b3c4d", "\1\2\3", 3);
    fx_hive_sz(hive, "Software\\Microsoft\\Abcdefg", "1a2b3c4e", "text");
    fx_hive_dword(hive, "Software\\" WINDOWS "\\Policies\\System", "DisableTaskMgr", 1);
    parse("Users/u/NTUSER.DAT", "u");
    key = fx_nth(&out, AC_KIND_KEY, 0);
    cr_assert_not_null(key);
    cr_expect_str_eq(
        ac_record_get(key, "path"),
        "Software\\AppDataLow\\Software\\Microsoft\\3A861D62-51E0-7C9D-AB0E-15700F2219A4");
    cr_expect_not_null(fx_find(&out, AC_KIND_VALUE, "name", "comsxRes"));
    cr_expect_not_null(fx_find(&out, AC_KIND_VALUE, "name", "1a2b3c4d"));
    cr_expect_null(fx_find(&out, AC_KIND_VALUE, "name", "1a2b3c4e"), "not binary");
    cr_expect_not_null(fx_find(&out, AC_KIND_VALUE, "name", "DisableTaskMgr"));
}

Test(hive_autostart, defender_exclusions_are_values)
{
    fx_hive_sz(hive, NT, "ProductName", "Windows 10 Pro");
    fx_hive_dword(hive, "Microsoft\\Windows Defender\\Exclusions\\Paths",
                  "C:\\ProgramData\\Microsoft\\Djqyxkquei", 0);
    parse("Windows/System32/config/SOFTWARE", "");
    cr_expect_not_null(
        fx_find(&out, AC_KIND_VALUE, "name", "C:\\ProgramData\\Microsoft\\Djqyxkquei"));
}
