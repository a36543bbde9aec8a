/*
 * findings.csv and autostarts.csv: tables for a spreadsheet. UTF-8 with a byte order mark, by which Excel knows it; RFC
 * 4180; cells that a spreadsheet would take for a formula have an apostrophe in front (csv.h). Names of columns
 * are a promise to other programs: tables only grow at their right end. Private to src/report/.
 */
#ifndef AC_REPORT_TABLES_H
#define AC_REPORT_TABLES_H

#include "report/report.h"

/* One row a finding. Appends; AC_OK or AC_NOMEM with err. */
enum ac_rc ac_tables_findings(const struct ac_report_input *in, struct ac_buf *out,
                              struct ac_err *err);
/* One row an autostart entry, and one an action of a scheduled task. */
enum ac_rc ac_tables_autostarts(const struct ac_report_input *in, struct ac_buf *out,
                                struct ac_err *err);

#endif
