/*
 * Applying transaction logs to a copy of a hive in memory, as Windows does when it loads a dirty
 * hive. The hive's own bytes are never changed.
 *
 * Which logs, and in which order (M. Suhanov, "Windows registry file format specification"):
 *  - A clean hive ignores its logs; entries newer than the hive are told.
 *  - A log must have an intact base block and be of this hive: the same file name as far as both
 *    base blocks hold it, the same resource manager, in the new format the same time of last
 *    writing. Other users' hives are copies of one template, so no one of these is enough.
 *  - LOG1 and LOG2 go before LOG, the new format before the old.
 *  - New format: entries count when the log's sequence number is not below the hive's secondary
 *    one. The log that begins earlier comes first, the other must go on where it ended. When the
 *    hive's base block is damaged, only the later log is used and the base block comes from it.
 *    Entries are applied up to the first bad one.
 *  - Old format: of the logs at least as new as the hive the newest; all its pages or none.
 */
#ifndef AC_PARSERS_REGF_REPLAY_H
#define AC_PARSERS_REGF_REPLAY_H

#include "regf.h"
#include "regf_log.h"

/* One range of the result that came from a log. */
struct ac_hive_patch {
    uint64_t offset, length; /* bytes of the file */
    const char *log;         /* Borrowed: name of the companion */
    uint32_t sequence;       /* of the log entry; old format: of the log */
};

struct ac_hive_replay {
    struct ac_view bytes;  /* the hive to read: own, or the artefact's when nothing applied */
    struct ac_view before; /* Borrowed: the artefact's */
    uint8_t *own;          /* Owned: NULL when nothing was applied */
    struct ac_hive_patch *patches; /* Owned: in the order in which they were applied */
    size_t n, cap;
    uint32_t *pages; /* Owned: for each 512 bytes of the file 1 + index of its last patch, or 0 */
    size_t n_pages;
    size_t entries, logs; /* applied */
};

/* What is told of a hive and its logs. `where` is the name of a log, or NULL for the hive. Anything
 * but AC_OK ends the work with that result. */
struct ac_replay_watch {
    enum ac_rc (*tell)(void *context, const char *where, enum ac_rc class, uint64_t offset,
                       const char *effect, const char *what);
    void *context;
};

/* AC_OK in every case but AC_NOMEM, AC_LIMIT (budget) and what the watcher returned. ret->bytes is
 * what should be read. Owned: ac_hive_replay_free(). A hive that stays dirty is told. */
enum ac_rc ac_hive_replay(const struct ac_artefact *a, const struct ac_replay_watch *watch,
                          struct ac_budget *budget, struct ac_hive_replay *ret, struct ac_err *err);
void ac_hive_replay_free(struct ac_hive_replay *r);

/* Is the log one of the hive with that base block: the same file name and resource manager? Times are not
 * compared: the log of a clean hive may be older. False too when memory fails. */
bool ac_hive_log_belongs(struct ac_view hive, const struct ac_log *log);

/* The last patch that touches bytes [offset, offset + n) and changed at least one of them; NULL if
 * they are as they lie in the primary file. */
const struct ac_hive_patch *ac_hive_replay_patch(const struct ac_hive_replay *r, uint64_t offset,
                                                 uint64_t n);

#endif
