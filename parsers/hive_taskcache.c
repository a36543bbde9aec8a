/*
 * Scheduled tasks as the registry has them: TaskCache of SOFTWARE, which Windows Vista and later go by. The
 * XML files only describe the tasks.
 *
 * Tree has a key for each folder and task, with the task's id; Tasks has what it does, by id; Boot, Logon,
 * Plain and Maintenance list ids. One record for each entry of the tree, and one for each entry of
 * Tasks that no entry of the tree names. Format: see taskcache.h.
 */
#include "hive_parts.h"
#include "taskcache.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

#define CACHE "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache"

static const char *const group_names[] = {"Boot", "Logon", "Plain", "Maintenance"};
#define N_GROUPS (sizeof(group_names) / sizeof(group_names[0]))

/* A key below Tasks. */
struct entry {
    struct ac_hive_key key;
    bool told; /* an entry of the tree named it */
};

struct cache {
    struct ac_hive_job *job;
    struct ac_hive_place tree, tasks; /* path empty: there is none */
    struct entry *entries;            /* Owned */
    size_t n, cap;
    struct ac_set ids;    /* upper-case id -> index + 1 of its entry */
    struct ac_set groups; /* upper-case id -> bits of the lists that have it */
};

static void fail(struct cache *c)
{
    if (c->job->rc == AC_OK)
        c->job->rc = AC_NOMEM;
}

/* ---- values of an entry of Tasks */

static void tell(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v,
                 const char *name, enum ac_rc rc, const struct ac_taskcache_fault *fault)
{
    char what[160];

    if (rc == AC_OK)
        return;
    ac_record_bool(r, "incomplete", true);
    if (rc == AC_NOMEM && j->rc == AC_OK)
        j->rc = AC_NOMEM;
    if (rc == AC_NOMEM || j->state) /* of what was deleted, parts may be overwritten */
        return;
    snprintf(what, sizeof(what), "value %s of a task in TaskCache, byte %zu of its data: %s", name,
             fault->at, fault->what);
    ac_hive_bad_entry(j, v, rc, what);
}

static void put_hash(struct ac_hive_job *j, struct ac_record *r, struct ac_view data)
{
    struct ac_buf hex = {0};

    ac_buf_addhex(&hex, data.p, data.n);
    ac_hive_check(j, &hex);
    ac_record_text(r, "xml_hash", ac_buf_str(&hex));
    ac_buf_free(&hex);
}

static void put_schema(struct ac_record *r, struct ac_view data)
{
    char text[24];

    if (data.n < 4)
        return;
    snprintf(text, sizeof(text), "%u.%u", ac_le32(data.p) >> 16, ac_le32(data.p) & 0xFFFF);
    ac_record_textz(r, "version", text);
}

bool ac_hive_task_value(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v,
                        struct ac_view data)
{
    static const struct {
        const char *value, *field;
    } texts[] = {{"Path", "path"},     {"Date", "date"},
                 {"Author", "author"}, {"Description", "description"},
                 {"URI", "uri"},       {"Source", "source"},
                 {"Data", "data"},     {"SecurityDescriptor", "security_descriptor"}};
    struct ac_taskcache_fault fault = {0};
    struct ac_buf b = {0};
    struct ac_str name;
    bool known = true;

    if (data.n > AC_MAX_TASK_VALUE) {
        fault.what = "longer than any task needs, not read";
        tell(j, r, v, "(any)", AC_LIMIT, &fault);
        return false;
    }

    ac_hive_value_name(j, v, &b, NULL);
    name = ac_buf_str(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (ac_str_ieq(name, ac_str_of(texts[i].value))) {
            ac_hive_put_bytes(j, r, texts[i].field, v->type, data);
            name.n = 0;
        }
    }
    /* thousands of keys may share the data of one value */
    if (!ac_budget_spend(j->budget, data.n / 16) && j->rc == AC_OK)
        j->rc = AC_LIMIT;
    if (name.n == 0)
        known = b.n > 0;
    else if (ac_str_ieq(name, AC_STR("Actions")))
        tell(j, r, v, "Actions", ac_taskcache_actions(data, j->budget, r, &fault), &fault);
    else if (ac_str_ieq(name, AC_STR("Triggers")))
        tell(j, r, v, "Triggers", ac_taskcache_triggers(data, j->budget, r, &fault), &fault);
    else if (ac_str_ieq(name, AC_STR("DynamicInfo")))
        tell(j, r, v, "DynamicInfo", ac_taskcache_dynamic_info(data, r, &fault), &fault);
    else if (ac_str_ieq(name, AC_STR("Hash")))
        put_hash(j, r, data);
    else if (ac_str_ieq(name, AC_STR("Schema")))
        put_schema(r, data);
    else
        known = false;
    ac_buf_free(&b);
    return known;
}

