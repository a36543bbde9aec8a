#include "evtx_file.h"

#include <libdeflate.h>
#include <string.h>

#define SIGNATURE 0x00002A2AU
#define SMALLEST (AC_EVTX_RECORD_HEADER + 4) /* a record: its header and the copy of its size */
#define DIRTY 1U
#define NO_CHECKSUMS 4U

static uint32_t crc(struct ac_view v, size_t from, size_t to, uint32_t before)
{
    return libdeflate_crc32(before, v.p + from, to - from);
}

void ac_evtx_read_header(struct ac_view file, struct ac_evtx_header *ret)
{
    uint32_t flags;

    *ret = (struct ac_evtx_header){0};
    if (file.n < 128) {
        ret->why = "the file header is cut";
        return;
    }
    if (memcmp(file.p, "ElfFile", 8) != 0) {
        ret->why = "the file header has no signature (ElfFile)";
        return;
    }
    flags = ac_le32(file.p + 120);
    ret->dirty = flags & DIRTY;
    ret->no_checksums = flags & NO_CHECKSUMS;
    ret->chunks = ac_le16(file.p + 42);
    if (ac_le16(file.p + 38) != 3)
        ret->why = "the file header has a version that is not known";
    else if (ac_le16(file.p + 40) != AC_EVTX_HEADER)
        ret->why = "the file header does not have the size of 4,096 bytes";
    else if (!ret->no_checksums && crc(file, 0, 120, 0) != ac_le32(file.p + 124))
        ret->why = "the checksum of the file header does not fit";
    ret->sound = !ret->why;
}

static bool is_empty(struct ac_view v)
{
    return v.n == 0 || (v.p[0] == 0 && memcmp(v.p, v.p + 1, v.n - 1) == 0);
}

void ac_evtx_read_chunk(struct ac_view v, struct ac_evtx_chunk *ret)
{
    *ret = (struct ac_evtx_chunk){.v = v, .kind = AC_EVTX_DAMAGED};
    if (is_empty(v)) {
        ret->kind = AC_EVTX_EMPTY;
        return;
    }
    if (v.n < AC_EVTX_CHUNK_HEADER || memcmp(v.p, "ElfChnk", 8) != 0)
        return;
    ret->first = ac_le64(v.p + 24);
    ret->last = ac_le64(v.p + 32);
    ret->last_at = ac_le32(v.p + 44);
    ret->free_at = ac_le32(v.p + 48);
    if (ret->free_at < AC_EVTX_CHUNK_HEADER || ret->free_at > AC_EVTX_CHUNK)
        ret->free_at = AC_EVTX_CHUNK;
    ret->kind = AC_EVTX_LIVE;
}

const char *ac_evtx_check_chunk(const struct ac_evtx_chunk *c)
{
    struct ac_view v = c->v;

    if (ac_le32(v.p + 120) & NO_CHECKSUMS)
        return NULL;
    if (crc(v, 128, AC_EVTX_CHUNK_HEADER, crc(v, 0, 120, 0)) != ac_le32(v.p + 124))
        return "the checksum of a chunk's header does not fit";
    if (c->free_at <= v.n && crc(v, AC_EVTX_CHUNK_HEADER, c->free_at, 0) != ac_le32(v.p + 52))
        return "the checksum of a chunk's events does not fit";
    return NULL;
}

/* ---- records */

/* A record at `at` that lies in the first `end` bytes, with both of its sizes. */
static bool record_at(const struct ac_evtx_chunk *c, size_t at, size_t end,
                      struct ac_evtx_item *ret)
{
    const uint8_t *p = c->v.p + at;
    size_t size;

    if (end - at < SMALLEST || ac_le32(p) != SIGNATURE)
        return false;
    size = ac_le32(p + 4);
    if (size < SMALLEST || size > end - at || ac_le32(p + size - 4) != size)
        return false;
    *ret = (struct ac_evtx_item){
        .at = at, .size = size, .number = ac_le64(p + 8), .written = {ac_le64(p + 16)}};
    return true;
}

/* The next record from `at` on, found by its signature: sizes of records are multiples of 8, but
 * nothing promises it. */
static bool search(const struct ac_evtx_chunk *c, size_t *at, size_t end, struct ac_evtx_item *ret)
{
    while (*at < end) {
        const uint8_t *star = memchr(c->v.p + *at, '*', end - *at);

        if (!star)
            return false;
        *at = (size_t)(star - c->v.p);
        if (record_at(c, *at, end, ret))
            return true;
        ++*at;
    }
    return false;
}

