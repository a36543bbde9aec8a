#include "evtx.h"

#include "base/alloc.h"
#include "evtx_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two passes: the first counts all events and tells of damage, the second reads those that become
 * records, in the order of their numbers. */
struct job {
    const struct ac_artefact *a;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_evtx_templates *templates; /* Owned */
    struct ac_evtx_chunk *chunks;        /* Owned */
    size_t n_chunks, at_chunk;
    uint32_t *counts, *recovered_counts; /* Owned: by id */
    uint64_t undecoded;                  /* recovered events whose template is gone */
    uint64_t *seen;                      /* Owned: live events of each wanted kind */
    uint64_t *skip;                      /* Owned: of them, the oldest that are not read */
    uint64_t recovered, recovered_left; /* recovered events that became records, and that did not */
    uint8_t wanted[AC_EVENT_IDS / 8];
    struct ac_filetime first, last;
    uint64_t problems;
    bool second;
};

static enum ac_rc complain(struct job *j, enum ac_rc class, uint64_t offset, const char *effect,
                           const char *what)
{
    j->problems++;
    if (j->problems > AC_MAX_EVTX_PROBLEMS)
        return AC_OK;
    return ac_sink_problem(j->sink, ac_str_of(j->a->path), class, offset, effect, "%s", what);
}

static enum ac_rc no_memory(struct job *j)
{
    return AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for an event log");
}

/* ---- which events are wanted */

/* -1: it becomes no record. */
static int kind_of(const struct job *j, const struct ac_evtx_head *head)
{
    if (!(j->wanted[head->id / 8] & 1 << head->id % 8))
        return -1;
    for (size_t k = 0; k < ac_event_kinds_n; k++) {
        const struct ac_event_kind *kind = &ac_event_kinds[k];

        if (head->id >= kind->first && head->id <= kind->last &&
            ac_event_is_provider(&head->provider, kind->provider))
            return (int)k;
    }
    return -1;
}

static void mark_wanted(struct job *j)
{
    for (size_t k = 0; k < ac_event_kinds_n; k++) {
        for (unsigned id = ac_event_kinds[k].first; id <= ac_event_kinds[k].last; id++)
            j->wanted[id / 8] |= (uint8_t)(1 << id % 8);
    }
}

/* ---- records */

static void add_provenance(struct ac_record *r, const struct ac_evtx_chunk *c,
                           const struct ac_evtx_item *i)
{
    ac_record_prov_int(r, "offset", (int64_t)(c->v.base + i->at));
    if (i->state)
        ac_record_prov_textz(r, "state", i->state);
}

static enum ac_rc emit_former_name(struct job *j, const struct ac_evtx_chunk *c,
                                   const struct ac_evtx_item *i, const struct ac_evtx_event *e)
{
    struct ac_record *r;

    if (e->former_name.n == 0)
        return AC_OK;
    r = ac_record_new(AC_KIND_SYSTEM);
    ac_record_text(r, "former_computer_name", ac_buf_str(&e->former_name));
    ac_record_time(r, "renamed", ac_record_get_time(e->record, "time"));
    add_provenance(r, c, i);
    return ac_sink_emit(j->sink, r, j->err);
}

static enum ac_rc emit(struct job *j, const struct ac_evtx_chunk *c, const struct ac_evtx_item *i,
                       const struct ac_event_kind *kind, struct ac_evtx_event *e)
{
    struct ac_record *r = e->record;
    enum ac_rc rc = AC_OK;

    if ((kind->flags & AC_EVENT_LOGON) && !ac_record_get_bool(r, "incomplete") &&
        e->logon_type != 3 && e->logon_type != 10)
        return AC_OK;
    if (!ac_record_get_json(r, "record_number"))
        ac_record_int(r, "record_number", (int64_t)(i->number & INT64_MAX));
    if (i->state)
        ac_record_bool(r, "recovered", true);
    add_provenance(r, c, i);
    j->recovered += i->state != NULL;
    if (kind->flags & AC_EVENT_RENAMED)
        rc = emit_former_name(j, c, i, e);
    if (rc == AC_OK) {
        e->record = NULL;
        rc = ac_sink_emit(j->sink, r, j->err);
    }
    return rc;
}

