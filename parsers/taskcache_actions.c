#include "taskcache_inner.h"

#include "known_folders.h"

#include <stdio.h>

/* What an action begins with. */
enum { EXEC = 0x6666, COM = 0x7777, MAIL = 0x8888, MESSAGE = 0x9999 };

/* Which fields there are: version 1 (Windows 8.1 and before) has neither, 3 (Windows 10) has both. */
struct layout {
    bool context, exec_flags;
};

/* ---- fields */

bool ac_taskcache_fail(struct ac_taskcache_reader *r, enum ac_rc rc, size_t at, const char *what)
{
    if (r->rc == AC_OK) {
        r->rc = rc;
        r->fault = (struct ac_taskcache_fault){at, what};
    }
    return false;
}

struct ac_view ac_taskcache_bytes(struct ac_taskcache_reader *r, size_t n)
{
    struct ac_view part = {0};

    if (r->rc != AC_OK)
        return part;
    if (ac_view_cut(r->v, r->at, n, &part) != AC_OK)
        ac_taskcache_fail(r, AC_TRUNCATED, r->at, "the value ends in the midst of a field");
    else
        r->at += n;
    return part;
}

uint8_t ac_taskcache_u8(struct ac_taskcache_reader *r)
{
    struct ac_view v = ac_taskcache_bytes(r, 1);

    return v.p ? v.p[0] : 0;
}

uint16_t ac_taskcache_u16(struct ac_taskcache_reader *r)
{
    struct ac_view v = ac_taskcache_bytes(r, 2);

    return v.p ? ac_le16(v.p) : 0;
}

uint32_t ac_taskcache_u32(struct ac_taskcache_reader *r)
{
    struct ac_view v = ac_taskcache_bytes(r, 4);

    return v.p ? ac_le32(v.p) : 0;
}

uint64_t ac_taskcache_u64(struct ac_taskcache_reader *r)
{
    struct ac_view v = ac_taskcache_bytes(r, 8);

    return v.p ? ac_le64(v.p) : 0;
}

struct ac_view ac_taskcache_text(struct ac_taskcache_reader *r)
{
    return ac_taskcache_bytes(r, ac_taskcache_u32(r));
}

bool ac_taskcache_may_go_on(struct ac_taskcache_reader *r, size_t n)
{
    if (r->rc != AC_OK)
        return false;
    if (n >= AC_MAX_TASK_ENTRIES)
        return ac_taskcache_fail(r, AC_LIMIT, r->at, "more entries than Windows allows");
    if (!ac_budget_spend(r->budget, 1))
        return ac_taskcache_fail(r, AC_LIMIT, r->at, "the work for this hive is at its limit");
    return true;
}

/* ---- actions */

static void put(struct ac_taskcache_reader *r, json_t *o, const char *member, bool always)
{
    struct ac_view text = ac_taskcache_text(r);

    if (r->rc == AC_OK && (always || ac_task_trim(text).n > 0))
        ac_task_put_utf16(o, member, text, &r->failed);
}

static void read_exec(struct ac_taskcache_reader *r, json_t *o, const struct layout *l)
{
    uint16_t flags;

    ac_json_textz(o, "type", "exec");
    put(r, o, "command", true);
    put(r, o, "arguments", false);
    put(r, o, "working_directory", false);
    flags = l->exec_flags ? ac_taskcache_u16(r) : 0;
    if (flags)
        ac_json_int(o, "flags", flags);
}

static void read_com(struct ac_taskcache_reader *r, json_t *o)
{
    struct ac_view id = ac_taskcache_bytes(r, 16);
    char text[AC_GUID_TEXT + 1];

    ac_json_textz(o, "type", "com");
    if (!id.p)
        return;
    ac_guid_text(id.p, text);
    ac_json_textz(o, "class_id", text);
    put(r, o, "data", false);
}

/* "To=...; Subject=...", as it is said of an action in XML. */
static void add(struct ac_taskcache_reader *r, struct ac_buf *out, const char *name)
{
    struct ac_view text = ac_task_trim(ac_taskcache_text(r));

    if (r->rc != AC_OK)
        return;
    ac_buf_addf(out, "%s%s=", out->n ? "; " : "", name);
    ac_text_from_utf16(text, out, NULL);
}

static void read_mail(struct ac_taskcache_reader *r, json_t *o)
{
    static const char *const names[] = {"From",    "To",     "Cc",      "Bcc",
                                        "ReplyTo", "Server", "Subject", "Body"};
    struct ac_buf text = {0};
    uint32_t n;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        add(r, &text, names[i]);
    n = ac_taskcache_u32(r);
    for (uint32_t i = 0; i < n && ac_taskcache_may_go_on(r, i); i++)
        add(r, &text, "Attachment");
    n = ac_taskcache_u32(r);
    for (uint32_t i = 0; i < n && ac_taskcache_may_go_on(r, i); i++) {
        add(r, &text, "HeaderName");
        add(r, &text, "HeaderValue");
    }
    ac_json_textz(o, "type", "send-email");
    ac_json_text(o, "data", ac_buf_str(&text));
    r->failed |= text.failed;
    ac_buf_free(&text);
}

