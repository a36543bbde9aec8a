/*
 * A tree of files: one interface over an NTFS volume, a FAT or exFAT volume, a folder of collected
 * artefacts and a single file.
 *
 * Opening reads all metadata once into a compact index (NTFS: $MFT sequentially in large blocks);
 * afterwards looking up a path is a hash probe per component and content is read on demand.
 *
 * A node is one name of one file: a file with two hard links is two nodes of the same entry. A
 * stream (alternate data stream) is a node of its own below its file. Nodes are small integers,
 * stable for the life of the tree, ordered as found on the volume ($MFT order on NTFS).
 *
 * Names are UTF-8 (see base/text.h); comparison ignores case as NTFS does. Paths use '/', without a
 * leading one; '\' is accepted as a separator in lookups of NTFS, FAT and folder trees.
 */
#ifndef AC_FILES_TREE_H
#define AC_FILES_TREE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/time.h"
#include "evidence/reader.h"

#include <stdbool.h>
#include <stdint.h>

struct ac_tree;
typedef uint32_t ac_node;
#define AC_NODE_NONE UINT32_MAX

enum ac_node_flags {
    AC_NODE_DIRECTORY = 1 << 0,
    AC_NODE_DELETED = 1 << 1, /* the MFT entry (or directory entry) is not in use */
    AC_NODE_ORPHAN =
        1 << 2, /* its parent is gone or was reused: the path begins with $OrphanFiles */
    AC_NODE_STREAM = 1 << 3,     /* an alternate data stream; name is the stream's */
    AC_NODE_REPARSE = 1 << 4,    /* junction, symbolic link, cloud or WOF-compressed file */
    AC_NODE_SHORT_NAME = 1 << 5, /* DOS 8.3 twin of another node: found by lookup, never listed */
    AC_NODE_EXTRA_LINK = 1 << 6, /* another name of an entry that was already listed */
    AC_NODE_PARTIAL = 1 << 7,    /* its metadata was damaged: something of it is missing */
    AC_NODE_SYSTEM = 1 << 8,     /* NTFS metadata file ($MFT, $LogFile ...) */
    AC_NODE_VIRTUAL = 1 << 9,    /* not on the volume: the folder $OrphanFiles */
};

/* What the index holds of a node: no further reading needed. */
struct ac_node_info {
    struct ac_str name; /* Borrowed: the tree's */
    ac_node parent;     /* AC_NODE_NONE for the root */
    uint32_t flags;
    uint64_t entry;                       /* MFT entry, or the file system's own number */
    uint16_t sequence;                    /* MFT sequence number, 0 elsewhere */
    uint64_t size;                        /* bytes of content; 0 for folders */
    struct ac_filetime created, modified; /* $STANDARD_INFORMATION */
};

/* All times of a node, read from its record again; 0 where the file system has none. */
struct ac_node_times {
    struct ac_filetime created, modified, changed, accessed; /* $STANDARD_INFORMATION */
    struct ac_filetime fn_created, fn_modified, fn_changed,
        fn_accessed; /* $FILE_NAME of this name */
};

struct ac_content {
    uint8_t *p; /* Owned: ac_content_free() */
    size_t n;
    struct ac_gaps gaps; /* in bytes of the content: zero-filled because missing on the evidence */
    uint64_t image_offset; /* first byte of the content in the image, AC_NO_OFFSET if it has none
                              (empty, sparse, compressed start, folder evidence) */
};

enum ac_tree_kind { AC_TREE_NTFS, AC_TREE_FAT, AC_TREE_EXFAT, AC_TREE_FOLDER, AC_TREE_FILE };

/* A fact about the volume found while opening, for the report; the list ends with what == NULL. */
struct ac_tree_problem {
    const char *where; /* Borrowed: the tree's */
    const char *what;
    enum ac_rc class;
    uint64_t offset; /* byte of the volume, AC_NO_OFFSET if none */
};

struct ac_tree_facts {
    enum ac_tree_kind kind;
    const char *file_system; /* "NTFS", "FAT32", "exFAT", "folder", "file" */
    uint64_t serial;         /* volume serial as stored: 64 bits on NTFS, 32 elsewhere; 0: none */
    char label[130];         /* UTF-8 */
    uint64_t entries;        /* MFT records (or directory entries) read */
    uint32_t entry_size;     /* bytes of an MFT record, 0 elsewhere */
    uint64_t damaged;        /* of these, not understood or unreadable */
    bool complete;           /* everything that should be in the index is in it */
    const struct ac_tree_problem *problems;
};

/* `volume` is borrowed and must outlive the tree. Damage is not an error as long as anything could be
 * indexed: see facts. AC_CORRUPT / AC_UNSUPPORTED / AC_IO otherwise. Owned: ac_tree_close(). */
enum ac_rc ac_tree_open_ntfs(struct ac_reader *volume, struct ac_tree **ret, struct ac_err *err);
/* $MFT as a file of its own: names, sizes, times, deleted entries and content that lies within its records; other
 * content is missing. ac_tree_is_mft() looks at the first bytes (a record: at most 4096). */
