/*
 * next-steps.en.txt and next-steps.ja.txt: at most two pages for the owner of the computer, without terms of the
 * trade: what was found and what not, what to do tomorrow morning, whom to tell, what to leave alone.
 */
#ifndef AC_REPORT_NEXT_STEPS_H
#define AC_REPORT_NEXT_STEPS_H

#include "report/report.h"

#define AC_NEXT_STEPS_LINES 120 /* two pages of 60 lines */

/* Appends the text in one language ("en", "ja"). AC_OK or AC_NOMEM. */
enum ac_rc ac_report_next_steps(const struct ac_report_input *in, const char *language,
                                struct ac_buf *out, struct ac_err *err);

#endif
