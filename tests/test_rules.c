/* YARA rules over records: what is matched, and what is said of what was not matched. */
#include "rules_case.h"

#include "assess/rule_source.h"
#include "assess/rule_values.h"
#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(rules, .init = rc_begin, .fini = rc_end);

#define RUN(command)                                                                               \
    rc_record(AC_KIND_AUTOSTART, (const char *const[]){"name=one", "location=HKU\\user1\\Run",     \
                                                       "mechanism=run", "command=" command, NULL})

static struct ac_rule_set *one_rule(const char *family, const char *strength, const char *condition)
{
    struct ac_buf b = {0};
    struct ac_rule_set *set;

    rc_rule(&b, "one", "ONE", family, strength, condition);
    set = rc_rules(ac_buf_text(&b));
    ac_buf_free(&b);
    return set;
}

/* ---- matching */

Test(rules, a_rule_makes_a_finding_of_its_strength)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "supporting", "kind == \"autostart\" and command icontains \"EVIL\"");
    struct ac_assessment *a;
    const struct ac_finding *f;

    RUN("C:\\evil.exe");
    RUN("C:\\good.exe");
    a = rc_assess(set);
    f = rc_finding(a, "ONE");
    cr_assert_not_null(f);
    cr_expect_eq(rc_findings(a, "ONE"), 1);
    cr_expect_eq(f->strength, AC_SUPPORTING);
    cr_expect_str_eq(f->rule->family, "qakbot");
    cr_expect_str_eq(ac_record_id(f->records[0]), "R-000001");
    cr_expect_str_eq(f->summary.args[2], "C:\\evil.exe");
    cr_expect_eq(rc_check(a, "ONE")->result, AC_RESULT_FOUND);
}

Test(rules, an_unknown_family_is_unassigned)
{
    struct ac_rule_set *set =
        one_rule("my-own-name", "strong", "kind == \"autostart\" and name == \"one\"");

    RUN("C:\\evil.exe");
    cr_expect_str_eq(rc_finding(rc_assess(set), "ONE")->rule->family, "unassigned");
}

Test(rules, not_found_needs_complete_sources)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong", "kind == \"autostart\" and command icontains \"evil\"");

    RUN("C:\\good.exe");
    cr_expect_eq(rc_check(rc_assess(set), "ONE")->result, AC_RESULT_NOT_EXAMINED);
    rc_complete_sources();
    cr_expect_eq(rc_check(rc_assess(set), "ONE")->result, AC_RESULT_NOT_FOUND);
}

Test(rules, other_kinds_are_not_looked_at)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong",
                 "(kind == \"task\" or kind == \"event\") and command icontains \"evil\"");

    RUN("C:\\evil.exe");
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 0);
    rc_record(AC_KIND_TASK, (const char *const[]){"path=\\one", "action=C:\\a.exe|evil", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 1);
    rc_record(AC_KIND_EVENT, (const char *const[]){"log=Security", "command=evil", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 2);
}

/* Values of one record do not stay for the next. */
Test(rules, values_are_those_of_the_record)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong",
                 "kind == \"autostart\" and command == \"\" and start == 0 and not user_writable");

    rc_record(AC_KIND_AUTOSTART,
              (const char *const[]){"command=x", "start=2", "user_writable=true", NULL});
    rc_record(AC_KIND_AUTOSTART, (const char *const[]){"name=empty", NULL});
    rc_record(AC_KIND_AUTOSTART, (const char *const[]){"command=y", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 1);
}

Test(rules, lists_and_objects_are_lines)
{
    struct ac_rule_set *set = one_rule(
        "qakbot", "strong",
        "(kind == \"event\" or kind == \"execution\" or kind == \"task\") and "
        "(data == \"ServiceName=one\\nStartType=2\" or files == \"\\\\A.DLL\\n\\\\B.DLL\" or "
        "(command == \"a.exe -x\\nb.exe\" and target == \"Users/a.exe\"))");

    rc_record(AC_KIND_EVENT,
              (const char *const[]){"data=ServiceName|one", "data=StartType|2", NULL});
    rc_record(AC_KIND_EXECUTION,
              (const char *const[]){"artefact=prefetch", "files=\\A.DLL", "files=\\B.DLL", NULL});
    rc_record(AC_KIND_TASK, (const char *const[]){"path=\\t", "action=a.exe|-x", "action=b.exe",
                                                  "target=Users/a.exe", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 3);
}

/* libyara destroys variables called like its modules behind the first scan: `time` would be one. */
Test(rules, names_of_modules_have_an_underscore)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong", "kind == \"event\" and time_ == \"2021-01-05T08:30:14Z\"");

    for (unsigned i = 0; i < 3; i++)
        rc_record(AC_KIND_EVENT,
                  (const char *const[]){"log=System", "time=2021-01-05T08:30:14Z", NULL});
    cr_expect_eq(rc_finding(rc_assess(set), "ONE")->n_records, 3);
}

