/*
 * The change journal of the volume that Windows lies on: what happened to the files that the other artefacts
 * name, and which programs and scripts came and went where an ordinary user may write.
 *
 * A journal has hundreds of thousands of entries. Kept are those whose name is one that an autostart, a
 * task, a prefetch file or a candidate has, and those of programs and scripts in folders of users; the
 * row of the coverage table says how many were read in all.
 */
#include "collect/collector.h"

#include "base/alloc.h"
#include "base/winpath.h"
#include "usn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BLOCK (4 * AC_MIB)

struct journal {
    struct ac_collector *c;
    struct ac_place *place;
    ac_node *by_entry; /* Owned: node of each MFT entry, AC_NODE_NONE: none */
    uint64_t entries;  /* of by_entry */
    uint64_t read, kept, damaged, missing;
    bool capped;
};

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

static bool is_wanted(struct journal *j, struct ac_str name)
{
    struct ac_buf folded = {0};
    bool is;

    fold(name, &folded);
    is = ac_set_has(&j->c->wanted, ac_buf_str(&folded));
    ac_buf_free(&folded);
    return is;
}

static bool is_program(struct ac_str name)
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

static bool map_entries(struct journal *j)
{
    const struct ac_tree *t = j->c->item.volumes[j->place->volume].tree;
    struct ac_node_info info;

    if (ac_tree_facts(t)->kind != AC_TREE_NTFS) /* collected files: their numbers are not known */
        return true;
    for (ac_node n = 0; n < ac_tree_count(t); n++) {
        ac_tree_info(t, n, &info);
        if ((info.flags & AC_NODE_DIRECTORY) && info.entry >= j->entries)
            j->entries = info.entry + 1;
    }
    j->by_entry = ac_malloc((size_t)(j->entries + 1) * sizeof(*j->by_entry));
    if (!j->by_entry)
        return false;
    for (uint64_t i = 0; i <= j->entries; i++)
        j->by_entry[i] = AC_NODE_NONE;
    for (ac_node n = ac_tree_count(t); n-- > 0;) {
        ac_tree_info(t, n, &info);
        if ((info.flags & AC_NODE_DIRECTORY) && !(info.flags & AC_NODE_SHORT_NAME))
            j->by_entry[info.entry] = n;
    }
    return true;
}

/* The folder's path as it is today; false: the folder is gone, its MFT entry reused. */
static bool folder_path(const struct journal *j, struct ac_usn_reference parent, struct ac_buf *out)
{
    const struct ac_tree *t = j->c->item.volumes[j->place->volume].tree;
    ac_node node = parent.entry < j->entries ? j->by_entry[parent.entry] : AC_NODE_NONE;
    struct ac_node_info info;

    if (node == AC_NODE_NONE)
        return false;
    ac_tree_info(t, node, &info);
    /* a deleted folder's entry has its number raised by one when it is freed */
    if (info.sequence != parent.sequence &&
        !((info.flags & AC_NODE_DELETED) && info.sequence == parent.sequence + 1))
        return false;
    ac_tree_path(t, node, out);
    return true;
}

/* ---- entries */

static enum ac_rc keep(struct journal *j, const struct ac_usn_entry *e, const struct ac_buf *path)
{
    struct ac_record *r = ac_usn_record(e);

    if (path->n)
        ac_record_text(r, "path", ac_buf_str(path));
    j->kept++;
    return ac_collector_emit(j->c, j->place, r, &j->c->err);
}

static enum ac_rc consider(struct journal *j, const struct ac_usn_entry *e)
{
    static const uint32_t comes_or_goes =
        AC_USN_FILE_CREATE | AC_USN_FILE_DELETE | AC_USN_RENAME_OLD_NAME | AC_USN_RENAME_NEW_NAME;
    struct ac_buf name = {0}, path = {0};
    bool wanted, whole = (e->reason & (AC_USN_CLOSE | AC_USN_RENAME_OLD_NAME)) != 0;
    enum ac_rc rc = AC_OK;

    ac_text_from_utf16(e->name, &name, NULL);
    wanted = is_wanted(j, ac_buf_str(&name));
    if (wanted || (whole && (e->reason & comes_or_goes) && is_program(ac_buf_str(&name)))) {
        if (folder_path(j, e->parent, &path)) {
            ac_buf_addf(&path, "%s", path.n ? "/" : "");
            ac_buf_adds(&path, ac_buf_str(&name));
        }
        /* a folder that is gone is not held to be one of the system's */
        if (wanted || path.n == 0 || ac_path_user_writable(ac_buf_str(&path))) {
            if (j->kept >= AC_MAX_CHANGES)
                j->capped = true;
            else
                rc = keep(j, e, &path);
        }
    }
    if (name.failed || path.failed)
        rc = AC_FAIL(&j->c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a path");
    ac_buf_free(&name);
    ac_buf_free(&path);
    return rc;
}

static enum ac_rc read_block(struct journal *j, struct ac_view v, struct ac_budget *budget)
{
    struct ac_usn_entry e;
    size_t at = 0;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_usn_next(v, &at, budget, &e, &j->damaged)) {
        j->read++;
        rc = consider(j, &e);
    }
    return rc;
}

