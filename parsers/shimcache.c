#include "shimcache.h"

#include <libdeflate.h>

#include <string.h>

#define MISSING "entries of the compatibility cache (ShimCache) may be missing"
#define ALTERED "the content may be altered"

#define SIGNATURE_XP 0xDEADBEEFU
#define SIGNATURE_2003 0xBADC0FFEU
#define SIGNATURE_7 0xBADC0FEEU
#define SIGNATURE_8_0 0x73743030U /* "00ts", of an entry */
#define SIGNATURE_8_1 0x73743031U /* "10ts" */

struct reader {
    struct ac_view v;
    struct ac_budget *budget;
    const struct ac_shim_visit *visit;
    unsigned problems;
    enum ac_rc rc;
};

static uint32_t u32(const struct reader *r, size_t at)
{
    return ac_le32(r->v.p + at);
}

static void complain(struct reader *r, enum ac_rc class, uint64_t at, const char *effect,
                     const char *what)
{
    if (r->rc != AC_OK || r->problems > AC_MAX_SHIM_PROBLEMS)
        return;
    if (r->problems++ == AC_MAX_SHIM_PROBLEMS) {
        class = AC_LIMIT;
        what = "more damaged entries than are listed one by one";
    }
    r->rc = r->visit->problem(r->visit->context, class, at, effect, what);
}

static bool going(struct reader *r)
{
    if (r->rc == AC_OK && !ac_budget_spend(r->budget, 1))
        r->rc = AC_LIMIT;
    return r->rc == AC_OK;
}

static void give(struct reader *r, const struct ac_shim_entry *e)
{
    if (r->rc == AC_OK)
        r->rc = r->visit->entry(r->visit->context, e);
}

/* How many entries of a table there are: what the header states, as far as there is room. */
static uint32_t entries_of(struct reader *r, size_t header, size_t step)
{
    uint32_t stated = u32(r, 4);
    size_t room = (r->v.n - header) / step;

    if (stated <= room)
        return stated;
    complain(r, AC_TRUNCATED, 4, MISSING, "the header states more entries than the value holds");
    return (uint32_t)room;
}

/* ---- Windows XP: entries of a fixed size with the path in them */

#define XP_HEADER 400
#define XP_ENTRY 552
#define XP_PATH 528

static void read_xp(struct reader *r)
{
    uint32_t n;

    if (r->v.n < XP_HEADER) {
        complain(r, AC_TRUNCATED, r->v.n, MISSING, "the header is cut");
        return;
    }
    n = entries_of(r, XP_HEADER, XP_ENTRY);
    for (uint32_t i = 0; i < n && going(r); i++) {
        size_t at = XP_HEADER + (size_t)i * XP_ENTRY;
        const uint8_t *p = r->v.p + at;
        struct ac_shim_entry e = {.offset = at,
                                  .path = {p, XP_PATH, at},
                                  .modified = {ac_le64(p + XP_PATH)},
                                  .has_size = true,
                                  .size = ac_le64(p + XP_PATH + 8),
                                  .updated = {ac_le64(p + XP_PATH + 16)}};

        e.path.n = ac_utf16_length(e.path);
        if (e.path.n > 0 || e.modified.ticks || e.updated.ticks || e.size)
            give(r, &e);
    }
}

/* ---- Windows 2003 to 7: a table of entries, the paths behind it */

struct table {
    size_t header, step;
    bool wide; /* 64-bit: offsets of 8 bytes */
    uint32_t n;
    bool sizes, flags; /* what stands behind the time */
};

/* Offset of the time in an entry; what follows it comes 8 bytes later. */
static size_t time_at(const struct table *t)
{
    return t->wide ? 16 : 8;
}

