/* Records of one evidence item on their way out: they get their ids, and targets the ids of their files. */
#ifndef AC_COLLECT_NUMBERING_H
#define AC_COLLECT_NUMBERING_H

#include "base/set.h"
#include "records/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct ac_numbering {
    const char *evidence_id; /* Borrowed: of records that do not name theirs */
    uint64_t *next_id;       /* Borrowed: goes on over several items */
    struct ac_sink *out;     /* Borrowed */
    uint64_t records;        /* handed on */
    struct ac_set files;     /* "volume offset:path" of file records -> number of their id */
    struct ac_set sent;      /* the same with the MFT entry */
};

/* Numbers a record and hands it on. once: a file that has come already is dropped. AC_NOMEM, or what the sink returns. The
 * record is Taken. */
enum ac_rc ac_numbering_accept(struct ac_numbering *n, struct ac_record *r, bool once,
                               struct ac_err *err);
void ac_numbering_free(struct ac_numbering *n);

#endif
