/* The BITS database (qmgr.db): a table of jobs, a table of files, and free space with older
 * ones. */
#include "bits.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/set.h"
#include "bits_parts.h"
#include "ese.h"

#include <stdlib.h>
#include <string.h>

/* Before the blob of a file that was found in free space stands, in the same row, its id: the null
 * bits of the row, the entry of the column and its flags lie between. */
static const uint8_t file_prefix[] = {0xFE, 0x00, 0x01, 0x04, 0x00, 0x01};
#define ID_BEFORE (AC_BITS_GUID + sizeof(file_prefix))

/* A row of the table of files, or one found in free space. */
struct entry {
    uint8_t id[AC_BITS_GUID];
    struct ac_buf blob; /* Owned: views of `file` point into it; empty: into the database itself */
    struct ac_bits_file file;
    uint64_t offset;
    bool live, taken;
};

struct row {
    uint8_t id[AC_BITS_GUID];
    uint64_t offset; /* of the row in the file */
};

struct database {
    struct ac_bits_store s;
    struct entry *entries; /* Owned */
    size_t n, cap;
    struct ac_bits_file *files; /* Owned: of the job at hand */
    size_t cap_files;
};

static const char lost[] = "BITS jobs are missing from the report";

static struct ac_view view(const struct ac_buf *b)
{
    return (struct ac_view){(const uint8_t *)b->p, b->n, 0};
}

static void out_of_memory(struct database *d)
{
    if (d->s.rc == AC_OK)
        d->s.rc = AC_FAIL(d->s.err, AC_NOMEM, AC_NO_OFFSET, "no memory for BITS jobs");
}

/* ---- tables */

/* What could not be read is told, and the rest read. */
static void complain(struct database *d, const struct ac_err *why, enum ac_rc rc)
{
    char text[512];

    if (rc == AC_NOMEM)
        out_of_memory(d);
    else if (d->s.rc == AC_OK)
        d->s.rc = ac_sink_problem(d->s.sink, ac_str_of(d->s.artefact->path), rc, AC_NO_OFFSET, lost,
                                  "%s", ac_err_text(why, text, sizeof(text)));
}

static void each_row(struct database *d, struct ac_ese *e, const char *name,
                     void (*take)(struct database *d, const struct row *row, struct ac_buf *blob))
{
    struct ac_ese_table *t = NULL;
    struct ac_buf id = {0}, blob = {0};
    struct ac_err err = {0};
    enum ac_rc rc = ac_ese_table_open(e, name, &t, &err);

    if (rc != AC_OK)
        complain(d, &err, rc);
    for (size_t i = 0; t && i < ac_ese_table_rows(t) && ac_bits_spend(&d->s, 10); i++) {
        struct row row = {.offset = ac_ese_row_offset(t, i)};

        if (ac_ese_row_is_deleted(t, i))
            continue; /* the search of free space finds it */
        err = (struct ac_err){0};
        rc = ac_ese_value(t, i, "Id", AC_BITS_GUID, &id, &err);
        if (rc == AC_OK)
            rc = ac_ese_value(t, i, "Blob", AC_MAX_BITS_BLOB, &blob, &err);
        if (rc == AC_OK && id.n != AC_BITS_GUID)
            rc = AC_NOT_FOUND;
        if (rc == AC_NOT_FOUND)
            rc = AC_FAIL(&err, AC_CORRUPT, row.offset, "a row of %s has no content", name);
        if (rc == AC_OK)
            memcpy(row.id, id.p, AC_BITS_GUID);
        if (rc != AC_OK)
            complain(d, &err, rc);
        else if (ac_bits_spend(&d->s, blob.n / 8)) /* copying costs too */
            take(d, &row, &blob);
    }
    ac_buf_free(&id);
    ac_buf_free(&blob);
    ac_ese_table_close(t);
}

static void add_entry(struct database *d, struct entry *entry)
{
    if (ac_grow((void **)&d->entries, &d->cap, d->n + 1, sizeof(*entry)) != 0) {
        out_of_memory(d);
        ac_buf_free(&entry->blob);
        return;
    }
    d->entries[d->n++] = *entry;
}

/* Takes the blob over. */
static void take_file(struct database *d, const struct row *row, struct ac_buf *blob)
{
    struct entry entry = {.live = true, .offset = row->offset};
    size_t end;

    if (blob->n < AC_BITS_GUID || !ac_bits_file_read(view(blob), AC_BITS_GUID, &entry.file, &end)) {
        ac_bits_complain(&d->s, AC_CORRUPT, row->offset, "files of a BITS job are missing",
                         "a row of the table of files is not of the known form");
        return;
    }
    memcpy(entry.id, row->id, AC_BITS_GUID);
    entry.blob = *blob;
    *blob = (struct ac_buf){0};
    add_entry(d, &entry);
}

/* ---- jobs */

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int c = memcmp(x->id, y->id, AC_BITS_GUID);

    if (c == 0)
        c = (int)y->live - (int)x->live;
    return c ? c : x->offset < y->offset ? -1 : x->offset > y->offset;
}

static struct entry *entry_of(struct database *d, const uint8_t *id)
{
    size_t low = 0, high = d->n;

