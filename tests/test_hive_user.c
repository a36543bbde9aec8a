/* What users started and trusted, as their hives tell it: UserAssist, MUICache, compatibility flags,
 * trusted documents of Office. */
#include "user_hive.h"

#include "base/alloc.h"

TestSuite(hive_user, .init = begin, .fini = end);

/* ---- UserAssist */

Test(hive_user, userassist_of_windows_7_and_later)
{
    struct ac_record *r;

    fx_hive_dword(hive, USERASSIST, "Version", 5);
    assist_5(USERASSIST "\\Count", "{1NP14R77-02R7-4R5Q-O744-2RO1NR5198O7}\\pzq.rkr", 3, 4, 5000,
             "2021-02-03T04:05:06.789Z");
    assist_5(USERASSIST "\\Count", "P:\\Hfref\\hfre1\\\xE6\x97\xA5.rkr", 1, 0, 0, NULL);
    assist_5(USERASSIST "\\Count", "Zvpebfbsg.Jvaqbjf.Rkcybere", 0, 2, 9, NULL);
    assist_5(USERASSIST "\\Count", "HRZR_PGYPHNPbhag:pgbe", 9, 9, 9, NULL);
    fx_hive_binary(hive, USERASSIST "\\Count", "HRZR_PGYFRFFVBA", "xxxx", 4);
    parse_user();
    cr_expect_eq(count(AC_KIND_EXECUTION, "userassist"), 3);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    r = find(AC_KIND_EXECUTION, "program", "cmd.exe");
    expect(r, "program_path", "%windir%\\System32\\cmd.exe");
    expect(r, "stored_name", "{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\cmd.exe");
    expect(r, "last_run", "2021-02-03T04:05:06.789Z");
    expect(r, "user", "user1");
    expect_int(r, "run_count", 3);
    expect_int(r, "focus_count", 4);
    expect_int(r, "focus_time", 5000);
    cr_expect_str_eq(ac_record_prov(r, "value"), "{1NP14R77-02R7-4R5Q-O744-2RO1NR5198O7}\\pzq.rkr");
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKU\\user1\\" USERASSIST "\\Count");
    r = find(AC_KIND_EXECUTION, "program", "\xE6\x97\xA5.exe");
    expect(r, "program_path", "C:\\Users\\user1\\\xE6\x97\xA5.exe");
    cr_expect_not(has(r, "last_run"));
    r = find(AC_KIND_EXECUTION, "program", "Microsoft.Windows.Explorer");
    cr_expect_not(has(r, "program_path"), "an application's identifier is no path");
    expect_int(r, "run_count", 0);
}

Test(hive_user, userassist_of_windows_xp)
{
    const char *key = EXPLORER "UserAssist\\{75048700-EF1F-11D0-9888-006097DEACF9}";
    struct ac_buf path = {0};
    struct ac_record *r;

    ac_buf_addf(&path, "%s\\Count", key);
    fx_hive_dword(hive, key, "Version", 3);
    assist_3(path.p, "HRZR_EHACNGU:P:\\JVAQBJF\\flfgrz32\\pzq.rkr", 6, "2009-01-02T03:04:05Z");
    assist_3(path.p, "HRZR_EHACVQY:%pfvqy2%\\Npprffbevrf\\Abgrcnq.yax", 5, NULL);
    assist_3(path.p, "HRZR_HVFPHG", 14, "2009-01-02T03:04:06Z");
    assist_3(path.p, "HRZR_EHACNGU:P:\\o.rkr", 2, NULL);
    fx_hive_binary(hive, path.p, "HRZR_PGYFRFFVBA", "\1\0\0\0\2\0\0\0", 8);
    parse_user();
    cr_expect_eq(count(AC_KIND_EXECUTION, "userassist"), 4);
    r = find(AC_KIND_EXECUTION, "program", "cmd.exe");
    expect(r, "program_path", "C:\\WINDOWS\\system32\\cmd.exe");
    expect(r, "stored_name", "UEME_RUNPATH:C:\\WINDOWS\\system32\\cmd.exe");
    expect_int(r, "run_count", 1);
    expect(r, "last_run", "2009-01-02T03:04:05Z");
    cr_expect_not(has(r, "focus_count"));
    r = find(AC_KIND_EXECUTION, "program", "Notepad.lnk");
    expect(r, "program_path", "%csidl2%\\Accessories\\Notepad.lnk");
    expect_int(r, "run_count", 0);
    r = find(AC_KIND_EXECUTION, "stored_name", "UEME_UISCUT");
    cr_expect_not(has(r, "program"), "the sum of a way of starting is no program");
    expect_int(r, "run_count", 9);
    cr_expect_not(has(find(AC_KIND_EXECUTION, "program", "b.exe"), "run_count"));
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1, "counting begins at 5");
    ac_buf_free(&path);
}

