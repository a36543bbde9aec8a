/*
 * FAT12, FAT16, FAT32 and exFAT through The Sleuth Kit: the only file of files/ that knows it.
 *
 * All folders are read once while opening. TSK's search for orphans is left out: it reads the whole volume.
 * TSK keeps a cache of the image; a read that fails is never answered with zeros.
 */
#include "files/tree_impl.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <tsk/libtsk.h>

/* What is read at once when a larger read failed: how exact gaps are. */
#define FINE_PIECE 4096U
#define LABEL_MARK " (Volume Label Entry)"

struct tsk_image {
    TSK_IMG_INFO info; /* first: TSK casts */
    struct ac_reader *reader;
};

struct fat_tree {
    struct ac_tree base; /* first */
    struct tsk_image image;
    bool image_is_open;
    TSK_FS_INFO *fs;
    uint64_t *seen; /* inode numbers of folders that were read, a hash table */
    size_t n_seen, seen_slots;
    uint64_t nodes_left; /* a volume has no more directory entries than fit into its bytes */
    ac_node open_node;
    TSK_FS_FILE *open;
};

static struct fat_tree *of(struct ac_tree *t)
{
    return (struct fat_tree *)t;
}

static ssize_t image_read(TSK_IMG_INFO *info, TSK_OFF_T off, char *buf, size_t n)
{
    struct ac_reader *r = ((struct tsk_image *)info)->reader;
    uint64_t left = off >= 0 && (uint64_t)off < r->size ? r->size - (uint64_t)off : 0;

    if (left == 0)
        return -1;
    if (n > left)
        n = (size_t)left;
    return ac_read(r, (uint64_t)off, buf, n, NULL, NULL) == AC_OK ? (ssize_t)n : -1;
}

static void image_close(TSK_IMG_INFO *info)
{
    (void)info; /* part of the tree */
}

static void image_stat(TSK_IMG_INFO *info, FILE *f)
{
    (void)info;
    (void)f;
}

/* TSK's message of the call that just failed. Static buffer of the thread. */
static const char *tsk_message(void)
{
    const char *text = tsk_error_get();

    return text ? text : "no reason given";
}

static void close_content(struct fat_tree *t)
{
    if (t->open)
        tsk_fs_file_close(t->open);
    t->open = NULL;
    t->open_node = AC_NODE_NONE;
}

static void fat_close(struct ac_tree *tree)
{
    struct fat_tree *t = of(tree);

    close_content(t);
    if (t->fs)
        tsk_fs_close(t->fs);
    if (t->image_is_open)
        tsk_img_close(&t->image.info);
    ac_free(t->seen);
    ac_tree_release(tree);
    ac_free(t);
}

static uint64_t inode_of(const struct ac_index_node *n)
{
    return (uint64_t)n->entry_high << 32 | n->entry;
}

/* TSK turns the DOS words into seconds by the time zone of this machine; back to the words, which are
 * taken as they stand. */
static uint64_t stored_time(time_t seconds, uint32_t nanoseconds)
{
    struct tm tm;

    if (seconds == 0 || !localtime_r(&seconds, &tm))
        return 0;
    tm.tm_isdst = 0;
    return ac_time_from_unix(timegm(&tm), nanoseconds).ticks;
}

static enum ac_rc open_content(struct fat_tree *t, ac_node node, struct ac_err *err)
{
    const struct ac_index_node *n = &t->base.index.nodes[node];

    if (t->open_node == node)
        return AC_OK;
    close_content(t);
    t->open = tsk_fs_file_open_meta(t->fs, NULL, inode_of(n));
    if (!t->open || !t->open->meta)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "cannot open: %s", tsk_message());
    t->open_node = node;
    return AC_OK;
}

static uint64_t image_offset(const struct fat_tree *t)
{
    const TSK_FS_ATTR *a = tsk_fs_file_attr_get(t->open);

    if (!a || !(a->flags & TSK_FS_ATTR_NONRES) || !a->nrd.run || t->open->meta->size <= 0 ||
        a->nrd.run->flags & (TSK_FS_ATTR_RUN_FLAG_SPARSE | TSK_FS_ATTR_RUN_FLAG_FILLER))
        return AC_NO_OFFSET;
    return t->image.reader->origin + a->nrd.run->addr * t->fs->block_size + a->nrd.skiplen;
}

