/*
 * Notices: which rows of a list of observed machines agree with what the evidence stores.
 *
 * The police and CERTs know computer names, addresses and times from the traffic of seized servers.
 * A row is a statement of somebody else; nothing here says who caused that traffic. Each criterion
 * is answered by itself, then the row as a whole, for every Windows installation; the best one counts.
 */
#ifndef AC_ASSESS_NOTICE_H
#define AC_ASSESS_NOTICE_H

#include "assess/assess.h"
#include "base/hash.h"
#include "base/zone.h"

enum ac_notice_field {
    AC_NOTICE_NAME,
    AC_NOTICE_IP,
    AC_NOTICE_FIRST,
    AC_NOTICE_LAST,
    AC_NOTICE_ZONE,
    AC_NOTICE_USER,
    AC_NOTICE_FIELDS
};

struct ac_notice {
    unsigned row, line;             /* row from 1; line of the file, 0: it has no lines (JSON) */
    char *fields[AC_NOTICE_FIELDS]; /* Owned; UTF-8 without blanks around it; "": not given */
};

/* A list as read from one file. Owned: ac_notice_list_free(). */
struct ac_notice_list {
    char *name; /* of the file, without its folder */
    char sha256[AC_HASH_TEXT];
    const char *form, *encoding; /* "CSV", "JSON"; "UTF-8" ... : static */
    struct ac_notice *rows;
    size_t n, cap;
    char **unused; /* columns that say nothing to this program, as written */
    size_t n_unused, cap_unused;
};
void ac_notice_list_free(struct ac_notice_list *list);

/* ---- times as notices write them */

enum ac_notice_clock {
    AC_CLOCK_NONE,     /* no time is given */
    AC_CLOCK_UTC,      /* the zone is known: `minutes` east of Greenwich */
    AC_CLOCK_UNKNOWN,  /* no zone is given */
    AC_CLOCK_BAD,      /* not understood, or no date */
    AC_CLOCK_BAD_ZONE, /* a zone is given and not understood */
};
struct ac_notice_time {
    enum ac_notice_clock clock;
    int minutes;
    char local[32];  /* "2021-01-21T09:00:00.5", without a zone */
    uint64_t length; /* ticks that the text covers: a day, a minute, 1 */
};

/* RFC 3339; dates with - or /, then hours and minutes, seconds or none, or the date alone; the zone
 * in the text goes before `zone` (Z, UTC, GMT, JST, +09:00, UTC+9 ...). */
struct ac_notice_time ac_notice_time_parse(const char *text, const char *zone);
/* First and last tick that are meant; machine: zone of the examined machine, NULL if not known.
 * *ret_sure becomes false where that zone leaves an hour open. False: it cannot be told. */
bool ac_notice_time_span(const struct ac_notice_time *t, const struct ac_zone *machine,
                         uint64_t *ret_begin, uint64_t *ret_end, bool *ret_sure);

/* ---- matching */

enum ac_notice_criterion_id {
    AC_CRITERION_NAME,
    AC_CRITERION_ADDRESS,
    AC_CRITERION_TIME,
    AC_CRITERION_USER,
    AC_CRITERIA
};
enum ac_notice_answer {
    AC_ANSWER_MATCH,
    AC_ANSWER_MATCH_FORMER, /* a name that the computer had before */
    AC_ANSWER_DIFFERS,
    AC_ANSWER_CONTRADICTS,
    AC_ANSWER_UNDECIDED,
    AC_ANSWER_NOT_GIVEN, /* by the notice */
    AC_ANSWER_NOT_KNOWN, /* of the machine */
};
enum ac_notice_result { AC_NOTICE_MATCH, AC_NOTICE_UNDECIDED, AC_NOTICE_CONTRADICTS };

#define AC_NOTICE_RECORDS 8 /* records named for one criterion */

struct ac_notice_criterion {
    enum ac_notice_answer answer;
    struct ac_sentence reason;
    const char *note; /* msgid of a remark, NULL: none */
    const struct ac_record *records[AC_NOTICE_RECORDS];
    size_t n_records;
};

struct ac_notice_match {
    const struct ac_notice *notice; /* Borrowed from the list */
    enum ac_notice_result result;
    const char *reason;            /* msgid */
    const char *evidence, *system; /* Borrowed from a record; "" if there is no installation */
    struct ac_notice_criterion criteria[AC_CRITERIA];
};

struct ac_notice_matches {
    struct ac_notice_match *items; /* one per row, in the order of the rows. Owned */
    size_t n;
};

/* AC_OK or AC_NOMEM. */
enum ac_rc ac_notices_match(const struct ac_assessment *a, const struct ac_notice_list *list,
                            struct ac_notice_matches *ret, struct ac_err *err);
void ac_notices_free(struct ac_notice_matches *m);

const char *ac_notice_result_name(enum ac_notice_result r); /* "match", "cannot-be-decided" ... */
const char *ac_notice_answer_name(enum ac_notice_answer a); /* "match", "match-former" ... */
const char *ac_notice_criterion_name(enum ac_notice_criterion_id c); /* "computer-name" ... */

#endif
