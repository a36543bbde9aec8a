/* What stands in a transaction log only (an older state of a clean hive), and what free cells hold of
 * autostart points and of the keys of malware beyond the Run keys. */
#include "build_regf_log.h"
#include "hive.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <string.h>

#define RUN "Software\\Microsoft\\Windows\\CurrentVersion\\Run"

static struct fx_hive *with, *without;
static struct ac_buf earlier, later, now, logs;
static struct fx_records records;
static struct ac_companion companion = {"Users/user1/NTUSER.DAT.LOG1", {0}};

static void setup(void)
{
    with = fx_hive_new("root");
    without = fx_hive_new("root");
    fx_hive_options(without)->primary = fx_hive_options(without)->secondary = 40;
    fx_hive_key(with, RUN, 0);
    fx_hive_key(without, RUN, 0);
    fx_records_init(&records);
}

static void teardown(void)
{
    ac_alloc_fail_at(0);
    fx_hive_free(with);
    fx_hive_free(without);
    ac_buf_free(&earlier);
    ac_buf_free(&later);
    ac_buf_free(&now);
    ac_buf_free(&logs);
    fx_records_free(&records);
}

TestSuite(hive_remnants, .init = setup, .fini = teardown);

/* `now` is the hive `without`, clean, with sequence number 40; its log still has entry 8, which once made
 * `with` of it. */
static void build(void)
{
    struct fx_log how = {.sequence = 8, .entries = 1};

    fx_hive_build(without, &now);
    fx_hive_build(without, &earlier);
    fx_hive_build(with, &later);
    fx_hive_dirty(&earlier, 8);
    fx_log_new(fx_view(&earlier), fx_view(&later), &how, &logs);
    companion.bytes = fx_view(&logs);
}

static enum ac_rc parse_as(const char *path, const struct ac_buf *hive, size_t n_logs)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {
        .bytes = fx_view(hive), .path = path, .user = "", .logs = &companion, .n_logs = n_logs};

    fx_records_free(&records);
    return ac_parser_hive.parse(&a, &budget, &records.sink, NULL);
}

static enum ac_rc parse(size_t n_logs)
{
    return parse_as("Users/user1/NTUSER.DAT", &now, n_logs);
}

Test(hive_remnants, a_run_value_that_only_an_old_log_entry_has)
{
    const struct ac_record *r;

    fx_hive_sz(with, RUN, "ialkquzoobki", "C:\\Users\\user1\\AppData\\Local\\x\\y.exe");
    build();
    cr_assert_eq(parse(0), AC_OK);
    cr_assert_eq(records.n, 0, "the hive itself has nothing of it");
    cr_assert_eq(parse(1), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0);
    cr_assert_eq(fx_count(&records, AC_KIND_AUTOSTART), 1);
    r = fx_nth(&records, AC_KIND_AUTOSTART, 0);
    cr_expect_str_eq(ac_record_get(r, "name"), "ialkquzoobki");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKU\\user1\\" RUN);
    cr_expect_str_eq(ac_record_get(r, "command"), "C:\\Users\\user1\\AppData\\Local\\x\\y.exe");
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "run");
    cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
    cr_expect_str_eq(ac_record_prov(r, "log"), companion.name);
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "log_entry")), 8);
}

Test(hive_remnants, what_is_live_is_not_told_again)
{
    fx_hive_sz(with, RUN, "OneDrive", "OneDrive.exe");
    fx_hive_sz(without, RUN, "OneDrive", "OneDrive.exe");
    fx_hive_sz(with, RUN, "Teams", "Teams.exe /old");
    fx_hive_sz(without, RUN, "Teams", "Teams.exe /new");
    build();
    cr_assert_eq(parse(1), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 3, "%zu", records.n);
    cr_expect_not_null(fx_find(&records, AC_KIND_AUTOSTART, "command", "Teams.exe /old"));
}

/* A value whose data lie in none of the entry's pages is not put together with what is there today. */
Test(hive_remnants, nothing_is_put_together_of_two_times)
{
    char text[6001];
    size_t at;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    fx_hive_sz(with, RUN, "a", "a.exe");
    fx_hive_sz(with, "Software\\Zz", "z", text);
    fx_hive_sz(without, RUN, "a", "a.exe");
    fx_hive_sz(without, "Software\\Zz", "z", text);
    build();
    /* the log's list of the Run key now leads to the other value: one changed page, without its data */
    at = fx_hive_values_at(with, RUN);
    cr_assert_gt(fx_hive_data_at(with, "Software\\Zz", "z") / 4096, at / 4096);
    fx_put_le32(&later, at + 4, (uint32_t)(fx_hive_value_at(with, "Software\\Zz", "z") - 4096));
    ac_buf_free(&logs);
    cr_assert_eq(
        fx_log_new(fx_view(&earlier), fx_view(&later), &(struct fx_log){.sequence = 8}, &logs), 1);
    companion.bytes = fx_view(&logs);
    cr_assert_eq(parse(1), AC_OK);
    cr_expect_null(fx_find(&records, AC_KIND_AUTOSTART, "name", "z"));
}

Test(hive_remnants, a_damaged_entry_gives_nothing)
{
    fx_hive_sz(with, RUN, "evil", "evil.exe");
    build();
    logs.p[512 + 200] ^= 1;
    cr_assert_eq(parse(1), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 0);
}

Test(hive_remnants, the_log_of_another_hive_gives_nothing)
{
    fx_hive_options(with)->file_name = "\\??\\C:\\Users\\user2\\ntuser.dat";
    fx_hive_options(without)->file_name = "\\??\\C:\\Users\\user2\\ntuser.dat";
    fx_hive_sz(with, RUN, "evil", "evil.exe");
    build();
    ac_buf_free(&now);
    fx_hive_options(without)->file_name = "\\??\\C:\\Users\\user1\\ntuser.dat";
    fx_hive_build(without, &now);
    cr_assert_eq(parse(1), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 0);
}

