#include "jump_list_parts.h"

#include "lnk.h"
#include "ole.h"

#include "base/alloc.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER 32
#define ENTRY_1 114 /* version 1, Windows 7 */
#define ENTRY_2 130 /* version 2 and later */
#define BEHIND_2 4  /* its last bytes, behind the path */
#define NEWEST 4    /* the newest version that a document tells of */
#define NOT_PINNED 0xFFFFFFFFU

struct link {
    uint32_t number;
    size_t stream;
    bool taken;
};

struct job {
    const struct ac_artefact *artefact;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_ole *ole;
    struct link *links; /* Owned: streams with a number for a name, in its order */
    size_t n, cap;
    struct ac_buf content; /* of the stream at hand */
    enum ac_rc rc;
};

static const char lost[] = "entries of a jump list may be missing from the report";

struct ac_str ac_jump_list_id(const struct ac_artefact *a)
{
    const char *slash = strrchr(a->path, '/');
    struct ac_str name = ac_str_of(slash ? slash + 1 : a->path);
    const char *dot = name.n ? memchr(name.p, '.', name.n) : NULL;

    if (dot)
        name.n = (size_t)(dot - name.p);
    return name;
}

static void complain(struct job *j, enum ac_rc class, uint64_t offset, const char *what)
{
    if (j->rc == AC_OK)
        j->rc =
            ac_sink_problem(j->sink, ac_str_of(j->artefact->path), class, offset, lost, "%s", what);
}

static void complain_of(struct job *j, enum ac_rc rc, const struct ac_err *why, uint64_t offset)
{
    char text[512];

    if (rc != AC_NOMEM)
        complain(j, rc, offset, ac_err_text(why, text, sizeof(text)));
    else if (j->rc == AC_OK)
        j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a jump list");
}

/* ---- shortcuts */

enum ac_rc ac_jump_list_emit_link(const struct ac_artefact *a, struct ac_view v,
                                  const struct ac_jump_list_link *about, struct ac_sink *sink,
                                  size_t *ret_end, struct ac_err *err)
{
    struct ac_record *r = NULL;
    struct ac_lnk_rest rest = {0};
    struct ac_err why = {0};
    char text[512];
    enum ac_rc rc = ac_lnk_read(v, &r, &rest, &why);

    *ret_end = rest.end;
    if (rc == AC_NOMEM)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a jump list");
    if (rc != AC_OK)
        return ac_sink_problem(sink, ac_str_of(a->path), rc, about->offset, lost, "%s",
                               ac_err_text(&why, text, sizeof(text)));
    ac_record_text(r, "list", ac_jump_list_id(a));
    ac_record_int(r, "entry", about->entry);
    if (about->utf16)
        ac_record_utf16(r, "category",
                        (struct ac_view){(const uint8_t *)about->category.p, about->category.n, 0});
    else if (about->category.n)
        ac_record_text(r, "category", about->category);
    if (about->state)
        ac_record_prov_textz(r, "state", about->state);
    if (about->offset != AC_NO_OFFSET)
        ac_record_prov_int(r, "offset", (int64_t)about->offset);
    rc = ac_sink_emit(sink, r, err);
    if (rc == AC_OK && rest.what[0])
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_CORRUPT, about->offset, ac_lnk_effect,
                             "entry %" PRIu32 ": %s", about->entry, rest.what);
    return rc;
}

static bool read_stream(struct job *j, size_t i)
{
    const struct ac_ole_stream *s = ac_ole_stream(j->ole, i);
    struct ac_err why = {0};
    enum ac_rc rc = ac_ole_read(j->ole, i, &j->content, &why);

    if (rc != AC_OK)
        complain_of(j, rc, &why, s->offset);
    return j->rc == AC_OK && (rc == AC_OK || rc == AC_CORRUPT || rc == AC_TRUNCATED);
}

static struct ac_view content(const struct job *j)
{
    return (struct ac_view){(const uint8_t *)ac_buf_text(&j->content), j->content.n, 0};
}

