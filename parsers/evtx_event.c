/*
 * A whole event: its System part, its data as stored, and the fields that its kind fills.
 *
 *   Event / System / Provider @Name, EventRecordID, TimeCreated @SystemTime, Channel, Computer, ...
 *         / EventData / Data @Name, Binary
 *         / UserData, ProcessingErrorData ... / elements of their own
 */
#include "base/alloc.h"
#include "evtx_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct level {
    struct ac_view name;
    bool has_child;
};

struct reader {
    struct ac_bxml *w;
    struct ac_record *record;
    struct level stack[AC_MAX_EVTX_ELEMENTS];
    unsigned depth;
    struct ac_view attribute; /* p NULL: at content */
    struct ac_buf text;       /* of the attribute or the content at hand */
    bool exact, any;          /* text is what was stored; there was some */
    struct ac_view raw;       /* what did not convert */
    struct ac_filetime time;  /* the same as a time, if it is one */
    struct ac_buf name;       /* of Data: its attribute */
    bool named;
    size_t items; /* data told so far */
    size_t bytes; /* of text */
    bool failed;
};

static void clear(struct reader *r)
{
    ac_buf_clear(&r->text);
    r->exact = true;
    r->any = false;
    r->time.ticks = 0;
}

static bool level_is(const struct reader *r, unsigned depth, const char *name)
{
    return r->depth >= depth && ac_bxml_is(r->stack[depth - 1].name, name);
}

static void put_text(struct reader *r, const char *field)
{
    ac_record_text(r->record, field, ac_buf_str(&r->text));
    if (!r->exact)
        ac_record_raw(r->record, field, r->raw);
}

/* ---- System */

static void system_attribute(struct reader *r)
{
    if (level_is(r, 3, "Provider") && ac_bxml_is(r->attribute, "Name"))
        put_text(r, "provider");
    else if (level_is(r, 3, "Security") && ac_bxml_is(r->attribute, "UserID") && r->any)
        put_text(r, "user");
    else if (level_is(r, 3, "TimeCreated") && ac_bxml_is(r->attribute, "SystemTime")) {
        if (r->time.ticks == 0)
            ac_time_parse(ac_buf_text(&r->text), &r->time);
        ac_record_time(r->record, "time", r->time);
    }
}

static void system_content(struct reader *r)
{
    if (level_is(r, 3, "EventID"))
        ac_record_int(r->record, "event_id", strtoll(ac_buf_text(&r->text), NULL, 10) & 0xFFFF);
    else if (level_is(r, 3, "EventRecordID"))
        ac_record_int(r->record, "record_number", strtoll(ac_buf_text(&r->text), NULL, 10));
    else if (level_is(r, 3, "Channel"))
        put_text(r, "log");
    else if (level_is(r, 3, "Computer"))
        put_text(r, "computer");
}

/* ---- data */

static void add_data(struct reader *r, bool named, struct ac_str name)
{
    json_t *item = json_object();
    char field[40];

    if (!item)
        r->failed = true;
    if (named)
        ac_json_text(item, "name", name);
    ac_json_text(item, "value", ac_buf_str(&r->text));
    ac_record_add_object(r->record, "data", item);
    if (!r->exact) {
        snprintf(field, sizeof(field), "data[%zu]", r->items);
        ac_record_raw(r->record, field, r->raw);
    }
    r->items++;
}

/* Text of an element below EventData or UserData, under the name of its attribute or of itself. */
static void data_content(struct reader *r)
{
    struct ac_buf own = {0};

    if (r->named || level_is(r, 3, "Data")) {
        add_data(r, r->named, ac_buf_str(&r->name));
    } else {
        ac_text_from_utf16(r->stack[r->depth - 1].name, &own, NULL);
        add_data(r, true, ac_buf_str(&own));
    }
    r->failed |= own.failed;
    ac_buf_free(&own);
}

static void data_attribute(struct reader *r)
{
    struct ac_buf name = {0};

    if (ac_bxml_is(r->attribute, "Name")) {
        ac_buf_clear(&r->name);
        ac_buf_adds(&r->name, ac_buf_str(&r->text));
        r->named = true;
    } else {
        ac_text_from_utf16(r->stack[r->depth - 1].name, &name, NULL);
        ac_buf_addz(&name, "@");
        ac_text_from_utf16(r->attribute, &name, NULL);
        if (ac_str_ifind(ac_buf_str(&name), AC_STR("@xmlns")) < 0)
            add_data(r, true, ac_buf_str(&name));
    }
    r->failed |= name.failed;
    ac_buf_free(&name);
}

static bool in_system(const struct reader *r)
{
    return level_is(r, 2, "System");
}

static void end_attribute(struct reader *r)
{
    if (!r->attribute.p)
        return;
    if (in_system(r) && r->depth == 3)
        system_attribute(r);
    else if (r->depth >= 3 && !in_system(r))
        data_attribute(r);
    r->attribute = (struct ac_view){0};
    clear(r);
}

/* ---- the visitor */

