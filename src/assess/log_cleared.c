/* Event logs that were cleared: listed, because what stood in them before is not to be found. */
#include "assess/assess.h"

#include <string.h>

static bool is_cleared(const struct ac_record *r)
{
    int64_t id = ac_record_get_int(r, "event_id");
    const char *provider = ac_record_get(r, "provider");

    /* before Windows Vista: 517 of the Security log */
    return ac_record_kind(r) == AC_KIND_EVENT &&
           (((id == 1102 || id == 104) && strcmp(provider, "Microsoft-Windows-Eventlog") == 0) ||
            (id == 517 && strcmp(provider, "Security") == 0));
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *account = ac_record_get(r, "account");
        struct ac_finding *f;

        if (!is_cleared(r))
            continue;
        f = account[0]
                ? ac_finding_add(a, rule, AC_LISTED, r,
                                 N_("The event log %1$s was cleared at %2$s by the account "
                                    "%3$s, as Windows recorded it."),
                                 ac_record_get(r, "cleared_log"), ac_record_get(r, "time"), account,
                                 NULL)
                : ac_finding_add(a, rule, AC_LISTED, r,
                                 N_("The event log %1$s was cleared at %2$s; the account "
                                    "is not recorded."),
                                 ac_record_get(r, "cleared_log"), ac_record_get(r, "time"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "cleared_log");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_log_cleared = {
    .id = "GEN-LOGCLEAR",
    .family = "unassigned",
    .title = N_("Event log cleared"),
    .tests = N_("Events 1102 (Security log) and 104 (other logs), with which Windows records that "
                "an event log was cleared. Events that were in it before are no longer there, as "
                "far as they were not recovered."),
    .benign = N_("Administrators clear logs, and so do programs that free disk space, and the "
                 "preparation of a machine for copying its installation."),
    .reference = "aftercheck",
    .attack = "T1070.001",
    .needs = AC_NEED_SECURITY_LOG | AC_NEED_SYSTEM_LOG,
    .detect = detect,
};
