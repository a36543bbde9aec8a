#include "taskcache_inner.h"

#include <stdio.h>

enum magic {
    WNF = 0x6666,
    SESSION = 0x7777,
    REGISTRATION = 0x8888,
    LOGON = 0xAAAA,
    EVENT = 0xCCCC,
    TIME = 0xDDDD,
    IDLE = 0xEEEE,
    BOOT = 0xFFFF,
};

enum flags {
    S4U = 0x4000,
    INTERACTIVE_TOKEN = 0x10000,
    PASSWORD = 0x40000,
    TOKEN_OR_PASSWORD = 0x80000,
    ENABLED = 0x400000,
    HIDDEN = 0x800000,
    HIGHEST_AVAILABLE = 0x1000000,
};

enum sid_type { SID_GROUP = 2, SID_ALIAS = 4, SID_WELL_KNOWN_GROUP = 5 };

#define NONE UINT32_MAX /* a duration that is not set */
#define NEVER UINT64_MAX

/* Which fields there are: from version 0x16 on the principal's id and ids of triggers, from 0x17 on
 * a name for showing. */
struct layout {
    bool ids, display_name;
};

struct job {
    struct ac_taskcache_reader r;
    const struct layout *layout;
    json_t *triggers, *principal, *settings; /* Owned */
    uint32_t flags, delete_after;
    bool bucket; /* the part before the triggers was read */
};

/* ---- fields that fill blocks of 8 bytes */

static void pad(struct job *j, size_t size)
{
    ac_taskcache_bytes(&j->r, (8 - size % 8) % 8);
}

static uint8_t block_u8(struct job *j)
{
    uint8_t n = ac_taskcache_u8(&j->r);

    pad(j, 1);
    return n;
}

static uint32_t block_u32(struct job *j)
{
    uint32_t n = ac_taskcache_u32(&j->r);

    pad(j, 4);
    return n;
}

static struct ac_view block_bytes(struct job *j, size_t n)
{
    struct ac_view v = ac_taskcache_bytes(&j->r, n);

    pad(j, n % 8);
    return v;
}

static struct ac_view block_text(struct job *j)
{
    return block_bytes(j, block_u32(j));
}

/* A number of characters, without the NUL that follows them unless it is 0. */
static struct ac_view counted_text(struct job *j)
{
    uint32_t n = block_u32(j);

    if (n == 0)
        return (struct ac_view){0};
    return block_bytes(j, 2 * (size_t)n + 2);
}

static void put(struct job *j, json_t *o, const char *member, struct ac_view text)
{
    if (j->r.rc == AC_OK && ac_task_trim(text).n > 0)
        ac_task_put_utf16(o, member, text, &j->r.failed);
}

static void put_duration(struct job *j, json_t *o, const char *member, uint32_t seconds, bool zero)
{
    if (j->r.rc == AC_OK && seconds != NONE && (seconds || zero))
        ac_task_put_duration(o, member, seconds, &j->r.failed);
}

static void put_hex(struct job *j, json_t *o, const char *member, struct ac_view v)
{
    struct ac_buf hex = {0};

    ac_buf_addhex(&hex, v.p, v.n);
    ac_json_text(o, member, ac_buf_str(&hex));
    j->r.failed |= hex.failed;
    ac_buf_free(&hex);
}

/* A boundary: local time (no zone), or UTC. */
static void put_time(struct job *j, json_t *o, const char *member)
{
    bool local = block_u8(j) != 0;
    uint64_t ticks = ac_taskcache_u64(&j->r);
    char text[AC_TIME_TEXT];
    struct ac_str s;

    if (j->r.rc != AC_OK || ticks == 0 || ticks == NEVER)
        return;
    s = ac_str_of(ac_time_print((struct ac_filetime){ticks}, text));
    if (local && ac_str_iends(s, AC_STR("Z")))
        s.n--;
    ac_json_text(o, member, s);
}

/* ---- who */

static void add_sid(struct ac_view sid, struct ac_buf *out)
{
    uint64_t authority = 0;

    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | sid.p[i];
    ac_buf_addf(out, "S-%u-%llu", sid.p[0], (unsigned long long)authority);
    for (size_t i = 0; i < sid.p[1]; i++)
        ac_buf_addf(out, "-%u", ac_le32(sid.p + 8 + 4 * i));
}

