#include "ole.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <string.h>

#define HEADER 512
#define HEADER_FAT 109 /* FAT sectors that stand in the header */
#define ENTRY 128
#define MINI 64
#define CUTOFF 4096              /* shorter streams stand in the mini stream */
#define REGULAR_MOST 0xFFFFFFFAU /* what is above is no number of a sector */

enum { STREAM = 2, ROOT = 5 };

static const uint8_t signature[8] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};

struct sectors {
    uint32_t *items; /* Owned */
    size_t n, cap;
};

struct ac_ole {
    struct ac_view v;
    struct ac_budget *budget;
    size_t sector; /* bytes of one */
    uint32_t n_sectors;
    struct sectors fat, mini_fat, directory, root; /* where they stand, in their order */
    struct ac_ole_stream *streams;                 /* Owned */
    size_t n, cap;
};

bool ac_ole_is(struct ac_view bytes)
{
    return bytes.n >= HEADER && memcmp(bytes.p, signature, sizeof(signature)) == 0;
}

/* The bytes of a sector; the last one of a cut file is shorter. The header takes one sector. */
static struct ac_view sector_at(const struct ac_ole *o, uint32_t number)
{
    size_t at = ((size_t)number + 1) * o->sector;
    struct ac_view ret = {0};

    if (number < o->n_sectors && at < o->v.n)
        ret = (struct ac_view){o->v.p + at, o->v.n - at < o->sector ? o->v.n - at : o->sector, at};
    return ret;
}

/* Entry i of a table of numbers that stands in these sectors. */
static bool entry_of(const struct ac_ole *o, const struct sectors *table, size_t i, uint32_t *ret)
{
    size_t in = i * 4 / o->sector;

    return in < table->n &&
           ac_rd_le32(sector_at(o, table->items[in]), i * 4 % o->sector, ret) == AC_OK;
}

static enum ac_rc add(struct sectors *to, uint32_t number, struct ac_err *err)
{
    if (ac_grow((void **)&to->items, &to->cap, to->n + 1, sizeof(*to->items)) != 0)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a compound file");
    to->items[to->n++] = number;
    return AC_OK;
}

/* The sectors of a chain. AC_CORRUPT: it goes in a circle or leaves the file. */
static enum ac_rc chain(struct ac_ole *o, uint32_t start, struct sectors *ret, struct ac_err *err)
{
    bool *seen = ac_calloc((size_t)o->n_sectors + 1, sizeof(*seen));
    enum ac_rc rc = AC_OK;

    if (!seen)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a compound file");
    for (uint32_t s = start; s < REGULAR_MOST && rc == AC_OK;) {
        if (!ac_budget_spend(o->budget, 1))
            rc = AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "more sectors than are read");
        else if (s >= o->n_sectors || seen[s])
            rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET,
                         "a chain of sectors goes in a circle or leaves the file");
        else
            rc = add(ret, s, err);
        if (rc == AC_OK) {
            seen[s] = true;
            if (!entry_of(o, &o->fat, s, &s))
                rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "a chain of sectors has no end");
        }
    }
    ac_free(seen);
    return rc;
}

/* Sectors of the FAT: 109 in the header, more in a chain of sectors of their own. More of them
 * than the file can need are not looked at. */
static enum ac_rc find_fat(struct ac_ole *o, struct ac_err *err)
{
    size_t per = o->sector / 4, most = o->n_sectors / per + 1;
    uint32_t next = ac_le32(o->v.p + 68), number;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; i < HEADER_FAT && o->fat.n < most && rc == AC_OK; i++) {
        number = ac_le32(o->v.p + 76 + 4 * i);
        if (number >= REGULAR_MOST)
            return AC_OK;
        rc = add(&o->fat, number, err);
    }
    for (size_t k = 0; k < most && next < REGULAR_MOST && o->fat.n < most && rc == AC_OK; k++) {
        struct ac_view s = sector_at(o, next);

        if (s.n < o->sector)
            return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "a part of the sector table is missing");
        for (size_t i = 0; i + 1 < per && o->fat.n < most && rc == AC_OK; i++) {
            number = ac_le32(s.p + 4 * i);
            if (number >= REGULAR_MOST)
                return AC_OK;
            rc = add(&o->fat, number, err);
        }
        next = ac_le32(s.p + o->sector - 4);
    }
    return rc;
}

