/* R0: the page that a judge reads first. */
#include "report/text_parts.h"

#include <string.h>

/* These statements stand at the top of the HTML report, too. */
static void anchor(struct ac_text *t, const char *what, const char *of)
{
    struct ac_buf name = {0};

    ac_buf_addf(&name, "%s%s", what, of);
    ac_doc_anchor(&t->doc, ac_buf_text(&name));
    ac_doc_release(&t->doc, &name);
}

static void front(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf text = {0};

    ac_doc_heading(d, 0, N_("TECHNICAL REPORT"), NULL);
    ac_doc_mark(d, N_("Residues of Emotet, and of what followed it, on the examined evidence"));
    ac_doc_heading(d, 0, N_("R0  Summary"), NULL);
    ac_doc_row(d, 0, N_("Case ID"), ac_text_human(t, "case_id", &text));
    ac_doc_row(d, 0, N_("Report ID"), t->report_id);
    ac_doc_say(d, 0,
               N_("Status: draft, not signed. Written by a program (%1$s); it is an annex that an "
                  "examiner may sign (R10), not an expert opinion."),
               ac_text_of(t->in->header, "tool"), NULL);
    ac_doc_say(d, 0,
               N_("Language: English. The same report in Japanese, with the same numbers, is "
                  "report.ja.txt; report.html holds both. manifest.sha256 holds the SHA-256 of all "
                  "three."),
               NULL);
    ac_doc_release(d, &text);
}

/* ---- what was examined */

static const char *first_fact(const struct ac_text *t, const struct ac_text_system *s,
                              const char *field)
{
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) == AC_KIND_SYSTEM && ac_text_is_of(r, s) &&
            ac_record_get(r, field)[0])
            return ac_record_get(r, field);
    }
    return ac_doc_word(&t->doc, N_("not known"));
}

static void examined(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER], n3[AC_DOC_NUMBER], n4[AC_DOC_NUMBER];

    ac_doc_heading(d, 1, N_("What was examined"), NULL);
    for (size_t i = 0; i < t->n_items; i++) {
        const struct ac_text_item *e = &t->items[i];

        if (e->integrity)
            ac_doc_say(d, 0, N_("Evidence %1$s (%2$s): disk image, format %3$s, %4$s bytes."),
                       e->id, e->name, ac_record_get(e->integrity, "format"),
                       ac_doc_number(n1, (uint64_t)ac_record_get_int(e->integrity, "media_size")),
                       NULL);
        else
            ac_doc_say(d, 0, N_("Evidence %1$s (%2$s): no image facts are recorded; see R2."),
                       e->id, e->name, NULL);
    }
    if (t->n_systems == 0)
        ac_doc_say(d, 0, N_("No Windows installation was found: Not examined."), NULL);
    for (size_t i = 0; i < t->n_systems; i++) {
        const struct ac_text_system *s = &t->systems[i];

        ac_doc_say(d, 0, N_("Installation \"%1$s\" on %2$s: product %3$s, computer name %4$s."),
                   ac_text_word(t, s->name), s->evidence, first_fact(t, s, "product"),
                   first_fact(t, s, "computer_name"), NULL);
    }
    ac_doc_say(d, 0,
               N_("Sources read completely: %1$s; in part: %2$s; not there: %3$s; there but not "
                  "read: %4$s."),
               ac_doc_number(n1, t->complete), ac_doc_number(n2, t->partial),
               ac_doc_number(n3, t->absent), ac_doc_number(n4, t->unread), NULL);
}

/* ---- is the image what was acquired: one line */

static bool has_result(const struct ac_record *r, const char *list, const char *word,
                       struct ac_buf *algorithms)
{
    const json_t *hashes = ac_record_get_json(r, list);

    ac_buf_clear(algorithms);
    for (size_t i = 0; i < json_array_size(hashes); i++) {
        const json_t *h = json_array_get(hashes, i);

        if (strcmp(ac_text_of(h, "result"), word) == 0)
            ac_buf_addf(algorithms, "%s%s", algorithms->n ? ", " : "", ac_text_of(h, "algorithm"));
    }
    return algorithms->n > 0;
}

/* One statement for each result word that the digests recorded elsewhere have. */
static void elsewhere(struct ac_text *t, const struct ac_text_item *e, struct ac_buf *algorithms)
{
    static const struct {
        const char *word, *msgid;
    } results[] = {
        {"MISMATCH", N_("%1$s: MISMATCH. The digest computed now (%2$s) is not the one that was "
                        "recorded elsewhere and given with --expect-hash; see R2.")},
        {"MATCH", N_("%1$s: MATCH. The digest computed now (%2$s) is the one that was recorded "
                     "elsewhere and given with --expect-hash.")},
        {"NOT COMPUTED", N_("%1$s: NOT COMPUTED. The digest recorded elsewhere (%2$s) was not "
                            "compared with the evidence in this run.")},
    };

    for (size_t i = 0; e->expected && i < sizeof(results) / sizeof(results[0]); i++) {
        if (has_result(e->expected, "expected", results[i].word, algorithms))
            ac_doc_say(&t->doc, 0, results[i].msgid, e->id, ac_buf_text(algorithms), NULL);
    }
}

