#include "base/bytes.h"

enum ac_rc ac_rd_8(struct ac_view v, size_t off, uint8_t *ret)
{
    if (!ac_view_has(v, off, 1))
        return AC_TRUNCATED;
    *ret = v.p[off];
    return AC_OK;
}

enum ac_rc ac_rd_le16(struct ac_view v, size_t off, uint16_t *ret)
{
    if (!ac_view_has(v, off, 2))
        return AC_TRUNCATED;
    *ret = ac_le16(v.p + off);
    return AC_OK;
}

enum ac_rc ac_rd_le32(struct ac_view v, size_t off, uint32_t *ret)
{
    if (!ac_view_has(v, off, 4))
        return AC_TRUNCATED;
    *ret = ac_le32(v.p + off);
    return AC_OK;
}

enum ac_rc ac_rd_le64(struct ac_view v, size_t off, uint64_t *ret)
{
    if (!ac_view_has(v, off, 8))
        return AC_TRUNCATED;
    *ret = ac_le64(v.p + off);
    return AC_OK;
}

enum ac_rc ac_view_cut(struct ac_view v, size_t off, size_t n, struct ac_view *ret)
{
    if (!ac_view_has(v, off, n))
        return AC_TRUNCATED;
    *ret = (struct ac_view){.p = v.p + off, .n = n, .base = v.base + off};
    return AC_OK;
}