Test(hive_user, userassist_the_size_of_the_data_decides)
{
    fx_hive_dword(hive, USERASSIST, "Version", 3);
    assist_5(USERASSIST "\\Count", "P:\\n.rkr", 2, 0, 0, NULL);
    assist_3(EXPLORER "UserAssist\\{1}\\Count", "P:\\o.rkr", 8, NULL); /* no Version */
    fx_hive_binary(hive, USERASSIST "\\Count", "P:\\p.rkr", "12345678", 8);
    parse_user();
    expect_int(find(AC_KIND_EXECUTION, "program", "a.exe"), "run_count", 2);
    expect_int(find(AC_KIND_EXECUTION, "program", "b.exe"), "run_count", 3);
    cr_expect_not(has(find(AC_KIND_EXECUTION, "program", "c.exe"), "run_count"));
    expect(fx_nth(&out, AC_KIND_PROBLEM, 0), "what",
           "the data of a UserAssist entry has neither 16 nor 72 bytes");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

Test(hive_user, userassist_names_that_were_not_encoded)
{
    assist_5(USERASSIST "\\Count", "{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\mmc.msc", 1, 0, 0,
             NULL);
    assist_5(USERASSIST "\\Count", "C:\\a.exe", 1, 0, 0, NULL);
    assist_5(USERASSIST "\\Count", "UEME_CTLSESSION", 1, 0, 0, NULL);
    parse_user();
    cr_expect_eq(count(AC_KIND_EXECUTION, "userassist"), 2);
    find(AC_KIND_EXECUTION, "program_path", "%windir%\\System32\\mmc.msc");
    find(AC_KIND_EXECUTION, "program_path", "C:\\a.exe");
}

Test(hive_user, userassist_names_that_are_no_text)
{
    static const char name[] = "P\0:\0\\\0\0\0\x00\xD8n\0"; /* NUL, a lone surrogate */
    struct fx_key *k = fx_hive_key(hive, USERASSIST "\\Count", 0);
    uint8_t data[72] = {0};
    struct ac_record *r;

    fx_key_value_raw(k, name, sizeof(name) - 1, FX_REG_BINARY, data, sizeof(data));
    parse_user();
    r = fx_nth(&out, AC_KIND_EXECUTION, 0);
    cr_assert_not_null(r);
    expect(r, "stored_name", "C:\\\\u{0}\\u{D800}a");
}

Test(hive_user, bad_entries_are_listed_up_to_a_limit)
{
    for (int i = 0; i < 1100; i++) {
        char name[32];

        snprintf(name, sizeof(name), "P:\\%d.rkr", i);
        fx_hive_binary(hive, USERASSIST "\\Count", name, "x", 1);
    }
    parse_user();
    cr_expect_eq(count(AC_KIND_EXECUTION, "userassist"), 1100, "the entries themselves are there");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), AC_MAX_HIVE_PROBLEMS + 1);
    expect(fx_nth(&out, AC_KIND_PROBLEM, AC_MAX_HIVE_PROBLEMS), "class", "limit reached");
}

/* ---- programs that Explorer and the compatibility assistant looked at */