/* ---- ids */

/* As a key of the sets: GUIDs are compared without case. */
static void id_of(struct ac_hive_job *j, struct ac_str name, struct ac_buf *out)
{
    ac_buf_adds(out, name);
    for (size_t i = 0; i < out->n; i++) {
        if (out->p[i] >= 'a' && out->p[i] <= 'z')
            out->p[i] = (char)(out->p[i] - 'a' + 'A');
    }
    ac_hive_check(j, out);
}

static void id_of_key(struct ac_hive_job *j, const struct ac_hive_key *key, struct ac_buf *out)
{
    struct ac_buf name = {0};

    ac_hive_name(key->name, key->latin1, &name, NULL);
    ac_hive_check(j, &name);
    id_of(j, ac_buf_str(&name), out);
    ac_buf_free(&name);
}

static void take_groups(struct cache *c)
{
    for (size_t i = 0; i < N_GROUPS && ac_hive_going(c->job); i++) {
        struct ac_hive_place place;
        struct ac_hive_subkeys list;
        struct ac_hive_key key;
        char path[96];

        snprintf(path, sizeof(path), CACHE "\\%s", group_names[i]);
        if (ac_hive_open_key(c->job, path, &place)) {
            ac_hive_subkeys(c->job->hive, &place.key, &list);
            while (ac_hive_going(c->job) && ac_hive_next_subkey(c->job->hive, &list, &key)) {
                struct ac_buf id = {0};
                uint64_t bits = 0;

                id_of_key(c->job, &key, &id);
                ac_set_get(&c->groups, ac_buf_str(&id), &bits);
                if (ac_set_put(&c->groups, ac_buf_str(&id), bits | 1U << i) != AC_OK)
                    fail(c);
                ac_buf_free(&id);
            }
        }
        ac_buf_free(&place.path);
    }
}

static void take_entries(struct cache *c)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    ac_hive_subkeys(c->job->hive, &c->tasks.key, &list);
    while (ac_hive_going(c->job) && ac_hive_next_subkey(c->job->hive, &list, &key)) {
        struct ac_buf id = {0};

        id_of_key(c->job, &key, &id);
        if (ac_grow((void **)&c->entries, &c->cap, c->n + 1, sizeof(*c->entries)) != 0) {
            fail(c);
        } else {
            c->entries[c->n++] = (struct entry){.key = key};
            /* of two keys of one name (a damaged hive) the first is the one that is found */
            if (!ac_set_has(&c->ids, ac_buf_str(&id)) &&
                ac_set_put(&c->ids, ac_buf_str(&id), c->n) != AC_OK)
                fail(c);
        }
        ac_buf_free(&id);
    }
}

/* ---- records */

static void put_groups(struct cache *c, struct ac_record *r, struct ac_str id)
{
    uint64_t bits = 0;

    ac_set_get(&c->groups, id, &bits);
    for (size_t i = 0; i < N_GROUPS; i++) {
        if (bits >> i & 1)
            ac_record_add_text(r, "groups", ac_str_of(group_names[i]));
    }
}

/* What Tasks says of it; the record's place is there. */
static void put_entry(struct cache *c, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_job *j = c->job;
    struct ac_hive_place place;
    struct ac_hive_values values;
    struct ac_hive_value v, actions;
    bool has_actions = false;

    ac_hive_enter_key(j, &c->tasks, key, &place);
    ac_hive_values(j->hive, key, &values);
    while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v)) {
        struct ac_view data;
        bool had = r && ac_record_get_json(r, "actions");

        if (!ac_hive_data(j->hive, &v, &j->pieces, &data))
            continue;
        ac_hive_task_value(j, r, &v, data);
        if (!had && r && ac_record_get_json(r, "actions")) {
            actions = v;
            has_actions = true;
        }
    }
    ac_hive_prov(j, r, &place, has_actions ? &actions : NULL);
    ac_buf_free(&place.path);
}

static struct ac_record *new_task(struct cache *c, struct ac_str id, bool in_tree, bool in_tasks)
{
    struct ac_record *r = ac_record_new(AC_KIND_TASK);

    ac_record_textz(r, "store", "cache");
    ac_record_text(r, "id", id);
    ac_record_bool(r, "in_tree", in_tree);
    ac_record_bool(r, "in_tasks", in_tasks);
    put_groups(c, r, id);
    return r;
}

