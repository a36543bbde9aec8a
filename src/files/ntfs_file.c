#include "files/ntfs.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/* Passes over the pieces of one run list; they come in order but for damage. */
#define MAX_PASSES 64U
/* NTFS compresses units of 16 clusters of at most 4 KiB. */
#define MAX_UNIT (1U << 20)
/* Records that an attribute list names but that are no extensions of the file: after so many the
 * list is not believed any more. */
#define MAX_STRANGERS 32U

static struct ac_view record_view(const struct ac_ntfs_file *f, size_t i)
{
    return (struct ac_view){f->bytes + i * f->record, f->record, 0};
}

/* Room for one more record; its bytes, or NULL. */
static uint8_t *grow(struct ac_ntfs_file *f)
{
    size_t need;

    if (__builtin_mul_overflow(f->n + 1, (size_t)f->record, &need) ||
        ac_grow((void **)&f->bytes, &f->cap, need, 1) != 0 ||
        ac_grow((void **)&f->entries, &f->entries_cap, f->n + 1, sizeof(*f->entries)) != 0)
        return NULL;
    return f->bytes + f->n * f->record;
}

static bool already_loaded(const struct ac_ntfs_file *f, uint64_t entry)
{
    for (size_t i = f->n; i-- > 0;) {
        if (f->entries[i] == entry)
            return true;
    }
    return false;
}

static enum ac_rc load_extension(struct ac_ntfs *v, struct ac_ntfs_file *f, uint64_t entry)
{
    uint8_t *bytes = grow(f);
    struct ac_ntfs_head head;
    const char *damage = NULL;
    enum ac_rc rc;

    if (!bytes)
        return AC_NOMEM;
    rc = ac_ntfs_record(v, entry, bytes, &damage, NULL);
    if (rc == AC_NOMEM)
        return rc;
    if (rc != AC_OK || damage)
        f->damaged = "an extension record is damaged";
    if (rc != AC_OK || !ac_ntfs_head((struct ac_view){bytes, f->record, 0}, &head))
        return AC_OK;
    /* deleting a file raises its sequence number, but not in the references of its extensions */
    if ((head.base & AC_NTFS_ENTRY_MASK) != f->entry ||
        (head.base >> 48 != f->head.sequence &&
         (f->head.flags & AC_NTFS_RECORD_IN_USE || head.base >> 48 != f->head.sequence - 1U))) {
        f->damaged = "an extension record belongs to another file";
        return AC_OK;
    }
    f->entries[f->n++] = entry;
    return AC_OK;
}

static enum ac_rc load_listed(struct ac_ntfs *v, struct ac_ntfs_file *f, struct ac_view list)
{
    unsigned strangers = 0;

    for (size_t i = 0; i + 0x1A <= list.n && strangers <= MAX_STRANGERS;) {
        uint32_t len = ac_le16(list.p + i + 4);
        uint64_t entry = ac_le64(list.p + i + 0x10) & AC_NTFS_ENTRY_MASK;
        enum ac_rc rc;

        if (len < 0x1A || len > list.n - i) {
            f->damaged = "the attribute list is malformed";
            break;
        }
        if (!already_loaded(f, entry)) {
            size_t before = f->n;

            rc = load_extension(v, f, entry);
            if (rc != AC_OK)
                return rc;
            strangers += f->n == before;
        }
        i += len;
    }
    return AC_OK;
}

static enum ac_rc load_extensions(struct ac_ntfs *v, struct ac_ntfs_file *f, struct ac_err *err)
{
    struct ac_ntfs_stream list = {0};
    uint8_t *bytes;
    enum ac_rc rc = ac_ntfs_file_stream(v, f, AC_NTFS_ATTRIBUTE_LIST, AC_STR(""), &list, err);

    if (rc == AC_NOT_FOUND)
        return AC_OK;
    if (rc != AC_OK)
        return rc;
    if (list.size > AC_MAX_ATTRIBUTE_LIST) {
        f->damaged = "the attribute list is larger than NTFS allows";
        list.size = AC_MAX_ATTRIBUTE_LIST;
    }
    bytes = ac_malloc((size_t)list.size);
    if (!bytes) {
        ac_ntfs_stream_free(&list);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an attribute list");
    }
    rc = ac_ntfs_stream_read(v->volume, &list, 0, bytes, (size_t)list.size, NULL, err);
    if (rc == AC_IO || rc == AC_UNSUPPORTED)
        f->damaged = "the attribute list is not readable as a whole";
    if (rc == AC_OK || rc == AC_IO)
        rc = load_listed(v, f, (struct ac_view){bytes, (size_t)list.size, 0});
    ac_free(bytes);
    ac_ntfs_stream_free(&list);
    return rc == AC_NOMEM ? AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for MFT records") : AC_OK;
}

enum ac_rc ac_ntfs_file_load(struct ac_ntfs *v, uint64_t entry, struct ac_ntfs_file *ret,
                             struct ac_err *err)
{
    struct ac_ntfs_file f = {.entry = entry, .record = v->boot.record};
    uint8_t *bytes = grow(&f);
    enum ac_rc rc = bytes ? ac_ntfs_record(v, entry, bytes, &f.damaged, err)
                          : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an MFT record");

    if (rc == AC_OK && !ac_ntfs_head((struct ac_view){bytes, f.record, 0}, &f.head))
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "MFT entry %" PRIu64 " is damaged", entry);
    if (rc == AC_OK) {
        f.entries[f.n++] = entry;
        rc = load_extensions(v, &f, err);
    }
    if (rc != AC_OK) {
        ac_ntfs_file_free(&f);
        return rc;
    }
    *ret = f;
    return AC_OK;
}

