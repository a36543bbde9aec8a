/*
 * Names that are left in the indexes of folders: files and folders that were there once. The folders are those that
 * the listings tell of.
 */
#include "collect/collector.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct job {
    struct ac_collector *c;
    const struct ac_system *s;
    ac_node folder;
    const char *path;   /* of the folder */
    struct ac_set told; /* names with their MFT references: an index holds copies of one entry */
};

/* Is a file of that name in the folder today? */
static bool is_there(const struct job *j, struct ac_str name)
{
    return ac_tree_lookup(ac_system_tree(j->c, j->s), j->folder, name, false) != AC_NODE_NONE;
}

static bool is_new(struct job *j, const struct ac_index_slack *found)
{
    struct ac_buf id = {0};
    bool new;

    ac_buf_addf(&id, "%" PRIu64 "-%u/", found->entry, found->sequence);
    ac_buf_adds(&id, found->name);
    new = !ac_set_has(&j->told, ac_buf_str(&id));
    if (new && (id.failed || ac_set_put(&j->told, ac_buf_str(&id), 1) != AC_OK))
        AC_FAIL(&j->c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a name");
    ac_buf_free(&id);
    return new;
}

static enum ac_rc tell(void *context, const struct ac_index_slack *found)
{
    struct job *j = context;
    struct ac_record *r;
    struct ac_place p = {.system = j->s,
                         .volume = j->s->volume,
                         .node = j->folder,
                         .path = j->path,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    struct ac_buf path = {0};
    enum ac_rc rc;

    if (found->short_name || is_there(j, found->name) || !is_new(j, found))
        return AC_OK;
    r = ac_record_new(AC_KIND_FILE);
    ac_buf_addf(&path, "%s/", j->path);
    ac_buf_adds(&path, found->name);
    ac_record_text(r, "path", ac_buf_str(&path));
    ac_record_text(r, "name", found->name);
    ac_record_int(r, "size", found->size <= INT64_MAX ? (int64_t)found->size : 0);
    ac_record_bool(r, "deleted", true);
    ac_record_time(r, "fn_created", found->times.fn_created);
    ac_record_time(r, "fn_modified", found->times.fn_modified);
    ac_record_time(r, "fn_changed", found->times.fn_changed);
    ac_record_time(r, "fn_accessed", found->times.fn_accessed);
    ac_record_add_text(r, "why", AC_STR("index-slack"));
    ac_record_prov_textz(r, "state", "deleted");
    if (found->offset != AC_NO_OFFSET)
        ac_record_prov_int(r, "offset", (int64_t)found->offset);
    rc = ac_collector_emit(j->c, &p, r, &j->c->err);
    ac_buf_free(&path);
    return rc;
}

enum ac_rc ac_index_slack_collect(struct ac_collector *c, const struct ac_system *s, ac_node folder)
{
    struct job j = {.c = c, .s = s, .folder = folder};
    struct ac_buf path = {0};
    struct ac_err err = {0};
    struct ac_place p = {.system = s, .volume = s->volume, .node = folder, .user = ""};
    struct ac_place_sink sink;
    char text[1024];
    enum ac_rc rc;

    ac_tree_path(ac_system_tree(c, s), folder, &path);
    j.path = p.path = ac_buf_text(&path);
    p.artefact_offset = AC_NO_OFFSET;
    rc = ac_tree_index_slack(ac_system_tree(c, s), folder, tell, &j, &err);
    if (rc != AC_OK && rc != AC_UNSUPPORTED && c->err.rc == AC_OK) {
        ac_place_sink_init(&sink, c, &p);
        rc = ac_sink_problem(&sink.sink, ac_str_of(p.path), rc, AC_NO_OFFSET,
                             "names of deleted files may be missing from the report", "%s",
                             ac_err_text(&err, text, sizeof(text)));
    } else {
        rc = c->err.rc;
    }
    ac_set_free(&j.told);
    ac_buf_free(&path);
    return rc;
}
