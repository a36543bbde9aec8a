/* Emotet of 2020: folder and file named after programs of System32 (EmoCheck v3). */
#include "assess/emocheck.h"
#include "assess/facts.h"

#include "base/set.h"

#include <string.h>

#define REG_SZ 1

/* EmoCheck wants the full path exactly: unquoted, without arguments, in a value named like the file. */
static bool is_bare_autostart(const struct ac_record *r, const struct ac_record *file,
                              struct ac_str base)
{
    if (ac_record_kind(r) != AC_KIND_AUTOSTART || !ac_same_system(r, file) ||
        strcmp(ac_record_get(r, "target"), ac_record_get(file, "path")) != 0)
        return false;
    if (strcmp(ac_record_get(r, "mechanism"), "service") == 0)
        return true;
    return ac_record_get_int(r, "value_type") == REG_SZ &&
           ac_str_eq(ac_str_of(ac_record_get(r, "name")), base) &&
           ac_str_ieq(ac_last_component(ac_record_get(r, "command")),
                      ac_str_of(ac_record_get(file, "name"))) &&
           ac_record_get(r, "command")[0] != '"';
}

static bool is_signed(const struct ac_record *file)
{
    return json_is_true(json_object_get(ac_record_get_json(file, "pe"), "signature_directory"));
}

static enum ac_rc add(struct ac_assessment *a, const struct ac_rule *rule,
                      const struct ac_record *file, struct ac_where w, struct ac_str base)
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
        if (is_bare_autostart(a->records[i], file, base)) {
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

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

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
            rc = add(a, rule, file, w, base);
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
