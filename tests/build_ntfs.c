#include "build_ntfs.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void put(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

uint8_t *bn_cluster(struct bn_volume *v, uint64_t lcn)
{
    if ((lcn + 1) * v->cluster > v->size)
        abort();
    return v->bytes + lcn * v->cluster;
}

struct ac_view bn_view(const struct bn_volume *v)
{
    return (struct ac_view){v->bytes, v->size, 0};
}

uint32_t bn_records(const struct bn_volume *v)
{
    uint64_t clusters = 0;

    for (const struct bn_run *run = v->mft; run->len > 0; run++)
        clusters += run->len;
    return (uint32_t)(clusters * v->cluster / BN_RECORD);
}

size_t bn_record_place(const struct bn_volume *v, uint32_t entry)
{
    uint64_t off = (uint64_t)entry * BN_RECORD;

    for (const struct bn_run *run = v->mft; run->len > 0; run++) {
        if (off < run->len * v->cluster)
            return (size_t)(run->lcn * v->cluster + off);
        off -= run->len * v->cluster;
    }
    abort();
}

void bn_protect(uint8_t *p, size_t n, uint32_t at)
{
    put(p + 4, at, 2);
    put(p + 6, n / 512 + 1, 2);
    put(p + at, 0x0107, 2);
    for (size_t i = 1; i <= n / 512; i++) {
        memcpy(p + at + 2 * i, p + i * 512 - 2, 2);
        put(p + i * 512 - 2, 0x0107, 2);
    }
}

void bn_begin(struct bn_record *r, uint16_t sequence, uint16_t flags, uint64_t base)
{
    *r = (struct bn_record){0};
    ac_buf_addz(&r->b, "FILE");
    fx_pad_to(&r->b, 0x10);
    fx_le16(&r->b, sequence);
    fx_le16(&r->b, 1);
    fx_le16(&r->b, 0x38);
    fx_le16(&r->b, flags);
    fx_le32(&r->b, 0);
    fx_le32(&r->b, BN_RECORD);
    fx_le64(&r->b, base);
    fx_pad_to(&r->b, 0x38);
}

/* Common head of an attribute; its length is filled in by end_attribute(). */
static size_t begin_attribute(struct bn_record *r, uint32_t type, const char *name, bool resident,
                              uint16_t flags, size_t head)
{
    size_t at = r->b.n, units;
    struct ac_buf utf16 = {0};

    fx_utf16(&utf16, name);
    units = utf16.n / 2;
    fx_le32(&r->b, type);
    fx_le32(&r->b, 0);
    fx_u8(&r->b, !resident);
    fx_u8(&r->b, (unsigned)units);
    fx_le16(&r->b, (unsigned)head);
    fx_le16(&r->b, flags);
    fx_le16(&r->b, r->next_id++);
    fx_pad_to(&r->b, at + head);
    ac_buf_adds(&r->b, ac_buf_str(&utf16));
    fx_align(&r->b, 8);
    ac_buf_free(&utf16);
    return at;
}

static void end_attribute(struct bn_record *r, size_t at)
{
    fx_align(&r->b, 8);
    fx_put_le32(&r->b, at + 4, (uint32_t)(r->b.n - at));
}

void bn_resident(struct bn_record *r, uint32_t type, const char *name, const void *p, size_t n)
{
    size_t at = begin_attribute(r, type, name, true, 0, 0x18);

    fx_put_le32(&r->b, at + 0x10, (uint32_t)n);
    fx_put_le16(&r->b, at + 0x14, (unsigned)(r->b.n - at));
    ac_buf_add(&r->b, p, n);
    end_attribute(r, at);
}

static void add_runs(struct ac_buf *b, const struct bn_run *runs)
{
    uint64_t lcn = 0;

    for (; runs->len > 0; runs++) {
        fx_u8(b, runs->lcn == BN_HOLE ? 0x04 : 0x44);
        fx_le32(b, (uint32_t)runs->len);
        if (runs->lcn != BN_HOLE) {
            fx_le32(b, (uint32_t)(runs->lcn - lcn));
            lcn = runs->lcn;
        }
    }
    fx_u8(b, 0);
}

