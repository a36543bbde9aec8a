/* The supervisor's side of a collection. Sees frames, never evidence. */
#include "collect/collect.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/numbering.h"
#include "collect/wire.h"
#include "collect/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_DEATHS 100 /* in one collection: each costs a new pass over what is done already */

/* One worker process and what it has told. */
struct child {
    pid_t pid; /* 0: not running */
    int fd;
    struct ac_frame_stream stream;
    struct ac_buf step; /* JSON of the step it is in, empty: none */
    bool done, stopped; /* it has said that it is ready; that it ended before it was */
    bool garbled;       /* it sent something that is no frame */
    struct ac_buf done_text;
    struct timespec heard; /* when it last sent something */
};

struct supervisor {
    const struct ac_collect_options *o;
    struct ac_numbering numbering;
    struct ac_collect_result *result;
    struct ac_set done, crashed;
    struct child triage, verify;
    struct ac_record **held; /* records of the verifying worker, kept until triage has ended */
    size_t n_held, cap_held;
    unsigned idle_deaths;
    bool integrity; /* a record of the container, or of digests, has come */
    struct ac_collect_progress progress;
};

static void forget_child(struct child *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->pid = 0;
    ac_frame_stream_free(&c->stream);
    ac_buf_clear(&c->step);
}

/* What a worker process does, and for whom. */
struct errand {
    struct supervisor *supervisor;
    void (*job)(struct ac_worker *);
};

static void run_errand(void *context, int fd)
{
    const struct errand *e = context;
    struct supervisor *s = e->supervisor;
    struct ac_worker w = {.options = s->o, .fd = fd, .done = &s->done, .crashed = &s->crashed};

    e->job(&w);
}

static enum ac_rc start(struct supervisor *s, struct child *c, void (*job)(struct ac_worker *),
                        struct ac_err *err)
{
    struct errand e = {s, job};
    int others[2] = {s->triage.fd, s->verify.fd};
    enum ac_rc rc = ac_worker_start(others, 2, run_errand, &e, &c->pid, &c->fd, err);

    if (rc != AC_OK)
        return rc;
    c->done = c->stopped = c->garbled = false;
    ac_buf_clear(&c->done_text);
    clock_gettime(CLOCK_MONOTONIC, &c->heard);
    return AC_OK;
}

/* ---- records */

static enum ac_rc accept(struct supervisor *s, struct ac_record *r, struct ac_err *err)
{
    s->integrity |= ac_record_kind(r) == AC_KIND_INTEGRITY;
    /* a step that killed its worker may have sent files of later ones */
    return ac_numbering_accept(&s->numbering, r, s->result->deaths > 0, err);
}

/* Hands on what the triage tells; what verification tells waits until the triage has ended, or the order of
 * the records would depend on the clock. */
static enum ac_rc take(struct supervisor *s, const struct child *c, struct ac_record *r,
                       struct ac_err *err)
{
    if (c == &s->triage)
        return accept(s, r, err);
    if (ac_grow((void **)&s->held, &s->cap_held, s->n_held + 1, sizeof(*s->held)) != 0) {
        ac_record_free(r);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    }
    s->held[s->n_held++] = r;
    return AC_OK;
}

static enum ac_rc problem(struct supervisor *s, const struct child *c, const char *where,
                          const char *what, const char *effect, const char *class,
                          struct ac_err *err)
{
    struct ac_record *r = ac_record_new(AC_KIND_PROBLEM);

    ac_record_textz(r, "where", where);
    ac_record_textz(r, "what", what);
    ac_record_textz(r, "effect", effect);
    ac_record_textz(r, "class", class);
    return take(s, c, r, err);
}

/* Not everything was looked at: for the reader, and for every rule that would say "not found". */
static enum ac_rc ended_early(struct supervisor *s, const char *why, const char *class,
                              struct ac_err *err)
{
    struct ac_record *r;
    enum ac_rc rc = problem(s, &s->triage, s->o->name, why,
                            "everything that is not listed as read was not examined", class, err);

