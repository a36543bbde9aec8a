/*
 * Event logs of Windows NT to XP and 2003 (config/SecEvent.Evt, SysEvent.Evt, AppEvent.Evt).
 *
 * Format: libyal/libevt, "Windows Event Log (EVT) format". A ring of records; each is found by its
 * signature and both of its sizes, and belongs to the log if its number lies between the oldest and
 * the newest that the end record (or, in a closed log, the file header) names.
 */
#ifndef AC_PARSERS_EVT_H
#define AC_PARSERS_EVT_H

#include "parser.h"

extern const struct ac_parser ac_parser_evt;

#endif
