/*
 * Builds $LogFile from what is published of its form (msuhanov/dfir_ntfs; Russon and Fledel, "NTFS Documentation"):
 * restart pages, record pages with update sequence arrays, log records of the NTFS client.
 */
#ifndef AC_TESTS_BUILD_NTFS_LOG_H
#define AC_TESTS_BUILD_NTFS_LOG_H

#include "fixture.h"

#define FX_LOG_PAGE 4096U

struct fx_ntfs_log {
    unsigned major, n_pages;
    uint64_t turn;  /* high bits of the log sequence numbers */
    uint8_t *pages; /* Owned: n_pages, without update sequences until fx_ntfs_log_build() */
    uint64_t next;  /* byte of the file where the next record begins */
};

/* version: 1 (1.1) or 2 (2.0); all pages but the restart pages are blank (0xFF). */
void fx_ntfs_log_init(struct fx_ntfs_log *l, unsigned version, unsigned n_pages);
/* The next record begins there. */
void fx_ntfs_log_at(struct fx_ntfs_log *l, unsigned page, unsigned offset);

/* One operation; redo or undo may be empty. Goes on in the next page when it does not fit. */
void fx_ntfs_log_add(struct fx_ntfs_log *l, unsigned redo_operation, struct ac_view redo,
                     unsigned undo_operation, struct ac_view undo);

/* The page becomes a copy of `home`, as Windows writes it in a hurry; home becomes blank. */
void fx_ntfs_log_move(struct fx_ntfs_log *l, unsigned home, unsigned page);
/* Appends the file and frees l. */
void fx_ntfs_log_build(struct fx_ntfs_log *l, struct ac_buf *out);

/* $FILE_NAME; an index entry of it; an MFT entry with it. Append. */
void fx_log_file_name(struct ac_buf *out, uint64_t parent, const char *name, unsigned space);
void fx_log_index_entry(struct ac_buf *out, uint64_t file, uint64_t parent, const char *name);
void fx_log_file_record(struct ac_buf *out, uint64_t file, uint64_t parent, const char *name);

#define FX_LOG_CREATED "2021-01-05T08:30:14.5Z"

#endif
