/*
 * Layout.ini: the files that the prefetcher lets the defragmenter lay out together, because they were read at
 * boots and starts of programs (Windows XP to 8; an older one may lie on newer systems).
 *
 * Format: UTF-16LE text, one path a line below [OptimalLayoutFile]; see libyal/libscca, documentation.
 * Only files where an ordinary user may write become records; the rest is Windows and programs.
 */
#ifndef AC_PARSERS_LAYOUT_INI_H
#define AC_PARSERS_LAYOUT_INI_H

#include "parser.h"

extern const struct ac_parser ac_parser_layout_ini;

#endif
