/*
 * The cases of NIST's Computer Forensics Tool Testing for registry tools, as far as the generator of
 * its data set (CFReDS 2017 winreg) fixes them, and cases of our own. Hives come from build_regf.h,
 * damage and deletion from here and build_regf_log.h. Every case reads a hive with the parser of the
 * product, all keys, and checks the records.
 */
#ifndef AC_TESTS_CFTT_H
#define AC_TESTS_CFTT_H

#include "build_regf_log.h"
#include "parser.h"

struct cftt {
    struct fx_hive *hive;
    struct ac_buf file;          /* the hive; cases change it */
    struct ac_companion logs[3]; /* given to the parser */
    size_t n_logs;
    struct fx_records records; /* what came out */
    enum ac_rc rc;
    struct ac_buf anomalies; /* sentences, one a line; empty: as expected */
};

struct cftt_case {
    const char *id, *what, *bar;
    void (*run)(struct cftt *t);
    const char *known; /* an anomaly that is known and explained; NULL: none is */
};

extern const struct cftt_case cftt_nr[], cftt_nrd[], cftt_cr[], cftt_mr[], cftt_own[];

/* Notes an anomaly unless `ok`. */
void cftt_expect(struct cftt *t, bool ok, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Builds t->hive into t->file. */
void cftt_build(struct cftt *t);
/* Reads t->file. The file must be as before afterwards. */
void cftt_read(struct cftt *t);

/* The record of a key or value with that path (and name) and state; NULL state: any. */
const struct ac_record *cftt_key(const struct cftt *t, const char *path, const char *state);
const struct ac_record *cftt_value(const struct cftt *t, const char *path, const char *name,
                                   const char *state);
bool cftt_data_is(const struct ac_record *r, const void *data, size_t n);
bool cftt_has_problem(const struct cftt *t, const char *word);
/* Does the hex field of any value record in that state hold these bytes? */
bool cftt_holds(const struct cftt *t, const char *field, const char *state, const void *p,
                size_t n);
/* A key must be there (live), deleted ... and a value with its data. */
void cftt_want_key(struct cftt *t, const char *path, const char *state);
void cftt_want_value(struct cftt *t, const char *path, const char *name, const void *data, size_t n,
                     const char *state);
size_t cftt_count(const struct cftt *t, enum ac_kind kind, const char *state);

/* Text that begins with `tag` and goes on for n bytes. */
void cftt_bytes(struct ac_buf *out, const char *tag, size_t n);
/* NIST's filling of overwritten regions. */
void cftt_overwrite(struct cftt *t, size_t from, size_t to);

#endif
