/*
 * Windows Defender's protection log, ProgramData\Microsoft\Windows Defender\Support\MPLog-*.log: what it detected,
 * what it blocked, command lines that it reported, files that it asked its maker about, and programs whose file
 * accesses it scanned.
 *
 * Format: text, mostly UTF-16LE with a byte order mark. Microsoft documents the lines on performance
 * ("Troubleshoot performance issues"); the other lines are known from published examples (artefacts.help,
 * "Windows Defender - Support logs"). A line that is read begins with its time in UTC; all others are passed over.
 */
#ifndef AC_PARSERS_MPLOG_H
#define AC_PARSERS_MPLOG_H

#include "parser.h"

extern const struct ac_parser ac_parser_mplog;

#endif
