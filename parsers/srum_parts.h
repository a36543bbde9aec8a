/* What the parts of the SRUM parser (srum*.c) share; nothing else includes this. */
#ifndef AC_PARSERS_SRUM_PARTS_H
#define AC_PARSERS_SRUM_PARTS_H

#include "ese.h"
#include "srum.h"

#include "base/set.h"

/* ---- srum_ids.c: SruDbIdMapTable, what the numbers of programs and accounts stand for */

struct ac_srum_id {
    uint32_t index;
    uint8_t type;
    bool deleted;
    size_t at, n; /* in ac_srum_ids.bytes */
};

struct ac_srum_ids {
    struct ac_srum_id *items; /* Owned: in the order of index, live before deleted */
    size_t n, cap;
    struct ac_buf bytes; /* Owned */
};

/* AC_OK; AC_CORRUPT: not all of them (with what was read); AC_NOT_FOUND, AC_NOMEM, AC_LIMIT. */
enum ac_rc ac_srum_ids_read(struct ac_ese *e, struct ac_budget *budget, struct ac_srum_ids *ret,
                            struct ac_err *err);
void ac_srum_ids_free(struct ac_srum_ids *ids);
/* Sets program, name and program_type; or user. The number itself stands in program_id, user_id. */
void ac_srum_put_program(const struct ac_srum_ids *ids, uint32_t index, struct ac_record *r);
void ac_srum_put_user(const struct ac_srum_ids *ids, uint32_t index, struct ac_record *r);

/* ---- srum_groups.c: rows added up */

#define AC_SRUM_AMOUNTS 7 /* columns with amounts, at most */

/* What the rows of one record have in common; no padding, it is a key byte by byte. */
struct ac_srum_key {
    uint32_t table, deleted, program, user, profile, flags;
    uint64_t interface, when; /* when: the day, or when the connection began */
};

struct ac_srum_row {
    struct ac_srum_key key;
    uint64_t ticks, offset; /* 0: no time */
    int64_t amounts[AC_SRUM_AMOUNTS];
    unsigned has; /* a bit for each amount that the row has */
};

struct ac_srum_group {
    struct ac_srum_key key;
    uint64_t first, last, offset;
    int64_t entries, amounts[AC_SRUM_AMOUNTS];
    unsigned has, broken; /* broken: is no amount, or too large to be added up */
};

struct ac_srum_groups {
    struct ac_srum_group *items; /* Owned */
    size_t n, cap;
    struct ac_set keys;
    uint64_t dropped; /* rows for which there was no group any more */
};

/* `greatest`: amounts are those of the row that has most, not the sum. AC_OK or AC_NOMEM. */
enum ac_rc ac_srum_groups_add(struct ac_srum_groups *g, const struct ac_srum_row *row,
                              bool greatest);
void ac_srum_groups_free(struct ac_srum_groups *g);

#endif
