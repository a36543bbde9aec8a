/* RecentFileCache.bcf of Windows 7: an artefact parser. */
#ifndef AC_PARSERS_RECENT_FILE_CACHE_H
#define AC_PARSERS_RECENT_FILE_CACHE_H

#include "parser.h"

extern const struct ac_parser ac_parser_recent_file_cache;

#endif