static bool path_of(const struct reader *r, const struct table *t, size_t at, struct ac_view *ret)
{
    const uint8_t *p = r->v.p + at;
    uint16_t size = ac_le16(p);
    uint64_t offset = t->wide ? ac_le64(p + 8) : ac_le32(p + 4);

    if (size % 2 || size > ac_le16(p + 2) || offset < t->header || offset > r->v.n)
        return false;
    return ac_view_cut(r->v, (size_t)offset, size, ret) == AC_OK;
}

/* How many of the first entries make sense in this layout. */
static unsigned fitting(const struct reader *r, const struct table *t)
{
    struct ac_view path;
    unsigned n = 0;

    for (size_t i = 0; i < 64 && t->header + (i + 1) * t->step <= r->v.n && i < u32(r, 4); i++)
        n += path_of(r, t, t->header + i * t->step, &path) && path.n > 0;
    return n;
}

/* Windows 2003 and Vista have one signature; 2003 has the size of the file where Vista has its
 * insertion flags (of which 0x0F were seen) and shim flags. When neither is plain, nothing is said
 * of them. */
static void tell_2003_from_vista(const struct reader *r, struct table *t)
{
    bool large = false, small = false, high = false;

    for (uint32_t i = 0; i < t->n; i++) {
        const uint8_t *p = r->v.p + t->header + i * t->step + time_at(t) + 8;

        large |= ac_le32(p) > 0xFF;
        small |= ac_le32(p) > 0 && ac_le32(p) <= 0xFF;
        high |= ac_le32(p + 4) != 0;
    }
    t->sizes = large && !high;
    t->flags = small && !large;
}

static void read_table(struct reader *r, size_t header, size_t narrow, size_t wide)
{
    struct table t = {.header = header, .step = narrow};
    struct table w = {.header = header, .step = wide, .wide = true};

    if (r->v.n < header) {
        complain(r, AC_TRUNCATED, r->v.n, MISSING, "the header is cut");
        return;
    }
    if (fitting(r, &w) > fitting(r, &t))
        t = w;
    t.n = entries_of(r, header, t.step);
    t.flags = true;
    if (u32(r, 0) == SIGNATURE_2003)
        tell_2003_from_vista(r, &t);
    for (uint32_t i = 0; i < t.n && going(r); i++) {
        size_t at = header + i * t.step;
        const uint8_t *p = r->v.p + at + time_at(&t);
        struct ac_shim_entry e = {.offset = at,
                                  .ordered = true,
                                  .position = i,
                                  .modified = {ac_le64(p)},
                                  .has_size = t.sizes,
                                  .size = ac_le64(p + 8),
                                  .has_flags = t.flags,
                                  .flags = ac_le32(p + 8)};

        if (path_of(r, &t, at, &e.path))
            give(r, &e);
        else
            complain(r, AC_CORRUPT, at, MISSING, "the path of an entry does not lie in the value");
    }
}

/* ---- Windows 8 and later: one entry behind the other, each with its size and CRC-32 */

#define ENTRY_HEADER 12

/* The next `size` bytes of an entry; false if there are not so many. */
static bool take(struct ac_view body, size_t *at, size_t size, struct ac_view *ret)
{
    if (ac_view_cut(body, *at, size, ret) != AC_OK)
        return false;
    *at += size;
    return true;
}

static bool take_text(struct ac_view body, size_t *at, struct ac_view *ret)
{
    struct ac_view size;

    return take(body, at, 2, &size) && take(body, at, ac_le16(size.p), ret);
}

static bool decode(struct ac_view body, uint32_t signature, bool eight, struct ac_shim_entry *e)
{
    struct ac_view flags, rest;
    size_t at = 0;

    if (!take_text(body, &at, &e->path))
        return false;
    if (eight && signature == SIGNATURE_8_1 && !take_text(body, &at, &e->package))
        return false;
    if (eight) {
        if (!take(body, &at, 8, &flags))
            return false;
        e->has_flags = true;
        e->flags = ac_le32(flags.p);
    }
    if (!take(body, &at, 12, &rest))
        return false;
    e->modified.ticks = ac_le64(rest.p);
    return ac_view_has(body, at, ac_le32(rest.p + 8));
}

