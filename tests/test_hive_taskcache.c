/* Scheduled tasks in SOFTWARE: whole, in half, hidden, damaged, deleted. */
#include "build_regf_log.h"
#include "build_taskcache.h"

#include "hive.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define CACHE "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache"
#define ID1 "{8905ECD8-016F-4DC2-90E6-A5F1FA6A841A}"
#define ID2 "{F93C7104-998A-4A38-B935-775A3138B3C3}"

static struct fx_hive *hive, *other;
static struct fx_records out;
static struct ac_buf bytes, later, logs;

static struct fx_hive *software(void)
{
    struct fx_hive *h = fx_hive_new("ROOT");

    fx_hive_options(h)->ticks = fx_time("2021-01-05T08:30:14Z");
    fx_hive_sz(h, "Microsoft\\Windows NT\\CurrentVersion", "ProductName", "Windows 10 Pro");
    fx_hive_key(h, CACHE "\\Tasks", 0);
    fx_hive_key(h, CACHE "\\Tree", 0);
    return h;
}

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    hive = software();
    other = software();
}

static void end(void)
{
    ac_alloc_fail_at(0);
    fx_hive_free(hive);
    fx_hive_free(other);
    fx_records_free(&out);
    ac_buf_free(&bytes);
    ac_buf_free(&later);
    ac_buf_free(&logs);
}

TestSuite(hive_taskcache, .init = begin, .fini = end);

/* ---- building */

static void in_tree(struct fx_hive *h, const char *path, const char *id, bool sd)
{
    static const uint8_t descriptor[20] = {1, 0, 4, 0x80};
    char key[256];

    snprintf(key, sizeof(key), CACHE "\\Tree%s", path);
    fx_hive_key(h, key, fx_time("2021-03-04T05:06:07Z"));
    fx_hive_sz(h, key, "Id", id);
    fx_hive_dword(h, key, "Index", 3);
    if (sd)
        fx_hive_binary(h, key, "SD", descriptor, sizeof(descriptor));
}

static void in_tasks(struct fx_hive *h, const char *id, const char *path, const char *command)
{
    static const uint8_t sid[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    static const uint8_t hash[32] = {0xAB, 0xCD};
    struct fx_tc_bucket k = {.version = 0x17,
                             .flags = 0xC00000,
                             .principal = "Author",
                             .sid = sid,
                             .sid_n = sizeof(sid),
                             .sid_type = 5,
                             .settings = 0x58};
    struct fx_tc_when when = {.start = "2022-03-01T19:59:00Z", .end = "2022-03-01T20:10:00Z"};
    struct ac_buf b = {0};
    char key[256];

    snprintf(key, sizeof(key), CACHE "\\Tasks\\%s", id);
    fx_hive_sz(h, key, "Path", path);
    fx_hive_sz(h, key, "URI", path);
    fx_hive_sz(h, key, "Author", "user1");
    fx_hive_sz(h, key, "Date", "2022-03-01T19:50:00");
    fx_hive_sz(h, key, "SecurityDescriptor", "D:(A;;GA;;;BA)");
    fx_hive_sz(h, key, "Documentation", "not taken over");
    fx_hive_dword(h, key, "Schema", 0x10002);
    fx_hive_binary(h, key, "Hash", hash, sizeof(hash));
    fx_tc_actions(&b, 3, "Author");
    fx_tc_exec(&b, 3, command, "-s x.dll", "");
    fx_hive_binary(h, key, "Actions", b.p, b.n);
    ac_buf_clear(&b);
    fx_tc_bucket(&b, &k);
    fx_tc_time(&b, 0x17, &when, 0, 0, 0, 0);
    fx_hive_binary(h, key, "Triggers", b.p, b.n);
    ac_buf_clear(&b);
    fx_tc_dynamic(&b, "2022-03-01T10:50:01Z", "2022-03-01T10:59:02Z", 0x80070002, NULL);
    fx_hive_binary(h, key, "DynamicInfo", b.p, b.n);
    ac_buf_free(&b);
}

static enum ac_rc parse_with(const struct ac_buf *file, const struct ac_buf *log)
{
    struct ac_companion companion = {"Windows/System32/config/SOFTWARE.LOG1", {0}};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(file),
                            .path = "Windows/System32/config/SOFTWARE",
                            .user = "",
                            .logs = &companion,
                            .n_logs = log != NULL};

    if (log)
        companion.bytes = fx_view(log);
    fx_records_free(&out);
    fx_records_init(&out);
    return ac_parser_hive.parse(&a, &budget, &out.sink, NULL);
}

