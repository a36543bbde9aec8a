/* Execution traces of the machine in hives: ShimCache, BAM and DAM, Amcache. Built and real ones. */
#include "build_regf.h"
#include "build_shimcache.h"

#include "base/alloc.h"
#include "hive.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
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
    ac_alloc_fail_at(0);
    fx_hive_free(hive);
    fx_records_free(&out);
}

TestSuite(hive_traces, .init = begin, .fini = end);

static enum ac_rc run(const struct ac_buf *bytes, const char *path)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(bytes), .path = path, .user = ""};
    struct ac_err err = {0};

    fx_records_free(&out);
    return ac_parser_hive.parse(&a, &budget, &out.sink, &err);
}

static void parse(const char *path)
{
    struct ac_buf bytes = {0};

    fx_hive_build(hive, &bytes);
    cr_assert_eq(run(&bytes, path), AC_OK);
    ac_buf_free(&bytes);
}

#define SYSTEM "Windows/System32/config/SYSTEM"
#define AMCACHE "Windows/appcompat/Programs/Amcache.hve"
#define SET "ControlSet001"
#define SESSION SET "\\Control\\Session Manager"
#define SID "S-1-5-21-1-2-3-1001"

static void begin_system(void)
{
    fx_hive_dword(hive, "Select", "Current", 1);
    fx_hive_key(hive, SET, 0);
}

static size_t count(const char *artefact)
{
    size_t n = 0;

    for (size_t i = 0; i < out.n; i++)
        n += ac_record_kind(out.items[i]) == AC_KIND_EXECUTION &&
             strcmp(ac_record_get(out.items[i], "artefact"), artefact) == 0;
    return n;
}

/* The n-th execution record of an artefact. */
static const struct ac_record *nth(const char *artefact, size_t n)
{
    for (size_t i = 0; i < out.n; i++) {
        if (ac_record_kind(out.items[i]) == AC_KIND_EXECUTION &&
            strcmp(ac_record_get(out.items[i], "artefact"), artefact) == 0 && n-- == 0)
            return out.items[i];
    }
    cr_assert_fail("too few of %s", artefact);
    return NULL;
}

static void expect_time(const struct ac_record *r, const char *field, const char *time)
{
    cr_expect_eq(ac_record_get_time(r, field).ticks, fx_time(time), "%s", field);
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
    fx_hive_binary(hive, key, "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
}

Test(hive_traces, shimcache_of_windows_7)
{
    const struct ac_record *r;

    begin_system();
    add_cache(FX_SHIM_7_64, SESSION "\\AppCompatCache");
    parse(SYSTEM);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("shimcache"), 2);
    r = nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "one.exe");
    cr_expect_str_eq(ac_record_get(r, "program_path"), "\\??\\C:\\Windows\\one.exe");
    cr_expect_eq(ac_record_get_int(r, "position"), 0);
    cr_expect_eq(ac_record_get_int(r, "entry_offset"), 128);
    expect_time(r, "file_modified", "2010-11-20T12:17:48.148Z");
    cr_expect(ac_record_get_bool(r, "executed_flag"));
    cr_expect_null(ac_record_get_json(r, "file_size"));
    cr_expect_null(ac_record_get_json(r, "entry_updated"));
    cr_expect_null(ac_record_get_json(r, "run_times"));
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SYSTEM\\" SESSION "\\AppCompatCache");
    cr_expect_str_eq(ac_record_prov(r, "value"), "AppCompatCache");
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), "2021-01-05T08:30:14Z");
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    r = nth("shimcache", 1);
    cr_expect_eq(ac_record_get_int(r, "position"), 1);
    cr_expect_not_null(ac_record_get_json(r, "executed_flag"));
    cr_expect_not(ac_record_get_bool(r, "executed_flag"));
}

