/* Emotet of 2020: folder and file named after programs of System32 (EmoCheck v3). */
#include "assess/emocheck.h"
#include "assess/executions.h"
#include "assess/facts.h"

#include "base/set.h"

#include <string.h>

/* EmoCheck wants the full path in a value named like the file; here anything that starts it counts. */
static bool starts(const struct ac_record *r, const struct ac_record *file)
{
    return ac_record_kind(r) == AC_KIND_AUTOSTART && ac_same_system(r, file) &&
           strcmp(ac_record_get(r, "target"), ac_record_get(file, "path")) == 0;
}

static bool is_signed(const struct ac_record *file)
{
    return json_is_true(json_object_get(ac_record_get_json(file, "pe"), "signature_directory"));
}

static enum ac_rc add(struct ac_assessment *a, const struct ac_rule *rule,
                      const struct ac_record *file, struct ac_where w)
{
    struct ac_finding *f;
    size_t autostarts = 0, executions = 0;
    enum ac_rc rc = AC_OK;

    f = ac_finding_add(a, rule, is_signed(file) ? AC_SUPPORTING : AC_STRONG, file,
                       N_("The file %1$s lies in a folder named like one program of System32 and "
                          "is itself named like another; its "
                          "size differs from that program's. Emotet installed itself so in 2020."),
                       ac_record_get(file, "path"), NULL);
    if (!f)
        return AC_NOMEM;
    f->generation = "E3";
    f->subject = ac_record_get(file, "path");
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (starts(a->records[i], file)) {
            rc = ac_finding_add_record(f, a->records[i]);
            autostarts++;
        }
    }
    if (rc == AC_OK)
        rc = ac_add_executions(a, f, file, w.folder, w.file, &executions);
    if (autostarts && f->strength < AC_STRONG)
        f->strength = AC_STRONG;
    return rc;
}

/* The autostart that is left when the file was removed: its names alone must do. */
static enum ac_rc try_residue(struct ac_assessment *a, const struct ac_rule *rule,
                              const struct ac_record *r)
{
    const char *target = ac_record_get(r, "target");
    struct ac_where w = ac_where_is(target);
    struct ac_set names = {0};
    struct ac_finding *f = NULL;
    bool fits;
    enum ac_rc rc;

    if (strcmp(ac_record_get(r, "target_state"), "absent") != 0 || w.home == AC_HOME_NONE ||
        !w.folder.n || !ac_str_iends(w.file, AC_STR(".exe")))
        return AC_OK;
    rc = ac_system_names(a, r, &names);
    fits = rc == AC_OK && ac_set_has(&names, w.folder) &&
           ac_set_has(&names, ac_without_extension(w.file));
    ac_set_free(&names);
    if (!fits)
        return rc;
    f = ac_finding_add(a, rule, AC_STRONG, r,
                       N_("The autostart %1$s starts %2$s, a folder and a program both named like "
                          "programs of System32; the file is "
                          "not on the volume: autostart residue, target absent. Emotet installed "
                          "itself so in 2020."),
                       ac_record_get(r, "name"), target, NULL);
    if (!f)
        return AC_NOMEM;
    f->generation = "E3";
    f->subject = target;
    return AC_OK;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_AUTOSTART)
            rc = try_residue(a, rule, a->records[i]);
    }
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *file = a->records[i];
        struct ac_where w =
            ac_where_is(ac_record_kind(file) == AC_KIND_FILE ? ac_record_get(file, "path") : "");
        struct ac_str base = ac_without_extension(w.file);
        struct ac_set names = {0};
        uint64_t size = 0, own = (uint64_t)ac_record_get_int(file, "size");

        if (w.home == AC_HOME_NONE || !w.folder.n || w.file.n < 5 ||
            !ac_str_eq((struct ac_str){w.file.p + w.file.n - 4, 4}, AC_STR(".exe")) ||
            ac_record_get_bool(file, "deleted"))
            continue;
        rc = ac_system_names(a, file, &names);
        if (rc == AC_OK && ac_set_has(&names, w.folder) && ac_set_get(&names, base, &size) &&
            ac_v3_accepts(own, size != 0 && size == own))
            rc = add(a, rule, file, w);
        ac_set_free(&names);
    }
    return rc;
}

const struct ac_rule ac_rule_emotet_v3 = {
    .id = "EMO-V3",
    .family = "emotet",
    .title = N_("Folder and program named after programs of System32 (EmoCheck v3)"),
    .tests =
        N_("Programs one folder below AppData\\Local, System32 or SysWOW64 where folder and file "
           "both bear base names of "
           "programs or libraries of System32 or SysWOW64 (case-sensitive), of 10,000 bytes or "
           "more, and not of the size of "
           "System32's own program of that name; with the Run value or service that starts them."),
    .benign = N_("A vendor's folder in AppData\\Local that happens to be named like a Windows "
                 "library and holds a copy of a "
                 "Windows program."),
    .reference = "JPCERTCC/EmoCheck 36f2ec6, scan_v3.cpp",
    .attack = "T1036.005 T1547.001 T1543.003",
    .needs = AC_NEED_FILES | AC_NEED_USER_HIVES | AC_NEED_SYSTEM,
    .detect = detect,
};