static void parse(void)
{
    ac_buf_clear(&bytes);
    fx_hive_build(hive, &bytes);
    cr_assert_eq(parse_with(&bytes, NULL), AC_OK);
}

static struct ac_record *task(size_t n)
{
    struct ac_record *r = fx_nth(&out, AC_KIND_TASK, n);

    cr_assert(r);
    return r;
}

static const char *member(const struct ac_record *r, const char *field, const char *name)
{
    const json_t *value = ac_record_get_json(r, field);
    const json_t *o = json_is_array(value) ? json_array_get(value, 0) : value;
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

/* ---- whole ones */

Test(hive_taskcache, a_task_with_all_that_is_kept_of_it)
{
    const struct ac_record *r;

    in_tree(hive, "\\Folder\\Updater", ID1, true);
    in_tasks(hive, ID1, "\\Folder\\Updater", "regsvr32.exe");
    fx_hive_key(hive, CACHE "\\Plain\\" ID1, 0);
    fx_hive_key(hive, CACHE "\\Logon\\{8905ecd8-016f-4dc2-90e6-a5f1fa6a841a}", 0);
    parse();
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 1, "the folder is none");
    r = task(0);
    cr_expect_str_eq(ac_record_get(r, "store"), "cache");
    cr_expect_str_eq(ac_record_get(r, "path"), "\\Folder\\Updater");
    cr_expect_str_eq(ac_record_get(r, "id"), ID1);
    cr_expect(ac_record_get_bool(r, "in_tree") && ac_record_get_bool(r, "in_tasks"));
    cr_expect(ac_record_get_bool(r, "has_security_descriptor"));
    cr_expect_eq(ac_record_get_int(r, "index"), 3);
    cr_expect_str_eq(ac_record_get(r, "tree_written"), "2021-03-04T05:06:07Z");
    cr_expect_null(ac_record_get_json(r, "tasks_path"));
    cr_expect_str_eq(ac_record_get(r, "author"), "user1");
    cr_expect_str_eq(ac_record_get(r, "date"), "2022-03-01T19:50:00");
    cr_expect_str_eq(ac_record_get(r, "version"), "1.2");
    cr_expect_str_eq(ac_record_get(r, "security_descriptor"), "D:(A;;GA;;;BA)");
    cr_expect_eq(strlen(ac_record_get(r, "xml_hash")), 64);
    cr_expect_eq(strncmp(ac_record_get(r, "xml_hash"), "abcd00", 6), 0);
    cr_expect_str_eq(ac_record_get(r, "created"), "2022-03-01T10:50:01Z");
    cr_expect_str_eq(ac_record_get(r, "last_run"), "2022-03-01T10:59:02Z");
    cr_expect_eq(ac_record_get_int(r, "last_error"), 0x80070002);
    cr_expect_eq(json_array_size(ac_record_get_json(r, "groups")), 2);
    cr_expect_str_eq(member(r, "actions", "command"), "regsvr32.exe");
    cr_expect_str_eq(member(r, "actions", "arguments"), "-s x.dll");
    cr_expect_str_eq(member(r, "triggers", "type"), "TimeTrigger");
    cr_expect_str_eq(member(r, "principal", "user"), "S-1-5-18");
    cr_expect_str_eq(member(r, "principal", "id"), "Author");
    cr_expect(ac_record_get_bool(r, "hidden") && ac_record_get_bool(r, "enabled"));
    cr_expect_str_eq(ac_record_prov(r, "key"), "HKLM\\SOFTWARE\\" CACHE "\\Tasks\\" ID1);
    cr_expect_str_eq(ac_record_prov(r, "value"), "Actions");
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    cr_expect_not(ac_record_get_bool(r, "incomplete"));
}

