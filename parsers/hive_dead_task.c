/* Entries of TaskCache\Tasks that were deleted: one task of the values of a dead key. */
#include "hive_parts.h"

#include <ctype.h>
#include <string.h>

#define TASKS "\\TaskCache\\Tasks\\"

/* The name of the entry that the path ends in; empty: it is none. Of keys whose parents are gone, one
 * that is named like a GUID may be. */
static struct ac_str entry_of(struct ac_str path)
{
    struct ac_str unknown = AC_STR(AC_HIVE_UNKNOWN_PARENT), list = AC_STR(TASKS);
    size_t at = path.n;
    struct ac_str name;

    while (at > 0 && path.p[at - 1] != '\\')
        at--;
    name = (struct ac_str){path.p + at, path.n - at};
    if (ac_str_iends((struct ac_str){path.p, at}, list))
        return name;
    if (ac_str_istarts(path, unknown) && name.n == 38 && name.p[0] == '{' && name.p[37] == '}') {
        struct ac_str above = {path.p + unknown.n, at - unknown.n};

        if (above.n == 1 || (above.n > 1 && ac_str_iends(list, above)))
            return name;
    }
    return AC_STR("");
}

void ac_hive_dead_task_end(struct ac_hive_dead *d, bool *ret_emit, struct ac_record **ret)
{
    struct ac_record *r = d->task;

    d->task = NULL;
    *ret = r;
    /* below unknown parents it must look like one */
    *ret_emit =
        r &&
        (ac_record_get_json(r, "actions") ||
         (!d->task_is_guess && (ac_record_get(r, "path")[0] || ac_record_get_json(r, "triggers") ||
                                ac_record_get(r, "xml_hash")[0])));
    if (*ret_emit && d->task_is_guess)
        *ret_emit = ac_record_get(r, "path")[0] == '\\';
}

void ac_hive_dead_task_key(struct ac_hive_dead *d, const struct ac_hive_found *f,
                           const struct ac_hive_place *place)
{
    struct ac_str name = entry_of(f->path);
    struct ac_record *r;

    if (name.n == 0)
        return;
    r = ac_record_new(AC_KIND_TASK);
    ac_record_textz(r, "store", "cache");
    ac_record_text(r, "id", name);
    ac_record_bool(r, "in_tasks", true);
    ac_hive_prov(d->j, r, place, NULL);
    d->task = r;
    d->task_is_guess = ac_str_istarts(f->path, AC_STR(AC_HIVE_UNKNOWN_PARENT));
    ac_buf_clear(&d->task_path);
    ac_buf_adds(&d->task_path, f->path);
    ac_hive_check(d->j, &d->task_path);
}

bool ac_hive_dead_task_value(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    if (!d->task || f->key_is_live || !ac_str_eq(f->path, ac_buf_str(&d->task_path)))
        return false;
    if (ac_hive_task_value(d->j, d->task, f->value, f->data) && !f->whole)
        ac_record_bool(d->task, "incomplete", true);
    return true;
}

bool ac_hive_dead_is_task_value(const struct ac_hive_found *f, struct ac_str value)
{
    return entry_of(f->path).n > 0 &&
           (ac_str_ieq(value, AC_STR("Actions")) || ac_str_ieq(value, AC_STR("Path")));
}
