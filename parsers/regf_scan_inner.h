/*
 * What the two files of the scan share: regf_scan.c finds dead records, regf_dead.c puts them
 * together. Nothing else includes this.
 */
#ifndef AC_PARSERS_REGF_SCAN_INNER_H
#define AC_PARSERS_REGF_SCAN_INNER_H

#include "regf_inner.h"
#include "regf_scan.h"

#define AC_SCAN_MOST_VALUES 65536 /* of one key: a count beyond is not believed of a dead one */

enum ac_scan_area {
    AC_AREA_FREE,  /* a free cell */
    AC_AREA_SLACK, /* the unused end of a live cell */
    AC_AREA_CELL,  /* in use, but nothing leads there: may be a record, holds none */
    AC_AREA_RAW,   /* no bin, or no cells that make sense: live cells may lie in it */
};

/* Offsets in units of 8 bytes of the file; sorted, without overlaps. */
struct ac_scan_range {
    uint32_t start, end;
    enum ac_scan_area area;
};

/* A live key whose list leads to a value that is not live. */
struct ac_scan_hint {
    uint32_t value, key;
};

struct ac_scan_record {
    uint32_t cell;
    uint32_t end;   /* of the area, in units of 8 bytes of the file */
    uint32_t owner; /* of a value: cell of its key */
    bool key, deleted;
    bool told;
};

struct ac_scan {
    struct ac_hive *h;
    const struct ac_hive_scan_watch *watch;
    struct ac_scan_range *ranges; /* Owned */
    size_t n_ranges, ranges_cap;
    struct ac_scan_hint *hints; /* Owned: sorted */
    size_t n_hints, hints_cap;
    struct ac_scan_record *records; /* Owned: sorted by cell */
    size_t n_records, records_cap;
    uint8_t
        *claimed; /* Owned: one bit for each 8 bytes that belong to a dead record; may be NULL */
    struct ac_buf path, pieces; /* Owned */
};

/* Does a live cell begin at this byte of the file? */
bool ac_scan_is_used(const struct ac_hive *h, uint64_t offset);
bool ac_scan_is_live_key(const struct ac_hive *h, uint32_t cell);
/* The record at `at`, of which the bytes before `end` may be part, if it can be one. */
bool ac_scan_key(const struct ac_hive *h, uint64_t at, uint64_t end, struct ac_hive_key *ret);
bool ac_scan_value(const struct ac_hive *h, uint64_t at, uint64_t end, struct ac_hive_value *ret);

/* regf_dead.c: owners, paths, data; tells the watcher of every record. */
void ac_scan_tell(struct ac_scan *s);

#endif
