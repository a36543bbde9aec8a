/*
 * Real event logs: counts of events by number beside the README of the data and beside evtxexport
 * (libevtx-utils), values beside those that evtxexport shows.
 *
 * One log gives more than the README says: plaso-System2.evtx is cut inside of its third chunk, which
 * libevtx does not read; its 89 whole events are read here (194 + 89).
 */
#include "fixture.h"

#include "evtx.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOST "hosts/aptsim-win10/Windows/System32/winevt/Logs/"
#define CUT "evtx/plaso-System2.evtx"

static const char *const logs[] = {
    "evtx/attack/DE_104_system_log_cleared.evtx",
    "evtx/attack/LM_Remote_Service02_7045.evtx",
    "evtx/attack/LM_ScheduledTask_ATSVC_target_host.evtx",
    "evtx/attack/evasion_persis_hidden_run_keyvalue_sysmon_13.evtx",
    "evtx/attack/exec_emotet_ps_4104.evtx",
    "evtx/attack/exec_emotet_ps_800_get-item.evtx",
    "evtx/attack/exec_emotet_ps_800_new-item.evtx",
    "evtx/attack/exec_emotet_ps_800_new-object.evtx",
    "evtx/attack/exec_persist_rundll32_mshta_scheduledtask_sysmon_1_3_11.evtx",
    "evtx/attack/persistence_SilentProcessExit_ImageHijack_sysmon_13_1.evtx",
    "evtx/attack/rundll32_cmd_schtask.evtx",
    "evtx/attack/sideloading_injection_persistence_run_key.evtx",
    "evtx/attack/sysmon_13_1_persistence_via_winlogon_shell.evtx",
    "evtx/attack/sysmon_20_21_1_CommandLineEventConsumer.evtx",
    "evtx/attack/temp_scheduled_task_4698_4699.evtx",
    "evtx/omerbenamram-Application_no_crc32.evtx",
    "evtx/omerbenamram-new-user-security.evtx",
    "evtx/omerbenamram-sample_with_a_bad_chunk_magic.evtx",
    "evtx/omerbenamram-system.evtx",
    CUT,
    "evtx/velociraptor-TaskScheduler.evtx",
    HOST "Microsoft-Windows-PowerShell%4Operational.evtx",
    HOST "Microsoft-Windows-Sysmon%4Operational.evtx",
    HOST "Microsoft-Windows-Windows Defender%4Operational.evtx",
    HOST "System.evtx",
    HOST "Windows PowerShell.evtx",
};
#define LOGS (sizeof(logs) / sizeof(logs[0]))

static struct fx_records out;
static struct ac_record *row;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    ac_record_free(row);
    row = NULL;
}

TestSuite(evtx_real, .init = begin, .fini = end);

