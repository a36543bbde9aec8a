/* Programs whose $STANDARD_INFORMATION says that they are older than their name: listed. */
#include "assess/facts.h"
#include "base/winpath.h"

#include <string.h>

#define LEAST_GAP (60 * AC_TICKS_PER_SECOND) /* below that, copying and unpacking explain it */

/* A program or library where an ordinary user may write. */
static bool is_concerned(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_FILE && !ac_record_get_bool(r, "directory") &&
           strcmp(ac_record_get(r, "magic"), "4d5a") == 0 &&
           ac_path_user_writable(ac_str_of(ac_record_get(r, "path")));
}

static bool is_whole_second(struct ac_filetime t)
{
    return t.ticks % AC_TICKS_PER_SECOND == 0;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_filetime created = ac_record_get_time(r, "created"),
                           named = ac_record_get_time(r, "fn_created");
        struct ac_finding *f;

        if (!is_concerned(r) || created.ticks == 0 || named.ticks == 0 ||
            named.ticks < created.ticks || named.ticks - created.ticks < LEAST_GAP)
            continue;
        f = ac_finding_add(
            a, rule, AC_LISTED, r,
            is_whole_second(created) && !is_whole_second(named)
                ? N_("The program file %1$s was created, by $STANDARD_INFORMATION, at %2$s, a "
                     "whole "
                     "second; its name ($FILE_NAME) was made later, at %3$s.")
                : N_("The program file %1$s was created, by $STANDARD_INFORMATION, at %2$s; its "
                     "name ($FILE_NAME) was made later, at %3$s."),
            ac_record_get(r, "path"), ac_record_get(r, "created"), ac_record_get(r, "fn_created"),
            NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "path");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_time_stomp = {
    .id = "GEN-TIMES",
    .family = "unassigned",
    .title = N_("Program file older than its name"),
    .tests = N_("Program files, in places where an ordinary user may write, whose creation time in "
                "$STANDARD_INFORMATION lies a minute or more before that in $FILE_NAME. Programs "
                "can set the first, Windows alone sets the second. No family is meant by it."),
    .benign = N_("Installers and archivers that keep the times of the files that they unpack; "
                 "restored backups; copies made with tools that keep times."),
    .reference = "MITRE ATT&CK T1070.006; Microsoft, File Times",
    .attack = "T1070.006",
    .needs = AC_NEED_FILES | AC_NEED_TIMES,
    .detect = detect,
};
