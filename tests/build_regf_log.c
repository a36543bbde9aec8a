#include "build_regf_log.h"

#include <stdlib.h>
#include <string.h>

#define BASE 4096
#define SECTOR 512
#define PAGE 4096
#define NONE 0xFFFFFFFFU
#define SEGMENT 16344

static const uint8_t *bytes(const struct ac_buf *b)
{
    return (const uint8_t *)b->p;
}

static uint32_t word(const struct ac_buf *b, size_t at)
{
    return ac_le32(bytes(b) + at);
}

/* ---- hashes */

static uint32_t turn(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

uint64_t fx_marvin32(const void *p, size_t n)
{
    struct ac_buf padded = {0};
    uint32_t a = 0x7A4E55C5, b = 0x82EF4D88;

    ac_buf_add(&padded, p, n);
    fx_u8(&padded, 0x80);
    fx_align(&padded, 4);
    fx_le32(&padded, 0);
    for (size_t i = 0; i < padded.n; i += 4) {
        a += word(&padded, i);
        b ^= a;
        a = turn(a, 20);
        a += b;
        b = turn(b, 9);
        b ^= a;
        a = turn(a, 27);
        a += b;
        b = turn(b, 19);
    }
    ac_buf_free(&padded);
    return (uint64_t)b << 32 | a;
}

void fx_log_rehash(struct ac_buf *log, size_t at)
{
    uint32_t size = word(log, at + 4);

    fx_put_le64(log, at + 24, fx_marvin32(log->p + at + 40, size - 40));
    fx_put_le64(log, at + 32, fx_marvin32(log->p + at, 32));
}

void fx_hive_dirty(struct ac_buf *file, uint32_t primary)
{
    fx_put_le32(file, 4, primary);
    fx_put_le32(file, 8, primary - 1);
    fx_hive_checksum(file);
}

/* ---- logs */

/* Is this page of `after` missing in `before`, or another? */
static bool changed(struct ac_view before, struct ac_view after, size_t at, size_t n)
{
    return at + n > before.n || memcmp(before.p + at, after.p + at, n) != 0;
}

static void base_block(struct ac_view of, uint32_t type, uint32_t sequence, uint32_t bins,
                       struct ac_buf *out)
{
    ac_buf_add(out, of.p, SECTOR);
    fx_put_le32(out, 4, sequence);
    fx_put_le32(out, 8, sequence);
    fx_put_le32(out, 28, type);
    fx_put_le32(out, 40, bins);
    fx_hive_checksum(out);
}

static void entry(struct ac_view after, const size_t *pages, size_t n, uint32_t sequence,
                  struct ac_buf *out)
{
    size_t at = out->n;

    ac_buf_addz(out, "HvLE");
    fx_le32(out, 0);
    fx_le32(out, 0);
    fx_le32(out, sequence);
    fx_le32(out, (uint32_t)(after.n - BASE));
    fx_le32(out, (uint32_t)n);
    fx_zero(out, 16);
    for (size_t i = 0; i < n; i++) {
        fx_le32(out, (uint32_t)(pages[i] - BASE));
        fx_le32(out, PAGE);
    }
    for (size_t i = 0; i < n; i++)
        ac_buf_add(out, after.p + pages[i], PAGE);
    fx_align(out, SECTOR);
    fx_put_le32(out, at + 4, (uint32_t)(out->n - at));
    fx_log_rehash(out, at);
}

uint32_t fx_log_new(struct ac_view before, struct ac_view after, const struct fx_log *how,
                    struct ac_buf *out)
{
    size_t *pages = calloc(after.n / PAGE + 1, sizeof(*pages)), n = 0, seen = 0, done = 0;
    uint32_t entries = how->entries ? how->entries : 1;

    if (!pages)
        abort();
    for (size_t at = BASE; at + PAGE <= after.n; at += PAGE) {
        if (changed(before, after, at, PAGE) && seen++ >= how->first_page &&
            (how->pages == 0 || n < how->pages))
            pages[n++] = at;
    }
    base_block(before, 6, how->sequence, (uint32_t)(before.n - BASE), out);
    for (uint32_t i = 0; i < entries; i++) {
        size_t some = (n - done) / (entries - i);

        entry(after, pages + done, some, how->sequence + i, out);
        done += some;
    }
    free(pages);
    return (uint32_t)n;
}

uint32_t fx_log_old(struct ac_view before, struct ac_view after, const struct fx_log *how,
                    struct ac_buf *out)
{
    uint32_t n = 0;

    base_block(after, 1, how->sequence, (uint32_t)(after.n - BASE), out);
    ac_buf_addz(out, "DIRT");
    for (size_t at = BASE; at < after.n; at += PAGE) /* eight sectors, tracked together */
        fx_u8(out, changed(before, after, at, PAGE) ? 0xFF : 0);
    fx_align(out, SECTOR);
    for (size_t at = BASE; at < after.n; at += PAGE) {
        if (changed(before, after, at, PAGE)) {
            ac_buf_add(out, after.p + at, PAGE);
            n++;
        }
    }
    return n;
}

/* ---- deleting */

static size_t place(uint32_t reference)
{
    return (size_t)reference + BASE;
}

/* Free cells of the bin at `bin` that lie side by side become one. */
static void join_free(struct ac_buf *file, size_t bin)
{
    size_t end = bin + word(file, bin + 8), at = bin + 32, last = 0;

    while (at + 4 <= end) {
        uint32_t stored = word(file, at), size = stored < 0x80000000U ? stored : 0U - stored;

        if (size < 8)
            abort();
        if (stored < 0x80000000U && last != 0)
            fx_put_le32(file, last, word(file, last) + size);
        else
            last = stored < 0x80000000U ? at : 0;
        at += size;
    }
}

void fx_free_cell(struct ac_buf *file, size_t at, bool join)
{
    size_t bin = at / PAGE * PAGE;

    fx_put_le32(file, at, 0U - word(file, at));
    while (memcmp(file->p + bin, "hbin", 4) != 0)
        bin -= PAGE;
    if (join)
        join_free(file, bin);
}

static void free_data(struct ac_buf *file, size_t value_at)
{
    uint32_t size = word(file, value_at + 8);
    size_t data = place(word(file, value_at + 12)), list;

    if (size & 0x80000000U || size == 0)
        return;
    if (size > SEGMENT && memcmp(file->p + data + 4, "db", 2) == 0) {
        list = place(word(file, data + 8));
        for (unsigned i = 0; i < ac_le16(bytes(file) + data + 6); i++)
            fx_free_cell(file, place(word(file, list + 4 + 4 * i)), true);
        fx_free_cell(file, list, true);
    }
    fx_free_cell(file, data, true);
}

void fx_delete_value(struct ac_buf *file, size_t key_at, size_t value_at)
{
    uint32_t n = word(file, key_at + 4 + 36);
    size_t list = place(word(file, key_at + 4 + 40)), i = 0;

    while (i < n && place(word(file, list + 4 + 4 * i)) != value_at)
        i++;
    if (i == n)
        abort();
    for (; i + 1 < n; i++)
        fx_put_le32(file, list + 4 + 4 * i, word(file, list + 4 + 4 * (i + 1)));
    fx_put_le32(file, key_at + 4 + 36, n - 1);
    if (n == 1) {
        fx_put_le32(file, key_at + 4 + 40, NONE);
        fx_free_cell(file, list, true);
    }
    free_data(file, value_at);
    fx_free_cell(file, value_at, true);
}

/* Takes the key out of a leaf; false: it is not in it. */
static bool leave_leaf(struct ac_buf *file, size_t leaf, size_t key_at)
{
    unsigned n = ac_le16(bytes(file) + leaf + 6);
    size_t step = memcmp(file->p + leaf + 4, "li", 2) == 0 ? 4 : 8;

    for (unsigned i = 0; i < n; i++) {
        size_t at = leaf + 8 + step * i;

        if (place(word(file, at)) != key_at)
            continue;
        memmove(file->p + at, file->p + at + step, step * (n - i - 1));
        fx_put_le16(file, leaf + 6, n - 1);
        return true;
    }
    return false;
}

static void leave_parent(struct ac_buf *file, size_t key_at)
{
    size_t parent = place(word(file, key_at + 4 + 16));
    size_t list = place(word(file, parent + 4 + 28));
    uint32_t n = word(file, parent + 4 + 20);

    if (memcmp(file->p + list + 4, "ri", 2) == 0) {
        for (unsigned i = 0; i < ac_le16(bytes(file) + list + 6); i++) {
            if (leave_leaf(file, place(word(file, list + 8 + 4 * i)), key_at))
                break;
        }
    } else {
        leave_leaf(file, list, key_at);
    }
    fx_put_le32(file, parent + 4 + 20, n - 1);
    if (n == 1) {
        fx_put_le32(file, parent + 4 + 28, NONE);
        fx_free_cell(file, list, true);
    }
}

void fx_delete_key(struct ac_buf *file, size_t key_at)
{
    /* Windows lets a program delete keys without subkeys only: the deepest go first */
    while (word(file, key_at + 4 + 20) > 0) {
        size_t list = place(word(file, key_at + 4 + 28));

        if (memcmp(file->p + list + 4, "ri", 2) == 0)
            list = place(word(file, list + 8));
        fx_delete_key(file, place(word(file, list + 8)));
    }
    leave_parent(file, key_at);
    /* the values go with the key: their list keeps leading to them */
    for (uint32_t i = 0, n = word(file, key_at + 4 + 36); i < n; i++) {
        size_t value = place(word(file, place(word(file, key_at + 4 + 40)) + 4 + 4 * i));

        free_data(file, value);
        fx_free_cell(file, value, true);
        if (i + 1 == n)
            fx_free_cell(file, place(word(file, key_at + 4 + 40)), true);
    }
    fx_free_cell(file, key_at, true);
}

void fx_change_data(struct ac_buf *file, size_t value_at, const void *data, size_t n, size_t spare)
{
    size_t at = place(word(file, value_at + 12)), room = (0U - word(file, at)) - 4;

    if (n > room) {
        free_data(file, value_at);
        at = spare;
        fx_put_le32(file, value_at + 12, (uint32_t)(at - BASE));
    }
    fx_put_le32(file, value_at + 8, (uint32_t)n);
    memcpy(file->p + at + 4, data, n);
}
