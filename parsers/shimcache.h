/*
 * The application compatibility cache ("ShimCache"): the data of one value of the SYSTEM hive.
 *
 * Formats: libyal/winreg-kb, docs/sources/system-keys/Application-compatibility-cache.md; A. Davis,
 * "Leveraging the Application Compatibility Cache in Forensic Investigations" (Mandiant, 2012).
 * Windows XP (32-bit), 2003, Vista and 2008, 7 and 2008 R2 (each 32 and 64-bit), 8.0, 8.1, 10, 11.
 *
 * Pure decoding: no hive, no records. A damaged entry is told and passed over.
 */
#ifndef AC_PARSERS_SHIMCACHE_H
#define AC_PARSERS_SHIMCACHE_H

#include "base/time.h"
#include "parser.h"

struct ac_shim_entry {
    uint64_t offset;        /* in the data */
    bool ordered;           /* `position` means something: not on Windows XP */
    uint32_t position;      /* 0: newest */
    struct ac_view path;    /* Borrowed: UTF-16LE as stored; empty for some Windows apps of 8.1 */
    struct ac_view package; /* Borrowed: 8.1, UTF-16LE; empty: none */
    struct ac_filetime modified; /* last write of the file */
    struct ac_filetime updated;  /* XP: of the entry */
    bool has_size, has_flags;
    uint64_t size;  /* of the file: XP, 2003 */
    uint32_t flags; /* insertion flags: Vista to 8.1 */
};

#define AC_SHIM_EXECUTED 0x2U /* insertion flag: set by CSRSS when it prepares to start the file */

/* Gets the entries in their order, and each damaged place (`what` and `effect` are sentences,
 * static). Anything but AC_OK ends reading with that result. */
struct ac_shim_visit {
    enum ac_rc (*entry)(void *context, const struct ac_shim_entry *e);
    enum ac_rc (*problem)(void *context, enum ac_rc class, uint64_t offset, const char *effect,
                          const char *what);
    void *context;
};

/* AC_OK: read to its end, whatever damage was told; AC_LIMIT: the budget is spent. */
enum ac_rc ac_shim_read(struct ac_view data, struct ac_budget *budget,
                        const struct ac_shim_visit *visit);

#endif
