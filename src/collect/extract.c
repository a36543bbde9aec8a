/* The supervisor's side of --extract. Sees frames, never evidence. */
#include "collect/extract.h"

#include "base/limits.h"
#include "collect/packed_file.h"
#include "collect/wire.h"
#include "collect/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct extraction {
    const struct ac_collect_options *o;
    int folder;
    struct ac_extract_file *files;
    size_t n, at; /* the file that the worker is at, or would be at next */
    struct ac_extract_left *left;
    bool open;         /* the worker is inside of a file */
    bool told;         /* its facts have come */
    bool done;         /* the worker has said that it is ready */
    bool garbled;      /* it sent what it must not */
    struct ac_buf why; /* why it could do nothing */
    struct ac_packed_file *packed;
    struct ac_hash *hash;
    pid_t pid;
    int fd;
    struct ac_frame_stream stream;
};

/* ---- one file */

static void drop(struct extraction *x)
{
    ac_packed_discard(x->packed);
    x->packed = NULL;
    ac_hash_free(x->hash);
    x->hash = NULL;
}

static void leave_out(struct extraction *x, struct ac_extract_file *f, const char *reason)
{
    drop(x);
    f->name[0] = f->sha256[0] = '\0';
    f->size = f->missing = 0;
    json_decref(f->ranges);
    f->ranges = NULL;
    snprintf(f->reason, sizeof(f->reason), "%s", reason);
}

static enum ac_rc open_file(struct extraction *x, struct ac_extract_file *f, struct ac_err *err)
{
    enum ac_rc rc;

    snprintf(f->name, sizeof(f->name), "%06" PRIu64 ".bin.gz", x->left->number + 1);
    f->size = 0;
    rc = ac_hash_new(AC_SHA256, &x->hash, err);
    return rc == AC_OK ? ac_packed_open(x->folder, f->name, &x->packed, err) : rc;
}

static enum ac_rc take_content(struct extraction *x, struct ac_str bytes, struct ac_err *err)
{
    struct ac_extract_file *f = &x->files[x->at];
    enum ac_rc rc = AC_OK;

    /* a worker that keeps to its order stays below these; one that does not is not believed */
    if (!x->open || x->told || x->left->files == 0 || bytes.n > x->left->bytes - f->size ||
        f->size + bytes.n > AC_MAX_EXTRACT_FILE) {
        x->garbled = true;
        return AC_OK;
    }
    if (!x->packed)
        rc = open_file(x, f, err);
    if (rc == AC_OK)
        rc = ac_hash_add(x->hash, bytes.p, bytes.n);
    f->size += bytes.n;
    return rc == AC_OK ? ac_packed_add(x->packed, bytes.p, bytes.n, err) : rc;
}

static enum ac_rc keep(struct extraction *x, struct ac_extract_file *f, struct ac_err *err)
{
    enum ac_rc rc = x->packed ? AC_OK : open_file(x, f, err); /* an empty one */

    if (rc == AC_OK)
        rc = ac_hash_end(x->hash, f->sha256);
    ac_hash_free(x->hash);
    x->hash = NULL;
    if (rc == AC_OK)
        rc = ac_packed_close(x->packed, err);
    else
        ac_packed_discard(x->packed);
    x->packed = NULL;
    if (rc != AC_OK)
        return rc;
    x->left->number++;
    x->left->files--;
    x->left->bytes -= f->size;
    return AC_OK;
}

static enum ac_rc take_facts(struct extraction *x, struct ac_str text, struct ac_err *err)
{
    struct ac_extract_file *f = &x->files[x->at];
    json_t *o = json_loadb(text.p, text.n, 0, NULL), *ranges = json_object_get(o, "ranges");
    const char *reason = json_string_value(json_object_get(o, "reason"));
    json_int_t missing = json_integer_value(json_object_get(o, "missing"));
    enum ac_rc rc = AC_OK;

    if (!x->open || x->told || !reason || missing < 0 || !json_is_array(ranges) ||
        (!reason[0] && x->left->files == 0)) {
        x->garbled = true;
    } else if (reason[0]) {
        leave_out(x, f, reason);
    } else {
        f->deleted = json_is_true(json_object_get(o, "deleted"));
        f->missing = (uint64_t)missing;
        f->ranges = json_array_size(ranges) ? json_incref(ranges) : NULL;
        rc = keep(x, f, err);
    }
    x->told |= !x->garbled;
    json_decref(o);
    return rc;
}

/* ---- frames */

