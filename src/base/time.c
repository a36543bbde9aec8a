#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAYS_PER_400_YEARS 146097
#define TICKS_10000_01_01 UINT64_C(2650467744000000000) /* first tick of the year 10000 */

/* Days since 1601-01-01 to a civil date; 1601 begins a 400-year cycle, so no negative numbers. */
static void civil_from_days(uint32_t days, unsigned *y, unsigned *m, unsigned *d)
{
    /* counted from 1600-03-01, so that the leap day ends a year */
    uint32_t z = days + 306;
    uint32_t era = z / DAYS_PER_400_YEARS;
    uint32_t doe = z - era * DAYS_PER_400_YEARS;
    uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    uint32_t mp = (5 * doy + 2) / 153;

    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp < 10 ? mp + 3 : mp - 9;
    *y = 1600 + era * 400 + yoe + (*m <= 2);
}

static uint32_t days_from_civil(unsigned y, unsigned m, unsigned d)
{
    uint32_t yy = y - (m <= 2) - 1600;
    uint32_t era = yy / 400;
    uint32_t yoe = yy - era * 400;
    uint32_t doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;

    return era * DAYS_PER_400_YEARS + yoe * 365 + yoe / 4 - yoe / 100 + doy - 306;
}

char *ac_time_print(struct ac_filetime t, char buf[AC_TIME_TEXT])
{
    uint64_t seconds = t.ticks / AC_TICKS_PER_SECOND;
    unsigned fraction = (unsigned)(t.ticks % AC_TICKS_PER_SECOND);
    unsigned y, m, d, s = (unsigned)(seconds % 86400);
    int n;

    if (t.ticks >= TICKS_10000_01_01) {
        snprintf(buf, AC_TIME_TEXT, "FILETIME 0x%016" PRIx64 " (out of range)", t.ticks);
        return buf;
    }
    civil_from_days((uint32_t)(seconds / 86400), &y, &m, &d);
    n = snprintf(buf, AC_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u", y, m, d, s / 3600, s / 60 % 60,
                 s % 60);
    if (fraction) {
        n += snprintf(buf + n, AC_TIME_TEXT - (size_t)n, ".%07u", fraction);
        while (buf[n - 1] == '0')
            n--;
    }
    snprintf(buf + n, AC_TIME_TEXT - (size_t)n, "Z");
    return buf;
}

static bool parse_date(const char *text, uint64_t *ret_seconds, int *ret_used)
{
    unsigned y, m, d, hh, mm, ss;

    if (strlen(text) < 20 ||
        sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u%n", &y, &m, &d, &hh, &mm, &ss, ret_used) != 6 ||
        *ret_used != 19)
        return false;
    if (y < 1601 || m < 1 || m > 12 || d < 1 || d > 31 || hh > 23 || mm > 59 || ss > 59)
        return false;
    *ret_seconds = (uint64_t)days_from_civil(y, m, d) * 86400 + hh * 3600 + mm * 60 + ss;
    return true;
}

bool ac_time_parse(const char *text, struct ac_filetime *ret)
{
    uint64_t seconds, fraction = 0, weight = AC_TICKS_PER_SECOND, ticks;
    int used = 0;

    if (sscanf(text, "FILETIME 0x%16" SCNx64, &ticks) == 1) {
        ret->ticks = ticks;
        return true;
    }
    if (!parse_date(text, &seconds, &used))
        return false;
    text += used;
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9'; text++) {
            weight /= 10;
            fraction += (uint64_t)(*text - '0') * weight;
        }
    }
    if (strcmp(text, "Z") != 0)
        return false;
    ret->ticks = seconds * AC_TICKS_PER_SECOND + fraction;
    return true;
}

struct ac_filetime ac_time_from_unix(int64_t seconds, uint32_t nanoseconds)
{
    __int128 ticks = (__int128)seconds * (int64_t)AC_TICKS_PER_SECOND + AC_TICKS_1601_TO_1970 +
                     nanoseconds / 100;

    return (struct ac_filetime){ticks < 0 || ticks > UINT64_MAX ? 0 : (uint64_t)ticks};
}

struct ac_filetime ac_time_from_dos(uint16_t date, uint16_t time)
{
    unsigned y = 1980U + (date >> 9), m = date >> 5 & 15, d = date & 31;
    unsigned hh = time >> 11, mm = time >> 5 & 63, ss = (time & 31U) * 2;

    if (m < 1 || m > 12 || d < 1 || hh > 23 || mm > 59 || ss > 59)
        return (struct ac_filetime){0};
    return (struct ac_filetime){
        ((uint64_t)days_from_civil(y, m, d) * 86400 + hh * 3600 + mm * 60 + ss) *
        AC_TICKS_PER_SECOND};
}

struct ac_filetime ac_time_from_ole(uint64_t bits)
{
    unsigned exponent = (unsigned)(bits >> 52); /* with the sign, which no such date has */
    uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    uint64_t us_1601_to_1899 = UINT64_C(109205) * 86400 * 1000000;
    unsigned shift;
    __int128 us;

    if (exponent < 1023 + 1 || exponent > 1023 + 21) /* 2 days, 2^22 days: far behind 9999 */
        return (struct ac_filetime){0};
    shift = 1075 - exponent;
    us = (__int128)mantissa * 86400 * 1000000;
    us = (us + ((__int128)1 << (shift - 1))) >> shift;
    us = (us + us_1601_to_1899) * 10;
    return (struct ac_filetime){us < (__int128)TICKS_10000_01_01 ? (uint64_t)us : 0};
}
