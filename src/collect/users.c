/* Profile folders: of people, of the machine's own accounts, and of the default user. */
#include "collect/collector.h"

#include <string.h>

static enum ac_rc each_child(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                             ac_user_each *each, void *context)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        struct ac_buf name = {0};

        if (!it.directory || (it.info.flags & AC_NODE_REPARSE))
            continue;
        ac_buf_adds(&name, it.info.name);
        rc = each(c, s, it.node, ac_buf_text(&name), context);
        ac_buf_free(&name);
    }
    return rc;
}

enum ac_rc ac_users_each(struct ac_collector *c, const struct ac_system *s, ac_user_each *each,
                         void *context)
{
    static const struct {
        const char *path, *user;
    } own[] = {
        {"System32/config/systemprofile", "systemprofile"},
        {"SysWOW64/config/systemprofile", "systemprofile"},
        {"ServiceProfiles/LocalService", "LocalService"},
        {"ServiceProfiles/NetworkService", "NetworkService"},
    };
    struct ac_tree *t = ac_system_tree(c, s);
    enum ac_rc rc = each_child(c, s, ac_lookup(t, s->root, "Users"), each, context);

    if (rc == AC_OK)
        rc = each_child(c, s, ac_lookup(t, s->root, "Documents and Settings"), each, context);
    for (size_t i = 0; rc == AC_OK && i < sizeof(own) / sizeof(own[0]); i++) {
        ac_node profile = ac_lookup(t, s->windows, own[i].path);

        if (profile != AC_NODE_NONE)
            rc = each(c, s, profile, own[i].user, context);
    }
    return rc;
}
