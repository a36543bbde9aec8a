/* Notices in the report: rows, criteria, what is still missing; nothing without a list. */
#include "report_case.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct ac_notice_list list;
static struct ac_notice_matches matches;

static void row(const char *name)
{
    struct ac_notice n = {.row = (unsigned)list.n + 1};

    for (size_t i = 0; i < AC_NOTICE_FIELDS; i++)
        n.fields[i] = strdup(i == AC_NOTICE_NAME ? name : "");
    cr_assert_eq(ac_grow((void **)&list.rows, &list.cap, list.n + 1, sizeof(n)), 0);
    list.rows[list.n++] = n;
}

/* Is it there, wherever lines end? */
static void expect_in(const char *text, const char *what)
{
    struct ac_buf joined = {0};

    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");

        ac_buf_add(&joined, p, n);
        p += n;
        if (*p)
            ac_buf_addc(&joined, ' ');
        p += strspn(p, "\n ");
    }
    cr_expect(strstr(ac_buf_text(&joined), what), "%s", what);
    ac_buf_free(&joined);
}

Test(notice_report, the_report_has_the_rows_and_nothing_without_them)
{
    struct report_case c;
    struct ac_buf text = {0};
    char first_id[24] = "";

    rc_init(&c);
    rc_print(&c, "en", &text);
    cr_expect_null(strstr(ac_buf_text(&text), "notified"));
    snprintf(first_id, sizeof(first_id), "%.19s", strstr(ac_buf_text(&text), "AC-"));
    ac_buf_clear(&text);
    list.name = strdup("list\033.csv");
    memset(list.sha256, 'a', sizeof(list.sha256) - 1);
    list.form = "CSV";
    list.encoding = "CP932";
    for (int i = 0; i < 7; i++)
        row(i == 6 ? "LAPTOP-01" : "PC\033[31m%1$s");
    cr_assert_eq(ac_notices_match(&c.assessment, &list, &matches, NULL), AC_OK);
    c.in.notices = &list;
    c.in.matches = &matches;
    rc_print(&c, "en", &text);
    expect_in(ac_buf_text(&text), "Row 7 (computer name LAPTOP-01, address not given): match;");
    expect_in(ac_buf_text(&text), "Further rows of the notice: 2; see R3.");
    expect_in(ac_buf_text(&text), "Row 1 (PC\\u{1B}[31m%1$s, not given): still missing");
    expect_in(ac_buf_text(&text), "Row 7 (LAPTOP-01, not given): found on evidence E1");
    expect_in(ac_buf_text(&text), "list\\u{1B}.csv");
    cr_expect_null(strstr(ac_buf_text(&text), first_id), "another input, another report");
    ac_buf_clear(&text);
    rc_print(&c, "ja", &text);
    expect_in(ac_buf_text(&text), "未発見");
    ac_buf_clear(&text);
    cr_assert_eq(ac_report_findings(&c.in, &text, NULL), AC_OK);
    expect_in(ac_buf_text(&text), "\"computer_name\": \"LAPTOP-01\"");
    ac_buf_free(&text);
    ac_notices_free(&matches);
    ac_notice_list_free(&list);
    rc_free(&c);
}