static enum ac_rc undecodable(struct job *j, const struct ac_evtx_chunk *c,
                              const struct ac_evtx_item *i, const struct ac_bxml *w)
{
    if (i->state) /* parts of it are overwritten: nothing is wrong with the log */
        return AC_OK;
    return complain(j, AC_CORRUPT, c->v.base + w->at, "this event was not read",
                    w->why ? w->why : "the event is damaged");
}

static struct ac_bxml reading(const struct job *j, const struct ac_evtx_chunk *c,
                              const struct ac_evtx_item *i)
{
    return (struct ac_bxml){
        .chunk = c->v, .budget = j->budget, .strict_names = i->state != NULL, .at = i->at};
}

static enum ac_rc read_event(struct job *j, const struct ac_evtx_chunk *c,
                             const struct ac_evtx_item *i, const struct ac_event_kind *kind)
{
    struct ac_bxml w = reading(j, c, i);
    struct ac_evtx_event e;
    enum ac_rc rc =
        ac_evtx_event(&w, kind, i->at + AC_EVTX_RECORD_HEADER, i->at + i->size - 4, i->written, &e);

    if (rc == AC_OK || (rc == AC_CORRUPT && i->state)) {
        rc = emit(j, c, i, kind, &e);
    } else if (rc == AC_CORRUPT) {
        rc = undecodable(j, c, i, &w);
    } else if (rc == AC_NOMEM) {
        no_memory(j);
    }
    ac_evtx_event_free(&e);
    return rc;
}

/* ---- both passes */

static void count(struct job *j, const struct ac_evtx_item *i, uint16_t id, int kind)
{
    if (i->state) {
        j->recovered_counts[id]++;
        return;
    }
    j->counts[id]++;
    if (kind >= 0)
        j->seen[kind]++;
    if (i->written.ticks != 0 && (j->first.ticks == 0 || i->written.ticks < j->first.ticks))
        j->first = i->written;
    if (i->written.ticks > j->last.ticks)
        j->last = i->written;
}

/* Of a kind with very many events the oldest are passed over. */
static bool is_over_limit(struct job *j, const struct ac_evtx_item *i, int kind)
{
    if (i->state) {
        j->recovered_left += j->recovered >= AC_MAX_RECOVERED_EVENTS;
        return j->recovered >= AC_MAX_RECOVERED_EVENTS;
    }
    if (j->skip[kind] == 0)
        return false;
    j->skip[kind]--;
    return true;
}

static enum ac_rc take(void *context, const struct ac_evtx_chunk *c, const struct ac_evtx_item *i)
{
    struct job *j = context;
    struct ac_bxml w = reading(j, c, i);
    struct ac_evtx_head head;
    enum ac_rc rc =
        ac_evtx_head(&w, j->templates, i->at + AC_EVTX_RECORD_HEADER, i->at + i->size - 4, &head);
    int kind;

    if (rc == AC_CORRUPT) { /* told in the first pass */
        j->undecoded += !j->second && i->state;
        return j->second ? AC_OK : undecodable(j, c, i, &w);
    }
    if (rc != AC_OK)
        return rc;
    kind = kind_of(j, &head);
    if (!j->second) {
        count(j, i, head.id, kind);
        j->chunks[j->at_chunk].has_wanted |= kind >= 0;
        return AC_OK;
    }
    if (kind < 0 || is_over_limit(j, i, kind))
        return AC_OK;
    return read_event(j, c, i, &ac_event_kinds[kind]);
}

static enum ac_rc tell(void *context, const struct ac_evtx_chunk *c, size_t at, const char *effect,
                       const char *what)
{
    struct job *j = context;
    enum ac_rc class = c->free_at > c->v.n ? AC_TRUNCATED : AC_CORRUPT;

    if (j->second || c->kind == AC_EVTX_LEFT) /* what is left over need not be whole */
        return AC_OK;
    return complain(j, class, c->v.base + at, effect, what);
}

static enum ac_rc visit_chunk(struct job *j, size_t index)
{
    struct ac_evtx_visit visit = {j, take, tell, j->budget};
    enum ac_rc rc;

