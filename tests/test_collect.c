/*
 * The supervisor and its workers: parsers that crash, loop, hang, eat memory or send rubbish, over a folder
 * as evidence. What they did to themselves must not cost anything else.
 */
#include "fixture.h"

#include "collect/collect.h"
#include "collect/wire.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char dir[4096];
static struct fx_records records;
static struct ac_collect_result result;

static void start(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    fx_records_init(&records);
}

static void stop(void)
{
    fx_records_free(&records);
    fx_rmtree(dir);
}

TestSuite(collect, .init = start, .fini = stop);

/* ---- a parser that does what the artefact says */

static bool recognise(const struct ac_artefact *a)
{
    return a->bytes.n > 5 && memcmp(a->bytes.p, "test ", 5) == 0;
}

static enum ac_rc emit(struct ac_sink *sink, const struct ac_artefact *a, const char *name,
                       struct ac_err *err)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);

    ac_record_textz(r, "location", a->path);
    ac_record_textz(r, "name", name);
    ac_record_textz(r, "command", "C:\\a.exe");
    return ac_sink_emit(sink, r, err);
}

/* The worker's end of the pipe: the only one it holds besides those it was born with. */
static int pipe_of_worker(void)
{
    for (int fd = 63; fd > 2; fd--) {
        struct stat st;

        if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
            return fd;
    }
    return -1;
}

static void loop(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
}

static void eat_memory(void)
{
    while (malloc(256 * AC_MIB)) /* never touched: address space only */
        ;
    abort();
}

static bool says(const struct ac_artefact *a, const char *word)
{
    return a->bytes.n >= 5 + strlen(word) && memcmp(a->bytes.p + 5, word, strlen(word)) == 0;
}

static void misbehave(const struct ac_artefact *a)
{
    if (says(a, "kill"))
        raise(SIGKILL);
    else if (says(a, "segv"))
        raise(SIGSEGV);
    else if (says(a, "abort"))
        abort();
    else if (says(a, "exit"))
        _exit(0);
    else if (says(a, "loop"))
        loop();
    else if (says(a, "hang"))
        pause();
    else if (says(a, "memory"))
        eat_memory();
    else if (says(a, "garbage"))
        (void)!write(pipe_of_worker(), "This is no frame at all", 23);
    else if (says(a, "bad record"))
        ac_frame_write(pipe_of_worker(), AC_FRAME_RECORD, AC_STR("{\"kind\":\"no such\"}"), NULL);
    else if (says(a, "close"))
        close(pipe_of_worker());
    if (says(a, "garbage") || says(a, "close"))
        pause();
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    enum ac_rc rc = emit(sink, a, "before", err);

    (void)budget;
    if (rc == AC_OK)
        misbehave(a);
    return rc == AC_OK ? emit(sink, a, "after", err) : rc;
}

static const struct ac_parser parser = {
    .name = "test", .source = "hive", .recognise = recognise, .parse = parse};
static const struct ac_parser *const parsers[] = {&parser, NULL};

/* ---- evidence and its collection */

static void artefact(const char *name, const char *what)
{
    char path[4200], text[64];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    snprintf(text, sizeof(text), "test %s", what);
    cr_assert(fx_write(path, text, strlen(text)));
}

static void collect_into(struct fx_records *out)
{
    struct ac_collect_options o = {.path = dir,
                                   .evidence_id = "E1",
                                   .name = "folder",
                                   .parsers = parsers,
                                   .cpu_seconds = 1,
                                   .wall_seconds = 2};
    struct ac_err err = {0};
    uint64_t next = 1;
    char text[500];

    cr_assert_eq(ac_collect(&o, &next, &out->sink, &result, &err), AC_OK, "%s",
                 ac_err_text(&err, text, sizeof(text)));
    cr_expect_eq(next, out->n + 1);
    cr_expect_eq(result.records, out->n);
}

static void collect(void)
{
    collect_into(&records);
}

/* Has the artefact given a record of that name? */
static bool gave(const char *path, const char *name)
{
    for (size_t i = 0; i < records.n; i++) {
        const struct ac_record *r = records.items[i];

        if (ac_record_kind(r) == AC_KIND_AUTOSTART && strcmp(ac_record_get(r, "name"), name) == 0 &&
            strcmp(ac_record_get(r, "location"), path) == 0)
            return true;
    }
    return false;
}