static bool is_entry(const struct reader *r, size_t at)
{
    return ac_view_has(r->v, at, ENTRY_HEADER) &&
           (u32(r, at) == SIGNATURE_8_0 || u32(r, at) == SIGNATURE_8_1);
}

static bool only_zeros(struct ac_view v, size_t at)
{
    while (at < v.n && v.p[at] == 0)
        at++;
    return at == v.n;
}

/* Where an entry begins at or behind `at`, or the end. */
static size_t next_entry(struct reader *r, size_t at)
{
    if (!ac_budget_spend(r->budget, (r->v.n - at) / 64))
        r->rc = AC_LIMIT;
    while (r->rc == AC_OK && at < r->v.n && !is_entry(r, at))
        at++;
    return r->rc == AC_OK ? at : r->v.n;
}

/* Reads the entry at `at`; the offset behind it, or of the next one that can be found. */
static size_t read_entry(struct reader *r, size_t at, uint32_t position, bool eight)
{
    struct ac_shim_entry e = {.offset = at, .ordered = true, .position = position};
    struct ac_view body;

    if (ac_view_cut(r->v, at + ENTRY_HEADER, u32(r, at + 8), &body) != AC_OK) {
        complain(r, AC_TRUNCATED, at, MISSING, "an entry does not lie wholly in the value");
        return next_entry(r, at + 4);
    }
    if (!decode(body, u32(r, at), eight, &e)) {
        complain(r, AC_CORRUPT, at, MISSING, "the parts of an entry do not lie in it");
        return next_entry(r, at + 4);
    }
    if (libdeflate_crc32(0, body.p, body.n) != u32(r, at + 4))
        complain(r, AC_CORRUPT, at, ALTERED, "the checksum of an entry is not that of its content");
    give(r, &e);
    return at + ENTRY_HEADER + body.n;
}

static void read_stream(struct reader *r, size_t header)
{
    size_t at = header;
    uint32_t position = 0;

    if (r->v.n < header)
        complain(r, AC_TRUNCATED, r->v.n, MISSING, "the header is cut");
    while (at < r->v.n && going(r)) {
        if (is_entry(r, at)) {
            at = read_entry(r, at, position++, header == 0x80);
        } else if (only_zeros(r->v, at)) {
            at = r->v.n;
        } else {
            complain(r, r->v.n - at < ENTRY_HEADER ? AC_TRUNCATED : AC_CORRUPT, at, MISSING,
                     "no entry begins where the one before it ends");
            at = next_entry(r, at + 1);
        }
    }
}

/* Size of the header of Windows 8 (0x80) and 10 (0x30, 0x34); its first number says it. Others are
 * believed when an entry begins there. */
static bool is_stream(const struct reader *r, uint32_t header)
{
    return header == 0x80 || header == 0x30 || header == 0x34 ||
           (header >= 0x20 && header <= 0x200 && is_entry(r, header));
}

enum ac_rc ac_shim_read(struct ac_view data, struct ac_budget *budget,
                        const struct ac_shim_visit *visit)
{
    struct reader r = {.v = data, .budget = budget, .visit = visit};

    if (data.n < 8)
        complain(&r, AC_TRUNCATED, data.n, MISSING, "the header is cut");
    else if (u32(&r, 0) == SIGNATURE_XP)
        read_xp(&r);
    else if (u32(&r, 0) == SIGNATURE_2003)
        read_table(&r, 8, 24, 32);
    else if (u32(&r, 0) == SIGNATURE_7)
        read_table(&r, 128, 32, 48);
    else if (is_stream(&r, u32(&r, 0)))
        read_stream(&r, u32(&r, 0));
    else
        complain(&r, AC_UNSUPPORTED, 0, MISSING,
                 "the format of the compatibility cache is not known");
    return r.rc;
}
