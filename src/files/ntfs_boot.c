#include "files/ntfs.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <string.h>

#define BOOT 512U
#define MAX_CLUSTER (2U << 20)
/* The copy of the boot sector is the last sector of the partition; images may carry a few more
 * sectors behind it (footers of container formats, sectors that fill up a cluster). */
#define TAIL (64 * AC_KIB)
/* How much of the volume is searched for a copy of record 0 when both boot sectors are gone. */
#define SEARCHED (32 * AC_MIB)

static bool is_power(uint64_t n, uint64_t low, uint64_t high)
{
    return n >= low && n <= high && (n & (n - 1)) == 0;
}

/* "Clusters per record": a count, or from 128 on minus the binary logarithm of bytes. */
static uint64_t record_bytes(unsigned raw, uint64_t cluster)
{
    if (raw < 0x80)
        return raw * cluster;
    return 256 - raw < 32 ? UINT64_C(1) << (256 - raw) : 0;
}

enum ac_rc ac_ntfs_boot_parse(struct ac_view sector, uint64_t volume_size, struct ac_ntfs_boot *ret,
                              struct ac_err *err)
{
    const uint8_t *p = sector.p;
    uint64_t size, cluster, record, index, total;
    struct ac_ntfs_boot b = {0};

    if (sector.n < BOOT)
        return AC_FAIL(err, AC_TRUNCATED, sector.base, "there is no whole boot sector");
    if (memcmp(p + 3, "-FVE-FS-", 8) == 0)
        return AC_FAIL(err, AC_UNSUPPORTED, sector.base, "the volume is encrypted by BitLocker");
    if (memcmp(p + 3, "NTFS    ", 8) != 0)
        return AC_FAIL(err, AC_NOT_FOUND, sector.base, "the boot sector is not one of NTFS");
    size = ac_le16(p + 0x0B);
    cluster = size * (p[0x0D] <= 0x80 ? p[0x0D] : 256U - p[0x0D] < 32 ? 1U << (256U - p[0x0D]) : 0);
    record = record_bytes(p[0x40], cluster);
    index = record_bytes(p[0x44], cluster);
    total = ac_le64(p + 0x28);
    if (!is_power(size, 256, 4096) || !is_power(cluster, size, MAX_CLUSTER) ||
        !is_power(record, 512, AC_NTFS_MAX_RECORD) || !is_power(index, 512, AC_NTFS_MAX_RECORD))
        return AC_FAIL(err, AC_CORRUPT, sector.base, "the boot sector has an impossible geometry");
    b = (struct ac_ntfs_boot){.sector = (uint32_t)size,
                              .cluster = (uint32_t)cluster,
                              .record = (uint32_t)record,
                              .index = (uint32_t)index,
                              .clusters = total / (cluster / size),
                              .mft_lcn = ac_le64(p + 0x30),
                              .mirror_lcn = ac_le64(p + 0x38),
                              .serial = ac_le64(p + 0x48)};
    if (b.clusters == 0 || b.clusters > UINT64_C(1) << 40)
        b.clusters = volume_size / cluster;
    if (b.mft_lcn >= b.clusters)
        return AC_FAIL(err, AC_CORRUPT, sector.base,
                       "the boot sector places $MFT outside of the volume");
    if (b.mirror_lcn >= b.clusters)
        b.mirror_lcn = b.mft_lcn; /* no help, but no harm */
    *ret = b;
    return AC_OK;
}

/* Is there an MFT record of that size at `at` whose first name is "$MFT"? Its run list's first
 * cluster goes to *ret_lcn. */
static bool is_record_zero(uint8_t *record, uint32_t size, uint64_t *ret_lcn)
{
    static const uint8_t name[] = {'$', 0, 'M', 0, 'F', 0, 'T', 0};
    struct ac_view view = {record, size, 0};
    struct ac_ntfs_runs runs = {0};
    struct ac_ntfs_head head;
    struct ac_ntfs_attr a;
    bool named = false, placed = false;

    if (memcmp(record, "FILE", 4) != 0 || ac_ntfs_fixup(record, size) || !ac_ntfs_head(view, &head))
        return false;
    for (size_t at = head.first_attr; ac_ntfs_attr_next(view, head.used, &at, &a, NULL);) {
        struct ac_ntfs_name n;

        if (a.type == AC_NTFS_FILE_NAME && a.resident && ac_ntfs_name(a.value, &n))
            named |= n.name.n == sizeof(name) && memcmp(n.name.p, name, sizeof(name)) == 0;
        if (a.type == AC_NTFS_DATA && !a.resident && a.name.n == 0 && a.first_vcn == 0 && !placed) {
            (void)ac_ntfs_runs_add(&runs, a.value, UINT64_C(1) << 40, NULL);
            placed = runs.n > 0 && runs.items[0].lcn != AC_NTFS_HOLE;
            if (placed)
                *ret_lcn = runs.items[0].lcn;
        }
    }
    ac_ntfs_runs_free(&runs);
    return named && placed;
}

static bool read_record(struct ac_reader *volume, uint64_t at, uint8_t *buf, uint32_t size)
{
    return ac_read(volume, at, buf, size, NULL, NULL) == AC_OK;
}

