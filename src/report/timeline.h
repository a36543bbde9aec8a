/*
 * Everything dated, in one order: the rows of timeline.csv, timeline.jsonl (both in the form that
 * Timesketch imports) and timeline.body (for mactime). Private to src/report/.
 *
 * A row is one time of one record: each field of a time type, each member of an object that is a time,
 * the last written time of a registry key once. Times that are no date between 1601 and 9999 have no place in
 * an order and stay in the records only.
 */
#ifndef AC_REPORT_TIMELINE_H
#define AC_REPORT_TIMELINE_H

#include "report/report.h"

struct ac_timeline_row {
    uint64_t ticks; /* FILETIME */
    const struct ac_record *record;
    const char *field;  /* of the record; static */
    const char *member; /* of an object in it, "" if none; static */
    const json_t *item; /* that object; NULL: none */
    size_t order;       /* of finding, for rows that are equal otherwise */
};

struct ac_timeline {
    struct ac_timeline_row *rows; /* Owned: ac_timeline_free() */
    size_t n, cap;
};

/* By time, then by record. AC_OK or AC_NOMEM. */
enum ac_rc ac_timeline_make(const struct ac_assessment *a, struct ac_timeline *ret);
void ac_timeline_free(struct ac_timeline *t);

/* What a row says of its record, in one line; not yet safe. Appends. */
void ac_timeline_message(const struct ac_timeline_row *row, struct ac_buf *out);

/* The documents, appended. Memory failure stays in `out`. */
void ac_timeline_csv(const struct ac_timeline *t, const struct ac_assessment *a,
                     struct ac_buf *out);
void ac_timeline_jsonl(const struct ac_timeline *t, const struct ac_assessment *a,
                       struct ac_buf *out);
void ac_timeline_body(const struct ac_timeline *t, struct ac_buf *out);

#endif
