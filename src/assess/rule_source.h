/*
 * What the text of a YARA file says of its rules that libyara does not tell after compiling: the line of each, and
 * the kinds of record that its condition names first. The form: YARA 4.2 manual, "Writing YARA rules". Private to
 * src/assess/.
 */
#ifndef AC_ASSESS_RULE_SOURCE_H
#define AC_ASSESS_RULE_SOURCE_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct ac_source_rule {
    struct ac_str name; /* Borrowed: from the text */
    unsigned line;      /* of its name, from 1 */
    bool global;
    uint32_t kinds;    /* bits 1 << enum ac_kind; 0: the condition does not begin with a kind */
    const char *wrong; /* why kinds is 0; NULL if it is not. Static */
};

struct ac_source_rules {
    struct ac_source_rule *items; /* Owned: ac_free() */
    size_t n, cap;
};

/* The rules of a text that libyara has compiled, in order. A condition begins with a kind when it reads
 * kind == "task" and ..., or (kind == "task" or kind == "event") and ..., with no "or" outside of parentheses
 * behind it: then "and" ends the evaluation at the first word for records of all other kinds. AC_OK or AC_NOMEM. */
enum ac_rc ac_source_rules_find(struct ac_str text, struct ac_source_rules *ret);

#endif
