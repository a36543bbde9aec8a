/*
 * Plants traces on built volumes, examines them, and prints what was found: make recall (each example alone, then all
 * together among ordinary software) and make precision (ordinary software alone, and what each rule hits). Without
 * arguments the same as TAP for make check.
 */
#include "recall.h"

#include "build_disk.h"
#include "build_pe.h"
#include "build_prefetch.h"
#include "build_regf.h"
#include "build_task.h"
#include "assess/rule_set.h"
#include "collect/collect.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIME "2021-01-05T08:30:14Z"
#define RUN "Microsoft\\Windows\\CurrentVersion\\Run"
#define DEVICE "\\VOLUME{01d4e91d12345678-e42f18a6}\\"

/* With the rules in rules/, as a scan has them. */
static struct ac_rule_set *rules;

static bool load_rules(void)
{
    char folder[5000], text[1024];
    struct ac_err err = {0};

    snprintf(folder, sizeof(folder), "%s/rules", fx_srcdir());
    if (ac_rule_set_load(&(struct ac_rule_options){.shipped = folder}, &rules, &err) == AC_OK)
        return true;
    fprintf(stderr, "%s\n", ac_err_text(&err, text, sizeof(text)));
    return false;
}

/* ---- a laptop */

struct laptop {
    struct fx_disk *disk;
    struct fx_hive *system, *software, *user;
    unsigned prefetches;
};

static void add_file(struct laptop *l, const char *path, struct ac_buf *b)
{
    fx_disk_add(l->disk, path, b->p, b->n, TIME);
    ac_buf_free(b);
}

static void add_pe(struct laptop *l, const char *path, bool dll, const char *export)
{
    const char *exports[] = {export, NULL};
    struct ac_buf b = {0};

    fx_pe(&b, &(struct fx_pe){.dll = dll,
                              .timestamp = 1600000000,
                              .export_name = export ? "a.dll" : NULL,
                              .exports = export ? exports : NULL,
                              .size = 20000});
    add_file(l, path, &b);
}

static void add_noise(struct laptop *l, const char *path)
{
    struct ac_buf b = {0};
    uint32_t x = 12345;

    for (unsigned i = 0; i < 3000; i++) {
        x = x * 1664525 + 1013904223;
        fx_u8(&b, x >> 24);
    }
    add_file(l, path, &b);
}

static void add_task(struct laptop *l, const struct plant *p)
{
    struct ac_buf b = {0}, path = {0};
    char start[40] = "2021-01-05T19:00:00", end[40];

    snprintf(end, sizeof(end), "2021-01-05T19:%02u:00", p->d);
    ac_buf_addz(&path, "Windows/System32/Tasks/");
    for (const char *c = p->a; *c; c++)
        ac_buf_addc(&path, *c == '\\' ? '/' : *c);
    fx_task(&b, &(struct fx_task){.uri = p->a,
                                  .user = "S-1-5-18",
                                  .command = p->b,
                                  .arguments = p->c && p->c[0] ? p->c : NULL,
                                  .triggers = p->kind == PLANT_TASK_ONCE
                                                  ? fx_task_time(start, end, NULL)
                                                  : fx_task_logon(NULL)});
    add_file(l, ac_buf_text(&path), &b);
    ac_buf_free(&path);
}

static void add_prefetch(struct laptop *l, const struct plant *p)
{
    static const struct fx_prefetch_volume volume = {DEVICE, 0xE42F18A6, "2019-04-02T06:11:42Z"};
    char loaded[300], path[100], own[100];
    const char *files[] = {DEVICE "WINDOWS\\SYSTEM32\\NTDLL.DLL", own, loaded, NULL};
    struct ac_buf b = {0};

    snprintf(own, sizeof(own), DEVICE "WINDOWS\\SYSTEM32\\%s", p->a);
    snprintf(loaded, sizeof(loaded), DEVICE "%s", p->b);
    snprintf(path, sizeof(path), "Windows/Prefetch/%s-%08X.pf", p->a, 0x10000000 + l->prefetches++);
    fx_prefetch(&b, &(struct fx_prefetch){.version = 26,
                                          .program = p->a,
                                          .hash = 0x10000000,
                                          .run_count = 1,
                                          .run_times = {TIME},
                                          .files = files,
                                          .volumes = &volume,
                                          .n_volumes = 1});
    add_file(l, path, &b);
}

