/* Event logs of an installation: which are expected, what their rows say, and loose ones. */
#include "build_evtx.h"

#include "collect/collect.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOGS "Windows/System32/winevt/Logs/"
#define TIME "2021-03-04T05:06:07Z"

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

TestSuite(collect_events, .init = start, .fini = stop);

static void write_file(const char *file, const void *bytes, size_t n)
{
    char path[8192];

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        mkdir(path, 0700);
    }
    cr_assert(fx_write(path, bytes, n), "%s", path);
}

static void log_file(const char *file, bool damaged)
{
    static const struct fx_datum data[] = {{.name = "ServiceName", .value = "Updater"},
                                           {.name = "ImagePath", .value = "C:\\x\\a.exe"}};
    struct fx_event e = {.provider = "Service Control Manager",
                         .channel = "System",
                         .computer = "LAPTOP-01",
                         .id = 7045,
                         .time = TIME,
                         .data = data,
                         .n_data = 2};
    struct fx_evtx *log = fx_evtx_new(1);
    struct ac_buf bytes = {0};

    fx_evtx_add(log, &e);
    e.id = 7044; /* counted only */
    fx_evtx_add(log, &e);
    fx_evtx_build(log, &bytes);
    if (damaged)
        bytes.p[FX_EVTX_CHUNK(0) + 140] ^= 1;
    write_file(file, bytes.p, bytes.n);
    ac_buf_free(&bytes);
}

/* What a folder must hold to be a Windows; the file is no hive, which is one problem. */
static void install(void)
{
    write_file("Windows/System32/config/SYSTEM", "x", 1);
}

static void collect(void)
{
    struct ac_collect_options o = {.path = dir, .evidence_id = "E1", .name = "folder"};
    struct ac_collect_result result;
    uint64_t next = 1;

    cr_assert_eq(ac_collect(&o, &next, &records.sink, &result, NULL), AC_OK);
}

static const struct ac_record *row(const char *name)
{
    return fx_find(&records, AC_KIND_SOURCE, "name", name);
}

Test(collect_events, logs_are_read_and_counted)
{
    const struct ac_record *r;

    install();
    log_file(LOGS "System.evtx", false);
    log_file(LOGS "Microsoft-Windows-Sysmon%4Operational.evtx", false);
    log_file(LOGS "Setup.evtx", false);
    collect();
    r = row(LOGS "System.evtx");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "source"), "event-log");
    cr_expect_str_eq(ac_record_get(r, "read"), "complete");
    cr_expect_eq(ac_record_get_int(r, "entries"), 1);
    cr_expect_eq(json_integer_value(json_object_get(ac_record_get_json(r, "event_ids"), "7044")),
                 1);
    cr_expect_str_eq(ac_record_get(r, "first_time"), TIME);
    cr_expect_str_neq(ac_record_get(r, "sha256"), "");
    cr_expect_not_null(row(LOGS "Microsoft-Windows-Sysmon%4Operational.evtx"));
    cr_expect_null(row(LOGS "Setup.evtx"), "no event of it is asked for");
    cr_assert_eq(fx_count(&records, AC_KIND_EVENT), 2);
    r = fx_nth(&records, AC_KIND_EVENT, 0);
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    cr_expect_str_eq(ac_record_prov(r, "path"), LOGS "System.evtx");
    cr_expect_str_eq(ac_record_prov(r, "system"), "Windows");
}

Test(collect_events, four_logs_are_missed)
{
    static const char *const missed[] = {LOGS "Security.evtx", LOGS "Application.evtx",
                                         LOGS "Microsoft-Windows-TaskScheduler%4Operational.evtx"};

    install();
    log_file(LOGS "System.evtx", false);
    collect();
    for (size_t i = 0; i < 3; i++) {
        cr_assert(row(missed[i]), "%s", missed[i]);
        cr_expect_not(ac_record_get_bool(row(missed[i]), "present"));
    }
    cr_expect_null(row(LOGS "Windows PowerShell.evtx"));
}

Test(collect_events, no_folder_no_rows)
{
    install();
    collect();
    cr_expect_null(fx_find(&records, AC_KIND_SOURCE, "source", "event-log"));
}

Test(collect_events, damage_makes_a_row_partial)
{
    install();
    log_file(LOGS "System.evtx", true);
    collect();
    cr_expect_str_eq(ac_record_get(row(LOGS "System.evtx"), "read"), "partial");
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1 + 1, "the log, and SYSTEM that is no hive");
}

Test(collect_events, a_loose_log)
{
    log_file("anything.evtx", false);
    collect();
    cr_assert_eq(fx_count(&records, AC_KIND_EVENT), 1);
    cr_expect_str_eq(ac_record_get(row("anything.evtx"), "source"), "event-log");
}

/* What an event says was started is looked for on the image; of installed programs no file record is made of it. */
Test(collect_events, what_was_started_is_looked_for)
{
    const struct ac_record *r;

    install();
    log_file(LOGS "System.evtx", false);
    write_file("x/a.exe", "MZ", 2);
    collect();
    r = fx_find(&records, AC_KIND_EVENT, "service", "Updater");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "target"), "x/a.exe");
    cr_expect_str_eq(ac_record_get(r, "target_state"), "exists");
    cr_expect(ac_record_get_bool(r, "user_writable"));
    r = fx_find(&records, AC_KIND_FILE, "path", "x/a.exe");
    cr_assert_not_null(r);
    cr_expect_str_eq(
        ac_record_get(fx_find(&records, AC_KIND_EVENT, "service", "Updater"), "target_file"),
        ac_record_id(r));
}

Test(collect_events, what_was_started_and_is_not_there)
{
    const struct ac_record *r;

    install();
    log_file(LOGS "System.evtx", false);
    collect();
    r = fx_find(&records, AC_KIND_EVENT, "service", "Updater");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "target_state"), "not collected"); /* a folder, no image */
}
