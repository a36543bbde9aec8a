#include "report/html_marks.h"

#include "assess/conclude.h"
#include "base/alloc.h"

#include <string.h>

/* Published analyses (JPCERT/CC, comments in EmoCheck, lists of samples): the first and the last day on which
 * binaries of that form were seen; forms overlap. */
const struct ac_wave ac_waves[] = {
    {"E0", "2014-01-01", "2015-12-31", "2014 - 2015"},
    {"E1", "2017-01-01", "2020-02-05", "2017 - 2020-02-05"},
    {"E2", "2020-02-06", "2020-08-06", "2020-02-06 - 2020-08-06"},
    {"E3", "2020-07-17", "2020-12-20", "2020-07-17 - 2020-12-20"},
    {"E4", "2020-12-21", "2021-04-25", "2020-12-21 - 2021-04-25"},
    {"E5r", "2021-11-14", "2022-02-22", "2021-11-14 - 2022-02-22"},
    {"E5s", "2022-02-22", "2022-04-04", "2022-02-22 - 2022-04-04"},
    {"E5x", "2022-04-21", "2022-04-29", "2022-04-21 - 2022-04-29"},
    {"E5d", "2022-05-11", "2023-03-31", "2022-05-11 - 2023-03"},
};
const size_t ac_waves_count = sizeof(ac_waves) / sizeof(ac_waves[0]);

uint64_t ac_wave_ticks(const char *day, bool end)
{
    struct ac_filetime t = {0};
    char text[AC_TIME_TEXT];

    strcpy(text, "0000-00-00T00:00:00Z");
    memcpy(text, day, strnlen(day, 10));
    ac_time_parse(text, &t);
    return t.ticks + (end ? 86400 * AC_TICKS_PER_SECOND : 0);
}

/* Provider and number of events that tell of a start or an end of Windows. */
static const struct {
    const char *provider;
    int64_t id;
    bool start;
} boots[] = {
    {"EventLog", 6005, true},
    {"EventLog", 6006, false},
    {"EventLog", 6009, true},
    {"Microsoft-Windows-Kernel-General", 12, true},
    {"Microsoft-Windows-Kernel-General", 13, false},
};

static int boot_of(const struct ac_record *r)
{
    if (ac_record_kind(r) != AC_KIND_EVENT)
        return -1;
    for (size_t i = 0; i < sizeof(boots) / sizeof(boots[0]); i++) {
        if (ac_record_get_int(r, "event_id") == boots[i].id &&
            ac_str_ieq(ac_str_of(ac_record_get(r, "provider")), ac_str_of(boots[i].provider)))
            return (int)i;
    }
    return -1;
}

bool ac_mark_is_start(const struct ac_record *r)
{
    int k = boot_of(r);

    return k >= 0 && boots[k].start;
}

static bool has_finding(const struct ac_finding_index *index, const struct ac_record *r,
                        bool weighty)
{
    const struct ac_finding *f;
    size_t at = 0;

    while ((f = ac_finding_index_next(index, r, &at))) {
        if ((f->strength > AC_LISTED) == weighty)
            return true;
    }
    return false;
}

static bool is_run_time(const char *field)
{
    return strcmp(field, "run_times") == 0 || strcmp(field, "last_run") == 0 ||
           strcmp(field, "time") == 0;
}

static bool belongs(const struct ac_timeline_row *row, const struct ac_finding_index *index,
                    enum ac_lane lane)
{
    const struct ac_record *r = row->record;

    if (row->item)
        return false;
    switch (lane) {
    case AC_LANE_FINDINGS:
        return has_finding(index, r, true);
    case AC_LANE_LISTED:
        return has_finding(index, r, false) && !has_finding(index, r, true);
    case AC_LANE_RUNS:
        return ac_proves_execution(r) && is_run_time(row->field);
    case AC_LANE_BOOTS:
        return (boot_of(r) >= 0 && strcmp(row->field, "time") == 0) ||
               (ac_record_kind(r) == AC_KIND_SYSTEM && strcmp(row->field, "last_shutdown") == 0);
    case AC_LANES:
        break;
    }
    return false;
}

enum ac_rc ac_marks_make(const struct ac_timeline *t, const struct ac_finding_index *index,
                         enum ac_lane lane, struct ac_marks *ret)
{
    *ret = (struct ac_marks){0};
    for (size_t i = 0; i < t->n; i++) {
        const struct ac_timeline_row *row = &t->rows[i];

        if (!belongs(row, index, lane))
            continue;
        if (ac_grow((void **)&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)) != 0)
            return AC_NOMEM;
        ret->items[ret->n++] = (struct ac_mark){row->ticks, row};
    }
    return AC_OK;
}

void ac_marks_free(struct ac_marks *m)
{
    ac_free(m->items);
    *m = (struct ac_marks){0};
}