Test(rules, provenance_has_a_prefix)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "listed", "kind == \"value\" and prov_state == \"deleted\"");

    rc_record(AC_KIND_VALUE, (const char *const[]){"name=a", "prov_state=deleted", NULL});
    rc_record(AC_KIND_VALUE, (const char *const[]){"name=b", "prov_state=live", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 1);
}

Test(rules, private_rules_are_parts_of_others)
{
    struct ac_buf b = {0};
    struct ac_rule_set *set;

    ac_buf_addz(&b, "private rule part { condition: kind == \"autostart\" and name == \"one\" }\n");
    rc_rule(&b, "whole", "WHOLE", "qakbot", "strong", "kind == \"autostart\" and part");
    set = rc_rules(ac_buf_text(&b));
    RUN("x");
    cr_expect_eq(rc_findings(rc_assess(set), "WHOLE"), 1);
    cr_expect_eq(rc_assess(set)->n_findings, 1);
    ac_buf_free(&b);
}

/* What is recorded every day is one finding, what is configured twice is two. */
Test(rules, records_that_say_the_same_are_one_finding)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong",
                 "(kind == \"event\" or kind == \"autostart\") and command icontains \"evil\"");

    for (unsigned i = 0; i < 60; i++)
        rc_record(AC_KIND_EVENT, (const char *const[]){"log=Security", "command=evil.exe", NULL});
    rc_record(AC_KIND_EVENT, (const char *const[]){"log=Security", "command=evil.exe 2", NULL});
    rc_record(AC_KIND_EVENT, (const char *const[]){"log=System", "command=evil.exe", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 3);
    cr_expect_eq(rc_finding(rc_assess(set), "ONE")->n_records, AC_MOST_RULE_RECORDS);
    RUN("evil.exe");
    RUN("evil.exe");
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 5);
}

/* ---- long and hostile values */

static struct ac_record *long_run(const char *head, size_t filler, const char *tail)
{
    struct ac_record *r = RUN("");
    struct ac_buf b = {0};

    ac_buf_addz(&b, head);
    for (size_t i = 0; i < filler; i++)
        ac_buf_addz(&b, "\xE3\x81\x82"); /* three bytes each: cuts must not fall inside */
    ac_buf_addz(&b, tail);
    ac_record_text(r, "command", ac_buf_str(&b));
    ac_buf_free(&b);
    return r;
}

Test(rules, a_regular_expression_sees_the_whole_of_a_long_text)
{
    static const size_t lengths[] = {0,    1000, 1364, 1365,  1366,  2000,
                                     4096, 6000, 9999, 43690, 100000};
    struct ac_rule_set *set =
        one_rule("qakbot", "strong", "kind == \"autostart\" and command matches /\\\\evil\\.dll$/");
    struct ac_rule_set *middle =
        one_rule("qakbot", "strong", "kind == \"autostart\" and command matches /\\\\evil\\.dll/");

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        long_run("start", lengths[i], "\\evil.dll");
        cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 1, "%zu characters", lengths[i]);
        rc_forget_records();
        long_run("start", lengths[i], "\\evil.dll and much more");
        long_run("\\evil.dll", lengths[i], "more");
        cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 0, "%zu characters", lengths[i]);
        cr_expect_eq(rc_findings(rc_assess(middle), "ONE"), 2, "%zu characters", lengths[i]);
        rc_forget_records();
    }
}

Test(rules, a_cut_is_no_beginning_and_no_end)
{
    struct ac_rule_set *set = one_rule(
        "qakbot", "strong",
        "kind == \"autostart\" and (command matches /^\xE3\x81\x82/ or command matches /\x82$/)");

    long_run("start", 20000, "end");
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 0);
}

Test(rules, lines_of_a_long_list_stay_whole)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong",
                 "kind == \"execution\" and files matches /(^|\\n)\\\\B4321\\.DLL(\\n|$)/");
    struct ac_record *r = rc_record(AC_KIND_EXECUTION, NULL);

    for (unsigned i = 0; i < 9000; i++) {
        char name[40];

        snprintf(name, sizeof(name), "\\B%u.DLL", i);
        ac_record_add_text(r, "files", ac_str_of(name));
    }
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 1);
}

