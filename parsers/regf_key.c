/* Key nodes, lists of subkeys, lookup by path. */
#include "regf_inner.h"

#include "base/text.h"

#include <string.h>

bool ac_hive_looks_wide(struct ac_view name)
{
    bool wide = name.n >= 2 && name.n % 2 == 0;

    for (size_t i = 0; wide && i < name.n; i += 2)
        wide = name.p[i] != 0 && name.p[i + 1] == 0;
    return wide;
}

size_t ac_hive_parse_key(struct ac_view v, uint32_t cell, struct ac_hive_key *ret)
{
    struct ac_hive_key k = {.cell = cell, .offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK};
    size_t stated = ac_le16(v.p + 72), name = stated;

    k.flags = ac_le16(v.p + 2);
    k.last_written.ticks = ac_le64(v.p + 4);
    k.parent = ac_le32(v.p + 16);
    k.subkeys = ac_le32(v.p + 20);
    k.subkey_list = ac_le32(v.p + 28);
    k.values = ac_le32(v.p + 36);
    k.value_list = ac_le32(v.p + 40);
    k.latin1 = (k.flags & AC_HIVE_KEY_LATIN1) != 0;
    if (name > v.n - AC_HIVE_NK_SIZE)
        name = v.n - AC_HIVE_NK_SIZE;
    k.name = (struct ac_view){v.p + AC_HIVE_NK_SIZE, name, v.base + AC_HIVE_NK_SIZE};
    *ret = k;
    return stated;
}

bool ac_hive_key_at(struct ac_hive *h, uint32_t cell, uint64_t from, struct ac_hive_key *ret)
{
    struct ac_hive_key k;
    struct ac_view v;
    size_t name;

    if (!ac_hive_cell(h, cell, from, "key", &v))
        return false;
    if (v.n < AC_HIVE_NK_SIZE || memcmp(v.p, "nk", 2) != 0) {
        ac_hive_tell(h, AC_CORRUPT, (uint64_t)cell + AC_HIVE_BASE_BLOCK,
                     "there should be a key in this cell");
        return false;
    }
    name = ac_hive_parse_key(v, cell, &k);
    if (name > k.name.n)
        ac_hive_tell(h, AC_CORRUPT, k.offset + 4 + 72,
                     "a key states a name of %zu bytes, its cell has %zu", name, k.name.n);
    if (k.latin1 && ac_hive_looks_wide(k.name))
        ac_hive_tell(h, AC_CORRUPT, k.offset + 4 + 2,
                     "the name of a key is marked as 8-bit text, but looks like UTF-16");
    *ret = k;
    return h->rc == AC_OK;
}

bool ac_hive_root(struct ac_hive *h, struct ac_hive_key *ret)
{
    return h->base.root != AC_HIVE_NONE && ac_hive_key_at(h, h->base.root, 36, ret);
}

/* Number of entries of a list: as stated, or what its cell can hold. */
static uint32_t list_count(struct ac_hive *h, struct ac_view list, unsigned step)
{
    uint32_t n = ac_le16(list.p + 2);
    size_t fits = (list.n - 4) / step;

    if (n <= fits)
        return n;
    ac_hive_tell(h, AC_CORRUPT, list.base + 2,
                 "a list of subkeys states %u entries, its cell holds %zu", n, fits);
    return (uint32_t)fits;
}

/* Bytes of an entry of the leaf in v, 0 if it is none. */
static unsigned leaf_step(struct ac_view v)
{
    if (memcmp(v.p, "lf", 2) == 0 || memcmp(v.p, "lh", 2) == 0)
        return 8;
    return memcmp(v.p, "li", 2) == 0 ? 4 : 0;
}

static void enter_leaf(struct ac_hive *h, struct ac_hive_subkeys *s, struct ac_view v)
{
    s->step = leaf_step(v);
    if (s->step == 0) {
        ac_hive_tell(h, AC_CORRUPT, v.base, "there should be a list of subkeys in this cell");
        return;
    }
    s->leaf = v;
    s->leaf_at = 0;
    s->leaf_n = list_count(h, v, s->step);
}

void ac_hive_subkeys(struct ac_hive *h, const struct ac_hive_key *key, struct ac_hive_subkeys *ret)
{
    struct ac_view v;

    *ret = (struct ac_hive_subkeys){
        .owner = key->cell, .owner_offset = key->offset, .stated = key->subkeys};
    if (key->subkeys == 0)
        return;
    if (!ac_hive_cell(h, key->subkey_list, key->offset + 4 + 28, "list of subkeys", &v)) {
        ret->done = true; /* that is told already */
        return;
    }
    if (memcmp(v.p, "ri", 2) == 0) {
        ret->index = v;
        ret->index_n = list_count(h, v, 4);
    } else {
        enter_leaf(h, ret, v);
    }
}

