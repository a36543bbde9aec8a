/*
 * $LogFile of the volume that Windows lies on: names that were put into folders or taken out of them, the
 * last of them older by hours or days than the image. changes.c says which become records.
 */
#include "collect/changes.h"

#include "ntfs_log.h"

#include <inttypes.h>

struct log_file {
    struct ac_changes changes;
    uint64_t read, damaged, missing;
    struct ac_err err; /* why reading it ended early */
};

static struct ac_record *record_of(const void *entry)
{
    return ac_ntfs_log_record(entry);
}

static enum ac_rc consider(void *context, const struct ac_ntfs_log_entry *e)
{
    struct log_file *l = context;

    l->read++;
    return ac_changes_consider(
        &l->changes,
        &(struct ac_change){.name = e->name, .parent = e->parent, .comes_or_goes = true}, record_of,
        e);
}

static enum ac_rc tell_problems(struct log_file *l)
{
    static const char some_missing[] = "entries of the file system's log may be missing";
    struct ac_str where = ac_str_of(l->changes.place->path);
    struct ac_place_sink sink;
    char text[1024];
    enum ac_rc rc = AC_OK;

    ac_place_sink_init(&sink, l->changes.c, l->changes.place);
    if (l->err.rc != AC_OK)
        rc = ac_sink_problem(&sink.sink, where, l->err.rc, AC_NO_OFFSET, some_missing, "%s",
                             ac_err_text(&l->err, text, sizeof(text)));
    if (rc == AC_OK && l->damaged)
        rc = ac_sink_problem(&sink.sink, where, AC_CORRUPT, AC_NO_OFFSET, some_missing,
                             "%" PRIu64 " page(s) of it are damaged", l->damaged);
    if (rc == AC_OK && l->missing)
        rc = ac_sink_problem(&sink.sink, where, AC_IO, AC_NO_OFFSET, some_missing,
                             "%" PRIu64 " bytes of it could not be read", l->missing);
    if (rc == AC_OK && l->changes.capped)
        rc = ac_sink_problem(&sink.sink, where, AC_LIMIT, AC_NO_OFFSET, some_missing,
                             "it has more entries of interest than are kept (%u)", AC_MAX_CHANGES);
    return rc;
}

static enum ac_rc read_log(struct log_file *l, uint64_t *ret_size)
{
    struct ac_tree *t = l->changes.c->item.volumes[l->changes.place->volume].tree;
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_content content = {0};
    struct ac_view log;
    struct ac_err err = {0};

    if (ac_tree_load(t, l->changes.place->node, AC_MAX_NTFS_LOG, &content, &err) != AC_OK) {
        l->err = err;
        ac_content_free(&content);
        return AC_OK;
    }
    log = (struct ac_view){content.p, content.n, 0};
    l->changes.place->artefact_offset = content.image_offset;
    l->missing = ac_gaps_bytes(&content.gaps);
    *ret_size = content.n;
    /* nothing was written since the volume was formatted, or another system emptied it */
    if ((l->missing || !ac_ntfs_log_is_empty(log)) &&
        ac_ntfs_log_read(log, &budget, consider, l, &l->damaged, &err) != AC_OK)
        l->err = err;
    ac_content_free(&content);
    return l->changes.c->err.rc; /* what ends the triage */
}

static enum ac_rc collect(struct ac_collector *c, struct ac_place *p)
{
    struct log_file l = {.read = 0};
    uint64_t size = 0;
    enum ac_rc rc = ac_changes_init(&l.changes, c, p);

    if (rc == AC_OK)
        rc = read_log(&l, &size);
    if (rc == AC_OK)
        rc = tell_problems(&l);
    if (rc == AC_OK)
        rc = ac_changes_row(&l.changes, &ac_parser_ntfs_log, size, l.read,
                            l.err.rc == AC_OK && !l.damaged && !l.missing && !l.changes.capped);
    ac_changes_free(&l.changes);
    return rc;
}

enum ac_rc ac_log_file_collect(struct ac_collector *c, const struct ac_system *s)
{
    static const char path[] = "$LogFile";
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .user = "",
                         .path = path,
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc = AC_OK;

    p.node = s->loose ? AC_NODE_NONE : ac_lookup(ac_system_tree(c, s), s->root, path);
    if (p.node == AC_NODE_NONE)
        return AC_OK; /* only NTFS has one, and collectors may leave it out */
    if (ac_collector_begin(c, &p, ac_parser_ntfs_log.source)) {
        rc = collect(c, &p);
        ac_collector_end(c, &p, ac_parser_ntfs_log.source);
    }
    return rc;
}
