/* Further records about the files and tasks that findings speak of. Private to src/assess/. */
#ifndef AC_ASSESS_WITNESSES_H
#define AC_ASSESS_WITNESSES_H

#include "assess/assess.h"

/* Adds to each finding, those that are only listed left out, the changes, events, execution traces, usage and
 * detections that name its subject by its path, or its task. They do not change its strength; what
 * they are counts as further source types of the family's conclusion. AC_OK or AC_NOMEM. */
enum ac_rc ac_add_witnesses(struct ac_assessment *a);

#endif
