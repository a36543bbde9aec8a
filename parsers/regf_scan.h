/*
 * What a hive holds besides its live keys: deleted keys and values in free cells and in the unused
 * end of cells, and those in cells that are in use but that no list leads to.
 *
 * Every place where a record may begin is looked at: cells begin at multiples of 8 bytes, also when
 * freed cells were joined later. A record is believed when its fields are possible; that it is not
 * live is known, because the whole live tree was walked before.
 *
 * The parent of a key is where its parent field leads, as long as a key is there. The key of a value
 * is known when the list of a deleted key, or the unused end of the list of a live one, leads to the
 * value. A path that does not reach the root begins with "(unknown parent)".
 */
#ifndef AC_PARSERS_REGF_SCAN_H
#define AC_PARSERS_REGF_SCAN_H

#include "regf.h"

#define AC_HIVE_UNKNOWN_PARENT "(unknown parent)"

struct ac_hive_found {
    bool deleted;                  /* in a free cell or in the unused end of one; else unlinked */
    struct ac_str path;            /* Borrowed: of the key; for a value of the key it belongs to */
    const struct ac_hive_key *key; /* NULL: a value whose key is not known */
    const struct ac_hive_value *value; /* NULL: a key, or a remnant */
    uint64_t remnant; /* 0, or the place of `data`: bytes of a free cell that belong to no record */
    bool key_is_live; /* for a value */
    struct ac_view data; /* Borrowed, of a value: as much of it as no live cell has taken */
    bool whole;          /* all of it is there */
};

struct ac_hive_scan_watch {
    /* Keys come before their values. Anything but AC_OK ends the scan with that result. */
    enum ac_rc (*found)(void *context, const struct ac_hive_found *f);
    void *context;
    bool remnants; /* also what is left in free cells, when it is not all zeros */
};

/* Walks the whole live tree and reaches its data, so that every live cell is marked. For a hive that
 * was marked (ac_hive_mark()) and walked with all data anyway this is not needed. */
enum ac_rc ac_hive_walk_cells(struct ac_hive *h, struct ac_err *err);

/* The hive's live cells must be marked. */
enum ac_rc ac_hive_scan(struct ac_hive *h, const struct ac_hive_scan_watch *watch,
                        struct ac_err *err);

#endif
