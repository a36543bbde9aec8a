/* Startup folders: every file in one is started at logon, of one user or of all. */
#include "collect/collector.h"

#include <string.h>

static struct ac_record *new_autostart(const struct ac_place *p, struct ac_str command)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);
    const char *slash = strrchr(p->path, '/');

    ac_record_textz(r, "location", p->startup);
    ac_record_textz(r, "name", slash ? slash + 1 : p->path);
    ac_record_text(r, "command", command);
    ac_record_textz(r, "user", p->user);
    ac_record_textz(r, "mechanism", "startup-folder");
    return r;
}

/* Emits in a place of its own without `startup`: the record is no shortcut again. */
static enum ac_rc emit(struct ac_collector *c, const struct ac_place *p, struct ac_str command,
                       struct ac_err *err)
{
    return ac_collector_emit(c, p, new_autostart(p, command), err);
}

enum ac_rc ac_startup_shortcut(struct ac_collector *c, const struct ac_place *p,
                               const struct ac_record *shortcut, struct ac_err *err)
{
    static const char *const places[] = {"target", "network_path", "relative_path"};
    struct ac_buf command = {0};
    enum ac_rc rc;

    for (size_t i = 0; !command.n && i < sizeof(places) / sizeof(places[0]); i++) {
        if (ac_record_get(shortcut, places[i])[0])
            ac_buf_addf(&command, "\"%s\"", ac_record_get(shortcut, places[i]));
    }
    if (ac_record_get(shortcut, "arguments")[0])
        ac_buf_addf(&command, " %s", ac_record_get(shortcut, "arguments"));
    rc = emit(c, p, ac_buf_str(&command), err);
    ac_buf_free(&command);
    return rc;
}

/* A program or script that lies in the folder itself: its path is the command. */
static enum ac_rc send_file(struct ac_collector *c, const struct ac_place *p)
{
    struct ac_buf command = {0}, root = {0};
    const struct ac_tree *t = ac_system_tree(c, p->system);
    size_t skip;
    enum ac_rc rc;

    if (p->system->root != ac_tree_root(t))
        ac_tree_path(t, p->system->root, &root);
    skip = root.n ? root.n + 1 : 0;
    ac_buf_addz(&command, "\"C:/");
    ac_buf_addz(&command, p->path + skip);
    ac_buf_addc(&command, '"');
    for (size_t i = 0; i < command.n; i++)
        command.p[i] = (char)(command.p[i] == '/' ? '\\' : command.p[i]);
    rc = emit(c, p, ac_buf_str(&command), &c->err);
    ac_buf_free(&command);
    ac_buf_free(&root);
    return rc;
}

static enum ac_rc collect_file(struct ac_collector *c, const struct ac_system *s, ac_node node,
                               struct ac_str name, const char *folder, const char *user)
{
    struct ac_buf path = {0};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = node,
                         .user = user,
                         .startup = folder,
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc = AC_OK;

    ac_tree_path(ac_system_tree(c, s), node, &path);
    p.path = ac_buf_text(&path);
    if (ac_collector_begin(c, &p, "startup")) {
        rc = ac_str_iends(name, AC_STR(".lnk")) ? ac_artefact_read(c, &p, "startup")
                                                : send_file(c, &p);
        ac_collector_end(c, &p, "startup");
    }
    ac_buf_free(&path);
    return rc == AC_OK ? c->err.rc : rc;
}

static enum ac_rc collect_folder(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                                 const char *user)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    struct ac_buf path = {0};
    enum ac_rc rc = AC_OK;

    if (folder == AC_NODE_NONE)
        return AC_OK;
    ac_tree_path(it.tree, folder, &path);
    while (rc == AC_OK && ac_children_next(&it)) {
        if (!it.directory && !ac_str_ieq(it.info.name, AC_STR("desktop.ini")))
            rc = collect_file(c, s, it.node, it.info.name, ac_buf_text(&path), user);
    }
    ac_buf_free(&path);
    return rc;
}

static enum ac_rc collect_profile(struct ac_collector *c, const struct ac_system *s,
                                  ac_node profile, const char *user, void *context)
{
    static const char *const folders[] = {
        "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup",
        "Start Menu/Programs/Startup", /* Windows XP, and All Users there */
    };
    enum ac_rc rc = AC_OK;

    (void)context;
    for (size_t i = 0; rc == AC_OK && i < sizeof(folders) / sizeof(folders[0]); i++)
        rc = collect_folder(c, s, ac_lookup(ac_system_tree(c, s), profile, folders[i]), user);
    return rc;
}

enum ac_rc ac_startup_collect(struct ac_collector *c, const struct ac_system *s)
{
    ac_node common = ac_lookup(ac_system_tree(c, s), s->root,
                               "ProgramData/Microsoft/Windows/Start Menu/Programs/Startup");
    enum ac_rc rc = collect_folder(c, s, common, "");

    return rc == AC_OK ? ac_users_each(c, s, collect_profile, NULL) : rc;
}
