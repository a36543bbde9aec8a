/* case.jsonld: one node for a thing, nothing found, hostile names, several items, no memory. What the ontologies ask is
 * checked by check_case.py. */
#include "report_case.h"

#include "report/case_uco.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static json_t *graph_of(const struct report_case *c)
{
    struct ac_buf text = {0};
    json_t *document, *graph;

    cr_assert_eq(ac_report_case(&c->in, &text, NULL), AC_OK);
    document = json_loadb(ac_buf_text(&text), text.n, 0, NULL);
    cr_assert_not_null(document);
    graph = json_incref(json_object_get(document, "@graph"));
    cr_assert(json_is_array(graph));
    json_decref(document);
    ac_buf_free(&text);
    return graph;
}

static bool is_of(const json_t *o, const char *type)
{
    const json_t *types = json_object_get(o, "@type"), *t;
    size_t i;

    if (json_is_string(types))
        return strcmp(json_string_value(types), type) == 0;
    json_array_foreach (types, i, t) {
        if (strcmp(json_string_value(t), type) == 0)
            return true;
    }
    return false;
}

static size_t count(const json_t *graph, const char *type)
{
    json_t *o;
    size_t i, n = 0;

    json_array_foreach (graph, i, o)
        n += is_of(o, type);
    return n;
}

/* The facet of that type of any node, whose property has that text. */
static json_t *facet(const json_t *graph, const char *type, const char *property, const char *text)
{
    json_t *o, *f;
    size_t i, k;

    json_array_foreach (graph, i, o) {
        json_array_foreach (json_object_get(o, "uco-core:hasFacet"), k, f) {
            const char *value = json_string_value(json_object_get(f, property));

            if (is_of(f, type) && value && strcmp(value, text) == 0)
                return f;
        }
    }
    return NULL;
}

static json_t *named(const json_t *graph, const char *type, const char *start)
{
    json_t *o;
    size_t i;

    json_array_foreach (graph, i, o) {
        const char *name = json_string_value(json_object_get(o, "uco-core:name"));

        if (is_of(o, type) && name && strncmp(name, start, strlen(start)) == 0)
            return o;
    }
    return NULL;
}

Test(case_uco, evidence_and_findings_are_nodes)
{
    struct report_case c;
    json_t *graph, *f, *o;
    size_t above = 0;

    rc_init(&c);
    graph = graph_of(&c);
    for (size_t i = 0; i < c.assessment.n_findings; i++)
        above += c.assessment.findings[i]->strength > AC_LISTED;
    cr_assert_gt(above, 0);
    cr_expect_eq(count(graph, "uco-analysis:AnalyticResult"), above + c.assessment.n_conclusions);
    cr_expect_eq(count(graph, "case-investigation:Investigation"), 1);
    cr_expect_not_null(named(graph, "case-investigation:Investigation", "2021-17"));
    cr_expect_eq(count(graph, "case-investigation:InvestigativeAction"), 2);
    cr_expect_eq(count(graph, "uco-analysis:Analysis"), 1);
    cr_expect_eq(count(graph, "case-investigation:ProvenanceRecord"), 2);
    cr_expect_eq(count(graph, "uco-tool:AnalyticTool"), 1);
    cr_expect_not_null(named(graph, "uco-observable:Image", "laptop.E01"));
    cr_expect_not_null(
        facet(graph, "uco-observable:ImageFacet", "uco-observable:imageType", "E01"));
    cr_expect_not_null(
        facet(graph, "uco-observable:FileFacet", "uco-observable:fileName", "ialkquzoobki.czi"));
    f = facet(graph, "uco-observable:WindowsRegistryKeyFacet", "uco-observable:key",
              "HKEY_USERS\\user2\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
    cr_assert_not_null(f);
    cr_expect_str_eq(json_string_value(json_object_get(
                         json_object_get(f, "uco-observable:modifiedTime"), "@value")),
                     "2021-01-05T08:30:15.75Z");
    o = named(graph, "uco-analysis:AnalyticResult", "conclusion emotet");
    cr_expect_eq(json_array_size(json_object_get(o, "uco-analysis:resultContent")), above);
    json_decref(graph);
    rc_free(&c);
}

/* "FILETIME 0x... (out of range)" is no xsd:dateTime. */
Test(case_uco, times_that_are_no_dates_are_left_out)
{
    struct report_case c;
    json_t *graph, *f;

    rc_init(&c);
    graph = graph_of(&c);
    f = facet(graph, "uco-observable:FileFacet", "uco-observable:fileName", "ialkquzoobki.czi");
    cr_expect_not_null(json_object_get(f, "uco-observable:modifiedTime"));
    cr_expect_null(json_object_get(f, "uco-observable:metadataChangeTime"));
    json_decref(graph);
    rc_free(&c);
}

Test(case_uco, nothing_found_has_evidence_and_conclusions)
{
    struct report_case c;
    json_t *graph, *o;

    rc_init_empty(&c);
    graph = graph_of(&c);
    cr_expect_eq(count(graph, "uco-analysis:AnalyticResult"), 5);
    o = named(graph, "uco-analysis:AnalyticResult", "conclusion emotet");
    cr_expect_not_null(strstr(json_string_value(json_object_get(o, "uco-core:statement")),
                              "No residue of emotet"));
    cr_expect_null(json_object_get(o, "uco-core:hasFacet"), "confidence of nothing");
    cr_expect_eq(count(graph, "uco-observable:Image"), 1);
    json_decref(graph);
    rc_free(&c);
}

/* The same paths on a second item are other things: no node serves both. */
Test(case_uco, items_are_kept_apart)
{
    struct report_case c;
    json_t *graph, *evidence, *o;
    size_t files = 0, i;

    rc_init(&c);
    evidence = json_object_get(json_object_get(c.header, "options"), "evidence");
    json_array_append_new(evidence, json_pack("{s:s,s:s}", "id", "E2", "name", "laptop.E01"));
    for (size_t k = 0; k < c.n; k++) {
        if (ac_record_kind(c.records[k]) == AC_KIND_AUTOSTART &&
            strcmp(ac_record_get(c.records[k], "name"), "long") == 0)
            ac_record_prov_textz(c.records[k], "evidence", "E2");
    }
    graph = graph_of(&c);
    cr_expect_eq(count(graph, "case-investigation:ProvenanceRecord"), 3);
    json_array_foreach (graph, i, o) {
        const json_t *f = json_array_get(json_object_get(o, "uco-core:hasFacet"), 0);
        const char *name = json_string_value(json_object_get(f, "uco-observable:fileName"));

        files += is_of(o, "uco-observable:File") && name && strcmp(name, "NTUSER.DAT") == 0;
    }
    cr_expect_eq(files, 2);
    json_decref(graph);
    rc_free(&c);
}

Test(case_uco, it_depends_on_records_and_rules_only)
{
    struct report_case c;
    struct ac_buf with = {0}, without = {0};

    rc_init(&c);
    cr_assert_eq(ac_report_case(&c.in, &with, NULL), AC_OK);
    c.in.run = NULL;
    cr_assert_eq(ac_report_case(&c.in, &without, NULL), AC_OK);
    cr_expect_str_eq(ac_buf_text(&with), ac_buf_text(&without));
    ac_buf_free(&with);
    ac_buf_free(&without);
    rc_free(&c);
}

Test(case_uco, no_memory_is_an_error_never_a_smaller_graph)
{
    rc_without_memory(ac_report_case, 3000);
}
