#include "records/record.h"

#include "base/alloc.h"

#include <string.h>

struct ac_record {
    enum ac_kind kind;
    enum ac_rc rc;
    json_t *fields, *raw, *prov; /* Owned; raw NULL until needed */
    char *id;                    /* Owned, may be NULL */
};

struct ac_record *ac_record_new(enum ac_kind kind)
{
    struct ac_record *r = ac_calloc(1, sizeof(*r));

    if (!r)
        return NULL;
    r->kind = kind;
    r->fields = json_object();
    r->prov = json_object();
    if (!r->fields || !r->prov) {
        ac_record_free(r);
        return NULL;
    }
    return r;
}

void ac_record_free(struct ac_record *r)
{
    if (!r)
        return;
    json_decref(r->fields);
    json_decref(r->raw);
    json_decref(r->prov);
    ac_free(r->id);
    ac_free(r);
}

enum ac_kind ac_record_kind(const struct ac_record *r)
{
    return r->kind;
}

enum ac_rc ac_record_rc(const struct ac_record *r)
{
    return r ? r->rc : AC_NOMEM;
}

/* True if `field` of this type may be set; remembers AC_BUG if the schema says otherwise. */
static bool may_set(struct ac_record *r, const struct ac_schema *s, const char *field,
                    enum ac_field_type type)
{
    const struct ac_field *f;

    if (!r)
        return false;
    f = ac_schema_field(s, field);
    if (!f || f->type != type)
        r->rc = AC_BUG;
    return r->rc == AC_OK;
}

static void put(struct ac_record *r, json_t *object, const char *name, json_t *value)
{
    if (!value || json_object_set_new(object, name, value) != 0)
        r->rc = AC_NOMEM;
}

static void set(struct ac_record *r, const char *field, enum ac_field_type type, json_t *value)
{
    if (may_set(r, ac_schema_of(r ? r->kind : AC_KIND_PROBLEM), field, type))
        put(r, r->fields, field, value);
    else
        json_decref(value);
}

static json_t *time_json(struct ac_filetime t)
{
    char text[AC_TIME_TEXT];

    return json_string(ac_time_print(t, text));
}

void ac_record_text(struct ac_record *r, const char *field, struct ac_str text)
{
    set(r, field, AC_FIELD_TEXT, json_stringn(text.p, text.n));
}

void ac_record_textz(struct ac_record *r, const char *field, const char *text)
{
    ac_record_text(r, field, ac_str_of(text));
}

void ac_record_raw(struct ac_record *r, const char *field, struct ac_view bytes)
{
    struct ac_buf hex = {0};

    if (!r)
        return;
    if (!r->raw)
        r->raw = json_object();
    ac_buf_addhex(&hex, bytes.p, bytes.n);
    if (!r->raw || hex.failed)
        r->rc = AC_NOMEM;
    else
        put(r, r->raw, field, json_stringn(ac_buf_text(&hex), hex.n));
    ac_buf_free(&hex);
}

void ac_record_utf16(struct ac_record *r, const char *field, struct ac_view bytes)
{
    struct ac_buf text = {0};
    bool exact = true;

    ac_text_from_utf16(bytes, &text, &exact);
    if (r && text.failed)
        r->rc = AC_NOMEM;
    else
        ac_record_text(r, field, ac_buf_str(&text));
    if (!exact)
        ac_record_raw(r, field, bytes);
    ac_buf_free(&text);
}

void ac_record_int(struct ac_record *r, const char *field, int64_t n)
{
    set(r, field, AC_FIELD_INT, json_integer(n));
}

void ac_record_bool(struct ac_record *r, const char *field, bool b)
{
    set(r, field, AC_FIELD_BOOL, json_boolean(b));
}

void ac_record_time(struct ac_record *r, const char *field, struct ac_filetime t)
{
    if (t.ticks != 0)
        set(r, field, AC_FIELD_TIME, time_json(t));
}

/* The array behind an array field, made if it is not there yet. */
static json_t *array_of(struct ac_record *r, const char *field, enum ac_field_type type)
{
    json_t *array;

    if (!may_set(r, ac_schema_of(r ? r->kind : AC_KIND_PROBLEM), field, type))
        return NULL;
    array = json_object_get(r->fields, field);
    if (!array) {
        put(r, r->fields, field, json_array());
        array = json_object_get(r->fields, field);
    }
    return array;
}

static void append(struct ac_record *r, const char *field, enum ac_field_type type, json_t *value)
{
    json_t *array = array_of(r, field, type);

    if (!array)
        json_decref(value);
    else if (!value || json_array_append_new(array, value) != 0)
        r->rc = AC_NOMEM;
}

