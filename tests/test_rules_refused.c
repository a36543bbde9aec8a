/* Files of rules that are refused: before any work, with file and line. */
#include "rules_case.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

TestSuite(rules_refused, .init = rc_begin, .fini = rc_end);

static const char *refused_text(const char *text)
{
    const char *path = rc_text("bad.yar", text);

    return rc_refused(&(struct ac_rule_options){.rules = &path, .n_rules = 1});
}

static void expect_refused(const char *text, const char *place, const char *reason)
{
    const char *said = refused_text(text);

    cr_expect(strstr(said, place) && strstr(said, reason), "\"%s\" says neither %s nor %s", said,
              place, reason);
}

Test(rules_refused, what_does_not_compile_is_refused_with_its_line)
{
    expect_refused("rule a {\n  condition:\n    kind == \"task\" and and\n}\n",
                   "bad.yar:3: ", "syntax error");
    expect_refused("\n\nrule a { condition: nonsense }\n", "bad.yar:3: ", "nonsense");
    expect_refused("include \"/etc/passwd\"\n", "bad.yar:1: ", "include");
    expect_refused("rule a { condition: kind matches /(/ }", "bad.yar:1: ", "error");
    expect_refused("not a rule at all", "bad.yar:1: ", "syntax error");
}

Test(rules_refused, a_condition_begins_with_a_kind)
{
    static const struct {
        const char *condition, *reason;
    } cases[] = {
        {"command icontains \"x\"", "does not begin with kind"},
        {"kind != \"task\" and hidden", "does not begin with kind"},
        {"hidden and kind == \"task\"", "does not begin with kind"},
        {"kind == \"no-such\" and hidden", "does not exist"},
        {"kind == \"task\" or hidden", "\\\"and\\\" is missing"},
        {"kind == \"task\" and hidden or enabled", "an \\\"or\\\" outside"},
        {"(kind == \"task\" or hidden) and enabled", "does not begin with kind"},
        {"(kind == \"task\" and hidden) or enabled", "more than kinds"},
        {"not kind == \"task\"", "does not begin with kind"},
        {"kind == \"problem\" and command == \"\"", "speak of the examination"},
        {"true", "does not begin with kind"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_buf b = {0}, reason = {0};

        for (const char *c = cases[i].reason; *c; c++) {
            if (*c != '\\')
                ac_buf_addc(&reason, *c);
        }
        rc_rule(&b, "one", "ONE", "qakbot", "strong", cases[i].condition);
        expect_refused(ac_buf_text(&b), "bad.yar:1: rule one", ac_buf_text(&reason));
        ac_buf_free(&b);
        ac_buf_free(&reason);
    }
}

Test(rules_refused, a_global_rule_is_refused)
{
    expect_refused("global rule a { condition: kind == \"task\" }", "bad.yar:1", "global");
    expect_refused("global private rule a { condition: kind == \"task\" }", "bad.yar:1", "global");
    expect_refused("private global rule a { condition: kind == \"task\" }", "bad.yar:1", "global");
}

static const char *const meta_lines[][2] = {
    {"id = \"ONE\"", "meta id"},
    {"family = \"qakbot\"", "meta family"},
    {"strength = \"strong\"", "meta strength"},
    {"title = \"A title\"", "meta title"},
    {"tests = \"What it tests.\"", "meta tests"},
    {"benign = \"\"", "meta benign"},
    {"attack = \"T1547.001 T1053\"", "meta attack"},
    {"reference = \"a test\"", "meta reference"},
};

/* The rule with one line of its meta replaced. */
static void replaced(struct ac_buf *out, const char *line, const char *by)
{
    struct ac_buf b = {0};
    const char *at;

    rc_rule(&b, "one", "ONE", "qakbot", "strong", "kind == \"task\" and hidden");
    at = strstr(ac_buf_text(&b), line);
    cr_assert_not_null(at, "%s", line);
    ac_buf_addf(out, "%.*s%s%s", (int)(at - ac_buf_text(&b)), ac_buf_text(&b), by,
                at + strlen(line));
    ac_buf_free(&b);
}

Test(rules_refused, meta_must_be_complete)
{
    for (size_t i = 0; i < sizeof(meta_lines) / sizeof(meta_lines[0]); i++) {
        struct ac_buf without = {0}, number = {0};

        replaced(&without, meta_lines[i][0], "");
        expect_refused(ac_buf_text(&without), "bad.yar:1: rule one", meta_lines[i][1]);
        replaced(
            &number, meta_lines[i][0],
            ((const char *const[]){"id = 1", "family = 1", "strength = 1", "title = true",
                                   "tests = 1", "benign = 1", "attack = 1", "reference = 1"})[i]);
        expect_refused(ac_buf_text(&number), "bad.yar:1: rule one", meta_lines[i][1]);
        ac_buf_free(&without);
        ac_buf_free(&number);
    }
}

Test(rules_refused, meta_must_be_sound)
{
    static const char *const odd[][2] = {
        {"id = \"ONE\"", "id = \"one\""},
        {"id = \"ONE\"", "id = \"ONE TWO\""},
        {"id = \"ONE\"", "id = \"QAK-RUN\""}, /* taken by a rule in C */
        {"id = \"ONE\"", "id = \"LST-MINE\""},
        {"id = \"ONE\"", "id = \"ONE-THAT-IS-MUCH-TOO-LONG-FOR-A-TABLE\""},
        {"strength = \"strong\"", "strength = \"certain\""},
        {"attack = \"T1547.001 T1053\"", "attack = \"T1547.1\""},
        {"attack = \"T1547.001 T1053\"", "attack = \"persistence\""},
        {"title = \"A title\"", "title = \"\""},
        {"title = \"A title\"", "title = \"a\\x1B[31m title\""},
        {"tests = \"What it tests.\"", "tests = \"\\xFF\""},
    };

    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        struct ac_buf b = {0};

        replaced(&b, odd[i][0], odd[i][1]);
        expect_refused(ac_buf_text(&b), "bad.yar:1: rule one", "");
        ac_buf_free(&b);
    }
}

