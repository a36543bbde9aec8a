#include "collect/worker.h"

#include "base/limits.h"
#include "collect/confine.h"
#include "collect/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

/* ITIMER_VIRTUAL ends the process with SIGVTALRM, which the supervisor reads as "budget used up". */
static void set_cpu_budget(long seconds)
{
    struct itimerval t = {.it_value = {.tv_sec = seconds}};

    setitimer(ITIMER_VIRTUAL, &t, NULL);
}

static void send_or_die(struct ac_worker *w, enum ac_frame_type type, const char *text)
{
    /* A broken pipe means that the supervisor is gone: there is nobody left to work for. */
    if (ac_frame_write(w->fd, type, ac_str_of(text), NULL) != AC_OK)
        _exit(1);
}

bool ac_worker_begin(struct ac_worker *w, const struct ac_step *s, struct ac_err *err)
{
    char *text;

    if (ac_set_has(w->crashed, ac_str_of(s->key)))
        return false;
    text = ac_step_print(s);
    if (!text) {
        AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to announce %s", s->path);
        return false;
    }
    send_or_die(w, AC_FRAME_BEGIN, text);
    free(text);
    w->mute = ac_set_has(w->done, ac_str_of(s->key));
    w->emitted = w->problems = 0;
    set_cpu_budget(w->options->cpu_seconds ? w->options->cpu_seconds : AC_BUDGET_CPU_SECONDS);
    return true;
}

void ac_worker_end(struct ac_worker *w, const struct ac_step *s)
{
    set_cpu_budget(0);
    send_or_die(w, AC_FRAME_END, s->key);
    w->mute = false;
}

enum ac_rc ac_worker_send(struct ac_worker *w, struct ac_record *r, struct ac_err *err)
{
    enum ac_rc rc = ac_record_rc(r);
    char *line = NULL;

    if (rc == AC_OK) {
        w->emitted++;
        w->problems += ac_record_kind(r) == AC_KIND_PROBLEM;
        if (!w->mute) {
            line = ac_record_print(r);
            rc = line ? ac_frame_write(w->fd, AC_FRAME_RECORD, ac_str_of(line), err)
                      : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to send a record");
        }
    } else {
        AC_FAIL(err, rc, AC_NO_OFFSET, "a record could not be made");
    }
    free(line);
    ac_record_free(r);
    return rc;
}

static void limit(int resource, rlim_t value)
{
    struct rlimit r = {value, value};

    setrlimit((__rlimit_resource_t)resource, &r);
}

static void limit_process(void)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);  /* a worker writes to its pipe only */
#ifndef __SANITIZE_ADDRESS__ /* AddressSanitizer reserves terabytes of address space */
    limit(RLIMIT_AS, AC_WORKER_MEMORY);
#endif
}

/* What the kernel offers and does not give is no reason to go on without. */
static void confine_process(void)
{
    struct ac_err err = {0};
    char text[512];

    if (ac_confine(&err) == AC_OK)
        return;
    fprintf(stderr, "aftercheck: %s\n", ac_err_text(&err, text, sizeof(text)));
    _exit(1);
}

enum ac_rc ac_worker_start(const int *others, size_t n, void (*job)(void *context, int fd),
                           void *context, pid_t *ret_pid, int *ret_fd, struct ac_err *err)
{
    int fds[2];
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) != 0)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "no pipe for a worker: %s",
                       strerrordesc_np(errno));
    fflush(NULL); /* or the worker would flush the same bytes again */
    pid = fork();
    if (pid < 0) {
        close(fds[0]);
        close(fds[1]);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no worker process: %s",
                       strerrordesc_np(errno));
    }
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(fds[0]);
        for (size_t i = 0; i < n; i++) {
            if (others[i] >= 0)
                close(others[i]);
        }
        limit_process();
        confine_process();
        job(context, fds[1]);
        _exit(0);
    }
    close(fds[1]);
    *ret_pid = pid;
    *ret_fd = fds[0];
    return AC_OK;
}
