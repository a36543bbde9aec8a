/*
 * NTFS, read by ourselves: what the files ntfs_*.c share. Layouts are those of libfsntfs'
 * "New Technologies File System (NTFS)" specification.
 *
 * Everything read is hostile: geometry, records, run lists and sizes are checked before use, loops
 * are bounded by the size of the volume. Offsets are bytes of the volume.
 */
#ifndef AC_FILES_NTFS_H
#define AC_FILES_NTFS_H

#include "base/buf.h"
#include "base/bytes.h"
#include "evidence/reader.h"
#include "files/tree.h"

#define AC_NTFS_STANDARD_INFORMATION 0x10U
#define AC_NTFS_ATTRIBUTE_LIST 0x20U
#define AC_NTFS_FILE_NAME 0x30U
#define AC_NTFS_VOLUME_NAME 0x60U
#define AC_NTFS_DATA 0x80U
#define AC_NTFS_INDEX_ROOT 0x90U
#define AC_NTFS_INDEX_ALLOCATION 0xA0U
#define AC_NTFS_BITMAP 0xB0U
#define AC_NTFS_REPARSE_POINT 0xC0U
#define AC_NTFS_END 0xFFFFFFFFU

#define AC_NTFS_RECORD_IN_USE 1U
#define AC_NTFS_RECORD_DIRECTORY 2U

#define AC_NTFS_ATTR_COMPRESSED 0x00FFU /* mask of the method, 1 = LZNT1 */
#define AC_NTFS_ATTR_ENCRYPTED 0x4000U

#define AC_NTFS_ROOT_ENTRY 5U
#define AC_NTFS_ENTRY_MASK UINT64_C(0xFFFFFFFFFFFF) /* of a file reference; the rest: sequence */

#define AC_NTFS_MAX_RECORD 65536U
#define AC_NTFS_NAME_HEAD 66U /* bytes of a $FILE_NAME before the name */

/* ---- ntfs_boot.c */
struct ac_ntfs_boot {
    uint32_t sector, cluster, record, index; /* sizes in bytes, powers of two */
    uint64_t clusters;                       /* of the volume, at most what the reader holds */
    uint64_t mft_lcn, mirror_lcn;
    uint64_t serial;
};

/* A boot sector. AC_NOT_FOUND: no NTFS signature; AC_UNSUPPORTED: BitLocker; AC_CORRUPT. */
enum ac_rc ac_ntfs_boot_parse(struct ac_view sector, uint64_t volume_size, struct ac_ntfs_boot *ret,
                              struct ac_err *err);
/* Boot sector, its copy at the end, or geometry worked out from record 0 of $MFT or $MFTMirr.
 * *ret_how (static text) says what had to be used, NULL: the boot sector itself. */
enum ac_rc ac_ntfs_boot_find(struct ac_reader *volume, struct ac_ntfs_boot *ret,
                             const char **ret_how, struct ac_err *err);

/* ---- ntfs_record.c */

/* Verifies and undoes the fix-ups of a record ("FILE") or index block ("INDX") in place. NULL: fine;
 * otherwise what is wrong (static text): the sectors that do verify have been repaired. */
const char *ac_ntfs_fixup(uint8_t *record, size_t n);

struct ac_ntfs_head {
    uint16_t sequence, links, flags;
    uint32_t first_attr, used;
    uint64_t base; /* reference of the base record, 0: this is one */
};

/* False: no "FILE" record, or its header points outside. */
bool ac_ntfs_head(struct ac_view record, struct ac_ntfs_head *ret);

struct ac_ntfs_attr {
    uint32_t type;
    uint16_t flags, id;
    bool resident;
    struct ac_view name;  /* UTF-16LE */
    struct ac_view value; /* resident: the content; else the run list */
    /* set for non-resident ones only */
    uint64_t first_vcn, allocated, size, initialized;
    uint8_t unit_log2; /* clusters of a compression unit, 0: none */
};

/* Iterates: *at starts as head.first_attr. False at the end; *ret_bad (may be NULL) becomes true if
 * the end is not where it should be. */
