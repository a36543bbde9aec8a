/* Where dead records may lie, and finding them there. */
#include "regf_scan.h"

#include "base/alloc.h"
#include "regf_scan_inner.h"

#include <stdlib.h>
#include <string.h>

#define YEAR_1980 UINT64_C(119600064000000000)
#define YEAR_2108 UINT64_C(160000000000000000)
#define MOST_NULS 5 /* in a name that is believed */

bool ac_scan_is_used(const struct ac_hive *h, uint64_t offset)
{
    uint64_t cell = offset - AC_HIVE_BASE_BLOCK;

    return offset % 8 == 0 && (h->used[cell / 64] & 1U << cell / 8 % 8) != 0;
}

static bool is_data(const struct ac_hive *h, uint64_t offset)
{
    uint64_t cell = offset - AC_HIVE_BASE_BLOCK;

    return (h->data[cell / 64] & 1U << cell / 8 % 8) != 0;
}

bool ac_scan_is_live_key(const struct ac_hive *h, uint32_t cell)
{
    uint64_t offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK;

    return cell % 8 == 0 && offset + 4 + AC_HIVE_NK_SIZE <= h->bytes.n &&
           ac_scan_is_used(h, offset) && !is_data(h, offset) &&
           memcmp(h->bytes.p + offset + 4, "nk", 2) == 0;
}

static void fail(struct ac_scan *s, enum ac_rc rc)
{
    ac_hive_stop(s->h, rc);
}

static void add_range(struct ac_scan *s, uint64_t start, uint64_t end, enum ac_scan_area area)
{
    if (start + 8 > end)
        return;
    if (ac_grow((void **)&s->ranges, &s->ranges_cap, s->n_ranges + 1, sizeof(*s->ranges)) != 0) {
        fail(s, AC_NOMEM);
        return;
    }
    s->ranges[s->n_ranges++] =
        (struct ac_scan_range){(uint32_t)(start / 8), (uint32_t)(end / 8), area};
}

/* ---- live cells: their unused ends, and values that a live key no longer counts */

static void add_hint(struct ac_scan *s, uint32_t value, uint32_t key)
{
    uint64_t offset = (uint64_t)value + AC_HIVE_BASE_BLOCK;

    if (value % 8 != 0 || offset + 4 + AC_HIVE_VK_SIZE > s->h->bytes.n ||
        ac_scan_is_used(s->h, offset) || memcmp(s->h->bytes.p + offset + 4, "vk", 2) != 0)
        return;
    if (ac_grow((void **)&s->hints, &s->hints_cap, s->n_hints + 1, sizeof(*s->hints)) != 0) {
        fail(s, AC_NOMEM);
        return;
    }
    s->hints[s->n_hints++] = (struct ac_scan_hint){value, key};
}

/* The list may be longer than the key counts, or shorter than it states. */
static void hints_of(struct ac_scan *s, const struct ac_hive_key *k)
{
    uint64_t offset = (uint64_t)k->value_list + AC_HIVE_BASE_BLOCK, size, n;
    const uint8_t *p = s->h->bytes.p + offset;

    if (k->value_list % 8 != 0 || offset + 8 > s->h->bytes.n || (k->flags & AC_HIVE_KEY_PREDEFINED))
        return;
    size = 0U - ac_le32(p);
    n = ac_le32(p) >= 0x80000000U && size >= 8 ? (size - 4) / 4 : 0;
    if (n < k->values && k->values <= AC_SCAN_MOST_VALUES)
        n = k->values;
    if (n > (s->h->bytes.n - offset - 4) / 4)
        n = (s->h->bytes.n - offset - 4) / 4;
    for (uint64_t i = 0; i < n && i < AC_SCAN_MOST_VALUES && ac_hive_spend(s->h, 1); i++)
        add_hint(s, ac_le32(p + 4 + 4 * i), k->cell);
}

/* First byte after what the record in a live cell needs; 0: not known, the cell is all its own. */
static size_t need_of(struct ac_view v)
{
    uint32_t n = ac_le16(v.p + 2);

    if (memcmp(v.p, "nk", 2) == 0 && v.n >= AC_HIVE_NK_SIZE)
        return AC_HIVE_NK_SIZE + ac_le16(v.p + 72);
    if (memcmp(v.p, "vk", 2) == 0 && v.n >= AC_HIVE_VK_SIZE)
        return AC_HIVE_VK_SIZE + (size_t)n;
    if (memcmp(v.p, "lf", 2) == 0 || memcmp(v.p, "lh", 2) == 0)
        return 4 + (size_t)8 * n;
    if (memcmp(v.p, "li", 2) == 0 || memcmp(v.p, "ri", 2) == 0)
        return 4 + (size_t)4 * n;
    return 0;
}

