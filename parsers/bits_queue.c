/* BITS queue files: a list of jobs, and behind it what is left of longer lists. */
#include "bits.h"

#include "base/alloc.h"
#include "base/set.h"
#include "bits_parts.h"

#include <string.h>

#define COUNT_AT (2 * AC_BITS_GUID) /* from the mark of the file: its mark, that of the queue */
#define JOBS_AT (COUNT_AT + 4)

struct files {
    struct ac_bits_file *items; /* Owned */
    size_t n, cap;
};

/* The files of a job. Between two of them lie bytes that no document explains. Returns where they
 * end. */
static size_t read_files(struct ac_bits_store *s, struct ac_view v, size_t at, struct files *f,
                         uint32_t *ret_expected)
{
    *ret_expected = 0;
    if (ac_rd_le32(v, at, ret_expected) != AC_OK)
        return at;
    at += 4;
    for (size_t try = at; f->n < *ret_expected && f->n < AC_MAX_BITS_FILES && try < v.n;) {
        struct ac_bits_file file;

        if (!ac_bits_spend(s, 1) || (try + AC_BITS_GUID <= v.n &&
                                     memcmp(v.p + try, ac_bits_mark_transfers, AC_BITS_GUID) == 0))
            break;
        if (!ac_bits_file_read(v, try, &file, &try)) {
            try++;
            continue;
        }
        if (ac_grow((void **)&f->items, &f->cap, f->n + 1, sizeof(file)) != 0) {
            s->rc = AC_FAIL(s->err, AC_NOMEM, AC_NO_OFFSET, "no memory for files of a job");
            break;
        }
        f->items[f->n++] = file;
        at = try;
    }
    return at;
}

/* A job behind its mark at `at` of v; returns where it ends, 0 if there is none. */
static size_t read_job(struct ac_bits_store *s, struct ac_view v, size_t at, bool live)
{
    struct ac_bits_job job;
    struct files files = {0};
    uint32_t expected = 0;
    size_t end, transfers, behind;

    if (!ac_bits_job_read(v, at + AC_BITS_GUID, &job, &end))
        return 0;
    transfers = ac_bits_transfers(s, v, end);
    if (transfers) {
        end = read_files(s, v, transfers, &files, &expected);
        behind = ac_bits_transfers(s, v, end);
        if (behind) {
            end = behind;
            ac_bits_times_read(v, end, &job);
        }
    }
    if (live && (!transfers || files.n < expected))
        ac_bits_complain(s, AC_CORRUPT, v.base + at, "files of a BITS job are missing",
                         "not all files that a job has could be read");
    ac_bits_emit(s, &job, files.items, files.n, live ? "live" : "deleted", v.base + at);
    ac_free(files.items);
    return end;
}

/* All jobs with that mark in v; the number of them. */
static uint32_t read_jobs(struct ac_bits_store *s, struct ac_view v, const uint8_t *mark, bool live)
{
    uint32_t n = 0;

    for (size_t at = ac_bits_find(v, 0, mark); at < v.n && ac_bits_spend(s, 1);) {
        size_t end = read_job(s, v, at, live);

        n += end > 0;
        at = ac_bits_find(v, end ? end : at + 1, mark);
    }
    return n;
}

/* What lies outside the queue: jobs of any version. */
static void carve(struct ac_bits_store *s, size_t from, size_t to, const uint8_t *mark)
{
    struct ac_view v = {s->v.p + from, to - from, from};
    bool known = !mark;

    for (size_t i = 0; i < ac_bits_n_marks_job; i++) {
        read_jobs(s, v, ac_bits_marks_job[i], false);
        known = known || memcmp(mark, ac_bits_marks_job[i], AC_BITS_GUID) == 0;
    }
    if (!known)
        read_jobs(s, v, mark, false);
}

static void read_queue(struct ac_bits_store *s, size_t file)
{
    struct ac_view v = s->v;
    size_t queue = file + JOBS_AT, end;
    uint32_t count, n = 0;
    const uint8_t *mark = NULL;

    if (!ac_view_has(v, file, JOBS_AT) ||
        memcmp(v.p + file + AC_BITS_GUID, ac_bits_mark_queue, AC_BITS_GUID) != 0) {
        ac_bits_complain(s, AC_CORRUPT, file, "BITS jobs are missing from the report",
                         "the queue does not follow the mark of the file");
        carve(s, 0, v.n, NULL);
        return;
    }
    count = ac_le32(v.p + file + COUNT_AT);
    end = ac_bits_find(v, queue, ac_bits_mark_queue);
    if (end == v.n)
        ac_bits_complain(s, AC_TRUNCATED, v.n, "BITS jobs are missing from the report",
                         "the end of the queue is not there");
    if (count > 0 && ac_view_has(v, queue, AC_BITS_GUID)) {
        mark = v.p + queue; /* whatever version it is: a job begins here */
        n = read_jobs(s, (struct ac_view){v.p + queue, end - queue, queue}, mark, true);
    }
    if (n < count)
        ac_bits_complain(s, AC_CORRUPT, file + COUNT_AT, "BITS jobs are missing from the report",
                         "the queue has fewer readable jobs than it says");
    carve(s, 0, file, mark);
    carve(s, end, v.n, mark);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_set seen = {0};
    struct ac_bits_store s = {
        .artefact = a, .v = a->bytes, .budget = budget, .sink = sink, .err = err, .seen = &seen};
    size_t file = ac_bits_find(s.v, 0, ac_bits_mark_queue_file);

    if (file < s.v.n)
        read_queue(&s, file);
    else
        carve(&s, 0, s.v.n, NULL);
    ac_set_free(&seen);
    if (s.rc == AC_OK && file == s.v.n)
        return AC_FAIL(err, s.v.n < COUNT_AT ? AC_TRUNCATED : AC_CORRUPT, 0,
                       "no mark of a BITS queue file");
    if (s.rc != AC_OK && (!err || err->rc == AC_OK))
        return AC_FAIL(err, s.rc, AC_NO_OFFSET, "the queue was not read to its end");
    return s.rc;
}

static bool recognise(const struct ac_artefact *a)
{
    struct ac_str path = ac_str_of(a->path);

    return (ac_view_has(a->bytes, 0, 2 * AC_BITS_GUID) &&
            memcmp(a->bytes.p + AC_BITS_GUID, ac_bits_mark_queue_file, AC_BITS_GUID) == 0) ||
           ac_str_iends(path, AC_STR("qmgr0.dat")) || ac_str_iends(path, AC_STR("qmgr1.dat"));
}

const struct ac_parser ac_parser_bits_queue = {
    .name = "bits-queue",
    .source = "bits",
    .recognise = recognise,
    .parse = parse,
};
