#include "files/index.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

#define ON_THIS_WALK UINT16_MAX

enum ac_rc ac_index_init(struct ac_index *x, struct ac_err *err)
{
    struct ac_index_node root = {.parent = AC_NODE_NONE, .flags = AC_NODE_DIRECTORY};
    ac_node node;

    *x = (struct ac_index){.orphans = AC_NODE_NONE};
    if (ac_index_name(x, AC_STR(""), &root) != AC_OK || ac_index_add(x, &root, &node) != AC_OK)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the index of a file tree");
    return AC_OK;
}

void ac_index_free(struct ac_index *x)
{
    ac_free(x->nodes);
    ac_free(x->names);
    ac_free(x->first_child);
    ac_free(x->children);
    ac_free(x->buckets);
    ac_free(x->next);
    *x = (struct ac_index){.orphans = AC_NODE_NONE};
}

static enum ac_rc reserve_name(struct ac_index *x, size_t bytes)
{
    if (bytes > UINT32_MAX - x->names_n)
        return AC_LIMIT;
    if (ac_grow((void **)&x->names, &x->names_cap, x->names_n + bytes + 1, 1) != 0)
        return AC_NOMEM;
    return AC_OK;
}

static void close_name(struct ac_index *x, size_t len, struct ac_index_node *node)
{
    node->name = (uint32_t)x->names_n;
    node->name_len = (uint16_t)len;
    node->hash = ac_fold_hash((struct ac_str){x->names + x->names_n, len}, 0);
    x->names_n += len;
}

enum ac_rc ac_index_name(struct ac_index *x, struct ac_str utf8, struct ac_index_node *node)
{
    static const char slash[] = "\\u{2F}";
    size_t n = 0;
    enum ac_rc rc;

    if (utf8.n > UINT16_MAX / (sizeof(slash) - 1))
        return AC_LIMIT;
    rc = reserve_name(x, utf8.n * (sizeof(slash) - 1));
    if (rc != AC_OK)
        return rc;
    for (size_t i = 0; i < utf8.n; i++) {
        if (utf8.p[i] == '/') {
            memcpy(x->names + x->names_n + n, slash, sizeof(slash) - 1);
            n += sizeof(slash) - 1;
        } else {
            x->names[x->names_n + n++] = utf8.p[i];
        }
    }
    close_name(x, n, node);
    return AC_OK;
}

/* Names with anything but ASCII: through the general decoder. */
static enum ac_rc name_general(struct ac_index *x, struct ac_view bytes, struct ac_index_node *node)
{
    struct ac_buf text = {0};
    enum ac_rc rc;

    ac_text_from_utf16(bytes, &text, NULL);
    rc = text.failed ? AC_NOMEM : ac_index_name(x, ac_buf_str(&text), node);
    ac_buf_free(&text);
    return rc;
}

enum ac_rc ac_index_name_utf16(struct ac_index *x, struct ac_view bytes, struct ac_index_node *node)
{
    size_t units = bytes.n / 2;
    uint32_t h = 2166136261U; /* as ac_fold_hash(), while the characters are at hand */
    enum ac_rc rc = reserve_name(x, units);
    char *out;

    if (rc != AC_OK)
        return rc;
    out = x->names + x->names_n;
    for (size_t i = 0; i < units; i++) {
        unsigned c = ac_le16(bytes.p + 2 * i);

        if (c >= 0x80 || c == 0 || c == '/')
            return name_general(x, (struct ac_view){bytes.p, units * 2, bytes.base}, node);
        out[i] = (char)c;
        h = (h ^ (c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c)) * 16777619U;
    }
    node->name = (uint32_t)x->names_n;
    node->name_len = (uint16_t)units;
    node->hash = h;
    x->names_n += units;
    return AC_OK;
}

enum ac_rc ac_index_add(struct ac_index *x, const struct ac_index_node *node, ac_node *ret)
{
    if (x->n >= AC_MAX_NODES)
        return AC_LIMIT;
    if (ac_grow((void **)&x->nodes, &x->cap, x->n + 1, sizeof(*x->nodes)) != 0)
        return AC_NOMEM;
    x->nodes[x->n] = *node;
    *ret = (ac_node)x->n++;
    return AC_OK;
}

ac_node ac_index_orphans(struct ac_index *x)
{
    struct ac_index_node folder = {.parent = 0,
                                   .flags = AC_NODE_DIRECTORY | AC_NODE_ORPHAN | AC_NODE_VIRTUAL};

    if (x->orphans == AC_NODE_NONE && (ac_index_name(x, AC_STR("$OrphanFiles"), &folder) != AC_OK ||
                                       ac_index_add(x, &folder, &x->orphans) != AC_OK))
        x->orphans = AC_NODE_NONE;
    return x->orphans;
}

/* State of ac_index_finish()'s first step. */
struct walk {
    uint16_t *depth; /* 0: not known yet */
    size_t known;    /* items of depth; nodes behind are the folder of orphans */
    uint32_t *stack;
    size_t n, cap;
};

static bool settled(const struct ac_index *x, const struct walk *w, ac_node node)
{
    return node == 0 || node == x->orphans ||
           (w->depth[node] != 0 && w->depth[node] != ON_THIS_WALK);
}

static uint16_t depth_of(const struct ac_index *x, const struct walk *w, ac_node node)
{
    return node == 0 || node == x->orphans ? 0 : w->depth[node];
}

static enum ac_rc cut_loose(struct ac_index *x, ac_node node, uint32_t *count)
{
    ac_node folder = ac_index_orphans(x);

    if (folder == AC_NODE_NONE)
        return AC_NOMEM;
    x->nodes[node].parent = folder;
    (*count)++;
    return AC_OK;
}

