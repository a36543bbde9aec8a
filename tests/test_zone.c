/* Local times by the rules of a time zone: the C library, given the same rules as a POSIX TZ, is the
 * witness for every hour of a year. */
#include "base/zone.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *tz;
    struct ac_zone zone;
} zones[] = {
    {"JST-9", {.bias = -540}},
    {"EST5EDT,M3.2.0,M11.1.0",
     {.bias = 300,
      .daylight_bias = -60,
      .standard = {.month = 11, .week = 1, .hour = 2},
      .daylight = {.month = 3, .week = 2, .hour = 2}}},
    {"CET-1CEST,M3.5.0/2,M10.5.0/3",
     {.bias = -60,
      .daylight_bias = -60,
      .standard = {.month = 10, .week = 5, .hour = 3},
      .daylight = {.month = 3, .week = 5, .hour = 2}}},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3",
     {.bias = -600,
      .daylight_bias = -60,
      .standard = {.month = 4, .week = 1, .hour = 3},
      .daylight = {.month = 10, .week = 1, .hour = 2}}},
    {"IST-3:30IDT,M3.4.4/1,M10.5.6/23:30", /* minutes, and days that are no Sunday */
     {.bias = -210,
      .daylight_bias = -60,
      .standard = {.month = 10, .week = 5, .day_of_week = 6, .hour = 23, .minute = 30},
      .daylight = {.month = 3, .week = 4, .day_of_week = 4, .hour = 1}}},
};

static void compare(const char *tz, const struct ac_zone *z, unsigned year)
{
    unsigned certain = 0;

    setenv("TZ", tz, 1);
    tzset();
    for (int hour = 0; hour < 365 * 24; hour++) {
        struct tm tm = {.tm_year = (int)year - 1900, .tm_hour = hour, .tm_min = 15, .tm_mday = 1};
        struct ac_filetime t = {0};
        char local[64];
        time_t plain, unix_time;

        setenv("TZ", "UTC0", 1);
        tzset();
        plain = mktime(&tm); /* normalises the hour */
        gmtime_r(&plain, &tm);
        strftime(local, sizeof(local), "%Y-%m-%dT%H:%M:%S.000", &tm);
        setenv("TZ", tz, 1);
        tzset();
        tm.tm_isdst = -1;
        unix_time = mktime(&tm);
        if (ac_zone_to_utc(z, local, &t) != AC_LOCAL_CERTAIN)
            continue;
        certain++;
        cr_assert_eq(t.ticks, ac_time_from_unix(unix_time, 0).ticks, "%s in %s", local, tz);
    }
    cr_assert_geq(certain, 365 * 24 - 2); /* one hour left out, one repeated */
    unsetenv("TZ");
    tzset();
}

Test(zone, every_hour_of_a_year_is_what_the_c_library_says)
{
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        compare(zones[i].tz, &zones[i].zone, 2020);
        compare(zones[i].tz, &zones[i].zone, 2021);
    }
}

static enum ac_local ask(const char *local, const char *utc)
{
    struct ac_filetime t = {0};
    enum ac_local how = ac_zone_to_utc(&zones[2].zone, local, &t);
    char text[AC_TIME_TEXT];

    cr_expect_str_eq(ac_time_print(t, text), utc, "%s", local);
    return how;
}

Test(zone, hours_that_are_repeated_or_left_out_are_told)
{
    cr_expect_eq(ask("2021-03-28T01:59:59.999", "2021-03-28T00:59:59.999Z"), AC_LOCAL_CERTAIN);
    cr_expect_eq(ask("2021-03-28T02:30:00.000", "2021-03-28T01:30:00Z"), AC_LOCAL_NEVER);
    cr_expect_eq(ask("2021-03-28T03:00:00.000", "2021-03-28T01:00:00Z"), AC_LOCAL_CERTAIN);
    cr_expect_eq(ask("2021-10-31T01:59:00.000", "2021-10-30T23:59:00Z"), AC_LOCAL_CERTAIN);
    cr_expect_eq(ask("2021-10-31T02:30:00.000", "2021-10-31T00:30:00Z"), AC_LOCAL_TWICE);
    cr_expect_eq(ask("2021-10-31T03:00:00.000", "2021-10-31T02:00:00Z"), AC_LOCAL_CERTAIN);
}

Test(zone, a_fixed_date_holds_for_its_year_only)
{
    struct ac_zone z = zones[2].zone;
    struct ac_filetime t;

    z.daylight = (struct ac_zone_change){.year = 2021, .month = 5, .day = 10, .hour = 2};
    z.standard = (struct ac_zone_change){.year = 2021, .month = 9, .day = 1, .hour = 3};
    cr_expect_eq(ac_zone_to_utc(&z, "2021-05-09T12:00:00", &t), AC_LOCAL_CERTAIN);
    cr_expect_eq(t.ticks % (24 * 3600 * AC_TICKS_PER_SECOND), 11 * 3600 * AC_TICKS_PER_SECOND);
    cr_expect_eq(ac_zone_to_utc(&z, "2021-05-10T12:00:00", &t), AC_LOCAL_CERTAIN);
    cr_expect_eq(t.ticks % (24 * 3600 * AC_TICKS_PER_SECOND), 10 * 3600 * AC_TICKS_PER_SECOND);
    cr_expect_eq(ac_zone_to_utc(&z, "2022-05-10T12:00:00", &t), AC_LOCAL_CERTAIN);
    cr_expect_eq(t.ticks % (24 * 3600 * AC_TICKS_PER_SECOND), 11 * 3600 * AC_TICKS_PER_SECOND);
}

Test(zone, what_is_no_time_stays_none)
{
    static const char *const texts[] = {"",
                                        "0000-00-00T00:00:00.000",
                                        "2021-01-05",
                                        "2021-13-05T00:00:00.000",
                                        "2021-01-05T00:00:00Z",
                                        "65535-65535-65535T65535:65535:65535.65535"};
    struct ac_filetime t = {77};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        cr_expect_eq(ac_zone_to_utc(&zones[0].zone, texts[i], &t), AC_LOCAL_NO_TIME, "%s",
                     texts[i]);
    cr_expect_eq(t.ticks, 77);
}