bool ac_ntfs_attr_next(struct ac_view record, uint32_t used, size_t *at, struct ac_ntfs_attr *ret,
                       bool *ret_bad);

struct ac_ntfs_name {
    uint64_t parent; /* file reference */
    uint64_t created, modified, changed, accessed;
    uint8_t name_space; /* 0 POSIX, 1 Win32, 2 DOS, 3 both */
    struct ac_view name;
};
#define AC_NTFS_SPACE_DOS 2U

/* The value of a $FILE_NAME (also inside $I30 entries). */
bool ac_ntfs_name(struct ac_view value, struct ac_ntfs_name *ret);

/* ---- ntfs_runs.c */
#define AC_NTFS_HOLE UINT64_MAX

struct ac_ntfs_run {
    uint64_t vcn, lcn, len; /* clusters; lcn AC_NTFS_HOLE: sparse */
};

struct ac_ntfs_runs {
    struct ac_ntfs_run *items; /* ascending, without gaps between */
    size_t n, cap;
    uint64_t end; /* first VCN not covered */
};

/* Appends the pairs of one run list, which begins at VCN runs->end. AC_CORRUPT: pairs up to there were
 * appended. AC_NOMEM. */
enum ac_rc ac_ntfs_runs_add(struct ac_ntfs_runs *runs, struct ac_view list, uint64_t clusters,
                            struct ac_err *err);
void ac_ntfs_runs_free(struct ac_ntfs_runs *runs);
/* The run that holds vcn (binary search), NULL if none does. */
const struct ac_ntfs_run *ac_ntfs_runs_at(const struct ac_ntfs_runs *runs, uint64_t vcn);

/* ---- ntfs_stream.c: the bytes of one attribute */
struct ac_ntfs_stream {
    uint64_t size, initialized;
    uint8_t *resident;        /* Owned; NULL: non-resident */
    uint64_t resident_offset; /* where its first byte lies on the volume */
    struct ac_ntfs_runs runs;
    uint32_t cluster;
    uint32_t unit;           /* bytes of a compression unit, 0: not compressed */
    const char *refused;     /* why the content can not be decoded, NULL: it can (static text) */
    const char *damaged;     /* why a part of the run list is missing (static text) */
    uint8_t *plain, *packed; /* one unit, and room for its compressed form */
    uint64_t plain_unit;     /* the unit that `plain` holds, UINT64_MAX: none */
    struct ac_gaps plain_gaps;
};

/* As ac_tree_read(). */
enum ac_rc ac_ntfs_stream_read(struct ac_reader *volume, struct ac_ntfs_stream *s, uint64_t off,
                               void *buf, size_t n, struct ac_gaps *gaps, struct ac_err *err);
/* Where byte `off` lies on the volume, AC_NO_OFFSET if nowhere as it is. */
uint64_t ac_ntfs_stream_place(const struct ac_ntfs_stream *s, uint64_t off);
void ac_ntfs_stream_free(struct ac_ntfs_stream *s);

/* ---- ntfs_lznt1.c */

/* Decompresses one unit into out[0..n); what is not covered becomes zeros. False: damaged (out holds what
 * came before). Format: MS-XCA 2.5 */
bool ac_ntfs_lznt1(struct ac_view in, uint8_t *out, size_t n);

/* ---- ntfs_volume.c: an opened volume with its $MFT */
struct ac_ntfs {
    struct ac_reader *volume; /* Borrowed */
    struct ac_reader
        *alone; /* Borrowed: $MFT as a file of its own, without its volume; else NULL */
    struct ac_ntfs_boot boot;
    struct ac_ntfs_stream mft;
    uint64_t records;       /* of $MFT */
    uint8_t *mirror;        /* $MFTMirr as read, fix-ups undone; NULL: unreadable */
    uint32_t mirror_good;   /* bit i: record i of the mirror is sound */
    bool mft_from_mirror;   /* record 0 of $MFT was unusable */
    bool mft_guessed;       /* both were: $MFT is taken to lie in one piece */
    const char *mft_damage; /* something of the run list of $MFT is missing (static text) */
};

