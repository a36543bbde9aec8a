/*
 * Contents of files, looked through by a scanner: of everything that was read for its digests (what
 * autostarts and execution records name in folders where a user may write, and candidates), and of
 * programs, recognised by their first bytes, in the folders of users, ProgramData and Windows\Temp; with
 * `deep` of every file.
 */
#include "collect/collector.h"
#include "base/content_scanner.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 128 /* folders that are looked into */

struct job {
    struct ac_collector *c;
    const struct ac_system *s;
    struct ac_set listed; /* nodes that are in the list */
    ac_node *nodes;       /* Owned: in the order in which they were found */
    size_t n, cap;
    uint64_t scanned, partly; /* files; `partly` includes those that were not scanned at all */
    bool cut;                 /* the list is not complete */
};

static enum ac_rc add(struct job *j, ac_node node)
{
    char key[24];

    snprintf(key, sizeof(key), "%" PRIu32, node);
    if (ac_set_has(&j->listed, ac_str_of(key)))
        return AC_OK;
    if (ac_set_put(&j->listed, ac_str_of(key), 0) != AC_OK ||
        ac_grow((void **)&j->nodes, &j->cap, j->n + 1, sizeof(*j->nodes)) != 0)
        return AC_FAIL(&j->c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a list of files");
    j->nodes[j->n++] = node;
    return AC_OK;
}

static bool is_program(struct ac_tree *t, ac_node node, uint64_t size)
{
    uint8_t head[2];

    return size > 64 && ac_tree_read(t, node, 0, head, sizeof(head), NULL, NULL) == AC_OK &&
           head[0] == 'M' && head[1] == 'Z';
}

static enum ac_rc walk(struct job *j, ac_node folder, unsigned depth, bool all)
{
    struct ac_tree *t = ac_system_tree(j->c, j->s);
    struct ac_children it = ac_children_of(t, folder);
    enum ac_rc rc = AC_OK;

    if (depth == MAX_DEPTH) {
        j->cut = true;
        return AC_OK;
    }
    while (rc == AC_OK && ac_children_next(&it)) {
        if (j->n >= AC_MAX_SCANNED_FILES) {
            j->cut = true;
            return AC_OK;
        }
        if (it.directory)
            rc = it.info.flags & AC_NODE_REPARSE ? AC_OK : walk(j, it.node, depth + 1, all);
        else if (all ? it.info.size > 0 : is_program(t, it.node, it.info.size))
            rc = add(j, it.node);
    }
    return rc;
}

static enum ac_rc list_files(struct job *j)
{
    static const char *const roots[] = {"Users", "Documents and Settings", "ProgramData"};
    struct ac_tree *t = ac_system_tree(j->c, j->s);
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < j->c->n_read; i++) {
        if (j->c->read_nodes[i].volume == j->s->volume)
            rc = add(j, j->c->read_nodes[i].node);
    }
    if (rc == AC_OK && (j->c->worker->options->deep || j->s->loose))
        return walk(j, j->s->root, 0, true);
    for (size_t i = 0; rc == AC_OK && i < sizeof(roots) / sizeof(roots[0]); i++)
        rc = walk(j, ac_lookup(t, j->s->root, roots[i]), 0, false);
    return rc == AC_OK ? walk(j, ac_lookup(t, j->s->windows, "Temp"), 0, false) : rc;
}

/* ---- one file */

struct scan {
    struct job *job;
    const struct ac_place *place;
    ac_node node;
};

static enum ac_rc emit_hit(void *context, const struct ac_content_hit *hit)
{
    struct scan *scan = context;
    struct ac_collector *c = scan->job->c;
    struct ac_record *r = ac_record_new(AC_KIND_MATCH);
    enum ac_rc rc = ac_file_record_send(c, scan->job->s, scan->node,
                                        (struct ac_file_why){"content", true, false}, &c->err);

    ac_record_textz(r, "rule", hit->rule);
    ac_record_textz(r, "family", hit->family);
    ac_record_textz(r, "rule_set", c->worker->options->scanner->digest);
    ac_record_textz(r, "path", scan->place->path);
    ac_record_int(r, "count", (int64_t)hit->count);
    for (size_t i = 0; i < hit->n_strings; i++) {
        json_t *o = json_object();

        ac_json_textz(o, "string", hit->strings[i].name);
        ac_json_int(o, "offset", (int64_t)hit->strings[i].offset);
        ac_json_int(o, "length", (int64_t)hit->strings[i].length);
        ac_record_add_object(r, "strings", o);
    }
    if (hit->n_strings) {
        ac_record_textz(r, "string", hit->strings[0].name);
        ac_record_int(r, "offset", (int64_t)hit->strings[0].offset);
        ac_record_int(r, "length", (int64_t)hit->strings[0].length);
    }
    if (rc == AC_OK)
        return ac_collector_emit(c, scan->place, r, &c->err);
    ac_record_free(r);
    return rc;
}

