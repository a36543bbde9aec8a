/* Which further records go into a finding: those that name its file by the path, or its task. */
#include "fixture.h"

#include "assess/assess.h"
#include "base/alloc.h"

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

TestSuite(witnesses, .init = begin, .fini = end);

/* A record with text fields: name, value, ... NULL. */
static struct ac_record *add(enum ac_kind kind, ...)
{
    struct ac_record *r = ac_record_new(kind);
    const char *name;
    va_list ap;

    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    va_start(ap, kind);
    while ((name = va_arg(ap, const char *)) != NULL)
        ac_record_textz(r, name, va_arg(ap, const char *));
    va_end(ap);
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

#define EMOTET "Windows/SysWOW64/Eayrivwu/eghzehtntk.eqo"
#define TASK_TARGET "Users/user3/AppData/Roaming/Identities1159371911/sfc8b4.exe"

static void emotet_service(void)
{
    add(AC_KIND_AUTOSTART, "location", "HKLM\\SYSTEM\\ControlSet001\\Services", "name",
        "eghzehtntk.eqo", "mechanism", "service", "command",
        "rundll32.exe C:\\Windows\\SysWOW64\\Eayrivwu\\eghzehtntk.eqo,zWEeAQZvyy", "target", EMOTET,
        "target_state", "exists", NULL);
}

static void trickbot_task(void)
{
    struct ac_record *r = add(AC_KIND_TASK, "path", "\\MsSystemWatcher", NULL);
    json_t *action = json_object();

    ac_json_textz(action, "type", "exec");
    ac_json_textz(action, "command", "C:\\" TASK_TARGET);
    ac_json_textz(action, "target", TASK_TARGET);
    ac_record_add_object(r, "actions", action);
}

static struct ac_record *event(int id, const char *provider, const char *field, const char *value)
{
    struct ac_record *r = add(AC_KIND_EVENT, "provider", provider, field, value, NULL);

    ac_record_int(r, "event_id", id);
    return r;
}

static struct ac_record *change(const char *path, const char *reason)
{
    struct ac_record *r = add(AC_KIND_CHANGE, "path", path, NULL);

