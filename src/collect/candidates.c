/*
 * Candidates: files that rules may ask about although no autostart names them. One level below each
 * user's AppData\Local and below System32/SysWOW64 (where Emotet lived) by name and time alone.
 */
#include "collect/collector.h"

#include <ctype.h>

#define WEEK (UINT64_C(7) * 86400 * AC_TICKS_PER_SECOND)
#define WEEK_TOLERANCE (2 * AC_TICKS_PER_SECOND)
#define MAX_DEPTH 64 /* folders below Program Files and Roaming that are looked into */

struct candidate_names {
    struct ac_set system; /* base names of .exe and .dll in System32 and SysWOW64, case preserved */
    struct ac_set known;  /* names of all folders below Roaming AppData and Program Files */
    ac_node system_folders[2];
    bool times; /* the tree keeps the times of the files themselves */
};

/* ---- names */

static struct ac_str base_of(struct ac_str name, struct ac_str *ret_extension)
{
    for (size_t i = name.n; i-- > 0;) {
        if (name.p[i] == '.') {
            *ret_extension = (struct ac_str){name.p + i + 1, name.n - i - 1};
            return (struct ac_str){name.p, i};
        }
    }
    *ret_extension = (struct ac_str){"", 0};
    return name;
}

/* Random-looking folder and file as indicators list them: Xxxxx/xxxx.xyz, or MixedCase/MixedCase.dll. */
static bool has_random_shape(struct ac_str folder, struct ac_str base, struct ac_str ext)
{
    if (ac_str_is(ext, 3, 3, islower) && ac_str_is(base, 4, 15, islower) && folder.n >= 4 &&
        isupper((unsigned char)folder.p[0]) &&
        ac_str_is((struct ac_str){folder.p + 1, folder.n - 1}, 3, 18, islower))
        return true;
    return ac_str_ieq(ext, AC_STR("dll")) && ac_str_is(base, 4, 15, isalpha) &&
           ac_str_is(folder, 5, 16, isalpha);
}

static bool is_week_older(struct ac_filetime file, struct ac_filetime folder)
{
    uint64_t gap;

    if (file.ticks == 0 || folder.ticks <= file.ticks)
        return false;
    gap = folder.ticks - file.ticks;
    return gap >= WEEK - WEEK_TOLERANCE && gap <= WEEK + WEEK_TOLERANCE;
}

/* ---- name sets */

static enum ac_rc add_programs(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                               struct ac_set *out)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);

    while (ac_children_next(&it)) {
        struct ac_str ext, base = base_of(it.info.name, &ext);

        if (!it.directory && (ac_str_ieq(ext, AC_STR("exe")) || ac_str_ieq(ext, AC_STR("dll"))) &&
            ac_set_put(out, base, 0) != AC_OK)
            return AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for the names of System32");
    }
    return AC_OK;
}

static enum ac_rc add_folders(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                              unsigned depth, struct ac_set *out)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), depth ? folder : AC_NODE_NONE);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (!it.directory)
            continue;
        if (ac_set_put(out, it.info.name, 0) != AC_OK)
            return AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for folder names");
        rc = add_folders(c, s, it.node, depth - 1, out);
    }
    return rc;
}

static enum ac_rc add_roaming(struct ac_collector *c, const struct ac_system *s, ac_node profile,
                              const char *user, void *context)
{
    (void)user;
    return add_folders(c, s, ac_lookup(ac_system_tree(c, s), profile, "AppData/Roaming"), MAX_DEPTH,
                       &((struct candidate_names *)context)->known);
}

static enum ac_rc collect_names(struct ac_collector *c, const struct ac_system *s,
                                struct candidate_names *names)
{
    static const char *const folders[] = {"Program Files", "Program Files (x86)"};
    struct ac_tree *t = ac_system_tree(c, s);
    enum ac_rc rc;