static enum ac_rc fat_content(struct ac_tree *tree, ac_node node, uint64_t *ret_size,
                              uint64_t *ret_offset, struct ac_err *err)
{
    struct fat_tree *t = of(tree);
    enum ac_rc rc = open_content(t, node, err);

    if (rc == AC_OK) {
        *ret_size = t->open->meta->size > 0 ? (uint64_t)t->open->meta->size : 0;
        *ret_offset = image_offset(t);
    }
    return rc;
}

static bool read_piece(struct fat_tree *t, uint64_t off, uint8_t *buf, size_t n)
{
    ssize_t got =
        tsk_fs_file_read(t->open, (TSK_OFF_T)off, (char *)buf, n, TSK_FS_FILE_READ_FLAG_NONE);

    return got >= 0 && (size_t)got == n;
}

static enum ac_rc fat_read(struct ac_tree *tree, ac_node node, uint64_t off, void *buf, size_t n,
                           struct ac_gaps *gaps, struct ac_err *err)
{
    struct fat_tree *t = of(tree);
    uint8_t *out = buf;
    enum ac_rc rc = open_content(t, node, err);

    if (rc != AC_OK || n == 0)
        return rc;
    if (t->open->meta->size < 0 || off > (uint64_t)t->open->meta->size ||
        n > (uint64_t)t->open->meta->size - off)
        return AC_FAIL(err, AC_TRUNCATED, off, "%zu bytes asked for, the file has %" PRIu64, n,
                       (uint64_t)t->open->meta->size);
    if (read_piece(t, off, out, n))
        return AC_OK;
    for (size_t done = 0; done < n;) {
        size_t piece = FINE_PIECE - (size_t)((off + done) % FINE_PIECE);

        if (piece > n - done)
            piece = n - done;
        if (!read_piece(t, off + done, out + done, piece)) {
            memset(out + done, 0, piece);
            if (gaps)
                ac_gaps_add(gaps, off + done, piece, "the clusters are unreadable or unknown");
            rc = AC_FAIL(err, AC_IO, off + done, "cannot read: %s", tsk_message());
        }
        done += piece;
    }
    return rc;
}

static enum ac_rc fat_times(struct ac_tree *tree, ac_node node, struct ac_node_times *ret,
                            struct ac_err *err)
{
    struct fat_tree *t = of(tree);
    const TSK_FS_META *m;
    enum ac_rc rc;

    if (tree->index.nodes[node].flags & AC_NODE_SHORT_NAME)
        node = (ac_node)tree->index.nodes[node].size;
    rc = open_content(t, node, err);
    if (rc != AC_OK)
        return rc;
    m = t->open->meta;
    *ret = (struct ac_node_times){
        .created = {stored_time(m->crtime, m->crtime_nano)},
        .modified = {stored_time(m->mtime, m->mtime_nano)},
        .accessed = {stored_time(m->atime, m->atime_nano)},
    };
    return AC_OK;
}

static const struct ac_tree_ops fat_ops = {
    .close = fat_close,
    .times = fat_times,
    .content = fat_content,
    .read = fat_read,
};

