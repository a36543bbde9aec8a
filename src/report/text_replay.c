/* R5: autostart entries before and after the replay of transaction logs, hive by hive. */
#include "report/text_parts.h"

#include <string.h>

/* Differences told one by one; a first logon or an update may change hundreds of services. */
#define MOST_TOLD 100

enum change { UNCHANGED, ADDED, CHANGED, REMOVED, CHANGES };

static enum change change_of(const struct ac_record *r)
{
    static const char *const names[] = {"unchanged", "added", "changed", "removed"};
    const char *change = ac_record_get(r, "change");
    int k = 0;

    while (k < CHANGES && strcmp(names[k], change) != 0)
        k++;
    return (enum change)k; /* CHANGES: it was not compared */
}

static bool is_compared(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_AUTOSTART && change_of(r) < CHANGES;
}

static bool same_hive(const struct ac_record *a, const struct ac_record *b)
{
    return strcmp(ac_record_prov(a, "path"), ac_record_prov(b, "path")) == 0 &&
           strcmp(ac_record_prov(a, "evidence"), ac_record_prov(b, "evidence")) == 0 &&
           strcmp(ac_record_prov(a, "system"), ac_record_prov(b, "system")) == 0;
}

static void difference(struct ac_text *t, const struct ac_record *r)
{
    static const char *const sentences[] = {
        [ADDED] = N_("Added: %1$s, %2$s = %3$s; record %5$s"),
        [CHANGED] = N_("Changed: %1$s, %2$s = %3$s; before the replay: %4$s; record %5$s"),
        [REMOVED] = N_("Removed: %1$s, %2$s; before the replay: %4$s; record %5$s"),
    };

    ac_doc_say(&t->doc, 2, sentences[change_of(r)], ac_record_get(r, "location"),
               ac_record_get(r, "name"), ac_record_get(r, "command"), ac_record_get(r, "before"),
               ac_record_id(r), NULL);
}

static void one_hive(struct ac_text *t, size_t from)
{
    const struct ac_record *first = t->a->records[from];
    struct ac_doc *d = &t->doc;
    size_t n[CHANGES] = {0}, differences, told = 0;
    char number[6][AC_DOC_NUMBER];

    for (size_t i = from; i < t->a->n_records; i++) {
        if (is_compared(t->a->records[i]) && same_hive(t->a->records[i], first))
            n[change_of(t->a->records[i])]++;
    }
    differences = n[ADDED] + n[CHANGED] + n[REMOVED];
    ac_doc_say(d, 0,
               N_("%1$s: %2$s autostart entries as the hive lies, %3$s after the replay; added "
                  "%4$s, changed %5$s, removed %6$s."),
               ac_record_prov(first, "path"),
               ac_doc_number(number[0], n[UNCHANGED] + n[CHANGED] + n[REMOVED]),
               ac_doc_number(number[1], n[UNCHANGED] + n[CHANGED] + n[ADDED]),
               ac_doc_number(number[2], n[ADDED]), ac_doc_number(number[3], n[CHANGED]),
               ac_doc_number(number[4], n[REMOVED]), NULL);
    for (size_t i = from; i < t->a->n_records && told < MOST_TOLD; i++) {
        const struct ac_record *r = t->a->records[i];

        if (is_compared(r) && same_hive(r, first) && change_of(r) != UNCHANGED) {
            difference(t, r);
            told++;
        }
    }
    if (told < differences)
        ac_doc_say(d, 2, N_("%1$s further differences stand in records.jsonl (field change)."),
                   ac_doc_number(number[5], differences - told), NULL);
}

static bool was_told(const struct ac_text *t, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (is_compared(t->a->records[i]) && same_hive(t->a->records[i], t->a->records[at]))
            return true;
    }
    return false;
}

static void introduce(struct ac_doc *d)
{
    ac_doc_say(d, 0,
               N_("Windows writes the latest changes of a hive to its transaction logs first. They "
                  "were applied to a copy in memory, as Windows would do at its next start; the "
                  "evidence was not changed. R7 names the logs."),
               NULL);
}

void ac_text_replay(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    const struct ac_record *last = NULL;

    ac_doc_heading(d, 1, N_("Autostart entries before and after the replay of transaction logs"),
                   NULL);
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (!is_compared(r) || (last && same_hive(r, last)) || was_told(t, i))
            continue;
        if (!last)
            introduce(d);
        one_hive(t, i);
        last = r;
    }
    if (!last)
        ac_doc_say(d, 0,
                   N_("No hive with autostart entries had a transaction log to apply: all were "
                      "read as they lie."),
                   NULL);
}
