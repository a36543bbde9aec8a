#include "ntfs_log.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    PAGE = 4096,
    RESTART_PAGES = 2 * PAGE,
    STRIDE = 512,          /* each ends in the update sequence number */
    RECORD_HEADER = 48,    /* at least; the restart area says how long */
    OPERATION_HEADER = 32, /* of the client's data */
    MOST_DATA = 64 * 1024, /* of one record: operations are smaller than an index block */
    FIRST_PAGE_OLD = 4,    /* version 1.1: two restart pages, two copies of the last page */
    FIRST_PAGE_NEW = 34,   /* versions 2 and 3: 32 pages that were written in a hurry */
};

enum operation {
    WRITE_FILE_RECORD = 0x02, /* InitializeFileRecordSegment */
    ADD_TO_ROOT = 0x0C,
    REMOVE_FROM_ROOT = 0x0D,
    ADD_TO_ALLOCATION = 0x0E,
    REMOVE_FROM_ALLOCATION = 0x0F,
};

struct log {
    struct ac_view bytes;
    unsigned major;
    unsigned lsn_bits; /* low bits of an LSN: place in the file, in units of 8 bytes */
    uint32_t header, data_offset;
    struct ac_budget *budget;
    ac_ntfs_log_each *each;
    void *context;
    uint64_t *damaged;
    uint8_t *data; /* Owned: of the record at hand */
};

/* ---- pages */

/* Puts back what the update sequence array keeps of the ends of sectors. */
static bool mend(uint8_t page[PAGE])
{
    size_t at = ac_le16(page + 4), n = ac_le16(page + 6);

    if (n != PAGE / STRIDE + 1 || at < 8 || at + 2 * n > STRIDE - 2)
        return false;
    for (size_t i = 1; i < n; i++) {
        uint8_t *end = page + i * STRIDE - 2;

        if (ac_le16(end) != ac_le16(page + at))
            return false;
        memcpy(end, page + at + 2 * i, 2);
    }
    return true;
}

enum page_state { PAGE_READ, PAGE_UNUSED, PAGE_DAMAGED };

static enum page_state read_page(const struct log *l, uint64_t number, uint8_t page[PAGE])
{
    if (!ac_view_has(l->bytes, number * PAGE, PAGE))
        return PAGE_DAMAGED;
    memcpy(page, l->bytes.p + number * PAGE, PAGE);
    if (memcmp(page, "RCRD", 4) != 0) {
        static const uint8_t blank[4] = {0xFF, 0xFF, 0xFF, 0xFF}, zero[4] = {0};

        return memcmp(page, blank, 4) == 0 || memcmp(page, zero, 4) == 0 ? PAGE_UNUSED
                                                                         : PAGE_DAMAGED;
    }
    return mend(page) ? PAGE_READ : PAGE_DAMAGED;
}

static uint64_t first_page(const struct log *l)
{
    return l->major < 2 ? FIRST_PAGE_OLD : FIRST_PAGE_NEW;
}

/* ---- restart pages */

static enum ac_rc read_restart(struct log *l, const uint8_t *bytes, struct ac_err *err)
{
    uint8_t page[PAGE];
    uint32_t area, bits;

    memcpy(page, bytes, PAGE);
    if ((memcmp(page, "RSTR", 4) != 0 && memcmp(page, "CHKD", 4) != 0) || !mend(page))
        return AC_FAIL(err, AC_CORRUPT, 0, "no restart page");
    l->major = ac_le16(page + 28);
    if (l->major < 1 || l->major > 3 || ac_le32(page + 16) != PAGE || ac_le32(page + 20) != PAGE)
        return AC_FAIL(err, AC_UNSUPPORTED, 0, "version %u.%u with pages of %u bytes", l->major,
                       ac_le16(page + 26), ac_le32(page + 20));
    area = ac_le16(page + 24);
    if (area > PAGE - 44)
        return AC_FAIL(err, AC_CORRUPT, 24, "its restart area lies behind the page");
    bits = ac_le32(page + area + 16);
    l->header = ac_le16(page + area + 36);
    l->data_offset = ac_le16(page + area + 38);
    if (bits < 16 || bits > 56 || l->header < RECORD_HEADER || l->header > STRIDE ||
        l->header % 8 != 0 || l->data_offset < 40 || l->data_offset > STRIDE ||
        l->data_offset % 8 != 0)
        return AC_FAIL(err, AC_CORRUPT, area, "its restart area makes no sense");
    l->lsn_bits = 64 - bits;
    return AC_OK;
}

