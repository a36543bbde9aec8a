/*
 * What the tests of users' hives share: a hive under construction, its records, and the entries that
 * Windows puts there, from libyal/winreg-kb ("User Assist key", "Most recently used").
 */
#ifndef AC_TESTS_USER_HIVE_H
#define AC_TESTS_USER_HIVE_H

#include "build_regf.h"
#include "build_shell.h"

#include "hive.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#define EXPLORER "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\"
#define USERASSIST EXPLORER "UserAssist\\{CEBFF5CD-ACE2-4F4F-9178-9926F41749EA}"
#define FLAGS "Microsoft\\Windows NT\\CurrentVersion\\AppCompatFlags\\"
#define CLASSES "Local Settings\\Software\\Microsoft\\Windows\\"
#define KEY_TIME "2021-01-05T08:30:14Z"

static struct fx_records out;
static struct fx_hive *hive;

static inline void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    hive = fx_hive_new("ROOT");
    fx_hive_options(hive)->ticks = fx_time(KEY_TIME);
}

static inline void end(void)
{
    fx_hive_free(hive);
    fx_records_free(&out);
}

static inline enum ac_rc parse_bytes(struct ac_view bytes, const char *path, const char *user)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = bytes, .path = path, .user = user};

    return ac_parser_hive.parse(&a, &budget, &out.sink, NULL);
}

static inline void parse(const char *path, const char *user)
{
    struct ac_buf bytes = {0};

    fx_hive_build(hive, &bytes);
    cr_assert_eq(parse_bytes(fx_view(&bytes), path, user), AC_OK);
    ac_buf_free(&bytes);
}

static inline void parse_user(void)
{
    fx_hive_key(hive, "Software\\Microsoft\\Windows\\CurrentVersion", 0);
    parse("Users/user1/NTUSER.DAT", "user1");
}

static inline void parse_classes(void)
{
    fx_hive_key(hive, "Local Settings\\Software\\Microsoft", 0);
    parse("Users/user1/AppData/Local/Microsoft/Windows/UsrClass.dat", "user1");
}

static inline size_t count(enum ac_kind kind, const char *artefact)
{
    size_t n = 0;

    for (size_t i = 0; i < out.n; i++)
        n += ac_record_kind(out.items[i]) == kind &&
             strcmp(ac_record_get(out.items[i], "artefact"), artefact) == 0;
    return n;
}

static inline struct ac_record *find(enum ac_kind kind, const char *field, const char *value)
{
    struct ac_record *r = fx_find(&out, kind, field, value);

    cr_assert_not_null(r, "%s %s", field, value);
    return r;
}

static inline void expect(const struct ac_record *r, const char *field, const char *value)
{
    cr_expect_str_eq(ac_record_get(r, field), value, "%s: %s instead of %s", field,
                     ac_record_get(r, field), value);
}

static inline void expect_int(const struct ac_record *r, const char *field, int64_t value)
{
    cr_expect_not_null(ac_record_get_json(r, field), "%s", field);
    cr_expect_eq(ac_record_get_int(r, field), value, "%s", field);
}

static inline bool has(const struct ac_record *r, const char *field)
{
    return ac_record_get_json(r, field) != NULL;
}

static inline void utf16_value(const char *path, const char *name, const char *text)
{
    struct ac_buf b = {0};

    fx_utf16z(&b, text);
    fx_hive_binary(hive, path, name, b.p, b.n);
    ac_buf_free(&b);
}

/* ---- UserAssist */

/* libyal/winreg-kb, "User Assist key": value data, version 3 and 5. */
static inline void assist_3(const char *path, const char *name, uint32_t stored, const char *time)
{
    struct ac_buf b = {0};

    fx_le32(&b, 7);
    fx_le32(&b, stored);
    fx_le64(&b, time ? fx_time(time) : 0);
    fx_hive_binary(hive, path, name, b.p, b.n);
    ac_buf_free(&b);
}

