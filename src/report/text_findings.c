/* R5: observations. One numbered finding each, with the full provenance of each of its records. */
#include "report/text_parts.h"

#include <string.h>

static void rule(struct ac_text *t, const struct ac_rule *r)
{
    struct ac_doc *d = &t->doc;

    ac_doc_say(d, 0, N_("Rule %1$s: %2$s"), r->id, ac_doc_word(d, r->title), NULL);
    ac_doc_row(d, 2, N_("It tests"), ac_doc_word(d, r->tests));
    ac_doc_row(d, 2, N_("Known benign matches"),
               r->benign[0] ? ac_doc_word(d, r->benign) : ac_doc_word(d, N_("none known")));
    ac_doc_row(d, 2, N_("Reference"), r->reference);
    if (r->attack[0])
        ac_doc_row(d, 2, N_("ATT&CK techniques"), r->attack);
}

static void rules(struct ac_text *t)
{
    ac_doc_heading(&t->doc, 1, N_("Rules that matched"), NULL);
    for (size_t i = 0; i < t->a->n_checks; i++) {
        if (t->a->checks[i].result == AC_RESULT_FOUND)
            rule(t, t->a->checks[i].rule);
    }
}

/* Rules whose sentences end with the state of a target: a word of ours. */
static bool ends_with_state(const struct ac_rule *rule)
{
    return strcmp(rule->id, "GEN-AUTO") == 0 || strcmp(rule->id, "GEN-LOAD") == 0;
}

/* A sentence in the present tense about a value that is deleted, or that stands in a copy of long ago, would
 * say too much. */
static bool is_of_the_past(const struct ac_record *r)
{
    const char *state = ac_record_prov(r, "state");

    return strcmp(state, "deleted") == 0 || strcmp(state, "unlinked") == 0 ||
           strcmp(state, "snapshot") == 0;
}

static void add_state(struct ac_text *t, const struct ac_record *r, struct ac_buf *out)
{
    struct ac_buf state = {0};

    ac_buf_addz(&state, ac_text_word(t, ac_record_prov(r, "state")));
    ac_sentence_print(&(struct ac_sentence){.n = 1, .args = {state.p}},
                      ac_doc_word(&t->doc, N_(" (State of its record: %1$s.)")), out);
    ac_doc_release(&t->doc, &state);
}

void ac_text_finding(struct ac_text *t, const struct ac_finding *f, struct ac_buf *out)
{
    struct ac_sentence s = f->summary;
    struct ac_buf state = {0};

    if (s.n && ends_with_state(f->rule)) {
        ac_buf_addz(&state, ac_text_word(t, s.args[s.n - 1]));
        s.args[s.n - 1] = state.p; /* borrowed for the next call */
    }
    ac_sentence_print(&s, ac_doc_word(&t->doc, s.msgid), out);
    ac_doc_release(&t->doc, &state);
    if (f->n_records && is_of_the_past(f->records[0]))
        add_state(t, f->records[0], out);
}

static void full(struct ac_text *t, const struct ac_finding *f)
{
    struct ac_doc *d = &t->doc;
    const char *none = ac_doc_word(d, N_("none"));
    struct ac_set seen = {0};
    struct ac_buf users = {0}, ids = {0}, text = {0};

    ac_doc_anchor(d, f->id);
    ac_doc_heading(d, 1, N_("Finding %1$s"), f->id, NULL);
    ac_doc_say(d, 0, N_("%1$s matched rule %2$s (%3$s). Strength: %4$s."), f->id, f->rule->id,
               ac_doc_word(d, f->rule->title), ac_text_word(t, ac_strength_name(f->strength)),
               NULL);
    ac_text_finding(t, f, &text);
    ac_doc_text(d, 0, 0, ac_buf_str(&text));
    ac_doc_release(d, &text);
    ac_text_users(f, &seen, &users);
    for (size_t i = 0; i < f->n_records; i++)
        ac_buf_addf(&ids, "%s%s", i ? ", " : "", ac_record_id(f->records[i]));
    ac_doc_say(d, 0, N_("Profiles concerned: %1$s; generation: %2$s; records: %3$s."),
               users.n ? ac_buf_text(&users) : none, f->generation[0] ? f->generation : none,
               ids.n ? ac_buf_text(&ids) : none, NULL);
    ac_set_free(&seen);
    ac_doc_release(d, &users);
    ac_doc_release(d, &ids);
    for (size_t i = 0; i < f->n_records; i++)
        ac_text_record(t, f->records[i], f->subject);
}

