/* Autostarts that point into folders where an ordinary user may write: listed, whatever family it may be. */
#include "assess/facts.h"

#include <string.h>

static enum ac_rc list_autostart(struct ac_assessment *a, const struct ac_rule *rule,
                                 const struct ac_record *r)
{
    struct ac_finding *f;

    /* per-user COM servers are in the records; OneDrive alone registers dozens of them */
    if (!ac_record_get_bool(r, "user_writable") ||
        strcmp(ac_record_get(r, "mechanism"), "com-server") == 0)
        return AC_OK;
    f = ac_finding_add(a, rule, AC_LISTED, r,
                       N_("The autostart %1$s in %2$s starts %3$s (%4$s), a place where an "
                          "ordinary user may write."),
                       ac_record_get(r, "name"), ac_record_get(r, "location"),
                       ac_record_get(r, "target"), ac_record_get(r, "target_state"), NULL);
    if (!f)
        return AC_NOMEM;
    f->subject = ac_record_get(r, "target");
    return AC_OK;
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

static enum ac_rc list_task(struct ac_assessment *a, const struct ac_rule *rule,
                            const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *action = json_array_get(actions, i);
        struct ac_finding *f;

        if (!json_is_true(json_object_get(action, "user_writable")))
            continue;
        f = ac_finding_add(a, rule, AC_LISTED, r,
                           N_("The scheduled task %1$s starts %2$s (%3$s), a place where an "
                              "ordinary user may write."),
                           ac_record_get(r, "path"), text_of(action, "target"),
                           text_of(action, "target_state"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = text_of(action, "target");
    }
    return AC_OK;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_AUTOSTART)
            rc = list_autostart(a, rule, a->records[i]);
        else if (ac_record_kind(a->records[i]) == AC_KIND_TASK)
            rc = list_task(a, rule, a->records[i]);
    }
    return rc;
}

const struct ac_rule ac_rule_autostart = {
    .id = "GEN-AUTO",
    .family = "unassigned",
    .title = N_("Autostart into a folder where an ordinary user may write"),
    .tests =
        N_("Run values, services and scheduled tasks whose resolved target lies in a folder where "
           "an ordinary user may "
           "create files. No family is meant by it; much ordinary software starts from there."),
    .benign = N_("Ordinary software installed per user: OneDrive, Teams, browsers, updaters."),
    .reference = "aftercheck",
    .attack = "T1547.001 T1543.003 T1053.005",
    .needs = AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SYSTEM | AC_NEED_TASKS,
    .detect = detect,
};
