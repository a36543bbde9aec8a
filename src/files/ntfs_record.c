#include "files/ntfs.h"

#include <string.h>

/* Update sequences protect 512 bytes each, whatever the sector size of the disk. */
#define STRIDE 512U

const char *ac_ntfs_fixup(uint8_t *record, size_t n)
{
    uint32_t at = ac_le16(record + 4), count = ac_le16(record + 6);
    const char *damage = NULL;

    if (count == 0 || at % 2 || at < 0x28 || at + 2 * count > n || at + 2 * count > STRIDE)
        return "the update sequence lies outside of the record";
    if (count - 1 != n / STRIDE)
        damage = "the update sequence does not fit the size of the record";
    for (uint32_t i = 1; i < count && i * STRIDE <= n; i++) {
        uint8_t *tail = record + i * STRIDE - 2;

        if (memcmp(tail, record + at, 2) != 0)
            damage = "the update sequence does not match: a torn write or damage";
        else
            memcpy(tail, record + at + 2 * i, 2);
    }
    return damage;
}

bool ac_ntfs_head(struct ac_view record, struct ac_ntfs_head *ret)
{
    const uint8_t *p = record.p;

    if (record.n < 48 || memcmp(p, "FILE", 4) != 0)
        return false;
    *ret = (struct ac_ntfs_head){.sequence = ac_le16(p + 0x10),
                                 .links = ac_le16(p + 0x12),
                                 .first_attr = ac_le16(p + 0x14),
                                 .flags = ac_le16(p + 0x16),
                                 .used = ac_le32(p + 0x18),
                                 .base = ac_le64(p + 0x20)};
    if (ret->used > record.n || ret->used < ret->first_attr)
        ret->used = (uint32_t)record.n;
    return ret->first_attr >= 0x28 && ret->first_attr < record.n;
}

/* ac_view_cut() that the compiler can see through: this is the inner loop of indexing. */
static inline bool cut(struct ac_view v, size_t off, size_t n, struct ac_view *ret)
{
    if (!ac_view_has(v, off, n))
        return false;
    *ret = (struct ac_view){v.p + off, n, v.base + off};
    return true;
}

static inline bool read_resident(struct ac_view attr, struct ac_ntfs_attr *ret)
{
    return cut(attr, ac_le16(attr.p + 0x14), ac_le32(attr.p + 0x10), &ret->value);
}

static inline bool read_non_resident(struct ac_view attr, struct ac_ntfs_attr *ret)
{
    const uint8_t *p = attr.p;
    uint32_t runs;

    if (attr.n < 0x40)
        return false;
    runs = ac_le16(p + 0x20);
    ret->first_vcn = ac_le64(p + 0x10);
    ret->unit_log2 = p[0x22];
    ret->allocated = ac_le64(p + 0x28);
    ret->size = ac_le64(p + 0x30);
    ret->initialized = ac_le64(p + 0x38);
    return runs >= 0x40 && runs <= attr.n && cut(attr, runs, attr.n - runs, &ret->value);
}

bool ac_ntfs_attr_next(struct ac_view record, uint32_t used, size_t *at, struct ac_ntfs_attr *ret,
                       bool *ret_bad)
{
    struct ac_view attr;
    uint32_t len;

    if (used > record.n)
        used = (uint32_t)record.n;
    if (*at + 4 <= used && ac_le32(record.p + *at) == AC_NTFS_END)
        return false;
    if (*at + 0x18 > used)
        goto bad;
    len = ac_le32(record.p + *at + 4);
    if (len < 0x18 || len > used - *at)
        goto bad;
    attr = (struct ac_view){record.p + *at, len, record.base + *at};
    ret->type = ac_le32(attr.p);
    ret->resident = attr.p[8] == 0;
    ret->flags = ac_le16(attr.p + 0x0C);
    ret->id = ac_le16(attr.p + 0x0E);
    if (!(ret->resident ? read_resident(attr, ret) : read_non_resident(attr, ret)) ||
        !cut(attr, ac_le16(attr.p + 0x0A), 2U * attr.p[9], &ret->name))
        goto bad;
    *at += len;
    return true;
bad:
    if (ret_bad)
        *ret_bad = true;
    return false;
}

bool ac_ntfs_name(struct ac_view value, struct ac_ntfs_name *ret)
{
    const uint8_t *p = value.p;

    if (value.n < AC_NTFS_NAME_HEAD)
        return false;
    *ret = (struct ac_ntfs_name){.parent = ac_le64(p),
                                 .created = ac_le64(p + 0x08),
                                 .modified = ac_le64(p + 0x10),
                                 .changed = ac_le64(p + 0x18),
                                 .accessed = ac_le64(p + 0x20),
                                 .name_space = p[0x41]};
    return p[0x40] > 0 && ac_view_cut(value, AC_NTFS_NAME_HEAD, 2U * p[0x40], &ret->name) == AC_OK;
}