enum ac_rc ac_ntfs_open(struct ac_ntfs *v, struct ac_err *err);
/* Bytes of $MFT, as ac_tree_read(), and where byte `off` of it lies on the evidence. */
enum ac_rc ac_ntfs_mft_read(struct ac_ntfs *v, uint64_t off, void *buf, size_t n,
                            struct ac_gaps *gaps, struct ac_err *err);
uint64_t ac_ntfs_mft_place(const struct ac_ntfs *v, uint64_t off);
void ac_ntfs_close(struct ac_ntfs *v);
/* Reads record `entry` into buf (boot.record bytes), fix-ups undone; the mirror stands in for the first
 * ones. *ret_damage (static text) or NULL. AC_CORRUPT: no record there; AC_IO; AC_TRUNCATED. */
enum ac_rc ac_ntfs_record(struct ac_ntfs *v, uint64_t entry, uint8_t *buf, const char **ret_damage,
                          struct ac_err *err);

/* ---- ntfs_alone.c: $MFT without its volume */

/* The file is v->alone: boot and mft are made to fit, everything else of the volume is missing. AC_CORRUPT: it does not
 * begin with the record of $MFT. */
enum ac_rc ac_ntfs_open_alone(struct ac_ntfs *v, struct ac_err *err);

/* ---- ntfs_file.c: one file with all its records */
struct ac_ntfs_file {
    uint64_t entry;
    struct ac_ntfs_head head; /* of the base record */
    uint8_t *bytes;           /* Owned: n records, the base record first */
    uint64_t *entries;        /* Owned: their numbers */
    size_t n, cap, entries_cap;
    uint32_t record;     /* bytes of each */
    const char *damaged; /* something of it could not be read (static text), or NULL */
};

enum ac_rc ac_ntfs_file_load(struct ac_ntfs *v, uint64_t entry, struct ac_ntfs_file *ret,
                             struct ac_err *err);
void ac_ntfs_file_free(struct ac_ntfs_file *f);

/* Iterates over the attributes of all records. Starts as {0}. */
struct ac_ntfs_cursor {
    size_t record, at;
    bool inside;
};
bool ac_ntfs_file_next(const struct ac_ntfs_file *f, struct ac_ntfs_cursor *c,
                       struct ac_ntfs_attr *ret);
/* Opens the attribute of that type and name (UTF-8 as the index shows it). AC_NOT_FOUND. Owned:
 * ac_ntfs_stream_free(). */
enum ac_rc ac_ntfs_file_stream(struct ac_ntfs *v, const struct ac_ntfs_file *f, uint32_t type,
                               struct ac_str name, struct ac_ntfs_stream *ret, struct ac_err *err);

/* ---- ntfs_i30.c */

/* Gets each index header (of the root, of each INDX block, used or not) with what follows it, and its place in
 * $INDEX_ALLOCATION (AC_NO_OFFSET: the root). False: enough. */
typedef bool ac_ntfs_i30_visit(void *context, struct ac_view header, uint64_t offset, bool used);
enum ac_rc ac_ntfs_i30_each(struct ac_ntfs *v, const struct ac_ntfs_file *f,
                            ac_ntfs_i30_visit *visit, void *context, const char **ret_damage,
                            struct ac_err *err);
/* What ac_tree_index_slack() says. */
enum ac_rc ac_ntfs_i30_slack(struct ac_ntfs *v, const struct ac_ntfs_file *f,
                             ac_index_slack_each *each, void *context, struct ac_err *err);
/* Last write of the entry with that file reference and name in the $I30 index of folder f. */
enum ac_rc ac_ntfs_i30_modified(struct ac_ntfs *v, const struct ac_ntfs_file *f, uint64_t reference,
                                struct ac_str name, uint64_t *ret, struct ac_err *err);

/* ---- ntfs_index.c */
struct ac_tree;

/* Reads $MFT from end to end into t->index (which holds the root) and finishes the index. */
enum ac_rc ac_ntfs_index(struct ac_ntfs *v, struct ac_tree *t, struct ac_err *err);

#endif
