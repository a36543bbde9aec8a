/* Dead records put together: whose value, below which key, with which data. */
#include "base/alloc.h"
#include "regf_scan_inner.h"

#include <string.h>

/* Index of the record in that cell, or n_records. */
static size_t find_record(const struct ac_scan *s, uint32_t cell)
{
    size_t low = 0, high = s->n_records;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (s->records[mid].cell < cell)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->n_records && s->records[low].cell == cell ? low : s->n_records;
}

/* The area that holds this byte of the file, or NULL. */
static const struct ac_scan_range *find_range(const struct ac_scan *s, uint64_t offset)
{
    size_t low = 0, high = s->n_ranges;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if ((uint64_t)s->ranges[mid].end * 8 <= offset)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->n_ranges && (uint64_t)s->ranges[low].start * 8 <= offset ? &s->ranges[low]
                                                                             : NULL;
}

/* Remembers that these bytes belong to a record. */
static void claim(struct ac_scan *s, uint64_t at, uint64_t end)
{
    for (uint64_t i = at / 8; s->claimed && i < (end + 7) / 8; i++)
        s->claimed[i / 8] |= (uint8_t)(1U << i % 8);
}

static struct ac_hive_key key_of(const struct ac_scan *s, const struct ac_scan_record *r)
{
    struct ac_hive_key k = {0};

    ac_scan_key(s->h, (uint64_t)r->cell + AC_HIVE_BASE_BLOCK, (uint64_t)r->end * 8, &k);
    return k;
}

/* Content of the dead cell that a dead record refers to, at most `want` bytes: up to the end of its
 * area or the next live cell. */
static struct ac_view dead_bytes(struct ac_scan *s, uint32_t cell, size_t want)
{
    uint64_t at = (uint64_t)cell + AC_HIVE_BASE_BLOCK, end = at + 4;
    const struct ac_scan_range *r = cell % 8 == 0 ? find_range(s, at) : NULL;
    struct ac_view none = {s->h->bytes.p, 0, AC_NO_OFFSET};

    if (!r || ac_scan_is_used(s->h, at) || !ac_hive_spend(s->h, 1 + want / 32))
        return none;
    end = (uint64_t)r->end * 8;
    if (end > at + 4 + want)
        end = at + 4 + want;
    for (uint64_t i = at + 8; i < end; i += 8) {
        if (ac_scan_is_used(s->h, i))
            end = i;
    }
    if (end <= at + 4)
        return none;
    claim(s, at, end);
    return (struct ac_view){s->h->bytes.p + at + 4, (size_t)(end - at - 4), at + 4};
}

/* ---- values and their keys */

/* Calls `each` for every value record that the list of a dead key leads to. */
static void each_value(struct ac_scan *s, const struct ac_hive_key *k,
                       void (*each)(struct ac_scan *s, const struct ac_hive_key *k,
                                    struct ac_scan_record *value))
{
    struct ac_view list;

    if (k->values == 0 || k->values > AC_SCAN_MOST_VALUES)
        return;
    list = dead_bytes(s, k->value_list, (size_t)4 * k->values);
    for (size_t i = 0; i + 4 <= list.n && ac_hive_spend(s->h, 2); i += 4) {
        size_t at = find_record(s, ac_le32(list.p + i));

        if (at < s->n_records && !s->records[at].key)
            each(s, k, &s->records[at]);
    }
}

static void own(struct ac_scan *s, const struct ac_hive_key *k, struct ac_scan_record *value)
{
    (void)s;
    if (value->owner == AC_HIVE_NONE)
        value->owner = k->cell;
}

static void find_owners(struct ac_scan *s)
{
    for (size_t i = 0; i < s->n_records && s->h->rc == AC_OK; i++) {
        if (s->records[i].key) {
            struct ac_hive_key k = key_of(s, &s->records[i]);

            each_value(s, &k, own);
        }
    }
    for (size_t i = 0; i < s->n_hints && s->h->rc == AC_OK; i++) {
        size_t at = find_record(s, s->hints[i].value);

        if (at < s->n_records && !s->records[at].key && s->records[at].owner == AC_HIVE_NONE)
            s->records[at].owner = s->hints[i].key;
    }
}

/* ---- paths */

