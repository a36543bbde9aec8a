/* What can be said only when all of $MFT was seen: to which file the contents of an extension record
 * belong, which name a DOS name doubles, and which folder a name lies in. */
#include "files/ntfs_build.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Goes through the names of a file; what all files together may take is bounded: an enemy can give
 * thousands of names to thousands of streams. */
static uint32_t next_name(struct ac_build *b, uint32_t node)
{
    if (b->steps_left == 0) {
        b->out_of_steps = true;
        return AC_NODE_NONE;
    }
    b->steps_left--;
    return node == 0 ? AC_NODE_NONE : b->same[node]; /* the root: one name, no chain */
}

enum ac_rc ac_build_add_name(struct ac_build *b, const struct ac_index_node *node)
{
    uint32_t *head = &b->first[node->entry];
    ac_node added, before = *head < AC_BUILD_BASE ? *head : AC_NODE_NONE;
    enum ac_rc rc = ac_index_add(b->x, node, &added);

    if (rc != AC_OK)
        return rc;
    if (ac_grow((void **)&b->same, &b->same_cap, b->x->cap, sizeof(*b->same)) != 0)
        return AC_NOMEM;
    b->same[added] = AC_NODE_NONE;
    if (before == AC_NODE_NONE) {
        *head = added;
    } else if (b->x->nodes[before].flags & AC_NODE_SHORT_NAME) {
        /* the first of the chain is what children and streams hang on: no short name */
        b->same[added] = before;
        *head = added;
    } else {
        b->same[added] = b->same[before];
        b->same[before] = added;
        if (!(node->flags & AC_NODE_SHORT_NAME))
            b->x->nodes[added].flags |= AC_NODE_EXTRA_LINK;
    }
    return AC_OK;
}

enum ac_rc ac_build_add_stream(struct ac_build *b, const struct ac_index_node *stream)
{
    struct ac_index_node node = *stream;
    uint32_t first = b->first[node.entry];

    for (uint32_t i = first; i < AC_BUILD_BASE; i = next_name(b, i)) {
        ac_node added;
        enum ac_rc rc;

        if (i != first && b->x->nodes[i].flags & AC_NODE_SHORT_NAME)
            continue;
        if (i != first && b->streams_left == 0) {
            b->out_of_steps = true;
            break;
        }
        b->streams_left -= i != first;
        node.parent = i;
        node.entry_high = 0;
        rc = ac_index_add(b->x, &node, &added);
        if (rc != AC_OK)
            return rc;
        node.flags |= AC_NODE_EXTRA_LINK;
    }
    return AC_OK;
}

/* Does what an extension record holds belong to the file that now has that base record? */
static bool belongs(const struct ac_late *late, const struct ac_index_node *base)
{
    bool in_use = !(base->flags & AC_NODE_DELETED);
    uint16_t sequence = late->node.sequence;

    /* deleting raises the sequence number of the base record */
    return late->in_use == in_use &&
           (sequence == base->sequence || (!in_use && (uint16_t)(sequence + 1) == base->sequence));
}

static void inherit(struct ac_index_node *node, const struct ac_index_node *base)
{
    node->created = base->created;
    node->modified = base->modified;
    node->sequence = base->sequence;
    node->flags |= base->flags & (AC_NODE_DELETED | AC_NODE_SYSTEM | AC_NODE_PARTIAL);
}

static enum ac_rc adopt_name(struct ac_build *b, struct ac_index_node node,
                             const struct ac_index_node *base)
{
    inherit(&node, base);
    node.flags |= base->flags & (AC_NODE_DIRECTORY | AC_NODE_REPARSE);
    node.size = base->size;
    return ac_build_add_name(b, &node);
}

static void adopt_size(struct ac_build *b, uint32_t entry, uint64_t size)
{
    for (uint32_t i = b->first[entry]; i < AC_BUILD_BASE && i != 0; i = next_name(b, i)) {
        if (!(b->x->nodes[i].flags & AC_NODE_DIRECTORY))
            b->x->nodes[i].size = size;
    }
}

/* The record that a late item refers to, as a node: its first name, or its nameless record. */
static const struct ac_index_node *base_of(const struct ac_build *b, uint32_t entry)
{
    uint32_t i = b->first[entry];

    if (i == AC_NODE_NONE)
        return NULL;
    return i < AC_BUILD_BASE ? &b->x->nodes[i] : &b->bases[i & ~AC_BUILD_BASE];
}

/* Names first: sizes and streams go to all of them. */
static enum ac_rc adopt(struct ac_build *b, enum ac_late_kind kind)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; i < b->n_late && rc == AC_OK; i++) {
        const struct ac_late *late = &b->late[i];
        const struct ac_index_node *base = base_of(b, late->node.entry);
        struct ac_index_node node = late->node;

