/* Conclusions per family from the findings of the rules. For src/assess/ and the report. */
#ifndef AC_ASSESS_CONCLUDE_H
#define AC_ASSESS_CONCLUDE_H

#include "assess/assess.h"

/* One conclusion for each of emotet ursnif trickbot qakbot zloader, always, and one for each other family that has
 * findings above `listed`. The scale is that of S0-S4/SX with these criteria:
 *   S4 a decisive finding plus a persistence or execution record of the same thing
 *   S3 specific findings (strong or decisive) from two or more independent source types
 *   S2 one specific finding in one source type, or two or more supporting from independent source types
 *   S1 one supporting finding
 *   S0 none, and every rule of the family is "not found"
 *   SX none, and a rule of the family could not be examined, or the family has no rule in this rule set */
enum ac_rc ac_conclude(struct ac_assessment *a);

/* Does this autostart or task start something as the system stands? A deleted one is a trace only. */
bool ac_is_configured(const struct ac_record *r);

/* Does this execution record say that the program ran: prefetch, BAM, DAM, UserAssist? The lists of the
 * application compatibility (ShimCache, Amcache and the like) only say that Windows saw the file. */
bool ac_proves_execution(const struct ac_record *r);

/* Source type of a record, 0 for kinds that are no observation of their own. */
unsigned ac_source_type_of(const struct ac_record *r);

#endif
