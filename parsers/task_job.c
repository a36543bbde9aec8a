#include "task_job.h"

#include "known_folders.h"
#include "task_words.h"

#include <stdio.h>
#include <string.h>

#define FIXED 68 /* FIXDLEN_DATA */
#define TRIGGER 48
#define SIGNATURE 68
#define PARTLY                                                                                     \
    "what this field of the task says is not in the report, or only as stored; its other fields "  \
    "were read"

enum {
    FLAG_DISABLED = 0x4,
    FLAG_HIDDEN = 0x200,
};
enum { TRIGGER_HAS_END = 1, TRIGGER_KILL_AT_END = 2, TRIGGER_DISABLED = 4 };

struct job {
    const struct ac_artefact *a;
    struct ac_view v;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_record *record; /* Owned until emitted */
    json_t *settings;         /* Owned until given to the record */
    bool failed;              /* no memory for some text */
    enum ac_rc rc;            /* of the sink */
};

static void complain(struct job *j, enum ac_rc class, size_t at, const char *what)
{
    if (j->rc == AC_OK)
        j->rc = ac_sink_problem(j->sink, ac_str_of(j->a->path), class, at, PARTLY, "%s", what);
}

/* ---- fixed part; its bytes are known to be there */

static void put_hex(json_t *o, const char *member, uint32_t n)
{
    char text[16];

    snprintf(text, sizeof(text), "0x%08x", n);
    ac_json_textz(o, member, text);
}

struct word {
    uint32_t value;
    const char *text;
};

/* A number that should be one of a few. */
static void put_word(json_t *o, const char *member, uint32_t n, const struct word *words,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i].value == n) {
            ac_json_textz(o, member, words[i].text);
            return;
        }
    }
    put_hex(o, member, n);
}

static void put_flags(struct job *j, uint32_t flags)
{
    static const struct word names[] = {
        {0x1, "interactive"},        {0x2, "delete-when-done"},
        {FLAG_DISABLED, "disabled"}, {0x10, "start-only-if-idle"},
        {0x20, "kill-on-idle-end"},  {0x40, "no-start-on-batteries"},
        {0x80, "kill-on-batteries"}, {0x100, "only-if-docked"},
        {FLAG_HIDDEN, "hidden"},     {0x400, "if-connected-to-internet"},
        {0x800, "restart-on-idle"},  {0x1000, "wake-to-run"},
        {0x2000, "if-logged-on"},    {0x01000000, "application-name"},
    };
    struct ac_buf text = {0};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (flags & names[i].value)
            ac_buf_addf(&text, "%s%s", text.n ? " " : "", names[i].text);
    }
    put_hex(j->settings, "flags", flags);
    ac_json_text(j->settings, "flag_names", ac_buf_str(&text));
    ac_record_bool(j->record, "hidden", (flags & FLAG_HIDDEN) != 0);
    ac_record_bool(j->record, "enabled", !(flags & FLAG_DISABLED));
    j->failed |= text.failed;
    ac_buf_free(&text);
}

/* SYSTEMTIME: year, month, day of week, day, hour, minute, second, milliseconds. */
static void put_last_run(struct job *j)
{
    unsigned t[8], any = 0;
    char text[64];

    for (size_t i = 0; i < 8; i++) {
        t[i] = ac_le16(j->v.p + 52 + 2 * i);
        any |= t[i];
    }
    if (any == 0)
        return;
    snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u.%03u", t[0], t[1], t[3], t[4], t[5],
             t[6], t[7]);
    ac_record_textz(j->record, "last_run_local", text);
    if (t[0] < 1601 || t[1] - 1 > 11 || t[3] - 1 > 30 || t[4] > 23 || t[5] > 59 || t[6] > 59 ||
        t[7] > 999)
        complain(j, AC_CORRUPT, 52, "the time of the last run is no date");
}

