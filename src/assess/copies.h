/* Copies of an entry: in another control set, in a backup of the hive. Private to src/assess/. */
#ifndef AC_ASSESS_COPIES_H
#define AC_ASSESS_COPIES_H

#include "assess/assess.h"

/* Is the entry one that Windows does not use as it stands: of a control set that is not current, or of
 * a backup? */
bool ac_is_copy(const struct ac_record *r);

/* The same for scheduled tasks of the same path that start the same, whichever of the file, the registry and
 * a .job file they stand in: into the finding about the file, else the registry. Marks those that are
 * empty then. AC_OK or AC_NOMEM. */
enum ac_rc ac_merge_tasks(struct ac_assessment *a, bool *merged);

/* Puts the records of findings about copies into the finding of the same rule about the same entry, and
 * numbers the findings anew. AC_OK or AC_NOMEM. */
enum ac_rc ac_merge_copies(struct ac_assessment *a);

#endif
