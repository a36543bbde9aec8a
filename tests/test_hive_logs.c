/* Records of hives with transaction logs and with deleted keys: what changed, what was removed,
 * what came back, and that nothing of it is mixed with what is live. */
#include "build_regf_log.h"
#include "hive.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <string.h>

#define RUN "Software\\Microsoft\\Windows\\CurrentVersion\\Run"
#define EXPLORER "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer"

static struct fx_hive *old, *new;
static struct ac_buf before, after, logs;
static struct fx_records records;
static struct ac_companion companion = {"Users/user1/NTUSER.DAT.LOG1", {0}};

static void setup(void)
{
    old = fx_hive_new("root");
    new = fx_hive_new("root");
    fx_records_init(&records);
}

static void teardown(void)
{
    ac_alloc_fail_at(0);
    fx_hive_free(old);
    fx_hive_free(new);
    ac_buf_free(&before);
    ac_buf_free(&after);
    ac_buf_free(&logs);
    fx_records_free(&records);
}

TestSuite(hive_logs, .init = setup, .fini = teardown);

static enum ac_rc parse(const struct ac_buf *file, bool all_keys, size_t n_logs, const char *path)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(file),
                            .path = path,
                            .user = "",
                            .all_keys = all_keys,
                            .logs = &companion,
                            .n_logs = n_logs};

    fx_records_free(&records);
    return ac_parser_hive.parse(&a, &budget, &records.sink, NULL);
}

/* Builds `old`, dirty, and a log that makes `new` of it. */
static void build(void)
{
    struct fx_log how = {.sequence = 8, .entries = 1};

    ac_buf_free(&before);
    ac_buf_free(&after);
    ac_buf_free(&logs);
    fx_hive_build(old, &before);
    fx_hive_build(new, &after);
    fx_hive_dirty(&before, 8);
    fx_log_new(fx_view(&before), fx_view(&after), &how, &logs);
    companion.bytes = fx_view(&logs);
}

static const struct ac_record *autostart(const char *name, const char *state, const char *change)
{
    for (size_t i = 0; i < records.n; i++) {
        const struct ac_record *r = records.items[i];

        if (ac_record_kind(r) == AC_KIND_AUTOSTART && !strcmp(ac_record_get(r, "name"), name) &&
            !strcmp(ac_record_prov(r, "state"), state) &&
            !strcmp(ac_record_get(r, "change"), change))
            return r;
    }
    return NULL;
}

Test(hive_logs, run_values_before_and_after_replay)
{
    const struct ac_record *r;

    fx_hive_sz(old, RUN, "same", "same.exe");
    fx_hive_sz(old, RUN, "other", "before.exe");
    fx_hive_sz(old, RUN, "gone", "gone.exe");
    fx_hive_sz(new, RUN, "same", "same.exe");
    fx_hive_sz(new, RUN, "other", "after.exe");
    fx_hive_sz(new, RUN, "added", "C:\\Users\\user1\\AppData\\Local\\x\\x.exe");
    build();
    cr_expect_eq(parse(&before, false, 1, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 4);
    r = autostart("same", "live", "unchanged");
    cr_assert(r, "its bytes lie in a page of the log, but are the same");
    cr_expect_str_eq(ac_record_get(r, "before"), "same.exe");
    r = autostart("other", "from-log", "changed");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "command"), "after.exe");
    cr_expect_str_eq(ac_record_get(r, "before"), "before.exe");
    cr_expect_str_eq(ac_record_prov(r, "log"), companion.name);
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "log_entry")), 8);
    r = autostart("added", "from-log", "added");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "before"), "");
    cr_expect(ac_record_get_json(r, "before"), "the field says that there was none");
    r = autostart("gone", "deleted", "removed");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "command"), "gone.exe");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKU\\user1\\" RUN);
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
}

