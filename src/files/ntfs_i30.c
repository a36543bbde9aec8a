#include "files/ntfs.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* A folder's index is read up to this size: over a million entries. */
#define MAX_INDEX (512 * AC_MIB)
#define ENTRY_LAST 2U

/* Which blocks of the index are in use; without a readable bitmap all count. Owned: ac_free(). */
static uint8_t *used_blocks(struct ac_ntfs *v, const struct ac_ntfs_file *f, size_t blocks)
{
    struct ac_ntfs_stream s = {0};
    size_t n = (blocks + 7) / 8, there;
    uint8_t *bits = ac_malloc(n);

    if (!bits)
        return NULL;
    memset(bits, 0xFF, n);
    if (ac_ntfs_file_stream(v, f, AC_NTFS_BITMAP, AC_STR("$I30"), &s, NULL) != AC_OK)
        return bits;
    there = s.size < n ? (size_t)s.size : n;
    if (ac_ntfs_stream_read(v->volume, &s, 0, bits, there, NULL, NULL) != AC_OK)
        memset(bits, 0xFF, n);
    ac_ntfs_stream_free(&s);
    return bits;
}

static enum ac_rc visit_blocks(struct ac_ntfs *v, const struct ac_ntfs_file *f,
                               struct ac_ntfs_stream *s, uint32_t block, ac_ntfs_i30_visit *visit,
                               void *context, const char **ret_damage, struct ac_err *err)
{
    size_t blocks = (size_t)((s->size < MAX_INDEX ? s->size : MAX_INDEX) / block);
    uint8_t *buf = ac_malloc(block), *bits = used_blocks(v, f, blocks);
    bool go_on = true;
    enum ac_rc rc = AC_OK;

    if (!buf || !bits)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a block of a folder's index");
    for (size_t i = 0; i < blocks && go_on && rc == AC_OK; i++) {
        bool used = bits[i / 8] >> (i % 8) & 1;

        rc = ac_ntfs_stream_read(v->volume, s, (uint64_t)i * block, buf, block, NULL, err);
        if (rc == AC_IO) {
            if (used)
                *ret_damage = "a block of the folder's index is unreadable";
            rc = AC_OK;
        } else if (rc == AC_OK && (memcmp(buf, "INDX", 4) != 0 || ac_ntfs_fixup(buf, block))) {
            if (used)
                *ret_damage = "a block of the folder's index is damaged";
        } else if (rc == AC_OK) {
            go_on = visit(context, (struct ac_view){buf + 0x18, block - 0x18, 0},
                          (uint64_t)i * block + 0x18, used);
        }
    }
    ac_free(buf);
    ac_free(bits);
    return rc;
}

enum ac_rc ac_ntfs_i30_each(struct ac_ntfs *v, const struct ac_ntfs_file *f,
                            ac_ntfs_i30_visit *visit, void *context, const char **ret_damage,
                            struct ac_err *err)
{
    struct ac_ntfs_stream s = {0};
    uint32_t block = v->boot.index;
    bool go_on = true;
    enum ac_rc rc = ac_ntfs_file_stream(v, f, AC_NTFS_INDEX_ROOT, AC_STR("$I30"), &s, err);

    *ret_damage = f->damaged;
    if (rc == AC_OK && s.resident && s.size >= 0x20) {
        block = ac_le32(s.resident + 8);
        go_on = visit(context, (struct ac_view){s.resident + 0x10, (size_t)s.size - 0x10, 0},
                      AC_NO_OFFSET, true);
    } else if (rc == AC_OK) {
        *ret_damage = "the root of the folder's index is damaged";
    }
    ac_ntfs_stream_free(&s);
    if (rc != AC_OK || !go_on)
        return rc;
    rc = ac_ntfs_file_stream(v, f, AC_NTFS_INDEX_ALLOCATION, AC_STR("$I30"), &s, err);
    if (rc == AC_OK && block >= 512 && block <= AC_NTFS_MAX_RECORD && block % 512 == 0)
        rc = visit_blocks(v, f, &s, block, visit, context, ret_damage, err);
    else if (rc == AC_NOT_FOUND)
        rc = AC_OK; /* a small folder: the root is all */
    ac_ntfs_stream_free(&s);
    return rc;
}

/* ---- one entry */

struct wanted {
    uint64_t reference;
    struct ac_str name;
    struct ac_buf scratch;
    uint64_t modified;
    bool found;
};

static void look_at(struct wanted *w, struct ac_view entry)
{
    struct ac_ntfs_name name;

    if (ac_le64(entry.p) != w->reference || ac_le16(entry.p + 0x0A) > entry.n - 0x10 ||
        !ac_ntfs_name((struct ac_view){entry.p + 0x10, entry.n - 0x10, 0}, &name))
        return;
    ac_buf_clear(&w->scratch);
    ac_text_from_utf16(name.name, &w->scratch, NULL);
    if (!ac_str_eq(ac_buf_str(&w->scratch), w->name))
        return;
    w->modified = name.modified;
    w->found = true;
}

