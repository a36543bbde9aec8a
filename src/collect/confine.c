/* The only file that knows libseccomp and Landlock. */
#include "collect/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE /* since Linux 6.2 */
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

static bool calls_are_refused;

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

/* LeakSanitizer looks at the memory from a process of its own, which is refused: then it must not try at the end. */
int __lsan_is_turned_off(void)
{
    return calls_are_refused;
}
#endif

static enum ac_rc failed(const char *what, int number, struct ac_err *err)
{
    return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "confinement: %s: %s", what, strerrordesc_np(number));
}

/* ---- Landlock */

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define REST_OF_FIRST                                                                              \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |  \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |   \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* 0: there is none, or it is switched off. */
static long landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return version > 0 ? version : 0;
}

/* All that this version of Landlock can refuse. */
static uint64_t all_rights(long version)
{
    uint64_t rights = READING | REST_OF_FIRST;

    if (version >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
    return rights;
}

/* A place that cannot be opened needs no permission. */
static int allow_reading(int ruleset, const char *place)
{
    int fd = open(place, O_PATH | O_CLOEXEC), wrong = 0;
    struct stat st;

    if (fd < 0)
        return 0;
    if (fstat(fd, &st) == 0) {
        struct landlock_path_beneath_attr rule = {
            .allowed_access = S_ISDIR(st.st_mode) ? READING : LANDLOCK_ACCESS_FS_READ_FILE,
            .parent_fd = fd};

        if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
            wrong = errno;
    }
    close(fd);
    return wrong;
}

/* Refuses these rights everywhere but for reading below the places. */
static enum ac_rc restrict_files(uint64_t refused, const char *const *places, size_t n,
                                 struct ac_err *err)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = refused};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0), wrong = 0;

    if (ruleset < 0)
        return failed("landlock_create_ruleset", errno, err);
    for (size_t i = 0; !wrong && i < n; i++)
        wrong = allow_reading(ruleset, places[i]);
    if (!wrong && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        wrong = errno;
    close(ruleset);
    return wrong ? failed("landlock", wrong, err) : AC_OK;
}

/* ---- seccomp */

/* Refused whatever their arguments; those that an architecture does not have are passed over. */
static const char *const refused_calls[] = {
    /* programs and processes */
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
    "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "pidfd_open",
    "pidfd_getfd", "kcmp", "unshare", "setns",
    /* network and other processes' ears */
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "socketcall",
    "mq_open", "msgget", "msgsnd", "msgrcv", "msgctl", "shmget", "shmat", "shmctl", "semget",
    "semop", "semtimedop", "semctl", "ipc",
    /* changes of the file system */
    "creat", "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate", "unlink",
    "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "fchmodat2",
    "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
    "lremovexattr", "fremovexattr", "utime", "utimes", "utimensat", "futimesat",
    "open_by_handle_at", "name_to_handle_at", "fanotify_init", "mount", "umount", "umount2",
    "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsmount", "fsconfig", "fspick",
    "mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd", "acct",
    /* the machine, and ways around all this */
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "keyctl", "add_key", "request_key", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "settimeofday", "clock_settime",
    "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "syslog", "iopl", "ioperm",
    "modify_ldt", "personality", "memfd_secret", "setuid", "setgid", "setreuid", "setregid",
    "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset"};

static int refuse(scmp_filter_ctx c, const char *name, int number, unsigned n,
                  const struct scmp_arg_cmp *args)
{
    int call = seccomp_syscall_resolve_name(name);

    if (call == __NR_SCMP_ERROR)
        return 0;
    return seccomp_rule_add_array(c, SCMP_ACT_ERRNO((uint16_t)number), call, n, args);
}

/* Bits of an argument that mean more than reading. */
static int refuse_writing(scmp_filter_ctx c, const char *name, unsigned flags)
{
    static const struct {
        unsigned mask, value;
    } writing[] = {
        {O_ACCMODE, O_WRONLY}, {O_ACCMODE, O_RDWR}, {O_CREAT, O_CREAT}, {O_TRUNC, O_TRUNC}};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(writing) / sizeof(writing[0]); i++) {
        struct scmp_arg_cmp bits =
            SCMP_CMP(flags, SCMP_CMP_MASKED_EQ, writing[i].mask, writing[i].value);

        rc = refuse(c, name, EPERM, 1, &bits);
    }
    return rc;
}

