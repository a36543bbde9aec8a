/*
 * A step: the unit that the worker announces before it touches hostile bytes, so that the supervisor
 * knows what killed it and can start a new worker past it. Usually one artefact.
 */
#ifndef AC_COLLECT_STEP_H
#define AC_COLLECT_STEP_H

#include "base/buf.h"
#include "records/record.h"

struct ac_step {
    const char *key;    /* unique in an evidence item and the same in every run */
    const char *source; /* word for the coverage table: "hive", "task", "volume" ... */
    const char *path;   /* artefact, as in the record's provenance */
    const char *user;   /* profile owner, "" for none */
    const char *system; /* which Windows, "" for none */
    uint64_t volume_offset;
};

/* Owned JSON text (free with free()); NULL: no memory. */
char *ac_step_print(const struct ac_step *s);
/* The record that a step leaves behind when it could not be finished: a `source` that was not read. */
struct ac_record *ac_step_unread(const char *step_json, size_t n, const char *reason);
/* The step's key or path out of its JSON text, appended. */
void ac_step_member(const char *step_json, size_t n, const char *member, struct ac_buf *out);

#endif
