/*
 * What stands in transaction logs only: keys and values in entries that were written to the hive long ago and
 * have since been changed or deleted there. Logs are overwritten from their start, so that older
 * entries stay behind the newer ones; a clean hive's log is nothing but such.
 *
 * The pages of one entry at a time are laid over a copy of the hive. A value is told when its key,
 * its key's list, its record and its data all stand in pages of that same entry, so that nothing is
 * put together of bytes from different times; the keys above may be today's. What the hive or its
 * free cells have told already is not told again.
 */
#include "hive_parts.h"

#include "base/alloc.h"
#include "regf_inner.h"
#include "regf_log.h"

#include <string.h>

struct remnants {
    struct ac_hive_job job; /* of the copy */
    struct ac_hive_dead dead;
    struct ac_hive_patch from;
    struct ac_view hive; /* Borrowed: as it is now */
    uint8_t *copy;       /* Owned */
    uint32_t
        *stamps; /* Owned: for each 512 bytes of the copy the number of the entry they come from */
    size_t n;    /* bytes of the copy */
    uint32_t entry; /* number of the entry at hand, from 1 on */
};

static void spend(struct remnants *r, uint64_t steps)
{
    if (!ac_budget_spend(r->job.budget, steps) && r->job.rc == AC_OK)
        r->job.rc = AC_LIMIT;
}

/* Does all of [offset, offset + n) come from the entry at hand? */
static bool is_of_entry(const struct remnants *r, uint64_t offset, uint64_t n)
{
    if (n == 0 || offset >= r->n || n > r->n - offset)
        return false;
    for (uint64_t i = offset / AC_LOG_SECTOR; i <= (offset + n - 1) / AC_LOG_SECTOR; i++) {
        if (r->stamps[i] != r->entry)
            return false;
    }
    return true;
}

/* The content of a cell in use that stands in the entry with its size field. */
static bool cell_of_entry(struct remnants *r, uint32_t cell, struct ac_view *ret)
{
    uint64_t at = (uint64_t)cell + AC_HIVE_BASE_BLOCK;
    uint32_t size;

    if (cell % 8 != 0 || !is_of_entry(r, at, 8))
        return false;
    size = 0U - ac_le32(r->copy + at);
    if (size < 8 || size % 8 != 0 || !is_of_entry(r, at, size))
        return false;
    *ret = (struct ac_view){r->copy + at + 4, size - 4, at + 4};
    return true;
}

/* ---- one value, one key */

static bool data_of(struct remnants *r, const struct ac_hive_value *v, struct ac_view *ret)
{
    if (v->resident) {
        *ret = v->resident_p;
        ret->n = v->size < ret->n ? v->size : ret->n;
        return true;
    }
    if (v->size == 0) {
        *ret = (struct ac_view){0};
        return true;
    }
    /* data in pieces is left alone: a command line never needs them */
    if (!cell_of_entry(r, v->data, ret) || v->size > ret->n)
        return false;
    ret->n = v->size;
    return true;
}

static void values_of(struct remnants *r, const struct ac_hive_key *key, struct ac_str path)
{
    struct ac_view list, cell;

    if (key->values == 0 || !cell_of_entry(r, key->value_list, &list))
        return;
    for (uint32_t i = 0; i < key->values && i < list.n / 4 && r->job.rc == AC_OK; i++) {
        uint32_t at = ac_le32(list.p + 4 * (size_t)i);
        struct ac_hive_found f = {.deleted = true, .path = path, .key = key, .whole = true};
        struct ac_hive_value v;

        spend(r, 2);
        if (!cell_of_entry(r, at, &cell) || cell.n < AC_HIVE_VK_SIZE ||
            memcmp(cell.p, "vk", 2) != 0 || ac_hive_parse_value(cell, at, &v) > v.name.n ||
            !data_of(r, &v, &f.data))
            continue;
        f.value = &v;
        if (r->job.rc == AC_OK)
            ac_hive_dead_found(&r->dead, &f);
    }
}

/* Names from the root down; false: the way up does not end there. */
static bool path_of(struct remnants *r, const struct ac_hive_key *key, struct ac_buf *out)
{
    struct ac_hive_key k = *key, parent;
    unsigned depth = 0;

    while (!(k.flags & AC_HIVE_KEY_ROOT)) {
        struct ac_buf name = {0};

        ac_hive_name(k.name, k.latin1, &name, NULL);
        if (out->n)
            ac_buf_addc(&name, '\\');
        ac_buf_adds(&name, ac_buf_str(out));
        ac_buf_clear(out);
        ac_buf_adds(out, ac_buf_str(&name));
        out->failed |= name.failed;
        spend(r, 1 + out->n / 64);
        ac_buf_free(&name);
        if (++depth > AC_MAX_HIVE_DEPTH || r->job.rc != AC_OK ||
            !ac_hive_key_at(r->job.hive, k.parent, k.offset, &parent))
            return false;
        k = parent;
    }
    return out->n > 0;
}

