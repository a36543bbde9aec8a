/*
 * A folder of collected artefacts, or one file, as a tree.
 *
 * Every open goes from the root component by component with O_NOFOLLOW: a symbolic link that somebody puts
 * into the folder leads nowhere. Entries of a folder are taken in the order of their bytes, so that
 * two copies of the same folder give the same nodes.
 */
#include "files/folder_root.h"
#include "files/tree_impl.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* A name that is no UTF-8: the node shows it escaped, this is what opens it. */
struct raw_name {
    ac_node node;
    char *name; /* Owned */
};

struct folder_tree {
    struct ac_tree base; /* first */
    int root;            /* -1: a single file */
    struct raw_name *raw;
    size_t n_raw, raw_cap;
    ac_node open_node; /* the file read last, and its descriptor */
    int open;
};

static struct folder_tree *of(struct ac_tree *t)
{
    return (struct folder_tree *)t;
}

static void close_content(struct folder_tree *t)
{
    if (t->open >= 0)
        close(t->open);
    t->open = -1;
    t->open_node = AC_NODE_NONE;
}

static void folder_close(struct ac_tree *tree)
{
    struct folder_tree *t = of(tree);

    close_content(t);
    if (t->root >= 0)
        close(t->root);
    for (size_t i = 0; i < t->n_raw; i++)
        ac_free(t->raw[i].name);
    ac_free(t->raw);
    ac_tree_release(tree);
    ac_free(t);
}

/* Writes the name as the file system has it; false if it is too long for one. */
static bool name_on_disk(const struct folder_tree *t, ac_node node, char buf[NAME_MAX + 1])
{
    struct ac_str name = ac_index_name_of(&t->base.index, node);
    size_t low = 0, high = t->n_raw;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->raw[middle].node < node)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < t->n_raw && t->raw[low].node == node)
        name = ac_str_of(t->raw[low].name);
    if (name.n > NAME_MAX)
        return false;
    memcpy(buf, name.p, name.n);
    buf[name.n] = '\0';
    return true;
}

/* Opens a node from the root on, following no links. -1 and errno on failure. */
static int open_node(const struct folder_tree *t, ac_node node, int flags)
{
    ac_node way[AC_MAX_PATH_DEPTH];
    char name[NAME_MAX + 1];
    size_t n = 0;
    int fd;

    for (; t->base.index.nodes[node].parent != AC_NODE_NONE; n++) {
        if (n == AC_MAX_PATH_DEPTH) {
            errno = ENAMETOOLONG;
            return -1;
        }
        way[n] = node;
        node = t->base.index.nodes[node].parent;
    }
    fd = openat(t->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (n-- > 0 && fd >= 0) {
        int step = n == 0 ? flags : O_RDONLY | O_DIRECTORY;
        int next = -1;

        if (name_on_disk(t, way[n], name))
            next = openat(fd, name, step | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
        else
            errno = ENAMETOOLONG;
        close(fd);
        fd = next;
    }
    return fd;
}

static enum ac_rc open_content(struct folder_tree *t, ac_node node, struct stat *st,
                               struct ac_err *err)
{
    if (t->open_node != node) {
        close_content(t);
        t->open = open_node(t, node, O_RDONLY);
        if (t->open < 0)
            return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "cannot open: %s", strerrordesc_np(errno));
        t->open_node = node;
    }
    if (fstat(t->open, st) != 0 || !S_ISREG(st->st_mode)) {
        close_content(t);
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "it is no regular file any more");
    }
    return AC_OK;
}

static enum ac_rc folder_content(struct ac_tree *tree, ac_node node, uint64_t *ret_size,
                                 uint64_t *ret_offset, struct ac_err *err)
{
    struct stat st;
    enum ac_rc rc = open_content(of(tree), node, &st, err);

    if (rc == AC_OK) {
        *ret_size = (uint64_t)st.st_size;
        *ret_offset = AC_NO_OFFSET;
    }
    return rc;
}

static enum ac_rc folder_read(struct ac_tree *tree, ac_node node, uint64_t off, void *buf, size_t n,
                              struct ac_gaps *gaps, struct ac_err *err)
{
    struct folder_tree *t = of(tree);
    struct stat st;
    enum ac_rc rc = open_content(t, node, &st, err);

