/* Times and zones as the lists of police and CERTs write them. */
#include "assess/notice.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define MINUTE (60 * AC_TICKS_PER_SECOND)
#define DAY (1440 * MINUTE)
#define MOST_ZONE 840 /* minutes: UTC+14 is the farthest zone there is */

/* A number of `least` to `most` digits at *p, which moves behind it. */
static bool number(const char **p, unsigned least, unsigned most, unsigned *ret)
{
    unsigned n = 0;

    *ret = 0;
    while (n < most && isdigit((unsigned char)**p)) {
        *ret = *ret * 10 + (unsigned)(*(*p)++ - '0');
        n++;
    }
    return n >= least;
}

static bool literal(const char **p, const char *any)
{
    if (!**p || !strchr(any, **p))
        return false;
    (*p)++;
    return true;
}

static void skip_blanks(const char **p)
{
    while (**p == ' ' || **p == '\t')
        (*p)++;
}

/* ---- zones */

static bool fold_is(const char *p, const char *name)
{
    return ac_fold_eq(ac_str_of(p), ac_str_of(name));
}

/* "+9", "+09", "+09:00", "+0900" and nothing behind it. */
static bool offset(const char *p, int *ret)
{
    bool west = *p == '-';
    unsigned hours, minutes = 0;

    if (!literal(&p, "+-") || !number(&p, 1, 2, &hours))
        return false;
    literal(&p, ":");
    if (*p && (!number(&p, 2, 2, &minutes) || *p))
        return false;
    *ret = (int)(hours * 60 + minutes) * (west ? -1 : 1);
    return minutes < 60 && hours * 60 + minutes <= MOST_ZONE;
}

static bool parse_zone(const char *p, int *ret)
{
    static const char *const utc[] = {"Z", "UTC", "GMT", "協定世界時"};
    static const char *const japan[] = {"JST", "Asia/Tokyo", "日本標準時", "日本時間",
                                        "Tokyo Standard Time"};

    for (size_t i = 0; i < sizeof(utc) / sizeof(utc[0]); i++) {
        if (fold_is(p, utc[i])) {
            *ret = 0;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(japan) / sizeof(japan[0]); i++) {
        if (fold_is(p, japan[i])) {
            *ret = 540;
            return true;
        }
    }
    if (strncasecmp(p, "UTC", 3) == 0 || strncasecmp(p, "GMT", 3) == 0)
        p += 3;
    skip_blanks(&p);
    return offset(p, ret);
}

/* ---- date and time */

static bool parse_date(const char **p, char out[32])
{
    unsigned y, m, d;
    char separator;

    if (!number(p, 4, 4, &y) || (**p != '-' && **p != '/'))
        return false;
    separator = *(*p)++;
    if (!number(p, 1, 2, &m) || *(*p)++ != separator || !number(p, 1, 2, &d) ||
        isdigit((unsigned char)**p))
        return false;
    snprintf(out, 32, "%04u-%02u-%02u", y, m, d);
    return true;
}

/* The time of day, appended to the date; how exact it is. */
static bool parse_clock(const char **p, char out[32], uint64_t *ret_length)
{
    unsigned h, m, s = 0, digits = 0;
    size_t n;

    *ret_length = MINUTE;
    if (!number(p, 1, 2, &h) || !literal(p, ":") || !number(p, 2, 2, &m))
        return false;
    if (literal(p, ":")) {
        *ret_length = AC_TICKS_PER_SECOND;
        if (!number(p, 2, 2, &s))
            return false;
    }
    n = strlen(out);
    n += (size_t)snprintf(out + n, 32 - n, "T%02u:%02u:%02u", h, m, s);
    if (*ret_length == AC_TICKS_PER_SECOND && literal(p, ".,")) {
        *ret_length = 1;
        out[n++] = '.';
        for (; isdigit((unsigned char)**p); (*p)++, digits++) {
            if (digits < 7) /* finer than a FILETIME */
                out[n++] = **p;
        }
        out[n] = '\0';
        return digits > 0;
    }
    return true;
}

/* 31 April is no date, although it could be counted on. */
static bool exists(const char *local)
{
    char text[AC_TIME_TEXT], again[AC_TIME_TEXT];
    struct ac_filetime t;

    snprintf(text, sizeof(text), "%sZ", local);
    return ac_time_parse(text, &t) && t.ticks >= DAY &&
           strncmp(ac_time_print(t, again), text, 19) == 0;
}

struct ac_notice_time ac_notice_time_parse(const char *text, const char *zone)
{
    struct ac_notice_time t = {.clock = AC_CLOCK_BAD, .length = DAY};
    const char *p = text;

    if (text[0] == '\0') {
        t.clock = AC_CLOCK_NONE;
        return t;
    }
    if (!parse_date(&p, t.local))
        return t;
    if (*p == 'T' || *p == 't' || (*p == ' ' && isdigit((unsigned char)p[strspn(p, " ")]))) {
        p++;
        skip_blanks(&p);
        if (!parse_clock(&p, t.local, &t.length))
            return t;
    } else {
        strcat(t.local, "T00:00:00");
    }
    if (!exists(t.local))
        return t;
    skip_blanks(&p);
    if (*p)
        t.clock = parse_zone(p, &t.minutes) ? AC_CLOCK_UTC : AC_CLOCK_BAD;
    else if (zone[0])
        t.clock = parse_zone(zone, &t.minutes) ? AC_CLOCK_UTC : AC_CLOCK_BAD_ZONE;
    else
        t.clock = AC_CLOCK_UNKNOWN;
    return t;
}

bool ac_notice_time_span(const struct ac_notice_time *t, const struct ac_zone *machine,
                         uint64_t *ret_begin, uint64_t *ret_end, bool *ret_sure)
{
    const struct ac_zone greenwich = {.bias = -t->minutes};
    const struct ac_zone *zone = t->clock == AC_CLOCK_UTC ? &greenwich : machine;
    struct ac_filetime begin;
    enum ac_local how;

    if ((t->clock != AC_CLOCK_UTC && t->clock != AC_CLOCK_UNKNOWN) || !zone)
        return false;
    how = ac_zone_to_utc(zone, t->local, &begin);
    if (how == AC_LOCAL_NO_TIME)
        return false;
    *ret_sure &= how == AC_LOCAL_CERTAIN;
    *ret_begin = begin.ticks;
    *ret_end = begin.ticks + (t->length - 1);
    return true;
}
