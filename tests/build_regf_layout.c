/* Laying out a hive: base block, hive bins, cells. */
#include "build_regf_inner.h"

#include <stdlib.h>
#include <string.h>

#define BASE 4096
#define NONE 0xFFFFFFFFU
#define SEGMENT 16344 /* bytes of a piece of big data */
#define LEAF_MAX 507  /* entries of an lf or lh leaf that fit into a page */

struct layout {
    struct fx_hive *hive;
    struct ac_buf *out;
    size_t bin, used; /* file offset of the bin being filled; first free byte */
    size_t security;  /* file offset of the one security cell */
};

static uint32_t reference(size_t at)
{
    return (uint32_t)(at - BASE);
}

/* The rest of the bin becomes one free cell. */
static void close_bin(struct layout *l)
{
    if (l->used < l->out->n)
        fx_put_le32(l->out, l->used, (uint32_t)(l->out->n - l->used));
}

static void open_bin(struct layout *l, size_t room)
{
    size_t size = (room + 32 + 4095) / 4096 * 4096;

    close_bin(l);
    l->bin = l->out->n;
    ac_buf_addz(l->out, "hbin");
    fx_le32(l->out, reference(l->bin));
    fx_le32(l->out, (uint32_t)size);
    fx_le64(l->out, 0);
    fx_le64(l->out, l->bin == BASE ? l->hive->options.ticks : 0);
    fx_le32(l->out, 0);
    l->used = l->out->n;
    fx_zero(l->out, size - 32);
}

/* A cell for n bytes, zeroed; returns its file offset. */
static size_t cell(struct layout *l, size_t n)
{
    size_t size = (n + 4 + 7) / 8 * 8, at;

    if (l->used + size > l->out->n)
        open_bin(l, size);
    at = l->used;
    l->used += size;
    fx_put_le32(l->out, at, 0U - (uint32_t)size);
    return at;
}

static void fill(struct layout *l, size_t at, const void *bytes, size_t n)
{
    if (at + n > l->out->n)
        abort();
    if (n > 0)
        memcpy(l->out->p + at, bytes, n);
}

static size_t data_cell(struct layout *l, const void *bytes, size_t n)
{
    size_t at = cell(l, n);

    fill(l, at + 4, bytes, n);
    return at;
}

/* Everyone may do everything: owner and group are the administrators. */
static void security_cell(struct layout *l)
{
    static const uint8_t descriptor[] = {
        1,  0, 0x04, 0x80,                                /* revision, self-relative with DACL */
        48, 0, 0,    0,    64,   0, 0,    0, 0,  0, 0, 0, /* owner, group, no SACL */
        20, 0, 0,    0,                                   /* DACL */
        2,  0, 28,   0,    1,    0, 0,    0,              /* one entry */
        0,  2, 20,   0,    0x3F, 0, 0x0F, 0, /* allow, inherited by subkeys, KEY_ALL_ACCESS */
        1,  1, 0,    0,    0,    0, 0,    1, 0,  0, 0, 0,              /* S-1-1-0 */
        1,  2, 0,    0,    0,    0, 0,    5, 32, 0, 0, 0, 32, 2, 0, 0, /* S-1-5-32-544 */
        1,  2, 0,    0,    0,    0, 0,    5, 32, 0, 0, 0, 32, 2, 0, 0,
    };
    size_t at = cell(l, 20 + sizeof(descriptor));

    l->security = at;
    fill(l, at + 4, "sk", 2);
    fx_put_le32(l->out, at + 4 + 4, reference(at));
    fx_put_le32(l->out, at + 4 + 8, reference(at));
    fx_put_le32(l->out, at + 4 + 12, (uint32_t)fx_hive_keys(l->hive));
    fx_put_le32(l->out, at + 4 + 16, sizeof(descriptor));
    fill(l, at + 4 + 20, descriptor, sizeof(descriptor));
}

static size_t big_data(struct layout *l, const struct ac_buf *data)
{
    size_t n = (data->n + SEGMENT - 1) / SEGMENT;
    size_t db = cell(l, 8), list = cell(l, 4 * n);

    fill(l, db + 4, "db", 2);
    fx_put_le16(l->out, db + 4 + 2, (unsigned)n);
    fx_put_le32(l->out, db + 4 + 4, reference(list));
    for (size_t i = 0; i < n; i++) {
        size_t left = data->n - i * SEGMENT;
        size_t at = data_cell(l, data->p + i * SEGMENT, left < SEGMENT ? left : SEGMENT);

        fx_put_le32(l->out, list + 4 + 4 * i, reference(at));
    }
    return db;
}

