/* R9: how anyone can see the same bytes with other tools. */
#include "report/text_parts.h"

#include "report/recipes.h"

#include <string.h>

static void recipes(struct ac_text *t, const struct ac_finding *f)
{
    /* without the run: commands name the evidence as it is called, wherever it lies */
    struct ac_report_input in = {.assessment = t->in->assessment, .header = t->in->header};
    struct ac_buf command = {0}, name = {0};

    for (size_t i = 0; i < f->n_records; i++) {
        ac_buf_clear(&command);
        ac_recipe_for(&in, f->records[i], &command);
        if (command.n == 0)
            continue;
        ac_buf_clear(&name);
        ac_buf_addf(&name, "recipe-%s", ac_record_id(f->records[i]));
        ac_doc_anchor(&t->doc, ac_buf_text(&name));
        ac_doc_say(&t->doc, 0, N_("%1$s, %2$s: %3$s"), f->id, ac_record_id(f->records[i]),
                   ac_buf_text(&command), NULL);
    }
    ac_doc_release(&t->doc, &command);
    ac_doc_release(&t->doc, &name);
}

static bool starts_ewf(const char *format)
{
    return strstr(format, "E01") != NULL;
}

void ac_text_reproduce(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 0, N_("R9  Reproduction"), NULL);
    ac_doc_say(d, 0,
               N_("These commands run in the folder where the evidence lies, with tools of other "
                  "makers (The Sleuth Kit, libewf, reglookup, libscca). findings.json has them in "
                  "one piece, with the place that the evidence had in the run."),
               NULL);
    for (size_t i = 0; i < t->n_items; i++) {
        const struct ac_text_item *e = &t->items[i];

        if (!e->integrity)
            continue;
        ac_doc_say(
            d, 0,
            starts_ewf(ac_record_get(e->integrity, "format"))
                ? N_("%1$s, digests: ewfverify -d sha256 '%2$s'; partitions: mmls '%2$s'")
                : N_("%1$s, digest of a raw image in one file: sha256sum '%2$s'; partitions: "
                     "mmls '%2$s'"),
            e->id, e->name, NULL);
    }
    for (size_t i = 0; i < t->a->n_findings; i++) {
        if (t->a->findings[i]->strength > AC_LISTED)
            recipes(t, t->a->findings[i]);
    }
    ac_doc_say(d, 0,
               N_("Determinism: the same evidence, the same version and the same rules give the "
                  "same bytes of this report, except for the run-specific block in R4."),
               NULL);
}
