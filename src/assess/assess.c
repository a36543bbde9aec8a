#include "assess/assess.h"

#include "assess/conclude.h"
#include "assess/copies.h"
#include "assess/coverage.h"
#include "assess/executions.h"
#include "assess/rule_set_inner.h"
#include "assess/witnesses.h"
#include "base/alloc.h"
#include "base/hash.h"

#include <stdio.h>
#include <string.h>

#define AC_RULE(symbol) extern const struct ac_rule symbol;
#include "assess/rules.def"
#undef AC_RULE

static const struct ac_rule *const rule_table[] = {
#define AC_RULE(symbol) &symbol,
#include "assess/rules.def"
#undef AC_RULE
    NULL,
};

const struct ac_rule *const *ac_rules(void)
{
    return rule_table;
}

void ac_rules_digest(char ret_hex[65])
{
    struct ac_buf text = {0};

    for (const struct ac_rule *const *r = rule_table; *r; r++)
        ac_buf_addf(&text, "%s\n%s\n%s\n%s\n%s\n%s\n%u\n", (*r)->id, (*r)->family, (*r)->title,
                    (*r)->tests, (*r)->benign, (*r)->reference, (*r)->needs);
    ac_hash_hex(AC_SHA256, ac_buf_text(&text), text.n, ret_hex);
    ac_buf_free(&text);
}

static bool has_finding(const struct ac_assessment *a, const struct ac_rule *rule, size_t from)
{
    for (size_t i = from; i < a->n_findings; i++) {
        if (a->findings[i]->rule == rule)
            return true;
    }
    return false;
}

/* The one place where "not found" is decided: only over sources that were read completely, and records
 * that were matched completely. */
static enum ac_rc set_check(struct ac_assessment *a, const struct ac_rule *rule, bool found,
                            const char *unseen)
{
    struct ac_check *c = &a->checks[a->n_checks++];
    struct ac_buf why = {0};
    enum ac_rc rc = AC_OK;

    c->rule = rule;
    if (unseen)
        ac_buf_addz(&why, unseen);
    if (found) {
        c->result = AC_RESULT_FOUND;
    } else if (!unseen && ac_coverage_has(a, rule->needs, &why)) {
        c->result = AC_RESULT_NOT_FOUND;
    } else {
        c->result = AC_RESULT_NOT_EXAMINED;
        c->reason.msgid = N_("sources that this rule needs were not read completely: %1$s");
        c->reason.args[0] = strdup(ac_buf_text(&why));
        c->reason.n = c->reason.args[0] ? 1 : 0;
        rc = c->reason.args[0] && !why.failed ? AC_OK : AC_NOMEM;
    }
    ac_buf_free(&why);
    return rc;
}

static enum ac_rc apply_rules_in_c(struct ac_assessment *a)
{
    enum ac_rc rc = AC_OK;

    for (const struct ac_rule *const *r = rule_table; rc == AC_OK && *r; r++) {
        size_t before = a->n_findings;

        rc = (*r)->detect(a, *r);
        if (rc == AC_OK)
            rc = set_check(a, *r, has_finding(a, *r, before), NULL);
    }
    return rc;
}

/* What assessing itself says of problems stands behind the records of the evidence. */
static enum ac_rc join_own(struct ac_assessment *a)
{
    if (a->n_own == 0)
        return AC_OK;
    a->joined = ac_calloc(a->n_records + a->n_own, sizeof(struct ac_record *));
    if (!a->joined)
        return AC_NOMEM;
    for (size_t i = 0; i < a->n_records; i++)
        a->joined[i] = a->records[i];
    for (size_t i = 0; i < a->n_own; i++)
        a->joined[a->n_records + i] = a->own[i];
    a->records = a->joined;
    a->n_records += a->n_own;
    return AC_OK;
}

static enum ac_rc apply_lists(struct ac_assessment *a)
{
    const struct ac_lists *lists = &a->set->lists;
    size_t before = a->n_findings;
    enum ac_rc rc = ac_lists_apply(a, lists);

    for (size_t i = 0; rc == AC_OK && i < AC_LIST_RULES; i++) {
        const struct ac_rule *rule = ac_lists_rule(lists, i);

        if (rule)
            rc = set_check(a, rule, has_finding(a, rule, before), NULL);
    }
    return rc;
}

static enum ac_rc apply_yara(struct ac_assessment *a)
{
    static const char records[] = "records could not be matched completely, see the problems";
    const struct ac_rule_set *s = a->set;
    size_t before = a->n_findings;
    uint32_t unseen = 0;
    const char *content = NULL;
    enum ac_rc rc = AC_OK;

