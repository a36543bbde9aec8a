/* An NTFS volume as a tree: what tree.c calls. */
#include "files/ntfs.h"
#include "files/tree_impl.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define REPARSE_WOF 0x80000017U

struct ntfs_tree {
    struct ac_tree base; /* first */
    struct ac_ntfs v;
    /* the content that was read last: reading on needs no record again */
    ac_node open_node;
    struct ac_ntfs_stream open;
};

static struct ntfs_tree *of(struct ac_tree *t)
{
    return (struct ntfs_tree *)t;
}

static void close_content(struct ntfs_tree *t)
{
    ac_ntfs_stream_free(&t->open);
    t->open_node = AC_NODE_NONE;
}

static void ntfs_close(struct ac_tree *tree)
{
    struct ntfs_tree *t = of(tree);

    close_content(t);
    ac_ntfs_close(&t->v);
    ac_tree_release(tree);
    ac_free(t);
}

static uint64_t entry_of(const struct ac_index_node *n)
{
    return (uint64_t)n->entry_high << 32 | n->entry;
}

/* The tree's file behind a node; AC_NOT_FOUND for the virtual folder. */
static enum ac_rc load_file(struct ntfs_tree *t, ac_node node, struct ac_ntfs_file *ret,
                            struct ac_err *err)
{
    const struct ac_index_node *n = &t->base.index.nodes[node];

    if (n->flags & AC_NODE_VIRTUAL)
        return AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "$OrphanFiles is no folder of the volume");
    return ac_ntfs_file_load(&t->v, entry_of(n), ret, err);
}

/* A file compressed by the Windows overlay filter: its content stands in another form in a stream. */
static bool is_wof(const struct ac_ntfs_file *f)
{
    struct ac_ntfs_cursor c = {0};
    struct ac_ntfs_attr a;

    while (ac_ntfs_file_next(f, &c, &a)) {
        if (a.type == AC_NTFS_REPARSE_POINT && a.resident && a.value.n >= 4)
            return ac_le32(a.value.p) == REPARSE_WOF;
    }
    return false;
}

static enum ac_rc open_content(struct ntfs_tree *t, ac_node node, struct ac_err *err)
{
    const struct ac_index_node *n = &t->base.index.nodes[node];
    bool is_stream = n->flags & AC_NODE_STREAM;
    uint32_t type = n->flags & AC_INDEX_FLAG_ROOT_ATTR ? AC_NTFS_INDEX_ROOT : AC_NTFS_DATA;
    struct ac_ntfs_file f = {0};
    enum ac_rc rc;

    if (t->open_node == node)
        return AC_OK;
    close_content(t);
    rc = load_file(t, node, &f, err);
    if (rc != AC_OK)
        return rc;
    rc = ac_ntfs_file_stream(&t->v, &f, type,
                             is_stream ? ac_index_name_of(&t->base.index, node) : AC_STR(""),
                             &t->open, err);
    if (rc == AC_NOT_FOUND && !is_stream && !f.damaged) {
        t->open = (struct ac_ntfs_stream){.cluster = t->v.boot.cluster}; /* a file without $DATA */
        rc = AC_OK;
    }
    if (rc == AC_OK) {
        t->open_node = node;
        if (!is_stream && is_wof(&f))
            t->open.refused = "the content is compressed by the Windows overlay filter (WOF)";
        if (f.damaged && !t->open.damaged)
            t->open.damaged = f.damaged;
    }
    ac_ntfs_file_free(&f);
    return rc;
}

static enum ac_rc ntfs_content(struct ac_tree *tree, ac_node node, uint64_t *ret_size,
                               uint64_t *ret_offset, struct ac_err *err)
{
    struct ntfs_tree *t = of(tree);
    enum ac_rc rc = open_content(t, node, err);
    uint64_t place;

    if (rc != AC_OK)
        return rc;
    if (t->open.refused)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "%s", t->open.refused);
    place = t->v.alone && !t->open.resident ? AC_NO_OFFSET : ac_ntfs_stream_place(&t->open, 0);
    *ret_size = t->open.size;
    *ret_offset = place == AC_NO_OFFSET ? AC_NO_OFFSET : t->v.volume->origin + place;
    return AC_OK;
}

static enum ac_rc ntfs_read(struct ac_tree *tree, ac_node node, uint64_t off, void *buf, size_t n,
                            struct ac_gaps *gaps, struct ac_err *err)
{
    struct ntfs_tree *t = of(tree);
    enum ac_rc rc = open_content(t, node, err);