Test(hive_logs, without_logs_no_record_says_changed)
{
    fx_hive_sz(old, RUN, "a", "a.exe");
    fx_hive_sz(new, RUN, "b", "b.exe");
    build();
    cr_expect_eq(parse(&before, false, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect(autostart("a", "live", ""));
    cr_expect_null(ac_record_get_json(autostart("a", "live", ""), "change"));
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1, "dirty");
    cr_expect(strstr(ac_record_get(fx_nth(&records, AC_KIND_PROBLEM, 0), "effect"),
                     "no usable transaction log lies beside it"));
}

Test(hive_logs, a_refused_log_is_a_problem_of_its_own_name)
{
    fx_hive_sz(old, RUN, "a", "a.exe");
    fx_hive_sz(new, RUN, "b", "b.exe");
    build();
    logs.p[100] ^= 1;
    cr_expect_eq(parse(&before, false, 1, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 2);
    cr_expect_str_eq(ac_record_get(fx_nth(&records, AC_KIND_PROBLEM, 0), "where"), companion.name);
}

Test(hive_logs, values_of_one_name_are_compared_one_by_one)
{
    fx_hive_sz(old, RUN, "twin", "1.exe");
    fx_hive_sz(old, RUN, "twin", "2.exe");
    fx_hive_sz(new, RUN, "twin", "2.exe");
    build();
    cr_expect_eq(parse(&before, false, 1, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 2);
    cr_expect(autostart("twin", "deleted", "removed"));
    cr_expect_str_eq(ac_record_get(autostart("twin", "deleted", "removed"), "command"), "1.exe");
}

Test(hive_logs, services_and_explorer_values)
{
    uint8_t data[] = "12345";

    fx_hive_dword(old, "Select", "Current", 1);
    fx_hive_expand_sz(old, "ControlSet001\\Services\\svc", "ImagePath", "old.exe");
    fx_hive_dword(old, "ControlSet001\\Services\\svc", "Type", 16);
    fx_hive_dword(new, "Select", "Current", 1);
    fx_hive_expand_sz(new, "ControlSet001\\Services\\svc", "ImagePath", "new.exe");
    fx_hive_dword(new, "ControlSet001\\Services\\svc", "Type", 16);
    build();
    cr_expect_eq(parse(&before, false, 1, "Windows/System32/config/SYSTEM"), AC_OK);
    cr_expect(autostart("svc", "live", "changed") || autostart("svc", "from-log", "changed"));
    teardown();
    setup();
    fx_hive_binary(old, EXPLORER, "1A2B3C4D", data, 5);
    fx_hive_key(new, EXPLORER, 0);
    build();
    cr_expect_eq(parse(&before, false, 1, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_assert_eq(fx_count(&records, AC_KIND_VALUE), 1);
    cr_expect_str_eq(ac_record_prov(fx_nth(&records, AC_KIND_VALUE, 0), "state"), "deleted");
    cr_expect_str_eq(ac_record_get(fx_nth(&records, AC_KIND_VALUE, 0), "path"), EXPLORER);
}

/* ---- deleted, without logs */

Test(hive_logs, a_deleted_run_value_comes_back)
{
    const struct ac_record *r;

    fx_hive_sz(old, RUN, "stays", "stays.exe");
    fx_hive_sz(old, RUN, "evil", "C:\\Users\\user1\\AppData\\Local\\x\\x.exe");
    fx_hive_build(old, &before);
    fx_delete_value(&before, fx_hive_key_at(old, RUN), fx_hive_value_at(old, RUN, "evil"));
    cr_expect_eq(parse(&before, false, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 2);
    cr_expect(autostart("stays", "live", ""));
    r = autostart("evil", "deleted", "");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "command"), "C:\\Users\\user1\\AppData\\Local\\x\\x.exe");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKU\\user1\\" RUN);
    cr_expect_str_eq(ac_record_get(r, "mechanism"), "run");
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "cell_offset")),
                 fx_hive_value_at(old, RUN, "evil"));
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0);
}

