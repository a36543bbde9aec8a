/* The hive as it lay before its logs were replayed, compared record by record with what it is. */
#include "hive_parts.h"

#include "base/alloc.h"
#include "base/set.h"

#include <stdlib.h>
#include <string.h>

struct item {
    struct ac_record *record; /* Owned; NULL once given to the sink */
    size_t next;              /* index + 1 of the next item with the same name, 0: none */
    bool matched;
};

struct ac_hive_before {
    struct ac_sink sink; /* first: takes the records of the hive as it lies */
    struct item *items;  /* Owned */
    size_t n, cap;
    struct ac_set names;   /* place and name -> index + 1 of the first item */
    struct ac_set removed; /* place, name and content of what was emitted as removed */
    enum ac_rc rc;
};

/* What makes two records the same entry; false: records of this kind are not compared. */
static bool name_of(const struct ac_record *r, struct ac_buf *out)
{
    bool autostart = ac_record_kind(r) == AC_KIND_AUTOSTART, key = ac_record_kind(r) == AC_KIND_KEY;

    if (ac_record_kind(r) == AC_KIND_TASK) {
        ac_buf_addf(out, "t|%s", ac_record_get(r, "id"));
        return true;
    }
    if (!autostart && !key && ac_record_kind(r) != AC_KIND_VALUE)
        return false;
    ac_buf_addz(out, autostart ? "a|" : key ? "k|" : "v|");
    ac_buf_addz(out, ac_record_get(r, autostart ? "location" : "path"));
    ac_buf_addc(out, '|');
    if (!key)
        ac_buf_addz(out, ac_record_get(r, "name"));
    for (size_t i = 0; i < out->n; i++) {
        if (out->p[i] >= 'A' && out->p[i] <= 'Z')
            out->p[i] = (char)(out->p[i] - 'A' + 'a');
    }
    return true;
}

static void add_field(const struct ac_record *r, const char *field, struct ac_buf *out)
{
    const json_t *value = ac_record_get_json(r, field);
    char *dump = json_is_array(value) ? json_dumps(value, JSON_COMPACT) : NULL;

    ac_buf_addz(out, dump ? dump : ac_record_get(r, field));
    out->failed |= json_is_array(value) && !dump;
    free(dump);
}

/* The same with its content, for what may come back from a free cell. */
static bool content_of(const struct ac_record *r, struct ac_buf *out)
{
    if (!name_of(r, out))
        return false;
    ac_buf_addc(out, '|');
    if (ac_record_kind(r) == AC_KIND_TASK) {
        add_field(r, "path", out);
        ac_buf_addc(out, '|');
        add_field(r, "actions", out);
    } else {
        add_field(r, ac_record_kind(r) == AC_KIND_VALUE ? "data" : "command", out);
    }
    return true;
}

static enum ac_rc keep(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    struct ac_hive_before *b = (struct ac_hive_before *)sink;
    struct ac_buf name = {0};
    uint64_t first = 0;
    enum ac_rc rc = r ? AC_OK : AC_NOMEM;

    if (r && name_of(r, &name)) {
        ac_set_get(&b->names, ac_buf_str(&name), &first);
        if (name.failed || ac_record_rc(r) != AC_OK ||
            ac_grow((void **)&b->items, &b->cap, b->n + 1, sizeof(*b->items)) != 0 ||
            ac_set_put(&b->names, ac_buf_str(&name), b->n + 1) != AC_OK) {
            rc = AC_NOMEM;
        } else {
            b->items[b->n++] = (struct item){.record = r, .next = (size_t)first};
            r = NULL;
        }
    }
    ac_buf_free(&name);
    ac_record_free(r);
    return rc == AC_OK ? rc : AC_FAIL(err, rc, AC_NO_OFFSET, "no memory to compare with");
}

struct ac_hive_before *ac_hive_before_new(struct ac_hive_job *j)
{
    struct ac_hive_before *b = ac_calloc(1, sizeof(*b));
    struct ac_hive_job old = {
        .artefact = j->artefact, .budget = j->budget, .prefix = "", .user = "", .facts = true};
    enum ac_rc rc;

    if (!b) {
        j->rc = AC_NOMEM;
        return NULL;
    }
    b->sink.emit = keep;
    old.sink = &b->sink;
    rc = ac_hive_open(j->replay->before, &ac_hive_silent, j->budget, &old.hive, NULL);
    if (rc == AC_OK) {
        if (ac_hive_root(old.hive, &old.root) && ac_hive_going(&old))
            ac_hive_interpret(&old);
        ac_hive_going(&old);
        rc = old.rc;
        ac_hive_close(old.hive);
        ac_buf_free(&old.pieces);
        if (rc != AC_OK)
            j->rc = rc;
    } else if (rc == AC_NOMEM || rc == AC_LIMIT) {
        j->rc = rc;
    }
    if (rc == AC_OK)
        return b;
    ac_hive_before_free(b);
    return NULL;
}

void ac_hive_before_free(struct ac_hive_before *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n; i++)
        ac_record_free(b->items[i].record);
    ac_free(b->items);
    ac_set_free(&b->names);
    ac_set_free(&b->removed);
    ac_free(b);
}

