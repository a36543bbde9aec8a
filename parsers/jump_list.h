/*
 * Jump lists (Windows 7 and later): what a user opened with a program, in lists that the taskbar
 * shows, one file a program. Those that Windows keeps (*.automaticDestinations-ms) are compound
 * files, those that a program makes itself (*.customDestinations-ms) a row of shortcuts.
 *
 * Format: libyal/dtformats, "Jump lists format"; [MS-SHLLINK]. Emitted are an `activity` record
 * for every entry of Windows' list and a `shortcut` record for every shortcut; a shortcut that no
 * entry names is `unlinked`.
 */
#ifndef AC_PARSERS_JUMP_LIST_H
#define AC_PARSERS_JUMP_LIST_H

#include "parser.h"

extern const struct ac_parser ac_parser_jump_list;
extern const struct ac_parser ac_parser_jump_list_custom;

#endif