static void value_cell(struct layout *l, struct fx_value *v)
{
    size_t at = cell(l, 20 + v->name.bytes.n), n = v->data.n;

    v->at = at;
    v->data_at = 0;
    fill(l, at + 4, "vk", 2);
    fx_put_le16(l->out, at + 4 + 2, (unsigned)v->name.bytes.n);
    fx_put_le32(l->out, at + 4 + 4, (uint32_t)n | (n <= 4 ? 0x80000000U : 0));
    fx_put_le32(l->out, at + 4 + 12, v->type);
    /* the unnamed value has the flag clear, as Windows writes it */
    fx_put_le16(l->out, at + 4 + 16, v->name.latin1 && v->name.bytes.n > 0);
    fill(l, at + 4 + 20, v->name.bytes.p, v->name.bytes.n);
    if (n <= 4) {
        fill(l, at + 4 + 8, v->data.p, n);
        return;
    }
    if (n > SEGMENT && l->hive->options.minor > 3)
        v->data_at = big_data(l, &v->data);
    else
        v->data_at = data_cell(l, v->data.p, n);
    fx_put_le32(l->out, at + 4 + 8, reference(v->data_at));
}

static uint32_t name_hash(const struct fx_name *name)
{
    uint32_t h = 0;

    for (size_t i = 0; i < fx_name_chars(name); i++)
        h = 37 * h + fx_name_upper(name, i);
    return h;
}

/* The first four characters; zeros if one is no 8-bit character. */
static uint32_t name_hint(const struct fx_name *name)
{
    uint8_t hint[4] = {0};

    for (size_t i = 0; i < 4 && i < fx_name_chars(name); i++) {
        const uint8_t *p = (const uint8_t *)name->bytes.p;
        unsigned c = name->latin1 ? p[i] : ac_le16(p + 2 * i);

        if (c > 0xFF)
            return 0;
        hint[i] = (uint8_t)c;
    }
    return ac_le32(hint);
}

static size_t leaf(struct layout *l, struct fx_key *const *keys, size_t n)
{
    const struct fx_hive_options *o = &l->hive->options;
    enum fx_list kind = o->list != FX_LIST_AUTO ? o->list : o->minor > 4 ? FX_LIST_LH : FX_LIST_LF;
    size_t step = kind == FX_LIST_LI ? 4 : 8, at = cell(l, 4 + step * n);

    fill(l, at + 4, kind == FX_LIST_LI ? "li" : kind == FX_LIST_LF ? "lf" : "lh", 2);
    fx_put_le16(l->out, at + 4 + 2, (unsigned)n);
    for (size_t i = 0; i < n; i++) {
        size_t entry = at + 4 + 4 + step * i;

        fx_put_le32(l->out, entry, reference(keys[i]->at));
        if (step == 8)
            fx_put_le32(l->out, entry + 4,
                        kind == FX_LIST_LH ? name_hash(&keys[i]->name) : name_hint(&keys[i]->name));
    }
    return at;
}

static size_t subkey_list(struct layout *l, const struct fx_key *k)
{
    size_t max = l->hive->options.leaf_max ? l->hive->options.leaf_max : LEAF_MAX;
    size_t leaves = (k->n + max - 1) / max, at;

    if (leaves <= 1)
        return leaf(l, k->subkeys, k->n);
    at = cell(l, 4 + 4 * leaves);
    fill(l, at + 4, "ri", 2);
    fx_put_le16(l->out, at + 4 + 2, (unsigned)leaves);
    for (size_t i = 0; i < leaves; i++) {
        size_t left = k->n - i * max;
        size_t one = leaf(l, k->subkeys + i * max, left < max ? left : max);

        fx_put_le32(l->out, at + 4 + 4 + 4 * i, reference(one));
    }
    return at;
}

static int by_name(const void *a, const void *b)
{
    const struct fx_key *const *x = a, *const *y = b;

    return fx_name_compare(&(*x)->name, &(*y)->name);
}

/* The longest name of subkeys, the longest name and the most data of values, in bytes. */
static void put_maxima(struct layout *l, const struct fx_key *k)
{
    size_t names = 0, value_names = 0, data = 0;

    for (size_t i = 0; i < k->n; i++) {
        size_t n = 2 * fx_name_chars(&k->subkeys[i]->name);

        names = n > names ? n : names;
    }
    for (size_t i = 0; i < k->values_n; i++) {
        size_t n = 2 * fx_name_chars(&k->values[i].name);

        value_names = n > value_names ? n : value_names;
        data = k->values[i].data.n > data ? k->values[i].data.n : data;
    }
    fx_put_le16(l->out, k->at + 4 + 52, (unsigned)names);
    fx_put_le32(l->out, k->at + 4 + 60, (uint32_t)value_names);
    fx_put_le32(l->out, k->at + 4 + 64, (uint32_t)data);
}

