/* Columns of a notice by their names, and rows filled through them. Private to the reader of notices. */
#ifndef AC_NOTICE_COLUMNS_H
#define AC_NOTICE_COLUMNS_H

#include "assess/notice.h"
#include "base/limits.h"

struct ac_notice_columns {
    char *names[AC_MAX_NOTICE_COLUMNS];                 /* Owned: ac_notice_columns_free() */
    enum ac_notice_field fields[AC_MAX_NOTICE_COLUMNS]; /* AC_NOTICE_FIELDS: not used */
    size_t n;
};

/* AC_USAGE: too many. The same name may come again. */
enum ac_rc ac_notice_columns_add(struct ac_notice_columns *c, struct ac_str name,
                                 struct ac_err *err);
/* Decides which column gives which field; the others become list->unused. AC_USAGE: none is known. */
enum ac_rc ac_notice_columns_map(struct ac_notice_columns *c, struct ac_notice_list *list,
                                 struct ac_err *err);
void ac_notice_columns_free(struct ac_notice_columns *c);

/* A new row of the list, all fields empty; AC_USAGE: too many. */
enum ac_rc ac_notice_row_add(struct ac_notice_list *list, unsigned line, struct ac_err *err);
/* Sets a field of the last row, without the blanks around it. */
enum ac_rc ac_notice_row_put(struct ac_notice_list *list, enum ac_notice_field field,
                             struct ac_str text, struct ac_err *err);
enum ac_rc ac_notice_unused_add(struct ac_notice_list *list, struct ac_str name,
                                struct ac_err *err);

#endif
