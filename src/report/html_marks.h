/*
 * What the timeline of report.html shows: marks in lanes, and the waves of the campaign behind them.
 *
 * A mark is a row of the timeline that belongs to a lane: a time that a record itself has (not one inside of an
 * object of it, as the time stamp of a program's header). Private to src/report/.
 */
#ifndef AC_REPORT_HTML_MARKS_H
#define AC_REPORT_HTML_MARKS_H

#include "report/finding_index.h"
#include "report/timeline.h"

enum ac_lane {
    AC_LANE_FINDINGS, /* records of findings above "listed" */
    AC_LANE_LISTED,   /* of findings that are only listed */
    AC_LANE_RUNS,     /* executions that are recorded as such */
    AC_LANE_BOOTS,    /* starts and shutdowns of Windows */
    AC_LANES
};

struct ac_mark {
    uint64_t ticks;
    const struct ac_timeline_row *row; /* Borrowed from the timeline */
};

struct ac_marks {
    struct ac_mark *items; /* Owned; by time */
    size_t n, cap;
};

/* The marks of a lane. AC_OK or AC_NOMEM; to be freed in any case. */
enum ac_rc ac_marks_make(const struct ac_timeline *t, const struct ac_finding_index *index,
                         enum ac_lane lane, struct ac_marks *ret);
void ac_marks_free(struct ac_marks *m);
bool ac_mark_is_start(const struct ac_record *r); /* of Windows, not its end */

struct ac_wave {
    const char *label, *from, *to; /* to: the last day */
    const char *said;              /* the time as it is published, not always to the day */
};
/* When which form of Emotet was distributed, as published: context, no evidence. By their begin. */
extern const struct ac_wave ac_waves[];
extern const size_t ac_waves_count;
uint64_t ac_wave_ticks(const char *day, bool end);

#endif
