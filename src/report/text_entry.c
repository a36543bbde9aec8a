/* R5: what came in or was opened in the weeks before the first trace of the findings. */
#include "report/text_parts.h"

#include "assess/entry_point.h"
#include "assess/facts.h"

#include <string.h>

#define MOST_TOLD 20

static const char *way_of(enum ac_entry_way way)
{
    switch (way) {
    case AC_ENTRY_MACROS:
        return N_("macros of the document were enabled");
    case AC_ENTRY_DOWNLOADED:
        return N_("file made that bears the mark of having come from the Internet");
    case AC_ENTRY_ATTACHMENT:
        return N_("file made in Outlook's folder of opened attachments");
    case AC_ENTRY_OPENED:
        return N_("document, archive or program opened or listed as opened");
    case AC_ENTRY_CREATED:
        return N_("document, archive or program made in a folder of a user");
    }
    return "";
}

static void candidate(struct ac_text *t, const struct ac_entry_candidate *c)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf time = {0};

    ac_doc_say(d, 1, N_("%1$s: %2$s: %3$s; record %4$s"), ac_text_time(t, c->time, &time),
               ac_doc_word(d, way_of(c->way)), c->document, ac_record_id(c->record), NULL);
    ac_doc_release(d, &time);
}

static void tell(struct ac_text *t, const char *user, const struct ac_entry_points *e)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf since = {0};
    char number[AC_DOC_NUMBER];

    ac_doc_say(d, 0,
               N_("Profile %1$s; the first dated trace of its findings is record %2$s, %3$s:"),
               user[0] ? user : ac_doc_word(d, N_("(machine)")), ac_record_id(e->first.record),
               ac_text_time(t, e->first.time, &since), NULL);
    ac_doc_release(d, &since);
    for (size_t i = 0; i < e->n && i < MOST_TOLD; i++)
        candidate(t, &e->items[i]);
    if (e->n == 0)
        ac_doc_say(d, 1, N_("None was found in what was read."), NULL);
    if (e->n > MOST_TOLD)
        ac_doc_say(d, 1, N_("%1$s more of them stand in records.jsonl."),
                   ac_doc_number(number, e->n - MOST_TOLD), NULL);
}

static void heading(struct ac_text *t)
{
    char days[AC_DOC_NUMBER];

    ac_doc_heading(&t->doc, 1,
                   N_("Before the first trace: what came in or was opened (no rule, no weight)"),
                   NULL);
    ac_doc_say(
        &t->doc, 0,
        N_("What is dated in the %1$s days before the first trace, the nearest first. These are "
           "candidates: that one of them was the way in is not shown by it, and mail that "
           "was deleted leaves nothing here."),
        ac_doc_number(days, AC_ENTRY_DAYS), NULL);
}

/* The findings of this profile and installation came up before. */
static bool is_known(const struct ac_text *t, size_t at)
{
    const struct ac_finding *f = t->a->findings[at];

    for (size_t i = 0; i < at; i++) {
        const struct ac_finding *other = t->a->findings[i];

        if (other->strength > AC_LISTED && other->n_records && strcmp(other->user, f->user) == 0 &&
            ac_same_system(other->records[0], f->records[0]))
            return true;
    }
    return false;
}

void ac_text_entry(struct ac_text *t)
{
    bool any = false;

    for (size_t i = 0; i < t->a->n_findings; i++) {
        const struct ac_finding *f = t->a->findings[i];
        struct ac_entry_points e = {.n = 0};

        if (f->strength == AC_LISTED || f->n_records == 0 || is_known(t, i))
            continue;
        if (ac_entry_points_find(t->a, f->records[0], f->user, &e) != AC_OK)
            t->doc.failed = true;
        if (e.first.record && !any)
            heading(t);
        any |= e.first.record != NULL;
        if (e.first.record)
            tell(t, f->user, &e);
        ac_entry_points_free(&e);
    }
}
