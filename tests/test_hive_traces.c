/* Execution traces of the machine in SYSTEM: ShimCache, BAM and DAM. Built and real ones. */
#include "build_shimcache.h"
#include "traces.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hive_traces, .init = tr_begin, .fini = tr_end);

#define SYSTEM "Windows/System32/config/SYSTEM"
#define SET "ControlSet001"
#define SESSION SET "\\Control\\Session Manager"
#define SID "S-1-5-21-1-2-3-1001"

static void begin_system(void)
{
    fx_hive_dword(tr_hive, "Select", "Current", 1);
    fx_hive_key(tr_hive, SET, 0);
}

/* ---- ShimCache */

static const struct fx_shim_entry cache[] = {
    {"\\??\\C:\\Windows\\one.exe", NULL, "2010-11-20T12:17:48.148Z", "2011-02-03T04:05:06Z", 73728,
     7},
    {"\\??\\C:\\Users\\user1\\two.exe", NULL, "2011-01-12T12:08:00Z", "2011-02-03T05:05:06Z", 44544,
     5},
};

static void add_cache(enum fx_shim_format format, const char *key)
{
    struct ac_buf b = {0};

    fx_shim(&b, format, cache, 2);
    fx_hive_binary(tr_hive, key, "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
}

Test(hive_traces, shimcache_of_windows_7)
{
    const struct ac_record *r;

    begin_system();
    add_cache(FX_SHIM_7_64, SESSION "\\AppCompatCache");
    tr_parse(SYSTEM);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("shimcache"), 2);
    r = tr_nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "one.exe");
    cr_expect_str_eq(ac_record_get(r, "program_path"), "\\??\\C:\\Windows\\one.exe");
    cr_expect_eq(ac_record_get_int(r, "position"), 0);
    cr_expect_eq(ac_record_get_int(r, "entry_offset"), 128);
    tr_expect_time(r, "file_modified", "2010-11-20T12:17:48.148Z");
    cr_expect(ac_record_get_bool(r, "executed_flag"));
    cr_expect_null(ac_record_get_json(r, "file_size"));
    cr_expect_null(ac_record_get_json(r, "entry_updated"));
    cr_expect_null(ac_record_get_json(r, "run_times"));
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SYSTEM\\" SESSION "\\AppCompatCache");
    cr_expect_str_eq(ac_record_prov(r, "value"), "AppCompatCache");
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), "2021-01-05T08:30:14Z");
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    r = tr_nth("shimcache", 1);
    cr_expect_eq(ac_record_get_int(r, "position"), 1);
    cr_expect_not_null(ac_record_get_json(r, "executed_flag"));
    cr_expect_not(ac_record_get_bool(r, "executed_flag"));
}

Test(hive_traces, shimcache_of_windows_xp)
{
    const struct ac_record *r;

    begin_system();
    add_cache(FX_SHIM_XP, SESSION "\\AppCompatibility");
    tr_parse(SYSTEM);
    cr_assert_eq(tr_count("shimcache"), 2);
    r = tr_nth("shimcache", 1);
    cr_expect_str_eq(ac_record_get(r, "program"), "two.exe");
    cr_expect_eq(ac_record_get_int(r, "file_size"), 44544);
    tr_expect_time(r, "entry_updated", "2011-02-03T05:05:06Z");
    cr_expect_null(ac_record_get_json(r, "position"), "the order is not known");
    cr_expect_null(ac_record_get_json(r, "executed_flag"));
}

Test(hive_traces, shimcache_of_windows_10_with_an_app)
{
    /* as seen on version 1709 */
    static const char app[] = "00000009\t07e2466530840000\t000a00003fab0000\t8664\t"
                              "Microsoft.Windows.Photos\t8wekyb3d8bbwe\t";
    static const struct fx_shim_entry entries[] = {{app, NULL, NULL, NULL, 0, 0}};
    struct ac_buf b = {0};
    const struct ac_record *r;

    begin_system();
    fx_shim(&b, FX_SHIM_10_CREATOR, entries, 1);
    fx_hive_binary(tr_hive, SESSION "\\AppCompatCache", "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
    tr_parse(SYSTEM);
    cr_assert_eq(tr_count("shimcache"), 1);
    r = tr_nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), app);
    cr_expect_null(ac_record_get_json(r, "program_path"));
    cr_expect_null(ac_record_get_json(r, "file_modified"));
    cr_expect_null(ac_record_get_json(r, "executed_flag"));
}