/* The entries behind an index header (of $INDEX_ROOT or of an INDX block). */
static bool find_in(void *context, struct ac_view header, uint64_t offset, bool used)
{
    struct wanted *w = context;
    size_t at, end;

    (void)offset;
    if (header.n < 16 || !used)
        return true;
    at = ac_le32(header.p);
    end = ac_le32(header.p + 4) < header.n ? ac_le32(header.p + 4) : header.n;
    while (!w->found && at < end && end - at >= 0x10) {
        uint32_t len = ac_le16(header.p + at + 8);

        if (len < 0x10 || len > end - at || ac_le32(header.p + at + 0x0C) & ENTRY_LAST)
            break;
        look_at(w, (struct ac_view){header.p + at, len, 0});
        at += len;
    }
    return !w->found;
}

enum ac_rc ac_ntfs_i30_modified(struct ac_ntfs *v, const struct ac_ntfs_file *f, uint64_t reference,
                                struct ac_str name, uint64_t *ret, struct ac_err *err)
{
    struct wanted w = {.reference = reference, .name = name};
    const char *damage = NULL;
    enum ac_rc rc = ac_ntfs_i30_each(v, f, find_in, &w, &damage, err);

    ac_buf_free(&w.scratch);
    if (rc == AC_OK && w.found)
        *ret = w.modified;
    else if (rc == AC_OK)
        rc = AC_FAIL(err, damage ? AC_CORRUPT : AC_NOT_FOUND, AC_NO_OFFSET, "%s",
                     damage ? damage : "the folder's index has no such entry");
    return rc;
}

/* ---- what is left behind the last entry */

struct slack {
    uint64_t folder; /* MFT entry of the folder */
    ac_index_slack_each *each;
    void *context;
    struct ac_buf name;
    enum ac_rc rc;
};

/* An entry that was one of this folder: its key is a whole $FILE_NAME whose parent is the folder. Its length
 * when it is, else 0. */
static size_t slack_entry(struct slack *s, struct ac_view rest, uint64_t offset)
{
    struct ac_index_slack found = {.offset = offset};
    struct ac_ntfs_name name;
    size_t len = ac_le16(rest.p + 8), key = ac_le16(rest.p + 0x0A);

    if (len < 0x10 + AC_NTFS_NAME_HEAD + 2 || len % 8 != 0 || len > rest.n || key > len - 0x10 ||
        ac_le32(rest.p + 0x0C) & ~3U ||
        !ac_ntfs_name((struct ac_view){rest.p + 0x10, key, 0}, &name) || name.name_space > 3 ||
        key != AC_NTFS_NAME_HEAD + name.name.n || (name.parent & AC_NTFS_ENTRY_MASK) != s->folder)
        return 0;
    ac_buf_clear(&s->name);
    ac_text_from_utf16(name.name, &s->name, NULL);
    found.name = ac_buf_str(&s->name);
    found.entry = ac_le64(rest.p) & AC_NTFS_ENTRY_MASK;
    found.sequence = (uint16_t)(ac_le64(rest.p) >> 48);
    found.times = (struct ac_node_times){.fn_created = {name.created},
                                         .fn_modified = {name.modified},
                                         .fn_changed = {name.changed},
                                         .fn_accessed = {name.accessed}};
    found.size = ac_le64(rest.p + 0x10 + 0x30);
    found.short_name = name.name_space == 2;
    s->rc = s->name.failed ? AC_NOMEM : s->each(s->context, &found);
    return len;
}

static bool search_slack(void *context, struct ac_view header, uint64_t offset, bool used)
{
    struct slack *s = context;
    size_t at, end;

    if (header.n < 16)
        return true;
    /* of a block that is not in use everything is left over */
    at = used ? ac_le32(header.p + 4) : ac_le32(header.p);
    end = ac_le32(header.p + 8) < header.n ? ac_le32(header.p + 8) : header.n;
    at = (at + 7) / 8 * 8;
    while (s->rc == AC_OK && at < end && end - at >= 0x10) {
        size_t len = slack_entry(s, (struct ac_view){header.p + at, end - at, 0},
                                 offset == AC_NO_OFFSET ? AC_NO_OFFSET : offset + at);

        at += len ? len : 8;
    }
    return s->rc == AC_OK;
}

enum ac_rc ac_ntfs_i30_slack(struct ac_ntfs *v, const struct ac_ntfs_file *f,
                             ac_index_slack_each *each, void *context, struct ac_err *err)
{
    struct slack s = {.folder = f->entry, .each = each, .context = context};
    const char *damage = NULL;
    enum ac_rc rc = ac_ntfs_i30_each(v, f, search_slack, &s, &damage, err);

    ac_buf_free(&s.name);
    if (rc == AC_OK)
        rc = s.rc;
    if (rc == AC_OK && damage)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "%s", damage);
    return rc;
}
