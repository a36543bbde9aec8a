#include "files/ntfs.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <string.h>

#define NO_UNIT UINT64_MAX

static const char no_clusters[] = "no clusters are known for this part of the file";
static const char no_image[] = "the clusters lie behind the end of the image";
static const char bad_unit[] = "a compressed unit does not decompress";

static void missing(struct ac_gaps *gaps, uint64_t off, uint64_t len, const char *why)
{
    if (gaps)
        ac_gaps_add(gaps, off, len, why);
}

/* Reads n bytes of the volume that are the content from `off` on; all-or-nothing is not asked for:
 * what lies behind the end of the reader becomes a gap. */
static enum ac_rc read_clusters(struct ac_reader *volume, uint64_t place, uint64_t off,
                                uint8_t *buf, size_t n, struct ac_gaps *gaps, struct ac_err *err)
{
    struct ac_gaps inner = {0};
    size_t there = place >= volume->size      ? 0
                   : n > volume->size - place ? (size_t)(volume->size - place)
                                              : n;
    enum ac_rc rc = ac_read(volume, place, buf, there, &inner, err);

    for (size_t i = 0; i < inner.n; i++)
        missing(gaps, off + (inner.items[i].off - place), inner.items[i].len, inner.items[i].why);
    ac_gaps_free(&inner);
    if (there < n) {
        memset(buf + there, 0, n - there);
        missing(gaps, off + there, n - there, no_image);
        if (rc == AC_OK)
            rc = AC_FAIL(err, AC_IO, volume->origin + place + there, "%s", no_image);
    }
    return rc;
}

/* Content as the clusters hold it. AC_IO when something is missing. */
static enum ac_rc read_runs(struct ac_reader *volume, const struct ac_ntfs_stream *s, uint64_t off,
                            uint8_t *buf, size_t n, struct ac_gaps *gaps, struct ac_err *err)
{
    enum ac_rc worst = AC_OK;

    while (n > 0) {
        const struct ac_ntfs_run *run = ac_ntfs_runs_at(&s->runs, off / s->cluster);
        uint64_t inside, left;
        size_t piece;
        enum ac_rc rc = AC_OK;

        if (!run) {
            memset(buf, 0, n);
            missing(gaps, off, n, no_clusters);
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", s->damaged ? s->damaged : no_clusters);
        }
        inside = off - run->vcn * s->cluster;
        left = run->len * s->cluster - inside;
        piece = left < n ? (size_t)left : n;
        if (run->lcn == AC_NTFS_HOLE)
            memset(buf, 0, piece);
        else
            rc = read_clusters(volume, run->lcn * s->cluster + inside, off, buf, piece, gaps, err);
        if (rc != AC_OK && rc != AC_IO)
            return rc;
        if (rc != AC_OK)
            worst = rc;
        buf += piece;
        off += piece;
        n -= piece;
    }
    return worst;
}

/* Bytes of the unit that have clusters before its first hole. */
static size_t packed_bytes(const struct ac_ntfs_stream *s, uint64_t off)
{
    size_t n = 0;

    while (n < s->unit) {
        const struct ac_ntfs_run *run = ac_ntfs_runs_at(&s->runs, (off + n) / s->cluster);
        uint64_t left;

        if (!run)
            return s->unit; /* reading will say that it is missing */
        if (run->lcn == AC_NTFS_HOLE)
            return n;
        left = (run->vcn + run->len) * s->cluster - (off + n);
        n = left < s->unit - n ? n + (size_t)left : s->unit;
    }
    return n;
}

static enum ac_rc load_unit(struct ac_reader *volume, struct ac_ntfs_stream *s, uint64_t unit,
                            struct ac_err *err)
{
    uint64_t off = unit * s->unit;
    size_t n;
    enum ac_rc rc;