        if (late->kind != kind || !base || !belongs(late, base))
            continue;
        if (kind == AC_LATE_NAME && node.entry != AC_NTFS_ROOT_ENTRY) {
            struct ac_index_node copy = *base; /* adding may move the nodes */

            rc = adopt_name(b, node, &copy);
        } else if (kind == AC_LATE_SIZE) {
            adopt_size(b, node.entry, node.size);
        } else if (kind == AC_LATE_STREAM) {
            inherit(&node, base);
            rc = ac_build_add_stream(b, &node);
        }
    }
    return rc;
}

/* Records that are (or were) files but have no name. */
static enum ac_rc name_the_nameless(struct ac_build *b)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; i < b->n_bases && rc == AC_OK; i++) {
        struct ac_index_node node = b->bases[i];
        char name[32];

        /* entries 12 to 23 are reserved and never have a name */
        if (b->first[node.entry] != (AC_BUILD_BASE | (uint32_t)i) || node.entry < 24 ||
            node.created == 0)
            continue;
        snprintf(name, sizeof(name), "OrphanFile-%u", node.entry);
        rc = ac_index_name(b->x, ac_str_of(name), &node);
        node.parent = AC_NODE_NONE;
        node.flags |= AC_NODE_PARTIAL;
        if (node.flags & AC_NODE_DIRECTORY)
            node.size = 0;
        if (rc == AC_OK)
            rc = ac_build_add_name(b, &node);
        if (rc == AC_OK && !(node.flags & AC_NODE_DELETED))
            ac_build_damage(b, node.entry, AC_CORRUPT, "the file has no name");
    }
    return rc;
}

static bool lies_beside(const struct ac_index_node *a, const struct ac_index_node *b)
{
    return a->parent == b->parent && a->entry_high == b->entry_high;
}

/* The node that a DOS name is another name of: the Win32 name in the same folder. */
static ac_node twin_of(struct ac_build *b, ac_node dos)
{
    const struct ac_index_node *nodes = b->x->nodes;
    ac_node best = AC_NODE_NONE;

    for (uint32_t i = b->first[nodes[dos].entry]; i < AC_BUILD_BASE; i = next_name(b, i)) {
        if (nodes[i].flags & AC_NODE_SHORT_NAME || !lies_beside(&nodes[i], &nodes[dos]))
            continue;
        if (nodes[i].flags & AC_INDEX_FLAG_WIN32)
            return i;
        if (best == AC_NODE_NONE)
            best = i;
    }
    return best;
}

/* Without a twin a DOS name is a name like any other. */
static void pair_short_names(struct ac_build *b)
{
    for (size_t i = 1; i < b->x->n; i++) {
        struct ac_index_node *node = &b->x->nodes[i];
        ac_node twin;

        if (!(node->flags & AC_NODE_SHORT_NAME))
            continue;
        twin = twin_of(b, (ac_node)i);
        if (twin != AC_NODE_NONE)
            node->size = twin;
        else
            node->flags &= (uint16_t)~AC_NODE_SHORT_NAME;
    }
}

/* Is `folder` still the folder that a name with that parent sequence number was put into? */
static bool is_same_folder(const struct ac_index_node *folder, uint16_t sequence)
{
    if (!(folder->flags & AC_NODE_DIRECTORY))
        return false;
    if (folder->sequence == sequence)
        return true;
    /* deleting raised it by one, and passes over 0 */
    return folder->flags & AC_NODE_DELETED &&
           folder->sequence == (sequence == UINT16_MAX ? 1 : sequence + 1);
}

static enum ac_rc find_parents(struct ac_build *b)
{
    struct ac_index *x = b->x;
    size_t n = x->n;

    for (size_t i = 1; i < n; i++) {
        struct ac_index_node *node = &x->nodes[i];
        uint32_t parent;

        if (node->flags & (AC_NODE_STREAM | AC_NODE_VIRTUAL))
            continue;
        parent = node->parent == AC_NODE_NONE ? AC_NODE_NONE : b->first[node->parent];
        if (node->parent != AC_NTFS_ROOT_ENTRY &&
            (parent >= AC_BUILD_BASE || !is_same_folder(&x->nodes[parent], node->entry_high))) {
            parent = ac_index_orphans(x);
            if (parent == AC_NODE_NONE)
                return AC_NOMEM;
            node = &x->nodes[i]; /* adding the folder may have moved it */
            node->flags |= AC_NODE_ORPHAN;
            b->lost += !(node->flags & AC_NODE_DELETED);
        }
        node->parent = parent;
        node->entry_high = 0;
    }
    return AC_OK;
}

enum ac_rc ac_build_resolve(struct ac_build *b)
{
    enum ac_rc rc = adopt(b, AC_LATE_NAME);

    if (rc == AC_OK)
        rc = name_the_nameless(b);
    if (rc == AC_OK)
        rc = adopt(b, AC_LATE_SIZE);
    if (rc == AC_OK)
        rc = adopt(b, AC_LATE_STREAM);
    if (rc != AC_OK)
        return rc;
    pair_short_names(b);
    return find_parents(b);
}
