/* What the sections need to know of all records together. */
#include "report/text_parts.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "records/jsonl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ac_text_of(const json_t *object, const char *member)
{
    const char *z = json_string_value(json_object_get(object, member));

    return z ? z : "";
}

static struct ac_text_item *item_of(struct ac_text *t, const char *id)
{
    for (size_t i = 0; i < t->n_items; i++) {
        if (strcmp(t->items[i].id, id) == 0)
            return &t->items[i];
    }
    if (ac_grow((void **)&t->items, &t->cap_items, t->n_items + 1, sizeof(*t->items)) != 0)
        return NULL;
    t->items[t->n_items] = (struct ac_text_item){.id = id, .name = ""};
    return &t->items[t->n_items++];
}

bool ac_text_is_of(const struct ac_record *r, const struct ac_text_system *s)
{
    return strcmp(ac_record_prov(r, "evidence"), s->evidence) == 0 &&
           strcmp(ac_record_prov(r, "system"), s->name) == 0;
}

static bool add_system(struct ac_text *t, const struct ac_record *r)
{
    for (size_t i = 0; i < t->n_systems; i++) {
        if (ac_text_is_of(r, &t->systems[i]))
            return true;
    }
    if (ac_grow((void **)&t->systems, &t->cap_systems, t->n_systems + 1, sizeof(*t->systems)) != 0)
        return false;
    t->systems[t->n_systems++] = (struct ac_text_system){.evidence = ac_record_prov(r, "evidence"),
                                                         .name = ac_record_prov(r, "system")};
    return true;
}

static void count_source(struct ac_text *t, const struct ac_record *r)
{
    const char *read = ac_record_get(r, "read");

    if (ac_is_records_count(r) || strcmp(ac_record_get(r, "source"), "shadow-copies") == 0)
        return; /* no sources that are expected */
    if (strcmp(read, "complete") == 0)
        t->complete++;
    else if (strcmp(read, "partial") == 0)
        t->partial++;
    else if (!ac_record_get_bool(r, "present"))
        t->absent++;
    else
        t->unread++;
}

static bool gather_record(struct ac_text *t, const struct ac_record *r)
{
    struct ac_text_item *item = item_of(t, ac_record_prov(r, "evidence"));

    if (!item)
        return false;
    if (ac_record_kind(r) == AC_KIND_INTEGRITY && ac_record_get(r, "format")[0])
        item->integrity = r;
    if (ac_record_kind(r) == AC_KIND_INTEGRITY && ac_record_get_json(r, "expected"))
        item->expected = r;
    if (ac_record_kind(r) == AC_KIND_SOURCE)
        count_source(t, r);
    t->problems += ac_record_kind(r) == AC_KIND_PROBLEM;
    return ac_record_prov(r, "system")[0] == '\0' || add_system(t, r);
}

enum ac_rc ac_text_gather(struct ac_text *t)
{
    const json_t *list = json_object_get(json_object_get(t->in->header, "options"), "evidence");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i);
        struct ac_text_item *item = item_of(t, ac_text_of(e, "id"));

        if (!item)
            return AC_NOMEM;
        item->name = ac_text_of(e, "name");
    }
    for (size_t i = 0; i < t->a->n_records; i++) {
        if (!gather_record(t, t->a->records[i]))
            return AC_NOMEM;
    }
    for (size_t i = 0; i < t->a->n_findings; i++)
        t->strengths[t->a->findings[i]->strength]++;
    if (t->in->id) {
        snprintf(t->report_id, sizeof(t->report_id), "%s", t->in->id);
        return AC_OK;
    }
    return ac_report_id(t->in, t->report_id);
}

void ac_text_free(struct ac_text *t)
{
    ac_doc_free(&t->doc);
    ac_free(t->items);
    ac_free(t->systems);
    ac_set_free(&t->told);
}

static void add_user(struct ac_str user, struct ac_set *seen, struct ac_buf *out)
{
    if (user.n == 0 || ac_set_has(seen, user))
        return;
    out->failed |= ac_set_put(seen, user, 0) != AC_OK;
    ac_buf_addz(out, out->n ? ", " : "");
    ac_buf_adds(out, user);
}

/* The component after a folder of profiles, if the path leads below one. */
static struct ac_str profile_of(const char *path)
{
    static const char *const homes[] = {"Users/", "Documents and Settings/"};
    struct ac_str s = ac_str_of(path);

    for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
        long at = ac_str_ifind(s, ac_str_of(homes[i]));

        if (at == 0 || (at > 0 && path[at - 1] == '/')) {
            const char *name = path + at + strlen(homes[i]);

            return (struct ac_str){name, name[strcspn(name, "/")] ? strcspn(name, "/") : 0};
        }
    }
    return (struct ac_str){"", 0};
}

void ac_text_users(const struct ac_finding *f, struct ac_set *seen, struct ac_buf *out)
{
    add_user(ac_str_of(f->user), seen, out);
    for (size_t i = 0; i < f->n_records; i++) {
        const struct ac_record *r = f->records[i];

        if (ac_record_kind(r) == AC_KIND_AUTOSTART || ac_record_kind(r) == AC_KIND_LISTING)
            add_user(ac_str_of(ac_record_get(r, "user")), seen, out);
        else if (ac_record_kind(r) == AC_KIND_FILE || ac_record_kind(r) == AC_KIND_MATCH)
            add_user(profile_of(ac_record_get(r, "path")), seen, out);
    }
}

int ac_text_status(const struct ac_text *t)
{
    int status = ac_assessment_status(t->a);

    for (size_t i = 0; status != 1 && i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) == AC_KIND_PROBLEM &&
            strcmp(ac_record_get(r, "class"), "unusable") == 0)
            return 3;
    }
    return status;
}
