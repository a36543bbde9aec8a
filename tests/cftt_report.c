/*
 * Runs the cases of cftt.h. Without arguments it prints TAP for make check, with --report a test
 * report in the form of NIST's: summary first, then environment, then case by case.
 */
#include "cftt.h"

#include "config.h"
#include "hive.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

void cftt_expect(struct cftt *t, bool ok, const char *fmt, ...)
{
    va_list ap;

    if (ok)
        return;
    va_start(ap, fmt);
    ac_buf_addv(&t->anomalies, fmt, ap);
    va_end(ap);
    ac_buf_addc(&t->anomalies, '\n');
}

void cftt_build(struct cftt *t)
{
    ac_buf_free(&t->file);
    fx_hive_build(t->hive, &t->file);
}

void cftt_read(struct cftt *t)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(&t->file),
                            .path = "Users/user1/NTUSER.DAT",
                            .user = "user1",
                            .all_keys = true,
                            .logs = t->logs,
                            .n_logs = t->n_logs};
    struct ac_buf copy = {0};

    ac_buf_add(&copy, t->file.p, t->file.n);
    fx_records_free(&t->records);
    t->rc = ac_parser_hive.parse(&a, &budget, &t->records.sink, NULL);
    cftt_expect(t, copy.n == 0 || memcmp(copy.p, t->file.p, copy.n) == 0, "the hive was changed");
    ac_buf_free(&copy);
}

static bool in_state(const struct ac_record *r, const char *state)
{
    return !state || strcmp(ac_record_prov(r, "state"), state) == 0;
}

const struct ac_record *cftt_key(const struct cftt *t, const char *path, const char *state)
{
    for (size_t i = 0; i < t->records.n; i++) {
        const struct ac_record *r = t->records.items[i];

        if (ac_record_kind(r) == AC_KIND_KEY && in_state(r, state) &&
            strcmp(ac_record_get(r, "path"), path) == 0)
            return r;
    }
    return NULL;
}

const struct ac_record *cftt_value(const struct cftt *t, const char *path, const char *name,
                                   const char *state)
{
    for (size_t i = 0; i < t->records.n; i++) {
        const struct ac_record *r = t->records.items[i];

        if (ac_record_kind(r) == AC_KIND_VALUE && in_state(r, state) &&
            strcmp(ac_record_get(r, "path"), path) == 0 &&
            strcmp(ac_record_get(r, "name"), name) == 0)
            return r;
    }
    return NULL;
}

size_t cftt_count(const struct cftt *t, enum ac_kind kind, const char *state)
{
    size_t n = 0;

    for (size_t i = 0; i < t->records.n; i++)
        n += ac_record_kind(t->records.items[i]) == kind && in_state(t->records.items[i], state);
    return n;
}

bool cftt_data_is(const struct ac_record *r, const void *data, size_t n)
{
    struct ac_buf hex = {0};
    bool is;

    ac_buf_addhex(&hex, data, n);
    is = r && strcmp(ac_record_get(r, "data"), ac_buf_text(&hex)) == 0;
    ac_buf_free(&hex);
    return is;
}

bool cftt_has_problem(const struct cftt *t, const char *word)
{
    for (size_t i = 0; i < t->records.n; i++) {
        if (ac_record_kind(t->records.items[i]) == AC_KIND_PROBLEM &&
            strstr(ac_record_get(t->records.items[i], "what"), word))
            return true;
    }
    return false;
}

bool cftt_holds(const struct cftt *t, const char *field, const char *state, const void *p, size_t n)
{
    struct ac_buf hex = {0};
    bool holds = false;

    ac_buf_addhex(&hex, p, n);
    for (size_t i = 0; i < t->records.n && !holds; i++)
        holds = ac_record_kind(t->records.items[i]) == AC_KIND_VALUE &&
                in_state(t->records.items[i], state) &&
                strstr(ac_record_get(t->records.items[i], field), ac_buf_text(&hex));
    ac_buf_free(&hex);
    return holds;
}

void cftt_want_key(struct cftt *t, const char *path, const char *state)
{
    cftt_expect(t, cftt_key(t, path, state) != NULL, "key %.60s is not shown as %s", path, state);
}

void cftt_want_value(struct cftt *t, const char *path, const char *name, const void *data, size_t n,
                     const char *state)
{
    const struct ac_record *r = cftt_value(t, path, name, state);

    cftt_expect(t, r != NULL, "value %.40s of %.60s is not shown as %s", name, path, state);
    if (r)
        cftt_expect(t, cftt_data_is(r, data, n), "value %.40s of %.60s has other data", name, path);
}

void cftt_bytes(struct ac_buf *out, const char *tag, size_t n)
{
    ac_buf_addz(out, tag);
    for (size_t i = out->n; i < n; i++)
        fx_u8(out, 'A' + (unsigned)(i * 7 % 50));
    out->n = n;
}

