/* Hives that Windows kept as backups: read, marked as no longer used, and never the reason for an
 * examination to be called incomplete when Windows left them empty. */
#include "build_regf.h"

#include "assess/assess.h"
#include "collect/collect.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char dir[4096];
static struct fx_records records;

static void start(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    fx_records_init(&records);
}

static void stop(void)
{
    fx_records_free(&records);
    fx_rmtree(dir);
}

TestSuite(collect_backups, .init = start, .fini = stop);

static void make_folders(const char *file)
{
    char path[8192];

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        mkdir(path, 0700);
    }
}

static void write_file(const char *file, const void *bytes, size_t n)
{
    char path[8192];

    make_folders(file);
    snprintf(path, sizeof(path), "%s/%s", dir, file);
    cr_assert(fx_write(path, bytes, n), "%s", path);
}

static void system_hive(const char *file, const char *name, const char *service)
{
    struct fx_hive *h = fx_hive_new("ROOT");
    struct ac_buf bytes = {0};

    fx_hive_dword(h, "Select", "Current", 1);
    fx_hive_sz(h, "ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName", name);
    fx_hive_sz(h, "ControlSet001\\Services\\s", "ImagePath", service);
    fx_hive_build(h, &bytes);
    write_file(file, bytes.p, bytes.n);
    ac_buf_free(&bytes);
    fx_hive_free(h);
}

static void collect(void)
{
    struct ac_collect_options o = {.path = dir, .evidence_id = "E1", .name = "folder"};
    struct ac_collect_result result;
    uint64_t next = 1;

    cr_assert_eq(ac_collect(&o, &next, &records.sink, &result, NULL), AC_OK);
}

#define CONFIG "Windows/System32/config/"

Test(collect_backups, what_is_in_them_is_marked)
{
    struct ac_record *r;

    system_hive(CONFIG "SYSTEM", "LAPTOP-02", "C:\\new.exe");
    system_hive(CONFIG "RegBack/SYSTEM", "LAPTOP-01", "C:\\old.exe");
    collect();
    r = fx_find(&records, AC_KIND_SYSTEM, "computer_name", "LAPTOP-01");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_prov(r, "state"), "snapshot");
    cr_expect_str_eq(ac_record_prov(r, "snapshot"), "RegBack");
    r = fx_find(&records, AC_KIND_SYSTEM, "computer_name", "LAPTOP-02");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    cr_expect_str_eq(ac_record_prov(r, "snapshot"), "");
    r = fx_find(&records, AC_KIND_AUTOSTART, "command", "C:\\old.exe");
    cr_expect_str_eq(ac_record_prov(r, "state"), "snapshot");
    r = fx_find(&records, AC_KIND_SOURCE, "source", "hive-backup");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "read"), "complete");
}

Test(collect_backups, an_empty_one_is_no_damage)
{
    struct ac_record *r;

    system_hive(CONFIG "SYSTEM", "LAPTOP-02", "C:\\new.exe");
    write_file(CONFIG "RegBack/SYSTEM", "", 0);
    collect();
    r = fx_find(&records, AC_KIND_SOURCE, "source", "hive-backup");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "read"), "complete");
    cr_expect(strstr(ac_record_get(r, "reason"), "empty"));
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 0);
}

/* A rule that needs SYSTEM has SYSTEM, whatever is wrong with its backup; the damage is still told. */
Test(collect_backups, a_damaged_one_does_not_unread_the_hive_itself)
{
    struct ac_assessment a;

    system_hive(CONFIG "SYSTEM", "LAPTOP-02", "C:\\new.exe");
    write_file(CONFIG "RegBack/SYSTEM", "regf nothing", 12);
    collect();
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1);
    cr_assert_eq(ac_assess(records.items, records.n, &a, NULL), AC_OK);
    cr_expect(a.incomplete);
    for (size_t i = 0; i < a.n_checks; i++) {
        for (unsigned k = 0; k < a.checks[i].reason.n; k++)
            cr_expect_null(strstr(a.checks[i].reason.args[k], "SYSTEM:"), "%s",
                           a.checks[i].reason.args[k]);
    }
    ac_assessment_free(&a);
}
