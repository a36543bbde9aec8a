/* The hive parser: which hive it is, and the records of each kind. */
#include "build_regf.h"
#include "hive.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define RUN "Software\\Microsoft\\Windows\\CurrentVersion\\Run"
#define CV "Microsoft\\Windows\\CurrentVersion\\"
#define NT "Microsoft\\Windows NT\\CurrentVersion"

static struct fx_hive *built;
static struct ac_buf file;
static struct fx_records records;

static void setup(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    built = fx_hive_new("CMI-CreateHive{00000000-0000-0000-0000-000000000000}");
    fx_records_init(&records);
}

static void teardown(void)
{
    ac_alloc_fail_at(0);
    fx_hive_free(built);
    ac_buf_free(&file);
    fx_records_free(&records);
}

TestSuite(hive, .init = setup, .fini = teardown);

static enum ac_rc parse_file(const char *path, const char *user, bool all_keys)
{
    struct ac_artefact a = {
        .bytes = fx_view(&file), .path = path, .user = user, .all_keys = all_keys};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_free(&records);
    return ac_parser_hive.parse(&a, &budget, &records.sink, NULL);
}

static enum ac_rc parse(const char *path, const char *user)
{
    ac_buf_free(&file);
    fx_hive_build(built, &file);
    return parse_file(path, user, false);
}

static const char *raw_of(struct ac_record *r, const char *field)
{
    static char hex[4096];
    char *line = ac_record_print(r), *at;
    char mark[64];

    snprintf(mark, sizeof(mark), "\"%s\":\"", field);
    hex[0] = '\0';
    at = strstr(line, "\"raw\":{");
    at = at ? strstr(at, mark) : NULL;
    if (at)
        sscanf(at + strlen(mark), "%4095[0-9a-f]", hex);
    free(line);
    return hex;
}

static struct ac_record *autostart(const char *name)
{
    struct ac_record *r = fx_find(&records, AC_KIND_AUTOSTART, "name", name);

    cr_assert(r, "an autostart record of %s", name);
    return r;
}

Test(hive, run_values_of_a_user)
{
    struct ac_record *r;

    fx_hive_key(built, RUN, fx_time("2021-01-05T10:11:12.3456789Z"));
    fx_hive_sz(built, RUN, "OneDrive", "\"C:\\Users\\user1\\OneDrive.exe\" /background");
    fx_hive_expand_sz(built, RUN "Once", "once", "%TEMP%\\a.exe");
    fx_hive_sz(built, "Software\\" CV "Policies\\Explorer\\Run", "1", "C:\\p.exe");
    fx_hive_sz(built, "Software\\Wow6432Node\\" CV "Run", "wow", "C:\\w.exe");
    fx_hive_sz(built, "Software\\Wow6432Node\\" CV "Policies\\Explorer\\Run", "wowp", "C:\\wp.exe");
    cr_expect_eq(parse("Users/user1/NTUSER.DAT", ""), AC_OK);
    cr_expect_eq(records.n, 5);
    r = autostart("OneDrive");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKU\\user1\\" RUN);
    cr_expect_str_eq(ac_record_get(r, "command"), "\"C:\\Users\\user1\\OneDrive.exe\" /background");
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "run");
    cr_expect_eq(ac_record_get_int(r, "value_type"), 1);
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKU\\user1\\" RUN);
    cr_expect_str_eq(ac_record_prov(r, "value"), "OneDrive");
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), "2021-01-05T10:11:12.3456789Z");
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "cell_offset")),
                 (json_int_t)fx_hive_value_at(built, RUN, "OneDrive"));
    r = autostart("once");
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "run-once");
    cr_expect_str_eq(ac_record_get(r, "command"), "%TEMP%\\a.exe");
    cr_expect_str_eq(ac_record_get(autostart("1"), "mechanism"), "policies-run");
    cr_expect_str_eq(ac_record_get(autostart("wow"), "location"),
                     "HKU\\user1\\Software\\Wow6432Node\\" CV "Run");
    cr_expect_str_eq(ac_record_get(autostart("wowp"), "mechanism"), "policies-run");
}

