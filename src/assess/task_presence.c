/* Scheduled tasks that one place has and the other has not, or only in half: listed, no family is meant. */
#include "assess/task_stores.h"

/* ---- TSK-HIDDEN */

static enum ac_rc each_hidden(struct ac_assessment *a, const struct ac_rule *rule,
                              const struct ac_task_stores *s, const struct ac_record *r)
{
    struct ac_buf what = {0};
    struct ac_finding *f = NULL;
    const struct ac_record *xml;
    enum ac_rc rc = AC_OK;

    if (!ac_record_get_bool(r, "in_tree") || !ac_record_get_bool(r, "in_tasks") ||
        ac_record_get_bool(r, "has_security_descriptor"))
        return AC_OK;
    xml = ac_task_of(a, &s->xml, r, ac_str_of(ac_record_get(r, "path")), &rc);
    ac_task_describe_all(r, &what);
    if (rc == AC_OK && !what.failed)
        f = ac_finding_add(a, rule, AC_LISTED, r,
                           N_("The scheduled task %1$s (%2$s) has no security descriptor in the "
                              "tree of tasks: the tools of Windows do not show such a task, "
                              "and Windows goes on running it."),
                           ac_record_get(r, "path"), ac_buf_text(&what), NULL);
    ac_buf_free(&what);
    return rc == AC_OK ? ac_task_join(f, xml) : rc;
}

static enum ac_rc detect_hidden(struct ac_assessment *a, const struct ac_rule *rule)
{
    return ac_task_stores_each(a, rule, false, each_hidden);
}

const struct ac_rule ac_rule_task_hidden = {
    .id = "TSK-HIDDEN",
    .family = "unassigned",
    .title = N_("Task hidden from the tools of Windows"),
    .tests = N_("Entries of tasks below TaskCache\\Tree without the value SD, which every task "
                "gets when it is registered. Removing it takes the rights of the account SYSTEM, "
                "and has been used to hide tasks. No family is meant by it."),
    .benign = N_("A registration that was interrupted, a damaged hive, or software for "
                 "administration that writes the keys itself."),
    .reference = AC_TASK_REFERENCE,
    .attack = "T1053.005 T1564",
    .needs = AC_NEED_SOFTWARE,
    .detect = detect_hidden,
};

/* ---- TSK-NOXML */

static enum ac_rc each_without_file(struct ac_assessment *a, const struct ac_rule *rule,
                                    const struct ac_task_stores *s, const struct ac_record *r)
{
    struct ac_str path = ac_str_of(ac_record_get(r, "path"));
    struct ac_buf what = {0};
    struct ac_finding *f = NULL;
    enum ac_rc rc = AC_OK;

    if (!ac_record_get_bool(r, "in_tree") || !ac_record_get_bool(r, "in_tasks") ||
        !ac_task_stores_have(s, r, AC_TASKS_READ | AC_HAS_XML, &rc) ||
        ac_task_of(a, &s->xml, r, path, &rc) || ac_task_of(a, &s->files, r, path, &rc) ||
        rc != AC_OK)
        return rc;
    ac_task_describe_all(r, &what);
    if (!what.failed)
        f = ac_finding_add(a, rule, AC_LISTED, r,
                           N_("The registry has the scheduled task %1$s (%2$s), and the folder of "
                              "task files has no file of it."),
                           ac_record_get(r, "path"), ac_buf_text(&what), NULL);
    ac_buf_free(&what);
    return f ? AC_OK : AC_NOMEM;
}

static enum ac_rc detect_without_file(struct ac_assessment *a, const struct ac_rule *rule)
{
    return ac_task_stores_each(a, rule, false, each_without_file);
}

const struct ac_rule ac_rule_task_without_file = {
    .id = "TSK-NOXML",
    .family = "unassigned",
    .title = N_("Task in the registry without its file"),
    .tests = N_("Tasks that TaskCache has in both of its parts and of which System32\\Tasks has no "
                "file, where that folder was read and has other tasks. Windows runs such a task. "
                "No family is meant by it."),
    .benign = N_("A file that was deleted by hand, by security software or by a removal tool; "
                 "a collection that does not hold the whole folder."),
    .reference = AC_TASK_REFERENCE,
    .attack = "T1053.005 T1070",
    .needs = AC_NEED_SOFTWARE | AC_NEED_TASKS,
    .detect = detect_without_file,
};

/* ---- TSK-NOCACHE */

