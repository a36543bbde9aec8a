#include "usn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { V2_NAME = 60, V3_NAME = 76, MOST_NAME = 510 };

static const struct {
    uint32_t bit;
    const char *word;
} reasons[] = {
    {0x1, "data-overwrite"},
    {0x2, "data-extend"},
    {0x4, "data-truncation"},
    {0x10, "named-data-overwrite"},
    {0x20, "named-data-extend"},
    {0x40, "named-data-truncation"},
    {0x100, "file-create"},
    {0x200, "file-delete"},
    {0x400, "ea-change"},
    {0x800, "security-change"},
    {0x1000, "rename-old-name"},
    {0x2000, "rename-new-name"},
    {0x4000, "indexable-change"},
    {0x8000, "basic-info-change"},
    {0x10000, "hard-link-change"},
    {0x20000, "compression-change"},
    {0x40000, "encryption-change"},
    {0x80000, "object-id-change"},
    {0x100000, "reparse-point-change"},
    {0x200000, "stream-change"},
    {0x400000, "transacted-change"},
    {0x800000, "integrity-change"},
    {0x80000000, "close"},
};

static struct ac_usn_reference reference(const uint8_t *p)
{
    uint64_t n = ac_le64(p);

    return (struct ac_usn_reference){n & UINT64_C(0xFFFFFFFFFFFF), (uint16_t)(n >> 48)};
}

/* The fields behind the references, whose width depends on the version. */
static bool read_fields(const uint8_t *p, uint32_t size, unsigned wide, struct ac_usn_entry *e)
{
    unsigned at = 8 + 2 * wide;
    uint32_t name_size = ac_le16(p + at + 32), name_at = ac_le16(p + at + 34);

    e->file = reference(p + 8);
    e->parent = reference(p + 8 + wide);
    e->usn = ac_le64(p + at);
    e->time.ticks = ac_le64(p + at + 8);
    e->reason = ac_le32(p + at + 16);
    e->source = ac_le32(p + at + 20);
    e->attributes = ac_le32(p + at + 28);
    e->name = (struct ac_view){p + name_at, name_size, 0};
    return name_at == at + 36 && name_size > 0 && name_size <= MOST_NAME && name_size % 2 == 0 &&
           name_size <= size - name_at;
}

/* An entry stands here. One of version 4 (ranges of a file, no name) is passed over: its size is kept,
 * its version too. */
static bool read_entry(struct ac_view v, size_t at, struct ac_usn_entry *e, uint32_t *ret_size)
{
    const uint8_t *p = v.p + at;
    uint32_t size;

    if (!ac_view_has(v, at, 8))
        return false;
    size = ac_le32(p);
    *e = (struct ac_usn_entry){.offset = v.base + at, .version = ac_le16(p + 4)};
    if (size < V2_NAME || size % 8 != 0 || size > AC_USN_PAGE || !ac_view_has(v, at, size) ||
        ac_le16(p + 6) != 0)
        return false;
    *ret_size = size;
    switch (e->version) {
    case 2:
        return read_fields(p, size, 8, e);
    case 3:
        return size >= V3_NAME && read_fields(p, size, 16, e);
    case 4:
        return true;
    default:
        return false;
    }
}

static bool is_zero(struct ac_view v, size_t at, size_t n)
{
    for (size_t i = at; i < at + n && i < v.n; i++) {
        if (v.p[i] != 0)
            return false;
    }
    return true;
}

bool ac_usn_next(struct ac_view v, size_t *at, struct ac_budget *budget, struct ac_usn_entry *ret,
                 uint64_t *ret_damaged)
{
    while (*at + 8 <= v.n && ac_budget_spend(budget, 1)) {
        size_t left = AC_USN_PAGE - (size_t)((v.base + *at) % AC_USN_PAGE);
        uint32_t size;

        if (read_entry(v, *at, ret, &size)) {
            *at += size;
            if (ret->version != 4)
                return true;
            continue;
        }
        /* the end of a page is filled with zeros; what is not zero is no entry that we know */
        if (!is_zero(v, *at, left)) {
            if (ac_le32(v.p + *at) != 0)
                ++*ret_damaged;
            *at += 8;
        } else {
            *at += left;
        }
    }
    return false;
}

static void put_reference(struct ac_record *r, const char *field, struct ac_usn_reference ref)
{
    char text[40];

    snprintf(text, sizeof(text), "%" PRIu64 "-%u", ref.entry, ref.sequence);
    ac_record_textz(r, field, text);
}

struct ac_record *ac_usn_record(const struct ac_usn_entry *e)
{
    struct ac_record *r = ac_record_new(AC_KIND_CHANGE);

    ac_record_utf16(r, "name", e->name);
    ac_record_time(r, "time", e->time);
    ac_record_empty(r, "reasons");
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (e->reason & reasons[i].bit)
            ac_record_add_text(r, "reasons", ac_str_of(reasons[i].word));
    }
    ac_record_bool(r, "directory", (e->attributes & 0x10) != 0);
    put_reference(r, "file", e->file);
    put_reference(r, "parent", e->parent);
    if (e->usn <= INT64_MAX)
        ac_record_int(r, "usn", (int64_t)e->usn);
    ac_record_prov_int(r, "offset", (int64_t)e->offset);
    return r;
}

/* By its name; the stream has no signature. */
static bool recognise(const struct ac_artefact *a)
{
    struct ac_str path = ac_str_of(a->path);
    struct ac_budget budget = {AC_USN_PAGE};
    struct ac_usn_entry e;
    uint64_t damaged = 0;
    size_t at = 0;

    return (ac_str_iends(path, AC_STR("$J")) || ac_str_ifind(path, AC_STR("usnjrnl")) >= 0) &&
           ac_usn_next(a->bytes, &at, &budget, &e, &damaged);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_usn_entry e;
    uint64_t damaged = 0;
    size_t at = 0;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_usn_next(a->bytes, &at, budget, &e, &damaged))
        rc = ac_sink_emit(sink, ac_usn_record(&e), err);
    if (rc == AC_OK && damaged)
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_CORRUPT, AC_NO_OFFSET,
                             "entries of the change journal may be missing",
                             "%" PRIu64 " place(s) hold something that is no entry", damaged);
    if (rc == AC_OK && budget->steps == 0)
        return AC_FAIL(err, AC_LIMIT, at, "more entries than are read");
    return rc;
}

const struct ac_parser ac_parser_usn = {
    .name = "usn", .source = "usn", .recognise = recognise, .parse = parse};
