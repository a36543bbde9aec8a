#include "build_ese.h"

#include <string.h>

#define SMALL_PAGE 4096
#define CATALOG 4 /* its page, always */
#define SHADOW 24 /* of its copy, likewise */
#define PIECE 1000

#define ROOT 0x1U
#define LEAF 0x2U
#define LONG_VALUES 0x80U
#define NEW_FORMAT 0x2800U

static size_t page_bytes = FX_ESE_PAGE;

struct page {
    struct ac_buf data, tags;
};

static void add_value(struct page *p, const struct ac_buf *value)
{
    fx_le16(&p->tags, (unsigned)value->n); /* real databases have the size first */
    fx_le16(&p->tags, (unsigned)p->data.n);
    ac_buf_add(&p->data, value->p, value->n);
}

/* A leaf entry: size of its key, key, data. Big-endian keys keep their order. */
static void add_entry(struct page *p, const void *key, size_t n_key, const struct ac_buf *data)
{
    struct ac_buf value = {0};

    fx_le16(&value, (unsigned)n_key);
    ac_buf_add(&value, key, n_key);
    ac_buf_add(&value, data->p, data->n);
    add_value(p, &value);
    ac_buf_free(&value);
}

static void begin_page(struct page *p)
{
    struct ac_buf root = {0};

    *p = (struct page){0};
    fx_le32(&root, 1); /* initial pages */
    fx_le32(&root, 1); /* parent */
    fx_le32(&root, 0); /* one extent */
    fx_le32(&root, 0); /* no space tree */
    add_value(p, &root);
    ac_buf_free(&root);
}

/* Writes the page: header, values, and the tags from its end backwards. */
static void end_page(struct ac_buf *out, struct page *p, uint32_t number, uint32_t object,
                     uint32_t flags)
{
    size_t begin = (size_t)(number + 1) * page_bytes, n = p->tags.n / 4;
    size_t header = page_bytes == SMALL_PAGE ? 40 : 80;

    fx_pad_to(out, begin);
    fx_zero(out, 24);
    fx_le32(out, object);
    fx_le16(out, (unsigned)(page_bytes - header - p->data.n - p->tags.n));
    fx_le16(out, 0);
    fx_le16(out, (unsigned)p->data.n);
    fx_le16(out, (unsigned)n);
    fx_le32(out, flags | NEW_FORMAT);
    if (header == 80) {
        fx_zero(out, 24);
        fx_le64(out, number);
        fx_zero(out, 8);
    }
    ac_buf_add(out, p->data.p, p->data.n);
    fx_pad_to(out, begin + page_bytes);
    for (size_t i = 0; i < n; i++)
        fx_put_le32(out, begin + page_bytes - 4 * (i + 1),
                    ac_le32((const uint8_t *)p->tags.p + 4 * i));
    ac_buf_free(&p->data);
    ac_buf_free(&p->tags);
}

/* ---- catalog */

struct definition {
    uint32_t object, type, id, column_or_page, space, flags, locale;
    const char *name;
};

static void define(struct page *p, const struct definition *d)
{
    struct ac_buf row = {0}, key = {0};

    fx_u8(&row, 8);   /* last column of fixed size: RootFlag */
    fx_u8(&row, 128); /* last of variable size: Name */
    fx_le16(&row, 4 + 27 + 1);
    fx_le32(&row, d->object);
    fx_le16(&row, d->type);
    fx_le32(&row, d->id);
    fx_le32(&row, d->column_or_page);
    fx_le32(&row, d->space);
    fx_le32(&row, d->flags);
    fx_le32(&row, d->locale);
    fx_u8(&row, 0xFF); /* root flag */
    fx_u8(&row, 0);    /* none is null */
    fx_le16(&row, (unsigned)strlen(d->name));
    ac_buf_addz(&row, d->name);
    for (int i = 3; i >= 0; i--)
        fx_u8(&key, d->object >> 8 * i);
    fx_u8(&key, d->type);
    for (int i = 3; i >= 0; i--)
        fx_u8(&key, d->id >> 8 * i);
    add_entry(p, key.p, key.n, &row);
    ac_buf_free(&row);
    ac_buf_free(&key);
}

/* The catalog describes itself as well; a reader needs the columns of the other tables only. */
static void catalog(struct ac_buf *out, const struct fx_ese_table *tables, size_t n,
                    uint32_t number)
{
    struct page p;

    begin_page(&p);
    define(&p, &(struct definition){2, 1, 2, CATALOG, 20, 0xC0000000, 20, "MSysObjects"});
    define(&p, &(struct definition){2, 2, 1, 4, 4, 1, 1252, "ObjidTable"});
    for (size_t i = 0; i < n; i++) {
        uint32_t object = 10 + (uint32_t)i, page = CATALOG + 1 + 2 * (uint32_t)i;

        define(&p, &(struct definition){object, 1, object, page, 80, 0, 1, tables[i].name});
        define(&p, &(struct definition){object, 2, 1, 16, 16, 1, 1252, "Id"});
        define(&p, &(struct definition){object, 2, 256, 11, 0, 2, 1252, "Blob"});
        define(&p, &(struct definition){object, 4, object + 20, page + 1, 80, 0, 1, "LV"});
    }
    end_page(out, &p, number, number == CATALOG ? 2 : 3, ROOT | LEAF);
}

/* ---- rows */

static void big_endian(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * (3 - i));
}

