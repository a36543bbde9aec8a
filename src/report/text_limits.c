/* R8: every problem of the run, and the limits that hold for every run. */
#include "report/text_parts.h"

#include <string.h>

#define MOST_SHOWN 3 /* of problems with the same place, class and effect */

static const char *const limitations[] = {
    N_("Encrypted, wiped or overwritten data was not read; what a drive has erased by itself "
       "(TRIM) is not on the image."),
    N_("Volume shadow copies, unallocated space, mails and histories of browsers are not read by "
       "this version: Not examined; what mail programs and browsers keep of credentials was only "
       "counted. Of event logs the logs in R7 were read: events of listed numbers "
       "became records, all others were only counted by their number."),
    N_("The latest changes of a registry hive can stand in its transaction logs. Where they could "
       "not be applied, the hive is marked as read in part; values that come from a log have the "
       "state \"from-log\"."),
    N_("Memory and running processes are not part of a disk image. Software that never wrote to "
       "the disk leaves nothing here."),
    N_("Times can be altered; clocks can be wrong. Windows can switch prefetch off, and keeps a "
       "limited number of entries."),
    N_("The rules know forms of Emotet that were public when the rule set was made (digest in "
       "R4). Families without rules are shown as not assessable."),
    N_("The content of files was looked through with rules only where the coverage table has a row "
       "for it (R7), and only of the files that aftercheck-rules(5) names."),
    N_("A name or a place is a weak trace by itself; other software may use it. Each rule names "
       "known matches of that kind (R5)."),
    N_("A program with a signature directory is not thereby genuine; signatures were not "
       "validated."),
};

static const char *const error_classes[] = {
    N_("INCOMP (incomplete): sources missing, damaged or over a limit. Mitigation: coverage table, "
       "three-valued results, no \"not found\" over a source read in part."),
    N_("INAC-EX (something reported that is not there): Mitigation: every finding names the place "
       "of its bytes and a command of an independent tool (R9)."),
    N_("INAC-ALT (data altered): Mitigation: evidence opened for reading only; digests of the "
       "image and of each artefact."),
    N_("INAC-AS (wrong association): Mitigation: installation, user and volume stand with each "
       "record; a finding joins only records of one installation."),
    N_("INAC-COR (corrupt data taken as sound): Mitigation: chunk checksums, sequence numbers and "
       "fix-ups are checked; missing bytes are never taken as zeros."),
    N_("MISINT (misinterpretation): Mitigation: observations and interpretation are separated; a "
       "key's time is not called a value's time; other explanations are listed (R6)."),
};

/* Problems that differ in their sentence only are one group. */
static void group_key(const struct ac_record *r, struct ac_buf *out)
{
    ac_buf_clear(out);
    ac_buf_addf(out, "%s\n%s\n%s\n%s", ac_record_prov(r, "evidence"), ac_record_get(r, "where"),
                ac_record_get(r, "class"), ac_record_get(r, "effect"));
}

static void count_groups(struct ac_text *t, struct ac_set *groups)
{
    struct ac_buf key = {0};

    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];
        uint64_t n = 0;

        if (ac_record_kind(r) != AC_KIND_PROBLEM)
            continue;
        group_key(r, &key);
        ac_set_get(groups, ac_buf_str(&key), &n);
        t->doc.failed |= key.failed || ac_set_put(groups, ac_buf_str(&key), n + 1) != AC_OK;
    }
    ac_doc_release(&t->doc, &key);
}

static void first_of_group(struct ac_text *t, const struct ac_record *r, uint64_t count)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf effect = {0};
    char n[AC_DOC_NUMBER];

    ac_text_foreign(t, ac_record_get(r, "effect"), &effect);
    ac_doc_say(d, 0, N_("%1$s: %2$s. Class: %3$s. Number: %4$s. Effect: %5$s."),
               ac_record_prov(r, "evidence"), ac_record_get(r, "where"),
               ac_text_word(t, ac_record_get(r, "class")), ac_doc_number(n, count),
               ac_buf_text(&effect), NULL);
    ac_doc_release(d, &effect);
}

static void detail(struct ac_text *t, const struct ac_record *r)
{
    struct ac_buf what = {0};
    char n[AC_DOC_NUMBER];

    if (!ac_text_problem(t, ac_str_of(ac_record_get(r, "what")), &what)) {
        if (strcmp(t->doc.language, "en") != 0)
            ac_buf_addz(&what, ac_doc_word(&t->doc, N_("(in English) ")));
        ac_buf_addz(&what, ac_record_get(r, "what"));
    }
    if (ac_record_get_json(r, "offset"))
        ac_doc_say(&t->doc, 2, N_("What: %1$s (record %2$s, at byte %3$s)"), ac_buf_text(&what),
                   ac_record_id(r), ac_doc_number(n, (uint64_t)ac_record_get_int(r, "offset")),
                   NULL);
    else
        ac_doc_say(&t->doc, 2, N_("What: %1$s (record %2$s)"), ac_buf_text(&what), ac_record_id(r),
                   NULL);
    ac_doc_release(&t->doc, &what);
}

static void problems(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    struct ac_set groups = {0}, shown = {0};
    struct ac_buf key = {0};
    char n[AC_DOC_NUMBER];

    count_groups(t, &groups);
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];
        uint64_t count = 0, before = 0;

        if (ac_record_kind(r) != AC_KIND_PROBLEM)
            continue;
        group_key(r, &key);
        ac_set_get(&groups, ac_buf_str(&key), &count);
        ac_set_get(&shown, ac_buf_str(&key), &before);
        d->failed |= ac_set_put(&shown, ac_buf_str(&key), before + 1) != AC_OK;
        if (before == 0)
            first_of_group(t, r, count);
        if (before < MOST_SHOWN)
            detail(t, r);
        else if (before == MOST_SHOWN)
            ac_doc_say(d, 2,
                       N_("The other %1$s of this place stand in records.jsonl, from record "
                          "%2$s on."),
                       ac_doc_number(n, count - MOST_SHOWN), ac_record_id(r), NULL);
    }
    ac_set_free(&groups);
    ac_set_free(&shown);
    ac_doc_release(d, &key);
}

void ac_text_limits(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n[AC_DOC_NUMBER];

    ac_doc_heading(d, 0, N_("R8  Errors and limitations"), NULL);
    ac_doc_heading(d, 1, N_("Problems of this run"), NULL);
    ac_doc_say(d, 0, N_("Problems recorded: %1$s."), ac_doc_number(n, t->problems), NULL);
    problems(t);
    ac_doc_heading(d, 1, N_("Limitations of every run"), NULL);
    for (size_t i = 0; i < sizeof(limitations) / sizeof(limitations[0]); i++)
        ac_doc_say(d, 0, limitations[i], NULL);
    ac_doc_heading(d, 1, N_("Classes of error (ASTM E3016) and what is done against them"), NULL);
    for (size_t i = 0; i < sizeof(error_classes) / sizeof(error_classes[0]); i++)
        ac_doc_say(d, 0, error_classes[i], NULL);
}
