/*
 * emocheck.json, with the members of EmoCheck's own report (README of JPCERTCC/EmoCheck): scan_time,
 * hostname, emocheck_version, is_infected, emotet_processes. One object for one Windows installation, an array for
 * none or several. scan_time is the last trace of the computer's use in UTC, process_id is empty: nothing runs on
 * a disk. "no" means that EmoCheck's published methods give nothing, not more.
 */
#ifndef AC_REPORT_EMOCHECK_JSON_H
#define AC_REPORT_EMOCHECK_JSON_H

#include "report/report.h"

enum ac_rc ac_report_emocheck(const struct ac_report_input *in, struct ac_buf *out,
                              struct ac_err *err);

#endif
