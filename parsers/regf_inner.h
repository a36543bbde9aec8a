/*
 * What the files of the hive reader (regf*.c) share; nothing else includes this.
 */
#ifndef AC_PARSERS_REGF_INNER_H
#define AC_PARSERS_REGF_INNER_H

#include "regf.h"

#define AC_HIVE_BIN_HEADER 32
#define AC_HIVE_NK_SIZE 76    /* a key without its name */
#define AC_HIVE_VK_SIZE 20    /* a value without its name */
#define AC_HIVE_SEGMENT 16344 /* bytes of every piece of big data but the last */

struct ac_hive {
    struct ac_view bytes; /* Borrowed: the whole file */
    const struct ac_hive_watch *watch;
    struct ac_budget *budget;
    struct ac_hive_base base;
    enum ac_rc rc;     /* why reading ended, AC_OK while it goes on */
    uint64_t problems; /* places found damaged */
    uint8_t *told;     /* Owned: one bit for each 4 bytes of the file, set once told; may be NULL */
    /* One bit for each 8 bytes of the file: a cell that was reached begins here; and of these, those
     * that hold data of values. NULL while nobody wants to know. Owned. */
    uint8_t *used, *data;
};

/* Tells the watcher of a damaged place, unless it was told of this place before. */
void ac_hive_tell(struct ac_hive *h, enum ac_rc class, uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Ends reading; keeps the first reason. */
void ac_hive_stop(struct ac_hive *h, enum ac_rc rc);
/* False when the budget is spent or reading has ended before. */
bool ac_hive_spend(struct ac_hive *h, uint64_t steps);

/* The facts of a base block, of which at least 512 bytes are there (a log has no more). */
void ac_hive_read_base(struct ac_view bytes, struct ac_hive_base *ret);
/* The checksum that a base block should have. */
uint32_t ac_hive_checksum(const uint8_t *base_block);

/* The fields of a key or value whose content (after the cell's size field) is v, at least as long as
 * one without a name. Nothing is checked; the name is cut at the end of v, its stated length
 * returned. */
size_t ac_hive_parse_key(struct ac_view v, uint32_t cell, struct ac_hive_key *ret);
size_t ac_hive_parse_value(struct ac_view v, uint32_t cell, struct ac_hive_value *ret);
/* Does an intact bin header stand at this place of the hive bins data? */
bool ac_hive_is_bin(const struct ac_hive *h, uint64_t at);

/* Is every other byte of an 8-bit name zero? */
bool ac_hive_looks_wide(struct ac_view name);

/* Checks headers of hive bins and that cells fill them without gaps. */
void ac_hive_check_bins(struct ac_hive *h);

#endif