/* The key in that cell, live or dead. */
static bool any_key(const struct ac_scan *s, uint32_t cell, struct ac_hive_key *ret)
{
    size_t at;

    if (ac_scan_is_live_key(s->h, cell)) {
        uint64_t offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK;
        uint32_t size = 0U - ac_le32(s->h->bytes.p + offset);

        if (size < 4 + AC_HIVE_NK_SIZE || size > s->h->bytes.n - offset)
            return false;
        ac_hive_parse_key((struct ac_view){s->h->bytes.p + offset + 4, size - 4, offset + 4}, cell,
                          ret);
        return true;
    }
    at = find_record(s, cell);
    if (at == s->n_records || !s->records[at].key)
        return false;
    *ret = key_of(s, &s->records[at]);
    return true;
}

static bool is_top(const struct ac_hive *h, const struct ac_hive_key *k)
{
    return k->cell == h->base.root || (k->flags & AC_HIVE_KEY_ROOT) != 0;
}

/* Sets s->path to the path of a key, from the root or from as high as its parents lead. */
static void set_path(struct ac_scan *s, const struct ac_hive_key *key)
{
    uint32_t chain[AC_MAX_HIVE_DEPTH];
    struct ac_hive_key k = *key, parent;
    size_t n = 0;
    bool known = true;

    ac_buf_clear(&s->path);
    while (!is_top(s->h, &k) && known && ac_hive_spend(s->h, 1)) {
        chain[n++] = k.cell;
        known = n < AC_MAX_HIVE_DEPTH && k.parent != k.cell && any_key(s, k.parent, &parent);
        k = known ? parent : k;
    }
    if (!known)
        ac_buf_addz(&s->path, AC_HIVE_UNKNOWN_PARENT);
    while (n > 0 && s->path.n <= AC_MAX_PATH_BYTES && any_key(s, chain[n - 1], &k)) {
        if (s->path.n > 0)
            ac_buf_addc(&s->path, '\\');
        ac_hive_name(k.name, k.latin1, &s->path, NULL);
        n--;
    }
    if (s->path.failed)
        ac_hive_stop(s->h, AC_NOMEM);
    ac_hive_spend(s->h, s->path.n / 64);
}

/* ---- data */

static void gather_big(struct ac_scan *s, struct ac_view db, size_t want)
{
    uint32_t n = ac_le16(db.p + 2);
    struct ac_view list = dead_bytes(s, ac_le32(db.p + 4), (size_t)4 * n);

    for (size_t i = 0; i + 4 <= list.n && s->pieces.n < want; i += 4) {
        size_t left = want - s->pieces.n, most = left < AC_HIVE_SEGMENT ? left : AC_HIVE_SEGMENT;
        struct ac_view piece = dead_bytes(s, ac_le32(list.p + i), most);

        ac_buf_add(&s->pieces, piece.p, piece.n);
        if (piece.n < most)
            return; /* what comes after a missing piece would stand in the wrong place */
    }
}

static struct ac_view data_of(struct ac_scan *s, const struct ac_hive_value *v)
{
    struct ac_view data;

    if (v->resident || v->size == 0)
        return (struct ac_view){v->resident_p.p, v->size, v->resident_p.base};
    data = dead_bytes(s, v->data, v->size);
    if (v->size <= AC_HIVE_SEGMENT || data.n < 8 || memcmp(data.p, "db", 2) != 0)
        return data;
    ac_buf_clear(&s->pieces);
    gather_big(s, data, v->size);
    if (s->pieces.failed)
        ac_hive_stop(s->h, AC_NOMEM);
    return (struct ac_view){(const uint8_t *)ac_buf_text(&s->pieces), s->pieces.n, AC_NO_OFFSET};
}

/* ---- telling */

static void tell(struct ac_scan *s, const struct ac_hive_found *f)
{
    enum ac_rc rc;

    if (s->h->rc != AC_OK)
        return;
    rc = s->watch->found(s->watch->context, f);
    if (rc != AC_OK)
        ac_hive_stop(s->h, rc);
}