static void live_cell(struct ac_scan *s, uint64_t at, uint64_t size)
{
    struct ac_view v = {s->h->bytes.p + at + 4, (size_t)size - 4, at + 4};
    struct ac_hive_key k;
    size_t need;

    if (is_data(s->h, at))
        return;
    need = need_of(v);
    if (need == 0 || need > v.n)
        need = v.n < 4 ? v.n : 4; /* a list of values: references look like no record */
    if (memcmp(v.p, "nk", 2) == 0 && v.n >= AC_HIVE_NK_SIZE) {
        ac_hive_parse_key(v, (uint32_t)(at - AC_HIVE_BASE_BLOCK), &k);
        hints_of(s, &k);
    }
    add_range(s, (at + 4 + need + 7) / 8 * 8, at + size, AC_AREA_SLACK);
}

/* ---- bins */

/* Cells of a bin; where their sizes stop to make sense, the rest is searched without them. */
static void bin_ranges(struct ac_scan *s, uint64_t at, uint64_t end)
{
    at += AC_HIVE_BIN_HEADER;
    while (at + 8 <= end && ac_hive_spend(s->h, 1)) {
        uint32_t stored = ac_le32(s->h->bytes.p + at);
        uint32_t size = stored < 0x80000000U ? stored : 0U - stored;

        if (size < 8 || size % 8 != 0 || size > end - at) {
            add_range(s, at, end, AC_AREA_RAW);
            return;
        }
        if (stored < 0x80000000U)
            add_range(s, at, at + size, AC_AREA_FREE);
        else if (ac_scan_is_used(s->h, at))
            live_cell(s, at, size);
        else
            add_range(s, at, at + size, AC_AREA_CELL);
        at += size;
    }
}

static void find_ranges(struct ac_scan *s)
{
    struct ac_hive *h = s->h;
    uint64_t at = AC_HIVE_BASE_BLOCK, end = h->bytes.n / 8 * 8;

    while (at + 8 <= end && ac_hive_spend(h, 1)) {
        uint64_t next = at + AC_HIVE_BASE_BLOCK;

        if (!ac_hive_is_bin(h, at - AC_HIVE_BASE_BLOCK)) {
            add_range(s, at, next < end ? next : end, AC_AREA_RAW);
            at = next;
            continue;
        }
        next = at + ac_le32(h->bytes.p + at + 8);
        /* a header that states too much must not hide the bins behind it */
        for (uint64_t i = at + AC_HIVE_BASE_BLOCK; i < next && i < end && ac_hive_spend(h, 1);
             i += AC_HIVE_BASE_BLOCK) {
            if (ac_hive_is_bin(h, i - AC_HIVE_BASE_BLOCK))
                next = i;
        }
        bin_ranges(s, at, next < end ? next : end);
        at = next;
    }
}

/* ---- records */

static bool plausible_name(struct ac_view name, bool latin1)
{
    unsigned nuls = 0;
    size_t unit = latin1 ? 1 : 2;

    if (name.n % unit)
        return false;
    for (size_t i = 0; i < name.n; i += unit)
        nuls += (latin1 ? name.p[i] : ac_le16(name.p + i)) == 0;
    return nuls <= MOST_NULS;
}

static bool plausible_parent(const struct ac_hive *h, const struct ac_hive_key *k)
{
    return (k->flags & AC_HIVE_KEY_ROOT) ||
           (k->parent % 8 == 0 && (uint64_t)k->parent + AC_HIVE_BASE_BLOCK < h->bytes.n);
}

static bool leads_to_key(const struct ac_hive *h, uint32_t cell)
{
    uint64_t offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK;

    return cell % 8 == 0 && offset + 6 <= h->bytes.n &&
           memcmp(h->bytes.p + offset + 4, "nk", 2) == 0;
}

bool ac_scan_key(const struct ac_hive *h, uint64_t at, uint64_t end, struct ac_hive_key *ret)
{
    struct ac_view v = {h->bytes.p + at + 4, (size_t)(end - at - 4), at + 4};
    uint64_t t;
    size_t name;

    if (v.n <= AC_HIVE_NK_SIZE || memcmp(v.p, "nk", 2) != 0)
        return false;
    name = ac_hive_parse_key(v, (uint32_t)(at - AC_HIVE_BASE_BLOCK), ret);
    t = ret->last_written.ticks;
    return name > 0 && name == ret->name.n && plausible_name(ret->name, ret->latin1) &&
           plausible_parent(h, ret) &&
           (t == 0 || (t > YEAR_1980 && t < YEAR_2108) || leads_to_key(h, ret->parent));
}

bool ac_scan_value(const struct ac_hive *h, uint64_t at, uint64_t end, struct ac_hive_value *ret)
{
    struct ac_view v = {h->bytes.p + at + 4, (size_t)(end - at - 4), at + 4};
    size_t name;

    if (v.n < AC_HIVE_VK_SIZE || memcmp(v.p, "vk", 2) != 0 || ac_le16(v.p + 16) > 3)
        return false;
    name = ac_hive_parse_value(v, (uint32_t)(at - AC_HIVE_BASE_BLOCK), ret);
    if (name != ret->name.n || !plausible_name(ret->name, ret->latin1))
        return false;
    if (ret->resident || ret->size == 0)
        return ret->size <= 4;
    return ret->size <= AC_MAX_VALUE_DATA && ret->data % 8 == 0 &&
           (uint64_t)ret->data + AC_HIVE_BASE_BLOCK < h->bytes.n;
}

