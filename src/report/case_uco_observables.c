/* Records that are no files: keys of the registry, tasks, prefetch, events. */
#include "report/case_uco_parts.h"

#include <stdio.h>
#include <string.h>

/* ---- the registry */

/* "REG_SZ" of records is "reg_sz" in UCO. */
static void put_type(struct ac_case *c, json_t *value, int64_t type)
{
    const char *name = ac_exchange_value_type(type);
    char lower[40];
    size_t i = 0;

    if (!name)
        return;
    if (strcmp(name, "REG_FULL_RESOURCE_DESCRIPTION") == 0)
        name = "REG_FULL_RESOURCE_DESCRIPTOR";
    for (; name[i] && i < sizeof(lower) - 1; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
    lower[i] = '\0';
    ac_case_text(c, value, OBSERVABLE "dataType", lower);
}

static void put_value(struct ac_case *c, json_t *facet, const struct ac_record *r)
{
    bool is_value = ac_record_kind(r) == AC_KIND_VALUE,
         is_autostart = ac_record_kind(r) == AC_KIND_AUTOSTART;
    json_t *o =
        ac_case_part(c, facet, OBSERVABLE "registryValues", OBSERVABLE "WindowsRegistryValue", "");
    const char *type = is_value ? "type" : "value_type";

    ac_exchange_put(
        &c->x, o, CORE "name",
        ac_exchange_textz(&c->x, is_value ? ac_record_get(r, "name") : ac_record_prov(r, "value")));
    if (is_value) /* in hexadecimal, whatever its type */
        ac_case_text(c, o, OBSERVABLE "data", ac_record_get(r, "data"));
    else if (is_autostart)
        ac_case_text(c, o, OBSERVABLE "data", ac_record_get(r, "command"));
    if ((is_value || is_autostart) && ac_record_get_json(r, type))
        put_type(c, o, ac_record_get_int(r, type));
}

static void put_key(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    json_t *facet = ac_case_facet(c, o, OBSERVABLE "WindowsRegistryKeyFacet");
    struct ac_buf key = {0};

    ac_exchange_key(ac_record_prov(r, "key"), &key);
    c->x.failed |= key.failed;
    ac_case_text(c, facet, OBSERVABLE "key", ac_buf_text(&key));
    ac_buf_free(&key);
    ac_case_time(c, facet, OBSERVABLE "modifiedTime", ac_record_prov_json(r, "key_last_written"));
    if (ac_record_prov_has(r, "value") || ac_record_kind(r) == AC_KIND_VALUE)
        put_value(c, facet, r);
}

/* ---- tasks */

static void put_action(struct ac_case *c, json_t *facet, const json_t *action, size_t i)
{
    char number[24];
    json_t *o, *run;

    if (!ac_text_of(action, "command")[0])
        return;
    snprintf(number, sizeof(number), "%zu", i);
    o = ac_case_part(c, facet, OBSERVABLE "actionList", OBSERVABLE "TaskActionType", number);
    run = ac_case_part(c, o, OBSERVABLE "iExecAction", OBSERVABLE "IExecActionType", "");
    ac_case_text(c, run, OBSERVABLE "execProgramPath", ac_text_of(action, "command"));
    ac_case_text(c, run, OBSERVABLE "execArguments", ac_text_of(action, "arguments"));
    ac_case_text(c, run, OBSERVABLE "execWorkingDirectory",
                 ac_text_of(action, "working_directory"));
}

static void put_task(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");
    json_t *facet = ac_case_facet(c, o, OBSERVABLE "WindowsTaskFacet");

    ac_case_text(c, o, CORE "name", ac_record_get(r, "path"));
    ac_case_text(c, facet, OBSERVABLE "taskCreator", ac_record_get(r, "author"));
    ac_case_text(c, facet, OBSERVABLE "taskComment", ac_record_get(r, "description"));
    ac_case_time(c, facet, OBSERVABLE "observableCreatedTime", ac_record_get_json(r, "created"));
    ac_case_time(c, facet, OBSERVABLE "mostRecentRunTime", ac_record_get_json(r, "last_run"));
    for (size_t i = 0; i < json_array_size(actions); i++)
        put_action(c, facet, json_array_get(actions, i), i);
}

/* ---- prefetch, events */

static void put_prefetch(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    json_t *facet = ac_case_facet(c, o, OBSERVABLE "WindowsPrefetchFacet");

    ac_case_text(c, facet, OBSERVABLE "applicationFileName", ac_record_get(r, "program"));
    ac_case_text(c, facet, OBSERVABLE "prefetchHash", ac_record_get(r, "hash"));
    if (ac_record_get_json(r, "run_count"))
        ac_case_int(c, facet, OBSERVABLE "timesExecuted", ac_record_get_int(r, "run_count"));
    ac_case_time(c, facet, OBSERVABLE "lastRun",
                 json_array_get(ac_record_get_json(r, "run_times"), 0));
}

static void put_event(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    json_t *facet = ac_case_facet(c, o, OBSERVABLE "EventRecordFacet");
    char number[24];

    ac_case_text(c, o, CORE "name", ac_record_get(r, "log"));
    snprintf(number, sizeof(number), "%lld", (long long)ac_record_get_int(r, "event_id"));
    ac_case_text(c, facet, OBSERVABLE "eventType",
                 number); /* UCO 1.4 names eventID, but defines it not */
    snprintf(number, sizeof(number), "%lld", (long long)ac_record_get_int(r, "record_number"));
    ac_case_text(c, facet, OBSERVABLE "eventRecordID", number);
    ac_case_text(c, facet, OBSERVABLE "eventRecordServiceName", ac_record_get(r, "provider"));
    ac_case_time(c, facet, OBSERVABLE "observableCreatedTime", ac_record_get_json(r, "time"));
}

/* ---- records */

static const char *type_of(const struct ac_record *r)
{
    switch (ac_record_kind(r)) {
    case AC_KIND_TASK:
        return OBSERVABLE "WindowsTask";
    case AC_KIND_EVENT:
        return OBSERVABLE "EventRecord";
    case AC_KIND_EXECUTION:
        if (strcmp(ac_record_get(r, "artefact"), "prefetch") == 0)
            return OBSERVABLE "WindowsPrefetch";
        break;
    default:
        break;
    }
    return ac_record_prov(r, "key")[0] ? OBSERVABLE "WindowsRegistryKey"
                                       : OBSERVABLE "ObservableObject";
}

/* The record lies in its artefact: at which byte of it, where that is known. */
static void put_within(struct ac_case *c, const char *iri, const struct ac_record *r)
{
    static const char *const offsets[] = {"cell_offset", "offset"};
    json_t *relation = ac_case_within(c, iri, ac_case_artefact(c, r));

    for (size_t i = 0; relation && i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        const json_t *at = ac_record_prov_json(r, offsets[i]);
        json_t *facet;

        if (!json_is_integer(at))
            continue;
        facet = ac_case_facet(c, relation, OBSERVABLE "DataRangeFacet");
        ac_case_int(c, facet, OBSERVABLE "rangeOffset", json_integer_value(at));
        ac_case_text(c, facet, OBSERVABLE "rangeOffsetType", "file");
        return;
    }
}

const char *ac_case_observable(struct ac_case *c, const struct ac_record *r)
{
    const char *type;
    bool known;
    json_t *o;

    if (ac_record_kind(r) == AC_KIND_FILE || ac_record_kind(r) == AC_KIND_LISTING)
        return ac_case_file(c, r);
    type = type_of(r);
    o = ac_case_node(c, type, ac_record_id(r), &known);
    if (!o || known)
        return ac_case_iri(o);
    ac_case_describe(c, o, r);
    ac_case_refer(c, o, "records.jsonl", ac_record_id(r));
    if (strcmp(type, OBSERVABLE "WindowsTask") == 0)
        put_task(c, o, r);
    else if (strcmp(type, OBSERVABLE "WindowsPrefetch") == 0)
        put_prefetch(c, o, r);
    else if (strcmp(type, OBSERVABLE "EventRecord") == 0)
        put_event(c, o, r);
    else if (strcmp(type, OBSERVABLE "ObservableObject") == 0)
        ac_case_text(c, o, CORE "name", ac_schema_of(ac_record_kind(r))->name);
    if (ac_record_prov(r, "key")[0])
        put_key(c, o, r);
    put_within(c, ac_case_iri(o), r);
    ac_case_hold(c, r, ac_case_iri(o));
    return ac_case_iri(o);
}
