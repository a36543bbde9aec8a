/* What a parser that was overrun by hostile evidence can still do: each thing is tried in a process that is confined. */
#include "build_ntfs.h"

#include "collect/collect.h"
#include "collect/confine.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int outside_fd = -1, writable = -1, shared = -1;
static char dir[4096], evidence[4200], inside[4200], outside[4200], made[4200];

static void start(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    snprintf(inside, sizeof(inside), "%s/evidence/a", dir);
    snprintf(outside, sizeof(outside), "%s/b", dir);
    snprintf(made, sizeof(made), "%s/evidence/made", dir);
    snprintf(evidence, sizeof(evidence), "%s/evidence", dir);
    cr_assert_eq(mkdir(evidence, 0700), 0);
    cr_assert(fx_write(inside, "test a", 6));
    cr_assert(fx_write(outside, "test b", 6));
    cr_assert_geq(outside_fd = open(outside, O_RDONLY), 0);
    cr_assert_geq(writable = open(outside, O_WRONLY), 0);
    cr_assert_geq(shared = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), 0);
}

static void stop(void)
{
    shmctl(shared, IPC_RMID, NULL);
    close(outside_fd);
    close(writable);
    fx_rmtree(dir);
}

TestSuite(confine, .init = start, .fini = stop);

/* ---- attempts: 0 if it worked, else errno */

static int result_of(int value)
{
    int why = errno;

    if (value >= 0)
        close(value);
    return value < 0 ? why : 0;
}

static int open_inside(void)
{
    return result_of(open(inside, O_RDONLY));
}

static int open_outside(void)
{
    return result_of(open(outside, O_RDONLY));
}

static int open_to_write(void)
{
    return result_of(open(inside, O_WRONLY));
}

static int open_to_change(void)
{
    return result_of(openat(AT_FDCWD, inside, O_RDWR | O_CLOEXEC));
}

static int make_file(void)
{
    return result_of(open(made, O_WRONLY | O_CREAT | O_EXCL, 0600));
}

static int make_folder(void)
{
    return result_of(mkdir(made, 0700));
}

static int remove_file(void)
{
    return result_of(unlink(inside));
}

static int rename_file(void)
{
    return result_of(rename(inside, made));
}

static int change_mode(void)
{
    return result_of(chmod(inside, 0777));
}

static int cut_file(void)
{
    return result_of(truncate(inside, 0));
}

static int start_program(void)
{
    char name[] = "true", *const words[] = {name, NULL};

    execv("/bin/true", words);
    return errno;
}

static int start_process(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid < 0 ? errno : 0;
}

