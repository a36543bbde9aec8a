#include "regf.h"

#include "base/alloc.h"
#include "regf_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CHECKSUM_AT 508
#define ROOT_SEARCH 4096 /* the root key is the first cell of the first bin on every known system */

void ac_hive_stop(struct ac_hive *h, enum ac_rc rc)
{
    if (h->rc == AC_OK)
        h->rc = rc;
}

bool ac_hive_spend(struct ac_hive *h, uint64_t steps)
{
    if (h->rc == AC_OK && !ac_budget_spend(h->budget, steps))
        h->rc = AC_LIMIT;
    return h->rc == AC_OK;
}

/* True the first time it is asked about a place, and always without memory to remember it. */
static bool first_time(struct ac_hive *h, uint64_t offset)
{
    size_t place = (size_t)(offset / 4);
    uint8_t bit = (uint8_t)(1U << (place % 8));

    if (!h->told)
        h->told = ac_calloc(h->bytes.n / 32 + 1, 1);
    if (!h->told)
        ac_hive_stop(h, AC_NOMEM);
    if (!h->told || place / 8 > h->bytes.n / 32)
        return true;
    if (h->told[place / 8] & bit)
        return false;
    h->told[place / 8] |= bit;
    return true;
}

void ac_hive_tell(struct ac_hive *h, enum ac_rc class, uint64_t offset, const char *fmt, ...)
{
    char what[AC_ERR_TEXT];
    va_list ap;
    enum ac_rc rc;

    if (h->rc != AC_OK || !first_time(h, offset) || h->rc != AC_OK)
        return;
    h->problems++;
    if (h->problems > AC_MAX_HIVE_PROBLEMS + 1)
        return;
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    if (h->problems == AC_MAX_HIVE_PROBLEMS + 1) {
        class = AC_LIMIT;
        snprintf(what, sizeof(what),
                 "the hive has more than %d damaged places, the others are "
                 "not listed",
                 AC_MAX_HIVE_PROBLEMS);
    }
    rc = h->watch->problem(h->watch->context, class, offset, what);
    if (rc != AC_OK)
        ac_hive_stop(h, rc);
}

bool ac_hive_cell(struct ac_hive *h, uint32_t cell, uint64_t from, const char *what,
                  struct ac_view *ret)
{
    uint64_t offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK;
    uint32_t stored, size;

    if (!ac_hive_spend(h, 1))
        return false;
    if (cell % 8 != 0 || offset + 4 > h->bytes.n) {
        bool beyond = cell % 8 == 0 && cell < h->base.bins_size;

        ac_hive_tell(h, beyond ? AC_TRUNCATED : AC_CORRUPT, from,
                     "the reference to a %s points to 0x%x, which is %s", what, cell,
                     cell % 8 != 0 ? "no multiple of 8" : "beyond the end of the file");
        return false;
    }
    stored = ac_le32(h->bytes.p + offset);
    size = 0U - stored;
    if (stored < 0x80000000U) {
        ac_hive_tell(h, AC_CORRUPT, from, "the %s at 0x%x lies in a cell that is not in use", what,
                     cell);
        return false;
    }
    if (size < 8 || size % 8 != 0 || size > h->bytes.n - offset) {
        ac_hive_tell(h, size > 8 && size % 8 == 0 ? AC_TRUNCATED : AC_CORRUPT, offset,
                     "the cell of a %s states a size of %u bytes, %zu are left in the file", what,
                     size, (size_t)(h->bytes.n - offset));
        return false;
    }
    if (cell >= h->base.bins_size)
        ac_hive_tell(h, AC_CORRUPT, from, "a %s lies beyond the hive bins (0x%x of 0x%x)", what,
                     cell, h->base.bins_size);
    if (h->used)
        h->used[cell / 64] |= (uint8_t)(1U << cell / 8 % 8);
    *ret = (struct ac_view){h->bytes.p + offset + 4, size - 4, h->bytes.base + offset + 4};
    return h->rc == AC_OK;
}

enum ac_rc ac_hive_mark(struct ac_hive *h)
{
    size_t n = h->bytes.n / 64 + 1;

    if (h->used)
        return AC_OK;
    h->used = ac_calloc(n, 1);
    h->data = ac_calloc(n, 1);
    if (h->used && h->data)
        return AC_OK;
    ac_hive_stop(h, AC_NOMEM);
    return AC_NOMEM;
}

