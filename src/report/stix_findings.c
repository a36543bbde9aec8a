/* Findings above "listed": malware of the conclusions, observed data, indicators. */
#include "report/stix_parts.h"

#include <stdio.h>
#include <string.h>

struct work {
    struct ac_stix *s;
    struct ac_set families; /* of malware: name -> index of its object + 1 */
    struct ac_set uses;     /* pairs of malware and technique that were related */
};

/* ---- malware */

static int scale_confidence(enum ac_scale scale)
{
    switch (scale) {
    case AC_S1:
        return 15;
    case AC_S2:
        return 50;
    case AC_S3:
        return 70;
    case AC_S4:
        return 85;
    default:
        return 0;
    }
}

static const char *family_name(const char *family)
{
    static const char *const names[][2] = {{"emotet", "Emotet"},
                                           {"ursnif", "Ursnif"},
                                           {"trickbot", "TrickBot"},
                                           {"qakbot", "QakBot"},
                                           {"zloader", "Zloader"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(family, names[i][0]) == 0)
            return names[i][1];
    }
    return family;
}

/* The conclusion, with what else could explain it: the one is not to be read without the other. */
static json_t *description(struct ac_stix *s, const struct ac_conclusion *c)
{
    struct ac_buf text = {0};
    json_t *value;

    ac_sentence_print(&c->statement, c->statement.msgid, &text);
    ac_buf_addf(&text, " Scale %s: %s (%s).", ac_scale_name(c->scale),
                ac_text_scale(&s->x.t, c->scale), ac_text_criterion(c->scale));
    for (size_t i = 0; i < c->n_against; i++) {
        ac_buf_addz(&text, i ? " " : " What else could explain it: ");
        ac_sentence_print(&c->against[i], c->against[i].msgid, &text);
    }
    value = text.failed ? NULL : json_stringn(ac_buf_text(&text), text.n);
    ac_buf_free(&text);
    return value;
}

static void put_malware(struct work *w, const struct ac_conclusion *c)
{
    struct ac_exchange *x = &w->s->x;
    json_t *o = ac_stix_object(w->s, "malware", c->family);

    if (!o)
        return;
    ac_exchange_put(x, o, "name", ac_exchange_textz(x, family_name(c->family)));
    ac_exchange_put(x, o, "description", description(w->s, c));
    ac_exchange_put(x, o, "is_family", json_true());
    ac_exchange_put(x, o, "confidence", json_integer(scale_confidence(c->scale)));
    if (ac_set_put(&w->families, ac_str_of(c->family), json_array_size(w->s->objects)) != AC_OK)
        x->failed = true;
}

static const char *malware_of(const struct work *w, const struct ac_finding *f)
{
    uint64_t at;

    return ac_set_get(&w->families, ac_str_of(f->rule->family), &at)
               ? ac_stix_id(json_array_get(w->s->objects, at - 1))
               : "";
}

/* ---- techniques */

static void put_technique(struct work *w, json_t *o, struct ac_str id)
{
    struct ac_exchange *x = &w->s->x;
    json_t *refs = json_array(), *ref = json_object();
    struct ac_buf url = {0};
    const char *name = ac_attack_name(id);

    ac_buf_addz(&url, "https://attack.mitre.org/techniques/");
    for (size_t i = 0; i < id.n; i++)
        ac_buf_addc(&url, id.p[i] == '.' ? '/' : id.p[i]);
    ac_buf_addc(&url, '/');
    x->failed |= url.failed;
    ac_exchange_put(x, o, "name", name ? json_string(name) : ac_exchange_text(x, id));
    ac_exchange_put(x, ref, "source_name", json_string("mitre-attack"));
    ac_exchange_put(x, ref, "external_id", ac_exchange_text(x, id));
    ac_exchange_put(x, ref, "url", ac_exchange_text(x, ac_buf_str(&url)));
    ac_exchange_add(x, refs, ref);
    ac_exchange_put(x, o, "external_references", refs);
    ac_buf_free(&url);
}

static bool is_technique(struct ac_str id)
{
    if (id.n < 5 || id.p[0] != 'T')
        return false;
    for (size_t i = 1; i < id.n; i++) {
        if (!strchr("0123456789.", id.p[i]))
            return false;
    }
    return true;
}

static void use(struct work *w, const char *malware, struct ac_str id)
{
    struct ac_buf pair = {0};
    bool known = false;
    json_t *o;

    ac_buf_adds(&pair, id);
    o = pair.failed ? NULL : ac_stix_common(w->s, "attack-pattern", ac_buf_text(&pair), &known);
    if (o && !known)
        put_technique(w, o, id);
    ac_buf_addf(&pair, " %s", malware);
    if (o && !pair.failed && !ac_set_has(&w->uses, ac_buf_str(&pair))) {
        if (ac_set_put(&w->uses, ac_buf_str(&pair), 1) != AC_OK)
            w->s->x.failed = true;
        ac_stix_relate(w->s, malware, "uses", ac_stix_id(o));
    }
    w->s->x.failed |= pair.failed;
    ac_buf_free(&pair);
}

