/* Network usage in the report: from the first trace of the findings on, added up, those that sent most first. */
#include "report_case.h"

#include "assess/first_trace.h"
#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct report_case c;
static struct ac_record *all[200];
static size_t n;

static void begin(void)
{
    rc_init(&c);
    n = c.n;
    cr_assert_lt(n + 40, 200);
    memcpy(all, c.records, n * sizeof(*all));
}

static void end(void)
{
    for (size_t i = c.n; i < n; i++)
        ac_record_free(all[i]);
    c.assessment.records = c.records;
    c.assessment.n_records = c.n;
    rc_free(&c);
}

TestSuite(usage_report, .init = begin, .fini = end);

static void usage(const char *program, int64_t sent, const char *from, const char *to)
{
    struct ac_record *r = ac_record_new(AC_KIND_USAGE);
    const struct ac_record *like = c.assessment.findings[0]->records[0];
    char id[24];

    snprintf(id, sizeof(id), "R-%06zu", n + 1);
    ac_record_set_id(r, id);
    ac_record_prov_textz(r, "evidence", ac_record_prov(like, "evidence"));
    ac_record_prov_textz(r, "system", ac_record_prov(like, "system"));
    ac_record_textz(r, "artefact", "network-usage");
    ac_record_textz(r, "program", program);
    ac_record_textz(r, "user", "S-1-5-21-1-2-3-1001");
    ac_record_int(r, "bytes_sent", sent);
    ac_record_int(r, "bytes_received", 7);
    ac_record_time(r, "from", (struct ac_filetime){fx_time(from)});
    ac_record_time(r, "to", (struct ac_filetime){fx_time(to)});
    all[n++] = r;
    c.assessment.records = all;
    c.assessment.n_records = n;
}

static char *joined(const char *language)
{
    struct ac_buf text = {0}, out = {0};
    char *copy;

    rc_print(&c, language, &text);
    for (const char *p = ac_buf_text(&text); *p;) {
        size_t len = strcspn(p, "\n");

        ac_buf_add(&out, p, len);
        p += len;
        if (*p)
            ac_buf_addc(&out, ' ');
        p += strspn(p, "\n ");
    }
    copy = strdup(ac_buf_text(&out));
    ac_buf_free(&text);
    ac_buf_free(&out);
    return copy;
}

Test(usage_report, days_are_added_up_and_sorted)
{
    char *text;
    const char *small, *large;

    usage("small.exe", 10, "2030-01-01T00:00:00Z", "2030-01-01T23:00:00Z");
    usage("large.exe", 1000, "2030-01-01T00:00:00Z", "2030-01-01T23:00:00Z");
    usage("small.exe", 32, "2030-01-02T00:00:00Z", "2030-01-02T23:00:00Z");
    usage("before.exe", 5000, "2001-01-01T00:00:00Z", "2001-01-01T23:00:00Z");
    usage("huge.exe", INT64_MAX, "2030-01-01T00:00:00Z", "2030-01-01T23:00:00Z");
    usage("huge.exe", INT64_MAX, "2030-01-02T00:00:00Z", "2030-01-02T23:00:00Z");
    text = joined("en");
    small = strstr(text, "small.exe, account S-1-5-21-1-2-3-1001: bytes sent: 42, received: 14;");
    large = strstr(text, "large.exe, account S-1-5-21-1-2-3-1001: bytes sent: 1000, received: 7;");
    cr_assert_not_null(small);
    cr_assert_not_null(large);
    cr_expect_lt(large, small);
    cr_expect_not_null(strstr(text, "bytes sent: 9223372036854775807"));
    cr_expect_null(strstr(text, "before.exe, account"));
    free(text);
    text = joined("ja");
    cr_expect_not_null(strstr(text, "最初の痕跡以降のネットワーク使用量"));
    free(text);
}

Test(usage_report, twenty_are_told_and_the_rest_counted)
{
    char *text, name[24];

    for (int i = 0; i < 23; i++) {
        snprintf(name, sizeof(name), "p%02d.exe", i);
        usage(name, 100 - i, "2030-01-01T00:00:00Z", "2030-01-01T23:00:00Z");
    }
    text = joined("en");
    cr_expect_not_null(strstr(text, "p19.exe, account"));
    cr_expect_null(strstr(text, "p20.exe, account"));
    cr_expect_not_null(strstr(text, "3 more of them stand in records.jsonl."));
    free(text);
}

Test(usage_report, nothing_without_usage)
{
    char *text = joined("en");

    cr_expect_null(strstr(text, "Network usage from the first trace"));
    free(text);
}

Test(usage_report, the_first_trace_is_the_earliest_of_what_was_done)
{
    const struct ac_finding *f = c.assessment.findings[0];
    struct ac_first_trace first = ac_first_trace(&c.assessment, f->records[0], NULL);

    cr_assert_not_null(first.record);
    cr_expect_gt(first.time.ticks, 0);
    for (size_t i = 0; i < c.assessment.n_findings; i++) {
        const struct ac_finding *other = c.assessment.findings[i];

        for (size_t k = 0; other->strength > AC_LISTED && k < other->n_records; k++) {
            const struct ac_record *r = other->records[k];

            if (ac_record_kind(r) == AC_KIND_FILE)
                cr_expect_leq(first.time.ticks, ac_record_get_time(r, "fn_created").ticks
                                                    ? ac_record_get_time(r, "fn_created").ticks
                                                    : UINT64_MAX);
        }
    }
}
