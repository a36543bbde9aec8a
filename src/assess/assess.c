#include "assess/assess.h"

#include "assess/conclude.h"
#include "assess/copies.h"
#include "assess/coverage.h"
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

static bool has_finding(const struct ac_assessment *a, size_t from)
{
    return a->n_findings > from;
}

/* The one place where "not found" is decided: only over sources that were read completely. */
static enum ac_rc set_check(struct ac_assessment *a, struct ac_check *c, const struct ac_rule *rule,
                            bool found)
{
    struct ac_buf why = {0};
    enum ac_rc rc = AC_OK;

    c->rule = rule;
    if (found) {
        c->result = AC_RESULT_FOUND;
    } else if (ac_coverage_has(a, rule->needs, &why)) {
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

static enum ac_rc apply_rules(struct ac_assessment *a)
{
    size_t n = sizeof(rule_table) / sizeof(rule_table[0]) - 1;
    enum ac_rc rc = AC_OK;

    a->checks = ac_calloc(n, sizeof(*a->checks));
    if (!a->checks)
        return AC_NOMEM;
    for (size_t i = 0; rc == AC_OK && i < n; i++) {
        size_t before = a->n_findings;

        rc = rule_table[i]->detect(a, rule_table[i]);
        if (rc == AC_OK)
            rc = set_check(a, &a->checks[a->n_checks++], rule_table[i], has_finding(a, before));
    }
    return rc;
}

enum ac_rc ac_assess(struct ac_record *const *records, size_t n, struct ac_assessment *ret,
                     struct ac_err *err)
{
    struct ac_assessment a = {.records = records, .n_records = n};
    enum ac_rc rc = apply_rules(&a);

    if (rc == AC_OK) {
        a.incomplete = ac_coverage_incomplete(&a, &a.verification_failed);
        for (size_t i = 0; i < a.n_checks;
             i++) /* a question that was not examined is not answered */
            a.incomplete |= a.checks[i].result == AC_RESULT_NOT_EXAMINED;
        rc = ac_merge_copies(&a);
        if (rc == AC_OK)
            rc = ac_add_witnesses(&a);
    }
    if (rc == AC_OK)
        rc = ac_conclude(&a);
    if (rc != AC_OK) {
        ac_assessment_free(&a);
        return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory to assess %zu records", n);
    }
    *ret = a;
    return AC_OK;
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