/* Groups are told as groups in XML; the accounts of the system are well-known groups by type. */
static bool is_group(uint32_t type, const char *sid)
{
    struct ac_str s = ac_str_of(sid);

    if (type == SID_WELL_KNOWN_GROUP)
        return !ac_str_eq(s, AC_STR("S-1-5-18")) && !ac_str_eq(s, AC_STR("S-1-5-19")) &&
               !ac_str_eq(s, AC_STR("S-1-5-20"));
    return type == SID_GROUP || type == SID_ALIAS;
}

static void put_sid(struct job *j, json_t *o, uint32_t type, struct ac_view sid)
{
    struct ac_buf text = {0};

    if (j->r.rc != AC_OK || sid.n == 0)
        return;
    if (sid.n < 8 || sid.n != 8 + 4 * (size_t)sid.p[1]) {
        ac_taskcache_fail(&j->r, AC_CORRUPT, j->r.at, "a security identifier of a wrong length");
        return;
    }
    add_sid(sid, &text);
    ac_json_text(o, is_group(type, ac_buf_text(&text)) ? "group" : "user", ac_buf_str(&text));
    j->r.failed |= text.failed;
    ac_buf_free(&text);
}

/* The SID as "user" or "group"; the account's name beside it, or in its place. */
static void put_user(struct job *j, json_t *o)
{
    bool skip_user = block_u8(j) != 0, skip_sid;
    uint32_t type;

    if (skip_user || j->r.rc != AC_OK)
        return;
    skip_sid = block_u8(j) != 0;
    if (!skip_sid) {
        type = block_u32(j);
        put_sid(j, o, type, block_text(j));
    }
    put(j, o, json_object_get(o, "user") || json_object_get(o, "group") ? "name" : "user",
        block_text(j));
}

/* ---- before the triggers */

static void put_flags(struct job *j)
{
    static const struct {
        uint32_t flag;
        const char *word;
    } types[] = {{S4U, "S4U"},
                 {INTERACTIVE_TOKEN, "InteractiveToken"},
                 {PASSWORD, "Password"},
                 {TOKEN_OR_PASSWORD, "InteractiveTokenOrPassword"}};
    char text[16];

    snprintf(text, sizeof(text), "0x%08x", j->flags);
    ac_json_textz(j->settings, "flags", text);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (j->flags & types[i].flag)
            ac_json_textz(j->principal, "logon_type", types[i].word);
    }
    if (j->flags & HIGHEST_AVAILABLE)
        ac_json_textz(j->principal, "run_level", "HighestAvailable");
}

/* Their length depends on the version; what is beyond the first fields is not looked at. */
static void read_settings(struct job *j)
{
    struct ac_view v = block_text(j);

    if (j->r.rc != AC_OK || v.n == 0)
        return;
    if (v.n < 20) {
        ac_taskcache_fail(&j->r, AC_CORRUPT, j->r.at, "optional settings of a wrong length");
        return;
    }
    put_duration(j, j->settings, "idle_duration", ac_le32(v.p), false);
    put_duration(j, j->settings, "idle_wait", ac_le32(v.p + 4), false);
    put_duration(j, j->settings, "limit", ac_le32(v.p + 8), true);
    j->delete_after = ac_le32(v.p + 12);
    ac_json_int(j->settings, "priority", ac_le32(v.p + 16));
}

static void read_bucket(struct job *j)
{
    char text[16];
    uint32_t crc;
    json_t *ignored = json_object();

    snprintf(text, sizeof(text), "0x%02x", block_u8(j));
    ac_json_textz(j->settings, "version", text);
    put_time(j, ignored, "start"); /* the first and the last of all triggers */
    put_time(j, ignored, "end");
    json_decref(ignored);
    j->flags = block_u32(j);
    crc = block_u32(j);
    if (j->r.rc != AC_OK)
        return;
    snprintf(text, sizeof(text), "0x%08x", crc);
    ac_json_textz(j->settings, "crc32", text);
    if (j->layout->ids)
        put(j, j->principal, "id", block_text(j));
    if (j->layout->display_name)
        put(j, j->principal, "display_name", block_text(j));
    put_user(j, j->principal);
    put_flags(j);
    read_settings(j);
    j->bucket = j->r.rc == AC_OK;
}

/* ---- triggers */

static void read_id(struct job *j, json_t *o)
{
    struct ac_view text;

    if (!j->layout->ids)
        return;
    text = ac_taskcache_text(&j->r);
    pad(j, (text.n + 4) % 8);
    put(j, o, "id", text);
}

