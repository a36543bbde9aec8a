#include "base/set.h"

#include "base/alloc.h"

#include <string.h>

struct ac_set_item {
    char *key; /* NULL: free */
    size_t n;
    uint32_t hash;
    uint64_t number;
};

static uint32_t hash_of(struct ac_str key)
{
    uint32_t h = 2166136261U;

    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 16777619U;
    return h;
}

/* The item of key, or the free one where it belongs. The table always has a free item. */
static struct ac_set_item *slot(struct ac_set_item *items, size_t cap, struct ac_str key,
                                uint32_t hash)
{
    size_t i = hash & (cap - 1);

    while (items[i].key && (items[i].hash != hash || items[i].n != key.n ||
                            memcmp(items[i].key, key.p, key.n) != 0))
        i = (i + 1) & (cap - 1);
    return &items[i];
}

static enum ac_rc enlarge(struct ac_set *s)
{
    size_t cap = s->cap ? s->cap * 2 : 64;
    struct ac_set_item *items = ac_calloc(cap, sizeof(*items));

    if (!items)
        return AC_NOMEM;
    for (size_t i = 0; i < s->cap; i++) {
        const struct ac_set_item *old = &s->items[i];

        if (old->key)
            *slot(items, cap, (struct ac_str){old->key, old->n}, old->hash) = *old;
    }
    ac_free(s->items);
    s->items = items;
    s->cap = cap;
    return AC_OK;
}

enum ac_rc ac_set_put(struct ac_set *s, struct ac_str key, uint64_t number)
{
    uint32_t hash = hash_of(key);
    struct ac_set_item *item;

    if (s->n * 4 >= s->cap * 3 && enlarge(s) != AC_OK)
        return AC_NOMEM;
    item = slot(s->items, s->cap, key, hash);
    if (!item->key) {
        item->key = ac_malloc(key.n + 1);
        if (!item->key)
            return AC_NOMEM;
        memcpy(item->key, key.p, key.n);
        item->key[key.n] = '\0';
        item->n = key.n;
        item->hash = hash;
        s->n++;
    }
    item->number = number;
    return AC_OK;
}

bool ac_set_get(const struct ac_set *s, struct ac_str key, uint64_t *ret)
{
    const struct ac_set_item *item = s->cap ? slot(s->items, s->cap, key, hash_of(key)) : NULL;

    if (!item || !item->key)
        return false;
    if (ret)
        *ret = item->number;
    return true;
}

bool ac_set_has(const struct ac_set *s, struct ac_str key)
{
    return ac_set_get(s, key, NULL);
}

void ac_set_free(struct ac_set *s)
{
    for (size_t i = 0; i < s->cap; i++)
        ac_free(s->items[i].key);
    ac_free(s->items);
    *s = (struct ac_set){0};
}