/* Shown without weight: two statements each. */
static void compact(struct ac_text *t, const struct ac_finding *f)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf text = {0}, time = {0};

    ac_buf_addf(&text, "%s  %s  ", f->id, f->rule->id);
    ac_text_finding(t, f, &text);
    ac_doc_anchor(d, f->id);
    ac_doc_text(d, 0, 2, ac_buf_str(&text));
    for (size_t i = 0; i < f->n_records; i++) {
        const struct ac_record *r = f->records[i];
        struct ac_filetime written = {0};

        if (ac_record_prov(r, "key")[0]) {
            ac_time_parse(ac_record_prov(r, "key_last_written"), &written);
            ac_doc_say(d, 2,
                       N_("Record %1$s: %2$s, MFT entry-sequence %3$s; last written time of the "
                          "key (values have none): %4$s"),
                       ac_record_id(r), ac_record_prov(r, "path"),
                       ac_record_prov(r, "mft")[0] ? ac_record_prov(r, "mft") : "-",
                       ac_text_time(t, written, &time), NULL);
        } else {
            ac_doc_say(d, 2, N_("Record %1$s: %2$s, MFT entry-sequence %3$s; SHA-256 %4$s"),
                       ac_record_id(r), ac_record_prov(r, "path"),
                       ac_record_prov(r, "mft")[0] ? ac_record_prov(r, "mft") : "-",
                       ac_record_prov(r, "sha256")[0] ? ac_record_prov(r, "sha256") : "-", NULL);
        }
    }
    ac_doc_release(d, &text);
    ac_doc_release(d, &time);
}

/* What a list of the examiner says to be known is not shown among the others, but not left out either. */
static void known_good(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    size_t n = 0;
    char number[AC_DOC_NUMBER];

    for (size_t i = 0; i < t->a->n_findings; i++)
        n += t->a->findings[i]->known_good[0] != '\0';
    if (n == 0)
        return;
    ac_doc_heading(d, 1, N_("Listed findings about files that are known"), NULL);
    ac_doc_say(d, 0,
               N_("Lists of known files that the examiner gave name the files of %1$s finding(s). "
                  "Whether these lists are right was not examined."),
               ac_doc_number(number, n), NULL);
    for (size_t i = 0; i < t->a->n_findings; i++) {
        const struct ac_finding *f = t->a->findings[i];

        if (f->known_good[0])
            ac_doc_say(d, 2, N_("%1$s, rule %2$s: %3$s (list and line: %4$s)"), f->id, f->rule->id,
                       f->subject[0] ? f->subject : "-", f->known_good, NULL);
    }
}

void ac_text_findings(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    size_t weighty = t->a->n_findings - t->strengths[AC_LISTED];

    ac_doc_heading(d, 0, N_("R5  Results: observations (layer A)"), NULL);
    ac_doc_say(d, 0,
               N_("This section states what is stored and where. What it means is said in R6 only. "
                  "A registry time is the last written time of a key."),
               NULL);
    rules(t);
    if (weighty == 0)
        ac_doc_say(
            d, 0, N_("No finding above \"listed\". What was read, and what was not, stands in R7."),
            NULL);
    for (size_t i = 0; i < t->a->n_findings; i++) {
        if (t->a->findings[i]->strength > AC_LISTED)
            full(t, t->a->findings[i]);
    }
    ac_doc_heading(d, 1, N_("Findings that are only listed"), NULL);
    if (t->strengths[AC_LISTED] == 0)
        ac_doc_say(d, 0, N_("None."), NULL);
    for (size_t i = 0; i < t->a->n_findings; i++) {
        if (t->a->findings[i]->strength == AC_LISTED && !t->a->findings[i]->known_good[0])
            compact(t, t->a->findings[i]);
    }
    known_good(t);
    ac_text_context(t);
    ac_text_entry(t);
    ac_text_usage(t);
    ac_text_replay(t);
}
