#include "evt.h"

#include "base/alloc.h"
#include "base/text.h"
#include "evtx_parts.h"

#include <stdio.h>
#include <string.h>

#define HEADER 48
#define SIGNATURE 0x654C664CU /* LfLe */
#define SMALLEST 60           /* the fixed part and the copy of the size */
#define END_RECORD 40
#define DIRTY 1U

struct job {
    const struct ac_artefact *a;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    uint32_t oldest, next;        /* numbers of the log */
    bool dirty, known;            /* its header is old; the numbers are known */
    uint32_t *counts, *recovered; /* Owned: by id */
    uint64_t made, left;          /* events that became records, and that did not: too many */
    struct ac_filetime first, last;
};

/* Events of these systems that become records; strings have no names. */
static const struct ac_event_field none[] = {{.field = NULL}};
static const struct ac_event_field cleared[] = {{.field = "account", .data = "#4", .before = "#5"},
                                                {.field = NULL}};
static const struct ac_event_field logon[] = {{.field = "account", .data = "#1", .before = "#2"},
                                              {.field = "logon_type", .data = "#4"},
                                              {.field = "address", .data = "#14"},
                                              {.field = NULL}};
static const struct ac_event_field process[] = {{.field = "program", .data = "#2"},
                                                {.field = "account", .data = "#4", .before = "#5"},
                                                {.field = NULL}};
static const struct ac_event_field account[] = {{.field = "account", .data = "#1", .before = "#2"},
                                                {.field = NULL}};
static const struct ac_event_field service[] = {{.field = "service", .data = "#1"},
                                                {.field = NULL}};
static const struct ac_event_field product[] = {{.field = "program", .data = "#1"},
                                                {.field = NULL}};

static const struct ac_event_kind kinds[] = {
    {"Security", 517, 517, 0, cleared},                                /* log cleared */
    {"Security", 520, 520, 0, none},                                   /* system time changed */
    {"Security", 528, 528, AC_EVENT_FREQUENT | AC_EVENT_LOGON, logon}, /* logon */
    {"Security", 540, 540, AC_EVENT_FREQUENT | AC_EVENT_LOGON, logon}, /* logon by network */
    {"Security", 592, 592, 0, process},                                /* process created */
    {"Security", 601, 602, 0, none},    /* service, task: attempt to install */
    {"Security", 624, 624, 0, account}, /* account created */
    {"Security", 636, 636, 0, none},    /* account added to a local group */
    {"Service Control Manager", 7034, 7034, 0, service},
    {"Service Control Manager", 7035, 7036, AC_EVENT_FREQUENT, service},
    {"Service Control Manager", 7040, 7040, 0, service},
    {"EventLog", 6005, 6006, 0, none},
    {"EventLog", 6008, 6009, 0, none},
    {"EventLog", 6011, 6011, 0, none},
    {"EventLog", 6013, 6013, 0, none},
    {"USER32", 1074, 1074, 0, none},
    {"MsiInstaller", 11707, 11707, 0, product},
};

static uint32_t u32(struct ac_view v, size_t at)
{
    return ac_le32(v.p + at);
}

/* UTF-16 up to its NUL from `at` on; *at moves behind it. */
static struct ac_view text_at(struct ac_view v, size_t *at)
{
    struct ac_view rest = {v.p + (*at < v.n ? *at : v.n), *at < v.n ? v.n - *at : 0, v.base + *at};

    rest.n = ac_utf16_length(rest) & ~(size_t)1;
    *at += rest.n + 2;
    return rest;
}

static void put_log(struct ac_record *r, const char *path)
{
    static const struct {
        const char *file, *log;
    } names[] = {
        {"SecEvent.Evt", "Security"}, {"SysEvent.Evt", "System"}, {"AppEvent.Evt", "Application"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_iends(ac_str_of(path), ac_str_of(names[i].file)))
            ac_record_textz(r, "log", names[i].log);
    }
}

