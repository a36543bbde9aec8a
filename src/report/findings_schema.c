/* What findings.json looks like, as JSON Schema. Objects of it may get further members in later versions. */
#include "report/report.h"

#include "records/json_schema.h"

#include <string.h>

/* {"type":"object","required":[...],"properties":{...}}; takes the properties, of which all are required but those
 * in `optional`. */
static json_t *object_of(json_t *properties, const char *optional)
{
    json_t *required = json_array(), *value;
    const char *name;

    json_object_foreach (properties, name, value) {
        if (!strstr(optional, name))
            json_array_append_new(required, json_string(name));
    }
    return json_pack("{s:s,s:o,s:o}", "type", "object", "required", required, "properties",
                     properties);
}

static json_t *list_of(json_t *items)
{
    return json_pack("{s:s,s:o}", "type", "array", "items", items);
}

static json_t *text(void)
{
    return json_pack("{s:s}", "type", "string");
}

static json_t *reference(const char *to)
{
    return json_pack("{s:s}", "$ref", to);
}

static json_t *finding_id(void)
{
    return json_pack("{s:s,s:s}", "type", "string", "pattern", "^F-[0-9]{3,}$");
}

static json_t *words(const char *(*name)(int), int n)
{
    json_t *list = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_string(name(i)));
    return json_pack("{s:o}", "enum", list);
}

static const char *scale(int i)
{
    return ac_scale_name((enum ac_scale)i);
}

static const char *strength(int i)
{
    return ac_strength_name((enum ac_strength)i);
}

static const char *result(int i)
{
    return ac_result_name((enum ac_result)i);
}

static json_t *conclusion(void)
{
    return object_of(json_pack("{s:o,s:o,s:o,s:o,s:o}", "family", text(), "scale",
                               words(scale, AC_SX + 1), "statement", text(), "findings",
                               list_of(finding_id()), "against", list_of(text())),
                     "");
}

static json_t *finding(void)
{
    return object_of(json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", finding_id(), "rule",
                               text(), "family", text(), "strength",
                               words(strength, AC_DECISIVE + 1), "summary", text(), "generation",
                               text(), "user", text(), "records",
                               list_of(reference("#/$defs/record_id")), "recipes", list_of(text())),
                     "generation user");
}

static json_t *check(void)
{
    return object_of(json_pack("{s:o,s:o,s:o}", "rule", text(), "result",
                               words(result, AC_RESULT_NOT_EXAMINED + 1), "reason", text()),
                     "");
}

/* Fields of a kind, with the record that they come from. */
static json_t *fields_of(enum ac_kind kind)
{
    json_t *properties = ac_json_schema_properties(ac_schema_of(kind));

    json_object_set_new(properties, "record", reference("#/$defs/record_id"));
    json_object_set_new(properties, "evidence", text());
    json_object_set_new(properties, "system", text());
    return json_pack("{s:s,s:[s,s],s:o}", "type", "object", "required", "record", "evidence",
                     "properties", properties);
}

static json_t *system_facts(void)
{
    return json_pack("{s:s,s:o}", "type", "object", "properties",
                     ac_json_schema_properties(ac_schema_of(AC_KIND_SYSTEM)));
}

static json_t *uninstaller(void)
{
    return object_of(json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "evidence", text(), "system",
                               text(), "verdict", text(), "statement", text(), "records",
                               list_of(reference("#/$defs/record_id")), "installed", text(),
                               "oldest_trace", text(), "last_trace", text()),
                     "installed oldest_trace last_trace");
}

static json_t *exposure(void)
{
    json_t *sign = json_pack("{s:[s,s]}", "type", "object", "null");

    return object_of(json_pack("{s:{s:s},s:o,s:o}", "examined", "type", "boolean", "first_sign",
                               sign, "items", list_of(json_pack("{s:s}", "type", "object"))),
                     "");
}

static json_t *properties(void)
{
    return json_pack(
        "{s:{s:s},s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:{s:s},s:o,s:o,s:{s:s},s:o}",
        "schema", "const", "aftercheck-findings/1", "tool", text(), "rules_sha256",
        reference("#/$defs/sha256"), "evidence",
        list_of(object_of(json_pack("{s:o,s:o}", "id", text(), "name", text()), "")), "integrity",
        list_of(fields_of(AC_KIND_INTEGRITY)), "system", system_facts(), "systems",
        list_of(fields_of(AC_KIND_SYSTEM)), "conclusions", list_of(conclusion()), "findings",
        list_of(finding()), "checks", list_of(check()), "coverage",
        list_of(fields_of(AC_KIND_SOURCE)), "problems", list_of(fields_of(AC_KIND_PROBLEM)), "run",
        "type", "object", "law_enforcement_uninstaller", list_of(uninstaller()), "notices",
        list_of(json_pack("{s:s}", "type", "object")), "notice_file", "type", "object", "exposure",
        exposure());
}

json_t *ac_report_findings_schema(void)
{
    json_t *o = object_of(properties(), "run notices notice_file");
    bool failed = json_object_set_new(o, "$schema", json_string(AC_JSON_SCHEMA_DIALECT)) ||
                  json_object_set_new(o, "$id", json_string("urn:aftercheck:findings:1")) ||
                  json_object_set_new(o, "title", json_string("aftercheck-findings/1")) ||
                  json_object_set_new(o, "$defs", ac_json_schema_common());

    if (!failed)
        return o;
    json_decref(o);
    return NULL;
}
