/* The page for the owner: short, in both languages, without terms of the trade. */
#include "report_case.h"

#include "base/text.h"
#include "report/next_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct report_case c;
static struct ac_buf text;

static void end(void)
{
    ac_buf_free(&text);
    rc_free(&c);
}

TestSuite(next_steps, .fini = end);

static const char *page(const char *language)
{
    ac_buf_clear(&text);
    cr_assert_eq(ac_report_next_steps(&c.in, language, &text, NULL), AC_OK);
    return ac_buf_text(&text);
}

static void expect_form(const char *of)
{
    unsigned lines = 0;

    for (const char *p = of; *p; lines++) {
        size_t n = strcspn(p, "\n");

        cr_expect_leq(ac_text_width((struct ac_str){p, n}), 80, "%.*s", (int)n, p);
        p += n + (p[n] == '\n');
    }
    cr_expect_leq(lines, AC_NEXT_STEPS_LINES);
    cr_expect_gt(lines, 15);
}

Test(next_steps, two_pages_at_most_in_both_languages)
{
    rc_init(&c);
    expect_form(page("en"));
    cr_expect_not_null(strstr(page("en"), "Leave this computer switched off"));
    expect_form(page("ja"));
    cr_expect_not_null(strstr(page("ja"), "明日の朝からすること"));
    cr_expect_null(strstr(page("ja"), "switched off"), "a sentence is not translated");
}

Test(next_steps, nothing_found_frightens_nobody)
{
    rc_init_empty(&c);
    expect_form(page("en"));
    cr_expect_null(strstr(page("en"), "Call your bank"));
    cr_expect_not_null(strstr(page("en"), "does not show that nothing was ever there"));
}

/* Windows Defender named Emotet and removed it: nothing of the five is left, but the owner must act. */
Test(next_steps, what_belongs_to_none_of_the_five_is_no_peace)
{
    static const struct ac_rule rule = {.id = "AVD-NAMED", .family = "security-software"};
    struct ac_finding f = {.rule = &rule, .strength = AC_SUPPORTING};
    struct ac_finding *list[] = {&f}, **before;
    size_t n;

    rc_init_empty(&c);
    before = c.assessment.findings;
    n = c.assessment.n_findings;
    c.assessment.findings = list;
    c.assessment.n_findings = 1;
    cr_expect_not_null(strstr(page("en"), "Other signs of harmful programs"));
    cr_expect_not_null(strstr(page("en"), "Leave this computer switched off"));
    cr_expect_not_null(strstr(page("ja"), "1 件"));
    f.strength = AC_LISTED;
    cr_expect_null(strstr(page("en"), "Other signs"));
    c.assessment.findings = before;
    c.assessment.n_findings = n;
}

Test(next_steps, no_terms_of_the_trade)
{
    static const char *const terms[] = {"hive",       "registry", "prefetch", "MFT",
                                        "artefact",   "IOC",      "S4",       "payload",
                                        "レジストリ", "ハイブ",   "痕跡情報"};

    rc_init(&c);
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        cr_expect_lt(ac_str_ifind(ac_str_of(page("en")), ac_str_of(terms[i])), 0, "%s", terms[i]);
        cr_expect_lt(ac_str_ifind(ac_str_of(page("ja")), ac_str_of(terms[i])), 0, "%s", terms[i]);
    }
}

/* Every family at its strongest, a notice, and a name that the evidence chose: still two pages. */
Test(next_steps, the_longest_page)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);
    struct ac_record *all[300];

    rc_init(&c);
    ac_record_prov_textz(r, "state", "live");
    ac_record_textz(r, "computer_name", "EVIL\033[31m\n%n%1$s");
    cr_assert_lt(c.n + 5, 300);
    for (size_t i = 0; i < 5; i++)
        all[i] = r;
    memcpy(all + 5, c.records, c.n * sizeof(*all));
    c.assessment.records = all;
    c.assessment.n_records = c.n + 5;
    for (size_t i = 0; i < c.assessment.n_conclusions; i++)
        c.assessment.conclusions[i].scale = AC_S4;
    c.assessment.incomplete = true;
    expect_form(page("en"));
    cr_expect_null(strchr(page("en"), '\033'));
    cr_expect_not_null(strstr(page("en"), "EVIL\\u{1B}[31m\\u{A}%n%1$s"));
    expect_form(page("ja"));
    c.assessment.records = c.records;
    c.assessment.n_records = c.n;
    ac_record_free(r);
}

Test(next_steps, what_could_not_be_read_is_not_called_absent)
{
    rc_init_empty(&c);
    for (size_t i = 0; i < c.assessment.n_conclusions; i++)
        c.assessment.conclusions[i].scale = AC_SX;
    cr_expect_null(strstr(page("en"), "nothing was found."));
    cr_expect_not_null(strstr(page("en"), "cannot be said"));
}
