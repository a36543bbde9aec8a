#include "files/tree_impl.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static void add_problem(struct ac_tree *t, struct ac_str where, enum ac_rc class, uint64_t offset,
                        const char *fmt, va_list ap)
{
    struct ac_buf what = {0}, place = {0};

    t->facts.complete = false;
    if (t->n_problems >= AC_TREE_MAX_PROBLEMS ||
        ac_grow((void **)&t->problems, &t->problems_cap, t->n_problems + 3, sizeof(*t->problems))) {
        t->more_problems++;
        return;
    }
    ac_buf_addv(&what, fmt, ap);
    ac_buf_adds(&place, where);
    if (what.failed || place.failed) {
        ac_buf_free(&what);
        ac_buf_free(&place);
        t->more_problems++;
        return;
    }
    t->problems[t->n_problems++] = (struct ac_tree_problem){place.p, what.p, class, offset};
}

void ac_tree_problem(struct ac_tree *t, const char *where, enum ac_rc class, uint64_t offset,
                     const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_problem(t, ac_str_of(where), class, offset, fmt, ap);
    va_end(ap);
}

void ac_tree_problem_at(struct ac_tree *t, ac_node node, enum ac_rc class, uint64_t offset,
                        const char *fmt, ...)
{
    struct ac_buf path = {0};
    va_list ap;

    if (t->n_problems < AC_TREE_MAX_PROBLEMS)
        ac_tree_path(t, node, &path);
    va_start(ap, fmt);
    add_problem(t, ac_buf_str(&path), class, offset, fmt, ap);
    va_end(ap);
    ac_buf_free(&path);
}

enum ac_rc ac_tree_publish(struct ac_tree *t, struct ac_err *err)
{
    struct ac_buf where = {0}, what = {0};

    if (ac_grow((void **)&t->problems, &t->problems_cap, t->n_problems + 2, sizeof(*t->problems)))
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the problems of a file tree");
    if (t->more_problems > 0) {
        ac_buf_addz(&where, t->facts.file_system);
        ac_buf_addf(&what, "%" PRIu64 " more problems of the file system are not listed",
                    t->more_problems);
        if (where.failed || what.failed) {
            ac_buf_free(&where);
            ac_buf_free(&what);
            return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the problems of a tree");
        }
        t->problems[t->n_problems++] =
            (struct ac_tree_problem){where.p, what.p, AC_LIMIT, AC_NO_OFFSET};
    }
    t->problems[t->n_problems] = (struct ac_tree_problem){0};
    t->facts.problems = t->problems;
    return AC_OK;
}

void ac_tree_release(struct ac_tree *t)
{
    for (size_t i = 0; i < t->n_problems; i++) {
        ac_free((void *)(uintptr_t)t->problems[i].where);
        ac_free((void *)(uintptr_t)t->problems[i].what);
    }
    ac_free(t->problems);
    ac_index_free(&t->index);
}

void ac_tree_close(struct ac_tree *t)
{
    if (t)
        t->ops->close(t);
}

const struct ac_tree_facts *ac_tree_facts(const struct ac_tree *t)
{
    return &t->facts;
}

ac_node ac_tree_root(const struct ac_tree *t)
{
    (void)t;
    return 0;
}

ac_node ac_tree_volume_root(const struct ac_tree *t)
{
    return t->volume_root;
}

ac_node ac_tree_count(const struct ac_tree *t)
{
    return (ac_node)t->index.n;
}

void ac_tree_info(const struct ac_tree *t, ac_node node, struct ac_node_info *ret)
{
    const struct ac_index_node *n = &t->index.nodes[node];
    const struct ac_index_node *file = n;

    if (n->flags & AC_NODE_SHORT_NAME)
        file = &t->index.nodes[n->size];
    *ret = (struct ac_node_info){.name = ac_index_name_of(&t->index, node),
                                 .parent = n->parent,
                                 .flags = n->flags & AC_INDEX_PUBLIC_FLAGS,
                                 .entry = (uint64_t)n->entry_high << 32 | n->entry,
                                 .sequence = n->sequence,
                                 .size = file->size,
                                 .created = {file->created},
                                 .modified = {file->modified}};
}

/* The node that a short name stands for; other nodes stand for themselves. */
static ac_node resolve(const struct ac_tree *t, ac_node node)
{
    if (node != AC_NODE_NONE && t->index.nodes[node].flags & AC_NODE_SHORT_NAME)
        return (ac_node)t->index.nodes[node].size;
    return node;
}

static ac_node find_component(const struct ac_tree *t, ac_node from, struct ac_str name,
                              bool deleted)
{
    ac_node node = resolve(t, ac_index_find(&t->index, from, name, false, deleted));
    const char *colon;
    size_t head;

    if (node != AC_NODE_NONE || name.n == 0)
        return node;
    colon = memchr(name.p, ':', name.n);
    if (!colon)
        return AC_NODE_NONE;
    head = (size_t)(colon - name.p);
    if (head > 0)
        from = resolve(
            t, ac_index_find(&t->index, from, (struct ac_str){name.p, head}, false, deleted));
    if (from == AC_NODE_NONE)
        return AC_NODE_NONE;
    return ac_index_find(&t->index, from, (struct ac_str){colon + 1, name.n - head - 1}, true,
                         deleted);
}

