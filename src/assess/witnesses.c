/* What the change journal says of the files that findings speak of goes into those findings. */
#include "assess/witnesses.h"

#include "assess/facts.h"
#include "base/set.h"

#include <string.h>

#define MOST_CHANGES 12 /* of one finding; all are in the records */

/* Came, went, or got another name: what was written in between is left out. */
static bool tells_of_life(const struct ac_record *r)
{
    static const char *const words[] = {"file-create", "file-delete", "rename-old-name",
                                        "rename-new-name"};
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

static bool speaks_of(const struct ac_record *r, const struct ac_finding *f)
{
    return ac_same_system(r, f->records[0]) &&
           ac_fold_eq(ac_str_of(ac_record_get(r, "path")), ac_str_of(f->subject)) &&
           tells_of_life(r);
}

enum ac_rc ac_add_witnesses(struct ac_assessment *a)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        struct ac_finding *f = a->findings[i];
        unsigned told = 0;

        if (f->strength == AC_LISTED || !f->subject[0] || f->n_records == 0)
            continue;
        for (size_t k = 0; rc == AC_OK && k < a->n_records && told < MOST_CHANGES; k++) {
            const struct ac_record *r = a->records[k];

            if (ac_record_kind(r) == AC_KIND_CHANGE && speaks_of(r, f)) {
                rc = ac_finding_add_record(f, r);
                told++;
            }
        }
    }
    return rc;
}
