/*
 * Prefetch files (Windows\Prefetch\*.pf): what was started, how often, when, from which volume and
 * with which files.
 *
 * Versions 17 (XP, 2003), 23 (Vista, 7), 26 (8.1), 30 (10) and 31 (11), plain or MAM-compressed.
 * One `execution` record per file. Sources: libyal/libscca, documentation of the format; [MS-XCA]
 * for MAM; version 31 from real files (layout of 30).
 *
 * A damaged file gives what could be read, with one `problem` record for each part that could not.
 */
#ifndef AC_PARSERS_PREFETCH_H
#define AC_PARSERS_PREFETCH_H

#include "parser.h"

extern const struct ac_parser ac_parser_prefetch;

enum ac_prefetch_hash { AC_PREFETCH_XP, AC_PREFETCH_VISTA, AC_PREFETCH_2008 };

/* The path hash in a prefetch file's name, over the UTF-16LE bytes of an upper-case device path
 * such as "\DEVICE\HARDDISKVOLUME1\WINDOWS\NOTEPAD.EXE". Programs that host others (rundll32,
 * svchost ...) have their command line in it as well, so a hash that fits proves a path but not the
 * reverse. */
uint32_t ac_prefetch_hash(enum ac_prefetch_hash kind, struct ac_view path);

#endif