static void add_binary(struct laptop *l, const struct plant *p)
{
    struct ac_buf b = {0};
    unsigned byte;

    for (const char *c = p->c; sscanf(c, "%2x", &byte) == 1; c += 2)
        fx_u8(&b, byte);
    fx_hive_binary(l->user, p->a, p->b, b.p, b.n);
    ac_buf_free(&b);
}

static void add_service(struct laptop *l, const struct plant *p)
{
    char key[200];

    snprintf(key, sizeof(key), "ControlSet001\\Services\\%s", p->a);
    fx_hive_expand_sz(l->system, key, "ImagePath", p->b);
    fx_hive_dword(l->system, key, "Type", 0x10);
    fx_hive_dword(l->system, key, "Start", 2);
    fx_hive_sz(l->system, key, "DisplayName", p->a);
}

static void plant(struct laptop *l, const struct plant *p)
{
    switch (p->kind) {
    case PLANT_RUN:
        fx_hive_sz(l->user, "Software\\" RUN, p->a, p->b);
        break;
    case PLANT_RUN_ALL:
        fx_hive_sz(l->software, RUN, p->a, p->b);
        break;
    case PLANT_SERVICE:
        add_service(l, p);
        break;
    case PLANT_PROGRAM:
        add_pe(l, p->a, false, NULL);
        break;
    case PLANT_LIBRARY:
        add_pe(l, p->a, true, p->b);
        break;
    case PLANT_NOISE:
        add_noise(l, p->a);
        break;
    case PLANT_TEXT:
        fx_disk_add(l->disk, p->a, p->b, strlen(p->b), TIME);
        break;
    case PLANT_FOLDER:
        fx_disk_add(l->disk, p->a, "", 0, TIME);
        break;
    case PLANT_TASK:
    case PLANT_TASK_ONCE:
        add_task(l, p);
        break;
    case PLANT_KEY:
        fx_hive_key(l->user, p->a, 0);
        break;
    case PLANT_TEXT_VALUE:
        fx_hive_sz(l->user, p->a, p->b, p->c);
        break;
    case PLANT_BINARY_VALUE:
        add_binary(l, p);
        break;
    case PLANT_NUMBER:
        fx_hive_dword(l->user, p->a, p->b, 1);
        break;
    case PLANT_MACHINE_NUMBER:
        fx_hive_dword(l->software, p->a, p->b, 0);
        break;
    case PLANT_LOADED:
        add_prefetch(l, p);
        break;
    case PLANT_END:
        break;
    }
}

/* What every Windows has, so that all sources are there. */
static void begin(struct laptop *l, uint32_t serial)
{
    static const char *const programs[] = {"notepad", "regsvr32", "rundll32", "mshta", "svchost"};
    char path[100];

    *l = (struct laptop){.disk = fx_disk_new(serial ? UINT64_C(0x52D0A1C300000000) | serial : 0),
                         .system = fx_hive_new("ROOT"),
                         .software = fx_hive_new("ROOT"),
                         .user = fx_hive_new("ROOT")};
    fx_hive_dword(l->system, "Select", "Current", 1);
    fx_hive_sz(l->system, "ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName",
               "LAPTOP-01");
    fx_hive_key(l->system, "ControlSet001\\Services", 0);
    fx_hive_sz(l->software, "Microsoft\\Windows NT\\CurrentVersion", "ProductName",
               "Windows 10 Pro");
    fx_hive_key(l->software, RUN, 0);
    fx_hive_key(l->user, "Software\\" RUN, 0);
    fx_disk_add(l->disk, "Windows/System32/Tasks/", "", 0, TIME);
    fx_disk_add(l->disk, "Windows/Prefetch/", "", 0, TIME);
    fx_disk_add(l->disk, "Users/user1/AppData/Local/", "", 0, TIME);
    fx_disk_add(l->disk, "Users/user1/AppData/Roaming/Microsoft/", "", 0, TIME);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        snprintf(path, sizeof(path), "Windows/System32/%s.exe", programs[i]);
        add_pe(l, path, false, NULL);
        snprintf(path, sizeof(path), "Windows/SysWOW64/%s.exe", programs[i]);
        add_pe(l, path, false, NULL);
    }
}

