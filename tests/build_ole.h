/*
 * Compound files for tests, from [MS-CFB]: a root entry and streams in one folder; streams below
 * 4,096 bytes in the mini stream. Sectors of 512 (version 3) or 4,096 bytes (version 4).
 */
#ifndef AC_TESTS_BUILD_OLE_H
#define AC_TESTS_BUILD_OLE_H

#include "fixture.h"

struct fx_ole_stream {
    const char *name;
    struct ac_view bytes;
};

void fx_ole(struct ac_buf *out, const struct fx_ole_stream *streams, size_t n, unsigned sector);

/* What jump lists consist of. A DestList entry (libyal/dtformats) of version 1, or 2 and later. */
struct fx_dest {
    const char *path, *machine;
    uint32_t number, pinned, accesses; /* pinned: 0xFFFFFFFF for not */
    uint64_t time;
};
void fx_dest_list(struct ac_buf *out, unsigned version, const struct fx_dest *entries, size_t n);
/* A shortcut ([MS-SHLLINK]) with a relative path and a machine name. */
void fx_link(struct ac_buf *out, const char *relative, const char *machine);

#endif
