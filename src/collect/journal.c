/*
 * The change journal of the volume that Windows lies on: what happened to which file, and when.
 *
 * A journal has hundreds of thousands of entries; changes.c says which become records, and the row of the coverage
 * table says how many were read in all.
 */
#include "collect/changes.h"

#include "base/alloc.h"
#include "usn.h"

#include <inttypes.h>

#define BLOCK (4 * AC_MIB)

struct journal {
    struct ac_changes changes;
    uint64_t read, damaged, missing;
};

static struct ac_record *record_of(const void *entry)
{
    return ac_usn_record(entry);
}

static enum ac_rc consider(struct journal *j, const struct ac_usn_entry *e)
{
    static const uint32_t comes_or_goes =
        AC_USN_FILE_CREATE | AC_USN_FILE_DELETE | AC_USN_RENAME_OLD_NAME | AC_USN_RENAME_NEW_NAME;
    bool whole = (e->reason & (AC_USN_CLOSE | AC_USN_RENAME_OLD_NAME)) != 0;

    return ac_changes_consider(
        &j->changes,
        &(struct ac_change){.name = e->name,
                            .parent = e->parent.entry | (uint64_t)e->parent.sequence << 48,
                            .comes_or_goes = whole && (e->reason & comes_or_goes) != 0},
        record_of, e);
}

static enum ac_rc read_block(struct journal *j, struct ac_view v, struct ac_budget *budget)
{
    struct ac_usn_entry e;
    size_t at = 0;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_usn_next(v, &at, budget, &e, &j->damaged)) {
        j->read++;
        rc = consider(j, &e);
    }
    return rc;
}

static enum ac_rc read_journal(struct journal *j, uint64_t size, struct ac_budget *budget)
{
    struct ac_collector *c = j->changes.c;
    const struct ac_place *p = j->changes.place;
    uint64_t from = size > AC_MAX_JOURNAL ? (size - AC_MAX_JOURNAL) / BLOCK * BLOCK : 0;
    uint8_t *block = ac_malloc(BLOCK);
    enum ac_rc rc = block ? AC_OK : AC_FAIL(&c->err, AC_NOMEM, AC_NO_OFFSET, "no memory");

    for (uint64_t off = from; rc == AC_OK && off < size; off += BLOCK) {
        size_t n = size - off < BLOCK ? (size_t)(size - off) : BLOCK;
        struct ac_gaps gaps = {0};
        enum ac_rc got =
            ac_tree_read(c->item.volumes[p->volume].tree, p->node, off, block, n, &gaps, NULL);

        if (got == AC_OK || gaps.n)
            rc = read_block(j, (struct ac_view){block, n, off}, budget);
        j->missing += got == AC_OK ? 0 : gaps.n ? ac_gaps_bytes(&gaps) : n;
        if (off == from && from > 0 && ac_le32(block) != 0)
            j->changes.capped = true; /* what lies before is older and was not read */
        ac_gaps_free(&gaps);
    }
    ac_free(block);
    return rc;
}

static const char some_missing[] = "entries of the change journal may be missing";

static enum ac_rc tell_problems(struct journal *j)
{
    struct ac_str where = ac_str_of(j->changes.place->path);
    struct ac_place_sink sink;
    enum ac_rc rc = AC_OK;

    ac_place_sink_init(&sink, j->changes.c, j->changes.place);
    if (j->damaged)
        rc = ac_sink_problem(&sink.sink, where, AC_CORRUPT, AC_NO_OFFSET, some_missing,
                             "%" PRIu64 " place(s) hold something that is no entry", j->damaged);
    if (rc == AC_OK && j->missing)
        rc = ac_sink_problem(&sink.sink, where, AC_IO, AC_NO_OFFSET, some_missing,
                             "%" PRIu64 " bytes of it could not be read", j->missing);
    if (rc == AC_OK && j->changes.capped)
        rc = ac_sink_problem(&sink.sink, where, AC_LIMIT, AC_NO_OFFSET, some_missing,
                             "it is larger than what is read, or has more entries of interest than "
                             "are kept (%u)",
                             AC_MAX_CHANGES);
    return rc;
}

static enum ac_rc collect(struct ac_collector *c, struct ac_place *p)
{
    struct journal j = {.read = 0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    uint64_t size = 0;
    enum ac_rc rc = ac_changes_init(&j.changes, c, p);

    if (rc == AC_OK && ac_tree_content(c->item.volumes[p->volume].tree, p->node, &size,
                                       &p->artefact_offset, NULL) != AC_OK)
        j.missing = 1;
    else if (rc == AC_OK)
        rc = read_journal(&j, size, &budget);
    j.changes.capped |= budget.steps == 0;
    if (rc == AC_OK)
        rc = tell_problems(&j);
    if (rc == AC_OK)
        rc = ac_changes_row(&j.changes, &ac_parser_usn, size, j.read,
                            !j.damaged && !j.missing && !j.changes.capped);
    ac_changes_free(&j.changes);
    return rc;
}

/* As it lies on the volume, and as collectors name it. */
static ac_node find_journal(const struct ac_tree *t, ac_node root)
{
    static const char *const names[] = {"$Extend/$UsnJrnl:$J", "$Extend/$J",
                                        "$Extend/$UsnJrnl%3A$J", "$J"};
    ac_node node = AC_NODE_NONE;

    for (size_t i = 0; node == AC_NODE_NONE && i < sizeof(names) / sizeof(names[0]); i++)
        node = ac_lookup(t, root, names[i]);
    return node;
}

enum ac_rc ac_journal_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_place p = {.system = s, .volume = s->volume, .user = "", .path = ""};
    struct ac_buf path = {0};
    enum ac_rc rc = AC_OK;

    p.node = s->loose ? AC_NODE_NONE : find_journal(t, s->root);
    if (p.node == AC_NODE_NONE)
        return AC_OK; /* journals can be switched off; nothing says that there must be one */
    ac_tree_path(t, p.node, &path);
    p.path = ac_buf_text(&path);
    if (ac_collector_begin(c, &p, ac_parser_usn.source)) {
        rc = collect(c, &p);
        ac_collector_end(c, &p, ac_parser_usn.source);
    }
    ac_buf_free(&path);
    return rc;
}