static void put_hive(struct laptop *l, struct fx_hive *h, const char *path)
{
    struct ac_buf b = {0};

    fx_hive_build(h, &b);
    add_file(l, path, &b);
    fx_hive_free(h);
}

/* ---- its examination */

struct result {
    struct fx_records records;
    struct ac_assessment a;
    bool ok;
};

static void examine(struct laptop *l, struct result *ret)
{
    struct ac_collect_options o = {.evidence_id = "E1", .name = "laptop.raw"};
    struct ac_collect_result collected;
    char dir[4096], path[5000];
    uint64_t next = 1;

    put_hive(l, l->system, "Windows/System32/config/SYSTEM");
    put_hive(l, l->software, "Windows/System32/config/SOFTWARE");
    put_hive(l, l->user, "Users/user1/NTUSER.DAT");
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    snprintf(path, sizeof(path), "%s/laptop.raw", dir);
    fx_disk_write(l->disk, path);
    fx_disk_free(l->disk);
    o.path = path;
    *ret = (struct result){0};
    fx_records_init(&ret->records);
    ret->ok = ac_collect(&o, &next, &ret->records.sink, &collected, NULL) == AC_OK &&
              ac_assess_with(rules, ret->records.items, ret->records.n, &ret->a, NULL) == AC_OK;
    fx_rmtree(dir);
}

static void result_free(struct result *r)
{
    ac_assessment_free(&r->a);
    fx_records_free(&r->records);
}

static void plant_all(struct laptop *l, const struct plant *plants, size_t most)
{
    for (size_t i = 0; i < most && plants[i].kind != PLANT_END; i++)
        plant(l, &plants[i]);
}

/* The strongest finding of a family; NULL: none above listed. */
static const struct ac_finding *strongest(const struct ac_assessment *a, const char *family)
{
    const struct ac_finding *best = NULL;

    for (size_t i = 0; i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];

        if (strcmp(f->rule->family, family) == 0 && f->strength > AC_LISTED &&
            (!best || f->strength > best->strength))
            best = f;
    }
    return best;
}

/* ---- the tables */

struct table {
    bool tap;
    unsigned n, failed;
};

static void row(struct table *t, bool ok, const char *todo, const char *text)
{
    t->n++;
    if (!ok && !todo)
        t->failed++;
    if (t->tap)
        printf("%s %u - %s%s%s\n", ok ? "ok" : "not ok", t->n, text, !ok && todo ? " # TODO " : "",
               !ok && todo ? todo : "");
    else
        printf("%s  %s%s%s%s\n",
               ok     ? "ok  "
               : todo ? "-   "
                      : "MISS",
               text, !ok && todo ? " (" : "", !ok && todo ? todo : "", !ok && todo ? ")" : "");
}

static void tell_example(struct table *t, const struct example *e, const struct ac_finding *f)
{
    bool ok = e->none_known || (f && f->strength >= e->wanted);
    char text[200];

    snprintf(text, sizeof(text), "%-15s %-9s wanted %-11s found %-11s %s", e->id, e->family,
             e->none_known ? "-" : ac_strength_name(e->wanted),
             f ? ac_strength_name(f->strength) : "-", f ? f->rule->id : "");
    row(t, ok, e->why, text);
}

static void one_by_one(struct table *t)
{
    for (size_t i = 0; i < recall_count; i++) {
        const struct example *e = &recall_examples[i];
        struct laptop l;
        struct result r;

        begin(&l, e->serial);
        plant_all(&l, e->plants, MOST_PLANTS);
        examine(&l, &r);
        tell_example(t, e, r.ok ? strongest(&r.a, e->family) : NULL);
        result_free(&r);
    }
}

