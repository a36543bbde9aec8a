/*
 * The external variables of rules over records: what they are called for each kind, and their values of one record.
 *
 * One variable a field of the schema, under its name; text that a record lacks is "", a number 0, a boolean false.
 * Lists are lines. Objects of a list are lines MEMBER=VALUE (an object of a name and a value: NAME=VALUE; entries of
 * a folder: their names). Provenance has the prefix prov_. Some kinds have `command` and `target` made of other fields,
 * so that one rule can look at all commands. Private to src/assess/.
 */
#ifndef AC_ASSESS_RULE_VALUES_H
#define AC_ASSESS_RULE_VALUES_H

#include "base/error.h"
#include "records/record.h"

enum ac_variable_type { AC_VARIABLE_TEXT, AC_VARIABLE_INTEGER, AC_VARIABLE_BOOLEAN };

struct ac_variable {
    char name[40];
    enum ac_variable_type type;
    const char *doc;              /* Borrowed: static */
    const struct ac_field *field; /* Borrowed: static; NULL: made of other fields */
    bool provenance;
};

#define AC_MOST_VARIABLES 96

struct ac_variables {
    struct ac_variable items[AC_MOST_VARIABLES]; /* the first is `kind` */
    size_t n;
};

/* False for the kinds that speak of the examination and not of the evidence: rules cannot name them. */
bool ac_variables_of(enum ac_kind kind, struct ac_variables *ret);

/* The text of a variable, appended to `out` (out->failed: no memory); never with a NUL inside. */
void ac_variable_text(const struct ac_record *r, const struct ac_variable *v, struct ac_buf *out);
/* The number or boolean of a variable. */
int64_t ac_variable_number(const struct ac_record *r, const struct ac_variable *v);

/* The piece of a text that begins at or before *at and is at most AC_RULE_WINDOW bytes long, appended to `out`; a cut
 * inside of a line is marked with an ellipsis. Moves *at to where the next piece begins; false: there is none. */
bool ac_variable_piece(struct ac_str text, size_t *at, struct ac_buf *out);

#endif