Test(rules_refused, two_rules_do_not_share_an_id)
{
    struct ac_buf a = {0}, b = {0};
    const char *paths[2];
    char first[5000];

    rc_rule(&a, "one", "ONE", "qakbot", "strong", "kind == \"task\" and hidden");
    rc_rule(&b, "two", "ONE", "qakbot", "strong", "kind == \"task\" and hidden");
    snprintf(first, sizeof(first), "%s", rc_text("a.yar", ac_buf_text(&a)));
    paths[0] = first;
    paths[1] = rc_text("b.yar", ac_buf_text(&b));
    cr_expect(strstr(rc_refused(&(struct ac_rule_options){.rules = paths, .n_rules = 2}),
                     "b.yar:1: rule two"));
    ac_buf_free(&a);
    ac_buf_free(&b);
}

Test(rules_refused, files_that_are_none_are_refused)
{
    const char *nul = rc_file("nul.yar", "rule a { }\0hidden", 17),
               *nothing = "/nonexistent/rules.yar";
    char folder[5100];
    const char *empty = folder;

    snprintf(folder, sizeof(folder), "%s.d", nul);
    cr_assert_eq(mkdir(folder, 0700), 0);
    cr_expect(strstr(rc_refused(&(struct ac_rule_options){.rules = &nul, .n_rules = 1}), "NUL"));
    cr_expect(strstr(rc_refused(&(struct ac_rule_options){.rules = &nothing, .n_rules = 1}),
                     "/nonexistent/rules.yar"));
    cr_expect(strstr(rc_refused(&(struct ac_rule_options){.rules = &empty, .n_rules = 1}),
                     "holds no file"));
}