/* All on one volume, among ordinary software: those that need another serial number are left out. */
static void all_together(struct table *t)
{
    static const char *const families[] = {"emotet", "ursnif", "trickbot", "qakbot", "zloader"};
    struct laptop l;
    struct result r;
    char text[200];

    begin(&l, 0xE42F18A6);
    plant_all(&l, precision_plants, SIZE_MAX);
    for (size_t i = 0; i < recall_count; i++) {
        if (recall_examples[i].serial == 0 || recall_examples[i].serial == 0xE42F18A6)
            plant_all(&l, recall_examples[i].plants, MOST_PLANTS);
    }
    examine(&l, &r);
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        const struct ac_finding *f = r.ok ? strongest(&r.a, families[i]) : NULL;
        enum ac_strength wanted = strcmp(families[i], "zloader") == 0 ? AC_STRONG : AC_DECISIVE;

        snprintf(text, sizeof(text), "all together    %-9s wanted %-11s found %-11s %s",
                 families[i], ac_strength_name(wanted), f ? ac_strength_name(f->strength) : "-",
                 f ? f->rule->id : "");
        row(t, f && f->strength >= wanted, NULL, text);
    }
    result_free(&r);
}

/* Nothing above listed. */
static void ordinary_software(struct table *t)
{
    struct laptop l;
    struct result r;
    size_t plants = 0, above = 0;
    char text[300];

    begin(&l, 0x12345678);
    while (precision_plants[plants].kind != PLANT_END)
        plants++;
    plant_all(&l, precision_plants, SIZE_MAX);
    examine(&l, &r);
    for (size_t i = 0; i < r.a.n_findings; i++) {
        const struct ac_finding *f = r.a.findings[i];

        if (f->strength == AC_LISTED)
            continue;
        above++;
        snprintf(text, sizeof(text), "ordinary software hits %s: %s", f->rule->id, f->subject);
        row(t, false, NULL, text);
    }
    snprintf(text, sizeof(text),
             "%zu entries of ordinary software: %zu findings above listed, %zu listed", plants,
             above, r.a.n_findings - above);
    row(t, r.ok && above == 0, NULL, text);
    result_free(&r);
}

static size_t hits(const struct ac_assessment *a, const struct ac_rule *rule)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n_findings; i++)
        n += a->findings[i]->rule == rule;
    return n;
}

/* Per rule: findings over all examples, one by one, and over ordinary software. */
static void rules_table(void)
{
    const struct ac_rule *const *all = ac_rule_set_rules(rules);
    size_t n = 0, *positive, *benign;
    struct laptop l;
    struct result r;

    while (all[n])
        n++;
    positive = calloc(n, sizeof(*positive));
    benign = calloc(n, sizeof(*benign));
    for (size_t i = 0; i <= recall_count; i++) {
        begin(&l, i < recall_count ? recall_examples[i].serial : 0x12345678);
        plant_all(&l, i < recall_count ? recall_examples[i].plants : precision_plants,
                  i < recall_count ? MOST_PLANTS : SIZE_MAX);
        examine(&l, &r);
        for (size_t k = 0; k < n; k++)
            (i < recall_count ? positive : benign)[k] += hits(&r.a, all[k]);
        result_free(&r);
    }
    printf("\n%-12s %-10s %10s %10s\n", "rule", "family", "examples", "ordinary");
    for (size_t k = 0; k < n; k++)
        printf("%-12s %-10s %10zu %10zu\n", all[k]->id, all[k]->family, positive[k], benign[k]);
    free(positive);
    free(benign);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    struct table t = {.tap = what[0] == '\0'};

    setlocale(LC_CTYPE, "C.UTF-8");
    if (!load_rules())
        return 1;
    if (strcmp(what, "--precision") != 0) {
        one_by_one(&t);
        all_together(&t);
    }
    if (strcmp(what, "--recall") != 0)
        ordinary_software(&t);
    if (strcmp(what, "--precision") == 0)
        rules_table();
    if (t.tap)
        printf("1..%u\n", t.n);
    else
        printf("\n%u rows, %u not as wanted\n", t.n, t.failed);
    ac_rule_set_free(rules);
    return t.failed != 0;
}