/* A shortcut costs what it is long: many entries of a directory may lead to one stream. */
static void emit_link(struct job *j, struct link *l, const char *state)
{
    struct ac_jump_list_link about = {
        .entry = l->number, .state = state, .offset = ac_ole_stream(j->ole, l->stream)->offset};
    size_t end;

    l->taken = true;
    if (!read_stream(j, l->stream))
        return;
    if (!ac_budget_spend(j->budget, 8 + j->content.n))
        j->rc = AC_FAIL(j->err, AC_LIMIT, about.offset, "more shortcuts than are read");
    else
        j->rc = ac_jump_list_emit_link(j->artefact, content(j), &about, j->sink, &end, j->err);
}

static int by_number(const void *a, const void *b)
{
    const struct link *x = a, *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static struct link *link_of(struct job *j, uint32_t number)
{
    size_t low = 0, high = j->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (j->links[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < j->n && j->links[low].number == number ? &j->links[low] : NULL;
}

/* ---- DestList */

static void put_machine(struct ac_record *r, const uint8_t *p)
{
    const void *nul = memchr(p, 0, 16);
    struct ac_view name = {p, nul ? (size_t)((const uint8_t *)nul - p) : 16, 0};
    char text[3 * 16];
    size_t n = 0;
    bool ascii = true;

    for (size_t i = 0; i < name.n; i++) { /* ISO 8859-1 where it is not ASCII, with the bytes */
        ascii &= p[i] < 0x80;
        if (p[i] >= 0x80)
            text[n++] = (char)(0xC0 | p[i] >> 6);
        text[n++] = (char)(p[i] < 0x80 ? p[i] : 0x80 | (p[i] & 0x3F));
    }
    if (name.n)
        ac_record_text(r, "machine", (struct ac_str){text, n});
    if (!ascii)
        ac_record_raw(r, "machine", name);
}

/* `p`: an entry, all of it there. */
static struct ac_record *record_of(const struct job *j, const uint8_t *p, bool old,
                                   int64_t position)
{
    struct ac_record *r = ac_record_new(AC_KIND_ACTIVITY);
    struct ac_str id = ac_jump_list_id(j->artefact);
    size_t head = old ? ENTRY_1 : ENTRY_2;
    struct ac_view path = {p + head, 2 * (size_t)ac_le16(p + head - 2), 0};
    struct ac_filetime time = {ac_le64(p + 100)};

    ac_record_textz(r, "artefact", "jump-list");
    ac_record_textz(r, "user", j->artefact->user);
    ac_record_utf16(r, "text", path);
    if (ac_jump_list_app(id))
        ac_record_textz(r, "program", ac_jump_list_app(id));
    ac_record_text(r, "list", id);
    ac_record_int(r, "position", position);
    ac_record_time(r, "time", time);
    if (time.ticks)
        ac_record_textz(r, "time_source", "stored with the entry");
    ac_record_int(r, "entry", ac_le32(p + 88));
    ac_record_bool(r, "pinned", ac_le32(p + 108) != NOT_PINNED);
    if (!old)
        ac_record_int(r, "access_count", ac_le32(p + 116));
    put_machine(r, p + 72);
    return r;
}

/* Every entry, newest first, and the shortcut that belongs to it. The content of the stream is
 * taken over: shortcuts need the room. */
static void read_entries(struct job *j, struct ac_view v, size_t stream)
{
    uint64_t offset = ac_ole_stream(j->ole, stream)->offset;
    uint32_t version = ac_le32(v.p), count = ac_le32(v.p + 4), n = 0;
    bool old = version == 1;
    size_t head = old ? ENTRY_1 : ENTRY_2, at = HEADER;
    char what[96];

    if (version == 0 || version > NEWEST)
        complain(j, AC_UNSUPPORTED, offset,
                 "its list of entries has a version that is not known; it is read as version 4");
    for (; j->rc == AC_OK && at < v.n; n++) {
        const uint8_t *p = v.p + at;
        struct ac_record *r;
        struct link *l;
        size_t size = head;
        uint64_t place;

        if (ac_view_has(v, at, head))
            size += 2 * (size_t)ac_le16(p + head - 2) + (old ? 0 : BEHIND_2);
        if (!ac_view_has(v, at, size)) {
            complain(j, AC_CORRUPT, offset, "an entry of its list is cut or has no possible size");
            return;
        }
        if (!ac_budget_spend(j->budget, 4)) {
            j->rc = AC_FAIL(j->err, AC_LIMIT, offset, "more entries than are read");
            return;
        }
        r = record_of(j, p, old, n);
        place = ac_ole_offset(j->ole, stream, at);
        if (place != AC_NO_OFFSET)
            ac_record_prov_int(r, "offset", (int64_t)place);
        j->rc = ac_sink_emit(j->sink, r, j->err);
        l = link_of(j, ac_le32(p + 88));
        if (j->rc == AC_OK && l && !l->taken)
            emit_link(j, l, NULL);
        at += size;
    }
    if (n < count) {
        snprintf(what, sizeof(what), "its list has %" PRIu32 " entries and says %" PRIu32, n,
                 count);
        complain(j, AC_CORRUPT, offset, what);
    }
}

static void read_list(struct job *j, size_t stream)
{
    uint64_t offset = ac_ole_stream(j->ole, stream)->offset;
    struct ac_buf list;

    if (!read_stream(j, stream))
        return;
    list = j->content;
    j->content = (struct ac_buf){0};
    if (list.n >= HEADER)
        read_entries(j, (struct ac_view){(const uint8_t *)list.p, list.n, 0}, stream);
    else if (list.n > 0) /* an empty list has no header either */
        complain(j, AC_TRUNCATED, offset, "the header of its list is cut");
    ac_buf_free(&list);
}

/* ---- the file */

/* Names of shortcuts are hexadecimal numbers. */
static bool number_of(struct ac_view name, uint32_t *ret)
{
    *ret = 0;
    if (name.n < 2 || name.n > 16)
        return false;
    for (size_t at = 0; at + 2 <= name.n; at += 2) {
        unsigned c = ac_le16(name.p + at) | 0x20, d = c >= 'a' ? c - 'a' + 10 : c - '0';

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        *ret = *ret << 4 | d;
    }
    return true;
}

static bool is_named(struct ac_view name, const char *ascii)
{
    bool same = name.n == 2 * strlen(ascii);

    for (size_t i = 0; same && i < name.n / 2; i++)
        same = ac_le16(name.p + 2 * i) == (unsigned char)ascii[i];
    return same;
}

/* Sorts the streams; *ret_list is that of the list, SIZE_MAX without one. */
static void sort_streams(struct job *j, size_t *ret_list)
{
    *ret_list = SIZE_MAX;
    for (size_t i = 0; i < ac_ole_streams(j->ole) && j->rc == AC_OK; i++) {
        const struct ac_ole_stream *s = ac_ole_stream(j->ole, i);
        struct link l = {.stream = i};

        if (is_named(s->name, "DestList")) {
            *ret_list = *ret_list == SIZE_MAX ? i : *ret_list;
        } else if (number_of(s->name, &l.number)) {
            if (ac_grow((void **)&j->links, &j->cap, j->n + 1, sizeof(l)) != 0)
                j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a jump list");
            else
                j->links[j->n++] = l;
        } else if (!is_named(s->name, "DestListPropertyStore")) {
            complain(j, AC_UNSUPPORTED, s->offset, "it has a stream whose meaning is not known");
        }
    }
    if (j->n > 0)
        qsort(j->links, j->n, sizeof(*j->links), by_number);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.artefact = a, .budget = budget, .sink = sink, .err = err};
    struct ac_err why = {0};
    size_t list;
    enum ac_rc rc = ac_ole_open(a->bytes, budget, &j.ole, &why);

    if (!j.ole) {
        if (err)
            *err = why;
        return rc;
    }
    if (rc != AC_OK)
        complain_of(&j, rc, &why, AC_NO_OFFSET);
    sort_streams(&j, &list);
    if (list == SIZE_MAX)
        complain(&j, AC_CORRUPT, AC_NO_OFFSET, "it has no list of entries (DestList)");
    else
        read_list(&j, list);
    for (size_t i = 0; i < j.n && j.rc == AC_OK; i++) {
        if (!j.links[i].taken)
            emit_link(&j, &j.links[i], "unlinked");
    }
    ac_buf_free(&j.content);
    ac_free(j.links);
    ac_ole_close(j.ole);
    return j.rc;
}

static bool recognise(const struct ac_artefact *a)
{
    return ac_str_iends(ac_str_of(a->path), AC_STR(".automaticDestinations-ms"));
}

const struct ac_parser ac_parser_jump_list = {
    .name = "jump-list", .source = "jump-list", .recognise = recognise, .parse = parse};
