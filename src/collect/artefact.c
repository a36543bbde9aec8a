/* One artefact: read as a whole, given to its parser, and what the coverage table says of it. */
#include "collect/collector.h"
#include "collect/companions.h"

#include "base/hash.h"
#include "hive.h"

#include <string.h>

struct outcome {
    const struct ac_parser *parser;
    enum ac_rc rc;
    struct ac_err err;
    uint64_t size, missing;      /* bytes of the artefact, and of them not on the evidence */
    struct ac_companions beside; /* Owned: files that are read with it */
    struct ac_record *row;       /* Owned until sent: of the coverage table */
    bool dirty;                  /* hive: as it lies, its sequence numbers differ */
    char sha256[AC_HASH_TEXT];
};

/* ---- the coverage row */

static const char *read_word(const struct ac_collector *c, const struct outcome *o)
{
    bool something = c->worker->emitted > c->worker->problems;

    if (o->rc == AC_OK && o->missing == 0 && c->worker->problems == 0)
        return "complete";
    return something || (o->rc == AC_OK && o->missing < o->size) ? "partial" : "no";
}

static enum ac_rc send_source(struct ac_collector *c, const struct ac_place *p, const char *source,
                              struct outcome *o)
{
    struct ac_record *r = o->row ? o->row : ac_record_new(AC_KIND_SOURCE);
    struct ac_buf reason = {0};
    char text[1024];

    o->row = NULL;
    if (o->rc != AC_OK)
        ac_buf_addz(&reason, ac_err_text(&o->err, text, sizeof(text)));
    if (o->missing)
        ac_buf_addf(&reason, "%s%llu of %llu bytes are missing on the evidence",
                    reason.n ? "; " : "", (unsigned long long)o->missing,
                    (unsigned long long)o->size);
    if (!reason.n && c->worker->problems)
        ac_buf_addf(&reason, "%llu problem(s) while reading",
                    (unsigned long long)c->worker->problems);
    /* a loose artefact is counted as what it turned out to be */
    ac_record_textz(r, "source", o->parser && !p->snapshot ? o->parser->source : source);
    ac_record_textz(r, "name", p->path);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", read_word(c, o));
    c->read += strcmp(read_word(c, o), "no") != 0;
    if (reason.n)
        ac_record_text(r, "reason", ac_buf_str(&reason));
    ac_record_int(r, "size", (int64_t)o->size);
    if (o->sha256[0])
        ac_record_textz(r, "sha256", o->sha256);
    ac_record_int(r, "entries", (int64_t)(c->worker->emitted - c->worker->problems));
    if (o->parser == &ac_parser_hive)
        ac_record_bool(r, "dirty", o->dirty);
    if (p->user[0])
        ac_record_textz(r, "user", p->user);
    if (o->parser)
        ac_record_textz(r, "parser", o->parser->name);
    ac_buf_free(&reason);
    return ac_collector_emit(c, p, r, &c->err);
}

enum ac_rc ac_artefact_absent(struct ac_collector *c, const struct ac_system *s, const char *source,
                              const char *path, const char *user)
{
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = AC_NODE_NONE,
                         .path = path,
                         .user = user,
                         .artefact_offset = AC_NO_OFFSET};
    struct ac_record *r;
    enum ac_rc rc;

    if (!ac_collector_begin(c, &p, source))
        return c->err.rc;
    r = ac_record_new(AC_KIND_SOURCE);
    ac_record_textz(r, "source", source);
    ac_record_textz(r, "name", path);
    ac_record_bool(r, "present", false);
    ac_record_textz(r, "read", "no");
    ac_record_textz(r, "reason", "not there");
    if (user[0])
        ac_record_textz(r, "user", user);
    rc = ac_collector_emit(c, &p, r, &c->err);
    ac_collector_end(c, &p, source);
    return rc;
}

/* ---- one artefact */

static enum ac_rc problem_of(struct ac_collector *c, const struct ac_place *p,
                             const struct outcome *o, const char *effect)
{
    struct ac_place_sink sink;
    char text[1024];

    ac_place_sink_init(&sink, c, p);
    return ac_sink_problem(&sink.sink, ac_str_of(p->path), o->rc, AC_NO_OFFSET, effect, "%s",
                           ac_err_text(&o->err, text, sizeof(text)));
}

static void parse(struct ac_collector *c, struct ac_place *p, struct ac_content *content,
                  struct outcome *o)
{
    struct ac_artefact a = {.bytes = {content->p, content->n, 0},
                            .path = p->path,
                            .user = p->user,
                            .list_accounts = c->worker->options->list_accounts};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_place_sink sink;
    const struct ac_parser *const *table = c->worker->options->parsers;