    if (!s->plain)
        s->plain = ac_malloc(s->unit);
    if (!s->packed)
        s->packed = ac_malloc(s->unit);
    if (!s->plain || !s->packed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a compressed unit");
    s->plain_unit = NO_UNIT;
    ac_gaps_free(&s->plain_gaps);
    n = packed_bytes(s, off);
    if (n == s->unit) {
        rc = read_runs(volume, s, off, s->plain, n, &s->plain_gaps, err);
    } else if (n == 0) {
        memset(s->plain, 0, s->unit);
        rc = AC_OK;
    } else {
        rc = read_runs(volume, s, off, s->packed, n, NULL, err);
        if (rc == AC_IO)
            memset(s->plain, 0, s->unit);
        else if (rc == AC_OK &&
                 !ac_ntfs_lznt1((struct ac_view){s->packed, n, 0}, s->plain, s->unit))
            rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", bad_unit);
        if (rc == AC_IO)
            missing(&s->plain_gaps, off, s->unit, bad_unit);
    }
    if (rc == AC_OK || rc == AC_IO)
        s->plain_unit = unit;
    return rc;
}

static enum ac_rc read_units(struct ac_reader *volume, struct ac_ntfs_stream *s, uint64_t off,
                             uint8_t *buf, size_t n, struct ac_gaps *gaps, struct ac_err *err)
{
    enum ac_rc worst = AC_OK;

    while (n > 0) {
        uint64_t unit = off / s->unit;
        size_t inside = (size_t)(off % s->unit);
        size_t piece = s->unit - inside < n ? s->unit - inside : n;
        enum ac_rc rc = unit == s->plain_unit ? AC_OK : load_unit(volume, s, unit, err);

        if (rc != AC_OK && rc != AC_IO)
            return rc;
        memcpy(buf, s->plain + inside, piece);
        for (size_t i = 0; i < s->plain_gaps.n; i++) {
            const struct ac_gap *g = &s->plain_gaps.items[i];
            uint64_t begin = g->off > off ? g->off : off;
            uint64_t end = g->off + g->len < off + piece ? g->off + g->len : off + piece;

            if (begin < end) {
                missing(gaps, begin, end - begin, g->why);
                worst = AC_IO;
            }
        }
        buf += piece;
        off += piece;
        n -= piece;
    }
    if (worst != AC_OK)
        return AC_FAIL(err, worst, AC_NO_OFFSET, "parts of a compressed file are missing");
    return AC_OK;
}

enum ac_rc ac_ntfs_stream_read(struct ac_reader *volume, struct ac_ntfs_stream *s, uint64_t off,
                               void *buf, size_t n, struct ac_gaps *gaps, struct ac_err *err)
{
    size_t valid;
    enum ac_rc rc;

    if (s->refused)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "%s", s->refused);
    if (off > s->size || n > s->size - off)
        return AC_FAIL(err, AC_TRUNCATED, off, "%zu bytes asked for, the content has %" PRIu64, n,
                       s->size);
    if (s->resident) {
        memcpy(buf, s->resident + off, n);
        if (!s->damaged || n == 0)
            return AC_OK;
        missing(gaps, off, n, s->damaged); /* torn record: nobody vouches for these bytes */
        return AC_FAIL(err, AC_IO, s->resident_offset, "%s", s->damaged);
    }
    /* what was never written reads as zeros, whatever the clusters hold */
    valid = off >= s->initialized      ? 0
            : n > s->initialized - off ? (size_t)(s->initialized - off)
                                       : n;
    memset((uint8_t *)buf + valid, 0, n - valid);
    rc = s->unit ? read_units(volume, s, off, buf, valid, gaps, err)
                 : read_runs(volume, s, off, buf, valid, gaps, err);
    return rc;
}

uint64_t ac_ntfs_stream_place(const struct ac_ntfs_stream *s, uint64_t off)
{
    const struct ac_ntfs_run *run;

    if (s->resident)
        return off < s->size ? s->resident_offset + off : AC_NO_OFFSET;
    if (off >= s->size || off >= s->initialized || s->refused)
        return AC_NO_OFFSET;
    run = ac_ntfs_runs_at(&s->runs, off / s->cluster);
    if (!run || run->lcn == AC_NTFS_HOLE ||
        (s->unit && packed_bytes(s, off - off % s->unit) < s->unit))
        return AC_NO_OFFSET;
    return run->lcn * s->cluster + (off - run->vcn * s->cluster);
}

void ac_ntfs_stream_free(struct ac_ntfs_stream *s)
{
    ac_free(s->resident);
    ac_free(s->plain);
    ac_free(s->packed);
    ac_gaps_free(&s->plain_gaps);
    ac_ntfs_runs_free(&s->runs);
    *s = (struct ac_ntfs_stream){0};
}
