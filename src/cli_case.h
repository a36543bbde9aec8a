/* What only a human can say: options and the case file. */
#ifndef AC_CLI_CASE_H
#define AC_CLI_CASE_H

#include "base/buf.h"
#include "base/error.h"

#include <jansson.h>

#define AC_MAX_CASE_OPTIONS 64

struct ac_case_option {
    struct ac_str field, text; /* Borrowed */
};

struct ac_case_options {
    const char *file; /* NULL: none */
    struct ac_case_option items[AC_MAX_CASE_OPTIONS];
    size_t n;
};

/* Keeps what an option says of a field; false: there are too many. */
bool ac_case_option(struct ac_case_options *o, struct ac_str field, const char *text);
/* The same of "field=text"; false: it has no such form, too. */
bool ac_case_assignment(struct ac_case_options *o, const char *text);

/* The object for struct ac_report_input; Owned (json_decref). Options win over the file. AC_USAGE, AC_IO, AC_LIMIT: the
 * file cannot be used, or a field is not known or there twice; then *ret is NULL. */
enum ac_rc ac_case_load(const struct ac_case_options *o, json_t **ret, struct ac_err *err);

/* ---- cli_case_file.c */

/* The field of that name; NULL: there is none. Borrowed: static. */
const char *ac_case_field(struct ac_str name);
/* One field into the object, AC_USAGE if there is none of that name or it is there already; *ret is the field. */
enum ac_rc ac_case_put(json_t *human, struct ac_str name, struct ac_str text, const char **ret,
                       struct ac_err *err);
/* All fields of a file, its name and digest. */
enum ac_rc ac_case_file_read(const char *path, json_t *human, struct ac_err *err);

#endif
