/*
 * Where records go. Parsers and collectors emit into a sink; what is behind it (a pipe, a terminal,
 * a test's array) they do not know.
 */
#ifndef AC_RECORDS_SINK_H
#define AC_RECORDS_SINK_H

#include "records/record.h"

struct ac_sink {
    /* Takes ownership of r in every case (NULL allowed: AC_NOMEM). Anything but AC_OK means stop. */
    enum ac_rc (*emit)(struct ac_sink *sink, struct ac_record *r, struct ac_err *err);
};

enum ac_rc ac_sink_emit(struct ac_sink *sink, struct ac_record *r, struct ac_err *err);

/* A `problem` record: `where` ends in the name of the file or folder concerned (a parser passes the
 * artefact's path), `what` and `effect` are plain sentences. offset: AC_NO_OFFSET if there is none. */
enum ac_rc ac_sink_problem(struct ac_sink *sink, struct ac_str where, enum ac_rc class,
                           uint64_t offset, const char *effect, const char *what_fmt, ...)
    __attribute__((format(printf, 6, 7)));

#endif