static void expect_read(const char *name, const char *read)
{
    const struct ac_record *r = fx_find(&records, AC_KIND_SOURCE, "name", name);

    cr_assert(r, "no coverage row for %s", name);
    cr_expect_str_eq(ac_record_get(r, "read"), read, "%s", name);
}

static void expect_problem(const char *where, const char *what)
{
    for (size_t i = 0; i < records.n; i++) {
        const struct ac_record *r = records.items[i];

        if (ac_record_kind(r) == AC_KIND_PROBLEM && strcmp(ac_record_get(r, "where"), where) == 0 &&
            strstr(ac_record_get(r, "what"), what))
            return;
    }
    cr_expect(false, "no problem at %s: %s", where, what);
}

static void expect_consecutive_ids(void)
{
    for (size_t i = 0; i < records.n; i++) {
        char id[24];

        snprintf(id, sizeof(id), "R-%06zu", i + 1);
        cr_expect_str_eq(ac_record_id(records.items[i]), id);
    }
}

static void expect_no_children_or_descriptors(void)
{
    size_t open_ones = 0;
    DIR *d = opendir("/proc/self/fd");

    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1, "a child is left");
    for (struct dirent *e; (e = readdir(d));) {
        struct stat st;

        if (atoi(e->d_name) > 2 && fstat(atoi(e->d_name), &st) == 0 && S_ISFIFO(st.st_mode))
            open_ones++;
    }
    closedir(d);
    cr_expect_leq(open_ones, 1, "%zu pipes are open", open_ones); /* one may be the test runner's */
}

Test(collect, nothing_special)
{
    artefact("a", "plain");
    artefact("b", "plain");
    collect();
    cr_expect_eq(result.deaths, 0);
    cr_expect(result.usable);
    cr_expect(gave("a", "before") && gave("a", "after") && gave("b", "after"));
    expect_read("a", "complete");
    expect_consecutive_ids();
    expect_no_children_or_descriptors();
}

/* One artefact misbehaves between two others. */
static void one_bad(const char *what, const char *cause)
{
    artefact("a", "plain");
    artefact("b", what);
    artefact("c", "plain");
    collect();
    cr_expect_eq(result.deaths, 1, "%s: %u deaths", what, result.deaths);
    cr_expect(result.usable);
    cr_expect(gave("a", "after") && gave("c", "after"), "%s", what);
    cr_expect(gave("b", "before"), "%s: what came before it must stay", what);
    cr_expect_not(gave("b", "after"), "%s", what);
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 5);
    expect_read("a", "complete");
    expect_read("b", "no");
    expect_read("c", "complete");
    expect_problem("b", cause);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1);
    expect_consecutive_ids();
    expect_no_children_or_descriptors();
}

Test(collect, killed)
{
    one_bad("kill", "died of signal 9");
}

Test(collect, segmentation_fault)
{
#ifdef __SANITIZE_ADDRESS__
    signal(SIGSEGV, SIG_DFL);
#endif
    one_bad("segv", "died of signal 11");
}

Test(collect, aborted)
{
    one_bad("abort", "died of signal 6");
}

Test(collect, left_without_a_word)
{
    one_bad("exit", "ended with status 0");
}

Test(collect, endless_loop)
{
    one_bad("loop", "its budget of 1 CPU seconds was used up");
}

Test(collect, no_sign_of_life)
{
    one_bad("hang", "no sign of life for 2 seconds");
}

Test(collect, endless_memory)
{
#ifdef __SANITIZE_ADDRESS__
    cr_skip_test("AddressSanitizer cannot live with a limit of address space");
#endif
    one_bad("memory", "died of signal 6");
}

Test(collect, rubbish_in_the_pipe)
{
    one_bad("garbage", "sent what is no message");
}

Test(collect, pipe_closed_but_still_there)
{
    one_bad("close", "died of signal 9");
}

Test(collect, record_that_fits_no_schema)
{
    artefact("a", "bad record");
    artefact("b", "plain");
    collect();
    cr_expect_eq(result.deaths, 0);
    cr_expect(gave("a", "before") && gave("a", "after") && gave("b", "after"));
    expect_problem("folder", "does not fit its schema");
    expect_consecutive_ids();
}