    if (rc != AC_OK)
        return rc;
    if (off > (uint64_t)st.st_size || n > (uint64_t)st.st_size - off)
        return AC_FAIL(err, AC_TRUNCATED, off, "%zu bytes asked for, the file has %" PRIu64, n,
                       (uint64_t)st.st_size);
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(t->open, (char *)buf + done, n - done, (off_t)(off + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            memset((char *)buf + done, 0, n - done);
            if (gaps)
                ac_gaps_add(gaps, off + done, n - done, "the file is not readable here");
            return AC_FAIL(err, AC_IO, off + done, "cannot read: %s",
                           got < 0 ? strerrordesc_np(errno) : "the file became shorter");
        }
        done += (size_t)got;
    }
    return AC_OK;
}

static enum ac_rc folder_times(struct ac_tree *tree, ac_node node, struct ac_node_times *ret,
                               struct ac_err *err)
{
    (void)err;
    *ret = (struct ac_node_times){.modified = {tree->index.nodes[node].modified}};
    return AC_OK;
}

static const struct ac_tree_ops folder_ops = {
    .close = folder_close,
    .times = folder_times,
    .content = folder_content,
    .read = folder_read,
};

static void tell(struct folder_tree *t, ac_node folder, const char *name, enum ac_rc class,
                 const char *what)
{
    struct ac_buf path = {0};

    ac_tree_path(&t->base, folder, &path);
    if (path.n > 0)
        ac_buf_addc(&path, '/');
    ac_text_from_utf8((struct ac_view){(const uint8_t *)name, strlen(name), 0}, &path, NULL);
    ac_tree_problem(&t->base, ac_buf_text(&path), class, AC_NO_OFFSET, "%s", what);
    ac_buf_free(&path);
}

static enum ac_rc add_raw(struct folder_tree *t, ac_node node, const char *name)
{
    size_t n = strlen(name) + 1;
    char *copy = ac_malloc(n);

    if (!copy || ac_grow((void **)&t->raw, &t->raw_cap, t->n_raw + 1, sizeof(*t->raw)) != 0) {
        ac_free(copy);
        return AC_NOMEM;
    }
    memcpy(copy, name, n);
    t->raw[t->n_raw++] = (struct raw_name){node, copy};
    return AC_OK;
}

static enum ac_rc add_entry(struct folder_tree *t, ac_node folder, const char *name,
                            const struct stat *st)
{
    struct ac_index *x = &t->base.index;
    struct ac_index_node node = {.parent = folder};
    struct ac_buf text = {0};
    bool exact = true;
    ac_node added;
    enum ac_rc rc;

    node.modified = ac_time_from_unix(st->st_mtim.tv_sec, (uint32_t)st->st_mtim.tv_nsec).ticks;
    if (S_ISDIR(st->st_mode))
        node.flags = AC_NODE_DIRECTORY;
    else
        node.size = (uint64_t)st->st_size;
    if (x->nodes[folder].flags & AC_INDEX_FLAG_ENCODED || ac_folder_is_encoded_drive(name))
        node.flags |= AC_INDEX_FLAG_ENCODED;
    ac_text_from_utf8((struct ac_view){(const uint8_t *)name, strlen(name), 0}, &text, &exact);
    rc = text.failed ? AC_NOMEM : ac_index_name(x, ac_buf_str(&text), &node);
    ac_buf_free(&text);
    if (rc == AC_OK)
        rc = ac_index_add(x, &node, &added);
    if (rc == AC_OK && !exact)
        rc = add_raw(t, added, name);
    if (rc == AC_OK && node.flags & AC_INDEX_FLAG_ENCODED)
        rc = ac_folder_add_decoded(x, added, name);
    t->base.facts.entries++;
    return rc;
}

static enum ac_rc take_entry(struct folder_tree *t, ac_node folder, int fd, const char *name)
{
    struct stat st;

    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        tell(t, folder, name, AC_IO, "its metadata can not be read");
    else if (S_ISLNK(st.st_mode))
        tell(t, folder, name, AC_UNSUPPORTED, "symbolic link not followed");
    else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        tell(t, folder, name, AC_UNSUPPORTED, "neither a file nor a folder: passed over");
    else
        return add_entry(t, folder, name, &st);
    return AC_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **items;
    size_t n, cap;
};

