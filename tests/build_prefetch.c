#include "build_prefetch.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#define INFO 84 /* file information, after the header */

static uint32_t metrics_at(const struct fx_prefetch *p)
{
    if (p->metrics_at)
        return p->metrics_at;
    return p->version == 17 ? 0x98 : p->version == 23 ? 0xF0 : p->version == 26 ? 0x130 : 0x128;
}

static size_t count_files(const struct fx_prefetch *p)
{
    size_t n = 0;

    while (p->files && p->files[n])
        n++;
    return n;
}

static size_t utf16_chars(const char *utf8)
{
    struct ac_buf b = {0};
    size_t n;

    fx_utf16(&b, utf8);
    n = b.n / 2;
    ac_buf_free(&b);
    return n;
}

static void header(struct ac_buf *out, const struct fx_prefetch *p)
{
    fx_le32(out, p->version);
    fx_le32(out, 0x41434353); /* SCCA */
    fx_le32(out, p->version < 23 ? 0x0F : 0x11);
    fx_le32(out, 0); /* file size, later */
    fx_utf16(out, p->program);
    if (out->n > 16 + 58) /* names are cut at 29 characters */
        out->n = 16 + 58;
    fx_pad_to(out, 76);
    fx_le32(out, p->hash);
    fx_pad_to(out, INFO);
}

static void run_data(struct ac_buf *out, const struct fx_prefetch *p)
{
    uint32_t first = p->version == 17 ? 120 : 128;
    uint32_t count = p->version == 17                              ? 144
                     : p->version == 23                            ? 152
                     : p->version >= 30 && metrics_at(p) == 0x128U ? 200
                                                                   : 208;

    for (unsigned i = 0; i < (p->version < 26 ? 1U : 8U); i++) {
        if (p->run_times[i])
            fx_put_le64(out, first + i * 8, fx_time(p->run_times[i]));
    }
    fx_put_le32(out, count, p->run_count);
}

/* Metrics, trace chains and the strings they point to. */
static void files(struct ac_buf *out, const struct fx_prefetch *p)
{
    size_t n = count_files(p), offset = 0;

    fx_put_le32(out, INFO, (uint32_t)out->n);
    fx_put_le32(out, INFO + 4, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        fx_le32(out, (uint32_t)i);
        fx_le32(out, 1);
        if (p->version != 17)
            fx_le32(out, 1);
        fx_le32(out, (uint32_t)offset);
        fx_le32(out, (uint32_t)utf16_chars(p->files[i]));
        fx_le32(out, 2);
        if (p->version != 17)
            fx_le64(out, 0);
        offset += 2 * (utf16_chars(p->files[i]) + 1);
    }
    fx_put_le32(out, INFO + 8, (uint32_t)out->n);
    fx_put_le32(out, INFO + 12, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        if (p->version < 30)
            fx_le32(out, UINT32_MAX);
        fx_le32(out, 1);
        fx_le32(out, 0x00010102);
    }
    fx_put_le32(out, INFO + 16, (uint32_t)out->n);
    fx_put_le32(out, INFO + 20, (uint32_t)offset);
    for (size_t i = 0; i < n; i++)
        fx_utf16z(out, p->files[i]);
    fx_align(out, 8);
}

static void volume_data(struct ac_buf *out, const struct fx_prefetch *p, size_t start,
                        size_t entry_bytes)
{
    for (size_t i = 0; i < p->n_volumes; i++) {
        size_t entry = start + i * entry_bytes;
        const struct fx_prefetch_volume *v = &p->volumes[i];

        fx_put_le32(out, entry, (uint32_t)(out->n - start));
        fx_put_le32(out, entry + 4, (uint32_t)utf16_chars(v->device));
        fx_put_le64(out, entry + 8, fx_time(v->created));
        fx_put_le32(out, entry + 16, v->serial);
        fx_utf16z(out, v->device);
        fx_align(out, 8);
        fx_put_le32(out, entry + 20, (uint32_t)(out->n - start));
        fx_put_le32(out, entry + 24, 16);
        fx_le32(out, p->version == 17 ? 1 : 3); /* file references: none */
        fx_le32(out, 0);
        fx_le64(out, 0);
        fx_put_le32(out, entry + 28, (uint32_t)(out->n - start));
        fx_put_le32(out, entry + 32, 0);
    }
}

