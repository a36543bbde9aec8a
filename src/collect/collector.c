#include "collect/collector.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What is live in a backup is not what Windows used last. */
static void set_state(const struct ac_place *p, struct ac_record *r)
{
    const char *state = ac_record_prov(r, "state");

    if (p->snapshot) {
        ac_record_prov_textz(r, "snapshot", p->snapshot);
        if (strcmp(state, "deleted") != 0 && strcmp(state, "unlinked") != 0)
            ac_record_prov_textz(r, "state", "snapshot");
    } else if (!state[0]) {
        ac_record_prov_textz(r, "state", "live");
    }
}

static void set_provenance(struct ac_collector *c, const struct ac_place *p, struct ac_record *r)
{
    struct ac_item_volume *v = &c->item.volumes[p->volume];
    struct ac_node_info info;
    char mft[40];

    if (p->system && !ac_record_prov_has(r, "system"))
        ac_record_prov_textz(r, "system", p->system->id);
    ac_record_prov_int(r, "volume_offset", (int64_t)v->facts.offset);
    if (!ac_record_prov_has(r, "path"))
        ac_record_prov_textz(r, "path", p->path);
    if (p->node != AC_NODE_NONE && v->tree && ac_tree_facts(v->tree)->kind == AC_TREE_NTFS &&
        !ac_record_prov_has(r, "mft")) {
        ac_tree_info(v->tree, p->node, &info);
        snprintf(mft, sizeof(mft), "%" PRIu64 "-%u", info.entry, info.sequence);
        ac_record_prov_textz(r, "mft", mft);
    }
    if (p->artefact_offset != AC_NO_OFFSET && !ac_record_prov_has(r, "artefact_offset"))
        ac_record_prov_int(r, "artefact_offset", (int64_t)p->artefact_offset);
    if (p->sha256 && !ac_record_prov_has(r, "sha256"))
        ac_record_prov_textz(r, "sha256", p->sha256);
    set_state(p, r);
}

/* Size and time of the file that a store of credentials is; keys of a hive have their own time. */
static void put_file_facts(const struct ac_collector *c, const struct ac_place *place,
                           struct ac_record *r)
{
    const struct ac_tree *t = ac_system_tree(c, place->system);
    struct ac_node_info info;

    if (place->node == AC_NODE_NONE || ac_record_prov_has(r, "key") ||
        ac_record_get_json(r, "size"))
        return;
    ac_tree_info(t, place->node, &info);
    ac_record_int(r, "size", (int64_t)info.size);
    if (ac_keeps_times(t))
        ac_record_time(r, "modified", info.modified);
}

/* What the tree knows of the files that a record names. */
static enum ac_rc join(struct ac_collector *c, const struct ac_place *place, struct ac_record *r,
                       struct ac_err *err)
{
    if (!place->system)
        return AC_OK;
    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART:
    case AC_KIND_TASK:
    case AC_KIND_EVENT:
        return ac_targets_resolve(c, place, r, err);
    case AC_KIND_SHORTCUT:
        return place->startup ? ac_startup_shortcut(c, place, r, err) : AC_OK;
    case AC_KIND_EXECUTION:
        return ac_record_get_json(r, "files") ? ac_prefetch_resolve(c, place, r, err) : AC_OK;
    case AC_KIND_CREDENTIAL_STORE:
        put_file_facts(c, place, r);
        return AC_OK;
    default:
        return AC_OK;
    }
}

enum ac_rc ac_collector_emit(struct ac_collector *c, const struct ac_place *place,
                             struct ac_record *r, struct ac_err *err)
{
    enum ac_rc rc;

    if (!r)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    rc = join(c, place, r, err);
    if (rc != AC_OK) {
        ac_record_free(r);
        return rc;
    }
    set_provenance(c, place, r);
    return ac_worker_send(c->worker, r, err);
}

static enum ac_rc emit_in_place(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    struct ac_place_sink *s = (struct ac_place_sink *)sink;

    return ac_collector_emit(s->collector, s->place, r, err);
}

void ac_place_sink_init(struct ac_place_sink *s, struct ac_collector *c,
                        const struct ac_place *place)
{
    *s = (struct ac_place_sink){.sink.emit = emit_in_place, .collector = c, .place = place};
}

static struct ac_step step_of(const struct ac_place *p, uint64_t volume_offset, const char *source,
                              struct ac_buf *key)
{
    ac_buf_addf(key, "%s:%zu:%s", source, p->volume, p->path);
    return (struct ac_step){
        .key = ac_buf_text(key),
        .source = source,
        .path = p->path,
        .user = p->user,
        .system = p->system ? p->system->id : "",
        .volume_offset = volume_offset,
    };
}

static uint64_t volume_offset(const struct ac_collector *c, const struct ac_place *p)
{
    return p->volume < c->item.n ? c->item.volumes[p->volume].facts.offset : 0;
}

bool ac_collector_begin(struct ac_collector *c, const struct ac_place *place, const char *source)
{
    struct ac_buf key = {0};
    struct ac_step step = step_of(place, volume_offset(c, place), source, &key);
    bool begun = ac_worker_begin(c->worker, &step, &c->err);

    ac_buf_free(&key);
    return begun;
}

void ac_collector_end(struct ac_collector *c, const struct ac_place *place, const char *source)
{
    struct ac_buf key = {0};
    struct ac_step step = step_of(place, volume_offset(c, place), source, &key);

    ac_worker_end(c->worker, &step);
    ac_buf_free(&key);
}

struct ac_children ac_children_of(const struct ac_tree *t, ac_node folder)
{
    struct ac_children it = {.tree = t};

    if (folder != AC_NODE_NONE)
        it.n = ac_tree_children(t, folder, &it.nodes);
    return it;
}

bool ac_children_next(struct ac_children *it)
{
    while (it->at < it->n) {
        it->node = it->nodes[it->at++];
        ac_tree_info(it->tree, it->node, &it->info);
        it->directory = (it->info.flags & AC_NODE_DIRECTORY) != 0;
        if (!(it->info.flags & (AC_NODE_DELETED | AC_NODE_STREAM | AC_NODE_VIRTUAL)))
            return true;
    }
    return false;
}
