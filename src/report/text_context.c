/* R5: what was seen beside the findings and may matter to them: documents whose macros were allowed, detections of
 * security software. No rule, no weight. */
#include "report/text_parts.h"

#include <string.h>

#define MOST_TOLD 60

static bool is_trusted(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_DELIVERY &&
           strcmp(ac_record_get(r, "artefact"), "trust-record") == 0 &&
           ac_record_get_bool(r, "macros_enabled");
}

static bool is_detection(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_DETECTION;
}

static void trusted(struct ac_text *t, const struct ac_record *r)
{
    struct ac_buf time = {0};

    ac_doc_say(
        &t->doc, 0,
        N_("%1$s, account %2$s, %3$s: macros or content enabled; time as stored: %4$s; record "
           "%5$s"),
        ac_record_get(r, "document"), ac_record_get(r, "user"), ac_record_get(r, "application"),
        ac_text_time(t, ac_record_get_time(r, "time"), &time), ac_record_id(r), NULL);
    ac_doc_release(&t->doc, &time);
}

static void detection(struct ac_text *t, const struct ac_record *r)
{
    struct ac_buf time = {0};

    ac_doc_say(&t->doc, 0, N_("%1$s: %2$s (%3$s); first detected, as stored: %4$s; record %5$s"),
               ac_record_get(r, "threat"), ac_record_get(r, "path"),
               ac_record_get(r, "resource_type"),
               ac_text_time(t, ac_record_get_time(r, "time"), &time), ac_record_id(r), NULL);
    ac_doc_release(&t->doc, &time);
}

/* One list with its heading and what it proves; nothing when there is nothing to tell. */
static void list(struct ac_text *t, const char *heading, const char *artefact,
                 bool (*is)(const struct ac_record *),
                 void (*tell)(struct ac_text *, const struct ac_record *))
{
    struct ac_doc *d = &t->doc;
    char number[AC_DOC_NUMBER];
    size_t n = 0;

    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (!is(r))
            continue;
        if (n++ == 0) {
            ac_doc_heading(d, 1, heading, NULL);
            ac_doc_say(d, 0, ac_text_proof(artefact), NULL);
        }
        if (n <= MOST_TOLD)
            tell(t, r);
    }
    if (n > MOST_TOLD)
        ac_doc_say(d, 0, N_("%1$s more of them stand in records.jsonl."),
                   ac_doc_number(number, n - MOST_TOLD), NULL);
}

void ac_text_context(struct ac_text *t)
{
    list(t, N_("Documents whose macros or content were enabled (no rule, no weight)"),
         "trust-record", is_trusted, trusted);
    list(t, N_("Detections that Windows Defender recorded (no rule, no weight)"),
         "defender-history", is_detection, detection);
}
