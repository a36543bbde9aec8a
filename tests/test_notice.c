/* Rows of a notice against made-up installations: every answer with what just fails to be it. */
#include "fixture.h"

#include "assess/notice.h"
#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct fx_records all;
static struct ac_assessment a;
static struct ac_notice_list list;
static struct ac_notice_matches matches;
static const char *evidence, *installation;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
    evidence = "E1";
    installation = "Windows";
}

static void end(void)
{
    ac_notices_free(&matches);
    ac_notice_list_free(&list);
    fx_records_free(&all);
}

TestSuite(notice, .init = begin, .fini = end);

/* ---- records */

static struct ac_record *add(enum ac_kind kind, const char *state)
{
    struct ac_record *r = ac_record_new(kind);
    char id[24];

    snprintf(id, sizeof(id), "R-%06zu", all.n + 1);
    ac_record_set_id(r, id);
    ac_record_prov_textz(r, "evidence", evidence);
    ac_record_prov_textz(r, "system", installation);
    ac_record_prov_textz(r, "state", state);
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static struct ac_record *fact(const char *field, const char *value)
{
    struct ac_record *r = add(AC_KIND_SYSTEM, "live");

    ac_record_textz(r, field, value);
    return r;
}

static struct ac_record *moment(enum ac_kind kind, const char *field, const char *time)
{
    struct ac_record *r = add(kind, "live");

    ac_record_time(r, field, (struct ac_filetime){fx_time(time)});
    return r;
}

static void address(const char *ip)
{
    ac_record_add_text(add(AC_KIND_SYSTEM, "live"), "addresses", ac_str_of(ip));
}

static void zone_of_tokyo(void)
{
    json_t *rules = json_object();

    ac_json_int(rules, "bias", -540);
    ac_record_object(add(AC_KIND_SYSTEM, "live"), "zone_rules", rules);
}

static struct ac_record *source(const char *name, const char *read)
{
    struct ac_record *r = add(AC_KIND_SOURCE, "live");

