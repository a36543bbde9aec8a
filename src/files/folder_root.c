#include "files/folder_root.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool ac_folder_is_encoded_drive(const char *name)
{
    static const char device[] = "%5C%5C.%5C";
    struct ac_str s = ac_str_of(name);

    if (ac_str_istarts(s, ac_str_of(device)))
        s = ac_str_of(name + sizeof(device) - 1);
    return s.n == 4 && is_letter(s.p[0]) && ac_str_iends(s, AC_STR("%3A"));
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum ac_rc ac_folder_add_decoded(struct ac_index *x, ac_node node, const char *name)
{
    struct ac_index_node alias = x->nodes[node];
    struct ac_buf bytes = {0}, text = {0};
    bool differs = false;
    ac_node added;
    enum ac_rc rc;

    for (const char *p = name; *p; p++) {
        int high = p[0] == '%' ? hex_digit(p[1]) : -1;
        int low = high >= 0 ? hex_digit(p[2]) : -1;

        if (low >= 0) {
            ac_buf_addc(&bytes, (char)(high << 4 | low));
            p += 2;
            differs = true;
        } else {
            ac_buf_addc(&bytes, *p);
        }
    }
    ac_text_from_utf8((struct ac_view){(const uint8_t *)ac_buf_text(&bytes), bytes.n, 0}, &text,
                      NULL);
    rc = bytes.failed || text.failed ? AC_NOMEM : AC_OK;
    if (rc == AC_OK && differs) {
        alias.flags |= AC_NODE_SHORT_NAME;
        alias.size = node;
        rc = ac_index_name(x, ac_buf_str(&text), &alias);
        if (rc == AC_OK)
            rc = ac_index_add(x, &alias, &added);
    }
    ac_buf_free(&bytes);
    ac_buf_free(&text);
    return rc;
}

static bool holds(const struct ac_tree *t, ac_node folder, const char *name)
{
    ac_node node = ac_tree_lookup(t, folder, ac_str_of(name), false);

    return node != AC_NODE_NONE && t->index.nodes[node].flags & AC_NODE_DIRECTORY;
}

/* `path`, or "[root]" in it; AC_NODE_NONE if there is no such folder. */
static ac_node folder_at(const struct ac_tree *t, const char *path)
{
    ac_node node = ac_tree_lookup(t, 0, ac_str_of(path), false);
    ac_node inner;

    if (node == AC_NODE_NONE || !(t->index.nodes[node].flags & AC_NODE_DIRECTORY))
        return AC_NODE_NONE;
    inner = ac_tree_lookup(t, node, AC_STR("[root]"), false);
    return inner != AC_NODE_NONE && t->index.nodes[inner].flags & AC_NODE_DIRECTORY ? inner : node;
}

/* The names that collectors give to the folder of a drive. */
static void drive_name(char letter, unsigned form, char name[16])
{
    static const char *const around[][2] = {
        {"", ""}, {"", "%3A"}, {"", ":"}, {"%5C%5C.%5C", "%3A"}};

    snprintf(name, 16, "%s%c%s", around[form][0], letter, around[form][1]);
}

ac_node ac_folder_volume_root(const struct ac_tree *t)
{
    static const char *const places[] = {"", "uploads/auto/", "uploads/ntfs/", "uploads/"};
    ac_node users = AC_NODE_NONE, plain = AC_NODE_NONE, node = folder_at(t, "");

    if (node != 0 || holds(t, 0, "Windows"))
        return node;
    for (unsigned i = 0; i < 26 * 16; i++) {
        char letter = (char)('A' + (i / 16 + 2) % 26); /* C first */
        char path[64], name[16];

        drive_name(letter, i % 4, name);
        snprintf(path, sizeof(path), "%s%s", places[i / 4 % 4], name);
        node = folder_at(t, path);
        if (node == AC_NODE_NONE)
            continue;
        if (holds(t, node, "Windows"))
            return node;
        if (users == AC_NODE_NONE && holds(t, node, "Users"))
            users = node;
        if (plain == AC_NODE_NONE && letter == 'C')
            plain = node;
    }
    return users != AC_NODE_NONE ? users : plain != AC_NODE_NONE ? plain : 0;
}
