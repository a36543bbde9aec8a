/* --sign-with: a command of the user's that signs the manifest when everything is written. */
#include "cli_job.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORDS 64

extern char **environ;

struct words {
    char *text; /* Owned: the words one behind the other */
    char *argv[MOST_WORDS + 2];
    size_t n;
};

/* Copies one word to *to. Quotes of either kind hold blanks together; nothing else means anything. False: a quote is
 * not closed. */
static bool copy_word(const char **from, char **to)
{
    char quote = '\0';

    for (; **from && (quote || (**from != ' ' && **from != '\t')); ++*from) {
        char c = **from;

        if (quote ? c == quote : (c == '\'' || c == '"'))
            quote = quote ? '\0' : c;
        else
            *(*to)++ = c;
    }
    *(*to)++ = '\0';
    return quote == '\0';
}

/* False: it is no command. */
static bool split(const char *command, struct words *w)
{
    char *to = w->text = malloc(2 * strlen(command) + 2);

    w->n = 0;
    while (w->text) {
        command += strspn(command, " \t");
        if (!*command)
            break;
        if (w->n == MOST_WORDS)
            return false;
        w->argv[w->n++] = to;
        if (!copy_word(&command, &to))
            return false;
    }
    w->argv[w->n] = NULL;
    return w->n > 0 && w->argv[0][0] != '\0';
}

int ac_job_check_signing(const struct ac_job *j, const char *command)
{
    struct words w;
    bool good = !j->sign_with || split(j->sign_with, &w);

    if (j->sign_with)
        free(w.text);
    return good ? -1
                : ac_cli_usage(command,
                               "--sign-with takes a command, not \"%s\" (quotes must be "
                               "closed)",
                               j->sign_with);
}

/* It gets our terminal and environment, no other open file, and its output goes to standard error: standard output
 * is for the place of the report. */
static int spawn(char **argv, pid_t *ret)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t ignored; /* by us: see main() */
    int why;

    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    sigaddset(&ignored, SIGXFSZ);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigdefault(&how, &ignored);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
    fflush(NULL);
    why = posix_spawnp(ret, argv[0], &files, &how, argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return why;
}

static enum ac_rc run(char **argv, struct ac_err *err)
{
    pid_t pid;
    int status = 0, why = spawn(argv, &pid);

    if (why != 0)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be started: %s", argv[0],
                       strerrordesc_np(why));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status))
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s ended by signal %d", argv[0],
                       WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s ended with status %d", argv[0],
                       WEXITSTATUS(status));
    return AC_OK;
}

enum ac_rc ac_job_sign(const struct ac_job *j, struct ac_err *err)
{
    struct ac_buf name = {0};
    struct words w;
    char *path;
    enum ac_rc rc;

    ac_buf_addf(&name, "%s/manifest.sha256", j->output);
    path = realpath(ac_buf_text(&name), NULL); /* absolute: never an option of the command */
    if (path && split(j->sign_with, &w)) {
        w.argv[w.n] = path;
        w.argv[w.n + 1] = NULL;
        rc = run(w.argv, err);
        free(w.text);
    } else {
        rc =
            AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", ac_buf_text(&name), strerrordesc_np(errno));
    }
    if (rc != AC_OK)
        AC_WRAP(err, rc, AC_NO_OFFSET, "the report is written but not signed");
    free(path);
    ac_buf_free(&name);
    return rc;
}
