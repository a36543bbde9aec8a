#include "regf_log.h"

#include "regf_inner.h"

#include <string.h>

#define ENTRY_HEADER 40
#define REFERENCE 8
#define SEED_LOW 0x7A4E55C5U
#define SEED_HIGH 0x82EF4D88U
#define TYPE_VERY_OLD 2 /* Windows 2000 */
#define TYPE_OLD 1
#define TYPE_NEW 6

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static void mix(uint32_t *low, uint32_t *high, uint32_t word)
{
    *low += word;
    *high ^= *low;
    *low = rotate(*low, 20) + *high;
    *high = rotate(*high, 9) ^ *low;
    *low = rotate(*low, 27) + *high;
    *high = rotate(*high, 19);
}

uint64_t ac_marvin32(const uint8_t *p, size_t n)
{
    uint32_t low = SEED_LOW, high = SEED_HIGH, last = 0x80;
    size_t whole = n / 4 * 4;

    for (size_t i = 0; i < whole; i += 4)
        mix(&low, &high, ac_le32(p + i));
    for (size_t i = n; i > whole; i--)
        last = last << 8 | p[i - 1];
    mix(&low, &high, last);
    mix(&low, &high, 0);
    return (uint64_t)high << 32 | low;
}

static bool all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] != 0)
            return false;
    }
    return true;
}

enum ac_rc ac_log_open(struct ac_view bytes, struct ac_log *ret, struct ac_err *err)
{
    struct ac_log log = {.bytes = bytes};
    uint32_t type;

    if (bytes.n == 0 || all_zero(bytes.p, bytes.n < AC_LOG_SECTOR ? bytes.n : AC_LOG_SECTOR))
        return AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "the log is empty");
    if (bytes.n < AC_LOG_SECTOR)
        return AC_FAIL(err, AC_TRUNCATED, bytes.n, "the log ends within its base block");
    ac_hive_read_base(bytes, &log.base);
    if (!log.base.checksum_ok)
        return AC_FAIL(err, AC_CORRUPT, 508,
                       "the base block of the log is damaged (signature or checksum)");
    type = ac_le32(bytes.p + 28);
    if (type != TYPE_NEW && type != TYPE_OLD && type != TYPE_VERY_OLD)
        return AC_FAIL(err, AC_UNSUPPORTED, 28, "file type %u is no known transaction log", type);
    if (log.base.dirty)
        return AC_FAIL(err, AC_CORRUPT, 4,
                       "writing the log did not end: its sequence numbers %u and %u differ",
                       log.base.primary, log.base.secondary);
    log.kind = type == TYPE_NEW ? AC_LOG_NEW : AC_LOG_OLD;
    if (log.kind == AC_LOG_OLD &&
        (bytes.n < AC_LOG_SECTOR + 4 || memcmp(bytes.p + AC_LOG_SECTOR, "DIRT", 4) != 0))
        return AC_FAIL(err, AC_CORRUPT, AC_LOG_SECTOR, "the log has no list of dirty pages");
    *ret = log;
    return AC_OK;
}

/* Do the pages lie in the entry and in the hive bins it states? */
static enum ac_rc check_pages(const struct ac_log_entry *e, struct ac_err *err)
{
    size_t used = 0;

    for (uint32_t i = 0; i < e->pages; i++) {
        uint32_t place = ac_le32(e->refs.p + (size_t)i * REFERENCE);
        uint32_t size = ac_le32(e->refs.p + (size_t)i * REFERENCE + 4);

        if (size == 0 || size > e->data.n - used || place > e->bins_size ||
            size > e->bins_size - place)
            return AC_FAIL(err, AC_CORRUPT, e->refs.base + (uint64_t)i * REFERENCE,
                           "page %u of log entry %u (%u bytes for 0x%x) does not fit", i,
                           e->sequence, size, place);
        used += size;
    }
    return AC_OK;
}

/* The header is intact: its hash says so. */
static enum ac_rc read_entry(const struct ac_log *log, struct ac_log_entry *e, struct ac_err *err)
{
    const uint8_t *p = log->bytes.p + e->offset;
    size_t refs;

