/* Emotet sets its file's time seven days back, the folder keeps the time of installation (EmoCheck v5). */
#include "assess/emocheck.h"
#include "assess/facts.h"

#include "base/set.h"

#include <string.h>

enum basis { BASIS_NONE, BASIS_STANDARD, BASIS_INDEX };

/* $STANDARD_INFORMATION of the folder, or its copy in the parent's $I30, which is what EmoCheck sees. */
static enum basis basis_of(const struct ac_record *r)
{
    struct ac_filetime file = ac_record_get_time(r, "modified");

    if (ac_v5_is_week(ac_record_get_time(r, "parent_modified"), file))
        return BASIS_STANDARD;
    return ac_v5_is_week(ac_record_get_time(r, "parent_index_modified"), file) ? BASIS_INDEX
                                                                               : BASIS_NONE;
}

/* A name as Emotet gave it in any generation. */
static enum ac_rc is_named_like_emotet(const struct ac_assessment *a, const struct ac_record *r,
                                       struct ac_where w, bool *ret)
{
    struct ac_set names = {0};
    enum ac_rc rc;

    *ret = ac_v4_is_tight(w.folder, w.file) || ac_e5_is_mixed(w.folder, w.file);
    if (*ret)
        return AC_OK;
    rc = ac_system_names(a, r, &names);
    *ret = rc == AC_OK && ac_set_has(&names, w.folder) &&
           ac_set_has(&names, ac_without_extension(w.file));
    ac_set_free(&names);
    return rc;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_where w =
            ac_where_is(ac_record_kind(r) == AC_KIND_FILE ? ac_record_get(r, "path") : "");
        struct ac_finding *f;
        bool named = false;

        if (w.home == AC_HOME_NONE || !w.folder.n || basis_of(r) == BASIS_NONE ||
            strcmp(ac_record_get(r, "magic"), "4d5a") != 0)
            continue;
        rc = is_named_like_emotet(a, r, w, &named);
        if (rc != AC_OK)
            break;
        f = ac_finding_add(
            a, rule, named ? AC_DECISIVE : AC_STRONG, r,
            basis_of(r) == BASIS_STANDARD
                ? N_("The program file %1$s was last written, by its $STANDARD_INFORMATION, seven "
                     "days before its folder "
                     "(%2$s and %3$s), as Emotet sets it at installation.")
                : N_("The program file %1$s was last written seven days before its folder as the "
                     "folder's index entry "
                     "($I30) has it (%2$s and %3$s), as Emotet sets it at installation."),
            ac_record_get(r, "path"), ac_record_get(r, "modified"),
            ac_record_get(r, basis_of(r) == BASIS_STANDARD ? "parent_modified"
                                                           : "parent_index_modified"),
            NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "path");
        f->generation = "v5";
    }
    return rc;
}

const struct ac_rule ac_rule_emotet_v5 = {
    .id = "EMO-V5",
    .family = "emotet",
    .title = N_("Program file seven days older than its folder (EmoCheck v5)"),
    .tests = N_("Program files one folder below AppData\\Local, System32 or SysWOW64 whose last "
                "write lies 6,047,997,000,000 to "
                "6,048,002,999,999 ticks of 100 ns (seven days, -0.3 to +0.3 s) before that of "
                "their folder, by "
                "$STANDARD_INFORMATION or by the folder's $I30 entry."),
    .benign = N_("An installer or archive that sets the times of its files and folder in this "
                 "distance by chance (measured "
                 "expectation: 4 in 100,000 random pairs within one year)."),
    .reference = "JPCERTCC/EmoCheck 36f2ec6, scan_v5.cpp",
    .attack = "T1070.006",
    .needs = AC_NEED_FILES | AC_NEED_TIMES,
    .detect = detect,
};
