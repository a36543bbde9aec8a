/* Amcache.hve: the formats of Windows 8 and 10. Built and real ones. */
#include "traces.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hive_amcache, .init = tr_begin, .fini = tr_end);

#define AMCACHE "Windows/appcompat/Programs/Amcache.hve"
#define HASH "0123456789abcdef0123456789abcdef01234567"
#define NEW_FILE "InventoryApplicationFile\\a.exe|0011223344556677"
#define OLD_FILE "Root\\File\\ccbe4c57-0000-0000-0000-100000000000\\100001605a"
#define DRIVER "Root\\InventoryDriverBinary\\"

static void new_file(const char *root)
{
    char key[128];

    snprintf(key, sizeof(key), "%s" NEW_FILE, root);
    fx_hive_sz(tr_hive, key, "FileId", "0000" HASH);
    fx_hive_sz(tr_hive, key, "LowerCaseLongPath", "c:\\users\\user1\\a.exe");
    fx_hive_sz(tr_hive, key, "Name", "A.exe");
    fx_hive_sz(tr_hive, key, "OriginalFileName", "psexec.c");
    fx_hive_sz(tr_hive, key, "Publisher", "publisher");
    fx_hive_sz(tr_hive, key, "Version", "1.2");
    fx_hive_sz(tr_hive, key, "ProductName", "product");
    fx_hive_sz(tr_hive, key, "LinkDate", "02/21/2019 16:00:01");
    fx_hive_qword(tr_hive, key, "Size", 468992);
}

static void check_new_file(const char *key)
{
    const struct ac_record *r;

    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("amcache"), 1);
    r = tr_nth("amcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "A.exe");
    cr_expect_str_eq(ac_record_get(r, "program_path"), "c:\\users\\user1\\a.exe");
    cr_expect_str_eq(ac_record_get(r, "sha1"), HASH);
    cr_expect_str_eq(ac_record_get(r, "original_name"), "psexec.c");
    cr_expect_str_eq(ac_record_get(r, "publisher"), "publisher");
    cr_expect_str_eq(ac_record_get(r, "product"), "product");
    cr_expect_str_eq(ac_record_get(r, "version"), "1.2");
    cr_expect_eq(ac_record_get_int(r, "file_size"), 468992);
    tr_expect_time(r, "link_time", "2019-02-21T16:00:01Z");
    cr_expect_str_eq(ac_record_prov(r, "key"), key);
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), "2021-01-05T08:30:14Z");
}

Test(hive_amcache, amcache_files)
{
    new_file("Root\\");
    tr_parse(AMCACHE);
    check_new_file("Amcache\\Root\\" NEW_FILE);
}

Test(hive_amcache, amcache_saved_from_root_on)
{
    new_file("");
    tr_parse("any.bin");
    check_new_file("Amcache\\" NEW_FILE);
}

