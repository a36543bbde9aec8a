/* Raw images: one file or block device, or pieces named .001, .002 ... laid end to end. */
#include "evidence/image.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

struct piece {
    int fd; /* -1: the file is missing */
    uint64_t off, len;
};

struct raw_image {
    struct ac_image image;
    struct piece *pieces;
    size_t n, cap;
};

static void raw_close(struct ac_image *img)
{
    struct raw_image *r = (struct raw_image *)img;

    for (size_t i = 0; i < r->n; i++) {
        if (r->pieces[i].fd >= 0)
            close(r->pieces[i].fd);
    }
    ac_free(r->pieces);
    ac_image_free_facts(img);
    ac_free(r);
}

/* Index of the piece that holds byte off; pieces are in order and without holes. */
static size_t piece_at(const struct raw_image *r, uint64_t off)
{
    size_t lo = 0, hi = r->n;

    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (r->pieces[mid].off <= off)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* Reads from one piece; what cannot be read is zeros. Returns how many bytes are good, from the front. */
static size_t read_piece(const struct piece *p, uint64_t off, uint8_t *out, size_t n)
{
    size_t done = 0;

    while (p->fd >= 0 && done < n) {
        ssize_t k = pread(p->fd, out + done, n - done, (off_t)(off - p->off + done));

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            break;
        done += (size_t)k;
    }
    memset(out + done, 0, n - done);
    return done;
}

static enum ac_rc raw_read(struct ac_reader *reader, uint64_t off, void *buf, size_t n,
                           struct ac_gaps *gaps, struct ac_err *err)
{
    struct raw_image *r = (struct raw_image *)reader;
    uint8_t *out = buf;
    enum ac_rc rc = AC_OK;

    for (size_t i = piece_at(r, off); n > 0; i++) {
        const struct piece *p = &r->pieces[i];
        size_t want = p->off + p->len - off < n ? (size_t)(p->off + p->len - off) : n;
        size_t good = read_piece(p, off, out, want);

        if (good < want) {
            const char *why = p->fd < 0 ? "segment missing" : "read error";

            if (gaps)
                ac_gaps_add(gaps, off + good, want - good, why);
            if (rc == AC_OK)
                rc =
                    AC_FAIL(err, AC_IO, off + good, "%s: %s", r->image.facts.segments[i].name, why);
        }
        off += want;
        out += want;
        n -= want;
    }
    return rc;
}

/* Takes fd. */
static enum ac_rc add_piece(struct raw_image *r, const char *path, int fd, uint64_t len,
                            const char *state)
{
    uint64_t off = r->n ? r->pieces[r->n - 1].off + r->pieces[r->n - 1].len : 0;

    if (ac_grow((void **)&r->pieces, &r->cap, r->n + 1, sizeof(*r->pieces)) != 0) {
        if (fd >= 0)
            close(fd);
        return AC_NOMEM;
    }
    r->pieces[r->n++] = (struct piece){fd, off, len};
    return ac_image_add_segment(&r->image, path, fd < 0 ? 0 : len, state);
}

/* Opens a file or block device; -1: there is none of that name. O_NONBLOCK, or a pipe would hold us up. */
static int open_file(const char *path, uint64_t *ret_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    uint64_t size = 0;
    struct stat st;

    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 &&
        (S_ISREG(st.st_mode) || (S_ISBLK(st.st_mode) && ioctl(fd, BLKGETSIZE64, &size) == 0))) {
        *ret_size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : size;
        return fd;
    }
    close(fd);
    errno = EINVAL;
    return -1;
}

