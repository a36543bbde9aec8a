/*
 * Entries of the NTFS change journal, $Extend\$UsnJrnl:$J: what happened to which file, and when.
 *
 * Format: Microsoft, USN_RECORD_V2 and USN_RECORD_V3; libyal/libfsntfs, documentation. Entries begin at
 * multiples of 8 bytes and do not cross pages of 4096; the beginning of the stream is sparse (zeros).
 */
#ifndef AC_PARSERS_USN_H
#define AC_PARSERS_USN_H

#include "parser.h"

extern const struct ac_parser ac_parser_usn;

#define AC_USN_PAGE 4096

enum ac_usn_reason {
    AC_USN_DATA_OVERWRITE = 0x1,
    AC_USN_FILE_CREATE = 0x100,
    AC_USN_FILE_DELETE = 0x200,
    AC_USN_RENAME_OLD_NAME = 0x1000,
    AC_USN_RENAME_NEW_NAME = 0x2000,
    AC_USN_CLOSE = 0x80000000,
};

/* An MFT entry with its sequence number; entry is 48 bits. */
struct ac_usn_reference {
    uint64_t entry;
    uint16_t sequence;
};

struct ac_usn_entry {
    uint64_t offset; /* in the view */
    unsigned version;
    struct ac_usn_reference file, parent;
    uint64_t usn;
    struct ac_filetime time;
    uint32_t reason, source, attributes;
    struct ac_view name; /* Borrowed: UTF-16LE */
};

/* The next entry from *at on, which moves behind it. Bytes that are no entry are passed over page by page;
 * *ret_damaged counts places where something else than zeros stood. False: the end, or the budget. */
bool ac_usn_next(struct ac_view v, size_t *at, struct ac_budget *budget, struct ac_usn_entry *ret,
                 uint64_t *ret_damaged);

/* The record of an entry: all but `path`. NULL: no memory. */
struct ac_record *ac_usn_record(const struct ac_usn_entry *e);

#endif