static void read_fixed(struct job *j)
{
    static const struct word priorities[] = {
        {0x20, "normal"}, {0x40, "idle"}, {0x80, "high"}, {0x100, "realtime"}};
    static const struct word states[] = {
        {0x41300, "ready"}, {0x41301, "running"}, {0x41305, "not-scheduled"}};
    static const struct {
        size_t at;
        const char *member;
    } minutes[] = {{26, "retry_interval"}, {28, "idle_deadline"}, {30, "idle_wait"}};
    const uint8_t *p = j->v.p;
    uint32_t limit = ac_le32(p + 36);
    char id[AC_GUID_TEXT + 1], product[8];

    snprintf(product, sizeof(product), "0x%04x", ac_le16(p));
    ac_json_textz(j->settings, "product", product);
    if (ac_le16(p + 2) != 1)
        complain(j, AC_UNSUPPORTED, 2, "the format version is not 1");
    ac_guid_text(p + 4, id);
    ac_record_textz(j->record, "id", id);
    ac_json_int(j->settings, "retry_count", ac_le16(p + 24));
    for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
        ac_task_put_duration(j->settings, minutes[i].member,
                             60 * (uint64_t)ac_le16(p + minutes[i].at), &j->failed);
    put_word(j->settings, "priority", ac_le32(p + 32), priorities,
             sizeof(priorities) / sizeof(priorities[0]));
    /* 0xFFFFFFFF: none; Windows itself also writes 0xFFFFFFFE */
    if (limit < 0xFFFFFFFE)
        ac_json_int(j->settings, "limit_milliseconds", limit);
    ac_record_int(j->record, "exit_code", ac_le32(p + 40));
    put_word(j->settings, "status", ac_le32(p + 44), states, sizeof(states) / sizeof(states[0]));
    put_flags(j, ac_le32(p + 48));
    put_last_run(j);
}

/* ---- variable part */

/* A count of 16 bits and that many units; moves *at past them. False: the file ends before. */
static bool take(struct job *j, size_t *at, size_t unit, struct ac_view *ret)
{
    uint16_t n;

    *ret = (struct ac_view){0};
    if (ac_rd_le16(j->v, *at, &n) != AC_OK ||
        ac_view_cut(j->v, *at + 2, (size_t)n * unit, ret) != AC_OK)
        return false;
    *at += 2 + (size_t)n * unit;
    return true;
}

static bool read_action(struct job *j, size_t *at)
{
    static const char *const members[] = {"command", "arguments", "working_directory"};
    json_t *action = json_object();
    struct ac_view text;
    bool there = true;

    ac_json_textz(action, "type", "exec");
    for (size_t i = 0; there && i < sizeof(members) / sizeof(members[0]); i++) {
        there = take(j, at, 2, &text);
        /* an application name is always there; the others only if they say something */
        if (there && (i == 0 || ac_task_trim(text).n > 0))
            ac_task_put_utf16(action, members[i], text, &j->failed);
    }
    ac_record_add_object(j->record, "actions", action);
    return there;
}

static bool read_texts(struct job *j, size_t *at)
{
    struct ac_view author, comment;

    if (!take(j, at, 2, &author))
        return false;
    ac_record_utf16(j->record, "author", ac_task_trim(author));
    if (!take(j, at, 2, &comment))
        return false;
    ac_record_utf16(j->record, "description", ac_task_trim(comment));
    return true;
}

/* User data, and TASKRESERVED1: the error of the last start. */
static bool read_data(struct job *j, size_t *at)
{
    struct ac_view user, reserved;
    struct ac_buf hex = {0};

    if (!take(j, at, 1, &user))
        return false;
    if (user.n > 0) {
        ac_buf_addhex(&hex, user.p, user.n);
        ac_record_text(j->record, "data", ac_buf_str(&hex));
        j->failed |= hex.failed;
        ac_buf_free(&hex);
    }
    if (!take(j, at, 1, &reserved))
        return false;
    if (reserved.n >= 4)
        ac_record_int(j->record, "last_error", ac_le32(reserved.p));
    return true;
}

/* ---- triggers */

