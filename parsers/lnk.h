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

#endif