    if (s->missing)
        rc = ac_assessment_problem(a, NULL, "rules", AC_NOT_FOUND,
                                   "what the rules in it know was not looked for",
                                   "the folder of rules that comes with aftercheck is not there");
    if (rc == AC_OK)
        rc = ac_record_rules_apply(a, s, &unseen);
    if (rc == AC_OK)
        rc = ac_content_rules_apply(a, s, &content);
    if (rc == AC_OK)
        rc = join_own(a);
    for (size_t i = 0; rc == AC_OK && i < s->n; i++) {
        const struct ac_yara_rule *r = &s->items[i];
        const char *why = r->content ? content : r->kinds & unseen ? records : NULL;

        if (!r->hidden)
            rc = set_check(a, &r->rule, has_finding(a, &r->rule, before), why);
    }
    return rc;
}

static enum ac_rc apply_rules(struct ac_assessment *a)
{
    size_t n = a->set ? a->set->n_all : sizeof(rule_table) / sizeof(rule_table[0]) - 1;
    enum ac_rc rc = AC_OK;

    a->checks = ac_calloc(n, sizeof(*a->checks));
    if (!a->checks)
        return AC_NOMEM;
    rc = apply_rules_in_c(a);
    if (rc == AC_OK && a->set)
        rc = apply_lists(a);
    if (rc == AC_OK && a->set)
        rc = apply_yara(a);
    return rc;
}

static enum ac_rc note_landmarks(struct ac_assessment *a)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *source = ac_record_kind(r) == AC_KIND_SOURCE ? ac_record_get(r, "source") : "";

        if (ac_record_kind(r) != AC_KIND_INTEGRITY && strcmp(source, "mft") != 0 &&
            strcmp(source, "hive-log") != 0)
            continue;
        if (ac_grow((void **)&a->landmarks, &a->cap_landmarks, a->n_landmarks + 1,
                    sizeof(*a->landmarks)) != 0)
            return AC_NOMEM;
        a->landmarks[a->n_landmarks++] = r;
    }
    return AC_OK;
}

/* Everything that looks at all findings together. */
static enum ac_rc weigh_up(struct ac_assessment *a)
{
    enum ac_rc rc;

    a->incomplete = ac_coverage_incomplete(a, &a->verification_failed);
    for (size_t i = 0; i < a->n_checks; i++) /* a question that was not examined is not answered */
        a->incomplete |= a->checks[i].result == AC_RESULT_NOT_EXAMINED;
    rc = ac_merge_copies(a);
    if (rc == AC_OK && a->set)
        rc = ac_lists_mark_known_good(a, &a->set->lists);
    if (rc == AC_OK)
        rc = ac_add_witnesses(a);
    return rc == AC_OK ? ac_conclude(a) : rc;
}

enum ac_rc ac_assess_with(const struct ac_rule_set *set, struct ac_record *const *records, size_t n,
                          struct ac_assessment *ret, struct ac_err *err)
{
    struct ac_assessment a = {.records = records, .n_records = n, .set = set};
    enum ac_rc rc;

    if (set)
        snprintf(a.rules_sha256, sizeof(a.rules_sha256), "%s", ac_rule_set_digest(set));
    else
        ac_rules_digest(a.rules_sha256);
    rc = ac_executions_index(&a);
    if (rc == AC_OK)
        rc = apply_rules(&a);
    if (rc == AC_OK)
        rc = note_landmarks(&a);
    if (rc == AC_OK)
        rc = weigh_up(&a);
    if (rc != AC_OK) {
        ac_assessment_free(&a);
        return AC_FAIL(err, rc, AC_NO_OFFSET,
                       rc == AC_NOMEM ? "no memory to assess %zu records"
                                      : "the rules could not be applied to %zu records",
                       n);
    }
    *ret = a;
    return AC_OK;
}

enum ac_rc ac_assess(struct ac_record *const *records, size_t n, struct ac_assessment *ret,
                     struct ac_err *err)
{
    return ac_assess_with(NULL, records, n, ret, err);
}

int ac_assessment_status(const struct ac_assessment *a)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        if (a->findings[i]->strength > AC_LISTED)
            return 1;
    }
    return a->incomplete ? 2 : 0;
}

int ac_collection_status(const struct ac_assessment *a)
{
    bool failed;

    return ac_coverage_incomplete(a, &failed) ? 2 : 0;
}
