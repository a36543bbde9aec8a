/* The module of law enforcement that went to Emotet's victims through its own update channel, from January 2021 on. */
#include "assess/facts.h"

#include <string.h>

static bool is_module(const struct ac_record *r)
{
    const json_t *pe = ac_record_kind(r) == AC_KIND_FILE ? ac_record_get_json(r, "pe") : NULL;
    const char *name = json_string_value(json_object_get(pe, "export_name"));

    return name && strcmp(name, "EmotetLoader.dll") == 0;
}

static enum ac_rc tell_modules(struct ac_assessment *a, const struct ac_rule *rule,
                               enum ac_strength strength, const char *msgid)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_finding *f;

        if (!is_module(r))
            continue;
        f = ac_finding_add(a, rule, strength, r, msgid, ac_record_get(r, "path"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "path");
        f->generation = "E4";
    }
    return AC_OK;
}

static enum ac_rc detect_infection(struct ac_assessment *a, const struct ac_rule *rule)
{
    return tell_modules(
        a, rule, AC_DECISIVE,
        N_("The library %1$s calls itself EmotetLoader.dll in its export directory, "
           "as the module of law enforcement does. It came through Emotet's own "
           "update channel: Emotet was active on this computer then."));
}

static enum ac_rc detect_module(struct ac_assessment *a, const struct ac_rule *rule)
{
    return tell_modules(
        a, rule, AC_STRONG,
        N_("The library %1$s calls itself EmotetLoader.dll in its export directory: "
           "the module with which law enforcement took the place of Emotet in "
           "January 2021."));
}

const struct ac_rule ac_rule_emotet_module = {
    .id = "EMO-LEA",
    .family = "emotet",
    .title = N_("The module of law enforcement, which only Emotet could install"),
    .tests =
        N_("Libraries whose export directory names them EmotetLoader.dll. From 27 January 2021 "
           "on this module was distributed by the seized update servers of Emotet, to "
           "computers on which Emotet was active."),
    .benign = N_("A copy of the module in a collection of samples."),
    .reference = "BleepingComputer 2021-01-27 to 29; GRNET-CERT, Reverse engineering Emotet",
    .attack = "T1218.011",
    .needs = AC_NEED_FILES,
    .detect = detect_infection,
};

const struct ac_rule ac_rule_police_module = {
    .id = "LEA-EMOTET",
    .family = "law-enforcement-uninstaller",
    .title = N_("Module of law enforcement against Emotet (Operation LadyBird)"),
    .tests = N_("Libraries whose export directory names them EmotetLoader.dll. What the module did "
                "here is answered in R6, \"the uninstaller of 25 April 2021\"."),
    .benign = N_("A copy of the module in a collection of samples."),
    .reference = "BleepingComputer 2021-01-27 to 29; GRNET-CERT, Reverse engineering Emotet",
    .attack = "T1070",
    .needs = AC_NEED_FILES,
    .detect = detect_module,
};
