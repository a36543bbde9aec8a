/* Scheduled tasks in several places: what differs is listed, what was not read is not; one task is one finding. */
#include "fixture.h"

#include "assess/assess.h"
#include "assess/conclude.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

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

TestSuite(task_stores, .init = begin, .fini = end);

/* ---- records */

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);

    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    ac_record_prov_textz(r, "state", "live");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static struct ac_record *source(const char *word, const char *name, const char *read)
{
    struct ac_record *r = add(AC_KIND_SOURCE);

    ac_record_textz(r, "source", word);
    ac_record_textz(r, "name", name);
    ac_record_bool(r, "present", strcmp(read, "no") != 0);
    ac_record_textz(r, "read", read);
    return r;
}

static void action(struct ac_record *r, const char *command, const char *arguments)
{
    json_t *o = json_object();

    ac_json_textz(o, "type", "exec");
    ac_json_textz(o, "command", command);
    if (arguments)
        ac_json_textz(o, "arguments", arguments);
    ac_json_textz(o, "target", "Users/user1/AppData/Roaming/a.exe");
    ac_json_textz(o, "target_state", "exists");
    ac_json_bool(o, "user_writable", true);
    ac_record_add_object(r, "actions", o);
}

static struct ac_record *task(const char *store, const char *path, const char *command)
{
    struct ac_record *r = add(AC_KIND_TASK);

    ac_record_textz(r, "store", store);
    ac_record_textz(r, "path", path);
    if (command)
        action(r, command, "-s");
    return r;
}

/* With the row of its file in the coverage table. */
static struct ac_record *xml(const char *path, const char *command)
{
    struct ac_record *r = task("xml", path, command);
    char file[256] = "Windows/System32/Tasks";
    size_t n = strlen(file);

    for (const char *p = path; *p; p++)
        file[n++] = *p == '\\' ? '/' : *p;
    file[n] = '\0';
    ac_record_prov_textz(r, "path", file);
    source("task", file, "complete");
    return r;
}

static struct ac_record *cache(const char *path, const char *command)
{
    struct ac_record *r = task("cache", path, command);

    ac_record_textz(r, "id", "{8905ECD8-016F-4DC2-90E6-A5F1FA6A841A}");
    ac_record_bool(r, "in_tree", true);
    ac_record_bool(r, "in_tasks", true);
    ac_record_bool(r, "has_security_descriptor", true);
    ac_record_prov_textz(r, "path", "Windows/System32/config/SOFTWARE");
    return r;
}

static void sources_with(const char *software, const char *tasks)
{
    source("mft", "p1: NTFS", "complete");
    source("hive", "Windows/System32/config/SOFTWARE", software);
    source("task", "Windows/System32/Tasks", tasks);
}

static void sources(void)
{
    sources_with("complete", "complete");
}

/* ---- asking */

static void assess(void)
{
    ac_assessment_free(&result);
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
}

static const struct ac_finding *nth(const char *rule, size_t n)
{
    for (size_t i = 0; i < result.n_findings; i++) {
        if (strcmp(result.findings[i]->rule->id, rule) == 0 && n-- == 0)
            return result.findings[i];
    }
    return NULL;
}

static size_t count(const char *rule)
{
    size_t n = 0;

    while (nth(rule, n))
        n++;
    return n;
}

/* Findings of all rules about the places. */
static size_t of_places(void)
{
    size_t n = 0;

    for (size_t i = 0; i < result.n_findings; i++)
        n += strncmp(result.findings[i]->rule->id, "TSK-", 4) == 0;
    return n;
}

static enum ac_result answer(const char *rule)
{
    for (size_t i = 0; i < result.n_checks; i++) {
        if (strcmp(result.checks[i].rule->id, rule) == 0)
            return result.checks[i].result;
    }
    cr_assert_fail("no such rule");
    return AC_RESULT_NOT_EXAMINED;
}

static void expect_one(const char *rule, const char *first_argument, size_t records)
{
    const struct ac_finding *f;

    assess();
    cr_assert_eq(count(rule), 1, "%s", rule);
    f = nth(rule, 0);
    cr_expect_eq(f->strength, AC_LISTED);
    cr_expect_str_eq(f->summary.args[0], first_argument);
    cr_expect_eq(f->n_records, records, "%s: %zu", rule, f->n_records);
    cr_expect_eq(answer(rule), AC_RESULT_FOUND);
    /* listed alone is no reason for the status that means residues, and no conclusion */
    cr_expect_neq(ac_assessment_status(&result), 1);
    for (size_t i = 0; i < result.n_conclusions; i++)
        cr_expect_str_neq(result.conclusions[i].family, "unassigned");
}