static void use_all(struct work *w, const char *malware, const char *attack)
{
    while (*attack) {
        struct ac_str id = {attack, strcspn(attack, " ")};

        if (is_technique(id))
            use(w, malware, id);
        attack += id.n;
        attack += strspn(attack, " ");
    }
}

/* ---- findings */

static void refer_all(struct ac_stix *s, json_t *o, const struct ac_finding *f)
{
    ac_stix_refer(s, o, f->id);
    for (size_t i = 0; i < f->n_records; i++)
        ac_stix_refer(s, o, ac_record_id(f->records[i]));
}

static json_t *observed(struct ac_stix *s, const struct ac_finding *f)
{
    struct ac_exchange *x = &s->x;
    json_t *o, *refs = json_array();
    char first[AC_TIME_TEXT], last[AC_TIME_TEXT];
    struct ac_span span = {.first = {0}};
    struct ac_set seen = {0};

    for (size_t i = 0; i < f->n_records && !x->failed; i++)
        ac_stix_observe(s, f->records[i], &seen, refs);
    if (f->n_records)
        ac_stix_observe_account(s, f->records[0], f->user, &seen, refs);
    ac_set_free(&seen);
    o = json_array_size(refs) ? ac_stix_object(s, "observed-data", f->id) : NULL;
    if (!o) {
        json_decref(refs);
        return NULL;
    }
    ac_exchange_span(f, &span);
    ac_stix_time(span.first, first);
    ac_stix_time(span.last, last);
    ac_exchange_put(x, o, "first_observed", json_string(first));
    ac_exchange_put(x, o, "last_observed", json_string(last));
    ac_exchange_put(x, o, "number_observed", json_integer(1));
    ac_exchange_put(x, o, "object_refs", refs);
    refer_all(s, o, f);
    return o;
}

static json_t *indicator(struct ac_stix *s, const struct ac_finding *f,
                         const struct ac_buf *pattern)
{
    static const int confidence[] = {
        [AC_LISTED] = 0, [AC_SUPPORTING] = 15, [AC_STRONG] = 50, [AC_DECISIVE] = 85};
    struct ac_exchange *x = &s->x;
    json_t *o = ac_stix_object(s, "indicator", f->id);
    struct ac_span span = {.first = {0}};
    struct ac_buf name = {0};
    char from[AC_TIME_TEXT];

    if (!o)
        return NULL;
    ac_buf_addf(&name, "%s %s: %s", f->id, f->rule->id, f->rule->title);
    x->failed |= name.failed;
    ac_exchange_span(f, &span);
    ac_stix_time(span.first, from);
    ac_exchange_put(x, o, "name", ac_exchange_text(x, ac_buf_str(&name)));
    ac_exchange_put(x, o, "description", ac_exchange_sentence(x, &f->summary));
    ac_exchange_put(x, o, "pattern", json_stringn(ac_buf_text(pattern), pattern->n));
    ac_exchange_put(x, o, "pattern_type", json_string("stix"));
    ac_exchange_put(x, o, "pattern_version", json_string("2.1"));
    ac_exchange_put(x, o, "valid_from", json_string(from));
    ac_exchange_put(x, o, "confidence", json_integer(confidence[f->strength]));
    refer_all(s, o, f);
    ac_buf_free(&name);
    return o;
}

static void put_finding(struct work *w, const struct ac_finding *f)
{
    const char *malware = malware_of(w, f);
    json_t *data = observed(w->s, f), *o = NULL;
    struct ac_buf pattern = {0};

    if (malware[0]) {
        ac_stix_pattern(w->s, f, &pattern);
        use_all(w, malware, f->rule->attack);
    }
    if (pattern.n)
        o = indicator(w->s, f, &pattern);
    if (o)
        ac_stix_relate(w->s, ac_stix_id(o), "indicates", malware);
    if (o && data)
        ac_stix_relate(w->s, ac_stix_id(o), "based-on", ac_stix_id(data));
    ac_buf_free(&pattern);
}

void ac_stix_findings(struct ac_stix *s)
{
    const struct ac_assessment *a = s->x.t.a;
    struct work w = {.s = s};

    for (size_t i = 0; i < a->n_conclusions && !s->x.failed; i++) {
        const struct ac_conclusion *c = &a->conclusions[i];

        if (scale_confidence(c->scale) && ac_exchange_is_malware(c->family))
            put_malware(&w, c);
    }
    for (size_t i = 0; i < a->n_findings && !s->x.failed; i++) {
        if (ac_exchange_wants(a->findings[i]))
            put_finding(&w, a->findings[i]);
    }
    ac_set_free(&w.families);
    ac_set_free(&w.uses);
}
