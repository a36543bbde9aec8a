/* Objects of a bundle: ids, common properties. */
#include "report/stix_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Namespace of observables: STIX 2.1, section 2.9. */
static const uint8_t observables[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                        0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};

void ac_stix_time(struct ac_filetime t, char ret[AC_TIME_TEXT])
{
    char text[AC_TIME_TEXT];
    size_t whole = strlen("2021-01-05T08:30:14"), digits;

    ac_time_print(t, text);
    if (t.ticks == 0 || text[4] != '-') {
        snprintf(ret, AC_TIME_TEXT, "%s", AC_STIX_EPOCH);
        return;
    }
    digits = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    snprintf(ret, AC_TIME_TEXT, "%.*s.%.*s%.*sZ", (int)whole, text, (int)(digits < 3 ? digits : 3),
             text + whole + 1, (int)(digits < 3 ? 3 - digits : 0), "000");
}

const char *ac_stix_id(const json_t *object)
{
    return ac_text_of(object, "id");
}

/* Into the bundle (stolen); NULL: no memory. */
static json_t *keep(struct ac_stix *s, json_t *o)
{
    if (!o || s->x.failed ||
        ac_set_put(&s->ids, ac_str_of(ac_stix_id(o)), json_array_size(s->objects) + 1) != AC_OK) {
        s->x.failed = true;
        json_decref(o);
        return NULL;
    }
    ac_exchange_add(&s->x, s->objects, o);
    return s->x.failed ? NULL : o;
}

static json_t *known(const struct ac_stix *s, const char *id)
{
    uint64_t at;

    return ac_set_get(&s->ids, ac_str_of(id), &at) ? json_array_get(s->objects, at - 1) : NULL;
}

static json_t *new_object(struct ac_stix *s, const char *type, const char *id, const char *created)
{
    json_t *o = json_object();

    ac_exchange_put(&s->x, o, "type", json_string(type));
    ac_exchange_put(&s->x, o, "spec_version", json_string("2.1"));
    ac_exchange_put(&s->x, o, "id", json_string(id));
    if (s->identity[0])
        ac_exchange_put(&s->x, o, "created_by_ref", json_string(s->identity));
    ac_exchange_put(&s->x, o, "created", json_string(created));
    ac_exchange_put(&s->x, o, "modified", json_string(created));
    return keep(s, o);
}

json_t *ac_stix_object(struct ac_stix *s, const char *type, const char *name)
{
    char id[AC_STIX_ID], uuid[AC_UUID_TEXT];
    struct ac_buf full = {0};

    ac_buf_addf(&full, "%s %s", type, name);
    s->x.failed |= full.failed;
    ac_exchange_id(&s->x, ac_buf_text(&full), uuid);
    ac_buf_free(&full);
    snprintf(id, sizeof(id), "%s--%s", type, uuid);
    return new_object(s, type, id, s->created);
}

json_t *ac_stix_common(struct ac_stix *s, const char *type, const char *name, bool *ret_known)
{
    char id[AC_STIX_ID], uuid[AC_UUID_TEXT];
    struct ac_buf full = {0};
    json_t *o;

    ac_buf_addf(&full, "%s %s", type, name);
    s->x.failed |= full.failed;
    ac_exchange_common_id(&s->x, ac_buf_text(&full), uuid);
    ac_buf_free(&full);
    snprintf(id, sizeof(id), "%s--%s", type, uuid);
    o = known(s, id);
    *ret_known = o != NULL;
    return o ? o : new_object(s, type, id, AC_STIX_EPOCH);
}

/* ---- observables */

json_t *ac_stix_new_observable(struct ac_stix *s, const char *type)
{
    json_t *o = json_object();

    ac_exchange_put(&s->x, o, "type", json_string(type));
    ac_exchange_put(&s->x, o, "spec_version", json_string("2.1"));
    ac_exchange_put(&s->x, o, "id", json_string(""));
    return o;
}

