/*
 * The words of task definitions in XML ([MS-TSCH] 2.5), for stores that keep numbers in their place:
 * so that a task reads alike wherever it stands.
 *
 * All functions append; memory failure is sticky in the buffer, or told through *failed.
 */
#ifndef AC_PARSERS_TASK_WORDS_H
#define AC_PARSERS_TASK_WORDS_H

#include "base/buf.h"
#include "base/bytes.h"

#include <jansson.h>
#include <stdbool.h>

/* "PT11M", "P1DT2H": years and months are never used. */
void ac_task_duration(uint64_t seconds, struct ac_buf *out);
void ac_task_put_duration(json_t *object, const char *member, uint64_t seconds, bool *failed);

/* "ScheduleByDay DaysInterval=3" and so on, as task_xml.c writes them. Bits: Sunday, January, the
 * first day, the first week are the lowest; the fifth week is the last of the month. */
void ac_task_by_day(unsigned interval, struct ac_buf *out);
void ac_task_by_week(unsigned interval, unsigned days, struct ac_buf *out);
void ac_task_by_month(uint32_t days, unsigned months, struct ac_buf *out);
void ac_task_by_month_day(unsigned weeks, unsigned days, unsigned months, struct ac_buf *out);

/* Sets a member to UTF-16LE text; when it is not exact, its bytes in hex beside it as <member>_raw. */
void ac_task_put_utf16(json_t *object, const char *member, struct ac_view bytes, bool *failed);

/* Without NUL characters at its end. */
struct ac_view ac_task_trim(struct ac_view utf16);

#endif
