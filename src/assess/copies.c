/* The same entry in a control set that is not used, or in a backup of the hive, is one finding with it. */
#include "assess/copies.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

bool ac_is_copy(const struct ac_record *r)
{
    return ac_record_get_json(r, "control_set") != NULL ||
           strcmp(ac_record_prov(r, "state"), "snapshot") == 0;
}

static bool same(const struct ac_record *a, const struct ac_record *b, const char *field)
{
    return strcmp(ac_record_get(a, field), ac_record_get(b, field)) == 0;
}

static bool same_entry(const struct ac_record *a, const struct ac_record *b)
{
    if (ac_record_kind(a) != ac_record_kind(b) ||
        strcmp(ac_record_prov(a, "evidence"), ac_record_prov(b, "evidence")) != 0 ||
        strcmp(ac_record_prov(a, "system"), ac_record_prov(b, "system")) != 0)
        return false;
    if (ac_record_kind(a) == AC_KIND_VALUE)
        return same(a, b, "path") && same(a, b, "name") && same(a, b, "data");
    return ac_record_kind(a) == AC_KIND_AUTOSTART && same(a, b, "name") &&
           same(a, b, "mechanism") && same(a, b, "command") && same(a, b, "service_dll") &&
           same(a, b, "user");
}

/* The finding that speaks of the original, else of the first copy; NULL: there is none but f. */
static struct ac_finding *original_of(const struct ac_assessment *a, size_t at, const bool *merged)
{
    const struct ac_finding *f = a->findings[at];
    struct ac_finding *copy = NULL;

    for (size_t i = 0; i < a->n_findings; i++) {
        struct ac_finding *g = a->findings[i];

        if (g == f || g->rule != f->rule || g->n_records == 0 || merged[i] ||
            !same_entry(g->records[0], f->records[0]))
            continue;
        if (!ac_is_copy(g->records[0]))
            return g;
        if (i < at && !copy)
            copy = g;
    }
    return copy;
}

/* Marks findings whose records went into another one. */
static enum ac_rc merge(struct ac_assessment *a, bool *merged)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        struct ac_finding *f = a->findings[i], *g = NULL;

        if (f->n_records > 0 && ac_is_copy(f->records[0]))
            g = original_of(a, i, merged);
        for (size_t k = 0; g && rc == AC_OK && k < f->n_records; k++)
            rc = ac_finding_add_record(g, f->records[k]);
        merged[i] = g && rc == AC_OK;
    }
    return rc;
}

static void drop(struct ac_assessment *a, const bool *merged)
{
    size_t kept = 0;

    for (size_t i = 0; i < a->n_findings; i++) {
        struct ac_finding *f = a->findings[i];

        if (merged[i]) {
            ac_finding_free(f);
            continue;
        }
        a->findings[kept++] = f;
        snprintf(f->id, sizeof(f->id), "F-%03zu", kept);
    }
    a->n_findings = kept;
}

enum ac_rc ac_merge_copies(struct ac_assessment *a)
{
    bool *merged = ac_calloc(a->n_findings + 1, sizeof(*merged));
    enum ac_rc rc = merged ? merge(a, merged) : AC_NOMEM;

    if (rc == AC_OK)
        rc = ac_merge_tasks(a, merged);
    if (rc == AC_OK)
        drop(a, merged);
    ac_free(merged);
    return rc;
}
