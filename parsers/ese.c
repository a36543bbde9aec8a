#include "ese_inner.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <inttypes.h>
#include <string.h>

#define SIGNATURE 0x89ABCDEFU
#define VERSION 0x620U
#define VISTA 0x0CU
#define WINDOWS_7 0x11U
#define STATE_AT 52
#define STATE_CLEAN 3
#define REVISION_AT 232
#define PAGE_BYTES_AT 236

#define HEADER_SMALL 40
#define HEADER_LARGE 80
#define TAGS_AT 34 /* in a page's header */
#define FLAGS_AT 36
#define ROOT 1U
#define LEAF 2U
#define EMPTY 8U

#define DEFUNCT 2U /* of a page tag */
#define COMMON_KEY 4U

#define MOST_DEPTH 16
#define CATALOG 4
#define CATALOG_COPY 24

bool ac_ese_is(struct ac_view bytes)
{
    uint32_t signature;

    return ac_rd_le32(bytes, 4, &signature) == AC_OK && signature == SIGNATURE;
}

bool ac_ese_is_clean(struct ac_view bytes)
{
    uint32_t state;

    return ac_rd_le32(bytes, STATE_AT, &state) == AC_OK && state == STATE_CLEAN;
}

/* ---- pages */

struct page {
    struct ac_view v;      /* the whole */
    struct ac_view values; /* behind its header */
    uint32_t flags;
    unsigned n_tags;
};

/* Page numbers count from the third page of the file: a header and its copy come first. */
static bool open_page(const struct ac_ese *e, uint32_t number, struct page *ret)
{
    size_t header = e->large ? HEADER_LARGE : HEADER_SMALL;

    if (number == 0 || number >= e->n_pages ||
        ac_view_cut(e->v, ((size_t)number + 1) * e->page_bytes, e->page_bytes, &ret->v) != AC_OK)
        return false;
    ret->v.base = ((uint64_t)number + 1) * e->page_bytes;
    ret->flags = ac_le32(ret->v.p + FLAGS_AT);
    ret->n_tags = ac_le16(ret->v.p + TAGS_AT) & 0x0FFFU;
    ret->values = (struct ac_view){ret->v.p + header, e->page_bytes - header, ret->v.base + header};
    return (size_t)ret->n_tags * 4 <= ret->values.n;
}

/* The value of tag i, and its flags; tags stand at the page's end, backwards. */
static bool tag_value(const struct ac_ese *e, const struct page *p, unsigned i, struct ac_view *ret,
                      unsigned *ret_flags)
{
    const uint8_t *tag = p->v.p + p->v.n - 4 * ((size_t)i + 1);
    unsigned mask = e->large ? 0x7FFF : 0x1FFF, at = ac_le16(tag + 2);

    if (!ac_view_has(p->values, at & mask, ac_le16(tag) & mask))
        return false;
    *ret = (struct ac_view){p->values.p + (at & mask), ac_le16(tag) & mask,
                            p->values.base + (at & mask)};
    *ret_flags = at >> 13;
    if (e->large) /* there they stand in the first number of the value */
        *ret_flags = ret->n >= 2 ? ac_le16(ret->p) >> 13 : 0;
    return true;
}

static void append(struct ac_ese_entry *entry, struct ac_view key)
{
    for (size_t i = 0; i < key.n && entry->n_key < AC_ESE_KEY; i++)
        entry->key[entry->n_key++] = key.p[i];
}

/* An entry: the number of bytes that its key has in common with the page's, its own key, data. */
static bool read_entry(struct ac_view value, unsigned flags, struct ac_view common,
                       struct ac_ese_entry *ret)
{
    struct ac_view key;
    size_t at = 0, n;

    *ret = (struct ac_ese_entry){.deleted = (flags & DEFUNCT) != 0};
    if (flags & COMMON_KEY) {
        if (value.n < 2)
            return false;
        n = ac_le16(value.p) & 0x1FFFU;
        append(ret, (struct ac_view){common.p, n < common.n ? n : common.n, 0});
        at = 2;
    }
    if (value.n < at + 2)
        return false;
    n = ac_le16(value.p + at) & 0x1FFFU;
    at += 2;
    if (ac_view_cut(value, at, n, &key) != AC_OK)
        return false;
    append(ret, key);
    at += n;
    ret->data = (struct ac_view){value.p + at, value.n - at, value.base + at};
    return true;
}

/* ---- trees */

struct walk {
    const struct ac_ese *e;
    struct ac_ese_entries *out;
    uint32_t pages_left; /* a tree has no more pages than the file */
    uint64_t bad_at;     /* the first place that makes no sense */
    bool bad;
    enum ac_rc rc;
};

static void note(struct walk *w, uint64_t offset)
{
    if (!w->bad)
        w->bad_at = offset;
    w->bad = true;
}

static void take(struct walk *w, const struct ac_ese_entry *entry)
{
    if (ac_grow((void **)&w->out->items, &w->out->cap, w->out->n + 1, sizeof(*entry)) != 0)
        w->rc = AC_NOMEM;
    else
        w->out->items[w->out->n++] = *entry;
}

static void visit(struct walk *w, uint32_t number, unsigned depth)
{
    struct page p;
    struct ac_view common = {0}, value;
    unsigned flags;

    if (depth > MOST_DEPTH || w->pages_left == 0 || !open_page(w->e, number, &p)) {
        note(w, ((uint64_t)number + 1) * w->e->page_bytes);
        return;
    }
    w->pages_left--;
    if (p.flags & EMPTY)
        return;
    if (p.n_tags > 0 && !(p.flags & ROOT) && !tag_value(w->e, &p, 0, &common, &flags))
        note(w, p.v.base);
    for (unsigned i = 1; i < p.n_tags && w->rc == AC_OK; i++) {
        struct ac_ese_entry entry;

        if (!ac_budget_spend(w->e->budget, 1)) {
            w->rc = AC_LIMIT;
        } else if (!tag_value(w->e, &p, i, &value, &flags) ||
                   !read_entry(value, flags, common, &entry)) {
            note(w, p.v.base);
        } else if (p.flags & LEAF) {
            take(w, &entry);
        } else if (entry.data.n < 4) {
            note(w, p.v.base);
        } else if (!entry.deleted) {
            visit(w, ac_le32(entry.data.p), depth + 1);
        }
    }
}

