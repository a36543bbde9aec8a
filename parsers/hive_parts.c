#include "hive_parts.h"

#include <string.h>

enum { REG_SZ = 1, REG_EXPAND_SZ = 2, REG_DWORD = 4, REG_LINK = 6, REG_MULTI_SZ = 7 };

static enum ac_rc ignore(void *context, enum ac_rc class, uint64_t offset, const char *what)
{
    (void)context;
    (void)class;
    (void)offset;
    (void)what;
    return AC_OK;
}

const struct ac_hive_watch ac_hive_silent = {ignore, NULL};

bool ac_hive_going(struct ac_hive_job *j)
{
    if (j->rc == AC_OK)
        j->rc = ac_hive_rc(j->hive);
    return j->rc == AC_OK;
}

void ac_hive_check(struct ac_hive_job *j, const struct ac_buf *b)
{
    if (b->failed && j->rc == AC_OK)
        j->rc = AC_NOMEM;
}

bool ac_hive_open_key(struct ac_hive_job *j, const char *path, struct ac_hive_place *ret)
{
    *ret = (struct ac_hive_place){.key = j->root};
    ac_buf_addz(&ret->path, j->prefix);
    if (!ac_hive_find(j->hive, &j->root, path, &ret->key, &ret->path))
        return false;
    ac_hive_check(j, &ret->path);
    return ac_hive_going(j);
}

/* Text that goes into records costs steps: one long name may be listed very often. */
static void spend_text(struct ac_hive_job *j, size_t n)
{
    if (!ac_budget_spend(j->budget, n / 64) && j->rc == AC_OK)
        j->rc = AC_LIMIT;
}

void ac_hive_enter_key(struct ac_hive_job *j, const struct ac_hive_place *parent,
                       const struct ac_hive_key *key, struct ac_hive_place *ret)
{
    *ret = (struct ac_hive_place){.key = *key};
    ac_buf_adds(&ret->path, ac_buf_str(&parent->path));
    ac_buf_addc(&ret->path, '\\');
    ac_hive_name(key->name, key->latin1, &ret->path, NULL);
    ac_hive_check(j, &ret->path);
    spend_text(j, ret->path.n);
}

bool ac_hive_open_below(struct ac_hive_job *j, const struct ac_hive_place *parent, const char *path,
                        struct ac_hive_place *ret)
{
    *ret = (struct ac_hive_place){.key = parent->key};
    ac_buf_adds(&ret->path, ac_buf_str(&parent->path));
    if (!ac_hive_find(j->hive, &parent->key, path, &ret->key, &ret->path))
        return false;
    ac_hive_check(j, &ret->path);
    spend_text(j, ret->path.n);
    return ac_hive_going(j);
}

void ac_hive_value_name(struct ac_hive_job *j, const struct ac_hive_value *v, struct ac_buf *out,
                        bool *ret_exact)
{
    ac_hive_name(v->name, v->latin1, out, ret_exact);
    ac_hive_check(j, out);
    spend_text(j, out->n);
}

static bool is_text(uint32_t type)
{
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_LINK || type == REG_MULTI_SZ;
}

/* The bytes without NUL characters at the end (and without half a one, in data of odd length). */
static struct ac_view without_terminators(struct ac_view v)
{
    if (v.n % 2 && v.p[v.n - 1] == 0)
        v.n--;
    while (v.n >= 2 && v.n % 2 == 0 && v.p[v.n - 1] == 0 && v.p[v.n - 2] == 0)
        v.n -= 2;
    return v;
}

void ac_hive_put_bytes(struct ac_hive_job *j, struct ac_record *r, const char *field, uint32_t type,
                       struct ac_view data)
{
    struct ac_buf text = {0};
    bool exact = is_text(type);

    if (exact)
        ac_text_from_utf16(without_terminators(data), &text, &exact);
    ac_hive_check(j, &text);
    ac_record_text(r, field, ac_buf_str(&text));
    if (!exact)
        ac_record_raw(r, field, data);
    ac_buf_free(&text);
}

void ac_hive_put_data(struct ac_hive_job *j, struct ac_record *r, const char *field,
                      const struct ac_hive_value *v)
{
    struct ac_view data;

    if (ac_hive_data(j->hive, v, &j->pieces, &data))
        ac_hive_put_bytes(j, r, field, v->type, data);
}

