/* Evidence items: what was handed in. */
#include "report/case_uco_parts.h"

#include <string.h>

/* "SHA-256" of records is "SHA256" in UCO. */
static const char *method_of(const char *algorithm)
{
    return strcmp(algorithm, "SHA-1") == 0     ? "SHA1"
           : strcmp(algorithm, "SHA-256") == 0 ? "SHA256"
                                               : algorithm;
}

/* The medium, with the digests that were computed over it; those that the container stores are told beside them. */
static void put_content(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    const json_t *hashes = ac_record_get_json(r, "hashes");
    json_t *facet = ac_case_facet(c, o, OBSERVABLE "ContentDataFacet");
    struct ac_buf text = {0};

    if (ac_record_get_json(r, "media_size"))
        ac_case_int(c, facet, OBSERVABLE "sizeInBytes", ac_record_get_int(r, "media_size"));
    for (size_t i = 0; i < json_array_size(hashes); i++) {
        const json_t *h = json_array_get(hashes, i);

        ac_case_hash(c, facet, method_of(ac_text_of(h, "algorithm")), ac_text_of(h, "computed"));
        ac_buf_addf(&text, "%s%s stored in the container: %s (%s)", i ? "; " : "",
                    ac_text_of(h, "algorithm"),
                    ac_text_of(h, "stored")[0] ? ac_text_of(h, "stored") : "none",
                    ac_text_of(h, "result"));
    }
    c->x.failed |= text.failed;
    ac_case_text(c, o, CORE "description", ac_buf_text(&text));
    ac_buf_free(&text);
}

static void put_segments(struct ac_case *c, const char *image, const struct ac_text_item *item)
{
    const json_t *segments = ac_record_get_json(item->integrity, "segments");

    for (size_t i = 0; i < json_array_size(segments); i++) {
        const json_t *segment = json_array_get(segments, i);
        struct ac_buf name = {0};
        bool known;
        json_t *o, *facet;

        ac_buf_addf(&name, "segment %s %zu", item->id, i);
        c->x.failed |= name.failed;
        o = ac_case_node(c, OBSERVABLE "File", ac_buf_text(&name), &known);
        ac_buf_free(&name);
        if (!o)
            return;
        facet = ac_case_facet(c, o, OBSERVABLE "FileFacet");
        ac_case_text(c, facet, OBSERVABLE "fileName", ac_text_of(segment, "name"));
        if (json_object_get(segment, "size"))
            ac_case_int(c, facet, OBSERVABLE "sizeInBytes",
                        json_integer_value(json_object_get(segment, "size")));
        ac_case_within(c, image, ac_case_iri(o));
    }
}

static void put_item(struct ac_case *c, const struct ac_text_item *item)
{
    const struct ac_record *r = item->integrity;
    bool known;
    json_t *o =
        ac_case_node(c, r ? OBSERVABLE "Image" : OBSERVABLE "ObservableObject", item->id, &known);

    if (!o)
        return;
    ac_exchange_put(&c->x, c->items, item->id, json_string(ac_case_iri(o)));
    ac_exchange_put(&c->x, c->held, item->id, json_array());
    ac_case_text(c, o, CORE "name", item->name);
    if (!r)
        return;
    ac_case_text(c, ac_case_facet(c, o, OBSERVABLE "ImageFacet"), OBSERVABLE "imageType",
                 ac_record_get(r, "format"));
    put_content(c, o, r);
    ac_case_refer(c, o, "records.jsonl", ac_record_id(r));
    put_segments(c, ac_case_iri(o), item);
}

void ac_case_evidence(struct ac_case *c)
{
    for (size_t i = 0; i < c->x.t.n_items && !c->x.failed; i++)
        put_item(c, &c->x.t.items[i]);
}