Test(hive_user, muicache_of_classes)
{
    const char *key = CLASSES "Shell\\MuiCache";
    struct ac_record *r;

    fx_hive_sz(hive, key, "C:\\a\\B.exe.FriendlyAppName", "The B");
    fx_hive_sz(hive, key, "D:\\c.exe.ApplicationCompany", "Company C");
    fx_hive_sz(hive, key, "C:\\A\\b.exe.ApplicationCompany", "Company B");
    fx_hive_sz(hive, key, "@shell32.dll,-1", "x");
    fx_hive_sz(hive, key, "C:\\Windows\\system32,@elscore.dll,-7", "x");
    fx_hive_binary(hive, key, "LangID", "\x11\x04", 2);
    fx_hive_sz(hive, "Local Settings\\MuiCache\\8\\52C64B7E", "C:\\d.exe.FriendlyAppName", "D");
    parse_classes();
    cr_expect_eq(count(AC_KIND_EXECUTION, "muicache"), 3);
    r = find(AC_KIND_EXECUTION, "program", "B.exe");
    expect(r, "program_path", "C:\\a\\B.exe");
    expect(r, "description", "The B");
    expect(r, "publisher", "Company B");
    expect(r, "user", "user1");
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKU\\user1_Classes\\" CLASSES "Shell\\MuiCache");
    cr_expect_not(has(find(AC_KIND_EXECUTION, "program", "c.exe"), "description"));
    find(AC_KIND_EXECUTION, "program", "d.exe");
}

Test(hive_user, muicache_of_windows_xp_and_of_a_profile)
{
    fx_hive_sz(hive, "Software\\Microsoft\\Windows\\ShellNoRoam\\MUICache", "C:\\a.exe", "A");
    fx_hive_sz(hive, "Software\\Microsoft\\Windows\\ShellNoRoam\\MUICache", "@x.dll,-9", "x");
    fx_hive_sz(hive, "Software\\Classes\\" CLASSES "Shell\\MuiCache", "C:\\b.exe.FriendlyAppName",
               "B");
    parse_user();
    cr_expect_eq(count(AC_KIND_EXECUTION, "muicache"), 2);
    expect(find(AC_KIND_EXECUTION, "program_path", "C:\\a.exe"), "description", "A");
    find(AC_KIND_EXECUTION, "program_path", "C:\\b.exe");
}

Test(hive_user, compatibility_flags)
{
    const char *store = "Software\\" FLAGS "Compatibility Assistant\\Store";
    struct ac_record *r;

    fx_hive_binary(hive, store, "C:\\a\\b.exe", "xyz", 3);
    fx_hive_binary(hive, store, "SIGN.MEDIA=4FF5460 setup64.exe", "xyz", 3);
    fx_hive_binary(hive, store, "", "xyz", 3);
    fx_hive_dword(hive, "Software\\" FLAGS "Compatibility Assistant\\Persisted", "C:\\c.exe", 1);
    fx_hive_sz(hive, "Software\\" FLAGS "Layers", "C:\\d.exe", "~ RUNASADMIN");
    parse_user();
    cr_expect_eq(count(AC_KIND_EXECUTION, "compatibility-store"), 3);
    expect(find(AC_KIND_EXECUTION, "program", "b.exe"), "program_path", "C:\\a\\b.exe");
    expect(find(AC_KIND_EXECUTION, "program", "setup64.exe"), "program_path",
           "SIGN.MEDIA=4FF5460 setup64.exe");
    find(AC_KIND_EXECUTION, "program", "c.exe");
    r = find(AC_KIND_EXECUTION, "artefact", "compatibility-layer");
    expect(r, "program_path", "C:\\d.exe");
    expect(r, "flags", "~ RUNASADMIN");
    expect(r, "user", "user1");
}

Test(hive_user, compatibility_flags_of_the_machine)
{
    fx_hive_sz(hive, "Microsoft\\Windows NT\\CurrentVersion", "ProductName", "Windows 10 Pro");
    fx_hive_sz(hive, FLAGS "Layers", "C:\\d.exe", "WIN7RTM");
    fx_hive_sz(hive, "WOW6432Node\\" FLAGS "Layers", "C:\\e.exe", "WINXPSP3");
    parse("Windows/System32/config/SOFTWARE", "");
    cr_expect_eq(count(AC_KIND_EXECUTION, "compatibility-layer"), 2);
    expect(find(AC_KIND_EXECUTION, "program", "d.exe"), "user", "");
    expect(find(AC_KIND_EXECUTION, "program", "e.exe"), "flags", "WINXPSP3");
}

/* ---- trusted documents */