static inline void assist_5(const char *path, const char *name, uint32_t runs, uint32_t focus,
                            uint32_t focus_ms, const char *time)
{
    struct ac_buf b = {0};

    fx_le32(&b, 0);
    fx_le32(&b, runs);
    fx_le32(&b, focus);
    fx_le32(&b, focus_ms);
    fx_pad_to(&b, 60);
    fx_le64(&b, time ? fx_time(time) : 0);
    fx_le32(&b, 0);
    fx_hive_binary(hive, path, name, b.p, b.n);
    ac_buf_free(&b);
}

/* ---- lists */

static inline void order_of(const char *path, size_t n, const uint32_t *numbers)
{
    struct ac_buf b = {0};

    for (size_t i = 0; i < n; i++)
        fx_le32(&b, numbers[i]);
    fx_le32(&b, UINT32_MAX);
    fx_hive_binary(hive, path, "MRUListEx", b.p, b.n);
    ac_buf_free(&b);
}

static inline void expect_place(const struct ac_record *r, int position, const char *time)
{
    expect_int(r, "position", position);
    expect(r, "time", time);
    expect(r, "time_source", time[0] ? "last written time of the key" : "");
}

static inline void recent(const char *path, const char *number, const char *name)
{
    struct fx_file_item f = {0x32, "A.LNK", "a.lnk", 8};
    struct ac_buf b = {0};

    fx_utf16z(&b, name);
    fx_item_file(&b, &f);
    fx_items_end(&b);
    fx_hive_binary(hive, path, number, b.p, b.n);
    ac_buf_free(&b);
}

static inline void place_items(struct ac_buf *b)
{
    struct fx_file_item folder = {0x31, "DOWNLO~1", "Downloads", 8},
                        file = {0x32, "A.DOC", "a.docm", 8};

    fx_item_root(b, fx_this_pc);
    fx_item_volume(b, 0x2F, "C:\\");
    fx_item_file(b, &folder);
    fx_item_file(b, &file);
}

/* ---- everything at once */

static inline void build_all(struct ac_buf *bytes)
{
    struct ac_buf b = {0};

    fx_hive_key(hive, "Software\\Microsoft\\Windows\\CurrentVersion", 0);
    fx_hive_key(hive, "Local Settings\\Software\\Microsoft", 0);
    fx_hive_dword(hive, USERASSIST, "Version", 5);
    assist_5(USERASSIST "\\Count", "P:\\n.rkr", 3, 4, 5000, KEY_TIME);
    assist_3(EXPLORER "UserAssist\\{75048700-EF1F-11D0-9888-006097DEACF9}\\Count",
             "HRZR_EHACNGU:P:\\o.rkr", 6, KEY_TIME);
    fx_hive_sz(hive, EXPLORER "RunMRU", "a", "cmd\\1");
    fx_hive_sz(hive, EXPLORER "RunMRU", "MRUList", "a");
    recent(EXPLORER "RecentDocs\\.doc", "0", "a.doc");
    order_of(EXPLORER "RecentDocs\\.doc", 1, (uint32_t[]){0});
    fx_utf16z(&b, "WINWORD.EXE");
    place_items(&b);
    fx_items_end(&b);
    fx_hive_binary(hive, EXPLORER "ComDlg32\\LastVisitedPidlMRU", "0", b.p, b.n);
    fx_hive_binary(hive, EXPLORER "ComDlg32\\OpenSavePidlMRU\\*", "0", b.p + 24, b.n - 24);
    fx_hive_sz(hive, EXPLORER "TypedPaths", "url1", "C:\\");
    fx_hive_sz(hive, CLASSES "Shell\\MuiCache", "C:\\a.exe.FriendlyAppName", "A");
    fx_hive_sz(hive, CLASSES "Shell\\MuiCache", "C:\\a.exe.ApplicationCompany", "A");
    fx_hive_sz(hive, "Software\\" FLAGS "Layers", "C:\\d.exe", "~ RUNASADMIN");
    fx_hive_binary(
        hive, "Software\\Microsoft\\Office\\16.0\\Word\\Security\\Trusted Documents\\TrustRecords",
        "a.doc", "123456781234567812341234", 24);
    fx_hive_build(hive, bytes);
    ac_buf_free(&b);
}

#endif