/* Windows 8.1 keeps apps without a path. */
Test(hive_traces, shimcache_of_windows_8_1_with_a_package)
{
    static const struct fx_shim_entry entries[] = {
        {"", "microsoft.app_8wekyb3d8bbwe", "2013-08-22T10:35:15Z", NULL, 0, 2},
        {"C:\\a.exe", "microsoft.app_8wekyb3d8bbwe", "2013-08-22T10:35:15Z", NULL, 0, 2}};
    struct ac_buf b = {0};

    begin_system();
    fx_shim(&b, FX_SHIM_8_1, entries, 2);
    fx_hive_binary(tr_hive, SESSION "\\AppCompatCache", "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
    tr_parse(SYSTEM);
    cr_assert_eq(tr_count("shimcache"), 2);
    cr_expect_str_eq(ac_record_get(tr_nth("shimcache", 0), "program"),
                     "microsoft.app_8wekyb3d8bbwe");
    cr_expect_str_eq(ac_record_get(tr_nth("shimcache", 1), "program"), "a.exe");
    cr_expect_str_eq(ac_record_get(tr_nth("shimcache", 1), "package"),
                     "microsoft.app_8wekyb3d8bbwe");
}

Test(hive_traces, a_damaged_shimcache_is_a_problem_and_the_rest_is_read)
{
    const struct ac_record *p;

    begin_system();
    fx_hive_binary(tr_hive, SESSION "\\AppCompatCache", "AppCompatCache", "nothing known", 13);
    fx_hive_sz(tr_hive, SET "\\Services\\one", "ImagePath", "one.exe");
    tr_parse(SYSTEM);
    cr_expect_eq(tr_count("shimcache"), 0);
    cr_assert_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 1);
    p = fx_nth(&tr_out, AC_KIND_PROBLEM, 0);
    cr_expect(strstr(ac_record_get(p, "what"), "AppCompatCache"));
    cr_expect_str_eq(ac_record_get(p, "class"), "unsupported");
    cr_expect_gt(ac_record_get_int(p, "offset"), 4096, "the value's cell");
    cr_expect_eq(fx_count(&tr_out, AC_KIND_AUTOSTART), 1);
}

/* A name that is no UTF-16 is kept with its bytes. */
Test(hive_traces, shimcache_path_with_a_lone_surrogate)
{
    struct ac_buf b = {0};
    const struct ac_record *r;
    char *line;

    begin_system();
    fx_shim(&b, FX_SHIM_7_32, cache, 1);
    fx_put_le16(&b, b.n - 6, 0xD800); /* the last character */
    fx_hive_binary(tr_hive, SESSION "\\AppCompatCache", "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
    tr_parse(SYSTEM);
    r = tr_nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "one.e\\u{D800}e");
    line = ac_record_print(r);
    cr_expect_not_null(strstr(line, "\"raw\""));
    free(line);
}

/* ---- BAM and DAM */

static void run_of(const char *key, const char *name, const char *time)
{
    uint8_t data[24] = {0};
    uint64_t ticks = fx_time(time);

    memcpy(data, &ticks, 8);
    fx_hive_binary(tr_hive, key, name, data, sizeof(data));
}

#define BAM_1809 SET "\\Services\\bam\\State\\UserSettings\\"
#define BAM_1709 SET "\\Services\\bam\\UserSettings\\"
#define DAM_1809 SET "\\Services\\dam\\State\\UserSettings\\"