    if (rc != AC_OK)
        return rc;
    r = ac_record_new(AC_KIND_SOURCE);
    ac_record_textz(r, "source", "collection");
    ac_record_textz(r, "name", s->o->name);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", "no");
    ac_record_textz(r, "reason", why);
    s->result->usable = s->done.n > 1; /* more than the evidence's own step */
    return accept(s, r, err);
}

static enum ac_rc take_record(struct supervisor *s, struct child *c, struct ac_str text,
                              struct ac_err *err)
{
    struct ac_record *r;

    if (ac_record_parse(text.p, text.n, &r, err) == AC_OK)
        return take(s, c, r, err);
    /* a hijacked worker may send anything: the record is refused, and that is said */
    return problem(s, c, s->o->name, "the worker sent a record that does not fit its schema",
                   "one observation is not in the report", "internal error", err);
}

/* ---- frames */

static void tell(struct supervisor *s, const char *artefact)
{
    s->progress.artefact = artefact;
    if (s->o->progress)
        s->o->progress(s->o->context, &s->progress);
}

static void take_progress(struct supervisor *s, struct ac_str text)
{
    char number[64];

    snprintf(number, sizeof(number), "%.*s", text.n < 60 ? (int)text.n : 60, text.p);
    sscanf(number, "%" SCNu64 " %" SCNu64, &s->progress.verified, &s->progress.total);
    tell(s, NULL);
}

static enum ac_rc take_frame(struct supervisor *s, struct child *c, enum ac_frame_type type,
                             struct ac_str text, struct ac_err *err)
{
    struct ac_buf path = {0};

    switch (type) {
    case AC_FRAME_BEGIN:
        ac_buf_clear(&c->step);
        ac_buf_adds(&c->step, text);
        ac_step_member(text.p, text.n, "path", &path);
        tell(s, ac_buf_text(&path));
        ac_buf_free(&path);
        return AC_OK;
    case AC_FRAME_END:
        ac_buf_clear(&c->step);
        if (c == &s->triage && !ac_set_has(&s->done, text)) {
            s->idle_deaths = 0;
            return ac_set_put(&s->done, text, 0);
        }
        return AC_OK;
    case AC_FRAME_RECORD:
        return take_record(s, c, text, err);
    case AC_FRAME_PROGRESS:
        take_progress(s, text);
        return AC_OK;
    case AC_FRAME_CONTENT: /* nobody has asked for files */
    case AC_FRAME_FACTS:
        return AC_OK;
    case AC_FRAME_DONE:
    case AC_FRAME_STOPPED:
        c->done = true;
        c->stopped = type == AC_FRAME_STOPPED;
        ac_buf_clear(&c->done_text);
        ac_buf_adds(&c->done_text, text);
        return AC_OK;
    }
    return AC_OK;
}

static enum ac_rc take_frames(struct supervisor *s, struct child *c, struct ac_err *err)
{
    enum ac_frame_type type;
    struct ac_str text;
    enum ac_rc rc;

    while ((rc = ac_frame_next(&c->stream, &type, &text, err)) == AC_OK) {
        rc = take_frame(s, c, type, text, err);
        if (rc != AC_OK)
            return rc;
    }
    if (rc == AC_CORRUPT) { /* not a caller's failure: the worker is no longer believed */
        c->garbled = true;
        kill(c->pid, SIGKILL);
        return AC_OK;
    }
    return rc == AC_NOT_FOUND ? AC_OK : rc;
}

/* ---- deaths */

static void cause_of(const struct supervisor *s, const struct child *c, int status, bool silent,
                     char *buf, size_t n)
{
    if (silent)
        snprintf(buf, n, "no sign of life for %u seconds, it was stopped",
                 s->o->wall_seconds ? s->o->wall_seconds : AC_WALL_SECONDS);
    else if (c->garbled)
        snprintf(buf, n, "the process that read it sent what is no message, it was stopped");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGVTALRM)
        snprintf(buf, n, "its budget of %u CPU seconds was used up",
                 s->o->cpu_seconds ? s->o->cpu_seconds : AC_BUDGET_CPU_SECONDS);
    else if (WIFSIGNALED(status))
        snprintf(buf, n, "the process that read it died of signal %d (%s)", WTERMSIG(status),
                 sigdescr_np(WTERMSIG(status)) ? sigdescr_np(WTERMSIG(status)) : "unknown");
    else
        snprintf(buf, n, "the process that read it ended with status %d", WEXITSTATUS(status));
}