static void load(const char *log)
{
    struct ac_buf bytes = {0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_err err = {0};
    struct ac_artefact a = {.path = log, .user = ""};

    if (!fx_load_realdata(log, &bytes))
        cr_skip_test("no real data");
    fx_records_free(&out);
    ac_record_free(row);
    a.row = row = ac_record_new(AC_KIND_SOURCE);
    a.bytes = fx_view(&bytes);
    cr_assert_eq(ac_parser_evtx.parse(&a, &budget, &out.sink, &err), AC_OK, "%s", log);
    ac_buf_free(&bytes);
}

static long counted(const char *id)
{
    return (long)json_integer_value(json_object_get(ac_record_get_json(row, "event_ids"), id));
}

static long all_events(void)
{
    json_t *ids = json_deep_copy(ac_record_get_json(row, "event_ids")), *n;
    const char *id;
    long sum = 0;

    json_object_foreach (ids, id, n)
        sum += (long)json_integer_value(n);
    json_decref(ids);
    return sum;
}

/* ---- the README */

/* "| `attack/x.evtx` | ... | 34 records (libevtx), ..., event ids 4624×6, 4672×5 |": numbers as said, at least. */
static void compare_line(const char *log, const char *line)
{
    const char *p = strstr(line, " records (libevtx)"), *ids = strstr(line, "event ids ");
    bool cut = strcmp(log, CUT) == 0;

    cr_assert(p && ids, "%s", line);
    while (p > line && p[-1] >= '0' && p[-1] <= '9')
        p--;
    cr_expect_eq(all_events(), strtol(p, NULL, 10) + (cut ? 89 : 0), "%s: %ld", log, all_events());
    for (p = ids + strlen("event ids "); *p >= '0' && *p <= '9'; p += strspn(p, ", ")) {
        char id[16];
        size_t n = strspn(p, "0123456789");
        long count;
        char *next;

        snprintf(id, sizeof(id), "%.*s", (int)n, p);
        count = strtol(p + n + strlen("×"), &next, 10);
        if (cut)
            cr_expect_geq(counted(id), count, "%s: %s", log, id);
        else
            cr_expect_eq(counted(id), count, "%s: %s is %ld", log, id, counted(id));
        p = next;
    }
}

Test(evtx_real, counts_of_the_readme)
{
    struct ac_buf readme = {0};
    size_t compared = 0;

    if (!fx_load_realdata("evtx/README.md", &readme))
        cr_skip_test("no real data");
    for (size_t i = 0; i < LOGS; i++) {
        char cell[256];
        const char *line;

        if (strncmp(logs[i], "evtx/", 5) != 0)
            continue;
        snprintf(cell, sizeof(cell), "| `%s` |", logs[i] + 5);
        line = strstr(ac_buf_text(&readme), cell);
        cr_assert(line, "%s", cell);
        load(logs[i]);
        compare_line(logs[i], line);
        compared++;
    }
    cr_expect_eq(compared, 21);
    ac_buf_free(&readme);
}

/* ---- evtxexport */

static bool export_log(const char *log, const char *options, struct ac_buf *ret)
{
    char command[5000], piece[65536];
    FILE *f;
    size_t n;

    if (system("command -v evtxexport >/dev/null 2>&1") != 0 || !fx_realdata(log))
        return false;
    snprintf(command, sizeof(command), "evtxexport %s '%s' 2>/dev/null", options, fx_realdata(log));
    f = popen(command, "r");
    while (f && (n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(ret, piece, n);
    if (f)
        pclose(f);
    return f != NULL;
}

/* Counts "<EventID ...>n</EventID>". */
static void count_exported(const struct ac_buf *xml, long counts[65536], long *ret_all)
{
    const char *p = ac_buf_text(xml);

    *ret_all = 0;
    while ((p = strstr(p, "<EventID")) != NULL) {
        p = strchr(p, '>');
        cr_assert(p);
        counts[strtol(p + 1, NULL, 10) & 0xFFFF]++;
        ++*ret_all;
    }
}

Test(evtx_real, counts_of_evtxexport)
{
    static long counts[65536];

    for (size_t i = 0; i < LOGS; i++) {
        struct ac_buf xml = {0};
        char id[8];
        long all = 0;

        if (!export_log(logs[i], "-f xml", &xml))
            cr_skip_test("no evtxexport, or no real data");
        memset(counts, 0, sizeof(counts));
        count_exported(&xml, counts, &all);
        load(logs[i]);
        cr_expect_eq(all_events(), all + (strcmp(logs[i], CUT) == 0 ? 89 : 0), "%s", logs[i]);
        for (unsigned n = 0; n < 65536 && strcmp(logs[i], CUT) != 0; n++) {
            snprintf(id, sizeof(id), "%u", n);
            cr_expect_eq(counted(id), counts[n], "%s: %s", logs[i], id);
        }
        ac_buf_free(&xml);
    }
}

/* The block of one event in evtxexport's text. */
static bool find_block(const struct ac_buf *text, int64_t number, struct ac_buf *ret)
{
    char head[64];
    const char *at, *next;

    snprintf(head, sizeof(head), "Event number\t\t\t: %lld\n", (long long)number);
    at = strstr(ac_buf_text(text), head);
    if (!at)
        return false;
    next = strstr(at + 1, "\nEvent number\t");
    ac_buf_add(ret, at, next ? (size_t)(next - at) + 1 : strlen(at));
    return true;
}

static size_t compare_values(const struct ac_record *r, const struct ac_buf *text, const char *log)
{
    const json_t *data = ac_record_get_json(r, "data");
    struct ac_buf block = {0}, line = {0};
    struct ac_filetime time;
    size_t compared = 0;

    cr_assert(find_block(text, ac_record_get_int(r, "record_number"), &block), "%s %lld", log,
              (long long)ac_record_get_int(r, "record_number"));
    for (size_t i = 0; i < json_array_size(data); i++) {
        const json_t *item = json_array_get(data, i);
        const char *name = json_string_value(json_object_get(item, "name")),
                   *value = json_string_value(json_object_get(item, "value"));

        /* evtxexport shows Binary as data, and what has line ends over several lines */
        if (!*value || strpbrk(value, "\r\n") || (name && strcmp(name, "Binary") == 0))
            continue;
        ac_buf_clear(&line);
        if (ac_time_parse(value, &time)) /* evtxexport has nine digits of the second */
            ac_buf_addf(&line, ": %.*s", (int)strlen(value) - 1, value);
        else if (strncmp(value, "0x", 2) == 0) /* it fills the digits up with zeros */
            ac_buf_addf(&line, "%s\n", value + 2);
        else
            ac_buf_addf(&line, ": %s\n", value);
        cr_expect(strstr(ac_buf_text(&block), ac_buf_text(&line)), "%s %lld: %s", log,
                  (long long)ac_record_get_int(r, "record_number"), value);
        compared++;
    }
    ac_buf_free(&block);
    ac_buf_free(&line);
    return compared;
}

Test(evtx_real, values_of_evtxexport)
{
    static const char *const same_numbers[] = {
        "evtx/omerbenamram-system.evtx", HOST "System.evtx",
        HOST "Microsoft-Windows-Windows Defender%4Operational.evtx",
        HOST "Microsoft-Windows-Sysmon%4Operational.evtx"};
    size_t compared = 0;

    for (size_t i = 0; i < sizeof(same_numbers) / sizeof(same_numbers[0]); i++) {
        struct ac_buf text = {0};

        if (!export_log(same_numbers[i], "", &text))
            cr_skip_test("no evtxexport, or no real data");
        load(same_numbers[i]);
        for (size_t k = 0; k < out.n; k++) {
            if (ac_record_kind(out.items[k]) == AC_KIND_EVENT &&
                !ac_record_get_bool(out.items[k], "recovered"))
                compared += compare_values(out.items[k], &text, same_numbers[i]);
        }
        ac_buf_free(&text);
    }
    cr_expect_gt(compared, 10000, "%zu", compared);
}

/* ---- what the logs tell */

static const struct ac_record *find_event(const char *field, const char *value)
{
    const struct ac_record *r = fx_find(&out, AC_KIND_EVENT, field, value);

    cr_assert(r, "%s = %s", field, value);
    return r;
}

/* What evtxexport shows of these logs, and the README of the host. */
Test(evtx_real, fields)
{
    const struct ac_record *r;
    size_t psexec = 0;

    load(HOST "System.evtx");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    for (size_t i = 0; i < out.n; i++)
        psexec += ac_record_kind(out.items[i]) == AC_KIND_EVENT &&
                  ac_record_get_int(out.items[i], "event_id") == 7045 &&
                  strcmp(ac_record_get(out.items[i], "command"), "%SystemRoot%\\PSEXESVC.EXE") == 0;
    cr_expect_eq(psexec, 7, "%zu", psexec);
    cr_expect(fx_find(&out, AC_KIND_SYSTEM, "former_computer_name", "WIN-C89CFTIHC0I"));
    load("evtx/attack/temp_scheduled_task_4698_4699.evtx");
    r = find_event("task", "\\CYAlyNSS");
    cr_expect_str_eq(ac_record_get(r, "account"), "EXAMPLE\\Administrator");
    cr_expect(strstr(ac_record_get(r, "command"), "cmd.exe /C"));
    load("evtx/velociraptor-TaskScheduler.evtx");
    r = find_event("task", "\\T1053_005_OnLogon");
    cr_expect_str_eq(ac_record_get(r, "account"), "RE-DEV\\yolo");
    cr_expect_str_eq(ac_record_get(r, "time"), "2021-01-27T11:40:14.7279671Z");
    load("evtx/attack/DE_104_system_log_cleared.evtx");
    r = find_event("cleared_log", "System");
    cr_expect_str_neq(ac_record_get(r, "account"), "");
    load("evtx/attack/exec_emotet_ps_4104.evtx");
    cr_expect_str_neq(ac_record_get(fx_nth(&out, AC_KIND_EVENT, 0), "script"), "");
}

/* Left behind by the program that wrote the log, and not damaged: every field of it as it was. */
Test(evtx_real, recovered)
{
    const struct ac_record *r;
    size_t recovered = 0;

    load("evtx/attack/persistence_SilentProcessExit_ImageHijack_sysmon_13_1.evtx");
    for (size_t i = 0; i < out.n; i++) {
        r = out.items[i];
        if (!ac_record_get_bool(r, "recovered"))
            continue;
        recovered++;
        cr_expect_str_eq(ac_record_prov(r, "state"), "deleted");
        cr_expect_str_eq(ac_record_get(r, "provider"), "Microsoft-Windows-Bits-Client");
        cr_expect_str_eq(ac_record_get(r, "computer"), "IEWIN7");
    }
    cr_expect_eq(recovered, 30, "%zu: 3, 59 and 60 of BITS", recovered);
}

/* Two chunks without their header, events destroyed in others: all told, nothing invented. */
Test(evtx_real, damaged)
{
    load("evtx/omerbenamram-sample_with_a_bad_chunk_magic.evtx");
    cr_expect_eq(all_events(), 267);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 8);
    cr_expect(fx_find(&out, AC_KIND_PROBLEM, "what", "a chunk has no signature (ElfChnk)"));
    load(CUT);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 2);
}