    names->system_folders[0] = ac_lookup(t, s->windows, "System32");
    names->system_folders[1] = ac_lookup(t, s->windows, "SysWOW64");
    rc = add_programs(c, s, names->system_folders[0], &names->system);
    if (rc == AC_OK)
        rc = add_programs(c, s, names->system_folders[1], &names->system);
    for (size_t i = 0; rc == AC_OK && i < 2; i++)
        rc = add_folders(c, s, ac_lookup(t, s->root, folders[i]), MAX_DEPTH, &names->known);
    return rc == AC_OK ? ac_users_each(c, s, add_roaming, names) : rc;
}

/* ---- files */

static const char *why_candidate(const struct candidate_names *names,
                                 const struct ac_node_info *folder, const struct ac_node_info *file)
{
    struct ac_str ext, base = base_of(file->name, &ext);

    if (ac_str_eq(ext, AC_STR("exe")) && ac_set_has(&names->system, base) &&
        ac_set_has(&names->system, folder->name))
        return "system-name";
    if (names->times && is_week_older(file->modified, folder->modified))
        return "seven-days";
    if (ac_str_ieq(ext, AC_STR("exe")) && ac_fold_eq(base, folder->name))
        return "same-name";
    if (has_random_shape(folder->name, base, ext))
        return "name-shape";
    return NULL;
}

static enum ac_rc look_into(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                            const struct candidate_names *names)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    struct ac_node_info above;
    enum ac_rc rc = AC_OK;

    ac_tree_info(it.tree, folder, &above);
    while (rc == AC_OK && ac_children_next(&it)) {
        const char *why = it.directory ? NULL : why_candidate(names, &above, &it.info);

        if (why)
            rc = ac_file_record_send(
                c, s, it.node,
                (struct ac_file_why){why, true, ac_set_has(&names->known, above.name)}, &c->err);
    }
    return rc;
}

static enum ac_rc look_below(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                             const struct candidate_names *names)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (it.directory && !(it.info.flags & AC_NODE_REPARSE))
            rc = look_into(c, s, it.node, names);
    }
    return rc;
}

/* Programs directly in AppData\Local, where hardly any software puts one. */
static enum ac_rc look_at_programs(struct ac_collector *c, const struct ac_system *s,
                                   ac_node folder)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (!it.directory && ac_str_iends(it.info.name, AC_STR(".exe")))
            rc = ac_file_record_send(c, s, it.node,
                                     (struct ac_file_why){"lone-program", true, false}, &c->err);
    }
    return rc;
}

static enum ac_rc look_at_profile(struct ac_collector *c, const struct ac_system *s,
                                  ac_node profile, const char *user, void *context)
{
    struct ac_tree *t = ac_system_tree(c, s);
    ac_node local = ac_lookup(t, profile, "AppData/Local");
    enum ac_rc rc;

    (void)user;
    if (local == AC_NODE_NONE)
        local = ac_lookup(t, profile, "Local Settings/Application Data"); /* Windows XP */
    rc = look_below(c, s, local, context);
    if (rc == AC_OK)
        rc = look_at_programs(c, s, local);
    if (rc == AC_OK)
        rc = look_at_programs(c, s, ac_lookup(t, local, "Microsoft/Windows"));
    return rc;
}

enum ac_rc ac_candidates_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct candidate_names names = {0};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = s->windows,
                         .path = s->id,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc;

    if (s->loose || !ac_collector_begin(c, &p, "candidates"))
        return c->err.rc;
    names.times = ac_keeps_times(ac_system_tree(c, s));
    rc = collect_names(c, s, &names);
    for (size_t i = 0; rc == AC_OK && i < 2; i++)
        rc = look_below(c, s, names.system_folders[i], &names);
    if (rc == AC_OK)
        rc = ac_users_each(c, s, look_at_profile, &names);
    ac_set_free(&names.system);
    ac_set_free(&names.known);
    ac_collector_end(c, &p, "candidates");
    return rc;
}