static void key_cell(struct layout *l, struct fx_key *k, const struct fx_key *parent)
{
    size_t at = cell(l, 76 + k->name.bytes.n);
    unsigned flags = (k->name.latin1 ? 0x20U : 0U) | (parent ? 0U : 0x0CU);

    k->at = at;
    fill(l, at + 4, "nk", 2);
    fx_put_le16(l->out, at + 4 + 2, flags);
    fx_put_le64(l->out, at + 4 + 4, k->ticks ? k->ticks : l->hive->options.ticks);
    fx_put_le32(l->out, at + 4 + 16, parent ? reference(parent->at) : NONE);
    fx_put_le32(l->out, at + 4 + 20, (uint32_t)k->n);
    fx_put_le32(l->out, at + 4 + 28, NONE);
    fx_put_le32(l->out, at + 4 + 32, NONE);
    fx_put_le32(l->out, at + 4 + 36, (uint32_t)k->values_n);
    fx_put_le32(l->out, at + 4 + 40, NONE);
    fx_put_le32(l->out, at + 4 + 48, NONE);
    fx_put_le16(l->out, at + 4 + 72, (unsigned)k->name.bytes.n);
    fill(l, at + 4 + 76, k->name.bytes.p, k->name.bytes.n);
    put_maxima(l, k);
}

/* All but the key's own cell: values, then the cells of all subkeys and their list, then what lies
 * below each: a hive that is cut off keeps whole branches, as real ones do. */
static void key_tree(struct layout *l, struct fx_key *k)
{
    k->list_at = k->values_at = 0;
    fx_put_le32(l->out, k->at + 4 + 44, reference(l->security));
    if (k->values_n > 0) {
        k->values_at = cell(l, 4 * k->values_n);
        fx_put_le32(l->out, k->at + 4 + 40, reference(k->values_at));
    }
    for (size_t i = 0; i < k->values_n; i++) {
        value_cell(l, &k->values[i]);
        fx_put_le32(l->out, k->values_at + 4 + 4 * i, reference(k->values[i].at));
    }
    if (k->n == 0)
        return;
    qsort(k->subkeys, k->n, sizeof(struct fx_key *), by_name);
    for (size_t i = 0; i < k->n; i++)
        key_cell(l, k->subkeys[i], k);
    k->list_at = subkey_list(l, k);
    fx_put_le32(l->out, k->at + 4 + 28, reference(k->list_at));
    for (size_t i = 0; i < k->n; i++)
        key_tree(l, k->subkeys[i]);
}

/* The last 31 characters of the name, as the field keeps the end of a long path. */
static void put_file_name(struct ac_buf *out, const char *name)
{
    struct ac_buf b = {0};
    size_t n;

    fx_utf16(&b, name);
    n = b.n > 62 ? 62 : b.n;
    if (n > 0)
        memcpy(out->p + 48, b.p + (b.n - n), n);
    ac_buf_free(&b);
}

void fx_hive_checksum(struct ac_buf *file)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < 508; i += 4)
        sum ^= ac_le32((const uint8_t *)file->p + i);
    fx_put_le32(file, 508, sum == 0xFFFFFFFFU ? 0xFFFFFFFEU : sum == 0 ? 1 : sum);
}

void fx_hive_build(struct fx_hive *h, struct ac_buf *out)
{
    struct layout l = {.hive = h, .out = out};
    const struct fx_hive_options *o = &h->options;

    fx_zero(out, BASE);
    l.used = out->n;
    key_cell(&l, &h->root, NULL);
    security_cell(&l);
    key_tree(&l, &h->root);
    close_bin(&l);
    memcpy(out->p, "regf", 4);
    fx_put_le32(out, 4, o->primary);
    fx_put_le32(out, 8, o->secondary);
    fx_put_le64(out, 12, o->ticks);
    fx_put_le32(out, 20, 1);
    fx_put_le32(out, 24, o->minor);
    fx_put_le32(out, 32, 1);
    fx_put_le32(out, 36, reference(h->root.at));
    fx_put_le32(out, 40, (uint32_t)(out->n - BASE));
    fx_put_le32(out, 44, 1);
    put_file_name(out, o->file_name);
    fx_hive_checksum(out);
    if (out->failed)
        abort();
}