static void put_date(json_t *o, const char *member, const uint8_t *p, const uint8_t *clock)
{
    char text[48];

    if (clock)
        snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:00", ac_le16(p), ac_le16(p + 2),
                 ac_le16(p + 4), ac_le16(clock), ac_le16(clock + 2));
    else
        snprintf(text, sizeof(text), "%04u-%02u-%02u", ac_le16(p), ac_le16(p + 2), ac_le16(p + 4));
    ac_json_textz(o, member, text);
}

static bool is_date(const uint8_t *p)
{
    return ac_le16(p) >= 1601 && ac_le16(p + 2) - 1U < 12 && ac_le16(p + 4) - 1U < 31;
}

static void put_type(struct job *j, json_t *o, const uint8_t *p)
{
    static const char *const types[] = {"TimeTrigger",     "CalendarTrigger", "CalendarTrigger",
                                        "CalendarTrigger", "CalendarTrigger", "IdleTrigger",
                                        "BootTrigger",     "LogonTrigger"};
    uint32_t type = ac_le32(p + 32);
    unsigned a = ac_le16(p + 36), b = ac_le16(p + 38), c = ac_le16(p + 40);
    char unknown[24];

    snprintf(unknown, sizeof(unknown), "type %u", type);
    ac_json_textz(o, "type", type < sizeof(types) / sizeof(types[0]) ? types[type] : unknown);
    if (type == 4) /* the number of the week, not a bit of it */
        a = a - 1 < 5 ? 1U << (a - 1) : 0;
    ac_task_put_schedule(o, type, a, b, c, &j->failed);
}

static void read_trigger(struct job *j, size_t at)
{
    const uint8_t *p = j->v.p + at;
    uint32_t flags = ac_le32(p + 28), duration = ac_le32(p + 20), interval = ac_le32(p + 24);
    json_t *o = json_object();

    put_type(j, o, p);
    ac_json_bool(o, "enabled", !(flags & TRIGGER_DISABLED));
    put_date(o, "start", p + 4, p + 16);
    if (flags & TRIGGER_HAS_END)
        put_date(o, "end", p + 10, NULL);
    if (interval)
        ac_task_put_duration(o, "interval", 60 * (uint64_t)interval, &j->failed);
    if (duration)
        ac_task_put_duration(o, "duration", 60 * (uint64_t)duration, &j->failed);
    if (flags & TRIGGER_KILL_AT_END)
        ac_json_bool(o, "stop_at_end", true);
    ac_record_add_object(j->record, "triggers", o);
    if (ac_le16(p) != TRIGGER)
        complain(j, AC_CORRUPT, at, "the size of a trigger is not 48");
    if (ac_le32(p + 32) > 7)
        complain(j, AC_UNSUPPORTED, at + 32, "a trigger is of an unknown type");
    if (!is_date(p + 4) || ac_le16(p + 16) > 23 || ac_le16(p + 18) > 59)
        complain(j, AC_CORRUPT, at + 4, "the start of a trigger is no date");
    if ((flags & TRIGGER_HAS_END) && !is_date(p + 10))
        complain(j, AC_CORRUPT, at + 10, "the end of a trigger is no date");
}

static bool read_triggers(struct job *j, size_t *at)
{
    uint16_t n;

    ac_record_empty(j->record, "triggers");
    if (ac_rd_le16(j->v, *at, &n) != AC_OK)
        return false;
    *at += 2;
    for (size_t i = 0; i < n && j->rc == AC_OK; i++, *at += TRIGGER) {
        if (!ac_view_has(j->v, *at, TRIGGER))
            return false;
        if (i >= AC_MAX_TASK_ENTRIES || !ac_budget_spend(j->budget, 1)) {
            complain(j, AC_LIMIT, *at, "the task has more triggers than Windows allows");
            *at = j->v.n;
            return true;
        }
        read_trigger(j, *at);
    }
    return true;
}