bool ac_ntfs_log_is_empty(struct ac_view log)
{
    return log.n == 0 || (log.p[0] == 0xFF && memcmp(log.p, log.p + 1, log.n - 1) == 0);
}

/* ---- what the operations say */

struct found {
    struct log *log;
    uint64_t offset, lsn;
};

static enum ac_rc tell(const struct found *f, enum ac_ntfs_log_change change, uint64_t file,
                       struct ac_view name_attribute)
{
    const uint8_t *p = name_attribute.p;
    struct ac_ntfs_log_entry e = {
        .change = change, .offset = f->offset, .lsn = f->lsn, .file = file};

    if (name_attribute.n < 68 || p[64] == 0 || p[65] > 3 ||
        name_attribute.n < 66 + 2 * (size_t)p[64] || p[65] == 2)
        return AC_OK; /* not a name, or the 8.3 twin of one */
    e.parent = ac_le64(p);
    e.created.ticks = ac_le64(p + 8);
    e.modified.ticks = ac_le64(p + 16);
    e.changed.ticks = ac_le64(p + 24);
    e.accessed.ticks = ac_le64(p + 32);
    e.directory = (ac_le32(p + 56) & 0x10000000) != 0;
    e.name = (struct ac_view){p + 66, 2 * (size_t)p[64], 0};
    return f->log->each(f->log->context, &e);
}

/* An entry of an index. Other indexes than those of folders have keys of other sizes. */
static enum ac_rc tell_index_entry(const struct found *f, enum ac_ntfs_log_change change,
                                   struct ac_view v)
{
    size_t key;

    if (v.n < 16 + 68)
        return AC_OK;
    key = ac_le16(v.p + 10);
    if (key < 68 || 16 + key > v.n || key != 66 + 2 * (size_t)v.p[16 + 64])
        return AC_OK;
    return tell(f, change, ac_le64(v.p), (struct ac_view){v.p + 16, key, 0});
}

static enum ac_rc tell_file_record(const struct found *f, struct ac_view v)
{
    uint64_t file;
    size_t at;
    enum ac_rc rc = AC_OK;

    if (v.n < 48 || memcmp(v.p, "FILE", 4) != 0)
        return AC_OK;
    file = ac_le32(v.p + 44) | (uint64_t)ac_le16(v.p + 16) << 48;
    at = ac_le16(v.p + 20);
    while (rc == AC_OK && ac_view_has(v, at, 24) && ac_budget_spend(f->log->budget, 1)) {
        uint32_t type = ac_le32(v.p + at), size = ac_le32(v.p + at + 4);
        size_t content = ac_le16(v.p + at + 20), n = ac_le32(v.p + at + 16);

        if (type == 0xFFFFFFFF || size < 24 || size % 8 != 0)
            break;
        if (type == 0x30 && v.p[at + 8] == 0 && content <= size && n <= size - content &&
            ac_view_has(v, at + content, n))
            rc =
                tell(f, AC_NTFS_LOG_FILE_WRITTEN, file, (struct ac_view){v.p + at + content, n, 0});
        at += size;
    }
    return rc;
}

/* The redo or undo data of an operation. */
static struct ac_view part(struct ac_view data, unsigned offset_at)
{
    size_t offset = ac_le16(data.p + offset_at), n = ac_le16(data.p + offset_at + 2);

    return ac_view_has(data, offset, n) ? (struct ac_view){data.p + offset, n, 0}
                                        : (struct ac_view){NULL, 0, 0};
}

static enum ac_rc tell_operation(const struct found *f, struct ac_view data)
{
    if (data.n < OPERATION_HEADER)
        return AC_OK;
    switch (ac_le16(data.p)) {
    case WRITE_FILE_RECORD:
        return tell_file_record(f, part(data, 4));
    case ADD_TO_ROOT:
    case ADD_TO_ALLOCATION:
        return tell_index_entry(f, AC_NTFS_LOG_NAME_ADDED, part(data, 4));
    case REMOVE_FROM_ROOT:
    case REMOVE_FROM_ALLOCATION:
        return tell_index_entry(f, AC_NTFS_LOG_NAME_REMOVED, part(data, 8));
    default:
        return AC_OK;
    }
}