void bn_non_resident(struct bn_record *r, uint32_t type, const char *name, uint16_t flags,
                     unsigned unit_log2, uint64_t first_vcn, const struct bn_run *runs,
                     uint32_t cluster, uint64_t size, uint64_t initialized)
{
    size_t at = begin_attribute(r, type, name, false, flags, 0x48);
    uint64_t clusters = 0;

    for (const struct bn_run *run = runs; run->len > 0; run++)
        clusters += run->len;
    fx_put_le64(&r->b, at + 0x10, first_vcn);
    fx_put_le64(&r->b, at + 0x18, first_vcn + clusters - 1);
    fx_put_le16(&r->b, at + 0x20, (unsigned)(r->b.n - at));
    fx_put_le16(&r->b, at + 0x22, unit_log2);
    fx_put_le64(&r->b, at + 0x28, clusters * cluster);
    fx_put_le64(&r->b, at + 0x30, size);
    fx_put_le64(&r->b, at + 0x38, initialized);
    add_runs(&r->b, runs);
    end_attribute(r, at);
}

void bn_standard(struct bn_record *r, uint64_t created, uint32_t dos_attributes)
{
    uint8_t value[0x48] = {0};

    for (size_t i = 0; i < 4; i++)
        put(value + 8 * i, created + i, 8);
    put(value + 0x20, dos_attributes, 4);
    bn_resident(r, 0x10, "", value, sizeof(value));
}

static void add_name(struct ac_buf *b, uint64_t parent, const char *name, unsigned name_space,
                     uint64_t times)
{
    struct ac_buf utf16 = {0};

    fx_utf16(&utf16, name);
    fx_le64(b, parent);
    for (unsigned i = 0; i < 4; i++)
        fx_le64(b, times + i);
    fx_zero(b, 0x18);
    fx_u8(b, (unsigned)(utf16.n / 2));
    fx_u8(b, name_space);
    ac_buf_adds(b, ac_buf_str(&utf16));
    ac_buf_free(&utf16);
}

void bn_name(struct bn_record *r, uint64_t parent, const char *name, unsigned name_space,
             uint64_t times)
{
    struct ac_buf value = {0};

    add_name(&value, parent, name, name_space, times);
    bn_resident(r, 0x30, "", value.p, value.n);
    ac_buf_free(&value);
}

void bn_put(struct bn_volume *v, uint32_t entry, struct bn_record *r)
{
    uint8_t *place = v->bytes + bn_record_place(v, entry);

    fx_le32(&r->b, 0xFFFFFFFF);
    fx_align(&r->b, 8);
    fx_put_le32(&r->b, 0x18, (uint32_t)r->b.n);
    fx_put_le16(&r->b, 0x28, r->next_id);
    fx_put_le32(&r->b, 0x2C, entry);
    if (r->b.n > BN_RECORD || r->b.failed)
        abort();
    fx_pad_to(&r->b, BN_RECORD);
    memcpy(place, r->b.p, BN_RECORD);
    bn_protect(place, BN_RECORD, 0x30);
    if (entry < 4)
        memcpy(bn_cluster(v, v->mirror_lcn) + entry * BN_RECORD, place, BN_RECORD);
    ac_buf_free(&r->b);
}

void bn_file(struct bn_volume *v, uint32_t entry, uint64_t parent, const char *name,
             const char *data)
{
    struct bn_record r;

    bn_begin(&r, 1, data ? 1 : 3, 0);
    bn_standard(&r, 1000 + entry, 0);
    bn_name(&r, parent, name, 0, 2000 + entry);
    if (data)
        bn_resident(&r, 0x80, "", data, strlen(data));
    bn_put(v, entry, &r);
}

void bn_list_entry(struct ac_buf *list, uint32_t type, const char *name, uint64_t first_vcn,
                   uint64_t reference, uint16_t id)
{
    struct ac_buf utf16 = {0};
    size_t at = list->n;

    fx_utf16(&utf16, name);
    fx_le32(list, type);
    fx_le16(list, 0);
    fx_u8(list, (unsigned)(utf16.n / 2));
    fx_u8(list, 0x1A);
    fx_le64(list, first_vcn);
    fx_le64(list, reference);
    fx_le16(list, id);
    ac_buf_adds(list, ac_buf_str(&utf16));
    fx_align(list, 8);
    fx_put_le16(list, at + 4, (unsigned)(list->n - at));
    ac_buf_free(&utf16);
}