/* s->path is that of its key. */
static void tell_value(struct ac_scan *s, const struct ac_hive_key *k, struct ac_scan_record *r)
{
    struct ac_hive_found f = {.deleted = r->deleted, .path = ac_buf_str(&s->path), .key = k};
    struct ac_hive_value v;

    if (r->told ||
        !ac_scan_value(s->h, (uint64_t)r->cell + AC_HIVE_BASE_BLOCK, (uint64_t)r->end * 8, &v))
        return;
    r->told = true;
    claim(s, v.offset, v.offset + 4 + AC_HIVE_VK_SIZE + v.name.n);
    f.value = &v;
    f.key_is_live = k && ac_scan_is_live_key(s->h, k->cell);
    f.data = data_of(s, &v);
    f.whole = f.data.n == v.size;
    tell(s, &f);
}

static void tell_own_value(struct ac_scan *s, const struct ac_hive_key *k,
                           struct ac_scan_record *value)
{
    if (value->owner == k->cell)
        tell_value(s, k, value);
}

static void tell_key(struct ac_scan *s, const struct ac_scan_record *r)
{
    struct ac_hive_key k = key_of(s, r);
    struct ac_hive_found f = {.deleted = r->deleted, .key = &k};

    claim(s, k.offset, k.offset + 4 + AC_HIVE_NK_SIZE + k.name.n);
    set_path(s, &k);
    f.path = ac_buf_str(&s->path);
    tell(s, &f);
    each_value(s, &k, tell_own_value);
}

/* A value that no dead key has. */
static void tell_loose_value(struct ac_scan *s, struct ac_scan_record *r)
{
    struct ac_hive_key k;
    bool known = r->owner != AC_HIVE_NONE && any_key(s, r->owner, &k);

    if (known) {
        set_path(s, &k);
    } else {
        ac_buf_clear(&s->path);
        ac_buf_addz(&s->path, AC_HIVE_UNKNOWN_PARENT);
    }
    if (s->path.failed)
        ac_hive_stop(s->h, AC_NOMEM);
    tell_value(s, known ? &k : NULL, r);
}

/* ---- what is left in free cells */

static bool is_claimed(const struct ac_scan *s, uint64_t at)
{
    return (s->claimed[at / 64] & 1U << at / 8 % 8) != 0 || ac_scan_is_used(s->h, at);
}

/* Bytes [at, end) of a free cell; zeros at the end, and a size field alone, are nothing. */
static void tell_remnant(struct ac_scan *s, uint64_t at, uint64_t end)
{
    struct ac_hive_found f = {
        .deleted = true, .path = AC_STR(AC_HIVE_UNKNOWN_PARENT), .whole = true, .remnant = at};

    at += 4;
    while (end > at && s->h->bytes.p[end - 1] == 0)
        end--;
    end = (end + 1) / 2 * 2; /* characters stay whole */
    if (end <= at)
        return;
    f.data = (struct ac_view){s->h->bytes.p + at, (size_t)(end - at), at};
    if (f.data.n > AC_MAX_VALUE_DATA)
        f.data.n = AC_MAX_VALUE_DATA;
    tell(s, &f);
}

static void tell_remnants(struct ac_scan *s)
{
    for (size_t i = 0; i < s->n_ranges && s->h->rc == AC_OK; i++) {
        uint64_t at = (uint64_t)s->ranges[i].start * 8, end = (uint64_t)s->ranges[i].end * 8;
        uint64_t from = 0;

        if (s->ranges[i].area != AC_AREA_FREE)
            continue;
        ac_hive_spend(s->h, 1 + (end - at) / 256);
        for (; at < end; at += 8) {
            if (!is_claimed(s, at)) {
                from = from ? from : at;
                continue;
            }
            if (from)
                tell_remnant(s, from, at);
            from = 0;
        }
        if (from)
            tell_remnant(s, from, end);
    }
}

void ac_scan_tell(struct ac_scan *s)
{
    if (s->watch->remnants) {
        s->claimed = ac_calloc(s->h->bytes.n / 64 + 2, 1);
        if (!s->claimed)
            ac_hive_stop(s->h, AC_NOMEM);
    }
    find_owners(s);
    for (size_t i = 0; i < s->n_records && s->h->rc == AC_OK; i++) {
        if (s->records[i].key)
            tell_key(s, &s->records[i]);
    }
    for (size_t i = 0; i < s->n_records && s->h->rc == AC_OK; i++) {
        if (!s->records[i].key && !s->records[i].told)
            tell_loose_value(s, &s->records[i]);
    }
    if (s->watch->remnants && s->h->rc == AC_OK)
        tell_remnants(s);
}
