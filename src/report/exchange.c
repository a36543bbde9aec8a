#include "report/exchange.h"

#include <string.h>

/* Namespaces of our ids, chosen once (random). */
static const uint8_t own_space[16] = {0x4f, 0x9c, 0x1d, 0x52, 0x7a, 0x36, 0x4e, 0x0b,
                                      0x9d, 0x58, 0x20, 0x6b, 0xe1, 0x73, 0xc4, 0x8e};
static const uint8_t common_space[16] = {0xb2, 0x07, 0x5e, 0x91, 0x3c, 0xd8, 0x4f, 0x6a,
                                         0x84, 0x1e, 0x67, 0xfa, 0x50, 0x2b, 0x99, 0xd3};

static enum ac_rc index_records(struct ac_exchange *x)
{
    const struct ac_assessment *a = x->t.a;
    struct ac_buf key = {0};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        rc = ac_set_put(&x->records, ac_str_of(ac_record_id(r)), i + 1);
        if (rc != AC_OK || ac_record_kind(r) != AC_KIND_ACCOUNT || !ac_record_get(r, "sid")[0])
            continue;
        ac_buf_clear(&key);
        ac_buf_addf(&key, "%s\n%s\n%s", ac_record_prov(r, "evidence"), ac_record_prov(r, "system"),
                    ac_record_get(r, "name"));
        rc = key.failed ? AC_NOMEM : ac_set_put(&x->accounts, ac_buf_str(&key), i + 1);
    }
    ac_buf_free(&key);
    return rc;
}

enum ac_rc ac_exchange_init(struct ac_exchange *x, const struct ac_report_input *in)
{
    enum ac_rc rc;

    *x = (struct ac_exchange){.t = {.in = in, .a = in->assessment, .doc = {.language = "en"}}};
    rc = ac_text_gather(&x->t);
    if (rc == AC_OK)
        rc = index_records(x);
    /* other rules over the same records give other findings, which must not have the ids of these */
    ac_buf_addf(&x->scope, "%s %s ", x->t.report_id, in->assessment->rules_sha256);
    return x->scope.failed ? AC_NOMEM : rc;
}

void ac_exchange_free(struct ac_exchange *x)
{
    ac_text_free(&x->t);
    ac_set_free(&x->records);
    ac_set_free(&x->accounts);
    ac_buf_free(&x->scope);
}

bool ac_exchange_wants(const struct ac_finding *f)
{
    return f->strength > AC_LISTED;
}

bool ac_exchange_is_malware(const char *family)
{
    static const char *const others[] = {"vaccine", "emulation", "unassigned",
                                         "law-enforcement-uninstaller", "security-software"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(family, others[i]) == 0)
            return false;
    }
    return true;
}

/* ---- ids */

void ac_exchange_id(struct ac_exchange *x, const char *name, char ret[AC_UUID_TEXT])
{
    size_t n = x->scope.n;

    ac_buf_addz(&x->scope, name);
    if (x->scope.failed || !ac_uuid5(own_space, ac_buf_str(&x->scope), ret))
        x->failed = true;
    if (!x->scope.failed) {
        x->scope.n = n;
        x->scope.p[n] = '\0';
    }
}

void ac_exchange_common_id(struct ac_exchange *x, const char *name, char ret[AC_UUID_TEXT])
{
    if (!ac_uuid5(common_space, ac_str_of(name), ret))
        x->failed = true;
}

/* ---- records */

static const struct ac_record *numbered(const struct ac_exchange *x, const struct ac_set *set,
                                        struct ac_str key)
{
    uint64_t at;

    return ac_set_get(set, key, &at) ? x->t.a->records[at - 1] : NULL;
}

const struct ac_record *ac_exchange_record(const struct ac_exchange *x, const char *id)
{
    return id[0] ? numbered(x, &x->records, ac_str_of(id)) : NULL;
}

const struct ac_record *ac_exchange_account(struct ac_exchange *x, const struct ac_record *r,
                                            const char *name)
{
    struct ac_buf key = {0};
    const struct ac_record *account;

    ac_buf_addf(&key, "%s\n%s\n%s", ac_record_prov(r, "evidence"), ac_record_prov(r, "system"),
                name);
    account = key.failed ? NULL : numbered(x, &x->accounts, ac_buf_str(&key));
    x->failed |= key.failed;
    ac_buf_free(&key);
    return account;
}

/* ---- times */

static void take(struct ac_span *span, struct ac_filetime t)
{
    char text[AC_TIME_TEXT];

    if (t.ticks == 0 || ac_time_print(t, text)[4] != '-')
        return; /* no date */
    if (span->first.ticks == 0 || t.ticks < span->first.ticks)
        span->first = t;
    if (t.ticks > span->last.ticks)
        span->last = t;
}

static void take_text(struct ac_span *span, const json_t *text)
{
    struct ac_filetime t = {0};

    if (json_is_string(text) && ac_time_parse(json_string_value(text), &t))
        take(span, t);
}

