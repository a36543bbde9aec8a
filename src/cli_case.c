#include "cli_case.h"

#include <string.h>

bool ac_case_option(struct ac_case_options *o, struct ac_str field, const char *text)
{
    if (o->n == AC_MAX_CASE_OPTIONS)
        return false;
    o->items[o->n++] = (struct ac_case_option){field, ac_str_of(text)};
    return true;
}

bool ac_case_assignment(struct ac_case_options *o, const char *text)
{
    const char *equal = strchr(text, '=');

    return equal && equal != text &&
           ac_case_option(o, (struct ac_str){text, (size_t)(equal - text)}, equal + 1);
}

/* The last option of a field wins, as options do. */
static enum ac_rc apply(const struct ac_case_option *o, json_t *human, struct ac_err *err)
{
    const char *field = ac_case_field(o->field);

    if (field)
        json_object_del(human, field);
    return ac_case_put(human, o->field, o->text, &field, err);
}

enum ac_rc ac_case_load(const struct ac_case_options *o, json_t **ret, struct ac_err *err)
{
    json_t *human = json_object();
    enum ac_rc rc = human ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory");

    if (rc == AC_OK && o->file && (rc = ac_case_file_read(o->file, human, err)) != AC_OK)
        AC_WRAP(err, rc, AC_NO_OFFSET, "%s", o->file);
    for (size_t i = 0; rc == AC_OK && i < o->n; i++)
        rc = apply(&o->items[i], human, err);
    if (rc != AC_OK) {
        json_decref(human);
        human = NULL;
    }
    *ret = human;
    return rc;
}