static enum ac_rc read_journal(struct journal *j, uint64_t size, struct ac_budget *budget)
{
    struct ac_tree *t = j->c->item.volumes[j->place->volume].tree;
    uint64_t from = size > AC_MAX_JOURNAL ? (size - AC_MAX_JOURNAL) / BLOCK * BLOCK : 0;
    uint8_t *block = ac_malloc(BLOCK);
    enum ac_rc rc = block ? AC_OK : AC_FAIL(&j->c->err, AC_NOMEM, AC_NO_OFFSET, "no memory");

    for (uint64_t off = from; rc == AC_OK && off < size; off += BLOCK) {
        size_t n = size - off < BLOCK ? (size_t)(size - off) : BLOCK;
        struct ac_gaps gaps = {0};
        enum ac_rc got = ac_tree_read(t, j->place->node, off, block, n, &gaps, NULL);

        if (got == AC_OK || gaps.n)
            rc = read_block(j, (struct ac_view){block, n, off}, budget);
        j->missing += got == AC_OK ? 0 : gaps.n ? ac_gaps_bytes(&gaps) : n;
        if (off == from && from > 0 && ac_le32(block) != 0)
            j->capped = true; /* what lies before is older and was not read */
        ac_gaps_free(&gaps);
    }
    ac_free(block);
    return rc;
}

/* ---- the rows */

static enum ac_rc send_row(struct journal *j, uint64_t size)
{
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);
    bool whole = !j->damaged && !j->missing && !j->capped;

    ac_record_textz(r, "source", "usn");
    ac_record_textz(r, "name", j->place->path);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", whole ? "complete" : "partial");
    ac_record_int(r, "size", (int64_t)size);
    ac_record_int(r, "entries", (int64_t)j->read);
    ac_record_textz(r, "parser", ac_parser_usn.name);
    return ac_collector_emit(j->c, j->place, r, &j->c->err);
}

static const char some_missing[] = "entries of the change journal may be missing";

static enum ac_rc tell_problems(struct journal *j)
{
    struct ac_str where = ac_str_of(j->place->path);
    struct ac_place_sink sink;
    enum ac_rc rc = AC_OK;

    ac_place_sink_init(&sink, j->c, j->place);
    if (j->damaged)
        rc = ac_sink_problem(&sink.sink, where, AC_CORRUPT, AC_NO_OFFSET, some_missing,
                             "%" PRIu64 " place(s) hold something that is no entry", j->damaged);
    if (rc == AC_OK && j->missing)
        rc = ac_sink_problem(&sink.sink, where, AC_IO, AC_NO_OFFSET, some_missing,
                             "%" PRIu64 " bytes of it could not be read", j->missing);
    if (rc == AC_OK && j->capped)
        rc = ac_sink_problem(&sink.sink, where, AC_LIMIT, AC_NO_OFFSET, some_missing,
                             "it is larger than what is read, or has more entries of interest than "
                             "are kept (%u)",
                             AC_MAX_CHANGES);
    return rc;
}

static enum ac_rc collect(struct ac_collector *c, struct ac_place *p)
{
    struct ac_tree *t = c->item.volumes[p->volume].tree;
    struct journal j = {.c = c, .place = p};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    uint64_t size = 0;
    enum ac_rc rc = AC_OK;

    if (ac_tree_content(t, p->node, &size, &p->artefact_offset, NULL) != AC_OK)
        j.missing = 1;
    else if (!map_entries(&j))
        rc = AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for the folders");
    else
        rc = read_journal(&j, size, &budget);
    j.capped |= budget.steps == 0;
    if (rc == AC_OK)
        rc = tell_problems(&j);
    if (rc == AC_OK)
        rc = send_row(&j, size);
    ac_free(j.by_entry);
    return rc;
}

/* As it lies on the volume, and as collectors name it. */
static ac_node find_journal(const struct ac_tree *t, ac_node root)
{
    static const char *const names[] = {"$Extend/$UsnJrnl:$J", "$Extend/$J",
                                        "$Extend/$UsnJrnl%3A$J", "$J"};
    ac_node node = AC_NODE_NONE;

    for (size_t i = 0; node == AC_NODE_NONE && i < sizeof(names) / sizeof(names[0]); i++)
        node = ac_lookup(t, root, names[i]);
    return node;
}

enum ac_rc ac_journal_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_place p = {.system = s, .volume = s->volume, .user = "", .path = ""};
    struct ac_buf path = {0};
    enum ac_rc rc = AC_OK;

    p.node = s->loose ? AC_NODE_NONE : find_journal(t, s->root);
    if (p.node == AC_NODE_NONE)
        return AC_OK; /* journals can be switched off; nothing says that there must be one */
    ac_tree_path(t, p.node, &path);
    p.path = ac_buf_text(&path);
    if (ac_collector_begin(c, &p, "usn")) {
        rc = collect(c, &p);
        ac_collector_end(c, &p, "usn");
    }
    ac_buf_free(&path);
    return rc;
}
