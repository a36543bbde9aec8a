#include "evidence/ewf_segments.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_HEADER 13

static const char signature[8] = {'E', 'V', 'F', '\x09', '\x0d', '\x0a', '\xff', '\x00'};

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

static bool pread_all(int fd, void *buf, size_t n, uint64_t off)
{
    return pread(fd, buf, n, (off_t)off) == (ssize_t)n;
}

/* Segment number out of the file header; 0: it has none. */
static unsigned number_of_header(int fd)
{
    uint8_t head[FILE_HEADER];

    return pread_all(fd, head, sizeof(head), 0) && memcmp(head, signature, sizeof(signature)) == 0
               ? ac_le16(head + 9)
               : 0;
}

static int open_segment(int folder, const char *name)
{
    return openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

/* Behind .E99 names are letters, and image.EXE lies beside many an image: the content must say so too. */
static bool counts(int folder, const char *name, unsigned number)
{
    int fd = number > 99 ? open_segment(folder, name) : -1;
    bool is = number <= 99 || number_of_header(fd) != 0;

    if (fd >= 0)
        close(fd);
    return is;
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
        if (n > highest && counts(dirfd(d), e->d_name, n))
            highest = n;
    }
    if (d)
        closedir(d);
    ac_free(dir);
    return highest;
}

static const char *state_of(const struct ac_ewf_segment *s, unsigned by_name)
{
    if (!s->sections)
        return "truncated";
    if (s->number != by_name)
        return "misplaced";
    return s->sections->cut ? "truncated" : s->sections->what ? "damaged" : "present";
}

static enum ac_rc look_at(struct ac_ewf_segment *s, unsigned by_name)
{
    int fd = open_segment(AT_FDCWD, s->path);
    struct stat st;

    s->state = "missing";
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        s->size = (uint64_t)st.st_size;
        s->number = number_of_header(fd);
        s->sections = s->number ? ac_malloc(sizeof(*s->sections)) : NULL;
        if (s->sections)
            ac_ewf_sections_walk(fd, s->size, s->sections);
        s->state = state_of(s, by_name);
    }
    if (fd >= 0)
        close(fd);
    return s->number && !s->sections ? AC_NOMEM : AC_OK;
}

static void say(struct ac_ewf_segments *set, const struct ac_ewf_segment *s, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct ac_ewf_segments *set, const struct ac_ewf_segment *s, const char *fmt, ...)
{
    const char *slash = strrchr(s->path, '/');
    va_list ap;

    ac_buf_addf(&set->problem, "%ssegment %s ", set->problem.n ? "; " : "",
                slash ? slash + 1 : s->path);
    va_start(ap, fmt);
    ac_buf_addv(&set->problem, fmt, ap);
    va_end(ap);
}

static void describe(struct ac_ewf_segments *set, const struct ac_ewf_segment *s, unsigned by_name)
{
    const struct ac_ewf_sections *in = s->sections;

    if (strcmp(s->state, "missing") == 0)
        say(set, s, "is missing");
    else if (!in)
        say(set, s, "is truncated or damaged: it has no header (%" PRIu64 " bytes are there)",
            s->size);
    else if (s->number != by_name)
        say(set, s, "is misplaced: its name says %u, its header says %u", by_name, s->number);
    if (in && in->what)
        say(set, s, "is %s: %s (at byte %" PRIu64 " of %" PRIu64 ")",
            in->cut ? "truncated" : "damaged", in->what, in->at, s->size);
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
    set->items[set->n++] = s;
    return look_at(&set->items[set->n - 1], number);
}

static const struct ac_ewf_segment *by_number(const struct ac_ewf_segments *set, unsigned number)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->items[i].sections && set->items[i].number == number)
            return &set->items[i];
    }
    return NULL;
}

/* The last segment that is there must say so; if it announces another one, that one is missing. */
static enum ac_rc check_end(struct ac_ewf_segments *set, size_t stem)
{
    const struct ac_ewf_segment *end = by_number(set, (unsigned)set->n);

