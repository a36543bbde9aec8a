#include "collect/wire.h"

#include "base/bytes.h"
#include "base/limits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define HEADER 5

static enum ac_rc write_all(int fd, const void *p, size_t n, struct ac_err *err)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = write(fd, (const char *)p + done, n - done);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "the pipe to the supervisor broke: %s",
                           strerrordesc_np(errno));
        done += (size_t)k;
    }
    return AC_OK;
}

enum ac_rc ac_frame_write(int fd, enum ac_frame_type type, struct ac_str text, struct ac_err *err)
{
    uint8_t header[HEADER] = {(uint8_t)type, (uint8_t)text.n, (uint8_t)(text.n >> 8),
                              (uint8_t)(text.n >> 16), (uint8_t)(text.n >> 24)};
    enum ac_rc rc;

    if (text.n > AC_MAX_FRAME)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET,
                       "a record of %zu bytes is larger than a frame may be", text.n);
    rc = write_all(fd, header, sizeof(header), err);
    return rc == AC_OK ? write_all(fd, text.p, text.n, err) : rc;
}

/* Moves what is left to the front, so that the buffer stays as small as the largest frame. */
static void compact(struct ac_frame_stream *s)
{
    if (s->at == 0)
        return;
    memmove(s->bytes.p, s->bytes.p + s->at, s->bytes.n - s->at);
    s->bytes.n -= s->at;
    s->at = 0;
}

enum ac_rc ac_frame_fill(struct ac_frame_stream *s, int fd, struct ac_err *err)
{
    char piece[65536];
    ssize_t n;

    compact(s);
    do
        n = read(fd, piece, sizeof(piece));
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "the pipe from the worker broke: %s",
                       strerrordesc_np(errno));
    if (n == 0)
        return AC_NOT_FOUND;
    ac_buf_add(&s->bytes, piece, (size_t)n);
    return s->bytes.failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a frame") : AC_OK;
}

enum ac_rc ac_frame_next(struct ac_frame_stream *s, enum ac_frame_type *ret_type,
                         struct ac_str *ret_text, struct ac_err *err)
{
    const uint8_t *p = (const uint8_t *)s->bytes.p + s->at;
    size_t n = s->bytes.n - s->at;
    uint32_t len;

    if (n < HEADER)
        return AC_NOT_FOUND;
    len = ac_le32(p + 1);
    if (!p[0] || !strchr("bercfpds", p[0]) || len > AC_MAX_FRAME)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "the worker sent something that is no frame");
    if (n - HEADER < len)
        return AC_NOT_FOUND;
    *ret_type = (enum ac_frame_type)p[0];
    *ret_text = (struct ac_str){(const char *)p + HEADER, len};
    s->at += HEADER + len;
    return AC_OK;
}

void ac_frame_stream_free(struct ac_frame_stream *s)
{
    ac_buf_free(&s->bytes);
    *s = (struct ac_frame_stream){0};
}
