/* findings.json: the member `exposure`. */
#include "report/findings_parts.h"

#include "assess/exposure.h"

static json_t *item_object(const struct ac_exposed *x)
{
    json_t *o = json_object(), *words = json_array(), *records = json_array(),
           *reasons = json_array();

    ac_json_int(o, "urgency", (int64_t)x->urgency);
    ac_json_bool(o, "change", ac_exposed_is_to_change(x));
    ac_json_textz(o, "evidence", x->evidence);
    ac_json_textz(o, "system", x->system);
    ac_json_textz(o, "user", x->user);
    ac_json_textz(o, "program", x->program);
    ac_json_textz(o, "content", x->content);
    if (x->saved_known)
        ac_json_int(o, "saved", x->saved);
    if (x->accounts_known)
        ac_json_int(o, "accounts", x->accounts);
    ac_json_int(o, "size", x->size);
    for (size_t i = 0; i < x->n_protection; i++)
        json_array_append_new(words, json_string(x->protection[i]));
    ac_json_time(o, "first_created", x->first_created);
    ac_json_time(o, "last_created", x->last_created);
    ac_json_time(o, "last_used", x->last_used);
    ac_json_time(o, "last_changed", x->last_changed);
    ac_json_time(o, "modified", x->modified);
    for (size_t i = 0; i < x->n_records; i++) {
        json_array_append_new(records, json_string(ac_record_id(x->records[i])));
        if (ac_record_get(x->records[i], "unreadable")[0])
            json_array_append_new(reasons, json_string(ac_record_get(x->records[i], "unreadable")));
    }
    json_object_set_new(o, "protection", words);
    json_object_set_new(o, "unreadable", reasons);
    json_object_set_new(o, "records", records);
    return o;
}

json_t *ac_findings_exposure(const struct ac_assessment *a)
{
    struct ac_exposure e;
    json_t *o, *items, *sign;

    if (ac_exposure_make(a, &e) != AC_OK)
        return NULL;
    o = json_object();
    items = json_array();
    sign = e.first.time.ticks ? json_object() : json_null();
    ac_json_bool(o, "examined", e.searched || e.n > 0);
    if (e.first.time.ticks) {
        ac_json_time(sign, "time", e.first.time);
        ac_json_textz(sign, "finding", e.first.finding->id);
        ac_json_textz(sign, "record", ac_record_id(e.first.record));
    }
    json_object_set_new(o, "first_sign", sign);
    for (size_t i = 0; i < e.n; i++)
        json_array_append_new(items, item_object(&e.items[i]));
    json_object_set_new(o, "items", items);
    ac_exposure_free(&e);
    return o;
}