Test(hive_traces, shimcache_of_windows_xp)
{
    const struct ac_record *r;

    begin_system();
    add_cache(FX_SHIM_XP, SESSION "\\AppCompatibility");
    parse(SYSTEM);
    cr_assert_eq(count("shimcache"), 2);
    r = nth("shimcache", 1);
    cr_expect_str_eq(ac_record_get(r, "program"), "two.exe");
    cr_expect_eq(ac_record_get_int(r, "file_size"), 44544);
    expect_time(r, "entry_updated", "2011-02-03T05:05:06Z");
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
    fx_hive_binary(hive, SESSION "\\AppCompatCache", "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
    parse(SYSTEM);
    cr_assert_eq(count("shimcache"), 1);
    r = nth("shimcache", 0);
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
    fx_hive_binary(hive, SESSION "\\AppCompatCache", "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
    parse(SYSTEM);
    cr_assert_eq(count("shimcache"), 2);
    cr_expect_str_eq(ac_record_get(nth("shimcache", 0), "program"), "microsoft.app_8wekyb3d8bbwe");
    cr_expect_str_eq(ac_record_get(nth("shimcache", 1), "program"), "a.exe");
    cr_expect_str_eq(ac_record_get(nth("shimcache", 1), "package"), "microsoft.app_8wekyb3d8bbwe");
}

Test(hive_traces, a_damaged_shimcache_is_a_problem_and_the_rest_is_read)
{
    const struct ac_record *p;

    begin_system();
    fx_hive_binary(hive, SESSION "\\AppCompatCache", "AppCompatCache", "nothing known", 13);
    fx_hive_sz(hive, SET "\\Services\\one", "ImagePath", "one.exe");
    parse(SYSTEM);
    cr_expect_eq(count("shimcache"), 0);
    cr_assert_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    p = fx_nth(&out, AC_KIND_PROBLEM, 0);
    cr_expect(strstr(ac_record_get(p, "what"), "AppCompatCache"));
    cr_expect_str_eq(ac_record_get(p, "class"), "unsupported");
    cr_expect_gt(ac_record_get_int(p, "offset"), 4096, "the value's cell");
    cr_expect_eq(fx_count(&out, AC_KIND_AUTOSTART), 1);
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
    fx_hive_binary(hive, SESSION "\\AppCompatCache", "AppCompatCache", b.p, b.n);
    ac_buf_free(&b);
    parse(SYSTEM);
    r = nth("shimcache", 0);
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
    fx_hive_binary(hive, key, name, data, sizeof(data));
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
    fx_hive_dword(hive, BAM_1809 SID, "Version", 1);
    fx_hive_dword(hive, BAM_1809 SID, "SequenceNumber", 12);
    run_of(BAM_1709 "S-1-5-18", "\\Device\\HarddiskVolume3\\a.exe", "2018-02-03T04:05:06Z");
    run_of(DAM_1809 SID, "\\Device\\HarddiskVolume3\\b.exe", "2019-02-03T04:05:06Z");
    parse(SYSTEM);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("bam"), 3);
    cr_assert_eq(count("dam"), 1);
    r = nth("bam", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "cmd.exe");
    cr_expect_str_eq(ac_record_get(r, "program_path"),
                     "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe");
    cr_expect_str_eq(ac_record_get(r, "user"), SID);
    expect_time(r, "last_run", "2021-02-03T04:05:06.7Z");
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SYSTEM\\" BAM_1809 SID);
    cr_expect_str_eq(ac_record_prov(r, "value"),
                     "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe");
    r = nth("bam", 1);
    cr_expect_str_eq(ac_record_get(r, "program"), "Microsoft.Windows.Cortana_cw5n1h2txyewy");
    cr_expect_null(ac_record_get_json(r, "program_path"));
    cr_expect_str_eq(ac_record_get(nth("bam", 2), "user"), "S-1-5-18");
    cr_expect_str_eq(ac_record_get(nth("dam", 0), "program"), "b.exe");
}

Test(hive_traces, bam_entry_without_a_time_is_kept_and_told)
{
    begin_system();
    fx_hive_binary(hive, BAM_1809 SID, "\\Device\\HarddiskVolume3\\a.exe", "1234567", 7);
    parse(SYSTEM);
    cr_assert_eq(count("bam"), 1);
    cr_expect_null(ac_record_get_json(nth("bam", 0), "last_run"));
    cr_assert_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

/* The bytes decide where the last component begins, not their escaped form. */
Test(hive_traces, bam_name_with_nul)
{
    static const char name[] = "\\\0a\0\0\0b\0";
    uint8_t data[8] = {1};

    begin_system();
    fx_key_value_raw(fx_hive_key(hive, BAM_1809 SID, 0), name, 8, FX_REG_BINARY, data, 8);
    parse(SYSTEM);
    cr_assert_eq(count("bam"), 1);
    cr_expect_str_eq(ac_record_get(nth("bam", 0), "program"), "a\\u{0}b");
}

/* ---- Amcache */

#define HASH "0123456789abcdef0123456789abcdef01234567"
#define NEW_FILE "InventoryApplicationFile\\a.exe|0011223344556677"
#define OLD_FILE "Root\\File\\ccbe4c57-0000-0000-0000-100000000000\\100001605a"
#define DRIVER "Root\\InventoryDriverBinary\\"

static void new_file(const char *root)
{
    char key[128];

    snprintf(key, sizeof(key), "%s" NEW_FILE, root);
    fx_hive_sz(hive, key, "FileId", "0000" HASH);
    fx_hive_sz(hive, key, "LowerCaseLongPath", "c:\\users\\user1\\a.exe");
    fx_hive_sz(hive, key, "Name", "A.exe");
    fx_hive_sz(hive, key, "OriginalFileName", "psexec.c");
    fx_hive_sz(hive, key, "Publisher", "publisher");
    fx_hive_sz(hive, key, "Version", "1.2");
    fx_hive_sz(hive, key, "ProductName", "product");
    fx_hive_sz(hive, key, "LinkDate", "02/21/2019 16:00:01");
    fx_hive_qword(hive, key, "Size", 468992);
}

static void check_new_file(const char *key)
{
    const struct ac_record *r;

    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("amcache"), 1);
    r = nth("amcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "A.exe");
    cr_expect_str_eq(ac_record_get(r, "program_path"), "c:\\users\\user1\\a.exe");
    cr_expect_str_eq(ac_record_get(r, "sha1"), HASH);
    cr_expect_str_eq(ac_record_get(r, "original_name"), "psexec.c");
    cr_expect_str_eq(ac_record_get(r, "publisher"), "publisher");
    cr_expect_str_eq(ac_record_get(r, "product"), "product");
    cr_expect_str_eq(ac_record_get(r, "version"), "1.2");
    cr_expect_eq(ac_record_get_int(r, "file_size"), 468992);
    expect_time(r, "link_time", "2019-02-21T16:00:01Z");
    cr_expect_str_eq(ac_record_prov(r, "key"), key);
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), "2021-01-05T08:30:14Z");
}

