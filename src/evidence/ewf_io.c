#include "evidence/ewf_io.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What libbfio calls an io_handle: one segment file. */
struct segment_file {
    const struct ac_ewf_segment *segment;
    int fd; /* -1: closed */
    uint64_t at;
};

static int free_file(intptr_t **io, libbfio_error_t **error)
{
    (void)error;
    if (*io) {
        struct segment_file *f = (struct segment_file *)*io;

        if (f->fd >= 0)
            close(f->fd);
        ac_free(f);
    }
    *io = NULL;
    return 1;
}

static int clone_file(intptr_t **copy, intptr_t *io, libbfio_error_t **error)
{
    (void)copy;
    (void)io;
    (void)error;
    return -1; /* nobody here clones a handle */
}

static int open_file(intptr_t *io, int flags, libbfio_error_t **error)
{
    struct segment_file *f = (struct segment_file *)io;

    (void)error;
    if (flags & LIBBFIO_ACCESS_FLAG_WRITE)
        return -1;
    if (f->fd < 0)
        f->fd = open(f->segment->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    f->at = 0;
    return f->fd >= 0 ? 1 : -1;
}

static int close_file(intptr_t *io, libbfio_error_t **error)
{
    struct segment_file *f = (struct segment_file *)io;

    (void)error;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    return 0;
}

/* Lays a patch over what was read of [off, off + n). */
static void apply(const struct ac_ewf_patch *p, uint64_t off, uint8_t *buf, size_t n)
{
    uint64_t begin = p->off > off ? p->off : off;
    uint64_t end = p->off + p->n < off + n ? p->off + p->n : off + n;

    if (begin < end)
        memcpy(buf + (begin - off), p->bytes + (begin - p->off), (size_t)(end - begin));
}

static ssize_t read_file(intptr_t *io, uint8_t *buf, size_t n, libbfio_error_t **error)
{
    struct segment_file *f = (struct segment_file *)io;
    size_t done = 0;

    (void)error;
    while (done < n) {
        ssize_t k = pread(f->fd, buf + done, n - done, (off_t)(f->at + done));

        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        if (k == 0)
            break;
        done += (size_t)k;
    }
    for (size_t i = 0; i < f->segment->sections->n_patches; i++)
        apply(&f->segment->sections->patches[i], f->at, buf, done);
    f->at += done;
    return (ssize_t)done;
}

static ssize_t write_file(intptr_t *io, const uint8_t *buf, size_t n, libbfio_error_t **error)
{
    (void)io;
    (void)buf;
    (void)n;
    (void)error;
    return -1; /* evidence is never written */
}

static off64_t seek_file(intptr_t *io, off64_t offset, int whence, libbfio_error_t **error)
{
    struct segment_file *f = (struct segment_file *)io;
    int64_t base = whence == SEEK_CUR   ? (int64_t)f->at
                   : whence == SEEK_END ? (int64_t)f->segment->size
                                        : 0;

    (void)error;
    if (offset > INT64_MAX - base || base + offset < 0)
        return -1;
    f->at = (uint64_t)(base + offset);
    return base + offset;
}

static int file_exists(intptr_t *io, libbfio_error_t **error)
{
    (void)io;
    (void)error;
    return 1;
}

static int file_is_open(intptr_t *io, libbfio_error_t **error)
{
    (void)error;
    return ((struct segment_file *)io)->fd >= 0;
}

static int get_file_size(intptr_t *io, size64_t *size, libbfio_error_t **error)
{
    (void)error;
    *size = ((struct segment_file *)io)->segment->size;
    return 1;
}

static bool add(libbfio_pool_t *pool, const struct ac_ewf_segment *segment)
{
    struct segment_file *f = ac_calloc(1, sizeof(*f));
    libbfio_handle_t *handle = NULL;
    int entry = 0;

    if (!f)
        return false;
    f->segment = segment;
    f->fd = -1;
    if (libbfio_handle_initialize(
            &handle, (intptr_t *)f, free_file, clone_file, open_file, close_file, read_file,
            write_file, seek_file, file_exists, file_is_open, get_file_size,
            LIBBFIO_FLAG_IO_HANDLE_MANAGED | LIBBFIO_FLAG_IO_HANDLE_CLONE_BY_FUNCTION, NULL) != 1) {
        ac_free(f);
        return false;
    }
    if (libbfio_pool_append_handle(pool, &entry, handle, LIBBFIO_OPEN_READ, NULL) != 1) {
        libbfio_handle_free(&handle, NULL);
        return false;
    }
    return true;
}

libbfio_pool_t *ac_ewf_io_open(const struct ac_ewf_segments *set)
{
    libbfio_pool_t *pool = NULL;
    bool ok =
        libbfio_pool_initialize(&pool, 0, LIBBFIO_POOL_UNLIMITED_NUMBER_OF_OPEN_HANDLES, NULL) == 1;

    for (size_t i = 0; ok && i < set->n_usable; i++)
        ok = add(pool, set->usable[i]);
    if (!ok) {
        ac_ewf_io_close(pool);
        return NULL;
    }
    return pool;
}

void ac_ewf_io_close(libbfio_pool_t *pool)
{
    if (pool) {
        libbfio_pool_close_all(pool, NULL);
        libbfio_pool_free(&pool, NULL);
    }
}
