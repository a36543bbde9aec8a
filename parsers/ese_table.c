/* Rows of a table and their values. */
#include "ese_inner.h"

#include "base/alloc.h"

#include <string.h>

#define FIXED_MOST 127
#define TAGGED 256 /* the first such column */

/* Flags before a tagged value. */
#define COMPRESSED 2U
#define APART 4U /* a long value */
#define MANY 8U

enum ac_rc ac_ese_table_open(struct ac_ese *e, const char *name, struct ac_ese_table **ret,
                             struct ac_err *err)
{
    const struct ac_ese_definition *d = NULL;
    struct ac_ese_table *t;
    enum ac_rc rc;

    for (size_t i = 0; i < e->n_definitions && !d; i++) {
        if (e->definitions[i].type == AC_ESE_TABLE &&
            ac_str_ieq(e->definitions[i].name, ac_str_of(name)))
            d = &e->definitions[i];
    }
    if (!d)
        return AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "the database has no table %s", name);
    t = ac_calloc(1, sizeof(*t));
    if (!t)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a table");
    t->e = e;
    t->object = d->object;
    rc = ac_ese_tree(e, d->page, &t->rows, err);
    if (rc != AC_OK && rc != AC_CORRUPT) {
        ac_ese_table_close(t);
        return rc;
    }
    *ret = t;
    return rc;
}

void ac_ese_table_close(struct ac_ese_table *t)
{
    if (!t)
        return;
    ac_free(t->rows.items);
    ac_free(t->long_values.items);
    ac_free(t);
}

size_t ac_ese_table_rows(const struct ac_ese_table *t)
{
    return t->rows.n;
}

uint64_t ac_ese_row_offset(const struct ac_ese_table *t, size_t i)
{
    return t->rows.items[i].data.base;
}

bool ac_ese_row_is_deleted(const struct ac_ese_table *t, size_t i)
{
    return t->rows.items[i].deleted;
}

/* ---- long values */

static enum ac_rc read_long_values(struct ac_ese_table *t, struct ac_err *err)
{
    const struct ac_ese *e = t->e;
    enum ac_rc rc = AC_OK;

    t->long_values_read = true;
    for (size_t i = 0; i < e->n_definitions && rc == AC_OK; i++) {
        if (e->definitions[i].type == AC_ESE_LONG_VALUES && e->definitions[i].object == t->object)
            rc = ac_ese_tree(e, e->definitions[i].page, &t->long_values, err);
    }
    return rc == AC_CORRUPT ? AC_OK
                            : rc; /* a piece that is missing is told where it is asked for */
}