Test(hive_traces, amcache_files)
{
    new_file("Root\\");
    parse(AMCACHE);
    check_new_file("Amcache\\Root\\" NEW_FILE);
}

Test(hive_traces, amcache_saved_from_root_on)
{
    new_file("");
    parse("any.bin");
    check_new_file("Amcache\\" NEW_FILE);
}

/* Values as the first builds of Windows 10 wrote them. */
Test(hive_traces, amcache_file_without_name_and_with_size_as_text)
{
    const char *key = "Root\\InventoryApplicationFile\\0000" HASH;
    const struct ac_record *r;

    fx_hive_sz(hive, key, "FileId", "short");
    fx_hive_sz(hive, key, "LowerCaseLongPath", "c:\\x\\tool.exe");
    fx_hive_sz(hive, key, "Size", "0x7fac0");
    fx_hive_sz(hive, key, "Publisher", "");
    parse(AMCACHE);
    r = nth("amcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "tool.exe");
    cr_expect_eq(ac_record_get_int(r, "file_size"), 0x7fac0);
    cr_expect_str_eq(ac_record_get(r, "sha1"), "short", "as stored");
    cr_expect_null(ac_record_get_json(r, "publisher"));
}

Test(hive_traces, amcache_of_windows_8)
{
    const struct ac_record *r;

    fx_hive_qword(hive, OLD_FILE, "17", fx_time("2017-08-01T11:50:00Z"));
    fx_hive_sz(hive, OLD_FILE, "15", "c:\\x\\setup64.exe");
    fx_hive_sz(hive, OLD_FILE, "101", "0000" HASH);
    fx_hive_dword(hive, OLD_FILE, "6", 4479832);
    fx_hive_dword(hive, OLD_FILE, "f", 1489761316);
    fx_hive_qword(hive, OLD_FILE, "11", fx_time("2017-08-01T11:52:00Z"));
    fx_hive_qword(hive, OLD_FILE, "12", fx_time("2017-08-01T11:51:00Z"));
    fx_hive_sz(hive, OLD_FILE, "0", "product");
    fx_hive_sz(hive, OLD_FILE, "1", "company");
    fx_hive_sz(hive, OLD_FILE, "5", "10.1");
    fx_hive_sz(hive, OLD_FILE, "c", "description");
    fx_hive_sz(hive, "Root\\Programs\\x", "0", "7-Zip");
    fx_hive_qword(hive, "Root\\Programs\\x", "a", 1501593268);
    parse(AMCACHE);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("amcache"), 1);
    r = nth("amcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "setup64.exe");
    cr_expect_str_eq(ac_record_get(r, "sha1"), HASH);
    cr_expect_eq(ac_record_get_int(r, "file_size"), 4479832);
    expect_time(r, "link_time", "2017-03-17T14:35:16Z");
    expect_time(r, "file_modified", "2017-08-01T11:52:00Z");
    expect_time(r, "file_created", "2017-08-01T11:51:00Z");
    cr_expect_str_eq(ac_record_get(r, "product"), "product");
    cr_expect_str_eq(ac_record_get(r, "publisher"), "company");
    cr_expect_str_eq(ac_record_get(r, "version"), "10.1");
    cr_expect_str_eq(ac_record_get(r, "description"), "description");
    cr_assert_eq(count("amcache-application"), 1);
    r = nth("amcache-application", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "7-Zip");
    cr_expect_str_eq(ac_record_get(r, "install_date"), "2017-08-01T13:14:28Z");
}

Test(hive_traces, amcache_drivers_and_applications)
{
    const char *key = DRIVER "c:/windows/system32/drivers/1394ohci.sys";
    const struct ac_record *r;

    fx_hive_sz(hive, key, "DriverName", "1394ohci.sys");
    fx_hive_sz(hive, key, "DriverId", "0000" HASH);
    fx_hive_sz(hive, key, "DriverSigned", "0");
    fx_hive_sz(hive, key, "DriverLastWriteTime", "12/07/2019 09:07:53");
    fx_hive_dword(hive, key, "DriverTimeStamp", 3214185833U);
    fx_hive_dword(hive, key, "ImageSize", 294912); /* in memory: not the size of the file */
    fx_hive_sz(hive, DRIVER "0000" HASH, "DriverName", "old.sys");
    fx_hive_sz(hive, "Root\\InventoryApplication\\1", "Name", "app");
    fx_hive_sz(hive, "Root\\InventoryApplication\\1", "RootDirPath", "C:\\app");
    fx_hive_sz(hive, "Root\\InventoryApplication\\1", "InstallDate", "02/05/2022 00:00:00");
    fx_hive_key(hive, "Root\\InventoryApplication\\empty", 0);
    parse(AMCACHE);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("amcache-driver"), 2);
    r = nth("amcache-driver", 1);
    cr_expect_str_eq(ac_record_get(r, "program"), "1394ohci.sys");
    cr_expect_str_eq(ac_record_get(r, "program_path"), "c:/windows/system32/drivers/1394ohci.sys");
    cr_expect_str_eq(ac_record_get(r, "sha1"), HASH);
    cr_expect_not_null(ac_record_get_json(r, "signed"));
    cr_expect_not(ac_record_get_bool(r, "signed"));
    expect_time(r, "file_modified", "2019-12-07T09:07:53Z");
    expect_time(r, "link_time", "2071-11-08T05:23:53Z");
    cr_expect_null(ac_record_get_json(r, "file_size"));
    cr_expect_str_eq(ac_record_get(nth("amcache-driver", 0), "sha1"), HASH, "from its key");
    cr_assert_eq(count("amcache-application"), 1);
    r = nth("amcache-application", 0);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "C:\\app");
    cr_expect_str_eq(ac_record_get(r, "install_date"), "02/05/2022 00:00:00");
}

