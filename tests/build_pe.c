#include "build_pe.h"

#include <string.h>

#define COFF 0x80
#define HEADERS 0x400
#define TEXT_RVA 0x1000
#define DATA_RVA 0x2000
#define TEXT_BYTES 0x200

static void section(struct ac_buf *b, const char *name, uint32_t rva, uint32_t size, uint32_t at,
                    uint32_t flags)
{
    size_t start = b->n;

    ac_buf_addz(b, name);
    fx_pad_to(b, start + 8);
    fx_le32(b, size);
    fx_le32(b, rva);
    fx_le32(b, size);
    fx_le32(b, at);
    fx_zero(b, 12);
    fx_le32(b, flags);
}

/* The export directory and all it points to, at DATA_RVA. */
static void exports(struct ac_buf *d, const struct fx_pe *p)
{
    uint32_t n = 0, functions, names, ordinals;

    while (p->exports && p->exports[n])
        n++;
    functions = DATA_RVA + 40;
    names = functions + 4 * n;
    ordinals = names + 4 * n;
    fx_zero(d, 40 + 10 * n);
    fx_put_le32(d, 4, p->timestamp);
    fx_put_le32(d, 12, DATA_RVA + (uint32_t)d->n);
    fx_put_le32(d, 16, 1); /* ordinal base */
    fx_put_le32(d, 20, n);
    fx_put_le32(d, 24, n);
    fx_put_le32(d, 28, functions);
    fx_put_le32(d, 32, names);
    fx_put_le32(d, 36, ordinals);
    ac_buf_add(d, p->export_name, strlen(p->export_name) + 1);
    for (uint32_t i = 0; i < n; i++) {
        fx_put_le32(d, functions - DATA_RVA + 4 * i, TEXT_RVA + 16 * (i + 1));
        fx_put_le32(d, names - DATA_RVA + 4 * i, DATA_RVA + (uint32_t)d->n);
        fx_put_le16(d, ordinals - DATA_RVA + 2 * i, i);
        ac_buf_add(d, p->exports[i], strlen(p->exports[i]) + 1);
    }
}

static void optional_header(struct ac_buf *b, const struct fx_pe *p, uint32_t data_bytes)
{
    size_t start = b->n, directories = start + (p->amd64 ? 112 : 96);

    fx_le16(b, p->amd64 ? 0x20B : 0x10B);
    fx_pad_to(b, directories + 16 * 8);
    fx_put_le32(b, start + 4, TEXT_BYTES);
    fx_put_le32(b, start + 8, data_bytes);
    fx_put_le32(b, start + 16, TEXT_RVA); /* entry point */
    fx_put_le32(b, start + 20, TEXT_RVA);
    if (p->amd64)
        fx_put_le64(b, start + 24, p->dll ? 0x180000000 : 0x140000000);
    else
        fx_put_le32(b, start + 28, p->dll ? 0x10000000 : 0x400000);
    fx_put_le32(b, start + 32, 0x1000); /* section and file alignment */
    fx_put_le32(b, start + 36, 0x200);
    fx_put_le16(b, start + 40, 6); /* operating system and subsystem version */
    fx_put_le16(b, start + 48, 6);
    fx_put_le32(b, start + 56, DATA_RVA + (data_bytes + 0xFFF) / 0x1000 * 0x1000);
    fx_put_le32(b, start + 60, HEADERS);
    fx_put_le16(b, start + 68, p->console ? 3 : 2);
    fx_put_le32(b, directories - 4, 16);
    if (p->export_name) {
        fx_put_le32(b, directories, DATA_RVA);
        fx_put_le32(b, directories + 4, data_bytes);
    }
}

static void headers(struct ac_buf *b, const struct fx_pe *p, uint32_t data_bytes)
{
    ac_buf_add(b, "MZ", 2);
    fx_pad_to(b, COFF);
    fx_put_le32(b, 0x3C, COFF);
    ac_buf_add(b, "PE\0", 4);
    fx_le16(b, p->amd64 ? 0x8664 : 0x14C);
    fx_le16(b, 2);
    fx_le32(b, p->timestamp);
    fx_zero(b, 8);
    fx_le16(b, p->amd64 ? 240 : 224);
    fx_le16(b, 0x0002U | (p->amd64 ? 0x20U : 0x100U) | (p->dll ? 0x2000U : 0));
    optional_header(b, p, data_bytes);
    section(b, ".text", TEXT_RVA, TEXT_BYTES, HEADERS, 0x60000020);
    section(b, ".rdata", DATA_RVA, data_bytes, HEADERS + TEXT_BYTES, 0x40000040);
    fx_pad_to(b, HEADERS);
}

static void certificate(struct ac_buf *b, const struct fx_pe *p)
{
    size_t directories = COFF + 24 + (p->amd64 ? 112 : 96);

    fx_align(b, 8);
    fx_put_le32(b, directories + 4 * 8, (uint32_t)b->n);
    fx_put_le32(b, directories + 4 * 8 + 4, (uint32_t)p->certificate);
    fx_le32(b, (uint32_t)p->certificate);
    fx_le16(b, 0x200); /* revision 2, PKCS #7 */
    fx_le16(b, 2);
    fx_zero(b, p->certificate > 8 ? p->certificate - 8 : 0);
}

void fx_pe(struct ac_buf *out, const struct fx_pe *p)
{
    struct ac_buf b = {0}, data = {0};

    if (p->export_name)
        exports(&data, p);
    else
        fx_le32(&data, 0);
    fx_align(&data, 0x200);
    headers(&b, p, (uint32_t)data.n);
    fx_u8(&b, 0xC3); /* ret */
    while (b.n < HEADERS + TEXT_BYTES)
        fx_u8(&b, 0xCC);
    ac_buf_add(&b, data.p, data.n);
    if (p->size > b.n + p->certificate + 8)
        fx_pad_to(&b, p->size - p->certificate);
    if (p->certificate)
        certificate(&b, p);
    ac_buf_add(out, b.p, b.n);
    ac_buf_free(&b);
    ac_buf_free(&data);
}
