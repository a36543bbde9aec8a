/*
 * Builds transaction logs of hives and deletes as Windows does, from the format's specification (M.
 * Suhanov, "Windows registry file format specification"); the Marvin32 hash is written here a second
 * time, from its published description. Works on files made by build_regf.h.
 */
#ifndef AC_TESTS_BUILD_REGF_LOG_H
#define AC_TESTS_BUILD_REGF_LOG_H

#include "build_regf.h"

/* ---- logs: a log turns `before` into `after`, which are two builds of a hive */

struct fx_log {
    uint32_t sequence;   /* of the first entry */
    uint32_t entries;    /* over which the changed pages are spread; 0: 1 */
    uint32_t first_page; /* changed pages before this one are left to another log */
    uint32_t pages;      /* at most so many; 0: all that follow */
};
/* New format (HvLE): base block of `before` with file type 6. Returns the number of changed pages
 * written. out must be empty. */
uint32_t fx_log_new(struct ac_view before, struct ac_view after, const struct fx_log *how,
                    struct ac_buf *out);
/* Old format (DIRT): base block of `after` with file type 1 and the sequence number of how. */
uint32_t fx_log_old(struct ac_view before, struct ac_view after, const struct fx_log *how,
                    struct ac_buf *out);
uint64_t fx_marvin32(const void *p, size_t n);
/* Sets both hashes of the entry at `at` after it was changed by hand. */
void fx_log_rehash(struct ac_buf *log, size_t at);
/* Makes a hive dirty: sequence numbers primary and primary - 1. */
void fx_hive_dirty(struct ac_buf *file, uint32_t primary);

/* ---- deleting, on a built file. `at` are file offsets of cells (fx_hive_*_at()). */

/* The size field becomes positive, the content stays. Free neighbours are joined when `join`. */
void fx_free_cell(struct ac_buf *file, size_t at, bool join);
/* Removes the value from the list of its key: later entries move down, the count becomes smaller,
 * the last list is freed. The value and its data are freed. */
void fx_delete_value(struct ac_buf *file, size_t key_at, size_t value_at);
/* Removes the key from its parent's list, frees it, its values and everything below. */
void fx_delete_key(struct ac_buf *file, size_t key_at);
/* The value gets other data, at most as long as its cell or else in `spare`, a cell that is there
 * for it; the old cell is then freed. */
void fx_change_data(struct ac_buf *file, size_t value_at, const void *data, size_t n, size_t spare);

#endif
