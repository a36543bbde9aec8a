/*
 * What the Recycle Bin remembers of deleted files: $I files (Windows Vista and later), INFO2 (before).
 *
 * Format: libyal/dtformats, "Windows Recycle.Bin file formats"; D. Purcell, "$Recycle.Bin" (version 2).
 */
#ifndef AC_PARSERS_RECYCLE_BIN_H
#define AC_PARSERS_RECYCLE_BIN_H

#include "parser.h"

extern const struct ac_parser ac_parser_recycle_bin;

#endif