Test(hive_traces, bam_and_dam)
{
    const struct ac_record *r;

    begin_system();
    run_of(BAM_1809 SID, "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe",
           "2021-02-03T04:05:06.7Z");
    run_of(BAM_1809 SID, "Microsoft.Windows.Cortana_cw5n1h2txyewy", "2021-02-03T04:05:07Z");
    fx_hive_dword(tr_hive, BAM_1809 SID, "Version", 1);
    fx_hive_dword(tr_hive, BAM_1809 SID, "SequenceNumber", 12);
    run_of(BAM_1709 "S-1-5-18", "\\Device\\HarddiskVolume3\\a.exe", "2018-02-03T04:05:06Z");
    run_of(DAM_1809 SID, "\\Device\\HarddiskVolume3\\b.exe", "2019-02-03T04:05:06Z");
    tr_parse(SYSTEM);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("bam"), 3);
    cr_assert_eq(tr_count("dam"), 1);
    r = tr_nth("bam", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "cmd.exe");
    cr_expect_str_eq(ac_record_get(r, "program_path"),
                     "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe");
    cr_expect_str_eq(ac_record_get(r, "user"), SID);
    tr_expect_time(r, "last_run", "2021-02-03T04:05:06.7Z");
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SYSTEM\\" BAM_1809 SID);
    cr_expect_str_eq(ac_record_prov(r, "value"),
                     "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe");
    r = tr_nth("bam", 1);
    cr_expect_str_eq(ac_record_get(r, "program"), "Microsoft.Windows.Cortana_cw5n1h2txyewy");
    cr_expect_null(ac_record_get_json(r, "program_path"));
    cr_expect_str_eq(ac_record_get(tr_nth("bam", 2), "user"), "S-1-5-18");
    cr_expect_str_eq(ac_record_get(tr_nth("dam", 0), "program"), "b.exe");
}

Test(hive_traces, bam_entry_without_a_time_is_kept_and_told)
{
    begin_system();
    fx_hive_binary(tr_hive, BAM_1809 SID, "\\Device\\HarddiskVolume3\\a.exe", "1234567", 7);
    tr_parse(SYSTEM);
    cr_assert_eq(tr_count("bam"), 1);
    cr_expect_null(ac_record_get_json(tr_nth("bam", 0), "last_run"));
    cr_assert_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 1);
}

/* The bytes decide where the last component begins, not their escaped form. */
Test(hive_traces, bam_name_with_nul)
{
    static const char name[] = "\\\0a\0\0\0b\0";
    uint8_t data[8] = {1};

    begin_system();
    fx_key_value_raw(fx_hive_key(tr_hive, BAM_1809 SID, 0), name, 8, FX_REG_BINARY, data, 8);
    tr_parse(SYSTEM);
    cr_assert_eq(tr_count("bam"), 1);
    cr_expect_str_eq(ac_record_get(tr_nth("bam", 0), "program"), "a\\u{0}b");
}

/* ---- memory */

static enum ac_rc run_failing(const struct ac_buf *bytes, const char *path, unsigned long n)
{
    enum ac_rc rc;

    ac_alloc_fail_at(n);
    rc = tr_run(bytes, path);
    ac_alloc_fail_at(0);
    return rc;
}

Test(hive_traces, every_allocation_may_fail)
{
    struct ac_buf bytes = {0};
    size_t records, failed = 0;
    enum ac_rc rc = AC_OK;

    begin_system();
    add_cache(FX_SHIM_7_32, SESSION "\\AppCompatCache");
    run_of(BAM_1809 SID, "\\Device\\HarddiskVolume3\\a.exe", "2021-02-03T04:05:06.7Z");
    fx_hive_sz(tr_hive, "Root\\InventoryApplicationFile\\1", "Name", "a.exe");
    fx_hive_sz(tr_hive, "Root\\InventoryDriverBinary\\c:/a.sys", "DriverName", "a.sys");
    fx_hive_sz(tr_hive, "Root\\File\\1\\2", "15", "c:\\a.exe");
    fx_hive_build(tr_hive, &bytes);
    cr_assert_eq(tr_run(&bytes, "SYSTEM"), AC_OK);
    records = tr_out.n;
    /* one that fails where no such key is does no harm, so that AC_OK is not the end */
    for (unsigned long n = 1; n < 500; n++) {
        rc = run_failing(&bytes, "SYSTEM", n);
        cr_assert(rc == AC_NOMEM || (rc == AC_OK && tr_out.n == records), "%lu: %s", n,
                  ac_rc_name(rc));
        failed += rc == AC_NOMEM;
    }
    cr_expect_eq(rc, AC_OK);
    cr_expect_gt(failed, 30);
    ac_buf_free(&bytes);
}

