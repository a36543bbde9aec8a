/* What EmoCheck would have said: which version knows which finding, in EmoCheck's own terms. */
#include "report_case.h"

#include "assess/emocheck_answer.h"
#include "base/alloc.h"
#include "report/emocheck_json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct ac_record *records[16];
static size_t n;
static struct ac_assessment result;
static struct ac_emocheck_answers answers;

static void end(void)
{
    ac_emocheck_free(&answers);
    ac_assessment_free(&result);
    for (size_t i = 0; i < n; i++)
        ac_record_free(records[i]);
    n = 0;
}

TestSuite(emocheck_answer, .fini = end);

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);

    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    ac_record_prov_textz(r, "state", "live");
    records[n++] = r;
    return r;
}

static void laptop(void)
{
    json_t *serial = json_object();

    ac_json_textz(serial, "serial", "E42F18A6");
    ac_record_add_object(add(AC_KIND_SYSTEM), "volume_serials", serial);
    ac_record_textz(add(AC_KIND_SYSTEM), "computer_name", "LAPTOP-01");
    ac_record_time(add(AC_KIND_SYSTEM), "last_shutdown",
                   (struct ac_filetime){fx_time("2021-01-21T16:41:10.25Z")});
}

static void autostart(const char *name, const char *command, const char *target)
{
    struct ac_record *r = add(AC_KIND_AUTOSTART);

    ac_record_textz(r, "location", "HKU\\user1\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
    ac_record_textz(r, "name", name);
    ac_record_textz(r, "mechanism", "run");
    ac_record_textz(r, "command", command);
    ac_record_int(r, "value_type", 1);
    ac_record_textz(r, "target", target);
    ac_record_textz(r, "target_state", "exists");
}

#define V1_FILE "Users/user1/AppData/Local/bidptr/bidptr.exe"
#define V4_FILE "Users/user2/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi"

static void emotet_of_word_list(void)
{
    autostart("bidptr", "C:\\" V1_FILE, V1_FILE);
}

static void emotet_of_rundll32(void)
{
    autostart("ialkquzoobki.czi",
              "C:\\Windows\\SysWOW64\\rundll32.exe "
              "\"C:\\Users\\user2\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi\",Control_RunDLL",
              V4_FILE);
}

static const struct ac_emocheck_answer *ask(void)
{
    cr_assert_eq(ac_assess(records, n, &result, NULL), AC_OK);
    cr_assert_eq(ac_emocheck_ask(&result, &answers), AC_OK);
    cr_assert_eq(answers.n, 1);
    return &answers.items[0];
}

Test(emocheck_answer, processes_in_its_own_terms)
{
    const struct ac_emocheck_answer *x;

    laptop();
    emotet_of_word_list();
    emotet_of_rundll32();
    x = ask();
    cr_expect_str_eq(x->hostname, "LAPTOP-01");
    cr_assert_eq(x->n, 2);
    cr_expect_eq(x->processes[0].method, 1);
    cr_expect_str_eq(x->processes[0].name, "bidptr.exe");
    cr_expect_str_eq(x->processes[0].image_path,
                     "C:\\Users\\user1\\AppData\\Local\\bidptr\\bidptr.exe");
    cr_expect_eq(x->processes[1].method, 4);
    cr_expect_str_eq(x->processes[1].name, "rundll32.exe");
    cr_expect_eq(x->n_unseen, 0);
}

/* Loading by regsvr32 and other families are beyond what is published. */
Test(emocheck_answer, what_it_cannot_see)
{
    const struct ac_emocheck_answer *x;

    laptop();
    autostart("ruzvvyx",
              "regsvr32.exe -s "
              "\"C:\\Users\\user3\\AppData\\Roaming\\Microsoft\\Bbbetedog\\naqhixfsvwhm.dll\"",
              "Users/user3/AppData/Roaming/Microsoft/Bbbetedog/naqhixfsvwhm.dll");
    x = ask();
    cr_expect_eq(x->n, 0);
    cr_assert_eq(x->n_unseen, 1);
    cr_expect_str_eq(x->unseen[0]->rule->family, "qakbot");
}

/* EmoCheck names processes: there is none of a file that is gone. */
Test(emocheck_answer, a_file_that_is_gone_runs_nowhere)
{
    const struct ac_emocheck_answer *x;

    laptop();
    emotet_of_word_list();
    ac_record_textz(records[n - 1], "target_state", "absent");
    x = ask();
    cr_expect_eq(x->n, 0);
    cr_expect_eq(x->n_unseen, 1);
}

Test(emocheck_answer, versions_know_what_came_before_them)
{
    unsigned known = 0;

    for (const struct ac_emocheck_version *v = ac_emocheck_versions; v->name; v++) {
        cr_expect_eq(v->methods & known, known, "%s forgets a method", v->name);
        known = v->methods;
    }
    cr_expect_eq(known, 0x3E);
}

static json_t *json(void)
{
    json_t *header = json_pack("{s:s}", "tool", "aftercheck 9.9");
    struct ac_report_input in = {.assessment = &result, .header = header};
    struct ac_buf text = {0};
    json_t *o;

    cr_assert_eq(ac_report_emocheck(&in, &text, NULL), AC_OK);
    o = json_loads(ac_buf_text(&text), 0, NULL);
    cr_assert_not_null(o);
    ac_buf_free(&text);
    json_decref(header);
    return o;
}

static const char *text_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

Test(emocheck_answer, the_file_has_emochecks_members)
{
    json_t *o;

    laptop();
    emotet_of_rundll32();
    ask();
    o = json();
    cr_expect_str_eq(text_of(o, "scan_time"), "2021-01-21 16:41:10");
    cr_expect_str_eq(text_of(o, "hostname"), "LAPTOP-01");
    cr_expect_str_eq(text_of(o, "emocheck_version"), "aftercheck 9.9");
    cr_expect_str_eq(text_of(o, "is_infected"), "yes");
    cr_assert_eq(json_array_size(json_object_get(o, "emotet_processes")), 1);
    cr_expect_str_eq(
        text_of(json_array_get(json_object_get(o, "emotet_processes"), 0), "process_name"),
        "rundll32.exe");
    json_decref(o);
}

Test(emocheck_answer, nothing_and_several)
{
    json_t *o;

    laptop();
    ask();
    o = json();
    cr_expect_str_eq(text_of(o, "is_infected"), "no");
    cr_expect_null(json_object_get(o, "emotet_processes"));
    json_decref(o);
    ac_record_prov_textz(add(AC_KIND_SYSTEM), "system", "Windows.old/Windows");
    result.records = records;
    result.n_records = n;
    o = json();
    cr_expect_eq(json_array_size(o), 2);
    json_decref(o);
}

/* The worst that such a file could say: "no" over something that was not read. */
Test(emocheck_answer, no_is_said_only_of_what_was_read)
{
    json_t *o;

    laptop();
    add(AC_KIND_PROBLEM);
    ask();
    o = json();
    cr_expect_str_eq(text_of(o, "is_infected"), "unknown");
    json_decref(o);
}

Test(emocheck_answer, no_memory_is_an_error)
{
    laptop();
    emotet_of_word_list();
    emotet_of_rundll32();
    ask();
    ac_emocheck_free(&answers);
    for (unsigned long i = 1; i < 200; i++) {
        enum ac_rc rc;

        ac_alloc_fail_at(i);
        rc = ac_emocheck_ask(&result, &answers);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM);
        ac_emocheck_free(&answers);
    }
}
