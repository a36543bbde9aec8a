/*
 * A set of strings, each with a number: names seen, ids by path.
 *
 * Starts as {0}; Owned: ac_set_free(). Strings are copied; comparison is byte by byte.
 */
#ifndef AC_BASE_SET_H
#define AC_BASE_SET_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct ac_set_item;

struct ac_set {
    struct ac_set_item *items; /* open addressing */
    size_t n, cap;
};

/* Adds or overwrites. AC_OK or AC_NOMEM. */
enum ac_rc ac_set_put(struct ac_set *s, struct ac_str key, uint64_t number);
bool ac_set_has(const struct ac_set *s, struct ac_str key);
/* False (and *ret untouched) if the key is not in the set; ret may be NULL. */
bool ac_set_get(const struct ac_set *s, struct ac_str key, uint64_t *ret);
void ac_set_free(struct ac_set *s);

#endif
