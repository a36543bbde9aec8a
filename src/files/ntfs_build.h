/*
 * State of building the index of an NTFS volume: ntfs_index.c reads the records, ntfs_resolve.c puts
 * together what belongs together once all have been seen.
 *
 * Until they are resolved, the nodes of names hold the entry of their parent in `parent` and its
 * sequence number in `entry_high`.
 */
#ifndef AC_FILES_NTFS_BUILD_H
#define AC_FILES_NTFS_BUILD_H

#include "files/ntfs.h"
#include "files/tree_impl.h"

/* In ac_build.first: no node yet, but a record without a name in ac_build.bases. */
#define AC_BUILD_BASE 0x80000000U

enum ac_late_kind { AC_LATE_NAME, AC_LATE_STREAM, AC_LATE_SIZE };

/* Something found in an extension record, or before the first name of its file. */
struct ac_late {
    struct ac_index_node node; /* entry: that of the base record; sequence: as referred to */
    enum ac_late_kind kind;
    bool in_use; /* the record it was found in */
};

/* A damaged record, told about when paths are known. */
struct ac_damaged {
    uint32_t entry;
    enum ac_rc class;
    const char *why; /* static text */
};

struct ac_build {
    struct ac_ntfs *v;
    struct ac_tree *t;
    struct ac_index *x;
    uint32_t *first; /* by entry: its first name node, AC_NODE_NONE or AC_BUILD_BASE | i */
    uint32_t *same;  /* by node: the next name node of the same entry */
    size_t same_cap;
    struct ac_late *late;
    size_t n_late, late_cap;
    struct ac_index_node *bases; /* records without a name of their own */
    size_t n_bases, bases_cap;
    struct ac_damaged damaged[AC_TREE_MAX_PROBLEMS];
    uint64_t n_damaged;
    uint64_t streams_left; /* budget of stream nodes for further names of a file */
    uint64_t steps_left;   /* budget of going through the names of files */
    bool out_of_steps;     /* one of the two was used up */
    uint64_t lost;         /* files in use whose folder is gone */
    uint8_t *bitmap;       /* of $MFT: which records are in use; NULL: unknown */
    uint64_t bitmap_bits;
};

void ac_build_damage(struct ac_build *b, uint64_t entry, enum ac_rc class, const char *why);
/* Adds a name node to the chain of its entry. */
enum ac_rc ac_build_add_name(struct ac_build *b, const struct ac_index_node *node);
/* Adds a stream node below each name of its entry. */
enum ac_rc ac_build_add_stream(struct ac_build *b, const struct ac_index_node *stream);
/* After all records: extension records, short names, parents. */
enum ac_rc ac_build_resolve(struct ac_build *b);

#endif
