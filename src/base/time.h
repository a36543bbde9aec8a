/*
 * Time. The model's unit is the FILETIME: 100 ns ticks since 1601-01-01T00:00:00Z, as stored.
 *
 * Ticks are kept as they are; only printing converts. A value that is no date between the years
 * 1601 and 9999 is shown raw, never folded into another date.
 */
#ifndef AC_BASE_TIME_H
#define AC_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct ac_filetime {
    uint64_t ticks; /* 0: not set */
};

#define AC_TICKS_PER_SECOND UINT64_C(10000000)
#define AC_TICKS_1601_TO_1970 UINT64_C(116444736000000000)
#define AC_TIME_TEXT 48

/* "2021-02-03T04:05:06.1234567Z"; trailing zeros of the fraction (and an empty one) are left out.
 * Out of range: "FILETIME 0x7fffffffffffffff (out of range)". Returns buf. */
char *ac_time_print(struct ac_filetime t, char buf[AC_TIME_TEXT]);
/* The reverse of ac_time_print for what it prints; false if text is neither form. */
bool ac_time_parse(const char *text, struct ac_filetime *ret);

struct ac_filetime ac_time_from_unix(int64_t seconds, uint32_t nanoseconds);
/* FAT/DOS date and time words, taken as UTC; ticks 0 if they are no date. */
struct ac_filetime ac_time_from_dos(uint16_t date, uint16_t time);
/* From an OLE automation date (the bits of a double: days since 1899-12-30), rounded to the
 * microsecond: neighbouring doubles of our days lie 0.63 us apart, and few whole minutes are among
 * them. ticks 0 unless it is a date from 1900 to 9999. */
struct ac_filetime ac_time_from_ole(uint64_t bits);

#endif
