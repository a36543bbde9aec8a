#include "assess/conclude.h"

#include "assess/copies.h"
#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* Families that every report speaks about, found or not. */
static const char *const always[] = {"emotet", "ursnif", "trickbot", "qakbot", "zloader"};

/* What the findings of one family add up to. */
struct weight {
    unsigned specific;   /* source types of strong and decisive findings */
    unsigned supporting; /* source types of supporting findings */
    bool decisive, persistence, execution;
    size_t n; /* findings above listed */
};

static unsigned store_of(const char *mechanism)
{
    if (strncmp(mechanism, "wmi-", 4) == 0)
        return AC_SOURCE_WMI;
    return strcmp(mechanism, "bits-job") == 0 ? AC_SOURCE_BITS : AC_SOURCE_REGISTRY;
}

unsigned ac_source_type_of(const struct ac_record *r)
{
    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART:
        return store_of(ac_record_get(r, "mechanism"));
    case AC_KIND_VALUE:
    case AC_KIND_KEY:
        return AC_SOURCE_REGISTRY;
    case AC_KIND_FILE:
    case AC_KIND_CHANGE:
    case AC_KIND_LISTING:
    case AC_KIND_MATCH:
        return AC_SOURCE_FILES;
    case AC_KIND_EXECUTION: /* a list of files that Windows saw tells no more than their folder */
        return ac_proves_execution(r) ? AC_SOURCE_EXECUTION : AC_SOURCE_FILES;
    case AC_KIND_TASK:
        return AC_SOURCE_TASKS;
    case AC_KIND_EVENT:
        return AC_SOURCE_EVENTS;
    case AC_KIND_USAGE:
        return AC_SOURCE_EXECUTION;
    default:
        return 0;
    }
}

bool ac_is_configured(const struct ac_record *r)
{
    const char *state = ac_record_prov(r, "state");

    if (ac_record_kind(r) != AC_KIND_AUTOSTART && ac_record_kind(r) != AC_KIND_TASK)
        return false;
    if (ac_record_get_json(r, "bound") && !ac_record_get_bool(r, "bound"))
        return false; /* a WMI consumer that nothing triggers */
    /* an entry of the registry that the tree of tasks does not name */
    if (strcmp(ac_record_get(r, "store"), "cache") == 0 && !ac_record_get_bool(r, "in_tree"))
        return false;
    return !ac_is_copy(r) && strcmp(state, "deleted") != 0 && strcmp(state, "unlinked") != 0 &&
           strcmp(ac_record_get(r, "change"), "removed") != 0;
}

/* Events that say that a program or task was started. */
static bool is_start(const struct ac_record *r)
{
    static const struct {
        const char *provider;
        int first, last;
    } starts[] = {{"Microsoft-Windows-Security-Auditing", 4688, 4688},
                  {"Security", 592, 592},
                  {"Microsoft-Windows-Sysmon", 1, 1},
                  {"Microsoft-Windows-TaskScheduler", 129, 129},
                  {"Microsoft-Windows-TaskScheduler", 200, 201}};

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (ac_record_get_int(r, "event_id") >= starts[i].first &&
            ac_record_get_int(r, "event_id") <= starts[i].last &&
            strcmp(ac_record_get(r, "provider"), starts[i].provider) == 0)
            return true;
    }
    return false;
}

bool ac_proves_execution(const struct ac_record *r)
{
    static const char *const artefacts[] = {"prefetch", "prefetch-load",  "bam",
                                            "dam",      "resource-usage", "mplog-impact"};
    const char *artefact = ac_record_get(r, "artefact");

    if (ac_record_kind(r) == AC_KIND_EVENT)
        return is_start(r);
    if (ac_record_kind(r) != AC_KIND_EXECUTION && ac_record_kind(r) != AC_KIND_USAGE)
        return false;
    for (size_t i = 0; i < sizeof(artefacts) / sizeof(artefacts[0]); i++) {
        if (strcmp(artefact, artefacts[i]) == 0)
            return true;
    }
    /* UserAssist also has entries of programs that only had the focus */
    return strcmp(artefact, "userassist") == 0 && ac_record_get_int(r, "run_count") > 0;
}

static void weigh(const struct ac_finding *f, struct weight *w)
{
    unsigned types = 0;

    for (size_t i = 0; i < f->n_records; i++) {
        types |= ac_source_type_of(f->records[i]);
        w->persistence |= ac_is_configured(f->records[i]);
        w->execution |= ac_proves_execution(f->records[i]);
    }
    w->n++;
    w->decisive |= f->strength == AC_DECISIVE;
    if (f->strength >= AC_STRONG)
        w->specific |= types;
    else
        w->supporting |= types;
}

static bool two_types(unsigned types)
{
    return (types & (types - 1)) != 0;
}

static enum ac_scale scale_of(const struct weight *w)
{
    if (w->decisive && (w->persistence || w->execution))
        return AC_S4;
    if (two_types(w->specific))
        return AC_S3;
    if (w->specific || two_types(w->supporting))
        return AC_S2;
    return AC_S1;
}

