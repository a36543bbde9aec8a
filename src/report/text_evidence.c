/* R2: what the evidence is, and whether it is what was acquired. */
#include "report/text_parts.h"

#include <inttypes.h>
#include <string.h>

#define MOST_RANGES 20 /* unreadable ranges printed one by one; records.jsonl has all */

static const char *int_of(char buf[AC_DOC_NUMBER], const json_t *o, const char *member)
{
    return ac_doc_number(buf, (uint64_t)json_integer_value(json_object_get(o, member)));
}

static void container(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const json_t *segments = ac_record_get_json(r, "segments");
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER], n3[AC_DOC_NUMBER];

    ac_doc_say(d, 0,
               N_("Container: format %1$s, %2$s file(s), medium of %3$s bytes, sectors of %4$s "
                  "bytes."),
               ac_record_get(r, "format"), ac_doc_number(n1, json_array_size(segments)),
               ac_doc_number(n2, (uint64_t)ac_record_get_int(r, "media_size")),
               ac_doc_number(n3, (uint64_t)ac_record_get_int(r, "sector_size")), NULL);
    for (size_t i = 0; i < json_array_size(segments); i++) {
        const json_t *s = json_array_get(segments, i);

        ac_doc_say(d, 2, N_("File %1$s: %2$s bytes, %3$s."), ac_text_of(s, "name"),
                   int_of(n1, s, "size"), ac_text_word(t, ac_text_of(s, "state")), NULL);
    }
}

static void header_values(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const json_t *header = ac_record_get_json(r, "header");

    if (json_array_size(header) == 0) {
        ac_doc_say(d, 0,
                   N_("The container holds no statements about case, examiner or "
                      "acquisition."),
                   NULL);
        return;
    }
    ac_doc_say(d, 0,
               N_("Statements found in the container. They are quoted; whether they are true was "
                  "not examined:"),
               NULL);
    for (size_t i = 0; i < json_array_size(header); i++) {
        const json_t *h = json_array_get(header, i);

        ac_doc_say(d, 2, N_("%1$s: \"%2$s\""), ac_text_word(t, ac_text_of(h, "name")),
                   ac_text_of(h, "value"), NULL);
    }
}

static void digests(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const json_t *hashes = ac_record_get_json(r, "hashes");
    char n[AC_DOC_NUMBER];

    for (size_t i = 0; i < json_array_size(hashes); i++) {
        const json_t *h = json_array_get(hashes, i);
        const char *none = ac_doc_word(d, N_("none"));

        ac_doc_say(d, 0, N_("%1$s: %2$s. Stored: %3$s. Computed: %4$s."),
                   ac_text_of(h, "algorithm"), ac_text_word(t, ac_text_of(h, "result")),
                   ac_text_of(h, "stored")[0] ? ac_text_of(h, "stored") : none,
                   ac_text_of(h, "computed")[0] ? ac_text_of(h, "computed") : none, NULL);
    }
    ac_doc_say(d, 0,
               N_("Bytes that went into the digests: %1$s. Start and end of the computation "
                  "lie within those of the run (R4)."),
               ac_doc_number(n, (uint64_t)ac_record_get_int(r, "bytes_hashed")), NULL);
    if (ac_record_get_int(r, "bytes_hashed") == 0)
        ac_doc_say(d, 0,
                   N_("The digests were not computed in this run: NOT COMPUTED is no "
                      "agreement. \"aftercheck verify\" computes them."),
                   NULL);
}

/* Digests recorded elsewhere are a comparison of their own: only they can show a replaced container. */
static void expected(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const json_t *list = r ? ac_record_get_json(r, "expected") : NULL;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *h = json_array_get(list, i);

        ac_doc_say(d, 0,
                   N_("%1$s recorded elsewhere (--expect-hash): %2$s. Given: %3$s. Computed: "
                      "%4$s."),
                   ac_text_of(h, "algorithm"), ac_text_word(t, ac_text_of(h, "result")),
                   ac_text_of(h, "expected"),
                   ac_text_of(h, "computed")[0] ? ac_text_of(h, "computed")
                                                : ac_doc_word(d, N_("none")),
                   NULL);
    }
}