Test(hive, whose_hive_it_is)
{
    static const struct {
        const char *path, *user, *expected;
    } cases[] = {
        {"Users/user1/NTUSER.DAT", "given", "given"},
        {"Users/user1/NTUSER.DAT", "", "user1"},
        {"user1/ntuser.dat", "", "user1"},
        {"Windows/System32/config/DEFAULT", "", ".DEFAULT"},
        {"Windows/System32/config/systemprofile/NTUSER.DAT", "", "systemprofile"},
        {"Windows/ServiceProfiles/LocalService/NTUSER.DAT", "", "LocalService"},
        {"NTUSER.DAT", "", "user7"}, /* from the base block */
    };

    fx_hive_options(built)->file_name = "\\??\\C:\\Users\\user7\\ntuser.dat";
    fx_hive_sz(built, RUN, "x", "y");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_expect_eq(parse(cases[i].path, cases[i].user), AC_OK);
        cr_expect_str_eq(ac_record_get(autostart("x"), "user"), cases[i].expected);
    }
    fx_hive_options(built)->file_name = "";
    cr_expect_eq(parse("NTUSER.DAT", ""), AC_OK);
    cr_expect_str_eq(ac_record_get(autostart("x"), "location"), "HKU\\(unknown)\\" RUN);
}

Test(hive, commands_of_every_kind)
{
    static const uint8_t lone[] = {'a', 0, 0x3D, 0xD8, 'b', 0, 0, 0};
    static const uint8_t hidden[] = {'a', 0, 0, 0, 'b', 0, 0, 0, 0, 0};
    static const uint8_t multi[] = {'a', 0, 0, 0, 'b', 0, 'c', 0, 0, 0, 0, 0};
    static const uint8_t odd[] = {'a', 0, 'b', 0, 0};
    struct ac_record *r;

    fx_hive_value(built, RUN, "lone", FX_REG_SZ, lone, sizeof(lone));
    fx_hive_value(built, RUN, "hidden", FX_REG_SZ, hidden, sizeof(hidden));
    fx_hive_value(built, RUN, "multi", FX_REG_MULTI_SZ, multi, sizeof(multi));
    fx_hive_value(built, RUN, "odd", FX_REG_SZ, odd, sizeof(odd));
    fx_hive_value(built, RUN, "unterminated", FX_REG_SZ, "a\0b", 4);
    fx_hive_value(built, RUN, "empty", FX_REG_SZ, "", 0);
    fx_hive_binary(built, RUN, "binary", "\x01\x02\x03\x04\x05", 5);
    fx_hive_dword(built, RUN, "number", 0x12345678);
    fx_hive_sz(built, RUN, "", "the unnamed value");
    cr_expect_eq(parse("Users/user1/NTUSER.DAT", ""), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 9);
    cr_expect_str_eq(ac_record_get(autostart("lone"), "command"), "a\\u{D83D}b");
    cr_expect_str_eq(raw_of(autostart("lone"), "command"), "61003dd862000000");
    cr_expect_str_eq(ac_record_get(autostart("hidden"), "command"), "a\\u{0}b");
    cr_expect_str_eq(raw_of(autostart("hidden"), "command"), "61000000620000000000");
    cr_expect_str_eq(ac_record_get(autostart("multi"), "command"), "a\\u{0}bc");
    cr_expect_str_eq(ac_record_get(autostart("odd"), "command"), "ab");
    cr_expect_str_eq(ac_record_get(autostart("unterminated"), "command"), "ab");
    cr_expect_str_eq(raw_of(autostart("unterminated"), "command"), "");
    cr_expect_str_eq(ac_record_get(autostart("empty"), "command"), "");
    r = autostart("binary");
    cr_expect_str_eq(ac_record_get(r, "command"), "");
    cr_expect_eq(ac_record_get_int(r, "value_type"), 3);
    cr_expect_str_eq(raw_of(r, "command"), "0102030405");
    cr_expect_str_eq(raw_of(autostart("number"), "command"), "78563412");
    cr_expect_str_eq(ac_record_get(autostart(""), "command"), "the unnamed value");
}