    while (low < high) { /* the first of that id: what is live stands first */
        size_t middle = low + (high - low) / 2;

        if (memcmp(d->entries[middle].id, id, AC_BITS_GUID) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < d->n && memcmp(d->entries[low].id, id, AC_BITS_GUID) == 0 ? &d->entries[low]
                                                                           : NULL;
}

/* A job behind its mark at `at`; false if there is none. */
static bool read_job(struct database *d, struct ac_view v, size_t at, const char *state,
                     uint64_t offset)
{
    struct ac_bits_job job;
    size_t end, transfers, n = 0, behind;
    uint32_t count = 0;
    bool live = strcmp(state, "live") == 0;

    if (!ac_bits_job_read(v, at + AC_BITS_GUID, &job, &end))
        return false;
    transfers = ac_bits_transfers(&d->s, v, end);
    if (transfers && ac_rd_le32(v, transfers, &count) == AC_OK && count <= AC_MAX_BITS_FILES &&
        ac_view_has(v, transfers + 4, (size_t)count * AC_BITS_GUID) &&
        ac_bits_spend(&d->s, count)) {
        if (ac_grow((void **)&d->files, &d->cap_files, (size_t)count + 1, sizeof(*d->files)) != 0) {
            out_of_memory(d);
            return true;
        }
        for (uint32_t i = 0; i < count; i++) {
            struct entry *e = entry_of(d, v.p + transfers + 4 + (size_t)i * AC_BITS_GUID);

            if (e)
                d->files[n++] = e->file;
            if (e)
                e->taken = true;
        }
        behind = ac_bits_transfers(&d->s, v, transfers + 4 + (size_t)count * AC_BITS_GUID);
        if (behind)
            ac_bits_times_read(v, behind, &job);
    }
    if (live && (!transfers || n < count || (count == 0 && transfers + 4 > v.n)))
        ac_bits_complain(&d->s, AC_CORRUPT, offset, "files of a BITS job are missing",
                         "not all files that a job has could be read");
    ac_bits_emit(&d->s, &job, d->files, n, state, offset);
    return true;
}

static void take_job(struct database *d, const struct row *row, struct ac_buf *blob)
{
    if (blob->n < AC_BITS_GUID || !read_job(d, view(blob), 0, "live", row->offset))
        ac_bits_complain(&d->s, AC_CORRUPT, row->offset, lost,
                         "a row of the table of jobs is not of the known form");
}

/* ---- what the tables no longer have */

static void carve_files(struct database *d)
{
    struct ac_view v = d->s.v;

    for (size_t at = ac_bits_find(v, 0, ac_bits_mark_file); at < v.n && ac_bits_spend(&d->s, 1);
         at = ac_bits_find(v, at + 1, ac_bits_mark_file)) {
        struct entry entry = {.offset = at};
        size_t end;

        if (at < ID_BEFORE ||
            memcmp(v.p + at - sizeof(file_prefix), file_prefix, sizeof(file_prefix)) != 0 ||
            !ac_bits_file_read(v, at + AC_BITS_GUID, &entry.file, &end))
            continue;
        memcpy(entry.id, v.p + at - ID_BEFORE, AC_BITS_GUID);
        add_entry(d, &entry);
    }
}

static void carve_jobs(struct database *d)
{
    for (size_t i = 0; i < ac_bits_n_marks_job; i++) {
        const uint8_t *mark = ac_bits_marks_job[i];

        for (size_t at = ac_bits_find(d->s.v, 0, mark); at < d->s.v.n && ac_bits_spend(&d->s, 1);
             at = ac_bits_find(d->s.v, at + 1, mark))
            read_job(d, d->s.v, at, "deleted", at);
    }
}

/* Files that no job names. What is found in free space and is in the table too says nothing new. */
static void emit_rest(struct database *d)
{
    for (size_t i = 0; i < d->n && ac_bits_spend(&d->s, 1); i++) {
        const struct entry *e = &d->entries[i];

        if (!e->taken && entry_of(d, e->id) == e)
            ac_bits_emit(&d->s, NULL, &e->file, 1, e->live ? "unlinked" : "deleted", e->offset);
    }
}

static enum ac_rc read_database(struct database *d)
{
    struct ac_ese *e = NULL;
    struct ac_err why = {0};
    enum ac_rc rc = ac_ese_open(d->s.v, d->s.budget, &e, &why);

    if (!ac_ese_is_clean(d->s.v))
        ac_bits_complain(&d->s, AC_CORRUPT, 52,
                         "the newest changes may stand in its transaction logs, which are not read",
                         "the database was not closed properly");
    if (e && ac_ese_is_cut(e))
        ac_bits_complain(&d->s, AC_TRUNCATED, d->s.v.n, "content may be missing",
                         "the last page of the database is cut");
    if (e)
        each_row(d, e, "Files", take_file);
    carve_files(d);
    if (d->n > 0)
        qsort(d->entries, d->n, sizeof(*d->entries), compare);
    if (e)
        each_row(d, e, "Jobs", take_job);
    ac_ese_close(e);
    carve_jobs(d);
    emit_rest(d);
    if (rc != AC_OK && d->s.rc == AC_OK) {
        if (d->s.err)
            *d->s.err = why;
        return rc;
    }
    if (d->s.rc != AC_OK && d->s.err && d->s.err->rc == AC_OK)
        return AC_FAIL(d->s.err, d->s.rc, AC_NO_OFFSET, "the database was not read to its end");
    return d->s.rc;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_set seen = {0};
    struct database d = {.s = {.artefact = a,
                               .v = a->bytes,
                               .budget = budget,
                               .sink = sink,
                               .err = err,
                               .seen = &seen}};
    enum ac_rc rc = read_database(&d);

    for (size_t i = 0; i < d.n; i++)
        ac_buf_free(&d.entries[i].blob);
    ac_free(d.entries);
    ac_free(d.files);
    ac_set_free(&seen);
    return rc;
}

static bool recognise(const struct ac_artefact *a)
{
    return ac_str_iends(ac_str_of(a->path), AC_STR("qmgr.db"));
}

const struct ac_parser ac_parser_bits_database = {
    .name = "bits-database",
    .source = "bits",
    .recognise = recognise,
    .parse = parse,
};
