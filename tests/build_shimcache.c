#include "build_shimcache.h"

/* Bit by bit: ISO 3309, as in zip files. */
static uint32_t crc32_of(const uint8_t *p, size_t n)
{
    uint32_t c = 0xFFFFFFFF;

    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xEDB88320U : c >> 1;
    }
    return ~c;
}

static void add_xp(struct ac_buf *out, const struct fx_shim_entry *entries, size_t n)
{
    fx_le32(out, 0xDEADBEEF);
    fx_le32(out, (uint32_t)n);
    fx_le32(out, (uint32_t)n);
    fx_le32(out, 0);
    for (size_t i = 0; i < n; i++)
        fx_le32(out, (uint32_t)(n - 1 - i));
    fx_pad_to(out, 400);
    for (size_t i = 0; i < n; i++) {
        fx_utf16z(out, entries[i].path);
        fx_utf16(out, "left of a longer path"); /* unused bytes hold remnants */
        fx_pad_to(out, 400 + i * 552 + 528);
        fx_le64(out, fx_time(entries[i].modified));
        fx_le64(out, entries[i].size);
        fx_le64(out, fx_time(entries[i].updated));
    }
}

/* Size of a path in bytes, without terminator. */
static size_t path_size(const char *path)
{
    struct ac_buf b = {0};
    size_t n;

    fx_utf16(&b, path);
    n = b.n;
    ac_buf_free(&b);
    return n;
}

static void add_table(struct ac_buf *out, enum fx_shim_format format,
                      const struct fx_shim_entry *entries, size_t n)
{
    bool wide = format == FX_SHIM_2003_64 || format == FX_SHIM_VISTA_64 || format == FX_SHIM_7_64;
    bool seven = format == FX_SHIM_7_32 || format == FX_SHIM_7_64;
    bool sizes = format == FX_SHIM_2003_32 || format == FX_SHIM_2003_64;
    size_t header = seven ? 128 : 8, step = (wide ? 32 : 24) + (seven ? (wide ? 16 : 8) : 0);
    size_t path = header + n * step;

    fx_le32(out, seven ? 0xBADC0FEE : 0xBADC0FFE);
    fx_le32(out, (uint32_t)n);
    fx_pad_to(out, header);
    for (size_t i = 0; i < n; i++) {
        size_t size = path_size(entries[i].path);

        fx_le16(out, (unsigned)size);
        fx_le16(out, (unsigned)size + 2);
        if (wide)
            fx_le32(out, 0);
        wide ? fx_le64(out, path) : fx_le32(out, (uint32_t)path);
        fx_le64(out, fx_time(entries[i].modified));
        if (sizes) {
            fx_le64(out, entries[i].size);
        } else {
            fx_le32(out, entries[i].flags);
            fx_le32(out, 0x100); /* shim flags, as seen on Windows 7 */
        }
        fx_pad_to(out, header + (i + 1) * step);
        path += size + 2;
    }
    for (size_t i = 0; i < n; i++)
        fx_utf16z(out, entries[i].path);
}

void fx_shim_checksum(struct ac_buf *b, size_t at)
{
    struct ac_view v = fx_view(b);

    fx_put_le32(b, at + 4, crc32_of(v.p + at + 12, ac_le32(v.p + at + 8)));
}

static void add_entry(struct ac_buf *out, enum fx_shim_format format, const struct fx_shim_entry *e)
{
    bool ten = format == FX_SHIM_10 || format == FX_SHIM_10_CREATOR;
    size_t at = out->n;

    ac_buf_add(out, format == FX_SHIM_8_0 ? "00ts" : "10ts", 4);
    fx_zero(out, 8);
    fx_le16(out, (unsigned)path_size(e->path));
    fx_utf16(out, e->path);
    if (format == FX_SHIM_8_1) {
        fx_le16(out, (unsigned)path_size(e->package ? e->package : ""));
        fx_utf16(out, e->package ? e->package : "");
    }
    if (!ten) {
        fx_le32(out, e->flags);
        fx_le32(out, 0x01000000);
    }
    fx_le64(out, e->modified ? fx_time(e->modified) : 0);
    fx_le32(out, ten ? 12 : 0); /* data */
    if (ten) {
        fx_le32(out, 0x200);
        fx_le32(out, 4);
        fx_le32(out, 1);
    }
    fx_put_le32(out, at + 8, (uint32_t)(out->n - at - 12));
    fx_shim_checksum(out, at);
}

void fx_shim(struct ac_buf *out, enum fx_shim_format format, const struct fx_shim_entry *entries,
             size_t n)
{
    size_t header = format == FX_SHIM_10 ? 0x30 : format == FX_SHIM_10_CREATOR ? 0x34 : 0x80;

    if (format == FX_SHIM_XP) {
        add_xp(out, entries, n);
        return;
    }
    if (format < FX_SHIM_8_0) {
        add_table(out, format, entries, n);
        return;
    }
    fx_le32(out, (uint32_t)header);
    fx_pad_to(out, header);
    for (size_t i = 0; i < n; i++)
        add_entry(out, format, &entries[i]);
}