Test(hive, long_commands_and_hostile_names_lose_nothing)
{
    static const uint8_t name[] = {'R', 0, 0, 0, 'x', 0};
    struct ac_buf command = {0};
    struct ac_record *r;

    for (int i = 0; i < 5000; i++)
        ac_buf_addc(&command, (char)('a' + i % 26));
    fx_hive_sz(built, RUN, "long", ac_buf_text(&command));
    fx_hive_sz(built, RUN, "日本語の名前", "C:\\ユーザー\\悪.exe");
    fx_key_value_raw(fx_hive_key(built, RUN, 0), name, sizeof(name), FX_REG_SZ, "c\0\0", 4);
    cr_expect_eq(parse("Users/user1/NTUSER.DAT", ""), AC_OK);
    cr_expect_str_eq(ac_record_get(autostart("long"), "command"), ac_buf_text(&command));
    cr_expect_str_eq(ac_record_get(autostart("日本語の名前"), "command"), "C:\\ユーザー\\悪.exe");
    r = autostart("R\\u{0}x");
    cr_expect_str_eq(raw_of(r, "name"), "520000007800");
    cr_expect_str_eq(ac_record_get(r, "command"), "c");
    ac_buf_free(&command);
}

Test(hive, explorer_values_of_the_serial_shape)
{
    static const char data[] = "\x20\x4F\x5F\x7B\x3E\x57";
    static const char explorer[] = "Software\\" CV "Explorer";
    struct ac_record *r;

    fx_hive_binary(built, explorer, "1a2b3c4d", data, 6);
    fx_hive_sz(built, explorer, "BADF00D", "text");
    fx_hive_sz(built, explorer, "123456789", "nine digits");
    fx_hive_dword(built, explorer, "ExplorerStartupTraceRecorded", 1);
    fx_hive_binary(built, explorer, "ShellState", data, 3);
    fx_hive_binary(built, "Software\\WOW6432Node\\" CV "Explorer", "f", data, 1);
    cr_expect_eq(parse("Users/user1/NTUSER.DAT", ""), AC_OK);
    cr_expect_eq(records.n, 4);
    r = fx_find(&records, AC_KIND_VALUE, "name", "1a2b3c4d");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "path"), explorer);
    cr_expect_eq(ac_record_get_int(r, "type"), 3);
    cr_expect_str_eq(ac_record_get(r, "data"), "204f5f7b3e57");
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKU\\user1\\Software\\" CV "Explorer");
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "cell_offset")),
                 (json_int_t)fx_hive_value_at(built, explorer, "1a2b3c4d"));
    cr_expect(fx_find(&records, AC_KIND_VALUE, "name", "BADF00D"));
    cr_expect(fx_find(&records, AC_KIND_VALUE, "name", "ShellState"));
    cr_expect(fx_find(&records, AC_KIND_VALUE, "name", "f"));
}

static void build_software(void)
{
    static const char sid[] = NT "\\ProfileList\\S-1-5-21-1-2-3-1001";

    fx_hive_key(built, NT, fx_time("2021-03-04T00:00:00Z"));
    fx_hive_sz(built, NT, "ProductName", "Windows 10 Pro");
    fx_hive_sz(built, NT, "EditionID", "Professional");
    fx_hive_sz(built, NT, "CurrentVersion", "6.3");
    fx_hive_sz(built, NT, "ReleaseId", "2009");
    fx_hive_sz(built, NT, "DisplayVersion", "20H2");
    fx_hive_sz(built, NT, "CurrentBuild", "19042");
    fx_hive_dword(built, NT, "UBR", 746);
    fx_hive_dword(built, NT, "InstallDate", 1580000000);
    fx_hive_sz(built, NT, "RegisteredOwner", "user1");
    fx_hive_sz(built, NT, "RegisteredOrganization", "");
    fx_hive_sz(built, NT, "SystemRoot", "C:\\Windows");
    fx_hive_expand_sz(built, sid, "ProfileImagePath", "C:\\Users\\user1");
    fx_hive_dword(built, sid, "LocalProfileLoadTimeHigh", 30860000);
    fx_hive_dword(built, sid, "LocalProfileLoadTimeLow", 5);
    fx_hive_expand_sz(built, NT "\\ProfileList\\S-1-5-18", "ProfileImagePath",
                      "%systemroot%\\system32\\config\\systemprofile");
    fx_hive_sz(built, CV "Run", "SecurityHealth", "%windir%\\system32\\SecurityHealthSystray.exe");
    fx_hive_sz(built, "WOW6432Node\\" CV "RunOnce", "w", "x.exe");
    fx_hive_binary(built, "WOW6432Node\\" CV "Explorer", "0badf00d", "ab", 2);
}

