/*
 * Entries of the transaction log of NTFS, $LogFile, that name files: a name was put into the index of a
 * folder or taken out of it, an MFT entry was written anew. The log holds no times of its own, but
 * its entries hold the $FILE_NAME with the times that it had.
 *
 * Format: no vendor document; msuhanov/dfir_ntfs and libyal/libfsntfs (documentation) agree on what is read
 * here. A record's log sequence number (LSN) tells its own place in the file, by which records are
 * found without following chains, also those that are older than the last restart.
 */
#ifndef AC_PARSERS_NTFS_LOG_H
#define AC_PARSERS_NTFS_LOG_H

#include "parser.h"

extern const struct ac_parser ac_parser_ntfs_log;

enum ac_ntfs_log_change {
    AC_NTFS_LOG_NAME_ADDED, /* an entry was put into the index of the folder */
    AC_NTFS_LOG_NAME_REMOVED, /* taken out of it: deleted, renamed, moved, or the index was rearranged */
    AC_NTFS_LOG_FILE_WRITTEN, /* the whole MFT entry was written: a new file */
};

struct ac_ntfs_log_entry {
    enum ac_ntfs_log_change change;
    uint64_t offset; /* of its log record in the file */
    uint64_t lsn;
    uint64_t file, parent; /* MFT references: entry in the low 48 bits, sequence number above */
    struct ac_filetime created, modified, changed, accessed;
    bool directory;
    struct ac_view name; /* Borrowed, during the call: UTF-16LE */
};

typedef enum ac_rc ac_ntfs_log_each(void *context, const struct ac_ntfs_log_entry *e);

/* Nothing but 0xFF, as on a volume that was formatted, or emptied by another system, and not used since. */
bool ac_ntfs_log_is_empty(struct ac_view log);

/* All of a log, in the order of its pages; short (8.3) names are left out, and records
 * whose rest was overwritten. *ret_damaged counts pages that could not be read. AC_CORRUPT: no restart page; AC_UNSUPPORTED: another
 * version or page size; AC_LIMIT: the budget; else what `each` returned. */
enum ac_rc ac_ntfs_log_read(struct ac_view log, struct ac_budget *budget, ac_ntfs_log_each *each,
                            void *context, uint64_t *ret_damaged, struct ac_err *err);

/* The record of an entry: all but `path`. NULL: no memory. */
struct ac_record *ac_ntfs_log_record(const struct ac_ntfs_log_entry *e);

#endif
