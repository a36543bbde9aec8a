/* R7: what was not found, and what "not found" rests on. */
#include "report/text_parts.h"

#include "records/jsonl.h"

#include <inttypes.h>
#include <string.h>

static size_t findings_of(const struct ac_text *t, const struct ac_rule *rule)
{
    size_t n = 0;

    for (size_t i = 0; i < t->a->n_findings; i++)
        n += t->a->findings[i]->rule == rule;
    return n;
}

static void check(struct ac_text *t, const struct ac_check *c)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf reason = {0};
    char n[AC_DOC_NUMBER];

    switch (c->result) {
    case AC_RESULT_FOUND:
        ac_doc_say(d, 0, N_("%1$s (%2$s): found, findings: %3$s."), c->rule->id,
                   ac_doc_word(d, c->rule->title), ac_doc_number(n, findings_of(t, c->rule)), NULL);
        break;
    case AC_RESULT_NOT_FOUND:
        ac_doc_say(d, 0,
                   N_("%1$s (%2$s): not found; the sources that it needs were read completely."),
                   c->rule->id, ac_doc_word(d, c->rule->title), NULL);
        break;
    case AC_RESULT_NOT_EXAMINED:
        if (c->reason.n && c->reason.args[0])
            ac_text_foreign(t, c->reason.args[0], &reason);
        ac_doc_say(d, 0,
                   N_("%1$s (%2$s): not examined, or only in part; what it needs was not read "
                      "completely: %3$s"),
                   c->rule->id, ac_doc_word(d, c->rule->title), ac_buf_text(&reason), NULL);
        break;
    }
    ac_doc_release(d, &reason);
}

static bool is_kind(const struct ac_record *r, const char *source)
{
    return strcmp(ac_record_get(r, "source"), source) == 0;
}

/* A shortcut outside of the startup folders, or a jump list. */
static bool is_recent(const struct ac_record *r)
{
    return is_kind(r, "jump-list") ||
           (is_kind(r, "shortcut") && strstr(ac_record_get(r, "name"), "/Recent/"));
}

/* Files of these kinds that were read completely are only counted: the folder has a row. */
static bool is_only_counted(const struct ac_record *r)
{
    return (is_kind(r, "task") || is_kind(r, "prefetch") || is_kind(r, "credentials") ||
            is_recent(r)) &&
           ac_record_get(r, "sha256")[0] && strcmp(ac_record_get(r, "read"), "complete") == 0;
}

/* "-" where a source has no such number. */
static const char *number_of(const struct ac_record *r, const char *field, char buf[AC_DOC_NUMBER])
{
    return ac_record_get_json(r, field) ? ac_doc_number(buf, (uint64_t)ac_record_get_int(r, field))
                                        : "-";
}

static const char *reading(const struct ac_text *t, const struct ac_record *r)
{
    if (!ac_record_get_bool(r, "present"))
        return ac_doc_word(&t->doc, N_("not there"));
    if (strcmp(ac_record_get(r, "read"), "complete") == 0)
        return ac_doc_word(&t->doc, N_("read completely"));
    return strcmp(ac_record_get(r, "read"), "partial") == 0
               ? ac_doc_word(&t->doc, N_("read in part"))
               : ac_doc_word(&t->doc, N_("Not examined"));
}

static uint64_t sum(const json_t *counts)
{
    json_t *copy = json_deep_copy(counts), *value; /* iterating wants it not const */
    const char *id;
    uint64_t n = 0;

    json_object_foreach (copy, id, value)
        n += (uint64_t)json_integer_value(value);
    json_decref(copy);
    return n;
}

/* What an event log holds beside the events that became records: no event of a time outside of it is to
 * be expected. */
