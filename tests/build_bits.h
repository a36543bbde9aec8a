/*
 * BITS jobs, queue files and database blobs for tests, from ANSSI-FR/bits_parser (structs.py) and
 * mandiant's BitsParser.
 */
#ifndef AC_TESTS_BUILD_BITS_H
#define AC_TESTS_BUILD_BITS_H

#include "fixture.h"

struct fx_bits_file {
    const char *remote, *local, *temporary;
    uint64_t size, transferred;
};

struct fx_bits_job {
    const char *mark; /* hex of 16 bytes; NULL: that of Windows 7 */
    unsigned type, priority, state, flags;
    const char *id; /* 16 characters */
    const char *name, *description, *program, *parameters, *sid;
    const struct fx_bits_file *files;
    size_t n_files;
    unsigned errors;    /* entries in its list of errors */
    size_t error_bytes; /* of one */
    const char *created, *modified;
};

void fx_bits_hex(struct ac_buf *out, const char *hex);
/* A job as queue files have it, its marks around it. */
void fx_bits_job(struct ac_buf *out, const struct fx_bits_job *j);
/* A queue file: the jobs, and `rest` behind the queue. */
void fx_bits_queue(struct ac_buf *out, const struct fx_bits_job *jobs, size_t n,
                   const struct ac_buf *rest);
/* The blobs of a database's tables. A job names its files by ids: 16 characters each. */
void fx_bits_job_blob(struct ac_buf *out, const struct fx_bits_job *j, const char *const *ids);
void fx_bits_file_blob(struct ac_buf *out, const struct fx_bits_file *f);

#endif
