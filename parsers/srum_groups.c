/* Rows of usage, added up. */
#include "srum_parts.h"

#include "base/alloc.h"

#include <string.h>

static struct ac_srum_group *new_group(struct ac_srum_groups *g, const struct ac_srum_row *row,
                                       struct ac_str key)
{
    struct ac_srum_group *ret;

    if (ac_grow((void **)&g->items, &g->cap, g->n + 1, sizeof(*g->items)) != 0 ||
        ac_set_put(&g->keys, key, g->n) != AC_OK)
        return NULL;
    ret = &g->items[g->n++];
    *ret = (struct ac_srum_group){.key = row->key, .offset = row->offset};
    return ret;
}

static void add_amount(struct ac_srum_group *to, unsigned i, int64_t amount, bool greatest)
{
    if (amount < 0)
        to->broken |= 1U << i;
    else if (greatest)
        to->amounts[i] = amount > to->amounts[i] ? amount : to->amounts[i];
    else if (__builtin_add_overflow(to->amounts[i], amount, &to->amounts[i]))
        to->broken |= 1U << i;
    to->has |= 1U << i;
}

enum ac_rc ac_srum_groups_add(struct ac_srum_groups *g, const struct ac_srum_row *row,
                              bool greatest)
{
    struct ac_str key = {(const char *)&row->key, sizeof(row->key)};
    struct ac_srum_group *to;
    uint64_t at;

    if (ac_set_get(&g->keys, key, &at)) {
        to = &g->items[at];
    } else if (g->n >= AC_MAX_USAGE) {
        g->dropped++;
        return AC_OK;
    } else {
        to = new_group(g, row, key);
        if (!to)
            return AC_NOMEM;
    }
    to->entries++;
    if (row->ticks && (!to->first || row->ticks < to->first))
        to->first = row->ticks;
    if (row->ticks > to->last)
        to->last = row->ticks;
    for (unsigned i = 0; i < AC_SRUM_AMOUNTS; i++) {
        if (row->has >> i & 1)
            add_amount(to, i, row->amounts[i], greatest);
    }
    return AC_OK;
}

void ac_srum_groups_free(struct ac_srum_groups *g)
{
    ac_free(g->items);
    ac_set_free(&g->keys);
}
