#include "lnk.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEADER 76
#define MAX_BLOCKS 64 /* of extra data; eleven kinds exist */

enum {
    HAS_ID_LIST = 1 << 0,
    HAS_LINK_INFO = 1 << 1,
    HAS_NAME = 1 << 2,
    HAS_RELATIVE_PATH = 1 << 3,
    HAS_WORKING_DIRECTORY = 1 << 4,
    HAS_ARGUMENTS = 1 << 5,
    HAS_ICON = 1 << 6,
    IS_UNICODE = 1 << 7,
};

const uint8_t ac_lnk_class[16] = {0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};

const char ac_lnk_effect[] = "what follows in this shortcut was not read";

/* One file being read. The first part that does not fit ends the reading of what follows it. */
struct lnk {
    struct ac_view v;
    struct ac_record *r;
    size_t at;
    uint32_t flags;
    bool has_target, failed; /* failed: no memory for a text */
    char what[AC_LNK_WHAT];  /* what is wrong, "" so far nothing */
    size_t where;
};

static bool wrong(struct lnk *l, size_t where, const char *what)
{
    if (!l->what[0]) {
        snprintf(l->what, sizeof(l->what), "%s", what);
        l->where = where;
    }
    return false;
}

static struct ac_view up_to_nul(struct ac_view bytes)
{
    const void *nul = bytes.n ? memchr(bytes.p, 0, bytes.n) : NULL;

    if (nul)
        bytes.n = (size_t)((const uint8_t *)nul - bytes.p);
    return bytes;
}

/* 8-bit text in two parts: the code page is not known; ASCII is certain, the rest is shown as ISO
 * 8859-1 with the bytes beside it. */
static void put_joined(struct lnk *l, const char *field, struct ac_view base, const char *between,
                       struct ac_view more)
{
    struct ac_buf bytes = {0}, text = {0};
    bool ascii = true;

    base = up_to_nul(base);
    more = up_to_nul(more);
    ac_buf_add(&bytes, base.p, base.n);
    if (more.n) {
        ac_buf_addz(&bytes, between);
        ac_buf_add(&bytes, more.p, more.n);
    }
    base = (struct ac_view){(const uint8_t *)ac_buf_text(&bytes), bytes.n, 0};
    for (size_t i = 0; i < base.n; i++)
        ascii &= base.p[i] < 0x80;
    ac_text_from_latin1(base, &text);
    ac_record_text(l->r, field, ac_buf_str(&text));
    if (!ascii)
        ac_record_raw(l->r, field, base);
    l->failed |= bytes.failed || text.failed;
    ac_buf_free(&bytes);
    ac_buf_free(&text);
}

static void put_ansi(struct lnk *l, const char *field, struct ac_view bytes)
{
    put_joined(l, field, bytes, "", (struct ac_view){0});
}

static void put_utf16(struct lnk *l, const char *field, struct ac_view bytes)
{
    bytes.n = ac_utf16_length(bytes);
    ac_record_utf16(l->r, field, bytes);
}

static bool text_at(struct ac_view part, uint32_t off, struct ac_view *ret)
{
    return off > 0 && off < part.n && ac_view_cut(part, off, part.n - off, ret) == AC_OK;
}

/* ---- LinkInfo: the volume and the path on it, or the share */

static void volume(struct lnk *l, struct ac_view info, uint32_t off)
{
    static const char *const types[] = {"unknown", "none", "removable", "fixed",
                                        "remote",  "CD",   "RAM disk"};
    uint32_t type, serial, label;
    struct ac_view v, text;
    char hex[9];

    if (ac_view_cut(info, off, 16, &v) != AC_OK) {
        wrong(l, l->at + off, "the volume does not lie in the link information");
        return;
    }
    type = ac_le32(v.p + 4);
    serial = ac_le32(v.p + 8);
    label = ac_le32(v.p + 12);
    ac_record_textz(l->r, "drive_type", type < 7 ? types[type] : "unknown");
    snprintf(hex, sizeof(hex), "%08" PRIX32, serial);
    ac_record_textz(l->r, "volume_serial", hex);
    if (label != 0x14 && text_at(info, off + label, &text))
        put_ansi(l, "volume_label", text);
}

