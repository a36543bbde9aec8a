/* Was the computer running, and was this Windows there, at the time that a notice gives? */
#include "assess/notice_parts.h"

#include <stdio.h>
#include <string.h>

#define HALF_A_DAY (12 * 3600 * AC_TICKS_PER_SECOND)
#define AN_HOUR (3600 * AC_TICKS_PER_SECOND)

struct window {
    uint64_t begin, end;
    char from[AC_TIME_TEXT], to[AC_TIME_TEXT];
    bool sure; /* no hour that the machine's zone leaves open */
};

static void undecided_time(struct ac_question *q, const char *msgid, const char *arg)
{
    ac_answer(q, AC_CRITERION_TIME, AC_ANSWER_UNDECIDED, msgid, &arg, arg ? 1 : 0);
}

/* Why the times of the notice cannot be used; false: they can. */
static bool is_unusable(struct ac_question *q)
{
    const struct ac_notice_time *times[] = {&q->first, &q->last};
    const enum ac_notice_field fields[] = {AC_NOTICE_FIRST, AC_NOTICE_LAST};

    for (size_t i = 0; i < 2; i++) {
        if (times[i]->clock == AC_CLOCK_BAD) {
            undecided_time(q, N_("a time of the notice cannot be read: %1$s"),
                           q->notice->fields[fields[i]]);
            return true;
        }
        if (times[i]->clock == AC_CLOCK_BAD_ZONE) {
            undecided_time(q, N_("the time zone of the notice is not known here: %1$s"),
                           q->notice->fields[AC_NOTICE_ZONE]);
            return true;
        }
        if (times[i]->clock == AC_CLOCK_UNKNOWN && !q->machine->has_zone) {
            undecided_time(q,
                           N_("the notice names no time zone, and the zone rules of the computer "
                              "are not known"),
                           NULL);
            return true;
        }
    }
    return false;
}

/* From the first to the last time; around a single moment, 12 hours on either side; a single day
 * as it is. */
static bool make_window(struct ac_question *q, struct window *w)
{
    const struct ac_zone *zone = q->machine->has_zone ? &q->machine->zone : NULL;
    bool both = q->first.clock != AC_CLOCK_NONE && q->last.clock != AC_CLOCK_NONE;
    const struct ac_notice_time *one = q->first.clock != AC_CLOCK_NONE ? &q->first : &q->last;
    uint64_t unused;

    *w = (struct window){.sure = true};
    if (!ac_notice_time_span(one, zone, &w->begin, &w->end, &w->sure))
        return false;
    if (both && !ac_notice_time_span(&q->last, zone, &unused, &w->end, &w->sure))
        return false;
    if (!both && one->length < 2 * HALF_A_DAY) {
        w->begin = w->begin > HALF_A_DAY ? w->begin - HALF_A_DAY : 0;
        w->end += HALF_A_DAY;
    }
    if (!w->sure) {
        w->begin = w->begin > AN_HOUR ? w->begin - AN_HOUR : 0;
        w->end += AN_HOUR;
    }
    ac_time_print((struct ac_filetime){w->begin}, w->from);
    ac_time_print((struct ac_filetime){w->end}, w->to);
    return true;
}

/* Dated traces within the window. */
static void traces_within(struct ac_question *q, const struct window *w, size_t at, size_t n)
{
    const struct ac_machine *m = q->machine;
    struct ac_notice_criterion *c;
    char count[24], first[AC_TIME_TEXT], installed[AC_TIME_TEXT];

    snprintf(count, sizeof(count), "%zu", n);
    ac_time_print((struct ac_filetime){m->traces[at].ticks}, first);
    if (m->installed > w->end && !m->older)
        c = ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_UNDECIDED,
            N_("dated traces lie within the time of the notice (%1$s to %2$s), although it ends "
               "before this Windows was installed (%3$s)"),
            (const char *[]){w->from, w->to,
                             ac_time_print((struct ac_filetime){m->installed}, installed)},
            3);
    else
        c = ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_MATCH,
            N_("dated traces that the computer was running lie within the time of the notice "
               "(%1$s to %2$s); number: %3$s, the first: %4$s"),
            (const char *[]){w->from, w->to, count, first}, 4);
    for (size_t i = at; i < at + n && c->n_records < AC_NOTICE_RECORDS; i++)
        ac_answer_show(c, m->traces[i].record);
}

/* ---- starts and shutdowns that the event log has */

enum power { POWER_NOTHING, POWER_STARTED, POWER_STOPPED };

static enum power power_of(const struct ac_record *r)
{
    static const struct {
        const char *provider;
        int64_t started, stopped;
    } events[] = {{"EventLog", 6005, 6006}, {"Microsoft-Windows-Kernel-General", 12, 13}};
    int64_t id = ac_record_get_int(r, "event_id");

    for (size_t i = 0; ac_record_kind(r) == AC_KIND_EVENT && i < 2; i++) {
        if (strcmp(ac_record_get(r, "provider"), events[i].provider) == 0)
            return id == events[i].started   ? POWER_STARTED
                   : id == events[i].stopped ? POWER_STOPPED
                                             : POWER_NOTHING;
    }
    return POWER_NOTHING;
}