    if (e->size < AC_LOG_SECTOR || e->size % AC_LOG_SECTOR != 0)
        return AC_FAIL(err, AC_CORRUPT, e->offset + 4, "log entry %u states a size of %u bytes",
                       e->sequence, e->size);
    if (e->size > log->bytes.n - e->offset)
        return AC_FAIL(err, AC_TRUNCATED, e->offset,
                       "the log ends within entry %u (%u bytes, %llu are there)", e->sequence,
                       e->size, (unsigned long long)(log->bytes.n - e->offset));
    if (ac_le64(p + 24) != ac_marvin32(p + ENTRY_HEADER, e->size - ENTRY_HEADER))
        return AC_FAIL(err, AC_CORRUPT, e->offset + 24,
                       "the pages of log entry %u are damaged (hash)", e->sequence);
    if (e->bins_size == 0 || e->bins_size % AC_HIVE_BASE_BLOCK != 0)
        return AC_FAIL(err, AC_CORRUPT, e->offset + 16, "log entry %u states %u bytes of hive bins",
                       e->sequence, e->bins_size);
    if (e->pages > (e->size - ENTRY_HEADER) / REFERENCE)
        return AC_FAIL(err, AC_CORRUPT, e->offset + 20, "log entry %u states %u pages", e->sequence,
                       e->pages);
    refs = (size_t)e->pages * REFERENCE;
    e->refs = (struct ac_view){p + ENTRY_HEADER, refs, e->offset + ENTRY_HEADER};
    e->data = (struct ac_view){p + ENTRY_HEADER + refs, e->size - ENTRY_HEADER - refs,
                               e->offset + ENTRY_HEADER + refs};
    return check_pages(e, err);
}

static void read_header(const uint8_t *p, struct ac_log_entry *e)
{
    e->size = ac_le32(p + 4);
    e->sequence = ac_le32(p + 12);
    e->bins_size = ac_le32(p + 16);
    e->pages = ac_le32(p + 20);
}

enum ac_rc ac_log_entry_any(const struct ac_log *log, uint64_t offset, struct ac_log_entry *ret)
{
    const uint8_t *p = log->bytes.p + offset;
    struct ac_log_entry e = {.offset = offset};

    if (offset + ENTRY_HEADER > log->bytes.n || memcmp(p, "HvLE", 4) != 0 ||
        ac_le64(p + 32) != ac_marvin32(p, 32))
        return AC_NOT_FOUND;
    read_header(p, &e);
    if (read_entry(log, &e, NULL) != AC_OK)
        return AC_NOT_FOUND;
    *ret = e;
    return AC_OK;
}

enum ac_rc ac_log_entry_at(const struct ac_log *log, uint64_t offset, uint32_t expected,
                           struct ac_log_entry *ret, struct ac_err *err)
{
    const uint8_t *p = log->bytes.p + offset;
    struct ac_log_entry e = {.offset = offset};
    enum ac_rc rc;

    if (offset + ENTRY_HEADER > log->bytes.n || memcmp(p, "HvLE", 4) != 0)
        return AC_FAIL(err, AC_NOT_FOUND, offset, "there is no log entry");
    if (ac_le64(p + 32) != ac_marvin32(p, 32))
        return AC_FAIL(err, AC_CORRUPT, offset + 32,
                       "the header of the log entry is damaged (hash), entry %u was expected",
                       expected);
    read_header(p, &e);
    if (ac_sequence_after(e.sequence, expected))
        return AC_FAIL(err, AC_CORRUPT, offset + 12,
                       "a gap in the log: entry %u where %u was expected", e.sequence, expected);
    if (e.sequence != expected)
        return AC_FAIL(err, AC_NOT_FOUND, offset, "older log entries begin");
    rc = read_entry(log, &e, err);
    if (rc == AC_OK)
        *ret = e;
    return rc;
}

bool ac_log_entry_page(const struct ac_log_entry *e, uint32_t *at, size_t *used,
                       struct ac_log_page *ret)
{
    uint32_t size;

    if (*at >= e->pages)
        return false;
    size = ac_le32(e->refs.p + (size_t)*at * REFERENCE + 4);
    ret->place = ac_le32(e->refs.p + (size_t)*at * REFERENCE);
    ret->bytes = (struct ac_view){e->data.p + *used, size, e->data.base + *used};
    *used += size;
    ++*at;
    return true;
}

enum ac_rc ac_log_old_page(const struct ac_log *log, uint32_t *bit, uint32_t *used,
                           struct ac_log_page *ret)
{
    uint32_t bits = log->base.bins_size / AC_LOG_SECTOR;
    size_t bitmap = AC_LOG_SECTOR + 4, pages = bitmap + (bits + 7) / 8;

    pages = (pages + AC_LOG_SECTOR - 1) / AC_LOG_SECTOR * AC_LOG_SECTOR;
    if (pages > log->bytes.n)
        return AC_TRUNCATED;
    for (; *bit < bits; ++*bit) {
        size_t at = pages + (size_t)*used * AC_LOG_SECTOR;

        if (!(log->bytes.p[bitmap + *bit / 8] & 1U << *bit % 8))
            continue;
        if (!ac_view_has(log->bytes, at, AC_LOG_SECTOR))
            return AC_TRUNCATED;
        ret->place = *bit * AC_LOG_SECTOR;
        ret->bytes = (struct ac_view){log->bytes.p + at, AC_LOG_SECTOR, at};
        ++*used;
        ++*bit;
        return AC_OK;
    }
    return AC_NOT_FOUND;
}
