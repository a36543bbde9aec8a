/* What was exposed: the order of what to change, numbers that are not known, dates against the
 * first sign, and what the report says in both languages. */
#include "report_case.h"

#include "assess/exposure.h"
#include "base/alloc.h"
#include "report/next_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct report_case c;
static struct ac_exposure e;

static void stop(void)
{
    ac_exposure_free(&e);
    rc_free(&c);
}

TestSuite(exposure, .fini = stop);

static void add(const char *kind, const char *fields, const char *more)
{
    struct ac_buf line = {0};
    struct ac_record *r;
    char id[24];

    ac_buf_addf(&line,
                "{\"kind\":\"%s\",\"fields\":{%s},\"provenance\":{\"evidence\":\"E1\",\"system\":"
                "\"Windows\",\"path\":\"p\"%s}}",
                kind, fields, more);
    cr_assert_eq(ac_record_parse(ac_buf_text(&line), line.n, &r, NULL), AC_OK, "%s",
                 ac_buf_text(&line));
    snprintf(id, sizeof(id), "R-%06zu", c.n + 1);
    ac_record_set_id(r, id);
    c.records = ac_realloc(c.records, (c.n + 1) * sizeof(*c.records));
    cr_assert(c.records);
    c.records[c.n++] = r;
    ac_buf_free(&line);
}

#define STORE(user, group, program, content)                                                       \
    "\"program\":\"" program "\",\"user\":\"" user "\",\"group\":\"" group                         \
    "\",\"content\":\"" content "\",\"store\":\"" program "/" content "\""

static void add_store(const char *fields)
{
    add("credential-store", fields, "");
}

static void assess(void)
{
    ac_assessment_free(&c.assessment);
    cr_assert_eq(ac_assess(c.records, c.n, &c.assessment, NULL), AC_OK);
    cr_assert_eq(ac_exposure_make(&c.assessment, &e), AC_OK);
}

static void add_stores(void)
{
    add("source",
        "\"source\":\"credential-stores\",\"name\":\"Users/user2\",\"present\":true,\"read\":"
        "\"complete\"",
        "");
    add_store(
        STORE("user2", "windows", "Windows Wi-Fi", "network-keys") ",\"saved\":1,\"accounts\":1,"
                                                                   "\"protection\":[\"dpapi\"]");
    add_store(
        STORE("user2", "windows", "Windows Wi-Fi", "network-keys") ",\"saved\":0,\"accounts\":1");
    add_store(STORE("user2", "access", "FileZilla", "passwords") ",\"saved\":2,\"accounts\":3,"
                                                                 "\"protection\":[\"obfuscated\"]");
    add_store(STORE("user2", "browser", "Google Chrome",
                    "passwords") ",\"saved\":7,\"accounts\":9,\"protection\":[\"dpapi\","
                                 "\"app-bound\"],\"first_created\":\"2020-01-01T00:00:00Z\","
                                 "\"last_created\":\"2020-06-01T00:00:00Z\"");
    add_store(STORE("user2", "browser", "Google Chrome",
                    "passwords") ",\"unreadable\":\"it has no list of logins\"");
    add_store(STORE("user2", "mail", "Microsoft Outlook", "mail-bodies") ",\"size\":1000");
    add_store(STORE("user2", "mail", "Mozilla Thunderbird",
                    "passwords") ",\"saved\":1,\"accounts\":1,\"protection\":["
                                 "\"primary-password-unknown\"],\"first_created\":"
                                 "\"2020-01-01T00:00:00Z\",\"last_created\":"
                                 "\"2022-01-01T00:00:00Z\",\"last_changed\":"
                                 "\"2022-01-02T00:00:00Z\",\"origins\":[{\"origin\":"
                                 "\"imap://mail.example\\u001b[31m\",\"account\":\"alice\"}]");
    add_store(STORE("", "windows", "Windows Vault", "passwords") ",\"saved\":1,\"accounts\":1");
    add_store(STORE("user1", "browser", "Vivaldi", "cookies") ",\"saved\":4,\"accounts\":4");
    add("credential-store", STORE("user2", "access", "Old VNC", "passwords") ",\"saved\":1",
        ",\"snapshot\":\"RegBack\"");
}

