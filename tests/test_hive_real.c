/* Real hives: what the real data's README tables say of each must come out of the parser. The rows
 * are parsed here, so that a new row is a new test. */
#include "fixture.h"
#include "hive.h"
#include "regf.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* Where we differ from the README's readers, and why. */
static const struct {
    const char *path;
    unsigned keys, values;
    const char *why;
} exceptions[] = {
    {"regf/system/regipy-corrupted_system_hive.xz", 1687, 5625,
     "dissect.regf drops a whole list when one of its entries is damaged; each entry that leads to "
     "an intact cell is read here"},
};

struct row {
    char path[512]; /* below the real data folder */
    char text[8192];
    unsigned primary, secondary, keys, values;
};

static struct ac_buf file;
static struct fx_records records;

static enum ac_rc parse(const struct row *row, bool all_keys)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    char path[512];
    struct ac_artefact a = {.path = path, .user = "", .all_keys = all_keys};

    snprintf(path, sizeof(path), "%s", row->path);
    if (strlen(path) > 3 && strcmp(path + strlen(path) - 3, ".xz") == 0)
        path[strlen(path) - 3] = '\0';
    ac_buf_free(&file);
    cr_assert(fx_load_realdata(row->path, &file), "%s", row->path);
    a.bytes = fx_view(&file);
    fx_records_free(&records);
    return ac_parser_hive.parse(&a, &budget, &records.sink, NULL);
}

/* True if the line is the row of a hive with counts. `host` is the folder of the section. */
static bool read_row(const char *line, const char *folder, struct row *ret)
{
    regex_t name, counts;
    regmatch_t m[5];
    bool found = false;

    regcomp(&name, "^\\| `([^`]+)` \\|", REG_EXTENDED);
    regcomp(&counts, "\\(seq ([0-9]+)/([0-9]+)\\); ([0-9]+) keys, ([0-9]+) values", REG_EXTENDED);
    if (regexec(&name, line, 2, m, 0) == 0) {
        snprintf(ret->path, sizeof(ret->path), "%s/%.*s", folder, (int)(m[1].rm_eo - m[1].rm_so),
                 line + m[1].rm_so);
        if (regexec(&counts, line, 5, m, 0) == 0) {
            ret->primary = (unsigned)strtoul(line + m[1].rm_so, NULL, 10);
            ret->secondary = (unsigned)strtoul(line + m[2].rm_so, NULL, 10);
            ret->keys = (unsigned)strtoul(line + m[3].rm_so, NULL, 10);
            ret->values = (unsigned)strtoul(line + m[4].rm_so, NULL, 10);
            snprintf(ret->text, sizeof(ret->text), "%s", line);
            found = true;
        }
    }
    regfree(&name);
    regfree(&counts);
    return found;
}

/* Calls `check` for each hive of both tables; returns their number. Skips the test without data. */
static unsigned each_row(void (*check)(const struct row *row))
{
    static const char *const tables[] = {"regf", "hosts"};
    static struct row row;
    char line[8192], folder[256], readme[64], host[201];
    unsigned n = 0;

    setlocale(LC_CTYPE, "C.UTF-8");
    for (size_t i = 0; i < 2; i++) {
        const char *path;
        FILE *f;

        snprintf(readme, sizeof(readme), "%s/README.md", tables[i]);
        snprintf(folder, sizeof(folder), "%s", tables[i]);
        path = fx_realdata(readme);
        if (!path)
            cr_skip_test("the real data set is not there");
        f = fopen(path, "r");
        while (fgets(line, sizeof(line), f)) {
            if (sscanf(line, "### hosts/%200s", host) == 1)
                snprintf(folder, sizeof(folder), "hosts/%s", host);
            if (read_row(line, folder, &row)) {
                check(&row);
                n++;
            }
        }
        fclose(f);
    }
    ac_buf_free(&file);
    fx_records_free(&records);
    return n;
}

