/* YARA rules over contents of files: the scanner that the worker uses, what its matches mean. */
#include "assess/rule_set_inner.h"
#include "base/content_scanner.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- in the worker */

struct looking {
    const struct ac_rule_set *set;
    ac_content_each *each;
    void *context;
    enum ac_rc rc;
    bool too_many;
};

static void add_string(const YR_STRING *s, const YR_MATCH *m, struct ac_content_hit *hit)
{
    if (m->is_private)
        return;
    hit->count++;
    if (hit->n_strings == AC_MOST_HIT_STRINGS)
        return;
    hit->strings[hit->n_strings].name = s->identifier;
    hit->strings[hit->n_strings].offset = (uint64_t)(m->base + m->offset);
    hit->strings[hit->n_strings++].length = (uint64_t)m->match_length;
}

static void add_strings(YR_SCAN_CONTEXT *scan, const YR_RULE *rule, struct ac_content_hit *hit)
{
    YR_STRING *s;

    yr_rule_strings_foreach(rule, s)
    {
        const void *at = scan->matches[s->idx].head;
        YR_MATCH m;

        /* libyara 4.2.3 does not align them: its own yr_string_matches_foreach cannot be used */
        for (; at; at = m.next) {
            memcpy(&m, at, sizeof(m));
            add_string(s, &m, hit);
        }
    }
}

static int on_message(YR_SCAN_CONTEXT *scan, int message, void *data, void *context)
{
    struct looking *l = context;
    const struct ac_yara_rule *rule;
    struct ac_content_hit hit = {0};

    if (message == CALLBACK_MSG_TOO_MANY_MATCHES)
        l->too_many = true;
    if (message != CALLBACK_MSG_RULE_MATCHING)
        return CALLBACK_CONTINUE;
    rule = &l->set->items[(const YR_RULE *)data - l->set->compiled->rules_table];
    if (!rule->content || rule->hidden)
        return CALLBACK_CONTINUE;
    hit.rule = rule->rule.id;
    hit.family = rule->rule.family;
    add_strings(scan, data, &hit);
    l->rc = l->each(l->context, &hit);
    return l->rc == AC_OK ? CALLBACK_CONTINUE : CALLBACK_ABORT;
}

static enum ac_rc scan(const void *context, const uint8_t *bytes, size_t n, ac_content_each *each,
                       void *each_context, struct ac_err *err)
{
    struct looking l = {.set = context, .each = each, .context = each_context};
    YR_SCANNER *scanner;
    int result = yr_scanner_create(l.set->compiled, &scanner);

    if (result != ERROR_SUCCESS)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the rules over contents");
    yr_scanner_set_callback(scanner, on_message, &l);
    yr_scanner_set_flags(scanner, SCAN_FLAGS_REPORT_RULES_MATCHING);
    yr_scanner_set_timeout(scanner, AC_CONTENT_SECONDS);
    result = yr_scanner_scan_mem(scanner, bytes, n);
    yr_scanner_destroy(scanner);
    if (l.rc != AC_OK)
        return l.rc;
    if (result == ERROR_INSUFFICIENT_MEMORY)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to look through it");
    if (result == ERROR_SCAN_TIMEOUT)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "looking through it takes too long");
    if (result != ERROR_SUCCESS || l.too_many)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "it could not be looked through (libyara %d%s)",
                       result, l.too_many ? ", too many matches" : "");
    return AC_OK;
}

bool ac_rule_set_scanner(const struct ac_rule_set *s, struct ac_content_scanner *ret)
{
    *ret = (struct ac_content_scanner){.context = s, .digest = s->content_digest, .scan = scan};
    return s->content_digest[0] != '\0';
}

/* ---- in the assessment */

static enum ac_rc add_finding(struct ac_assessment *a, const struct ac_yara_rule *rule,
                              const struct ac_record *r)
{
    struct ac_finding *f;
    char offset[24];

    snprintf(offset, sizeof(offset), "%" PRId64, ac_record_get_int(r, "offset"));
    f = ac_record_get(r, "string")[0]
            ? ac_finding_add(a, &rule->rule, rule->strength, r,
                             N_("The content of %1$s fits the rule: its string %2$s stands at "
                                "byte %3$s."),
                             ac_record_get(r, "path"), ac_record_get(r, "string"), offset, NULL)
            : ac_finding_add(a, &rule->rule, rule->strength, r,
                             N_("The content of %1$s fits the rule."), ac_record_get(r, "path"),
                             NULL);
    if (!f)
        return AC_NOMEM;
    f->subject = ac_record_get(r, "path");
    return AC_OK;
}

/* Has every item of the evidence a row that says that contents were looked through? (One of them can have been
 * collected without.) */
static bool all_have_content(const struct ac_assessment *a)
{
    const char *evidence = NULL; /* the one at hand: rows of one item stand together */
    bool any = false, has = false;

    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *of = ac_record_prov(r, "evidence");

        if (!of[0])
            continue;
        if (!evidence || strcmp(evidence, of) != 0) {
            if (evidence && !has)
                return false;
            evidence = of;
            has = false;
        }
        has |= ac_record_kind(r) == AC_KIND_SOURCE &&
               strcmp(ac_record_get(r, "source"), "content") == 0;
        any |= has;
    }
    return any && has;
}

/* Were all contents looked through, with these rules? */
static const char *why_not(const struct ac_assessment *a, const struct ac_rule_set *s)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) != AC_KIND_SOURCE ||
            strcmp(ac_record_get(r, "source"), "content") != 0)
            continue;
        if (strcmp(ac_record_get(r, "read"), "complete") != 0)
            return "contents of files were not looked through completely";
        if (strcmp(ac_record_get(r, "rule_set"), s->content_digest) != 0)
            return "contents of files were looked through with another set of rules";
    }
    return all_have_content(a) ? NULL : "contents of files were not looked through";
}

enum ac_rc ac_content_rules_apply(struct ac_assessment *a, const struct ac_rule_set *s,
                                  const char **ret_why)
{
    enum ac_rc rc = AC_OK;

    *ret_why = why_not(a, s);
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        /* what rules of the same name in another file found says nothing of these */
        if (ac_record_kind(r) != AC_KIND_MATCH ||
            strcmp(ac_record_get(r, "rule_set"), s->content_digest) != 0)
            continue;
        for (size_t k = 0; rc == AC_OK && k < s->n; k++) {
            if (s->items[k].content && !s->items[k].hidden &&
                strcmp(s->items[k].rule.id, ac_record_get(r, "rule")) == 0)
                rc = add_finding(a, &s->items[k], r);
        }
    }
    return rc;
}
