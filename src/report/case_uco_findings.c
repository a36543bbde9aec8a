/* Findings above "listed" and conclusions, as results of the assessment. */
#include "report/case_uco_parts.h"

#include <string.h>

static void put_sentence(struct ac_case *c, json_t *o, const char *property,
                         const struct ac_sentence *s)
{
    ac_exchange_put(&c->x, o, property, ac_exchange_sentence(&c->x, s));
}

static json_t *result(struct ac_case *c, const char *name, const char *analysis)
{
    bool known;
    json_t *o = ac_case_node(c, ANALYSIS "AnalyticResult", name, &known), *link;

    if (!o)
        return NULL;
    ac_case_link(c, o, ANALYSIS "originatingAnalysis", analysis);
    link = json_object();
    ac_exchange_put(&c->x, link, "@id", json_string(ac_case_iri(o)));
    ac_exchange_add(&c->x, c->results, link);
    return o;
}

static void put_confidence(struct ac_case *c, json_t *o, const char *confidence)
{
    if (confidence[0])
        ac_case_typed(c, ac_case_facet(c, o, CORE "ConfidenceFacet"), CORE "confidence",
                      "xsd:nonNegativeInteger", confidence);
}

/* Each content once: two records of one file, a file record and a task that starts it. */
static void add_content(struct ac_case *c, json_t *o, struct ac_set *seen, const char *iri)
{
    if (!iri[0] || ac_set_has(seen, ac_str_of(iri)))
        return;
    if (ac_set_put(seen, ac_str_of(iri), 1) != AC_OK)
        c->x.failed = true;
    ac_case_link(c, o, ANALYSIS "resultContent", iri);
}

static void add_target(struct ac_case *c, json_t *o, struct ac_set *seen, const char *id)
{
    const struct ac_record *r = ac_exchange_record(&c->x, id);

    if (r && ac_record_kind(r) == AC_KIND_FILE)
        add_content(c, o, seen, ac_case_file(c, r));
}

static void add_records(struct ac_case *c, json_t *o, const struct ac_finding *f)
{
    struct ac_set seen = {0};

    for (size_t i = 0; i < f->n_records && !c->x.failed; i++) {
        const struct ac_record *r = f->records[i];
        const json_t *actions = ac_record_get_json(r, "actions");

        add_content(c, o, &seen, ac_case_observable(c, r));
        add_target(c, o, &seen, ac_record_get(r, "target_file"));
        for (size_t k = 0; k < json_array_size(actions); k++)
            add_target(c, o, &seen, ac_text_of(json_array_get(actions, k), "target_file"));
    }
    ac_set_free(&seen);
}

static void put_finding(struct ac_case *c, const struct ac_finding *f, const char *analysis)
{
    static const char *const confidence[] = {
        [AC_LISTED] = "", [AC_SUPPORTING] = "15", [AC_STRONG] = "50", [AC_DECISIVE] = "85"};
    struct ac_buf text = {0};
    json_t *o;

    o = result(c, f->id, analysis);
    if (!o)
        return;
    ac_buf_addf(&text, "%s %s: %s", f->id, f->rule->id, f->rule->title);
    c->x.failed |= text.failed;
    ac_case_text(c, o, CORE "name", ac_buf_text(&text));
    ac_buf_clear(&text);
    ac_buf_addf(&text, "Strength: %s. The rule tests: %s", ac_strength_name(f->strength),
                f->rule->tests);
    c->x.failed |= text.failed;
    ac_case_text(c, o, CORE "description", ac_buf_text(&text));
    ac_buf_free(&text);
    put_sentence(c, o, CORE "statement", &f->summary);
    ac_case_text(c, o, CORE "tag", f->rule->family);
    put_confidence(c, o, confidence[f->strength]);
    ac_case_refer(c, o, "findings.json", f->id);
    add_records(c, o, f);
}

static void put_conclusion(struct ac_case *c, const struct ac_conclusion *k, const char *analysis)
{
    static const char *const confidence[] = {
        [AC_S0] = "", [AC_S1] = "15", [AC_S2] = "50", [AC_S3] = "70", [AC_S4] = "85", [AC_SX] = ""};
    struct ac_buf name = {0}, text = {0};
    bool known;
    json_t *o;

    ac_buf_addf(&name, "conclusion %s", k->family);
    ac_buf_addf(&text, "Scale %s: %s (%s).", ac_scale_name(k->scale),
                ac_text_scale(&c->x.t, k->scale), ac_text_criterion(k->scale));
    for (size_t i = 0; i < k->n_against; i++) {
        ac_buf_addz(&text, i ? " " : " What else could explain it: ");
        ac_sentence_print(&k->against[i], k->against[i].msgid, &text);
    }
    c->x.failed |= name.failed || text.failed;
    o = c->x.failed ? NULL : result(c, ac_buf_text(&name), analysis);
    if (o) {
        ac_case_text(c, o, CORE "name", ac_buf_text(&name));
        ac_case_text(c, o, CORE "description", ac_buf_text(&text));
        put_sentence(c, o, CORE "statement", &k->statement);
        ac_case_text(c, o, CORE "tag", k->family);
        put_confidence(c, o, confidence[k->scale]);
    }
    for (size_t i = 0; o && i < k->n_findings; i++) {
        if (ac_exchange_wants(k->findings[i]))
            ac_case_link(c, o, ANALYSIS "resultContent",
                         ac_case_iri(ac_case_node(c, ANALYSIS "AnalyticResult", k->findings[i]->id,
                                                  &known)));
    }
    ac_buf_free(&name);
    ac_buf_free(&text);
}

void ac_case_findings(struct ac_case *c, const char *analysis)
{
    const struct ac_assessment *a = c->x.t.a;

    for (size_t i = 0; i < a->n_findings && !c->x.failed; i++) {
        if (ac_exchange_wants(a->findings[i]))
            put_finding(c, a->findings[i], analysis);
    }
    for (size_t i = 0; i < a->n_conclusions && !c->x.failed; i++)
        put_conclusion(c, &a->conclusions[i], analysis);
}
