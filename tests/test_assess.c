/* Rules, three-valued checks and conclusions, over records made by hand: positives, near misses, look-alikes. */
#include "fixture.h"

#include "assess/assess.h"
#include "assess/conclude.h"
#include "assess/executions.h"
#include "assess/facts.h"
#include "base/alloc.h"
#include "base/set.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct fx_records all;
static struct ac_assessment result;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
}

static void end(void)
{
    ac_assessment_free(&result);
    fx_records_free(&all);
}

TestSuite(assess, .init = begin, .fini = end);

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);
    char id[24];

    snprintf(id, sizeof(id), "R-%06zu", all.n + 1);
    ac_record_set_id(r, id);
    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static struct ac_record *source(const char *word, const char *name, const char *read)
{
    struct ac_record *r = add(AC_KIND_SOURCE);

    ac_record_textz(r, "source", word);
    ac_record_textz(r, "name", name);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", read);
    return r;
}

/* Everything that any rule needs, read completely; the volume has the serial number E42F18A6. */
static void complete_sources(void)
{
    struct ac_record *r = add(AC_KIND_SYSTEM);
    json_t *serial = json_object();

    ac_json_textz(serial, "serial", "E42F18A6");
    ac_record_add_object(r, "volume_serials", serial);
    source("mft", "p1: NTFS", "complete");
    source("hive", "Windows/System32/config/SYSTEM", "complete");
    source("hive", "Windows/System32/config/SOFTWARE", "complete");
    source("hive", "Users/user1/NTUSER.DAT", "complete");
    source("task", "Windows/System32/Tasks", "complete");
    source("prefetch", "Windows/Prefetch", "complete");
    source("event-log", "Windows/System32/winevt/Logs/Security.evtx", "complete");
    source("event-log", "Windows/System32/winevt/Logs/System.evtx", "complete");
}