/* Without findings: no support, or not assessable because a rule is missing or was not examined. */
static enum ac_scale scale_without(const struct ac_assessment *a, const char *family,
                                   const char **ret_msgid)
{
    bool any = false;

    for (size_t i = 0; i < a->n_checks; i++) {
        if (strcmp(a->checks[i].rule->family, family) != 0)
            continue;
        any = true;
        if (a->checks[i].result == AC_RESULT_NOT_EXAMINED) {
            *ret_msgid = N_("No residue of %1$s was found in what was read, but sources that its "
                            "rules need were not read "
                            "completely; the question cannot be answered.");
            return AC_SX;
        }
    }
    *ret_msgid = any ? N_("No residue of %1$s covered by this rule set was found in the sources "
                          "listed in the coverage table.")
                     : N_("This rule set has no rule for %1$s; the question was not examined.");
    return any ? AC_S0 : AC_SX;
}

static const char *statement_of(const struct weight *w)
{
    if (w->persistence && w->execution)
        return N_("Residues matching rules for %1$s were found in %2$s finding(s): an autostart is "
                  "configured, and an execution is "
                  "recorded.");
    if (w->persistence)
        return N_("Residues matching rules for %1$s were found in %2$s finding(s): an autostart is "
                  "configured; no execution "
                  "record is among them.");
    if (w->execution)
        return N_("Residues matching rules for %1$s were found in %2$s finding(s): an execution is "
                  "recorded; no autostart is "
                  "among them.");
    return N_("Residues matching rules for %1$s were found in %2$s finding(s): presence only; "
              "neither an autostart nor an "
              "execution record is among them.");
}

static enum ac_rc set_statement(struct ac_conclusion *c, const char *msgid, size_t findings)
{
    char count[24];

    snprintf(count, sizeof(count), "%zu", findings);
    c->statement.msgid = msgid;
    c->statement.args[0] = strdup(c->family);
    c->statement.args[1] = strdup(count);
    c->statement.n = 2;
    return c->statement.args[0] && c->statement.args[1] ? AC_OK : AC_NOMEM;
}

static enum ac_rc add_against(struct ac_conclusion *c, const char *msgid)
{
    if (!msgid[0])
        return AC_OK;
    for (size_t i = 0; i < c->n_against; i++) {
        if (strcmp(c->against[i].msgid, msgid) == 0)
            return AC_OK;
    }
    if (ac_grow((void **)&c->against, &c->cap_against, c->n_against + 1, sizeof(*c->against)) != 0)
        return AC_NOMEM;
    c->against[c->n_against++] = (struct ac_sentence){.msgid = msgid};
    return AC_OK;
}

static bool target_is_absent(const struct ac_finding *f)
{
    for (size_t i = 0; i < f->n_records; i++) {
        if (strcmp(ac_record_get(f->records[i], "target_state"), "absent") == 0)
            return true;
    }
    return false;
}

/* What speaks against, or explains otherwise: never less than what the rules themselves admit. */
static enum ac_rc speak_against(struct ac_conclusion *c, const struct weight *w)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < c->n_findings; i++) {
        rc = add_against(c, c->findings[i]->rule->benign);
        if (rc == AC_OK && target_is_absent(c->findings[i]))
            rc = add_against(c, N_("An autostart names a file that is not on the volume: security "
                                   "software or an administrator may "
                                   "have removed it, or it was never there."));
    }
    if (rc == AC_OK && c->scale != AC_S4 && w->n > 0)
        rc = add_against(c, N_("The same traces could be left by a test of security software, by "
                               "an exercise, or by other "
                               "software that uses names of this shape."));
    return rc;
}

static enum ac_rc conclude_family(struct ac_assessment *a, const char *family)
{
    struct ac_conclusion *c;
    struct weight w = {0};
    const char *msgid;
    enum ac_rc rc = AC_OK;

    if (ac_grow((void **)&a->conclusions, &a->cap_conclusions, a->n_conclusions + 1, sizeof(*c)) !=
        0)
        return AC_NOMEM;
    c = &a->conclusions[a->n_conclusions++];
    *c = (struct ac_conclusion){.family = family};
    for (size_t i = 0; i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];

        if (strcmp(f->rule->family, family) != 0 || f->strength == AC_LISTED)
            continue;
        if (ac_grow((void **)&c->findings, &c->cap_findings, c->n_findings + 1,
                    sizeof(*c->findings)) != 0)
            return AC_NOMEM;
        c->findings[c->n_findings++] = f;
        weigh(f, &w);
    }
    if (w.n == 0) {
        c->scale = scale_without(a, family, &msgid);
        return set_statement(c, msgid, 0);
    }
    c->scale = scale_of(&w);
    rc = set_statement(c, statement_of(&w), w.n);
    return rc == AC_OK ? speak_against(c, &w) : rc;
}

static bool has_conclusion(const struct ac_assessment *a, const char *family)
{
    for (size_t i = 0; i < a->n_conclusions; i++) {
        if (strcmp(a->conclusions[i].family, family) == 0)
            return true;
    }
    return false;
}

enum ac_rc ac_conclude(struct ac_assessment *a)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(always) / sizeof(always[0]); i++)
        rc = conclude_family(a, always[i]);
    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        const char *family = a->findings[i]->rule->family;

        if (a->findings[i]->strength > AC_LISTED && !has_conclusion(a, family))
            rc = conclude_family(a, family);
    }
    return rc;
}