static void put_seen(uint64_t *slots, size_t n, uint64_t inode)
{
    size_t at = (size_t)((inode * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (n - 1);

    while (slots[at] != 0)
        at = (at + 1) & (n - 1);
    slots[at] = inode + 1;
}

/* True if the folder was already read; otherwise it counts as read from now on. */
static enum ac_rc mark_seen(struct fat_tree *t, uint64_t inode, bool *ret_again)
{
    size_t at;

    if (t->n_seen * 2 >= t->seen_slots) {
        size_t n = t->seen_slots ? t->seen_slots * 2 : 256;
        uint64_t *slots = ac_calloc(n, sizeof(*slots));

        if (!slots)
            return AC_NOMEM;
        for (size_t i = 0; i < t->seen_slots; i++) {
            if (t->seen[i] != 0)
                put_seen(slots, n, t->seen[i] - 1);
        }
        ac_free(t->seen);
        t->seen = slots;
        t->seen_slots = n;
    }
    at = (size_t)((inode * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (t->seen_slots - 1);
    for (; t->seen[at] != 0; at = (at + 1) & (t->seen_slots - 1)) {
        if (t->seen[at] == inode + 1) {
            *ret_again = true;
            return AC_OK;
        }
    }
    t->seen[at] = inode + 1;
    t->n_seen++;
    *ret_again = false;
    return AC_OK;
}

static void take_label(struct ac_tree_facts *f, struct ac_str name)
{
    size_t n;

    if (!ac_str_iends(name, AC_STR(LABEL_MARK)) || f->label[0] ||
        ac_str_istarts(name, AC_STR("$EMPTY_VOLUME_LABEL")))
        return;
    n = name.n - (sizeof(LABEL_MARK) - 1);
    while (n > 0 && name.p[n - 1] == ' ')
        n--;
    if (n < sizeof(f->label))
        memcpy(f->label, name.p, n);
}

static enum ac_rc add_short_name(struct fat_tree *t, ac_node node, const TSK_FS_NAME *name)
{
    struct ac_index_node alias = t->base.index.nodes[node];
    ac_node added;
    enum ac_rc rc;

    if (!name->shrt_name || !name->shrt_name[0] || strcmp(name->shrt_name, name->name) == 0)
        return AC_OK;
    alias.flags |= AC_NODE_SHORT_NAME;
    alias.size = node;
    rc = ac_index_name(&t->base.index, ac_str_of(name->shrt_name), &alias);
    return rc == AC_OK ? ac_index_add(&t->base.index, &alias, &added) : rc;
}

static bool is_virtual(const TSK_FS_NAME *name)
{
    return name->type == TSK_FS_NAME_TYPE_VIRT || name->type == TSK_FS_NAME_TYPE_VIRT_DIR;
}

static enum ac_rc add_entry(struct fat_tree *t, ac_node folder, const TSK_FS_FILE *file)
{
    struct ac_index *x = &t->base.index;
    const TSK_FS_NAME *name = file->name;
    const TSK_FS_META *m = file->meta;
    struct ac_index_node node = {.parent = folder,
                                 .entry = (uint32_t)name->meta_addr,
                                 .entry_high = (uint16_t)(name->meta_addr >> 32)};
    struct ac_buf text = {0};
    ac_node added;
    enum ac_rc rc;

    if (t->nodes_left == 0)
        return AC_LIMIT;
    t->nodes_left--;
    if (name->flags & TSK_FS_NAME_FLAG_UNALLOC)
        node.flags |= AC_NODE_DELETED;
    if (name->type == TSK_FS_NAME_TYPE_DIR || (m && m->type == TSK_FS_META_TYPE_DIR))
        node.flags |= AC_NODE_DIRECTORY;
    if (name->name[0] == '$' && folder == 0)
        node.flags |= AC_NODE_SYSTEM;
    if (m) {
        node.created = stored_time(m->crtime, m->crtime_nano);
        node.modified = stored_time(m->mtime, m->mtime_nano);
        if (!(node.flags & AC_NODE_DIRECTORY) && m->size > 0)
            node.size = (uint64_t)m->size;
    } else {
        node.flags |= AC_NODE_PARTIAL;
    }
    ac_text_from_utf8((struct ac_view){(const uint8_t *)name->name, strlen(name->name), 0}, &text,
                      NULL);
    rc = text.failed ? AC_NOMEM : ac_index_name(x, ac_buf_str(&text), &node);
    if (folder == 0 && rc == AC_OK)
        take_label(&t->base.facts, ac_buf_str(&text));
    ac_buf_free(&text);
    if (rc == AC_OK)
        rc = ac_index_add(x, &node, &added);
    t->base.facts.entries++;
    return rc == AC_OK ? add_short_name(t, added, name) : rc;
}

static enum ac_rc list_folder(struct fat_tree *t, ac_node folder)
{
    uint64_t inode = inode_of(&t->base.index.nodes[folder]);
    TSK_FS_DIR *dir;
    bool again = false;
    enum ac_rc rc = mark_seen(t, inode, &again);

    if (rc != AC_OK || again)
        return rc;
    dir = tsk_fs_dir_open_meta(t->fs, inode);
    if (!dir) {
        if (!(t->base.index.nodes[folder].flags & AC_NODE_DELETED)) {
            ac_tree_problem_at(&t->base, folder, AC_CORRUPT, AC_NO_OFFSET,
                               "the folder can not be read: %s", tsk_message());
            t->base.facts.damaged++;
        }
        return AC_OK;
    }
    for (size_t i = 0; i < tsk_fs_dir_getsize(dir) && rc == AC_OK; i++) {
        TSK_FS_FILE *file = tsk_fs_dir_get(dir, i);

        if (file && file->name && file->name->name && !TSK_FS_ISDOT(file->name->name) &&
            !is_virtual(file->name))
            rc = add_entry(t, folder, file);
        if (file)
            tsk_fs_file_close(file);
    }
    tsk_fs_dir_close(dir);
    return rc;
}

static enum ac_rc list_all(struct fat_tree *t, struct ac_err *err)
{
    enum ac_rc rc = ac_index_init(&t->base.index, err);

    if (rc != AC_OK)
        return rc;
    t->base.index.nodes[0].entry = (uint32_t)t->fs->root_inum;
    t->base.index.nodes[0].entry_high = (uint16_t)(t->fs->root_inum >> 32);
    /* nodes are added at the end, so this loop goes through all folders */
    for (size_t i = 0; i < t->base.index.n && rc == AC_OK; i++) {
        const struct ac_index_node *node = &t->base.index.nodes[i];

        if (node->flags & AC_NODE_DIRECTORY && !(node->flags & AC_NODE_SHORT_NAME))
            rc = list_folder(t, (ac_node)i);
    }
    if (rc == AC_LIMIT) {
        ac_tree_problem(&t->base, t->base.facts.file_system, AC_LIMIT, AC_NO_OFFSET,
                        "the folders have more entries than the volume has room for");
        rc = AC_OK;
    }
    if (rc != AC_OK)
        return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for the files of the volume");
    return ac_index_finish(&t->base.index, err);
}

static void describe(struct fat_tree *t, const uint8_t boot[512])
{
    struct ac_tree_facts *f = &t->base.facts;

    f->kind = AC_TREE_FAT;
    switch (t->fs->ftype) {
    case TSK_FS_TYPE_FAT32:
        f->file_system = "FAT32";
        f->serial = ac_le32(boot + 0x43);
        break;
    case TSK_FS_TYPE_EXFAT:
        f->kind = AC_TREE_EXFAT;
        f->file_system = "exFAT";
        f->serial = ac_le32(boot + 0x64);
        break;
    default:
        f->file_system = t->fs->ftype == TSK_FS_TYPE_FAT12 ? "FAT12" : "FAT16";
        f->serial = ac_le32(boot + 0x27);
        break;
    }
}

static enum ac_rc open_volume(struct fat_tree *t, struct ac_err *err)
{
    uint8_t boot[512] = {0};
    struct ac_reader *r = t->image.reader;

    if (r->size < sizeof(boot) || r->size > INT64_MAX)
        return AC_FAIL(err, AC_TRUNCATED, 0, "there is no whole boot sector");
    if (ac_read(r, 0, boot, sizeof(boot), NULL, NULL) != AC_OK)
        ac_tree_problem(&t->base, "boot sector", AC_IO, 0, "the boot sector is unreadable");
    tsk_error_reset();
    if (!tsk_img_open_external(&t->image.info, (TSK_OFF_T)r->size, 512, image_read, image_close,
                               image_stat))
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "TSK: %s", tsk_message());
    t->image_is_open = true;
    t->fs = tsk_fs_open_img(&t->image.info, 0, TSK_FS_TYPE_FAT_DETECT);
    if (!t->fs) {
        bool named = memcmp(boot + 0x36, "FAT", 3) == 0 || memcmp(boot + 0x52, "FAT", 3) == 0 ||
                     memcmp(boot + 3, "EXFAT", 5) == 0;

        return AC_FAIL(err, named ? AC_UNSUPPORTED : AC_CORRUPT, 0,
                       named ? "a FAT file system of a form that TSK does not read: %s"
                             : "no FAT or exFAT file system: %s",
                       tsk_message());
    }
    t->nodes_left = r->size / 32 + 65536;
    describe(t, boot);
    return AC_OK;
}

enum ac_rc ac_tree_open_fat(struct ac_reader *volume, struct ac_tree **ret, struct ac_err *err)
{
    struct fat_tree *t = ac_calloc(1, sizeof(*t));
    enum ac_rc rc;

    if (!t)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a file tree");
    t->base.ops = &fat_ops;
    t->base.facts =
        (struct ac_tree_facts){.kind = AC_TREE_FAT, .file_system = "FAT", .complete = true};
    t->base.index.orphans = AC_NODE_NONE;
    t->open_node = AC_NODE_NONE;
    t->image.reader = volume;
    rc = open_volume(t, err);
    if (rc == AC_OK)
        rc = list_all(t, err);
    if (rc == AC_OK)
        rc = ac_tree_publish(&t->base, err);
    if (rc != AC_OK) {
        fat_close(&t->base);
        return AC_WRAP(err, rc, AC_NO_OFFSET, "FAT");
    }
    *ret = &t->base;
    return AC_OK;
}