void ac_record_empty(struct ac_record *r, const char *field)
{
    const struct ac_field *f = r ? ac_schema_field(ac_schema_of(r->kind), field) : NULL;

    if (f &&
        (f->type == AC_FIELD_TEXTS || f->type == AC_FIELD_TIMES || f->type == AC_FIELD_OBJECTS))
        array_of(r, field, f->type);
    else if (r)
        r->rc = AC_BUG;
}

void ac_record_add_text(struct ac_record *r, const char *field, struct ac_str text)
{
    append(r, field, AC_FIELD_TEXTS, json_stringn(text.p, text.n));
}

void ac_record_add_time(struct ac_record *r, const char *field, struct ac_filetime t)
{
    append(r, field, AC_FIELD_TIMES, time_json(t));
}

void ac_record_add_object(struct ac_record *r, const char *field, json_t *object)
{
    append(r, field, AC_FIELD_OBJECTS, object);
}

void ac_record_object(struct ac_record *r, const char *field, json_t *object)
{
    set(r, field, AC_FIELD_OBJECT, object);
}

static void prov_set(struct ac_record *r, const char *field, enum ac_field_type type, json_t *value)
{
    if (may_set(r, ac_schema_provenance(), field, type))
        put(r, r->prov, field, value);
    else
        json_decref(value);
}

void ac_record_prov_text(struct ac_record *r, const char *field, struct ac_str text)
{
    prov_set(r, field, AC_FIELD_TEXT, json_stringn(text.p, text.n));
}

void ac_record_prov_textz(struct ac_record *r, const char *field, const char *text)
{
    ac_record_prov_text(r, field, ac_str_of(text));
}

void ac_record_prov_int(struct ac_record *r, const char *field, int64_t n)
{
    prov_set(r, field, AC_FIELD_INT, json_integer(n));
}

void ac_record_prov_time(struct ac_record *r, const char *field, struct ac_filetime t)
{
    if (t.ticks != 0)
        prov_set(r, field, AC_FIELD_TIME, time_json(t));
}

bool ac_record_prov_has(const struct ac_record *r, const char *field)
{
    return json_object_get(r->prov, field) != NULL;
}

static const char *text_in(const json_t *object, const char *field)
{
    const char *z = json_string_value(json_object_get(object, field));

    return z ? z : "";
}

const char *ac_record_get(const struct ac_record *r, const char *field)
{
    return text_in(r->fields, field);
}

int64_t ac_record_get_int(const struct ac_record *r, const char *field)
{
    return json_integer_value(json_object_get(r->fields, field));
}

bool ac_record_get_bool(const struct ac_record *r, const char *field)
{
    return json_is_true(json_object_get(r->fields, field));
}

struct ac_filetime ac_record_get_time(const struct ac_record *r, const char *field)
{
    struct ac_filetime t = {0};

    ac_time_parse(ac_record_get(r, field), &t);
    return t;
}

const json_t *ac_record_get_json(const struct ac_record *r, const char *field)
{
    return json_object_get(r->fields, field);
}

const char *ac_record_prov(const struct ac_record *r, const char *field)
{
    return text_in(r->prov, field);
}

const json_t *ac_record_prov_json(const struct ac_record *r, const char *field)
{
    return json_object_get(r->prov, field);
}

const char *ac_record_id(const struct ac_record *r)
{
    return r->id ? r->id : "";
}

void ac_record_set_id(struct ac_record *r, const char *id)
{
    size_t n = strlen(id) + 1;
    char *copy = ac_malloc(n);

    if (!copy) {
        r->rc = AC_NOMEM;
        return;
    }
    memcpy(copy, id, n);
    ac_free(r->id);
    r->id = copy;
}

/* A new object with the members of `from` in the order of the schema. */
static json_t *ordered(const json_t *from, const struct ac_schema *s)
{
    json_t *to = json_object();

    for (const struct ac_field *f = s->fields; to && f->name; f++) {
        json_t *value = json_object_get(from, f->name);

        if (value && json_object_set(to, f->name, value) != 0) {
            json_decref(to);
            return NULL;
        }
    }
    return to;
}

char *ac_record_print(const struct ac_record *r)
{
    json_t *line = json_object();
    char *text = NULL;
    int bad = 0;

    if (!line)
        return NULL;
    if (r->id)
        bad |= json_object_set_new(line, "id", json_string(r->id));
    bad |= json_object_set_new(line, "kind", json_string(ac_schema_of(r->kind)->name));
    bad |= json_object_set_new(line, "fields", ordered(r->fields, ac_schema_of(r->kind)));
    if (r->raw)
        bad |= json_object_set(line, "raw", r->raw);
    /* a record of an evidence item says that it is of no snapshot; other programs rely on the member */
    if (json_object_get(r->prov, "evidence") && !json_object_get(r->prov, "snapshot"))
        bad |= json_object_set_new(r->prov, "snapshot", json_null());
    bad |= json_object_set_new(line, "provenance", ordered(r->prov, ac_schema_provenance()));
    if (!bad)
        text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    return text;
}