Test(hive, software)
{
    struct ac_record *r;
    char text[AC_TIME_TEXT];

    build_software();
    cr_expect_eq(parse("Windows/System32/config/SOFTWARE", ""), AC_OK);
    r = fx_nth(&records, AC_KIND_SYSTEM, 0);
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "product"), "Windows 10 Pro");
    cr_expect_str_eq(ac_record_get(r, "edition"), "Professional");
    cr_expect_str_eq(ac_record_get(r, "version"), "20H2");
    cr_expect_str_eq(ac_record_get(r, "build"), "19042.746");
    cr_expect_str_eq(ac_time_print(ac_record_get_time(r, "installed"), text),
                     "2020-01-26T00:53:20Z");
    cr_expect_str_eq(ac_record_get(r, "owner"), "user1");
    cr_expect_str_eq(ac_record_get(r, "system_root"), "C:\\Windows");
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SOFTWARE\\" NT);
    cr_expect_eq(fx_count(&records, AC_KIND_ACCOUNT), 2);
    r = fx_find(&records, AC_KIND_ACCOUNT, "name", "user1");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "sid"), "S-1-5-21-1-2-3-1001");
    cr_expect_str_eq(ac_record_get(r, "profile"), "C:\\Users\\user1");
    cr_expect_eq(ac_record_get_time(r, "profile_loaded").ticks, (uint64_t)30860000 << 32 | 5);
    cr_expect(fx_find(&records, AC_KIND_ACCOUNT, "name", "systemprofile"));
    r = autostart("SecurityHealth");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKLM\\SOFTWARE\\" CV "Run");
    cr_expect_str_eq(ac_record_get(r, "user"), "");
    cr_expect_str_eq(ac_record_get(autostart("w"), "location"),
                     "HKLM\\SOFTWARE\\WOW6432Node\\" CV "RunOnce");
    r = fx_find(&records, AC_KIND_VALUE, "name", "0badf00d");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "path"), "WOW6432Node\\" CV "Explorer");
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0);
}

static void build_system(void)
{
    struct ac_buf zone = {0};

    fx_utf16z(&zone, "Tokyo Standard Time");
    fx_utf16(&zone, "leftovers");
    fx_hive_dword(built, "Select", "Current", 2);
    fx_hive_key(built, "ControlSet001\\Services", 0);
    fx_hive_sz(built, "ControlSet002\\Control\\ComputerName\\ComputerName", "ComputerName",
               "LAPTOP-01");
    fx_hive_sz(built, "ControlSet002\\Control\\ComputerName\\ActiveComputerName", "ComputerName",
               "OTHER");
    fx_hive_sz(built, "ControlSet002\\Services\\Tcpip\\Parameters", "Hostname", "Laptop-01");
    fx_hive_sz(built, "ControlSet002\\Services\\Tcpip\\Parameters", "Domain", "example.com");
    fx_hive_value(built, "ControlSet002\\Control\\TimeZoneInformation", "TimeZoneKeyName",
                  FX_REG_SZ, zone.p, zone.n);
    fx_hive_sz(built, "ControlSet002\\Control\\TimeZoneInformation", "StandardName",
               "@tzres.dll,-632");
    fx_hive_dword(built, "ControlSet002\\Control\\TimeZoneInformation", "Bias", (uint32_t)-540);
    fx_hive_dword(built, "ControlSet002\\Control\\TimeZoneInformation", "ActiveTimeBias",
                  (uint32_t)-540);
    ac_buf_clear(&zone);
    fx_le64(&zone, fx_time("2021-04-25T12:00:00.5Z"));
    fx_hive_binary(built, "ControlSet002\\Control\\Windows", "ShutdownTime", zone.p, zone.n);
    ac_buf_free(&zone);
}

Test(hive, system_facts)
{
    struct ac_record *r;
    char text[AC_TIME_TEXT];

    build_system();
    cr_expect_eq(parse("Windows/System32/config/SYSTEM", ""), AC_OK);
    r = fx_find(&records, AC_KIND_SYSTEM, "computer_name", "LAPTOP-01");
    cr_assert(r);
    cr_expect_str_eq(ac_record_prov(r, "key"),
                     "HKLM\\SYSTEM\\ControlSet002\\Control\\ComputerName\\ComputerName");
    cr_expect_not(fx_find(&records, AC_KIND_SYSTEM, "computer_name", "OTHER"));
    r = fx_find(&records, AC_KIND_SYSTEM, "hostname", "Laptop-01");
    cr_expect(r && strcmp(ac_record_get(r, "domain"), "example.com") == 0);
    r = fx_find(&records, AC_KIND_SYSTEM, "time_zone", "Tokyo Standard Time");
    cr_expect(r && ac_record_get_int(r, "time_zone_bias") == -540);
    r = fx_find(&records, AC_KIND_SYSTEM, "control_set", "ControlSet002");
    cr_expect(r && json_array_size(ac_record_get_json(r, "control_sets")) == 2);
    r = fx_nth(&records, AC_KIND_SYSTEM, fx_count(&records, AC_KIND_SYSTEM) - 1);
    cr_expect_str_eq(ac_time_print(ac_record_get_time(r, "last_shutdown"), text),
                     "2021-04-25T12:00:00.5Z");
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0);
}

