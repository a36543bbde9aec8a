/* Residue of published exercises: named as such, so that it is not taken for the real thing. */
#include "assess/emocheck.h"
#include "assess/facts.h"

#include <string.h>

static bool is_word_pair(struct ac_str name)
{
    for (const struct ac_word_list *list = ac_word_lists; list->id; list++) {
        if (list->names && ac_v1_is_word_pair(list, name))
            return true;
    }
    return false;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_str argument;

        if (ac_record_kind(r) != AC_KIND_AUTOSTART ||
            ac_str_ifind(ac_str_of(ac_record_get(r, "command")), AC_STR("rundll32")) < 0)
            continue;
        argument = ac_str_of(ac_record_get(r, "target_argument"));
        if ((ac_str_ieq(argument, AC_STR("Control_RunDLL")) ||
             ac_str_ieq(argument, AC_STR("RunDLL"))) &&
            is_word_pair(ac_str_of(ac_record_get(r, "name"))) &&
            ac_where_is(ac_record_get(r, "target")).home == AC_HOME_NONE &&
            !ac_finding_add(a, rule, AC_STRONG, r,
                            N_("The autostart %1$s (%2$s) mixes a value name of Emotet's first "
                               "form with a command of its fourth and a "
                               "folder of neither: a red-team artefact is possible; real Emotet of "
                               "one build would not show this."),
                            ac_record_get(r, "name"), ac_record_get(r, "command"), NULL))
            return AC_NOMEM;
    }
    return AC_OK;
}

const struct ac_rule ac_rule_emulation = {
    .id = "EMU-WS",
    .family = "emulation",
    .title = N_("Autostart of the shape that a published exercise writes"),
    .tests = N_("Autostarts that load, with rundll32 and an entry point of Emotet, a library "
                "outside of Emotet's folders, in a value "
                "named with two words of Emotet's list: the adversary emulation plan of MITRE "
                "mixes generations in this way."),
    .benign = N_(
        "An exercise of a red team, or a test of security software: that is what this rule names."),
    .reference =
        "center-for-threat-informed-defense/adversary_emulation_library 4a57b3d, wizard_spider",
    .attack = "T1547.001 T1218.011",
    .needs = AC_NEED_USER_HIVES | AC_NEED_SOFTWARE,
    .detect = detect,
};
