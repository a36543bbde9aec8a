/*
 * Reading little-endian numbers out of bytes that nobody vouches for.
 *
 * A view is a borrowed run of bytes; `base` is the offset of its first byte in whatever it was cut
 * from, so that a parser can name places in the artefact. Evidence is never cast to structs.
 */
#ifndef AC_BASE_BYTES_H
#define AC_BASE_BYTES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ac_view {
    const uint8_t *p; /* Borrowed */
    size_t n;
    uint64_t base;
};

/* Checked: AC_TRUNCATED (and *ret untouched) if the number does not lie wholly inside the view. */
enum ac_rc ac_rd_8(struct ac_view v, size_t off, uint8_t *ret);
enum ac_rc ac_rd_le16(struct ac_view v, size_t off, uint16_t *ret);
enum ac_rc ac_rd_le32(struct ac_view v, size_t off, uint32_t *ret);
enum ac_rc ac_rd_le64(struct ac_view v, size_t off, uint64_t *ret);

/* The part [off, off+n) of v; AC_TRUNCATED if it does not lie wholly inside. */
enum ac_rc ac_view_cut(struct ac_view v, size_t off, size_t n, struct ac_view *ret);

static inline bool ac_view_has(struct ac_view v, size_t off, size_t n)
{
    return off <= v.n && n <= v.n - off;
}

/* Unchecked: the caller has already shown that the bytes are there. */
static inline uint16_t ac_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t ac_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t ac_le64(const uint8_t *p)
{
    return (uint64_t)ac_le32(p) | (uint64_t)ac_le32(p + 4) << 32;
}

#endif