/* Records of a kind that are not recovered ones. */
static size_t live(enum ac_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < records.n; i++) {
        const char *state = ac_record_prov(records.items[i], "state");

        n += ac_record_kind(records.items[i]) == kind &&
             (strcmp(state, "live") == 0 || strcmp(state, "from-log") == 0);
    }
    return n;
}

static void check_counts(const struct row *row)
{
    unsigned keys = row->keys, values = row->values;

    for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++) {
        if (strcmp(exceptions[i].path, row->path) == 0) {
            keys = exceptions[i].keys;
            values = exceptions[i].values;
            printf("# %s: %u keys instead of %u: %s\n", row->path, keys, row->keys,
                   exceptions[i].why);
        }
    }
    cr_expect_eq(parse(row, true), AC_OK, "%s", row->path);
    cr_expect_eq(live(AC_KIND_KEY), keys, "%s: %zu keys", row->path, live(AC_KIND_KEY));
    cr_expect_eq(live(AC_KIND_VALUE), values, "%s: %zu values", row->path, live(AC_KIND_VALUE));
}

Test(hive_real, keys_and_values_are_as_many_as_other_readers_find, .timeout = 120)
{
    unsigned n = each_row(check_counts);

    printf("# %u real hives compared with dissect.regf and hivex\n", n);
    cr_expect_geq(n, 50);
}

/* A hive that Windows wrote and nobody damaged must give no problem but that it is dirty. */
static void check_problems(const struct row *row)
{
    bool dirty = row->primary != row->secondary;
    bool damaged = strncmp(row->path, "regf/edge/", 10) == 0 || strstr(row->path, "corrupted");

    parse(row, false);
    if (damaged)
        return;
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), dirty, "%s: %zu problems, %s", row->path,
                 fx_count(&records, AC_KIND_PROBLEM),
                 fx_count(&records, AC_KIND_PROBLEM)
                     ? ac_record_get(fx_nth(&records, AC_KIND_PROBLEM, 0), "what")
                     : "");
}

Test(hive_real, intact_hives_have_no_problems, .timeout = 120)
{
    each_row(check_problems);
}

static void cut(const char *from, size_t n, char *to, size_t cap)
{
    snprintf(to, cap, "%.*s", (int)n, from);
}

/* The next `name` = `command` in *at; false at the end of the list. */
static bool next_pair(const char **at, char *name, char *command, size_t cap)
{
    regex_t pair;
    regmatch_t m[3];
    bool found;

    regcomp(&pair, "^`([^`]*)` = `([^`]*)`(; )?", REG_EXTENDED);
    found = regexec(&pair, *at, 3, m, 0) == 0;
    if (found) {
        cut(*at + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so), name, cap);
        cut(*at + m[2].rm_so, (size_t)(m[2].rm_eo - m[2].rm_so), command, cap);
        *at += m[2].rm_eo + 1;
        *at += strncmp(*at, "; ", 2) == 0 ? 2 : 0;
    }
    regfree(&pair);
    return found;
}

static unsigned pairs_seen;

static void check_mechanism(const struct row *row, const char *label, const char *mechanism)
{
    char name[512], command[1024];
    const char *at = strstr(row->text, label), *replay = strstr(row->text, "after replay");
    unsigned stated = 0, found = 0;

    if (!at || (replay && at > replay))
        return;
    at += strlen(label);
    while (next_pair(&at, name, command, sizeof(name))) {
        struct ac_record *r = fx_find(&records, AC_KIND_AUTOSTART, "command", command);

        cr_expect(r, "%s: %s", row->path, command);
        if (r)
            cr_expect_str_eq(ac_record_get(r, "name"), name);
        stated++;
        pairs_seen++;
    }
    for (size_t i = 0; i < fx_count(&records, AC_KIND_AUTOSTART); i++) {
        struct ac_record *r = fx_nth(&records, AC_KIND_AUTOSTART, i);

        found += strcmp(ac_record_get(r, "mechanism"), mechanism) == 0;
    }
    cr_expect_eq(found, stated, "%s: %s %u values, README %u", row->path, label, found, stated);
}

