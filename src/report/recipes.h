/* Command lines by which an independent tool shows what a record says. Private to src/report/. */
#ifndef AC_REPORT_RECIPES_H
#define AC_REPORT_RECIPES_H

#include "report/report.h"

/* Appends one command line (no line feed) that runs as it stands in an empty folder, with the evidence where the header
 * says; nothing for records that no tool can be pointed at. Arguments are quoted for a POSIX shell. */
void ac_recipe_for(const struct ac_report_input *in, const struct ac_record *r, struct ac_buf *out);

#endif
