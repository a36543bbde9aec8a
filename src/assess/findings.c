/* Findings: made by rules, owned by the assessment. */
#include "assess/assess.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ac_assessment_keep(struct ac_assessment *a, const char *text)
{
    char *copy = strdup(text);

    if (!copy || ac_grow((void **)&a->strings, &a->cap_strings, a->n_strings + 1,
                         sizeof(*a->strings)) != 0) {
        ac_free(copy);
        return NULL;
    }
    a->strings[a->n_strings++] = copy;
    return copy;
}

enum ac_rc ac_assessment_problem(struct ac_assessment *a, const struct ac_record *of,
                                 const char *where, enum ac_rc class, const char *effect,
                                 const char *what)
{
    struct ac_record *r = ac_record_new(AC_KIND_PROBLEM);
    char id[24];

    snprintf(id, sizeof(id), "A-%06zu", a->n_own + 1);
    if (!r || ac_grow((void **)&a->own, &a->cap_own, a->n_own + 1, sizeof(*a->own)) != 0) {
        ac_record_free(r);
        return AC_NOMEM;
    }
    a->own[a->n_own++] = r;
    ac_record_set_id(r, id);
    ac_record_textz(r, "where", where);
    ac_record_textz(r, "what", what);
    ac_record_textz(r, "effect", effect);
    ac_record_textz(r, "class", ac_rc_name(class));
    if (of) {
        ac_record_prov_textz(r, "evidence", ac_record_prov(of, "evidence"));
        ac_record_prov_textz(r, "system", ac_record_prov(of, "system"));
    }
    return ac_record_rc(r);
}

/* The account that a record names; services write events about what others did. */
static const char *user_of(const struct ac_record *r)
{
    static const char *const services[] = {"S-1-5-18", "S-1-5-19", "S-1-5-20"};
    const char *user = ac_record_get(r, "user");

    for (size_t i = 0; ac_record_kind(r) == AC_KIND_EVENT && i < 3; i++) {
        if (strcmp(user, services[i]) == 0)
            return "";
    }
    return user;
}

enum ac_rc ac_finding_add_record(struct ac_finding *f, const struct ac_record *record)
{
    for (size_t i = 0; i < f->n_records; i++) {
        if (f->records[i] == record)
            return AC_OK;
    }
    if (ac_grow((void **)&f->records, &f->cap_records, f->n_records + 1, sizeof(*f->records)) != 0)
        return AC_NOMEM;
    f->records[f->n_records++] = record;
    if (!f->user[0])
        f->user = user_of(record);
    return AC_OK;
}

static bool set_arguments(struct ac_sentence *s, va_list ap)
{
    const char *arg;

    while (s->n < AC_SENTENCE_ARGS && (arg = va_arg(ap, const char *)) != NULL) {
        s->args[s->n] = strdup(arg);
        if (!s->args[s->n])
            return false;
        s->n++;
    }
    return true;
}

struct ac_finding *ac_finding_add(struct ac_assessment *a, const struct ac_rule *rule,
                                  enum ac_strength strength, const struct ac_record *record,
                                  const char *msgid, ...)
{
    struct ac_finding *f = ac_calloc(1, sizeof(*f));
    bool ok = f && ac_grow((void **)&a->findings, &a->cap_findings, a->n_findings + 1,
                           sizeof(*a->findings)) == 0;
    va_list ap;

    if (!ok) {
        ac_free(f);
        return NULL;
    }
    snprintf(f->id, sizeof(f->id), "F-%03zu", a->n_findings + 1);
    f->rule = rule;
    f->strength = strength;
    f->summary.msgid = msgid;
    f->user = f->generation = f->subject = f->known_good = "";
    a->findings[a->n_findings++] = f;
    va_start(ap, msgid);
    ok = set_arguments(&f->summary, ap);
    va_end(ap);
    if (!ok || (record && ac_finding_add_record(f, record) != AC_OK))
        return NULL;
    return f;
}

static void free_sentence(struct ac_sentence *s)
{
    for (unsigned i = 0; i < s->n; i++)
        ac_free(s->args[i]);
}

void ac_finding_free(struct ac_finding *f)
{
    free_sentence(&f->summary);
    ac_free(f->records);
    ac_free(f);
}

void ac_assessment_free(struct ac_assessment *a)
{
    for (size_t i = 0; i < a->n_findings; i++)
        ac_finding_free(a->findings[i]);
    ac_free(a->findings);
    for (size_t i = 0; i < a->n_checks; i++)
        free_sentence(&a->checks[i].reason);
    ac_free(a->checks);
    for (size_t i = 0; i < a->n_conclusions; i++) {
        struct ac_conclusion *c = &a->conclusions[i];

        free_sentence(&c->statement);
        for (size_t k = 0; k < c->n_against; k++)
            free_sentence(&c->against[k]);
        ac_free(c->against);
        ac_free(c->findings);
    }
    ac_free(a->conclusions);
    for (size_t i = 0; i < a->n_strings; i++)
        ac_free(a->strings[i]);
    ac_free(a->strings);
    for (size_t i = 0; i < a->n_own; i++)
        ac_record_free(a->own[i]);
    ac_free(a->own);
    ac_free(a->joined);
    ac_free(a->landmarks);
    ac_free(a->executions);
    *a = (struct ac_assessment){0};
}

const char *ac_strength_name(enum ac_strength s)
{
    static const char *const names[] = {"listed", "supporting", "strong", "decisive"};

    return names[s];
}

const char *ac_result_name(enum ac_result r)
{
    static const char *const names[] = {"found", "not-found", "not-examined"};

    return names[r];
}

const char *ac_scale_name(enum ac_scale s)
{
    static const char *const names[] = {"S0", "S1", "S2", "S3", "S4", "SX"};

    return names[s];
}
