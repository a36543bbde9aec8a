/*
 * Bytes at an offset, and the knowledge of which of them are missing.
 *
 * A reader is an image, a volume inside one, or memory (tests). Bytes that cannot be read are never
 * silently zeros: the read fills the place with zeros, says AC_IO and adds the range to `gaps`.
 *
 * Offsets and sizes are bytes of the reader; gaps are too. One thread per reader.
 */
#ifndef AC_EVIDENCE_READER_H
#define AC_EVIDENCE_READER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ac_gap {
    uint64_t off, len;
    const char *why; /* Borrowed: static text */
};

/* Ranges in the order found; neighbours are merged. Starts as {0}; Owned: ac_gaps_free(). When
 * memory or AC_MAX_GAPS runs out the last range grows to cover what follows: never fewer bytes. */
struct ac_gaps {
    struct ac_gap *items;
    size_t n, cap;
};

void ac_gaps_add(struct ac_gaps *g, uint64_t off, uint64_t len, const char *why);
bool ac_gaps_overlap(const struct ac_gaps *g, uint64_t off, uint64_t len);
uint64_t ac_gaps_bytes(const struct ac_gaps *g);
void ac_gaps_free(struct ac_gaps *g);

struct ac_reader {
    uint64_t size;
    uint64_t origin; /* offset of byte 0 in the image, for provenance */
    /* Reads exactly n bytes. AC_OK; AC_IO: some were missing, zero-filled and added to gaps (may be
     * NULL; err names the first); AC_TRUNCATED: [off, off+n) leaves the reader, nothing was read. */
    enum ac_rc (*read)(struct ac_reader *r, uint64_t off, void *buf, size_t n, struct ac_gaps *gaps,
                       struct ac_err *err);
    void (*close)(struct ac_reader *r); /* NULL: nothing to do */
};

enum ac_rc ac_read(struct ac_reader *r, uint64_t off, void *buf, size_t n, struct ac_gaps *gaps,
                   struct ac_err *err);
void ac_reader_close(struct ac_reader *r); /* NULL is fine */

/* A part of another reader: [off, off+len), cut at its end. Borrows `of`, which must outlive it.
 * Owned: ac_reader_close(). */
enum ac_rc ac_window_open(struct ac_reader *of, uint64_t off, uint64_t len, struct ac_reader **ret,
                          struct ac_err *err);

#endif