/* Values as the first builds of Windows 10 wrote them. */
Test(hive_amcache, amcache_file_without_name_and_with_size_as_text)
{
    const char *key = "Root\\InventoryApplicationFile\\0000" HASH;
    const struct ac_record *r;

    fx_hive_sz(tr_hive, key, "FileId", "short");
    fx_hive_sz(tr_hive, key, "LowerCaseLongPath", "c:\\x\\tool.exe");
    fx_hive_sz(tr_hive, key, "Size", "0x7fac0");
    fx_hive_sz(tr_hive, key, "Publisher", "");
    tr_parse(AMCACHE);
    r = tr_nth("amcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "tool.exe");
    cr_expect_eq(ac_record_get_int(r, "file_size"), 0x7fac0);
    cr_expect_str_eq(ac_record_get(r, "sha1"), "short", "as stored");
    cr_expect_null(ac_record_get_json(r, "publisher"));
}

Test(hive_amcache, amcache_of_windows_8)
{
    const struct ac_record *r;

    fx_hive_qword(tr_hive, OLD_FILE, "17", fx_time("2017-08-01T11:50:00Z"));
    fx_hive_sz(tr_hive, OLD_FILE, "15", "c:\\x\\setup64.exe");
    fx_hive_sz(tr_hive, OLD_FILE, "101", "0000" HASH);
    fx_hive_dword(tr_hive, OLD_FILE, "6", 4479832);
    fx_hive_dword(tr_hive, OLD_FILE, "f", 1489761316);
    fx_hive_qword(tr_hive, OLD_FILE, "11", fx_time("2017-08-01T11:52:00Z"));
    fx_hive_qword(tr_hive, OLD_FILE, "12", fx_time("2017-08-01T11:51:00Z"));
    fx_hive_sz(tr_hive, OLD_FILE, "0", "product");
    fx_hive_sz(tr_hive, OLD_FILE, "1", "company");
    fx_hive_sz(tr_hive, OLD_FILE, "5", "10.1");
    fx_hive_sz(tr_hive, OLD_FILE, "c", "description");
    fx_hive_sz(tr_hive, "Root\\Programs\\x", "0", "7-Zip");
    fx_hive_qword(tr_hive, "Root\\Programs\\x", "a", 1501593268);
    tr_parse(AMCACHE);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("amcache"), 1);
    r = tr_nth("amcache", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "setup64.exe");
    cr_expect_str_eq(ac_record_get(r, "sha1"), HASH);
    cr_expect_eq(ac_record_get_int(r, "file_size"), 4479832);
    tr_expect_time(r, "link_time", "2017-03-17T14:35:16Z");
    tr_expect_time(r, "file_modified", "2017-08-01T11:52:00Z");
    tr_expect_time(r, "file_created", "2017-08-01T11:51:00Z");
    cr_expect_str_eq(ac_record_get(r, "product"), "product");
    cr_expect_str_eq(ac_record_get(r, "publisher"), "company");
    cr_expect_str_eq(ac_record_get(r, "version"), "10.1");
    cr_expect_str_eq(ac_record_get(r, "description"), "description");
    cr_assert_eq(tr_count("amcache-application"), 1);
    r = tr_nth("amcache-application", 0);
    cr_expect_str_eq(ac_record_get(r, "program"), "7-Zip");
    cr_expect_str_eq(ac_record_get(r, "install_date"), "2017-08-01T13:14:28Z");
}

Test(hive_amcache, amcache_drivers_and_applications)
{
    const char *key = DRIVER "c:/windows/system32/drivers/1394ohci.sys";
    const struct ac_record *r;

    fx_hive_sz(tr_hive, key, "DriverName", "1394ohci.sys");
    fx_hive_sz(tr_hive, key, "DriverId", "0000" HASH);
    fx_hive_sz(tr_hive, key, "DriverSigned", "0");
    fx_hive_sz(tr_hive, key, "DriverLastWriteTime", "12/07/2019 09:07:53");
    fx_hive_dword(tr_hive, key, "DriverTimeStamp", 3214185833U);
    fx_hive_dword(tr_hive, key, "ImageSize", 294912); /* in memory: not the size of the file */
    fx_hive_sz(tr_hive, DRIVER "0000" HASH, "DriverName", "old.sys");
    fx_hive_sz(tr_hive, "Root\\InventoryApplication\\1", "Name", "app");
    fx_hive_sz(tr_hive, "Root\\InventoryApplication\\1", "RootDirPath", "C:\\app");
    fx_hive_sz(tr_hive, "Root\\InventoryApplication\\1", "InstallDate", "02/05/2022 00:00:00");
    fx_hive_key(tr_hive, "Root\\InventoryApplication\\empty", 0);
    tr_parse(AMCACHE);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(tr_count("amcache-driver"), 2);
    r = tr_nth("amcache-driver", 1);
    cr_expect_str_eq(ac_record_get(r, "program"), "1394ohci.sys");
    cr_expect_str_eq(ac_record_get(r, "program_path"), "c:/windows/system32/drivers/1394ohci.sys");
    cr_expect_str_eq(ac_record_get(r, "sha1"), HASH);
    cr_expect_not_null(ac_record_get_json(r, "signed"));
    cr_expect_not(ac_record_get_bool(r, "signed"));
    tr_expect_time(r, "file_modified", "2019-12-07T09:07:53Z");
    tr_expect_time(r, "link_time", "2071-11-08T05:23:53Z");
    cr_expect_null(ac_record_get_json(r, "file_size"));
    cr_expect_str_eq(ac_record_get(tr_nth("amcache-driver", 0), "sha1"), HASH, "from its key");
    cr_assert_eq(tr_count("amcache-application"), 1);
    r = tr_nth("amcache-application", 0);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "C:\\app");
    cr_expect_str_eq(ac_record_get(r, "install_date"), "02/05/2022 00:00:00");
}