bool ac_tree_is_mft(struct ac_view head);
enum ac_rc ac_tree_open_mft(struct ac_reader *mft, struct ac_tree **ret, struct ac_err *err);
/* FAT12, FAT16, FAT32, exFAT. Times are local times without a zone, taken as they stand. Files whose folder is
 * gone are not searched: that reads the whole volume. */
enum ac_rc ac_tree_open_fat(struct ac_reader *volume, struct ac_tree **ret, struct ac_err *err);
/* A folder of collected files; symbolic links are never followed. The part of it that is the volume's
 * root ("uploads/auto/C%3A" ...) is recognised: ac_tree_volume_root(). */
enum ac_rc ac_tree_open_folder(const char *path, struct ac_tree **ret, struct ac_err *err);
/* One regular file: a tree with the root and that file (the first child), and, when it is a registry
 * hive or a WMI repository, the transaction logs or maps beside it. */
enum ac_rc ac_tree_open_file(const char *path, struct ac_tree **ret, struct ac_err *err);
void ac_tree_close(struct ac_tree *t);

const struct ac_tree_facts *ac_tree_facts(const struct ac_tree *t);
ac_node ac_tree_root(const struct ac_tree *t);
/* The folder that was the volume's root when the artefacts were collected ("C", "uploads/auto/C%3A",
 * "[root]" ...); the root itself for volumes and for folders without such a part. */
ac_node ac_tree_volume_root(const struct ac_tree *t);
/* Nodes are 0 .. count-1, short names and streams included. */
ac_node ac_tree_count(const struct ac_tree *t);
void ac_tree_info(const struct ac_tree *t, ac_node node, struct ac_node_info *ret);

/* The node at `path` below `from` ("a/b", "a/b:stream", "." and empty components are passed over).
 * Case does not matter; an 8.3 name finds its file; allocated nodes are preferred, deleted ones are
 * found only with `deleted`. AC_NODE_NONE: there is none. */
ac_node ac_tree_lookup(const struct ac_tree *t, ac_node from, struct ac_str path, bool deleted);

/* Children of a folder (or the streams of a file): Borrowed array, node order, short names left out,
 * deleted nodes and streams included (see flags). */
size_t ac_tree_children(const struct ac_tree *t, ac_node node, const ac_node **ret);

/* Appends the path of a node: "Windows/System32/a.exe", "a/b:stream", "$OrphanFiles/x" for orphans. */
void ac_tree_path(const struct ac_tree *t, ac_node node, struct ac_buf *out);

enum ac_rc ac_tree_times(struct ac_tree *t, ac_node node, struct ac_node_times *ret,
                         struct ac_err *err);
/* Last write of a folder as the $I30 index of its parent has it (what FindFirstFile returns); AC_NOT_FOUND
 * if there is no such entry, AC_UNSUPPORTED on other trees than NTFS. */
enum ac_rc ac_tree_index_modified(struct ac_tree *t, ac_node node, struct ac_filetime *ret,
                                  struct ac_err *err);

/* An entry that is left in the unused part of a folder's $I30 index. Its times are those that $FILE_NAME in the
 * index had: copies of $STANDARD_INFORMATION. */
struct ac_index_slack {
    struct ac_str name; /* Borrowed: during the call */
    uint64_t entry;     /* MFT entry and sequence that it had */
    uint16_t sequence;
    uint64_t size;
    struct ac_node_times times; /* the fn_ ones */
    uint64_t offset;            /* byte in $INDEX_ALLOCATION; AC_NO_OFFSET: in $INDEX_ROOT */
    bool short_name;
};
typedef enum ac_rc ac_index_slack_each(void *context, const struct ac_index_slack *found);
/* All of a folder, also those whose file is still there. AC_UNSUPPORTED on other trees than NTFS; AC_CORRUPT
 * after the rest was told when a part of the index is damaged; else what `each` returned. */
enum ac_rc ac_tree_index_slack(struct ac_tree *t, ac_node folder, ac_index_slack_each *each,
                               void *context, struct ac_err *err);

/* Size of the content, and where its first byte lies in the image (AC_NO_OFFSET as in ac_content). */
enum ac_rc ac_tree_content(struct ac_tree *t, ac_node node, uint64_t *ret_size,
                           uint64_t *ret_offset, struct ac_err *err);
/* Reads [off, off+n) of the content; missing bytes as in ac_read(): zero-filled, AC_IO, gaps (in bytes
 * of the content). AC_TRUNCATED past the end, AC_UNSUPPORTED for content we cannot decode (EFS, WOF). */
enum ac_rc ac_tree_read(struct ac_tree *t, ac_node node, uint64_t off, void *buf, size_t n,
                        struct ac_gaps *gaps, struct ac_err *err);
/* The whole content, at most `max` bytes (AC_LIMIT otherwise). AC_OK with content.gaps.n > 0 when parts are
 * missing: the caller decides what that is worth. */
enum ac_rc ac_tree_load(struct ac_tree *t, ac_node node, uint64_t max, struct ac_content *ret,
                        struct ac_err *err);
void ac_content_free(struct ac_content *c);

#endif