/* The first entry whose key is not before `key`; trees are in the order of their keys. */
static size_t lower_bound(const struct ac_ese_entries *l, const uint8_t *key, size_t n)
{
    size_t low = 0, high = l->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct ac_ese_entry *e = &l->items[middle];
        int c = memcmp(e->key, key, e->n_key < n ? e->n_key : n);

        if (c < 0 || (c == 0 && e->n_key < n))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* `id` is stored backwards. Its entry has the whole size; pieces follow, with their places. */
static enum ac_rc long_value(struct ac_ese_table *t, struct ac_view id, size_t most,
                             struct ac_buf *out, struct ac_err *err)
{
    uint8_t key[AC_ESE_KEY];
    const struct ac_ese_entry *e;
    size_t n = id.n, i;
    uint32_t total;
    enum ac_rc rc = t->long_values_read ? AC_OK : read_long_values(t, err);

    if (rc != AC_OK)
        return rc;
    if (n != 4 && n != 8)
        return AC_FAIL(err, AC_CORRUPT, id.base, "the id of a long value is none");
    for (size_t k = 0; k < n; k++)
        key[k] = id.p[n - 1 - k];
    i = lower_bound(&t->long_values, key, n);
    e = i < t->long_values.n ? &t->long_values.items[i] : NULL;
    if (!e || e->n_key != n || memcmp(e->key, key, n) != 0 || e->data.n < 8)
        return AC_FAIL(err, AC_CORRUPT, id.base, "a long value is not there");
    total = ac_le32(e->data.p + 4);
    if (total > most)
        return AC_FAIL(err, AC_LIMIT, e->data.base, "a value is longer than values are read");
    while (out->n < total && ++i < t->long_values.n) {
        e = &t->long_values.items[i];
        if (e->n_key != n + 4 || memcmp(e->key, key, n) != 0 || big_endian(e->key + n) != out->n)
            break;
        ac_buf_add(out, e->data.p, e->data.n < total - out->n ? e->data.n : total - out->n);
    }
    if (out->failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a value");
    return out->n == total
               ? AC_OK
               : AC_FAIL(err, AC_CORRUPT, id.base, "pieces of a long value are missing");
}

/* ---- values */

static enum ac_rc copy(struct ac_view v, size_t most, struct ac_buf *out, struct ac_err *err)
{
    if (v.n > most)
        return AC_FAIL(err, AC_LIMIT, v.base, "a value is longer than values are read");
    ac_buf_add(out, v.p, v.n);
    return out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a value") : AC_OK;
}

/* Columns of fixed size stand one behind the other, then a bit for each that is null. */
static enum ac_rc fixed(struct ac_view row, const struct ac_ese_column *c, struct ac_view *ret)
{
    size_t nulls;

    if (row.n < 4 || c->id == 0 || row.p[0] < c->id)
        return AC_NOT_FOUND;
    nulls = (size_t)(row.p[0] + 7u) / 8;
    if (ac_le16(row.p + 2) < nulls || !ac_view_has(row, ac_le16(row.p + 2) - nulls, nulls) ||
        ac_view_cut(row, c->at, c->bytes, ret) != AC_OK)
        return AC_CORRUPT;
    if (row.p[ac_le16(row.p + 2) - nulls + (c->id - 1) / 8] >> (c->id - 1) % 8 & 1)
        return AC_NOT_FOUND;
    return AC_OK;
}

/* Where a row's tagged columns begin: behind the variable ones. */
static size_t tagged_at(struct ac_view row)
{
    size_t at = ac_le16(row.p + 2), n = row.p[1] > 127 ? row.p[1] - 127u : 0;

    if (n == 0 || !ac_view_has(row, at, n * 2))
        return n ? row.n : at;
    return at + n * 2 + (ac_le16(row.p + at + (n - 1) * 2) & 0x7FFFU);
}

/* Tagged columns: an array of ids and places, then the values, most with flags before them. */
static enum ac_rc tagged(const struct ac_ese_table *t, struct ac_view row, uint32_t id,
                         struct ac_view *ret, unsigned *ret_flags)
{
    unsigned mask = t->e->large ? 0x7FFF : 0x3FFF;
    struct ac_view v;
    size_t n, at, end;

    if (row.n < 4)
        return AC_CORRUPT;
    at = tagged_at(row);
    if (at > row.n)
        return AC_CORRUPT;
    v = (struct ac_view){row.p + at, row.n - at, row.base + at};
    if (v.n == 0)
        return AC_NOT_FOUND;
    if (v.n < 4)
        return AC_CORRUPT;
    n = (ac_le16(v.p + 2) & mask) / 4;
    for (size_t i = 0; i < n && ac_view_has(v, i * 4, 4); i++) {
        unsigned place = ac_le16(v.p + i * 4 + 2);

        if (ac_le16(v.p + i * 4) != id)
            continue;
        at = place & mask;
        end = i + 1 < n && ac_view_has(v, (i + 1) * 4, 4) ? ac_le16(v.p + i * 4 + 6) & mask : v.n;
        *ret_flags = 0;
        if (at >= v.n || end < at)
            return AC_NOT_FOUND;
        if (t->e->large || place & 0x4000)
            *ret_flags = v.p[at++];
        return ac_view_cut(v, at, end < at ? 0 : end - at, ret);
    }
    return AC_NOT_FOUND;
}

bool ac_ese_column_find(const struct ac_ese_table *t, const char *name, struct ac_ese_column *ret)
{
    const struct ac_ese_definition *found = NULL;

    for (size_t i = 0; i < t->e->n_definitions && !found; i++) {
        const struct ac_ese_definition *d = &t->e->definitions[i];

        if (d->type == AC_ESE_COLUMN && d->object == t->object &&
            ac_str_ieq(d->name, ac_str_of(name)))
            found = d;
    }
    if (!found)
        return false;
    *ret = (struct ac_ese_column){.id = found->id, .bytes = found->bytes, .at = 4};
    for (size_t i = 0; i < t->e->n_definitions; i++) {
        const struct ac_ese_definition *d = &t->e->definitions[i];

        if (d->type == AC_ESE_COLUMN && d->object == t->object && d->id < found->id)
            ret->at += d->bytes < 4096 ? d->bytes : 4096;
    }
    return true;
}

enum ac_rc ac_ese_column_value(struct ac_ese_table *t, size_t i, const struct ac_ese_column *c,
                               size_t most, struct ac_buf *out, struct ac_err *err)
{
    struct ac_view row = t->rows.items[i].data, value = {0};
    unsigned flags = 0;
    enum ac_rc rc;

    ac_buf_clear(out);
    if (!ac_budget_spend(t->e->budget, 1))
        return AC_FAIL(err, AC_LIMIT, row.base, "too many rows and columns");
    if (c->id <= FIXED_MOST) {
        rc = fixed(row, c, &value);
    } else if (c->id < TAGGED) {
        value = ac_ese_variable(row, c->id);
        rc = value.n ? AC_OK : AC_NOT_FOUND;
    } else {
        rc = tagged(t, row, c->id, &value, &flags);
    }
    if (rc == AC_NOT_FOUND)
        return rc;
    if (rc != AC_OK)
        return AC_FAIL(err, AC_CORRUPT, row.base, "a row of the database is damaged");
    if (flags & (COMPRESSED | MANY))
        return AC_FAIL(err, AC_UNSUPPORTED, value.base,
                       "compressed and multiple values of ESE databases are not read");
    return flags & APART ? long_value(t, value, most, out, err) : copy(value, most, out, err);
}

enum ac_rc ac_ese_value(struct ac_ese_table *t, size_t i, const char *column, size_t most,
                        struct ac_buf *out, struct ac_err *err)
{
    struct ac_ese_column c;

    ac_buf_clear(out);
    if (!ac_budget_spend(t->e->budget, t->e->n_definitions / 16))
        return AC_FAIL(err, AC_LIMIT, t->rows.items[i].data.base, "too many rows and columns");
    return ac_ese_column_find(t, column, &c) ? ac_ese_column_value(t, i, &c, most, out, err)
                                             : AC_NOT_FOUND;
}