static void key_at(struct remnants *r, uint32_t cell)
{
    struct ac_view v;
    struct ac_hive_key key;
    struct ac_buf path = {0};
    struct ac_hive_found f = {.deleted = true, .whole = true};

    if (!cell_of_entry(r, cell, &v) || v.n < AC_HIVE_NK_SIZE || memcmp(v.p, "nk", 2) != 0 ||
        ac_hive_parse_key(v, cell, &key) > key.name.n)
        return;
    if (path_of(r, &key, &path)) {
        ac_hive_check(&r->job, &path);
        f.path = ac_buf_str(&path);
        f.key = &key;
        if (r->job.rc == AC_OK)
            ac_hive_dead_found(&r->dead, &f);
        values_of(r, &key, f.path);
    }
    ac_buf_free(&path);
}

/* ---- one entry */

static void lay_over(struct remnants *r, const struct ac_log_page *page)
{
    uint64_t at = (uint64_t)page->place + AC_HIVE_BASE_BLOCK;

    if (at % AC_LOG_SECTOR != 0 || at >= r->n || page->bytes.n > r->n - at)
        return; /* behind the end of today's hive */
    memcpy(r->copy + at, page->bytes.p, page->bytes.n);
    for (uint64_t i = at / AC_LOG_SECTOR; i < (at + page->bytes.n) / AC_LOG_SECTOR; i++)
        r->stamps[i] = r->entry;
}

static void take_away(struct remnants *r, const struct ac_log_page *page)
{
    uint64_t at = (uint64_t)page->place + AC_HIVE_BASE_BLOCK;

    if (at < r->n && page->bytes.n <= r->n - at)
        memcpy(r->copy + at, r->hive.p + at, page->bytes.n);
}

static void search(struct remnants *r, const struct ac_log_page *page)
{
    spend(r, page->bytes.n / 8);
    for (size_t i = 0; i + 8 <= page->bytes.n && r->job.rc == AC_OK; i += 8) {
        if (memcmp(page->bytes.p + i + 4, "nk", 2) == 0)
            key_at(r, page->place + (uint32_t)i);
    }
}

static void each_page(struct remnants *r, const struct ac_log_entry *e,
                      void (*what)(struct remnants *, const struct ac_log_page *))
{
    struct ac_log_page page;
    uint32_t at = 0;
    size_t used = 0;

    while (r->job.rc == AC_OK && ac_log_entry_page(e, &at, &used, &page))
        what(r, &page);
}

static void one_entry(struct remnants *r, const struct ac_log_entry *e, const char *log)
{
    r->from = (struct ac_hive_patch){.log = log, .sequence = e->sequence};
    r->entry++;
    each_page(r, e, lay_over);
    each_page(r, e, search);
    ac_hive_dead_end(&r->dead);
    r->dead = (struct ac_hive_dead){.j = &r->job};
    each_page(r, e, take_away);
}

static void one_log(struct remnants *r, const struct ac_companion *c)
{
    struct ac_log log;
    struct ac_log_entry e;

    if (ac_log_open(c->bytes, &log, NULL) != AC_OK || log.kind != AC_LOG_NEW ||
        !ac_hive_log_belongs(r->job.artefact->bytes, &log))
        return; /* what is wrong with it was told by the replay */
    for (uint64_t at = AC_LOG_SECTOR; at < c->bytes.n && r->job.rc == AC_OK;) {
        bool there = ac_log_entry_any(&log, at, &e) == AC_OK;

        spend(r, 1 + (there ? e.size / 256 : 0)); /* hashing costs */
        if (there)
            one_entry(r, &e, c->name);
        at += there ? e.size : AC_LOG_SECTOR;
    }
}

static bool begin(struct remnants *r)
{
    r->copy = ac_malloc(r->n);
    r->stamps = ac_calloc(r->n / AC_LOG_SECTOR + 1, sizeof(*r->stamps));
    if (!r->copy || !r->stamps) {
        r->job.rc = AC_NOMEM;
        return false;
    }
    memcpy(r->copy, r->hive.p, r->n);
    r->job.rc = ac_hive_open((struct ac_view){r->copy, r->n, 0}, &ac_hive_silent, r->job.budget,
                             &r->job.hive, NULL);
    return r->job.rc == AC_OK;
}

static bool has_entries(const struct ac_artefact *a)
{
    for (size_t i = 0; i < a->n_logs; i++) {
        if (a->logs[i].bytes.n > AC_LOG_SECTOR)
            return true;
    }
    return false;
}

void ac_hive_remnants(struct ac_hive_job *j)
{
    struct ac_budget budget = {j->budget->steps / AC_LOG_REMNANT_SHARE};
    struct remnants r = {.job = *j, .hive = j->replay->bytes, .n = j->replay->bytes.n};

    if (!has_entries(j->artefact))
        return;
    r.job.hive = NULL;
    r.job.budget = &budget;
    r.job.pieces = (struct ac_buf){0};
    r.job.remnant = &r.from;
    r.dead.j = &r.job;
    if (begin(&r)) {
        for (size_t i = 0; i < j->artefact->n_logs && r.job.rc == AC_OK; i++)
            one_log(&r, &j->artefact->logs[i]);
    }
    ac_hive_dead_end(&r.dead);
    ac_hive_close(r.job.hive);
    ac_buf_free(&r.job.pieces);
    ac_free(r.copy);
    ac_free(r.stamps);
    if (r.job.rc == AC_LIMIT)
        r.job.rc =
            ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_LIMIT, AC_NO_OFFSET,
                            "older states of keys that stand in the rest of the logs are not "
                            "in the report",
                            "the old entries of its transaction logs were searched only in "
                            "part");
    j->rc = r.job.rc;
}