Test(exposure, by_user_and_urgency)
{
    static const char *const order[] = {"Vivaldi",       "Mozilla Thunderbird", "Microsoft Outlook",
                                        "Google Chrome", "FileZilla",           "Windows Wi-Fi",
                                        "Windows Vault"};

    rc_init(&c);
    add_stores();
    assess();
    cr_assert_eq(e.n, sizeof(order) / sizeof(order[0]));
    for (size_t i = 0; i < e.n; i++)
        cr_expect_str_eq(e.items[i].program, order[i]);
    cr_expect(e.searched);
    cr_expect_eq(e.items[1].urgency, AC_URGENT_MAIL);
    cr_expect_not(ac_exposed_is_to_change(&e.items[2]));
    cr_expect_not(e.items[3].saved_known, "one of its two stores was not readable");
    cr_expect_eq(e.items[3].unreadable, 1);
    cr_expect_eq(e.items[3].n_protection, 2);
    cr_expect_eq(e.items[5].accounts, 2);
    cr_expect_eq(e.items[5].saved, 1);
    cr_expect(e.items[5].saved_known);
}

Test(exposure, the_first_sign_is_the_earliest_time_of_a_finding)
{
    char text[AC_TIME_TEXT];

    rc_init(&c);
    assess();
    cr_expect(e.any_finding);
    cr_assert(e.first.record);
    cr_assert_gt(e.first.time.ticks, 0);
    for (size_t i = 0; i < c.assessment.n_findings; i++) {
        const struct ac_finding *f = c.assessment.findings[i];

        for (size_t k = 0; f->strength > AC_LISTED && k < f->n_records; k++) {
            struct ac_filetime t;

            if (ac_record_kind(f->records[k]) == AC_KIND_AUTOSTART &&
                ac_time_parse(ac_record_prov(f->records[k], "key_last_written"), &t))
                cr_expect_leq(e.first.time.ticks, t.ticks, "%s", ac_time_print(e.first.time, text));
        }
    }
}

Test(exposure, a_domain_matters_with_the_families_that_take_its_passwords)
{
    rc_init(&c);
    add("system", "\"domain\":\"corp.example\"", "");
    assess();
    cr_expect_null(e.domain, "no finding of such a family");
    {
        struct ac_rule rule = {.id = "X", .family = "qakbot"};
        struct ac_finding f = {.id = "F-001", .rule = &rule, .strength = AC_STRONG}, *all = &f;
        struct ac_assessment a = {
            .records = c.records, .n_records = c.n, .findings = &all, .n_findings = 1};
        struct ac_exposure other;

        cr_assert_eq(ac_exposure_make(&a, &other), AC_OK);
        cr_assert(other.domain);
        cr_expect_str_eq(ac_record_get(other.domain, "domain"), "corp.example");
        cr_expect_eq(other.first.time.ticks, 0);
        ac_exposure_free(&other);
    }
}

Test(exposure, counts_of_evidence_do_not_overflow)
{
    rc_init_empty(&c);
    for (int i = 0; i < 3; i++)
        add_store(
            STORE("u", "mail", "P", "passwords") ",\"saved\":9223372036854775807,\"accounts\":"
                                                 "-5");
    assess();
    cr_expect_eq(e.items[0].saved, INT64_MAX);
    cr_expect_eq(e.items[0].accounts, INT64_MAX);
}

Test(exposure, every_allocation_may_fail)
{
    rc_init(&c);
    add_stores();
    assess();
    for (unsigned long n = 1; n < 40; n++) {
        struct ac_exposure other;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_exposure_make(&c.assessment, &other);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_NOMEM || (rc == AC_OK && other.n == e.n));
        ac_exposure_free(&other);
    }
}

/* Is it there, wherever lines end? */
static bool says(const char *text, const char *what)
{
    struct ac_buf joined = {0};
    bool is;

    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");

        ac_buf_add(&joined, p, n);
        p += n;
        if (*p)
            ac_buf_addc(&joined, ' ');
        p += strspn(p, "\n ");
    }
    is = strstr(ac_buf_text(&joined), what) != NULL;
    ac_buf_free(&joined);
    return is;
}