static void verification(struct ac_text *t, const struct ac_text_item *e)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf algorithms = {0};
    const char *msgid;

    if (!e->integrity)
        msgid = N_("%1$s: no result. The evidence is a folder or single artefacts, or the "
                   "verification did not end (see R2 and R8).");
    else if (has_result(e->integrity, "hashes", "MISMATCH", &algorithms))
        msgid = N_("%1$s: MISMATCH. The digest computed now (%2$s) is not the one stored in the "
                   "container; see R2.");
    else if (has_result(e->integrity, "hashes", "MATCH", &algorithms))
        msgid = N_("%1$s: MATCH. The digest computed now (%2$s) is the one stored in the "
                   "container; what that does not show stands in R2.");
    else if (has_result(e->integrity, "hashes", "NOT COMPUTED", &algorithms))
        msgid = N_("%1$s: NOT COMPUTED. The digests of the image were not computed in this run.");
    else
        msgid = N_("%1$s: NOT STORED. The container stores no digest to compare with; the one "
                   "computed now stands in R2.");
    anchor(t, "verification-", e->id);
    ac_doc_say(d, 0, msgid, e->id, ac_buf_text(&algorithms), NULL);
    elsewhere(t, e, &algorithms);
    if (e->integrity && json_array_size(ac_record_get_json(e->integrity, "unreadable")) > 0)
        ac_doc_say(d, 0,
                   N_("%1$s: parts of the image are absent or damaged; they are listed in "
                      "R2."),
                   e->id, NULL);
    ac_doc_release(d, &algorithms);
}

/* ---- conclusions: family, scale with its words, statement, in one numbered statement each */

static void conclusion(struct ac_text *t, const struct ac_conclusion *c)
{
    struct ac_sentence s = c->statement;
    struct ac_buf statement = {0}, family = {0};

    ac_buf_addz(&family, ac_text_family(t, c->family));
    if (s.n > 0)
        s.args[0] = family.p; /* the name as a reader knows it; borrowed for the next call */
    ac_sentence_print(&s, ac_doc_word(&t->doc, s.msgid), &statement);
    anchor(t, "conclusion-", c->family);
    ac_doc_say(&t->doc, 0, N_("%1$s: %2$s, %3$s. %4$s"), ac_buf_text(&family),
               ac_scale_name(c->scale), ac_text_scale(t, c->scale), ac_buf_text(&statement), NULL);
    ac_doc_release(&t->doc, &statement);
    ac_doc_release(&t->doc, &family);
}

static void result(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n[5][AC_DOC_NUMBER];

    ac_doc_heading(d, 1, N_("Conclusions per family (interpretation; scale in R6)"), NULL);
    for (size_t i = 0; i < t->a->n_conclusions; i++)
        conclusion(t, &t->a->conclusions[i]);
    ac_doc_heading(d, 1, N_("Findings (observations; R5)"), NULL);
    anchor(t, "findings", "");
    ac_doc_say(d, 0,
               N_("Findings: %1$s; decisive: %2$s; strong: %3$s; supporting: %4$s; listed: %5$s. "
                  "What is listed carries no weight."),
               ac_doc_number(n[0], t->a->n_findings),
               ac_doc_number(n[1], t->strengths[AC_DECISIVE]),
               ac_doc_number(n[2], t->strengths[AC_STRONG]),
               ac_doc_number(n[3], t->strengths[AC_SUPPORTING]),
               ac_doc_number(n[4], t->strengths[AC_LISTED]), NULL);
}

static void completeness(struct ac_text *t)
{
    static const char *const meaning[] = {
        N_("Exit status 0: no finding above \"listed\", and everything expected was read "
           "completely."),
        N_("Exit status 1: there are findings above \"listed\"."),
        N_("Exit status 2: no finding above \"listed\", but the examination was not complete or "
           "the verification did not succeed."),
        N_("Exit status 3: evidence could not be used; nothing of it was examined."),
    };
    struct ac_doc *d = &t->doc;
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER], n3[AC_DOC_NUMBER];
    size_t open = 0;

    for (size_t i = 0; i < t->a->n_checks; i++)
        open += t->a->checks[i].result == AC_RESULT_NOT_EXAMINED;
    ac_doc_heading(d, 1, N_("Was the examination complete?"), NULL);
    anchor(t, "complete", "");
    ac_doc_say(d, 0,
               t->a->incomplete ? N_("No. Problems: %1$s; sources not read completely: %2$s; "
                                     "rules not examined: %3$s; they are listed in R7 and R8. "
                                     "\"Not found\" is said only where everything needed was read.")
                                : N_("Yes. Problems: %1$s; sources not read completely: %2$s."),
               ac_doc_number(n1, t->problems),
               ac_doc_number(n2, t->partial + t->absent + t->unread), ac_doc_number(n3, open),
               NULL);
    if (t->a->verification_failed)
        ac_doc_say(d, 0,
                   N_("The verification did not succeed (above, and R2): what lies in parts that "
                      "are absent or damaged was not examined."),
                   NULL);
    anchor(t, "status", "");
    ac_doc_say(d, 0, meaning[ac_text_status(t)], NULL);
    anchor(t, "binding", "");
    ac_doc_say(d, 0,
               N_("This report does not say who did something, nor that other malware is absent. "
                  "Binding are the observations in R5, not this summary."),
               NULL);
}

void ac_text_summary(struct ac_text *t)
{
    front(t);
    examined(t);
    ac_doc_heading(&t->doc, 1, N_("Is the image what was acquired?"), NULL);
    for (size_t i = 0; i < t->n_items; i++)
        verification(t, &t->items[i]);
    ac_text_notice_summary(t);
    result(t);
    ac_text_exposure_summary(t);
    completeness(t);
    ac_doc_break_page(&t->doc);
}
