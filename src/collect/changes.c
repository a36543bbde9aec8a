#include "collect/changes.h"

#include "base/alloc.h"
#include "base/winpath.h"
#include "parser.h"

#include <string.h>

/* ---- names that matter */

static void fold(struct ac_str name, struct ac_buf *out)
{
    for (size_t i = 0; i < name.n;)
        ac_buf_addu(out, ac_fold_char(ac_utf8_next(name, &i)));
}

void ac_collector_want(struct ac_collector *c, struct ac_str path)
{
    struct ac_buf name = {0};
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '/' && path.p[at - 1] != '\\')
        at--;
    fold((struct ac_str){path.p + at, path.n - at}, &name);
    if (name.n && (name.failed || ac_set_put(&c->wanted, ac_buf_str(&name), 1) != AC_OK))
        AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a name");
    ac_buf_free(&name);
}

static bool is_wanted(const struct ac_changes *ch, struct ac_str name)
{
    struct ac_buf folded = {0};
    bool is;

    fold(name, &folded);
    is = ac_set_has(&ch->c->wanted, ac_buf_str(&folded));
    ac_buf_free(&folded);
    return is;
}

static bool may_bring_in(struct ac_str name)
{
    static const char *const endings[] = {".exe", ".dll",  ".scr",  ".com", ".cpl", ".ocx",
                                          ".ps1", ".vbs",  ".vbe",  ".js",  ".jse", ".wsf",
                                          ".hta", ".bat",  ".cmd",  ".msi", ".lnk", ".iso",
                                          ".one", ".docm", ".xlsm", ".doc", ".xls", ".zip"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ac_str_iends(name, ac_str_of(endings[i])))
            return true;
    }
    return false;
}

/* ---- folders */

enum ac_rc ac_changes_init(struct ac_changes *ret, struct ac_collector *c, struct ac_place *place)
{
    const struct ac_tree *t = c->item.volumes[place->volume].tree;
    struct ac_node_info info;

    *ret = (struct ac_changes){.c = c, .place = place};
    if (ac_tree_facts(t)->kind != AC_TREE_NTFS) /* collected files: their numbers are not known */
        return AC_OK;
    for (ac_node n = 0; n < ac_tree_count(t); n++) {
        ac_tree_info(t, n, &info);
        if ((info.flags & AC_NODE_DIRECTORY) && info.entry >= ret->entries)
            ret->entries = info.entry + 1;
    }
    ret->by_entry = ac_malloc((size_t)(ret->entries + 1) * sizeof(*ret->by_entry));
    if (!ret->by_entry)
        return AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for the folders");
    for (uint64_t i = 0; i <= ret->entries; i++)
        ret->by_entry[i] = AC_NODE_NONE;
    for (ac_node n = ac_tree_count(t); n-- > 0;) {
        ac_tree_info(t, n, &info);
        if ((info.flags & AC_NODE_DIRECTORY) && !(info.flags & AC_NODE_SHORT_NAME))
            ret->by_entry[info.entry] = n;
    }
    return AC_OK;
}

void ac_changes_free(struct ac_changes *ch)
{
    ac_free(ch->by_entry);
    ch->by_entry = NULL;
}

/* The folder's path as it is today; false: the folder is gone, its MFT entry reused. */
static bool folder_path(const struct ac_changes *ch, uint64_t reference, struct ac_buf *out)
{
    const struct ac_tree *t = ch->c->item.volumes[ch->place->volume].tree;
    uint64_t entry = reference & UINT64_C(0xFFFFFFFFFFFF);
    unsigned sequence = (unsigned)(reference >> 48);
    ac_node node = entry < ch->entries ? ch->by_entry[entry] : AC_NODE_NONE;
    struct ac_node_info info;

    if (node == AC_NODE_NONE)
        return false;
    ac_tree_info(t, node, &info);
    /* a deleted folder's entry has its number raised by one when it is freed */
    if (info.sequence != sequence &&
        !((info.flags & AC_NODE_DELETED) && info.sequence == sequence + 1))
        return false;
    ac_tree_path(t, node, out);
    return true;
}

/* ---- changes */

static enum ac_rc keep(struct ac_changes *ch, struct ac_record *r, const struct ac_buf *path)
{
    if (ch->kept >= AC_MAX_CHANGES) {
        ch->capped = true;
        ac_record_free(r);
        return AC_OK;
    }
    if (path->n)
        ac_record_text(r, "path", ac_buf_str(path));
    ch->kept++;
    return ac_collector_emit(ch->c, ch->place, r, &ch->c->err);
}

enum ac_rc ac_changes_consider(struct ac_changes *ch, const struct ac_change *change,
                               ac_change_record *make, const void *entry)
{
    struct ac_buf name = {0}, path = {0};
    bool wanted;
    enum ac_rc rc = AC_OK;

    ac_text_from_utf16(change->name, &name, NULL);
    wanted = is_wanted(ch, ac_buf_str(&name));
    if (wanted || (change->comes_or_goes && may_bring_in(ac_buf_str(&name)))) {
        if (folder_path(ch, change->parent, &path)) {
            ac_buf_addf(&path, "%s", path.n ? "/" : "");
            ac_buf_adds(&path, ac_buf_str(&name));
        }
        /* a folder that is gone is not held to be one of the system's */
        if (wanted || path.n == 0 || ac_path_user_writable(ac_buf_str(&path)))
            rc = keep(ch, make(entry), &path);
    }
    if (name.failed || path.failed)
        rc = AC_FAIL(&ch->c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a path");
    ac_buf_free(&name);
    ac_buf_free(&path);
    return rc;
}

enum ac_rc ac_changes_row(struct ac_changes *ch, const struct ac_parser *parser, uint64_t size,
                          uint64_t entries, bool whole)
{
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);

    ac_record_textz(r, "source", parser->source);
    ac_record_textz(r, "name", ch->place->path);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", whole ? "complete" : "partial");
    ac_record_int(r, "size", (int64_t)size);
    ac_record_int(r, "entries", (int64_t)entries);
    ac_record_textz(r, "parser", parser->name);
    return ac_collector_emit(ch->c, ch->place, r, &ch->c->err);
}