static void put_strings(struct ac_record *r, struct ac_view v)
{
    size_t at = u32(v, 36);
    unsigned n = ac_le16(v.p + 26);

    ac_record_empty(r, "data");
    for (unsigned i = 0; i < n && at < v.n - 4; i++) {
        struct ac_view stored = text_at((struct ac_view){v.p, v.n - 4, v.base}, &at);
        struct ac_buf text = {0};
        json_t *item = json_object();
        bool exact = true;
        char field[32];

        ac_text_from_utf16(stored, &text, &exact);
        ac_json_text(item, "value", ac_buf_str(&text));
        ac_record_add_object(r, "data", item);
        snprintf(field, sizeof(field), "data[%u]", i);
        if (!exact || text.failed)
            ac_record_raw(r, field, stored);
        ac_buf_free(&text);
    }
}

static void put_user(struct ac_record *r, struct ac_view v)
{
    struct ac_bxml_value sid = {.type = AC_BXML_SID};
    struct ac_buf text = {0};
    bool exact = true;

    if (u32(v, 40) == 0 || ac_view_cut(v, u32(v, 44), u32(v, 40), &sid.bytes) != AC_OK)
        return;
    ac_bxml_print(&sid, &text, &exact);
    ac_record_text(r, "user", ac_buf_str(&text));
    ac_buf_free(&text);
}

static enum ac_rc emit(struct job *j, struct ac_view v, size_t at, const struct ac_event_kind *kind,
                       struct ac_view source, bool live)
{
    struct ac_record *r = ac_record_new(AC_KIND_EVENT);
    size_t name = 56;
    int64_t type;

    text_at(v, &name);
    put_log(r, j->a->path);
    ac_record_utf16(r, "provider", source);
    ac_record_int(r, "event_id", u32(v, 20) & 0xFFFF);
    ac_record_int(r, "record_number", u32(v, 8));
    ac_record_time(r, "time", ac_time_from_unix(u32(v, 12), 0));
    ac_record_utf16(r, "computer", text_at(v, &name));
    put_user(r, v);
    put_strings(r, v);
    if (!r || !ac_event_fill(r, kind)) {
        ac_record_free(r);
        return AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for an event");
    }
    type = ac_record_get_int(r, "logon_type");
    if ((kind->flags & AC_EVENT_LOGON) && type != 3 && type != 10) {
        ac_record_free(r);
        return AC_OK;
    }
    if (kind->first == 517)
        ac_record_textz(r, "cleared_log", "Security");
    if (!live)
        ac_record_bool(r, "recovered", true);
    ac_record_prov_int(r, "offset", (int64_t)at);
    if (!live)
        ac_record_prov_textz(r, "state", "deleted");
    return ac_sink_emit(j->sink, r, j->err);
}

static void count(struct job *j, struct ac_view v, bool live)
{
    struct ac_filetime t = ac_time_from_unix(u32(v, 12), 0);

    (live ? j->counts : j->recovered)[u32(v, 20) & 0xFFFF]++;
    if (live && (j->first.ticks == 0 || t.ticks < j->first.ticks))
        j->first = t;
    if (live && t.ticks > j->last.ticks)
        j->last = t;
}

static enum ac_rc take(struct job *j, struct ac_view v, size_t at)
{
    bool live = !j->known || u32(v, 8) - j->oldest < j->next - j->oldest;
    size_t name = 56;
    struct ac_bxml_value source = {.type = AC_BXML_STRING, .bytes = text_at(v, &name)};

    count(j, v, live);
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        unsigned id = u32(v, 20) & 0xFFFF;

        if (id < kinds[k].first || id > kinds[k].last ||
            !ac_event_is_provider(&source, kinds[k].provider))
            continue;
        if (j->made >= AC_MAX_EVENTS_OF_ONE) {
            j->left++;
            return AC_OK;
        }
        j->made++;
        return emit(j, v, at, &kinds[k], source.bytes, live);
    }
    return AC_OK;
}

