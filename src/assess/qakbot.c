/* Qakbot (Qbot): folder below Roaming\Microsoft, regsvr32 -s, configuration of eight-digit values, tasks of 11 and 12 minutes. */
#include "assess/facts.h"
#include "assess/families.h"

#include <ctype.h>
#include <string.h>

#define REFERENCE "pr0xylife/Qakbot 7aafe51; pan-unit42/tweets 7283e92; SigmaHQ"

bool ac_qakbot_is_folder(struct ac_str name)
{
    /* children of Roaming\Microsoft that Windows, Office and Teams make and that have the shape */
    static const char *const legitimate[] = {
        "Access",   "Bibliography", "Credentials", "Crypto",    "Excel",        "Network",
        "Office",   "Outlook",      "Protect",     "Project",   "Proof",        "Publisher",
        "Spelling", "Stationery",   "Teams",       "Templates", "Vault",        "Visio",
        "Windows",  "Uproof",       "Signatures",  "Document",  "Forms",        "Queries",
        "Internet", "Diagnosis",    "Device",      "Search",    "Provisioning", "Settings",
        "Storage",  "Netframework", "Edgeupdate",  "Defender",  "Wdf",          "Wlansvc",
    };

    if (name.n < 5 || name.n > 13 || !isupper((unsigned char)name.p[0]) ||
        !ac_str_is((struct ac_str){name.p + 1, name.n - 1}, 4, 12, islower))
        return false;
    for (size_t i = 0; i < sizeof(legitimate) / sizeof(legitimate[0]); i++) {
        if (ac_str_ieq(name, ac_str_of(legitimate[i])))
            return false;
    }
    return true;
}

/* .../Roaming/Microsoft/<Folder>/<file>.<ext>, or the same below ProgramData. */
static bool is_home(const char *path, struct ac_str *ret_extension)
{
    struct ac_str whole = ac_str_of(path), rest = ac_after(whole, "/AppData/Roaming/Microsoft/"),
                  file, folder;
    struct ac_str base;

    if (rest.n == 0)
        rest = ac_after(whole, "ProgramData/Microsoft/");
    folder = ac_first_component(rest, &file);
    base = ac_without_extension(file);
    if (!ac_qakbot_is_folder(folder) || !ac_str_is(base, 5, 14, islower) || file.n < base.n + 4)
        return false;
    *ret_extension = (struct ac_str){file.p + base.n + 1, file.n - base.n - 1};
    return true;
}

static enum ac_rc detect_run(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *command =
            ac_record_kind(r) == AC_KIND_AUTOSTART ? ac_record_get(r, "command") : "";
        struct ac_str ext;
        struct ac_finding *f;
        bool regsvr32;

        if (!command[0] || !is_home(ac_record_get(r, "target"), &ext))
            continue;
        regsvr32 = ac_str_ifind(ac_str_of(command), AC_STR("regsvr32")) >= 0;
        if (!regsvr32 && !ac_str_ieq(ext, AC_STR("exe")))
            continue;
        f = ac_finding_add(a, rule,
                           regsvr32 && ac_str_ifind(ac_str_of(command), AC_STR(" -s")) >= 0
                               ? AC_DECISIVE
                               : AC_STRONG,
                           r,
                           N_("The autostart %1$s loads %2$s: a folder with a random name in "
                              "Roaming\\Microsoft, in the form that Qakbot "
                              "writes (%3$s)."),
                           ac_record_get(r, "name"), ac_record_get(r, "target"), command, NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "target");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_qakbot_run = {
    .id = "QAK-RUN",
    .family = "qakbot",
    .title = N_("Qakbot's Run value"),
    .tests = N_("Autostarts that load, with regsvr32 (decisive with -s) or directly, a file with a "
                "lower-case random name in a folder "
                "<Upper><lower...> right below Roaming\\Microsoft or ProgramData\\Microsoft that "
                "Windows and Office do not have."),
    .benign = N_("Software of another maker that keeps a program in a folder of its own right "
                 "below Roaming\\Microsoft."),
    .reference = REFERENCE,
    .attack = "T1547.001 T1218.010",
    .needs = AC_NEED_USER_HIVES,
    .detect = detect_run,
};

/* ---- Defender exclusions */

static bool is_exclusion(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_VALUE &&
           ac_str_ifind(ac_str_of(ac_record_get(r, "path")), AC_STR("\\Exclusions\\Paths")) >= 0;
}

/* The folder that an exclusion names, if it is one as Qakbot sets it; *ret_roaming tells which of the two. */
static bool is_excluded_home(const struct ac_record *r, bool *ret_roaming)
{
    struct ac_str name = ac_str_of(ac_record_get(r, "name")),
                  rest = ac_after(name, "\\AppData\\Roaming\\Microsoft\\");

    *ret_roaming = rest.n > 0;
    if (rest.n == 0)
        rest = ac_after(name, ":\\ProgramData\\Microsoft\\");
    return ac_qakbot_is_folder(rest);
}

static enum ac_rc detect_exclusion(struct ac_assessment *a, const struct ac_rule *rule)
{
    bool any[2] = {false, false}, roaming;

    for (size_t i = 0; i < a->n_records; i++) {
        if (is_exclusion(a->records[i]) && is_excluded_home(a->records[i], &roaming))
            any[roaming] = true;
    }
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (is_exclusion(r) && is_excluded_home(r, &roaming) &&
            !ac_finding_add(
                a, rule, any[0] && any[1] ? AC_STRONG : AC_SUPPORTING, r,
                any[0] && any[1]
                    ? N_("Windows Defender is told to leave out %1$s; folders with random names "
                         "are left out both below "
                         "Roaming\\Microsoft and below ProgramData\\Microsoft, as Qakbot does.")
                    : N_("Windows Defender is told to leave out %1$s, a folder with a random name "
                         "as Qakbot uses."),
                ac_record_get(r, "name"), NULL))
            return AC_NOMEM;
    }
    return AC_OK;
}