Test(hive_traces, amcache_dates_of_another_form_are_told_once)
{
    char key[64];

    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof(key), "Root\\InventoryApplicationFile\\%d", i);
        fx_hive_sz(hive, key, "Name", "a.exe");
        fx_hive_sz(hive, key, "LinkDate", i == 0 ? "13/32/2019 16:00:00" : "2019-02-21");
    }
    parse(AMCACHE);
    cr_expect_eq(count("amcache"), 3);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    for (size_t i = 0; i < 3; i++)
        cr_expect_null(ac_record_get_json(nth("amcache", i), "link_time"));
}

Test(hive_traces, amcache_values_of_impossible_types)
{
    const char *key = "Root\\InventoryApplicationFile\\1";

    fx_hive_dword(hive, key, "Name", 7);
    fx_hive_binary(hive, key, "FileId", "\xFF", 1);
    fx_hive_binary(hive, key, "Size", "123", 3);
    fx_hive_dword(hive, key, "LinkDate", 7);
    fx_hive_qword(hive, key, "Version", UINT64_MAX);
    parse(AMCACHE);
    cr_assert_eq(count("amcache"), 1);
    cr_expect_null(ac_record_get_json(nth("amcache", 0), "file_size"));
}

/* ---- memory */

static enum ac_rc run_failing(const struct ac_buf *bytes, const char *path, unsigned long n)
{
    enum ac_rc rc;