Test(hive_taskcache, halves_are_records_too)
{
    in_tree(hive, "\\Named", ID1, false);
    in_tasks(hive, ID2, "\\Unnamed", "b.exe");
    parse();
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 2);
    cr_expect_str_eq(ac_record_get(task(0), "path"), "\\Named");
    cr_expect(ac_record_get_bool(task(0), "in_tree"));
    cr_expect_not(ac_record_get_bool(task(0), "in_tasks"));
    cr_expect_not(ac_record_get_bool(task(0), "has_security_descriptor"));
    cr_expect_null(ac_record_get_json(task(0), "actions"));
    cr_expect_str_eq(ac_record_prov(task(0), "key"), "HKLM\\SOFTWARE\\" CACHE "\\Tree\\Named");
    cr_expect_str_eq(ac_record_prov(task(0), "value"), "Id");
    cr_expect_str_eq(ac_record_get(task(1), "path"), "\\Unnamed");
    cr_expect_str_eq(ac_record_get(task(1), "id"), ID2);
    cr_expect_not(ac_record_get_bool(task(1), "in_tree"));
    cr_expect_null(ac_record_get_json(task(1), "has_security_descriptor"));
    cr_expect_str_eq(member(task(1), "actions", "command"), "b.exe");
}

Test(hive_taskcache, two_names_for_one_and_another_path)
{
    in_tree(hive, "\\A", ID1, true);
    in_tree(hive, "\\A\\B", ID1, true); /* a task that is a folder as well */
    in_tasks(hive, ID1, "\\a", "b.exe");
    parse();
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 2);
    cr_expect_null(ac_record_get_json(task(0), "tasks_path"), "case does not matter");
    cr_expect_str_eq(ac_record_get(task(1), "path"), "\\A\\B");
    cr_expect_str_eq(ac_record_get(task(1), "tasks_path"), "\\a");
}

Test(hive_taskcache, names_that_are_no_text)
{
    static const uint16_t name[] = {'x', 0xD83D, 0, 'y'};
    struct fx_key *k = fx_key_raw(fx_hive_key(hive, CACHE "\\Tree", 0), name, sizeof(name), 0);
    struct ac_buf id = {0};

    fx_utf16z(&id, ID1);
    fx_key_value(k, "Id", FX_REG_SZ, id.p, id.n);
    ac_buf_free(&id);
    parse();
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 1);
    cr_expect_str_eq(ac_record_get(task(0), "path"), "\\x\\u{D83D}\\u{0}y");
}

Test(hive_taskcache, a_blob_of_unknown_layout_does_not_hide_the_task)
{
    const struct ac_record *r, *p;
    char what[64];

    in_tree(hive, "\\A", ID1, true);
    in_tasks(hive, ID1, "\\A", "a.exe");
    fx_hive_binary(hive, CACHE "\\Tasks\\" ID2, "Triggers", "\x17", 1);
    fx_hive_binary(hive, CACHE "\\Tasks\\" ID2, "Actions", "\x63\0\0\0", 4);
    fx_hive_binary(hive, CACHE "\\Tasks\\" ID2, "DynamicInfo", "\3\0\0\0", 4);
    fx_hive_sz(hive, CACHE "\\Tasks\\" ID2, "Path", "\\B");
    in_tree(hive, "\\B", ID2, true);
    parse();
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 2);
    cr_assert_eq(fx_count(&out, AC_KIND_PROBLEM), 3);
    r = fx_find(&out, AC_KIND_TASK, "path", "\\B");
    cr_assert(r);
    cr_expect(ac_record_get_bool(r, "incomplete"));
    for (size_t i = 0; i < 3; i++) {
        p = fx_nth(&out, AC_KIND_PROBLEM, i);
        snprintf(what, sizeof(what), "%s", ac_record_get(p, "what"));
        cr_expect_neq(strstr(what, "of a task in TaskCache"), NULL, "%s", what);
        cr_expect_neq(ac_record_get_int(p, "offset"), 0);
    }
    cr_expect_not(ac_record_get_bool(fx_find(&out, AC_KIND_TASK, "path", "\\A"), "incomplete"));
}

