/* Which findings a record belongs to. Private to src/report/. */
#ifndef AC_REPORT_FINDING_INDEX_H
#define AC_REPORT_FINDING_INDEX_H

#include "assess/assess.h"
#include "base/set.h"

struct ac_finding_index {
    struct ac_set first, last; /* Owned: record id -> number of the first, the last finding + 1 */
    const struct ac_assessment *a;
};

/* AC_OK or AC_NOMEM; to be freed either way. */
enum ac_rc ac_finding_index_make(const struct ac_assessment *a, struct ac_finding_index *ret);
void ac_finding_index_free(struct ac_finding_index *x);
/* The next finding of the record, from number *at on, which moves behind it; NULL: no more. */
const struct ac_finding *ac_finding_index_next(const struct ac_finding_index *x,
                                               const struct ac_record *r, size_t *at);
/* Appends "F-001 F-004"; nothing when it belongs to none. */
void ac_finding_index_ids(const struct ac_finding_index *x, const struct ac_record *r,
                          struct ac_buf *out);

#endif