Test(hive_amcache, amcache_dates_of_another_form_are_told_once)
{
    char key[64];

    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof(key), "Root\\InventoryApplicationFile\\%d", i);
        fx_hive_sz(tr_hive, key, "Name", "a.exe");
        fx_hive_sz(tr_hive, key, "LinkDate", i == 0 ? "13/32/2019 16:00:00" : "2019-02-21");
    }
    tr_parse(AMCACHE);
    cr_expect_eq(tr_count("amcache"), 3);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 1);
    for (size_t i = 0; i < 3; i++)
        cr_expect_null(ac_record_get_json(tr_nth("amcache", i), "link_time"));
}

Test(hive_amcache, amcache_values_of_impossible_types)
{
    const char *key = "Root\\InventoryApplicationFile\\1";

    fx_hive_dword(tr_hive, key, "Name", 7);
    fx_hive_binary(tr_hive, key, "FileId", "\xFF", 1);
    fx_hive_binary(tr_hive, key, "Size", "123", 3);
    fx_hive_dword(tr_hive, key, "LinkDate", 7);
    fx_hive_qword(tr_hive, key, "Version", UINT64_MAX);
    tr_parse(AMCACHE);
    cr_assert_eq(tr_count("amcache"), 1);
    cr_expect_null(ac_record_get_json(tr_nth("amcache", 0), "file_size"));
}

/* ---- real hives */

/* regipy's tests: its AmCache plugin finds 1,367 entries (1,120 below File, 247 below
 * InventoryApplicationFile); plaso's tests name one of them. Drivers 311, applications 74 and 26:
 * subkeys as the README and hivexsh count them. */
Test(hive_amcache, real_amcache_with_both_formats)
{
    const struct ac_record *r;

    cr_assert_eq(tr_real("regf/amcache/regipy-amcache.hve.xz", NULL, NULL), AC_OK);
    cr_expect_eq(tr_count("amcache"), 1367);
    cr_expect_eq(tr_count("amcache-driver"), 311);
    cr_expect_eq(tr_count("amcache-application"), 74 + 26);
    r = fx_find(&tr_out, AC_KIND_EXECUTION, "program", "idafree50.tmp");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "program_path"), "c:\\users\\user\\appdata\\local\\temp\\"
                                                       "chocolatey\\is-f4510.tmp\\idafree50.tmp");
    cr_expect_str_eq(ac_record_get(r, "sha1"), "82274eef0911a948f91425f5e5b0e730517fe75e");
}

/* plaso's tests: svchost.exe with that SHA-1. README: 30 and 75 subkeys. */
Test(hive_amcache, real_amcache_of_windows_10)
{
    const struct ac_record *r;

    cr_assert_eq(tr_real("regf/amcache/plaso-win10-Amcache.hve", NULL, NULL), AC_OK);
    cr_expect_eq(fx_count(&tr_out, AC_KIND_PROBLEM), 0);
    cr_expect_eq(tr_count("amcache"), 30);
    cr_expect_eq(tr_count("amcache-application"), 75);
    r = fx_find(&tr_out, AC_KIND_EXECUTION, "program", "svchost.exe");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "sha1"), "75c5a97f521f760e32a4a9639a653eed862e9c61");
}

/* README of the hosts: after the replay of the logs 5 files below c:\users\testuser. */
Test(hive_amcache, real_amcache_with_logs)
{
    size_t below = 0;

    cr_assert_eq(tr_real("hosts/aptsim-win10/Windows/appcompat/Programs/Amcache.hve",
                         "hosts/aptsim-win10/Windows/appcompat/Programs/Amcache.hve.LOG1",
                         "hosts/aptsim-win10/Windows/appcompat/Programs/Amcache.hve.LOG2"),
                 AC_OK);
    cr_assert_eq(tr_count("amcache"), 124);
    for (size_t i = 0; i < 124; i++)
        below += ac_str_istarts(ac_str_of(ac_record_get(tr_nth("amcache", i), "program_path")),
                                AC_STR("c:\\users\\testuser\\"));
    cr_expect_eq(below, 5);
}
