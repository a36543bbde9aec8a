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

/* Sets "schedule" to "ScheduleByDay DaysInterval=3" and so on, as task_xml.c writes it: kind 1 every a days,
 * 2 every a weeks on days b, 3 on days a (low 16) and b (high 16) of months c, 4 in weeks a on days b of months
 * c; nothing for another kind. Bits: Sunday, January, the first day, the first week are the lowest; the
 * fifth week is the last of the month. */
void ac_task_put_schedule(json_t *object, uint32_t kind, unsigned a, unsigned b, unsigned c,
                          bool *failed);

/* Sets a member to UTF-16LE text; when it is not exact, its bytes in hex beside it as <member>_raw. */
void ac_task_put_utf16(json_t *object, const char *member, struct ac_view bytes, bool *failed);

/* Without NUL characters at its end. */
struct ac_view ac_task_trim(struct ac_view utf16);

#endif
