/*
 * The compact index that every tree keeps of its nodes: 48 bytes a node, names in one arena, child
 * lists as one array cut by offsets, and a hash table over (parent, folded name).
 *
 * Built in two steps: nodes are added in the order found, with `parent` set when it is known; then
 * ac_index_finish() breaks parent loops, cuts what lies too deep, hands flags down and builds child
 * lists and hash table, all in linear time. Afterwards the index does not change.
 *
 * Limits: AC_MAX_NODES nodes, 4 GiB of names, AC_MAX_PATH_DEPTH levels. One thread at a time while
 * building; any number of readers afterwards.
 */
#ifndef AC_FILES_INDEX_H
#define AC_FILES_INDEX_H

#include "base/bytes.h"
#include "files/tree.h"

/* Flag bits of a node that never leave the tree; the public ones are enum ac_node_flags. */
#define AC_INDEX_FLAG_ROOT_ATTR (1U << 15) /* NTFS: a named $INDEX_ROOT shown as a stream */
#define AC_INDEX_FLAG_WIN32 (1U << 14)     /* NTFS: a name that has a DOS twin */
#define AC_INDEX_FLAG_ENCODED (1U << 13)   /* folder: the name may have %XX in it */
#define AC_INDEX_PUBLIC_FLAGS 0x1FFFU

struct ac_index_node {
    uint64_t size; /* of a short name: the node that it is another name of */
    uint64_t created, modified;
    uint32_t name; /* offset in names */
    uint32_t parent;
    uint32_t entry;
    uint32_t hash; /* of the folded name, see ac_fold_hash() with seed 0 */
    uint16_t name_len;
    uint16_t flags;
    uint16_t sequence;
    uint16_t entry_high; /* bits 32..47 of the entry */
};

struct ac_index {
    struct ac_index_node *nodes;
    size_t n, cap;
    char *names;
    size_t names_n, names_cap;
    ac_node orphans; /* the virtual folder $OrphanFiles, AC_NODE_NONE until it is needed */
    uint32_t looped; /* nodes cut loose because their parents form a loop */
    uint32_t deep;   /* nodes cut loose because they lie deeper than AC_MAX_PATH_DEPTH */
    /* by ac_index_finish() */
    uint32_t *first_child; /* n + 1 offsets into children */
    ac_node *children;
    uint32_t *buckets, *next;
    uint32_t bucket_shift;
};

/* Node 0 is the root: a folder with an empty name. */
enum ac_rc ac_index_init(struct ac_index *x, struct ac_err *err);
void ac_index_free(struct ac_index *x);

/* Puts a name into the arena and sets name, name_len and hash of *node. '/' inside a name is
 * shown as \u{2F}: a path can not be forged. AC_NOMEM, AC_LIMIT. */
enum ac_rc ac_index_name(struct ac_index *x, struct ac_str utf8, struct ac_index_node *node);
/* The same for at most 255 UTF-16LE units (bytes.n is 510 at most; an odd last byte is dropped). */
enum ac_rc ac_index_name_utf16(struct ac_index *x, struct ac_view bytes,
                               struct ac_index_node *node);
/* Appends a node. AC_NOMEM, AC_LIMIT. */
enum ac_rc ac_index_add(struct ac_index *x, const struct ac_index_node *node, ac_node *ret);
/* The folder $OrphanFiles, added at the first call; AC_NODE_NONE: no memory. */
ac_node ac_index_orphans(struct ac_index *x);

enum ac_rc ac_index_finish(struct ac_index *x, struct ac_err *err);

struct ac_str ac_index_name_of(const struct ac_index *x, ac_node node);
/* The child (or stream) of that name; allocated before deleted, exact case before other case, the
 * first of equals. `deleted`: accept deleted ones. May be a short name. */
ac_node ac_index_find(const struct ac_index *x, ac_node parent, struct ac_str name, bool stream,
                      bool deleted);

#endif
