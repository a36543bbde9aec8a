/* What was read, as far as rules need it. Private to src/assess/. */
#ifndef AC_ASSESS_COVERAGE_H
#define AC_ASSESS_COVERAGE_H

#include "assess/assess.h"

/* True if everything that `needs` names is there and was read completely. Otherwise *ret_why gets the
 * reasons, one source after the other (at most a few are named, then counted). */
bool ac_coverage_has(const struct ac_assessment *a, unsigned needs, struct ac_buf *ret_why);

/* True if anything expected was not examined completely, or an image is not what its container says. */
bool ac_coverage_incomplete(const struct ac_assessment *a, bool *ret_verification_failed);

#endif
