/* From when on the findings of an installation speak: what came before is not theirs. */
#ifndef AC_ASSESS_FIRST_TRACE_H
#define AC_ASSESS_FIRST_TRACE_H

#include "assess/assess.h"

struct ac_first_trace {
    struct ac_filetime time;          /* ticks 0: no finding above "listed" has a time */
    const struct ac_record *record;   /* Borrowed: which says so; NULL as above */
    const struct ac_finding *finding; /* Borrowed: of which */
};

/* The earliest time in the records of findings above "listed" at which something was done: a key written, a name
 * made, a program started, an event written. Times that programs can set are left out. `of`: any record of the
 * installation that is meant, NULL: all; user: only findings of this profile, NULL: all. What is no malware (a
 * vaccine, an exercise) does not count. The malware may have been there earlier. */
/* A finding above "listed" that is none of a vaccine or an exercise. */
bool ac_tells_of_malware(const struct ac_finding *f);

struct ac_first_trace ac_first_trace(const struct ac_assessment *a, const struct ac_record *of,
                                     const char *user);

#endif