bool ac_hive_put_text(struct ac_hive_job *j, struct ac_record *r, const char *field,
                      const struct ac_hive_key *key, const char *name)
{
    struct ac_hive_value v;

    if (!ac_hive_find_value(j->hive, key, name, &v) || !is_text(v.type))
        return false;
    ac_hive_put_data(j, r, field, &v);
    return true;
}

void ac_hive_put_name(struct ac_hive_job *j, struct ac_record *r, const char *field,
                      struct ac_view name, bool latin1)
{
    struct ac_buf text = {0};
    bool exact = true;

    ac_hive_name(name, latin1, &text, &exact);
    ac_hive_check(j, &text);
    spend_text(j, text.n);
    ac_record_text(r, field, ac_buf_str(&text));
    if (!exact)
        ac_record_raw(r, field, name);
    ac_buf_free(&text);
}

struct ac_view ac_hive_last_component(struct ac_view path, bool latin1)
{
    size_t step = latin1 ? 1 : 2;
    struct ac_view last = path;

    for (size_t i = 0; i + step <= path.n; i += step) {
        unsigned c = latin1 ? path.p[i] : ac_le16(path.p + i);

        if (c == '\\' || c == '/')
            last = (struct ac_view){path.p + i + step, path.n - i - step, path.base + i + step};
    }
    return last;
}

bool ac_hive_get_dword(struct ac_hive_job *j, const struct ac_hive_key *key, const char *name,
                       uint32_t *ret)
{
    struct ac_hive_value v;
    struct ac_view data;

    return ac_hive_find_value(j->hive, key, name, &v) && v.type == REG_DWORD &&
           ac_hive_data(j->hive, &v, &j->pieces, &data) && ac_rd_le32(data, 0, ret) == AC_OK;
}

bool ac_hive_get_time(struct ac_hive_job *j, const struct ac_hive_key *key, const char *name,
                      struct ac_filetime *ret)
{
    struct ac_hive_value v;
    struct ac_view data;

    return ac_hive_find_value(j->hive, key, name, &v) && v.size == 8 &&
           ac_hive_data(j->hive, &v, &j->pieces, &data) &&
           ac_rd_le64(data, 0, &ret->ticks) == AC_OK;
}

void ac_hive_put_dword(struct ac_hive_job *j, struct ac_record *r, const char *field,
                       const struct ac_hive_key *key, const char *name)
{
    uint32_t n;

    if (ac_hive_get_dword(j, key, name, &n))
        ac_record_int(r, field, n);
}

/* The patch of a log that made this cell what it is; NULL: it lies so in the primary file. */
static const struct ac_hive_patch *patch_of_cell(struct ac_hive_job *j, uint64_t offset)
{
    struct ac_view bytes = j->replay->bytes;
    uint32_t size;

    if (offset + 4 > bytes.n)
        return NULL;
    size = 0U - ac_le32(bytes.p + offset);
    return ac_hive_replay_patch(j->replay, offset, size);
}

static const struct ac_hive_patch *patch_of(struct ac_hive_job *j, uint64_t offset,
                                            const struct ac_hive_value *v)
{
    const struct ac_hive_patch *p = patch_of_cell(j, offset);
    struct ac_view cell, list;

    if (p || !v || v->resident || v->size == 0)
        return p;
    p = patch_of_cell(j, (uint64_t)v->data + AC_HIVE_BASE_BLOCK);
    /* data in pieces: a list of them, then each */
    if (p || !ac_hive_cell(j->hive, v->data, v->offset, "value's data", &cell) || cell.n < 8 ||
        cell.n >= v->size || memcmp(cell.p, "db", 2) != 0 ||
        !ac_hive_cell(j->hive, ac_le32(cell.p + 4), cell.base, "list of data segments", &list))
        return p;
    p = patch_of_cell(j, list.base - 4);
    for (size_t i = 0; !p && i < ac_le16(cell.p + 2) && i < list.n / 4 && ac_hive_going(j); i++)
        p = patch_of_cell(j, (uint64_t)ac_le32(list.p + 4 * i) + AC_HIVE_BASE_BLOCK);
    return p;
}

static void put_log(struct ac_record *r, const struct ac_hive_patch *p)
{
    ac_record_prov_textz(r, "log", p->log);
    ac_record_prov_int(r, "log_entry", p->sequence);
}