static void take_record(struct ac_span *span, const struct ac_record *r)
{
    static const struct {
        enum ac_kind kind;
        const char *field;
    } dated[] = {
        {AC_KIND_FILE, "fn_created"},
        {AC_KIND_TASK, "created"},
        {AC_KIND_TASK, "tree_written"},
        {AC_KIND_TASK, "last_run"},
        {AC_KIND_EXECUTION, "last_run"},
        {AC_KIND_EXECUTION, "first_seen"},
        {AC_KIND_EXECUTION, "last_seen"},
        {AC_KIND_EVENT, "time"},
        {AC_KIND_DETECTION, "time"},
        {AC_KIND_DETECTION, "changed"},
        {AC_KIND_CHANGE, "time"},
        {AC_KIND_USAGE, "from"},
        {AC_KIND_USAGE, "to"},
        {AC_KIND_DELIVERY, "time"},
    };
    enum ac_kind kind = ac_record_kind(r);
    const json_t *runs = ac_record_get_json(r, "run_times");

    for (size_t i = 0; i < sizeof(dated) / sizeof(dated[0]); i++) {
        if (dated[i].kind == kind)
            take(span, ac_record_get_time(r, dated[i].field));
    }
    if (kind == AC_KIND_FILE && !ac_record_get_json(r, "fn_created"))
        take(span, ac_record_get_time(r, "created")); /* the file system has no other */
    for (size_t i = 0; kind == AC_KIND_EXECUTION && i < json_array_size(runs); i++)
        take_text(span, json_array_get(runs, i));
    if (kind == AC_KIND_AUTOSTART || kind == AC_KIND_VALUE)
        take_text(span, ac_record_prov_json(r, "key_last_written"));
}

void ac_exchange_span(const struct ac_finding *f, struct ac_span *span)
{
    for (size_t i = 0; i < f->n_records; i++)
        take_record(span, f->records[i]);
}

/* ---- JSON */

void ac_exchange_put(struct ac_exchange *x, json_t *o, const char *name, json_t *value)
{
    if (json_object_set_new(o, name, value) != 0)
        x->failed = true;
}

void ac_exchange_add(struct ac_exchange *x, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        x->failed = true;
}

json_t *ac_exchange_text(struct ac_exchange *x, struct ac_str text)
{
    struct ac_buf safe = {0};
    json_t *value;

    ac_text_safe(text, &safe);
    value = safe.failed ? NULL : json_stringn(ac_buf_text(&safe), safe.n);
    ac_buf_free(&safe);
    x->failed |= !value;
    return value;
}

json_t *ac_exchange_textz(struct ac_exchange *x, const char *text)
{
    return ac_exchange_text(x, ac_str_of(text));
}

json_t *ac_exchange_sentence(struct ac_exchange *x, const struct ac_sentence *s)
{
    struct ac_buf text = {0};
    json_t *value;

    ac_sentence_print(s, s->msgid, &text);
    value = text.failed ? NULL : json_stringn(ac_buf_text(&text), text.n);
    ac_buf_free(&text);
    x->failed |= !value;
    return value;
}

/* ---- words of Windows */

void ac_exchange_path(struct ac_str path, struct ac_buf *out)
{
    ac_buf_addc(out, '\\');
    for (size_t i = 0; i < path.n; i++)
        ac_buf_addc(out, path.p[i] == '/' ? '\\' : path.p[i]);
}

void ac_exchange_key(const char *key, struct ac_buf *out)
{
    static const char *const roots[][2] = {{"HKLM\\", "HKEY_LOCAL_MACHINE\\"},
                                           {"HKU\\", "HKEY_USERS\\"},
                                           {"HKCU\\", "HKEY_CURRENT_USER\\"},
                                           {"HKCR\\", "HKEY_CLASSES_ROOT\\"}};

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        size_t n = strlen(roots[i][0]);

        if (strncmp(key, roots[i][0], n) == 0) {
            ac_buf_addz(out, roots[i][1]);
            key += n;
            break;
        }
    }
    ac_buf_addz(out, key);
}

const char *ac_exchange_value_type(int64_t type)
{
    static const char *const names[] = {"REG_NONE",
                                        "REG_SZ",
                                        "REG_EXPAND_SZ",
                                        "REG_BINARY",
                                        "REG_DWORD",
                                        "REG_DWORD_BIG_ENDIAN",
                                        "REG_LINK",
                                        "REG_MULTI_SZ",
                                        "REG_RESOURCE_LIST",
                                        "REG_FULL_RESOURCE_DESCRIPTION",
                                        "REG_RESOURCE_REQUIREMENTS_LIST",
                                        "REG_QWORD"};

    return type >= 0 && type < (int64_t)(sizeof(names) / sizeof(names[0])) ? names[type] : NULL;
}