/* ---- directory */

static uint64_t mini_offset(const struct ac_ole *o, uint32_t number)
{
    uint64_t at = (uint64_t)number * MINI;

    return at / o->sector < o->root.n
               ? ((uint64_t)o->root.items[at / o->sector] + 1) * o->sector + at % o->sector
               : AC_NO_OFFSET;
}

static enum ac_rc take(struct ac_ole *o, struct ac_view entry, struct ac_err *err)
{
    size_t name = ac_le16(entry.p + 64);
    struct ac_ole_stream s = {.start = ac_le32(entry.p + 116), .size = ac_le64(entry.p + 120)};

    if (o->sector == 512) /* version 3: the upper half is not always set */
        s.size &= 0xFFFFFFFFU;
    s.name = (struct ac_view){entry.p, name >= 2 && name <= 64 ? name - 2 : 0, entry.base};
    if (s.size >= CUTOFF)
        s.offset = s.start < o->n_sectors ? ((uint64_t)s.start + 1) * o->sector : AC_NO_OFFSET;
    else
        s.offset = s.size ? mini_offset(o, s.start) : AC_NO_OFFSET;
    if (o->n >= AC_MAX_OLE_ENTRIES)
        return AC_FAIL(err, AC_LIMIT, entry.base,
                       "the compound file has more streams than are read");
    if (ac_grow((void **)&o->streams, &o->cap, o->n + 1, sizeof(*o->streams)) != 0)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a compound file");
    o->streams[o->n++] = s;
    return AC_OK;
}

static enum ac_rc each_entry(struct ac_ole *o, uint8_t type, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; i < o->directory.n && rc == AC_OK; i++) {
        struct ac_view s = sector_at(o, o->directory.items[i]), entry;

        for (size_t at = 0; ac_view_cut(s, at, ENTRY, &entry) == AC_OK && rc == AC_OK;
             at += ENTRY) {
            entry.base = s.base + at;
            if (!ac_budget_spend(o->budget, 1))
                return AC_FAIL(err, AC_LIMIT, entry.base, "more streams than are read");
            if (entry.p[66] != type)
                continue;
            if (type == ROOT)
                return ac_le64(entry.p + 120) & 0xFFFFFFFFU
                           ? chain(o, ac_le32(entry.p + 116), &o->root, err)
                           : AC_OK;
            rc = take(o, entry, err);
        }
    }
    return rc;
}

/* Damage in one table leaves what the others still lead to; the first reason is kept. */
static enum ac_rc read_tables(struct ac_ole *o, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    for (int step = 0; step < 5; step++) {
        struct ac_err *to = rc == AC_OK ? err : NULL;
        enum ac_rc now = step == 0   ? find_fat(o, to)
                         : step == 1 ? chain(o, ac_le32(o->v.p + 48), &o->directory, to)
                         : step == 2 ? chain(o, ac_le32(o->v.p + 60), &o->mini_fat, to)
                         : step == 3 ? each_entry(o, ROOT, to)
                                     : each_entry(o, STREAM, to);

        if (now == AC_NOMEM)
            return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a compound file");
        rc = rc == AC_OK ? now : rc;
    }
    return rc;
}

enum ac_rc ac_ole_open(struct ac_view bytes, struct ac_budget *budget, struct ac_ole **ret,
                       struct ac_err *err)
{
    struct ac_ole *o;
    unsigned shift;
    enum ac_rc rc;

