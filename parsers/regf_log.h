/*
 * Transaction logs of registry hives, read from memory: the old format ("DIRT", up to Windows 8) and
 * the new one ("HvLE", from Windows 8.1 on).
 *
 * Format: M. Suhanov, "Windows registry file format specification", transaction log files. Hashes of
 * the new format are Marvin32; seed and byte order as they verify on real logs.
 *
 * Only reads; which logs are applied to a hive, and in which order, is decided in regf_replay.c.
 * Offsets in a log are bytes of the log file; places in the hive are bytes from the start of the
 * hive bins data. All views borrow the log's bytes.
 */
#ifndef AC_PARSERS_REGF_LOG_H
#define AC_PARSERS_REGF_LOG_H

#include "regf.h"

#define AC_LOG_SECTOR 512 /* logs are built of these, whatever the disk has */

enum ac_log_kind { AC_LOG_NONE, AC_LOG_OLD, AC_LOG_NEW };

struct ac_log {
    struct ac_view bytes;
    enum ac_log_kind kind;
    struct ac_hive_base base; /* the copy of the hive's base block that begins the log */
};

/* AC_NOT_FOUND: the log is empty (no bytes, or zeros where its base block stands), as unused logs
 * are. AC_TRUNCATED, AC_CORRUPT (checksum, a write that did not end), AC_UNSUPPORTED: it may not be
 * used, *err says why. */
enum ac_rc ac_log_open(struct ac_view bytes, struct ac_log *ret, struct ac_err *err);

/* One run of bytes that replaces those at the same place of the hive. */
struct ac_log_page {
    uint32_t place; /* in the hive bins data */
    struct ac_view bytes;
};

/* An entry of the new format. */
struct ac_log_entry {
    uint64_t offset; /* in the log */
    uint32_t size, sequence;
    uint32_t bins_size; /* of the hive after this entry */
    uint32_t pages;
    struct ac_view refs, data; /* page references; the pages, one after the other */
};

/* The entry at `offset`, which must have the sequence number `expected`. Everything is checked:
 * both hashes, and that all pages lie in the entry and in the hive bins it states.
 * AC_NOT_FOUND: the log ends here: end of file, remains of older entries, other bytes.
 * AC_CORRUPT, AC_TRUNCATED: an entry begins here, but it may not be applied. */
enum ac_rc ac_log_entry_at(const struct ac_log *log, uint64_t offset, uint32_t expected,
                           struct ac_log_entry *ret, struct ac_err *err);

/* The intact entry that begins at `offset`, whatever its number: also one that was applied long ago.
 * AC_NOT_FOUND: none begins here. */
enum ac_rc ac_log_entry_any(const struct ac_log *log, uint64_t offset, struct ac_log_entry *ret);

/* Pages of an entry: *at and *used start at 0. */
bool ac_log_entry_page(const struct ac_log_entry *e, uint32_t *at, size_t *used,
                       struct ac_log_page *ret);

/* Dirty pages of the old format: *bit and *used start at 0. AC_NOT_FOUND: no more; AC_TRUNCATED: the
 * log ends before the page does. */
enum ac_rc ac_log_old_page(const struct ac_log *log, uint32_t *bit, uint32_t *used,
                           struct ac_log_page *ret);

/* Marvin32 with the seed of registry logs: low word first. */
uint64_t ac_marvin32(const uint8_t *p, size_t n);

/* Is sequence number a later than b? They may wrap around. */
static inline bool ac_sequence_after(uint32_t a, uint32_t b)
{
    return a != b && a - b < 0x80000000U;
}

#endif
