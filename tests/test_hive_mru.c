/* What users opened, typed and searched for, as the lists in their hives tell it. */
#include "user_hive.h"

TestSuite(hive_mru, .init = begin, .fini = end);

Test(hive_mru, run_dialog)
{
    fx_hive_sz(hive, EXPLORER "RunMRU", "a", "cmd\\1");
    fx_hive_sz(hive, EXPLORER "RunMRU", "b", "regsvr32 /s C:\\x.dll\\1");
    fx_hive_sz(hive, EXPLORER "RunMRU", "c", "gone from the order\\1");
    fx_hive_sz(hive, EXPLORER "RunMRU", "MRUList", "ba");
    parse_user();
    cr_expect_eq(count(AC_KIND_ACTIVITY, "run-mru"), 3);
    expect_place(find(AC_KIND_ACTIVITY, "text", "regsvr32 /s C:\\x.dll\\1"), 0, KEY_TIME);
    expect_place(find(AC_KIND_ACTIVITY, "text", "cmd\\1"), 1, "");
    cr_expect_not(has(find(AC_KIND_ACTIVITY, "text", "gone from the order\\1"), "position"));
}

Test(hive_mru, recent_documents_and_searches)
{
    const char *docs = EXPLORER "RecentDocs", *doc = EXPLORER "RecentDocs\\.doc",
               *search = EXPLORER "WordWheelQuery";
    struct ac_record *r;

    fx_hive_key(hive, doc, fx_time("2021-01-04T00:00:00Z"));
    recent(docs, "0", "\xE6\x97\xA5.doc");
    recent(docs, "1", "folder");
    order_of(docs, 2, (uint32_t[]){1, 0});
    recent(doc, "0", "\xE6\x97\xA5.doc");
    order_of(doc, 1, (uint32_t[]){0});
    fx_hive_binary(hive, docs, "ViewStream", "x", 1);
    utf16_value(search, "0", "password");
    utf16_value(search, "12", "invoice");
    order_of(search, 2, (uint32_t[]){12, 0});
    parse_user();
    cr_expect_eq(count(AC_KIND_ACTIVITY, "recent-docs"), 3);
    r = find(AC_KIND_ACTIVITY, "list", ".doc");
    expect(r, "text", "\xE6\x97\xA5.doc");
    expect_place(r, 0, "2021-01-04T00:00:00Z");
    expect_place(find(AC_KIND_ACTIVITY, "text", "folder"), 0, KEY_TIME);
    cr_expect_eq(count(AC_KIND_ACTIVITY, "word-wheel"), 2);
    expect_place(find(AC_KIND_ACTIVITY, "text", "invoice"), 0, KEY_TIME);
    expect_place(find(AC_KIND_ACTIVITY, "text", "password"), 1, "");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

Test(hive_mru, dialogs_for_opening_and_saving)
{
    const char *all = EXPLORER "ComDlg32\\OpenSavePidlMRU\\*",
               *last = EXPLORER "ComDlg32\\LastVisitedPidlMRU",
               *legacy = EXPLORER "ComDlg32\\LastVisitedPidlMRULegacy";
    struct ac_buf b = {0};
    struct ac_record *r;

    place_items(&b);
    fx_items_end(&b);
    fx_hive_binary(hive, all, "0", b.p, b.n);
    fx_hive_binary(hive, all, "1", b.p, b.n - 10); /* cut */
    order_of(all, 1, (uint32_t[]){0});
    ac_buf_clear(&b);
    fx_utf16z(&b, "WINWORD.EXE");
    place_items(&b);
    fx_items_end(&b);
    fx_hive_binary(hive, last, "0", b.p, b.n);
    fx_hive_binary(hive, legacy, "0", b.p, 23); /* the program's name without its end */
    parse_user();
    cr_expect_eq(count(AC_KIND_ACTIVITY, "open-save-mru"), 2);
    r = find(AC_KIND_ACTIVITY, "text", "C:\\Downloads\\a.docm");
    expect(r, "list", "*");
    expect_place(r, 0, KEY_TIME);
    find(AC_KIND_ACTIVITY, "text", "C:\\Downloads");
    cr_expect_eq(count(AC_KIND_ACTIVITY, "last-visited-mru"), 2);
    r = find(AC_KIND_ACTIVITY, "program", "WINWORD.EXE");
    expect(r, "text", "C:\\Downloads\\a.docm");
    cr_expect_not(has(r, "position"), "there is no order");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 2);
    expect(fx_nth(&out, AC_KIND_PROBLEM, 0), "what",
           "a list of shell items is cut, or one of them has an impossible size");
    ac_buf_free(&b);
}

