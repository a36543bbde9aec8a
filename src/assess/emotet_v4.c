/* Emotet since December 2020: a library with a random name, started by rundll32, later by regsvr32 (EmoCheck v4). */
#include "assess/emocheck.h"
#include "assess/executions.h"
#include "assess/facts.h"

#include <string.h>

static bool says_regsvr32(const char *command)
{
    return ac_str_ifind(ac_str_of(command), AC_STR("regsvr32")) >= 0;
}

static bool says_rundll32(const char *command)
{
    return ac_str_ifind(ac_str_of(command), AC_STR("rundll32")) >= 0;
}

/* What is known of one library while the finding is put together. */
struct library {
    const char *path;
    struct ac_where where;
    bool tight, mixed;
    const struct ac_record *file; /* NULL: absent */
    const struct ac_record *starter;
    const char *command;
};

static bool has_shape(struct library *l)
{
    l->where = ac_where_is(l->path);
    if (l->where.home == AC_HOME_NONE || !l->where.folder.n)
        return false;
    l->tight = ac_v4_is_tight(l->where.folder, l->where.file);
    l->mixed = ac_e5_is_mixed(l->where.folder, l->where.file);
    return l->tight || l->mixed ||
           (ac_v4_is_folder(l->where.folder) && ac_v4_is_file(l->where.file));
}

static bool is_library(const struct ac_record *file)
{
    return strcmp(ac_record_get(file, "magic"), "4d5a") == 0;
}

static const struct ac_record *file_at(const struct ac_assessment *a, const struct ac_record *of,
                                       const char *path)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) == AC_KIND_FILE && ac_same_system(r, of) &&
            strcmp(ac_record_get(r, "path"), path) == 0)
            return r;
    }
    return NULL;
}

/* EmoCheck itself accepts the wider shape, but only with its own conditions on value or service name. */
static bool is_as_emocheck(const struct library *l)
{
    const char *name = ac_record_get(l->starter, "name");

    if (!l->file || !is_library(l->file) || !ac_v4_is_command(ac_str_of(l->command)))
        return false;
    if (strcmp(ac_record_get(l->starter, "mechanism"), "service") == 0)
        return ac_str_eq(ac_str_of(name), l->where.file);
    return ac_v4_is_value_name(ac_str_of(name), l->where.file);
}

static enum ac_strength strength_of(const struct library *l, size_t executions)
{
    bool known_folder = l->file && ac_record_get_bool(l->file, "folder_known");

    if (!l->tight && !l->mixed)
        return known_folder ? AC_SUPPORTING : AC_STRONG;
    if (known_folder) /* a folder of that name stands below Program Files or Roaming too: less weight */
        return AC_SUPPORTING;
    return l->where.home == AC_HOME_SYSTEM || executions ? AC_DECISIVE : AC_STRONG;
}

static enum ac_rc add(struct ac_assessment *a, const struct ac_rule *rule, const struct library *l)
{
    struct ac_finding *f =
        ac_finding_add(a, rule, AC_STRONG, l->starter,
                       l->file ? N_("An autostart loads the library %1$s, which lies in a folder "
                                    "with a random name and bears a random name: %2$s. "
                                    "Emotet was installed in this form from December 2020 on.")
                               : N_("An autostart loads the library %1$s, a random name in a "
                                    "folder with a random name: %2$s. The file is not on the "
                                    "volume: autostart residue, target absent. Emotet was "
                                    "installed in this form from December 2020 on."),
                       l->path, l->command, NULL);
    size_t executions = 0;
    enum ac_rc rc;

    if (!f)
        return AC_NOMEM;
    f->subject = l->path;
    f->generation = l->mixed ? "E5d" : says_regsvr32(l->command) ? "E5s/E5x" : "E4";
    rc = l->file ? ac_finding_add_record(f, l->file) : AC_OK;
    if (rc == AC_OK)
        rc = ac_add_executions(a, f, l->starter, l->where.folder, l->where.file, &executions);
    f->strength = strength_of(l, executions);
    return rc;
}

static enum ac_rc try_autostart(struct ac_assessment *a, const struct ac_rule *rule,
                                const struct ac_record *r)
{
    struct library l = {
        .path = ac_record_get(r, "target"), .starter = r, .command = ac_record_get(r, "command")};

    if (!has_shape(&l) || !(says_rundll32(l.command) || says_regsvr32(l.command)))
        return AC_OK;
    l.file = file_at(a, r, l.path);
    if (!l.tight && !l.mixed && !is_as_emocheck(&l))
        return AC_OK;
    if (l.file && !ac_record_get_bool(l.file, "deleted") && ac_record_get(l.file, "magic")[0] &&
        !is_library(l.file))
        return AC_OK; /* something else lies there */
    return add(a, rule, &l);
}

