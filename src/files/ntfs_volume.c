#include "files/ntfs.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <inttypes.h>
#include <string.h>

#define MIRRORED 4U
/* Rounds in which an attribute list of $MFT may reveal further records of $MFT. */
#define MAX_ROUNDS 64U
/* Without any record 0, $MFT is taken to go on until this many records in a row are none. */
#define GUESS_WINDOW 1024U

static bool sound(const uint8_t *record, size_t n)
{
    struct ac_ntfs_head head;

    return ac_ntfs_head((struct ac_view){record, n, 0}, &head);
}

static enum ac_rc read_mirror(struct ac_ntfs *v, struct ac_err *err)
{
    size_t n = (size_t)MIRRORED * v->boot.record;
    enum ac_rc rc;

    v->mirror = ac_calloc(MIRRORED, v->boot.record);
    if (!v->mirror)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for $MFTMirr");
    rc = ac_read(v->volume, v->boot.mirror_lcn * v->boot.cluster, v->mirror, n, NULL, NULL);
    if (rc != AC_OK)
        return rc == AC_NOMEM ? AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for $MFTMirr") : AC_OK;
    for (uint32_t i = 0; i < MIRRORED; i++) {
        uint8_t *record = v->mirror + (size_t)i * v->boot.record;

        if (memcmp(record, "FILE", 4) == 0 && !ac_ntfs_fixup(record, v->boot.record) &&
            sound(record, v->boot.record))
            v->mirror_good |= 1U << i;
    }
    return AC_OK;
}

enum ac_rc ac_ntfs_mft_read(struct ac_ntfs *v, uint64_t off, void *buf, size_t n,
                            struct ac_gaps *gaps, struct ac_err *err)
{
    return v->alone ? ac_read(v->alone, off, buf, n, gaps, err)
                    : ac_ntfs_stream_read(v->volume, &v->mft, off, buf, n, gaps, err);
}

uint64_t ac_ntfs_mft_place(const struct ac_ntfs *v, uint64_t off)
{
    return v->alone ? off : ac_ntfs_stream_place(&v->mft, off);
}

enum ac_rc ac_ntfs_record(struct ac_ntfs *v, uint64_t entry, uint8_t *buf, const char **ret_damage,
                          struct ac_err *err)
{
    uint64_t off;
    const char *damage = NULL;
    enum ac_rc rc;

    if (__builtin_mul_overflow(entry, (uint64_t)v->boot.record, &off))
        return AC_FAIL(err, AC_TRUNCATED, AC_NO_OFFSET, "$MFT has no entry %" PRIu64, entry);
    rc = ac_ntfs_mft_read(v, off, buf, v->boot.record, NULL, err);
    if (rc == AC_OK && memcmp(buf, "FILE", 4) != 0 && memcmp(buf, "BAAD", 4) != 0)
        rc = AC_FAIL(err, AC_CORRUPT, ac_ntfs_mft_place(v, off),
                     "MFT entry %" PRIu64 " is no record", entry);
    if (rc == AC_OK) {
        damage = ac_ntfs_fixup(buf, v->boot.record);
        if (buf[0] == 'B') {
            memcpy(buf, "FILE", 4);
            damage = "the record was marked as bad by Windows";
        }
    }
    if ((rc != AC_OK || damage) && entry < MIRRORED && v->mirror_good >> entry & 1) {
        memcpy(buf, v->mirror + entry * v->boot.record, v->boot.record);
        rc = AC_OK;
        damage = NULL;
    }
    if (rc == AC_OK)
        *ret_damage = damage;
    return rc;
}

/* $MFT as record 0 in `buf` describes it. False: no run list in it. */
static bool mft_of(struct ac_ntfs *v, const uint8_t *record, enum ac_rc *ret_rc, struct ac_err *err)
{
    struct ac_ntfs_file f = {.record = v->boot.record, .n = 1};
    uint64_t entry = 0;
    struct ac_ntfs_stream s = {0};

    if (!sound(record, v->boot.record))
        return false;
    f.bytes = (uint8_t *)(uintptr_t)record; /* only read */
    f.entries = &entry;
    *ret_rc = ac_ntfs_file_stream(v, &f, AC_NTFS_DATA, AC_STR(""), &s, err);
    if (*ret_rc == AC_NOMEM)
        return true;
    if (*ret_rc != AC_OK)
        return false;
    if (s.resident || s.runs.n == 0 || s.runs.items[0].lcn == AC_NTFS_HOLE || s.refused) {
        ac_ntfs_stream_free(&s);
        return false;
    }
    s.unit = 0;
    v->mft = s;
    return true;
}

/* Both copies of record 0 are gone: $MFT is taken to lie in one piece from where it begins. */
static enum ac_rc guess_mft(struct ac_ntfs *v, struct ac_err *err)
{
    uint64_t begin = v->boot.mft_lcn * v->boot.cluster, records = 0, seen = 0;
    uint8_t *buf = ac_malloc((size_t)GUESS_WINDOW * v->boot.record);
    enum ac_rc rc = AC_OK;

