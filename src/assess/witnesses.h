/* Further records about the files that findings speak of. Private to src/assess/. */
#ifndef AC_ASSESS_WITNESSES_H
#define AC_ASSESS_WITNESSES_H

#include "assess/assess.h"

/* Adds the entries of the change journal that tell of a finding's subject; not to those that are only
 * listed. They make no finding stronger. AC_OK or AC_NOMEM. */
enum ac_rc ac_add_witnesses(struct ac_assessment *a);

#endif
