/*
 * The number and the provider of an event.
 *
 * Most events of a log are not wanted. Where a template has the number (nearly always: which of the
 * event's values it is) is found once for each chunk; an event then costs one look at one value.
 */
#include "evtx_parts.h"

#include <string.h>

#define SLOTS 4096

struct finder {
    struct ac_evtx_origin id, provider;
    unsigned depth;                       /* open elements */
    bool system, event_id, provider_open; /* inside of Event/System, of EventID, of Provider */
    bool in_attribute, in_name;           /* text belongs to an attribute, to Provider's Name */
};

static void open_element(void *context, struct ac_view name)
{
    struct finder *f = context;

    f->depth++;
    f->in_attribute = f->in_name = false;
    if (f->depth == 2)
        f->system = ac_bxml_is(name, "System");
    f->event_id = f->system && f->depth == 3 && ac_bxml_is(name, "EventID");
    f->provider_open = f->system && f->depth == 3 && ac_bxml_is(name, "Provider");
}

static void attribute(void *context, struct ac_view name)
{
    struct finder *f = context;

    f->in_attribute = true;
    f->in_name = f->provider_open && ac_bxml_is(name, "Name");
}

static void content(void *context)
{
    struct finder *f = context;

    f->in_attribute = f->in_name = false;
}

/* What the text at hand belongs to; NULL: nothing that is asked for. */
static struct ac_evtx_origin *wanted(struct finder *f)
{
    struct ac_evtx_origin *o = f->in_name                        ? &f->provider
                               : f->event_id && !f->in_attribute ? &f->id
                                                                 : NULL;

    if (o && o->kind != AC_ORIGIN_NONE) {
        o->kind = AC_ORIGIN_MIXED; /* several pieces */
        o = NULL;
    }
    return o;
}

static void text(void *context, const struct ac_bxml_value *v)
{
    struct ac_evtx_origin *o = wanted(context);

    if (o)
        *o = (struct ac_evtx_origin){.kind = AC_ORIGIN_TEXT, .text = *v};
}

static void placeholder(void *context, unsigned number)
{
    struct ac_evtx_origin *o = wanted(context);

    if (o)
        *o = (struct ac_evtx_origin){.kind = AC_ORIGIN_VALUE, .number = number};
}

static void close_element(void *context)
{
    struct finder *f = context;

    f->depth--;
    f->event_id = f->provider_open = f->in_attribute = f->in_name = false;
    if (f->depth < 2)
        f->system = false;
}

static const struct ac_bxml_visitor finder_visitor = {.open = open_element,
                                                      .attribute = attribute,
                                                      .content = content,
                                                      .text = text,
                                                      .placeholder = placeholder,
                                                      .close = close_element};

void ac_evtx_templates_clear(struct ac_evtx_templates *t)
{
    memset(t->slots, 0, sizeof(t->slots));
    t->n = 0;
}

static uint16_t *slot_of(struct ac_evtx_templates *t, size_t definition)
{
    size_t i = definition * 2654435761U / 16 % SLOTS;

    while (t->slots[i] && t->items[t->slots[i] - 1].definition != definition)
        i = (i + 1) % SLOTS;
    return &t->slots[i];
}

static enum ac_rc read_template(struct ac_bxml *w, const struct ac_bxml_instance *i,
                                struct ac_evtx_template *ret)
{
    struct finder f = {0};
    enum ac_rc rc;

    w->visitor = &finder_visitor;
    w->context = &f;
    rc = ac_bxml_walk_definition(w, i);
    *ret =
        (struct ac_evtx_template){.definition = i->definition, .id = f.id, .provider = f.provider};
    if (rc == AC_CORRUPT) {
        ret->why = w->why;
        ret->at = w->at;
    }
    return rc == AC_CORRUPT ? AC_OK : rc;
}

/* The template of an instance, read when it is met first. NULL: *ret_rc. */
static const struct ac_evtx_template *template_of(struct ac_bxml *w, struct ac_evtx_templates *t,
                                                  const struct ac_bxml_instance *i,
                                                  enum ac_rc *ret_rc)
{
    uint16_t *slot = slot_of(t, i->definition);
    struct ac_evtx_template *item;

    if (*slot == 0) {
        if (t->n == AC_MAX_EVTX_TEMPLATES) {
            w->why = "more templates than fit into a chunk";
            w->at = i->definition;
            *ret_rc = AC_CORRUPT;
            return NULL;
        }
        *ret_rc = read_template(w, i, &t->items[t->n]);
        if (*ret_rc != AC_OK)
            return NULL;
        *slot = (uint16_t)++t->n;
    }
    item = &t->items[*slot - 1];
    if (item->why) {
        w->why = item->why;
        w->at = item->at;
        *ret_rc = AC_CORRUPT;
        return NULL;
    }
    return item;
}

static bool resolve(struct ac_bxml *w, struct ac_bxml_instance *i, const struct ac_evtx_origin *o,
                    struct ac_bxml_value *ret)
{
    if (o->kind == AC_ORIGIN_TEXT)
        *ret = o->text;
    return o->kind == AC_ORIGIN_TEXT ||
           (o->kind == AC_ORIGIN_VALUE && i && ac_bxml_value_of(w, i, o->number, ret));
}

static enum ac_rc finish(struct ac_bxml *w, struct ac_bxml_instance *i,
                         const struct ac_evtx_origin *id, const struct ac_evtx_origin *provider,
                         size_t at, struct ac_evtx_head *ret)
{
    struct ac_bxml_value value = {0};
    uint64_t number;

    *ret = (struct ac_evtx_head){0};
    if (!resolve(w, i, id, &value) || !ac_bxml_number(&value, &number)) {
        w->why = "the event has no number";
        w->at = at;
        return AC_CORRUPT;
    }
    ret->id = (uint16_t)number;
    if (!resolve(w, i, provider, &ret->provider))
        ret->provider.type = AC_BXML_NULL;
    return AC_OK;
}

enum ac_rc ac_evtx_head(struct ac_bxml *w, struct ac_evtx_templates *t, size_t at, size_t end,
                        struct ac_evtx_head *ret)
{
    static const uint8_t fragment[4] = {0x0F, 1, 1, 0};
    const struct ac_evtx_template *known;
    struct ac_bxml_instance i;
    struct finder f = {0};
    enum ac_rc rc = AC_OK;

    if (end - at > 5 && memcmp(w->chunk.p + at, fragment, 4) == 0 && w->chunk.p[at + 4] == 0x0C) {
        if (!ac_bxml_instance(w, at + 4, end, &i))
            return AC_CORRUPT;
        known = template_of(w, t, &i, &rc);
        return known ? finish(w, &i, &known->id, &known->provider, at, ret) : rc;
    }
    w->visitor = &finder_visitor;
    w->context = &f;
    rc = ac_bxml_walk(w, at, end);
    return rc == AC_OK ? finish(w, NULL, &f.id, &f.provider, at, ret) : rc;
}