static void free_names(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        ac_free(names->items[i]);
    ac_free(names->items);
}

/* All names of a folder, sorted. *ret_errno: reading ended early. */
static enum ac_rc read_names(DIR *dir, struct names *names, int *ret_errno)
{
    const struct dirent *d;

    for (errno = 0; (d = readdir(dir)); errno = 0) {
        size_t n = strlen(d->d_name) + 1;

        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (ac_grow((void **)&names->items, &names->cap, names->n + 1, sizeof(*names->items)) != 0)
            return AC_NOMEM;
        names->items[names->n] = ac_malloc(n);
        if (!names->items[names->n])
            return AC_NOMEM;
        memcpy(names->items[names->n++], d->d_name, n);
    }
    *ret_errno = errno;
    if (names->n > 1)
        qsort(names->items, names->n, sizeof(*names->items), by_bytes);
    return AC_OK;
}

static enum ac_rc list_folder(struct folder_tree *t, ac_node folder)
{
    struct names names = {0};
    enum ac_rc rc = AC_OK;
    int fd = open_node(t, folder, O_RDONLY | O_DIRECTORY), failed = 0;
    int own = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    DIR *dir = own >= 0 ? fdopendir(own) : NULL;

    if (dir)
        rc = read_names(dir, &names, &failed);
    else
        failed = errno;
    if (failed)
        ac_tree_problem_at(&t->base, folder, failed == ENAMETOOLONG ? AC_LIMIT : AC_IO,
                           AC_NO_OFFSET, "the folder can not be read: %s", strerrordesc_np(failed));
    for (size_t i = 0; i < names.n && rc == AC_OK; i++)
        rc = take_entry(t, folder, fd, names.items[i]);
    free_names(&names);
    if (dir)
        closedir(dir);
    else if (own >= 0)
        close(own);
    if (fd >= 0)
        close(fd);
    return rc;
}

static enum ac_rc new_tree(enum ac_tree_kind kind, const char *name, struct folder_tree **ret,
                           struct ac_err *err)
{
    struct folder_tree *t = ac_calloc(1, sizeof(*t));
    enum ac_rc rc;

    if (!t)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a file tree");
    t->base.ops = &folder_ops;
    t->base.facts = (struct ac_tree_facts){.kind = kind, .file_system = name, .complete = true};
    t->root = t->open = -1;
    t->open_node = AC_NODE_NONE;
    rc = ac_index_init(&t->base.index, err);
    if (rc != AC_OK) {
        folder_close(&t->base);
        return rc;
    }
    *ret = t;
    return AC_OK;
}

static enum ac_rc finish(struct folder_tree *t, enum ac_rc rc, const char *path,
                         struct ac_tree **ret, struct ac_err *err)
{
    if (rc == AC_NOMEM || rc == AC_LIMIT)
        AC_FAIL(err, rc, AC_NO_OFFSET, "%s",
                rc == AC_NOMEM ? "no memory" : "more files than the index holds");
    if (rc == AC_OK)
        rc = ac_index_finish(&t->base.index, err);
    if (rc == AC_OK)
        rc = ac_tree_publish(&t->base, err);
    if (rc != AC_OK) {
        folder_close(&t->base);
        return AC_WRAP(err, rc, AC_NO_OFFSET, "%s", path);
    }
    t->base.volume_root = ac_folder_volume_root(&t->base);
    *ret = &t->base;
    return AC_OK;
}

enum ac_rc ac_tree_open_folder(const char *path, struct ac_tree **ret, struct ac_err *err)
{
    struct folder_tree *t = NULL;
    enum ac_rc rc = new_tree(AC_TREE_FOLDER, "folder", &t, err);

    if (rc != AC_OK)
        return rc;
    t->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (t->root < 0)
        rc = AC_FAIL(err, errno == ENOENT ? AC_NOT_FOUND : AC_IO, AC_NO_OFFSET, "cannot open: %s",
                     strerrordesc_np(errno));
    /* nodes are added at the end, so this loop goes through all folders */
    for (size_t i = 0; i < t->base.index.n && rc == AC_OK; i++) {
        const struct ac_index_node *node = &t->base.index.nodes[i];

        if (node->flags & AC_NODE_DIRECTORY && !(node->flags & AC_NODE_SHORT_NAME))
            rc = list_folder(t, (ac_node)i);
    }
    return finish(t, rc, path, ret, err);
}