/* The 8-bit suffix that local and network paths share; empty if there is none. */
static struct ac_view suffix_of(struct ac_view info)
{
    struct ac_view suffix = {0};

    text_at(info, ac_le32(info.p + 24), &suffix);
    return suffix;
}

/* The local path is a base and a suffix; Unicode forms are there when the header is longer. */
static void local_path(struct lnk *l, struct ac_view info)
{
    uint32_t header = ac_le32(info.p + 4);
    struct ac_buf path = {0};
    struct ac_view base, suffix;
    bool exact = true;

    if (header >= 0x24 && info.n >= 0x24 && text_at(info, ac_le32(info.p + 28), &base) &&
        text_at(info, ac_le32(info.p + 32), &suffix)) {
        base.n = ac_utf16_length(base);
        suffix.n = ac_utf16_length(suffix);
        ac_text_from_utf16(base, &path, &exact);
        ac_text_from_utf16(suffix, &path, &exact);
        ac_record_text(l->r, "target", ac_buf_str(&path));
        if (!exact)
            ac_record_raw(l->r, "target", base);
        l->failed |= path.failed;
    } else if (text_at(info, ac_le32(info.p + 16), &base)) {
        put_joined(l, "target", base, "", suffix_of(info));
    } else {
        wrong(l, l->at, "the path does not lie in the link information");
        return;
    }
    l->has_target = true;
    ac_buf_free(&path);
}

static void share(struct lnk *l, struct ac_view info, uint32_t off)
{
    struct ac_view net, name;

    if (ac_view_cut(info, off, 20, &net) != AC_OK ||
        ac_view_cut(info, off, info.n - off, &net) != AC_OK ||
        !text_at(net, ac_le32(net.p + 8), &name))
        wrong(l, l->at + off, "the share does not lie in the link information");
    else
        put_joined(l, "network_path", name, "\\", suffix_of(info));
}

static bool link_info(struct lnk *l)
{
    struct ac_view info;
    uint32_t size, flags;

    if (ac_rd_le32(l->v, l->at, &size) != AC_OK || size < 28 ||
        ac_view_cut(l->v, l->at, size, &info) != AC_OK)
        return wrong(l, l->at, "the link information is cut or has an impossible size");
    flags = ac_le32(info.p + 8);
    if (flags & 1) {
        volume(l, info, ac_le32(info.p + 12));
        local_path(l, info);
    }
    if (flags & 2)
        share(l, info, ac_le32(info.p + 20));
    l->at += size;
    return true;
}

/* ---- strings and extra data */

static bool string(struct lnk *l, const char *field)
{
    size_t unit = l->flags & IS_UNICODE ? 2 : 1;
    struct ac_view text;
    uint16_t count;

    if (ac_rd_le16(l->v, l->at, &count) != AC_OK ||
        ac_view_cut(l->v, l->at + 2, count * unit, &text) != AC_OK)
        return wrong(l, l->at, "a text ends behind the end of the file");
    if (unit == 2)
        ac_record_utf16(l->r, field, text);
    else
        put_ansi(l, field, text);
    l->at += 2 + text.n;
    return true;
}

static bool strings(struct lnk *l)
{
    static const struct {
        uint32_t flag;
        const char *field;
    } fields[] = {
        {HAS_NAME, "description"},
        {HAS_RELATIVE_PATH, "relative_path"},
        {HAS_WORKING_DIRECTORY, "working_directory"},
        {HAS_ARGUMENTS, "arguments"},
        {HAS_ICON, "icon"},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if ((l->flags & fields[i].flag) && !string(l, fields[i].field))
            return false;
    }
    return true;
}