/* What all triggers but those of time begin with. */
static void read_generic(struct job *j, json_t *o)
{
    uint32_t interval, duration;

    put_time(j, o, "start");
    put_time(j, o, "end");
    put_duration(j, o, "delay", ac_taskcache_u32(&j->r), false);
    put_duration(j, o, "limit", ac_taskcache_u32(&j->r), true);
    interval = ac_taskcache_u32(&j->r);
    duration = ac_taskcache_u32(&j->r);
    ac_taskcache_u32(&j->r); /* the duration again */
    put_duration(j, o, "interval", interval, false);
    put_duration(j, o, "duration", duration, false);
    if (ac_taskcache_u8(&j->r))
        ac_json_bool(o, "stop_at_end", true);
    ac_taskcache_bytes(&j->r, 3);
    ac_json_bool(o, "enabled", block_u8(j) != 0);
    ac_taskcache_bytes(&j->r, 8);
    read_id(j, o);
}

static void read_time(struct job *j, json_t *o)
{
    json_t *ignored = json_object();
    uint32_t mode;
    unsigned a, b, c;
    size_t at;

    put_time(j, o, "start");
    put_time(j, o, "end");
    put_time(j, ignored, "unknown");
    json_decref(ignored);
    put_duration(j, o, "interval", ac_taskcache_u32(&j->r), false);
    put_duration(j, o, "duration", ac_taskcache_u32(&j->r), false);
    put_duration(j, o, "limit", ac_taskcache_u32(&j->r), false);
    at = j->r.at;
    mode = ac_taskcache_u32(&j->r);
    a = ac_taskcache_u16(&j->r);
    b = ac_taskcache_u16(&j->r);
    c = ac_taskcache_u16(&j->r);
    ac_taskcache_u16(&j->r);
    if (mode > 4)
        ac_taskcache_fail(&j->r, AC_UNSUPPORTED, at, "a schedule of an unknown kind");
    ac_json_textz(o, "type", mode == 0 ? "TimeTrigger" : "CalendarTrigger");
    ac_task_put_schedule(o, mode, mode == 4 ? b : a, mode == 4 ? a : b, c, &j->r.failed);
    if (ac_taskcache_u8(&j->r))
        ac_json_bool(o, "stop_at_end", true);
    ac_json_bool(o, "enabled", ac_taskcache_u8(&j->r) != 0);
    ac_taskcache_bytes(&j->r, 6);
    put_duration(j, o, "random_delay", ac_taskcache_u32(&j->r), false);
    ac_taskcache_bytes(&j->r, 4);
    read_id(j, o);
}

static void read_event(struct job *j, json_t *o)
{
    struct ac_buf all = {0};
    uint32_t n;

    put(j, o, "subscription", counted_text(j));
    ac_taskcache_bytes(&j->r, 8);
    put(j, o, "unknown", counted_text(j));
    n = block_u32(j);
    for (uint32_t i = 0; i < n && ac_taskcache_may_go_on(&j->r, i); i++) {
        struct ac_view name = ac_task_trim(counted_text(j)), value = ac_task_trim(counted_text(j));

        ac_buf_addz(&all, all.n ? "; " : "");
        ac_text_from_utf16(name, &all, NULL);
        ac_buf_addc(&all, '=');
        ac_text_from_utf16(value, &all, NULL);
    }
    if (all.n)
        ac_json_text(o, "value_queries", ac_buf_str(&all));
    j->r.failed |= all.failed;
    ac_buf_free(&all);
}

static void read_session(struct job *j, json_t *o)
{
    static const char *const states[] = {"ConsoleConnect",   "ConsoleDisconnect", "RemoteConnect",
                                         "RemoteDisconnect", "SessionLock",       "SessionUnlock"};
    uint32_t state = block_u32(j);
    char number[16];

    snprintf(number, sizeof(number), "%u", state);
    ac_json_textz(o, "state_change", state - 1 < 6 ? states[state - 1] : number);
    put_user(j, o);
}

static void read_wnf(struct job *j, json_t *o)
{
    struct ac_view v = ac_taskcache_bytes(&j->r, 8);

    if (v.p)
        put_hex(j, o, "state_name", v);
    v = ac_taskcache_bytes(&j->r, block_u32(j)); /* nothing fills the block behind it */
    if (v.n)
        put_hex(j, o, "data", v);
}