Test(hive, active_computer_name_stands_in)
{
    fx_hive_dword(built, "Select", "Current", 1);
    fx_hive_sz(built, "ControlSet001\\Control\\ComputerName\\ActiveComputerName", "ComputerName",
               "ACTIVE");
    cr_expect_eq(parse("SYSTEM", ""), AC_OK);
    cr_expect(fx_find(&records, AC_KIND_SYSTEM, "computer_name", "ACTIVE"));
}

Test(hive, services_and_drivers)
{
    struct ac_record *r;

    build_system();
    fx_hive_key(built, "ControlSet002\\Services\\Spooler", fx_time("2021-01-01T01:02:03Z"));
    fx_hive_expand_sz(built, "ControlSet002\\Services\\Spooler", "ImagePath",
                      "%SystemRoot%\\System32\\spoolsv.exe");
    fx_hive_dword(built, "ControlSet002\\Services\\Spooler", "Type", 0x110);
    fx_hive_dword(built, "ControlSet002\\Services\\Spooler", "Start", 2);
    fx_hive_sz(built, "ControlSet002\\Services\\Spooler", "ObjectName", "LocalSystem");
    fx_hive_sz(built, "ControlSet002\\Services\\Spooler", "DisplayName", "Print Spooler");
    fx_hive_expand_sz(built, "ControlSet002\\Services\\wuauserv\\Parameters", "ServiceDll",
                      "%systemroot%\\system32\\wuaueng.dll");
    fx_hive_dword(built, "ControlSet002\\Services\\disk", "Type", 1);
    fx_hive_key(built, "ControlSet002\\Services\\no service", 0);
    fx_hive_sz(built, "ControlSet001\\Services\\old", "ImagePath", "old.exe");
    cr_expect_eq(parse("Windows/System32/config/SYSTEM", ""), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 4);
    cr_expect_str_eq(ac_record_get(autostart("old"), "control_set"), "ControlSet001");
    r = autostart("Spooler");
    cr_expect_null(ac_record_get_json(r, "control_set"));
    cr_expect_str_eq(ac_record_get(r, "location"), "HKLM\\SYSTEM\\ControlSet002\\Services");
    cr_expect_str_eq(ac_record_get(r, "command"), "%SystemRoot%\\System32\\spoolsv.exe");
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "service");
    cr_expect_str_eq(ac_record_get(r, "account"), "LocalSystem");
    cr_expect_str_eq(ac_record_get(r, "display_name"), "Print Spooler");
    cr_expect_eq(ac_record_get_int(r, "start"), 2);
    cr_expect_eq(ac_record_get_int(r, "service_type"), 0x110);
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SYSTEM\\ControlSet002\\Services\\Spooler");
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), "2021-01-01T01:02:03Z");
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "cell_offset")),
                 (json_int_t)fx_hive_key_at(built, "ControlSet002\\Services\\Spooler"));
    r = autostart("wuauserv");
    cr_expect_str_eq(ac_record_get(r, "service_dll"), "%systemroot%\\system32\\wuaueng.dll");
    cr_expect_str_eq(ac_record_get(r, "command"), "");
    cr_expect_str_eq(ac_record_get(autostart("disk"), "mechanism"), "driver");
}

Test(hive, a_missing_control_set_is_told)
{
    fx_hive_dword(built, "Select", "Current", 7);
    fx_hive_sz(built, "ControlSet003\\Services\\svc", "ImagePath", "a.exe");
    fx_hive_key(built, "ControlSet001", 0);
    cr_expect_eq(parse("SYSTEM", ""), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1);
    cr_expect(fx_find(&records, AC_KIND_SYSTEM, "control_set", "ControlSet001"));
}

