/*
 * What looks for patterns in the contents of files: made by whoever knows rules, and handed to the collection, which
 * knows none. Used in the worker process only, by one thread.
 */
#ifndef AC_BASE_CONTENT_SCANNER_H
#define AC_BASE_CONTENT_SCANNER_H

#include "base/error.h"

#include <stdbool.h>

#define AC_MOST_HIT_STRINGS 16 /* of one rule in one file that are told; the rest is counted */

struct ac_content_hit {
    const char *rule, *family; /* Borrowed: during the call */
    struct {
        const char *name; /* identifier of the string in the rule */
        uint64_t offset, length;
    } strings[AC_MOST_HIT_STRINGS]; /* in the order of the rule, then of the file */
    size_t n_strings;
    uint64_t count; /* of all matches of all its strings */
};

/* AC_OK goes on, all else ends the scan with it. */
typedef enum ac_rc ac_content_each(void *context, const struct ac_content_hit *hit);

struct ac_content_scanner {
    const void *context;
    const char *digest; /* SHA-256 of the rules */
    /* AC_LIMIT: not everything could be looked for (time, too many matches). AC_NOMEM. */
    enum ac_rc (*scan)(const void *context, const uint8_t *bytes, size_t n, ac_content_each *each,
                       void *each_context, struct ac_err *err);
};

#endif