static void read_trigger(struct job *j)
{
    static const struct {
        enum magic magic;
        const char *type;
        void (*more)(struct job *j, json_t *o);
    } kinds[] = {{WNF, "WnfStateChangeTrigger", read_wnf},
                 {SESSION, "SessionStateChangeTrigger", read_session},
                 {REGISTRATION, "RegistrationTrigger", NULL},
                 {LOGON, "LogonTrigger", put_user},
                 {EVENT, "EventTrigger", read_event},
                 {IDLE, "IdleTrigger", NULL},
                 {BOOT, "BootTrigger", NULL}};
    size_t at = j->r.at, i = 0;
    uint32_t magic = block_u32(j);
    json_t *o;

    while (i < sizeof(kinds) / sizeof(kinds[0]) && kinds[i].magic != magic)
        i++;
    if (j->r.rc != AC_OK)
        return;
    if (i == sizeof(kinds) / sizeof(kinds[0]) && magic != TIME) {
        ac_taskcache_fail(&j->r, AC_UNSUPPORTED, at, "a trigger of an unknown type");
        return;
    }
    o = json_object();
    if (magic == TIME) {
        read_time(j, o);
    } else {
        ac_json_textz(o, "type", kinds[i].type);
        read_generic(j, o);
        if (kinds[i].more && j->r.rc == AC_OK)
            kinds[i].more(j, o);
    }
    j->r.failed |= json_array_append_new(j->triggers, o) != 0;
}

/* ---- */

static void read_all(struct job *j)
{
    read_bucket(j);
    for (size_t n = 0; j->r.rc == AC_OK && j->r.at < j->r.v.n && ac_taskcache_may_go_on(&j->r, n);
         n++)
        read_trigger(j);
}

static void forget(struct job *j)
{
    json_decref(j->triggers);
    json_decref(j->principal);
    json_decref(j->settings);
}

static void keep(struct job *j, struct ac_record *r)
{
    struct ac_buf after = {0};
    json_t *item;
    size_t i;

    ac_record_empty(r, "triggers");
    json_array_foreach (j->triggers, i, item)
        ac_record_add_object(r, "triggers", json_incref(item));
    if (json_object_size(j->settings) > 0)
        ac_record_object(r, "settings", json_incref(j->settings));
    if (json_object_size(j->principal) > 0)
        ac_record_object(r, "principal", json_incref(j->principal));
    if (!j->bucket)
        return;
    ac_record_bool(r, "hidden", (j->flags & HIDDEN) != 0);
    ac_record_bool(r, "enabled", (j->flags & ENABLED) != 0);
    if (j->delete_after == NONE)
        return;
    ac_task_duration(j->delete_after, &after);
    ac_record_text(r, "delete_expired_after", ac_buf_str(&after));
    j->r.failed |= after.failed;
    ac_buf_free(&after);
}

/* The layouts of a version in the order in which they are tried. */
static void layouts_of(uint8_t version, struct layout ret[3])
{
    static const struct layout old = {false, false}, middle = {true, false}, new = {true, true};

    ret[0] = version >= 0x17 ? new : version == 0x16 ? middle : old;
    ret[1] = version == 0x16 ? new : middle;
    ret[2] = version >= 0x16 ? old : new;
}

enum ac_rc ac_taskcache_triggers(struct ac_view data, struct ac_budget *budget, struct ac_record *r,
                                 struct ac_taskcache_fault *fault)
{
    struct job best = {.r.rc = AC_TRUNCATED, .r.fault = {0, "no version"}};
    struct layout layouts[3];

    if (data.n > 0)
        layouts_of(data.p[0], layouts);
    for (size_t i = 0; i < 3 && data.n > 0; i++) {
        struct job j = {.r = {.v = data, .budget = budget},
                        .layout = &layouts[i],
                        .triggers = json_array(),
                        .principal = json_object(),
                        .settings = json_object(),
                        .delete_after = NONE};

        read_all(&j);
        if (!j.triggers || !j.principal || !j.settings || j.r.failed)
            j.r.rc = AC_NOMEM;
        if (i == 0 || j.r.rc == AC_OK || j.r.rc == AC_NOMEM) {
            forget(&best);
            best = j;
        } else {
            forget(&j);
        }
        if (best.r.rc == AC_OK || best.r.rc == AC_NOMEM)
            break;
    }
    if (best.triggers)
        keep(&best, r);
    if (best.r.failed)
        best.r.rc = AC_NOMEM;
    forget(&best);
    *fault = best.r.fault;
    return best.r.rc;
}