/* What the triage worker was at becomes a problem and an unread source; its step is never tried again. */
static enum ac_rc bury_triage(struct supervisor *s, int status, bool silent, struct ac_err *err)
{
    struct child *c = &s->triage;
    struct ac_str step = ac_buf_str(&c->step);
    struct ac_buf key = {0}, path = {0};
    char cause[200];
    enum ac_rc rc;

    cause_of(s, c, status, silent, cause, sizeof(cause));
    ac_step_member(step.p, step.n, "key", &key);
    ac_step_member(step.p, step.n, "path", &path);
    s->result->deaths++;
    s->idle_deaths++;
    if (step.n == 0) {
        rc = problem(s, c, s->o->name, cause, "the examination may have ended early", "crash", err);
    } else {
        rc = problem(s, c, ac_buf_text(&path), cause, "this artefact was not read to its end",
                     "crash", err);
        if (rc == AC_OK)
            rc = accept(s, ac_step_unread(step.p, step.n, cause), err);
        if (rc == AC_OK)
            rc = ac_set_put(&s->crashed, ac_buf_str(&key), 0);
        if (rc == AC_OK && ac_set_has(&s->done, ac_buf_str(&key)))
            s->idle_deaths = AC_MAX_IDLE_DEATHS; /* not deterministic: never mind, end it */
    }
    ac_buf_free(&key);
    ac_buf_free(&path);
    return rc;
}

static enum ac_rc bury_verify(struct supervisor *s, int status, bool silent, struct ac_err *err)
{
    char cause[200];

    cause_of(s, &s->verify, status, silent, cause, sizeof(cause));
    s->result->deaths++;
    return problem(s, &s->verify, s->o->name, cause, "the image was not verified", "crash", err);
}

static enum ac_rc after_triage_death(struct supervisor *s, int status, bool silent,
                                     struct ac_err *err)
{
    enum ac_rc rc = bury_triage(s, status, silent, err);

    forget_child(&s->triage);
    if (rc != AC_OK)
        return rc;
    if (s->idle_deaths >= AC_MAX_IDLE_DEATHS || s->result->deaths >= MAX_DEATHS)
        return ended_early(s, "the worker died too often; the collection was ended", "crash", err);
    return start(s, &s->triage, ac_worker_triage, err);
}

/* The worker's pipe is closed: it has ended, well or not. */
static enum ac_rc reap(struct supervisor *s, struct child *c, bool silent, struct ac_err *err)
{
    int status = 0;
    enum ac_rc rc;

    kill(c->pid, SIGKILL); /* one that has only closed its pipe would let us wait for ever */
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (c->done && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        forget_child(c);
        return AC_OK;
    }
    if (c == &s->triage)
        return after_triage_death(s, status, silent, err);
    rc = bury_verify(s, status, silent, err);
    forget_child(c);
    return rc;
}

static bool is_silent(const struct supervisor *s, const struct child *c)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec - c->heard.tv_sec >
           (s->o->wall_seconds ? (time_t)s->o->wall_seconds : AC_WALL_SECONDS);
}

static enum ac_rc listen_to(struct supervisor *s, struct child *c, bool readable,
                            struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    if (readable) {
        clock_gettime(CLOCK_MONOTONIC, &c->heard);
        rc = ac_frame_fill(&c->stream, c->fd, err);
        if (rc == AC_NOT_FOUND)
            return reap(s, c, false, err);
        return rc == AC_OK ? take_frames(s, c, err) : rc;
    }
    if (!is_silent(s, c))
        return AC_OK;
    kill(c->pid, SIGKILL);
    return reap(s, c, true, err);
}