/* The first 24 bytes are a real value that was published in a question on reading it (2019). */
Test(hive_user, trusted_documents)
{
    static const uint8_t content[24] = {0x36, 0xD0, 0x56, 0x2E, 0x14, 0x52, 0xD5, 0x01,
                                        0x00, 0x60, 0xEE, 0x78, 0xDE, 0xFF, 0xFF, 0xFF,
                                        0xC4, 0x00, 0x8E, 0x01, 0xFF, 0xFF, 0xFF, 0x7F};
    const char *key =
        "Software\\Microsoft\\Office\\16.0\\Word\\Security\\Trusted Documents\\TrustRecords";
    uint8_t data[24];
    struct ac_record *r;

    memcpy(data, content, 24);
    fx_hive_binary(hive, key, "%USERPROFILE%/Downloads/invoice%20(1).docm", data, 24);
    memcpy(data + 20, "\1\0\0\0", 4);
    fx_hive_binary(hive, key, "file://server1/a.doc", data, 24);
    memcpy(data + 20, "\2\0\0\0", 4);
    fx_hive_binary(hive, key, "other flags", data, 24);
    fx_hive_binary(hive, key, "cut", data, 23);
    fx_hive_dword(hive, "Software\\Microsoft\\Office\\16.0\\Word\\Security\\Trusted Documents",
                  "LastPurgeTime", 1);
    fx_hive_key(hive, "Software\\Microsoft\\Office\\16.0\\Common", 0);
    parse_user();
    cr_expect_eq(count(AC_KIND_DELIVERY, "trust-record"), 4);
    r = find(AC_KIND_DELIVERY, "document", "%USERPROFILE%/Downloads/invoice%20(1).docm");
    expect(r, "application", "Word 16.0");
    expect(r, "user", "user1");
    expect(r, "document_created", "2019-08-13T20:17:50.756255Z");
    expect(r, "time", "2019-08-05T13:24:00Z");
    expect(r, "flags", "ffffff7f");
    cr_expect(ac_record_get_bool(r, "macros_enabled"));
    r = find(AC_KIND_DELIVERY, "document", "file://server1/a.doc");
    cr_expect(has(r, "macros_enabled"));
    cr_expect_not(ac_record_get_bool(r, "macros_enabled"));
    r = find(AC_KIND_DELIVERY, "document", "other flags");
    expect(r, "flags", "02000000");
    cr_expect_not(has(r, "macros_enabled"));
    r = find(AC_KIND_DELIVERY, "document", "cut");
    cr_expect_not(has(r, "flags"));
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

/* ---- everything at once */

Test(hive_user, the_nth_allocation_fails, .timeout = 60)
{
    struct ac_buf bytes = {0};
    bool done = false;

    build_all(&bytes);
    for (unsigned long n = 1; !done; n++) {
        enum ac_rc rc;

        fx_records_free(&out);
        fx_records_init(&out);
        ac_alloc_fail_at(n);
        rc = parse_bytes(fx_view(&bytes), "Users/user1/NTUSER.DAT", "user1");
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        done = rc == AC_OK;
        cr_assert_lt(n, 100000);
    }
    cr_expect_eq(fx_count(&out, AC_KIND_EXECUTION), 4);
    cr_expect_eq(fx_count(&out, AC_KIND_ACTIVITY), 5);
    cr_expect_eq(fx_count(&out, AC_KIND_DELIVERY), 1);
    ac_buf_free(&bytes);
}

Test(hive_user, cut_anywhere, .timeout = 60)
{
    struct ac_buf bytes = {0};

    build_all(&bytes);
    for (size_t n = 4096; n < bytes.n; n += 61) {
        fx_records_free(&out);
        fx_records_init(&out);
        parse_bytes((struct ac_view){(const uint8_t *)bytes.p, n, 0}, "Users/user1/NTUSER.DAT", "");
        cr_assert_leq(fx_count(&out, AC_KIND_EXECUTION), 4);
    }
    ac_buf_free(&bytes);
}

/* ---- real hives */

/* Numbers counted by a reader in Python written from the regf specification, by hand (values of the
 * keys; UserAssist without UEME_CTL*), logs not applied. The origins' own tests count differently:
 * plaso has 9 entries below {CEBFF5CD-...} of winreg-kb because it counts UEME_CTLCUACount:ctor too, regipy
 * 62 for its NTUSER.DAT, which is these 29 and two of UEME_CTLCUACount:ctor, each twice. */
static const struct {
    const char *path;
    unsigned assist, recent, search, dialogs, last, typed, run, store, mui;
} real[] = {
    {"regf/ntuser/artemis-NTUSER.DAT", 0, 0, 0, 0, 0, 1, 0, 0, 0},
    {"regf/ntuser/notatin-NTUSER.DAT", 82, 54, 0, 33, 4, 11, 0, 5, 0},
    {"regf/ntuser/plaso-NTUSER-RunTests.DAT", 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {"regf/ntuser/regipy-NTUSER-WSL.DAT.xz", 34, 6, 0, 4, 1, 1, 0, 4, 0},
    {"regf/ntuser/regipy-NTUSER.DAT.xz", 29, 22, 6, 0, 0, 2, 0, 0, 0},
    {"regf/ntuser/regipy-transactions/NTUSER.DAT.xz", 18, 1, 0, 0, 0, 1, 1, 4, 0},
    {"regf/ntuser/winreg-kb/NTUSER.DAT", 11, 6, 0, 4, 1, 5, 0, 1, 0},
    {"regf/usrclass/regipy-UsrClass/UsrClass.dat.xz", 0, 0, 0, 0, 0, 2, 0, 0, 15},
    {"hosts/rathbun-win10/Users/AndrewRathbun/NTUSER.DAT", 22, 26, 0, 0, 0, 2, 0, 5, 0},
    {"hosts/rathbun-win10/Users/AndrewRathbun/AppData/Local/Microsoft/Windows/UsrClass.dat", 0, 0,
     0, 0, 0, 0, 0, 0, 13},
};

static void load_real(const char *path)
{
    struct ac_buf file = {0};

    fx_records_free(&out);
    fx_records_init(&out);
    if (!fx_load_realdata(path, &file))
        cr_skip_test("the real data set is not there");
    cr_expect_eq(parse_bytes(fx_view(&file), "NTUSER.DAT", "user1"), AC_OK, "%s", path);
    ac_buf_free(&file);
}

Test(hive_user, real_hives_have_as_many_entries_as_another_reader_counts, .timeout = 60)
{
    for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
        const char *p = real[i].path;

        load_real(p);
        cr_expect_eq(count(AC_KIND_EXECUTION, "userassist"), real[i].assist, "%s", p);
        cr_expect_eq(count(AC_KIND_ACTIVITY, "recent-docs"), real[i].recent, "%s", p);
        cr_expect_eq(count(AC_KIND_ACTIVITY, "word-wheel"), real[i].search, "%s", p);
        cr_expect_eq(count(AC_KIND_ACTIVITY, "open-save-mru"), real[i].dialogs, "%s", p);
        cr_expect_eq(count(AC_KIND_ACTIVITY, "last-visited-mru"), real[i].last, "%s", p);
        cr_expect_eq(count(AC_KIND_ACTIVITY, "typed-urls") + count(AC_KIND_ACTIVITY, "typed-paths"),
                     real[i].typed, "%s", p);
        cr_expect_eq(count(AC_KIND_ACTIVITY, "run-mru"), real[i].run, "%s", p);
        cr_expect_eq(count(AC_KIND_EXECUTION, "compatibility-store"), real[i].store, "%s", p);
        cr_expect_eq(count(AC_KIND_EXECUTION, "muicache"), real[i].mui, "%s", p);
        for (size_t k = 0; k < out.n; k++)
            cr_expect(ac_record_kind(out.items[k]) != AC_KIND_PROBLEM ||
                          strstr(ac_record_get(out.items[k], "what"), "dirty"),
                      "%s: %s", p, ac_record_get(out.items[k], "what"));
    }
}

/* The row of the real data's README: plaso's tests of this hive. */
Test(hive_user, a_real_entry_as_plaso_reads_it)
{
    struct ac_record *r;

    load_real("regf/ntuser/winreg-kb/NTUSER.DAT");
    r = find(AC_KIND_EXECUTION, "program", "Microsoft.InternetExplorer.Default");
    expect_int(r, "run_count", 2);
    expect(r, "last_run", "2016-10-09T19:58:01.767Z");
    expect_place(find(AC_KIND_ACTIVITY, "text", "%USERPROFILE%\\Pictures\\ash_0.png"), 0,
                 "2016-10-09T19:59:17.734597Z");
}
