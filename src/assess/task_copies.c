/* A scheduled task that several places have alike is one finding. */
#include "assess/conclude.h"
#include "assess/copies.h"

#include "base/set.h"
#include "base/text.h"

#include <string.h>

/* The file is what people read of a task; the registry comes next, then files of old versions. What starts
 * nothing any more comes after all that does. */
static unsigned rank_of(const struct ac_record *r)
{
    static const char *const stores[] = {"xml", "cache", "job"};
    unsigned rank = 0;

    while (rank < 3 && strcmp(ac_record_get(r, "store"), stores[rank]) != 0)
        rank++;
    return rank + (ac_is_configured(r) ? 0 : 4);
}

/* Folded as Windows compares names, a separator behind it. */
static void add_folded(struct ac_buf *out, const char *text)
{
    struct ac_str s = ac_str_of(text);

    for (size_t i = 0; i < s.n;)
        ac_buf_addu(out, ac_fold_char(ac_utf8_next(s, &i)));
    ac_buf_addc(out, '\n');
}

/* What makes two findings speak of one task: rule, subject, installation, path, and what is started. */
static void key_of(const struct ac_finding *f, struct ac_buf *out)
{
    static const char *const members[] = {"type", "command", "arguments", "class_id"};
    const struct ac_record *r = f->records[0];
    const json_t *actions = ac_record_get_json(r, "actions");

    ac_buf_clear(out);
    ac_buf_addf(out, "%s\n%s\n%s\n%s\n", f->rule->id, f->subject, ac_record_prov(r, "evidence"),
                ac_record_prov(r, "system"));
    add_folded(out, ac_record_get(r, "path"));
    for (size_t i = 0; i < json_array_size(actions); i++) {
        for (size_t k = 0; k < sizeof(members) / sizeof(members[0]); k++)
            add_folded(out,
                       json_string_value(json_object_get(json_array_get(actions, i), members[k])));
    }
}

static bool is_of_task(const struct ac_finding *f)
{
    return f->n_records > 0 && ac_record_kind(f->records[0]) == AC_KIND_TASK &&
           ac_record_get(f->records[0], "path")[0];
}

/* The first finding of the best place for each key: index + 1. */
static enum ac_rc find_best(const struct ac_assessment *a, const bool *merged, struct ac_set *best)
{
    struct ac_buf key = {0};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];
        uint64_t known = 0;

        if (merged[i] || !is_of_task(f))
            continue;
        key_of(f, &key);
        ac_set_get(best, ac_buf_str(&key), &known);
        if (key.failed)
            rc = AC_NOMEM;
        else if (!known || rank_of(f->records[0]) < rank_of(a->findings[known - 1]->records[0]))
            rc = ac_set_put(best, ac_buf_str(&key), i + 1);
    }
    ac_buf_free(&key);
    return rc;
}

static enum ac_rc join(struct ac_finding *g, const struct ac_finding *f)
{
    enum ac_rc rc = AC_OK;

    for (size_t k = 0; rc == AC_OK && k < f->n_records; k++)
        rc = ac_finding_add_record(g, f->records[k]);
    if (f->strength > g->strength)
        g->strength = f->strength;
    return rc;
}

enum ac_rc ac_merge_tasks(struct ac_assessment *a, bool *merged)
{
    struct ac_buf key = {0};
    struct ac_set best = {0};
    enum ac_rc rc = find_best(a, merged, &best);

    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        uint64_t number = 0;

        if (merged[i] || !is_of_task(a->findings[i]))
            continue;
        key_of(a->findings[i], &key);
        ac_set_get(&best, ac_buf_str(&key), &number);
        if (key.failed) {
            rc = AC_NOMEM;
        } else if (number && number - 1 != i) {
            rc = join(a->findings[number - 1], a->findings[i]);
            merged[i] = rc == AC_OK;
        }
    }
    ac_buf_free(&key);
    ac_set_free(&best);
    return rc;
}
