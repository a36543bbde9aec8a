/*
 * The worker's side of a collection: what runs after fork, and the steps it goes through.
 */
#ifndef AC_COLLECT_WORKER_H
#define AC_COLLECT_WORKER_H

#include "base/set.h"
#include "collect/collect.h"
#include "collect/step.h"

#include <sys/types.h>

/* A worker's connection to its supervisor. */
struct ac_worker {
    const struct ac_collect_options *options;
    int fd; /* write end of the pipe */
    const struct ac_set
        *done; /* keys of steps whose records have arrived: parsed again, not sent again */
    const struct ac_set *crashed; /* keys of steps that killed a worker: passed over */
    bool mute;                    /* inside a step of `done` */
    uint64_t emitted;             /* records since the step began */
    uint64_t problems;            /* of them, problems */
};

/* Announces a step and starts its CPU budget. False: pass over it (it killed a worker). */
bool ac_worker_begin(struct ac_worker *w, const struct ac_step *s, struct ac_err *err);
void ac_worker_end(struct ac_worker *w, const struct ac_step *s);
/* Sends a record (owned) unless the step's records are known already. */
enum ac_rc ac_worker_send(struct ac_worker *w, struct ac_record *r, struct ac_err *err);

/* Starts a worker process: limited in memory, core files and written files, it does `job` with the write end of a pipe
 * and ends. It holds no end of the pipes in `others` (-1: none) and does not outlive its supervisor: either would keep
 * another process waiting for ever. The read end comes back. */
enum ac_rc ac_worker_start(const int *others, size_t n, void (*job)(void *context, int fd),
                           void *context, pid_t *ret_pid, int *ret_fd, struct ac_err *err);

/* The record of what the container says and, with v, of what was computed (NULL: not computed), beside what was
 * expected. Without img (its container could not be read) the expected digests alone. */
struct ac_record *ac_integrity_record(const struct ac_collect_options *o,
                                      const struct ac_image *img, const struct ac_verification *v);

/* The two jobs; each returns when everything is sent. The text of DONE: "" or why nothing could be done. */
void ac_worker_triage(struct ac_worker *w);
void ac_worker_verify(struct ac_worker *w);

#endif
