/*
 * Real hives after log replay, and what is recovered of deleted keys, against what other readers
 * say: the statements of the real data's README tables ("after replay ... by yarp", "yarp tests",
 * "regipy tests"). yarp and the origin's own recovered hives: no difference. regipy's counts of
 * what is new differ; they are printed beside ours, which are yarp's.
 */
#include "fixture.h"
#include "hive.h"
#include "regf_replay.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct ac_buf file, log_bytes[3];
static struct ac_companion logs[3];
static size_t n_logs;
static struct fx_records records;

static void setup(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&records);
}

static void teardown(void)
{
    ac_buf_free(&file);
    for (size_t i = 0; i < 3; i++)
        ac_buf_free(&log_bytes[i]);
    fx_records_free(&records);
}

TestSuite(hive_agree, .init = setup, .fini = teardown);

/* The file beside the hive with that ending, in any case and packed or not. */
static bool load_beside(const char *hive, const char *ending, struct ac_buf *out)
{
    char folder[1024], wanted[256], full[2048];
    const char *path = fx_realdata(hive), *slash;
    bool found = false;
    struct dirent *d;
    DIR *dir;

    if (!path)
        return false;
    slash = strrchr(path, '/');
    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
    snprintf(wanted, sizeof(wanted), "%s", slash + 1);
    if (strlen(wanted) > 3 && strcmp(wanted + strlen(wanted) - 3, ".xz") == 0)
        wanted[strlen(wanted) - 3] = '\0';
    strncat(wanted, ending, sizeof(wanted) - strlen(wanted) - 1);
    dir = opendir(folder);
    while (dir && !found && (d = readdir(dir))) {
        size_t n = strlen(wanted);

        if (strncasecmp(d->d_name, wanted, n) != 0 ||
            (d->d_name[n] && strcmp(d->d_name + n, ".xz") != 0))
            continue;
        slash = strrchr(hive, '/');
        snprintf(full, sizeof(full), "%.*s/%s", (int)(slash - hive), hive, d->d_name);
        found = fx_load_realdata(full, out);
    }
    if (dir)
        closedir(dir);
    return found;
}

/* Loads a hive with its logs; skips the test when the data is not there. */
static void load(const char *path)
{
    static const char *const endings[] = {".LOG", ".LOG1", ".LOG2"};

    if (!fx_realdata(path))
        cr_skip_test("the real data set is not there");
    ac_buf_free(&file);
    cr_assert(fx_load_realdata(path, &file));
    n_logs = 0;
    for (size_t i = 0; i < 3; i++) {
        ac_buf_free(&log_bytes[i]);
        if (load_beside(path, endings[i], &log_bytes[i]))
            logs[n_logs++] = (struct ac_companion){endings[i], fx_view(&log_bytes[i])};
    }
}

static enum ac_rc parse(const char *path, bool all_keys)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(&file),
                            .path = path,
                            .user = "",
                            .all_keys = all_keys,
                            .logs = logs,
                            .n_logs = n_logs};

    fx_records_free(&records);
    return ac_parser_hive.parse(&a, &budget, &records.sink, NULL);
}

static size_t count(enum ac_kind kind, bool live)
{
    size_t n = 0;

    for (size_t i = 0; i < records.n; i++) {
        const char *state = ac_record_prov(records.items[i], "state");
        bool is = strcmp(state, "live") == 0 || strcmp(state, "from-log") == 0;

        n += ac_record_kind(records.items[i]) == kind && is == live &&
             !ac_record_get_bool(records.items[i], "remnant");
    }
    return n;
}

static const struct ac_record *key(const char *path)
{
    return fx_find(&records, AC_KIND_KEY, "path", path);
}

static const struct ac_record *value(const char *path, const char *name)
{
    for (size_t i = 0; i < records.n; i++) {
        const struct ac_record *r = records.items[i];

        if (ac_record_kind(r) == AC_KIND_VALUE && strcmp(ac_record_get(r, "path"), path) == 0 &&
            strcmp(ac_record_get(r, "name"), name) == 0)
            return r;
    }
    return NULL;
}

/* ---- every row that states a replay */

static unsigned rows;

/* "after replay of LOG1+LOG2 by yarp: 5 keys, 1 values" */
static void check_row(const char *folder, const char *line)
{
    const char *at = strstr(line, "after replay of LOG"), *by;
    char name[512], path[1024];
    unsigned keys, values;

    if (!at || sscanf(line, "| `%511[^`]`", name) != 1)
        return;
    by = strstr(at, "by yarp: ");
    cr_assert(by && sscanf(by, "by yarp: %u keys, %u values", &keys, &values) == 2, "%s", at);
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    load(path);
    cr_expect_eq(parse(path, true), AC_OK, "%s", path);
    cr_expect_eq(count(AC_KIND_KEY, true), keys, "%s: %zu keys, yarp %u", path,
                 count(AC_KIND_KEY, true), keys);
    cr_expect_eq(count(AC_KIND_VALUE, true), values, "%s: %zu values, yarp %u", path,
                 count(AC_KIND_VALUE, true), values);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0, "%s: %s", path,
                 ac_record_get(fx_nth(&records, AC_KIND_PROBLEM, 0), "what"));
    rows++;
}

