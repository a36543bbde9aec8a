#include "collect/hive_logs.h"

#include "base/limits.h"

static const char *const endings[AC_HIVE_LOGS] = {".LOG", ".LOG1", ".LOG2"};

static void load_one(struct ac_tree *t, struct ac_hive_logs *l, ac_node node)
{
    struct ac_hive_log *log = &l->files[l->n++];
    size_t n;

    log->node = node;
    ac_tree_path(t, node, &log->path);
    log->rc = ac_tree_load(t, node, AC_MAX_ARTEFACT, &log->content, &log->err);
    if (log->rc != AC_OK)
        return;
    ac_hash_hex(AC_SHA256, log->content.p, log->content.n, log->sha256);
    n = log->content.gaps.n ? (size_t)log->content.gaps.items[0].off : log->content.n;
    l->items[l->n_items++] = (struct ac_companion){ac_buf_text(&log->path), {log->content.p, n, 0}};
}

enum ac_rc ac_hive_logs_load(struct ac_tree *t, ac_node hive, struct ac_hive_logs *ret)
{
    struct ac_node_info info;
    struct ac_buf name = {0};
    bool failed = false;

    *ret = (struct ac_hive_logs){0};
    ac_tree_info(t, hive, &info);
    for (size_t i = 0; i < AC_HIVE_LOGS && info.parent != AC_NODE_NONE; i++) {
        ac_node node;

        ac_buf_clear(&name);
        ac_buf_adds(&name, info.name);
        ac_buf_addz(&name, endings[i]);
        node = ac_tree_lookup(t, info.parent, ac_buf_str(&name), false);
        if (node != AC_NODE_NONE)
            load_one(t, ret, node);
    }
    failed = name.failed;
    for (size_t i = 0; i < ret->n; i++)
        failed = failed || ret->files[i].path.failed || ret->files[i].rc == AC_NOMEM;
    ac_buf_free(&name);
    if (failed)
        ac_hive_logs_free(ret);
    return failed ? AC_NOMEM : AC_OK;
}

void ac_hive_logs_free(struct ac_hive_logs *l)
{
    for (size_t i = 0; i < l->n; i++) {
        ac_buf_free(&l->files[i].path);
        ac_content_free(&l->files[i].content);
    }
    *l = (struct ac_hive_logs){0};
}

bool ac_hive_logs_is_one(const struct ac_tree *t, ac_node node)
{
    struct ac_node_info info;

    ac_tree_info(t, node, &info);
    for (size_t i = 0; i < AC_HIVE_LOGS && info.parent != AC_NODE_NONE; i++) {
        struct ac_str name = info.name, ending = ac_str_of(endings[i]);

        if (!ac_str_iends(name, ending) || name.n == ending.n)
            continue;
        name.n -= ending.n;
        return ac_tree_lookup(t, info.parent, name, false) != AC_NODE_NONE;
    }
    return false;
}