Test(rules, a_text_over_the_limit_is_a_problem_and_no_not_found)
{
    struct ac_rule_set *set =
        one_rule("qakbot", "strong", "kind == \"autostart\" and command icontains \"evil\"");
    struct ac_assessment *a;
    const struct ac_record *problem;

    rc_complete_sources();
    long_run("", AC_MAX_RULE_TEXT / 3 + 1, "evil");
    a = rc_assess(set);
    cr_expect_eq(rc_findings(a, "ONE"), 0);
    cr_expect_eq(rc_check(a, "ONE")->result, AC_RESULT_NOT_EXAMINED);
    cr_expect_eq(ac_assessment_status(a), 2);
    problem = a->records[a->n_records - 1];
    cr_expect_eq(ac_record_kind(problem), AC_KIND_PROBLEM);
    cr_expect_str_eq(ac_record_id(problem), "A-000001");
    cr_expect_str_eq(ac_record_get(problem, "class"), "limit reached");
    cr_expect(strstr(ac_record_get(problem, "what"), "command"));
    cr_expect_str_eq(ac_record_prov(problem, "evidence"), "E1");
}

/* What stands behind a NUL in a text would not be seen by YARA. */
Test(rules, a_nul_hides_nothing)
{
    struct ac_rule_set *set = one_rule(
        "qakbot", "strong",
        "kind == \"autostart\" and command icontains \"evil\" and command icontains \"\\\\u{0}\"");
    struct ac_record *r = RUN("");

    ac_record_text(r, "command", AC_STR("a\0evil"));
    if (ac_record_rc(r) != AC_OK) /* not even a record can hold it */
        cr_skip_test("records refuse a NUL");
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), 1);
}

Test(rules, a_rule_that_cannot_be_matched_is_a_problem)
{
    struct ac_rule_set *set = one_rule(
        "qakbot", "strong",
        "kind == \"autostart\" and command matches /(a|aa|aaa|aaaa)*(b|bb|bbb)*(a{1,200}){1,30}c/");
    struct ac_assessment *a;
    struct ac_record *r = RUN("");
    struct ac_buf b = {0};

    for (unsigned i = 0; i < 4000; i++)
        ac_buf_addc(&b, 'a');
    ac_record_text(r, "command", ac_buf_str(&b));
    ac_buf_free(&b);
    rc_complete_sources();
    a = rc_assess(set);
    cr_expect_eq(rc_check(a, "ONE")->result, AC_RESULT_NOT_EXAMINED);
    cr_expect_eq(a->n_own, 1);
    cr_expect_str_eq(ac_record_get(a->own[0], "effect"),
                     "not all rules were matched with a record");
}

Test(rules, any_bytes_of_a_text_are_only_text)
{
    static const char *const texts[] = {"%s%n%$1s",
                                        "\x1B[31m",
                                        "\xE2\x80\xAE"
                                        "exe.doc",
                                        "\\",
                                        "\"); import \"pe\"",
                                        "a\nb\n\nc\n"};
    struct ac_rule_set *set =
        one_rule("qakbot", "strong", "kind == \"autostart\" and command matches /./s");

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ac_record_textz(RUN(""), "command", texts[i]);
    cr_expect_eq(rc_findings(rc_assess(set), "ONE"), sizeof(texts) / sizeof(texts[0]));
}

/* ---- the set */

Test(rules, shipped_rules_that_are_not_there_are_a_problem)
{
    struct ac_rule_set *set = rc_load(&(struct ac_rule_options){.shipped = "/nonexistent/rules"});
    struct ac_assessment *a;

    rc_complete_sources();
    a = rc_assess(set);
    cr_assert_eq(a->n_own, 1);
    cr_expect_str_eq(ac_record_get(a->own[0], "where"), "rules");
    cr_expect_eq(ac_assessment_status(a), 2);
}

Test(rules, the_digest_is_that_of_the_content)
{
    struct ac_buf b = {0};
    char first[65];
    struct ac_rule_set *set;
    size_t n;

    rc_rule(&b, "one", "ONE", "qakbot", "strong", "kind == \"task\" and hidden");
    set = rc_rules(ac_buf_text(&b));
    snprintf(first, sizeof(first), "%s", ac_rule_set_digest(set));
    cr_expect_str_eq(ac_rule_set_digest(rc_rules(ac_buf_text(&b))), first);
    cr_expect_eq(ac_rule_set_files(set, &n)->entries, 1);
    cr_expect_eq(n, 1);
    ac_buf_addz(&b, "// changed\n");
    set = rc_rules(ac_buf_text(&b));
    cr_expect_str_neq(ac_rule_set_digest(set), first);
    cr_expect_str_eq(rc_assess(set)->rules_sha256, ac_rule_set_digest(set));
    ac_buf_free(&b);
}