static void put_state(struct ac_hive_job *j, struct ac_record *r, uint64_t offset,
                      const struct ac_hive_value *v)
{
    const struct ac_hive_patch *p;

    if (j->state || !j->replay || !j->replay->own) {
        ac_record_prov_textz(r, "state", j->state ? j->state : "live");
        if (j->remnant)
            put_log(r, j->remnant);
        return;
    }
    p = patch_of(j, offset, v);
    ac_record_prov_textz(r, "state", p ? "from-log" : "live");
    if (p)
        put_log(r, p);
}

void ac_hive_prov(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_place *place,
                  const struct ac_hive_value *v)
{
    struct ac_buf name = {0};
    uint64_t offset = v ? v->offset : place->key.offset;

    ac_record_prov_text(r, "key", ac_buf_str(&place->path));
    if (v) {
        ac_hive_name(v->name, v->latin1, &name, NULL);
        ac_hive_check(j, &name);
        ac_record_prov_text(r, "value", ac_buf_str(&name));
        ac_buf_free(&name);
    }
    ac_hive_prov_cell(j, r, offset, v);
    ac_record_prov_time(r, "key_last_written", place->key.last_written);
}

void ac_hive_prov_cell(struct ac_hive_job *j, struct ac_record *r, uint64_t offset,
                       const struct ac_hive_value *v)
{
    ac_record_prov_int(r, "cell_offset", (int64_t)(offset - j->shift));
    put_state(j, r, offset, v);
}

void ac_hive_prov_name(struct ac_record *r, const char *value_name)
{
    ac_record_prov_textz(r, "value", value_name);
}

void ac_hive_emit(struct ac_hive_job *j, struct ac_record *r)
{
    bool is_new = true;

    if (ac_hive_going(j) && !ac_budget_spend(j->budget, 4))
        j->rc = AC_LIMIT;
    if (j->before && j->rc == AC_OK)
        ac_hive_before_compare(j, r);
    if (j->told && r && j->rc == AC_OK)
        is_new = ac_hive_says_new(j, r) || !j->remnant;
    if (j->rc != AC_OK || !is_new) {
        ac_record_free(r);
        return;
    }
    j->rc = ac_sink_emit(j->sink, r, j->err);
}

void ac_hive_bad_entry(struct ac_hive_job *j, const struct ac_hive_value *v, enum ac_rc class,
                       const char *what)
{
    if (!ac_hive_going(j) || j->bad++ > AC_MAX_HIVE_PROBLEMS)
        return;
    if (j->bad == AC_MAX_HIVE_PROBLEMS + 1) {
        class = AC_LIMIT;
        what = "more entries than are listed here hold something else than they should";
    }
    j->rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), class, v->offset - j->shift,
                            "what this entry says is not in the report, or only in part; the other "
                            "entries of its key were read",
                            "%s", what);
}

void ac_hive_emit_bytes(struct ac_hive_job *j, struct ac_str key_path,
                        const struct ac_hive_place *place, const struct ac_hive_value *v,
                        struct ac_view data, bool whole)
{
    struct ac_record *r;
    struct ac_buf hex = {0}, slack = {0};
    struct ac_view behind = {0};

    if (j->artefact->all_keys && !j->state)
        behind = ac_hive_slack(j->hive, v);
    spend_text(j, key_path.n);
    r = ac_record_new(AC_KIND_VALUE);
    ac_buf_addhex(&hex, data.p, data.n);
    ac_hive_check(j, &hex);
    ac_record_text(r, "path", key_path);
    ac_hive_put_name(j, r, "name", v->name, v->latin1);
    ac_record_int(r, "type", v->type);
    ac_record_text(r, "data", ac_buf_str(&hex));
    if (behind.n > 0) {
        ac_buf_addhex(&slack, behind.p, behind.n);
        ac_hive_check(j, &slack);
        ac_record_text(r, "slack", ac_buf_str(&slack));
    }
    if (!whole)
        ac_record_bool(r, "incomplete", true);
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
    ac_buf_free(&hex);
    ac_buf_free(&slack);
}

void ac_hive_emit_value(struct ac_hive_job *j, struct ac_str key_path,
                        const struct ac_hive_place *place, const struct ac_hive_value *v)
{
    struct ac_view data;

    if (ac_hive_data(j->hive, v, &j->pieces, &data))
        ac_hive_emit_bytes(j, key_path, place, v, data, true);
}
