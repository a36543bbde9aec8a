/* Every key and value as it lies, for `show --json --keys`. */
#include "hive_parts.h"

static enum ac_rc dump_key(void *context, const struct ac_hive_key *key, struct ac_str path)
{
    struct ac_hive_job *j = context;
    struct ac_hive_place place = {.key = *key};
    struct ac_record *r = ac_record_new(AC_KIND_KEY);
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_buf own = {0};
    bool exact = true;

    ac_buf_adds(&place.path, path);
    ac_hive_name(key->name, key->latin1, &own, &exact);
    ac_record_text(r, "path", path);
    ac_record_time(r, "last_written", key->last_written);
    if (!exact)
        ac_record_raw(r, "path",
                      key->name); /* of the last component: those before have their own */
    ac_hive_prov_cell(j, r, key->offset, NULL);
    ac_hive_check(j, &own);
    ac_hive_check(j, &place.path);
    ac_hive_emit(j, r);
    ac_hive_values(j->hive, key, &values);
    while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
        ac_hive_emit_value(j, path, &place, &v);
    ac_buf_free(&own);
    ac_buf_free(&place.path);
    return ac_hive_going(j) ? AC_OK : j->rc;
}

void ac_hive_dump(struct ac_hive_job *j)
{
    enum ac_rc rc = ac_hive_walk(j->hive, &j->root, dump_key, j, j->err);

    if (j->rc == AC_OK)
        j->rc = rc;
}