/* ---- real hives */

/* regipy's tests: 660 entries in two control sets (the current one, 330, comes first), one of them mfeann.exe,
 * 2011-01-12T12:08:00Z, executed. Flags counted with a reader written for that in Python: of the 330
 * insertion flags 171 are 7, 92 are 5, 55 are 6, 6 are 15, 6 are 14. */
Test(hive_traces, real_shimcache_of_windows_7)
{
    size_t executed = 0;
    const struct ac_record *r;

    cr_assert_eq(tr_real("regf/system/regipy-SYSTEM.xz", NULL, NULL), AC_OK);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("shimcache"), 660);
    r = tr_nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program_path"),
                     "\\??\\C:\\Program Files\\McAfee\\VirusScan Enterprise\\mfeann.exe");
    tr_expect_time(r, "file_modified", "2011-01-12T12:08:00Z");
    cr_expect(ac_record_get_bool(r, "executed_flag"));
    r = tr_nth("shimcache", 329);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "\\??\\C:\\Windows\\bfsvc.exe");
    tr_expect_time(r, "file_modified", "2010-11-20T12:16:55.8Z");
    for (size_t i = 0; i < 330; i++)
        executed += ac_record_get_bool(tr_nth("shimcache", i), "executed_flag");
    cr_expect_eq(executed, 171 + 55 + 6 + 6);
}

/* Counted by a script of its own over the value's bytes (the same as hivexget gives) and over all keys
 * after the replay: 406 entries with correct CRC-32, 127 of them apps without a path; BAM 31 entries
 * of three accounts, 17 of them paths. */
Test(hive_traces, real_shimcache_and_bam_of_windows_10)
{
    const struct ac_record *r;
    size_t apps = 0, paths = 0, users = 0;

    cr_assert_eq(tr_real("regf/system/regipy-SYSTEM_B/SYSTEM.xz",
                         "regf/system/regipy-SYSTEM_B/SYSTEM.LOG1.xz",
                         "regf/system/regipy-SYSTEM_B/SYSTEM.LOG2.xz"),
                 AC_OK);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("shimcache"), 406);
    r = tr_nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program_path"),
                     "C:\\Windows\\system32\\MusNotificationUX.exe");
    tr_expect_time(r, "file_modified", "2018-03-01T05:53:41.3556379Z");
    r = tr_nth("shimcache", 405);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "C:\\Windows\\system32\\services.exe");
    tr_expect_time(r, "file_modified", "2018-01-01T12:25:26.2962361Z");
    cr_expect_eq(ac_record_get_int(r, "entry_offset"), 97100);
    for (size_t i = 0; i < 406; i++)
        apps += ac_record_get_json(tr_nth("shimcache", i), "program_path") == NULL;
    cr_expect_eq(apps, 127);
    cr_assert_eq(tr_count("bam"), 31);
    for (size_t i = 0; i < 31; i++) {
        r = tr_nth("bam", i);
        paths += ac_record_get_json(r, "program_path") != NULL;
        users +=
            strcmp(ac_record_get(r, "user"), "S-1-5-21-2734969515-1644526556-1039763013-1001") == 0;
        cr_expect_gt(ac_record_get_time(r, "last_run").ticks, fx_time("2018-01-01T00:00:00Z"));
    }
    cr_expect_eq(paths, 17);
    cr_expect_eq(users, 28);
    cr_expect_eq(tr_count("dam"), 0);
}

/* Without the logs: 2 and 26 entries, as hivexget counts them in the hive as it lies. */
Test(hive_traces, real_bam_without_logs)
{
    cr_assert_eq(tr_real("regf/system/regipy-SYSTEM_B/SYSTEM.xz", NULL, NULL), AC_OK);
    cr_expect_eq(tr_count("bam"), 28);
    cr_expect_eq(tr_count("shimcache"), 406);
}
