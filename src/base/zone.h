/*
 * Local time to UTC by the rules of one time zone, as Windows keeps them.
 *
 * bias is what has to be added to local time for UTC, in minutes; standard_bias and daylight_bias are
 * added to it while that time holds. A change without a month never happens. The rules are those of
 * the year in which the machine was last used; Windows itself has other tables for years in which a
 * country's law was different, which are not consulted.
 */
#ifndef AC_BASE_ZONE_H
#define AC_BASE_ZONE_H

#include "base/time.h"

/* When a clock changes: with year 0 in the week'th week (5: the last) on day_of_week (0: Sunday) of
 * the month, else on that day of that year. hour and minute in the local time that ends then. */
struct ac_zone_change {
    unsigned year, month, day_of_week, week, day, hour, minute;
};

struct ac_zone {
    int bias, standard_bias, daylight_bias;
    struct ac_zone_change standard, daylight;
};

enum ac_local {
    AC_LOCAL_CERTAIN,
    AC_LOCAL_TWICE, /* the hour that is repeated in autumn: *ret is the earlier of the two */
    AC_LOCAL_NEVER, /* the hour that is left out in spring: *ret as if the clock had not changed */
    AC_LOCAL_NO_TIME,
};

/* `local` is "2021-01-05T17:30:14.123", without a zone. *ret is untouched when it is no time. */
enum ac_local ac_zone_to_utc(const struct ac_zone *z, const char *local, struct ac_filetime *ret);

#endif