Test(collect, several_deaths_with_progress_between)
{
    const struct ac_record *end;

    for (char c = 'a'; c <= 'r'; c++)
        artefact((char[]){c, '\0'}, c % 2 ? "abort" : "plain");
    collect();
    cr_expect_eq(result.deaths, 9);
    for (char c = 'a'; c <= 'r'; c++) {
        cr_expect(gave((char[]){c, '\0'}, "before"));
        cr_expect_eq(gave((char[]){c, '\0'}, "after"), c % 2 == 0);
    }
    cr_expect_eq(fx_count(&records, AC_KIND_AUTOSTART), 27);
    end = fx_find(&records, AC_KIND_SOURCE, "source", "collection");
    cr_expect_not(end);
    expect_consecutive_ids();
}

Test(collect, every_artefact_kills)
{
    for (char c = 'a'; c <= 'h'; c++)
        artefact((char[]){c, '\0'}, "kill");
    collect();
    cr_expect_eq(result.deaths, AC_MAX_IDLE_DEATHS);
    cr_expect(result.usable); /* the folder was listed */
    expect_read("a", "no");
    expect_read("c", "no");
    cr_expect_not(fx_find(&records, AC_KIND_SOURCE, "name", "d"));
    expect_problem("folder", "the worker died too often");
    cr_expect(fx_find(&records, AC_KIND_SOURCE, "source", "collection"));
    expect_read("folder", "complete"); /* the first of that name is the list of files */
    expect_consecutive_ids();
    expect_no_children_or_descriptors();
}

static void make_folder(const char *name)
{
    char path[4200];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    cr_assert_eq(mkdir(path, 0755), 0, "%s", path);
}

#define PROGRAMS "Windows/appcompat/Programs"

/* Windows as far as it is needed to be recognised as one. */
static void windows(bool programs)
{
    static const char *const folders[] = {"Windows", "Windows/System32", "Windows/System32/config",
                                          "Windows/appcompat", PROGRAMS};

    for (size_t i = 0; i < (programs ? 5 : 3); i++)
        make_folder(folders[i]);
    artefact("Windows/System32/config/SYSTEM", "plain");
    artefact("Windows/System32/config/SOFTWARE", "plain");
}

static const struct ac_record *row_of(const char *name)
{
    return fx_find(&records, AC_KIND_SOURCE, "name", name);
}

Test(collect, amcache_is_read)
{
    windows(true);
    artefact(PROGRAMS "/Amcache.hve", "plain");
    collect();
    expect_read(PROGRAMS "/Amcache.hve", "complete");
    cr_expect(gave(PROGRAMS "/Amcache.hve", "after"));
    cr_expect_null(row_of(PROGRAMS "/RecentFileCache.bcf"));
}

/* Windows 7 has the one before its updates, the other after them, or both. */
Test(collect, recent_file_cache_is_read_in_its_place)
{
    windows(true);
    artefact(PROGRAMS "/RecentFileCache.bcf", "plain");
    collect();
    expect_read(PROGRAMS "/RecentFileCache.bcf", "complete");
    cr_expect_null(row_of(PROGRAMS "/Amcache.hve"));
}

Test(collect, both_inventories_are_read)
{
    windows(true);
    artefact(PROGRAMS "/RecentFileCache.bcf", "plain");
    artefact(PROGRAMS "/Amcache.hve", "plain");
    collect();
    expect_read(PROGRAMS "/RecentFileCache.bcf", "complete");
    expect_read(PROGRAMS "/Amcache.hve", "complete");
}

Test(collect, a_folder_without_inventory_is_said)
{
    const struct ac_record *r;

    windows(true);
    collect();
    r = row_of(PROGRAMS "/Amcache.hve");
    cr_assert_not_null(r);
    cr_expect_not(ac_record_get_bool(r, "present"));
    cr_expect_str_eq(ac_record_get(r, "reason"), "not there");
}

Test(collect, windows_without_that_folder_keeps_no_inventory)
{
    windows(false);
    collect();
    expect_read("Windows/System32/config/SYSTEM", "complete");
    cr_expect_null(row_of(PROGRAMS "/Amcache.hve"));
}

Test(collect, job_files_are_read_beside_the_xml_files)
{
    windows(false);
    make_folder("Windows/Tasks");
    make_folder("Windows/System32/Tasks");
    make_folder("Users");
    artefact("Windows/Tasks/At1.job", "plain");
    artefact("Windows/Tasks/SchedLgU.txt", "plain");
    collect();
    expect_read("Windows/Tasks", "complete");
    expect_read("Windows/Tasks/At1.job", "complete");
    expect_read("Windows/System32/Tasks", "complete");
    cr_expect(gave("Windows/Tasks/At1.job", "after"));
    cr_expect_null(row_of("Windows/Tasks/SchedLgU.txt"));
}

