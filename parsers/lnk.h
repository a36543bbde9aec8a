/*
 * Shortcuts (.lnk): what they point to, with which arguments, on which volume.
 *
 * One `shortcut` record per file. Source of the format: [MS-SHLLINK]. A file that is cut or has
 * impossible sizes gives what could be read, with a `problem` for each part that could not.
 */
#ifndef AC_PARSERS_LNK_H
#define AC_PARSERS_LNK_H

#include "parser.h"

extern const struct ac_parser ac_parser_lnk;

/* A shortcut inside of something else: a jump list has many. */
#define AC_LNK_WHAT 160

struct ac_lnk_rest {
    size_t end;             /* behind what was read of it */
    size_t where;           /* what is wrong, and at which byte of the view; "": nothing */
    char what[AC_LNK_WHAT]; /* its effect on the result is ac_lnk_effect */
};
extern const char ac_lnk_effect[];
extern const uint8_t ac_lnk_class[16]; /* the class identifier that stands in every header */

bool ac_lnk_is(struct ac_view v);
/* ret is Owned by the caller, and may be NULL for no memory as any new record. AC_OK, AC_TRUNCATED
 * or AC_CORRUPT (no shortcut: no record), AC_NOMEM. */
enum ac_rc ac_lnk_read(struct ac_view v, struct ac_record **ret, struct ac_lnk_rest *ret_rest,
                       struct ac_err *err);

#endif