static void event_log(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf first = {0}, last = {0};
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER], n3[AC_DOC_NUMBER];

    ac_doc_say(d, 2,
               N_("Events in this log: %1$s, from %2$s to %3$s; recovered: %4$s; of the kinds that "
                  "become records, counted only because there are very many: %5$s"),
               ac_doc_number(n1, sum(ac_record_get_json(r, "event_ids"))),
               ac_text_time(t, ac_record_get_time(r, "first_time"), &first),
               ac_text_time(t, ac_record_get_time(r, "last_time"), &last),
               ac_doc_number(n2, sum(ac_record_get_json(r, "recovered_ids"))),
               ac_doc_number(n3, sum(ac_record_get_json(r, "not_listed"))), NULL);
    ac_doc_release(d, &first);
    ac_doc_release(d, &last);
}

static void row(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf reason = {0};
    char size[AC_DOC_NUMBER], entries[AC_DOC_NUMBER];

    ac_doc_say(d, 0, N_("%1$s: %2$s (%3$s): %4$s; bytes: %5$s; entries: %6$s; SHA-256: %7$s"),
               ac_record_prov(r, "evidence"), ac_record_get(r, "name"),
               ac_text_word(t, ac_record_get(r, "source")), reading(t, r),
               number_of(r, "size", size), number_of(r, "entries", entries),
               ac_record_get(r, "sha256")[0] ? ac_record_get(r, "sha256") : "-", NULL);
    if (ac_record_get(r, "reason")[0] && ac_record_get_bool(r, "present")) {
        ac_text_foreign(t, ac_record_get(r, "reason"), &reason);
        ac_doc_row(d, 2, N_("Reason, and what to do"), ac_buf_text(&reason));
    }
    if (ac_record_get_json(r, "event_ids"))
        event_log(t, r);
    ac_doc_release(d, &reason);
}

static void table(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER];
    size_t tasks = 0, prefetch = 0, credentials = 0, recent = 0;

    ac_doc_heading(d, 1, N_("Coverage table: every source that was expected"), NULL);
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) != AC_KIND_SOURCE || ac_is_records_count(r))
            continue;
        if (is_only_counted(r)) {
            tasks += is_kind(r, "task");
            prefetch += is_kind(r, "prefetch");
            credentials += is_kind(r, "credentials");
            recent += is_recent(r);
        } else {
            row(t, r);
        }
    }
    ac_doc_say(d, 0,
               N_("Read completely and not shown one by one: task files %1$s, prefetch files %2$s. "
                  "records.jsonl has a row with SHA-256 for each."),
               ac_doc_number(n1, tasks), ac_doc_number(n2, prefetch), NULL);
    if (recent)
        ac_doc_say(d, 0,
                   N_("Likewise read completely and not shown one by one: shortcuts and jump lists "
                      "of users, files: %1$s."),
                   ac_doc_number(n1, recent), NULL);
    if (credentials)
        ac_doc_say(d, 0,
                   N_("Likewise read completely and not shown one by one: stores of credentials, "
                      "files: %1$s (R6 tells what is in them)."),
                   ac_doc_number(n1, credentials), NULL);
}

static void unread_volumes(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    size_t n = 0;

    ac_doc_heading(d, 1, N_("Volumes and shadow copies that were not examined"), NULL);
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) != AC_KIND_SOURCE ||
            !(is_kind(r, "volume") || is_kind(r, "mft") || is_kind(r, "shadow-copies")) ||
            strcmp(ac_record_get(r, "read"), "complete") == 0)
            continue;
        row(t, r);
        n++;
    }
    if (n == 0)
        ac_doc_say(d, 0, N_("None: every volume that was recognised was read."), NULL);
}

void ac_text_coverage(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 0, N_("R7  Negative findings and coverage"), NULL);
    ac_doc_say(d, 0,
               N_("A rule has one of three results: found; not found, with all sources that it "
                  "needs read completely; not examined, or only in part, with the reason."),
               NULL);
    for (size_t i = 0; i < t->a->n_checks; i++)
        check(t, &t->a->checks[i]);
    unread_volumes(t);
    table(t);
}