Test(hive, sam_accounts)
{
    static const char account[] = "SAM\\Domains\\Account";
    struct ac_buf v = {0};
    struct ac_record *r;

    fx_zero(&v, 100);
    fx_le32(&v, 111);
    fx_le32(&v, 222);
    fx_le32(&v, 4000000000U);
    fx_hive_binary(built, account, "V", v.p, v.n);
    fx_hive_value(built, "SAM\\Domains\\Account\\Users\\Names\\Administrator", "", 500, "", 0);
    fx_hive_value(built, "SAM\\Domains\\Account\\Users\\Names\\山田", "", 1001, "", 0);
    cr_expect_eq(parse("Windows/System32/config/SAM", ""), AC_OK);
    cr_expect_eq(records.n, 2);
    r = fx_find(&records, AC_KIND_ACCOUNT, "name", "山田");
    cr_assert(r);
    cr_expect_eq(ac_record_get_int(r, "rid"), 1001);
    cr_expect_str_eq(ac_record_get(r, "sid"), "S-1-5-21-111-222-4000000000-1001");
    ac_buf_free(&v);
}

/* A user can make any key in his own hive: that must not hide his Run values, and must not lend the
 * machine another name. */
Test(hive, keys_made_to_confuse)
{
    fx_hive_sz(built, RUN, "evil", "C:\\evil.exe");
    build_system();
    cr_expect_eq(parse("Users/user1/NTUSER.DAT", ""), AC_OK);
    cr_expect_str_eq(ac_record_get(autostart("evil"), "command"), "C:\\evil.exe");
    cr_expect_eq(fx_count(&records, AC_KIND_SYSTEM), 0);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1);
    cr_expect_eq(parse("Windows/System32/config/SYSTEM", ""), AC_OK);
    autostart("evil");
    cr_expect(fx_find(&records, AC_KIND_SYSTEM, "computer_name", "LAPTOP-01"));
}

Test(hive, a_dirty_hive_says_so)
{
    struct ac_record *r;

    fx_hive_options(built)->primary = 5;
    fx_hive_options(built)->secondary = 4;
    fx_hive_sz(built, RUN, "x", "y");
    cr_expect_eq(parse("Users/user1/NTUSER.DAT", ""), AC_OK);
    r = fx_nth(&records, AC_KIND_PROBLEM, 0);
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "what"),
                     "the hive is dirty: sequence numbers 5 and 4 differ");
    cr_expect_str_eq(ac_record_get(r, "where"), "Users/user1/NTUSER.DAT");
    autostart("x");
}

Test(hive, recognised_by_content_and_last_by_name)
{
    struct ac_artefact a = {.path = "x/y.bin", .user = ""};

    fx_hive_build(built, &file);
    a.bytes = fx_view(&file);
    cr_expect(ac_parser_hive.recognise(&a));
    memset(file.p, 0, 4);
    cr_expect_not(ac_parser_hive.recognise(&a));
    a.path = "Users/user1/ntuser.dat";
    cr_expect(ac_parser_hive.recognise(&a));
    a.path = "Windows/System32/config/System";
    cr_expect(ac_parser_hive.recognise(&a));
    a.path = "System Volume Information";
    cr_expect_not(ac_parser_hive.recognise(&a));
}

Test(hive, destroyed_headers)
{
    fx_hive_sz(built, RUN, "x", "y");
    fx_hive_build(built, &file);
    memset(file.p, 0, 4096);
    cr_expect_eq(parse_file("Users/user1/NTUSER.DAT", "", false), AC_OK);
    autostart("x");
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1);
    memset(file.p + 4096, 0, file.n - 4096);
    cr_expect_eq(parse_file("Users/user1/NTUSER.DAT", "", false), AC_CORRUPT);
    file.n = 0;
    cr_expect_eq(parse_file("Users/user1/NTUSER.DAT", "", false), AC_TRUNCATED);
    cr_expect_eq(records.n, 0);
}

