/*
 * Builds the data of AppCompatCache values from the published formats (libyal/winreg-kb; Mandiant's
 * paper of 2012), independent of the decoder in parsers/.
 */
#ifndef AC_TESTS_BUILD_SHIMCACHE_H
#define AC_TESTS_BUILD_SHIMCACHE_H

#include "fixture.h"

enum fx_shim_format {
    FX_SHIM_XP,
    FX_SHIM_2003_32,
    FX_SHIM_2003_64,
    FX_SHIM_VISTA_32,
    FX_SHIM_VISTA_64,
    FX_SHIM_7_32,
    FX_SHIM_7_64,
    FX_SHIM_8_0,
    FX_SHIM_8_1,
    FX_SHIM_10,         /* header of 0x30 bytes */
    FX_SHIM_10_CREATOR, /* of 0x34 bytes: from version 1703 on, and Windows 11 */
    FX_SHIM_FORMATS
};

struct fx_shim_entry {
    const char *path;               /* UTF-8 */
    const char *package;            /* 8.1; NULL: none */
    const char *modified, *updated; /* RFC 3339; updated: XP */
    uint64_t size;                  /* XP, 2003 */
    uint32_t flags;                 /* insertion flags: Vista to 8.1 */
};

/* Appends the value's data (out must be empty). */
void fx_shim(struct ac_buf *out, enum fx_shim_format format, const struct fx_shim_entry *entries,
             size_t n);
/* Sets the CRC-32 of the entry of Windows 8 or later at `at` again after a change by hand. */
void fx_shim_checksum(struct ac_buf *b, size_t at);

#endif