/* From `node` up to the first ancestor whose depth is known, then down again, settling each. */
static enum ac_rc settle(struct ac_index *x, struct walk *w, ac_node node)
{
    enum ac_rc rc;

    w->n = 0;
    while (!settled(x, w, node)) {
        if (w->depth[node] == ON_THIS_WALK) {
            rc = cut_loose(x, w->stack[w->n - 1], &x->looped);
            if (rc != AC_OK)
                return rc;
            break;
        }
        if (ac_grow((void **)&w->stack, &w->cap, w->n + 1, sizeof(*w->stack)) != 0)
            return AC_NOMEM;
        w->stack[w->n++] = node;
        w->depth[node] = ON_THIS_WALK;
        node = x->nodes[node].parent;
    }
    while (w->n > 0) {
        struct ac_index_node *child;

        node = w->stack[--w->n];
        if (depth_of(x, w, x->nodes[node].parent) + 1 >= AC_MAX_PATH_DEPTH &&
            (rc = cut_loose(x, node, &x->deep)) != AC_OK)
            return rc;
        child = &x->nodes[node];
        w->depth[node] = (uint16_t)(depth_of(x, w, child->parent) + 1);
        child->flags |= x->nodes[child->parent].flags & (AC_NODE_ORPHAN | AC_NODE_SYSTEM);
    }
    return AC_OK;
}

static enum ac_rc settle_all(struct ac_index *x)
{
    struct walk w = {.known = x->n};
    enum ac_rc rc = AC_OK;

    w.depth = ac_calloc(w.known, sizeof(*w.depth));
    if (!w.depth)
        return AC_NOMEM;
    for (size_t i = 1; i < w.known && rc == AC_OK; i++)
        rc = settle(x, &w, (ac_node)i);
    ac_free(w.depth);
    ac_free(w.stack);
    return rc;
}

static bool is_listed(const struct ac_index_node *node)
{
    return node->parent != AC_NODE_NONE && !(node->flags & AC_NODE_SHORT_NAME);
}

static enum ac_rc list_children(struct ac_index *x)
{
    x->first_child = ac_calloc(x->n + 2, sizeof(*x->first_child));
    x->children = ac_malloc(x->n * sizeof(*x->children));
    if (!x->first_child || !x->children)
        return AC_NOMEM;
    /* counts lie two places on, so that after filling each offset stands where it belongs */
    for (size_t i = 0; i < x->n; i++) {
        if (is_listed(&x->nodes[i]))
            x->first_child[x->nodes[i].parent + 2]++;
    }
    for (size_t i = 2; i < x->n + 2; i++)
        x->first_child[i] += x->first_child[i - 1];
    for (size_t i = 0; i < x->n; i++) {
        if (is_listed(&x->nodes[i]))
            x->children[x->first_child[x->nodes[i].parent + 1]++] = (ac_node)i;
    }
    return AC_OK;
}

static uint32_t bucket_of(const struct ac_index *x, ac_node parent, uint32_t hash)
{
    uint64_t mixed = ((uint64_t)parent << 32 | hash) * UINT64_C(0x9E3779B97F4A7C15);

    return (uint32_t)(mixed >> x->bucket_shift);
}

/* Allocated nodes come first in each chain, lower ones before higher ones: finding stops early even
 * when thousands of deleted files had the same name. */
static void chain(struct ac_index *x, bool deleted)
{
    for (size_t i = x->n; i-- > 0;) {
        const struct ac_index_node *node = &x->nodes[i];
        uint32_t b;

        if (node->parent == AC_NODE_NONE || !!(node->flags & AC_NODE_DELETED) != deleted)
            continue;
        b = bucket_of(x, node->parent, node->hash);
        x->next[i] = x->buckets[b];
        x->buckets[b] = (uint32_t)i;
    }
}

static enum ac_rc build_table(struct ac_index *x)
{
    unsigned bits = 4;

    while (bits < 31 && ((size_t)1 << bits) < x->n)
        bits++;
    x->bucket_shift = 64 - bits;
    x->buckets = ac_malloc(((size_t)1 << bits) * sizeof(*x->buckets));
    x->next = ac_malloc(x->n * sizeof(*x->next));
    if (!x->buckets || !x->next)
        return AC_NOMEM;
    memset(x->buckets, 0xFF, ((size_t)1 << bits) * sizeof(*x->buckets));
    chain(x, true);
    chain(x, false);
    return AC_OK;
}

enum ac_rc ac_index_finish(struct ac_index *x, struct ac_err *err)
{
    if (settle_all(x) != AC_OK || list_children(x) != AC_OK || build_table(x) != AC_OK)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the index of %zu files", x->n);
    return AC_OK;
}

struct ac_str ac_index_name_of(const struct ac_index *x, ac_node node)
{
    return (struct ac_str){x->names + x->nodes[node].name, x->nodes[node].name_len};
}

ac_node ac_index_find(const struct ac_index *x, ac_node parent, struct ac_str name, bool stream,
                      bool deleted)
{
    uint32_t hash = ac_fold_hash(name, 0);
    ac_node best = AC_NODE_NONE;

    for (ac_node i = x->buckets[bucket_of(x, parent, hash)]; i != AC_NODE_NONE; i = x->next[i]) {
        const struct ac_index_node *node = &x->nodes[i];
        bool gone = node->flags & AC_NODE_DELETED;

        if (gone &&
            (!deleted || (best != AC_NODE_NONE && !(x->nodes[best].flags & AC_NODE_DELETED))))
            break;
        if (node->hash != hash || node->parent != parent ||
            !!(node->flags & AC_NODE_STREAM) != stream)
            continue;
        if (ac_str_eq(ac_index_name_of(x, i), name))
            return i;
        if (best == AC_NODE_NONE && ac_fold_eq(ac_index_name_of(x, i), name))
            best = i;
    }
    return best;
}