static bool same_content(const struct ac_record *a, const struct ac_record *b)
{
    static const char *const texts[] = {"command", "service_dll", "account"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(ac_record_get(a, texts[i]), ac_record_get(b, texts[i])) != 0)
            return false;
    }
    return ac_record_get_int(a, "start") == ac_record_get_int(b, "start") &&
           ac_record_get_int(a, "service_type") == ac_record_get_int(b, "service_type");
}

/* The item of the same entry that no record was compared with yet: the one with the same content,
 * else the first. */
static struct item *match(struct ac_hive_job *j, const struct ac_record *r, uint64_t first)
{
    struct ac_hive_before *b = j->before;
    struct item *best = NULL;

    for (size_t i = (size_t)first; i != 0; i = b->items[i - 1].next) {
        struct item *it = &b->items[i - 1];

        if (!ac_budget_spend(j->budget, 2)) { /* thousands may have one name */
            j->rc = j->rc == AC_OK ? AC_LIMIT : j->rc;
            return NULL;
        }
        if (it->matched)
            continue;
        best = it;
        if (ac_record_kind(r) == AC_KIND_AUTOSTART && same_content(it->record, r))
            break;
    }
    return best;
}

void ac_hive_before_compare(struct ac_hive_job *j, struct ac_record *r)
{
    struct ac_hive_before *b = j->before;
    struct ac_buf name = {0};
    uint64_t first = 0;

    if (r && !j->state && name_of(r, &name)) {
        struct item *it;

        ac_hive_check(j, &name);
        ac_set_get(&b->names, ac_buf_str(&name), &first);
        it = match(j, r, first);
        if (ac_record_kind(r) == AC_KIND_AUTOSTART) {
            ac_record_textz(r, "change",
                            !it                           ? "added"
                            : same_content(it->record, r) ? "unchanged"
                                                          : "changed");
            ac_record_textz(r, "before", it ? ac_record_get(it->record, "command") : "");
        }
        if (it)
            it->matched = true;
    }
    ac_buf_free(&name);
}

void ac_hive_before_removed(struct ac_hive_job *j)
{
    struct ac_hive_before *b = j->before;

    for (size_t i = 0; i < b->n && ac_hive_going(j); i++) {
        struct ac_record *r = b->items[i].record;
        struct ac_buf content = {0};

        if (b->items[i].matched || !content_of(r, &content))
            continue;
        ac_hive_check(j, &content);
        if (ac_set_put(&b->removed, ac_buf_str(&content), 1) != AC_OK && j->rc == AC_OK)
            j->rc = AC_NOMEM;
        ac_buf_free(&content);
        b->items[i].record = NULL;
        ac_record_prov_textz(r, "state", "deleted");
        if (ac_record_kind(r) == AC_KIND_AUTOSTART) {
            ac_record_textz(r, "change", "removed");
            ac_record_textz(r, "before", ac_record_get(r, "command"));
        }
        j->state = "deleted";
        ac_hive_emit(j, r);
        j->state = NULL;
    }
}

bool ac_hive_before_has_removed(struct ac_hive_job *j, const struct ac_record *r)
{
    struct ac_buf content = {0};
    bool has = j->before && r && content_of(r, &content) &&
               ac_set_has(&j->before->removed, ac_buf_str(&content));

    ac_hive_check(j, &content);
    ac_buf_free(&content);
    return has;
}

static bool is_empty(const struct ac_record *r, const char *field)
{
    const json_t *value = ac_record_get_json(r, field);

    return json_is_array(value) ? json_array_size(value) == 0 : !ac_record_get(r, field)[0];
}

/* Remembers what a record says of its entry; *ret_new becomes true if that was not said before. */
static void say(struct ac_hive_job *j, const struct ac_record *r, const char *field, bool *ret_new)
{
    struct ac_buf text = {0};

    if (!name_of(r, &text) || (field && is_empty(r, field))) {
        ac_buf_free(&text);
        return;
    }
    if (field) {
        ac_buf_addf(&text, "|%s|", field);
        add_field(r, field, &text);
    }
    ac_hive_check(j, &text);
    if (!ac_set_has(j->told, ac_buf_str(&text))) {
        *ret_new = true;
        if (ac_set_put(j->told, ac_buf_str(&text), 1) != AC_OK && j->rc == AC_OK)
            j->rc = AC_NOMEM;
    }
    ac_buf_free(&text);
}

bool ac_hive_says_new(struct ac_hive_job *j, const struct ac_record *r)
{
    bool new = false;

    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART: /* of a service one of them may stand in another entry of the log */
        say(j, r, "command", &new);
        say(j, r, "service_dll", &new);
        return new;
    case AC_KIND_TASK:
        say(j, r, "path", &new);
        say(j, r, "xml_hash", &new);
        say(j, r, "actions", &new);
        return new;
    case AC_KIND_VALUE:
        say(j, r, "data", &new);
        return new;
    case AC_KIND_KEY:
        say(j, r, NULL, &new);
        return new;
    default:
        return true;
    }
}
