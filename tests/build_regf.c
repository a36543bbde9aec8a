#include "build_regf.h"

#include "base/alloc.h"
#include "build_regf_inner.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_TICKS UINT64_C(132539328000000000) /* 2021-01-01T00:00:00Z */

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static void grow(void **items, size_t *cap, size_t need, size_t size)
{
    if (ac_grow(items, cap, need, size) != 0)
        abort();
}

/* 8-bit when every character is below U+0100, as Windows stores names. */
static void set_name(struct fx_name *ret, struct ac_str name)
{
    ret->latin1 = true;
    for (size_t i = 0; i < name.n;)
        ret->latin1 = ac_utf8_next(name, &i) < 0x100 && ret->latin1;
    for (size_t i = 0; i < name.n;) {
        unsigned c = ac_utf8_next(name, &i);

        if (ret->latin1) {
            fx_u8(&ret->bytes, c);
        } else if (c < 0x10000) {
            fx_le16(&ret->bytes, c);
        } else {
            fx_le16(&ret->bytes, 0xD800 + ((c - 0x10000) >> 10));
            fx_le16(&ret->bytes, 0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
}

size_t fx_name_chars(const struct fx_name *n)
{
    return n->latin1 ? n->bytes.n : n->bytes.n / 2;
}

unsigned fx_name_upper(const struct fx_name *n, size_t i)
{
    const uint8_t *p = (const uint8_t *)n->bytes.p;

    return ac_fold_char(n->latin1 ? p[i] : ac_le16(p + 2 * i));
}

int fx_name_compare(const struct fx_name *a, const struct fx_name *b)
{
    size_t na = fx_name_chars(a), nb = fx_name_chars(b);

    for (size_t i = 0; i < na && i < nb; i++) {
        unsigned x = fx_name_upper(a, i), y = fx_name_upper(b, i);

        if (x != y)
            return x < y ? -1 : 1;
    }
    return na == nb ? 0 : na < nb ? -1 : 1;
}

struct fx_hive *fx_hive_new(const char *root_name)
{
    struct fx_hive *h = must(ac_calloc(1, sizeof(*h)));

    h->options = (struct fx_hive_options){
        .minor = 5, .primary = 1, .secondary = 1, .ticks = DEFAULT_TICKS, .file_name = ""};
    set_name(&h->root.name, ac_str_of(root_name));
    return h;
}

static void free_key(struct fx_key *k)
{
    for (size_t i = 0; i < k->n; i++) {
        free_key(k->subkeys[i]);
        ac_free(k->subkeys[i]);
    }
    for (size_t i = 0; i < k->values_n; i++) {
        ac_buf_free(&k->values[i].name.bytes);
        ac_buf_free(&k->values[i].data);
    }
    ac_free(k->subkeys);
    ac_free(k->values);
    ac_buf_free(&k->name.bytes);
}

void fx_hive_free(struct fx_hive *h)
{
    if (!h)
        return;
    free_key(&h->root);
    ac_free(h);
}

struct fx_hive_options *fx_hive_options(struct fx_hive *h)
{
    return &h->options;
}

struct fx_key *fx_hive_root(struct fx_hive *h)
{
    return &h->root;
}

static struct fx_key *add_key(struct fx_key *parent)
{
    struct fx_key *k = must(ac_calloc(1, sizeof(*k)));

    grow((void **)&parent->subkeys, &parent->cap, parent->n + 1, sizeof(struct fx_key *));
    parent->subkeys[parent->n++] = k;
    return k;
}

static struct fx_key *subkey(struct fx_key *parent, struct ac_str name, bool make)
{
    struct fx_name wanted = {0};
    struct fx_key *k = NULL;

    set_name(&wanted, name);
    for (size_t i = 0; i < parent->n && !k; i++) {
        if (fx_name_compare(&parent->subkeys[i]->name, &wanted) == 0)
            k = parent->subkeys[i];
    }
    if (k || !make) {
        ac_buf_free(&wanted.bytes);
        return k;
    }
    k = add_key(parent);
    k->name = wanted;
    return k;
}

static struct fx_key *descend(struct fx_hive *h, const char *path, bool make)
{
    struct fx_key *k = &h->root;

    while (*path && k) {
        size_t n = strcspn(path, "\\");

        k = subkey(k, (struct ac_str){path, n}, make);
        path += n;
        path += *path == '\\';
    }
    return k;
}

struct fx_key *fx_hive_key(struct fx_hive *h, const char *path, uint64_t ticks)
{
    struct fx_key *k = descend(h, path, true);

    if (ticks != 0)
        k->ticks = ticks;
    return k;
}

struct fx_key *fx_key_raw(struct fx_key *parent, const void *utf16, size_t n, uint64_t ticks)
{
    struct fx_key *k = add_key(parent);

    ac_buf_add(&k->name.bytes, utf16, n);
    k->ticks = ticks;
    return k;
}

static struct fx_value *add_value(struct fx_key *k, uint32_t type, const void *data, size_t n)
{
    struct fx_value *v;

    grow((void **)&k->values, &k->values_cap, k->values_n + 1, sizeof(*k->values));
    v = &k->values[k->values_n++];
    *v = (struct fx_value){.type = type};
    ac_buf_add(&v->data, data, n);
    return v;
}

void fx_key_value(struct fx_key *k, const char *name, uint32_t type, const void *data, size_t n)
{
    set_name(&add_value(k, type, data, n)->name, ac_str_of(name));
}

void fx_key_value_raw(struct fx_key *k, const void *utf16, size_t name_n, uint32_t type,
                      const void *data, size_t n)
{
    ac_buf_add(&add_value(k, type, data, n)->name.bytes, utf16, name_n);
}

void fx_hive_value(struct fx_hive *h, const char *path, const char *name, uint32_t type,
                   const void *data, size_t n)
{
    fx_key_value(fx_hive_key(h, path, 0), name, type, data, n);
}

static void text_value(struct fx_hive *h, const char *path, const char *name, uint32_t type,
                       const char *text)
{
    struct ac_buf b = {0};

    fx_utf16z(&b, text);
    fx_hive_value(h, path, name, type, b.p, b.n);
    ac_buf_free(&b);
}

void fx_hive_sz(struct fx_hive *h, const char *path, const char *name, const char *text)
{
    text_value(h, path, name, FX_REG_SZ, text);
}

void fx_hive_expand_sz(struct fx_hive *h, const char *path, const char *name, const char *text)
{
    text_value(h, path, name, FX_REG_EXPAND_SZ, text);
}

void fx_hive_dword(struct fx_hive *h, const char *path, const char *name, uint32_t n)
{
    struct ac_buf b = {0};

    fx_le32(&b, n);
    fx_hive_value(h, path, name, FX_REG_DWORD, b.p, b.n);
    ac_buf_free(&b);
}

void fx_hive_qword(struct fx_hive *h, const char *path, const char *name, uint64_t n)
{
    struct ac_buf b = {0};

    fx_le64(&b, n);
    fx_hive_value(h, path, name, FX_REG_QWORD, b.p, b.n);
    ac_buf_free(&b);
}

void fx_hive_binary(struct fx_hive *h, const char *path, const char *name, const void *data,
                    size_t n)
{
    fx_hive_value(h, path, name, FX_REG_BINARY, data, n);
}

static const struct fx_value *find_value(struct fx_hive *h, const char *path, const char *name)
{
    struct fx_key *k = descend(h, path, false);
    struct fx_name wanted = {0};
    const struct fx_value *found = NULL;

    set_name(&wanted, ac_str_of(name));
    for (size_t i = 0; k && i < k->values_n && !found; i++) {
        if (fx_name_compare(&k->values[i].name, &wanted) == 0)
            found = &k->values[i];
    }
    ac_buf_free(&wanted.bytes);
    return found;
}

size_t fx_hive_key_at(struct fx_hive *h, const char *path)
{
    const struct fx_key *k = descend(h, path, false);

    return k ? k->at : 0;
}

size_t fx_hive_subkeys_at(struct fx_hive *h, const char *path)
{
    const struct fx_key *k = descend(h, path, false);

    return k ? k->list_at : 0;
}

size_t fx_hive_values_at(struct fx_hive *h, const char *path)
{
    const struct fx_key *k = descend(h, path, false);

    return k ? k->values_at : 0;
}

size_t fx_hive_value_at(struct fx_hive *h, const char *path, const char *name)
{
    const struct fx_value *v = find_value(h, path, name);

    return v ? v->at : 0;
}

size_t fx_hive_data_at(struct fx_hive *h, const char *path, const char *name)
{
    const struct fx_value *v = find_value(h, path, name);

    return v ? v->data_at : 0;
}

static size_t count(const struct fx_key *k, bool values)
{
    size_t n = values ? k->values_n : 1;

    for (size_t i = 0; i < k->n; i++)
        n += count(k->subkeys[i], values);
    return n;
}

size_t fx_hive_keys(const struct fx_hive *h)
{
    return count(&h->root, false);
}

size_t fx_hive_values(const struct fx_hive *h)
{
    return count(&h->root, true);
}