Test(hive_remnants, a_service_in_a_log)
{
    const struct ac_record *r;

    fx_hive_dword(without, "Select", "Current", 1);
    fx_hive_dword(with, "Select", "Current", 1);
    fx_hive_key(without, "ControlSet001\\Services", 0);
    fx_hive_sz(with, "ControlSet001\\Services\\94bd0fb6", "ImagePath", "C:\\Windows\\x.exe");
    fx_hive_dword(with, "ControlSet001\\Services\\94bd0fb6", "Type", 16);
    build();
    companion.name = "Windows/System32/config/SYSTEM.LOG1";
    cr_assert_eq(parse_as("Windows/System32/config/SYSTEM", &now, 1), AC_OK);
    r = fx_nth(&records, AC_KIND_AUTOSTART, 0);
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "location"), "HKLM\\SYSTEM\\ControlSet001\\Services");
    cr_expect_str_eq(ac_record_get(r, "name"), "94bd0fb6");
    cr_expect_str_eq(ac_record_get(r, "command"), "C:\\Windows\\x.exe");
    cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
}

Test(hive_remnants, every_allocation_may_fail)
{
    enum ac_rc rc = AC_NOMEM;
    size_t expected;

    fx_hive_sz(with, RUN, "evil", "evil.exe");
    fx_hive_sz(without, RUN, "good", "good.exe");
    build();
    cr_assert_eq(parse(1), AC_OK);
    expected = records.n;
    for (unsigned long n = 1; rc == AC_NOMEM && n < 5000; n++) {
        ac_alloc_fail_at(n);
        rc = parse(1);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_NOMEM || (rc == AC_OK && records.n == expected), "%lu", n);
    }
    cr_expect_eq(rc, AC_OK);
}

/* ---- free cells: the table of autostart points, settings, and keys of the families */

static const struct ac_record *dead(enum ac_kind kind, const char *field, const char *value)
{
    const struct ac_record *r = fx_find(&records, kind, field, value);

    cr_assert_not_null(r, "%s %s", field, value);
    cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
    return r;
}

static void delete_value(const char *key, const char *value)
{
    fx_delete_value(&now, fx_hive_key_at(without, key), fx_hive_value_at(without, key, value));
}

#define GUID "Software\\AppDataLow\\Software\\Microsoft\\{E2B1A1C5-0B41-11AB-8E2F-A3D24C90B81C}"
#define CONFIG "Software\\Microsoft\\Pvoeooxf"

Test(hive_remnants, deleted_points_settings_and_keys_of_a_user)
{
    const struct ac_record *r;

    fx_hive_sz(without, "Environment", "Path", "C:\\");
    fx_hive_sz(without, "Environment", "TEMP", "C:\\Temp");
    fx_hive_sz(without, "Environment", "UserInitMprLogonScript", "C:\\Users\\user1\\a.bat");
    fx_hive_binary(without, CONFIG, "3e8d1b7a", "0123456789", 10);
    fx_hive_binary(without, CONFIG, "no hex", "0123456789", 10);
    fx_hive_binary(without, GUID, "Client", "0123456789", 10);
    fx_hive_dword(without, "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", "x",
                  1);
    fx_hive_dword(without, "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
                  "DisableTaskMgr", 1);
    fx_hive_build(without, &now);
    delete_value("Environment", "UserInitMprLogonScript");
    delete_value("Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System",
                 "DisableTaskMgr");
    fx_delete_key(&now, fx_hive_key_at(without, CONFIG));
    fx_delete_key(&now, fx_hive_key_at(without, GUID));
    cr_assert_eq(parse(0), AC_OK);
    r = dead(AC_KIND_AUTOSTART, "name", "UserInitMprLogonScript");
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "logon-script");
    cr_expect_str_eq(ac_record_get(r, "command"), "C:\\Users\\user1\\a.bat");
    dead(AC_KIND_VALUE, "name", "DisableTaskMgr");
    r = dead(AC_KIND_VALUE, "name", "3e8d1b7a");
    cr_expect_str_eq(ac_record_get(r, "path"), CONFIG);
    cr_expect_null(fx_find(&records, AC_KIND_VALUE, "name", "no hex"));
    r = dead(AC_KIND_KEY, "path", GUID);
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKU\\user1\\" GUID);
    dead(AC_KIND_VALUE, "name", "Client");
}

Test(hive_remnants, deleted_points_of_the_machine)
{
    const struct ac_record *r;

    fx_hive_sz(without, "Microsoft\\Windows NT\\CurrentVersion", "ProductName", "Windows 10");
    fx_hive_sz(without, "Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "x", "y");
    fx_hive_sz(without, "Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "Userinit", "evil.exe");
    fx_hive_dword(without, "Microsoft\\Windows Defender\\Exclusions\\Paths",
                  "C:\\Users\\user1\\AppData\\Roaming\\Microsoft\\Eypqhosmv", 0);
    fx_hive_build(without, &now);
    delete_value("Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "Userinit");
    fx_delete_key(&now, fx_hive_key_at(without, "Microsoft\\Windows Defender\\Exclusions\\Paths"));
    cr_assert_eq(parse_as("Windows/System32/config/SOFTWARE", &now, 0), AC_OK);
    r = dead(AC_KIND_AUTOSTART, "name", "Userinit");
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "winlogon");
    r = dead(AC_KIND_VALUE, "name", "C:\\Users\\user1\\AppData\\Roaming\\Microsoft\\Eypqhosmv");
    cr_expect_str_eq(ac_record_get(r, "path"), "Microsoft\\Windows Defender\\Exclusions\\Paths");
}