static void open_element(void *context, struct ac_view name)
{
    struct reader *r = context;

    end_attribute(r);
    if (r->depth > 0)
        r->stack[r->depth - 1].has_child = true;
    r->stack[r->depth++] = (struct level){.name = name};
    r->named = false;
    clear(r);
}

static void attribute(void *context, struct ac_view name)
{
    struct reader *r = context;

    end_attribute(r);
    r->attribute = name;
    clear(r);
}

static void content(void *context)
{
    end_attribute(context);
}

static void add_piece(struct reader *r, const struct ac_bxml_value *v)
{
    size_t before = r->text.n;

    bool exact = true;

    ac_bxml_print(v, &r->text, &exact);
    if (!exact)
        r->raw = v->bytes;
    r->exact &= exact;
    r->any = true;
    r->time = ac_bxml_time(v);
    r->bytes += r->text.n - before;
    if (r->bytes > AC_MAX_EVENT_TEXT && !r->w->why) {
        r->w->why = "one event has more text than its chunk could hold";
        r->w->at = (size_t)(v->bytes.base - r->w->chunk.base);
    }
    r->w->stop |= r->w->why != NULL;
}

/* An array stands for its element, repeated. */
static void add_array(struct reader *r, const struct ac_bxml_value *array)
{
    bool data = r->depth >= 3 && !in_system(r) && !r->attribute.p;
    struct ac_bxml_value item;
    size_t at = 0, n = 0;

    while (!r->w->stop && ac_bxml_next_item(array, &at, &item)) {
        if (n > 0 && data) {
            data_content(r);
            clear(r);
        } else if (n > 0) {
            ac_buf_addc(&r->text, ' ');
        }
        if (!ac_budget_spend(r->w->budget, 1))
            r->w->stop = true;
        add_piece(r, &item);
        n++;
    }
}

static void text(void *context, const struct ac_bxml_value *v)
{
    struct reader *r = context;

    if (v->type & AC_BXML_ARRAY)
        add_array(r, v);
    else
        add_piece(r, v);
}

static void close_element(void *context)
{
    struct reader *r = context;
    const struct level *top = &r->stack[r->depth - 1];

    if (in_system(r) && r->depth == 3)
        system_content(r);
    else if (r->depth >= 3 && !in_system(r) && (!top->has_child || r->any))
        data_content(r);
    r->depth--;
    r->named = false;
    clear(r);
}

static void loose(void *context, const struct ac_bxml_value *v)
{
    struct reader *r = context;

    end_attribute(r);
    clear(r);
    text(context, v);
    add_data(r, false, AC_STR(""));
    clear(r);
}

static const struct ac_bxml_visitor visitor = {.open = open_element,
                                               .attribute = attribute,
                                               .content = content,
                                               .text = text,
                                               .close = close_element,
                                               .loose = loose};

static void finish(struct reader *r, const struct ac_event_kind *kind, struct ac_filetime written,
                   struct ac_evtx_event *e)
{
    if (!ac_record_get_json(r->record, "time"))
        ac_record_time(r->record, "time", written);
    if (r->w->lost || r->w->why) { /* values without names fill no field */
        ac_record_bool(r->record, "incomplete", true);
        return;
    }
    r->failed |= !ac_event_fill(r->record, kind);
    if (kind->first == 1102 && !ac_record_get_json(r->record, "cleared_log"))
        ac_record_textz(r->record, "cleared_log", ac_record_get(r->record, "log"));
    e->logon_type = (uint64_t)ac_record_get_int(r->record, "logon_type");
    if (kind->flags & AC_EVENT_RENAMED) {
        ac_buf_addz(&e->former_name, ac_event_data(r->record, "#1"));
        r->failed |= e->former_name.failed;
    }
}

enum ac_rc ac_evtx_event(struct ac_bxml *w, const struct ac_event_kind *kind, size_t at, size_t end,
                         struct ac_filetime written, struct ac_evtx_event *ret)
{
    struct reader *r = ac_calloc(1, sizeof(*r));
    enum ac_rc rc;

    *ret = (struct ac_evtx_event){.record = ac_record_new(AC_KIND_EVENT)};
    if (!r || !ret->record) {
        ac_free(r);
        return AC_NOMEM;
    }
    r->w = w;
    r->record = ret->record;
    clear(r);
    w->visitor = &visitor;
    w->context = r;
    rc = ac_bxml_walk(w, at, end);
    if (rc == AC_OK && w->why)
        rc = AC_CORRUPT;
    if (rc == AC_OK && w->budget->steps == 0)
        rc = AC_LIMIT;
    if (rc == AC_OK || (rc == AC_CORRUPT && w->strict_names))
        finish(r, kind, written, ret);
    if (r->failed || r->text.failed || r->name.failed || ac_record_rc(ret->record) == AC_NOMEM)
        rc = AC_NOMEM;
    ac_buf_free(&r->text);
    ac_buf_free(&r->name);
    ac_free(r);
    return rc;
}

void ac_evtx_event_free(struct ac_evtx_event *e)
{
    ac_record_free(e->record);
    ac_buf_free(&e->former_name);
    *e = (struct ac_evtx_event){0};
}
