#include "build_evtx.h"

#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 65536
#define MOST 256

struct known {
    char key[512];
    uint32_t at;
};

struct fx_evtx {
    struct ac_buf file; /* whole chunks */
    struct ac_buf c;    /* the chunk at hand */
    struct known names[MOST], templates[MOST];
    size_t n_names, n_templates;
    uint64_t number, first; /* next record, first of the chunk */
    uint32_t last_at;
    uint64_t chunks;
};

static uint32_t find(const struct known *list, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].key, key) == 0)
            return list[i].at;
    }
    return 0;
}

static void learn(struct known *list, size_t *n, const char *key, uint32_t at)
{
    if (*n == MOST || strlen(key) >= sizeof(list->key))
        abort();
    strcpy(list[*n].key, key);
    list[(*n)++].at = at;
}

static void begin_chunk(struct fx_evtx *e)
{
    e->n_names = e->n_templates = 0;
    e->first = e->number;
    e->last_at = 512;
    ac_buf_clear(&e->c);
    fx_zero(&e->c, 512);
}

struct fx_evtx *fx_evtx_new(uint64_t first_number)
{
    struct fx_evtx *e = calloc(1, sizeof(*e));

    if (!e)
        abort();
    e->number = first_number;
    begin_chunk(e);
    return e;
}

size_t fx_evtx_at(const struct fx_evtx *e)
{
    return e->c.n;
}

/* ---- binary XML, appended to the chunk at hand */

static void put_name(struct fx_evtx *e, const char *name)
{
    uint32_t at = find(e->names, e->n_names, name), hash = 0;
    struct ac_buf text = {0};

    if (at == 0) {
        at = (uint32_t)e->c.n + 4;
        learn(e->names, &e->n_names, name, at);
        fx_utf16(&text, name);
        for (size_t i = 0; i < text.n; i += 2)
            hash = hash * 65599 + ac_le16((const uint8_t *)text.p + i);
        fx_le32(&e->c, at);
        fx_le32(&e->c, 0);
        fx_le16(&e->c, hash & 0xFFFF);
        fx_le16(&e->c, (unsigned)text.n / 2);
        ac_buf_add(&e->c, text.p, text.n);
        fx_le16(&e->c, 0);
        ac_buf_free(&text);
    } else {
        fx_le32(&e->c, at);
    }
}

/* Both give the place of a size to be set by end_size(). */
static size_t open_tag(struct fx_evtx *e, const char *name, bool dependency, bool attributes)
{
    size_t at;

    fx_u8(&e->c, attributes ? 0x41 : 0x01);
    if (dependency)
        fx_le16(&e->c, 0xFFFF);
    at = e->c.n;
    fx_le32(&e->c, 0);
    put_name(e, name);
    return at;
}

static size_t begin_attributes(struct fx_evtx *e)
{
    fx_le32(&e->c, 0);
    return e->c.n - 4;
}

static void end_size(struct fx_evtx *e, size_t at)
{
    fx_put_le32(&e->c, at, (uint32_t)(e->c.n - at - 4));
}

static void attribute(struct fx_evtx *e, const char *name)
{
    fx_u8(&e->c, 0x06);
    put_name(e, name);
}

static void piece(struct fx_evtx *e, const char *p, size_t n)
{
    struct ac_buf part = {0}, text = {0};

    ac_buf_add(&part, p, n);
    fx_utf16(&text, ac_buf_text(&part));
    fx_u8(&e->c, 0x05);
    fx_u8(&e->c, 0x01);
    fx_le16(&e->c, (unsigned)text.n / 2);
    ac_buf_add(&e->c, text.p, text.n);
    ac_buf_free(&part);
    ac_buf_free(&text);
}

/* '&' as an entity, '\'' as a character reference, as [MS-EVEN6] stores them. */
static void text(struct fx_evtx *e, const char *value)
{
    for (const char *p = value; *p;) {
        size_t n = strcspn(p, "&'");

        if (n > 0)
            piece(e, p, n);
        p += n;
        if (*p == '&') {
            fx_u8(&e->c, 0x09);
            put_name(e, "amp");
        } else if (*p == '\'') {
            fx_u8(&e->c, 0x08);
            fx_le16(&e->c, '\'');
        }
        p += *p != '\0';
    }
}