static void read_message(struct ac_taskcache_reader *r, json_t *o)
{
    struct ac_buf text = {0};

    add(r, &text, "Title");
    add(r, &text, "Body");
    ac_json_textz(o, "type", "show-message");
    ac_json_text(o, "data", ac_buf_str(&text));
    r->failed |= text.failed;
    ac_buf_free(&text);
}

static void read_action(struct ac_taskcache_reader *r, json_t *list, const struct layout *l)
{
    size_t at = r->at;
    uint16_t magic = ac_taskcache_u16(r);
    json_t *o = json_object();

    if (magic != EXEC && magic != COM && magic != MAIL && magic != MESSAGE)
        ac_taskcache_fail(r, AC_UNSUPPORTED, at, "an action of an unknown type");
    put(r, o, "id", false);
    if (r->rc == AC_OK && magic == EXEC)
        read_exec(r, o, l);
    else if (r->rc == AC_OK && magic == COM)
        read_com(r, o);
    else if (r->rc == AC_OK && magic == MAIL)
        read_mail(r, o);
    else if (r->rc == AC_OK)
        read_message(r, o);
    /* of an action that is cut, the fields before the cut; nothing of an unknown one */
    if (json_object_get(o, "type"))
        r->failed |= json_array_append_new(list, o) != 0;
    else
        json_decref(o);
}

static void read_all(struct ac_taskcache_reader *r, const struct layout *l, json_t *list,
                     json_t *principal)
{
    ac_taskcache_u16(r);
    if (l->context)
        put(r, principal, "id", false);
    for (size_t n = 0; r->rc == AC_OK && r->at < r->v.n && ac_taskcache_may_go_on(r, n); n++)
        read_action(r, list, l);
}

/* The layouts of a version in the order in which they are tried. */
static size_t layouts_of(uint16_t version, struct layout ret[3])
{
    static const struct layout old = {false, false}, middle = {true, false}, new = {true, true};

    ret[0] = version >= 3 ? new : version == 2 ? middle : old;
    ret[1] = version == 2 ? new : middle;
    ret[2] = version >= 2 ? old : new;
    return version >= 1 && version <= 3 ? 3 : 0;
}

static void keep(struct ac_record *r, json_t *list, json_t *principal)
{
    json_t *item;
    size_t i;

    ac_record_empty(r, "actions");
    json_array_foreach (list, i, item)
        ac_record_add_object(r, "actions", json_incref(item));
    if (r && !ac_record_get_json(r, "principal") && json_object_size(principal) > 0)
        ac_record_object(r, "principal", json_incref(principal));
}

enum ac_rc ac_taskcache_actions(struct ac_view data, struct ac_budget *budget, struct ac_record *r,
                                struct ac_taskcache_fault *fault)
{
    json_t *list = NULL, *principal = NULL;
    struct ac_taskcache_reader first = {.rc = AC_UNSUPPORTED, .fault = {0, "an unknown version"}};
    struct layout layouts[3];
    size_t n = data.n >= 2 ? layouts_of(ac_le16(data.p), layouts) : 0;

    if (data.n < 2)
        first = (struct ac_taskcache_reader){.rc = AC_TRUNCATED, .fault = {0, "no version"}};
    for (size_t i = 0; i < n; i++) {
        struct ac_taskcache_reader reader = {.v = data, .budget = budget};
        json_t *l = json_array(), *p = json_object();

        read_all(&reader, &layouts[i], l, p);
        if (!l || !p || reader.failed)
            reader.rc = AC_NOMEM;
        /* that there is no action at all is believed of the version's own layout only */
        if (i == 0 || (reader.rc == AC_OK && json_array_size(l) > 0) || reader.rc == AC_NOMEM) {
            json_decref(list);
            json_decref(principal);
            list = l;
            principal = p;
            first = reader;
        } else {
            json_decref(l);
            json_decref(p);
        }
        if (first.rc == AC_OK || first.rc == AC_NOMEM)
            break;
    }
    if (n > 0)
        keep(r, list, principal);
    json_decref(list);
    json_decref(principal);
    *fault = first.fault;
    return first.rc;
}

/* ---- DynamicInfo */

#define FAILURE 0x80000000U /* bit of an HRESULT */

enum ac_rc ac_taskcache_dynamic_info(struct ac_view data, struct ac_record *r,
                                     struct ac_taskcache_fault *fault)
{
    uint32_t error;

    /* 28 bytes up to Windows 7, 36 from 8 on */
    if (data.n < 28) {
        *fault = (struct ac_taskcache_fault){data.n, "shorter than 28 bytes"};
        return AC_TRUNCATED;
    }
    ac_record_time(r, "created", (struct ac_filetime){ac_le64(data.p + 4)});
    ac_record_time(r, "last_run", (struct ac_filetime){ac_le64(data.p + 12)});
    error = ac_le32(data.p + 24);
    /* older systems keep an error where newer ones keep the state */
    if (error == 0 && (ac_le32(data.p + 20) & FAILURE))
        error = ac_le32(data.p + 20);
    ac_record_int(r, "last_error", error);
    if (data.n >= 36)
        ac_record_time(r, "last_success", (struct ac_filetime){ac_le64(data.p + 28)});
    if (data.n != 28 && data.n != 36) {
        *fault = (struct ac_taskcache_fault){data.n, "neither 28 nor 36 bytes"};
        return AC_UNSUPPORTED;
    }
    return AC_OK;
}
