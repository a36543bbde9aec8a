/* What both formats of event logs do with an event: its fields, its provider, the counts by number. */
#include "base/text.h"
#include "evtx_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ac_event_is_provider(const struct ac_bxml_value *v, const char *pattern)
{
    struct ac_view text = v->bytes;
    size_t n = strlen(pattern);
    bool open = n > 0 && pattern[n - 1] == '*';

    if (v->type != AC_BXML_STRING)
        return false;
    while (text.n >= 2 && ac_le16(text.p + text.n - 2) == 0)
        text.n -= 2;
    n -= open;
    if (text.n < 2 * n || (!open && text.n != 2 * n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (ac_fold_char(ac_le16(text.p + 2 * i)) != ac_fold_char((unsigned char)pattern[i]))
            return false;
    }
    return true;
}

static const json_t *data_named(const struct ac_record *r, const char *name)
{
    const json_t *all = ac_record_get_json(r, "data");
    unsigned long wanted = name[0] == '#' ? strtoul(name + 1, NULL, 10) : 0, unnamed = 0;

    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *item = json_array_get(all, i);
        const char *has = json_string_value(json_object_get(item, "name"));

        if (!has && ++unnamed == wanted)
            return json_object_get(item, "value");
        if (has && !wanted && strcmp(has, name) == 0)
            return json_object_get(item, "value");
    }
    return NULL;
}

/* The value of a field's data, as text; NULL: not there or empty. Made in `out`. */
static const char *value_of(const struct ac_record *r, const struct ac_event_field *f,
                            struct ac_buf *out)
{
    const char *value = json_string_value(data_named(r, f->data)), *before, *found;

    if (!value || !*value || strcmp(value, "-") == 0)
        return NULL;
    if (f->within) {
        found = strstr(value, f->within);
        if (!found)
            return NULL;
        found += strlen(f->within);
        ac_buf_add(out, found, strcspn(found, "\r\n"));
        return out->n ? ac_buf_text(out) : NULL;
    }
    before = f->before ? json_string_value(data_named(r, f->before)) : NULL;
    if (before && *before && strcmp(before, "-") != 0)
        ac_buf_addf(out, "%s\\", before);
    ac_buf_addz(out, value);
    return ac_buf_text(out);
}

static void set_field(struct ac_record *r, const char *field, const char *value)
{
    const struct ac_field *f = ac_schema_field(ac_schema_of(AC_KIND_EVENT), field);
    struct ac_filetime time;

    if (strcmp(field, "task_xml") == 0)
        ac_evtx_task_actions(r, ac_str_of(value));
    else if (f && f->type == AC_FIELD_INT)
        ac_record_int(r, field, strtoll(value, NULL, 10));
    else if (f && f->type == AC_FIELD_TIME && ac_time_parse(value, &time))
        ac_record_time(r, field, time);
    else if (!f || f->type == AC_FIELD_TEXT)
        ac_record_textz(r, field, value);
}

bool ac_event_fill(struct ac_record *r, const struct ac_event_kind *kind)
{
    bool ok = true;

    for (const struct ac_event_field *f = kind->fields; ok && f->field; f++) {
        struct ac_buf text = {0};
        const char *value = NULL;

        if (!ac_record_get_json(r, f->field))
            value = value_of(r, f, &text);
        if (value)
            set_field(r, f->field, value);
        ok = !text.failed;
        ac_buf_free(&text);
    }
    return ok;
}

const char *ac_event_data(const struct ac_record *r, const char *name)
{
    const char *value = json_string_value(data_named(r, name));

    return value ? value : "";
}

void ac_event_counts(struct ac_record *row, const char *field, const uint32_t *counts,
                     uint64_t unknown)
{
    json_t *o = json_object();
    char id[8];

    for (unsigned i = 0; i < AC_EVENT_IDS; i++) {
        if (counts[i] == 0)
            continue;
        snprintf(id, sizeof(id), "%u", i);
        ac_json_int(o, id, counts[i]);
    }
    if (unknown)
        ac_json_int(o, "unknown", (int64_t)unknown);
    if (json_object_size(o) > 0 || strcmp(field, "event_ids") == 0)
        ac_record_object(row, field, o);
    else
        json_decref(o);
}