void ac_ntfs_file_free(struct ac_ntfs_file *f)
{
    ac_free(f->bytes);
    ac_free(f->entries);
    *f = (struct ac_ntfs_file){0};
}

bool ac_ntfs_file_next(const struct ac_ntfs_file *f, struct ac_ntfs_cursor *c,
                       struct ac_ntfs_attr *ret)
{
    for (; c->record < f->n; c->record++, c->inside = false) {
        struct ac_ntfs_head head;

        if (!ac_ntfs_head(record_view(f, c->record), &head))
            continue;
        if (!c->inside) {
            c->at = head.first_attr;
            c->inside = true;
        }
        if (ac_ntfs_attr_next(record_view(f, c->record), head.used, &c->at, ret, NULL))
            return true;
    }
    return false;
}

static bool is_named(struct ac_view utf16, struct ac_str name, struct ac_buf *scratch)
{
    if (utf16.n == 0 || name.n == 0)
        return utf16.n == 0 && name.n == 0;
    ac_buf_clear(scratch);
    ac_text_from_utf16(utf16, scratch, NULL);
    return ac_str_eq(ac_buf_str(scratch), name);
}

static enum ac_rc open_resident(struct ac_ntfs *v, const struct ac_ntfs_file *f, size_t record,
                                const struct ac_ntfs_attr *a, struct ac_ntfs_stream *s,
                                struct ac_err *err)
{
    uint64_t place =
        f->entries[record] * f->record + (uint64_t)(a->value.p - record_view(f, record).p);

    s->resident = ac_malloc(a->value.n);
    if (!s->resident)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a resident attribute");
    memcpy(s->resident, a->value.p, a->value.n);
    s->size = s->initialized = a->value.n;
    s->resident_offset = ac_ntfs_mft_place(v, place);
    return AC_OK;
}

static void open_non_resident(const struct ac_ntfs *v, const struct ac_ntfs_attr *a,
                              struct ac_ntfs_stream *s)
{
    s->cluster = v->boot.cluster;
    s->plain_unit = UINT64_MAX;
    s->size = a->size;
    s->initialized = a->initialized;
    if (a->flags & AC_NTFS_ATTR_ENCRYPTED) {
        s->refused = "the content is encrypted by EFS";
    } else if (a->flags & AC_NTFS_ATTR_COMPRESSED && a->unit_log2 > 0) {
        if ((a->flags & AC_NTFS_ATTR_COMPRESSED) != 1)
            s->refused = "the content is compressed by an unknown method";
        else if (a->unit_log2 > 8 || s->cluster > MAX_UNIT >> a->unit_log2)
            s->refused = "the content is compressed in units larger than NTFS allows";
        else
            s->unit = s->cluster << a->unit_log2;
    }
}

/* The run list may be spread over records: its pieces are taken in the order of their first VCN. */
static enum ac_rc collect_runs(struct ac_ntfs *v, const struct ac_ntfs_file *f, uint32_t type,
                               struct ac_str name, struct ac_ntfs_stream *s, struct ac_err *err)
{
    struct ac_buf scratch = {0};
    bool more = true, left = false;
    enum ac_rc rc = AC_OK;

    for (unsigned pass = 0; more && pass < MAX_PASSES && rc == AC_OK; pass++) {
        struct ac_ntfs_cursor c = {0};
        struct ac_ntfs_attr a;

        more = left = false;
        while (rc == AC_OK && ac_ntfs_file_next(f, &c, &a)) {
            if (a.type != type || a.resident || !is_named(a.name, name, &scratch))
                continue;
            left |= a.first_vcn > s->runs.end;
            if (a.first_vcn != s->runs.end || (a.first_vcn == 0 && s->runs.n > 0))
                continue;
            rc = ac_ntfs_runs_add(&s->runs, a.value, v->boot.clusters, err);
            if (rc == AC_CORRUPT) {
                s->damaged = "the run list is damaged";
                rc = AC_OK;
                more = false;
                goto out;
            }
            more |= s->runs.end > a.first_vcn;
        }
    }
out:
    if (left && !s->damaged)
        s->damaged = "a piece of the run list is missing";
    ac_buf_free(&scratch);
    return rc;
}

enum ac_rc ac_ntfs_file_stream(struct ac_ntfs *v, const struct ac_ntfs_file *f, uint32_t type,
                               struct ac_str name, struct ac_ntfs_stream *ret, struct ac_err *err)
{
    struct ac_ntfs_stream s = {0};
    struct ac_ntfs_cursor c = {0};
    struct ac_ntfs_attr a;
    struct ac_buf scratch = {0};
    bool found = false;
    enum ac_rc rc;

    while (!found && ac_ntfs_file_next(f, &c, &a))
        found =
            a.type == type && (a.resident || a.first_vcn == 0) && is_named(a.name, name, &scratch);
    ac_buf_free(&scratch);
    if (!found)
        return AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET,
                       "MFT entry %" PRIu64 " has no attribute 0x%X \"%.*s\"", f->entry, type,
                       (int)(name.n < 100 ? name.n : 100), name.p);
    if (a.resident) {
        rc = open_resident(v, f, c.record, &a, &s, err);
    } else {
        open_non_resident(v, &a, &s);
        rc = collect_runs(v, f, type, name, &s, err);
    }
    if (rc != AC_OK) {
        ac_ntfs_stream_free(&s);
        return rc;
    }
    *ret = s;
    return AC_OK;
}