/* ---- log records */

/* Is the page what followed the record when it was written, and not an older or newer turn of the log? */
static bool goes_on(const struct log *l, uint64_t lsn, const uint8_t *next, uint64_t number,
                    bool turned)
{
    uint64_t last = ac_le64(next + 8), place = last & ((UINT64_C(1) << l->lsn_bits) - 1);

    return last == lsn || (last > lsn && place * 8 / PAGE == number &&
                           (last >> l->lsn_bits) - (lsn >> l->lsn_bits) == turned);
}

/* The client's data of a record, which goes on in the next pages. False: its rest was overwritten. */
static bool gather(struct log *l, const uint8_t *page, uint64_t number, size_t at, size_t size)
{
    uint64_t lsn = ac_le64(page + at);
    size_t from = at + l->header, n = PAGE - from < size ? PAGE - from : size, done = n;
    uint8_t next[PAGE];
    bool turned = false;

    memcpy(l->data, page + from, n);
    while (done < size) {
        number++;
        if ((number + 1) * PAGE > l->bytes.n) {
            number = first_page(l);
            turned = true;
        }
        if (!ac_budget_spend(l->budget, PAGE) || read_page(l, number, next) != PAGE_READ ||
            !goes_on(l, lsn, next, number, turned))
            return false;
        n = PAGE - l->data_offset < size - done ? PAGE - l->data_offset : size - done;
        memcpy(l->data + done, next + l->data_offset, n);
        done += n;
    }
    return true;
}

/* Does a record begin here? Its number says where it stands. */
static bool is_record(const struct log *l, const uint8_t *page, size_t at, uint64_t home)
{
    uint64_t place = ac_le64(page + at) & ((UINT64_C(1) << l->lsn_bits) - 1);
    uint32_t type = ac_le32(page + at + 32), size = ac_le32(page + at + 24);

    return ac_le64(page + at) >> l->lsn_bits != 0 && place == (home + at) / 8 &&
           (type == 1 || type == 2) && size <= MOST_DATA;
}

/* Of a copy: does its home hold the same record? (The last two bytes of a sector are not what they seem.) */
static bool is_at_home(const struct log *l, const uint8_t *record, uint64_t home)
{
    return ac_view_has(l->bytes, home, 8) && memcmp(l->bytes.p + home, record, 6) == 0;
}

static enum ac_rc read_records(struct log *l, const uint8_t *page, uint64_t number, bool is_copy)
{
    uint64_t home = number * PAGE;
    enum ac_rc rc = AC_OK;

    for (size_t at = l->data_offset; rc == AC_OK && at + l->header <= PAGE;) {
        size_t size = ac_le32(page + at + 24);

        if (!ac_budget_spend(l->budget, 1))
            return AC_LIMIT;
        if (!is_record(l, page, at, home)) {
            at += 8;
            continue;
        }
        if (!is_copy || !is_at_home(l, page + at, home + at)) {
            struct found f = {l, home + at, ac_le64(page + at)};

            if (ac_le32(page + at + 32) == 1 && gather(l, page, number, at, size))
                rc = tell_operation(&f, (struct ac_view){l->data, size, 0});
        }
        at += (l->header + size + 7) / 8 * 8;
    }
    return rc;
}

/* Where a page that was written in a hurry belongs. */
static uint64_t home_of(const struct log *l, const uint8_t *page)
{
    uint64_t offset = l->major < 2 ? ac_le64(page + 8) : ac_le32(page + 60);

    return offset % PAGE == 0 && offset / PAGE >= first_page(l) && offset < l->bytes.n
               ? offset / PAGE
               : 0;
}

static enum ac_rc read_pages(struct log *l)
{
    uint8_t page[PAGE];
    enum ac_rc rc = AC_OK;