static ac_node walk_path(const struct ac_tree *t, ac_node node, struct ac_str path, bool deleted,
                         bool backslash)
{
    for (size_t i = 0; i < path.n && node != AC_NODE_NONE;) {
        size_t start = i;
        struct ac_str name;

        while (i < path.n && path.p[i] != '/' && !(backslash && path.p[i] == '\\'))
            i++;
        name = (struct ac_str){path.p + start, i - start};
        i++;
        if (name.n > 0 && !(name.n == 1 && name.p[0] == '.'))
            node = find_component(t, node, name, deleted);
    }
    return node;
}

ac_node ac_tree_lookup(const struct ac_tree *t, ac_node from, struct ac_str path, bool deleted)
{
    ac_node node;

    if (from == AC_NODE_NONE)
        return AC_NODE_NONE;
    from = resolve(t, from);
    /* names show what does not convert as \u{...}: first as the path was printed */
    node = walk_path(t, from, path, deleted, false);
    if (node == AC_NODE_NONE && path.n > 0 && memchr(path.p, '\\', path.n))
        node = walk_path(t, from, path, deleted, true);
    return node;
}

size_t ac_tree_children(const struct ac_tree *t, ac_node node, const ac_node **ret)
{
    const uint32_t *first = t->index.first_child;

    *ret = t->index.children + first[node];
    return first[node + 1] - first[node];
}

void ac_tree_path(const struct ac_tree *t, ac_node node, struct ac_buf *out)
{
    ac_node way[AC_MAX_PATH_DEPTH + 4]; /* the index cuts what lies deeper */
    size_t n = 0;

    while (n < AC_MAX_PATH_DEPTH + 4 && t->index.nodes[node].parent != AC_NODE_NONE) {
        way[n++] = node;
        node = t->index.nodes[node].parent;
    }
    for (size_t i = n; i-- > 0;) {
        if (t->index.nodes[way[i]].flags & AC_NODE_STREAM)
            ac_buf_addc(out, ':');
        else if (i + 1 < n)
            ac_buf_addc(out, '/');
        ac_buf_adds(out, ac_index_name_of(&t->index, way[i]));
    }
}

enum ac_rc ac_tree_times(struct ac_tree *t, ac_node node, struct ac_node_times *ret,
                         struct ac_err *err)
{
    return t->ops->times(t, node, ret, err);
}

enum ac_rc ac_tree_index_modified(struct ac_tree *t, ac_node node, struct ac_filetime *ret,
                                  struct ac_err *err)
{
    if (!t->ops->index_modified)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "%s keeps no index of names with times",
                       t->facts.file_system);
    return t->ops->index_modified(t, resolve(t, node), ret, err);
}

enum ac_rc ac_tree_index_slack(struct ac_tree *t, ac_node folder, ac_index_slack_each *each,
                               void *context, struct ac_err *err)
{
    if (!t->ops->index_slack)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET,
                       "only NTFS keeps an index of its folders");
    return t->ops->index_slack(t, resolve(t, folder), each, context, err);
}

static enum ac_rc refuse_folder(const struct ac_tree *t, ac_node node, struct ac_err *err)
{
    const struct ac_index_node *n = &t->index.nodes[node];

    if (n->flags & AC_NODE_DIRECTORY && !(n->flags & AC_NODE_STREAM))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "a folder has no content");
    return AC_OK;
}

enum ac_rc ac_tree_content(struct ac_tree *t, ac_node node, uint64_t *ret_size,
                           uint64_t *ret_offset, struct ac_err *err)
{
    enum ac_rc rc;

    node = resolve(t, node);
    rc = refuse_folder(t, node, err);
    return rc == AC_OK ? t->ops->content(t, node, ret_size, ret_offset, err) : rc;
}

enum ac_rc ac_tree_read(struct ac_tree *t, ac_node node, uint64_t off, void *buf, size_t n,
                        struct ac_gaps *gaps, struct ac_err *err)
{
    enum ac_rc rc;

    node = resolve(t, node);
    rc = refuse_folder(t, node, err);
    return rc == AC_OK ? t->ops->read(t, node, off, buf, n, gaps, err) : rc;
}

enum ac_rc ac_tree_load(struct ac_tree *t, ac_node node, uint64_t max, struct ac_content *ret,
                        struct ac_err *err)
{
    struct ac_content c = {.image_offset = AC_NO_OFFSET};
    uint64_t size = 0;
    enum ac_rc rc;

    node = resolve(t, node);
    rc = ac_tree_content(t, node, &size, &c.image_offset, err);
    if (rc != AC_OK)
        return rc;
    if (size > max || size > SIZE_MAX - 1)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET,
                       "the content has %" PRIu64 " bytes, the limit here is %" PRIu64, size, max);
    c.n = (size_t)size;
    c.p = ac_malloc(c.n);
    if (!c.p)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for %zu bytes of content", c.n);
    rc = c.n ? t->ops->read(t, node, 0, c.p, c.n, &c.gaps, err) : AC_OK;
    if (rc != AC_OK && !(rc == AC_IO && c.gaps.n > 0)) {
        ac_content_free(&c);
        return rc;
    }
    *ret = c;
    return AC_OK;
}

void ac_content_free(struct ac_content *c)
{
    ac_free(c->p);
    ac_gaps_free(&c->gaps);
    *c = (struct ac_content){0};
}
