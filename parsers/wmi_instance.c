/* Instances of the classes that make WMI start something: what stands in one object. */
#include "wmi_parts.h"

#include "base/hash.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* A property that is not kept still takes its place among the values. */
#define OTHER AC_WMI_PROPERTIES
#define MOST_VALUES 27

struct property {
    uint8_t bytes; /* of its value: text and arrays have an offset into the heap */
    uint8_t keep;  /* enum ac_wmi_property, or OTHER */
};

struct class_layout {
    const char *name;
    uint8_t n;
    struct property properties[MOST_VALUES];
};

/* In the order in which instances store them, the superclass's first (WMIParser's tables of each
 * class; the sizes that come of them are those of the index keys of a real Windows XP). */
#define EVENT_CONSUMER                                                                             \
    {4, OTHER}, {4, OTHER},                                                                        \
    {                                                                                              \
        4, AC_WMI_CREATOR                                                                          \
    } /* machine, queue size, SID */

static const struct class_layout classes[AC_WMI_CLASSES] = {
    [AC_WMI_FILTER] = {"__EventFilter",
                       6,
                       {{4, AC_WMI_NAME},
                        {4, AC_WMI_CREATOR},
                        {4, OTHER},
                        {4, AC_WMI_QUERY},
                        {4, AC_WMI_EVENT_NAMESPACE},
                        {4, OTHER}}},
    [AC_WMI_BINDING] = {"__FilterToConsumerBinding",
                        7,
                        {{4, AC_WMI_FILTER_PATH},
                         {4, AC_WMI_CONSUMER_PATH},
                         {4, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {4, AC_WMI_CREATOR}}},
    [AC_WMI_COMMAND] = {"CommandLineEventConsumer",
                        27,
                        {EVENT_CONSUMER,
                         {4, AC_WMI_NAME},
                         {4, AC_WMI_EXECUTABLE},
                         {4, AC_WMI_TEMPLATE},
                         {2, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {4, OTHER},
                         {4, AC_WMI_FOLDER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {4, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {2, OTHER},
                         {4, OTHER}}},
    [AC_WMI_SCRIPT] = {"ActiveScriptEventConsumer",
                       8,
                       {EVENT_CONSUMER,
                        {4, AC_WMI_NAME},
                        {4, AC_WMI_ENGINE},
                        {4, AC_WMI_TEXT},
                        {4, AC_WMI_FILE},
                        {4, OTHER}}},
    [AC_WMI_EVENT_LOG] = {"NTEventLogEventConsumer",
                          13,
                          {EVENT_CONSUMER,
                           {4, AC_WMI_NAME},
                           {4, OTHER},
                           {4, AC_WMI_SOURCE},
                           {4, OTHER},
                           {4, OTHER},
                           {2, OTHER},
                           {4, OTHER},
                           {4, OTHER},
                           {4, OTHER},
                           {4, OTHER}}},
    [AC_WMI_LOG_FILE] = {"LogFileEventConsumer",
                         8,
                         {EVENT_CONSUMER,
                          {4, AC_WMI_NAME},
                          {4, AC_WMI_FILE},
                          {4, AC_WMI_TEXT},
                          {8, OTHER},
                          {2, OTHER}}},
    [AC_WMI_SMTP] = {"SMTPEventConsumer",
                     13,
                     {EVENT_CONSUMER,
                      {4, AC_WMI_NAME},
                      {4, AC_WMI_SOURCE},
                      {4, OTHER},
                      {4, OTHER},
                      {4, OTHER},
                      {4, AC_WMI_TEXT},
                      {4, OTHER},
                      {4, OTHER},
                      {4, OTHER},
                      {4, OTHER}}},
};

const char *ac_wmi_class_name(enum ac_wmi_class c)
{
    return classes[c].name;
}

/* ---- digests of names */

void ac_wmi_name_digest(const char *name, bool sha256, char ret[65])
{
    uint8_t wide[256];
    size_t n = 0;

    for (; name[n] && 2 * n + 2 <= sizeof(wide); n++) {
        wide[2 * n] = (uint8_t)toupper((unsigned char)name[n]);
        wide[2 * n + 1] = 0;
    }
    ac_hash_hex(sha256 ? AC_SHA256 : AC_MD5, wide, 2 * n, ret);
    for (char *c = ret; *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

bool ac_wmi_digests_make(struct ac_wmi_digests *ret)
{
    char hex[AC_HASH_TEXT];

    memset(ret, 0, sizeof(*ret));
    for (int c = 0; c < AC_WMI_CLASSES; c++) {
        ac_wmi_name_digest(classes[c].name, false, hex);
        if (!hex[0])
            return false;
        for (size_t i = 0; i < AC_WMI_MD5_BYTES / 2; i++)
            ret->md5[c][2 * i] = (uint8_t)hex[i];
        ac_wmi_name_digest(classes[c].name, true, hex);
        if (!hex[0])
            return false;
        for (size_t i = 0; i < AC_WMI_SHA256_BYTES / 2; i++)
            ret->sha256[c][2 * i] = (uint8_t)hex[i];
    }
    return true;
}

size_t ac_wmi_class_of(const struct ac_wmi_digests *d, struct ac_view head, enum ac_wmi_class *ret)
{
    for (int c = 0; c < AC_WMI_CLASSES; c++) {
        *ret = (enum ac_wmi_class)c;
        if (head.n >= AC_WMI_SHA256_BYTES && memcmp(head.p, d->sha256[c], AC_WMI_SHA256_BYTES) == 0)
            return AC_WMI_SHA256_BYTES;
        if (head.n >= AC_WMI_MD5_BYTES && memcmp(head.p, d->md5[c], AC_WMI_MD5_BYTES) == 0)
            return AC_WMI_MD5_BYTES;
    }
    return 0;
}

/* ---- values */

/* A string of the heap: a byte of flags (0: one byte a character, 1: UTF-16LE), up to its NUL. */
static void read_text(struct ac_wmi_object *o, struct ac_view heap, uint32_t at,
                      struct ac_wmi_text *t)
{
    const uint8_t *end;
    bool exact = true;

    if (at >= heap.n || heap.p[at] > 1) {
        o->incomplete = true;
        return;
    }
    t->set = true;
    t->stored = (struct ac_view){heap.p + at + 1, heap.n - at - 1, heap.base + at + 1};
    if (heap.p[at] == 1) {
        size_t n = ac_utf16_length(t->stored);

        o->incomplete |= n + 2 > t->stored.n;
        t->stored.n = n;
        ac_text_from_utf16(t->stored, &t->text, &exact);
        t->inexact = !exact;
        return;
    }
    end = t->stored.n ? memchr(t->stored.p, 0, t->stored.n) : NULL;
    o->incomplete |= !end;
    t->stored.n = end ? (size_t)(end - t->stored.p) : t->stored.n;
    ac_text_from_latin1(t->stored, &t->text);
}

/* The array of bytes that a SID is: a number of bytes, then revision, count, authority, numbers. */
static void read_sid(struct ac_wmi_object *o, struct ac_view heap, uint32_t at,
                     struct ac_wmi_text *t)
{
    uint32_t n;
    struct ac_view sid;
    uint64_t authority = 0;

    if (ac_rd_le32(heap, at, &n) != AC_OK || ac_view_cut(heap, (size_t)at + 4, n, &sid) != AC_OK) {
        o->incomplete = true;
        return;
    }
    if (sid.n < 8 || sid.p[0] != 1 || sid.n < 8 + (size_t)sid.p[1] * 4)
        return;
    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | sid.p[i];
    t->set = true;
    t->stored = sid;
    ac_buf_addf(&t->text, "S-1-%" PRIu64, authority);
    for (size_t i = 0; i < sid.p[1]; i++)
        ac_buf_addf(&t->text, "-%" PRIu32, ac_le32(sid.p + 8 + i * 4));
}

static void read_values(struct ac_wmi_object *o, const uint8_t *states, const uint8_t *values,
                        struct ac_view heap)
{
    const struct class_layout *l = &classes[o->class];

    for (size_t i = 0, at = 0; i < l->n; at += l->properties[i++].bytes) {
        /* two bits: 1 it has no value, 2 the class's default holds */
        unsigned state = states[i / 4] >> 2 * (i % 4) & 3;
        uint8_t keep = l->properties[i].keep;

        if (keep == OTHER || state != 0)
            continue;
        if (keep == AC_WMI_CREATOR)
            read_sid(o, heap, ac_le32(values + at), &o->texts[keep]);
        else
            read_text(o, heap, ac_le32(values + at), &o->texts[keep]);
    }
}

/* Passes the qualifiers of the instance and of its properties; 0 if they do not fit. */
static size_t pass_qualifiers(struct ac_view v, size_t at)
{
    uint32_t bytes, count;

    if (ac_rd_le32(v, at, &bytes) != AC_OK || bytes < 4 || !ac_view_has(v, at, bytes) ||
        !ac_view_has(v, at + bytes, 1))
        return 0;
    at += bytes;
    if (v.p[at] == 1)
        return at + 1;
    if (v.p[at] != 2 || ac_rd_le32(v, at + 1, &count) != AC_OK || count > MOST_VALUES)
        return 0;
    at += 5;
    for (; count > 0; count--) {
        if (ac_rd_le32(v, at, &bytes) != AC_OK || bytes < 4 || !ac_view_has(v, at, bytes))
            return 0;
        at += bytes;
    }
    return at;
}

enum ac_rc ac_wmi_instance_decode(struct ac_wmi_object *o, size_t digest)
{
    const struct class_layout *l = &classes[o->class];
    struct ac_view v = {(const uint8_t *)o->bytes.p, o->bytes.n, 0}, heap;
    size_t at = digest + 16 + 9, states = ((size_t)l->n * 2 + 7) / 8, values = 0;
    uint32_t heap_bytes;
    bool failed = false;

    for (size_t i = 0; i < l->n; i++)
        values += l->properties[i].bytes;
    if (!ac_view_has(v, at, states + values))
        return AC_CORRUPT;
    o->times[0].ticks = ac_le64(v.p + digest);
    o->times[1].ticks = ac_le64(v.p + digest + 8);
    heap.base = pass_qualifiers(v, at + states + values);
    if (heap.base == 0 || ac_rd_le32(v, heap.base, &heap_bytes) != AC_OK)
        return AC_CORRUPT;
    heap_bytes &= 0x7FFFFFFF; /* the highest bit is set */
    heap.base += 4;
    heap.p = v.p + heap.base;
    heap.n = v.n - heap.base;
    if (heap_bytes <= heap.n)
        heap.n = heap_bytes;
    else
        o->incomplete = true;
    read_values(o, v.p + at, v.p + at + states, heap);
    for (size_t i = 0; i < AC_WMI_PROPERTIES; i++)
        failed |= o->texts[i].text.failed;
    return failed ? AC_NOMEM : AC_OK;
}

void ac_wmi_object_clear(struct ac_wmi_object *o)
{
    for (size_t i = 0; i < AC_WMI_PROPERTIES; i++)
        ac_buf_free(&o->texts[i].text);
    ac_buf_free(&o->bytes);
}
