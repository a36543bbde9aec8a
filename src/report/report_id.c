#include "report/report.h"

#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same input gives the same id: a digest of what was read and of what a human supplied. */
enum ac_rc ac_report_id(const struct ac_report_input *in, char ret[AC_REPORT_ID])
{
    struct ac_hash *h = NULL;
    char digest[AC_HASH_TEXT] = "";
    enum ac_rc rc = ac_hash_new(AC_SHA256, &h, NULL);
    json_t *human = json_deep_copy(in->human);
    const json_t *parts[] = {in->header, human};

    json_object_del(human, "case_file"); /* where it lay is no input; its SHA-256 is */

    for (size_t i = 0; rc == AC_OK && i < 2; i++) {
        char *text = parts[i] ? json_dumps(parts[i], JSON_COMPACT | JSON_SORT_KEYS) : NULL;

        if (text)
            rc = ac_hash_add(h, text, strlen(text));
        else if (parts[i] || (i == 1 && in->human))
            rc = AC_NOMEM; /* an id that lacks a part would be that of another report */
        free(text);
    }
    json_decref(human);
    for (size_t i = 0; rc == AC_OK && i < in->assessment->n_records; i++) {
        char *line = ac_record_print(in->assessment->records[i]);

        rc = line ? ac_hash_add(h, line, strlen(line)) : AC_NOMEM;
        free(line);
    }
    if (rc == AC_OK && in->notices)
        rc = ac_hash_add(h, in->notices->sha256, strlen(in->notices->sha256));
    if (rc == AC_OK)
        rc = ac_hash_end(h, digest);
    ac_hash_free(h);
    snprintf(ret, AC_REPORT_ID, "AC-%.16s", digest);
    return rc;
}