Test(hive_logs, a_deleted_value_of_an_unknown_key_is_no_autostart_but_shown)
{
    const struct ac_record *r;

    fx_hive_sz(old, RUN, "evil", "C:\\Users\\user1\\AppData\\Local\\x\\x.exe");
    fx_hive_sz(old, RUN, "text", "no program");
    fx_hive_sz(old, RUN, "stays", "stays.exe");
    fx_hive_build(old, &before);
    fx_delete_value(&before, fx_hive_key_at(old, RUN), fx_hive_value_at(old, RUN, "evil"));
    fx_delete_value(&before, fx_hive_key_at(old, RUN), fx_hive_value_at(old, RUN, "text"));
    cr_expect_eq(parse(&before, false, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 1);
    cr_assert_eq(fx_count(&records, AC_KIND_VALUE), 1);
    r = fx_nth(&records, AC_KIND_VALUE, 0);
    cr_expect_str_eq(ac_record_get(r, "name"), "evil");
    cr_expect_str_eq(ac_record_get(r, "path"), "(unknown parent)");
    cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
}

Test(hive_logs, a_deleted_run_key_comes_back_with_its_values)
{
    fx_hive_sz(old, RUN, "one", "1.exe");
    fx_hive_sz(old, RUN, "two", "2.exe");
    fx_hive_sz(old, RUN "Once", "three", "3.exe");
    fx_hive_sz(old, "Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer\\Run", "four",
               "4.exe");
    fx_hive_build(old, &before);
    fx_delete_key(&before, fx_hive_key_at(old, "Software\\Microsoft\\Windows"));
    cr_expect_eq(parse(&before, false, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_assert(autostart("one", "deleted", "") && autostart("two", "deleted", ""));
    cr_assert(autostart("three", "deleted", "") && autostart("four", "deleted", ""));
    cr_expect_str_eq(ac_record_get(autostart("three", "deleted", ""), "mechanism"), "run-once");
    cr_expect_str_eq(ac_record_get(autostart("four", "deleted", ""), "mechanism"), "policies-run");
    cr_expect_str_eq(ac_record_get(autostart("two", "deleted", ""), "location"),
                     "HKU\\user1\\" RUN);
}

Test(hive_logs, an_unlinked_run_key_is_no_live_one)
{
    size_t list;

    fx_hive_sz(old, RUN, "hidden", "h.exe");
    fx_hive_key(old, "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer", 0);
    fx_hive_build(old, &before);
    list = fx_hive_subkeys_at(old, "Software\\Microsoft\\Windows\\CurrentVersion");
    fx_put_le16(&before, list + 6, 1); /* "Explorer" only */
    fx_put_le32(&before, fx_hive_key_at(old, "Software\\Microsoft\\Windows\\CurrentVersion") + 24,
                1);
    cr_expect_eq(parse(&before, false, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect(autostart("hidden", "unlinked", ""));
    cr_expect_null(autostart("hidden", "live", ""));
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0, "the counts agree: only the scan sees it");
}

Test(hive_logs, deleted_services)
{
    const struct ac_record *r;

    fx_hive_dword(old, "Select", "Current", 1);
    fx_hive_expand_sz(old, "ControlSet001\\Services\\evil", "ImagePath", "C:\\Windows\\x.exe");
    fx_hive_dword(old, "ControlSet001\\Services\\evil", "Start", 2);
    fx_hive_dword(old, "ControlSet001\\Services\\evil", "Type", 16);
    fx_hive_sz(old, "ControlSet001\\Services\\evil", "DisplayName", "Evil");
    fx_hive_sz(old, "ControlSet001\\Services\\evil\\Parameters", "ServiceDll", "C:\\x.dll");
    fx_hive_expand_sz(old, "ControlSet001\\Services\\good", "ImagePath", "good.exe");
    fx_hive_build(old, &before);
    fx_delete_key(&before, fx_hive_key_at(old, "ControlSet001\\Services\\evil"));
    cr_expect_eq(parse(&before, false, 0, "Windows/System32/config/SYSTEM"), AC_OK);
    cr_expect(autostart("good", "live", ""));
    cr_expect_null(autostart("evil", "live", ""));
    r = fx_find(&records, AC_KIND_AUTOSTART, "command", "C:\\Windows\\x.exe");
    cr_assert(r);
    cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
    cr_expect_str_eq(ac_record_get(r, "name"), "evil");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKLM\\SYSTEM\\ControlSet001\\Services");
    cr_expect_str_eq(ac_record_get(r, "display_name"), "Evil");
    cr_expect_eq(ac_record_get_int(r, "start"), 2);
    cr_expect_eq(ac_record_get_int(r, "service_type"), 16);
    r = fx_find(&records, AC_KIND_AUTOSTART, "service_dll", "C:\\x.dll");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "name"), "evil");
}

Test(hive_logs, what_the_log_removed_is_not_told_a_second_time)
{
    size_t n = 0;

    fx_hive_sz(old, RUN, "stays", "stays.exe");
    fx_hive_sz(old, RUN, "evil", "evil.exe");
    fx_hive_build(old, &after);
    fx_hive_free(new);
    new = fx_hive_new("root");
    fx_hive_build(old, &before);
    fx_delete_value(&after, fx_hive_key_at(old, RUN), fx_hive_value_at(old, RUN, "evil"));
    fx_hive_dirty(&before, 8);
    fx_log_new(fx_view(&before), fx_view(&after), &(struct fx_log){.sequence = 8}, &logs);
    companion.bytes = fx_view(&logs);
    cr_expect_eq(parse(&before, false, 1, "Users/user1/NTUSER.DAT"), AC_OK);
    for (size_t i = 0; i < records.n; i++)
        n += strcmp(ac_record_get(records.items[i], "name"), "evil") == 0;
    cr_expect_eq(n, 1);
    cr_expect(autostart("evil", "deleted", "removed"));
}

Test(hive_logs, a_hive_without_root_or_base_block_still_gives_its_run_values)
{
    char path[64];

    fx_hive_sz(old, RUN, "one", "1.exe");
    for (int i = 0; i < 200; i++) {
        snprintf(path, sizeof(path), "Zzz\\k%d", i);
        fx_hive_key(old, path, 0);
    }
    fx_hive_build(old, &before);
    memset(before.p + fx_hive_key_at(old, ""), 0xEE, 90);
    cr_expect_eq(parse(&before, false, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect(autostart("one", "unlinked", ""));
    cr_expect_str_eq(ac_record_get(autostart("one", "unlinked", ""), "location"),
                     "HKU\\user1\\(unknown parent)\\" RUN);
    cr_expect_geq(fx_count(&records, AC_KIND_PROBLEM), 1);
    ac_buf_free(&before);
    fx_hive_build(old, &before);
    memmove(before.p, before.p + 4096, before.n - 4096);
    before.n -= 4096;
    cr_expect_eq(parse(&before, false, 0, "x.bin"), AC_OK);
    cr_expect(autostart("one", "live", ""));
    cr_expect_eq(
        json_integer_value(ac_record_prov_json(autostart("one", "live", ""), "cell_offset")),
        fx_hive_value_at(old, RUN, "one") - 4096);
}

Test(hive_logs, live_records_are_the_same_with_and_without_deleted_ones)
{
    size_t keys, values;

    fx_hive_sz(old, RUN, "one", "1.exe");
    fx_hive_sz(old, "Software\\Other", "v", "x");
    fx_hive_build(old, &before);
    cr_expect_eq(parse(&before, true, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    keys = fx_count(&records, AC_KIND_KEY);
    values = fx_count(&records, AC_KIND_VALUE);
    cr_expect_eq(keys, 7);
    cr_expect_eq(values, 2);
    fx_delete_key(&before, fx_hive_key_at(old, "Software\\Other"));
    cr_expect_eq(parse(&before, true, 0, "Users/user1/NTUSER.DAT"), AC_OK);
    cr_expect_eq(fx_count(&records, AC_KIND_KEY), keys, "six live ones and a deleted one");
    cr_expect_eq(fx_count(&records, AC_KIND_VALUE), values);
    cr_expect_str_eq(
        ac_record_prov(fx_find(&records, AC_KIND_KEY, "path", "Software\\Other"), "state"),
        "deleted");
}

Test(hive_logs, every_allocation_may_fail)
{
    for (int all = 0; all < 2; all++) {
        enum ac_rc rc = AC_NOMEM;
        unsigned long n = 0;
        size_t expected;

        fx_hive_sz(old, RUN, "gone", "gone.exe");
        fx_hive_sz(new, RUN, "added", "added.exe");
        fx_hive_sz(new, "Software\\Del", "v", "x");
        build();
        cr_assert_eq(parse(&before, all, 1, "Users/user1/NTUSER.DAT"), AC_OK);
        expected = records.n;
        while (rc == AC_NOMEM && n < 20000) {
            ac_alloc_fail_at(++n);
            rc = parse(&before, all, 1, "Users/user1/NTUSER.DAT");
            ac_alloc_fail_at(0);
            cr_expect(rc == AC_NOMEM || (rc == AC_OK && records.n == expected), "%lu: %s, %zu", n,
                      ac_rc_name(rc), records.n);
        }
        cr_expect_gt(n, 20);
        cr_expect_eq(rc, AC_OK);
    }
}
