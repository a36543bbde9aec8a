/* What the parts of the jump list parsers (jump_list*.c) share; nothing else includes this. */
#ifndef AC_PARSERS_JUMP_LIST_PARTS_H
#define AC_PARSERS_JUMP_LIST_PARTS_H

#include "jump_list.h"

#include "base/buf.h"

/* jump_list_apps.c: the program that has this AppID, NULL if it is not among the well-known ones. */
const char *ac_jump_list_app(struct ac_str id);

/* One row of the table: the AppID, the text of which it is the CRC-64, and the program. */
struct ac_jump_list_app {
    const char *id, *text, *program;
};
extern const struct ac_jump_list_app ac_jump_list_apps[]; /* ends with a NULL id */

/* The AppID in the name of the artefact. Borrowed from a->path. */
struct ac_str ac_jump_list_id(const struct ac_artefact *a);

/* Emits the shortcut that begins the view; `r` of ac_lnk_read(), completed by the caller before. */
struct ac_jump_list_link {
    struct ac_str category; /* "" for none; UTF-16LE bytes when `utf16` */
    bool utf16;
    uint32_t entry; /* number in the list */
    const char *state;
    uint64_t offset; /* AC_NO_OFFSET: not known */
};
/* *ret_end is the end of what was read in the view, 0 when it is no shortcut (a problem tells). */
enum ac_rc ac_jump_list_emit_link(const struct ac_artefact *a, struct ac_view v,
                                  const struct ac_jump_list_link *about, struct ac_sink *sink,
                                  size_t *ret_end, struct ac_err *err);

#endif
