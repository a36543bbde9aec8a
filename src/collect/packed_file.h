/*
 * A file of the evidence as it is kept beside a report: packed with gzip (RFC 1952, one member a block), mode 0400, so
 * that nothing starts it by accident. The same content gives the same bytes in every run.
 *
 * It has another name until it is whole: a run that is interrupted leaves no half file that looks like one.
 */
#ifndef AC_COLLECT_PACKED_FILE_H
#define AC_COLLECT_PACKED_FILE_H

#include "base/error.h"

struct ac_packed_file;

#define AC_PACKED_PART ".part" /* behind the name while it is being written */

/* `folder` is an open folder, `name` a name in it that we chose (never one of the evidence). */
enum ac_rc ac_packed_open(int folder, const char *name, struct ac_packed_file **ret,
                          struct ac_err *err);
enum ac_rc ac_packed_add(struct ac_packed_file *f, const void *p, size_t n, struct ac_err *err);
/* Gives it its name. Frees f in any case; what could not be finished is removed. */
enum ac_rc ac_packed_close(struct ac_packed_file *f, struct ac_err *err);
/* Removes what was written. NULL is fine. */
void ac_packed_discard(struct ac_packed_file *f);

#endif