    j->at_chunk = index;
    ac_evtx_templates_clear(j->templates);
    rc = ac_evtx_each(&j->chunks[index], &visit);
    if (rc == AC_LIMIT)
        AC_FAIL(j->err, AC_LIMIT, j->chunks[index].v.base, "more events than are read of one log");
    return rc;
}

/* ---- chunks */

/* A chunk that the header does not count belongs to the log if its numbering goes on. */
static void decide_kind(struct ac_evtx_chunk *c, bool counted, bool sound, uint64_t *last)
{
    bool goes_on = *last == 0 || c->first == *last + 1;

    if (c->kind == AC_EVTX_LIVE && !counted && sound && !goes_on)
        c->kind = AC_EVTX_LEFT;
    if (c->kind == AC_EVTX_LIVE)
        *last = c->last;
}

static enum ac_rc check_chunk(struct job *j, const struct ac_evtx_chunk *c, bool unchecked)
{
    const char *why = NULL;

    if (c->kind == AC_EVTX_DAMAGED)
        return complain(j, AC_CORRUPT, c->v.base,
                        "events of this chunk were searched one by one and are marked as "
                        "unlinked; others may be missing",
                        "a chunk has no signature (ElfChnk)");
    if (c->kind == AC_EVTX_LIVE && !unchecked)
        why = ac_evtx_check_chunk(c);
    return why ? complain(j, AC_CORRUPT, c->v.base, "events of this chunk may be altered", why)
               : AC_OK;
}

static enum ac_rc find_chunks(struct job *j, const struct ac_evtx_header *h)
{
    struct ac_view file = j->a->bytes;
    size_t n = file.n <= AC_EVTX_HEADER ? 0 : (file.n - AC_EVTX_HEADER - 1) / AC_EVTX_CHUNK + 1;
    uint64_t last = 0;
    enum ac_rc rc = AC_OK;

    j->chunks = ac_calloc(n + 1, sizeof(*j->chunks));
    if (!j->chunks)
        return no_memory(j);
    for (size_t i = 0; rc == AC_OK && i < n; i++) {
        size_t at = AC_EVTX_HEADER + i * AC_EVTX_CHUNK;
        size_t size = file.n - at < AC_EVTX_CHUNK ? file.n - at : AC_EVTX_CHUNK;

        ac_evtx_read_chunk((struct ac_view){file.p + at, size, at}, &j->chunks[i]);
        decide_kind(&j->chunks[i], i < h->chunks, h->sound, &last);
        j->n_chunks++;
        if (!ac_budget_spend(j->budget, 1))
            return AC_FAIL(j->err, AC_LIMIT, at, "more chunks than are read of one log");
        rc = check_chunk(j, &j->chunks[i], h->no_checksums);
    }
    if (rc == AC_OK && h->sound && h->chunks > n)
        rc = complain(j, AC_TRUNCATED, file.n, "events may be missing",
                      "the file has fewer chunks than its header says");
    return rc;
}

static int by_number(const void *a, const void *b)
{
    const struct ac_evtx_chunk *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->v.base < y->v.base ? -1 : x->v.base > y->v.base;
}

/* ---- the coverage row */

static json_t *not_listed(const struct job *j)
{
    json_t *o = json_object();

    for (size_t k = 0; k < ac_event_kinds_n; k++) {
        char name[160];

        if (j->skip[k] == 0)
            continue;
        snprintf(name, sizeof(name), "%s %u", ac_event_kinds[k].provider, ac_event_kinds[k].first);
        ac_json_int(o, name, (int64_t)j->skip[k]);
    }
    return o;
}

/* `left`: events that were passed over in the second pass. */
static void fill_row(const struct job *j, const struct ac_evtx_header *h, json_t *left)
{
    struct ac_record *row = j->a->row;

    ac_record_bool(row, "dirty", h->dirty);
    ac_event_counts(row, "event_ids", j->counts, 0);
    ac_event_counts(row, "recovered_ids", j->recovered_counts, j->undecoded);
    if (j->recovered_left)
        ac_json_int(left, "recovered", (int64_t)j->recovered_left);
    if (json_object_size(left) > 0)
        ac_record_object(row, "not_listed", json_incref(left));
    ac_record_time(row, "first_time", j->first);
    ac_record_time(row, "last_time", j->last);
}