    for (uint64_t i = 2; rc == AC_OK && (i + 1) * PAGE <= l->bytes.n; i++) {
        enum page_state state = read_page(l, i, page);
        bool is_copy = i < first_page(l);

        if (!ac_budget_spend(l->budget, 1))
            return AC_LIMIT;
        /* a copy that was torn while it was written is what its home is for */
        *l->damaged += state == PAGE_DAMAGED && !is_copy;
        if (state != PAGE_READ)
            continue;
        /* a log of version 2 was one of version 1 before, whose pages began earlier */
        rc = read_records(l, page, i, false);
        if (rc == AC_OK && is_copy && home_of(l, page) != 0)
            rc = read_records(l, page, home_of(l, page), true);
    }
    return rc;
}

enum ac_rc ac_ntfs_log_read(struct ac_view log, struct ac_budget *budget, ac_ntfs_log_each *each,
                            void *context, uint64_t *ret_damaged, struct ac_err *err)
{
    struct log l = {
        .bytes = log, .budget = budget, .each = each, .context = context, .damaged = ret_damaged};
    enum ac_rc rc;

    *ret_damaged = 0;
    if (log.n < RESTART_PAGES)
        return AC_FAIL(err, AC_TRUNCATED, log.n, "shorter than its two restart pages");
    rc = read_restart(&l, log.p, err);
    if (rc != AC_OK) {
        ++*ret_damaged;
        rc = read_restart(&l, log.p + PAGE, err);
    }
    if (rc != AC_OK)
        return rc;
    l.data = ac_malloc(MOST_DATA);
    if (!l.data)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a log record");
    rc = read_pages(&l);
    if (rc == AC_LIMIT && budget->steps == 0)
        AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "more of it than is read");
    ac_free(l.data);
    return rc;
}

/* ---- as a parser of its own */

static void put_reference(struct ac_record *r, const char *field, uint64_t reference)
{
    char text[40];

    snprintf(text, sizeof(text), "%" PRIu64 "-%u", reference & UINT64_C(0xFFFFFFFFFFFF),
             (unsigned)(reference >> 48));
    ac_record_textz(r, field, text);
}

struct ac_record *ac_ntfs_log_record(const struct ac_ntfs_log_entry *e)
{
    static const char *const words[] = {[AC_NTFS_LOG_NAME_ADDED] = "index-entry-added",
                                        [AC_NTFS_LOG_NAME_REMOVED] = "index-entry-removed",
                                        [AC_NTFS_LOG_FILE_WRITTEN] = "mft-entry-written"};
    struct ac_record *r = ac_record_new(AC_KIND_CHANGE);

    ac_record_utf16(r, "name", e->name);
    ac_record_add_text(r, "reasons", ac_str_of(words[e->change]));
    ac_record_bool(r, "directory", e->directory);
    put_reference(r, "file", e->file);
    put_reference(r, "parent", e->parent);
    ac_record_time(r, "fn_created", e->created);
    ac_record_time(r, "fn_modified", e->modified);
    ac_record_time(r, "fn_changed", e->changed);
    ac_record_time(r, "fn_accessed", e->accessed);
    if (e->lsn <= INT64_MAX)
        ac_record_int(r, "lsn", (int64_t)e->lsn);
    ac_record_prov_int(r, "offset", (int64_t)e->offset);
    return r;
}

static bool recognise(const struct ac_artefact *a)
{
    return a->bytes.n >= RESTART_PAGES &&
           (memcmp(a->bytes.p, "RSTR", 4) == 0 || memcmp(a->bytes.p + PAGE, "RSTR", 4) == 0);
}

struct emitting {
    struct ac_sink *sink;
    struct ac_err *err;
};

static enum ac_rc emit(void *context, const struct ac_ntfs_log_entry *e)
{
    struct emitting *x = context;

    return ac_sink_emit(x->sink, ac_ntfs_log_record(e), x->err);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct emitting x = {sink, err};
    uint64_t damaged = 0;
    enum ac_rc rc = ac_ntfs_log_read(a->bytes, budget, emit, &x, &damaged, err);

    if (rc == AC_OK && damaged)
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_CORRUPT, AC_NO_OFFSET,
                             "entries of the file system's log may be missing",
                             "%" PRIu64 " page(s) of it are damaged", damaged);
    return rc;
}

const struct ac_parser ac_parser_ntfs_log = {
    .name = "ntfs-log", .source = "ntfs-log", .recognise = recognise, .parse = parse};