/* Moves on to the next leaf of the index; false at its end. */
static bool next_leaf(struct ac_hive *h, struct ac_hive_subkeys *s)
{
    struct ac_view v;

    while (s->index_at < s->index_n && h->rc == AC_OK) {
        size_t at = 4 + (size_t)4 * s->index_at++;

        if (!ac_hive_cell(h, ac_le32(s->index.p + at), s->index.base + at, "list of subkeys", &v))
            continue;
        s->leaf_n = s->leaf_at = 0;
        enter_leaf(h, s, v);
        if (s->leaf_n > 0)
            return true;
    }
    return false;
}

static void end_of_list(struct ac_hive *h, struct ac_hive_subkeys *s)
{
    if (!s->done && s->seen != s->stated)
        ac_hive_tell(h, AC_CORRUPT, s->owner_offset + 4 + 20,
                     "a key states %u subkeys, its list has %u", s->stated, s->seen);
    s->done = true;
}

bool ac_hive_next_subkey(struct ac_hive *h, struct ac_hive_subkeys *s, struct ac_hive_key *ret)
{
    while (h->rc == AC_OK) {
        size_t at;

        if (s->leaf_at >= s->leaf_n && !next_leaf(h, s)) {
            end_of_list(h, s);
            return false;
        }
        at = 4 + (size_t)s->step * s->leaf_at++;
        s->seen++;
        if (!ac_hive_key_at(h, ac_le32(s->leaf.p + at), s->leaf.base + at, ret))
            continue;
        if (ret->parent != s->owner)
            ac_hive_tell(h, AC_CORRUPT, ret->offset + 4 + 16,
                         "a key names another parent (0x%x) than the one that lists it (0x%x)",
                         ret->parent, s->owner);
        return h->rc == AC_OK;
    }
    return false;
}

void ac_hive_name(struct ac_view name, bool latin1, struct ac_buf *out, bool *ret_exact)
{
    if (!latin1) {
        ac_text_from_utf16(name, out, ret_exact);
        return;
    }
    ac_text_from_latin1(name, out);
    if (ret_exact && name.n > 0 && memchr(name.p, 0, name.n))
        *ret_exact = false;
}

/* Does the stored name equal plain text, case ignored? */
static bool name_is(struct ac_view name, bool latin1, struct ac_str text)
{
    size_t unit = latin1 ? 1 : 2, i = 0, at = 0;

    while (i + unit <= name.n && at < text.n) {
        unsigned have = latin1 ? name.p[i] : ac_le16(name.p + i);
        unsigned want = ac_utf8_next(text, &at);

        i += unit;
        if (want > 0xFFFF && !latin1 && i + 2 <= name.n) { /* a surrogate pair */
            if (have != 0xD800 + ((want - 0x10000) >> 10))
                return false;
            have = ac_le16(name.p + i);
            want = 0xDC00 + ((want - 0x10000) & 0x3FF);
            i += 2;
        }
        if (ac_fold_char(have) != ac_fold_char(want))
            return false;
    }
    return i == name.n && at == text.n;
}

static bool find_child(struct ac_hive *h, const struct ac_hive_key *of, struct ac_str name,
                       struct ac_hive_key *ret)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key k;

    ac_hive_subkeys(h, of, &list);
    while (ac_hive_next_subkey(h, &list, &k)) {
        if (name_is(k.name, k.latin1, name)) {
            *ret = k;
            return true;
        }
    }
    return false;
}

bool ac_hive_find(struct ac_hive *h, const struct ac_hive_key *from, const char *path,
                  struct ac_hive_key *ret, struct ac_buf *stored)
{
    size_t before = stored ? stored->n : 0;
    struct ac_hive_key k = *from;

    while (*path) {
        size_t n = strcspn(path, "\\");

        if (!find_child(h, &k, (struct ac_str){path, n}, &k)) {
            if (stored && stored->n > before) {
                stored->n = before;
                stored->p[before] = '\0';
            }
            return false;
        }
        if (stored) {
            if (stored->n > 0)
                ac_buf_addc(stored, '\\');
            ac_hive_name(k.name, k.latin1, stored, NULL);
        }
        path += n;
        path += *path == '\\';
    }
    *ret = k;
    return true;
}

bool ac_hive_find_value(struct ac_hive *h, const struct ac_hive_key *key, const char *name,
                        struct ac_hive_value *ret)
{
    struct ac_hive_values list;
    struct ac_hive_value v;

    ac_hive_values(h, key, &list);
    while (ac_hive_next_value(h, &list, &v)) {
        if (name_is(v.name, v.latin1, ac_str_of(name))) {
            *ret = v;
            return true;
        }
    }
    return false;
}