    if (!ac_ole_is(bytes))
        return AC_FAIL(err, bytes.n < HEADER ? AC_TRUNCATED : AC_CORRUPT, 0,
                       "no header of a compound file");
    shift = ac_le16(bytes.p + 30);
    if ((shift != 9 && shift != 12) || ac_le16(bytes.p + 32) != 6)
        return AC_FAIL(err, AC_UNSUPPORTED, 30, "compound files have no such sectors");
    o = ac_calloc(1, sizeof(*o));
    if (!o)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a compound file");
    *o = (struct ac_ole){.v = bytes, .budget = budget, .sector = (size_t)1 << shift};
    if (bytes.n > o->sector)
        o->n_sectors = (uint32_t)((bytes.n - 1) / o->sector);
    rc = read_tables(o, err);
    if (rc == AC_NOMEM) {
        ac_ole_close(o);
        return rc;
    }
    *ret = o;
    return rc;
}

void ac_ole_close(struct ac_ole *o)
{
    if (!o)
        return;
    ac_free(o->fat.items);
    ac_free(o->mini_fat.items);
    ac_free(o->directory.items);
    ac_free(o->root.items);
    ac_free(o->streams);
    ac_free(o);
}

size_t ac_ole_streams(const struct ac_ole *o)
{
    return o->n;
}

const struct ac_ole_stream *ac_ole_stream(const struct ac_ole *o, size_t i)
{
    return &o->streams[i];
}

/* ---- content */

static struct ac_view piece(const struct ac_ole *o, bool mini, uint32_t number)
{
    uint64_t at = (uint64_t)number * MINI;
    struct ac_view ret = {0}, s;

    if (!mini)
        return sector_at(o, number);
    if (at / o->sector >= o->root.n)
        return ret;
    s = sector_at(o, o->root.items[at / o->sector]);
    if (at % o->sector < s.n)
        ret = (struct ac_view){s.p + at % o->sector, s.n - at % o->sector, s.base + at % o->sector};
    ret.n = ret.n < MINI ? ret.n : MINI;
    return ret;
}

enum ac_rc ac_ole_read(const struct ac_ole *o, size_t i, struct ac_buf *out, struct ac_err *err)
{
    const struct ac_ole_stream *s = &o->streams[i];
    bool mini = s->size < CUTOFF;
    size_t unit = mini ? MINI : o->sector;
    uint32_t number = s->start;

    ac_buf_clear(out);
    if (s->size > AC_MAX_OLE_STREAM)
        return AC_FAIL(err, AC_LIMIT, s->offset, "a stream is longer than streams are read");
    while (out->n < s->size) { /* a chain in a circle ends here as well */
        struct ac_view v = number < REGULAR_MOST ? piece(o, mini, number) : (struct ac_view){0};
        size_t want = s->size - out->n < unit ? (size_t)s->size - out->n : unit;

        if (!ac_budget_spend(o->budget, 1 + want / 64))
            return AC_FAIL(err, AC_LIMIT, s->offset, "more streams than are read");
        ac_buf_add(out, v.p, v.n < want ? v.n : want);
        if (out->failed)
            return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a stream");
        if (v.n < want)
            return AC_FAIL(err, AC_TRUNCATED, s->offset, "a stream ends before its size");
        if (out->n < s->size && !entry_of(o, mini ? &o->mini_fat : &o->fat, number, &number))
            return AC_FAIL(err, AC_CORRUPT, s->offset, "a part of the sector table is missing");
    }
    return AC_OK;
}

uint64_t ac_ole_offset(const struct ac_ole *o, size_t i, size_t at)
{
    const struct ac_ole_stream *s = &o->streams[i];
    bool mini = s->size < CUTOFF;
    size_t unit = mini ? MINI : o->sector;
    uint32_t number = s->start;

    if (!ac_budget_spend(o->budget, 1 + at / unit / 16))
        return AC_NO_OFFSET;
    for (size_t k = 0; k < at / unit; k++) {
        if (number >= REGULAR_MOST || !entry_of(o, mini ? &o->mini_fat : &o->fat, number, &number))
            return AC_NO_OFFSET;
    }
    return number < REGULAR_MOST && piece(o, mini, number).n > at % unit
               ? piece(o, mini, number).base + at % unit
               : AC_NO_OFFSET;
}