/* ---- the whole */

static void limit_kinds(struct job *j)
{
    for (size_t k = 0; k < ac_event_kinds_n; k++) {
        uint64_t most = ac_event_kinds[k].flags & AC_EVENT_FREQUENT ? AC_MAX_FREQUENT_EVENTS
                                                                    : AC_MAX_EVENTS_OF_ONE;

        j->skip[k] = j->seen[k] > most ? j->seen[k] - most : 0;
    }
}

/* Counts; half of the budget, so that something is left for the records. */
static enum ac_rc first_pass(struct job *j, struct ac_evtx_header *h)
{
    struct ac_budget *all = j->budget, half = {all->steps / 2};
    uint64_t begin = half.steps;
    enum ac_rc rc = AC_OK;

    j->budget = &half;
    ac_evtx_read_header(j->a->bytes, h);
    if (h->why)
        rc = complain(j, j->a->bytes.n < 128 ? AC_TRUNCATED : AC_CORRUPT, 0,
                      "the chunks of the log were read as they lie", h->why);
    if (rc == AC_OK)
        rc = find_chunks(j, h);
    for (size_t i = 0; rc == AC_OK && i < j->n_chunks; i++)
        rc = visit_chunk(j, i);
    j->budget = all;
    ac_budget_spend(all, begin - half.steps);
    limit_kinds(j);
    return rc;
}

/* Makes the records. */
static enum ac_rc second_pass(struct job *j)
{
    enum ac_rc rc = AC_OK;

    j->second = true;
    if (j->n_chunks > 0)
        qsort(j->chunks, j->n_chunks, sizeof(*j->chunks), by_number);
    for (size_t i = 0; rc == AC_OK && i < j->n_chunks; i++) {
        if (j->chunks[i].has_wanted)
            rc = visit_chunk(j, i);
    }
    return rc;
}

static enum ac_rc read_log(struct job *j)
{
    struct ac_evtx_header h;
    enum ac_rc first = first_pass(j, &h), rc = first;
    json_t *left = not_listed(j);
    char what[80];

    if (first == AC_OK || first == AC_LIMIT)
        rc = second_pass(j);
    if (j->a->row)
        fill_row(j, &h, left);
    json_decref(left);
    if (rc == AC_OK && j->problems > AC_MAX_EVTX_PROBLEMS) {
        snprintf(what, sizeof(what), "%" PRIu64 " more damaged places are not listed",
                 j->problems - AC_MAX_EVTX_PROBLEMS);
        j->problems = 0;
        rc = complain(j, AC_LIMIT, AC_NO_OFFSET, "events may be missing", what);
    }
    return rc == AC_OK ? first : rc;
}

static bool recognise(const struct ac_artefact *a)
{
    return (a->bytes.n >= 8 && memcmp(a->bytes.p, "ElfFile", 8) == 0) ||
           ac_str_iends(ac_str_of(a->path), AC_STR(".evtx"));
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job *j = ac_calloc(1, sizeof(*j));
    enum ac_rc rc;

    if (!j)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an event log");
    j->a = a;
    j->budget = budget;
    j->sink = sink;
    j->err = err;
    j->templates = ac_malloc(sizeof(*j->templates));
    j->counts = ac_calloc(AC_EVENT_IDS, sizeof(*j->counts));
    j->recovered_counts = ac_calloc(AC_EVENT_IDS, sizeof(*j->recovered_counts));
    j->seen = ac_calloc(ac_event_kinds_n, sizeof(*j->seen));
    j->skip = ac_calloc(ac_event_kinds_n, sizeof(*j->skip));
    if (!j->templates || !j->counts || !j->recovered_counts || !j->seen || !j->skip)
        rc = no_memory(j);
    else {
        mark_wanted(j);
        rc = read_log(j);
    }
    ac_free(j->templates);
    ac_free(j->chunks);
    ac_free(j->counts);
    ac_free(j->recovered_counts);
    ac_free(j->seen);
    ac_free(j->skip);
    ac_free(j);
    return rc;
}

const struct ac_parser ac_parser_evtx = {
    .name = "evtx", .source = "event-log", .recognise = recognise, .parse = parse};