Test(exposure, the_report_tells_it)
{
    struct ac_buf text = {0};

    rc_init(&c);
    add_stores();
    assess();
    rc_print(&c, "en", &text);
    cr_expect(says(text.p, "could be read by anyone who ran programs as this user; it is not "
                           "recorded whether it was"));
    cr_expect(says(text.p, "[1 mail] Mozilla Thunderbird: stored passwords; entries with a stored "
                           "secret: 1;"));
    cr_expect(says(text.p, "[2 browser] Google Chrome: stored passwords; entries with a stored "
                           "secret: not known;"));
    cr_expect(says(text.p, "Not examined, or only in part, because Google Chrome/passwords: it has "
                           "no list of logins."));
    cr_expect(says(text.p, "Entries were stored before and after the first sign."));
    cr_expect(says(text.p, "All entries were stored before the first sign."));
    cr_expect(says(text.p, "At least one password was changed after the first sign;"));
    cr_expect(says(text.p, "imap://mail.example\\u{1B}[31m, account: alice"));
    cr_expect(says(text.p, "Programs with stored credentials: 6 (of these, with an unknown number "
                           "of entries: 1)."));
    cr_expect(says(text.p, "DPAPI: every program"));
    cr_expect_not(says(text.p, "Old VNC"));
    ac_buf_clear(&text);
    rc_print(&c, "ja", &text);
    cr_expect(strstr(text.p, "[1 メール] Mozilla Thunderbird"));
    cr_expect_null(strstr(text.p, "(in English)"));
    ac_buf_clear(&text);
    cr_assert_eq(ac_report_findings(&c.in, &text, NULL), AC_OK);
    cr_expect(strstr(text.p, "\"exposure\""));
    cr_expect(strstr(text.p, "\"urgency\": 1"));
    cr_expect_null(strstr(text.p, "alice"), "sites and accounts stay in the records");
    ac_buf_free(&text);
}

Test(exposure, not_looked_for_is_not_none)
{
    struct ac_buf text = {0};

    rc_init_empty(&c);
    assess();
    rc_print(&c, "en", &text);
    cr_expect(says(text.p, "Stores of credentials were not looked for in this evidence"));
    ac_buf_clear(&text);
    ac_exposure_free(&e);
    add("source",
        "\"source\":\"credential-stores\",\"name\":\"Users/user2\",\"present\":true,\"read\":"
        "\"complete\"",
        "");
    assess();
    rc_print(&c, "en", &text);
    cr_expect(says(text.p, "No store of credentials was seen in the places that were searched"));
    cr_expect(says(text.p, "There is no finding above \"listed\""));
    ac_buf_free(&text);
}

Test(exposure, the_owners_page_names_a_program_once)
{
    struct ac_buf page = {0};

    rc_init(&c);
    add_store(STORE("user9", "browser", "Browser X", "passwords") ",\"saved\":2");
    add_store(STORE("user9", "browser", "Browser X", "cookies") ",\"saved\":40");
    add_store(STORE("user9", "browser", "Browser Y", "passwords") ",\"saved\":3");
    add_store(STORE("user9", "browser", "Browser Y", "cookies"));
    add_store(STORE("user9", "browser", "Browser Z", "passwords") ",\"saved\":0");
    assess();
    c.in.assessment = &c.assessment;
    cr_assert_eq(ac_report_next_steps(&c.in, "en", &page, NULL), AC_OK);
    cr_expect_not_null(strstr(ac_buf_text(&page), "user9: "), "%s", ac_buf_text(&page));
    cr_expect_not_null(strstr(ac_buf_text(&page), "Browser X (42)"), "%s", ac_buf_text(&page));
    cr_expect_not_null(strstr(ac_buf_text(&page), "Browser Y (3 + ?)"), "%s", ac_buf_text(&page));
    cr_expect_null(strstr(ac_buf_text(&page), "Browser Z"));
    ac_buf_free(&page);
}