const struct ac_rule ac_rule_qakbot_exclusion = {
    .id = "QAK-EXCL",
    .family = "qakbot",
    .title = N_("Defender exclusions of Qakbot's folders"),
    .tests = N_("Path exclusions of Windows Defender for a folder <Upper><lower...> right below "
                "Roaming\\Microsoft or "
                "ProgramData\\Microsoft that Windows and Office do not have; strong when both "
                "kinds are there."),
    .benign = N_("An exclusion that an administrator set for software with such a folder."),
    .reference = REFERENCE,
    .attack = "T1562.001",
    .needs = AC_NEED_SOFTWARE,
    .detect = detect_exclusion,
};

/* ---- configuration in the registry */

static bool is_configuration(const struct ac_record *r)
{
    struct ac_str rest = ac_after(ac_str_of(ac_record_get(r, "path")), "Software\\Microsoft\\");

    return ac_record_kind(r) == AC_KIND_VALUE && ac_record_get_int(r, "type") == 3 &&
           ac_str_is(ac_str_of(ac_record_get(r, "name")), 8, 8, isxdigit) && rest.n >= 5 &&
           rest.n <= 15 && isupper((unsigned char)rest.p[0]) &&
           ac_str_is((struct ac_str){rest.p + 1, rest.n - 1}, 4, 14, islower);
}

static size_t count_beside(const struct ac_assessment *a, const struct ac_record *r)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n_records; i++)
        n += is_configuration(a->records[i]) &&
             strcmp(ac_record_prov(a->records[i], "key"), ac_record_prov(r, "key")) == 0;
    return n;
}

static bool is_first_of_key(const struct ac_assessment *a, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (is_configuration(a->records[i]) && strcmp(ac_record_prov(a->records[i], "key"),
                                                      ac_record_prov(a->records[at], "key")) == 0)
            return false;
    }
    return true;
}

static enum ac_rc detect_configuration(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (is_configuration(r) && is_first_of_key(a, i) && count_beside(a, r) >= 4 &&
            !ac_finding_add(a, rule, AC_STRONG, r,
                            N_("The key %1$s holds four or more binary values named with eight "
                               "hexadecimal digits, as Qakbot keeps its "
                               "configuration."),
                            ac_record_prov(r, "key"), NULL))
            return AC_NOMEM;
    }
    return AC_OK;
}

const struct ac_rule ac_rule_qakbot_configuration = {
    .id = "QAK-CONF",
    .family = "qakbot",
    .title = N_("Qakbot's configuration in the registry"),
    .tests = N_("Keys <Upper><lower...> right below Software\\Microsoft of a user with four or "
                "more REG_BINARY values named with eight "
                "hexadecimal digits."),
    .benign = "",
    .reference = REFERENCE "; splunk/security_content b13b314",
    .attack = "T1112 T1027.011",
    .needs = AC_NEED_USER_HIVES,
    .detect = detect_configuration,
};