/* What follows the triggers: nothing, or a signature of version 1. */
static void read_end(struct job *j, size_t at)
{
    size_t rest = at < j->v.n ? j->v.n - at : 0;
    bool is = rest >= SIGNATURE && ac_le16(j->v.p + at) == 1 && ac_le16(j->v.p + at + 2) == 1;

    ac_json_bool(j->settings, "signature", is);
    if (rest > (is ? SIGNATURE : 0))
        complain(j, AC_CORRUPT, at + (is ? SIGNATURE : 0),
                 "bytes follow the triggers that are no signature");
}

/* False: the file ends before; *at is where. */
static bool read_variable(struct job *j, size_t *at)
{
    size_t triggers = ac_le16(j->v.p + 22);
    uint16_t running;

    *at = ac_le16(j->v.p + 20);
    if (ac_rd_le16(j->v, FIXED, &running) == AC_OK)
        ac_json_int(j->settings, "running_instances", running);
    if (*at < FIXED + 2)
        complain(j, AC_CORRUPT, 20, "the application name is said to stand in the fixed part");
    if (!read_action(j, at) || !read_texts(j, at) || !read_data(j, at))
        return false;
    if (*at != triggers) {
        complain(j, AC_CORRUPT, 22,
                 "the triggers are said to stand elsewhere than behind what precedes them; they "
                 "were read where they are said to stand");
        *at = triggers;
    }
    if (!read_triggers(j, at))
        return false;
    read_end(j, *at);
    return true;
}

/* ---- */

static void put_path(struct job *j)
{
    const char *slash = strrchr(j->a->path, '/');
    struct ac_str name = ac_str_of(slash ? slash + 1 : j->a->path);
    struct ac_buf path = {0};

    if (ac_str_iends(name, AC_STR(".job")))
        name.n -= 4;
    ac_buf_addc(&path, '\\');
    ac_buf_adds(&path, name);
    ac_record_text(j->record, "path", ac_buf_str(&path));
    j->failed |= path.failed;
    ac_buf_free(&path);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.a = a, .v = a->bytes, .budget = budget, .sink = sink};
    size_t at = FIXED;
    bool whole;
    enum ac_rc rc;

    if (a->bytes.n < FIXED)
        return AC_FAIL(err, AC_TRUNCATED, a->bytes.n, "the task file ends in its fixed part");
    j.record = ac_record_new(AC_KIND_TASK);
    j.settings = json_object();
    if (!j.record || !j.settings) {
        ac_record_free(j.record);
        json_decref(j.settings);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    }
    put_path(&j);
    ac_record_textz(j.record, "store", "job");
    read_fixed(&j);
    whole = read_variable(&j, &at);
    if (!whole)
        ac_record_bool(j.record, "incomplete", true);
    ac_record_object(j.record, "settings", j.settings);
    if (j.rc != AC_OK || j.failed) {
        ac_record_free(j.record);
        return AC_FAIL(err, j.rc != AC_OK ? j.rc : AC_NOMEM, AC_NO_OFFSET,
                       "a task could not be kept");
    }
    rc = ac_sink_emit(sink, j.record, err);
    if (rc == AC_OK && !whole)
        return AC_FAIL(err, AC_TRUNCATED, at, "the task file ends before its triggers do");
    return rc;
}

/* Products of [MS-TSCH] 2.4.1 and their successors; the application name follows the fixed part. */
static bool recognise(const struct ac_artefact *a)
{
    static const uint16_t products[] = {0x0400, 0x0500, 0x0501, 0x0502, 0x0600,
                                        0x0601, 0x0602, 0x0603, 0x0A00};

    for (size_t i = 0; a->bytes.n >= FIXED && i < sizeof(products) / sizeof(products[0]); i++) {
        if (ac_le16(a->bytes.p) == products[i] && ac_le16(a->bytes.p + 2) == 1 &&
            ac_le16(a->bytes.p + 20) == FIXED + 2)
            return true;
    }
    return ac_str_iends(ac_str_of(a->path), AC_STR(".job"));
}

const struct ac_parser ac_parser_task_job = {
    .name = "task-job", .source = "task", .recognise = recognise, .parse = parse};