    return rc == AC_OK ? ac_ntfs_stream_read(t->v.volume, &t->open, off, buf, n, gaps, err) : rc;
}

static void standard_times(struct ac_view value, struct ac_node_times *ret)
{
    if (value.n < 0x20)
        return;
    ret->created.ticks = ac_le64(value.p);
    ret->modified.ticks = ac_le64(value.p + 0x08);
    ret->changed.ticks = ac_le64(value.p + 0x10);
    ret->accessed.ticks = ac_le64(value.p + 0x18);
}

static bool has_name(struct ac_view utf16, struct ac_str name, struct ac_buf *scratch)
{
    ac_buf_clear(scratch);
    ac_text_from_utf16(utf16, scratch, NULL);
    return ac_str_eq(ac_buf_str(scratch), name);
}

static enum ac_rc ntfs_times(struct ac_tree *tree, ac_node node, struct ac_node_times *ret,
                             struct ac_err *err)
{
    struct ntfs_tree *t = of(tree);
    const struct ac_index *x = &tree->index;
    struct ac_node_times times = {0};
    struct ac_ntfs_cursor c = {0};
    struct ac_ntfs_file f = {0};
    struct ac_ntfs_attr a;
    struct ac_ntfs_name name;
    struct ac_buf scratch = {0};
    bool exact = false;
    enum ac_rc rc;

    if (x->nodes[node].flags & AC_NODE_STREAM)
        node = x->nodes[node].parent;
    rc = load_file(t, node, &f, err);
    if (rc != AC_OK)
        return rc;
    while (ac_ntfs_file_next(&f, &c, &a)) {
        if (a.type == AC_NTFS_STANDARD_INFORMATION && a.resident)
            standard_times(a.value, &times);
        if (a.type != AC_NTFS_FILE_NAME || !a.resident || exact || !ac_ntfs_name(a.value, &name))
            continue;
        exact = has_name(name.name, ac_index_name_of(x, node), &scratch);
        if (exact || times.fn_created.ticks == 0) {
            times.fn_created.ticks = name.created;
            times.fn_modified.ticks = name.modified;
            times.fn_changed.ticks = name.changed;
            times.fn_accessed.ticks = name.accessed;
        }
    }
    ac_buf_free(&scratch);
    ac_ntfs_file_free(&f);
    *ret = times;
    return AC_OK;
}

static enum ac_rc ntfs_index_modified(struct ac_tree *tree, ac_node node, struct ac_filetime *ret,
                                      struct ac_err *err)
{
    struct ntfs_tree *t = of(tree);
    const struct ac_index_node *n = &tree->index.nodes[node];
    struct ac_ntfs_file f = {0};
    enum ac_rc rc;

    if (n->parent == AC_NODE_NONE || n->flags & (AC_NODE_STREAM | AC_NODE_VIRTUAL) ||
        tree->index.nodes[n->parent].flags & AC_NODE_VIRTUAL)
        return AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "no folder has an entry of it");
    rc = load_file(t, n->parent, &f, err);
    if (rc != AC_OK)
        return rc;
    rc = ac_ntfs_i30_modified(&t->v, &f, entry_of(n) | (uint64_t)n->sequence << 48,
                              ac_index_name_of(&tree->index, node), &ret->ticks, err);
    ac_ntfs_file_free(&f);
    return rc;
}

static enum ac_rc ntfs_index_slack(struct ac_tree *tree, ac_node folder, ac_index_slack_each *each,
                                   void *context, struct ac_err *err)
{
    struct ntfs_tree *t = of(tree);
    struct ac_ntfs_file f = {0};
    enum ac_rc rc;

    if (tree->index.nodes[folder].flags & AC_NODE_VIRTUAL)
        return AC_OK;
    rc = load_file(t, folder, &f, err);
    if (rc == AC_OK)
        rc = ac_ntfs_i30_slack(&t->v, &f, each, context, err);
    ac_ntfs_file_free(&f);
    return rc;
}

static const struct ac_tree_ops ntfs_ops = {
    .close = ntfs_close,
    .times = ntfs_times,
    .index_modified = ntfs_index_modified,
    .index_slack = ntfs_index_slack,
    .content = ntfs_content,
    .read = ntfs_read,
};

