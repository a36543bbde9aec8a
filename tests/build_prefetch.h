/*
 * Prefetch files for tests and for the demo image, by libscca's description of the format, and the
 * LZXPRESS Huffman and MAM forms of [MS-XCA] around them.
 */
#ifndef AC_TESTS_BUILD_PREFETCH_H
#define AC_TESTS_BUILD_PREFETCH_H

#include "fixture.h"

struct fx_prefetch_volume {
    const char *device;
    uint32_t serial;
    const char *created; /* RFC 3339 */
};

struct fx_prefetch {
    unsigned version;    /* 17, 23, 26, 30, 31 */
    uint32_t metrics_at; /* 0: what the version has; 30 and 31: 0x128 (default) or 0x130 */
    const char *program;
    uint32_t hash;
    uint32_t run_count;
    const char *run_times
        [8]; /* newest first, RFC 3339; NULL: not set. Versions 17 and 23: the first only */
    const char *const *files; /* ends with NULL */
    const struct fx_prefetch_volume *volumes;
    size_t n_volumes;
};

void fx_prefetch(struct ac_buf *out, const struct fx_prefetch *p);
/* Blocks of 64 KiB with nine bits for every symbol; matches within the whole history. */
void fx_xpress_huffman(struct ac_buf *out, struct ac_view plain);
/* `checksum`: method byte 0x84 and CRC-32. */
void fx_mam(struct ac_buf *out, struct ac_view plain, bool checksum);

#endif