void cftt_overwrite(struct cftt *t, size_t from, size_t to)
{
    static const char fill[] = "NIST+CFTT+CFReDS";

    for (size_t i = from; i < to && i < t->file.n; i++)
        t->file.p[i] = fill[(i - from) % (sizeof(fill) - 1)];
}

/* ---- running */

struct result {
    const struct cftt_case *c;
    char *anomalies; /* Owned; "" as expected */
};

static void run(const struct cftt_case *c, struct result *ret)
{
    struct cftt t = {.hive = fx_hive_new("root")};

    fx_hive_options(t.hive)->file_name = "\\??\\C:\\Users\\user1\\NTUSER.DAT";
    fx_records_init(&t.records);
    c->run(&t);
    ret->c = c;
    ret->anomalies = strdup(ac_buf_text(&t.anomalies));
    if (!ret->anomalies)
        abort();
    fx_hive_free(t.hive);
    fx_records_free(&t.records);
    ac_buf_free(&t.file);
    ac_buf_free(&t.anomalies);
}

/* Known anomalies must be there and be what is known: neither more nor less. */
static bool as_declared(const struct result *r)
{
    return r->c->known ? strcmp(r->anomalies, r->c->known) == 0 : !r->anomalies[0];
}

static void print_lines(const char *before, const char *lines)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");

        printf("%s%.*s\n", before, (int)n, lines);
        lines += n + (lines[n] == '\n');
    }
}

static int tap(const struct result *results, size_t n)
{
    int failed = 0;

    printf("1..%zu\n", n);
    for (size_t i = 0; i < n; i++) {
        const struct result *r = &results[i];

        printf("%s %zu - %s %s%s\n", as_declared(r) ? "ok" : "not ok", i + 1, r->c->id, r->c->what,
               r->c->known ? " (known anomaly)" : "");
        print_lines("# ", r->anomalies);
        failed += !as_declared(r);
    }
    return failed > 0;
}

static void report_summary(const struct result *results, size_t n)
{
    size_t anomalies = 0;

    for (size_t i = 0; i < n; i++)
        anomalies += results[i].anomalies[0] != '\0';
    printf("Test Results for Windows Registry Forensic Tool: %s %s\n\n", PACKAGE_NAME,
           PACKAGE_VERSION);
    printf("1 Results Summary\n\n%zu of %zu cases were processed as expected.\n", n - anomalies, n);
    printf(anomalies ? "The following anomalies were observed:\n"
                     : "No anomalies were observed.\n");
    for (size_t i = 0; i < n; i++) {
        if (!results[i].anomalies[0])
            continue;
        printf("\n  %s %s\n", results[i].c->id, results[i].c->what);
        print_lines("    ", results[i].anomalies);
    }
}

static void report_environment(void)
{
    struct utsname u;

    if (uname(&u) != 0)
        abort();
    printf("\n2 Testing Environment\n\n  Tool:        %s %s, parser of registry hives\n"
           "  Compiler:    %s\n  System:      %s %s\n"
           "  Test hives:  built by tests/build_regf.c; overwritten regions hold the text\n"
           "               NIST+CFTT+CFReDS; deletion is simulated as Windows does it\n"
           "               (tests/build_regf_log.h). Renaming is making the new and deleting the\n"
           "               old key or value.\n",
           PACKAGE_NAME, PACKAGE_VERSION, __VERSION__, u.sysname, u.machine);
}

static void report_cases(const struct result *results, size_t n)
{
    printf("\n3 Test Case Selection and Results\n\n");
    printf("  NR: sound hives; NRD: deleted data; CR: damaged hives; MR: manipulated hives;\n"
           "  OWN: cases of this project (transaction logs, truncation).\n");
    for (size_t i = 0; i < n; i++) {
        const struct result *r = &results[i];

        printf("\n  %-8s %s\n           Expected: %s\n           Result:   %s\n", r->c->id,
               r->c->what, r->c->bar, r->anomalies[0] ? "anomaly" : "as expected");
        print_lines("                     ", r->anomalies);
    }
}

int main(int argc, char **argv)
{
    static const struct cftt_case *const groups[] = {cftt_nr, cftt_nrd, cftt_cr, cftt_mr, cftt_own};
    struct result results[128];
    size_t n = 0;
    int status = 0;

    setlocale(LC_CTYPE, "C.UTF-8");
    for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
        for (const struct cftt_case *c = groups[g]; c->id && n < 128; c++)
            run(c, &results[n++]);
    }
    if (argc > 1 && strcmp(argv[1], "--report") == 0) {
        report_summary(results, n);
        report_environment();
        report_cases(results, n);
        for (size_t i = 0; i < n; i++)
            status |= !as_declared(&results[i]);
    } else {
        status = tap(results, n);
    }
    for (size_t i = 0; i < n; i++)
        free(results[i].anomalies);
    return status;
}
