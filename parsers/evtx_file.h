/* The parts of an event log file: header, chunks, records. Private to evtx*.c. */
#ifndef AC_PARSERS_EVTX_FILE_H
#define AC_PARSERS_EVTX_FILE_H

#include "evtx_parts.h"

#define AC_EVTX_HEADER 4096
#define AC_EVTX_CHUNK 65536
#define AC_EVTX_CHUNK_HEADER 512
#define AC_EVTX_RECORD_HEADER 24

/* One event as it lies. */
struct ac_evtx_item {
    size_t at, size; /* of the whole record, in its chunk */
    uint64_t number; /* event record identifier */
    struct ac_filetime written;
    const char *state; /* NULL: live; else "deleted", "unlinked" */
};

enum ac_evtx_kind {
    AC_EVTX_EMPTY, /* zeros */
    AC_EVTX_LIVE,
    AC_EVTX_LEFT,    /* of an earlier use of the file */
    AC_EVTX_DAMAGED, /* no usable header */
};

struct ac_evtx_chunk {
    struct ac_view v;
    enum ac_evtx_kind kind;
    uint64_t first, last; /* event record identifiers, of the header */
    uint32_t last_at, free_at;
    bool has_wanted;
};

struct ac_evtx_header {
    bool sound, dirty, no_checksums;
    uint64_t chunks; /* that the log has */
    const char *why; /* it is not sound */
};
void ac_evtx_read_header(struct ac_view file, struct ac_evtx_header *ret);

/* Reads the header of a chunk: kind LIVE, EMPTY or DAMAGED. */
void ac_evtx_read_chunk(struct ac_view v, struct ac_evtx_chunk *ret);
/* NULL: its checksums are right (or not stored). */
const char *ac_evtx_check_chunk(const struct ac_evtx_chunk *c);

/* Gives every event of a chunk to `take` (anything but AC_OK ends it), live ones first, and damage to
 * `tell`, with the byte in the chunk. */
struct ac_evtx_visit {
    void *context;
    enum ac_rc (*take)(void *context, const struct ac_evtx_chunk *c, const struct ac_evtx_item *i);
    enum ac_rc (*tell)(void *context, const struct ac_evtx_chunk *c, size_t at, const char *effect,
                       const char *what);
    struct ac_budget *budget;
};
enum ac_rc ac_evtx_each(const struct ac_evtx_chunk *c, const struct ac_evtx_visit *visit);

#endif