/* Windows XP and 2003 have .job files only. */
Test(collect, old_windows_keeps_no_xml_files)
{
    windows(false);
    make_folder("Windows/Tasks");
    make_folder("Documents and Settings");
    collect();
    expect_read("Windows/Tasks", "complete");
    cr_expect_null(row_of("Windows/System32/Tasks"));
}

Test(collect, the_folder_of_xml_files_is_missed_where_it_belongs)
{
    windows(false);
    make_folder("Windows/Tasks");
    make_folder("Users");
    collect();
    cr_assert_not_null(row_of("Windows/System32/Tasks"));
    cr_expect_not(ac_record_get_bool(row_of("Windows/System32/Tasks"), "present"));
}

static char *print_all(const struct fx_records *r)
{
    struct ac_buf all = {0};

    for (size_t i = 0; i < r->n; i++) {
        char *line = ac_record_print(r->items[i]);

        ac_buf_addz(&all, line);
        ac_buf_addc(&all, '\n');
        free(line);
    }
    return all.p;
}

Test(collect, two_runs_give_the_same_and_leave_the_evidence_alone)
{
    struct fx_records again;
    struct stat before, after;
    struct ac_buf content = {0};
    char path[4200], *one, *two;

    artefact("a", "plain");
    artefact("b", "kill");
    artefact("c", "plain");
    artefact("d", "abort");
    snprintf(path, sizeof(path), "%s/b", dir);
    cr_assert_eq(stat(path, &before), 0);
    collect();
    fx_records_init(&again);
    collect_into(&again);
    one = print_all(&records);
    two = print_all(&again);
    cr_expect_str_eq(one, two);
    cr_assert(fx_load(path, &content));
    cr_expect_str_eq(ac_buf_text(&content), "test kill");
    cr_assert_eq(stat(path, &after), 0);
    cr_expect_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    free(one);
    free(two);
    ac_buf_free(&content);
    fx_records_free(&again);
}

static enum ac_rc refuse(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    (void)sink;
    ac_record_free(r);
    return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "the disk is full");
}

Test(collect, a_sink_that_fails_ends_it)
{
    struct ac_sink sink = {refuse};
    struct ac_collect_options o = {.path = dir, .evidence_id = "E1", .parsers = parsers};
    uint64_t next = 1;
    struct ac_err err = {0};

    artefact("a", "hang");
    cr_expect_eq(ac_collect(&o, &next, &sink, &result, &err), AC_IO);
    expect_no_children_or_descriptors();
}

/* A worker must not outlive its supervisor, whatever it is doing. */
Test(collect, workers_die_with_the_supervisor)
{
    pid_t supervisor;
    int fds[2];
    char byte;

    artefact("a", "hang");
    cr_assert_eq(pipe(fds), 0);
    supervisor = fork();
    if (supervisor == 0) {
        struct ac_collect_options o = {
            .path = dir, .evidence_id = "E1", .parsers = parsers, .verify = true};
        uint64_t next = 1;

        close(fds[0]);
        ac_collect(&o, &next, &records.sink, &result, NULL);
        _exit(0);
    }
    close(fds[1]);
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    kill(supervisor, SIGKILL);
    waitpid(supervisor, NULL, 0);
    alarm(10); /* the workers hold the other end: the read ends when they do */
    cr_expect_eq(read(fds[0], &byte, 1), 0);
    alarm(0);
    close(fds[0]);
}

/* ---- evidence that cannot be used */

static void collect_path(const char *path, bool verify)
{
    struct ac_collect_options o = {
        .path = path, .evidence_id = "E1", .parsers = parsers, .verify = verify};
    uint64_t next = 1;

    fx_records_free(&records);
    cr_assert_eq(ac_collect(&o, &next, &records.sink, &result, NULL), AC_OK);
}

Test(collect, what_is_no_evidence)
{
    static const struct {
        const char *path, *where, *what;
    } cases[] = {{"/nonexistent/image.raw", "image.raw", "No such file"},
                 {"/dev/null", "null", "neither a file nor a block device"}};

    for (size_t i = 0; i < 2; i++) {
        collect_path(cases[i].path, true);
        cr_expect_not(result.usable);
        expect_problem(cases[i].where, cases[i].what);
        cr_expect_str_eq(ac_record_get(fx_nth(&records, AC_KIND_PROBLEM, 0), "class"), "unusable");
    }
}