static void check_run(const struct row *row)
{
    if (!strstr(row->text, "; Run: "))
        return;
    cr_expect_eq(parse(row, false), AC_OK);
    check_mechanism(row, "; Run: ", "run");
    check_mechanism(row, "; RunOnce: ", "run-once");
}

Test(hive_real, run_values, .timeout = 120)
{
    pairs_seen = 0;
    each_row(check_run);
    printf("# %u Run and RunOnce values compared\n", pairs_seen);
    cr_expect_geq(pairs_seen, 15);
}

static unsigned accounts_seen;

static void check_accounts(const struct row *row)
{
    const char *at = strstr(row->text, "; accounts: ");
    char name[128];
    int n;
    size_t stated = 0;

    if (!at)
        return;
    cr_expect_eq(parse(row, false), AC_OK);
    at += strlen("; accounts: ");
    while (sscanf(at, "%127[^,|; ]%n", name, &n) == 1) {
        struct ac_record *r = fx_find(&records, AC_KIND_ACCOUNT, "name", name);

        cr_expect(r && ac_record_get_int(r, "rid") >= 500, "%s: %s", row->path, name);
        stated++;
        at += n;
        at += strncmp(at, ", ", 2) == 0 ? 2 : 0;
    }
    cr_expect_eq(fx_count(&records, AC_KIND_ACCOUNT), stated, "%s", row->path);
    accounts_seen += (unsigned)stated;
}

Test(hive_real, accounts, .timeout = 120)
{
    accounts_seen = 0;
    each_row(check_accounts);
    cr_expect_geq(accounts_seen, 13);
}

static unsigned systems_seen;

static void check_system(const struct row *row)
{
    const char *at = strstr(row->text, "keys in Services, ComputerName ");
    const char *win32 = strstr(row->text, " services have a Win32 type");
    char name[64];
    unsigned stated, found = 0;

    if (!at || !win32)
        return;
    cr_expect_eq(parse(row, false), AC_OK);
    sscanf(at + strlen("keys in Services, ComputerName "), "%63[^; ]", name);
    cr_expect(fx_find(&records, AC_KIND_SYSTEM, "computer_name", name), "%s: %s", row->path, name);
    cr_expect(fx_find(&records, AC_KIND_SYSTEM, "control_set", "ControlSet001"));
    while (win32[-1] >= '0' && win32[-1] <= '9')
        win32--;
    stated = (unsigned)strtoul(win32, NULL, 10);
    for (size_t i = 0; i < fx_count(&records, AC_KIND_AUTOSTART); i++) {
        const struct ac_record *r = fx_nth(&records, AC_KIND_AUTOSTART, i);

        found += (ac_record_get_int(r, "service_type") & 0x30) != 0 &&
                 !ac_record_get_json(r, "control_set") &&
                 strcmp(ac_record_prov(r, "state"), "deleted") != 0;
    }
    cr_expect_eq(found, stated, "%s: %u services, README %u", row->path, found, stated);
    systems_seen++;
}

Test(hive_real, computer_names_and_services, .timeout = 120)
{
    systems_seen = 0;
    each_row(check_system);
    cr_expect_geq(systems_seen, 2);
}

Test(hive_real, corrupted_system_hive_still_gives_its_services)
{
    static const struct row row = {.path = "regf/system/regipy-corrupted_system_hive.xz"};
    struct ac_record *r;

    if (!fx_realdata(row.path))
        cr_skip_test("the real data set is not there");
    cr_expect_eq(parse(&row, false), AC_OK);
    r = fx_find(&records, AC_KIND_AUTOSTART, "name", "Abiosdsk");
    cr_assert(r);
    cr_expect_eq(ac_record_get_int(r, "start"), 4);
    cr_expect_eq(ac_record_get_int(r, "service_type"), 1);
    cr_expect(strncmp(ac_record_prov(r, "key_last_written"), "2008-10-21T17:48:29", 19) == 0);
    cr_expect_geq(fx_count(&records, AC_KIND_PROBLEM), 1);
    ac_buf_free(&file);
    fx_records_free(&records);
}