static enum ac_rc take(const struct ac_evtx_visit *visit, const struct ac_evtx_chunk *c,
                       struct ac_evtx_item *i, const char *state)
{
    if (!ac_budget_spend(visit->budget, 1))
        return AC_LIMIT;
    i->state = c->kind == AC_EVTX_LIVE ? state : "unlinked";
    return visit->take(visit->context, c, i);
}

/* Every record in [at, end), wherever it stands. */
static enum ac_rc scavenge(const struct ac_evtx_visit *visit, const struct ac_evtx_chunk *c,
                           size_t at, size_t end, const char *state)
{
    struct ac_evtx_item i;
    enum ac_rc rc = ac_budget_spend(visit->budget, 1) ? AC_OK : AC_LIMIT;

    while (rc == AC_OK && search(c, &at, end, &i)) {
        rc = take(visit, c, &i, state);
        at = i.at + i.size;
    }
    return rc;
}

/* What of a chunk was met, and whether damage was told. */
struct met {
    size_t at; /* where what is free begins */
    uint64_t events;
    bool told;
};

/* Archived logs say that nothing is free; the last event has its own offset. */
static bool is_behind_last(const struct ac_evtx_chunk *c, size_t at)
{
    return c->last_at >= AC_EVTX_CHUNK_HEADER && at > c->last_at;
}

static enum ac_rc tell(const struct ac_evtx_visit *visit, const struct ac_evtx_chunk *c,
                       struct met *met, size_t at, const char *effect, const char *what)
{
    bool told = met->told;

    met->told = true;
    return told ? AC_OK : visit->tell(visit->context, c, at, effect, what);
}

/* One behind the other up to the last one. */
static enum ac_rc live(const struct ac_evtx_visit *visit, const struct ac_evtx_chunk *c,
                       struct met *met)
{
    size_t end = c->free_at < c->v.n ? c->free_at : c->v.n;
    struct ac_evtx_item i;
    enum ac_rc rc = AC_OK;

    met->at = AC_EVTX_CHUNK_HEADER;
    while (rc == AC_OK && met->at < end && !is_behind_last(c, met->at)) {
        if (record_at(c, met->at, end, &i)) {
            rc = take(visit, c, &i, NULL);
            met->at += i.size;
            met->events++;
            continue;
        }
        if (c->free_at <= c->v.n)
            rc = tell(visit, c, met, met->at,
                      "events may be missing; those that were found behind this place are marked "
                      "as unlinked",
                      "an event does not lie as its chunk says");
        if (rc == AC_OK)
            rc = scavenge(visit, c, met->at, end, "unlinked");
        met->at = end;
    }
    if (rc == AC_OK && c->free_at > c->v.n && !is_behind_last(c, met->at))
        rc =
            tell(visit, c, met, c->v.n, "events may be missing", "the file ends inside of a chunk");
    return rc;
}

/* The chunk at hand is written before its header: what follows its last event with the next number
 * belongs to the log. */
static enum ac_rc newer(const struct ac_evtx_visit *visit, const struct ac_evtx_chunk *c,
                        struct met *met)
{
    uint64_t number = c->last;
    struct ac_evtx_item i;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && met->at < c->v.n && record_at(c, met->at, c->v.n, &i) &&
           i.number == number + 1) {
        number = i.number;
        met->at += i.size;
        rc = take(visit, c, &i, NULL);
    }
    return rc;
}

enum ac_rc ac_evtx_each(const struct ac_evtx_chunk *c, const struct ac_evtx_visit *visit)
{
    struct met met = {0};
    enum ac_rc rc = AC_OK;

    if (c->kind == AC_EVTX_EMPTY)
        return AC_OK;
    if (c->kind == AC_EVTX_DAMAGED)
        return scavenge(visit, c, 0, c->v.n, "unlinked");
    rc = live(visit, c, &met);
    if (rc == AC_OK && c->kind == AC_EVTX_LIVE && met.events != c->last - c->first + 1)
        rc = tell(visit, c, &met, 24, "events may be missing",
                  "a chunk does not have as many events as its header says");
    if (rc == AC_OK)
        rc = newer(visit, c, &met);
    return rc == AC_OK ? scavenge(visit, c, met.at, c->v.n, "deleted") : rc;
}
