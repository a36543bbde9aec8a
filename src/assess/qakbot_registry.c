/* A script that Qakbot keeps in the registry and starts by a task or Run value, 2022. */
#include "assess/facts.h"

#include <string.h>

/* HKCU:\SOFTWARE\Pvoeooxf: a key right below Software, not one of Microsoft's. */
static bool reads_own_key(struct ac_str text)
{
    struct ac_str key = ac_after(text, "HKCU:\\SOFTWARE\\");
    size_t n = 0;

    while (n < key.n && key.p[n] != '\\' && key.p[n] != ')' && key.p[n] != '"' && key.p[n] != ' ')
        n++;
    return n > 0 && n < key.n && key.p[n] != '\\' &&
           !ac_str_ieq((struct ac_str){key.p, n}, AC_STR("Microsoft"));
}

/* Decodes a value of such a key and runs it. */
static bool is_loader(const char *command)
{
    struct ac_str s = ac_str_of(command);

    return ac_str_ifind(s, AC_STR("frombase64string")) >= 0 &&
           (ac_str_ifind(s, AC_STR("get-itemproperty")) >= 0 ||
            ac_str_ifind(s, AC_STR("(gp ")) >= 0) &&
           (ac_str_ifind(s, AC_STR("iex")) >= 0 ||
            ac_str_ifind(s, AC_STR("invoke-expression")) >= 0) &&
           reads_own_key(s);
}

static enum ac_rc add(struct ac_assessment *a, const struct ac_rule *rule,
                      const struct ac_record *r, const char *name, const char *command)
{
    if (!is_loader(command))
        return AC_OK;
    return ac_finding_add(a, rule, AC_SUPPORTING, r,
                          N_("%1$s decodes and runs a script that stands in a value of a key right "
                             "below the user's Software key, as Qakbot's loader did in 2022: %2$s"),
                          name, command, NULL)
               ? AC_OK
               : AC_NOMEM;
}

static const char *text_of(const json_t *o, const char *member)
{
    const char *z = json_string_value(json_object_get(o, member));

    return z ? z : "";
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const json_t *actions = ac_record_get_json(r, "actions");

        if (ac_record_kind(r) == AC_KIND_AUTOSTART)
            rc = add(a, rule, r, ac_record_get(r, "name"), ac_record_get(r, "command"));
        for (size_t k = 0;
             rc == AC_OK && ac_record_kind(r) == AC_KIND_TASK && k < json_array_size(actions); k++)
            rc = add(a, rule, r, ac_record_get(r, "path"),
                     text_of(json_array_get(actions, k), "arguments"));
    }
    return rc;
}

const struct ac_rule ac_rule_qakbot_registry = {
    .id = "QAK-REG",
    .family = "qakbot",
    .title = N_("Script that is decoded out of a key of the user's Software"),
    .tests = N_(
        "Commands of autostarts and tasks in which PowerShell reads a value of a key right below "
        "HKCU\\Software, decodes it from Base64 and runs it."),
    .benign = N_("Other malware and test tools that keep scripts in the registry in the same way."),
    .reference = "SigmaHQ/sigma 8eaafff, proc_creation_win_schtasks_reg_loader",
    .attack = "T1053.005 T1027.011 T1059.001",
    .needs = AC_NEED_TASKS | AC_NEED_USER_HIVES | AC_NEED_SOFTWARE,
    .detect = detect,
};
