/* Cells of CSV after RFC 4180: all in quotes, no control characters, lines end in CR LF. Private to src/report/. */
#ifndef AC_REPORT_CSV_H
#define AC_REPORT_CSV_H

#include "base/buf.h"

/* One cell and the comma behind it, or after the last one the end of the line. The text passes through
 * ac_text_safe(). */
void ac_csv_cell(struct ac_buf *out, struct ac_str text, bool last);
/* The same for tables that people open in a spreadsheet: text that a spreadsheet would take for a formula (it
 * begins with = + - @ or a tab, shown as \u{9}) gets an apostrophe in front. */
void ac_csv_inert_cell(struct ac_buf *out, struct ac_str text, bool last);

#endif
