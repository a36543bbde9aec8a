/*
 * What passes over the pipe from the worker to the supervisor: frames of a type, a length and a text.
 *
 * Header: 1 byte type, 4 bytes length (little-endian), then the text (UTF-8, no NUL at its end). The
 * supervisor believes nothing: lengths are bounded by AC_MAX_FRAME, records are parsed against their
 * schema.
 */
#ifndef AC_COLLECT_WIRE_H
#define AC_COLLECT_WIRE_H

#include "base/buf.h"
#include "base/error.h"

enum ac_frame_type {
    AC_FRAME_BEGIN = 'b',   /* a step begins; text: JSON object of the step (step.h) */
    AC_FRAME_END = 'e',     /* the step with that key is done; text: its key */
    AC_FRAME_RECORD = 'r',  /* text: one record line without id */
    AC_FRAME_CONTENT = 'c', /* --extract: the next bytes of the file, any bytes */
    AC_FRAME_FACTS =
        'f', /* --extract: the file has ended; text: JSON object of what is known of it */
    AC_FRAME_PROGRESS = 'p', /* text: decimal bytes done of the medium */
    AC_FRAME_DONE = 'd',    /* the worker has done all it had to do; text: "" or why it could not */
    AC_FRAME_STOPPED = 's', /* the worker ended before that; what came is good; text: why */
};

/* Blocking write of a whole frame; AC_IO if the other end is gone. */
enum ac_rc ac_frame_write(int fd, enum ac_frame_type type, struct ac_str text, struct ac_err *err);

/* Bytes that arrived and are not yet frames. Starts as {0}. */
struct ac_frame_stream {
    struct ac_buf bytes;
    size_t at; /* start of the next frame in bytes */
};

/* Takes what is readable now. AC_OK; AC_NOT_FOUND: the other end has closed; AC_IO. */
enum ac_rc ac_frame_fill(struct ac_frame_stream *s, int fd, struct ac_err *err);
/* The next whole frame; the text is borrowed until the next fill. AC_NOT_FOUND: none is whole yet.
 * AC_CORRUPT: no frame begins here; the stream cannot be used any more. */
enum ac_rc ac_frame_next(struct ac_frame_stream *s, enum ac_frame_type *ret_type,
                         struct ac_str *ret_text, struct ac_err *err);
void ac_frame_stream_free(struct ac_frame_stream *s);

#endif