static void volumes(struct ac_buf *out, const struct fx_prefetch *p)
{
    size_t start = out->n, entry_bytes = p->version == 17 ? 40 : p->version < 30 ? 104 : 96;

    fx_put_le32(out, INFO + 24, (uint32_t)start);
    fx_put_le32(out, INFO + 28, (uint32_t)p->n_volumes);
    fx_zero(out, p->n_volumes * entry_bytes);
    volume_data(out, p, start, entry_bytes);
    fx_put_le32(out, INFO + 32, (uint32_t)(out->n - start));
}

void fx_prefetch(struct ac_buf *out, const struct fx_prefetch *p)
{
    struct ac_buf b = {0};

    header(&b, p);
    fx_pad_to(&b, metrics_at(p));
    run_data(&b, p);
    files(&b, p);
    volumes(&b, p);
    fx_put_le32(&b, 12, (uint32_t)b.n);
    ac_buf_add(out, b.p, b.n);
    ac_buf_free(&b);
}

/* ---- compression */

/* The bit writer of [MS-XCA]: two words are always reserved ahead of the bytes. */
struct writer {
    struct ac_buf *out;
    size_t first, second; /* places of the reserved words */
    unsigned word, left;
};

static void begin_bits(struct writer *w)
{
    w->first = w->out->n;
    w->second = w->first + 2;
    w->word = 0;
    w->left = 16;
    fx_zero(w->out, 4);
}

static void put_bits(struct writer *w, unsigned value, unsigned n)
{
    if (n > w->left) {
        unsigned rest = n - w->left;

        fx_put_le16(w->out, w->first, (w->word << w->left | value >> rest) & 0xFFFF);
        w->first = w->second;
        w->second = w->out->n;
        fx_zero(w->out, 2);
        w->left = 16 - rest;
        w->word = value & ((1U << rest) - 1);
        return;
    }
    w->word = w->word << n | value;
    w->left -= n;
}

static void end_bits(struct writer *w)
{
    fx_put_le16(w->out, w->first, w->word << w->left & 0xFFFF);
}

static void put_match(struct writer *w, size_t length, size_t distance)
{
    unsigned bits = 0;
    size_t n = length - 3;

    while (distance >> (bits + 1))
        bits++;
    put_bits(w, (unsigned)(256 + bits * 16 + (n < 15 ? n : 15)), 9);
    if (n >= 15 + 255) {
        fx_u8(w->out, 255);
        fx_le16(w->out, (unsigned)n);
    } else if (n >= 15) {
        fx_u8(w->out, (unsigned)(n - 15));
    }
    put_bits(w, (unsigned)(distance - ((size_t)1 << bits)), bits);
}

static size_t match_length(struct ac_view v, size_t from, size_t at, size_t end)
{
    size_t n = 0;

    while (at + n < end && v.p[from + n] == v.p[at + n])
        n++;
    return n;
}

void fx_xpress_huffman(struct ac_buf *out, struct ac_view plain)
{
    size_t *last = calloc(65536, sizeof(*last)); /* place + 1 of the last pair of these bytes */
    struct writer w = {.out = out};

    if (!last)
        abort();
    for (size_t at = 0, end = 0; at < plain.n;) {
        size_t n = 0, from;

        if (at == end) {
            if (at > 0)
                end_bits(&w);
            end = plain.n - at < 65536 ? plain.n : at + 65536;
            for (int i = 0; i < 256; i++)
                fx_u8(out, 0x99);
            begin_bits(&w);
        }
        if (at + 2 <= plain.n) {
            size_t *slot = &last[ac_le16(plain.p + at)];

            from = *slot;
            *slot = at + 1;
            if (from > 0 && at + 1 - from < 65536)
                n = match_length(plain, from - 1, at, end);
            if (n >= 3)
                put_match(&w, n, at + 1 - from);
        }
        if (n < 3)
            put_bits(&w, plain.p[at], 9);
        at += n < 3 ? 1 : n;
        if (at == plain.n)
            end_bits(&w);
    }
    free(last);
}

void fx_mam(struct ac_buf *out, struct ac_view plain, bool checksum)
{
    struct ac_buf b = {0};

    ac_buf_add(&b, "MAM", 3);
    fx_u8(&b, checksum ? 0x84 : 0x04);
    fx_le32(&b, (uint32_t)plain.n);
    if (checksum)
        fx_le32(&b, 0);
    fx_xpress_huffman(&b, plain);
    if (checksum)
        fx_put_le32(&b, 8, libdeflate_crc32(0, b.p, b.n));
    ac_buf_add(out, b.p, b.n);
    ac_buf_free(&b);
}
