/* Files of the evidence, and where a record is from. */
#include "report/case_uco_parts.h"

#include <stdlib.h>
#include <string.h>

void ac_case_hold(struct ac_case *c, const struct ac_record *r, const char *iri)
{
    const char *evidence = ac_record_prov(r, "evidence");
    json_t *list = json_object_get(c->held, evidence), *link;
    struct ac_buf key = {0};

    ac_buf_addf(&key, "%s %s", evidence, iri);
    c->x.failed |= key.failed;
    if (list && iri[0] && !c->x.failed && !ac_set_has(&c->listed, ac_buf_str(&key))) {
        if (ac_set_put(&c->listed, ac_buf_str(&key), 1) != AC_OK)
            c->x.failed = true;
        link = json_object();
        ac_exchange_put(&c->x, link, "@id", json_string(iri));
        ac_exchange_add(&c->x, list, link);
    }
    ac_buf_free(&key);
}

void ac_case_describe(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    struct ac_buf text = {0};

    ac_buf_addf(&text, "Evidence %s", ac_record_prov(r, "evidence"));
    if (ac_record_prov_has(r, "volume_offset"))
        ac_buf_addf(&text, ", volume at byte %lld",
                    (long long)json_integer_value(ac_record_prov_json(r, "volume_offset")));
    if (ac_record_prov(r, "snapshot")[0])
        ac_buf_addf(&text, ", snapshot %s", ac_record_prov(r, "snapshot"));
    if (ac_record_prov(r, "mft")[0])
        ac_buf_addf(&text, ", MFT entry-sequence %s", ac_record_prov(r, "mft"));
    if (ac_record_prov(r, "state")[0])
        ac_buf_addf(&text, ", state of the record: %s", ac_record_prov(r, "state"));
    c->x.failed |= text.failed;
    ac_case_text(c, o, CORE "description", ac_buf_text(&text));
    ac_buf_free(&text);
}

static void put_name(struct ac_case *c, json_t *facet, const char *path)
{
    const char *name = strrchr(path, '/');

    ac_case_text(c, facet, OBSERVABLE "fileName", name ? name + 1 : path);
    ac_case_text(c, facet, OBSERVABLE "filePath", path);
}

static void put_times(struct ac_case *c, json_t *facet, const struct ac_record *r)
{
    static const char *const times[][2] = {{"created", OBSERVABLE "observableCreatedTime"},
                                           {"modified", OBSERVABLE "modifiedTime"},
                                           {"accessed", OBSERVABLE "accessedTime"},
                                           {"changed", OBSERVABLE "metadataChangeTime"}};

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        ac_case_time(c, facet, times[i][1], ac_record_get_json(r, times[i][0]));
}

static void put_digests(struct ac_case *c, json_t *o, const struct ac_record *r)
{
    json_t *facet;

    if (!ac_record_get(r, "sha256")[0] && !ac_record_get(r, "md5")[0])
        return;
    facet = ac_case_facet(c, o, OBSERVABLE "ContentDataFacet");
    ac_case_hash(c, facet, "MD5", ac_record_get(r, "md5"));
    ac_case_hash(c, facet, "SHA1", ac_record_get(r, "sha1"));
    ac_case_hash(c, facet, "SHA256", ac_record_get(r, "sha256"));
}

/* In which item, at which path and byte of it. */
static void put_place(struct ac_case *c, const char *iri, const struct ac_record *r,
                      const char *path)
{
    const char *item = ac_text_of(c->items, ac_record_prov(r, "evidence"));
    json_t *relation = ac_case_within(c, iri, item), *facet;

    if (!relation)
        return;
    facet = ac_case_facet(c, relation, OBSERVABLE "PathRelationFacet");
    ac_case_text(c, facet, OBSERVABLE "path", path);
    if (!ac_record_prov_has(r, "artefact_offset") || strcmp(path, ac_record_prov(r, "path")) != 0)
        return;
    facet = ac_case_facet(c, relation, OBSERVABLE "DataRangeFacet");
    ac_case_int(c, facet, OBSERVABLE "rangeOffset",
                json_integer_value(ac_record_prov_json(r, "artefact_offset")));
    ac_case_text(c, facet, OBSERVABLE "rangeOffsetType", "image");
}

const char *ac_case_file(struct ac_case *c, const struct ac_record *r)
{
    bool is_directory = ac_record_get_bool(r, "directory") || ac_record_kind(r) == AC_KIND_LISTING,
         known;
    json_t *o = ac_case_node(c, is_directory ? OBSERVABLE "Directory" : OBSERVABLE "File",
                             ac_record_id(r), &known),
           *facet;

    if (!o || known)
        return ac_case_iri(o);
    ac_case_describe(c, o, r);
    ac_case_refer(c, o, "records.jsonl", ac_record_id(r));
    facet = ac_case_facet(c, o, OBSERVABLE "FileFacet");
    put_name(c, facet, ac_record_get(r, "path"));
    ac_exchange_put(&c->x, facet, OBSERVABLE "isDirectory", json_boolean(is_directory));
    if (ac_record_kind(r) == AC_KIND_FILE) {
        if (ac_record_get_json(r, "size"))
            ac_case_int(c, facet, OBSERVABLE "sizeInBytes", ac_record_get_int(r, "size"));
        ac_case_text(c, facet, OBSERVABLE "allocationStatus",
                     ac_record_get_bool(r, "deleted") ? "unallocated" : "allocated");
        put_times(c, facet, r);
        put_digests(c, o, r);
    }
    if (ac_record_prov(r, "mft")[0])
        ac_case_int(c, ac_case_facet(c, o, OBSERVABLE "NTFSFileFacet"), OBSERVABLE "entryID",
                    strtoll(ac_record_prov(r, "mft"), NULL, 10));
    put_place(c, ac_case_iri(o), r, ac_record_get(r, "path"));
    ac_case_hold(c, r, ac_case_iri(o));
    return ac_case_iri(o);
}

const char *ac_case_artefact(struct ac_case *c, const struct ac_record *r)
{
    struct ac_buf name = {0};
    json_t *o, *facet;
    bool known;

    if (!ac_record_prov(r, "path")[0] || !ac_record_prov(r, "sha256")[0])
        return ""; /* a volume, or something without content of its own */
    ac_buf_addf(&name, "%s %lld %s %s %s", ac_record_prov(r, "evidence"),
                (long long)json_integer_value(ac_record_prov_json(r, "volume_offset")),
                ac_record_prov(r, "snapshot"), ac_record_prov(r, "sha256"),
                ac_record_prov(r, "path"));
    c->x.failed |= name.failed;
    o = ac_case_node(c, OBSERVABLE "File", ac_buf_text(&name), &known);
    ac_buf_free(&name);
    if (!o || known)
        return ac_case_iri(o);
    put_name(c, ac_case_facet(c, o, OBSERVABLE "FileFacet"), ac_record_prov(r, "path"));
    facet = ac_case_facet(c, o, OBSERVABLE "ContentDataFacet");
    ac_case_hash(c, facet, "SHA256", ac_record_prov(r, "sha256"));
    put_place(c, ac_case_iri(o), r, ac_record_prov(r, "path"));
    ac_case_hold(c, r, ac_case_iri(o));
    return ac_case_iri(o);
}