/* Does a record 0 lie where this geometry has $MFT or its mirror? */
static bool leads_to_mft(struct ac_reader *volume, const struct ac_ntfs_boot *b)
{
    uint8_t *buf = ac_malloc(b->record);
    uint64_t lcn;
    bool found = buf && ((read_record(volume, b->mft_lcn * b->cluster, buf, b->record) &&
                          is_record_zero(buf, b->record, &lcn)) ||
                         (read_record(volume, b->mirror_lcn * b->cluster, buf, b->record) &&
                          is_record_zero(buf, b->record, &lcn)));

    ac_free(buf);
    return found;
}

/* The copies of the boot sector near the end of the volume, last one first. */
static bool find_copy(struct ac_reader *volume, struct ac_ntfs_boot *ret)
{
    uint64_t n = volume->size < TAIL ? volume->size : TAIL;
    uint8_t *buf = ac_malloc((size_t)n);
    bool found = false;

    if (buf && n >= BOOT) {
        enum ac_rc rc = ac_read(volume, volume->size - n, buf, (size_t)n, NULL, NULL);

        /* missing bytes are zeros and match nothing; steps of 512 from both ends of the reader */
        for (uint64_t at = n - BOOT; !found && (rc == AC_OK || rc == AC_IO); at -= BOOT) {
            struct ac_view v = {buf + at, BOOT, volume->size - n + at};

            found = ac_ntfs_boot_parse(v, volume->size, ret, NULL) == AC_OK &&
                    leads_to_mft(volume, ret);
            if (at < BOOT)
                break;
        }
    }
    ac_free(buf);
    return found;
}

/* A copy of record 0 says in which cluster $MFT begins; the cluster size is the one with which a
 * record 0 lies there. */
static bool fit_geometry(struct ac_reader *volume, uint64_t lcn, uint32_t record,
                         struct ac_ntfs_boot *ret)
{
    for (uint32_t cluster = 512; cluster <= MAX_CLUSTER; cluster *= 2) {
        struct ac_ntfs_boot b = {.sector = 512,
                                 .cluster = cluster,
                                 .record = record,
                                 .index = 4096,
                                 .clusters = volume->size / cluster,
                                 .mft_lcn = lcn,
                                 .mirror_lcn = lcn};

        if (lcn < b.clusters && leads_to_mft(volume, &b)) {
            *ret = b;
            return true;
        }
    }
    return false;
}

static bool try_at(struct ac_reader *volume, uint64_t at, struct ac_ntfs_boot *ret)
{
    uint8_t buf[4096];
    uint64_t lcn;

    for (uint32_t record = 1024; record <= sizeof(buf); record *= 4) {
        if (read_record(volume, at, buf, record) && memcmp(buf, "FILE", 4) == 0 &&
            ac_le32(buf + 0x1C) == record && is_record_zero(buf, record, &lcn) &&
            fit_geometry(volume, lcn, record, ret))
            return true;
    }
    return false;
}

static bool search_geometry(struct ac_reader *volume, struct ac_ntfs_boot *ret)
{
    static const uint64_t usual = UINT64_C(786432) * 4096; /* where Windows puts $MFT */
    size_t n = (size_t)(volume->size < SEARCHED ? volume->size : SEARCHED);
    uint8_t *buf;
    bool found = try_at(volume, usual, ret);

    if (found)
        return true;
    buf = ac_malloc(n);
    if (buf) {
        enum ac_rc rc = ac_read(volume, 0, buf, n, NULL, NULL);

        for (size_t at = 0; !found && (rc == AC_OK || rc == AC_IO) && at + 1024 <= n; at += 512) {
            if (memcmp(buf + at, "FILE", 4) == 0)
                found = try_at(volume, at, ret);
        }
    }
    ac_free(buf);
    return found;
}

enum ac_rc ac_ntfs_boot_find(struct ac_reader *volume, struct ac_ntfs_boot *ret,
                             const char **ret_how, struct ac_err *err)
{
    struct ac_ntfs_boot first = {0};
    uint8_t sector[BOOT];
    enum ac_rc rc = ac_read(volume, 0, sector, sizeof(sector), NULL, err);

    if (rc == AC_NOMEM)
        return rc;
    if (rc == AC_OK)
        rc = ac_ntfs_boot_parse((struct ac_view){sector, sizeof(sector), 0}, volume->size, &first,
                                err);
    if (rc == AC_UNSUPPORTED || rc == AC_TRUNCATED)
        return rc;
    if (rc == AC_OK && leads_to_mft(volume, &first)) {
        *ret = first;
        *ret_how = NULL;
    } else if (find_copy(volume, ret)) {
        *ret_how = "the boot sector is damaged: its copy at the end of the volume was used";
    } else if (search_geometry(volume, ret)) {
        *ret_how = "both boot sectors are damaged: the geometry was worked out from $MFT";
    } else if (rc == AC_OK) {
        *ret = first; /* both copies of record 0 are gone; opening the volume tells more */
        *ret_how = NULL;
    } else {
        return AC_WRAP(err, rc, AC_NO_OFFSET, "no boot sector and no $MFT of NTFS was found");
    }
    return AC_OK;
}
