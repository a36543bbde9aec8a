/* The worker that reads files for --extract. Frames of one file: BEGIN, CONTENT ..., FACTS, END. */
#include "collect/extract.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "collect/item.h"
#include "collect/wire.h"
#include "collect/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1 * AC_MIB)

struct reading {
    struct ac_worker *worker;
    struct ac_item item;
    bool *tried; /* volumes whose tree was opened, or could not be */
    struct ac_extract_left left;
    uint8_t *block;
};

/* A pipe that broke means that the supervisor is gone. */
static void send_or_die(struct reading *r, enum ac_frame_type type, struct ac_str text)
{
    if (ac_frame_write(r->worker->fd, type, text, NULL) != AC_OK)
        _exit(1);
}

static bool is_entry(const struct ac_tree *t, ac_node node, const char *mft)
{
    struct ac_node_info info;
    char own[40];

    if (!mft[0] || ac_tree_facts(t)->kind != AC_TREE_NTFS)
        return true;
    ac_tree_info(t, node, &info);
    snprintf(own, sizeof(own), "%" PRIu64 "-%u", info.entry, info.sequence);
    return strcmp(own, mft) == 0;
}

/* The path finds it at once, unless several deleted files had that path: then the entry decides. */
static ac_node find(const struct ac_tree *t, const struct ac_extract_file *f)
{
    ac_node node = ac_tree_lookup(t, ac_tree_root(t), ac_str_of(f->path), true);
    struct ac_buf path = {0};

    if (node != AC_NODE_NONE && is_entry(t, node, f->mft))
        return node;
    for (node = 0; node < ac_tree_count(t); node++) {
        if (!f->mft[0] || !is_entry(t, node, f->mft))
            continue;
        ac_buf_clear(&path);
        ac_tree_path(t, node, &path);
        if (ac_str_eq(ac_buf_str(&path), ac_str_of(f->path)))
            break;
    }
    ac_buf_free(&path);
    return node < ac_tree_count(t) ? node : AC_NODE_NONE;
}

static struct ac_tree *tree_at(struct reading *r, uint64_t offset, struct ac_err *err)
{
    for (size_t i = 0; i < r->item.n; i++) {
        if (r->item.volumes[i].facts.offset != offset || !ac_item_is_readable(&r->item, i))
            continue;
        if (!r->tried[i])
            ac_item_open_tree(&r->item, i, err);
        r->tried[i] = true;
        if (r->item.volumes[i].tree)
            return r->item.volumes[i].tree;
    }
    return NULL;
}

static enum ac_rc allowed(const struct reading *r, const struct ac_node_info *info,
                          struct ac_err *err)
{
    if (info->flags & AC_NODE_DIRECTORY)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "it is a folder");
    if (info->size > AC_MAX_EXTRACT_FILE)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET,
                       "it is larger than the files that are written (%" PRIu64 " bytes)",
                       info->size);
    if (r->left.files == 0 || info->size > r->left.bytes)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "the limit for all files together was reached");
    return AC_OK;
}

static enum ac_rc send_content(struct reading *r, struct ac_tree *t, ac_node node, uint64_t size,
                               struct ac_gaps *gaps, struct ac_err *err)
{
    for (uint64_t off = 0; off < size; off += BLOCK) {
        size_t n = size - off < BLOCK ? (size_t)(size - off) : BLOCK, before = gaps->n;
        enum ac_rc rc = ac_tree_read(t, node, off, r->block, n, gaps, err);

        if (rc != AC_OK && (rc != AC_IO || (before == 0 && gaps->n == 0)))
            return rc;
        send_or_die(r, AC_FRAME_CONTENT, (struct ac_str){(const char *)r->block, n});
    }
    return AC_OK;
}

static void send_facts(struct reading *r, bool deleted, const struct ac_gaps *gaps,
                       const char *reason)
{
    json_t *o = json_object(), *ranges = json_array();
    char *text;

    ac_json_bool(o, "deleted", deleted);
    ac_json_textz(o, "reason", reason);
    ac_json_int(o, "missing", (int64_t)ac_gaps_bytes(gaps));
    for (size_t i = 0; i < gaps->n && i < AC_MAX_EXTRACT_RANGES; i++) {
        json_t *range = json_object();

        ac_json_int(range, "offset", (int64_t)gaps->items[i].off);
        ac_json_int(range, "length", (int64_t)gaps->items[i].len);
        ac_json_textz(range, "reason", gaps->items[i].why);
        json_array_append_new(ranges, range);
    }
    json_object_set_new(o, "ranges", ranges);
    text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    if (!text)
        _exit(1);
    send_or_die(r, AC_FRAME_FACTS, ac_str_of(text));
    free(text);
}

static void read_one(struct reading *r, const struct ac_extract_file *f)
{
    struct ac_err err = {0};
    struct ac_gaps gaps = {0};
    struct ac_node_info info = {0};
    struct ac_tree *t = tree_at(r, f->volume_offset, &err);
    ac_node node = t ? find(t, f) : AC_NODE_NONE;
    char text[1024];
    enum ac_rc rc = node == AC_NODE_NONE ? AC_FAIL(&err, AC_NOT_FOUND, AC_NO_OFFSET,
                                                   t ? "no file of this path and entry is found"
                                                     : "the volume could not be opened")
                                         : AC_OK;

    if (rc == AC_OK) {
        ac_tree_info(t, node, &info);
        rc = allowed(r, &info, &err);
    }
    if (rc == AC_OK)
        rc = send_content(r, t, node, info.size, &gaps, &err);
    if (rc == AC_OK) {
        r->left.files--;
        r->left.bytes -= info.size;
    }
    send_facts(r, (info.flags & AC_NODE_DELETED) != 0, &gaps,
               rc == AC_OK ? "" : ac_err_text(&err, text, sizeof(text)));
    ac_gaps_free(&gaps);
}

static void read_all(struct reading *r, const struct ac_extract_order *order)
{
    for (size_t i = order->first; i < order->n; i++) {
        char key[32];
        struct ac_step step = {.key = key,
                               .source = "extract",
                               .path = order->files[i].path,
                               .user = "",
                               .system = "",
                               .volume_offset = order->files[i].volume_offset};

        snprintf(key, sizeof(key), "%zu", i);
        if (!ac_worker_begin(r->worker, &step, NULL))
            _exit(1);
        read_one(r, &order->files[i]);
        ac_worker_end(r->worker, &step);
    }
}

void ac_worker_extract(struct ac_worker *w, const struct ac_extract_order *order)
{
    struct reading r = {.worker = w, .left = order->left, .block = ac_malloc(BLOCK)};
    struct ac_err err = {0};
    char text[1024];
    enum ac_rc rc = r.block ? ac_item_open(w->options->path, &r.item, &err)
                            : AC_FAIL(&err, AC_NOMEM, AC_NO_OFFSET, "no memory to read into");

    if (rc == AC_OK)
        rc = ac_item_confine(&r.item, &err);
    if (rc == AC_OK)
        r.tried = ac_calloc(r.item.n + 1, sizeof(*r.tried));
    if (rc == AC_OK && !r.tried)
        rc = AC_FAIL(&err, AC_NOMEM, AC_NO_OFFSET, "no memory for the volumes");
    if (rc == AC_OK)
        read_all(&r, order);
    if (r.item.path)
        ac_item_close(&r.item);
    ac_free(r.tried);
    ac_free(r.block);
    send_or_die(&r, AC_FRAME_DONE,
                ac_str_of(rc == AC_OK ? "" : ac_err_text(&err, text, sizeof(text))));
}
