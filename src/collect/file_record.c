/* The record of one file: its times, and where asked for its digests and PE facts. */
#include "collect/collector.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "pe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BLOCK (1 * AC_MIB)
#define PE_HEAD (32 * AC_MIB) /* headers and export directory lie far before that in real files */

static void set_times(struct ac_tree *t, ac_node node, ac_node parent, struct ac_record *r)
{
    struct ac_node_times times = {0}, above = {0};
    struct ac_filetime indexed = {0};

    if (!ac_keeps_times(t))
        return;
    if (ac_tree_times(t, node, &times, NULL) == AC_OK) {
        ac_record_time(r, "created", times.created);
        ac_record_time(r, "modified", times.modified);
        ac_record_time(r, "changed", times.changed);
        ac_record_time(r, "accessed", times.accessed);
        ac_record_time(r, "fn_created", times.fn_created);
        ac_record_time(r, "fn_modified", times.fn_modified);
        ac_record_time(r, "fn_changed", times.fn_changed);
        ac_record_time(r, "fn_accessed", times.fn_accessed);
    }
    if (parent == AC_NODE_NONE)
        return;
    if (ac_tree_times(t, parent, &above, NULL) == AC_OK)
        ac_record_time(r, "parent_modified", above.modified);
    if (ac_tree_index_modified(t, parent, &indexed, NULL) == AC_OK)
        ac_record_time(r, "parent_index_modified", indexed);
}

/* Reads the file once: its digests, and its first bytes into `head`. */
static enum ac_rc digest(struct ac_tree *t, ac_node node, uint64_t size,
                         struct ac_hash *h[AC_HASH_KINDS], struct ac_buf *head, struct ac_err *err)
{
    uint8_t *block = ac_malloc(BLOCK);
    enum ac_rc rc = block ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to read into");

    for (uint64_t off = 0; rc == AC_OK && off < size; off += BLOCK) {
        size_t n = size - off < BLOCK ? (size_t)(size - off) : BLOCK;

        rc = ac_tree_read(t, node, off, block, n, NULL, err);
        if (rc != AC_OK)
            break;
        for (int k = 0; k < AC_HASH_KINDS; k++)
            ac_hash_add(h[k], block, n);
        if (head->n < PE_HEAD)
            ac_buf_add(head, block, n);
    }
    ac_free(block);
    return rc;
}

static void set_pe(struct ac_record *r, const struct ac_buf *head, uint64_t size)
{
    struct ac_view bytes = {(const uint8_t *)ac_buf_text(head), head->n, 0};
    json_t *facts = NULL;
    char magic[5];

    if (bytes.n < 2)
        return;
    snprintf(magic, sizeof(magic), "%02x%02x", bytes.p[0], bytes.p[1]);
    ac_record_textz(r, "magic", magic);
    if (bytes.p[0] == 'M' && bytes.p[1] == 'Z' &&
        ac_pe_facts(bytes, size, &facts, NULL, NULL) == AC_OK)
        ac_record_object(r, "pe", facts);
}

static enum ac_rc set_content(struct ac_tree *t, ac_node node, uint64_t size, struct ac_record *r,
                              struct ac_err *err)
{
    static const char *const fields[AC_HASH_KINDS] = {"md5", "sha1", "sha256"};
    struct ac_hash *h[AC_HASH_KINDS] = {NULL};
    struct ac_buf head = {0};
    enum ac_rc rc = size > AC_MAX_HASHED_FILE
                        ? AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET,
                                  "larger than the files that are hashed (%" PRIu64 " bytes)", size)
                        : AC_OK;

    for (int k = 0; rc == AC_OK && k < AC_HASH_KINDS; k++)
        rc = ac_hash_new((enum ac_hash_kind)k, &h[k], err);
    if (rc == AC_OK)
        rc = digest(t, node, size, h, &head, err);
    for (int k = 0; k < AC_HASH_KINDS; k++) {
        char hex[AC_HASH_TEXT];

        if (rc == AC_OK && ac_hash_end(h[k], hex) == AC_OK)
            ac_record_textz(r, fields[k], hex);
        ac_hash_free(h[k]);
    }
    set_pe(r, &head, size);
    ac_buf_free(&head);
    return rc;
}

