#include "demo_tree.h"

#include "build_pe.h"

#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *demo_top;

static void die(const char *path)
{
    fprintf(stderr, "build_demo: %s: %s\n", path, strerror(errno));
    exit(1);
}

static void set_time(const char *full, const char *time)
{
    uint64_t ticks = fx_time(time) - AC_TICKS_1601_TO_1970;
    struct timespec t[2] = {{.tv_sec = (time_t)(ticks / AC_TICKS_PER_SECOND),
                             .tv_nsec = (long)(ticks % AC_TICKS_PER_SECOND) * 100}};

    t[1] = t[0];
    if (utimensat(AT_FDCWD, full, t, 0) != 0)
        die(full);
}

static void full_path(const char *path, struct ac_buf *out)
{
    ac_buf_addf(out, "%s/%s", demo_top, path);
}

static void make_parents(const char *full)
{
    char *copy = strdup(full);

    for (char *p = copy + strlen(demo_top) + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(copy, 0755) != 0 && errno != EEXIST)
            die(copy);
        *p = '/';
    }
    free(copy);
}

/* Writes a file and frees its content; folder times are set at the end. */
void demo_put(const char *path, struct ac_buf *content, const char *time)
{
    struct ac_buf full = {0};

    full_path(path, &full);
    make_parents(ac_buf_text(&full));
    if (!fx_write(ac_buf_text(&full), ac_buf_text(content), content->n))
        die(path);
    set_time(ac_buf_text(&full), time);
    ac_buf_free(&full);
    ac_buf_free(content);
}

void demo_put_text(const char *path, const char *text, const char *time)
{
    struct ac_buf b = {0};

    ac_buf_addz(&b, text);
    demo_put(path, &b, time);
}

/* Folders with a time of their own; all others get PLAIN_TIME when everything is written. */
static struct {
    const char *path, *time;
} dated_folders[16];
static size_t n_dated_folders;

void demo_folder_time(const char *path, const char *time)
{
    dated_folders[n_dated_folders].path = path;
    dated_folders[n_dated_folders++].time = time;
}

static int set_plain_time(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    if (type == FTW_DP || type == FTW_D)
        set_time(path, PLAIN_TIME);
    return 0;
}

void demo_set_folder_times(void)
{
    if (nftw(demo_top, set_plain_time, 16, FTW_DEPTH | FTW_PHYS) != 0)
        die(demo_top);
    for (size_t i = 0; i < n_dated_folders; i++) {
        struct ac_buf full = {0};

        full_path(dated_folders[i].path, &full);
        set_time(ac_buf_text(&full), dated_folders[i].time);
        ac_buf_free(&full);
    }
}

void demo_program(const char *path, size_t size, bool is_signed, const char *time)
{
    struct ac_buf b = {0};

    fx_pe(&b, &(struct fx_pe){.amd64 = true,
                              .timestamp = 1554188400,
                              .size = size,
                              .certificate = is_signed ? 256 : 0});
    demo_put(path, &b, time);
}

void demo_library(const char *path, const char *export_name, const char *export, const char *time)
{
    const char *exports[] = {export, NULL};
    struct ac_buf b = {0};

    fx_pe(&b, &(struct fx_pe){.dll = true,
                              .timestamp = 1608537600,
                              .export_name = export_name,
                              .exports = exports,
                              .size = 14336});
    demo_put(path, &b, time);
}

/* Bytes without a pattern, as encrypted files have; the same in every build. */
void demo_noise(const char *path, size_t n, uint32_t seed, const char *time)
{
    struct ac_buf b = {0};

    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525U + 1013904223U;
        fx_u8(&b, seed >> 24);
    }
    demo_put(path, &b, time);
}

void demo_put_hive(struct fx_hive *h, const char *path, const char *time)
{
    struct ac_buf b = {0};

    fx_hive_build(h, &b);
    demo_put(path, &b, time);
    fx_hive_free(h);
}