static enum ac_rc run(struct supervisor *s, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && (s->triage.pid || s->verify.pid)) {
        struct child *children[2] = {&s->triage, &s->verify};
        struct pollfd p[2] = {{.fd = s->triage.fd, .events = POLLIN},
                              {.fd = s->verify.fd, .events = POLLIN}};

        if (poll(p, 2, 1000) < 0 && errno != EINTR)
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "poll failed: %s", strerrordesc_np(errno));
        for (int i = 0; rc == AC_OK && i < 2; i++) {
            if (children[i]->pid)
                rc = listen_to(s, children[i], p[i].revents != 0, err);
        }
    }
    return rc;
}

/* ---- the call */

static enum ac_rc hand_over_held(struct supervisor *s, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; i < s->n_held; i++) {
        if (rc == AC_OK)
            rc = accept(s, s->held[i], err);
        else
            ac_record_free(s->held[i]);
    }
    s->n_held = 0;
    return rc;
}

static void end_children(struct supervisor *s)
{
    struct child *children[2] = {&s->triage, &s->verify};

    for (int i = 0; i < 2; i++) {
        if (children[i]->pid) {
            kill(children[i]->pid, SIGKILL);
            waitpid(children[i]->pid, NULL, 0);
        }
        forget_child(children[i]);
        ac_buf_free(&children[i]->step);
        ac_buf_free(&children[i]->done_text);
    }
}

/* Records are the same wherever the evidence lies: they have the last component of its path. */
static void last_component(const char *path, struct ac_buf *out)
{
    size_t end = strlen(path), begin;

    while (end > 1 && path[end - 1] == '/')
        end--;
    for (begin = end; begin > 0 && path[begin - 1] != '/';)
        begin--;
    ac_text_from_utf8((struct ac_view){(const uint8_t *)path + begin, end - begin, 0}, out, NULL);
}

static enum ac_rc conclude(struct supervisor *s, struct ac_err *err)
{
    const struct child *c = &s->triage;
    enum ac_rc rc = AC_OK;

    if (c->stopped) {
        rc = ended_early(s, ac_buf_text(&c->done_text), "internal error", err);
    } else if (c->done_text.n) {
        s->result->usable = false;
        rc = problem(s, c, s->o->name, ac_buf_text(&c->done_text),
                     "nothing of this evidence was examined", "unusable", err);
    }
    if (rc == AC_OK)
        rc = hand_over_held(s, err);
    /* a digest that someone asked for is never passed over in silence */
    if (rc == AC_OK && s->o->n_expected && !s->integrity)
        rc = accept(s, ac_integrity_record(s->o, NULL, NULL), err);
    return rc;
}

enum ac_rc ac_collect(const struct ac_collect_options *o, uint64_t *next_id, struct ac_sink *out,
                      struct ac_collect_result *ret, struct ac_err *err)
{
    struct ac_collect_result result = {.usable = true};
    struct ac_collect_options named = *o;
    struct ac_buf name = {0};
    struct supervisor s = {
        .o = &named,
        .numbering = {.evidence_id = o->evidence_id, .next_id = next_id, .out = out},
        .result = &result,
        .triage.fd = -1,
        .verify.fd = -1};
    enum ac_rc rc;

    last_component(o->path, &name);
    if (!o->name)
        named.name = ac_buf_text(&name);
    rc = name.failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a name")
                     : start(&s, &s.triage, ac_worker_triage, err);
    if (rc == AC_OK && o->verify)
        rc = start(&s, &s.verify, ac_worker_verify, err);
    if (rc == AC_OK)
        rc = run(&s, err);
    if (rc == AC_OK)
        rc = conclude(&s, err);
    for (size_t i = 0; i < s.n_held; i++)
        ac_record_free(s.held[i]);
    ac_free(s.held);
    end_children(&s);
    ac_set_free(&s.done);
    ac_set_free(&s.crashed);
    ac_numbering_free(&s.numbering);
    ac_buf_free(&name);
    result.records = s.numbering.records;
    if (rc == AC_OK)
        *ret = result;
    return rc;
}
