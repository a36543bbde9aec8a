/* The question of 25 April 2021: every row of its decision table; and what law enforcement and security software left. */
#include "fixture.h"

#include "assess/assess.h"
#include "assess/uninstaller.h"
#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define DLL "Users/user1/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi"
#define COMMAND                                                                                    \
    "C:\\Windows\\SysWOW64\\rundll32.exe "                                                         \
    "\"C:\\Users\\user1\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi\",Control_RunDLL"

static struct fx_records all;
static struct ac_assessment result;
static struct ac_uninstaller_answers answers;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
}

static void end(void)
{
    ac_uninstaller_free(&answers);
    ac_assessment_free(&result);
    fx_records_free(&all);
}

TestSuite(uninstaller, .init = begin, .fini = end);

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);
    char id[24];

    snprintf(id, sizeof(id), "R-%06zu", all.n + 1);
    ac_record_set_id(r, id);
    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    ac_record_prov_textz(r, "state", "live");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static void moment(enum ac_kind kind, const char *field, const char *time)
{
    ac_record_time(add(kind), field, (struct ac_filetime){fx_time(time)});
}

/* Windows of 2019 in Tokyo, of which everything was read, last used then. */
static void computer(const char *last_used)
{
    static const char *const hives[] = {"SYSTEM", "SOFTWARE", "NTUSER.DAT"};
    json_t *rules = json_object();
    struct ac_record *r;

    ac_json_int(rules, "bias", -540);
    ac_record_object(add(AC_KIND_SYSTEM), "zone_rules", rules);
    moment(AC_KIND_SYSTEM, "installed", "2019-04-02T07:00:00Z");
    moment(AC_KIND_EXECUTION, "last_run", "2020-06-01T00:00:00Z");
    moment(AC_KIND_SYSTEM, "last_shutdown", last_used);
    for (size_t i = 0; i < 3; i++) {
        r = add(AC_KIND_SOURCE);
        ac_record_textz(r, "source", "hive");
        ac_record_textz(r, "name", hives[i]);
        ac_record_bool(r, "present", true);
        ac_record_textz(r, "read", "complete");
    }
    /* images have this row */
    add(AC_KIND_INTEGRITY);
}

static struct ac_record *library(const char *export_name)
{
    struct ac_record *r = add(AC_KIND_FILE);
    json_t *pe = json_object();

    ac_json_textz(pe, "export_name", export_name);
    ac_json_bool(pe, "dll", true);
    ac_record_object(r, "pe", pe);
    ac_record_textz(r, "path", DLL);
    ac_record_textz(r, "name", "ialkquzoobki.czi");
    ac_record_textz(r, "magic", "4d5a");
    return r;
}

static struct ac_record *run_value(const char *target_state)
{
    struct ac_record *r = add(AC_KIND_AUTOSTART);

