#include "report/timeline.h"

#include "base/alloc.h"
#include "base/set.h"

#include <stdlib.h>
#include <string.h>

#define TICKS_10000_01_01 UINT64_C(2650467744000000000)

struct gather {
    struct ac_timeline *t;
    struct ac_set keys; /* evidence, key and time of last writing that were told */
    enum ac_rc rc;
};

static void add(struct gather *g, const struct ac_record *r, const char *field, const char *text,
                const char *member, const json_t *item)
{
    struct ac_timeline *t = g->t;
    struct ac_filetime time;

    if (!text || !ac_time_parse(text, &time) || time.ticks == 0 || time.ticks >= TICKS_10000_01_01)
        return;
    if (ac_grow((void **)&t->rows, &t->cap, t->n + 1, sizeof(*t->rows)) != 0) {
        g->rc = AC_NOMEM;
        return;
    }
    t->rows[t->n] = (struct ac_timeline_row){time.ticks, r, field, member, item, t->n};
    t->n++;
}

/* Members of objects that are times of something that happened: entries of listings, volumes of prefetch
 * files, headers of programs, earlier systems. Times of triggers are plans. */
static void add_object(struct gather *g, const struct ac_record *r, const char *field,
                       const json_t *object)
{
    static const char *const dated[] = {"created", "modified", "accessed", "timestamp",
                                        "installed"};

    for (size_t i = 0; i < sizeof(dated) / sizeof(dated[0]); i++)
        add(g, r, field, json_string_value(json_object_get(object, dated[i])), dated[i], object);
}

static void add_field(struct gather *g, const struct ac_record *r, const struct ac_field *f)
{
    const json_t *value = ac_record_get_json(r, f->name);

    switch (f->type) {
    case AC_FIELD_TIME:
        add(g, r, f->name, json_string_value(value), "", NULL);
        break;
    case AC_FIELD_TIMES:
        for (size_t i = 0; i < json_array_size(value); i++)
            add(g, r, f->name, json_string_value(json_array_get(value, i)), "", NULL);
        break;
    case AC_FIELD_OBJECT:
        add_object(g, r, f->name, value);
        break;
    case AC_FIELD_OBJECTS:
        for (size_t i = 0; i < json_array_size(value); i++)
            add_object(g, r, f->name, json_array_get(value, i));
        break;
    default:
        break;
    }
}

/* Several records may come from one key: its time is told with the first. */
static void add_key(struct gather *g, const struct ac_record *r)
{
    const char *written = ac_record_prov(r, "key_last_written");
    struct ac_buf id = {0};

    if (!written[0])
        return;
    ac_buf_addf(&id, "%s|%s|%s|%s|%s", ac_record_prov(r, "evidence"), ac_record_prov(r, "path"),
                ac_record_prov(r, "snapshot"), ac_record_prov(r, "key"), written);
    if (!ac_set_has(&g->keys, ac_buf_str(&id))) {
        add(g, r, "key_last_written", written, "", NULL);
        if (ac_set_put(&g->keys, ac_buf_str(&id), 1) != AC_OK)
            g->rc = AC_NOMEM;
    }
    if (id.failed)
        g->rc = AC_NOMEM;
    ac_buf_free(&id);
}

static int by_time(const void *a, const void *b)
{
    const struct ac_timeline_row *x = a, *y = b;

    if (x->ticks != y->ticks)
        return x->ticks < y->ticks ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

enum ac_rc ac_timeline_make(const struct ac_assessment *a, struct ac_timeline *ret)
{
    struct gather g = {.t = ret};

    *ret = (struct ac_timeline){0};
    for (size_t i = 0; g.rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        /* dates of an acquisition are no events of the machine */
        if (ac_record_kind(r) == AC_KIND_INTEGRITY)
            continue;
        for (const struct ac_field *f = ac_schema_of(ac_record_kind(r))->fields; f->name; f++)
            add_field(&g, r, f);
        add_key(&g, r);
    }
    ac_set_free(&g.keys);
    if (g.rc != AC_OK) {
        ac_timeline_free(ret);
        return g.rc;
    }
    if (ret->n > 0)
        qsort(ret->rows, ret->n, sizeof(*ret->rows), by_time);
    return AC_OK;
}

void ac_timeline_free(struct ac_timeline *t)
{
    ac_free(t->rows);
    *t = (struct ac_timeline){0};
}
