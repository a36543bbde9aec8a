/* Notices as CSV. Private to the reader of notices. */
#ifndef AC_NOTICE_CSV_H
#define AC_NOTICE_CSV_H

#include "assess/notice.h"

/* RFC 4180, with commas, semicolons or tabs, as the first line shows; lines end in any way. Rows may be
 * shorter than the header, not longer. AC_USAGE with the line: broken. */
enum ac_rc ac_notice_csv(struct ac_str text, struct ac_notice_list *list, struct ac_err *err);

#endif
