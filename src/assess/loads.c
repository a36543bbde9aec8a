/* Libraries, scripts and packages that loaders took out of folders where an ordinary user may write: listed. */
#include "assess/facts.h"

#include <string.h>

/* What the installer makes for its own work. */
static bool is_installers_own(const struct ac_record *r)
{
    struct ac_str target = ac_str_of(ac_record_get(r, "target"));

    return strcmp(ac_record_get(r, "program"), "MSIEXEC.EXE") == 0 &&
           (ac_str_iends(target, AC_STR(".TMP")) || ac_str_iends(target, AC_STR(".LOG")) ||
            ac_str_iends(target, AC_STR(".TXT")));
}

/* A program may have several prefetch files; the same file by the same program is one finding. */
static struct ac_finding *known(const struct ac_assessment *a, const struct ac_rule *rule,
                                const struct ac_record *r)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        struct ac_finding *f = a->findings[i];

        if (f->rule == rule && ac_same_system(f->records[0], r) &&
            strcmp(ac_record_get(f->records[0], "program"), ac_record_get(r, "program")) == 0 &&
            strcmp(f->subject, ac_record_get(r, "target")) == 0)
            return f;
    }
    return NULL;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_finding *f;

        if (ac_record_kind(r) != AC_KIND_EXECUTION ||
            strcmp(ac_record_get(r, "artefact"), "prefetch-load") != 0 || is_installers_own(r))
            continue;
        f = known(a, rule, r);
        if (f) {
            if (ac_finding_add_record(f, r) != AC_OK)
                return AC_NOMEM;
            continue;
        }
        f = ac_finding_add(a, rule, AC_LISTED, r,
                           N_("Prefetch records that %1$s read %2$s (%3$s), a place where an "
                              "ordinary user may write."),
                           ac_record_get(r, "program"), ac_record_get(r, "target"),
                           ac_record_get(r, "target_state"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "target");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_loads = {
    .id = "GEN-LOAD",
    .family = "unassigned",
    .title = N_("File read by a loader out of a folder where an ordinary user may write"),
    .tests =
        N_("Prefetch files of rundll32, regsvr32, mshta, powershell, wscript, cscript, msiexec "
           "and odbcconf: files that the program read in its first seconds and that lie where "
           "an ordinary user may create files. No family is meant by it."),
    .benign = N_("Installers, updates, shell extensions of software installed per user, scripts of "
                 "administrators."),
    .reference = "aftercheck",
    .attack = "T1218.011 T1218.010 T1218.005 T1059",
    .needs = AC_NEED_PREFETCH,
    .detect = detect,
};