    ac_alloc_fail_at(n);
    rc = run(bytes, path);
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
    new_file("Root\\");
    fx_hive_build(hive, &bytes);
    cr_assert_eq(run(&bytes, "SYSTEM"), AC_OK);
    records = out.n;
    /* one that fails where no such key is does no harm, so that AC_OK is not the end */
    for (unsigned long n = 1; n < 500; n++) {
        rc = run_failing(&bytes, "SYSTEM", n);
        cr_assert(rc == AC_NOMEM || (rc == AC_OK && out.n == records), "%lu: %s", n,
                  ac_rc_name(rc));
        failed += rc == AC_NOMEM;
    }
    cr_expect_eq(rc, AC_OK);
    cr_expect_gt(failed, 30);
    ac_buf_free(&bytes);
}

/* ---- real hives */

static void load(const char *path, struct ac_buf *bytes)
{
    if (!fx_load_realdata(path, bytes))
        cr_skip_test("no real data");
}

/* regipy's tests: 660 entries in two control sets (330 in the current one), one of them mfeann.exe,
 * 2011-01-12T12:08:00Z, executed. Flags counted with a reader written for that in Python: of the 330
 * insertion flags 171 are 7, 92 are 5, 55 are 6, 6 are 15, 6 are 14. */
Test(hive_traces, real_shimcache_of_windows_7)
{
    struct ac_buf bytes = {0};
    size_t executed = 0;
    const struct ac_record *r;

    load("regf/system/regipy-SYSTEM.xz", &bytes);
    cr_assert_eq(run(&bytes, "SYSTEM"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("shimcache"), 330);
    r = nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program_path"),
                     "\\??\\C:\\Program Files\\McAfee\\VirusScan Enterprise\\mfeann.exe");
    expect_time(r, "file_modified", "2011-01-12T12:08:00Z");
    cr_expect(ac_record_get_bool(r, "executed_flag"));
    r = nth("shimcache", 329);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "\\??\\C:\\Windows\\bfsvc.exe");
    expect_time(r, "file_modified", "2010-11-20T12:16:55.8Z");
    for (size_t i = 0; i < 330; i++)
        executed += ac_record_get_bool(nth("shimcache", i), "executed_flag");
    cr_expect_eq(executed, 171 + 55 + 6 + 6);
    ac_buf_free(&bytes);
}

static enum ac_rc run_with_logs(const char *hive_path, const char *log1, const char *log2)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_buf bytes = {0}, one = {0}, two = {0};
    struct ac_companion logs[2] = {{"x.LOG1", {0}}, {"x.LOG2", {0}}};
    struct ac_artefact a = {.path = "x", .user = "", .logs = logs, .n_logs = 2};
    struct ac_err err = {0};
    enum ac_rc rc;

    load(hive_path, &bytes);
    load(log1, &one);
    load(log2, &two);
    a.bytes = fx_view(&bytes);
    logs[0].bytes = fx_view(&one);
    logs[1].bytes = fx_view(&two);
    rc = ac_parser_hive.parse(&a, &budget, &out.sink, &err);
    ac_buf_free(&bytes);
    ac_buf_free(&one);
    ac_buf_free(&two);
    return rc;
}

/* Counted with a reader written for that in Python over all keys and values after the replay: 406
 * entries with correct CRC-32, 127 of them apps without a path; BAM 31 entries of three accounts,
 * 17 of them paths. */
