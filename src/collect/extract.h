/*
 * Copies files out of one evidence item, for examiners who look further: hives, logs, the files that findings name.
 *
 * A worker reads them (it alone parses evidence) and sends their bytes over its pipe; it can write nothing. The
 * supervisor numbers them, packs them (packed_file.h) and computes their digests. No name of the evidence becomes a
 * path. When a worker dies the file it was at is left out, with the reason, and a new one goes on behind it.
 */
#ifndef AC_COLLECT_EXTRACT_H
#define AC_COLLECT_EXTRACT_H

#include "collect/collect.h"

struct ac_extract_file {
    /* what is asked for; Borrowed */
    const char *path;       /* on the volume, as in records */
    const char *mft;        /* "entry-sequence"; "": the volume has none */
    uint64_t volume_offset; /* bytes */
    /* what came of it */
    char name[32]; /* in the folder; "": it was left out, see reason */
    char sha256[AC_HASH_TEXT];
    uint64_t size;
    bool deleted;     /* its MFT entry is not in use: other files may have taken its place */
    uint64_t missing; /* bytes that are not on the evidence; zeros stand in their place */
    json_t *ranges;   /* Owned (json_decref): offset, length, reason of each; NULL: none */
    char reason[AC_ERR_TEXT];
};

/* What may still be written, counted down over all evidence items. */
struct ac_extract_left {
    uint64_t files, bytes; /* bytes before packing */
    uint64_t number;       /* of the file written last */
};

/* Of the options path, cpu_seconds and wall_seconds count. Fails only if our own resources do (no fork, no memory,
 * the folder cannot be written). */
enum ac_rc ac_extract(const struct ac_collect_options *o, int folder, struct ac_extract_file *files,
                      size_t n, struct ac_extract_left *left, struct ac_err *err);

/* The worker's side, extract_worker.c: sends the files from `first` on. */
struct ac_extract_order {
    const struct ac_extract_file *files;
    size_t first, n;
    struct ac_extract_left left;
};
struct ac_worker;
void ac_worker_extract(struct ac_worker *w, const struct ac_extract_order *order);

#endif
