/* Nodes and their properties. */
#include "report/case_uco_parts.h"

#include <stdio.h>
#include <string.h>

static void name_node(struct ac_case *c, json_t *o, const char *type, const char *name)
{
    struct ac_buf full = {0};
    char iri[AC_CASE_IRI], uuid[AC_UUID_TEXT] = "";

    ac_buf_addf(&full, "case %s %s", type, name);
    c->x.failed |= full.failed;
    ac_exchange_id(&c->x, ac_buf_text(&full), uuid);
    ac_buf_free(&full);
    snprintf(iri, sizeof(iri), "urn:uuid:%s", uuid);
    ac_exchange_put(&c->x, o, "@id", json_string(iri));
    ac_exchange_put(&c->x, o, "@type", json_string(type));
}

json_t *ac_case_node(struct ac_case *c, const char *type, const char *name, bool *ret_known)
{
    json_t *o = json_object();
    struct ac_str iri;
    uint64_t at;

    *ret_known = false;
    name_node(c, o, type, name);
    iri = ac_str_of(ac_case_iri(o));
    if (!c->x.failed && ac_set_get(&c->ids, iri, &at)) {
        json_decref(o);
        *ret_known = true;
        return json_array_get(c->graph, at - 1);
    }
    if (c->x.failed || ac_set_put(&c->ids, iri, json_array_size(c->graph) + 1) != AC_OK) {
        c->x.failed = true;
        json_decref(o);
        return NULL;
    }
    ac_exchange_add(&c->x, c->graph, o);
    return c->x.failed ? NULL : o;
}

const char *ac_case_iri(const json_t *node)
{
    return ac_text_of(node, "@id");
}

/* The list of a property, made when it is not there. */
static json_t *list_of(struct ac_case *c, json_t *o, const char *property)
{
    json_t *list = json_object_get(o, property);

    if (list)
        return list;
    list = json_array();
    ac_exchange_put(&c->x, o, property, list);
    return c->x.failed ? NULL : list;
}

json_t *ac_case_part(struct ac_case *c, json_t *owner, const char *property, const char *type,
                     const char *name)
{
    json_t *list = list_of(c, owner, property), *o = json_object();
    struct ac_buf full = {0};

    ac_buf_addf(&full, "%s %s %s", ac_case_iri(owner), property, name);
    c->x.failed |= full.failed;
    name_node(c, o, type, ac_buf_text(&full));
    ac_buf_free(&full);
    ac_exchange_add(&c->x, list, o);
    return c->x.failed ? NULL : o;
}

json_t *ac_case_facet(struct ac_case *c, json_t *owner, const char *type)
{
    return ac_case_part(c, owner, CORE "hasFacet", type, "");
}

/* ---- properties */

void ac_case_text(struct ac_case *c, json_t *o, const char *property, const char *text)
{
    if (text[0])
        ac_exchange_put(&c->x, o, property, ac_exchange_textz(&c->x, text));
}

void ac_case_int(struct ac_case *c, json_t *o, const char *property, int64_t n)
{
    ac_exchange_put(&c->x, o, property, json_integer(n));
}

void ac_case_typed(struct ac_case *c, json_t *o, const char *property, const char *type,
                   const char *value)
{
    json_t *typed = json_object();

    ac_exchange_put(&c->x, typed, "@type", json_string(type));
    ac_exchange_put(&c->x, typed, "@value", json_string(value));
    ac_exchange_put(&c->x, o, property, typed);
}

void ac_case_time(struct ac_case *c, json_t *o, const char *property, const json_t *time)
{
    const char *text = json_string_value(time);

    if (text && strlen(text) > 4 && text[4] == '-') /* a date, no raw FILETIME */
        ac_case_typed(c, o, property, "xsd:dateTime", text);
}

void ac_case_link(struct ac_case *c, json_t *o, const char *property, const char *iri)
{
    json_t *link;

    if (!iri[0])
        return;
    link = json_object();
    ac_exchange_put(&c->x, link, "@id", json_string(iri));
    ac_exchange_add(&c->x, list_of(c, o, property), link);
}

void ac_case_hash(struct ac_case *c, json_t *facet, const char *method, const char *hex)
{
    json_t *o;

    if (!hex[0] || hex[strspn(hex, "0123456789abcdef")])
        return;
    o = ac_case_part(c, facet, OBSERVABLE "hash", TYPES "Hash", method);
    ac_case_text(c, o, TYPES "hashMethod", method);
    ac_case_typed(c, o, TYPES "hashValue", "xsd:hexBinary", hex);
}

void ac_case_refer(struct ac_case *c, json_t *o, const char *document, const char *id)
{
    json_t *ref = ac_case_part(c, o, CORE "externalReference", CORE "ExternalReference", id);

    ac_case_text(c, ref, CORE "definingContext", document);
    ac_case_text(c, ref, CORE "externalIdentifier", id);
}

json_t *ac_case_within(struct ac_case *c, const char *source, const char *target)
{
    struct ac_buf name = {0};
    bool known;
    json_t *o;

    if (!source[0] || !target[0])
        return NULL;
    ac_buf_addf(&name, "%s %s", source, target);
    c->x.failed |= name.failed;
    o = ac_case_node(c, OBSERVABLE "ObservableRelationship", ac_buf_text(&name), &known);
    ac_buf_free(&name);
    if (!o || known)
        return NULL;
    ac_case_link(c, o, CORE "source", source);
    ac_case_link(c, o, CORE "target", target);
    ac_case_text(c, o, CORE "kindOfRelationship", "Contained_Within");
    ac_exchange_put(&c->x, o, CORE "isDirectional", json_true());
    return o;
}