static int open_socket(void)
{
    return result_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int open_local_socket(void)
{
    return result_of(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int signal_parent(void)
{
    return kill(getppid(), 0) == 0 ? 0 : errno;
}

static void *nothing(void *p)
{
    return p;
}

static int start_thread(void)
{
    pthread_t t;
    int rc = pthread_create(&t, NULL, nothing, NULL);

    return rc ? rc : pthread_join(t, NULL);
}

static int take_memory(void)
{
    void *p = malloc(64 * AC_MIB);

    if (p)
        memset(p, 1, 64 * AC_MIB);
    free(p);
    return p ? 0 : ENOMEM;
}

/* Keys put into the terminal that the program was started from: the shell there would run them. */
static int type_keys(void)
{
    int fd = dup(outside_fd);
    char key = 'x';
    int why = ioctl(fd, TIOCSTI, &key) == 0 ? 0 : errno;

    close(fd);
    return why == ENOTTY ? 0 : why; /* what the call itself says of a file */
}

/* A limit of CPU time would kill it. */
static int limit_parent(void)
{
    struct rlimit limit;

    return prlimit(getppid(), RLIMIT_CPU, NULL, &limit) == 0 ? 0 : errno;
}

/* Its signals for a file go to another process. */
static int own_file(void)
{
    return fcntl(outside_fd, F_SETOWN, getppid()) == 0 ? 0 : errno;
}

static int share_memory(void)
{
    void *p = shmat(shared, NULL, 0);

    return p == (void *)-1 ? errno : shmdt(p);
}

/* records.jsonl is open in the workers */
static int cut_open_file(void)
{
    return ftruncate(writable, 0) == 0 ? 0 : errno;
}

static int limit_itself(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_CPU, &limit) == 0 ? 0 : errno;
}

typedef int attempt(void);

struct trial {
    const char *name;
    attempt *attempt;
    unsigned by; /* what refuses it: enum ac_confinement; 0: nothing does */
};

static const struct trial trials[] = {
    {"open a file of the evidence", open_inside, 0},
    {"start a thread", start_thread, 0},
    {"take memory", take_memory, 0},
    {"open to write", open_to_write, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"open to change", open_to_change, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"make a file", make_file, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"make a folder", make_folder, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"remove a file", remove_file, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"rename a file", rename_file, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"change a mode", change_mode, AC_CONFINED_CALLS},
    {"cut a file", cut_file, AC_CONFINED_CALLS},
    {"start a program", start_program, AC_CONFINED_FILES | AC_CONFINED_CALLS},
    {"start a process", start_process, AC_CONFINED_CALLS},
    {"open a socket", open_socket, AC_CONFINED_CALLS},
    {"open a local socket", open_local_socket, AC_CONFINED_CALLS},
    {"signal another process", signal_parent, AC_CONFINED_CALLS},
    {"type keys into the terminal", type_keys, AC_CONFINED_CALLS},
    {"limit another process", limit_parent, AC_CONFINED_CALLS},
    {"send signals for files", own_file, AC_CONFINED_CALLS},
    {"share memory", share_memory, AC_CONFINED_CALLS},
    {"cut a file that is open", cut_open_file, AC_CONFINED_CALLS},
    {"ask for its own limits", limit_itself, 0},
    {"open another file", open_outside, AC_CONFINED_FILES},
};

#define N_TRIALS (sizeof(trials) / sizeof(trials[0]))

/* In a process of its own: the attempt's result; 254: confinement failed. */
static int in_confinement(attempt *try, bool to_evidence)
{
    const char *const places[] = {evidence};
    int status = 0;
    pid_t pid = fork();

    cr_assert_geq(pid, 0);
    if (pid == 0) {
        if (ac_confine(NULL) != AC_OK || (to_evidence && ac_confine_to(places, 1, NULL) != AC_OK))
            _exit(254);
        _exit(try());
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

Test(confine, what_a_parser_needs_works_and_nothing_else)
{
    unsigned offered = ac_confinement_offered();

    if (!offered)
        cr_skip_test("this kernel offers neither Landlock nor seccomp");
    for (size_t i = 0; i < N_TRIALS; i++) {
        int why = in_confinement(trials[i].attempt, true);

        cr_expect_neq(why, 254, "confinement failed");
        if (trials[i].by & offered)
            cr_expect(why == EPERM || why == EACCES, "%s: %s", trials[i].name, strerror(why));
        else
            cr_expect_eq(why, 0, "%s: %s", trials[i].name, strerror(why));
    }
    cr_expect_neq(access(made, F_OK), 0, "a file was made");
}

Test(confine, files_are_read_until_the_evidence_is_open)
{
    cr_expect_eq(in_confinement(open_outside, false), 0);
}

Test(confine, without_places_nothing_is_opened)
{
    int status;
    pid_t pid = fork();

    if (!(ac_confinement_offered() & AC_CONFINED_FILES))
        cr_skip_test("this kernel offers no Landlock");
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        int fd = open(inside, O_RDONLY);
        char c;

        if (ac_confine(NULL) != AC_OK || ac_confine_to(NULL, 0, NULL) != AC_OK)
            _exit(254);
        _exit(pread(fd, &c, 1, 0) != 1 || c != 't' ? 253 : open_inside());
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_expect_eq(WEXITSTATUS(status), EACCES);
}

/* ---- the worker of a collection */

static bool recognise(const struct ac_artefact *a)
{
    return a->bytes.n > 5 && memcmp(a->bytes.p, "test ", 5) == 0;
}

/* One record for each attempt that worked. */
static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    (void)budget;
    for (size_t i = 0; rc == AC_OK && i < N_TRIALS; i++) {
        struct ac_record *r;

        if (trials[i].attempt() != 0)
            continue;
        r = ac_record_new(AC_KIND_AUTOSTART);
        ac_record_textz(r, "location", a->path);
        ac_record_textz(r, "name", trials[i].name);
        ac_record_textz(r, "command", "C:\\a.exe");
        rc = ac_sink_emit(sink, r, err);
    }
    return rc;
}

/* own: what refuses to open a file beside the evidence */
static void expect_confined(const char *item, unsigned own)
{
    static const struct ac_parser parser = {
        .name = "test", .source = "hive", .recognise = recognise, .parse = parse};
    static const struct ac_parser *const parsers[] = {&parser, NULL};
    struct ac_collect_options o = {
        .path = item, .evidence_id = "E1", .name = "evidence", .parsers = parsers};
    struct ac_collect_result result;
    struct fx_records records;
    uint64_t next = 1;

    fx_records_init(&records);
    cr_assert_eq(ac_collect(&o, &next, &records.sink, &result, NULL), AC_OK);
    cr_expect_eq(result.deaths, 0);
    for (size_t i = 0; i < N_TRIALS; i++) {
        bool worked = fx_find(&records, AC_KIND_AUTOSTART, "name", trials[i].name) != NULL;
        unsigned by = trials[i].attempt == open_inside ? own : trials[i].by;

        cr_expect_eq(worked, !(by & ac_confinement_offered()), "%s: %s", trials[i].name,
                     worked ? "worked" : "was refused");
    }
    fx_records_free(&records);
}

Test(confine, the_worker_of_a_folder_is_confined)
{
    expect_confined(evidence, 0);
}

Test(confine, the_worker_of_an_image_opens_nothing_at_all)
{
    struct bn_volume v;
    struct bn_record r;
    char path[4200];

    bn_init(&v, 2 << 20, 4096, NULL);
    bn_file(&v, 40, BN_ROOT, "Windows", NULL);
    bn_file(&v, 41, BN_REF(40, 1), "System32", NULL);
    bn_file(&v, 42, BN_REF(41, 1), "config", NULL);
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, fx_time("2021-01-05T08:28:40Z"), 0x20);
    bn_name(&r, BN_REF(42, 1), "SOFTWARE", 3, fx_time("2021-01-05T08:28:40Z"));
    bn_resident(&r, 0x80, "", "test a", 6);
    bn_put(&v, 50, &r);
    snprintf(path, sizeof(path), "%s/v.raw", dir);
    cr_assert(fx_write(path, v.bytes, v.size));
    bn_free(&v);
    expect_confined(path, AC_CONFINED_FILES);
}