Test(hive_mru, dialogs_of_windows_xp)
{
    struct ac_buf b = {0};
    struct ac_record *r;

    fx_utf16z(&b, "notepad.exe");
    fx_utf16z(&b, "C:\\Documents and Settings\\user1");
    fx_hive_binary(hive, EXPLORER "ComDlg32\\LastVisitedMRU", "a", b.p, b.n);
    fx_hive_sz(hive, EXPLORER "ComDlg32\\LastVisitedMRU", "MRUList", "a");
    fx_hive_sz(hive, EXPLORER "ComDlg32\\OpenSaveMRU\\exe", "a", "C:\\x.exe");
    fx_hive_sz(hive, EXPLORER "ComDlg32\\OpenSaveMRU\\exe", "MRUList", "a");
    parse_user();
    r = find(AC_KIND_ACTIVITY, "program", "notepad.exe");
    expect(r, "text", "C:\\Documents and Settings\\user1");
    expect_place(r, 0, KEY_TIME);
    expect(find(AC_KIND_ACTIVITY, "list", "exe"), "text", "C:\\x.exe");
    ac_buf_free(&b);
}

Test(hive_mru, address_bars)
{
    const char *urls = "Software\\Microsoft\\Internet Explorer\\TypedURLs";
    struct ac_record *r;

    fx_hive_sz(hive, EXPLORER "TypedPaths", "url1", "C:\\ProgramData");
    fx_hive_sz(hive, EXPLORER "TypedPaths", "url2", "\\\\server1\\share");
    fx_hive_sz(hive, EXPLORER "TypedPaths", "url0", "no place in the list");
    fx_hive_sz(hive, urls, "url1", "http://a.example/");
    fx_hive_sz(hive, urls, "url2", "http://b.example/");
    fx_hive_qword(hive, "Software\\Microsoft\\Internet Explorer\\TypedURLsTime", "url2",
                  fx_time("2021-01-02T03:04:05Z"));
    parse_user();
    cr_expect_eq(count(AC_KIND_ACTIVITY, "typed-paths"), 2);
    expect_place(find(AC_KIND_ACTIVITY, "text", "C:\\ProgramData"), 0, KEY_TIME);
    expect_place(find(AC_KIND_ACTIVITY, "text", "\\\\server1\\share"), 1, "");
    expect_place(find(AC_KIND_ACTIVITY, "text", "http://a.example/"), 0, KEY_TIME);
    r = find(AC_KIND_ACTIVITY, "text", "http://b.example/");
    expect(r, "time", "2021-01-02T03:04:05Z");
    expect(r, "time_source", "stored with the entry");
}

Test(hive_mru, hostile_orders)
{
    const char *key = EXPLORER "RunMRU";
    struct ac_buf b = {0};

    for (uint32_t i = 0; i < 100000; i++)
        fx_le32(&b, i % 2 ? UINT32_MAX - 1 : 4000 + i);
    fx_hive_binary(hive, key, "MRUListEx", b.p, b.n - 3);
    fx_hive_sz(hive, key, "4000", "first");
    fx_hive_sz(hive, key, "4095", "never named");
    fx_hive_sz(hive, key, "999999999", "too high");
    fx_hive_sz(hive, key, "4294967296", "no number of a list");
    fx_hive_sz(hive, key, "1x", "no number");
    parse_user();
    cr_expect_eq(count(AC_KIND_ACTIVITY, "run-mru"), 3);
    expect_int(find(AC_KIND_ACTIVITY, "text", "first"), "position", 0);
    cr_expect_not(has(find(AC_KIND_ACTIVITY, "text", "never named"), "position"));
    cr_expect_not(has(find(AC_KIND_ACTIVITY, "text", "too high"), "position"));
    ac_buf_free(&b);
}

Test(hive_mru, an_order_without_end_is_read_once, .timeout = 20)
{
    struct ac_buf b = {0};

    for (size_t i = 0; i < 1000000; i++)
        fx_le16(&b, i ? 'x' : 'b');
    fx_hive_binary(hive, EXPLORER "RunMRU", "MRUList", b.p, b.n);
    fx_hive_sz(hive, EXPLORER "RunMRU", "b", "cmd\\1");
    parse_user();
    expect_place(find(AC_KIND_ACTIVITY, "text", "cmd\\1"), 0, KEY_TIME);
    ac_buf_free(&b);
}