static enum ac_rc each_without_entry(struct ac_assessment *a, const struct ac_rule *rule,
                                     const struct ac_task_stores *s, const struct ac_record *r)
{
    struct ac_str path = ac_task_below_folder(ac_record_prov(r, "path"));
    struct ac_buf what = {0};
    struct ac_finding *f = NULL;
    enum ac_rc rc = AC_OK;

    if (path.n == 0 ||
        !ac_task_stores_have(s, r, AC_SOFTWARE_READ | AC_TASKS_READ | AC_HAS_CACHE, &rc) ||
        ac_task_of(a, &s->cache, r, path, &rc) || rc != AC_OK)
        return rc;
    ac_task_describe_all(r, &what);
    if (!what.failed)
        f = ac_finding_add(a, rule, AC_LISTED, r,
                           N_("The folder of task files has the scheduled task %1$s (%2$s), and "
                              "the registry, which Windows goes by, has no entry of it."),
                           ac_record_get(r, "path"), ac_buf_text(&what), NULL);
    ac_buf_free(&what);
    return f ? AC_OK : AC_NOMEM;
}

static enum ac_rc detect_without_entry(struct ac_assessment *a, const struct ac_rule *rule)
{
    return ac_task_stores_each(a, rule, true, each_without_entry);
}

const struct ac_rule ac_rule_task_without_entry = {
    .id = "TSK-NOCACHE",
    .family = "unassigned",
    .title = N_("Task file without an entry in the registry"),
    .tests = N_("Files below System32\\Tasks of which TaskCache has no entry, where the hive "
                "SOFTWARE was read completely and has other tasks. Windows does not run such a "
                "task any more; it may have, before its entry was removed. No family is meant by "
                "it."),
    .benign = N_("Files that were left behind by an upgrade, a restored backup, or the removal of "
                 "software; a file that was copied into the folder and never registered."),
    .reference = AC_TASK_REFERENCE,
    .attack = "T1053.005 T1112",
    .needs = AC_NEED_SOFTWARE | AC_NEED_TASKS,
    .detect = detect_without_entry,
};

/* ---- TSK-ORPHAN */

static enum ac_rc each_orphan(struct ac_assessment *a, const struct ac_rule *rule,
                              const struct ac_task_stores *s, const struct ac_record *r)
{
    bool tree = ac_record_get_bool(r, "in_tree"), tasks = ac_record_get_bool(r, "in_tasks");
    struct ac_str path = ac_str_of(ac_record_get(r, "path"));
    enum ac_rc rc = AC_OK;
    const struct ac_record *xml = ac_task_of(a, &s->xml, r, path, &rc);
    const char *msgid, *third;
    struct ac_buf what = {0};
    struct ac_finding *f = NULL;

    if (rc != AC_OK || (tree && tasks && !ac_record_get(r, "tasks_path")[0]))
        return rc;
    ac_task_describe_all(r, &what);
    third = ac_record_get(r, "tasks_path");
    if (!tree)
        msgid = N_("The registry has what the scheduled task %1$s (id %2$s, %3$s) does, and the "
                   "tree of tasks does not name it: the tools of Windows do not show it.");
    else if (!tasks)
        msgid = N_("The tree of tasks in the registry names the scheduled task %1$s (id %2$s), and "
                   "nothing in the registry says what it does.");
    else
        msgid = N_("The tree of tasks in the registry names the scheduled task %1$s (id %2$s), and "
                   "its entry says that it is %3$s.");
    if (!what.failed)
        f = ac_finding_add(a, rule, AC_LISTED, r, msgid, ac_record_get(r, "path"),
                           ac_record_get(r, "id"), tree && tasks ? third : ac_buf_text(&what),
                           NULL);
    ac_buf_free(&what);
    return ac_task_join(f, xml);
}

static enum ac_rc detect_orphan(struct ac_assessment *a, const struct ac_rule *rule)
{
    return ac_task_stores_each(a, rule, false, each_orphan);
}

const struct ac_rule ac_rule_task_orphan = {
    .id = "TSK-ORPHAN",
    .family = "unassigned",
    .title = N_("Task of which the registry has only one half"),
    .tests = N_("Entries below TaskCache\\Tasks that no key below TaskCache\\Tree names, keys of "
                "the tree whose entry is not there, and entries that give themselves another path "
                "than the tree. No family is meant by it."),
    .benign = N_("A removal or an upgrade that was interrupted; a damaged hive."),
    .reference = AC_TASK_REFERENCE,
    .attack = "T1053.005 T1564 T1112",
    .needs = AC_NEED_SOFTWARE,
    .detect = detect_orphan,
};