/* Command and arguments of an action as one text, kept by the assessment; NULL: no memory or no command. */
static const char *whole_command(struct ac_assessment *a, const json_t *action)
{
    const char *command = json_string_value(json_object_get(action, "command"));
    const char *arguments = json_string_value(json_object_get(action, "arguments"));
    struct ac_buf text = {0};
    const char *kept;

    if (!command || !arguments)
        return command;
    ac_buf_addf(&text, "%s %s", command, arguments);
    kept = text.failed ? NULL : ac_assessment_keep(a, ac_buf_text(&text));
    ac_buf_free(&text);
    return kept;
}

static enum ac_rc try_task(struct ac_assessment *a, const struct ac_rule *rule,
                           const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < json_array_size(actions); i++) {
        const json_t *action = json_array_get(actions, i);
        const char *target = json_string_value(json_object_get(action, "target"));
        const char *command = whole_command(a, action);
        struct library l = {
            .path = target ? target : "", .starter = r, .command = command ? command : ""};

        if (!has_shape(&l) || !(l.tight || l.mixed) ||
            !(says_rundll32(l.command) || says_regsvr32(l.command)))
            continue;
        l.file = file_at(a, r, l.path);
        rc = add(a, rule, &l);
    }
    return rc;
}

/* Did a finding already name this file? */
static bool is_subject(const struct ac_assessment *a, const char *path)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        if (strcmp(a->findings[i]->subject, path) == 0)
            return true;
    }
    return false;
}

/* The library alone, without an autostart: what a clean-up of the autostart leaves. */
static enum ac_rc try_file(struct ac_assessment *a, const struct ac_rule *rule,
                           const struct ac_record *r)
{
    struct library l = {.path = ac_record_get(r, "path"), .file = r};
    struct ac_finding *f;
    size_t executions = 0;
    enum ac_rc rc;

    if (!has_shape(&l) || !(l.tight || l.mixed) || !is_library(r) || is_subject(a, l.path) ||
        ac_record_get_bool(r, "folder_known"))
        return AC_OK;
    f = ac_finding_add(a, rule, AC_SUPPORTING, r,
                       N_("The library %1$s bears a random name and lies in a folder with a random "
                          "name, as Emotet's did from December "
                          "2020 on; no autostart that was read starts it."),
                       l.path, NULL);
    if (!f)
        return AC_NOMEM;
    f->subject = l.path;
    f->generation = l.mixed ? "E5d" : "E4";
    rc = ac_add_executions(a, f, r, l.where.folder, l.where.file, &executions);
    if (executions)
        f->strength = l.where.home == AC_HOME_SYSTEM ? AC_DECISIVE : AC_STRONG;
    return rc;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_AUTOSTART)
            rc = try_autostart(a, rule, a->records[i]);
        else if (ac_record_kind(a->records[i]) == AC_KIND_TASK)
            rc = try_task(a, rule, a->records[i]);
    }
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_FILE &&
            !ac_record_get_bool(a->records[i], "deleted"))
            rc = try_file(a, rule, a->records[i]);
    }
    return rc;
}

const struct ac_rule ac_rule_emotet_v4 = {
    .id = "EMO-V4",
    .family = "emotet",
    .title = N_("Library with a random name in a random folder, started by rundll32 or regsvr32 "
                "(EmoCheck v4 and later forms)"),
    .tests = N_("Run values, services and tasks that load, with rundll32 or regsvr32, a file one "
                "folder below AppData\\Local, "
                "System32 or SysWOW64: EmoCheck's own conditions, and the narrower shapes of "
                "installations seen from December "
                "2020 to March 2023; also such libraries without an autostart, and prefetch that "
                "shows them loaded."),
    .benign = N_("Software whose installer puts a library under a non-library extension into "
                 "AppData\\Local and registers it at "
                 "logon."),
    .reference =
        "JPCERTCC/EmoCheck 36f2ec6, scan_v4.cpp; pr0xylife/Emotet 6fb5cc0 (73 installations)",
    .attack = "T1218.011 T1218.010 T1547.001 T1543.003 T1053.005",
    .needs = AC_NEED_FILES | AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SYSTEM | AC_NEED_TASKS,
    .detect = detect,
};