/* Where the content begins in the image, for the provenance; AC_NO_OFFSET if it has no place of its own. */
static uint64_t content_offset(struct ac_tree *t, ac_node node)
{
    uint64_t size, offset;

    return ac_tree_content(t, node, &size, &offset, NULL) == AC_OK ? offset : AC_NO_OFFSET;
}

static bool first_time(struct ac_collector *c, size_t volume, ac_node node)
{
    char key[48];

    snprintf(key, sizeof(key), "%zu:%" PRIu32, volume, node);
    if (ac_set_has(&c->files_sent, ac_str_of(key)))
        return false;
    return ac_set_put(&c->files_sent, ac_str_of(key), 0) == AC_OK;
}

static enum ac_rc unread_problem(struct ac_collector *c, const struct ac_place *p, enum ac_rc class,
                                 const struct ac_err *why)
{
    struct ac_place_sink sink;
    char text[1024];

    ac_place_sink_init(&sink, c, p);
    return ac_sink_problem(&sink.sink, ac_str_of(p->path), class, AC_NO_OFFSET,
                           "the content of this file was not examined; its digests are not known",
                           "%s", ac_err_text(why, text, sizeof(text)));
}

static enum ac_rc note_read(struct ac_collector *c, size_t volume, ac_node node, struct ac_err *err)
{
    if (ac_grow((void **)&c->read_nodes, &c->cap_read, c->n_read + 1, sizeof(*c->read_nodes)) != 0)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a list of files");
    c->read_nodes[c->n_read++] = (struct ac_read_node){volume, node};
    return AC_OK;
}

enum ac_rc ac_file_record_send(struct ac_collector *c, const struct ac_system *s, ac_node node,
                               struct ac_file_why why, struct ac_err *err)
{
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = node,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    struct ac_buf path = {0};
    struct ac_node_info info;
    struct ac_record *r;
    struct ac_err reason = {0};
    enum ac_rc rc = AC_OK, content_rc = AC_OK;

    if (!first_time(c, s->volume, node))
        return AC_OK;
    ac_tree_info(t, node, &info);
    ac_tree_path(t, node, &path);
    p.path = ac_buf_text(&path);
    if (strcmp(why.reason, "target") != 0) /* candidates: their names are rare */
        ac_collector_want(c, info.name);
    if (!(info.flags & AC_NODE_DIRECTORY))
        p.artefact_offset = content_offset(t, node);
    r = ac_record_new(AC_KIND_FILE);
    ac_record_text(r, "path", ac_buf_str(&path));
    ac_record_text(r, "name", info.name);
    ac_record_int(r, "size", (int64_t)info.size);
    ac_record_bool(r, "deleted", (info.flags & AC_NODE_DELETED) != 0);
    ac_record_bool(r, "directory", (info.flags & AC_NODE_DIRECTORY) != 0);
    ac_record_add_text(r, "why", ac_str_of(why.reason));
    if (why.folder_known)
        ac_record_bool(r, "folder_known", true);
    set_times(t, node, info.parent, r);
    if (!(info.flags & AC_NODE_DIRECTORY) && ac_zone_put(t, node, r) != AC_OK)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a mark");
    if (rc == AC_OK && why.content && !(info.flags & AC_NODE_DIRECTORY))
        rc = note_read(c, s->volume, node, err);
    if (why.content && !(info.flags & AC_NODE_DIRECTORY))
        content_rc = set_content(t, node, info.size, r, &reason);
    if (rc == AC_OK && content_rc != AC_OK)
        rc = unread_problem(c, &p, content_rc, &reason);
    if (rc == AC_OK)
        rc = ac_collector_emit(c, &p, r, err);
    else
        ac_record_free(r);
    ac_buf_free(&path);
    return rc;
}