Test(hive_taskcache, without_task_cache_there_is_nothing)
{
    fx_hive_free(hive);
    hive = fx_hive_new("ROOT");
    fx_hive_sz(hive, "Microsoft\\Windows NT\\CurrentVersion", "ProductName",
               "Microsoft Windows XP");
    parse();
    cr_expect_eq(fx_count(&out, AC_KIND_TASK), 0);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

/* ---- what is gone */

/* The key is taken out of its list; its cells stay as they are, or are freed. */
static void forget(const char *id, bool freed)
{
    static const char *const values[] = {"Path",
                                         "URI",
                                         "Author",
                                         "Date",
                                         "Schema",
                                         "Hash",
                                         "Actions",
                                         "Triggers",
                                         "DynamicInfo",
                                         "Documentation",
                                         "SecurityDescriptor"};
    size_t tasks = fx_hive_key_at(hive, CACHE "\\Tasks");
    char key[256];

    snprintf(key, sizeof(key), CACHE "\\Tasks\\%s", id);
    fx_put_le32(&bytes, tasks + 4 + 20, 0);
    fx_put_le32(&bytes, tasks + 4 + 28, UINT32_MAX);
    if (!freed)
        return;
    for (size_t i = 0; i < 2 * sizeof(values) / sizeof(values[0]) + 2; i++) {
        size_t at = i == 0   ? fx_hive_key_at(hive, key)
                    : i == 1 ? fx_hive_values_at(hive, key)
                    : i % 2  ? fx_hive_data_at(hive, key, values[(i - 2) / 2])
                             : fx_hive_value_at(hive, key, values[(i - 2) / 2]);

        if (at)
            fx_put_le32(&bytes, at, 0U - ac_le32((const uint8_t *)bytes.p + at));
    }
}

Test(hive_taskcache, deleted_keys_become_tasks_again)
{
    for (int freed = 0; freed < 2; freed++) {
        fx_hive_free(hive);
        hive = software();
        in_tasks(hive, ID1, "\\Gone", "C:\\Users\\user1\\gone.exe");
        ac_buf_clear(&bytes);
        fx_hive_build(hive, &bytes);
        forget(ID1, freed);
        cr_assert_eq(parse_with(&bytes, NULL), AC_OK);
        cr_assert_eq(fx_count(&out, AC_KIND_TASK), 1, "freed %d", freed);
        cr_expect_str_eq(ac_record_get(task(0), "path"), "\\Gone");
        cr_expect_str_eq(ac_record_get(task(0), "id"), ID1);
        cr_expect_str_eq(member(task(0), "actions", "command"), "C:\\Users\\user1\\gone.exe");
        cr_expect_str_eq(ac_record_get(task(0), "last_run"), "2022-03-01T10:59:02Z");
        cr_expect_str_eq(ac_record_prov(task(0), "state"), freed ? "deleted" : "unlinked");
        cr_expect_null(ac_record_get_json(task(0), "in_tree"), "not known of dead ones");
    }
}

Test(hive_taskcache, values_of_a_dead_key_that_no_longer_has_both)
{
    fx_hive_sz(hive, CACHE "\\Tasks\\" ID1, "Path", "\\Only the path");
    ac_buf_clear(&bytes);
    fx_hive_build(hive, &bytes);
    forget(ID1, false);
    cr_assert_eq(parse_with(&bytes, NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 1);
    cr_expect_str_eq(ac_record_get(task(0), "path"), "\\Only the path");
}

Test(hive_taskcache, a_task_that_the_log_removes)
{
    struct fx_log how = {.sequence = 8, .entries = 1};

    in_tree(hive, "\\Gone", ID1, true);
    in_tasks(hive, ID1, "\\Gone", "gone.exe");
    in_tree(other, "\\New", ID2, true);
    in_tasks(other, ID2, "\\New", "new.exe");
    fx_hive_build(hive, &bytes);
    fx_hive_build(other, &later);
    fx_hive_dirty(&bytes, 8);
    fx_log_new(fx_view(&bytes), fx_view(&later), &how, &logs);
    cr_assert_eq(parse_with(&bytes, &logs), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_TASK), 2);
    cr_expect_str_eq(ac_record_prov(fx_find(&out, AC_KIND_TASK, "path", "\\New"), "state"),
                     "from-log");
    cr_expect_str_eq(ac_record_prov(fx_find(&out, AC_KIND_TASK, "path", "\\Gone"), "state"),
                     "deleted");
}

Test(hive_taskcache, a_task_that_only_an_old_log_entry_has)
{
    struct fx_log how = {.sequence = 8, .entries = 1};
    struct ac_buf now = {0}, earlier = {0};

    in_tree(hive, "\\Kept", ID2, true);
    in_tasks(hive, ID2, "\\Kept", "kept.exe");
    in_tree(other, "\\Kept", ID2, true);
    in_tasks(other, ID2, "\\Kept", "kept.exe");
    in_tasks(other, ID1, "\\Gone", "gone.exe");
    fx_hive_options(hive)->primary = fx_hive_options(hive)->secondary = 40;
    fx_hive_build(hive, &now);
    fx_hive_build(hive, &earlier);
    fx_hive_build(other, &later);
    fx_hive_dirty(&earlier, 8);
    fx_log_new(fx_view(&earlier), fx_view(&later), &how, &logs);
    cr_assert_eq(parse_with(&now, NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_TASK), 1);
    cr_assert_eq(parse_with(&now, &logs), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_TASK), 2, "what is live is not told again");
    cr_expect_str_eq(ac_record_prov(fx_find(&out, AC_KIND_TASK, "path", "\\Gone"), "state"),
                     "deleted");
    cr_expect_str_eq(ac_record_prov(fx_find(&out, AC_KIND_TASK, "path", "\\Gone"), "log"),
                     "Windows/System32/config/SOFTWARE.LOG1");
    ac_buf_free(&now);
    ac_buf_free(&earlier);
}

