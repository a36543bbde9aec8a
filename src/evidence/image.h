/*
 * A disk image in a container: raw, split raw (.001 ...), E01, split E01.
 *
 * Opening looks at every segment: a missing, truncated or misplaced one is named in the facts (and
 * its bytes are gaps of the reader); only an image of which nothing can be read fails to open.
 * Evidence is opened O_RDONLY. Each user (triage, verification) opens its own image.
 *
 * Format of E01: libyal/libewf, "Expert Witness Compression Format (EWF)".
 */
#ifndef AC_EVIDENCE_IMAGE_H
#define AC_EVIDENCE_IMAGE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "evidence/reader.h"

struct ac_image_segment {
    char *name;        /* Owned by the image: file name without folder */
    uint64_t size;     /* bytes of the file, 0 if it is missing */
    const char *state; /* "present", "missing", "truncated", "misplaced" */
};

/* A statement found in the container's header; not a fact. */
struct ac_image_header {
    const char *name;
    char *value; /* Owned by the image; UTF-8, not yet safe for a terminal */
};

struct ac_image_facts {
    const char *format; /* "raw", "split raw", "E01", "split E01" */
    uint64_t media_size;
    uint32_t sector_size;
    uint32_t chunk_size; /* 0: the container has no chunks */
    struct ac_image_segment *segments;
    size_t n_segments, cap_segments;
    struct ac_buf segment_problem;            /* empty: all segments are there and whole */
    char stored[AC_HASH_KINDS][AC_HASH_TEXT]; /* hex, "" where the container stores none */
    struct ac_image_header headers[16];
    size_t n_headers;
};

struct ac_image {
    struct ac_reader reader; /* first member: an image is a reader */
    struct ac_image_facts facts;
    /* Chunk containers: the chunk at `index` as stored, checked, into `out` (chunk_size bytes). AC_IO if it
     * is absent or fails its checksum; *why is then static text. NULL for containers without chunks. */
    enum ac_rc (*read_chunk)(struct ac_image *img, uint64_t index, void *out, size_t *ret_n,
                             const char **why);
    void (*close)(struct ac_image *img);
};

enum ac_rc ac_image_open(const char *path, struct ac_image **ret, struct ac_err *err);
void ac_image_close(struct ac_image *img); /* NULL is fine */

/* True if the first bytes are those of a container that is opened by ac_image_open() only. */
bool ac_image_is_container(struct ac_view head);

/* For the container readers: adds a segment or header line; AC_NOMEM. */
enum ac_rc ac_image_add_segment(struct ac_image *img, const char *path, uint64_t size,
                                const char *state);
enum ac_rc ac_image_add_header(struct ac_image *img, const char *name, const char *value);
void ac_image_free_facts(struct ac_image *img);

enum ac_rc ac_image_open_raw(const char *path, struct ac_image **ret, struct ac_err *err);
enum ac_rc ac_image_open_ewf(const char *path, struct ac_image **ret, struct ac_err *err);
/* Run-time version of libewf; Borrowed: static. */
const char *ac_image_ewf_library(void);

#endif
