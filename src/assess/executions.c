#include "assess/executions.h"

#include "assess/conclude.h"
#include "assess/facts.h"
#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A record and the name of a file that it says was run or loaded. */
struct ac_execution_name {
    uint32_t hash; /* of the folded last component */
    size_t record; /* index in the assessment */
};

static struct ac_str name_of(const char *path)
{
    const char *slash = strrchr(path, '\\');

    return ac_str_of(slash ? slash + 1 : path);
}

static enum ac_rc add_name(struct ac_assessment *a, size_t *cap, const char *path, size_t record)
{
    if (!path || !path[0])
        return AC_OK;
    if (ac_grow((void **)&a->executions, cap, a->n_executions + 1, sizeof(*a->executions)) != 0)
        return AC_NOMEM;
    a->executions[a->n_executions++] =
        (struct ac_execution_name){ac_fold_hash(name_of(path), 0), record};
    return AC_OK;
}

/* By name, then in the order of the records. */
static int by_hash(const void *a, const void *b)
{
    const struct ac_execution_name *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

enum ac_rc ac_executions_index(struct ac_assessment *a)
{
    enum ac_rc rc = AC_OK;
    size_t cap = 0;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const json_t *files = ac_record_get_json(r, "files");

        if (!ac_proves_execution(r))
            continue;
        rc = add_name(a, &cap, ac_record_get(r, "program_path"), i);
        for (size_t k = 0; rc == AC_OK && k < json_array_size(files); k++)
            rc = add_name(a, &cap, json_string_value(json_array_get(files, k)), i);
    }
    if (a->n_executions)
        qsort(a->executions, a->n_executions, sizeof(*a->executions), by_hash);
    return rc;
}

static size_t first_of(const struct ac_assessment *a, uint32_t hash)
{
    size_t low = 0, high = a->n_executions;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (a->executions[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Is a file whose path ends so among those that this record says were run or loaded? */
static bool ran(const struct ac_record *r, struct ac_str ending)
{
    const json_t *files = ac_record_get_json(r, "files");

    if (!ac_proves_execution(r))
        return false;
    for (size_t k = 0; k < json_array_size(files); k++) {
        if (ac_str_iends(ac_str_of(json_string_value(json_array_get(files, k))), ending))
            return true;
    }
    return ac_str_iends(ac_str_of(ac_record_get(r, "program_path")), ending);
}

enum ac_rc ac_add_executions(const struct ac_assessment *a, struct ac_finding *f,
                             const struct ac_record *of, struct ac_str folder, struct ac_str file,
                             size_t *ret_n)
{
    struct ac_buf ending = {0};
    uint32_t hash = ac_fold_hash(file, 0);
    size_t last = SIZE_MAX;
    enum ac_rc rc = AC_OK;

    *ret_n = 0;
    ac_buf_addf(&ending, "\\%.*s%s%.*s", (int)folder.n, folder.p, folder.n ? "\\" : "", (int)file.n,
                file.p);
    if (ending.failed)
        rc = AC_NOMEM;
    for (size_t i = first_of(a, hash);
         rc == AC_OK && i < a->n_executions && a->executions[i].hash == hash; i++) {
        const struct ac_record *r = a->records[a->executions[i].record];

        if (a->executions[i].record != last && ac_same_system(r, of) &&
            ran(r, ac_buf_str(&ending))) {
            rc = ac_finding_add_record(f, r);
            ++*ret_n;
        }
        last = a->executions[i].record;
    }
    ac_buf_free(&ending);
    return rc;
}

/* Is a file below the folder among those that this record says were run or loaded? */
static bool ran_below(const struct ac_record *r, struct ac_str folder)
{
    const json_t *files = ac_record_get_json(r, "files");

    if (!ac_proves_execution(r))
        return false;
    for (size_t k = 0; k < json_array_size(files); k++) {
        if (ac_str_ifind(ac_str_of(json_string_value(json_array_get(files, k))), folder) >= 0)
            return true;
    }
    return ac_str_ifind(ac_str_of(ac_record_get(r, "program_path")), folder) >= 0;
}

enum ac_rc ac_add_executions_below(const struct ac_assessment *a, struct ac_finding *f,
                                   const struct ac_record *of, struct ac_str folder)
{
    struct ac_buf part = {0};
    enum ac_rc rc = AC_OK;

    ac_buf_addc(&part, '\\');
    for (size_t i = 0; i < folder.n; i++)
        ac_buf_addc(&part, folder.p[i] == '/' ? '\\' : folder.p[i]);
    ac_buf_addc(&part, '\\');
    if (part.failed)
        rc = AC_NOMEM;
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ran_below(r, ac_buf_str(&part)) && ac_same_system(r, of))
            rc = ac_finding_add_record(f, r);
    }
    ac_buf_free(&part);
    return rc;
}