static void substitution(struct fx_evtx *e, unsigned number, uint8_t type)
{
    fx_u8(&e->c, 0x0E);
    fx_le16(&e->c, number);
    fx_u8(&e->c, type);
}

static void fragment(struct fx_evtx *e)
{
    ac_buf_add(&e->c, "\x0F\x01\x01", 4);
}

static void close_start(struct fx_evtx *e)
{
    fx_u8(&e->c, 0x02);
}

static void close_element(struct fx_evtx *e, size_t size)
{
    fx_u8(&e->c, 0x04);
    end_size(e, size);
}

/* <name>text</name>, or a substitution instead of the text when `value` is NULL. */
static void element(struct fx_evtx *e, const char *name, const char *value, unsigned number,
                    uint8_t type, bool dependency)
{
    size_t size = open_tag(e, name, dependency, false);

    close_start(e);
    if (value)
        text(e, value);
    else
        substitution(e, number, type);
    close_element(e, size);
}

/* <name attribute="..."/> */
static void attributed(struct fx_evtx *e, const char *name, const char *attr, const char *value,
                       unsigned number, uint8_t type, bool dependency)
{
    size_t size = open_tag(e, name, dependency, true), list = begin_attributes(e);

    attribute(e, attr);
    if (value)
        text(e, value);
    else
        substitution(e, number, type);
    end_size(e, list);
    fx_u8(&e->c, 0x03);
    end_size(e, size);
}

/* ---- values of a template instance */

static size_t descriptor(struct fx_evtx *e, uint8_t type)
{
    fx_le16(&e->c, 0);
    fx_le16(&e->c, type);
    return e->c.n - 4;
}

static void sid(struct ac_buf *b, const char *hex)
{
    for (; hex[0] && hex[1]; hex += 2) {
        char digits[3] = {hex[0], hex[1], '\0'};

        fx_u8(b, (unsigned)strtoul(digits, NULL, 16));
    }
}

static void datum(struct fx_evtx *e, const struct fx_datum *d, size_t at)
{
    size_t begin = e->c.n;

    if (!d->value)
        fx_put_le16(&e->c, at + 2, 0);
    else if (d->type == 0x11)
        fx_le64(&e->c, fx_time(d->value));
    else if (d->type == 0x08)
        fx_le32(&e->c, (uint32_t)strtoul(d->value, NULL, 10));
    else if (d->type == 0x13)
        sid(&e->c, d->value);
    else
        fx_utf16(&e->c, d->value);
    fx_put_le16(&e->c, at, (unsigned)(e->c.n - begin));
}

/* ---- templates */

/* Token, number and place; true if the definition must follow (its size is to be set at *ret). */
static bool instance(struct fx_evtx *e, const char *key, size_t *ret)
{
    uint32_t at = find(e->templates, e->n_templates, key), id = 0x1000;

    for (const char *p = key; *p; p++)
        id = id * 31 + (unsigned char)*p;
    fx_u8(&e->c, 0x0C);
    fx_u8(&e->c, 0x01);
    fx_le32(&e->c, id);
    if (at) {
        fx_le32(&e->c, at);
        return false;
    }
    at = (uint32_t)e->c.n + 4;
    learn(e->templates, &e->n_templates, key, at);
    fx_le32(&e->c, at);
    fx_le32(&e->c, 0);
    fx_le32(&e->c, id);
    fx_zero(&e->c, 12);
    *ret = e->c.n;
    fx_le32(&e->c, 0);
    fragment(e);
    return true;
}

static void end_definition(struct fx_evtx *e, size_t size)
{
    fx_u8(&e->c, 0x00);
    end_size(e, size);
}

static void system_part(struct fx_evtx *e, const struct fx_event *v, bool plain)
{
    size_t size = open_tag(e, "System", true, false);
    char id[8], number[24];

    snprintf(id, sizeof(id), "%u", v->id);
    snprintf(number, sizeof(number), "%llu", (unsigned long long)e->number);
    close_start(e);
    attributed(e, "Provider", "Name", v->provider, 0, 0, true);
    element(e, "EventID", plain ? id : NULL, 0, 0x06, true);
    attributed(e, "TimeCreated", "SystemTime", plain ? v->time : NULL, 1, 0x11, true);
    element(e, "EventRecordID", plain ? number : NULL, 2, 0x0A, true);
    element(e, "Channel", v->channel, 0, 0, true);
    element(e, "Computer", plain ? v->computer : NULL, 3, 0x01, true);
    if (!plain)
        attributed(e, "Security", "UserID", NULL, 4, 0x13, true);
    close_element(e, size);
}