/* ---- both places alike */

Test(task_stores, two_places_that_agree_say_nothing)
{
    struct ac_record *r;

    sources();
    r = xml("\\Folder\\A", "%windir%\\a.exe");
    ac_record_textz(r, "xml_hash", HASH_A);
    r = cache("\\folder\\a", " %WINDIR%\\a.exe");
    ac_record_textz(r, "xml_hash", HASH_A);
    assess();
    cr_expect_eq(of_places(), 0);
    cr_expect_eq(answer("TSK-HIDDEN"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(answer("TSK-NOXML"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(answer("TSK-NOCACHE"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(answer("TSK-DIFF"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(answer("TSK-HASH"), AC_RESULT_NOT_FOUND);
    cr_expect_eq(answer("TSK-ORPHAN"), AC_RESULT_NOT_FOUND);
}

Test(task_stores, what_was_not_read_says_nothing)
{
    sources_with("no", "complete"); /* files alone */
    xml("\\A", "a.exe");
    assess();
    cr_expect_eq(of_places(), 0);
    cr_expect_eq(answer("TSK-NOCACHE"), AC_RESULT_NOT_EXAMINED);
    cr_expect_eq(answer("TSK-HIDDEN"), AC_RESULT_NOT_EXAMINED);
}

Test(task_stores, a_hive_that_was_read_in_part_lacks_nothing)
{
    sources_with("partial", "complete");
    xml("\\A", "a.exe");
    xml("\\B", "b.exe");
    cache("\\A", "a.exe");
    assess();
    cr_expect_eq(of_places(), 0);
    cr_expect_eq(answer("TSK-NOCACHE"), AC_RESULT_NOT_EXAMINED);
}

Test(task_stores, a_folder_that_was_not_read_lacks_nothing)
{
    sources_with("complete", "no");
    cache("\\A", "a.exe");
    assess();
    cr_expect_eq(of_places(), 0);
    cr_expect_eq(answer("TSK-NOXML"), AC_RESULT_NOT_EXAMINED);
}

Test(task_stores, an_old_system_has_one_place_only)
{
    sources();
    xml("\\A", "a.exe"); /* no TaskCache in its SOFTWARE */
    assess();
    cr_expect_eq(of_places(), 0);
}

/* ---- TSK-HIDDEN */

Test(task_stores, hidden)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    r = cache("\\A", "a.exe");
    ac_record_bool(r, "has_security_descriptor", false);
    expect_one("TSK-HIDDEN", "\\A", 2);
    cr_expect_str_eq(nth("TSK-HIDDEN", 0)->summary.args[1], "a.exe -s");
    ac_record_prov_textz(r, "state", "snapshot"); /* of a backup */
    assess();
    cr_expect_eq(count("TSK-HIDDEN"), 0);
    ac_record_prov_textz(r, "state", "deleted");
    assess();
    cr_expect_eq(count("TSK-HIDDEN"), 0);
}

/* ---- TSK-NOXML, TSK-NOCACHE */

Test(task_stores, without_file)
{
    sources();
    xml("\\A", "a.exe");
    cache("\\A", "a.exe");
    cache("\\B", "b.exe");
    expect_one("TSK-NOXML", "\\B", 1);
    source("task", "Windows/System32/Tasks/b", "no"); /* a file that could not be read is there */
    assess();
    cr_expect_eq(count("TSK-NOXML"), 0);
}

Test(task_stores, other_installations_do_not_count)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    cache("\\A", "a.exe");
    r = cache("\\B", "b.exe");
    ac_record_prov_textz(r, "system", "Windows.old");
    assess();
    cr_expect_eq(count("TSK-NOXML"), 0, "nothing is known of that system's folder");
    r = xml("\\B", "b.exe");
    expect_one("TSK-NOCACHE", "\\B", 1);
    ac_record_prov_textz(r, "system", "single artefacts");
    assess();
    cr_expect_eq(count("TSK-NOCACHE"), 0, "artefacts that lie about may be of any machine");
}

Test(task_stores, without_entry)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    xml("\\B", "b.exe");
    cache("\\A", "a.exe");
    expect_one("TSK-NOCACHE", "\\B", 1);
    r = cache("\\B", "b.exe"); /* out of the tree: that is another finding */
    ac_record_bool(r, "in_tree", false);
    assess();
    cr_expect_eq(count("TSK-NOCACHE"), 0);
    cr_expect_eq(count("TSK-ORPHAN"), 1);
    ac_record_prov_textz(r, "state", "deleted");
    assess();
    cr_expect_eq(count("TSK-NOCACHE"), 1, "a deleted entry is none");
}

/* ---- TSK-DIFF */

Test(task_stores, another_command)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    r = cache("\\A", "evil.exe");
    expect_one("TSK-DIFF", "\\A", 2);
    cr_expect_str_eq(nth("TSK-DIFF", 0)->summary.args[1], "evil.exe -s");
    cr_expect_str_eq(nth("TSK-DIFF", 0)->summary.args[2], "a.exe -s");
    ac_record_bool(r, "incomplete", true); /* not read whole: nothing can be said */
    assess();
    cr_expect_eq(count("TSK-DIFF"), 0);
}

Test(task_stores, an_action_more)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    r = cache("\\A", "a.exe");
    action(r, "b.exe", NULL);
    expect_one("TSK-DIFF", "\\A", 2);
    cr_expect_str_eq(nth("TSK-DIFF", 0)->summary.args[1], "b.exe");
    cr_expect_str_eq(nth("TSK-DIFF", 0)->summary.args[2], "-");
}

Test(task_stores, a_file_that_was_read_in_part_does_not_differ)
{
    struct ac_record *r;

    sources();
    r = task("xml", "\\A", NULL);
    ac_record_prov_textz(r, "path", "Windows/System32/Tasks/A");
    source("task", "Windows/System32/Tasks/A", "partial");
    cache("\\A", "a.exe");
    assess();
    cr_expect_eq(of_places(), 0);
}

/* ---- TSK-HASH */

static void pair(const char *path, const char *in_file, const char *in_cache)
{
    ac_record_textz(xml(path, "a.exe"), "xml_hash", in_file);
    ac_record_textz(cache(path, "a.exe"), "xml_hash", in_cache);
}

Test(task_stores, another_hash)
{
    sources();
    pair("\\A", HASH_A, HASH_A);
    pair("\\B", HASH_A, HASH_B);
    pair("\\C", HASH_A, "11223344"); /* CRC-32 of old systems */
    expect_one("TSK-HASH", "\\B", 2);
    cr_expect_str_eq(nth("TSK-HASH", 0)->summary.args[1], HASH_B);
    cr_expect_str_eq(nth("TSK-HASH", 0)->summary.args[2], HASH_A);
}

Test(task_stores, the_hash_of_the_whole_file_is_taken_too)
{
    struct ac_record *r;

    sources();
    r = xml("\\A", "a.exe");
    ac_record_textz(r, "xml_hash", HASH_A);
    ac_record_prov_textz(r, "sha256", HASH_B);
    ac_record_textz(cache("\\A", "a.exe"), "xml_hash", HASH_B);
    assess();
    cr_expect_eq(count("TSK-HASH"), 0);
}

Test(task_stores, no_hash_at_all_that_fits_is_told_once)
{
    static const char *const paths[] = {"\\A", "\\B", "\\C", "\\D", "\\E"};

    sources();
    for (size_t i = 0; i < 5; i++)
        pair(paths[i], HASH_A, HASH_B);
    expect_one("TSK-HASH", "5", 10);
}

/* ---- TSK-ORPHAN */

Test(task_stores, halves)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    cache("\\A", "a.exe");
    r = cache("\\B", "b.exe");
    ac_record_bool(r, "in_tree", false);
    expect_one("TSK-ORPHAN", "\\B", 1);
    cr_expect_not(ac_is_configured(r));
    ac_record_bool(r, "in_tree", true);
    cr_expect(ac_is_configured(r));
    ac_record_bool(r, "in_tasks", false);
    expect_one("TSK-ORPHAN", "\\B", 1);
    cr_expect_eq(count("TSK-NOXML"), 0, "nothing of it could run");
    cr_expect_eq(count("TSK-HIDDEN"), 0);
    ac_record_bool(r, "in_tasks", true);
    ac_record_textz(r, "tasks_path", "\\C");
    expect_one("TSK-ORPHAN", "\\B", 1);
    cr_expect_str_eq(nth("TSK-ORPHAN", 0)->summary.args[2], "\\C");
}

/* ---- one task, one finding */

Test(task_stores, the_same_task_in_three_places_is_one_finding)
{
    const struct ac_finding *f;
    struct ac_record *x;

    sources();
    task("job", "\\A", "C:\\Users\\user1\\AppData\\Roaming\\a.exe");
    cache("\\A", "C:\\Users\\user1\\AppData\\Roaming\\a.exe");
    x = xml("\\a", "C:\\Users\\user1\\AppData\\Roaming\\A.EXE");
    assess();
    cr_assert_eq(count("GEN-AUTO"), 1);
    f = nth("GEN-AUTO", 0);
    cr_expect_eq(f->n_records, 3);
    cr_expect_eq(f->records[0], x, "the file is the original");
    cr_expect_str_eq(f->id, "F-001");
}

Test(task_stores, without_file_the_registry_is_the_original)
{
    struct ac_record *c, *d;

    sources();
    d = cache("\\A", "a.exe");
    ac_record_prov_textz(d, "state", "deleted");
    task("job", "\\A", "a.exe");
    c = cache("\\A", "a.exe");
    assess();
    cr_assert_eq(count("GEN-AUTO"), 1);
    cr_expect_eq(nth("GEN-AUTO", 0)->n_records, 3);
    cr_expect_eq(nth("GEN-AUTO", 0)->records[0], c);
}

Test(task_stores, other_tasks_stay_apart)
{
    struct ac_record *r;

    sources();
    xml("\\A", "a.exe");
    cache("\\A", "b.exe"); /* another command */
    cache("\\B", "a.exe"); /* another path */
    r = cache("\\A", "a.exe");
    ac_record_prov_textz(r, "system", "Windows.old");
    assess();
    cr_expect_eq(count("GEN-AUTO"), 4);
}

static struct ac_record *qakbot(const char *store, const char *start, const char *end_,
                                const char *duration, const char *user)
{
    struct ac_record *r = task(store, "\\abcdefg", "regsvr32.exe");
    json_t *trigger = json_object(), *principal = json_object();

    ac_json_textz(trigger, "type", "TimeTrigger");
    ac_json_textz(trigger, "start", start);
    if (end_)
        ac_json_textz(trigger, "end", end_);
    if (duration)
        ac_json_textz(trigger, "duration", duration);
    ac_record_add_object(r, "triggers", trigger);
    if (user) {
        ac_json_textz(principal, "user", user);
        ac_record_object(r, "principal", json_incref(principal));
    }
    json_decref(principal);
    ac_record_bool(r, "in_tree", true);
    ac_record_bool(r, "in_tasks", true);
    ac_record_bool(r, "has_security_descriptor", true);
    return r;
}

Test(task_stores, windows_of_qakbot_in_every_place)
{
    sources();
    qakbot("cache", "2022-03-01T23:59:00", "2022-03-02T00:10:00", NULL, "S-1-5-18");
    assess();
    cr_assert_eq(count("QAK-TASK"), 1);
    cr_expect_eq(nth("QAK-TASK", 0)->strength, AC_STRONG);
    qakbot("xml", "2022-03-01T23:59:00", "2022-03-02T00:10:00", NULL, "SYSTEM");
    assess();
    cr_assert_eq(count("QAK-TASK"), 1, "one task");
    cr_expect_eq(nth("QAK-TASK", 0)->n_records, 2);
}

Test(task_stores, a_job_file_supports_only)
{
    struct ac_record *r;

    sources();
    r = qakbot("job", "2022-03-01T19:59:00", NULL, "PT11M", NULL);
    assess();
    cr_assert_eq(count("QAK-TASK"), 1);
    cr_expect_eq(nth("QAK-TASK", 0)->strength, AC_SUPPORTING);
    ac_json_textz(json_array_get(ac_record_get_json(r, "triggers"), 0), "duration", "PT13M");
    assess();
    cr_expect_eq(count("QAK-TASK"), 0);
    ac_record_textz(r, "store", "xml"); /* how long a task of XML lasts is no window */
    ac_json_textz(json_array_get(ac_record_get_json(r, "triggers"), 0), "duration", "PT11M");
    assess();
    cr_expect_eq(count("QAK-TASK"), 0);
}