/* A name means one thing for the compiler: no two kinds may have it with different types. */
Test(rules, variables_are_those_of_the_schema)
{
    for (int k = 0; k < AC_KINDS; k++) {
        const struct ac_schema *schema = ac_schema_of((enum ac_kind)k);
        struct ac_variables v;
        size_t fields = 1, provenance = 0, made = 0;

        if (!ac_variables_of((enum ac_kind)k, &v))
            continue;
        cr_expect_lt(v.n, AC_MOST_VARIABLES, "%s", schema->name);
        for (const struct ac_field *f = schema->fields; f->name; f++)
            fields++;
        for (const struct ac_field *f = ac_schema_provenance()->fields; f->name; f++)
            provenance++;
        for (size_t i = 1; i < v.n; i++)
            made += v.items[i].field == NULL;
        cr_expect_eq(v.n, fields + provenance + made, "%s", schema->name);
        for (int other = 0; other < k; other++) {
            struct ac_variables w;

            for (size_t i = 0; ac_variables_of((enum ac_kind)other, &w) && i < w.n; i++) {
                for (size_t j = 0; j < v.n; j++)
                    cr_expect(strcmp(v.items[j].name, w.items[i].name) != 0 ||
                                  v.items[j].type == w.items[i].type,
                              "%s of %s and %s", v.items[j].name, schema->name,
                              ac_schema_of((enum ac_kind)other)->name);
            }
        }
    }
}

Test(rules, a_source_is_read_as_libyara_reads_it)
{
    static const char text[] =
        "import \"pe\"\n// rule commented { condition: true }\n/* rule also { */\n"
        "rule first : tag1 tag2 {\n  meta: a = \"rule in_text { condition: x }\" b = 1\n"
        "  strings:\n    $a = \"} condition: \\\"\" $b = { 4D 5A [2-4] (00|01) } $c = /[}]\\/x/i\n"
        "  condition:\n    kind /* which */ == \"task\" // first\n    and any of them\n}\n"
        "private rule second { condition: (kind == \"event\" or kind == \"autostart\") and "
        "(a or b) }\n";
    struct ac_source_rules found = {0};

    cr_assert_eq(ac_source_rules_find(ac_str_of(text), &found), AC_OK);
    cr_assert_eq(found.n, 2);
    cr_expect(ac_str_eq(found.items[0].name, AC_STR("first")));
    cr_expect_eq(found.items[0].line, 4);
    cr_expect_eq(found.items[0].kinds, UINT32_C(1) << AC_KIND_TASK);
    cr_expect(ac_str_eq(found.items[1].name, AC_STR("second")));
    cr_expect_eq(found.items[1].line, 12);
    cr_expect_eq(found.items[1].kinds, UINT32_C(1) << AC_KIND_EVENT | UINT32_C(1)
                                                                          << AC_KIND_AUTOSTART);
    ac_free(found.items);
    for (size_t n = 0; n < sizeof(text); n++) { /* cut anywhere: it ends */
        struct ac_source_rules cut = {0};

        cr_expect_eq(ac_source_rules_find((struct ac_str){text, n}, &cut), AC_OK);
        ac_free(cut.items);
    }
}

Test(rules, memory_may_fail_anywhere)
{
    struct ac_buf b = {0};
    const char *path;
    struct ac_record *r;
    unsigned complete = 0;

    rc_rule(&b, "one", "ONE", "qakbot", "strong",
            "kind == \"autostart\" and command matches /evil/");
    path = rc_text("rules.yar", ac_buf_text(&b));
    r = long_run("", 2000, "evil");
    for (unsigned long n = 1; n < 400; n++) {
        struct ac_rule_options o = {.rules = &path, .n_rules = 1};
        struct ac_record *items[1] = {r};
        struct ac_rule_set *set = NULL;
        struct ac_assessment a;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_rule_set_load(&o, &set, NULL);
        if (rc == AC_OK)
            rc = ac_assess_with(set, items, 1, &a, NULL);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "allocation %lu: %d", n, rc);
        if (rc == AC_OK) { /* not less than everything */
            cr_expect_eq(rc_findings(&a, "ONE"), 1, "allocation %lu", n);
            complete++;
            ac_assessment_free(&a);
        }
        ac_rule_set_free(set);
    }
    cr_expect_gt(complete, 0);
    ac_buf_free(&b);
}