/* The last start or shutdown before, and the next one behind, a stretch without traces that ends before trace `at`;
 * NULL: none. *ret_quiet: nothing else is dated between the two. */
static bool power_around(const struct ac_machine *m, size_t at, const struct ac_trace **ret_before,
                         const struct ac_trace **ret_behind, bool *ret_quiet)
{
    size_t before = at, behind = at;

    while (before > 0 && power_of(m->traces[before - 1].record) == POWER_NOTHING)
        before--;
    while (behind < m->n_traces && power_of(m->traces[behind].record) == POWER_NOTHING)
        behind++;
    if (before == 0 || behind == m->n_traces)
        return false;
    *ret_before = &m->traces[before - 1];
    *ret_behind = &m->traces[behind];
    *ret_quiet = before == behind;
    return true;
}

/* The event log says whether the computer was running. False: it does not. */
static bool log_answers(struct ac_question *q, const struct window *w, size_t at)
{
    const struct ac_trace *before, *behind;
    char a[AC_TIME_TEXT], b[AC_TIME_TEXT];
    struct ac_notice_criterion *c;
    enum power first, second;
    bool quiet;

    if (!power_around(q->machine, at, &before, &behind, &quiet))
        return false;
    first = power_of(before->record);
    second = power_of(behind->record);
    ac_time_print((struct ac_filetime){before->ticks}, a);
    ac_time_print((struct ac_filetime){behind->ticks}, b);
    if (first == POWER_STARTED && second == POWER_STOPPED)
        c = ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_MATCH,
            N_("by the event log the computer was running from %3$s to %4$s, which covers "
               "the time of the notice (%1$s to %2$s)"),
            (const char *[]){w->from, w->to, a, b}, 4);
    else if (first == POWER_STOPPED && second == POWER_STARTED && quiet)
        c = ac_answer(q, AC_CRITERION_TIME, AC_ANSWER_CONTRADICTS,
                      N_("by the event log the computer was shut down from %3$s to %4$s, which "
                         "covers the time of the notice (%1$s to %2$s), and nothing is dated in "
                         "between"),
                      (const char *[]){w->from, w->to, a, b}, 4);
    else
        return false;
    ac_answer_show(c, before->record);
    ac_answer_show(c, behind->record);
    return true;
}

static void no_traces_within(struct ac_question *q, const struct window *w)
{
    const struct ac_machine *m = q->machine;
    char a[AC_TIME_TEXT], b[AC_TIME_TEXT];
    const char *args[] = {w->from, w->to, a, b};
    struct ac_notice_criterion *c;

    ac_time_print((struct ac_filetime){m->shutdown}, a);
    ac_time_print((struct ac_filetime){m->last}, b);
    if (m->installed > w->end && !m->older) {
        ac_time_print((struct ac_filetime){m->installed}, a);
        c = ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_CONTRADICTS,
            N_("the time of the notice (%1$s to %2$s) ends before this Windows was installed "
               "(%3$s); whether the computer had another one before is not said by that"),
            args, 3);
        ac_answer_show(c, m->installed_record);
    } else if (m->shutdown && w->begin > m->last && m->complete) {
        c = ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_CONTRADICTS,
            N_("the time of the notice (%1$s to %2$s) begins after the last shutdown (%3$s) "
               "and after every dated trace that was read (the last: %4$s)"),
            args, 4);
        ac_answer_show(c, m->shutdown_record);
        ac_answer_show(c, m->last_record);
    } else if (m->last && w->begin > m->last) {
        args[2] = b;
        c = ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_UNDECIDED,
            N_("the time of the notice (%1$s to %2$s) begins after the last dated trace that "
               "was read (%3$s), but not everything was read, or no shutdown is stored"),
            args, 3);
        ac_answer_show(c, m->last_record);
    } else {
        ac_answer(
            q, AC_CRITERION_TIME, AC_ANSWER_UNDECIDED,
            N_("no dated trace that was read lies within the time of the notice (%1$s to %2$s); "
               "older traces are overwritten"),
            args, 2);
    }
}

void ac_ask_time(struct ac_question *q)
{
    struct window w;
    size_t at, end;

    if (q->first.clock == AC_CLOCK_NONE && q->last.clock == AC_CLOCK_NONE) {
        ac_answer_not_given(q, AC_CRITERION_TIME);
        return;
    }
    if (is_unusable(q))
        return;
    if (!make_window(q, &w) || w.end < w.begin) {
        undecided_time(q, N_("the last time of the notice lies before its first"), NULL);
        return;
    }
    at = ac_machine_first_trace(q->machine, w.begin);
    end = ac_machine_first_trace(q->machine, w.end + 1);
    if (end > at)
        traces_within(q, &w, at, end - at);
    else if (!log_answers(q, &w, at))
        no_traces_within(q, &w);
    if (q->first.clock == AC_CLOCK_UNKNOWN || q->last.clock == AC_CLOCK_UNKNOWN)
        q->match->criteria[AC_CRITERION_TIME].note =
            N_("The notice names no time zone; its times were taken by the zone rules of the "
               "computer.");
}
