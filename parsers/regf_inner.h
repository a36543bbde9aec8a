/*
 * What the files of the hive reader (regf*.c) share; nothing else includes this.
 */
#ifndef AC_PARSERS_REGF_INNER_H
#define AC_PARSERS_REGF_INNER_H

#include "regf.h"

struct ac_hive {
    struct ac_view bytes; /* Borrowed: the whole file */
    const struct ac_hive_watch *watch;
    struct ac_budget *budget;
    struct ac_hive_base base;
    enum ac_rc rc;     /* why reading ended, AC_OK while it goes on */
    uint64_t problems; /* places found damaged */
    uint8_t *told;     /* Owned: one bit for each 4 bytes of the file, set once told; may be NULL */
};

/* Tells the watcher of a damaged place, unless it was told of this place before. */
void ac_hive_tell(struct ac_hive *h, enum ac_rc class, uint64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Ends reading; keeps the first reason. */
void ac_hive_stop(struct ac_hive *h, enum ac_rc rc);
/* False when the budget is spent or reading has ended before. */
bool ac_hive_spend(struct ac_hive *h, uint64_t steps);

/* Checks headers of hive bins and that cells fill them without gaps. */
void ac_hive_check_bins(struct ac_hive *h);

#endif