static void damage(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const json_t *ranges = ac_record_get_json(r, "unreadable");
    const char *chunks = ac_record_get(r, "chunk_state"), *none = ac_doc_word(d, N_("not known"));
    struct ac_buf text = {0};
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER];

    ac_text_foreign(t, chunks, &text);
    ac_doc_row(d, 0, N_("Checksums of the container's chunks (another question than the digests)"),
               text.n ? ac_buf_text(&text) : none);
    ac_buf_clear(&text);
    ac_text_foreign(t, ac_record_get(r, "segment_state"), &text);
    ac_doc_row(d, 0, N_("Completeness of the files of the container (a question of its own)"),
               text.n ? ac_buf_text(&text) : none);
    for (size_t i = 0; i < json_array_size(ranges) && i < MOST_RANGES; i++) {
        const json_t *g = json_array_get(ranges, i);

        ac_buf_clear(&text);
        ac_text_foreign(t, ac_text_of(g, "reason"), &text);
        ac_doc_say(d, 2, N_("Not readable: %1$s bytes from byte %2$s of the medium on (%3$s)."),
                   int_of(n1, g, "length"), int_of(n2, g, "offset"), ac_buf_text(&text), NULL);
    }
    if (json_array_size(ranges) > MOST_RANGES)
        ac_doc_say(d, 2,
                   N_("Further ranges that are not readable: %1$s; records.jsonl, record "
                      "%2$s."),
                   ac_doc_number(n1, json_array_size(ranges) - MOST_RANGES), ac_record_id(r), NULL);
    ac_doc_release(d, &text);
}

static void item(struct ac_text *t, const struct ac_text_item *e)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 1, N_("Evidence %1$s"), e->id, NULL);
    ac_doc_row(d, 0, N_("Name"), e->name);
    if (!e->integrity) {
        ac_doc_say(d, 0,
                   N_("No container facts are recorded: the evidence is a folder or single "
                      "artefacts, or the verification did not end (then R8 says so). What was "
                      "read has its SHA-256 in the coverage table (R7)."),
                   NULL);
        expected(t, e->expected);
        return;
    }
    container(t, e->integrity);
    header_values(t, e->integrity);
    digests(t, e->integrity);
    expected(t, e->expected);
    damage(t, e->integrity);
}

/* One statement for each item whose files were looked at; one for all if none was. */
static void files_after_run(struct ac_text *t)
{
    const json_t *list = json_object_get(t->in->run, "evidence");
    char n[AC_DOC_NUMBER];
    bool any = false;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i), *unchanged = json_object_get(e, "unchanged");

        if (!json_is_boolean(unchanged))
            continue;
        any = true;
        ac_doc_number(n, (uint64_t)json_integer_value(json_object_get(e, "files")));
        ac_doc_say(
            &t->doc, 0,
            json_is_true(unchanged)
                ? N_("Size, time of the last write and time of the last change of attributes "
                     "of the %2$s file(s) of evidence %1$s: the same before and after the "
                     "run.")
                : N_("Size or a time of the %2$s file(s) of evidence %1$s: CHANGED during the "
                     "run. What was read may be of two states."),
            ac_text_of(e, "id"), n, NULL);
    }
    if (!any)
        ac_doc_say(&t->doc, 0,
                   N_("Size and time of the evidence files after the run: Not examined by the "
                      "program; computing the digests again shows whether the content is "
                      "unchanged."),
                   NULL);
}

void ac_text_evidence(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 0, N_("R2  Evidence: identification and integrity"), NULL);
    for (size_t i = 0; i < t->n_items; i++)
        item(t, &t->items[i]);
    ac_doc_heading(d, 1, N_("For all evidence"), NULL);
    ac_doc_say(d, 0,
               N_("A digest stored inside the container cannot show that container and digest "
                  "were replaced together. Only a digest recorded elsewhere at the acquisition "
                  "can."),
               NULL);
    ac_text_human_row(t, N_("Digest recorded elsewhere"), "external_hash");
    ac_doc_say(d, 0,
               N_("Read-only: the program opened the evidence for reading only (O_RDONLY), mounted "
                  "nothing and started no other program on it."),
               NULL);
    files_after_run(t);
    ac_text_human_row(t, N_("Chain of custody"), "custody");
    ac_text_human_row(t, N_("Disposition of originals and copies"), "disposition");
}