static void extra_block(struct lnk *l, uint32_t signature, struct ac_view block)
{
    struct ac_view part;

    if (signature == 0xA0000001U && !l->has_target &&
        ac_view_cut(block, 8 + 260, 520, &part) == AC_OK) {
        put_utf16(l, "target", part); /* path with environment variables */
        l->has_target = true;
    } else if (signature == 0xA0000003U && ac_view_cut(block, 16, 16, &part) == AC_OK) {
        put_ansi(l, "machine", part); /* NetBIOS name of the computer that made the link */
    }
}

static void extra_data(struct lnk *l)
{
    for (unsigned i = 0; i < MAX_BLOCKS; i++) {
        struct ac_view block;
        uint32_t size;

        if (ac_rd_le32(l->v, l->at, &size) != AC_OK)
            return; /* some programs leave the terminal block out */
        if (size < 4) {
            l->at += 4;
            return;
        }
        if (size < 8 || ac_view_cut(l->v, l->at, size, &block) != AC_OK) {
            wrong(l, l->at, "an extra data block ends behind the end of the file");
            return;
        }
        extra_block(l, ac_le32(block.p + 4), block);
        l->at += size;
    }
}

static bool id_list(struct lnk *l)
{
    uint16_t size;

    if (ac_rd_le16(l->v, l->at, &size) != AC_OK || !ac_view_has(l->v, l->at + 2, size))
        return wrong(l, l->at, "the list of item identifiers ends behind the end of the file");
    l->at += 2U + size;
    return true;
}

static void header(struct lnk *l)
{
    const uint8_t *p = l->v.p;

    l->flags = ac_le32(p + 20);
    ac_record_time(l->r, "target_created", (struct ac_filetime){ac_le64(p + 28)});
    ac_record_time(l->r, "target_accessed", (struct ac_filetime){ac_le64(p + 36)});
    ac_record_time(l->r, "target_modified", (struct ac_filetime){ac_le64(p + 44)});
    ac_record_int(l->r, "target_size", ac_le32(p + 52));
    l->at = HEADER;
}

bool ac_lnk_is(struct ac_view v)
{
    return v.n >= 20 && ac_le32(v.p) == HEADER &&
           memcmp(v.p + 4, ac_lnk_class, sizeof(ac_lnk_class)) == 0;
}

enum ac_rc ac_lnk_read(struct ac_view v, struct ac_record **ret, struct ac_lnk_rest *ret_rest,
                       struct ac_err *err)
{
    struct lnk l = {.v = v};

    if (v.n < HEADER || !ac_lnk_is(v))
        return AC_FAIL(err, v.n < HEADER ? AC_TRUNCATED : AC_CORRUPT, 0,
                       "this is no shortcut: its header is not there");
    l.r = ac_record_new(AC_KIND_SHORTCUT);
    header(&l);
    if ((!(l.flags & HAS_ID_LIST) || id_list(&l)) &&
        (!(l.flags & HAS_LINK_INFO) || link_info(&l)) && strings(&l))
        extra_data(&l);
    if (l.failed) {
        ac_record_free(l.r);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a text");
    }
    *ret = l.r;
    *ret_rest = (struct ac_lnk_rest){.end = l.at, .where = l.where};
    memcpy(ret_rest->what, l.what, sizeof(l.what));
    return AC_OK;
}

static bool recognise(const struct ac_artefact *a)
{
    return ac_lnk_is(a->bytes) || ac_str_iends(ac_str_of(a->path), AC_STR(".lnk"));
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_lnk_rest rest;
    struct ac_record *r = NULL;
    enum ac_rc rc = ac_lnk_read(a->bytes, &r, &rest, err);

    (void)budget; /* one pass over at most MAX_BLOCKS blocks */
    if (rc == AC_OK)
        rc = ac_sink_emit(sink, r, err);
    if (rc == AC_OK && rest.what[0])
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_CORRUPT, rest.where, ac_lnk_effect, "%s",
                             rest.what);
    return rc;
}

const struct ac_parser ac_parser_lnk = {
    .name = "lnk",
    .source = "shortcut",
    .recognise = recognise,
    .parse = parse,
};