/* XOR of the first 127 words; 0 and -1 are stored as 1 and -2. */
uint32_t ac_hive_checksum(const uint8_t *base_block)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < CHECKSUM_AT; i += 4)
        sum ^= ac_le32(base_block + i);
    return sum == UINT32_MAX ? UINT32_MAX - 1 : sum == 0 ? 1 : sum;
}

void ac_hive_read_base(struct ac_view bytes, struct ac_hive_base *ret)
{
    const uint8_t *p = bytes.p;
    struct ac_hive_base *b = ret;

    *b = (struct ac_hive_base){.primary = ac_le32(p + 4), .secondary = ac_le32(p + 8)};
    b->last_written.ticks = ac_le64(p + 12);
    b->major = ac_le32(p + 20);
    b->minor = ac_le32(p + 24);
    b->root = ac_le32(p + 36);
    b->bins_size = ac_le32(p + 40);
    b->file_name = (struct ac_view){p + 48, 64, bytes.base + 48};
    b->checksum_ok = memcmp(p, "regf", 4) == 0 && ac_hive_checksum(p) == ac_le32(p + CHECKSUM_AT);
    b->dirty = b->primary != b->secondary;
}

static bool is_log(const uint8_t *p)
{
    uint32_t type = ac_le32(p + 28);

    return memcmp(p, "regf", 4) == 0 && type != 0 &&
           (memcmp(p + 512, "DIRT", 4) == 0 || memcmp(p + 512, "HvLE", 4) == 0 ||
            memcmp(p + 4096, "hbin", 4) != 0);
}

/* Is there a key node in this cell? Asks without telling the watcher. */
static bool holds_key(const struct ac_hive *h, uint32_t cell)
{
    uint64_t offset = (uint64_t)cell + AC_HIVE_BASE_BLOCK;

    return cell % 8 == 0 && offset + 4 + 76 <= h->bytes.n &&
           memcmp(h->bytes.p + offset + 4, "nk", 2) == 0;
}

/* Where the base block is no help: the first key of the first bin that is marked as a root. */
static uint32_t search_root(const struct ac_hive *h)
{
    for (uint32_t cell = AC_HIVE_BIN_HEADER; cell < ROOT_SEARCH; cell += 8) {
        if (holds_key(h, cell) &&
            (ac_le16(h->bytes.p + AC_HIVE_BASE_BLOCK + cell + 6) & AC_HIVE_KEY_ROOT))
            return cell;
    }
    return AC_HIVE_NONE;
}

static enum ac_rc check_version(struct ac_hive *h, struct ac_err *err)
{
    struct ac_hive_base *b = &h->base;

    if (b->major == 1 && b->minor >= 2 && b->minor <= 6)
        return AC_OK;
    if (b->checksum_ok && (b->major != 1 || b->minor < 2))
        return AC_FAIL(err, AC_UNSUPPORTED, 20, "hive format version %u.%u is not known", b->major,
                       b->minor);
    ac_hive_tell(h, AC_UNSUPPORTED, 20, "hive format version %u.%u is not known, read as 1.5",
                 b->major, b->minor);
    b->major = 1;
    b->minor = 5;
    return AC_OK;
}

static enum ac_rc check_base(struct ac_hive *h, struct ac_err *err)
{
    struct ac_hive_base *b = &h->base;
    bool signature = memcmp(h->bytes.p, "regf", 4) == 0;
    uint64_t there = h->bytes.n - AC_HIVE_BASE_BLOCK;
    uint32_t root = b->root;
    enum ac_rc rc;

    if (!signature || !holds_key(h, root))
        root = search_root(h);
    if (root == AC_HIVE_NONE)
        return AC_FAIL(err, AC_CORRUPT, signature ? 36 : 0,
                       signature ? "the base block leads to no root key"
                                 : "this is no registry hive, or its base block is destroyed");
    if (!signature) {
        ac_hive_tell(h, AC_CORRUPT, 0,
                     "the base block has no signature; the root key was taken "
                     "from the first hive bin");
        b->bins_size = there > UINT32_MAX ? UINT32_MAX : (uint32_t)there;
        b->dirty = false;
        b->major = 1;
        b->minor = 5;
    } else if (!b->checksum_ok) {
        ac_hive_tell(h, AC_CORRUPT, CHECKSUM_AT, "the checksum of the base block is wrong");
    }
    rc = check_version(h, err);
    if (rc != AC_OK)
        return rc;
    if (root != b->root && signature)
        ac_hive_tell(h, AC_CORRUPT, 36,
                     "the base block leads to no root key; the one in the "
                     "first hive bin was taken");
    b->root = root;
    if (b->bins_size > there)
        ac_hive_tell(h, AC_TRUNCATED, 40,
                     "the base block states %u bytes of hive bins, the file has %llu", b->bins_size,
                     (unsigned long long)there);
    return AC_OK;
}

