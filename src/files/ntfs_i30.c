#include "files/ntfs.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* A folder's index is read up to this size: over a million entries. */
#define MAX_INDEX (512 * AC_MIB)
#define ENTRY_LAST 2U

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
static void scan_entries(struct wanted *w, struct ac_view header)
{
    size_t at, end;

    if (header.n < 16)
        return;
    at = ac_le32(header.p);
    end = ac_le32(header.p + 4) < header.n ? ac_le32(header.p + 4) : header.n;
    while (!w->found && at < end && end - at >= 0x10) {
        uint32_t len = ac_le16(header.p + at + 8);

        if (len < 0x10 || len > end - at || ac_le32(header.p + at + 0x0C) & ENTRY_LAST)
            break;
        look_at(w, (struct ac_view){header.p + at, len, 0});
        at += len;
    }
}

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

static enum ac_rc scan_blocks(struct ac_ntfs *v, const struct ac_ntfs_file *f,
                              struct ac_ntfs_stream *s, uint32_t block, struct wanted *w,
                              const char **ret_damage, struct ac_err *err)
{
    size_t blocks = (size_t)((s->size < MAX_INDEX ? s->size : MAX_INDEX) / block);
    uint8_t *buf = ac_malloc(block), *bits = used_blocks(v, f, blocks);
    enum ac_rc rc = AC_OK;

    if (!buf || !bits)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a block of a folder's index");
    for (size_t i = 0; i < blocks && !w->found && rc == AC_OK; i++) {
        if (!(bits[i / 8] >> (i % 8) & 1))
            continue;
        rc = ac_ntfs_stream_read(v->volume, s, (uint64_t)i * block, buf, block, NULL, err);
        if (rc == AC_IO) {
            *ret_damage = "a block of the folder's index is unreadable";
            rc = AC_OK;
        } else if (rc == AC_OK && (memcmp(buf, "INDX", 4) != 0 || ac_ntfs_fixup(buf, block))) {
            *ret_damage = "a block of the folder's index is damaged";
        } else if (rc == AC_OK) {
            scan_entries(w, (struct ac_view){buf + 0x18, block - 0x18, 0});
        }
    }
    ac_free(buf);
    ac_free(bits);
    return rc;
}

enum ac_rc ac_ntfs_i30_modified(struct ac_ntfs *v, const struct ac_ntfs_file *f, uint64_t reference,
                                struct ac_str name, uint64_t *ret, struct ac_err *err)
{
    struct wanted w = {.reference = reference, .name = name};
    const char *damage = f->damaged;
    struct ac_ntfs_stream s = {0};
    uint32_t block = v->boot.index;
    enum ac_rc rc = ac_ntfs_file_stream(v, f, AC_NTFS_INDEX_ROOT, AC_STR("$I30"), &s, err);

    if (rc == AC_OK && s.resident && s.size >= 0x20) {
        block = ac_le32(s.resident + 8);
        scan_entries(&w, (struct ac_view){s.resident + 0x10, (size_t)s.size - 0x10, 0});
    } else if (rc == AC_OK) {
        damage = "the root of the folder's index is damaged";
    }
    ac_ntfs_stream_free(&s);
    if (rc == AC_OK && !w.found) {
        rc = ac_ntfs_file_stream(v, f, AC_NTFS_INDEX_ALLOCATION, AC_STR("$I30"), &s, err);
        if (rc == AC_OK && block >= 512 && block <= AC_NTFS_MAX_RECORD && block % 512 == 0)
            rc = scan_blocks(v, f, &s, block, &w, &damage, err);
        else if (rc == AC_NOT_FOUND)
            rc = AC_OK; /* a small folder: the root is all */
        ac_ntfs_stream_free(&s);
    }
    ac_buf_free(&w.scratch);
    if (rc == AC_OK && w.found)
        *ret = w.modified;
    else if (rc == AC_OK)
        rc = AC_FAIL(err, damage ? AC_CORRUPT : AC_NOT_FOUND, AC_NO_OFFSET, "%s",
                     damage ? damage : "the folder's index has no such entry");
    return rc;
}
