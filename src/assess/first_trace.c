#include "assess/first_trace.h"

#include "assess/emocheck.h"
#include "assess/facts.h"

#include <string.h>

static const struct {
    enum ac_kind kind;
    const char *field;
} dated[] = {
    {AC_KIND_FILE, "fn_created"},      {AC_KIND_TASK, "created"},
    {AC_KIND_TASK, "tree_written"},    {AC_KIND_EXECUTION, "last_run"},
    {AC_KIND_EXECUTION, "first_seen"}, {AC_KIND_EVENT, "time"},
    {AC_KIND_DETECTION, "time"},       {AC_KIND_CHANGE, "time"},
    {AC_KIND_USAGE, "from"},
};

bool ac_tells_of_malware(const struct ac_finding *f)
{
    return f->strength > AC_LISTED && strcmp(f->rule->family, "vaccine") != 0 &&
           strcmp(f->rule->family, "emulation") != 0;
}

static void take(struct ac_first_trace *first, struct ac_filetime t, const struct ac_record *r)
{
    if (t.ticks == 0 || (first->record && first->time.ticks <= t.ticks))
        return;
    first->time = t;
    first->record = r;
}

static void take_text(struct ac_first_trace *first, const json_t *text, const struct ac_record *r)
{
    struct ac_filetime t = {0};

    if (json_is_string(text) && ac_time_parse(json_string_value(text), &t))
        take(first, t, r);
}

/* Emotet sets its file seven days back, and a new name takes that time over; the folder's is not touched. */
static bool is_set_back(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_FILE &&
           ac_v5_is_week(ac_record_get_time(r, "parent_modified"),
                         ac_record_get_time(r, "modified"));
}

static void look_at(struct ac_first_trace *first, const struct ac_record *r)
{
    const json_t *runs = ac_record_get_json(r, "run_times");

    if (is_set_back(r)) {
        take(first, ac_record_get_time(r, "parent_modified"), r);
        return;
    }
    if (ac_record_kind(r) == AC_KIND_FILE && !ac_record_get_json(r, "fn_created"))
        take(first, ac_record_get_time(r, "created"), r); /* the file system has no other */
    for (size_t i = 0; i < sizeof(dated) / sizeof(dated[0]); i++) {
        if (dated[i].kind == ac_record_kind(r))
            take(first, ac_record_get_time(r, dated[i].field), r);
    }
    if (ac_record_kind(r) == AC_KIND_EXECUTION) {
        for (size_t i = 0; i < json_array_size(runs); i++)
            take_text(first, json_array_get(runs, i), r);
    }
    if (ac_record_kind(r) == AC_KIND_AUTOSTART || ac_record_kind(r) == AC_KIND_VALUE)
        take_text(first, ac_record_prov_json(r, "key_last_written"), r);
}

struct ac_first_trace ac_first_trace(const struct ac_assessment *a, const struct ac_record *of,
                                     const char *user)
{
    struct ac_first_trace first = {.record = NULL};

    for (size_t i = 0; i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];
        const struct ac_record *before = first.record;

        if (!ac_tells_of_malware(f) || (user && strcmp(f->user, user) != 0))
            continue;
        for (size_t k = 0; k < f->n_records; k++) {
            if (!of || ac_same_system(f->records[k], of))
                look_at(&first, f->records[k]);
        }
        if (first.record != before)
            first.finding = f;
    }
    return first;
}
