/* Hive bins: headers, and cells that must fill each bin without gaps. */
#include "regf_inner.h"

#include <string.h>

#define BIN_UNIT 4096

bool ac_hive_is_bin(const struct ac_hive *h, uint64_t at)
{
    const uint8_t *p = h->bytes.p + AC_HIVE_BASE_BLOCK + at;
    uint32_t size;

    if (at + AC_HIVE_BASE_BLOCK + AC_HIVE_BIN_HEADER > h->bytes.n || memcmp(p, "hbin", 4) != 0)
        return false;
    size = ac_le32(p + 8);
    return ac_le32(p + 4) == at && size != 0 && size % BIN_UNIT == 0;
}

/* Cells of the bin at `at`, which ends at `end` (bytes of the hive bins data). */
static void check_cells(struct ac_hive *h, const uint8_t *bins, uint64_t at, uint64_t end)
{
    uint64_t cell = at + AC_HIVE_BIN_HEADER;

    while (cell + 4 <= end) {
        uint32_t stored = ac_le32(bins + cell);
        uint32_t size = stored < 0x80000000U ? stored : 0U - stored;

        if (!ac_hive_spend(h, 1))
            return;
        if (size < 8 || size % 8 != 0 || size > end - cell) {
            ac_hive_tell(h, AC_CORRUPT, cell + AC_HIVE_BASE_BLOCK,
                         "a cell states a size of %u bytes, %llu are left in its hive bin", size,
                         (unsigned long long)(end - cell));
            return;
        }
        cell += size;
    }
}

/* The next intact bin header after `at`, or `end`. */
static uint64_t next_bin(struct ac_hive *h, uint64_t at, uint64_t end)
{
    do {
        at += BIN_UNIT;
    } while (at + AC_HIVE_BIN_HEADER <= end && ac_hive_spend(h, 1) && !ac_hive_is_bin(h, at));
    return at + AC_HIVE_BIN_HEADER <= end ? at : end;
}

void ac_hive_check_bins(struct ac_hive *h)
{
    const uint8_t *bins = h->bytes.p + AC_HIVE_BASE_BLOCK;
    uint64_t there = h->bytes.n - AC_HIVE_BASE_BLOCK;
    uint64_t end = h->base.bins_size < there ? h->base.bins_size : there;
    uint64_t at = 0;

    while (at + AC_HIVE_BIN_HEADER <= end && h->rc == AC_OK) {
        uint64_t size = ac_le32(bins + at + 8);

        if (!ac_hive_is_bin(h, at)) {
            uint64_t next = next_bin(h, at, end);

            ac_hive_tell(h, AC_CORRUPT, at + AC_HIVE_BASE_BLOCK,
                         "no hive bin begins here; the next one is %llu bytes further",
                         (unsigned long long)(next - at));
            at = next;
            continue;
        }
        if (size > end - at) {
            if (h->base.bins_size <= there)
                ac_hive_tell(h, AC_CORRUPT, at + AC_HIVE_BASE_BLOCK + 8,
                             "a hive bin states %llu bytes, %llu are left",
                             (unsigned long long)size, (unsigned long long)(end - at));
            return;
        }
        check_cells(h, bins, at, at + size);
        at += size;
    }
}