/* A record at `at`; one that goes over the end of the file goes on behind its header. */
static bool record_at(struct ac_view file, size_t at, struct ac_buf *joined, struct ac_view *ret)
{
    size_t size = u32(file, at), here = file.n - at;

    if (u32(file, at + 4) != SIGNATURE || size < SMALLEST || size > file.n - HEADER)
        return false;
    *ret = (struct ac_view){file.p + at, size, at};
    if (size > here) {
        ac_buf_clear(joined);
        ac_buf_add(joined, file.p + at, here);
        ac_buf_add(joined, file.p + HEADER, size - here);
        ret->p = (const uint8_t *)ac_buf_text(joined);
        if (joined->failed)
            return false;
    }
    return u32(*ret, size - 4) == size;
}

static bool is_end_record(struct ac_view file, size_t at)
{
    static const uint8_t mark[16] = {0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x22,
                                     0x33, 0x33, 0x33, 0x33, 0x44, 0x44, 0x44, 0x44};

    return ac_view_has(file, at, END_RECORD) && u32(file, at) == END_RECORD &&
           memcmp(file.p + at + 4, mark, sizeof(mark)) == 0;
}

static void find_numbers(struct job *j)
{
    struct ac_view file = j->a->bytes;

    j->dirty = u32(file, 36) & DIRTY;
    j->known = !j->dirty;
    j->next = u32(file, 24);
    j->oldest = u32(file, 28);
    for (size_t at = HEADER; at + END_RECORD <= file.n; at += 4) {
        if (is_end_record(file, at)) {
            j->next = u32(file, at + 28);
            j->oldest = u32(file, at + 32);
            j->known = true;
        }
    }
}

static enum ac_rc read_log(struct job *j)
{
    struct ac_view file = j->a->bytes, v;
    struct ac_buf joined = {0};
    enum ac_rc rc = AC_OK;

    find_numbers(j);
    if (!j->known)
        rc = ac_sink_problem(j->sink, ac_str_of(j->a->path), AC_CORRUPT, HEADER,
                             "events that no longer belong to the log may be among those shown",
                             "the log was not closed, and its end record is not there");
    for (size_t at = HEADER; rc == AC_OK && file.n - at >= 8;) {
        size_t step = 4;

        if (record_at(file, at, &joined, &v)) {
            step = v.n < file.n - at ? v.n : file.n - at;
            rc = ac_budget_spend(j->budget, 4)
                     ? take(j, v, at)
                     : AC_FAIL(j->err, AC_LIMIT, at, "more events than are read of one log");
        }
        at += step < file.n - at ? step : file.n - at;
    }
    if (rc == AC_OK && joined.failed)
        rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for an event");
    ac_buf_free(&joined);
    return rc;
}

static bool recognise(const struct ac_artefact *a)
{
    return a->bytes.n >= HEADER && u32(a->bytes, 0) == HEADER && u32(a->bytes, 4) == SIGNATURE;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.a = a, .budget = budget, .sink = sink, .err = err};
    enum ac_rc rc;

    if (!recognise(a))
        return AC_FAIL(err, AC_CORRUPT, 0, "this is no event log: its header is not there");
    j.counts = ac_calloc(AC_EVENT_IDS, sizeof(*j.counts));
    j.recovered = ac_calloc(AC_EVENT_IDS, sizeof(*j.recovered));
    if (!j.counts || !j.recovered)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an event log");
    else
        rc = read_log(&j);
    if (a->row && j.counts && j.recovered) {
        ac_record_bool(a->row, "dirty", j.dirty);
        ac_event_counts(a->row, "event_ids", j.counts, 0);
        ac_event_counts(a->row, "recovered_ids", j.recovered, 0);
        if (j.left) {
            json_t *left = json_object();

            ac_json_int(left, "events", (int64_t)j.left);
            ac_record_object(a->row, "not_listed", left);
        }
        ac_record_time(a->row, "first_time", j.first);
        ac_record_time(a->row, "last_time", j.last);
    }
    ac_free(j.counts);
    ac_free(j.recovered);
    return rc;
}

const struct ac_parser ac_parser_evt = {
    .name = "evt", .source = "event-log", .recognise = recognise, .parse = parse};
