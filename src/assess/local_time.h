/* Times that Windows keeps in local time, by the rules of the examined machine's own zone. */
#ifndef AC_ASSESS_LOCAL_TIME_H
#define AC_ASSESS_LOCAL_TIME_H

#include "assess/assess.h"
#include "base/zone.h"

/* The zone of the installation that `of` belongs to, as its SYSTEM hive has it; false: not known. */
bool ac_zone_of(const struct ac_assessment *a, const struct ac_record *of, struct ac_zone *ret);

#endif