Test(hive_agree, replayed_hives_have_the_keys_and_values_that_yarp_finds, .timeout = 120)
{
    static const char *const tables[] = {"regf", "hosts"};
    static char line[8192];
    char readme[64], folder[256], host[201];

    rows = 0;
    for (size_t i = 0; i < 2; i++) {
        const char *path;
        FILE *f;

        snprintf(readme, sizeof(readme), "%s/README.md", tables[i]);
        snprintf(folder, sizeof(folder), "%s", tables[i]);
        path = fx_realdata(readme);
        if (!path)
            cr_skip_test("the real data set is not there");
        f = fopen(path, "r");
        while (f && fgets(line, sizeof(line), f)) {
            if (sscanf(line, "### hosts/%200s", host) == 1)
                snprintf(folder, sizeof(folder), "hosts/%s", host);
            check_row(folder, line);
        }
        if (f)
            fclose(f);
    }
    printf("# %u real hives replayed, compared with yarp: no difference\n", rows);
    cr_expect_geq(rows, 13);
}

/* ---- statements of the origin projects */

/* The bytes of a replayed hive, from its first bin on. */
static void expect_bytes_of(const char *recovered)
{
    struct ac_artefact a = {
        .bytes = fx_view(&file), .path = "h", .user = "", .logs = logs, .n_logs = n_logs};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_replay_watch watch = {NULL, NULL}; /* nothing is to be told */
    struct ac_hive_replay r;
    struct ac_buf other = {0};

    cr_assert_eq(ac_hive_replay(&a, &watch, &budget, &r, NULL), AC_OK);
    cr_assert(r.own);
    cr_assert(fx_load_realdata(recovered, &other));
    cr_assert_eq(r.bytes.n, other.n);
    cr_expect_eq(memcmp(r.bytes.p + 4096, other.p + 4096, other.n - 4096), 0);
    ac_buf_free(&other);
    ac_hive_replay_free(&r);
}

Test(hive_agree, new_logs_give_the_hive_that_windows_10_recovered)
{
    const char *path = "regf/edge/yarp-NewDirtyHive1/NewDirtyHive";
    const struct ac_record *r;

    load(path);
    expect_bytes_of("regf/edge/yarp-NewDirtyHive1/RecoveredHive_Windows10");
    cr_expect_eq(parse(path, true), AC_OK);
    for (size_t i = 0; i < records.n; i++) {
        const char *state = ac_record_prov(records.items[i], "state");

        cr_expect(strncmp(ac_record_get(records.items[i], "path"), "Key2", 4) != 0 ||
                      strcmp(state, "live") != 0,
                  "Key2 is gone");
    }
    cr_expect(key("Key3\\Key3_1") && key("Key3\\Key3_2") && key("Key3\\Key3_3"));
    r = value("Key3", "");
    cr_assert(r);
    cr_expect_eq(strlen(ac_record_get(r, "data")), 2 * 2 * 1441);
    cr_expect_str_eq(ac_record_prov(r, "state"), "from-log");
}

Test(hive_agree, an_old_log_gives_what_windows_7_recovered)
{
    const char *path = "regf/edge/yarp-OldDirtyHive/OldDirtyHive";
    const struct ac_record *r;
    struct fx_records ours;

    load(path);
    cr_expect_eq(parse(path, true), AC_OK);
    cr_expect_null(key("key_with_many_subkeys\\1"));
    cr_expect(key("key_with_many_subkeys\\5000\\find_me_in_log"));
    r = value("key_with_many_subkeys\\4500", "V");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "data"), "6100000062006200000063006300630000000000");
    /* Windows wrote on before the copy was taken, so keys are compared, not bytes */
    ours = records;
    fx_records_init(&records);
    load("regf/edge/yarp-OldDirtyHive/RecoveredHive_Windows7");
    n_logs = 0;
    cr_expect_eq(parse(path, true), AC_OK);
    for (size_t i = 0, k = 0; i < records.n; i++) {
        if (ac_record_kind(records.items[i]) != AC_KIND_KEY ||
            strcmp(ac_record_prov(records.items[i], "state"), "live") != 0)
            continue;
        while (k < ours.n && ac_record_kind(ours.items[k]) != AC_KIND_KEY)
            k++;
        cr_assert_lt(k, ours.n);
        cr_expect_str_eq(ac_record_get(ours.items[k++], "path"),
                         ac_record_get(records.items[i], "path"));
    }
    fx_records_free(&ours);
}

