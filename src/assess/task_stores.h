/*
 * Scheduled tasks stand in two places at once: the file, and the registry, which Windows goes by. Joined are
 * live records of one installation by the task's path, case ignored. Private to src/assess/.
 */
#ifndef AC_ASSESS_TASK_STORES_H
#define AC_ASSESS_TASK_STORES_H

#include "assess/assess.h"
#include "base/set.h"

#define AC_TASK_REFERENCE                                                                          \
    "Microsoft, Tarrask malware uses scheduled tasks for defense evasion, April 2022; "            \
    "GDATAAdvancedAnalytics/winreg-tasks; libyal/winreg-kb, Task scheduler"

/* What is known of an installation. */
enum ac_task_seen { AC_SOFTWARE_READ = 1, AC_TASKS_READ = 2, AC_HAS_XML = 4, AC_HAS_CACHE = 8 };

/* Each: evidence, system and path -> index of the record + 1. Owned: ac_task_stores_free(). */
struct ac_task_stores {
    struct ac_set xml, cache;
    struct ac_set files;   /* rows of the coverage table */
    struct ac_set systems; /* evidence and system -> enum ac_task_seen */
};

enum ac_rc ac_task_stores_gather(const struct ac_assessment *a, struct ac_task_stores *ret);
void ac_task_stores_free(struct ac_task_stores *s);

/* A live task of the registry? A record of artefacts that lie about, of no installation? */
bool ac_task_is_cached(const struct ac_record *r);
bool ac_task_is_loose(const struct ac_record *r);
/* Where a file's path goes on below System32/Tasks, with the separator; empty: it does not lie there. */
struct ac_str ac_task_below_folder(const char *path);

/* The record of that set with this path in r's installation; NULL: none, or no memory (*rc). */
const struct ac_record *ac_task_of(const struct ac_assessment *a, const struct ac_set *set,
                                   const struct ac_record *r, struct ac_str path, enum ac_rc *rc);
/* Is all of `bits` (enum ac_task_seen) true of r's installation? */
bool ac_task_stores_have(const struct ac_task_stores *s, const struct ac_record *r, unsigned bits,
                         enum ac_rc *rc);

/* Appends what an action starts; "-" for none. */
void ac_task_describe(const json_t *action, struct ac_buf *out);
void ac_task_describe_all(const struct ac_record *r, struct ac_buf *out);
/* Adds the other record (NULL: none) to a finding that was just made (NULL: no memory). */
enum ac_rc ac_task_join(struct ac_finding *f, const struct ac_record *other);

/* Runs `each` over the live tasks of the registry or, for `xml`, over those of files. */
typedef enum ac_rc ac_task_each(struct ac_assessment *a, const struct ac_rule *rule,
                                const struct ac_task_stores *s, const struct ac_record *r);
enum ac_rc ac_task_stores_each(struct ac_assessment *a, const struct ac_rule *rule, bool xml,
                               ac_task_each *each);

#endif
