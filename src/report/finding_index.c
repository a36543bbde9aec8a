#include "report/finding_index.h"

enum ac_rc ac_finding_index_make(const struct ac_assessment *a, struct ac_finding_index *ret)
{
    *ret = (struct ac_finding_index){.a = a};
    for (size_t i = 0; i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];

        for (size_t k = 0; k < f->n_records; k++) {
            struct ac_str id = ac_str_of(ac_record_id(f->records[k]));

            if (!ac_set_has(&ret->first, id) && ac_set_put(&ret->first, id, i + 1) != AC_OK)
                return AC_NOMEM;
            if (ac_set_put(&ret->last, id, i + 1) != AC_OK)
                return AC_NOMEM;
        }
    }
    return AC_OK;
}

void ac_finding_index_free(struct ac_finding_index *x)
{
    ac_set_free(&x->first);
    ac_set_free(&x->last);
}

static bool has_record(const struct ac_finding *f, const struct ac_record *r)
{
    for (size_t k = 0; k < f->n_records; k++) {
        if (f->records[k] == r)
            return true;
    }
    return false;
}

const struct ac_finding *ac_finding_index_next(const struct ac_finding_index *x,
                                               const struct ac_record *r, size_t *at)
{
    struct ac_str id = ac_str_of(ac_record_id(r));
    uint64_t first = 0, last = 0;

    if (!ac_set_get(&x->first, id, &first) || !ac_set_get(&x->last, id, &last))
        return NULL;
    if (*at < first - 1)
        *at = (size_t)first - 1;
    while (*at < last) {
        const struct ac_finding *f = x->a->findings[(*at)++];

        if (has_record(f, r))
            return f;
    }
    return NULL;
}

void ac_finding_index_ids(const struct ac_finding_index *x, const struct ac_record *r,
                          struct ac_buf *out)
{
    const struct ac_finding *f;
    size_t at = 0;

    while ((f = ac_finding_index_next(x, r, &at)))
        ac_buf_addf(out, "%s%s", out->n ? " " : "", f->id);
}
