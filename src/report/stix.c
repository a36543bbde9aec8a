#include "report/stix.h"

#include "report/stix_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The latest time that the findings tell: the bundle is about that moment, and says the same in every run. */
static void set_created(struct ac_stix *s)
{
    const struct ac_assessment *a = s->x.t.a;
    struct ac_span span = {.first = {0}};

    for (size_t i = 0; i < a->n_findings; i++) {
        if (ac_exchange_wants(a->findings[i]))
            ac_exchange_span(a->findings[i], &span);
    }
    ac_stix_time(span.last, s->created);
}

static void put_identity(struct ac_stix *s)
{
    bool known;
    json_t *o = ac_stix_common(s, "identity", "aftercheck", &known);

    ac_exchange_put(&s->x, o, "name", json_string("aftercheck"));
    ac_exchange_put(&s->x, o, "description",
                    json_string("Program that examines disk images and registry hives offline. It "
                                "states what matched its rules; it identifies no person."));
    ac_exchange_put(&s->x, o, "identity_class", json_string("system"));
    snprintf(s->identity, sizeof(s->identity), "%s", ac_stix_id(o));
}

/* ---- the note: a bundle without a malware object is no statement that there is none */

static void add_evidence(const struct ac_text_item *item, struct ac_buf *text)
{
    const json_t *hashes = item->integrity ? ac_record_get_json(item->integrity, "hashes") : NULL;

    ac_buf_addf(text, "Evidence %s: ", item->id);
    ac_text_safe(ac_str_of(item->name), text);
    for (size_t i = 0; i < json_array_size(hashes); i++) {
        const json_t *h = json_array_get(hashes, i);

        if (ac_text_of(h, "computed")[0])
            ac_buf_addf(text, ", %s %s (%s)", ac_text_of(h, "algorithm"), ac_text_of(h, "computed"),
                        ac_text_of(h, "result"));
    }
    ac_buf_addz(text, ".\n");
}

static void add_conclusions(const struct ac_stix *s, struct ac_buf *text)
{
    const struct ac_assessment *a = s->x.t.a;

    for (size_t i = 0; i < a->n_conclusions; i++) {
        const struct ac_conclusion *c = &a->conclusions[i];

        ac_buf_addf(text, "%s %s: ", c->family, ac_scale_name(c->scale));
        ac_sentence_print(&c->statement, c->statement.msgid, text);
        ac_buf_addc(text, '\n');
    }
}

static void note_text(const struct ac_stix *s, struct ac_buf *text)
{
    const struct ac_text *t = &s->x.t;
    const json_t *header = t->in->header;

    ac_buf_addf(text, "Report %s, made of records that %s collected; rules with SHA-256 %s.\n",
                t->report_id, ac_text_of(header, "tool"), t->a->rules_sha256);
    for (size_t i = 0; i < t->n_items; i++)
        add_evidence(&t->items[i], text);
    if (t->a->incomplete)
        ac_buf_addz(text,
                    "Not everything that was expected could be examined: findings.json lists it "
                    "under coverage and problems.\n");
    add_conclusions(s, text);
    ac_buf_addz(
        text, "Confidence is a place on an ordinal scale, no probability: of indicators by the "
              "strength of the finding (supporting 15, strong 50, decisive 85), of malware by the "
              "scale of the conclusion (S1 15, S2 50, S3 70, S4 85). Findings that are only "
              "listed are not part of this bundle. The times created and modified are the latest "
              "that the findings tell; " AC_STIX_EPOCH
              " stands where there is none. Numbers of findings (F-) are those of findings.json, "
              "of records (R-) those of records.jsonl. Paths have no letter of a volume. In keys "
              "below HKEY_USERS the name of the profile stands for the SID.");
}

static void put_note(struct ac_stix *s)
{
    json_t *o = ac_stix_object(s, "note", "examination"), *refs = json_array(), *other;
    struct ac_buf text = {0};
    size_t i;

    note_text(s, &text);
    ac_exchange_put(&s->x, o, "abstract", json_string("What was examined, and the conclusions"));
    s->x.failed |= text.failed;
    ac_exchange_put(&s->x, o, "content", json_stringn(ac_buf_text(&text), text.n));
    ac_exchange_add(&s->x, refs, json_string(s->identity));
    json_array_foreach (s->objects, i, other) {
        if (strcmp(ac_text_of(other, "type"), "malware") == 0)
            ac_exchange_add(&s->x, refs, json_string(ac_stix_id(other)));
    }
    ac_exchange_put(&s->x, o, "object_refs", refs);
    ac_stix_refer(s, o, s->x.t.report_id);
    ac_buf_free(&text);
}

/* ---- the bundle */

static char *print(struct ac_stix *s)
{
    json_t *bundle = json_object();
    char id[AC_STIX_ID], uuid[AC_UUID_TEXT], *text;

    ac_exchange_id(&s->x, "bundle", uuid);
    snprintf(id, sizeof(id), "bundle--%s", uuid);
    ac_exchange_put(&s->x, bundle, "type", json_string("bundle"));
    ac_exchange_put(&s->x, bundle, "id", json_string(id));
    ac_exchange_put(&s->x, bundle, "objects", json_incref(s->objects));
    text = s->x.failed ? NULL : json_dumps(bundle, JSON_INDENT(1));
    json_decref(bundle);
    return text;
}

enum ac_rc ac_report_stix(const struct ac_report_input *in, struct ac_buf *out, struct ac_err *err)
{
    struct ac_stix s = {.objects = json_array()};
    char *text = NULL;

    if (ac_exchange_init(&s.x, in) != AC_OK || !s.objects)
        s.x.failed = true;
    if (!s.x.failed) {
        set_created(&s);
        put_identity(&s);
        ac_stix_findings(&s);
        put_note(&s);
        text = print(&s);
    }
    if (text)
        ac_buf_addf(out, "%s\n", text);
    free(text);
    json_decref(s.objects);
    ac_set_free(&s.ids);
    ac_exchange_free(&s.x);
    return !text || out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for stix.json")
                                : AC_OK;
}