static enum ac_rc open_checked(struct ac_hive *h, struct ac_err *err)
{
    struct ac_hive_key root;
    enum ac_rc rc;

    if (is_log(h->bytes.p))
        return AC_FAIL(err, AC_UNSUPPORTED, 28, "this is a transaction log, not a hive");
    ac_hive_read_base(h->bytes, &h->base);
    rc = check_base(h, err);
    if (rc != AC_OK)
        return rc;
    ac_hive_check_bins(h);
    if (!ac_hive_root(h, &root))
        return AC_FAIL(err, h->rc != AC_OK ? h->rc : AC_CORRUPT,
                       (uint64_t)h->base.root + AC_HIVE_BASE_BLOCK, "the root key cannot be read");
    if (!(root.flags & AC_HIVE_KEY_ROOT))
        ac_hive_tell(h, AC_CORRUPT, root.offset + 6,
                     "the key that the base block leads to is not marked as a root key");
    return h->rc == AC_OK ? AC_OK : AC_FAIL(err, h->rc, AC_NO_OFFSET, "reading the hive ended");
}

static enum ac_rc new_hive(struct ac_view bytes, const struct ac_hive_watch *watch,
                           struct ac_budget *budget, struct ac_hive **ret, struct ac_err *err)
{
    struct ac_hive *h;

    if (bytes.n < AC_HIVE_BASE_BLOCK + AC_HIVE_BIN_HEADER)
        return AC_FAIL(err, AC_TRUNCATED, bytes.n,
                       "the file has %zu bytes, less than a base block and a hive bin", bytes.n);
    if (bytes.n > AC_MAX_ARTEFACT)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "the file has %zu bytes, more than are read",
                       bytes.n);
    h = ac_calloc(1, sizeof(*h));
    if (!h)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a hive");
    h->bytes = bytes;
    h->watch = watch;
    h->budget = budget;
    *ret = h;
    return AC_OK;
}

enum ac_rc ac_hive_open(struct ac_view bytes, const struct ac_hive_watch *watch,
                        struct ac_budget *budget, struct ac_hive **ret, struct ac_err *err)
{
    struct ac_hive *h = NULL;
    enum ac_rc rc = new_hive(bytes, watch, budget, &h, err);

    if (rc == AC_OK)
        rc = open_checked(h, err);
    if (rc != AC_OK) {
        ac_hive_close(h);
        return rc;
    }
    *ret = h;
    return AC_OK;
}

enum ac_rc ac_hive_open_bins(struct ac_view bytes, const struct ac_hive_watch *watch,
                             struct ac_budget *budget, struct ac_hive **ret, struct ac_err *err)
{
    struct ac_hive *h = NULL;
    enum ac_rc rc = new_hive(bytes, watch, budget, &h, err);

    if (rc != AC_OK)
        return rc;
    ac_hive_read_base(bytes, &h->base);
    h->base.bins_size = (uint32_t)(bytes.n - AC_HIVE_BASE_BLOCK); /* whatever the base block says */
    h->base.root = AC_HIVE_NONE;
    if (h->base.major != 1 || h->base.minor < 2 || h->base.minor > 6) {
        h->base.major = 1;
        h->base.minor = 5;
    }
    ac_hive_check_bins(h);
    rc = h->rc;
    if (rc != AC_OK) {
        ac_hive_close(h);
        return AC_FAIL(err, rc, AC_NO_OFFSET, "reading the hive ended");
    }
    *ret = h;
    return AC_OK;
}

void ac_hive_close(struct ac_hive *h)
{
    if (!h)
        return;
    ac_free(h->told);
    ac_free(h->used);
    ac_free(h->data);
    ac_free(h);
}

const struct ac_hive_base *ac_hive_base(const struct ac_hive *h)
{
    return &h->base;
}

enum ac_rc ac_hive_rc(const struct ac_hive *h)
{
    return h->rc;
}

uint64_t ac_hive_problems(const struct ac_hive *h)
{
    return h->problems;
}