    ac_record_textz(r, "source", "hive");
    ac_record_textz(r, "name", name);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", read);
    return r;
}

/* A machine of the name LAPTOP-01, used in Tokyo from April 2019 to 21 January 2021. */
static void laptop(void)
{
    ac_record_textz(fact("computer_name", "LAPTOP-01"), "time_zone", "Tokyo Standard Time");
    fact("hostname", "laptop-01");
    address("192.0.2.17");
    zone_of_tokyo();
    moment(AC_KIND_SYSTEM, "installed", "2019-04-02T07:00:00Z");
    moment(AC_KIND_SYSTEM, "last_shutdown", "2021-01-21T16:41:10Z");
    moment(AC_KIND_EXECUTION, "last_run", "2021-01-05T08:30:14Z");
    ac_record_textz(add(AC_KIND_ACCOUNT, "live"), "name", "user1");
    source("SYSTEM", "complete");
}

/* ---- rows */

static void row(const char *name, const char *ip, const char *first, const char *last,
                const char *zone, const char *user)
{
    const char *const fields[] = {name, ip, first, last, zone, user};
    struct ac_notice n = {.row = (unsigned)list.n + 1};

    for (size_t i = 0; i < AC_NOTICE_FIELDS; i++)
        n.fields[i] = strdup(fields[i]);
    cr_assert_eq(ac_grow((void **)&list.rows, &list.cap, list.n + 1, sizeof(n)), 0);
    list.rows[list.n++] = n;
}

static const struct ac_notice_match *match(void)
{
    ac_notices_free(&matches);
    a = (struct ac_assessment){.records = all.items, .n_records = all.n};
    cr_assert_eq(ac_notices_match(&a, &list, &matches, NULL), AC_OK);
    cr_assert_eq(matches.n, list.n);
    return matches.items;
}

/* The answer for one more row. */
static struct ac_notice_criterion ask(enum ac_notice_criterion_id id, const char *name,
                                      const char *ip, const char *first, const char *last,
                                      const char *zone, const char *user,
                                      enum ac_notice_result *ret)
{
    row(name, ip, first, last, zone, user);
    match();
    if (ret)
        *ret = matches.items[list.n - 1].result;
    return matches.items[list.n - 1].criteria[id];
}

static enum ac_notice_answer name_of(const char *name)
{
    return ask(AC_CRITERION_NAME, name, "", "", "", "", "", NULL).answer;
}

static struct ac_notice_criterion address_of(const char *ip)
{
    return ask(AC_CRITERION_ADDRESS, "", ip, "", "", "", "", NULL);
}

static struct ac_notice_criterion time_of(const char *first, const char *last, const char *zone)
{
    return ask(AC_CRITERION_TIME, "", "", first, last, zone, "", NULL);
}

static enum ac_notice_answer user_of(const char *user)
{
    return ask(AC_CRITERION_USER, "", "", "", "", "", user, NULL).answer;
}

/* ---- names */

Test(notice, names_agree_without_case_in_netbios_form_and_as_first_label)
{
    laptop();
    cr_expect_eq(name_of("LAPTOP-01"), AC_ANSWER_MATCH);
    cr_expect_eq(name_of("laptop-01"), AC_ANSWER_MATCH);
    cr_expect_eq(name_of("Laptop-01.example.jp"), AC_ANSWER_MATCH);
    cr_expect_eq(name_of("LAPTOP-012"), AC_ANSWER_DIFFERS);
    cr_expect_eq(name_of("LAPTOP-0"), AC_ANSWER_DIFFERS);
    cr_expect_eq(name_of("LAPTOP-02.LAPTOP-01"), AC_ANSWER_DIFFERS);
    cr_expect_eq(name_of("."), AC_ANSWER_DIFFERS);
    cr_expect_eq(name_of(""), AC_ANSWER_NOT_GIVEN);
    cr_expect_eq(matches.items[0].criteria[AC_CRITERION_NAME].n_records, 2);
    cr_expect_str_eq(ac_record_id(matches.items[0].criteria[AC_CRITERION_NAME].records[0]),
                     "R-000001");
}

Test(notice, a_long_name_agrees_in_full_or_with_its_netbios_form)
{
    fact("hostname", "DESKTOP-ABCDEFGHIJ");
    cr_expect_eq(name_of("DESKTOP-ABCDEFGHIJ"), AC_ANSWER_MATCH);
    cr_expect_eq(name_of("DESKTOP-ABCDEFGXXX"), AC_ANSWER_DIFFERS);
    cr_expect_eq(name_of("DESKTOP-ABCDEFG"), AC_ANSWER_MATCH);
    cr_expect_eq(name_of("DESKTOP-ABCDEF"), AC_ANSWER_DIFFERS);
    fact("computer_name", "DESKTOP-ABCDEFG"); /* 15 */
    cr_expect_eq(name_of("desktop-abcdefgxxx"), AC_ANSWER_MATCH);
    fact("hostname", "端末の名前がとても長いときの例です"); /* 17 characters of three bytes */
    cr_expect_eq(name_of("端末の名前がとても長いときの例"), AC_ANSWER_MATCH);
    cr_expect_eq(name_of("端末の名前がとても長いときの"), AC_ANSWER_DIFFERS);
}

Test(notice, former_names_are_told_apart)
{
    enum ac_notice_result result;

    laptop();
    fact("former_computer_name", "OLD-NAME");
    ac_record_textz(add(AC_KIND_SYSTEM, "snapshot"), "computer_name", "OLDER-NAME");
    ac_record_textz(add(AC_KIND_SYSTEM, "snapshot"), "computer_name", "LAPTOP-01");
    cr_expect_eq(name_of("old-name"), AC_ANSWER_MATCH_FORMER);
    cr_expect_eq(name_of("older-name"), AC_ANSWER_MATCH_FORMER);
    ac_record_textz(add(AC_KIND_EVENT, "live"), "computer", "NAME-OF-AN-EVENT");
    cr_expect_eq(name_of("name-of-an-event"), AC_ANSWER_MATCH_FORMER);
    cr_expect_eq(name_of("LAPTOP-01"), AC_ANSWER_MATCH);
    ask(AC_CRITERION_NAME, "OLD-NAME", "", "", "", "", "", &result);
    cr_expect_eq(result, AC_NOTICE_MATCH);
}

Test(notice, an_unknown_name_is_not_another_one)
{
    enum ac_notice_result result;

    address("192.0.2.17");
    cr_expect_eq(name_of("LAPTOP-01"), AC_ANSWER_NOT_KNOWN);
    ask(AC_CRITERION_NAME, "LAPTOP-01", "192.0.2.17", "", "", "", "", &result);
    cr_expect_eq(result, AC_NOTICE_UNDECIDED);
}

/* ---- addresses */

Test(notice, addresses_agree_or_leave_it_open)
{
    laptop();
    cr_expect_eq(address_of("192.0.2.17").answer, AC_ANSWER_MATCH);
    cr_expect_eq(address_of("::ffff:192.0.2.17").answer, AC_ANSWER_MATCH);
    cr_expect_eq(address_of("192.0.2.18").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(address_of("192.0.2.170").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(address_of("192.0.2").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(address_of("").answer, AC_ANSWER_NOT_GIVEN);
}

static bool says(const struct ac_notice_criterion *c, const char *part)
{
    return strstr(c->reason.msgid, part) != NULL;
}

Test(notice, why_an_address_says_nothing)
{
    struct ac_notice_criterion c;

    c = address_of("203.0.113.9");
    cr_expect(says(&c, "no Windows installation"));
    cr_expect_eq(matches.items[0].result, AC_NOTICE_UNDECIDED);
    fact("computer_name", "LAPTOP-01");
    c = address_of("203.0.113.9");
    cr_expect(says(&c, "no address of the computer"));
    address("192.168.1.5");
    address("fe80::1");
    c = address_of("203.0.113.9");
    cr_expect(says(&c, "router"));
    c = address_of("192.168.1.6");
    cr_expect(says(&c, "last lease"));
    c = address_of("192.168.1.5");
    cr_expect(says(&c, "many networks use"));
    cr_expect_eq(c.answer, AC_ANSWER_MATCH);
    address("198.51.100.1");
    c = address_of("203.0.113.9");
    cr_expect(says(&c, "last lease"));
    c = address_of("example.jp");
    cr_expect(says(&c, "no IP address"));
}

Test(notice, which_addresses_are_private)
{
    static const struct {
        const char *stored;
        bool private;
    } cases[] = {
        {"10.0.0.1", true},     {"11.0.0.1", false},    {"172.16.0.1", true},
        {"172.31.9.9", true},   {"172.32.0.1", false},  {"192.168.0.1", true},
        {"192.167.0.1", false}, {"169.254.3.4", true},  {"100.64.0.1", true},
        {"100.128.0.1", false}, {"fd00::1", true},      {"fec0::1", false},
        {"fe80::9", true},      {"2001:db8::1", false}, {"::1", true},
        {"::2", false},         {"127.0.0.1", true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_notice_criterion c;

        evidence = cases[i].stored; /* an installation of its own */
        end();
        fx_records_init(&all);
        address(cases[i].stored);
        c = address_of("203.0.113.9");
        cr_expect_eq(says(&c, "router"), cases[i].private, "%s", cases[i].stored);
    }
}

/* ---- times */

Test(notice, a_trace_within_the_time_agrees)
{
    struct ac_notice_criterion c;

    laptop();
    c = time_of("2021-01-05T08:30:14Z", "2021-01-05T08:30:14Z", "");
    cr_expect_eq(c.answer, AC_ANSWER_MATCH);
    cr_assert_eq(c.n_records, 1);
    cr_expect_str_eq(ac_record_id(c.records[0]), "R-000007");
    cr_expect_eq(time_of("2021-01-05T08:30:15Z", "2021-01-06T00:00:00Z", "").answer,
                 AC_ANSWER_UNDECIDED);
    cr_expect_eq(time_of("2021-01-04T00:00:00Z", "2021-01-05T08:30:13Z", "").answer,
                 AC_ANSWER_UNDECIDED);
    /* a single moment: 12 hours on either side, to the second */
    cr_expect_eq(time_of("2021-01-05T20:30:14Z", "", "").answer, AC_ANSWER_MATCH);
    cr_expect_eq(time_of("2021-01-05T20:30:15Z", "", "").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(time_of("", "2021-01-04T20:30:14Z", "").answer, AC_ANSWER_MATCH);
    cr_expect_eq(time_of("", "2021-01-04T20:30:12Z", "").answer, AC_ANSWER_UNDECIDED);
    /* a day is that day, in the zone of the computer */
    c = time_of("2021-01-05", "", "");
    cr_expect_eq(c.answer, AC_ANSWER_MATCH);
    cr_expect_not_null(c.note);
    cr_expect_eq(time_of("2021-01-04", "", "").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(time_of("", "", "").answer, AC_ANSWER_NOT_GIVEN);
}

Test(notice, times_outside_what_the_installation_saw_contradict)
{
    struct ac_notice_criterion c;
    enum ac_notice_result result;

    laptop();
    c = time_of("2019-04-02T06:00:00Z", "2019-04-02T06:59:58Z", "");
    cr_expect_eq(c.answer, AC_ANSWER_CONTRADICTS);
    cr_expect_str_eq(ac_record_id(c.records[0]), "R-000005");
    cr_expect_eq(time_of("2019-04-02T06:00:00Z", "2019-04-02T07:00:00Z", "").answer,
                 AC_ANSWER_MATCH);
    c = time_of("2021-01-21T16:41:11Z", "2021-03-01T00:00:00Z", "");
    cr_expect_eq(c.answer, AC_ANSWER_CONTRADICTS);
    cr_expect_str_eq(ac_record_id(c.records[0]), "R-000006");
    ask(AC_CRITERION_TIME, "LAPTOP-01", "192.0.2.17", "2021-03-01", "", "", "", &result);
    cr_expect_eq(result, AC_NOTICE_CONTRADICTS);
    /* the day of the shutdown itself does not */
    cr_expect_eq(time_of("2021-01-22", "", "JST").answer, AC_ANSWER_MATCH);
}

static void power(const char *provider, int id, const char *time)
{
    struct ac_record *r = moment(AC_KIND_EVENT, "time", time);

    ac_record_textz(r, "provider", provider);
    ac_record_int(r, "event_id", id);
}

Test(notice, starts_and_shutdowns_of_the_event_log)
{
    struct ac_notice_criterion c;

    laptop();
    power("EventLog", 6005, "2020-06-01T08:00:00Z");
    power("Microsoft-Windows-Kernel-General", 13, "2020-06-01T18:00:00Z");
    power("Microsoft-Windows-Kernel-General", 12, "2020-06-05T08:00:00Z");
    power("EventLog", 6005, "2020-06-07T08:00:00Z"); /* no shutdown before: it crashed */
    c = time_of("2020-06-01T10:00:00Z", "2020-06-01T11:00:00Z", "");
    cr_expect_eq(c.answer, AC_ANSWER_MATCH);
    cr_expect_eq(c.n_records, 2);
    cr_expect_eq(time_of("2020-06-02T10:00:00Z", "2020-06-03T11:00:00Z", "").answer,
                 AC_ANSWER_CONTRADICTS);
    cr_expect_eq(time_of("2020-06-06T10:00:00Z", "2020-06-06T11:00:00Z", "").answer,
                 AC_ANSWER_UNDECIDED);
    /* a program was started in between: then it was not off */
    moment(AC_KIND_EXECUTION, "last_run", "2020-06-04T00:00:00Z");
    cr_expect_eq(time_of("2020-06-02T10:00:00Z", "2020-06-03T11:00:00Z", "").answer,
                 AC_ANSWER_UNDECIDED);
}

Test(notice, a_date_after_the_last_one_stays_open_unless_all_was_read)
{
    laptop();
    source("NTUSER.DAT", "partial");
    cr_expect_eq(time_of("2021-03-01", "", "").answer, AC_ANSWER_UNDECIDED);
}

Test(notice, what_is_missing_in_a_folder_may_not_have_been_collected)
{
    laptop();
    ac_record_bool(source("SOFTWARE", "no"), "present", false);
    cr_expect_eq(time_of("2021-03-01", "", "").answer, AC_ANSWER_UNDECIDED);
    add(AC_KIND_INTEGRITY, "live"); /* on a disk image it is not there */
    cr_expect_eq(time_of("2021-03-01", "", "").answer, AC_ANSWER_CONTRADICTS);
    add(AC_KIND_PROBLEM, "live");
    cr_expect_eq(time_of("2021-03-01", "", "").answer, AC_ANSWER_UNDECIDED);
}

Test(notice, a_key_that_was_written_later_keeps_it_open)
{
    laptop();
    ac_record_prov_time(fact("owner", "x"), "key_last_written",
                        (struct ac_filetime){fx_time("2021-04-01T00:00:00Z")});
    cr_expect_eq(time_of("2021-03-01", "", "").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(time_of("2021-05-01", "", "").answer, AC_ANSWER_CONTRADICTS);
}

Test(notice, without_a_shutdown_the_end_is_not_known)
{
    fact("computer_name", "LAPTOP-01");
    zone_of_tokyo();
    moment(AC_KIND_EXECUTION, "last_run", "2021-01-05T08:30:14Z");
    cr_expect_eq(time_of("2021-03-01", "", "").answer, AC_ANSWER_UNDECIDED);
}

Test(notice, an_upgrade_is_no_installation)
{
    json_t *former = json_object();

    laptop();
    cr_expect_eq(time_of("2018-06-01", "", "").answer, AC_ANSWER_CONTRADICTS);
    ac_json_textz(former, "installed", "2017-01-01T00:00:00Z");
    ac_record_object(add(AC_KIND_SYSTEM, "live"), "former", former);
    cr_expect_eq(time_of("2018-06-01", "", "").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(time_of("2016-06-01", "", "").answer, AC_ANSWER_CONTRADICTS);
    ac_record_object(add(AC_KIND_SYSTEM, "live"), "former", json_object()); /* of unknown age */
    cr_expect_eq(time_of("2016-06-01", "", "").answer, AC_ANSWER_UNDECIDED);
}

Test(notice, a_trace_older_than_the_installation_is_not_taken_for_either)
{
    laptop();
    moment(AC_KIND_CHANGE, "time", "2018-06-01T03:00:00Z");
    cr_expect_eq(time_of("2018-06-01", "", "").answer, AC_ANSWER_UNDECIDED);
    cr_expect_eq(time_of("2018-06-03", "", "").answer, AC_ANSWER_CONTRADICTS);
}

Test(notice, times_that_cannot_be_used)
{
    struct ac_notice_criterion c;

    fact("computer_name", "LAPTOP-01");
    c = time_of("2021-01-05 10:00", "", "");
    cr_expect(c.answer == AC_ANSWER_UNDECIDED && says(&c, "zone rules of the computer"));
    c = time_of("2021-01-05 10:00", "", "Mars");
    cr_expect(c.answer == AC_ANSWER_UNDECIDED && says(&c, "time zone of the notice"));
    c = time_of("yesterday", "", "");
    cr_expect(c.answer == AC_ANSWER_UNDECIDED && says(&c, "cannot be read"));
    c = time_of("2021-01-05 10:00Z", "soon", "");
    cr_expect(c.answer == AC_ANSWER_UNDECIDED && says(&c, "cannot be read"));
    c = time_of("2021-01-05 10:00Z", "2021-01-04 10:00Z", "");
    cr_expect(c.answer == AC_ANSWER_UNDECIDED && says(&c, "before its first"));
}

/* ---- users */

Test(notice, users_by_their_bare_names)
{
    laptop();
    cr_expect_eq(user_of("user1"), AC_ANSWER_MATCH);
    cr_expect_eq(user_of("EXAMPLE\\User1"), AC_ANSWER_MATCH);
    cr_expect_eq(user_of("user1@example.jp"), AC_ANSWER_MATCH);
    cr_expect_eq(user_of("user"), AC_ANSWER_DIFFERS);
    cr_expect_eq(user_of("user11"), AC_ANSWER_DIFFERS);
    cr_expect_eq(user_of("\\"), AC_ANSWER_DIFFERS);
    cr_expect_eq(user_of(""), AC_ANSWER_NOT_GIVEN);
    evidence = "E2";
    end();
    fx_records_init(&all);
    fact("computer_name", "X");
    cr_expect_eq(user_of("user1"), AC_ANSWER_NOT_KNOWN);
}

Test(notice, more_than_is_compared_leaves_it_open)
{
    laptop();
    for (int i = 0; i < AC_MAX_NOTICE_FACTS; i++) {
        char name[24];

        snprintf(name, sizeof(name), "user-%d", i);
        ac_record_textz(add(AC_KIND_ACCOUNT, "live"), "name", name);
    }
    cr_expect_eq(user_of("user-7"), AC_ANSWER_MATCH);
    cr_expect_eq(user_of("nobody"), AC_ANSWER_UNDECIDED);
    for (int i = 0; i < 2 * AC_MAX_NOTICE_FACTS; i++) /* the same name again and again is one */
        fact("hostname", i % 2 ? "LAPTOP-01" : "Laptop-01");
    cr_expect_eq(name_of("laptop-02"), AC_ANSWER_DIFFERS);
}

/* ---- whole rows, several machines */

Test(notice, the_row_as_a_whole)
{
    laptop();
    row("LAPTOP-01", "203.0.113.9", "", "", "", "somebody"); /* another user contradicts nothing */
    row("", "192.0.2.17", "", "", "", "");
    row("", "192.0.2.18", "", "", "", "");
    row("LAPTOP-02", "192.0.2.17", "", "", "", "user1");
    row("", "", "2021-01-05", "", "", "user1");
    row("", "", "", "", "", "");
    match();
    cr_expect_eq(matches.items[0].result, AC_NOTICE_MATCH);
    cr_expect_eq(matches.items[1].result, AC_NOTICE_MATCH);
    cr_expect_eq(matches.items[2].result, AC_NOTICE_UNDECIDED);
    cr_expect_eq(matches.items[3].result, AC_NOTICE_CONTRADICTS);
    cr_expect_eq(matches.items[4].result, AC_NOTICE_UNDECIDED);
    cr_expect_eq(matches.items[5].result, AC_NOTICE_UNDECIDED);
}

Test(notice, the_best_of_all_installations_counts)
{
    laptop();
    evidence = "E2";
    fact("computer_name", "PC-02");
    installation = "Windows.old";
    fact("computer_name", "PC-OLD");
    evidence = "E3";
    installation = "Windows";
    fact("former_computer_name", "PC-02");
    row("PC-02", "", "", "", "", "");
    row("PC-OLD", "", "", "", "", "");
    row("PC-03", "", "", "", "", "");
    match();
    cr_expect_str_eq(matches.items[0].evidence, "E2");
    cr_expect_eq(matches.items[0].criteria[AC_CRITERION_NAME].answer, AC_ANSWER_MATCH);
    cr_expect_str_eq(matches.items[1].system, "Windows.old");
    cr_expect_eq(matches.items[1].result, AC_NOTICE_MATCH);
    cr_expect_eq(matches.items[2].result, AC_NOTICE_CONTRADICTS);
}

Test(notice, no_memory_is_an_error)
{
    enum ac_rc rc = AC_NOMEM;

    laptop();
    row("LAPTOP-01", "192.0.2.17", "2021-01-21", "", "", "user1");
    a = (struct ac_assessment){.records = all.items, .n_records = all.n};
    for (unsigned long n = 1; rc != AC_OK; n++) {
        ac_alloc_fail_at(n);
        rc = ac_notices_match(&a, &list, &matches, NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM);
        cr_assert_lt(n, 1000);
    }
    cr_expect_eq(matches.items[0].result, AC_NOTICE_MATCH);
}