/* A value that is no longer in the list of a key that is. */
Test(hive_taskcache, an_old_value_of_a_live_task_stands_for_itself)
{
    static const char *const names[] = {"Path", "URI", "Actions"};
    const struct ac_record *v;
    size_t key;

    in_tree(hive, "\\A", ID1, true);
    for (size_t i = 0; i < 3; i++)
        fx_hive_sz(hive, CACHE "\\Tasks\\" ID1, names[i], "\\A");
    fx_hive_build(hive, &bytes);
    key = fx_hive_key_at(hive, CACHE "\\Tasks\\" ID1);
    fx_put_le32(&bytes, key + 4 + 36, 2);
    cr_assert_eq(parse_with(&bytes, NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_TASK), 1);
    cr_assert_eq(fx_count(&out, AC_KIND_VALUE), 1);
    v = fx_nth(&out, AC_KIND_VALUE, 0);
    cr_expect_str_eq(ac_record_get(v, "name"), "Actions");
    cr_expect_str_neq(ac_record_prov(v, "state"), "live");
}

Test(hive_taskcache, a_value_that_is_too_long_is_told)
{
    struct ac_buf big = {0};

    fx_zero(&big, AC_MAX_TASK_VALUE + 1);
    in_tree(hive, "\\A", ID1, true);
    fx_hive_binary(hive, CACHE "\\Tasks\\" ID1, "Actions", big.p, big.n);
    parse();
    cr_expect_eq(fx_count(&out, AC_KIND_TASK), 1);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect(ac_record_get_bool(task(0), "incomplete"));
    ac_buf_free(&big);
}

/* ---- damage */

Test(hive_taskcache, each_allocation_may_fail)
{
    in_tree(hive, "\\A", ID1, true);
    in_tasks(hive, ID1, "\\A", "a.exe");
    in_tasks(hive, ID2, "\\B", "b.exe");
    fx_hive_build(hive, &bytes);
    for (unsigned long n = 1; n < 1500; n += 1 + n / 40) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse_with(&bytes, NULL);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "%lu: %d", n, rc);
    }
}

Test(hive_taskcache, cut_and_changed)
{
    struct ac_buf sound = {0};

    in_tree(hive, "\\A", ID1, true);
    in_tasks(hive, ID1, "\\A", "a.exe");
    fx_hive_build(hive, &sound);
    for (size_t n = 4096; n < sound.n; n += 37) {
        ac_buf_clear(&bytes);
        ac_buf_add(&bytes, sound.p, n);
        parse_with(&bytes, NULL);
        ac_buf_clear(&bytes);
        ac_buf_add(&bytes, sound.p, sound.n);
        bytes.p[n] = (char)(bytes.p[n] ^ 0x55);
        cr_expect_eq(parse_with(&bytes, NULL), AC_OK);
    }
    ac_buf_free(&sound);
}
