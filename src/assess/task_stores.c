/* Joining the records of a scheduled task that stands in several places. */
#include "assess/task_stores.h"

#include "assess/copies.h"
#include "base/text.h"

#include <string.h>

#define FOLDER "System32/Tasks/"

void ac_task_stores_free(struct ac_task_stores *s)
{
    ac_set_free(&s->xml);
    ac_set_free(&s->cache);
    ac_set_free(&s->files);
    ac_set_free(&s->systems);
}

/* ---- gathering */

static void key_of(const struct ac_record *r, struct ac_str path, struct ac_buf *out)
{
    ac_buf_clear(out);
    ac_buf_addf(out, "%s|%s|", ac_record_prov(r, "evidence"), ac_record_prov(r, "system"));
    for (size_t i = 0; i < path.n;) {
        unsigned c = ac_fold_char(ac_utf8_next(path, &i));

        ac_buf_addu(out, c == '/' ? '\\' : c);
    }
}

struct ac_str ac_task_below_folder(const char *path)
{
    struct ac_str whole = ac_str_of(path);
    long at = ac_str_ifind(whole, AC_STR(FOLDER));
    size_t skip = sizeof(FOLDER) - 2; /* the path of a task begins with a separator */

    return at < 0 ? AC_STR("") : (struct ac_str){path + at + skip, whole.n - (size_t)at - skip};
}

static bool is_live(const struct ac_record *r)
{
    const char *state = ac_record_prov(r, "state");

    return !ac_is_copy(r) && strcmp(state, "deleted") != 0 && strcmp(state, "unlinked") != 0;
}

bool ac_task_is_cached(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_TASK && strcmp(ac_record_get(r, "store"), "cache") == 0 &&
           is_live(r);
}

bool ac_task_is_loose(const struct ac_record *r)
{
    return strcmp(ac_record_prov(r, "system"), "single artefacts") == 0;
}

static enum ac_rc mark(struct ac_task_stores *s, const struct ac_record *r, unsigned bit)
{
    struct ac_buf key = {0};
    uint64_t bits = 0;
    enum ac_rc rc;

    key_of(r, AC_STR(""), &key);
    ac_set_get(&s->systems, ac_buf_str(&key), &bits);
    rc = key.failed ? AC_NOMEM : ac_set_put(&s->systems, ac_buf_str(&key), bits | bit);
    ac_buf_free(&key);
    return rc;
}

static enum ac_rc put(struct ac_set *set, const struct ac_record *r, struct ac_str path, size_t i)
{
    struct ac_buf key = {0};
    enum ac_rc rc = AC_OK;

    key_of(r, path, &key);
    if (key.failed)
        rc = AC_NOMEM;
    else if (path.n > 0 && !ac_set_has(set, ac_buf_str(&key)))
        rc = ac_set_put(set, ac_buf_str(&key), i + 1);
    ac_buf_free(&key);
    return rc;
}

static enum ac_rc take_row(struct ac_task_stores *s, const struct ac_record *r, size_t i)
{
    struct ac_str name = ac_str_of(ac_record_get(r, "name"));
    bool complete = strcmp(ac_record_get(r, "read"), "complete") == 0;
    const char *source = ac_record_get(r, "source");

    if (strcmp(source, "hive") == 0 && complete &&
        ac_str_iends(name, AC_STR("System32/config/SOFTWARE")))
        return mark(s, r, AC_SOFTWARE_READ);
    if (strcmp(source, "task") != 0)
        return AC_OK;
    if (complete && ac_str_iends(name, AC_STR("System32/Tasks")))
        return mark(s, r, AC_TASKS_READ);
    return put(&s->files, r, ac_task_below_folder(name.p), i);
}

static enum ac_rc take(struct ac_task_stores *s, const struct ac_record *r, size_t i)
{
    enum ac_rc rc = AC_OK;

    if (ac_record_kind(r) == AC_KIND_SOURCE)
        return take_row(s, r, i);
    if (ac_record_kind(r) != AC_KIND_TASK || ac_task_is_loose(r))
        return AC_OK;
    if (ac_task_is_cached(r)) {
        rc = mark(s, r, AC_HAS_CACHE);
        return rc == AC_OK ? put(&s->cache, r, ac_str_of(ac_record_get(r, "path")), i) : rc;
    }
    if (strcmp(ac_record_get(r, "store"), "xml") != 0 ||
        ac_task_below_folder(ac_record_prov(r, "path")).n == 0)
        return AC_OK;
    rc = mark(s, r, AC_HAS_XML);
    return rc == AC_OK ? put(&s->xml, r, ac_task_below_folder(ac_record_prov(r, "path")), i) : rc;
}

enum ac_rc ac_task_stores_gather(const struct ac_assessment *a, struct ac_task_stores *ret)
{
    enum ac_rc rc = AC_OK;

    *ret = (struct ac_task_stores){0};
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++)
        rc = take(ret, a->records[i], i);
    return rc;
}

/* ---- asking */

const struct ac_record *ac_task_of(const struct ac_assessment *a, const struct ac_set *set,
                                   const struct ac_record *r, struct ac_str path, enum ac_rc *rc)
{
    struct ac_buf key = {0};
    uint64_t number = 0;

    key_of(r, path, &key);
    if (key.failed)
        *rc = AC_NOMEM;
    else if (path.n > 0)
        ac_set_get(set, ac_buf_str(&key), &number);
    ac_buf_free(&key);
    return number ? a->records[number - 1] : NULL;
}

bool ac_task_stores_have(const struct ac_task_stores *s, const struct ac_record *r, unsigned bits,
                         enum ac_rc *rc)
{
    struct ac_buf key = {0};
    uint64_t have = 0;

    key_of(r, AC_STR(""), &key);
    if (key.failed)
        *rc = AC_NOMEM;
    else
        ac_set_get(&s->systems, ac_buf_str(&key), &have);
    ac_buf_free(&key);
    return (have & bits) == bits;
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

void ac_task_describe(const json_t *action, struct ac_buf *out)
{
    if (!action)
        ac_buf_addz(out, "-");
    else if (text_of(action, "class_id")[0])
        ac_buf_addf(out, "COM %s", text_of(action, "class_id"));
    else if (text_of(action, "command")[0])
        ac_buf_addf(out, "%s%s%s", text_of(action, "command"),
                    text_of(action, "arguments")[0] ? " " : "", text_of(action, "arguments"));
    else
        ac_buf_addf(out, "(%s) %s", text_of(action, "type"), text_of(action, "data"));
}

void ac_task_describe_all(const struct ac_record *r, struct ac_buf *out)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    for (size_t i = 0; i < json_array_size(actions); i++) {
        ac_buf_addz(out, i ? "; " : "");
        ac_task_describe(json_array_get(actions, i), out);
    }
    if (json_array_size(actions) == 0)
        ac_buf_addz(out, "-");
}

enum ac_rc ac_task_join(struct ac_finding *f, const struct ac_record *other)
{
    if (!f)
        return AC_NOMEM;
    return other ? ac_finding_add_record(f, other) : AC_OK;
}

enum ac_rc ac_task_stores_each(struct ac_assessment *a, const struct ac_rule *rule, bool xml,
                               ac_task_each *each)
{
    struct ac_task_stores s;
    enum ac_rc rc = ac_task_stores_gather(a, &s);

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) != AC_KIND_TASK)
            continue;
        if (xml ? strcmp(ac_record_get(r, "store"), "xml") == 0 && !ac_task_is_loose(r)
                : ac_task_is_cached(r))
            rc = each(a, rule, &s, r);
    }
    ac_task_stores_free(&s);
    return rc;
}
