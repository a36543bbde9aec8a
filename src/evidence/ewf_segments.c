#include "evidence/ewf_segments.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_HEADER 13
#define SECTION_DESCRIPTOR 76
#define MAX_SECTIONS 1000000 /* one table of 16,375 chunks is the smallest unit: terabytes */

bool ac_ewf_extension(unsigned n, char first, char ret[4])
{
    char a = isupper((unsigned char)first) ? 'A' : 'a';
    unsigned k;

    if (n == 0 || n > AC_MAX_SEGMENTS)
        return false;
    if (n <= 99) {
        snprintf(ret, 4, "%c%02u", first, n % 100);
        return true;
    }
    k = n - 100;
    if ((unsigned char)first + k / (26 * 26) > (unsigned char)(a + 25))
        return false;
    ret[0] = (char)(first + (char)(k / (26 * 26)));
    ret[1] = (char)(a + (char)(k / 26 % 26));
    ret[2] = (char)(a + (char)(k % 26));
    ret[3] = '\0';
    return true;
}

static unsigned number_of_extension(const char *ext, char first)
{
    char want[4];

    for (unsigned n = 1; ac_ewf_extension(n, first, want); n++) {
        if (strcmp(want, ext) == 0)
            return n;
    }
    return 0;
}

/* The highest segment number that any file beside the first one has by its name. */
static unsigned highest_by_name(const char *path, size_t stem)
{
    const char *slash = strrchr(path, '/');
    size_t dir_len = slash ? (size_t)(slash - path) + 1 : 0, name_len = stem - dir_len;
    char *dir = dir_len ? strndup(path, dir_len) : strdup(".");
    DIR *d = dir ? opendir(dir) : NULL;
    unsigned highest = 1;

    for (struct dirent *e; d && (e = readdir(d));) {
        unsigned n = 0;

        if (strncmp(e->d_name, path + dir_len, name_len) == 0 && strlen(e->d_name) == name_len + 3)
            n = number_of_extension(e->d_name + name_len, path[stem]);
        if (n > highest)
            highest = n;
    }
    if (d)
        closedir(d);
    ac_free(dir);
    return highest;
}

static bool pread_all(int fd, void *buf, size_t n, uint64_t off)
{
    return pread(fd, buf, n, (off_t)off) == (ssize_t)n;
}

/* Follows the section descriptors to the one that refers to itself. False: the file ends before. */
static bool walk_sections(int fd, struct ac_ewf_segment *s)
{
    uint64_t off = FILE_HEADER;

    for (unsigned i = 0; i < MAX_SECTIONS; i++) {
        uint8_t d[SECTION_DESCRIPTOR];
        uint64_t next;

        if (!pread_all(fd, d, sizeof(d), off))
            return false;
        next = ac_le64(d + 16);
        if (memcmp(d, "done", 5) == 0 || memcmp(d, "next", 5) == 0) {
            s->last = d[0] == 'd';
            return true;
        }
        if (next <= off || next > s->size)
            return false;
        off = next;
    }
    return false;
}

static void look_at(struct ac_ewf_segment *s, unsigned by_name)
{
    int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    uint8_t head[FILE_HEADER];
    struct stat st;

    s->state = "missing";
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        s->size = (uint64_t)st.st_size;
        s->state = "truncated";
        if (pread_all(fd, head, sizeof(head), 0) &&
            memcmp(head, "EVF\x09\x0d\x0a\xff\x00", 8) == 0) {
            s->number = ac_le16(head + 9);
            s->state = s->number != by_name   ? "misplaced"
                       : walk_sections(fd, s) ? "present"
                                              : "truncated";
        }
    }
    close(fd);
}

static void describe(struct ac_ewf_segments *set, const struct ac_ewf_segment *s, unsigned by_name)
{
    const char *slash = strrchr(s->path, '/'), *name = slash ? slash + 1 : s->path;
    const char *sep = set->problem.n ? "; " : "";

    if (strcmp(s->state, "missing") == 0)
        ac_buf_addf(&set->problem, "%ssegment %s is missing", sep, name);
    else if (strcmp(s->state, "truncated") == 0)
        ac_buf_addf(&set->problem,
                    "%ssegment %s is truncated or damaged (%" PRIu64 " bytes are there)", sep, name,
                    s->size);
    else if (strcmp(s->state, "misplaced") == 0)
        ac_buf_addf(&set->problem,
                    "%ssegment %s is misplaced: its name says %u, its header says %u", sep, name,
                    by_name, s->number);
}

static enum ac_rc add(struct ac_ewf_segments *set, const char *path, size_t stem, unsigned number)
{
    struct ac_ewf_segment s = {.path = strdup(path)};
    char ext[4];

    if (!s.path || !ac_ewf_extension(number, path[stem], ext) ||
        ac_grow((void **)&set->items, &set->cap, set->n + 1, sizeof(*set->items)) != 0) {
        ac_free(s.path);
        return AC_NOMEM;
    }
    memcpy(s.path + stem, ext, 3);
    look_at(&s, number);
    describe(set, &s, number);
    set->items[set->n++] = s;
    return AC_OK;
}

/* The last segment that is there must say so; if it announces another one, that one is missing. */
static enum ac_rc check_end(struct ac_ewf_segments *set, size_t stem)
{
    const struct ac_ewf_segment *end = &set->items[set->n - 1];

    if (strcmp(end->state, "present") != 0 || end->last)
        return AC_OK;
    return add(set, end->path, stem, (unsigned)set->n + 1);
}

enum ac_rc ac_ewf_segments_find(const char *path, struct ac_ewf_segments *ret, struct ac_err *err)
{
    struct ac_ewf_segments set = {0};
    size_t len = strlen(path), stem = len >= 4 && path[len - 4] == '.' ? len - 3 : 0;
    enum ac_rc rc = AC_OK;
    unsigned highest, self = stem ? number_of_extension(path + stem, path[stem]) : 0;

    if (self > 1)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "is segment %u of a split image; name the first segment (.%c01) instead",
                       self, path[stem]);
    if (self == 0) { /* a single file with a name of its own */
        set.items = ac_calloc(1, sizeof(*set.items));
        if (!set.items || !(set.items[0].path = strdup(path)))
            rc = AC_NOMEM;
        set.n = set.items ? 1 : 0;
        if (rc == AC_OK) {
            look_at(&set.items[0], 1);
            describe(&set, &set.items[0], 1);
        }
    } else {
        highest = highest_by_name(path, stem);
        for (unsigned i = 1; rc == AC_OK && i <= highest; i++)
            rc = add(&set, path, stem, i);
        if (rc == AC_OK)
            rc = check_end(&set, stem);
    }
    if (rc != AC_OK || set.problem.failed) {
        ac_ewf_segments_free(&set);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the list of segments");
    }
    *ret = set;
    return AC_OK;
}

void ac_ewf_segments_free(struct ac_ewf_segments *s)
{
    for (size_t i = 0; i < s->n; i++)
        ac_free(s->items[i].path);
    ac_free(s->items);
    ac_buf_free(&s->problem);
    *s = (struct ac_ewf_segments){0};
}