static struct ac_record *autostart(const char *name, const char *command, const char *target,
                                   const char *state)
{
    struct ac_record *r = add(AC_KIND_AUTOSTART);

    ac_record_textz(r, "location", "HKU\\user1\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
    ac_record_textz(r, "name", name);
    ac_record_textz(r, "command", command);
    ac_record_int(r, "value_type", 1);
    ac_record_textz(r, "user", "user1");
    ac_record_textz(r, "mechanism", "run");
    ac_record_textz(r, "target", target);
    ac_record_textz(r, "target_state", state);
    ac_record_bool(r, "user_writable", strncmp(target, "Users/", 6) == 0);
    return r;
}

static struct ac_record *service(const char *name, const char *command, const char *target)
{
    struct ac_record *r = autostart(name, command, target, "exists");

    ac_record_textz(r, "location", "HKLM\\SYSTEM\\ControlSet001\\Services");
    ac_record_textz(r, "mechanism", "service");
    return r;
}

static struct ac_record *file(const char *path, int64_t size, const char *magic)
{
    struct ac_record *r = add(AC_KIND_FILE);
    struct ac_str name = ac_last_component(path);

    ac_record_textz(r, "path", path);
    ac_record_text(r, "name", name);
    ac_record_int(r, "size", size);
    ac_record_textz(r, "magic", magic);
    return r;
}

static void listing(const char *path, const char *role, const char *const *names, int64_t size)
{
    struct ac_record *r = add(AC_KIND_LISTING);

    ac_record_textz(r, "path", path);
    ac_record_textz(r, "role", role);
    ac_record_empty(r, "entries");
    for (; *names; names++) {
        json_t *e = json_object();

        ac_json_textz(e, "name", *names);
        ac_json_int(e, "size", size);
        ac_record_add_object(r, "entries", e);
    }
}

static void system32(void)
{
    static const char *const names[] = {"mstask.dll", "subst.exe", "SyncHost.dll", "notepad.exe",
                                        NULL};

    listing("Windows/System32", "system32", names, 20480);
}

static struct ac_record *prefetch(const char *program, const char *loaded)
{
    struct ac_record *r = add(AC_KIND_EXECUTION);

    ac_record_textz(r, "artefact", "prefetch");
    ac_record_textz(r, "program", program);
    ac_record_int(r, "run_count", 3);
    ac_record_add_text(r, "files", ac_str_of(loaded));
    return r;
}

static struct ac_record *trace(const char *artefact, const char *program, const char *path)
{
    struct ac_record *r = add(AC_KIND_EXECUTION);

    ac_record_textz(r, "artefact", artefact);
    ac_record_textz(r, "program", program);
    ac_record_textz(r, "program_path", path);
    return r;
}

static void explorer_value(const char *name, int64_t type, const char *hex)
{
    struct ac_record *r = add(AC_KIND_VALUE);

    ac_record_textz(r, "path", "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer");
    ac_record_textz(r, "name", name);
    ac_record_int(r, "type", type);
    ac_record_textz(r, "data", hex);
    ac_record_prov_textz(r, "key",
                         "HKU\\user1\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer");
}

static void assess(void)
{
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
}

static const struct ac_finding *found(const char *rule)
{
    for (size_t i = 0; i < result.n_findings; i++) {
        if (strcmp(result.findings[i]->rule->id, rule) == 0)
            return result.findings[i];
    }
    return NULL;
}

static enum ac_result check(const char *rule)
{
    for (size_t i = 0; i < result.n_checks; i++) {
        if (strcmp(result.checks[i].rule->id, rule) == 0)
            return result.checks[i].result;
    }
    cr_assert_fail("no check of %s", rule);
    return AC_RESULT_FOUND;
}

static const char *scale(const char *family)
{
    for (size_t i = 0; i < result.n_conclusions; i++) {
        if (strcmp(result.conclusions[i].family, family) == 0)
            return ac_scale_name(result.conclusions[i].scale);
    }
    return "none";
}

/* ---- checks */

Test(assess, nothing_found_over_complete_sources_is_not_found)
{
    complete_sources();
    assess();
    cr_expect_eq(result.n_findings, 0);
    for (size_t i = 0; i < result.n_checks; i++)
        cr_expect_eq(result.checks[i].result, AC_RESULT_NOT_FOUND, "%s", result.checks[i].rule->id);
    cr_expect_str_eq(scale("emotet"), "S0");
    cr_expect_str_eq(scale("ursnif"), "S0");
    cr_expect_eq(ac_assessment_status(&result), 0);
}

Test(assess, nothing_found_over_a_partial_hive_is_not_examined)
{
    complete_sources();
    source("hive", "Users/user2/NTUSER.DAT", "partial");
    assess();
    cr_expect_eq(check("EMO-V2"), AC_RESULT_NOT_EXAMINED);
    cr_expect_eq(check("EMO-V5"), AC_RESULT_NOT_FOUND, "needs no hive");
    cr_expect_str_eq(scale("emotet"), "SX");
    cr_expect_eq(ac_assessment_status(&result), 2);
}

Test(assess, no_record_at_all_is_not_examined)
{
    assess();
    for (size_t i = 0; i < result.n_checks; i++)
        cr_expect_eq(result.checks[i].result, AC_RESULT_NOT_EXAMINED, "%s",
                     result.checks[i].rule->id);
    cr_expect_eq(ac_assessment_status(&result), 2);
}

Test(assess, a_problem_alone_makes_the_examination_incomplete)
{
    complete_sources();
    ac_record_textz(add(AC_KIND_PROBLEM), "what", "x");
    assess();
    cr_expect_eq(ac_assessment_status(&result), 2);
}

Test(assess, shadow_copies_alone_do_not)
{
    complete_sources();
    source("shadow-copies", "p1: NTFS", "no");
    assess();
    cr_expect_eq(ac_assessment_status(&result), 0);
}

Test(assess, a_hash_that_differs_makes_it_incomplete)
{
    struct ac_record *r;
    json_t *hash = json_object();

    complete_sources();
    r = add(AC_KIND_INTEGRITY);
    ac_record_textz(r, "segment_state", "complete");
    ac_json_textz(hash, "result", "MISMATCH");
    ac_record_add_object(r, "hashes", hash);
    assess();
    cr_expect(result.verification_failed);
    cr_expect_eq(ac_assessment_status(&result), 2);
}

/* ---- v1 */

Test(assess, v1_needs_the_serial_of_this_volume)
{
    complete_sources();
    autostart("bidptr", "\"C:\\Users\\user1\\AppData\\Local\\bidptr\\bidptr.exe\"",
              "Users/user1/AppData/Local/bidptr/bidptr.exe", "exists");
    file("Users/user1/AppData/Local/bidptr/bidptr.exe", 16384, "4d5a");
    prefetch("BIDPTR.EXE", "\\VOLUME{1}\\USERS\\USER1\\APPDATA\\LOCAL\\BIDPTR\\BIDPTR.EXE");
    assess();
    cr_assert_not_null(found("EMO-V1"));
    cr_expect_eq(found("EMO-V1")->strength, AC_STRONG);
    cr_expect_eq(found("EMO-V1")->n_records, 4,
                 "autostart, file, prefetch, and the serial's record");
    cr_expect_str_eq(scale("emotet"), "S3");
    cr_expect_eq(ac_assessment_status(&result), 1);
}

Test(assess, v1_near_miss_is_a_word_pair_only)
{
    complete_sources();
    autostart("wmpclr", "\"C:\\Users\\user1\\AppData\\Local\\wmpclr\\wmpclr.exe\"",
              "Users/user1/AppData/Local/wmpclr/wmpclr.exe", "exists");
    assess();
    cr_expect_null(found("EMO-V1"));
    cr_assert_not_null(found("EMO-E1"));
    cr_expect_eq(found("EMO-E1")->strength, AC_SUPPORTING);
    cr_expect_str_eq(scale("emotet"), "S1");
}

Test(assess, v1_look_alike_is_only_listed)
{
    complete_sources();
    autostart("OneDrive",
              "\"C:\\Users\\user1\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe\" /background",
              "Users/user1/AppData/Local/Microsoft/OneDrive/OneDrive.exe", "exists");
    assess();
    cr_expect_eq(result.n_findings, 1);
    cr_expect_eq(found("GEN-AUTO")->strength, AC_LISTED);
    cr_expect_eq(ac_assessment_status(&result), 0);
}

/* ---- cleared event logs */

static struct ac_record *event(const char *log, const char *provider, int id)
{
    struct ac_record *r = add(AC_KIND_EVENT);

    ac_record_textz(r, "log", log);
    ac_record_textz(r, "provider", provider);
    ac_record_int(r, "event_id", id);
    ac_record_textz(r, "cleared_log", log);
    ac_record_time(r, "time", (struct ac_filetime){fx_time("2021-03-04T05:06:07Z")});
    return r;
}

Test(assess, cleared_logs_are_listed)
{
    complete_sources();
    ac_record_textz(event("Security", "Microsoft-Windows-Eventlog", 1102), "account",
                    "LAPTOP-01\\user1");
    event("Application", "Microsoft-Windows-Eventlog", 104);
    event("Security", "Security", 517);
    assess();
    cr_assert_eq(result.n_findings, 3);
    cr_expect_str_eq(result.findings[0]->rule->id, "GEN-LOGCLEAR");
    cr_expect_eq(result.findings[0]->strength, AC_LISTED);
    cr_expect_str_eq(result.findings[0]->summary.args[0], "Security");
    cr_expect_str_eq(result.findings[0]->summary.args[1], "2021-03-04T05:06:07Z");
    cr_expect_str_eq(result.findings[0]->summary.args[2], "LAPTOP-01\\user1");
    cr_expect_eq(result.findings[1]->summary.n, 2);
    cr_expect_eq(ac_assessment_status(&result), 0, "listed findings are no residue of a family");
}

/* The same numbers of other providers mean something else. */
Test(assess, cleared_logs_near_misses)
{
    complete_sources();
    event("Application", "Some program", 104);
    event("Application", "Some program", 1102);
    event("System", "Microsoft-Windows-Eventlog", 1100);
    event("Security", "Microsoft-Windows-Eventlog", 517);
    assess();
    cr_expect_eq(result.n_findings, 0);
    cr_expect_eq(check("GEN-LOGCLEAR"), AC_RESULT_NOT_FOUND);
}

/* Without both logs it is not said that none was cleared. */
Test(assess, cleared_logs_need_the_logs)
{
    complete_sources();
    for (size_t i = 0; i < all.n; i++) {
        if (strcmp(ac_record_get(all.items[i], "name"),
                   "Windows/System32/winevt/Logs/System.evtx") == 0)
            ac_record_textz(all.items[i], "read", "partial");
    }
    assess();
    cr_expect_eq(check("GEN-LOGCLEAR"), AC_RESULT_NOT_EXAMINED);
    cr_expect_eq(check("EMO-V1"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(ac_assessment_status(&result), 2);
}

Test(assess, event_logs_are_a_source_type_of_their_own)
{
    cr_expect_eq(ac_source_type_of(event("System", "EventLog", 6005)), AC_SOURCE_EVENTS);
}

Test(assess, v1_of_emocheck_only_says_so)
{
    struct ac_record *r = add(AC_KIND_SYSTEM);
    json_t *serial = json_object();

    ac_json_textz(serial, "serial", "00000001");
    ac_record_add_object(r, "volume_serials", serial);
    file("Users/user1/AppData/Local/uckelem.exe", 16384, "4d5a");
    assess();
    cr_assert_not_null(found("EMO-V1"));
    cr_expect(strstr(found("EMO-V1")->summary.msgid, "EmoCheck"));
}

Test(assess, v1_takes_serials_from_prefetch_too)
{
    struct ac_record *r = prefetch("NOTEPAD.EXE", "\\X");
    json_t *volume = json_object();

    ac_json_textz(volume, "serial", "DEADBEEF");
    ac_record_add_object(r, "volumes", volume);
    file("Windows/SysWOW64/etwwce.exe", 16384, "4d5a");
    assess();
    cr_expect_not_null(found("EMO-V1"));
}

/* ---- traces of programs other than prefetch */

Test(assess, only_some_execution_records_say_that_a_program_ran)
{
    static const struct {
        const char *artefact;
        bool ran;
    } cases[] = {{"prefetch", true},
                 {"bam", true},
                 {"dam", true},
                 {"shimcache", false},
                 {"amcache", false},
                 {"amcache-driver", false},
                 {"amcache-application", false},
                 {"recent-file-cache", false},
                 {"muicache", false},
                 {"compatibility-layer", false},
                 {"", false}};
    struct ac_record *r;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        r = trace(cases[i].artefact, "a.exe", "C:\\a.exe");
        cr_expect_eq(ac_proves_execution(r), cases[i].ran, "%s", cases[i].artefact);
        cr_expect_eq(ac_source_type_of(r),
                     cases[i].ran ? (unsigned)AC_SOURCE_EXECUTION : (unsigned)AC_SOURCE_FILES, "%s",
                     cases[i].artefact);
    }
    r = trace("shimcache", "a.exe", "C:\\a.exe");
    ac_record_bool(r, "executed_flag", true);
    cr_expect_not(ac_proves_execution(r), "the flag alone is none");
    r = trace("userassist", "a.exe", "C:\\a.exe");
    cr_expect_not(ac_proves_execution(r), "it only had the focus");
    ac_record_int(r, "run_count", 1);
    cr_expect(ac_proves_execution(r));
    cr_expect_not(ac_proves_execution(autostart("a", "b", "c", "exists")));
}

/* A decisive finding whose only other record is such a trace. */
static const char *scale_of_name_with(const char *artefact, const char *path)
{
    complete_sources();
    file("Users/user1/AppData/Local/bidptr/bidptr.exe", 16384, "4d5a");
    trace(artefact, "bidptr.exe", path);
    assess();
    cr_assert_not_null(found("EMO-V1"));
    return scale("emotet");
}

Test(assess, a_list_of_files_is_no_second_source_beside_the_file)
{
    cr_expect_str_eq(scale_of_name_with("shimcache", "\\??\\C:\\Users\\user1\\AppData\\Local\\"
                                                     "bidptr\\bidptr.exe"),
                     "S2");
    cr_expect_eq(found("EMO-V1")->n_records, 3, "file, trace, and the serial's record");
}

Test(assess, a_run_that_bam_records_is)
{
    cr_expect_str_eq(scale_of_name_with("bam", "\\Device\\HarddiskVolume2\\Users\\user1\\AppData\\"
                                               "Local\\bidptr\\bidptr.exe"),
                     "S3");
}

Test(assess, a_name_elsewhere_is_none)
{
    scale_of_name_with("amcache", "c:\\program files\\bidptr\\bidptr.exe");
    cr_expect_eq(found("EMO-V1")->n_records, 2, "file, and the serial's record");
}

Test(assess, executions_are_taken_of_bam_and_not_of_shimcache)
{
    struct ac_finding f = {.user = "", .generation = "", .subject = ""};
    size_t n = 0;
    const struct ac_record *of = trace("prefetch", "X.EXE", "\\X.EXE");

    prefetch("A.EXE", "\\VOLUME{1}\\ONE\\A.EXE");
    trace("bam", "a.exe", "\\Device\\HarddiskVolume1\\one\\a.exe");
    trace("bam", "a.exe", "\\Device\\HarddiskVolume1\\two\\a.exe");
    trace("shimcache", "a.exe", "C:\\one\\a.exe");
    assess();
    cr_assert_eq(ac_add_executions(&result, &f, of, AC_STR("one"), AC_STR("a.exe"), &n), AC_OK);
    cr_expect_eq(n, 2);
    cr_expect_eq(f.n_records, 2);
    ac_free(f.records);
}

/* ---- v2 */

Test(assess, v2_is_decisive_when_system32_has_the_name)
{
    complete_sources();
    system32();
    explorer_value("e42f18a6", 3, "cb6b5b85d573"); /* "mstask" ^ a6 18 2f e4 */
    assess();
    cr_assert_not_null(found("EMO-V2"));
    cr_expect_eq(found("EMO-V2")->strength, AC_DECISIVE);
    cr_expect_str_eq(found("EMO-V2")->summary.args[2], "mstask");
}

Test(assess, v2_near_misses)
{
    complete_sources();
    explorer_value("e42f18a6", 1, "cb6b5b85d573"); /* REG_SZ */
    explorer_value("e42f18a7", 3, "cb6b5b85d573"); /* another serial: listed */
    explorer_value("LogonCount", 3, "cb6b5b85");
    assess();
    cr_expect_eq(result.n_findings, 1);
    cr_expect_eq(found("EMO-V2")->strength, AC_LISTED);
    cr_expect_eq(ac_assessment_status(&result), 0);
}

Test(assess, v2_vaccine_is_its_own_conclusion)
{
    complete_sources();
    explorer_value("e42f18a6", 3, "");
    assess();
    cr_expect_null(found("EMO-V2"));
    cr_expect_not_null(found("VAC-EMO"));
    cr_expect_str_eq(scale("emotet"), "S0");
    cr_expect_str_neq(scale("vaccine"), "none");
}

/* ---- v3 */

Test(assess, v3_with_its_run_value)
{
    complete_sources();
    system32();
    file("Users/user1/AppData/Local/SyncHost/subst.exe", 30000, "4d5a");
    autostart("subst", "C:\\Users\\user1\\AppData\\Local\\SyncHost\\subst.exe",
              "Users/user1/AppData/Local/SyncHost/subst.exe", "exists");
    assess();
    cr_assert_not_null(found("EMO-V3"));
    cr_expect_eq(found("EMO-V3")->n_records, 2);
    cr_expect_str_eq(scale("emotet"), "S3");
}

Test(assess, v3_near_misses)
{
    complete_sources();
    system32();
    file("Users/user1/AppData/Local/SyncHost/subst.exe", 9999, "4d5a");  /* too small */
    file("Users/user1/AppData/Local/mstask/notepad.exe", 20480, "4d5a"); /* System32's own size */
    file("Users/user1/AppData/Local/SyncHost/subst.EXE", 30000,
         "4d5a"); /* extension not lower-case */
    file("Users/user1/AppData/Local/synchost/subst.exe", 30000, "4d5a");   /* folder's case */
    file("Users/user1/AppData/Local/SyncHost/a/subst.exe", 30000, "4d5a"); /* two levels */
    assess();
    cr_expect_null(found("EMO-V3"));
}

/* ---- v4, and the regsvr32 era */

#define LIBRARY "Users/user1/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi"
#define LIBRARY_COMMAND                                                                            \
    "rundll32.exe "                                                                                \
    "\"C:\\Users\\user1\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi\",Control_RunDLL"

Test(assess, v4_strong_alone_decisive_with_prefetch)
{
    complete_sources();
    autostart("ialkquzoobki.czi", LIBRARY_COMMAND, LIBRARY, "exists");
    file(LIBRARY, 14336, "4d5a");
    assess();
    cr_assert_not_null(found("EMO-V4"));
    cr_expect_eq(found("EMO-V4")->strength, AC_STRONG);
    ac_assessment_free(&result);
    prefetch("RUNDLL32.EXE",
             "\\VOLUME{1}\\USERS\\USER1\\APPDATA\\LOCAL\\CKNINFWZSIY\\IALKQUZOOBKI.CZI");
    assess();
    cr_expect_eq(found("EMO-V4")->strength, AC_DECISIVE);
    cr_expect_str_eq(scale("emotet"), "S4");
}

Test(assess, v4_with_its_file_gone_is_residue)
{
    complete_sources();
    autostart("ialkquzoobki.czi", LIBRARY_COMMAND, LIBRARY, "absent");
    assess();
    cr_assert_not_null(found("EMO-V4"));
    cr_expect(strstr(found("EMO-V4")->summary.msgid, "target absent"));
}

Test(assess, v4_service_below_system32_is_decisive)
{
    complete_sources();
    service("eghzehtntk.eqo",
            "rundll32.exe C:\\Windows\\SysWOW64\\Eayrivwu\\eghzehtntk.eqo,zWEeAQZvyy",
            "Windows/SysWOW64/Eayrivwu/eghzehtntk.eqo");
    assess();
    cr_assert_not_null(found("EMO-V4"));
    cr_expect_eq(found("EMO-V4")->strength, AC_DECISIVE);
}

static struct ac_record *emotet_service(void)
{
    return service("eghzehtntk.eqo",
                   "rundll32.exe C:\\Windows\\SysWOW64\\Eayrivwu\\eghzehtntk.eqo,zWEeAQZvyy",
                   "Windows/SysWOW64/Eayrivwu/eghzehtntk.eqo");
}

static unsigned findings_of(const char *rule)
{
    unsigned n = 0;

    for (size_t i = 0; i < result.n_findings; i++)
        n += strcmp(result.findings[i]->rule->id, rule) == 0;
    return n;
}

Test(assess, the_same_service_in_other_control_sets_and_backups_is_one_finding)
{
    complete_sources();
    ac_record_textz(emotet_service(), "control_set", "ControlSet002"); /* copies may come first */
    emotet_service();
    ac_record_prov_textz(emotet_service(), "state", "snapshot");
    service("eghzehtnta.eqa",
            "rundll32.exe C:\\Windows\\SysWOW64\\Eayrivwv\\eghzehtnta.eqa,zWEeAQZvyy",
            "Windows/SysWOW64/Eayrivwv/eghzehtnta.eqa");
    assess();
    cr_assert_eq(findings_of("EMO-V4"), 2);
    cr_expect_eq(found("EMO-V4")->n_records, 3);
    cr_expect_str_eq(result.findings[0]->id, "F-001");
    cr_expect_str_eq(result.findings[1]->id, "F-002");
    cr_expect_str_eq(scale("emotet"), "S4");
}

Test(assess, a_service_in_an_unused_control_set_alone_is_no_configured_autostart)
{
    complete_sources();
    ac_record_textz(emotet_service(), "control_set", "ControlSet002");
    ac_record_prov_textz(emotet_service(), "state", "snapshot");
    assess();
    cr_assert_eq(findings_of("EMO-V4"), 1);
    cr_expect_str_neq(scale("emotet"), "S4");
    cr_expect(strstr(result.conclusions[0].statement.msgid, "presence only"));
}

Test(assess, regsvr32_forms_of_2022)
{
    static const struct {
        const char *command, *target;
    } v[] = {
        {"regsvr32.exe /s \"C:\\Windows\\SysWOW64\\Dolxj\\dbqzxtpwyl.bhn\"",
         "Windows/SysWOW64/Dolxj/dbqzxtpwyl.bhn"},
        {"regsvr32.exe C:\\Windows\\system32\\Vdhguolh\\cyskqyfz.wjz",
         "Windows/System32/Vdhguolh/cyskqyfz.wjz"},
        {"regsvr32.exe \"C:\\Windows\\system32\\QsznchRqcjKcPT\\dPusadEaxtdz.dll\"",
         "Windows/System32/QsznchRqcjKcPT/dPusadEaxtdz.dll"},
    };

    complete_sources();
    for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
        service("x", v[i].command, v[i].target);
    assess();
    cr_expect_eq(result.n_findings, 3);
    for (size_t i = 0; i < result.n_findings; i++)
        cr_expect_eq(result.findings[i]->strength, AC_DECISIVE, "%s", v[i].command);
}

Test(assess, v4_near_misses_and_look_alikes)
{
    struct ac_record *known;

    complete_sources();
    autostart("Logitech",
              "C:\\Windows\\system32\\rundll32.exe C:\\Windows\\System32\\LogiLDA.dll,LogiFetch",
              "Windows/System32/LogiLDA.dll", "exists");
    autostart("vendor", "rundll32.exe C:\\Program Files\\Vendor\\abcdefg.xyz,Start",
              "Program Files/Vendor/abcdefg.xyz", "exists");
    autostart("text", "notepad.exe C:\\Users\\user1\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi",
              LIBRARY, "exists");
    known = file("Users/user1/AppData/Local/Vendorname/helperlib.ocx", 20000, "4d5a");
    ac_record_bool(known, "folder_known", true);
    autostart("helperlib",
              "regsvr32.exe /s C:\\Users\\user1\\AppData\\Local\\Vendorname\\helperlib.ocx",
              "Users/user1/AppData/Local/Vendorname/helperlib.ocx", "exists");
    assess();
    for (size_t i = 0; i < result.n_findings; i++)
        cr_expect_leq(result.findings[i]->strength, AC_SUPPORTING, "%s",
                      result.findings[i]->summary.args[0]);
}

Test(assess, v4_file_that_is_no_program_is_none)
{
    complete_sources();
    autostart("ialkquzoobki.czi", LIBRARY_COMMAND, LIBRARY, "exists");
    file(LIBRARY, 14336, "504b");
    assess();
    cr_expect_null(found("EMO-V4"));
}

/* ---- v5 */

static struct ac_record *dated(const char *path, uint64_t gap, const char *magic)
{
    struct ac_record *r = file(path, 14336, magic);
    uint64_t folder = fx_time("2021-01-05T08:30:14.5Z");

    ac_record_time(r, "modified", (struct ac_filetime){folder - gap});
    ac_record_time(r, "parent_modified", (struct ac_filetime){folder});
    return r;
}

Test(assess, v5_strong_alone_decisive_with_a_name)
{
    complete_sources();
    dated("Users/user1/AppData/Local/Programs2/helper1.bin", 6048000000000, "4d5a");
    dated(LIBRARY, 6048002999999, "4d5a");
    assess();
    cr_assert_eq(result.n_findings >= 2, 1);
    for (size_t i = 0; i < result.n_findings; i++) {
        if (strcmp(result.findings[i]->rule->id, "EMO-V5") == 0)
            cr_expect_eq(result.findings[i]->strength,
                         strstr(result.findings[i]->subject, "helper1") ? AC_STRONG : AC_DECISIVE);
    }
}

Test(assess, v5_near_misses)
{
    complete_sources();
    dated("Users/user1/AppData/Local/Programs2/a.bin", 6048003000000, "4d5a");
    dated("Users/user1/AppData/Local/Programs2/b.bin", 6047996999999, "4d5a");
    dated("Users/user1/AppData/Local/Programs2/c.bin", 6048000000000, "504b");
    dated("Users/user1/AppData/Local/Programs2/d/e.bin", 6048000000000, "4d5a");
    dated("Users/user1/Documents/e/f.bin", 6048000000000, "4d5a");
    assess();
    cr_expect_null(found("EMO-V5"));
}

Test(assess, v5_by_the_index_entry_of_the_folder)
{
    struct ac_record *r;

    complete_sources();
    r = dated("Users/user1/AppData/Local/Programs2/a.bin", 77, "4d5a");
    ac_record_time(r, "parent_index_modified",
                   (struct ac_filetime){ac_record_get_time(r, "modified").ticks + 6048000000000});
    assess();
    cr_assert_not_null(found("EMO-V5"));
    cr_expect(strstr(found("EMO-V5")->summary.msgid, "$I30"));
}

Test(assess, v3_with_its_file_gone_is_residue)
{
    complete_sources();
    system32();
    autostart("subst", "C:\\Users\\user1\\AppData\\Local\\SyncHost\\subst.exe",
              "Users/user1/AppData/Local/SyncHost/subst.exe", "absent");
    autostart("x", "C:\\Users\\user1\\AppData\\Local\\Vendor\\subst.exe",
              "Users/user1/AppData/Local/Vendor/subst.exe", "absent");
    assess();
    cr_assert_not_null(found("EMO-V3"));
    cr_expect(strstr(found("EMO-V3")->summary.msgid, "target absent"));
    cr_expect_eq(found("EMO-V3")->strength, AC_STRONG);
}

Test(assess, word_pairs_of_2017)
{
    complete_sources();
    autostart("dcomevent",
              "\"C:\\Users\\user1\\AppData\\Local\\Microsoft\\Windows\\dcomevent.exe\"",
              "Users/user1/AppData/Local/Microsoft/Windows/dcomevent.exe", "exists");
    assess();
    cr_assert_not_null(found("EMO-E1"));
    cr_expect_null(found("EMO-V1"));
}

Test(assess, an_exercise_is_named_as_such)
{
    struct ac_record *r;

    complete_sources();
    r = autostart("blbdigital",
                  "rundll32.exe C:\\Users\\u\\Ygyhlqt\\Bx5jfmo\\R43H.dll,Control_RunDLL",
                  "Users/u/Ygyhlqt/Bx5jfmo/R43H.dll", "exists");
    ac_record_textz(r, "target_argument", "Control_RunDLL");
    assess();
    cr_expect_not_null(found("EMU-WS"));
    cr_expect_str_neq(scale("emulation"), "none");
    cr_expect_str_eq(scale("emotet"), "S0");
}

static void load(const char *program, const char *target)
{
    struct ac_record *r = add(AC_KIND_EXECUTION);

    ac_record_textz(r, "artefact", "prefetch-load");
    ac_record_textz(r, "program", program);
    ac_record_textz(r, "target", target);
    ac_record_textz(r, "target_state", "absent");
}

static struct ac_record *times(const char *path, const char *created, const char *named)
{
    struct ac_record *r = file(path, 14336, "4d5a");

    ac_record_time(r, "created", (struct ac_filetime){fx_time(created)});
    ac_record_time(r, "fn_created", (struct ac_filetime){fx_time(named)});
    return r;
}

Test(assess, a_program_older_than_its_name_is_listed)
{
    const char *early = "2019-01-01T00:00:00Z", *late = "2021-01-05T08:30:14.5Z";

    complete_sources();
    times("Users/user1/AppData/Local/a/a.exe", early, late);
    /* near misses: the other way round, within a minute, not writable, no program */
    times("Users/user1/AppData/Local/b/b.exe", late, early);
    times("Users/user1/AppData/Local/c/c.exe", "2021-01-05T08:29:14.6Z", late);
    times("Windows/System32/d.exe", early, late);
    ac_record_textz(times("Users/user1/AppData/Local/e/e.exe", early, late), "magic", "504b");
    assess();
    cr_assert_eq(findings_of("GEN-TIMES"), 1);
    cr_expect_eq(found("GEN-TIMES")->strength, AC_LISTED);
    cr_expect_str_eq(found("GEN-TIMES")->subject, "Users/user1/AppData/Local/a/a.exe");
}

Test(assess, what_loaders_read_is_listed_once)
{
    complete_sources();
    load("RUNDLL32.EXE", "Users/user1/AppData/Local/Temp/a.dat");
    load("RUNDLL32.EXE", "Users/user1/AppData/Local/Temp/a.dat");
    load("REGSVR32.EXE", "Users/user1/AppData/Local/Temp/a.dat");
    load("MSIEXEC.EXE", "Windows/Temp/MSI1234.TMP"); /* near miss: the installer's own */
    load("MSIEXEC.EXE", "Users/user1/Downloads/x.msi");
    prefetch("NOTEPAD.EXE", "\\VOLUME{1}\\USERS\\USER1\\A.TXT"); /* no loader */
    assess();
    cr_assert_eq(findings_of("GEN-LOAD"), 3);
    cr_expect_eq(found("GEN-LOAD")->n_records, 2);
    cr_expect_eq(found("GEN-LOAD")->strength, AC_LISTED);
    cr_expect_str_eq(scale("emotet"), "S0");
}

Test(assess, a_volume_that_is_not_read_leaves_every_rule_open)
{
    complete_sources();
    source("volume", "p2: BitLocker", "no");
    assess();
    for (size_t i = 0; i < result.n_checks; i++)
        cr_expect_eq(result.checks[i].result, AC_RESULT_NOT_EXAMINED, "%s",
                     result.checks[i].rule->id);
}

Test(assess, copies_do_not_keep_times)
{
    complete_sources();
    source("volume", "folder", "complete");
    assess();
    cr_expect_eq(check("EMO-V5"), AC_RESULT_NOT_EXAMINED);
    cr_expect_eq(check("EMO-V2"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(ac_assessment_status(&result), 2,
                 "a question that was not examined is not answered");
}

/* ---- joins stay within one installation */

Test(assess, another_installation_does_not_lend_its_names)
{
    static const char *const names[] = {"mstask.dll", "subst.exe", "SyncHost.dll", NULL};
    struct ac_record *r;

    complete_sources();
    listing("Windows.old/Windows/System32", "system32", names, 1);
    ac_record_prov_textz(all.items[all.n - 1], "system", "Windows.old/Windows");
    r = file("Users/user1/AppData/Local/SyncHost/subst.exe", 30000, "4d5a");
    (void)r;
    assess();
    cr_expect_null(found("EMO-V3"));
}

Test(assess, where_paths_lie)
{
    struct ac_where w = ac_where_is("Users/user1/AppData/Local/A/b.exe");

    cr_expect_eq(w.home, AC_HOME_LOCAL);
    cr_expect(ac_str_eq(w.folder, AC_STR("A")) && ac_str_eq(w.file, AC_STR("b.exe")));
    w = ac_where_is("Windows/System32/config/systemprofile/AppData/Local/x.exe");
    cr_expect_eq(w.home, AC_HOME_LOCAL);
    cr_expect_eq(w.folder.n, 0);
    cr_expect_eq(ac_where_is("Windows/SysWOW64/D/f.xyz").home, AC_HOME_SYSTEM);
    cr_expect_eq(ac_where_is("Windows/SysWOW64/D/e/f.xyz").home, AC_HOME_NONE);
    cr_expect_eq(ac_where_is("Documents and Settings/u/Local Settings/Application Data/x.exe").home,
                 AC_HOME_LOCAL);
    cr_expect_eq(ac_where_is("").home, AC_HOME_NONE);
}

Test(assess, sentences_are_filled_and_made_safe)
{
    char *args[] = {(char[]){"a\033[31m"}, (char[]){"b"}};
    struct ac_sentence s = {.msgid = "", .args = {args[0], args[1]}, .n = 2};
    struct ac_buf out = {0};

    ac_sentence_print(&s, "%2$s 100%% %1$s %9$s %d", &out);
    cr_expect_str_eq(ac_buf_text(&out), "b 100% a\\u{1B}[31m %9$s %d");
    ac_buf_free(&out);
}

Test(assess, every_rule_says_what_it_tests)
{
    char digest[65];

    for (const struct ac_rule *const *r = ac_rules(); *r; r++) {
        cr_expect((*r)->id[0] && (*r)->family[0] && (*r)->title[0] && (*r)->tests[0] &&
                      (*r)->reference[0],
                  "%s", (*r)->id);
        cr_expect_neq((*r)->needs, 0, "%s", (*r)->id);
    }
    ac_rules_digest(digest);
    cr_expect_eq(strlen(digest), 64);
}