/* The label is the $VOLUME_NAME of entry 3, $Volume. */
static void read_label(struct ntfs_tree *t)
{
    struct ac_ntfs_stream s = {0};
    struct ac_ntfs_file f = {0};
    struct ac_buf text = {0};

    if (ac_ntfs_file_load(&t->v, 3, &f, NULL) != AC_OK)
        return;
    if (ac_ntfs_file_stream(&t->v, &f, AC_NTFS_VOLUME_NAME, AC_STR(""), &s, NULL) == AC_OK &&
        s.resident && s.size <= 64) {
        ac_text_from_utf16((struct ac_view){s.resident, (size_t)s.size, 0}, &text, NULL);
        if (text.n < sizeof(t->base.facts.label))
            memcpy(t->base.facts.label, ac_buf_text(&text), text.n);
    }
    ac_buf_free(&text);
    ac_ntfs_stream_free(&s);
    ac_ntfs_file_free(&f);
}

static void note_damage(struct ntfs_tree *t, const char *boot_damage)
{
    const struct ac_ntfs *v = &t->v;
    uint64_t place = v->boot.mft_lcn * v->boot.cluster;

    if (boot_damage)
        ac_tree_problem(&t->base, "$Boot", AC_CORRUPT, 0, "%s", boot_damage);
    if (v->mft_from_mirror)
        ac_tree_problem(&t->base, "$MFT", AC_CORRUPT, place,
                        "record 0 is damaged: its copy in $MFTMirr was used");
    if (v->mft_guessed)
        ac_tree_problem(&t->base, "$MFT", AC_CORRUPT, place,
                        "record 0 and its copy in $MFTMirr are damaged: $MFT was taken to lie in "
                        "one piece of %" PRIu64 " records",
                        v->records);
    if (v->mft_damage)
        ac_tree_problem(&t->base, "$MFT", AC_CORRUPT, place, "%s", v->mft_damage);
    if (v->volume->size / v->boot.cluster < v->boot.clusters)
        ac_tree_problem(&t->base, "$Boot", AC_TRUNCATED, v->volume->size,
                        "the volume has %" PRIu64 " clusters of %u bytes, the image ends before",
                        v->boot.clusters, v->boot.cluster);
}

static enum ac_rc open_volume(struct ntfs_tree *t, struct ac_err *err)
{
    const char *boot_damage = NULL;
    enum ac_rc rc = ac_ntfs_boot_find(t->v.volume, &t->v.boot, &boot_damage, err);

    if (rc == AC_OK)
        rc = ac_ntfs_open(&t->v, err);
    if (rc == AC_OK)
        note_damage(t, boot_damage);
    return rc;
}

static enum ac_rc open_tree(struct ac_ntfs v, struct ac_tree **ret, struct ac_err *err)
{
    struct ntfs_tree *t = ac_calloc(1, sizeof(*t));
    enum ac_rc rc;

    if (!t)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a file tree");
    t->base.ops = &ntfs_ops;
    t->base.index.orphans = AC_NODE_NONE;
    t->open_node = AC_NODE_NONE;
    t->v = v;
    t->base.facts =
        (struct ac_tree_facts){.kind = AC_TREE_NTFS, .file_system = "NTFS", .complete = true};
    rc = v.alone ? ac_ntfs_open_alone(&t->v, err) : open_volume(t, err);
    if (rc == AC_OK)
        rc = ac_index_init(&t->base.index, err);
    if (rc == AC_OK) {
        t->base.facts.serial = t->v.boot.serial;
        t->base.facts.entry_size = t->v.boot.record;
        rc = ac_ntfs_index(&t->v, &t->base, err);
    }
    if (rc == AC_OK) {
        read_label(t);
        rc = ac_tree_publish(&t->base, err);
    }
    if (rc != AC_OK) {
        ntfs_close(&t->base);
        return AC_WRAP(err, rc, AC_NO_OFFSET, "NTFS");
    }
    *ret = &t->base;
    return AC_OK;
}

enum ac_rc ac_tree_open_ntfs(struct ac_reader *volume, struct ac_tree **ret, struct ac_err *err)
{
    return open_tree((struct ac_ntfs){.volume = volume}, ret, err);
}

enum ac_rc ac_tree_open_mft(struct ac_reader *mft, struct ac_tree **ret, struct ac_err *err)
{
    return open_tree((struct ac_ntfs){.alone = mft}, ret, err);
}