/* EventData with a Data for each, or UserData with elements of those names. */
static void data_part(struct fx_evtx *e, const struct fx_event *v, bool plain)
{
    bool user = v->form == FX_EVENT_USER_DATA;
    size_t size = open_tag(e, user ? "UserData" : "EventData", true, false), inner = 0;

    close_start(e);
    if (user) {
        inner = open_tag(e, "Outer", true, false);
        close_start(e);
    }
    for (unsigned i = 0; i < v->n_data; i++) {
        const struct fx_datum *d = &v->data[i];
        size_t own, list;

        if (user) {
            element(e, d->name, NULL, i, d->type ? d->type : 0x01, true);
            continue;
        }
        own = open_tag(e, "Data", true, d->name != NULL);
        if (d->name) {
            list = begin_attributes(e);
            attribute(e, "Name");
            text(e, d->name);
            end_size(e, list);
        }
        close_start(e);
        if (plain)
            text(e, d->value ? d->value : "");
        else
            substitution(e, i, d->type ? d->type : 0x01);
        close_element(e, own);
    }
    if (user)
        close_element(e, inner);
    close_element(e, size);
}

static void array_part(struct fx_evtx *e)
{
    size_t size = open_tag(e, "EventData", true, false);

    close_start(e);
    element(e, "Data", NULL, 0, 0x81, true);
    close_element(e, size);
}

static void data_values(struct fx_evtx *e, const struct fx_event *v)
{
    size_t at[64], begin;

    if (v->form == FX_EVENT_ARRAY) {
        fx_le32(&e->c, 1);
        at[0] = descriptor(e, 0x81);
        begin = e->c.n;
        for (size_t i = 0; i < v->n_data; i++)
            fx_utf16z(&e->c, v->data[i].value);
        fx_put_le16(&e->c, at[0], (unsigned)(e->c.n - begin));
        return;
    }
    fx_le32(&e->c, (uint32_t)v->n_data);
    for (size_t i = 0; i < v->n_data && i < 64; i++)
        at[i] = descriptor(e, v->data[i].type ? v->data[i].type : 0x01);
    for (size_t i = 0; i < v->n_data && i < 64; i++)
        datum(e, &v->data[i], at[i]);
}

static void nested(struct fx_evtx *e, const struct fx_event *v)
{
    char key[512] = "";
    size_t size;

    snprintf(key, sizeof(key), "data %d", v->form);
    for (size_t i = 0; v->form != FX_EVENT_ARRAY && i < v->n_data; i++) {
        size_t n = strlen(key);

        snprintf(key + n, sizeof(key) - n, " %s", v->data[i].name ? v->data[i].name : "-");
    }
    fragment(e);
    if (instance(e, key, &size)) {
        if (v->form == FX_EVENT_ARRAY)
            array_part(e);
        else
            data_part(e, v, false);
        end_definition(e, size);
    }
    data_values(e, v);
    fx_u8(&e->c, 0x00);
}

static void root(struct fx_evtx *e, const struct fx_event *v, bool plain, bool dependency)
{
    size_t size = open_tag(e, "Event", dependency, true), list = begin_attributes(e);

    attribute(e, "xmlns");
    text(e, "http://schemas.microsoft.com/win/2004/08/events/event");
    end_size(e, list);
    close_start(e);
    system_part(e, v, plain);
    if (plain)
        data_part(e, v, true);
    else
        substitution(e, 5, 0x21);
    close_element(e, size);
}

static void templated(struct fx_evtx *e, const struct fx_event *v)
{
    size_t size, at[6], begin;
    char key[512];

    snprintf(key, sizeof(key), "event %s %s", v->provider, v->channel);
    if (instance(e, key, &size)) {
        root(e, v, false, true);
        end_definition(e, size);
    }
    fx_le32(&e->c, 6);
    at[0] = descriptor(e, 0x06);
    at[1] = descriptor(e, 0x11);
    at[2] = descriptor(e, 0x0A);
    at[3] = descriptor(e, 0x01);
    at[4] = descriptor(e, 0x13);
    at[5] = descriptor(e, 0x21);
    fx_le16(&e->c, v->id);
    fx_put_le16(&e->c, at[0], 2);
    fx_le64(&e->c, fx_time(v->time));
    fx_put_le16(&e->c, at[1], 8);
    fx_le64(&e->c, e->number);
    fx_put_le16(&e->c, at[2], 8);
    begin = e->c.n;
    fx_utf16(&e->c, v->computer);
    fx_put_le16(&e->c, at[3], (unsigned)(e->c.n - begin));
    sid(&e->c, "010100000000000512000000");
    fx_put_le16(&e->c, at[4], 12);
    begin = e->c.n;
    nested(e, v);
    fx_put_le16(&e->c, at[5], (unsigned)(e->c.n - begin));
}

