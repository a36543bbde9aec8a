/*
 * Copying files out of the evidence with workers that die, send rubbish or more than they may: what the supervisor
 * writes is whole or is not there. The worker here is ours, in the place of the real one.
 */
#include "collect/extract.h"
#include "collect/wire.h"
#include "collect/worker.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOOD "{\"deleted\":false,\"reason\":\"\",\"missing\":0,\"ranges\":[]}"

static void send(struct ac_worker *w, enum ac_frame_type type, const char *text)
{
    if (ac_frame_write(w->fd, type, ac_str_of(text), NULL) != AC_OK)
        _exit(1);
}

/* Does with each file what its path says. */
void ac_worker_extract(struct ac_worker *w, const struct ac_extract_order *order)
{
    for (size_t i = order->first; i < order->n; i++) {
        const char *what = order->files[i].path;

        send(w, AC_FRAME_BEGIN, "{}");
        send(w, AC_FRAME_CONTENT, "half");
        if (strcmp(what, "crash") == 0)
            raise(SIGKILL);
        if (strcmp(what, "exit") == 0)
            _exit(7);
        if (strcmp(what, "hang") == 0)
            pause();
        if (strcmp(what, "rubbish") == 0 && write(w->fd, "rubbish", 7) == 7)
            pause();
        if (strcmp(what, "no facts") == 0)
            send(w, AC_FRAME_END, "");
        if (strcmp(what, "bad facts") == 0)
            send(w, AC_FRAME_FACTS, "{\"reason\":17}");
        if (strcmp(what, "twice") == 0)
            send(w, AC_FRAME_BEGIN, "{}");
        if (strcmp(what, "record") == 0)
            send(w, AC_FRAME_RECORD, "{}");
        if (strcmp(what, "too much") == 0) {
            for (;;)
                send(w, AC_FRAME_CONTENT, "0123456789012345678901234567890123456789");
        }
        send(w, AC_FRAME_FACTS, GOOD);
        if (strcmp(what, "more") == 0)
            send(w, AC_FRAME_CONTENT, "behind its end");
        send(w, AC_FRAME_END, "");
    }
    send(w, AC_FRAME_DONE, "");
}

/* Every file with a name is there and has the digest of "half"; nothing else is there. */
static void check_folder(const char *out, const struct ac_extract_file *files, size_t n)
{
    DIR *d = opendir(out);
    size_t named = 0, there = 0;

    for (size_t i = 0; i < n; i++) {
        named += files[i].name[0] != '\0';
        cr_expect(files[i].name[0] ? files[i].size == 4 : files[i].reason[0] != '\0', "%s",
                  files[i].path);
    }
    for (struct dirent *e; d && (e = readdir(d));) {
        cr_expect_null(strstr(e->d_name, ".part"), "%s", e->d_name);
        there += e->d_name[0] != '.';
    }
    cr_expect_eq(named, there);
    closedir(d);
}

Test(extract_death, what_is_not_whole_is_not_there_and_the_rest_is)
{
    static const char *const bad[] = {"crash",     "exit",  "hang",   "rubbish", "no facts",
                                      "bad facts", "twice", "record", "too much"};
    char *dir = strdup(fx_tmpdir());
    int folder = open(dir, O_RDONLY | O_DIRECTORY);
    struct ac_collect_options o = {.path = dir, .wall_seconds = 1};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct ac_extract_file files[] = {
            {.path = "good"}, {.path = bad[i]}, {.path = "good"}, {.path = bad[i]}};
        struct ac_extract_left left = {10, 10000, 0};
        char out[4200];
        int sub;

        snprintf(out, sizeof(out), "%s/%zu", dir, i);
        cr_assert_eq(mkdir(out, 0777), 0);
        sub = open(out, O_RDONLY | O_DIRECTORY);
        cr_assert_eq(ac_extract(&o, sub, files, 4, &left, NULL), AC_OK);
        close(sub);
        cr_expect_str_eq(files[0].name, "000001.bin.gz", "%s", bad[i]);
        cr_expect_str_eq(files[2].name, "000002.bin.gz", "%s", bad[i]);
        cr_expect_str_eq(files[1].name, "", "%s", bad[i]);
        cr_expect_str_eq(files[3].name, "", "%s", bad[i]);
        check_folder(out, files, 4);
    }
    close(folder);
    fx_rmtree(dir);
    free(dir);
}

Test(extract_death, what_was_whole_stays_when_the_worker_goes_on_about_it)
{
    char *dir = strdup(fx_tmpdir());
    int folder = open(dir, O_RDONLY | O_DIRECTORY);
    struct ac_collect_options o = {.path = dir};
    struct ac_extract_file files[] = {{.path = "more"}, {.path = "good"}};
    struct ac_extract_left left = {10, 10000, 0};

    cr_assert_eq(ac_extract(&o, folder, files, 2, &left, NULL), AC_OK);
    cr_expect_str_eq(files[0].name, "000001.bin.gz");
    cr_expect_str_eq(files[1].name, "000002.bin.gz");
    check_folder(dir, files, 2);
    close(folder);
    fx_rmtree(dir);
    free(dir);
}

Test(extract_death, workers_that_always_die_end_it)
{
    char *dir = strdup(fx_tmpdir());
    int folder = open(dir, O_RDONLY | O_DIRECTORY);
    struct ac_collect_options o = {.path = dir};
    struct ac_extract_file files[100];
    struct ac_extract_left left = {1000, 10000, 0};

    for (size_t i = 0; i < 100; i++)
        files[i] = (struct ac_extract_file){.path = "crash"};
    cr_assert_eq(ac_extract(&o, folder, files, 100, &left, NULL), AC_OK);
    cr_expect(strstr(files[0].reason, "signal 9"), "%s", files[0].reason);
    cr_expect(strstr(files[99].reason, "died too often"), "%s", files[99].reason);
    check_folder(dir, files, 100);
    close(folder);
    fx_rmtree(dir);
    free(dir);
}