/* Is there a file stem.NNN with a number above `after`? Then the gap before it is a missing segment. */
static unsigned highest_segment(const char *path, size_t stem)
{
    const char *slash = strrchr(path, '/');
    size_t dir_len = slash ? (size_t)(slash - path) + 1 : 0, name_len = stem - dir_len;
    char *dir = dir_len ? strndup(path, dir_len) : strdup(".");
    DIR *d = dir ? opendir(dir) : NULL;
    unsigned highest = 0;

    for (struct dirent *e; d && (e = readdir(d));) {
        const char *digits = e->d_name + name_len;

        if (strncmp(e->d_name, path + dir_len, name_len) == 0 &&
            strlen(e->d_name) == name_len + 3 && isdigit((unsigned char)digits[0]) &&
            isdigit((unsigned char)digits[1]) && isdigit((unsigned char)digits[2]) &&
            (unsigned)atoi(digits) > highest)
            highest = (unsigned)atoi(digits);
    }
    if (d)
        closedir(d);
    ac_free(dir);
    return highest;
}

static enum ac_rc open_piece(struct raw_image *r, const char *path, uint64_t usual, bool last,
                             struct ac_err *err)
{
    struct ac_buf *problem = &r->image.facts.segment_problem;
    const char *state = "present", *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    uint64_t len = usual;
    int fd = open_file(path, &len);
    enum ac_rc rc;

    if (fd < 0) {
        if (usual == 0)
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "cannot be opened: %s",
                           strerrordesc_np(errno));
        state = "missing";
        ac_buf_addf(problem, "%ssegment %s is missing", problem->n ? "; " : "", name);
    } else if (usual != 0 && (len > usual || len == 0 || (len < usual && !last))) {
        state = len > usual ? "misplaced" : "truncated";
        ac_buf_addf(problem,
                    "%ssegment %s is %s: it has %" PRIu64 " bytes, the first one has %" PRIu64,
                    problem->n ? "; " : "", name, state, len, usual);
    }
    rc = add_piece(r, path, fd, len, state);
    if (rc == AC_OK && fd >= 0 && len < usual && !last) /* what was cut off keeps its place */
        rc = add_piece(r, path, -1, usual - len, "missing");
    return rc == AC_OK ? AC_OK : AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for %s", name);
}

/* "x.002" beside "x.001": taken alone it would be a disk that begins in its middle. */
static bool is_later_piece(const char *path)
{
    size_t len = strlen(path);
    char *first;
    bool is = false;

    if (len < 5 || path[len - 4] != '.' || strspn(path + len - 3, "0123456789") != 3 ||
        atoi(path + len - 3) < 2)
        return false;
    first = strdup(path);
    if (first) {
        memcpy(first + len - 3, "001", 3);
        is = access(first, F_OK) == 0;
    }
    ac_free(first);
    return is;
}

static enum ac_rc open_pieces(struct raw_image *r, const char *path, struct ac_err *err)
{
    size_t len = strlen(path), stem = len >= 4 ? len - 3 : 0;
    bool split = len >= 4 && strcmp(path + len - 4, ".001") == 0;
    unsigned highest = split ? highest_segment(path, stem) : 1;
    enum ac_rc rc = open_piece(r, path, 0, highest <= 1, err);
    uint64_t usual = rc == AC_OK ? r->pieces[0].len : 0;
    char *name = strdup(path);

    if (!name)
        rc = AC_NOMEM;
    for (unsigned i = 2; rc == AC_OK && i <= highest; i++) {
        snprintf(name + stem, 4, "%03u", i % 1000);
        rc = open_piece(r, name, usual, i == highest, err);
    }
    r->image.facts.format = highest > 1 ? "split raw" : "raw";
    ac_free(name);
    return rc;
}

enum ac_rc ac_image_open_raw(const char *path, struct ac_image **ret, struct ac_err *err)
{
    struct raw_image *r;
    enum ac_rc rc;

    if (is_later_piece(path))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "is a later segment of a split image; name the first one (.001) instead");
    r = ac_calloc(1, sizeof(*r));
    if (!r)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an image");
    r->image.close = raw_close;
    r->image.reader.read = raw_read;
    rc = open_pieces(r, path, err);
    if (rc != AC_OK) {
        raw_close(&r->image);
        return rc;
    }
    r->image.reader.size = r->pieces[r->n - 1].off + r->pieces[r->n - 1].len;
    r->image.facts.media_size = r->image.reader.size;
    r->image.facts.sector_size = 512;
    *ret = &r->image;
    return AC_OK;
}