    if (!buf)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to look for MFT records");
    for (;;) {
        uint64_t at = begin + records * v->boot.record;
        uint64_t left = at < v->volume->size ? (v->volume->size - at) / v->boot.record : 0;
        uint64_t n = left < GUESS_WINDOW ? left : GUESS_WINDOW, last = 0;

        if (n == 0)
            break;
        rc = ac_read(v->volume, at, buf, (size_t)n * v->boot.record, NULL, NULL);
        if (rc == AC_NOMEM)
            break;
        for (uint64_t i = 0; i < n; i++) {
            if (memcmp(buf + i * v->boot.record, "FILE", 4) == 0)
                last = i + 1;
        }
        if (last == 0)
            break;
        seen = records + last;
        records += n;
    }
    ac_free(buf);
    if (rc == AC_NOMEM)
        return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory to look for MFT records");
    if (seen == 0)
        return AC_FAIL(err, AC_CORRUPT, begin, "there is no $MFT where the boot sector has it");
    v->mft = (struct ac_ntfs_stream){.cluster = v->boot.cluster, .plain_unit = UINT64_MAX};
    v->mft.size = v->mft.initialized = seen * v->boot.record;
    if (ac_grow((void **)&v->mft.runs.items, &v->mft.runs.cap, 1, sizeof(*v->mft.runs.items)) != 0)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a run list");
    v->mft.runs.end = (v->mft.size + v->boot.cluster - 1) / v->boot.cluster;
    v->mft.runs.items[0] = (struct ac_ntfs_run){0, v->boot.mft_lcn, v->mft.runs.end};
    v->mft.runs.n = 1;
    v->mft_guessed = true;
    return AC_OK;
}

/* The run list of $MFT may go on in extension records, which lie in $MFT themselves. */
static enum ac_rc complete_mft(struct ac_ntfs *v, struct ac_err *err)
{
    for (unsigned round = 0; round < MAX_ROUNDS; round++) {
        struct ac_ntfs_file f = {0};
        struct ac_ntfs_stream s = {0};
        enum ac_rc rc = ac_ntfs_file_load(v, 0, &f, err);
        bool grown;

        if (rc == AC_OK) {
            v->mft_damage = f.damaged;
            rc = ac_ntfs_file_stream(v, &f, AC_NTFS_DATA, AC_STR(""), &s, err);
        }
        ac_ntfs_file_free(&f);
        if (rc == AC_NOMEM)
            return rc;
        grown = rc == AC_OK && s.runs.end > v->mft.runs.end;
        if (grown) {
            ac_ntfs_stream_free(&v->mft);
            v->mft = s;
            v->mft.unit = 0;
        } else {
            ac_ntfs_stream_free(&s);
            break;
        }
    }
    if (!v->mft_damage)
        v->mft_damage = v->mft.damaged;
    return AC_OK;
}

static void bound_mft(struct ac_ntfs *v)
{
    uint64_t mapped = v->mft.runs.end * v->boot.cluster;
    uint64_t most = v->volume->size < mapped ? v->volume->size : mapped;

    if (v->mft.size > most) {
        v->mft.size = most;
        v->mft_damage = "$MFT claims to be larger than its clusters or the volume";
    }
    v->records = v->mft.size / v->boot.record;
    if (v->records > AC_MAX_MFT_RECORDS) {
        v->records = AC_MAX_MFT_RECORDS;
        v->mft_damage = "$MFT has more records than are read";
    }
}

enum ac_rc ac_ntfs_open(struct ac_ntfs *v, struct ac_err *err)
{
    uint8_t *record = ac_malloc(v->boot.record);
    enum ac_rc rc = record ? read_mirror(v, err)
                           : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an MFT record");
    bool found = false;

    if (rc == AC_OK) {
        rc = ac_read(v->volume, v->boot.mft_lcn * v->boot.cluster, record, v->boot.record, NULL,
                     err);
        if (rc == AC_OK && memcmp(record, "FILE", 4) == 0 && !ac_ntfs_fixup(record, v->boot.record))
            found = mft_of(v, record, &rc, err);
        if (!found && v->mirror_good & 1) {
            found = mft_of(v, v->mirror, &rc, err);
            v->mft_from_mirror = true;
        }
        if (!found && rc != AC_NOMEM)
            rc = guess_mft(v, err);
    }
    ac_free(record);
    if (rc == AC_OK && !v->mft_guessed)
        rc = complete_mft(v, err);
    if (rc == AC_OK)
        bound_mft(v);
    else
        ac_ntfs_close(v);
    return rc;
}

void ac_ntfs_close(struct ac_ntfs *v)
{
    ac_free(v->mirror);
    v->mirror = NULL;
    ac_ntfs_stream_free(&v->mft);
}