    o->size = content->n;
    o->missing = ac_gaps_bytes(&content->gaps);
    if (o->missing == 0) { /* zeros in the place of what is missing are not the artefact */
        ac_hash_hex(AC_SHA256, content->p, content->n, o->sha256);
        p->sha256 = o->sha256;
    }
    p->artefact_offset = content->image_offset;
    if (o->missing > 0 && o->missing == o->size) {
        o->rc = AC_FAIL(&o->err, AC_IO, AC_NO_OFFSET, "nothing of it is on the evidence (%s)",
                        content->gaps.items[0].why);
        return;
    }
    for (table = table ? table : ac_parsers(); *table && !o->parser; table++) {
        if ((*table)->recognise(&a))
            o->parser = *table;
    }
    if (!o->parser) {
        o->rc = AC_FAIL(&o->err, AC_UNSUPPORTED, AC_NO_OFFSET, "its format is not known");
        return;
    }
    o->rc = ac_companions_load(c->item.volumes[p->volume].tree, p->node, o->parser->companions,
                               &o->beside);
    a.logs = o->beside.items;
    a.n_logs = o->beside.n_items;
    for (size_t i = 0; i < o->beside.n; i++)
        a.logs_cut |= o->beside.files[i].rc != AC_OK || o->beside.files[i].content.gaps.n > 0;
    if (o->parser == &ac_parser_hive)
        o->dirty = content->n >= 12 && ac_le32(content->p + 4) != ac_le32(content->p + 8);
    a.row = o->row = ac_record_new(AC_KIND_SOURCE);
    ac_place_sink_init(&sink, c, p);
    if (o->rc == AC_OK)
        o->rc = o->parser->parse(&a, &budget, &sink.sink, &o->err);
    if (o->rc != AC_OK && o->err.rc == AC_OK)
        AC_FAIL(&o->err, o->rc, AC_NO_OFFSET, "%s", ac_rc_name(o->rc));
}

static enum ac_rc missing_problem(struct ac_collector *c, const struct ac_place *p,
                                  const struct ac_gap *gap)
{
    struct ac_place_sink sink;

    ac_place_sink_init(&sink, c, p);
    return ac_sink_problem(&sink.sink, ac_str_of(p->path), AC_IO, gap->off,
                           "this part was not examined; what stood in it is not in the report",
                           "%llu bytes of it are missing on the evidence (%s)",
                           (unsigned long long)gap->len, gap->why);
}

/* The rows of the files that are read with it: a hive's transaction logs, a repository's maps. What
 * in them could not be used is told with the artefact. */
static enum ac_rc send_companions(struct ac_collector *c, const struct ac_place *artefact,
                                  const struct outcome *o)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < o->beside.n; i++) {
        const struct ac_companion_file *log = &o->beside.files[i];
        struct ac_place p = *artefact;
        struct ac_record *r = ac_record_new(AC_KIND_SOURCE);
        bool missing = log->content.gaps.n > 0;
        char text[1024];

        p.node = log->node;
        p.path = ac_buf_text(&log->path);
        p.sha256 = log->sha256[0] ? log->sha256 : NULL;
        p.artefact_offset = log->rc == AC_OK ? log->content.image_offset : AC_NO_OFFSET;
        ac_record_textz(r, "source", o->parser == &ac_parser_hive ? "hive-log" : o->parser->source);
        ac_record_textz(r, "name", p.path);
        ac_record_bool(r, "present", true);
        ac_record_textz(r, "read", log->rc != AC_OK ? "no" : missing ? "partial" : "complete");
        if (log->rc != AC_OK)
            ac_record_textz(r, "reason", ac_err_text(&log->err, text, sizeof(text)));
        else if (missing)
            ac_record_textz(r, "reason", "parts of it are missing on the evidence");
        ac_record_int(r, "size", (int64_t)log->content.n);
        if (p.sha256)
            ac_record_textz(r, "sha256", p.sha256);
        if (p.user[0])
            ac_record_textz(r, "user", p.user);
        rc = ac_collector_emit(c, &p, r, &c->err);
    }
    return rc;
}

enum ac_rc ac_artefact_read(struct ac_collector *c, struct ac_place *p, const char *source)
{
    struct ac_tree *t = c->item.volumes[p->volume].tree;
    struct outcome o = {0};
    struct ac_content content = {0};
    enum ac_rc rc = AC_OK;

    o.rc = ac_tree_load(t, p->node, AC_MAX_ARTEFACT, &content, &o.err);
    if (o.rc == AC_OK) {
        for (size_t i = 0; rc == AC_OK && i < content.gaps.n; i++)
            rc = missing_problem(c, p, &content.gaps.items[i]);
        parse(c, p, &content, &o);
    }
    /* a stray file among loose artefacts is no damage: its row in the coverage table says enough */
    if (rc == AC_OK && o.rc != AC_OK &&
        (o.parser || content.p == NULL || strcmp(source, "artefact") != 0))
        rc = problem_of(c, p, &o, "this artefact was not read to its end");
    if (rc == AC_OK)
        rc = send_source(c, p, source, &o);
    if (rc == AC_OK)
        rc = send_companions(c, p, &o);
    ac_companions_free(&o.beside);
    ac_record_free(o.row);
    p->sha256 = NULL;
    ac_content_free(&content);
    return rc;
}