/* Of several digests one makes the id: the first of this order that is there. */
static json_t *one_hash(struct ac_stix *s, const json_t *hashes)
{
    static const char *const order[] = {"MD5", "SHA-1", "SHA-256"};
    json_t *one = json_object();

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        json_t *value = json_object_get(hashes, order[i]);

        if (value && json_object_size(one) == 0)
            ac_exchange_put(&s->x, one, order[i], json_incref(value));
    }
    return one;
}

/* RFC 8785: sorted members, no blanks. All texts have passed through ac_text_safe(), so that no control character
 * is left of which the escapes could differ. */
static void standard_id(struct ac_stix *s, const json_t *o, const char *const *names,
                        char ret[AC_UUID_TEXT])
{
    json_t *parts = json_object();
    char *text;

    ret[0] = '\0';
    for (size_t i = 0; names[i]; i++) {
        json_t *value = json_object_get(o, names[i]);

        if (value)
            ac_exchange_put(&s->x, parts, names[i],
                            strcmp(names[i], "hashes") == 0 ? one_hash(s, value)
                                                            : json_incref(value));
    }
    text = json_dumps(parts, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text || (json_object_size(parts) && !ac_uuid5(observables, ac_str_of(text), ret)))
        s->x.failed = true;
    free(text);
    json_decref(parts);
}

static void set_id(struct ac_stix *s, json_t *o, const char *uuid)
{
    char id[AC_STIX_ID];

    snprintf(id, sizeof(id), "%s--%s", ac_text_of(o, "type"), uuid);
    ac_exchange_put(&s->x, o, "id", json_string(id));
}

/* Two files of one name whose MD5 is the same and whose SHA-256 is not would be one object by their standard id. */
static void own_id(struct ac_stix *s, json_t *o)
{
    char uuid[AC_UUID_TEXT], *text;

    ac_exchange_put(&s->x, o, "id", json_string(""));
    text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
    if (text)
        ac_exchange_id(&s->x, text, uuid);
    else
        s->x.failed = true;
    free(text);
    if (!s->x.failed)
        set_id(s, o, uuid);
}

const char *ac_stix_observable(struct ac_stix *s, json_t *o, const char *const *names)
{
    char uuid[AC_UUID_TEXT];
    json_t *same;

    if (o && !s->x.failed)
        standard_id(s, o, names, uuid);
    if (!o || s->x.failed) {
        s->x.failed = true;
        json_decref(o);
        return "";
    }
    if (uuid[0])
        set_id(s, o, uuid);
    else
        own_id(s, o);
    same = known(s, ac_stix_id(o));
    if (same && !json_equal(same, o)) {
        own_id(s, o);
        same = known(s, ac_stix_id(o));
    }
    if (!same)
        return ac_stix_id(keep(s, o));
    json_decref(o);
    return ac_stix_id(same);
}

/* ---- what connects them */

void ac_stix_relate(struct ac_stix *s, const char *source, const char *type, const char *target)
{
    struct ac_buf name = {0};
    json_t *o;

    ac_buf_addf(&name, "%s %s %s", source, type, target);
    s->x.failed |= name.failed;
    o = ac_stix_object(s, "relationship", ac_buf_text(&name));
    ac_buf_free(&name);
    if (!o)
        return;
    ac_exchange_put(&s->x, o, "relationship_type", json_string(type));
    ac_exchange_put(&s->x, o, "source_ref", json_string(source));
    ac_exchange_put(&s->x, o, "target_ref", json_string(target));
}

void ac_stix_refer(struct ac_stix *s, json_t *object, const char *id)
{
    json_t *list = json_object_get(object, "external_references"), *ref;

    if (!list) {
        list = json_array();
        ac_exchange_put(&s->x, object, "external_references", list);
    }
    if (s->x.failed)
        return; /* the list may be gone */
    ref = json_object();
    ac_exchange_put(&s->x, ref, "source_name", json_string("aftercheck"));
    ac_exchange_put(&s->x, ref, "external_id", json_string(id));
    ac_exchange_add(&s->x, list, ref);
}