    if (!end || end->sections->last || end->sections->use != AC_EWF_WHOLE)
        return AC_OK;
    return add(set, end->path, stem, (unsigned)set->n + 1);
}

static bool same_set(const struct ac_ewf_sections *a, const struct ac_ewf_sections *b)
{
    return !a->has_set || !b->has_set || memcmp(a->set, b->set, sizeof(a->set)) == 0;
}

/* The segments 1, 2, 3 ... by the numbers in their headers, up to the first that no other may follow. */
static enum ac_rc choose(struct ac_ewf_segments *set)
{
    const struct ac_ewf_segment *s;

    set->usable = ac_calloc(set->n, sizeof(*set->usable));
    if (!set->usable)
        return AC_NOMEM;
    while (set->n_usable < set->n && (s = by_number(set, (unsigned)set->n_usable + 1))) {
        if (s->sections->use == AC_EWF_REFUSE)
            break;
        if (set->n_usable && !same_set(set->usable[0]->sections, s->sections)) {
            say(set, s, "belongs to another acquisition");
            break;
        }
        set->usable[set->n_usable++] = s;
        if (s->sections->use == AC_EWF_PREFIX || s->sections->last)
            break;
    }
    s = set->n_usable ? set->usable[set->n_usable - 1] : NULL;
    if (s && s->sections->last && set->n > set->n_usable)
        say(set, s, "is the last one by its content, but %zu more are there",
            set->n - set->n_usable);
    return AC_OK;
}

static enum ac_rc find_all(const char *path, size_t stem, bool split, struct ac_ewf_segments *set)
{
    unsigned highest = split ? highest_by_name(path, stem) : 1;
    enum ac_rc rc = AC_OK;

    if (!split) { /* a single file with a name of its own */
        set->items = ac_calloc(1, sizeof(*set->items));
        if (!set->items || !(set->items[0].path = strdup(path)))
            return AC_NOMEM;
        set->n = set->cap = 1;
        rc = look_at(&set->items[0], 1);
    }
    for (unsigned i = 1; split && rc == AC_OK && i <= highest; i++)
        rc = add(set, path, stem, i);
    if (rc == AC_OK && split)
        rc = check_end(set, stem);
    for (size_t i = 0; i < set->n; i++)
        describe(set, &set->items[i], (unsigned)i + 1);
    if (rc == AC_OK && !split && strcmp(set->items[0].state, "present") == 0 &&
        !set->items[0].sections->last)
        say(set, &set->items[0],
            "is not the last one, but its name does not say how the next is named");
    if (rc == AC_OK)
        rc = choose(set);
    return set->problem.failed ? AC_NOMEM : rc;
}

/* Is this file, by its content, a segment behind the first? *ret_number: which. */
static bool is_later(const char *path, unsigned *ret_number)
{
    int fd = open_segment(AT_FDCWD, path);

    *ret_number = number_of_header(fd);
    if (fd >= 0)
        close(fd);
    return *ret_number > 1;
}

enum ac_rc ac_ewf_segments_find(const char *path, struct ac_ewf_segments *ret, struct ac_err *err)
{
    struct ac_ewf_segments set = {0};
    size_t len = strlen(path), stem = len >= 4 && path[len - 4] == '.' ? len - 3 : 0;
    unsigned self = stem ? number_of_extension(path + stem, path[stem]) : 0, number = 0;
    enum ac_rc rc;

    if (self != 1 && is_later(path, &number))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "is segment %u of a split image; name the first segment (.E01) instead",
                       number);
    rc = find_all(path, stem, self == 1, &set);
    if (rc != AC_OK) {
        ac_ewf_segments_free(&set);
        return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for the list of segments");
    }
    *ret = set;
    return AC_OK;
}

void ac_ewf_segments_free(struct ac_ewf_segments *s)
{
    for (size_t i = 0; i < s->n; i++) {
        ac_free(s->items[i].path);
        ac_free(s->items[i].sections);
    }
    ac_free(s->items);
    ac_free(s->usable);
    ac_buf_free(&s->problem);
    *s = (struct ac_ewf_segments){0};
}