Test(hive_agree, a_bad_log_is_refused)
{
    const char *path = "regf/edge/yarp-BadLogHive1/BadLogHive";

    load(path);
    cr_assert_eq(n_logs, 1);
    cr_expect_eq(parse(path, true), AC_OK);
    cr_expect_eq(count(AC_KIND_KEY, true), 5003, "as it lies");
    cr_expect_eq(count(AC_KIND_VALUE, true), 0);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 2, "the log, and that the hive is dirty");
    cr_expect_str_eq(ac_record_get(fx_nth(&records, AC_KIND_PROBLEM, 0), "where"), ".LOG1");
}

/* regipy counts dirty pages, keys and values that are new after replay. */
static void check_regipy(const char *path, size_t new_keys, size_t new_values)
{
    size_t keys, values;

    load(path);
    cr_expect_eq(parse(path, true), AC_OK);
    keys = count(AC_KIND_KEY, true);
    values = count(AC_KIND_VALUE, true);
    n_logs = 0;
    cr_expect_eq(parse(path, true), AC_OK);
    printf("# %s: %zu keys and %zu values more after replay; regipy: %zu new keys, %zu new values "
           "(of keys that were there before)\n",
           path, keys - count(AC_KIND_KEY, true), values - count(AC_KIND_VALUE, true), new_keys,
           new_values);
    cr_expect_geq(values - count(AC_KIND_VALUE, true), new_values, "%s", path);
}

/* NTUSER.DAT: 521 keys are new and 6 are gone, which makes regipy's 527. */
Test(hive_agree, what_regipy_finds_new_after_replay, .timeout = 120)
{
    check_regipy("regf/ntuser/regipy-transactions/NTUSER.DAT.xz", 527, 60);
    check_regipy("regf/system/regipy-SYSTEM_B/SYSTEM.xz", 2458, 53);
    check_regipy("regf/usrclass/regipy-UsrClass/UsrClass.dat.xz", 93, 132);
}

Test(hive_agree, the_keys_that_regipy_names_after_replay)
{
    static const char *const names[] = {"Geo", "User Profile", "User Profile System Backup",
                                        "\xF0\x9F\x8C\x8E\xF0\x9F\x8C\x8F\xF0\x9F\x8C\x8D"};
    char path[256];

    load("regf/ntuser/regipy-transactions/NTUSER.DAT.xz");
    cr_expect_eq(parse("NTUSER.DAT", true), AC_OK);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "Control Panel\\International\\%s", names[i]);
        cr_expect(key(path), "%s", path);
    }
    cr_expect_eq(parse("NTUSER.DAT", false), AC_OK);
    cr_expect_str_eq(
        ac_record_get(fx_find(&records, AC_KIND_AUTOSTART, "name", "OneDrive"), "change"),
        "unchanged");
}

/* ---- deleted */

Test(hive_agree, the_deleted_tree_of_yarp)
{
    static const char *const paths[] = {"1\\2\\3", "1\\2\\3\\4", "1\\2\\3\\4\\5",
                                        "1\\2\\3\\4\\New Key #1"};

    load("regf/edge/yarp-DeletedTreeHive");
    cr_expect_eq(parse("h", true), AC_OK);
    cr_expect_eq(count(AC_KIND_KEY, false), 4);
    for (size_t i = 0; i < 4; i++) {
        cr_assert(key(paths[i]), "%s", paths[i]);
        cr_expect_str_eq(ac_record_prov(key(paths[i]), "state"), "deleted");
    }
}

Test(hive_agree, the_key_that_self_healing_cut_off)
{
    load("regf/edge/yarp-HealedHive");
    cr_expect_eq(parse("h", true), AC_OK);
    cr_assert(key("cccc"));
    cr_expect_str_eq(ac_record_prov(key("cccc"), "state"), "unlinked", "its cell is in use");
    cr_assert(value("cccc", "123"));
    cr_expect_str_eq(ac_record_get(value("cccc", "123"), "data"), "74006500730074000000");
}

/* As many deleted keys and values as yarp's scanner (deleted keys and values of
 * free cells, remnant data and slack) finds in the hive as it lies. */
Test(hive_agree, as_many_deleted_keys_and_values_as_yarp_recovers)
{
    static const struct {
        const char *path;
        size_t keys, values;
    } hives[] = {
        {"regf/edge/ez-NTUSER1.DAT", 0, 0},
        {"regf/sam/winreg-kb-SAM", 0, 3},
        {"regf/ntuser/notatin-NTUSER.DAT", 0, 2},
        {"regf/ntuser/plaso-NTUSER-RunTests.DAT", 0, 0},
        {"regf/amcache/plaso-win10-Amcache.hve", 1, 0},
        {"hosts/rathbun-win10/Windows/System32/config/SAM", 4, 7},
    };

    for (size_t i = 0; i < sizeof(hives) / sizeof(hives[0]); i++) {
        load(hives[i].path);
        n_logs = 0;
        cr_expect_eq(parse("h", true), AC_OK);
        cr_expect_eq(count(AC_KIND_KEY, false), hives[i].keys, "%s", hives[i].path);
        cr_expect_eq(count(AC_KIND_VALUE, false), hives[i].values, "%s", hives[i].path);
    }
}
