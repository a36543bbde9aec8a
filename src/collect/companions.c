#include "collect/companions.h"

#include "base/limits.h"
#include "credentials.h"
#include "hive.h"
#include "wmi_repository.h"

#include <string.h>

static void load_one(struct ac_tree *t, struct ac_companions *c, ac_node node)
{
    struct ac_companion_file *file = &c->files[c->n++];
    size_t n;

    file->node = node;
    ac_tree_path(t, node, &file->path);
    file->rc = ac_tree_load(t, node, AC_MAX_ARTEFACT, &file->content, &file->err);
    if (file->rc != AC_OK)
        return;
    ac_hash_hex(AC_SHA256, file->content.p, file->content.n, file->sha256);
    n = file->content.gaps.n ? (size_t)file->content.gaps.items[0].off : file->content.n;
    c->items[c->n_items++] =
        (struct ac_companion){ac_buf_text(&file->path), {file->content.p, n, 0}};
}

enum ac_rc ac_companions_load(struct ac_tree *t, ac_node artefact, const char *const *names,
                              struct ac_companions *ret)
{
    struct ac_node_info info;
    struct ac_buf name = {0};
    bool failed = false;

    *ret = (struct ac_companions){0};
    ac_tree_info(t, artefact, &info);
    for (; names && *names && ret->n < AC_MAX_COMPANIONS && info.parent != AC_NODE_NONE; names++) {
        ac_node node;

        ac_buf_clear(&name);
        if ((*names)[0] == '.' || (*names)[0] == '-')
            ac_buf_adds(&name, info.name);
        ac_buf_addz(&name, *names);
        node = ac_tree_lookup(t, info.parent, ac_buf_str(&name), false);
        if (node != AC_NODE_NONE)
            load_one(t, ret, node);
    }
    failed = name.failed;
    for (size_t i = 0; i < ret->n; i++)
        failed = failed || ret->files[i].path.failed || ret->files[i].rc == AC_NOMEM;
    ac_buf_free(&name);
    if (failed)
        ac_companions_free(ret);
    return failed ? AC_NOMEM : AC_OK;
}

void ac_companions_free(struct ac_companions *c)
{
    for (size_t i = 0; i < c->n; i++) {
        ac_buf_free(&c->files[i].path);
        ac_content_free(&c->files[i].content);
    }
    *c = (struct ac_companions){0};
}

/* NAME with one of these endings, beside NAME. */
static bool is_beside(const struct ac_tree *t, const struct ac_node_info *info,
                      const char *const *ending)
{
    for (; *ending; ending++) {
        struct ac_str name = info->name;

        if (!ac_str_iends(name, ac_str_of(*ending)) || name.n == strlen(*ending))
            continue;
        name.n -= strlen(*ending);
        return ac_tree_lookup(t, info->parent, name, false) != AC_NODE_NONE;
    }
    return false;
}

static bool is_of_repository(const struct ac_tree *t, const struct ac_node_info *info)
{
    for (const char *const *name = ac_parser_wmi.companions; *name; name++) {
        if (ac_str_ieq(info->name, ac_str_of(*name)))
            return ac_tree_lookup(t, info->parent, AC_STR("OBJECTS.DATA"), false) != AC_NODE_NONE;
    }
    return false;
}

bool ac_companions_is_one(const struct ac_tree *t, ac_node node)
{
    struct ac_node_info info;

    ac_tree_info(t, node, &info);
    return info.parent != AC_NODE_NONE &&
           (is_beside(t, &info, ac_parser_hive.companions) ||
            is_beside(t, &info, ac_parser_credential_sqlite.companions) ||
            is_of_repository(t, &info));
}
