/*
 * The file of --notice: a list of machines that were seen, as CSV or JSON, in the encodings in which
 * offices keep such lists.
 */
#ifndef AC_NOTICE_FILE_H
#define AC_NOTICE_FILE_H

#include "assess/notice.h"

/* Reads the whole file; nothing of a broken one is used. AC_USAGE: it is no such list, with the line;
 * AC_IO: it cannot be read. *ret is to be freed in any case: ac_notice_list_free(). */
enum ac_rc ac_notice_read(const char *path, struct ac_notice_list *ret, struct ac_err *err);
/* The same for its bytes; without name and digest. */
enum ac_rc ac_notice_parse(struct ac_view bytes, struct ac_notice_list *ret, struct ac_err *err);

#endif
