#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKS_PER_MINUTE (60 * AC_TICKS_PER_SECOND)
#define TICKS_PER_DAY (1440 * TICKS_PER_MINUTE)

static bool parse_local(const char *local, struct ac_filetime *ret)
{
    char text[AC_TIME_TEXT];

    if (strlen(local) + 2 > sizeof(text) || strchr(local, 'Z'))
        return false;
    snprintf(text, sizeof(text), "%sZ", local);
    return ac_time_parse(text, ret);
}

static bool midnight(unsigned year, unsigned month, unsigned day, uint64_t *ret)
{
    char text[AC_TIME_TEXT];
    struct ac_filetime t;

    if (year > 9999 || month > 12 || day > 31)
        return false;
    snprintf(text, sizeof(text), "%04u-%02u-%02uT00:00:00Z", year, month, day);
    if (!ac_time_parse(text, &t))
        return false;
    *ret = t.ticks;
    return true;
}

/* 1601-01-01 was a Monday. */
static unsigned day_of_week(uint64_t ticks)
{
    return (unsigned)((ticks / TICKS_PER_DAY + 1) % 7);
}

/* The moment of a change in a year, in the local time that ends then; false: there is none. */
static bool change_in(const struct ac_zone_change *c, unsigned year, uint64_t *ret)
{
    uint64_t first, next, at;

    if (c->month == 0 || (c->year && c->year != year))
        return false;
    if (c->year) {
        if (!midnight(year, c->month, c->day, &at))
            return false;
    } else {
        unsigned after = c->month % 12 + 1;

        if (!midnight(year, c->month, 1, &first) ||
            !midnight(year + (c->month == 12), after, 1, &next))
            return false;
        at = first + (c->day_of_week + 7 - day_of_week(first)) % 7 * TICKS_PER_DAY;
        for (unsigned week = 1; week < c->week && at + 7 * TICKS_PER_DAY < next; week++)
            at += 7 * TICKS_PER_DAY;
    }
    *ret = at + (c->hour * UINT64_C(60) + c->minute) * TICKS_PER_MINUTE;
    return true;
}

static uint64_t shift(uint64_t ticks, int minutes)
{
    uint64_t by = (uint64_t)abs(minutes) * TICKS_PER_MINUTE;

    if (minutes >= 0)
        return ticks + by;
    return ticks > by ? ticks - by : 0;
}

/* Is local time `t` in the daylight part of the year? begin and end are in local time, each in the
 * time that ends then; south of the equator the part runs over the new year. */
static bool is_daylight(uint64_t t, uint64_t begin, uint64_t end)
{
    return begin < end ? t >= begin && t < end : t >= begin || t < end;
}

enum ac_local ac_zone_to_utc(const struct ac_zone *z, const char *local, struct ac_filetime *ret)
{
    struct ac_filetime t;
    uint64_t begin, end, length;
    int standard = z->bias + z->standard_bias, daylight = z->bias + z->daylight_bias;
    unsigned year = 0;

    if (!parse_local(local, &t) || sscanf(local, "%4u", &year) != 1)
        return AC_LOCAL_NO_TIME;
    if (!change_in(&z->daylight, year, &begin) || !change_in(&z->standard, year, &end) ||
        daylight >= standard) {
        ret->ticks = shift(t.ticks, standard);
        return AC_LOCAL_CERTAIN;
    }
    length = (uint64_t)(standard - daylight) * TICKS_PER_MINUTE;
    if (t.ticks >= begin && t.ticks < begin + length) {
        ret->ticks = shift(t.ticks, standard);
        return AC_LOCAL_NEVER;
    }
    ret->ticks = shift(t.ticks, is_daylight(t.ticks, begin, end) ? daylight : standard);
    return t.ticks < end && t.ticks + length >= end ? AC_LOCAL_TWICE : AC_LOCAL_CERTAIN;
}