/* AC_OK also for a frame that must not come now: x->garbled tells. */
static enum ac_rc take_frame(struct extraction *x, enum ac_frame_type type, struct ac_str text,
                             struct ac_err *err)
{
    switch (type) {
    case AC_FRAME_BEGIN:
        if (x->open || x->at >= x->n)
            break;
        x->open = true;
        x->told = false;
        return AC_OK;
    case AC_FRAME_CONTENT:
        return take_content(x, text, err);
    case AC_FRAME_FACTS:
        return take_facts(x, text, err);
    case AC_FRAME_END:
        if (!x->open || !x->told)
            break;
        x->open = false;
        x->at++;
        return AC_OK;
    case AC_FRAME_DONE:
        x->done = true;
        ac_buf_clear(&x->why);
        ac_buf_adds(&x->why, text);
        return AC_OK;
    case AC_FRAME_RECORD:
    case AC_FRAME_PROGRESS:
    case AC_FRAME_STOPPED:
        break;
    }
    x->garbled = true;
    return AC_OK;
}

static enum ac_rc take_frames(struct extraction *x, struct ac_err *err)
{
    enum ac_frame_type type;
    struct ac_str text;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && !x->garbled) {
        rc = ac_frame_next(&x->stream, &type, &text, err);
        if (rc == AC_NOT_FOUND)
            return AC_OK;
        if (rc == AC_CORRUPT) {
            x->garbled = true;
            return AC_OK;
        }
        if (rc == AC_OK)
            rc = take_frame(x, type, text, err);
    }
    return rc;
}

/* ---- the worker */

static void run_order(void *context, int fd)
{
    struct extraction *x = context;
    struct ac_set none = {0};
    struct ac_worker w = {.options = x->o, .fd = fd, .done = &none, .crashed = &none};
    struct ac_extract_order order = {
        .files = x->files, .first = x->at, .n = x->n, .left = *x->left};

    ac_worker_extract(&w, &order);
}

/* Until the worker's pipe is closed, it is silent for too long, or it sends what it must not. */
static enum ac_rc listen_to(struct extraction *x, bool *ret_silent, struct ac_err *err)
{
    unsigned seconds = x->o->wall_seconds ? x->o->wall_seconds : AC_WALL_SECONDS;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && !x->garbled) {
        struct pollfd p = {.fd = x->fd, .events = POLLIN};
        int k = poll(&p, 1, (int)seconds * 1000);

        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "poll failed: %s", strerrordesc_np(errno));
        *ret_silent = k == 0;
        if (k == 0)
            return AC_OK;
        rc = ac_frame_fill(&x->stream, x->fd, err);
        if (rc == AC_NOT_FOUND)
            return AC_OK;
        if (rc == AC_OK)
            rc = take_frames(x, err);
    }
    return rc;
}

static void say_death(const struct extraction *x, int status, bool silent, char *buf, size_t n)
{
    if (silent)
        snprintf(buf, n, "the process that read it gave no sign of life, it was stopped");
    else if (x->garbled)
        snprintf(buf, n, "the process that read it sent what it must not, it was stopped");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGVTALRM)
        snprintf(buf, n, "its budget of CPU time was used up");
    else if (WIFSIGNALED(status))
        snprintf(buf, n, "the process that read it died of signal %d", WTERMSIG(status));
    else
        snprintf(buf, n, "the process that read it ended with status %d", WEXITSTATUS(status));
}

/* One worker from x->at on. Afterwards x->at stands behind the file that killed it, or at the end. */
static enum ac_rc run_worker(struct extraction *x, struct ac_err *err)
{
    bool silent = false;
    char cause[160];
    int status = 0;
    enum ac_rc rc = ac_worker_start(&x->folder, 1, run_order, x, &x->pid, &x->fd, err);

    if (rc != AC_OK)
        return rc;
    x->open = x->told = x->done = x->garbled = false;
    rc = listen_to(x, &silent, err);
    kill(x->pid, SIGKILL);
    while (waitpid(x->pid, &status, 0) < 0 && errno == EINTR)
        ;
    close(x->fd);
    ac_frame_stream_free(&x->stream);
    if (rc == AC_OK && !(x->done && !x->garbled)) {
        say_death(x, status, silent, cause, sizeof(cause));
        if (x->at < x->n && !(x->open && x->told))
            leave_out(x, &x->files[x->at], cause);
        x->at++;
    }
    drop(x);
    return rc;
}

enum ac_rc ac_extract(const struct ac_collect_options *o, int folder, struct ac_extract_file *files,
                      size_t n, struct ac_extract_left *left, struct ac_err *err)
{
    struct extraction x = {
        .o = o, .folder = folder, .files = files, .n = n, .left = left, .fd = -1};
    enum ac_rc rc = AC_OK;

    for (unsigned deaths = 0; rc == AC_OK && x.at < n && deaths < AC_MAX_EXTRACT_DEATHS; deaths++) {
        rc = run_worker(&x, err);
        if (x.done && !x.garbled)
            break;
    }
    for (; x.at < n; x.at++)
        leave_out(&x, &files[x.at],
                  x.why.n ? ac_buf_text(&x.why) : "the process that reads died too often");
    ac_buf_free(&x.why);
    return rc;
}