/* ---- records, chunks, the file */

static size_t begin_record(struct fx_evtx *e, const char *time)
{
    size_t at = e->c.n;

    fx_le32(&e->c, 0x2A2A);
    fx_le32(&e->c, 0);
    fx_le64(&e->c, e->number);
    fx_le64(&e->c, fx_time(time));
    return at;
}

static void end_record(struct fx_evtx *e, size_t at)
{
    uint32_t size;

    fx_zero(&e->c, (8 - (e->c.n + 4 - at) % 8) % 8);
    size = (uint32_t)(e->c.n + 4 - at);
    fx_le32(&e->c, size);
    fx_put_le32(&e->c, at + 4, size);
    if (e->c.n > CHUNK)
        abort();
    e->last_at = (uint32_t)at;
    e->number++;
}

void fx_evtx_add(struct fx_evtx *e, const struct fx_event *v)
{
    size_t at;

    if (e->c.n > CHUNK - 6000)
        fx_evtx_next_chunk(e);
    at = begin_record(e, v->time);
    fragment(e);
    if (v->form == FX_EVENT_PLAIN)
        root(e, v, true, false);
    else
        templated(e, v);
    fx_u8(&e->c, 0x00);
    end_record(e, at);
}

void fx_evtx_raw(struct fx_evtx *e, const char *time, const void *xml, size_t n)
{
    size_t at = begin_record(e, time);

    ac_buf_add(&e->c, xml, n);
    end_record(e, at);
}

void fx_evtx_next_chunk(struct fx_evtx *e)
{
    struct ac_buf *c = &e->c;

    if (c->n == 512)
        return;
    memcpy(c->p, "ElfChnk", 8);
    fx_put_le64(c, 8, e->first);
    fx_put_le64(c, 16, e->number - 1);
    fx_put_le64(c, 24, e->first);
    fx_put_le64(c, 32, e->number - 1);
    fx_put_le32(c, 40, 128);
    fx_put_le32(c, 44, e->last_at);
    fx_put_le32(c, 48, (uint32_t)c->n);
    fx_pad_to(c, CHUNK);
    ac_buf_add(&e->file, c->p, c->n);
    e->chunks++;
    begin_chunk(e);
}

void fx_evtx_seal(struct ac_buf *file)
{
    const uint8_t *p = (const uint8_t *)file->p;

    fx_put_le32(file, 124, libdeflate_crc32(0, p, 120));
    for (size_t at = 4096; at + CHUNK <= file->n; at += CHUNK) {
        uint32_t free_at = ac_le32(p + at + 48);

        if (free_at >= 512 && free_at <= CHUNK)
            fx_put_le32(file, at + 52, libdeflate_crc32(0, p + at + 512, free_at - 512));
        fx_put_le32(file, at + 124,
                    libdeflate_crc32(libdeflate_crc32(0, p + at, 120), p + at + 128, 384));
    }
}

void fx_evtx_build(struct fx_evtx *e, struct ac_buf *out)
{
    fx_evtx_next_chunk(e);
    ac_buf_add(out, "ElfFile", 8);
    fx_le64(out, 0);
    fx_le64(out, e->chunks ? e->chunks - 1 : 0);
    fx_le64(out, e->number);
    fx_le32(out, 128);
    fx_le16(out, 1);
    fx_le16(out, 3);
    fx_le16(out, 4096);
    fx_le16(out, (unsigned)e->chunks);
    fx_pad_to(out, 4096);
    ac_buf_add(out, ac_buf_text(&e->file), e->file.n);
    fx_evtx_seal(out);
    ac_buf_free(&e->file);
    ac_buf_free(&e->c);
    free(e);
}
