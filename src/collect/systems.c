/* Every Windows on the evidence is one system: second partitions and Windows.old included. */
#include "collect/collector.h"

#include "base/alloc.h"

#include <ctype.h>
#include <string.h>

/* Folders that only a Windows folder has: hives, or (collected folders) other artefacts. */
static const char *const marks[] = {"System32/config", "System32/Tasks", "Prefetch",
                                    "System32/ntoskrnl.exe", "Tasks"};

static bool is_windows(const struct ac_tree *t, ac_node node)
{
    struct ac_node_info info;

    ac_tree_info(t, node, &info);
    if (!(info.flags & AC_NODE_DIRECTORY))
        return false;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (ac_lookup(t, node, marks[i]) != AC_NODE_NONE)
            return true;
    }
    return false;
}

static enum ac_rc add(struct ac_collector *c, size_t volume, ac_node root, ac_node windows)
{
    struct ac_item_volume *v = &c->item.volumes[volume];
    struct ac_system s = {
        .volume = volume, .root = root, .windows = windows, .loose = windows == AC_NODE_NONE};
    struct ac_buf id = {0};

    ac_buf_addz(&id, v->prefix);
    if (windows != AC_NODE_NONE)
        ac_tree_path(v->tree, windows, &id);
    else
        ac_buf_addz(&id, "single artefacts");
    s.id = strdup(ac_buf_text(&id));
    ac_buf_free(&id);
    if (!s.id || ac_grow((void **)&c->systems, &c->cap_systems, c->n_systems + 1, sizeof(s)) != 0) {
        ac_free(s.id);
        return AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a system");
    }
    c->systems[c->n_systems++] = s;
    return AC_OK;
}

static bool is_old(const struct ac_children *it)
{
    return ac_str_istarts(it->info.name, AC_STR("Windows.old"));
}

/* The Windows folders in `root`: usually Windows, WINNT on old systems. */
static enum ac_rc find_below(struct ac_collector *c, size_t volume, ac_node root)
{
    struct ac_tree *t = c->item.volumes[volume].tree;
    struct ac_children it = ac_children_of(t, root);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (!is_old(&it) && is_windows(t, it.node))
            rc = add(c, volume, root, it.node);
    }
    return rc;
}

/* Windows.old, Windows.old.000 ...: an older installation lies inside. */
static enum ac_rc find_old(struct ac_collector *c, size_t volume, ac_node root)
{
    struct ac_children it = ac_children_of(c->item.volumes[volume].tree, root);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (it.directory && is_old(&it))
            rc = find_below(c, volume, it.node);
    }
    return rc;
}

/* "D", "D:", "D%3A" ...: how collectors name the folder of a drive. */
static bool is_drive(struct ac_str name)
{
    struct ac_str rest = {name.p + 1, name.n ? name.n - 1 : 0};

    return name.n && ac_str_is((struct ac_str){name.p, 1}, 1, 1, isalpha) &&
           (rest.n == 0 || ac_str_eq(rest, AC_STR(":")) || ac_str_ieq(rest, AC_STR("%3A")));
}

/* A collection of several drives: the folders beside the one that was taken for the volume's root. */
static enum ac_rc find_other_drives(struct ac_collector *c, size_t volume, ac_node root)
{
    struct ac_tree *t = c->item.volumes[volume].tree;
    struct ac_node_info info;
    struct ac_children it;
    enum ac_rc rc = AC_OK;

    if (root == ac_tree_root(t))
        return AC_OK;
    ac_tree_info(t, root, &info);
    it = ac_children_of(t, info.parent);
    while (rc == AC_OK && ac_children_next(&it)) {
        if (!it.directory || it.node == root || !is_drive(it.info.name))
            continue;
        rc = find_below(c, volume, it.node);
        if (rc == AC_OK)
            rc = find_old(c, volume, it.node);
    }
    return rc;
}

enum ac_rc ac_systems_find(struct ac_collector *c, size_t volume)
{
    struct ac_tree *t = c->item.volumes[volume].tree;
    ac_node root = ac_tree_volume_root(t);
    size_t before = c->n_systems;
    enum ac_rc rc = c->item.kind == AC_ITEM_FILE ? AC_OK : find_below(c, volume, root);

    if (rc == AC_OK && c->item.kind != AC_ITEM_FILE)
        rc = find_old(c, volume, root);
    if (rc == AC_OK && c->item.kind == AC_ITEM_FOLDER)
        rc = find_other_drives(c, volume, root);
    if (rc == AC_OK && c->item.kind != AC_ITEM_IMAGE && c->n_systems == before)
        rc = add(c, volume, root, AC_NODE_NONE);
    return rc;
}
