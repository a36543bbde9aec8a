#include "report/case_uco.h"

#include "report/case_uco_parts.h"

#include <stdlib.h>
#include <string.h>

static json_t *context(struct ac_case *c)
{
    static const char *const prefixes[][2] = {
        {"case-investigation", "https://ontology.caseontology.org/case/investigation/"},
        {"uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"},
        {"uco-analysis", "https://ontology.unifiedcyberontology.org/uco/analysis/"},
        {"uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"},
        {"uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"},
        {"uco-tool", "https://ontology.unifiedcyberontology.org/uco/tool/"},
        {"uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"},
        {"xsd", "http://www.w3.org/2001/XMLSchema#"},
    };
    json_t *o = json_object();

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        ac_exchange_put(&c->x, o, prefixes[i][0], json_string(prefixes[i][1]));
    return o;
}

/* "aftercheck 0.1.0", as the records name what collected them. */
static const char *put_tool(struct ac_case *c)
{
    const char *tool = ac_text_of(c->x.t.in->header, "tool"), *version = strchr(tool, ' ');
    bool known;
    json_t *o = ac_case_node(c, TOOL "AnalyticTool", "", &known);

    ac_case_text(c, o, CORE "name", "aftercheck");
    ac_case_text(c, o, TOOL "toolType", "offline analyzer of disk images and registry hives");
    ac_case_text(c, o, TOOL "version", version ? version + 1 : "");
    return ac_case_iri(o);
}

static json_t *put_action(struct ac_case *c, const char *name, const char *tool, const char *what)
{
    bool known;
    json_t *o = ac_case_node(c, CASE "InvestigativeAction", name, &known);

    ac_case_text(c, o, CORE "name", name);
    ac_case_text(c, o, CORE "description", what);
    ac_case_link(c, o, ACTION "instrument", tool);
    return o;
}

/* What came out of an item: its number is the exhibit number that the report gives it. */
static void put_collected(struct ac_case *c, json_t *collection, json_t *assessment)
{
    const char *id;
    json_t *list;

    json_object_foreach (c->held, id, list) {
        bool known;
        json_t *o = ac_case_node(c, CASE "ProvenanceRecord", id, &known);

        ac_case_text(c, o, CASE "exhibitNumber", id);
        ac_case_text(c, o, CORE "description",
                     "What findings speak of was read from this item; all that was read stands in "
                     "records.jsonl.");
        ac_case_link(c, o, CORE "object", ac_text_of(c->items, id));
        for (size_t i = 0; i < json_array_size(list); i++)
            ac_case_link(c, o, CORE "object", ac_case_iri(json_array_get(list, i)));
        ac_case_link(c, collection, ACTION "object", ac_text_of(c->items, id));
        ac_case_link(c, collection, ACTION "result", ac_case_iri(o));
        ac_case_link(c, assessment, ACTION "object", ac_case_iri(o));
    }
}

static void put_assessed(struct ac_case *c, json_t *assessment)
{
    bool known;
    json_t *o = ac_case_node(c, CASE "ProvenanceRecord", "assessment", &known);

    ac_case_text(c, o, CORE "description", "Findings and conclusions of the assessment.");
    for (size_t i = 0; i < json_array_size(c->results); i++) {
        const char *iri = ac_case_iri(json_array_get(c->results, i));

        ac_case_link(c, o, CORE "object", iri);
        ac_case_link(c, assessment, ACTION "result", iri);
    }
    ac_case_link(c, assessment, ACTION "result", ac_case_iri(o));
}

/* ---- the investigation: it has everything that stands alone */

static void put_investigation(struct ac_case *c)
{
    const struct ac_text *t = &c->x.t;
    const char *number = ac_text_of(t->in->human, "case_id");
    size_t n = json_array_size(c->graph);
    struct ac_buf text = {0};
    bool known;
    json_t *o = ac_case_node(c, CASE "Investigation", "", &known);

    ac_buf_addf(&text, "Report %s of aftercheck; rules with SHA-256 %s.%s", t->report_id,
                t->a->rules_sha256,
                t->a->incomplete ? " Not everything that was expected could be examined: "
                                   "findings.json lists it under coverage and problems."
                                 : "");
    ac_buf_addz(&text, " Findings that are only listed are not part of this file. When it was run "
                       "stands in run.json. Confidence is a place on an ordinal scale, no "
                       "probability: supporting 15, strong 50, decisive 85; S1 15, S2 50, S3 70, "
                       "S4 85. In keys below HKEY_USERS the name of the profile stands for the "
                       "SID.");
    c->x.failed |= text.failed;
    ac_case_text(c, o, CORE "name", number[0] ? number : t->report_id);
    ac_case_text(c, o, CORE "description", ac_buf_text(&text));
    ac_case_text(c, o, CASE "focus", "Residues of malware on the evidence items");
    for (size_t i = 0; i < n; i++)
        ac_case_link(c, o, CORE "object", ac_case_iri(json_array_get(c->graph, i)));
    ac_buf_free(&text);
}

static void write_graph(struct ac_case *c)
{
    const char *tool = put_tool(c);
    json_t *collection, *assessment, *types = json_array();

    ac_case_evidence(c);
    collection = put_action(c, "collection", tool,
                            "Artefacts of the evidence items were read into records; the items "
                            "were opened for reading only.");
    assessment = put_action(c, "assessment", tool, "Rules were applied to the records.");
    ac_exchange_add(&c->x, types, json_string(CASE "InvestigativeAction"));
    ac_exchange_add(&c->x, types, json_string(ANALYSIS "Analysis"));
    ac_exchange_put(&c->x, assessment, "@type", types);
    ac_case_link(c, assessment, CASE "wasInformedBy", ac_case_iri(collection));
    ac_case_findings(c, ac_case_iri(assessment));
    put_collected(c, collection, assessment);
    put_assessed(c, assessment);
    put_investigation(c);
}

static char *print(struct ac_case *c)
{
    json_t *o = json_object();
    char *text;

    ac_exchange_put(&c->x, o, "@context", context(c));
    ac_exchange_put(&c->x, o, "@graph", json_incref(c->graph));
    text = c->x.failed ? NULL : json_dumps(o, JSON_INDENT(1));
    json_decref(o);
    return text;
}

enum ac_rc ac_report_case(const struct ac_report_input *in, struct ac_buf *out, struct ac_err *err)
{
    struct ac_case c = {.graph = json_array(),
                        .items = json_object(),
                        .held = json_object(),
                        .results = json_array()};
    char *text = NULL;

    if (ac_exchange_init(&c.x, in) != AC_OK || !c.graph || !c.items || !c.held || !c.results)
        c.x.failed = true;
    if (!c.x.failed) {
        write_graph(&c);
        text = print(&c);
    }
    if (text)
        ac_buf_addf(out, "%s\n", text);
    free(text);
    json_decref(c.graph);
    json_decref(c.items);
    json_decref(c.held);
    json_decref(c.results);
    ac_set_free(&c.ids);
    ac_set_free(&c.listed);
    ac_exchange_free(&c.x);
    return !text || out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for case.jsonld")
                                : AC_OK;
}
