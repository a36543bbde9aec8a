/*
 * WMI repository (OBJECTS.DATA): event consumers that run commands and scripts, what triggers them,
 * and what is left of earlier ones.
 *
 * Beside it lie the files that tell which pages are in use (MAPPING1.MAP ...) and the names of
 * namespaces (INDEX.BTR); a caller passes them as companions. Without the mapping files no object
 * can be called live.
 */
#ifndef AC_PARSERS_WMI_REPOSITORY_H
#define AC_PARSERS_WMI_REPOSITORY_H

#include "parser.h"

extern const struct ac_parser ac_parser_wmi;

#endif
