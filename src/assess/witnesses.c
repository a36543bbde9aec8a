/*
 * What other records say of the file or task that a finding speaks of goes into the finding: the change journal and
 * $LogFile, event logs, execution traces, SRUM, what security software detected.
 */
#include "assess/witnesses.h"

#include "assess/facts.h"
#include "base/alloc.h"
#include "base/set.h"

#include <string.h>

#define MOST_OF_A_KIND 12 /* of one finding; all are in the records */

/* What is compared of a finding: its file, with / between components, and its task; folded. */
struct subject {
    struct ac_finding *finding;
    struct ac_buf path, task;
    unsigned told[AC_KINDS];
};

struct search {
    struct subject *subjects; /* Owned */
    size_t n;
    struct ac_set names; /* last components of all subjects' paths and tasks */
    struct ac_buf text;  /* at hand, folded */
};

/* ---- what the findings speak of */

static bool add_name(struct search *s, const struct ac_buf *path)
{
    struct ac_str name = ac_last_component(ac_buf_text(path));

    return !path->failed && (name.n == 0 || ac_set_put(&s->names, name, 1) == AC_OK);
}

static bool add_subject(struct search *s, struct ac_finding *f)
{
    struct subject *x = &s->subjects[s->n++];

    x->finding = f;
    ac_fold_path(f->subject, &x->path);
    for (size_t i = 0; i < f->n_records && x->task.n == 0; i++) {
        if (ac_record_kind(f->records[i]) == AC_KIND_TASK)
            ac_fold_path(ac_record_get(f->records[i], "path"), &x->task);
    }
    return add_name(s, &x->path) && add_name(s, &x->task);
}

static enum ac_rc prepare(struct ac_assessment *a, struct search *s)
{
    s->subjects = ac_calloc(a->n_findings + 1, sizeof(*s->subjects));
    if (!s->subjects)
        return AC_NOMEM;
    for (size_t i = 0; i < a->n_findings; i++) {
        struct ac_finding *f = a->findings[i];

        if (f->strength > AC_LISTED && f->n_records > 0 && !add_subject(s, f))
            return AC_NOMEM;
    }
    return AC_OK;
}

static void release(struct search *s)
{
    for (size_t i = 0; i < s->n; i++) {
        ac_buf_free(&s->subjects[i].path);
        ac_buf_free(&s->subjects[i].task);
    }
    ac_free(s->subjects);
    ac_set_free(&s->names);
    ac_buf_free(&s->text);
}

/* ---- records that tell of them */

/* Came, went, or got another name: what was written in between is left out. */
static bool tells_of_life(const struct ac_record *r)
{
    static const char *const words[] = {
        "file-create",       "file-delete",         "rename-old-name",  "rename-new-name",
        "index-entry-added", "index-entry-removed", "mft-entry-written"};
    const json_t *reasons = ac_record_get_json(r, "reasons");

    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const char *word = json_string_value(json_array_get(reasons, i));

        for (size_t k = 0; word && k < sizeof(words) / sizeof(words[0]); k++) {
            if (strcmp(word, words[k]) == 0)
                return true;
        }
    }
    return false;
}

/* Fields of a kind that hold one path; of others nothing is said here. */
static const char *const *paths_of(const struct ac_record *r)
{
    static const char *const none[] = {NULL}, *const change[] = {"path", NULL},
                             *const event[] = {"target", "program", "path", "task", NULL},
                             *const execution[] = {"target", "program_path", "file", NULL},
                             *const usage[] = {"program", NULL};

    switch (ac_record_kind(r)) {
    case AC_KIND_CHANGE:
        return tells_of_life(r) ? change : none;
    case AC_KIND_DETECTION:
        return change;
    case AC_KIND_EVENT:
        return event;
    case AC_KIND_EXECUTION:
        return execution;
    case AC_KIND_USAGE:
        return usage;
    default:
        return none;
    }
}

/* A name without a folder would be found in too many places. */
static bool has_folder(struct ac_str path)
{
    return path.n > 0 && memchr(path.p, '/', path.n) != NULL;
}

/* "C:/Users/a/x.exe" and "/Device/HarddiskVolume2/Users/a/x.exe" both end in "Users/a/x.exe". */
static bool ends_in(struct ac_str text, struct ac_str path)
{
    return has_folder(path) && path.n <= text.n &&
           memcmp(text.p + text.n - path.n, path.p, path.n) == 0 &&
           (path.n == text.n || text.p[text.n - path.n - 1] == '/');
}

static enum ac_rc add(struct subject *x, const struct ac_record *r)
{
    if (!ac_same_system(r, x->finding->records[0]) || x->told[ac_record_kind(r)] >= MOST_OF_A_KIND)
        return AC_OK;
    x->told[ac_record_kind(r)]++;
    return ac_finding_add_record(x->finding, r);
}

static enum ac_rc match_path(struct search *s, const struct ac_record *r, const char *field)
{
    struct ac_str text;
    enum ac_rc rc = AC_OK;

    ac_fold_path(ac_record_get(r, field), &s->text);
    text = ac_buf_str(&s->text);
    if (s->text.failed)
        return AC_NOMEM;
    if (!ac_set_has(&s->names, ac_last_component(ac_buf_text(&s->text))))
        return AC_OK;
    for (size_t i = 0; rc == AC_OK && i < s->n; i++) {
        struct subject *x = &s->subjects[i];
        bool is_task = strcmp(field, "task") == 0;
        struct ac_str what = ac_buf_str(is_task ? &x->task : &x->path);

        if (is_task ? what.n > 0 && ac_str_eq(text, what) : ends_in(text, what))
            rc = add(x, r);
    }
    return rc;
}

static bool holds(struct ac_str text, struct ac_str path)
{
    return has_folder(path) && memmem(text.p, text.n, path.p, path.n) != NULL;
}

/* The command line of an event names the file somewhere in it. */
static enum ac_rc match_command(struct search *s, const struct ac_record *r)
{
    enum ac_rc rc = AC_OK;

    if (!ac_record_get(r, "command")[0])
        return AC_OK;
    ac_fold_path(ac_record_get(r, "command"), &s->text);
    for (size_t i = 0; rc == AC_OK && i < s->n; i++) {
        struct subject *x = &s->subjects[i];

        if (holds(ac_buf_str(&s->text), ac_buf_str(&x->path)))
            rc = add(x, r);
    }
    return s->text.failed ? AC_NOMEM : rc;
}

enum ac_rc ac_add_witnesses(struct ac_assessment *a)
{
    struct search s = {.n = 0};
    enum ac_rc rc = prepare(a, &s);

    for (size_t i = 0; rc == AC_OK && s.n > 0 && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        for (const char *const *field = paths_of(r); rc == AC_OK && *field; field++) {
            if (ac_record_get(r, *field)[0])
                rc = match_path(&s, r, *field);
        }
        if (rc == AC_OK && ac_record_kind(r) == AC_KIND_EVENT)
            rc = match_command(&s, r);
    }
    release(&s);
    return rc;
}
