#include "sqlite_wal.h"

#include "base/alloc.h"

#include <string.h>

enum { HEADER = 32, FRAME = 24, LEAST_PAGE = 512, MOST_PAGE = 65536, VERSION = 3007000 };
#define MAGIC 0x377F0682U /* the last bit says: checksums over big-endian words */

struct log {
    struct ac_view v;
    uint32_t page; /* bytes of one */
    bool big_endian;
    uint32_t sum[2]; /* running checksum */
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* n is a multiple of 8. */
static void add_to_sum(struct log *l, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i += 8) {
        uint32_t a = l->big_endian ? be32(p + i) : ac_le32(p + i);
        uint32_t b = l->big_endian ? be32(p + i + 4) : ac_le32(p + i + 4);

        l->sum[0] += a + l->sum[1];
        l->sum[1] += b + l->sum[0];
    }
}

static enum ac_rc read_header(struct log *l, const struct ac_buf *db, struct ac_err *err)
{
    const uint8_t *p = l->v.p;
    uint32_t stored;

    if (l->v.n < HEADER)
        return AC_FAIL(err, AC_TRUNCATED, 0, "the write-ahead log ends inside its header");
    if ((be32(p) & ~1U) != MAGIC)
        return AC_FAIL(err, AC_CORRUPT, 0, "this is no write-ahead log");
    if (be32(p + 4) != VERSION)
        return AC_FAIL(err, AC_UNSUPPORTED, 4, "the write-ahead log has version %u", be32(p + 4));
    l->big_endian = be32(p) & 1;
    l->page = be32(p + 8);
    add_to_sum(l, p, 24);
    if (l->sum[0] != be32(p + 24) || l->sum[1] != be32(p + 28))
        return AC_FAIL(err, AC_CORRUPT, 24,
                       "the checksum of the write-ahead log's header is wrong");
    if (l->page < LEAST_PAGE || l->page > MOST_PAGE || (l->page & (l->page - 1)))
        return AC_FAIL(err, AC_CORRUPT, 8, "the write-ahead log states pages of %u bytes", l->page);
    stored = db->n >= 18 ? (uint32_t)((uint8_t)db->p[16] << 8 | (uint8_t)db->p[17]) : 0;
    if (db->n >= 18 && (stored == 1 ? MOST_PAGE : stored) != l->page)
        return AC_FAIL(err, AC_CORRUPT, 8,
                       "the write-ahead log has pages of another size than the database");
    return AC_OK;
}

static const uint8_t *frame_at(const struct log *l, uint64_t i)
{
    uint64_t at = HEADER + i * (FRAME + (uint64_t)l->page);

    return at + FRAME + l->page <= l->v.n ? l->v.p + at : NULL;
}

static bool has_salts(const struct log *l, const uint8_t *frame)
{
    return memcmp(frame + 8, l->v.p + 16, 8) == 0;
}

/* Frames up to the end of the last whole transaction, and the pages that the database has then. */
static enum ac_rc find_end(struct log *l, struct ac_budget *budget, struct ac_sqlite_wal *ret,
                           uint32_t *ret_pages, struct ac_err *err)
{
    const uint8_t *frame;
    uint64_t i = 0;

    for (; (frame = frame_at(l, i)) && has_salts(l, frame) && be32(frame) != 0; i++) {
        if (!ac_budget_spend(budget, 1 + l->page / 4096))
            return AC_FAIL(err, AC_LIMIT, HEADER, "more frames than are read");
        add_to_sum(l, frame, 8);
        add_to_sum(l, frame + FRAME, l->page);
        if (l->sum[0] != be32(frame + 16) || l->sum[1] != be32(frame + 20))
            break;
        if (be32(frame + 4) != 0) {
            ret->frames = (uint32_t)i + 1;
            *ret_pages = be32(frame + 4);
        }
    }
    ret->lost_at = HEADER + i * (FRAME + (uint64_t)l->page);
    for (; (frame = frame_at(l, i)) && has_salts(l, frame) && !ret->lost; i++) {
        if (!ac_budget_spend(budget, 1))
            break;
        ret->lost = be32(frame + 4) != 0;
    }
    return AC_OK;
}

static enum ac_rc copy_pages(const struct log *l, struct ac_buf *db, uint32_t frames,
                             uint32_t pages, struct ac_err *err)
{
    uint64_t size = (uint64_t)pages * l->page;

    if (size > AC_MAX_SQLITE)
        return AC_FAIL(err, AC_LIMIT, HEADER, "the write-ahead log makes a database of %llu bytes",
                       (unsigned long long)size);
    while (db->n < size && !db->failed) {
        static const char zeros[LEAST_PAGE];
        uint64_t left = size - db->n;

        ac_buf_add(db, zeros, left < LEAST_PAGE ? (size_t)left : LEAST_PAGE);
    }
    if (db->failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the database");
    db->n = (size_t)size;
    for (uint32_t i = 0; i < frames; i++) {
        const uint8_t *frame = frame_at(l, i);
        uint32_t page = be32(frame);

        if (page <= pages)
            memcpy(db->p + (size_t)(page - 1) * l->page, frame + FRAME, l->page);
    }
    return AC_OK;
}

enum ac_rc ac_sqlite_wal_apply(struct ac_buf *db, struct ac_view wal, struct ac_budget *budget,
                               struct ac_sqlite_wal *ret, struct ac_err *err)
{
    struct log l = {.v = wal};
    uint32_t pages = 0;
    enum ac_rc rc;

    *ret = (struct ac_sqlite_wal){0};
    if (wal.n == 0)
        return AC_OK;
    rc = read_header(&l, db, err);
    if (rc == AC_OK)
        rc = find_end(&l, budget, ret, &pages, err);
    if (rc == AC_OK && ret->frames > 0)
        rc = copy_pages(&l, db, ret->frames, pages, err);
    if (rc != AC_OK)
        ret->frames = 0;
    return rc;
}
