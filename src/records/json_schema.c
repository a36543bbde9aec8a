#include "records/json_schema.h"

#include "records/jsonl.h"

#include <string.h>

/* What ac_time_print() prints. */
#define TIME_PATTERN                                                                               \
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,7})?Z$"                     \
    "|^FILETIME 0x[0-9a-f]{16} \\(out of range\\)$"

json_t *ac_json_schema_common(void)
{
    return json_pack("{s:{s:s,s:s},s:{s:s,s:s},s:{s:s,s:s}}", "time", "type", "string", "pattern",
                     TIME_PATTERN, "sha256", "type", "string", "pattern", "^[0-9a-f]{64}$",
                     "record_id", "type", "string", "pattern", "^R-[0-9]{6,}$");
}

static json_t *type_of(const struct ac_field *f)
{
    static const char *const types[] = {
        [AC_FIELD_TEXT] = "string",   [AC_FIELD_INT] = "integer", [AC_FIELD_BOOL] = "boolean",
        [AC_FIELD_OBJECT] = "object", [AC_FIELD_TEXTS] = "array", [AC_FIELD_TIMES] = "array",
        [AC_FIELD_OBJECTS] = "array"};
    const char *name = f->type == AC_FIELD_TEXTS ? "string" : "object";

    if (f->type == AC_FIELD_TIME)
        return json_pack("{s:s,s:s}", "$ref", "#/$defs/time", "description", f->doc);
    if (f->type == AC_FIELD_TIMES)
        return json_pack("{s:s,s:{s:s},s:s}", "type", "array", "items", "$ref", "#/$defs/time",
                         "description", f->doc);
    if (f->type == AC_FIELD_TEXTS || f->type == AC_FIELD_OBJECTS)
        return json_pack("{s:s,s:{s:s},s:s}", "type", "array", "items", "type", name, "description",
                         f->doc);
    return json_pack("{s:s,s:s}", "type", types[f->type], "description", f->doc);
}

json_t *ac_json_schema_properties(const struct ac_schema *s)
{
    json_t *o = json_object();

    for (const struct ac_field *f = s->fields; o && f->name; f++) {
        if (json_object_set_new(o, f->name, type_of(f)) != 0) {
            json_decref(o);
            return NULL;
        }
    }
    return o;
}

static json_t *fields_of(const struct ac_schema *s)
{
    return json_pack("{s:s,s:o,s:b}", "type", "object", "properties", ac_json_schema_properties(s),
                     "additionalProperties", 0);
}

/* As fields_of(); there is no snapshot where it is null. */
static json_t *provenance(void)
{
    json_t *o = fields_of(ac_schema_provenance());
    json_t *snapshot = json_object_get(json_object_get(o, "properties"), "snapshot");

    if (json_object_set_new(snapshot, "type", json_pack("[s,s]", "string", "null")) == 0)
        return o;
    json_decref(o);
    return NULL;
}

static json_t *header(void)
{
    return json_pack("{s:s,s:[s,s,s,s],s:{s:{s:s},s:{s:s},s:{s:s},s:{s:s},s:{s:s}},s:b}", "type",
                     "object", "required", "schema", "tool", "rules_sha256", "options",
                     "properties", "schema", "const", AC_RECORDS_SCHEMA, "tool", "type", "string",
                     "rules_sha256", "$ref", "#/$defs/sha256", "options", "type", "object",
                     "redacted", "type", "object", "additionalProperties", 0);
}

/* The fields are those of the kind that the record says it is. */
static json_t *condition(const char *kind)
{
    char ref[64];

    ref[0] = '\0';
    strncat(ref, "#/$defs/", sizeof(ref) - 1);
    strncat(ref, kind, sizeof(ref) - 1 - strlen(ref));
    return json_pack("{s:{s:{s:{s:s}}},s:{s:{s:{s:s}}}}", "if", "properties", "kind", "const", kind,
                     "then", "properties", "fields", "$ref", ref);
}

static json_t *record(void)
{
    json_t *kinds = json_array(), *conditions = json_array();
    bool failed = !kinds || !conditions;

    for (int k = 0; k < AC_KINDS && !failed; k++) {
        const char *name = ac_schema_of((enum ac_kind)k)->name;

        failed = json_array_append_new(kinds, json_string(name)) != 0 ||
                 json_array_append_new(conditions, condition(name)) != 0;
    }
    if (failed) {
        json_decref(kinds);
        json_decref(conditions);
        return NULL;
    }
    return json_pack(
        "{s:s,s:[s,s,s,s],s:{s:{s:s},s:{s:o},s:{s:s},s:{s:s,s:{s:s,s:s},s:s},s:{s:s}},s:b,s:o}",
        "type", "object", "required", "id", "kind", "fields", "provenance", "properties", "id",
        "$ref", "#/$defs/record_id", "kind", "enum", kinds, "fields", "type", "object", "raw",
        "type", "object", "additionalProperties", "type", "string", "pattern", "^([0-9a-f]{2})*$",
        "description", "bytes of texts that did not convert exactly, in hexadecimal", "provenance",
        "$ref", "#/$defs/provenance", "additionalProperties", 0, "allOf", conditions);
}

static int put(json_t *o, const char *name, json_t *value)
{
    return json_object_set_new(o, name, value); /* takes the value also when it fails */
}

json_t *ac_json_schema_records(void)
{
    json_t *defs = ac_json_schema_common();
    bool failed = put(defs, "header", header()) || put(defs, "record", record()) ||
                  put(defs, "provenance", provenance());

    for (int k = 0; k < AC_KINDS && !failed; k++) {
        const struct ac_schema *s = ac_schema_of((enum ac_kind)k);

        failed = put(defs, s->name, fields_of(s));
    }
    if (failed) {
        json_decref(defs);
        return NULL;
    }
    return json_pack("{s:s,s:s,s:s,s:s,s:[{s:s},{s:s}],s:o}", "$schema", AC_JSON_SCHEMA_DIALECT,
                     "$id", "urn:aftercheck:records:1", "title", AC_RECORDS_SCHEMA, "description",
                     "One line of records.jsonl: the first is the header, each other one a record.",
                     "oneOf", "$ref", "#/$defs/header", "$ref", "#/$defs/record", "$defs", defs);
}