enum ac_rc ac_ese_tree(const struct ac_ese *e, uint32_t page, struct ac_ese_entries *out,
                       struct ac_err *err)
{
    struct walk w = {.e = e, .out = out, .pages_left = e->n_pages};

    visit(&w, page, 0);
    if (w.rc != AC_OK)
        return AC_FAIL(err, w.rc, AC_NO_OFFSET, "a tree of the database could not be read: %s",
                       ac_rc_name(w.rc));
    return w.bad ? AC_FAIL(err, AC_CORRUPT, w.bad_at, "a tree of the database is damaged") : AC_OK;
}

/* ---- catalog */

struct ac_view ac_ese_variable(struct ac_view row, unsigned id)
{
    struct ac_view value = {0};
    size_t at, n, begin = 0, end;

    if (row.n < 4 || id < 128 || row.p[1] < id)
        return value;
    at = ac_le16(row.p + 2);
    n = row.p[1] - 127u;
    if (!ac_view_has(row, at, n * 2))
        return value;
    for (unsigned i = 128; i < id; i++)
        begin = ac_le16(row.p + at + (size_t)(i - 128) * 2) & 0x7FFFU;
    end = ac_le16(row.p + at + (size_t)(id - 128) * 2);
    if (end & 0x8000 || end < begin ||
        ac_view_cut(row, at + n * 2 + begin, end - begin, &value) != AC_OK)
        return (struct ac_view){0};
    return value;
}

static enum ac_rc read_catalog(struct ac_ese *e, uint32_t page, struct ac_err *err)
{
    struct ac_ese_entries entries = {0};
    enum ac_rc rc = ac_ese_tree(e, page, &entries, err);

    e->n_definitions = 0;
    for (size_t i = 0; i < entries.n && (rc == AC_OK || rc == AC_CORRUPT); i++) {
        struct ac_view row = entries.items[i].data, name = ac_ese_variable(row, 128);
        struct ac_ese_definition *d;

        if (entries.items[i].deleted || row.n < 22)
            continue;
        if (ac_grow((void **)&e->definitions, &e->cap_definitions, e->n_definitions + 1,
                    sizeof(*d)) != 0) {
            rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a catalog");
            break;
        }
        d = &e->definitions[e->n_definitions++];
        *d = (struct ac_ese_definition){
            .object = ac_le32(row.p + 4),
            .type = ac_le16(row.p + 8),
            .id = ac_le32(row.p + 10),
            .page = ac_le32(row.p + 14),
            .bytes = ac_le32(row.p + 18),
            .name = {(const char *)name.p, name.n},
        };
    }
    ac_free(entries.items);
    return rc;
}

static enum ac_rc read_header(struct ac_ese *e, struct ac_err *err)
{
    uint32_t version, revision, bytes;

    if (!ac_ese_is(e->v) || ac_rd_le32(e->v, 8, &version) != AC_OK ||
        ac_rd_le32(e->v, REVISION_AT, &revision) != AC_OK ||
        ac_rd_le32(e->v, PAGE_BYTES_AT, &bytes) != AC_OK)
        return AC_FAIL(err, AC_CORRUPT, 0, "no header of an ESE database");
    if (version != VERSION || revision < VISTA)
        return AC_FAIL(err, AC_UNSUPPORTED, 8,
                       "version 0x%" PRIx32 ", revision 0x%" PRIx32 " of ESE databases is not read",
                       version, revision);
    if (bytes != 4096 && bytes != 8192 && bytes != 16384 && bytes != 32768)
        return AC_FAIL(err, AC_CORRUPT, PAGE_BYTES_AT, "no database has pages of %" PRIu32 " bytes",
                       bytes);
    e->page_bytes = bytes;
    e->large = revision >= WINDOWS_7 && bytes >= 16384;
    e->n_pages = (uint32_t)(e->v.n / bytes);
    return AC_OK;
}

enum ac_rc ac_ese_open(struct ac_view bytes, struct ac_budget *budget, struct ac_ese **ret,
                       struct ac_err *err)
{
    struct ac_ese *e = ac_calloc(1, sizeof(*e));
    struct ac_err why = {0};
    enum ac_rc rc;

    if (!e)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a database");
    *e = (struct ac_ese){.v = bytes, .budget = budget};
    rc = read_header(e, err);
    if (rc == AC_OK) {
        rc = read_catalog(e, CATALOG, &why);
        if (rc == AC_CORRUPT && read_catalog(e, CATALOG_COPY, err) == AC_OK)
            rc = AC_OK;
        else if (rc == AC_CORRUPT) /* the better of two damaged ones */
            rc = read_catalog(e, CATALOG, err);
        else if (rc != AC_OK && err)
            *err = why;
    }
    if (rc != AC_OK && (rc != AC_CORRUPT || e->n_definitions == 0)) {
        ac_ese_close(e);
        return rc;
    }
    *ret = e;
    return rc;
}

bool ac_ese_is_cut(const struct ac_ese *e)
{
    return e->v.n % e->page_bytes != 0;
}

void ac_ese_close(struct ac_ese *e)
{
    if (!e)
        return;
    ac_free(e->definitions);
    ac_free(e);
}
