#include "files/ntfs.h"

#include "base/alloc.h"

/* Little-endian number of n (0..8) bytes; with its sign if it is a distance. */
static uint64_t number(const uint8_t *p, unsigned n, bool is_signed)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    if (is_signed && n > 0 && n < 8 && p[n - 1] & 0x80)
        v |= UINT64_MAX << (8 * n);
    return v;
}

static enum ac_rc append(struct ac_ntfs_runs *runs, uint64_t lcn, uint64_t len, struct ac_err *err)
{
    struct ac_ntfs_run *last = runs->n ? &runs->items[runs->n - 1] : NULL;

    if (last && (lcn == AC_NTFS_HOLE ? last->lcn == AC_NTFS_HOLE
                                     : last->lcn != AC_NTFS_HOLE && last->lcn + last->len == lcn)) {
        last->len += len;
    } else {
        if (ac_grow((void **)&runs->items, &runs->cap, runs->n + 1, sizeof(*runs->items)) != 0)
            return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a run list");
        runs->items[runs->n++] = (struct ac_ntfs_run){runs->end, lcn, len};
    }
    runs->end += len;
    return AC_OK;
}

enum ac_rc ac_ntfs_runs_add(struct ac_ntfs_runs *runs, struct ac_view list, uint64_t clusters,
                            struct ac_err *err)
{
    uint64_t lcn = 0, end;

    for (size_t i = 0; i < list.n && list.p[i] != 0;) {
        unsigned len_bytes = list.p[i] & 15U, lcn_bytes = list.p[i] >> 4;
        uint64_t len;
        enum ac_rc rc;

        if (len_bytes == 0 || len_bytes > 8 || lcn_bytes > 8 ||
            len_bytes + lcn_bytes > list.n - i - 1)
            return AC_FAIL(err, AC_CORRUPT, list.base + i, "a run list has a malformed pair");
        len = number(list.p + i + 1, len_bytes, false);
        /* 2^42 clusters: 16 PiB of 4 KiB each, and their bytes fit 63 bits for the largest ones */
        if (len == 0 || __builtin_add_overflow(runs->end, len, &end) || end > UINT64_C(1) << 42)
            return AC_FAIL(err, AC_CORRUPT, list.base + i, "a run has an impossible length");
        if (lcn_bytes > 0) {
            lcn += number(list.p + i + 1 + len_bytes, lcn_bytes, true);
            if (lcn >= clusters || len > clusters - lcn)
                return AC_FAIL(err, AC_CORRUPT, list.base + i, "a run lies outside of the volume");
        }
        rc = append(runs, lcn_bytes ? lcn : AC_NTFS_HOLE, len, err);
        if (rc != AC_OK)
            return rc;
        i += 1 + len_bytes + lcn_bytes;
    }
    return AC_OK;
}

void ac_ntfs_runs_free(struct ac_ntfs_runs *runs)
{
    ac_free(runs->items);
    *runs = (struct ac_ntfs_runs){0};
}

const struct ac_ntfs_run *ac_ntfs_runs_at(const struct ac_ntfs_runs *runs, uint64_t vcn)
{
    size_t low = 0, high = runs->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct ac_ntfs_run *run = &runs->items[middle];

        if (vcn < run->vcn)
            high = middle;
        else if (vcn - run->vcn >= run->len)
            low = middle + 1;
        else
            return run;
    }
    return NULL;
}
