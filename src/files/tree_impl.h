/*
 * What the kinds of tree share: the index, the facts, the list of problems, and the table of
 * functions through which tree.c reaches the kind. Only files of src/files/ include this.
 */
#ifndef AC_FILES_TREE_IMPL_H
#define AC_FILES_TREE_IMPL_H

#include "files/index.h"
#include "files/tree.h"

/* Problems kept of one tree; more are counted and the last one says how many. */
#define AC_TREE_MAX_PROBLEMS 256

struct ac_tree_ops {
    void (*close)(struct ac_tree *t); /* frees what the kind added and the tree itself */
    enum ac_rc (*times)(struct ac_tree *t, ac_node node, struct ac_node_times *ret,
                        struct ac_err *err);
    /* NULL: AC_UNSUPPORTED */
    enum ac_rc (*index_modified)(struct ac_tree *t, ac_node node, struct ac_filetime *ret,
                                 struct ac_err *err);
    /* NULL: AC_UNSUPPORTED */
    enum ac_rc (*index_slack)(struct ac_tree *t, ac_node folder, ac_index_slack_each *each,
                              void *context, struct ac_err *err);
    /* Size of the content, and where its first byte lies in the image (or AC_NO_OFFSET). */
    enum ac_rc (*content)(struct ac_tree *t, ac_node node, uint64_t *ret_size, uint64_t *ret_offset,
                          struct ac_err *err);
    /* As ac_tree_read(); never called for folders. */
    enum ac_rc (*read)(struct ac_tree *t, ac_node node, uint64_t off, void *buf, size_t n,
                       struct ac_gaps *gaps, struct ac_err *err);
};

struct ac_tree {
    const struct ac_tree_ops *ops;
    struct ac_index index;
    struct ac_tree_facts facts;
    struct ac_tree_problem *problems; /* ends with an empty one once published */
    size_t n_problems, problems_cap;
    uint64_t more_problems;
    ac_node volume_root;
};

/* Adds a problem; the tree is no longer complete. `where` is a path or the name of a metadata file.
 * Memory failure is counted like a problem over the limit. */
void ac_tree_problem(struct ac_tree *t, const char *where, enum ac_rc class, uint64_t offset,
                     const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The same with the path of a node; only after ac_index_finish(). */
void ac_tree_problem_at(struct ac_tree *t, ac_node node, enum ac_rc class, uint64_t offset,
                        const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Ends the list and makes it visible in the facts. AC_NOMEM. */
enum ac_rc ac_tree_publish(struct ac_tree *t, struct ac_err *err);
/* Frees index and problems (not the tree itself). */
void ac_tree_release(struct ac_tree *t);

#endif
