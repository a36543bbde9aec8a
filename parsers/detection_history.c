#include "detection_history.h"

#include <string.h>

enum type { TYPE_TIME = 0x0A, TYPE_TEXT = 0x15, TYPE_BYTES = 0x28 };

/* Places of values in a set, from its beginning text on (0). */
enum { THREAT_NAME = 1 };
enum {
    RESOURCE_TYPE = 1,
    LOCATION = 2,
    TRACKING = 5,
    CHANGED = 6,
    USER = 12,
    PROCESS = 14,
    DETECTED = 18
};
#define MOST_VALUES 32 /* of one set */

struct value {
    uint32_t type;
    struct ac_view data;
};

struct set {
    struct value values[MOST_VALUES];
    unsigned n;
    uint64_t offset;
};

struct job {
    const struct ac_artefact *a;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_view threat; /* UTF-16 */
    unsigned sets;
};

static const char magic[] = "Magic.Version:1.2";

static struct ac_view text_of(struct ac_view v)
{
    v.n = ac_utf16_length(v);
    return v;
}

static bool is_magic(const struct value *v)
{
    size_t n = sizeof(magic) - 1;

    if (v->type != TYPE_TEXT || v->data.n < 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (ac_le16(v->data.p + 2 * i) != (uint8_t)magic[i])
            return false;
    }
    return true;
}

/* The value at *at, which moves behind it. False: the end, or no whole value. */
static bool next_value(struct ac_view v, size_t *at, struct value *ret)
{
    uint32_t size;

    if (!ac_view_has(v, *at, 8))
        return false;
    size = ac_le32(v.p + *at);
    ret->type = ac_le32(v.p + *at + 4);
    if (ac_view_cut(v, *at + 8, size, &ret->data) != AC_OK)
        return false;
    *at += 8 + ((size_t)size + 7) / 8 * 8;
    return true;
}

/* ---- digests in the tracking data: texts behind their names */

static bool is_key(struct ac_view v, size_t at, size_t n, const char *name)
{
    if (n != 2 * strlen(name) && n != 2 * strlen(name) + 2)
        return false;
    for (size_t i = 0; name[i]; i++) {
        if (ac_le16(v.p + at + 2 * i) != (uint8_t)name[i])
            return false;
    }
    return true;
}

static void put_digest(struct ac_record *r, struct ac_view v, size_t key, size_t n,
                       struct ac_view text)
{
    static const struct {
        const char *key, *field;
    } names[] = {{"ThreatTrackingSha256", "sha256"},
                 {"ThreatTrackingSha1", "sha1"},
                 {"ThreatTrackingMD5", "md5"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (is_key(v, key, n, names[i].key))
            ac_record_utf16(r, names[i].field, text_of(text));
    }
}

/* Bytes of a value of that type; for texts the size stands before them. 0: not known. */
static size_t tracking_size(uint32_t type)
{
    static const size_t sizes[] = {[3] = 4, [4] = 8, [5] = 1, [7] = 5};

    return type < sizeof(sizes) / sizeof(sizes[0]) ? sizes[type] : 0;
}

static void put_tracking(struct ac_record *r, struct ac_view v)
{
    /* a header of 20 bytes may stand before the size of the values */
    size_t at = v.n >= 24 && ac_le32(v.p) == 1 ? 24 : 4;

    while (ac_view_has(v, at, 4)) {
        uint32_t key = ac_le32(v.p + at), type, size;
        struct ac_view text;

        if (key == 0 || !ac_view_has(v, at + 4, (size_t)key + 4))
            return;
        type = ac_le32(v.p + at + 4 + key);
        if (type == 6) {
            if (ac_rd_le32(v, at + 8 + key, &size) != AC_OK ||
                ac_view_cut(v, at + 12 + key, size, &text) != AC_OK)
                return;
            put_digest(r, v, at + 4, key, text);
            at += 12 + (size_t)key + size;
        } else {
            if (tracking_size(type) == 0)
                return;
            at += 8 + (size_t)key + tracking_size(type);
        }
    }
}

/* ---- records */

static void put_text(struct ac_record *r, const char *field, const struct set *s, unsigned i)
{
    if (i < s->n && s->values[i].type == TYPE_TEXT)
        ac_record_utf16(r, field, text_of(s->values[i].data));
}

static bool put_time(struct ac_record *r, const char *field, const struct set *s, unsigned i)
{
    if (i >= s->n || s->values[i].type != TYPE_TIME || s->values[i].data.n < 8)
        return false;
    ac_record_time(r, field, (struct ac_filetime){ac_le64(s->values[i].data.p)});
    return true;
}

/* A set tells the threat's name, each further one a resource; the last of these when, and of whom. */
static enum ac_rc end_set(struct job *j, const struct set *s)
{
    struct ac_record *r;

    if (s->n < 2 || !is_magic(&s->values[0]))
        return AC_OK; /* what stands before the first: identifiers */
    if (++j->sets == 1) {
        if (s->values[THREAT_NAME].type == TYPE_TEXT)
            j->threat = text_of(s->values[THREAT_NAME].data);
        return AC_OK;
    }
    r = ac_record_new(AC_KIND_DETECTION);
    ac_record_textz(r, "artefact", "defender-history");
    ac_record_utf16(r, "threat", j->threat);
    put_text(r, "resource_type", s, RESOURCE_TYPE);
    put_text(r, "path", s, LOCATION);
    put_text(r, "user", s, USER);
    put_text(r, "process", s, PROCESS);
    put_time(r, "time", s, DETECTED);
    put_time(r, "changed", s, CHANGED);
    if (TRACKING < s->n && s->values[TRACKING].type == TYPE_BYTES)
        put_tracking(r, s->values[TRACKING].data);
    ac_record_prov_int(r, "offset", (int64_t)s->offset);
    return ac_sink_emit(j->sink, r, j->err);
}

static bool recognise(const struct ac_artefact *a)
{
    struct value v;

    for (size_t at = 0, i = 0; i < 4 && next_value(a->bytes, &at, &v); i++) {
        if (is_magic(&v))
            return true;
    }
    return ac_str_ifind(ac_str_of(a->path), AC_STR("/DetectionHistory/")) >= 0;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.a = a, .sink = sink, .err = err};
    struct set s = {.n = 0};
    struct value v;
    size_t at = 0, before = 0;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && next_value(a->bytes, &at, &v)) {
        if (!ac_budget_spend(budget, 4))
            return AC_FAIL(err, AC_LIMIT, at, "more values than are read");
        if (is_magic(&v)) {
            rc = end_set(&j, &s);
            s.n = 0;
            s.offset = before;
        }
        if (s.n < MOST_VALUES)
            s.values[s.n++] = v;
        before = at;
    }
    if (rc == AC_OK)
        rc = end_set(&j, &s);
    if (rc == AC_OK && j.sets == 0)
        return AC_FAIL(err, AC_UNSUPPORTED, 0, "no set of values that is known begins in it");
    if (rc == AC_OK && at < a->bytes.n)
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_TRUNCATED, at,
                             "a part of what the security software detected is not in the report",
                             "the file ends within a value");
    return rc;
}

const struct ac_parser ac_parser_detection_history = {.name = "detection-history",
                                                      .source = "defender-history",
                                                      .recognise = recognise,
                                                      .parse = parse};
