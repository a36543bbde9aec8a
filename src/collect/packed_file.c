#include "collect/packed_file.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEVEL 6

struct ac_packed_file {
    int folder, fd;
    char name[64], part[72];
    struct libdeflate_compressor *deflate;
    uint8_t *out; /* one packed block */
    size_t cap;
    bool any; /* a member is written: without one it would be no gzip file */
};

static void release(struct ac_packed_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    libdeflate_free_compressor(f->deflate);
    ac_free(f->out);
    ac_free(f);
}

enum ac_rc ac_packed_open(int folder, const char *name, struct ac_packed_file **ret,
                          struct ac_err *err)
{
    struct ac_packed_file *f = ac_calloc(1, sizeof(*f));

    if (!f)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to write %s", name);
    f->folder = folder;
    snprintf(f->name, sizeof(f->name), "%s", name);
    snprintf(f->part, sizeof(f->part), "%s" AC_PACKED_PART, f->name);
    f->deflate = libdeflate_alloc_compressor(LEVEL);
    f->fd = openat(folder, f->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (!f->deflate || f->fd < 0) {
        AC_FAIL(err, f->deflate ? AC_IO : AC_NOMEM, AC_NO_OFFSET, "%s could not be made: %s", name,
                f->deflate ? strerrordesc_np(errno) : "no memory");
        release(f);
        return err ? err->rc : AC_IO;
    }
    *ret = f;
    return AC_OK;
}

static enum ac_rc write_all(struct ac_packed_file *f, size_t n, struct ac_err *err)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = write(f->fd, f->out + done, n - done);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be written: %s", f->name,
                           strerrordesc_np(errno));
        done += (size_t)k;
    }
    return AC_OK;
}

enum ac_rc ac_packed_add(struct ac_packed_file *f, const void *p, size_t n, struct ac_err *err)
{
    size_t bound = libdeflate_gzip_compress_bound(f->deflate, n), packed;

    if (bound > f->cap) {
        uint8_t *out = ac_realloc(f->out, bound);

        if (!out)
            return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to pack %s", f->name);
        f->out = out;
        f->cap = bound;
    }
    packed = libdeflate_gzip_compress(f->deflate, p, n, f->out, f->cap);
    if (packed == 0)
        return AC_FAIL(err, AC_BUG, AC_NO_OFFSET, "%s could not be packed", f->name);
    f->any = true;
    return write_all(f, packed, err);
}

enum ac_rc ac_packed_close(struct ac_packed_file *f, struct ac_err *err)
{
    enum ac_rc rc = f->any ? AC_OK : ac_packed_add(f, "", 0, err);

    if (rc == AC_OK && close(f->fd) != 0)
        rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be written: %s", f->name,
                     strerrordesc_np(errno));
    else if (rc != AC_OK)
        close(f->fd);
    f->fd = -1;
    if (rc == AC_OK && renameat(f->folder, f->part, f->folder, f->name) != 0)
        rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be named: %s", f->name,
                     strerrordesc_np(errno));
    if (rc != AC_OK)
        unlinkat(f->folder, f->part, 0);
    release(f);
    return rc;
}

void ac_packed_discard(struct ac_packed_file *f)
{
    if (!f)
        return;
    unlinkat(f->folder, f->part, 0);
    release(f);
}