static enum ac_rc tell(const struct scan *scan, enum ac_rc class, const char *what)
{
    struct ac_place_sink sink;

    scan->job->partly++;
    ac_place_sink_init(&sink, scan->job->c, scan->place);
    return ac_sink_problem(&sink.sink, ac_str_of(scan->place->path), class, AC_NO_OFFSET,
                           "rules for contents may not have seen all of this file", "%s", what);
}

/* What is in memory; a file that is too large is looked through as far as the limit. */
static enum ac_rc load(struct scan *scan, uint64_t size, uint8_t **ret, size_t *ret_n,
                       struct ac_gaps *gaps, struct ac_err *why)
{
    size_t n = size < AC_MAX_SCANNED_FILE ? (size_t)size : AC_MAX_SCANNED_FILE;
    enum ac_rc rc;

    *ret_n = n;
    *ret = ac_malloc(n ? n : 1);
    if (!*ret)
        return AC_FAIL(why, AC_NOMEM, AC_NO_OFFSET, "no memory for the content of a file");
    rc =
        ac_tree_read(ac_system_tree(scan->job->c, scan->job->s), scan->node, 0, *ret, n, gaps, why);
    return rc == AC_IO && gaps->n ? AC_OK : rc; /* zeros stand for what is missing */
}

static enum ac_rc scan_bytes(struct scan *scan, uint64_t size)
{
    const struct ac_content_scanner *scanner = scan->job->c->worker->options->scanner;
    struct ac_gaps gaps = {0};
    struct ac_err why = {0};
    char text[1024];
    uint8_t *bytes = NULL;
    size_t n = 0;
    enum ac_rc rc = load(scan, size, &bytes, &n, &gaps, &why), result = AC_OK;

    if (rc == AC_OK)
        rc = scanner->scan(scanner->context, bytes, n, emit_hit, scan, &why);
    if (scan->job->c->err.rc != AC_OK)
        result = scan->job->c->err.rc;
    else if (rc != AC_OK)
        result = tell(scan, rc, ac_err_text(&why, text, sizeof(text)));
    else if (gaps.n)
        result = tell(scan, AC_IO, "parts of its content are missing on the evidence");
    else if (n < size)
        result = tell(scan, AC_LIMIT, "it is larger than contents that are looked through");
    scan->job->scanned++;
    ac_gaps_free(&gaps);
    ac_free(bytes);
    return result;
}

static enum ac_rc scan_file(struct job *j, ac_node node)
{
    struct ac_tree *t = ac_system_tree(j->c, j->s);
    struct ac_place p = {.system = j->s,
                         .volume = j->s->volume,
                         .node = node,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    struct scan scan = {.job = j, .place = &p, .node = node};
    struct ac_node_info info;
    struct ac_buf path = {0};
    uint64_t size = 0, offset;
    enum ac_rc rc = AC_OK;

    ac_tree_info(t, node, &info);
    ac_tree_path(t, node, &path);
    p.path = ac_buf_text(&path);
    if (ac_tree_content(t, node, &size, &offset, NULL) == AC_OK)
        p.artefact_offset = offset;
    if (ac_collector_begin(j->c, &p, "content")) {
        rc = scan_bytes(&scan, info.size);
        ac_collector_end(j->c, &p, "content");
    } else {
        j->partly++; /* it killed a worker; its own row says so */
        rc = j->c->err.rc;
    }
    ac_buf_free(&path);
    return rc;
}

/* ---- all of an installation */

static enum ac_rc send_row(struct job *j, const struct ac_place *p)
{
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);
    bool whole = j->partly == 0 && !j->cut;

    ac_record_textz(r, "source", "content");
    ac_record_textz(r, "name", "contents of files");
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", whole ? "complete" : "partial");
    if (!whole)
        ac_record_textz(r, "reason",
                        j->cut ? "there are more files than are looked through"
                               : "not all files could be looked through completely");
    ac_record_int(r, "entries", (int64_t)j->scanned);
    ac_record_textz(r, "rule_set", j->c->worker->options->scanner->digest);
    return ac_collector_emit(j->c, p, r, &j->c->err);
}

enum ac_rc ac_content_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct job j = {.c = c, .s = s};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = AC_NODE_NONE,
                         .path = s->id,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc = AC_OK;

    if (!c->worker->options->scanner)
        return AC_OK;
    if (ac_collector_begin(c, &p, "content-list")) {
        rc = list_files(&j);
        ac_collector_end(c, &p, "content-list");
    } else {
        j.cut = true;
        rc = c->err.rc;
    }
    for (size_t i = 0; rc == AC_OK && i < j.n; i++)
        rc = scan_file(&j, j.nodes[i]);
    if (rc == AC_OK && ac_collector_begin(c, &p, "content-row")) {
        rc = send_row(&j, &p);
        ac_collector_end(c, &p, "content-row");
    }
    ac_set_free(&j.listed);
    ac_free(j.nodes);
    return rc;
}