Test(collect, a_name_that_is_no_utf8)
{
    char path[4200];

    snprintf(path, sizeof(path), "%s/\xFF\xFE.raw", dir);
    cr_assert(fx_write(path, "nothing", 7));
    collect_path(path, true);
    cr_expect_not(result.usable);
    expect_problem("\\x{FF}\\x{FE}.raw", "neither a partition table nor a file system");
}

/* ---- frames */

static enum ac_rc next_of(const void *bytes, size_t n, size_t piece, enum ac_frame_type *type,
                          char *text, size_t size)
{
    struct ac_frame_stream s = {0};
    struct ac_str got = {"", 0};
    enum ac_rc rc = AC_NOT_FOUND;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    for (size_t at = 0; at < n && rc == AC_NOT_FOUND; at += piece) {
        size_t k = n - at < piece ? n - at : piece;

        cr_assert_eq(write(fds[1], (const char *)bytes + at, k), (ssize_t)k);
        cr_assert_eq(ac_frame_fill(&s, fds[0], NULL), AC_OK);
        rc = ac_frame_next(&s, type, &got, NULL);
    }
    if (rc == AC_OK)
        snprintf(text, size, "%.*s", (int)got.n, got.p);
    close(fds[1]);
    cr_expect_eq(ac_frame_fill(&s, fds[0], NULL), AC_NOT_FOUND);
    close(fds[0]);
    ac_frame_stream_free(&s);
    return rc;
}

Test(collect, frames)
{
    static const char good[] = "r\5\0\0\0hello", huge[] = "r\1\0\0\4", unknown[] = "x\0\0\0\0",
                      nul[] = "\0\0\0\0\0";
    enum ac_frame_type type = AC_FRAME_DONE;
    char text[100];

    for (size_t piece = 1; piece <= 10; piece++) {
        cr_expect_eq(next_of(good, 10, piece, &type, text, sizeof(text)), AC_OK);
        cr_expect_eq(type, AC_FRAME_RECORD);
        cr_expect_str_eq(text, "hello");
    }
    for (size_t n = 1; n < 10; n++)
        cr_expect_eq(next_of(good, n, 3, &type, text, sizeof(text)), AC_NOT_FOUND);
    cr_expect_eq(next_of(huge, 5, 5, &type, text, sizeof(text)), AC_CORRUPT);
    cr_expect_eq(next_of(unknown, 5, 2, &type, text, sizeof(text)), AC_CORRUPT);
    cr_expect_eq(next_of(nul, 5, 5, &type, text, sizeof(text)), AC_CORRUPT);
}

Test(collect, many_frames_in_one_read_and_one_in_many)
{
    struct ac_frame_stream s = {0};
    enum ac_frame_type type;
    struct ac_str text;
    struct ac_buf large = {0};
    size_t seen = 0;
    int fds[2];
    pid_t child;

    while (large.n < 1000000)
        ac_buf_addz(&large, "0123456789");
    cr_assert_eq(pipe(fds), 0);
    child = fork();
    if (child == 0) {
        for (unsigned i = 0; i < 1000; i++)
            ac_frame_write(fds[1], AC_FRAME_END, AC_STR("key"), NULL);
        ac_frame_write(fds[1], AC_FRAME_RECORD, ac_buf_str(&large), NULL);
        _exit(0);
    }
    close(fds[1]);
    while (ac_frame_fill(&s, fds[0], NULL) == AC_OK) {
        while (ac_frame_next(&s, &type, &text, NULL) == AC_OK) {
            seen++;
            if (type == AC_FRAME_RECORD)
                cr_expect(text.n == large.n && memcmp(text.p, large.p, text.n) == 0);
        }
    }
    cr_expect_eq(seen, 1001);
    waitpid(child, NULL, 0);
    close(fds[0]);
    ac_frame_stream_free(&s);
    ac_buf_free(&large);
}

Test(collect, a_frame_is_written_whole_or_not_at_all)
{
    struct ac_err err = {0};
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    cr_expect_eq(
        ac_frame_write(fds[1], AC_FRAME_RECORD, (struct ac_str){"x", AC_MAX_FRAME + 1}, &err),
        AC_LIMIT);
    signal(SIGPIPE, SIG_IGN);
    close(fds[0]);
    cr_expect_eq(ac_frame_write(fds[1], AC_FRAME_RECORD, AC_STR("x"), &err), AC_IO);
    close(fds[1]);
}
