/* Values and their data: resident, in one cell, in pieces (big data). */
#include "regf_inner.h"

#include <string.h>

#define RESIDENT 0x80000000U
#define VK_LATIN1 0x0001

void ac_hive_values(struct ac_hive *h, const struct ac_hive_key *key, struct ac_hive_values *ret)
{
    struct ac_view v;

    *ret = (struct ac_hive_values){.n = 0};
    if (key->values == 0 || (key->flags & AC_HIVE_KEY_PREDEFINED))
        return;
    if (!ac_hive_cell(h, key->value_list, key->offset + 4 + 40, "list of values", &v))
        return;
    ret->list = v;
    ret->n = key->values;
    if (key->values > v.n / 4) {
        ac_hive_tell(h, AC_CORRUPT, key->offset + 4 + 36,
                     "a key states %u values, the cell of their list holds %zu", key->values,
                     v.n / 4);
        ret->n = (uint32_t)(v.n / 4);
    }
}

size_t ac_hive_parse_value(struct ac_view c, uint32_t cell, struct ac_hive_value *ret)
{
    struct ac_hive_value v = {.cell = cell, .offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK};
    size_t stated = ac_le16(c.p + 2), name = stated;
    uint32_t size = ac_le32(c.p + 4);

    v.resident = (size & RESIDENT) != 0;
    v.size = size & ~RESIDENT;
    v.data = ac_le32(c.p + 8);
    v.resident_p = (struct ac_view){c.p + 8, 4, c.base + 8};
    v.type = ac_le32(c.p + 12);
    v.latin1 = (ac_le16(c.p + 16) & VK_LATIN1) != 0;
    if (name > c.n - AC_HIVE_VK_SIZE)
        name = c.n - AC_HIVE_VK_SIZE;
    v.name = (struct ac_view){c.p + AC_HIVE_VK_SIZE, name, c.base + AC_HIVE_VK_SIZE};
    *ret = v;
    return stated;
}

static bool value_at(struct ac_hive *h, uint32_t cell, uint64_t from, struct ac_hive_value *ret)
{
    struct ac_hive_value v;
    struct ac_view c;
    size_t name;

    if (!ac_hive_cell(h, cell, from, "value", &c))
        return false;
    if (c.n < AC_HIVE_VK_SIZE || memcmp(c.p, "vk", 2) != 0) {
        ac_hive_tell(h, AC_CORRUPT, (uint64_t)cell + AC_HIVE_BASE_BLOCK,
                     "there should be a value in this cell");
        return false;
    }
    name = ac_hive_parse_value(c, cell, &v);
    if (name > v.name.n)
        ac_hive_tell(h, AC_CORRUPT, v.offset + 4 + 2,
                     "a value states a name of %zu bytes, its cell has %zu", name, v.name.n);
    if (v.latin1 && ac_hive_looks_wide(v.name))
        ac_hive_tell(h, AC_CORRUPT, v.offset + 4 + 16,
                     "the name of a value is marked as 8-bit text, but looks like UTF-16");
    *ret = v;
    return h->rc == AC_OK;
}

bool ac_hive_next_value(struct ac_hive *h, struct ac_hive_values *at, struct ac_hive_value *ret)
{
    while (at->at < at->n && h->rc == AC_OK) {
        size_t i = (size_t)4 * at->at++;

        if (value_at(h, ac_le32(at->list.p + i), at->list.base + i, ret))
            return true;
    }
    return false;
}

/* Says that less data is there than the value states. */
static void tell_short(struct ac_hive *h, const struct ac_hive_value *v, size_t have)
{
    ac_hive_tell(h, AC_CORRUPT, v->offset + 4 + 4, "a value states %u bytes of data, %zu are there",
                 v->size, have);
}

/* What lies in the cell is a value's own: nothing in it is a record of the hive. */
static void mark_data(struct ac_hive *h, uint32_t cell)
{
    if (h->data && cell % 8 == 0 && cell / 64 < h->bytes.n / 64)
        h->data[cell / 64] |= (uint8_t)(1U << cell / 8 % 8);
}

static void big_data(struct ac_hive *h, struct ac_view db, size_t want, struct ac_buf *pieces)
{
    uint32_t n = ac_le16(db.p + 2);
    struct ac_view list, piece;

    mark_data(h, ac_le32(db.p + 4));
    if (!ac_hive_cell(h, ac_le32(db.p + 4), db.base + 4, "list of data segments", &list))
        return;
    for (size_t i = 0; i < n && i < list.n / 4 && pieces->n < want; i++) {
        size_t left = want - pieces->n, most = left < AC_HIVE_SEGMENT ? left : AC_HIVE_SEGMENT;

        mark_data(h, ac_le32(list.p + 4 * i));
        if (!ac_hive_cell(h, ac_le32(list.p + 4 * i), list.base + 4 * i, "data segment", &piece))
            return; /* what comes after a missing piece would stand in the wrong place */
        ac_buf_add(pieces, piece.p, piece.n < most ? piece.n : most);
        if (piece.n < most)
            return;
    }
}

