/* ShimCache of one control set: what Windows remembers of the compatibility of programs. */
#include "hive_parts.h"
#include "shimcache.h"

#include <stdio.h>

struct cache {
    struct ac_hive_job *job;
    const struct ac_hive_place *place;
    const struct ac_hive_value *value;
};

static enum ac_rc emit_entry(void *context, const struct ac_shim_entry *e)
{
    struct cache *c = context;
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);
    struct ac_view name = ac_hive_last_component(e->path, false);

    ac_record_textz(r, "artefact", "shimcache");
    ac_record_utf16(r, "program", e->path.n > 0 ? name : e->package);
    if (name.n < e->path.n)
        ac_record_utf16(r, "program_path", e->path);
    ac_record_textz(r, "user", "");
    if (e->ordered)
        ac_record_int(r, "position", e->position);
    ac_record_time(r, "file_modified", e->modified);
    if (e->has_size)
        ac_record_int(r, "file_size", (int64_t)(e->size & INT64_MAX));
    if (e->has_flags)
        ac_record_bool(r, "executed_flag", (e->flags & AC_SHIM_EXECUTED) != 0);
    ac_record_int(r, "entry_offset", (int64_t)e->offset);
    ac_record_time(r, "entry_updated", e->updated);
    if (e->package.n > 0)
        ac_record_utf16(r, "package", e->package);
    ac_hive_prov(c->job, r, c->place, c->value);
    ac_hive_emit(c->job, r);
    return c->job->rc;
}

static enum ac_rc tell(void *context, enum ac_rc class, uint64_t offset, const char *effect,
                       const char *what)
{
    struct cache *c = context;

    return ac_sink_problem(c->job->sink, ac_str_of(c->job->artefact->path), class,
                           c->value->offset - c->job->shift, effect,
                           "value AppCompatCache of %s, byte %llu of its data: %s",
                           ac_buf_text(&c->place->path), (unsigned long long)offset, what);
}

static void read_cache(struct ac_hive_job *j, const struct ac_hive_place *place)
{
    struct ac_hive_value value;
    struct cache c = {j, place, &value};
    struct ac_shim_visit visit = {emit_entry, tell, &c};
    struct ac_view data;
    enum ac_rc rc;

    if (!ac_hive_find_value(j->hive, &place->key, "AppCompatCache", &value) ||
        !ac_hive_data(j->hive, &value, &j->pieces, &data))
        return;
    rc = ac_shim_read(data, j->budget, &visit);
    if (j->rc == AC_OK)
        j->rc = rc;
}

void ac_hive_shimcache(struct ac_hive_job *j, const char *control_set)
{
    static const char *const keys[] = {"AppCompatCache", "AppCompatibility" /* Windows XP */};

    for (size_t i = 0; i < 2 && ac_hive_going(j); i++) {
        struct ac_hive_place place;
        char path[96];

        snprintf(path, sizeof(path), "%s\\Control\\Session Manager\\%s", control_set, keys[i]);
        if (ac_hive_open_key(j, path, &place))
            read_cache(j, &place);
        ac_buf_free(&place.path);
    }
}
