/*
 * The binary values of a task in the registry (SOFTWARE, ...\Schedule\TaskCache\Tasks\{GUID}): what it
 * starts, and when, as whom. Pure decoders: bytes into the fields of a task record.
 *
 * Format: GDATAAdvancedAnalytics/winreg-tasks, kaitai/actions.ksy, triggers.ksy, job_schedule.ksy,
 * optional_settings.ksy, user_info.ksy, dynamic_info.ksy; libyal/winreg-kb, "Task scheduler". Nothing of
 * it is documented by Microsoft and which fields there are depends on the version of Windows: a value is
 * read by the layout of its version, and when that does not fit by the layouts of the others; one
 * that fits to the last byte is taken.
 *
 * What was read before a place that cannot be read is kept in the record; the function then returns
 *   AC_TRUNCATED, AC_CORRUPT   the value ends too early, or contradicts the format
 *   AC_UNSUPPORTED             a version, an action or a trigger that is not known
 *   AC_LIMIT                   more entries than Windows allows, or the budget is spent
 * with the place in *fault.
 */
#ifndef AC_PARSERS_TASKCACHE_H
#define AC_PARSERS_TASKCACHE_H

#include "parser.h"

struct ac_taskcache_fault {
    size_t at;        /* byte in the value */
    const char *what; /* a sentence, static */
};

/* Value Actions: field `actions`; its context becomes the id of `principal` if there is none. */
enum ac_rc ac_taskcache_actions(struct ac_view data, struct ac_budget *budget, struct ac_record *r,
                                struct ac_taskcache_fault *fault);
/* Value Triggers: fields `triggers`, `principal`, `hidden`, `enabled`, `settings`,
 * `delete_expired_after`. Local times have no zone, those in UTC end in Z. */
enum ac_rc ac_taskcache_triggers(struct ac_view data, struct ac_budget *budget, struct ac_record *r,
                                 struct ac_taskcache_fault *fault);
/* Value DynamicInfo: `created`, `last_run`, `last_error`, `last_success`. */
enum ac_rc ac_taskcache_dynamic_info(struct ac_view data, struct ac_record *r,
                                     struct ac_taskcache_fault *fault);

#endif