Test(hive, keys_mode_shows_everything)
{
    static const uint8_t nul[] = {'n', 0, 0, 0};
    struct ac_buf big = {0}, hex = {0};
    struct ac_record *r;

    for (int i = 0; i < 50000; i++)
        fx_u8(&big, (unsigned)i);
    ac_buf_addhex(&hex, big.p, big.n);
    fx_hive_key(built, "Software\\Microsoft", fx_time("2021-01-02T03:04:05Z"));
    fx_hive_sz(built, "Software\\Microsoft", "", "dflt");
    fx_hive_dword(built, "Software\\Microsoft", "n", 258);
    fx_hive_value(built, "Software\\Microsoft", "odd type", 0xFFFF0012, "abc", 3);
    fx_hive_binary(built, "Software", "big", big.p, big.n);
    fx_key_raw(fx_hive_key(built, "Software", 0), nul, sizeof(nul), 0);
    fx_hive_build(built, &file);
    cr_expect_eq(parse_file("Users/user1/NTUSER.DAT", "", true), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_KEY), 4);
    cr_expect_eq(fx_count(&records, AC_KIND_VALUE), 4);
    cr_expect_str_eq(ac_record_get(fx_nth(&records, AC_KIND_KEY, 0), "path"), "");
    r = fx_find(&records, AC_KIND_KEY, "path", "Software\\Microsoft");
    cr_assert(r);
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    cr_expect_eq(ac_record_get_time(r, "last_written").ticks, fx_time("2021-01-02T03:04:05Z"));
    r = fx_find(&records, AC_KIND_KEY, "path", "Software\\n\\u{0}");
    cr_assert(r);
    cr_expect_str_eq(raw_of(r, "path"), "6e000000");
    r = fx_find(&records, AC_KIND_VALUE, "name", "");
    cr_expect_str_eq(ac_record_get(r, "data"), "640066006c0074000000");
    cr_expect_str_eq(ac_record_get(r, "path"), "Software\\Microsoft");
    cr_expect_str_eq(ac_record_get(fx_find(&records, AC_KIND_VALUE, "name", "n"), "data"),
                     "02010000");
    r = fx_find(&records, AC_KIND_VALUE, "name", "odd type");
    cr_expect_eq(ac_record_get_int(r, "type"), 0xFFFF0012);
    cr_expect_str_eq(ac_record_get(fx_find(&records, AC_KIND_VALUE, "name", "big"), "data"),
                     ac_buf_text(&hex));
    ac_buf_free(&big);
    ac_buf_free(&hex);
}

Test(hive, every_allocation_may_fail)
{
    for (int all = 0; all < 2; all++) {
        enum ac_rc rc = AC_NOMEM;
        unsigned long n = 0;
        size_t expected;

        fx_hive_options(built)->primary = 9;
        build_system();
        build_software();
        fx_hive_sz(built, RUN, "x", "y");
        ac_buf_free(&file);
        fx_hive_build(built, &file);
        cr_assert_eq(parse_file("Users/user1/SYSTEM", "", all), AC_OK);
        expected = records.n;
        while (rc == AC_NOMEM && n < 20000) {
            ac_alloc_fail_at(++n);
            rc = parse_file("Users/user1/SYSTEM", "", all);
            ac_alloc_fail_at(0);
            cr_expect(rc == AC_NOMEM || (rc == AC_OK && records.n == expected), "%lu: %s, %zu", n,
                      ac_rc_name(rc), records.n);
        }
        cr_expect_gt(n, 20);
        cr_expect_eq(rc, AC_OK);
    }
}

Test(hive, cut_in_half_keeps_the_first_half)
{
    char path[64];

    fx_hive_sz(built, RUN, "x", "y");
    for (int i = 0; i < 2000; i++) {
        snprintf(path, sizeof(path), "Z\\k%d", i);
        fx_hive_key(built, path, 0);
    }
    fx_hive_build(built, &file);
    file.n /= 2;
    cr_expect_eq(parse_file("Users/user1/NTUSER.DAT", "", false), AC_OK);
    autostart("x");
    cr_expect_geq(fx_count(&records, AC_KIND_PROBLEM), 1);
}

/* A list may name one value a million times: the budget must end that. */
Test(hive, a_budget_spent_is_told)
{
    struct ac_budget budget = {500};
    struct ac_artefact a = {.path = "Users/user1/NTUSER.DAT", .user = ""};
    struct ac_err err = {0};
    char name[16];

    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof(name), "v%d", i);
        fx_hive_sz(built, RUN, name, "x");
    }
    fx_hive_build(built, &file);
    a.bytes = fx_view(&file);
    cr_expect_eq(ac_parser_hive.parse(&a, &budget, &records.sink, &err), AC_LIMIT);
    cr_expect_eq(err.rc, AC_LIMIT);
    cr_expect_lt(records.n, 200);
}
