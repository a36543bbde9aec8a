#include "shell_items.h"

#include "base/limits.h"
#include "base/text.h"
#include "known_folders.h"

#include <string.h>

#define KNOWN_FOLDER 0x23FEBBEEU /* data of that signature is the identifier of a known folder */
#define FILE_EXTENSION 0xBEEF0004U

enum {
    CLASS = 0x70, /* bits of the type that name the class of an item */
    VOLUME = 0x20,
    FILE_ENTRY = 0x30,
    NETWORK = 0x40,
    HAS_NAME = 0x01, /* volumes */
    UNICODE = 0x04,  /* files */
};

/* A path under construction. */
struct path {
    struct ac_buf *out;
    size_t begin;  /* of the path in `out` */
    bool unplaced; /* so far only places that stand above every volume and every share */
    bool exact;
};

static void separate(struct path *p)
{
    if (p->out->n > p->begin && p->out->p[p->out->n - 1] != '\\')
        ac_buf_addc(p->out, '\\');
}

/* A volume, a share or a known folder says by itself where it is: "This PC" and "Network" before it
 * say no more. */
static void start_again(struct path *p)
{
    if (p->unplaced && p->out->n > p->begin) {
        struct ac_str before = {p->out->p + p->begin, p->out->n - p->begin};

        if (before.p[0] != '[' || memchr(before.p, '\\', before.n))
            p->exact = false; /* more than the name of one such place is left out */
        p->out->n = p->begin;
        p->out->p[p->begin] = '\0';
    }
    p->unplaced = false;
}

/* 8-bit text up to its NUL. The code page is not known: only ASCII is certain. */
static struct ac_view narrow(struct ac_view bytes)
{
    const void *nul = bytes.n ? memchr(bytes.p, 0, bytes.n) : NULL;

    if (nul)
        bytes.n = (size_t)((const uint8_t *)nul - bytes.p);
    return bytes;
}

static void add_narrow(struct path *p, struct ac_view text)
{
    for (size_t i = 0; i < text.n; i++)
        p->exact &= text.p[i] < 0x80;
    ac_text_from_latin1(text, p->out);
}

static void add_unknown(struct path *p, unsigned type)
{
    separate(p);
    ac_buf_addf(p->out, "[item type 0x%02X]", type);
    p->unplaced = false;
    p->exact = false;
}

static void add_folder(struct path *p, const uint8_t *guid)
{
    char text[AC_GUID_TEXT + 1];
    const char *name;

    ac_guid_text(guid, text);
    name = ac_shell_folder(ac_str_of(text));
    if (name && name[0] == '%')
        start_again(p);
    separate(p);
    ac_buf_addz(p->out, name ? name : text);
}

static struct ac_view from(struct ac_view v, size_t off)
{
    struct ac_view rest = {v.p, 0, v.base};

    if (off <= v.n)
        rest = (struct ac_view){v.p + off, v.n - off, v.base + off};
    return rest;
}

/* The long name in the extension block that the last two bytes of an item lead to. */
static bool long_name(struct path *p, struct ac_view item, struct ac_view *ret)
{
    struct ac_view block;
    unsigned version;
    size_t at, name;

    if (item.n < 4)
        return false;
    at = ac_le16(item.p + item.n - 2);
    block = from(item, at);
    if (at < 4 || block.n < 20 || ac_le32(block.p + 4) != FILE_EXTENSION)
        return false;
    version = ac_le16(block.p + 2);
    name = version >= 9 ? 46 : version >= 8 ? 42 : version >= 7 ? 38 : 20;
    block = from(block, name);
    if (version < 3 || ac_utf16_length(block) + 2 > block.n) {
        p->exact = false; /* the name is there, but where it ends is not */
        return false;
    }
    block.n = ac_utf16_length(block);
    *ret = block;
    return block.n > 0;
}

/* A file or folder. `entry` begins with the size field of its (inner) item, `item` is the whole one. */
static void file_entry(struct path *p, struct ac_view item, struct ac_view entry)
{
    struct ac_view name = from(entry, 14);
    unsigned type = entry.n > 2 ? entry.p[2] : 0;

    p->unplaced = false;
    if (long_name(p, item, &name)) {
        separate(p);
        ac_text_from_utf16(name, p->out, &p->exact);
        return;
    }
    if (type & UNICODE)
        name.n = ac_utf16_length(name);
    else
        name = narrow(name);
    if (name.n == 0) {
        add_unknown(p, item.p[2]);
        return;
    }
    separate(p);
    if (type & UNICODE)
        ac_text_from_utf16(name, p->out, &p->exact);
    else
        add_narrow(p, name);
}