/* The path of the tree; that of Tasks beside it when they differ. */
static void put_path(struct cache *c, struct ac_record *r, struct ac_str below,
                     const struct ac_hive_key *key)
{
    struct ac_buf path = {0}, name = {0};
    const char *other = r ? ac_record_get(r, "path") : "";
    bool exact = true;

    ac_buf_addc(&path, '\\');
    ac_buf_adds(&path, below);
    ac_hive_name(key->name, key->latin1, &name, &exact);
    ac_hive_check(c->job, &path);
    ac_hive_check(c->job, &name);
    if (other[0] && !ac_fold_eq(ac_str_of(other), ac_buf_str(&path)))
        ac_record_textz(r, "tasks_path", other);
    ac_record_text(r, "path", ac_buf_str(&path));
    if (!exact)
        ac_record_raw(r, "path", key->name);
    ac_buf_free(&path);
    ac_buf_free(&name);
}

static void put_tree(struct cache *c, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_value v;

    ac_record_bool(r, "has_security_descriptor",
                   ac_hive_find_value(c->job->hive, key, "SD", &v) && v.size > 0);
    ac_hive_put_dword(c->job, r, "index", key, "Index");
    ac_record_time(r, "tree_written", key->last_written);
}

static void in_tree(struct cache *c, const struct ac_hive_key *key, struct ac_str below,
                    struct ac_str id, const struct ac_hive_value *v)
{
    struct ac_hive_place place = {.key = *key};
    uint64_t number = 0;
    bool has = ac_set_get(&c->ids, id, &number);
    struct ac_record *r = new_task(c, id, true, has);

    if (has) {
        c->entries[number - 1].told = true;
        put_entry(c, r, &c->entries[number - 1].key);
    } else {
        ac_buf_adds(&place.path, ac_buf_str(&c->tree.path));
        ac_buf_addc(&place.path, '\\');
        ac_buf_adds(&place.path, below);
        ac_hive_check(c->job, &place.path);
        ac_hive_prov(c->job, r, &place, v);
        ac_buf_free(&place.path);
    }
    put_path(c, r, below, key);
    put_tree(c, r, key);
    ac_hive_emit(c->job, r);
}

/* A key of the tree with an id is a task, any other a folder. */
static enum ac_rc visit(void *context, const struct ac_hive_key *key, struct ac_str path)
{
    struct cache *c = context;
    struct ac_record *scratch = NULL;
    struct ac_hive_value v;
    struct ac_buf id = {0};

    if (path.n == 0 || !ac_hive_find_value(c->job->hive, key, "Id", &v))
        return ac_hive_going(c->job) ? AC_OK : c->job->rc;
    scratch = ac_record_new(AC_KIND_TASK);
    ac_hive_put_data(c->job, scratch, "id", &v);
    id_of(c->job, ac_str_of(scratch ? ac_record_get(scratch, "id") : ""), &id);
    if (!scratch)
        fail(c);
    if (ac_hive_going(c->job))
        in_tree(c, key, path, ac_buf_str(&id), &v);
    ac_record_free(scratch);
    ac_buf_free(&id);
    return c->job->rc;
}

static void not_in_tree(struct cache *c)
{
    for (size_t i = 0; i < c->n && ac_hive_going(c->job); i++) {
        struct ac_buf id = {0};

        if (c->entries[i].told)
            continue;
        id_of_key(c->job, &c->entries[i].key, &id);
        if (ac_hive_going(c->job)) {
            struct ac_record *r = new_task(c, ac_buf_str(&id), false, true);

            put_entry(c, r, &c->entries[i].key);
            ac_hive_emit(c->job, r);
        }
        ac_buf_free(&id);
    }
}

void ac_hive_taskcache(struct ac_hive_job *j)
{
    struct cache c = {.job = j};
    enum ac_rc rc = AC_OK;

    take_groups(&c);
    if (ac_hive_going(j) && ac_hive_open_key(j, CACHE "\\Tasks", &c.tasks))
        take_entries(&c);
    if (ac_hive_going(j) && ac_hive_open_key(j, CACHE "\\Tree", &c.tree))
        rc = ac_hive_walk(j->hive, &c.tree.key, visit, &c, j->err);
    if (j->rc == AC_OK)
        j->rc = rc;
    not_in_tree(&c);
    ac_buf_free(&c.tasks.path);
    ac_buf_free(&c.tree.path);
    ac_free(c.entries);
    ac_set_free(&c.ids);
    ac_set_free(&c.groups);
}