static bool all_are(const json_t *array, bool (*is)(const json_t *))
{
    if (!json_is_array(array))
        return false;
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (!is(json_array_get(array, i)))
            return false;
    }
    return true;
}

static bool is_string(const json_t *j)
{
    return json_is_string(j);
}

static bool is_object(const json_t *j)
{
    return json_is_object(j);
}

static bool is_time(const json_t *j)
{
    struct ac_filetime t;

    return json_is_string(j) && ac_time_parse(json_string_value(j), &t);
}

static bool has_type(const json_t *value, enum ac_field_type type)
{
    switch (type) {
    case AC_FIELD_TEXT:
        return json_is_string(value);
    case AC_FIELD_INT:
        return json_is_integer(value);
    case AC_FIELD_BOOL:
        return json_is_boolean(value);
    case AC_FIELD_TIME:
        return is_time(value);
    case AC_FIELD_TEXTS:
        return all_are(value, is_string);
    case AC_FIELD_TIMES:
        return all_are(value, is_time);
    case AC_FIELD_OBJECTS:
        return all_are(value, is_object);
    case AC_FIELD_OBJECT:
        return json_is_object(value);
    }
    return false;
}

static bool fits_schema(json_t *object, const struct ac_schema *s, const char **ret_field)
{
    const char *name;
    json_t *value;

    json_object_foreach (object, name, value) {
        const struct ac_field *f = ac_schema_field(s, name);

        *ret_field = name;
        if (!f || (!has_type(value, f->type) && !json_is_null(value)))
            return false;
    }
    return true;
}

static enum ac_rc take_members(json_t *line, struct ac_record *r, struct ac_err *err)
{
    json_t *fields = json_object_get(line, "fields"), *prov = json_object_get(line, "provenance");
    json_t *raw = json_object_get(line, "raw");
    const char *id = json_string_value(json_object_get(line, "id")), *bad = "";

    if (!json_is_object(fields) || !json_is_object(prov) || (raw && !json_is_object(raw)))
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "a record without fields or provenance");
    if (!fits_schema(fields, ac_schema_of(r->kind), &bad) ||
        !fits_schema(prov, ac_schema_provenance(), &bad))
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET,
                       "field \"%.80s\" of a %s record does not fit the schema", bad,
                       ac_schema_of(r->kind)->name);
    json_object_update(r->fields, fields);
    json_object_update(r->prov, prov);
    r->raw = raw ? json_incref(raw) : NULL;
    if (id)
        ac_record_set_id(r, id);
    return r->rc;
}

enum ac_rc ac_record_parse(const char *text, size_t n, struct ac_record **ret, struct ac_err *err)
{
    json_error_t why;
    json_t *line = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    const char *kind_name = json_string_value(json_object_get(line, "kind"));
    enum ac_kind kind = kind_name ? ac_kind_of(kind_name) : AC_KINDS;
    struct ac_record *r = NULL;
    enum ac_rc rc;

    if (!line)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "not JSON: %s", why.text);
    if (kind == AC_KINDS) {
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "a record of unknown kind");
        goto out;
    }
    r = ac_record_new(kind);
    rc = r ? take_members(line, r, err)
           : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
out:
    json_decref(line);
    if (rc == AC_OK)
        *ret = r;
    else
        ac_record_free(r);
    return rc;
}

static void member(json_t *object, const char *name, json_t *value)
{
    if (object && value)
        json_object_set_new(object, name, value);
    else
        json_decref(value);
}

void ac_json_text(json_t *object, const char *name, struct ac_str text)
{
    member(object, name, json_stringn(text.p, text.n));
}

void ac_json_textz(json_t *object, const char *name, const char *text)
{
    member(object, name, json_string(text));
}

void ac_json_bytes(json_t *object, const char *name, const char *bytes)
{
    struct ac_buf clean = {0};

    ac_text_from_utf8((struct ac_view){(const uint8_t *)bytes, strlen(bytes), 0}, &clean, NULL);
    ac_json_text(object, name, ac_buf_str(&clean));
    ac_buf_free(&clean);
}

void ac_json_int(json_t *object, const char *name, int64_t n)
{
    member(object, name, json_integer(n));
}

void ac_json_bool(json_t *object, const char *name, bool b)
{
    member(object, name, json_boolean(b));
}

void ac_json_time(json_t *object, const char *name, struct ac_filetime t)
{
    if (t.ticks != 0)
        member(object, name, time_json(t));
}
