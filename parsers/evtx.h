/*
 * Event logs of Windows Vista and later (winevt/Logs/NAME.evtx).
 *
 * Format: libyal/libevtx, "Windows XML Event Log (EVTX) format". A file of chunks of 64 KiB, each
 * with its own checksums, strings and templates. All events are counted by their number
 * (`event_ids` of the coverage row); those of evtx_table.c become records.
 *
 * Chunks behind those that the file header counts belong to the log if their numbering goes on
 * (the header is written last); others are left over from before it was cleared. What stands behind
 * a chunk's last event, in chunks left over, or in chunks without a usable header is `recovered`.
 */
#ifndef AC_PARSERS_EVTX_H
#define AC_PARSERS_EVTX_H

#include "parser.h"

extern const struct ac_parser ac_parser_evtx;

#endif
