/* $MFT as a file of its own, as collectors keep it: everything that lies outside of it is missing. */
#include "files/ntfs.h"

#include "base/limits.h"

#include <string.h>

#define CLUSTER 4096U /* not known; the clusters are not there to be read */

static enum ac_rc read_nothing(struct ac_reader *r, uint64_t off, void *buf, size_t n,
                               struct ac_gaps *gaps, struct ac_err *err)
{
    static const char why[] = "only $MFT is in the evidence, not the rest of its volume";

    (void)r;
    memset(buf, 0, n);
    if (gaps)
        ac_gaps_add(gaps, off, n, why);
    return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", why);
}

static struct ac_reader not_there = {.size = INT64_MAX / 2, .read = read_nothing};

/* Does record 0 name itself $MFT? */
static bool is_own_record(struct ac_view record)
{
    static const uint8_t mft[] = {'$', 0, 'M', 0, 'F', 0, 'T', 0};
    struct ac_ntfs_head head;
    struct ac_ntfs_attr a;
    struct ac_ntfs_name name;
    size_t at;

    if (!ac_ntfs_head(record, &head))
        return false;
    at = head.first_attr;
    while (ac_ntfs_attr_next(record, head.used, &at, &a, NULL)) {
        if (a.type == AC_NTFS_FILE_NAME && a.resident && ac_ntfs_name(a.value, &name))
            return name.name.n == sizeof(mft) && memcmp(name.name.p, mft, sizeof(mft)) == 0;
    }
    return false;
}

static bool is_record_size(uint32_t n)
{
    return n >= 512 && n <= 4096 && (n & (n - 1)) == 0;
}

bool ac_tree_is_mft(struct ac_view head)
{
    uint8_t record[4096];
    uint32_t n = head.n >= 48 && memcmp(head.p, "FILE", 4) == 0 ? ac_le32(head.p + 28) : 0;

    if (!is_record_size(n) || head.n < n)
        return false;
    memcpy(record, head.p, n);
    return !ac_ntfs_fixup(record, n) && is_own_record((struct ac_view){record, n, 0});
}

enum ac_rc ac_ntfs_open_alone(struct ac_ntfs *v, struct ac_err *err)
{
    uint8_t head[4096];
    size_t n = v->alone->size < sizeof(head) ? (size_t)v->alone->size : sizeof(head);
    enum ac_rc rc = ac_read(v->alone, 0, head, n, NULL, err);

    if (rc != AC_OK)
        return rc;
    if (!ac_tree_is_mft((struct ac_view){head, n, 0}))
        return AC_FAIL(err, AC_CORRUPT, 0, "it does not begin with the record of $MFT");
    v->volume = &not_there;
    v->boot = (struct ac_ntfs_boot){.sector = 512,
                                    .cluster = CLUSTER,
                                    .record = ac_le32(head + 28),
                                    .index = 4096,
                                    .clusters = not_there.size / CLUSTER};
    v->mft = (struct ac_ntfs_stream){.size = v->alone->size,
                                     .initialized = v->alone->size,
                                     .cluster = CLUSTER,
                                     .plain_unit = UINT64_MAX};
    v->records = v->mft.size / v->boot.record;
    if (v->records > AC_MAX_MFT_RECORDS) {
        v->records = AC_MAX_MFT_RECORDS;
        v->mft_damage = "$MFT has more records than are read";
    }
    return AC_OK;
}
