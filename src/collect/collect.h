/*
 * Collecting: from one evidence item to records, with all parsing in a worker process.
 *
 * The supervisor (the calling process) never parses evidence. It forks a worker, takes frames from
 * its pipe, numbers the records and hands them on. When a worker dies the artefact it was at becomes
 * a `problem` and a `source` that was not read, and a new worker starts past it. Verification of an
 * image runs in a second worker at the same time, with its own handle.
 *
 * A call always ends: artefacts have a CPU budget, silence a wall-clock limit, deaths a maximum. When it
 * ends before everything was looked at, a `source` "collection" that was not read says so.
 */
#ifndef AC_COLLECT_COLLECT_H
#define AC_COLLECT_COLLECT_H

#include "evidence/verify.h"
#include "parser.h"
#include "records/sink.h"

struct ac_content_scanner; /* base/content_scanner.h */

struct ac_collect_progress {
    const char *artefact;     /* being read now; Borrowed for the call; NULL: unchanged */
    uint64_t verified, total; /* bytes; total 0: nothing is verified */
};

struct ac_collect_options {
    const char *path; /* image, hive, other artefact, or folder; bytes as the system has them */
    const char *name; /* how records name it, UTF-8; NULL: the last component of path */
    const char *evidence_id;                 /* "E1" */
    bool verify;                             /* images and single files, not folders */
    const struct ac_expected_hash *expected; /* Borrowed: digests recorded elsewhere */
    size_t n_expected;
    bool list_accounts; /* name sites and accounts of credential stores */
    const struct ac_content_scanner
        *scanner; /* of contents of files; NULL: they are not looked through */
    bool deep;    /* of all files */
    const struct ac_parser *const *parsers; /* NULL-terminated; NULL: ac_parsers() */
    unsigned cpu_seconds;                   /* of one artefact; 0: AC_BUDGET_CPU_SECONDS */
    unsigned wall_seconds;                  /* without a sign of life; 0: AC_WALL_SECONDS */
    void (*progress)(void *context, const struct ac_collect_progress *p); /* may be NULL */
    void *context;
};

struct ac_collect_result {
    bool usable;      /* something of the evidence could be examined */
    unsigned deaths;  /* workers that died */
    uint64_t records; /* handed to the sink */
};

/* Records come to `out` in a stable order, with ids R-000001 ... from *next_id on (counted up). Fails only if
 * the caller's own resources do (no fork, no memory, sink): bad evidence is a result. */
enum ac_rc ac_collect(const struct ac_collect_options *o, uint64_t *next_id, struct ac_sink *out,
                      struct ac_collect_result *ret, struct ac_err *err);

#endif