    ac_record_add_text(r, "reasons", ac_str_of(reason));
    return r;
}

static const struct ac_finding *assess(const char *rule)
{
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    for (size_t i = 0; i < result.n_findings; i++) {
        if (strcmp(result.findings[i]->rule->id, rule) == 0)
            return result.findings[i];
    }
    cr_assert(false, "no finding of %s", rule);
    return NULL;
}

static bool has(const struct ac_finding *f, const struct ac_record *r)
{
    for (size_t i = 0; i < f->n_records; i++) {
        if (f->records[i] == r)
            return true;
    }
    return false;
}

Test(witnesses, changes_of_the_file)
{
    const struct ac_record *created, *logged, *written, *other;
    const struct ac_finding *f;

    emotet_service();
    created = change("Windows/SysWOW64/Eayrivwu/EGHZEHTNTK.eqo", "file-create");
    logged = change(EMOTET, "index-entry-removed");
    written = change(EMOTET, "data-extend"); /* no word of life */
    other = change("Windows/SysWOW64/other.dll", "file-create");
    f = assess("EMO-V4");
    cr_expect(has(f, created));
    cr_expect(has(f, logged));
    cr_expect_not(has(f, written));
    cr_expect_not(has(f, other));
    cr_expect_eq(f->n_records, 3);
}

Test(witnesses, whatever_names_the_file_by_its_path)
{
    const struct ac_record *started, *used, *detected, *ran, *near_miss[4];
    const struct ac_finding *f;

    emotet_service();
    started = event(4688, "Microsoft-Windows-Security-Auditing", "command",
                    "\"C:\\Windows\\System32\\rundll32.exe\" C:\\WINDOWS\\SysWOW64\\Eayrivwu\\"
                    "eghzehtntk.eqo,Control_RunDLL");
    used = add(AC_KIND_USAGE, "artefact", "network-usage", "program",
               "\\Device\\HarddiskVolume3\\Windows\\SysWOW64\\Eayrivwu\\eghzehtntk.eqo", NULL);
    detected = add(AC_KIND_DETECTION, "path", "C:\\" EMOTET, NULL);
    ran = add(AC_KIND_EXECUTION, "artefact", "bam", "target", EMOTET, NULL);
    near_miss[0] = add(AC_KIND_EXECUTION, "artefact", "bam", "target",
                       "Windows/SysWOW64/eghzehtntk.eqo", NULL);
    near_miss[1] =
        add(AC_KIND_USAGE, "artefact", "network-usage", "program", "eghzehtntk.eqo", NULL);
    near_miss[2] =
        add(AC_KIND_USAGE, "artefact", "network-usage", "program",
            "\\Device\\HarddiskVolume3\\OldWindows\\SysWOW64\\Eayrivwu\\eghzehtntk.eqo", NULL);
    near_miss[3] = event(4688, "Microsoft-Windows-Security-Auditing", "command", "eghzehtntk.eqo");
    f = assess("EMO-V4");
    cr_expect(has(f, started));
    cr_expect(has(f, used));
    cr_expect(has(f, detected));
    cr_expect(has(f, ran));
    for (size_t i = 0; i < 4; i++)
        cr_expect_not(has(f, near_miss[i]), "near miss %zu", i);
}

Test(witnesses, events_of_the_task)
{
    const struct ac_record *registered, *of_another;
    const struct ac_finding *f;

    trickbot_task();
    registered = event(106, "Microsoft-Windows-TaskScheduler", "task", "\\mssystemwatcher");
    of_another = event(106, "Microsoft-Windows-TaskScheduler", "task", "\\Other\\MsSystemWatcher");
    f = assess("TRB-TASK");
    cr_expect(has(f, registered));
    cr_expect_not(has(f, of_another));
}

Test(witnesses, another_installation_tells_nothing)
{
    struct ac_record *elsewhere;

    emotet_service();
    elsewhere = change(EMOTET, "file-create");
    ac_record_prov_textz(elsewhere, "system", "Windows.old/Windows");
    cr_expect_not(has(assess("EMO-V4"), elsewhere));
}

Test(witnesses, a_dozen_of_a_kind_will_do)
{
    emotet_service();
    for (int i = 0; i < 40; i++)
        change(EMOTET, "file-create");
    event(4688, "Microsoft-Windows-Security-Auditing", "program", "C:\\" EMOTET);
    cr_expect_eq(assess("EMO-V4")->n_records, 1 + 12 + 1);
}

Test(witnesses, little_memory)
{
    emotet_service();
    trickbot_task();
    change(EMOTET, "file-create");
    event(4688, "Microsoft-Windows-Security-Auditing", "command", "x C:\\" EMOTET);
    for (unsigned long i = 1; i < 400; i++) {
        struct ac_assessment a;
        enum ac_rc rc;

        ac_alloc_fail_at(i);
        rc = ac_assess(all.items, all.n, &a, NULL);
        ac_alloc_fail_at(0);
        if (rc == AC_OK)
            ac_assessment_free(&a);
        else
            cr_expect_eq(rc, AC_NOMEM);
    }
}

/* The account under which the task scheduler wrote its event is not the one whose profile is concerned. */
Test(witnesses, a_service_that_wrote_an_event_is_no_user_of_the_finding)
{
    struct ac_record *ran, *by_user;

    trickbot_task();
    ran = event(200, "Microsoft-Windows-TaskScheduler", "task", "\\MsSystemWatcher");
    ac_record_textz(ran, "user", "S-1-5-18");
    cr_expect_str_eq(assess("TRB-TASK")->user, "");
    ac_assessment_free(&result);
    by_user = event(106, "Microsoft-Windows-TaskScheduler", "task", "\\MsSystemWatcher");
    ac_record_textz(by_user, "user", "S-1-5-21-1-2-3-1001");
    cr_expect_str_eq(assess("TRB-TASK")->user, "S-1-5-21-1-2-3-1001");
}