static void long_value(struct page *p, uint32_t id, struct ac_view blob)
{
    uint8_t key[8];
    struct ac_buf data = {0};

    big_endian(key, id);
    fx_le32(&data, 1); /* one reference */
    fx_le32(&data, (uint32_t)blob.n);
    add_entry(p, key, 4, &data);
    for (size_t at = 0; at < blob.n; at += PIECE) {
        ac_buf_clear(&data);
        ac_buf_add(&data, blob.p + at, blob.n - at < PIECE ? blob.n - at : PIECE);
        big_endian(key + 4, (uint32_t)at);
        add_entry(p, key, 8, &data);
    }
    ac_buf_free(&data);
}

static void table(struct ac_buf *out, const struct fx_ese_table *t, uint32_t index)
{
    struct page rows, values;
    uint32_t number = CATALOG + 1 + 2 * index;

    begin_page(&rows);
    begin_page(&values);
    for (size_t i = 0; i < t->n; i++) {
        struct ac_buf row = {0};
        uint8_t key[17] = {0x7F};

        fx_u8(&row, 1);
        fx_u8(&row, 127);
        fx_le16(&row, 4 + 16 + 1);
        ac_buf_add(&row, t->rows[i].id, 16);
        fx_u8(&row, 0xFE);
        fx_le16(&row, 256);
        /* large pages always have flags before the value, small ones say so */
        fx_le16(&row, page_bytes == SMALL_PAGE ? 0x4004 : 4);
        fx_u8(&row, t->rows[i].apart ? 5 : 1);
        if (t->rows[i].apart) {
            fx_le32(&row, (uint32_t)i + 1);
            long_value(&values, (uint32_t)i + 1, t->rows[i].blob);
        } else {
            ac_buf_add(&row, t->rows[i].blob.p, t->rows[i].blob.n);
        }
        memcpy(key + 1, t->rows[i].id, 16);
        add_entry(&rows, key, sizeof(key), &row);
        ac_buf_free(&row);
    }
    end_page(out, &rows, number, 10 + index, ROOT | LEAF);
    end_page(out, &values, number + 1, 30 + index, ROOT | LEAF | LONG_VALUES);
}

static void header(struct ac_buf *out, bool clean)
{
    uint32_t sum = 0x89ABCDEF;
    size_t begin = out->n;

    fx_zero(out, page_bytes);
    fx_put_le32(out, begin + 4, 0x89ABCDEF);
    fx_put_le32(out, begin + 8, 0x620);
    fx_put_le32(out, begin + 52, clean ? 3 : 2);
    fx_put_le32(out, begin + 232, 0x14);
    fx_put_le32(out, begin + 236, (uint32_t)page_bytes);
    fx_put_le32(out, begin + 340, 0x620);
    fx_put_le32(out, begin + 344, 0x14);
    for (size_t at = 4; at < page_bytes; at += 4)
        sum ^= ac_le32((const uint8_t *)out->p + begin + at);
    fx_put_le32(out, begin, sum);
}

void fx_ese(struct ac_buf *out, const struct fx_ese_table *tables, size_t n, bool clean)
{
    header(out, clean);
    header(out, clean); /* its shadow */
    catalog(out, tables, n, CATALOG);
    for (size_t i = 0; i < n; i++)
        table(out, &tables[i], (uint32_t)i);
    catalog(out, tables, n, SHADOW);
}

void fx_ese_small(struct ac_buf *out, const struct fx_ese_table *tables, size_t n)
{
    page_bytes = SMALL_PAGE;
    fx_ese(out, tables, n, true);
    page_bytes = FX_ESE_PAGE;
}

/* ---- tables of any columns */

static void raw_catalog(struct ac_buf *out, const struct fx_ese_raw *tables, size_t n,
                        uint32_t number)
{
    struct page p;

    begin_page(&p);
    define(&p, &(struct definition){2, 1, 2, CATALOG, 20, 0xC0000000, 20, "MSysObjects"});
    for (size_t i = 0; i < n; i++) {
        uint32_t object = 10 + (uint32_t)i;

        define(&p, &(struct definition){object, 1, object, FX_ESE_FIRST + (uint32_t)i, 80, 0, 1,
                                        tables[i].name});
        for (size_t k = 0; k < tables[i].n_columns; k++) {
            const struct fx_ese_column *c = &tables[i].columns[k];

            define(&p, &(struct definition){object, 2, c->id, c->type, c->bytes, 1, 1252, c->name});
        }
    }
    end_page(out, &p, number, number == CATALOG ? 2 : 3, ROOT | LEAF);
}

void fx_ese_raw(struct ac_buf *out, const struct fx_ese_raw *tables, size_t n, bool clean)
{
    header(out, clean);
    header(out, clean);
    raw_catalog(out, tables, n, CATALOG);
    for (size_t i = 0; i < n; i++) {
        struct page p;

        begin_page(&p);
        for (size_t k = 0; k < tables[i].n; k++) {
            uint8_t key[4];
            size_t at = p.data.n;

            big_endian(key, (uint32_t)k + 1);
            add_entry(&p, key, sizeof(key), &tables[i].rows[k]);
            if (k >= tables[i].first_deleted &&
                page_bytes != SMALL_PAGE) /* flags of an entry: the upper bits of its first
                                                 number in large pages; 2 is deleted */
                fx_put_le16(&p.data, at, 4 | 2 << 13);
        }
        end_page(out, &p, FX_ESE_FIRST + (uint32_t)i, 10 + (uint32_t)i, ROOT | LEAF);
    }
    raw_catalog(out, tables, n, SHADOW);
}

void fx_ese_raw_small(struct ac_buf *out, const struct fx_ese_raw *tables, size_t n)
{
    page_bytes = SMALL_PAGE;
    fx_ese_raw(out, tables, n, true);
    page_bytes = FX_ESE_PAGE;
}
