/* Listings: folders whose mere names rules may ask for. */
#include "collect/collector.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_program(struct ac_str name)
{
    return ac_str_iends(name, AC_STR(".exe")) || ac_str_iends(name, AC_STR(".dll"));
}

static json_t *entry_of(const struct ac_node_info *info, bool times)
{
    json_t *e = json_object();
    char mft[40];

    ac_json_text(e, "name", info->name);
    if (info->flags & AC_NODE_DIRECTORY)
        ac_json_bool(e, "directory", true);
    else
        ac_json_int(e, "size", (int64_t)info->size);
    if (times) {
        ac_json_time(e, "created", info->created);
        ac_json_time(e, "modified", info->modified);
    }
    if (info->sequence) {
        snprintf(mft, sizeof(mft), "%" PRIu64 "-%u", info->entry, info->sequence);
        ac_json_textz(e, "mft", mft);
    }
    return e;
}

/* One folder. `programs_only`: of its files only .exe and .dll (System32 has thousands of others). */
static enum ac_rc list(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                       const char *role, const char *user, bool programs_only)
{
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_record *r = ac_record_new(AC_KIND_LISTING);
    struct ac_buf path = {0};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = folder,
                         .user = user,
                         .artefact_offset = AC_NO_OFFSET};
    struct ac_children it = ac_children_of(t, folder);
    size_t listed = 0;
    int64_t count = 0;
    enum ac_rc rc;

    ac_tree_path(t, folder, &path);
    p.path = ac_buf_text(&path);
    ac_record_text(r, "path", ac_buf_str(&path));
    ac_record_textz(r, "role", role);
    if (user[0])
        ac_record_textz(r, "user", user);
    ac_record_empty(r, "entries");
    while (ac_children_next(&it)) {
        if (programs_only && !it.directory && !is_program(it.info.name))
            continue;
        count++;
        if (listed < AC_MAX_LISTING) {
            ac_record_add_object(r, "entries", entry_of(&it.info, ac_keeps_times(t)));
            listed++;
        }
    }
    ac_record_int(r, "count", count);
    if ((size_t)count > listed)
        ac_record_bool(r, "capped", true);
    rc = ac_collector_emit(c, &p, r, &c->err);
    ac_buf_free(&path);
    return rc == AC_OK ? ac_index_slack_collect(c, s, folder) : rc;
}

/* Folders named data or modules inside a program's own folder: where some malware keeps its parts. */
static enum ac_rc list_parts(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                             const char *user)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (it.directory && (ac_str_ieq(it.info.name, AC_STR("data")) ||
                             ac_str_ieq(it.info.name, AC_STR("modules"))))
            rc = list(c, s, it.node, "parts", user, false);
    }
    return rc;
}

/* A folder and, with `child_role`, its subfolders. */
static enum ac_rc list_two_levels(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                                  const char *role, const char *child_role, const char *user)
{
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_children it = ac_children_of(t, child_role ? folder : AC_NODE_NONE);
    enum ac_rc rc;

    if (folder == AC_NODE_NONE)
        return AC_OK;
    rc = list(c, s, folder, role, user, false);
    while (rc == AC_OK && ac_children_next(&it)) {
        if (!it.directory)
            continue;
        rc = list(c, s, it.node, child_role, user, false);
        if (rc == AC_OK)
            rc = list_parts(c, s, it.node, user);
    }
    return rc;
}

static enum ac_rc list_profile(struct ac_collector *c, const struct ac_system *s, ac_node profile,
                               const char *user, void *context)
{
    static const struct {
        const char *path, *role, *child_role;
    } branches[] = {
        {"AppData/Local", "local-appdata", "local-appdata-child"},
        {"AppData/Roaming", "roaming-appdata", "roaming-appdata-child"},
        {"AppData/Roaming/Microsoft", "roaming-microsoft", "roaming-microsoft-child"},
        {"AppData/LocalLow", "locallow-appdata", NULL},
        {"Local Settings/Application Data", "local-appdata",
         "local-appdata-child"}, /* Windows XP */
        {"Application Data", "roaming-appdata", "roaming-appdata-child"},
    };
    enum ac_rc rc = AC_OK;

    (void)context;
    for (size_t i = 0; rc == AC_OK && i < sizeof(branches) / sizeof(branches[0]); i++)
        rc = list_two_levels(c, s, ac_lookup(ac_system_tree(c, s), profile, branches[i].path),
                             branches[i].role, branches[i].child_role, user);
    return rc;
}

static enum ac_rc list_machine(struct ac_collector *c, const struct ac_system *s)
{
    static const struct {
        bool below_windows;
        const char *path, *role;
        bool programs_only;
    } folders[] = {
        {true, "System32", "system32", true},
        {true, "SysWOW64", "syswow64", true},
        {true, "Temp", "windows-temp", false},
        {false, "ProgramData", "program-data", false},
        {false, "Users/Public", "public", false},
        {false, "Program Files", "program-files", false},
        {false, "Program Files (x86)", "program-files", false},
    };
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(folders) / sizeof(folders[0]); i++) {
        ac_node folder = ac_lookup(
            ac_system_tree(c, s), folders[i].below_windows ? s->windows : s->root, folders[i].path);

        if (folder != AC_NODE_NONE)
            rc = list(c, s, folder, folders[i].role, "", folders[i].programs_only);
    }
    return rc;
}

enum ac_rc ac_listings_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = s->windows,
                         .path = s->id,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc;

    if (s->loose || !ac_collector_begin(c, &p, "folders"))
        return c->err.rc;
    rc = list_machine(c, s);
    if (rc == AC_OK)
        rc = ac_users_each(c, s, list_profile, NULL);
    ac_collector_end(c, &p, "folders");
    return rc;
}