/* Ways to other processes through calls that are needed otherwise: keys put into the terminal, which the shell there
 * would run; limits of another process; signals that a file sends. */
static int refuse_detours(scmp_filter_ctx c)
{
    static const struct {
        const char *call;
        unsigned argument;
        enum scmp_compare how;
        scmp_datum_t value;
    } detours[] = {{"ioctl", 1, SCMP_CMP_MASKED_EQ, TIOCSTI},
                   {"ioctl", 1, SCMP_CMP_MASKED_EQ, TIOCLINUX},
                   {"prlimit64", 0, SCMP_CMP_NE, 0},
                   {"fcntl", 1, SCMP_CMP_MASKED_EQ, F_SETOWN},
                   {"fcntl", 1, SCMP_CMP_MASKED_EQ, F_SETOWN_EX}};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(detours) / sizeof(detours[0]); i++) {
        struct scmp_arg_cmp bits = {.arg = detours[i].argument,
                                    .op = detours[i].how,
                                    .datum_a = detours[i].value,
                                    .datum_b = detours[i].value};

        if (detours[i].how == SCMP_CMP_MASKED_EQ) /* the kernel looks at the low half only */
            bits.datum_a = UINT32_MAX;
        rc = refuse(c, detours[i].call, EPERM, 1, &bits);
    }
    return rc;
}

/* Threads of its own may be started and ended, other processes not. The C library takes clone() when there is no
 * clone3(), whose flags no filter sees; openat2() likewise. */
static int refuse_others(scmp_filter_ctx c)
{
    struct scmp_arg_cmp process = SCMP_CMP(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0),
                        other = SCMP_CMP(0, SCMP_CMP_NE, (scmp_datum_t)getpid());
    int rc = refuse(c, "clone", EPERM, 1, &process);

    if (rc == 0)
        rc = refuse(c, "tgkill", EPERM, 1, &other);
    if (rc == 0)
        rc = refuse(c, "clone3", ENOSYS, 0, NULL);
    if (rc == 0)
        rc = refuse(c, "openat2", ENOSYS, 0, NULL);
    return rc;
}

static int refuse_all(scmp_filter_ctx c)
{
    int rc = seccomp_attr_set(c, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree of numbers, not a list */

    for (size_t i = 0; rc == 0 && i < sizeof(refused_calls) / sizeof(refused_calls[0]); i++)
        rc = refuse(c, refused_calls[i], EPERM, 0, NULL);
    if (rc == 0)
        rc = refuse_writing(c, "open", 1);
    if (rc == 0)
        rc = refuse_writing(c, "openat", 2);
    if (rc == 0)
        rc = refuse_detours(c);
    return rc == 0 ? refuse_others(c) : rc;
}

static enum ac_rc restrict_calls(struct ac_err *err)
{
    scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
    int rc = c ? refuse_all(c) : -ENOMEM;

    if (rc == 0)
        rc = seccomp_load(c);
    calls_are_refused |= rc == 0;
    seccomp_release(c);
    return rc == 0 ? AC_OK : failed("seccomp", -rc, err);
}

/* ---- both */

unsigned ac_confinement_offered(void)
{
    unsigned offered = landlock_version() ? AC_CONFINED_FILES : 0;
    uint32_t action = SECCOMP_RET_ERRNO;

    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0)
        offered |= AC_CONFINED_CALLS;
    return offered;
}

enum ac_rc ac_confine(struct ac_err *err)
{
    static const char *const everything[] = {"/"};
    unsigned offered = ac_confinement_offered();
    enum ac_rc rc = AC_OK;

    if (offered && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failed("no_new_privs", errno, err);
    if (offered & AC_CONFINED_FILES)
        rc = restrict_files(all_rights(landlock_version()), everything, 1, err);
    if (rc == AC_OK && (offered & AC_CONFINED_CALLS))
        rc = restrict_calls(err);
    return rc;
}

enum ac_rc ac_confine_to(const char *const *places, size_t n, struct ac_err *err)
{
    return landlock_version() ? restrict_files(READING, places, n, err) : AC_OK;
}