/* Has it data of another folder's own making, with the class of such items behind it? */
static bool is_delegate(struct ac_view item)
{
    static const uint8_t class_id[16] = {0x74, 0x1A, 0x59, 0x5E, 0x96, 0xDF, 0xD3, 0x48,
                                         0x8D, 0x67, 0x17, 0x33, 0xBC, 0xEE, 0x28, 0xBA};
    struct ac_view after = from(item, 6 + (size_t)ac_le16(item.p + 4));

    return after.n >= 16 && memcmp(after.p, class_id, 16) == 0;
}

static bool is_letter(unsigned c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "C:\" or the identifier of a folder. Type 0x2A names a drive without having the bit for it. */
static void volume(struct path *p, struct ac_view item)
{
    bool named = (item.p[2] & HAS_NAME) || item.p[2] == 0x2A;
    struct ac_view name = narrow(from(item, 3));

    if (name.n > 20)
        name.n = 20;
    if (named && name.n > 0) {
        if (name.n >= 2 && is_letter(name.p[0]) && name.p[1] == ':')
            start_again(p);
        separate(p);
        add_narrow(p, name);
        p->unplaced = false;
    } else if (!named && item.n >= 20 && !is_delegate(item)) {
        add_folder(p, item.p + 4);
    } else {
        add_unknown(p, item.p[2]);
    }
}

static void network(struct path *p, struct ac_view item)
{
    struct ac_view name = narrow(from(item, 5));

    if (name.n == 0) {
        add_unknown(p, item.p[2]);
    } else if (name.n > 2 && name.p[0] == '\\' && name.p[1] == '\\') {
        bool share = memchr(name.p + 2, '\\', name.n - 2) != NULL;

        start_again(p);
        add_narrow(p, name);
        p->unplaced = !share; /* the share that follows repeats the server's name */
    } else {
        separate(p);
        add_narrow(p, name);
    }
}

/* Data of an item that stands for a known folder (a library, a folder below the profile). */
static bool is_known_folder(struct ac_view item)
{
    return (item.p[2] == 0x00 || item.p[2] == 0x1F) && item.n >= 30 &&
           ac_le32(item.p + 6) == KNOWN_FOLDER && ac_le16(item.p + 12) == 16;
}

static bool is_delegate_file(struct ac_view item)
{
    return item.p[2] == 0x74 && item.n >= 30 && memcmp(item.p + 6, "CFSF", 4) == 0 &&
           ac_le16(item.p + 10) <= item.n - 12 && ac_le16(item.p + 10) >= 12;
}

static void add_item(struct path *p, struct ac_view item)
{
    unsigned type = item.n > 2 ? item.p[2] : 0;

    if (item.n < 4) {
        add_unknown(p, type);
    } else if (is_known_folder(item)) {
        add_folder(p, item.p + 14);
    } else if (type == 0x1F && item.n >= 20) {
        add_folder(p, item.p + 4);
    } else if (is_delegate_file(item)) {
        struct ac_view entry = from(item, 10);

        entry.n = (size_t)ac_le16(entry.p) + 2; /* the size leaves out its own two bytes */
        file_entry(p, item, entry);
    } else if ((type & CLASS) == VOLUME) {
        volume(p, item);
    } else if ((type & CLASS) == FILE_ENTRY) {
        file_entry(p, item, item);
    } else if ((type & CLASS) == NETWORK) {
        network(p, item);
    } else if (type == 0x71 && item.n >= 30) {
        add_folder(p, item.p + 14); /* an item of the control panel */
    } else {
        add_unknown(p, type);
    }
}

enum ac_rc ac_shell_path(struct ac_view list, struct ac_buf *out, bool *ret_exact, size_t *ret_at)
{
    struct path p = {.out = out, .begin = out->n, .unplaced = true, .exact = true};
    enum ac_rc rc = AC_OK;
    size_t at = 0;

    for (unsigned i = 0; rc == AC_OK; i++) {
        struct ac_view item;
        uint16_t size;

        if (ac_rd_le16(list, at, &size) != AC_OK)
            rc = AC_TRUNCATED;
        else if (size == 0)
            break;
        else if (size < 3)
            rc = AC_CORRUPT;
        else if (i >= AC_MAX_SHELL_ITEMS)
            rc = AC_LIMIT;
        else if (ac_view_cut(list, at, size, &item) != AC_OK)
            rc = AC_TRUNCATED;
        else
            add_item(&p, item);
        at += rc == AC_OK ? size : 0;
    }
    if (!p.exact || rc != AC_OK)
        *ret_exact = false;
    *ret_at = at;
    return rc;
}