/* Is this name the hive's with .LOG, .LOG1 or .LOG2 behind it? */
static bool is_log_name(const char *name, const char *hive)
{
    size_t n = strlen(hive);

    return strncasecmp(name, hive, n) == 0 &&
           (strcasecmp(name + n, ".LOG") == 0 || strcasecmp(name + n, ".LOG1") == 0 ||
            strcasecmp(name + n, ".LOG2") == 0);
}

/* Is this name the database's with -wal or -journal behind it? */
static bool is_journal_name(const char *name, const char *database)
{
    size_t n = strlen(database);

    return strncasecmp(name, database, n) == 0 &&
           (strcasecmp(name + n, "-wal") == 0 || strcasecmp(name + n, "-journal") == 0);
}

static const char repository[] = "OBJECTS.DATA";

/* The index and the maps of a WMI repository. */
static bool is_repository_name(const char *name)
{
    size_t n = strlen(name);

    return strcasecmp(name, "INDEX.BTR") == 0 || (n > 4 && strcasecmp(name + n - 4, ".MAP") == 0);
}

/* A hive is not complete without its transaction logs, nor an SQLite database without its log, nor a
 * WMI repository without its maps: those beside it belong to it. A folder that cannot be read is no failure: the file is there. */
static enum ac_rc add_companions(struct folder_tree *t, const char *path, const char *name)
{
    struct names names = {0};
    char head[4] = "", *folder;
    bool maps = strcasecmp(name, repository) == 0, is_hive, is_database;
    int failed = 0, own;
    enum ac_rc rc = AC_OK;
    struct stat st;
    DIR *dir;

    is_hive = pread(t->open, head, 4, 0) == 4 && memcmp(head, "regf", 4) == 0;
    is_database = memcmp(head, "SQLi", 4) == 0;
    if (!maps && !is_hive && !is_database)
        return AC_OK;
    folder = ac_malloc((size_t)(name - path) + 2);
    if (!folder)
        return AC_NOMEM;
    memcpy(folder, path, (size_t)(name - path));
    memcpy(folder + (name - path), name == path ? "." : "", name == path ? 2 : 1);
    t->root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ac_free(folder);
    if (t->root >= 0 && (fstatat(t->root, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
                         !S_ISREG(st.st_mode))) { /* the file was reached through a link */
        close(t->root);
        t->root = -1;
    }
    own = t->root >= 0 ? openat(t->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    dir = own >= 0 ? fdopendir(own) : NULL;
    if (dir)
        rc = read_names(dir, &names, &failed);
    for (size_t i = 0; i < names.n && rc == AC_OK; i++) {
        if (maps          ? is_repository_name(names.items[i])
            : is_database ? is_journal_name(names.items[i], name)
                          : is_log_name(names.items[i], name))
            rc = take_entry(t, 0, t->root, names.items[i]);
    }
    free_names(&names);
    if (dir)
        closedir(dir);
    else if (own >= 0)
        close(own);
    return rc;
}

enum ac_rc ac_tree_open_file(const char *path, struct ac_tree **ret, struct ac_err *err)
{
    const char *slash = strrchr(path, '/');
    struct folder_tree *t = NULL;
    struct stat st;
    enum ac_rc rc = new_tree(AC_TREE_FILE, "file", &t, err);

    if (rc != AC_OK)
        return rc;
    t->open = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (t->open < 0)
        rc = AC_FAIL(err, errno == ENOENT ? AC_NOT_FOUND : AC_IO, AC_NO_OFFSET, "cannot open: %s",
                     strerrordesc_np(errno));
    else if (fstat(t->open, &st) != 0 || !S_ISREG(st.st_mode))
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "this is no regular file");
    else
        rc = add_entry(t, 0, slash ? slash + 1 : path, &st);
    if (rc == AC_OK)
        rc = add_companions(t, path, slash ? slash + 1 : path);
    t->open_node = 1;
    return finish(t, rc, path, ret, err);
}