/* Big data exists from format 1.4 on; a changed version number must not hide it. */
static bool is_big(struct ac_hive *h, const struct ac_hive_value *v, struct ac_view cell)
{
    if (v->size <= AC_HIVE_SEGMENT || cell.n >= v->size || cell.n < 8 ||
        memcmp(cell.p, "db", 2) != 0)
        return false;
    if (h->base.minor <= 3)
        ac_hive_tell(h, AC_CORRUPT, v->offset + 4 + 8,
                     "a value has its data in pieces, which format version 1.%u does not know",
                     h->base.minor);
    return true;
}

/* Data that somebody declared to be none is still there. */
static void tell_hidden(struct ac_hive *h, const struct ac_hive_value *v)
{
    uint64_t offset = (uint64_t)v->data + AC_HIVE_BASE_BLOCK;
    uint32_t size;

    if (v->resident || v->size > 0 || v->data % 8 != 0 || v->data == 0 || offset + 8 > h->bytes.n)
        return;
    size = 0U - ac_le32(h->bytes.p + offset);
    if (size >= 8 && size % 8 == 0 && size <= h->bytes.n - offset)
        ac_hive_tell(h, AC_CORRUPT, v->offset + 4 + 4,
                     "a value states no data, but leads to a cell of %u bytes", size - 4);
}

/* At most `want` bytes of data that does not stand in the value itself. */
static struct ac_view data_of_cell(struct ac_hive *h, const struct ac_hive_value *v, size_t want,
                                   struct ac_buf *pieces)
{
    struct ac_view cell, none = {v->resident_p.p, 0, v->resident_p.base};

    mark_data(h, v->data);
    if (!ac_hive_cell(h, v->data, v->offset + 4 + 8, "value's data", &cell))
        return none; /* told already; the value itself is there */
    if (is_big(h, v, cell)) {
        big_data(h, cell, want, pieces);
        if (pieces->failed)
            ac_hive_stop(h, AC_NOMEM);
        cell = (struct ac_view){(const uint8_t *)ac_buf_text(pieces), pieces->n, AC_NO_OFFSET};
    }
    if (cell.n < want)
        tell_short(h, v, cell.n);
    else
        cell.n = want;
    return cell;
}

bool ac_hive_data(struct ac_hive *h, const struct ac_hive_value *v, struct ac_buf *pieces,
                  struct ac_view *ret)
{
    size_t n = v->size;

    ac_buf_clear(pieces);
    if (v->resident || n == 0) {
        if (n > 4)
            tell_short(h, v, 4);
        tell_hidden(h, v);
        *ret = (struct ac_view){v->resident_p.p, n < 4 ? n : 4, v->resident_p.base};
        return h->rc == AC_OK;
    }
    if (n > AC_MAX_VALUE_DATA) {
        ac_hive_tell(h, AC_LIMIT, v->offset + 4 + 4,
                     "a value states %u bytes of data, at most %llu are read", v->size,
                     (unsigned long long)AC_MAX_VALUE_DATA);
        n = AC_MAX_VALUE_DATA;
    }
    *ret = data_of_cell(h, v, n, pieces);
    return ac_hive_spend(h, ret->n / 32); /* bytes cost too: values may share one large cell */
}

static void reach_big(struct ac_hive *h, const struct ac_hive_value *v, struct ac_view db)
{
    uint32_t n = ac_le16(db.p + 2);
    struct ac_view list, piece;

    mark_data(h, ac_le32(db.p + 4));
    if (!ac_hive_cell(h, ac_le32(db.p + 4), db.base + 4, "list of data segments", &list))
        return;
    for (size_t i = 0; i < n && i < list.n / 4 && i * AC_HIVE_SEGMENT < v->size; i++) {
        mark_data(h, ac_le32(list.p + 4 * i));
        if (!ac_hive_cell(h, ac_le32(list.p + 4 * i), list.base + 4 * i, "data segment", &piece))
            return;
    }
}

void ac_hive_reach_data(struct ac_hive *h, const struct ac_hive_value *v)
{
    struct ac_view cell;

    if (v->resident || v->size == 0) {
        if (v->size > 4)
            tell_short(h, v, 4);
        tell_hidden(h, v);
        return;
    }
    mark_data(h, v->data);
    if (!ac_hive_cell(h, v->data, v->offset + 4 + 8, "value's data", &cell))
        return;
    if (is_big(h, v, cell))
        reach_big(h, v, cell);
    else if (cell.n < v->size)
        tell_short(h, v, cell.n);
}

struct ac_view ac_hive_slack(struct ac_hive *h, const struct ac_hive_value *v)
{
    struct ac_view none = {h->bytes.p, 0, AC_NO_OFFSET}, cell;
    size_t from = ((size_t)v->size + 4 + 7) / 8 * 8 - 4; /* what rounding up leaves is noise */

    if (v->resident || v->size == 0 || v->size > AC_HIVE_SEGMENT || v->data == AC_HIVE_NONE ||
        !ac_hive_cell(h, v->data, v->offset + 4 + 8, "value's data", &cell) || cell.n <= from)
        return none;
    for (size_t i = from; i < cell.n; i++) {
        if (cell.p[i] != 0)
            return (struct ac_view){cell.p + v->size, cell.n - v->size, cell.base + v->size};
    }
    return none;
}