static void add_record(struct ac_scan *s, uint64_t at, uint64_t end, bool key, bool deleted)
{
    if (ac_grow((void **)&s->records, &s->records_cap, s->n_records + 1, sizeof(*s->records)) !=
        0) {
        fail(s, AC_NOMEM);
        return;
    }
    s->records[s->n_records++] =
        (struct ac_scan_record){.cell = (uint32_t)(at - AC_HIVE_BASE_BLOCK),
                                .end = (uint32_t)(end / 8),
                                .owner = AC_HIVE_NONE,
                                .key = key,
                                .deleted = deleted};
}

/* Bytes that a live cell at `at` takes, so that a search without cell sizes passes over it. */
static uint64_t live_size(const struct ac_hive *h, uint64_t at, uint64_t end)
{
    uint32_t size = 0U - ac_le32(h->bytes.p + at);

    return size >= 8 && size % 8 == 0 && size <= end - at ? size : 8;
}

/* Looks for records that begin at `at`; returns bytes to go on. */
static uint64_t look_at(struct ac_scan *s, uint64_t at, uint64_t end, enum ac_scan_area area)
{
    struct ac_hive *h = s->h;
    /* the size field is from the last time that the cell was freed or allocated, also where cells
     * were joined since */
    bool deleted = ac_le32(h->bytes.p + at) < 0x80000000U;
    struct ac_hive_value v;
    struct ac_hive_key k;

    if (area != AC_AREA_CELL && ac_scan_is_used(h, at)) /* sizes of cells may lie */
        return live_size(h, at, end);
    if (h->bytes.p[at + 5] != 'k')
        return 8;
    if (ac_scan_key(h, at, end, &k)) {
        add_record(s, at, end, true, deleted);
        return (4 + AC_HIVE_NK_SIZE + k.name.n + 7) / 8 * 8;
    }
    if (ac_scan_value(h, at, end, &v)) {
        add_record(s, at, end, false, deleted);
        return (4 + AC_HIVE_VK_SIZE + v.name.n + 7) / 8 * 8;
    }
    return 8;
}

static void find_records(struct ac_scan *s)
{
    for (size_t i = 0; i < s->n_ranges && s->h->rc == AC_OK; i++) {
        struct ac_scan_range r = s->ranges[i];
        uint64_t at = (uint64_t)r.start * 8, end = (uint64_t)r.end * 8;

        if (!ac_hive_spend(s->h, 1 + (end - at) / 256))
            return;
        if (r.area == AC_AREA_CELL) {
            look_at(s, at, end, r.area);
            continue;
        }
        while (at + 8 <= end)
            at += look_at(s, at, end, r.area);
    }
}

static int by_value(const void *a, const void *b)
{
    const struct ac_scan_hint *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static enum ac_rc reach_key(void *context, const struct ac_hive_key *key, struct ac_str path)
{
    struct ac_hive *h = context;
    struct ac_hive_values values;
    struct ac_hive_value v;

    (void)path;
    ac_hive_values(h, key, &values);
    while (ac_hive_next_value(h, &values, &v))
        ac_hive_reach_data(h, &v);
    return h->rc;
}

enum ac_rc ac_hive_walk_cells(struct ac_hive *h, struct ac_err *err)
{
    struct ac_hive_key root;

    if (ac_hive_mark(h) != AC_OK)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to mark cells");
    if (!ac_hive_root(h, &root))
        return h->rc;
    return ac_hive_walk(h, &root, reach_key, h, err);
}

enum ac_rc ac_hive_scan(struct ac_hive *h, const struct ac_hive_scan_watch *watch,
                        struct ac_err *err)
{
    struct ac_scan s = {.h = h, .watch = watch};
    struct ac_hive_key root;

    if (ac_hive_mark(h) == AC_OK) {
        ac_hive_root(h, &root); /* marks it: nothing lists the root */
        find_ranges(&s);
        find_records(&s);
        if (s.n_hints > 1)
            qsort(s.hints, s.n_hints, sizeof(*s.hints), by_value);
    }
    if (h->rc == AC_OK)
        ac_scan_tell(&s);
    ac_free(s.ranges);
    ac_free(s.hints);
    ac_free(s.records);
    ac_free(s.claimed);
    ac_buf_free(&s.path);
    ac_buf_free(&s.pieces);
    return h->rc == AC_OK ? AC_OK
                          : AC_FAIL(err, h->rc, AC_NO_OFFSET,
                                    "the search for deleted keys and values ended early");
}