    ac_record_textz(r, "location", "HKU\\user1\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
    ac_record_textz(r, "name", "ialkquzoobki.czi");
    ac_record_textz(r, "mechanism", "run");
    ac_record_textz(r, "command", COMMAND);
    ac_record_int(r, "value_type", 1);
    ac_record_textz(r, "target", DLL);
    ac_record_textz(r, "target_state", target_state);
    return r;
}

static void deleted_value(const char *target_state)
{
    ac_record_prov_textz(run_value(target_state), "state", "deleted");
}

static const struct ac_uninstaller_answer *ask(void)
{
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    cr_assert_eq(ac_uninstaller_ask(&result, &answers), AC_OK);
    cr_assert_eq(answers.n, 1);
    return &answers.items[0];
}

static void expect(enum ac_uninstaller_verdict want)
{
    const struct ac_uninstaller_answer *x = ask();

    cr_expect_eq(x->verdict, want, "%s", ac_uninstaller_word(x->verdict));
}

#define BEFORE "2021-03-01T10:00:00Z"
#define AFTER "2021-05-01T10:00:00Z"

Test(uninstaller, module_without_autostart_used_after_the_day)
{
    computer(AFTER);
    library("EmotetLoader.dll");
    expect(AC_UNINSTALLER_CLEANED);
    cr_expect_eq(answers.items[0].n_records, 1);
    cr_expect_eq(answers.items[0].installed.ticks, fx_time("2019-04-02T07:00:00Z"));
    cr_expect_eq(answers.items[0].first_trace.ticks, fx_time("2020-06-01T00:00:00Z"));
    cr_expect_eq(answers.items[0].last_trace.ticks, fx_time(AFTER));
}

Test(uninstaller, a_deleted_autostart_is_none)
{
    computer(AFTER);
    library("EmotetLoader.dll");
    deleted_value("exists");
    expect(AC_UNINSTALLER_CLEANED);
}

/* Noon in Tokyo is 03:00 UTC. */
Test(uninstaller, the_day_is_that_of_the_computers_own_clock)
{
    computer("2021-04-25T03:00:00Z");
    library("EmotetLoader.dll");
    expect(AC_UNINSTALLER_CLEANED);
}

Test(uninstaller, a_second_before_it_was_not_due)
{
    computer("2021-04-25T02:59:59Z");
    library("EmotetLoader.dll");
    expect(AC_UNINSTALLER_NOT_YET);
}

Test(uninstaller, module_with_its_autostart)
{
    computer(AFTER);
    library("EmotetLoader.dll");
    run_value("exists");
    expect(AC_UNINSTALLER_NOT_RUN);
}

Test(uninstaller, emotet_still_configured)
{
    computer(AFTER);
    library("demo.dll");
    run_value("exists");
    expect(AC_UNINSTALLER_NOT_HERE);
}

Test(uninstaller, emotet_still_configured_and_the_computer_not_used)
{
    computer(BEFORE);
    library("demo.dll");
    run_value("exists");
    expect(AC_UNINSTALLER_NO_OCCASION);
}

Test(uninstaller, the_file_without_its_autostart)
{
    computer(AFTER);
    library("demo.dll");
    deleted_value("exists");
    expect(AC_UNINSTALLER_OTHERWISE);
}

/* A hive that could hold the autostart was not read to its end: nobody can say that none leads to the module. */
Test(uninstaller, no_autostart_in_what_was_read_only)
{
    static const char *const exports[] = {"EmotetLoader.dll", "demo.dll"};

    for (size_t i = 0; i < 2; i++) {
        struct ac_record *r;

        computer(AFTER);
        library(exports[i]);
        deleted_value("exists");
        r = add(AC_KIND_SOURCE);
        ac_record_textz(r, "source", "hive");
        ac_record_textz(r, "name", "NTUSER.DAT");
        ac_record_bool(r, "present", true);
        ac_record_textz(r, "read", "partial");
        expect(AC_UNINSTALLER_OPEN);
        end();
        begin();
    }
}

/* Of a folder of collected files nobody knows whether the file is still there. */
Test(uninstaller, a_file_that_was_not_collected_is_not_gone)
{
    computer(AFTER);
    deleted_value("not collected");
    expect(AC_UNINSTALLER_OPEN);
}

Test(uninstaller, traces_of_a_file_that_is_gone)
{
    computer(AFTER);
    deleted_value("absent");
    expect(AC_UNINSTALLER_TRACES);
}

Test(uninstaller, nothing_in_what_was_read_completely)
{
    computer(AFTER);
    expect(AC_UNINSTALLER_NO_TRACE);
    cr_expect_eq(answers.items[0].n_records, 0);
}

Test(uninstaller, nothing_but_not_all_was_read)
{
    computer(AFTER);
    add(AC_KIND_PROBLEM);
    expect(AC_UNINSTALLER_UNDECIDED);
}

Test(uninstaller, a_later_windows)
{
    moment(AC_KIND_SYSTEM, "installed", "2022-01-01T00:00:00Z");
    expect(AC_UNINSTALLER_LATER_WINDOWS);
}

/* A decisive finding of E5: random library in a random folder started by regsvr32. */
Test(uninstaller, a_form_of_another_time)
{
    computer(AFTER);
    ac_record_textz(run_value("exists"), "command",
                    "C:\\Windows\\system32\\regsvr32.exe "
                    "\"C:\\Users\\user1\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi\"");
    expect(AC_UNINSTALLER_OTHER_TIME);
}

Test(uninstaller, each_verdict_has_its_word_and_sentence)
{
    for (int v = AC_UNINSTALLER_CLEANED; v <= AC_UNINSTALLER_UNDECIDED; v++) {
        cr_expect_gt(strlen(ac_uninstaller_word((enum ac_uninstaller_verdict)v)), 4);
        cr_expect_gt(strlen(ac_uninstaller_sentence((enum ac_uninstaller_verdict)v)), 40);
    }
}

Test(uninstaller, no_memory_is_an_error)
{
    computer(AFTER);
    library("EmotetLoader.dll");
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    for (unsigned long i = 1; i < 200; i++) {
        enum ac_rc rc;

        ac_alloc_fail_at(i);
        rc = ac_uninstaller_ask(&result, &answers);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM);
        ac_uninstaller_free(&answers);
    }
}

/* ---- the rules */

static const struct ac_finding *finding(const char *rule)
{
    for (size_t i = 0; i < result.n_findings; i++) {
        if (strcmp(result.findings[i]->rule->id, rule) == 0)
            return result.findings[i];
    }
    return NULL;
}

Test(uninstaller, the_module_is_decisive_for_emotet_and_named_for_itself)
{
    library("EmotetLoader.dll");
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    cr_assert_not_null(finding("EMO-LEA"));
    cr_expect_eq(finding("EMO-LEA")->strength, AC_DECISIVE);
    cr_assert_not_null(finding("LEA-EMOTET"));
    cr_expect_str_eq(finding("LEA-EMOTET")->rule->family, "law-enforcement-uninstaller");
}

Test(uninstaller, near_misses_of_the_module)
{
    library("emotetloader.dll2");
    library("EmotetLoader");
    library("");
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    cr_expect_null(finding("EMO-LEA"));
    cr_expect_null(finding("LEA-EMOTET"));
}

Test(uninstaller, detections_that_name_a_family)
{
    static const struct {
        const char *threat;
        bool named;
    } threats[] = {
        {"Trojan:Win32/Emotet.PDE!MTB", true}, {"TrojanDownloader:O97M/Emotet!rfn", true},
        {"Backdoor:Win32/Qakbot", true},       {"TrojanSpy:Win32/Ursnif.gen!K", true},
        {"Trojan:Win32/TRICKBOT.B", true},     {"Trojan:Win32/Zloader.A", true},
        {"Trojan:Win32/Wacatac.B!ml", false},  {"HackTool:Win32/AntiEmotetTool", false},
        {"Trojan:Win32/Emotetlike", false},    {"", false},
    };

    for (size_t i = 0; i < sizeof(threats) / sizeof(threats[0]); i++) {
        struct ac_record *r = add(AC_KIND_DETECTION);

        ac_record_textz(r, "threat", threats[i].threat);
        cr_assert_eq(ac_assess(&r, 1, &result, NULL), AC_OK);
        cr_expect_eq(finding("AVD-NAMED") != NULL, threats[i].named, "%s", threats[i].threat);
        ac_assessment_free(&result);
        result = (struct ac_assessment){.n_records = 0};
    }
}
