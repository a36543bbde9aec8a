#include "evidence/image.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Containers by their first bytes, and what to do about those we do not read. */
static const struct container {
    const char *magic;
    size_t n;
    enum ac_rc (*open)(const char *path, struct ac_image **ret, struct ac_err *err);
    const char *name, *advice;
} containers[] = {
    {"EVF\x09\x0d\x0a\xff\x00", 8, ac_image_open_ewf, "E01", NULL},
    {"EVF2\x0d\x0a\x81\x00", 8, NULL, "Ex01",
     "convert it with the acquiring software to E01 or raw"},
    {"LVF\x09\x0d\x0a\xff\x00", 8, NULL, "L01 (logical evidence file)", "export it to a folder"},
    {"LEF2", 4, NULL, "Lx01 (logical evidence file)", "export it to a folder"},
    {"QFI\xfb", 4, NULL, "QCOW", "convert it: qemu-img convert -O raw IMAGE IMAGE.raw"},
    {"KDMV", 4, NULL, "VMDK", "convert it: qemu-img convert -O raw IMAGE IMAGE.raw"},
    {"vhdxfile", 8, NULL, "VHDX", "convert it: qemu-img convert -O raw IMAGE IMAGE.raw"},
    {"conectix", 8, NULL, "VHD", "convert it: qemu-img convert -f vpc -O raw IMAGE IMAGE.raw"},
};

static const struct container *container_of(const uint8_t *head, size_t n)
{
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
        if (n >= containers[i].n && memcmp(head, containers[i].magic, containers[i].n) == 0)
            return &containers[i];
    }
    return NULL;
}

bool ac_image_is_container(struct ac_view head)
{
    return container_of(head.p, head.n) != NULL;
}

static enum ac_rc read_head(const char *path, uint8_t head[8], size_t *ret_n, struct ac_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    ssize_t n;

    if (fd < 0)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "cannot be opened: %s", strerrordesc_np(errno));
    if (fstat(fd, &st) != 0 || (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))) {
        close(fd);
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "is neither a file nor a block device");
    }
    n = pread(fd, head, 8, 0);
    close(fd);
    if (n < 0)
        return AC_FAIL(err, AC_IO, 0, "cannot be read: %s", strerrordesc_np(errno));
    if (n == 0)
        return AC_FAIL(err, AC_TRUNCATED, AC_NO_OFFSET, "is empty (0 bytes)");
    *ret_n = (size_t)n;
    return AC_OK;
}

enum ac_rc ac_image_open(const char *path, struct ac_image **ret, struct ac_err *err)
{
    const struct container *c;
    uint8_t head[8];
    size_t n = 0;
    enum ac_rc rc = read_head(path, head, &n, err);

    if (rc != AC_OK)
        return rc;
    c = container_of(head, n);
    if (c && !c->open)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET,
                       "is a container of the form %s, which is not read; %s", c->name, c->advice);
    return c ? c->open(path, ret, err) : ac_image_open_raw(path, ret, err);
}

void ac_image_close(struct ac_image *img)
{
    if (img)
        img->close(img);
}

enum ac_rc ac_image_add_segment(struct ac_image *img, const char *path, uint64_t size,
                                const char *state)
{
    struct ac_image_facts *f = &img->facts;
    const char *slash = strrchr(path, '/');
    char *name = strdup(slash ? slash + 1 : path);

    if (!name || ac_grow((void **)&f->segments, &f->cap_segments, f->n_segments + 1,
                         sizeof(*f->segments)) != 0) {
        ac_free(name);
        return AC_NOMEM;
    }
    f->segments[f->n_segments++] = (struct ac_image_segment){name, size, state};
    return AC_OK;
}

enum ac_rc ac_image_add_header(struct ac_image *img, const char *name, const char *value)
{
    struct ac_image_facts *f = &img->facts;
    char *copy;

    if (f->n_headers == sizeof(f->headers) / sizeof(f->headers[0]) || value[0] == '\0')
        return AC_OK;
    copy = strdup(value);
    if (!copy)
        return AC_NOMEM;
    f->headers[f->n_headers++] = (struct ac_image_header){name, copy};
    return AC_OK;
}

void ac_image_free_facts(struct ac_image *img)
{
    struct ac_image_facts *f = &img->facts;

    for (size_t i = 0; i < f->n_segments; i++)
        ac_free(f->segments[i].name);
    ac_free(f->segments);
    for (size_t i = 0; i < f->n_headers; i++)
        ac_free(f->headers[i].value);
    ac_buf_free(&f->segment_problem);
}