void bn_index_entry(struct ac_buf *out, uint64_t reference, uint64_t parent, const char *name,
                    uint64_t times)
{
    size_t at = out->n;

    fx_le64(out, reference);
    fx_le32(out, 0);
    fx_le32(out, name ? 0 : 2);
    if (name) {
        add_name(out, parent, name, 0, times);
        fx_put_le16(out, at + 0x0A, (unsigned)(out->n - at - 0x10));
        fx_align(out, 8);
    }
    fx_put_le16(out, at + 8, (unsigned)(out->n - at));
}

void bn_index_root(struct ac_buf *out, const struct ac_buf *entries)
{
    fx_le32(out, 0x30);
    fx_le32(out, 1);
    fx_le32(out, 4096);
    fx_le32(out, 1);
    fx_le32(out, 0x10);
    fx_le32(out, (uint32_t)(0x10 + entries->n));
    fx_le32(out, (uint32_t)(0x10 + entries->n));
    fx_le32(out, 1);
    ac_buf_add(out, entries->p, entries->n);
}

void bn_index_block(uint8_t *p, uint64_t vcn, const struct ac_buf *entries)
{
    memset(p, 0, 4096);
    memcpy(p, "INDX", 4);
    put(p + 0x10, vcn, 8);
    put(p + 0x18, 0x28, 4);
    put(p + 0x1C, 0x28 + entries->n, 4);
    put(p + 0x20, 4096 - 0x18, 4);
    memcpy(p + 0x40, entries->p, entries->n);
    bn_protect(p, 4096, 0x28);
}

static void put_boot(struct bn_volume *v)
{
    uint8_t *p = v->bytes;

    memcpy(p, "\xEB\x52\x90NTFS    ", 11);
    put(p + 0x0B, 512, 2);
    p[0x0D] = (uint8_t)(v->cluster / 512);
    put(p + 0x28, v->size / 512 - 1, 8);
    put(p + 0x30, v->mft[0].lcn, 8);
    put(p + 0x38, v->mirror_lcn, 8);
    p[0x40] = 0xF6; /* 2^10 bytes */
    p[0x44] = 0xF4; /* 2^12 bytes */
    put(p + 0x48, BN_SERIAL, 8);
    p[510] = 0x55;
    p[511] = 0xAA;
    memcpy(v->bytes + v->size - 512, p, 512);
}

static void put_metadata(struct bn_volume *v)
{
    static const struct {
        uint32_t entry;
        uint16_t flags;
        const char *name;
    } files[] = {{1, 1, "$MFTMirr"}, {3, 1, "$Volume"}, {5, 3, "."}, {11, 3, "$Extend"}};
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 10, 6);
    bn_name(&r, BN_ROOT, "$MFT", 3, 10);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, v->mft, v->cluster, (uint64_t)bn_records(v) * BN_RECORD,
                    (uint64_t)bn_records(v) * BN_RECORD);
    bn_put(v, 0, &r);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        bn_begin(&r, (uint16_t)files[i].entry, files[i].flags, 0);
        bn_standard(&r, 10, 6);
        bn_name(&r, BN_ROOT, files[i].name, 3, 10);
        if (files[i].entry == 3)
            bn_resident(&r, 0x60, "", "L\0a\0b\0e\0l\0", 10);
        bn_put(v, files[i].entry, &r);
    }
}

void bn_init(struct bn_volume *v, size_t size, uint32_t cluster, const struct bn_run *mft)
{
    static const struct bn_run usual[] = {{4, 16}, {0, 0}};

    *v = (struct bn_volume){.size = size, .cluster = cluster};
    v->bytes = must(calloc(1, size));
    for (size_t i = 0; i < 8; i++) {
        v->mft[i] = (mft ? mft : usual)[i];
        if (v->mft[i].len == 0)
            break;
    }
    v->mirror_lcn = size / cluster - 16;
    put_boot(v);
    put_metadata(v);
}

void bn_free(struct bn_volume *v)
{
    free(v->bytes);
    *v = (struct bn_volume){0};
}
