/*
 * Which of a volume's many changes are kept, and how they become records: shared by the change journal and the
 * file system's own log. Private to src/collect/.
 *
 * Kept are changes of files whose name an autostart, a task, a prefetch file or a candidate has, and those of
 * programs, scripts and documents that came or went where an ordinary user may write.
 */
#ifndef AC_COLLECT_CHANGES_H
#define AC_COLLECT_CHANGES_H

#include "collect/collector.h"

struct ac_changes {
    struct ac_collector *c; /* Borrowed */
    struct ac_place *place; /* Borrowed */
    ac_node *by_entry;      /* Owned: folder of each MFT entry, AC_NODE_NONE: none */
    uint64_t entries;       /* of by_entry */
    uint64_t kept;
    bool capped; /* more of interest than AC_MAX_CHANGES, or more than was read */
};

struct ac_change {
    struct ac_view name; /* Borrowed: UTF-16LE */
    uint64_t parent;     /* MFT reference of the folder */
    bool comes_or_goes;  /* created, deleted, renamed: what makes other programs worth a record */
};
/* Makes the record of what `entry` points to, all but its path; NULL: no memory. */
typedef struct ac_record *ac_change_record(const void *entry);

/* AC_OK or AC_NOMEM. Owned: ac_changes_free(). */
enum ac_rc ac_changes_init(struct ac_changes *ret, struct ac_collector *c, struct ac_place *place);
void ac_changes_free(struct ac_changes *ch);

/* Emits the record of a change if it is one to keep. */
enum ac_rc ac_changes_consider(struct ac_changes *ch, const struct ac_change *change,
                               ac_change_record *make, const void *entry);

/* The row of the coverage table. */
enum ac_rc ac_changes_row(struct ac_changes *ch, const struct ac_parser *parser, uint64_t size,
                          uint64_t entries, bool whole);

#endif