Test(hive_traces, real_shimcache_and_bam_of_windows_10)
{
    const struct ac_record *r;
    size_t apps = 0, paths = 0, users = 0;

    cr_assert_eq(run_with_logs("regf/system/regipy-SYSTEM_B/SYSTEM.xz",
                               "regf/system/regipy-SYSTEM_B/SYSTEM.LOG1.xz",
                               "regf/system/regipy-SYSTEM_B/SYSTEM.LOG2.xz"),
                 AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(count("shimcache"), 406);
    r = nth("shimcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program_path"),
                     "C:\\Windows\\system32\\MusNotificationUX.exe");
    expect_time(r, "file_modified", "2018-03-01T05:53:41.3556379Z");
    r = nth("shimcache", 405);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "C:\\Windows\\system32\\services.exe");
    expect_time(r, "file_modified", "2018-01-01T12:25:26.2962361Z");
    cr_expect_eq(ac_record_get_int(r, "entry_offset"), 97100);
    for (size_t i = 0; i < 406; i++)
        apps += ac_record_get_json(nth("shimcache", i), "program_path") == NULL;
    cr_expect_eq(apps, 127);
    cr_assert_eq(count("bam"), 31);
    for (size_t i = 0; i < 31; i++) {
        r = nth("bam", i);
        paths += ac_record_get_json(r, "program_path") != NULL;
        users +=
            strcmp(ac_record_get(r, "user"), "S-1-5-21-2734969515-1644526556-1039763013-1001") == 0;
        cr_expect_gt(ac_record_get_time(r, "last_run").ticks, fx_time("2018-01-01T00:00:00Z"));
    }
    cr_expect_eq(paths, 17);
    cr_expect_eq(users, 28);
    cr_expect_eq(count("dam"), 0);
}

/* regipy's tests: its AmCache plugin finds 1,367 entries (1,120 below File, 247 below
 * InventoryApplicationFile); plaso's tests name one of them. Drivers 311, applications 74 and 26:
 * subkeys as the README and hivexsh count them. */
Test(hive_traces, real_amcache_with_both_formats)
{
    struct ac_buf bytes = {0};
    const struct ac_record *r;

    load("regf/amcache/regipy-amcache.hve.xz", &bytes);
    cr_assert_eq(run(&bytes, "amcache.hve"), AC_OK);
    cr_expect_eq(count("amcache"), 1367);
    cr_expect_eq(count("amcache-driver"), 311);
    cr_expect_eq(count("amcache-application"), 74 + 26);
    r = fx_find(&out, AC_KIND_EXECUTION, "program", "idafree50.tmp");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "c:\\users\\user\\appdata\\local\\temp\\"
                                                       "chocolatey\\is-f4510.tmp\\idafree50.tmp");
    cr_expect_str_eq(ac_record_get(r, "sha1"), "82274eef0911a948f91425f5e5b0e730517fe75e");
    ac_buf_free(&bytes);
}

/* plaso's tests: svchost.exe with that SHA-1. README: 30 and 75 subkeys. */
Test(hive_traces, real_amcache_of_windows_10)
{
    struct ac_buf bytes = {0};
    const struct ac_record *r;

    load("regf/amcache/plaso-win10-Amcache.hve", &bytes);
    cr_assert_eq(run(&bytes, "win10-Amcache.hve"), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_expect_eq(count("amcache"), 30);
    cr_expect_eq(count("amcache-application"), 75);
    r = fx_find(&out, AC_KIND_EXECUTION, "program", "svchost.exe");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "sha1"), "75c5a97f521f760e32a4a9639a653eed862e9c61");
    ac_buf_free(&bytes);
}

/* README of the hosts: after the replay of the logs 5 files below c:\users\testuser. */
Test(hive_traces, real_amcache_with_logs)
{
    size_t below = 0;

    cr_assert_eq(run_with_logs("hosts/aptsim-win10/Windows/appcompat/Programs/Amcache.hve",
                               "hosts/aptsim-win10/Windows/appcompat/Programs/Amcache.hve.LOG1",
                               "hosts/aptsim-win10/Windows/appcompat/Programs/Amcache.hve.LOG2"),
                 AC_OK);
    cr_assert_eq(count("amcache"), 124);
    for (size_t i = 0; i < 124; i++)
        below += ac_str_istarts(ac_str_of(ac_record_get(nth("amcache", i), "program_path")),
                                AC_STR("c:\\users\\testuser\\"));
    cr_expect_eq(below, 5);
}
