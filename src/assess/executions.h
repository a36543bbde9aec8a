/* Which records say that a file was run or loaded. Private to src/assess/. */
#ifndef AC_ASSESS_EXECUTIONS_H
#define AC_ASSESS_EXECUTIONS_H

#include "assess/assess.h"

/* Before any rule: the names in all records that prove executions, for what follows. AC_OK or AC_NOMEM. */
enum ac_rc ac_executions_index(struct ac_assessment *a);

/* Adds to f all records of the installation that .../<folder>/<file> was run or loaded, and says how many: prefetch
 * whose file list names it, BAM and its like whose program it is. */
enum ac_rc ac_add_executions(const struct ac_assessment *a, struct ac_finding *f,
                             const struct ac_record *of, struct ac_str folder, struct ac_str file,
                             size_t *ret_n);
/* The same for everything below a folder, given by its whole path with '/' between components. */
enum ac_rc ac_add_executions_below(const struct ac_assessment *a, struct ac_finding *f,
                                   const struct ac_record *of, struct ac_str folder);

#endif