/* ---- the one-shot task of SYSTEM */

static bool is_job(const struct ac_record *r)
{
    return strcmp(ac_record_get(r, "store"), "job") == 0;
}

/* Seconds of a task's local time "2022-03-01T19:59:00" within its day; -1: no such text. */
static long second_of_day(const char *text)
{
    if (!text || strlen(text) < 19 || text[10] != 'T')
        return -1;
    return ((text[11] - '0') * 10 + text[12] - '0') * 3600L +
           ((text[14] - '0') * 10 + text[15] - '0') * 60L +
           ((text[17] - '0') * 10 + text[18] - '0');
}

/* A .job file has no clock time of an end: the window is how long the trigger lasts. */
static bool lasts_a_window(const struct ac_record *r, const json_t *trigger)
{
    const char *duration = json_string_value(json_object_get(trigger, "duration"));

    return is_job(r) && duration &&
           (strcmp(duration, "PT11M") == 0 || strcmp(duration, "PT12M") == 0);
}

static bool has_window(const struct ac_record *r)
{
    const json_t *triggers = ac_record_get_json(r, "triggers");

    for (size_t i = 0; i < json_array_size(triggers); i++) {
        const json_t *t = json_array_get(triggers, i);
        long start = second_of_day(json_string_value(json_object_get(t, "start")));
        long end = second_of_day(json_string_value(json_object_get(t, "end"))),
             gap = (end - start + 86400) % 86400;

        if ((start >= 0 && end >= 0 && (gap == 660 || gap == 720)) || lasts_a_window(r, t))
            return true;
    }
    return false;
}

static bool is_system(const struct ac_record *r)
{
    const char *user =
        json_string_value(json_object_get(ac_record_get_json(r, "principal"), "user"));

    return user && (ac_str_ieq(ac_str_of(user), AC_STR("S-1-5-18")) ||
                    ac_str_iends(ac_str_of(user), AC_STR("SYSTEM")));
}

static const char *loader_of(const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    for (size_t i = 0; i < json_array_size(actions); i++) {
        const char *command =
            json_string_value(json_object_get(json_array_get(actions, i), "command"));

        if (command && (ac_str_ifind(ac_str_of(command), AC_STR("regsvr32")) >= 0 ||
                        ac_str_ifind(ac_str_of(command), AC_STR("powershell")) >= 0 ||
                        ac_str_ifind(ac_str_of(command), AC_STR("\\Users\\")) >= 0))
            return command;
    }
    return NULL;
}

static enum ac_rc detect_task(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        bool task = ac_record_kind(r) == AC_KIND_TASK && has_window(r);
        const char *command = task && (is_job(r) || is_system(r)) ? loader_of(r) : NULL;

        if (command && is_job(r)) {
            if (!ac_finding_add(a, rule, AC_SUPPORTING, r,
                                N_("The scheduled task %1$s (a .job file, which does not say as "
                                   "whom it runs) lasts exactly 11 or 12 minutes and starts %2$s, "
                                   "as Qakbot installs itself."),
                                ac_record_get(r, "path"), command, NULL))
                return AC_NOMEM;
            continue;
        }
        if (command && !ac_finding_add(a, rule, AC_STRONG, r,
                                       N_("The scheduled task %1$s runs once as SYSTEM, within a "
                                          "window of exactly 11 or 12 minutes, and "
                                          "starts %2$s, as Qakbot installs itself."),
                                       ac_record_get(r, "path"), command, NULL))
            return AC_NOMEM;
    }
    return AC_OK;
}

const struct ac_rule ac_rule_qakbot_task = {
    .id = "QAK-TASK",
    .family = "qakbot",
    .title = N_("Qakbot's task with a window of 11 or 12 minutes"),
    .tests = N_("Tasks of SYSTEM with a trigger whose end lies exactly 660 or 720 seconds after "
                "its start and whose action is regsvr32, "
                "powershell or a program in a profile; supporting only: .job files with a trigger "
                "that lasts as "
                "long, of which the account is not known."),
    .benign = N_("A task that an administrator made with such a window."),
    .reference = "pr0xylife/Qakbot 7aafe51: 18 of 18 command lines, February 2022 to March 2023",
    .attack = "T1053.005",
    .needs = AC_NEED_TASKS,
    .detect = detect_task,
};
