#include "traces.h"

#include "base/alloc.h"
#include "hive.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

struct fx_records tr_out;
struct fx_hive *tr_hive;

void tr_begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&tr_out);
    tr_hive = fx_hive_new("ROOT");
    fx_hive_options(tr_hive)->ticks = fx_time("2021-01-05T08:30:14Z");
}

void tr_end(void)
{
    ac_alloc_fail_at(0);
    fx_hive_free(tr_hive);
    fx_records_free(&tr_out);
}

static enum ac_rc run(struct ac_artefact *a)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_err err = {0};

    a->user = "";
    fx_records_free(&tr_out);
    return ac_parser_hive.parse(a, &budget, &tr_out.sink, &err);
}

enum ac_rc tr_run(const struct ac_buf *bytes, const char *path)
{
    struct ac_artefact a = {.bytes = fx_view(bytes), .path = path};

    return run(&a);
}

void tr_parse(const char *path)
{
    struct ac_buf bytes = {0};

    fx_hive_build(tr_hive, &bytes);
    cr_assert_eq(tr_run(&bytes, path), AC_OK);
    ac_buf_free(&bytes);
}

static void load(const char *path, struct ac_buf *bytes)
{
    if (path && !fx_load_realdata(path, bytes))
        cr_skip_test("no real data");
}

enum ac_rc tr_real(const char *path, const char *log1, const char *log2)
{
    struct ac_buf bytes = {0}, one = {0}, two = {0};
    struct ac_companion logs[2] = {{"x.LOG1", {0}}, {"x.LOG2", {0}}};
    struct ac_artefact a = {.path = "x", .logs = logs, .n_logs = log1 ? 2 : 0};
    enum ac_rc rc;

    load(path, &bytes);
    load(log1, &one);
    load(log2, &two);
    a.bytes = fx_view(&bytes);
    logs[0].bytes = fx_view(&one);
    logs[1].bytes = fx_view(&two);
    rc = run(&a);
    ac_buf_free(&bytes);
    ac_buf_free(&one);
    ac_buf_free(&two);
    return rc;
}

static bool is_of(const struct ac_record *r, const char *artefact)
{
    return ac_record_kind(r) == AC_KIND_EXECUTION &&
           strcmp(ac_record_get(r, "artefact"), artefact) == 0;
}

size_t tr_count(const char *artefact)
{
    size_t n = 0;

    for (size_t i = 0; i < tr_out.n; i++)
        n += is_of(tr_out.items[i], artefact);
    return n;
}

const struct ac_record *tr_nth(const char *artefact, size_t n)
{
    for (size_t i = 0; i < tr_out.n; i++) {
        if (is_of(tr_out.items[i], artefact) && n-- == 0)
            return tr_out.items[i];
    }
    cr_assert_fail("too few of %s", artefact);
    return NULL;
}

void tr_expect_time(const struct ac_record *r, const char *field, const char *time)
{
    cr_expect_eq(ac_record_get_time(r, field).ticks, fx_time(time), "%s", field);
}
