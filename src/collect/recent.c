/* What users opened: the shortcuts in their Recent folders, and their jump lists. */
#include "collect/collector.h"

#include <string.h>

struct recent {
    const char *folder, *ending, *source;
};

static const struct recent since_vista[] = {
    {"AppData/Roaming/Microsoft/Windows/Recent", ".lnk", "shortcut"},
    {"AppData/Roaming/Microsoft/Windows/Recent/AutomaticDestinations", ".automaticDestinations-ms",
     "jump-list"},
    {"AppData/Roaming/Microsoft/Windows/Recent/CustomDestinations", ".customDestinations-ms",
     "jump-list"},
    {"AppData/Roaming/Microsoft/Office/Recent", ".lnk", "shortcut"},
    {NULL, NULL, NULL},
};
static const struct recent before_vista[] = {
    {"Recent", ".lnk", "shortcut"},
    {"Application Data/Microsoft/Office/Recent", ".lnk", "shortcut"},
    {NULL, NULL, NULL},
};

static enum ac_rc collect_file(struct ac_collector *c, struct ac_place p, ac_node node,
                               const char *source)
{
    struct ac_buf path = {0};
    enum ac_rc rc = AC_OK;

    ac_tree_path(ac_system_tree(c, p.system), node, &path);
    p.node = node;
    p.path = ac_buf_text(&path);
    if (ac_collector_begin(c, &p, source)) {
        rc = ac_artefact_read(c, &p, source);
        ac_collector_end(c, &p, source);
    }
    ac_buf_free(&path);
    return rc == AC_OK ? c->err.rc : rc;
}

/* The row of the folder, with the number of its files. */
static enum ac_rc send_folder(struct ac_collector *c, const struct ac_place *p, const char *source,
                              int64_t files)
{
    struct ac_record *r;
    enum ac_rc rc;

    if (!ac_collector_begin(c, p, source))
        return c->err.rc;
    r = ac_record_new(AC_KIND_SOURCE);
    ac_record_textz(r, "source", source);
    ac_record_textz(r, "name", p->path);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", "complete");
    ac_record_int(r, "entries", files);
    if (p->user[0])
        ac_record_textz(r, "user", p->user);
    rc = ac_collector_emit(c, p, r, &c->err);
    ac_collector_end(c, p, source);
    return rc;
}

static enum ac_rc collect_folder(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                                 const struct recent *about, const char *user)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    struct ac_buf path = {0};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = folder,
                         .user = user,
                         .artefact_offset = AC_NO_OFFSET};
    int64_t files = 0;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (it.directory || !ac_str_iends(it.info.name, ac_str_of(about->ending)))
            continue;
        files++;
        rc = collect_file(c, p, it.node, about->source);
    }
    ac_tree_path(ac_system_tree(c, s), folder, &path);
    p.path = ac_buf_text(&path);
    if (rc == AC_OK)
        rc = send_folder(c, &p, about->source, files);
    ac_buf_free(&path);
    return rc;
}

/* No row for a folder that is not there: profiles of services have none. */
static enum ac_rc collect_profile(struct ac_collector *c, const struct ac_system *s,
                                  ac_node profile, const char *user, void *context)
{
    const struct ac_tree *t = ac_system_tree(c, s);
    const struct recent *r =
        ac_lookup(t, profile, "AppData") != AC_NODE_NONE ? since_vista : before_vista;
    enum ac_rc rc = AC_OK;

    (void)context;
    for (; r->folder && rc == AC_OK; r++) {
        ac_node folder = ac_lookup(t, profile, r->folder);

        if (folder != AC_NODE_NONE)
            rc = collect_folder(c, s, folder, r, user);
    }
    return rc;
}

enum ac_rc ac_recent_collect(struct ac_collector *c, const struct ac_system *s)
{
    return ac_users_each(c, s, collect_profile, NULL);
}
