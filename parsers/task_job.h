/*
 * Scheduled tasks as .job files (Windows\Tasks\*.job): all that Windows XP and 2003 have, and what at.exe
 * and schtasks /V1 leave on later systems.
 *
 * One `task` record per file with store "job"; its path is the file's name without ".job". Times are the
 * machine's local time, which the file does not name. The file does not hold the account that the
 * task runs as: Windows keeps it apart.
 *
 * Format: [MS-TSCH] 2.4, .JOB File Format; libyal/dtformats, "Windows Job file format". Values of the
 * priority are those of the Windows API (IDLE_PRIORITY_CLASS 0x40, HIGH_PRIORITY_CLASS 0x80).
 *
 * AC_TRUNCATED when the file ends before its triggers do: the record then holds what stood before.
 */
#ifndef AC_PARSERS_TASK_JOB_H
#define AC_PARSERS_TASK_JOB_H

#include "parser.h"

extern const struct ac_parser ac_parser_task_job;

#endif
