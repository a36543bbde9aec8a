/* TrickBot: a home folder with modules that have no extension and folders of their configurations. */
#include "assess/executions.h"
#include "assess/facts.h"
#include "assess/families.h"

#include <ctype.h>
#include <string.h>

static const char *const modules[] = {
    "systeminfo",   "injectDll",  "importDll", "pwgrab",    "pwgrabb",      "networkDll",
    "shareDll",     "wormDll",    "tabDll",    "mshareDll", "mwormDll",     "nwormDll",
    "mailsearcher", "outlookDll", "psfin",     "vncDll",    "NewBCtestDll", "cookiesDll",
    "domainDll",    "rdpScanDll", "squlDll",
};

static bool is_module(struct ac_str name)
{
    struct ac_str bits = {name.p + (name.n > 2 ? name.n - 2 : 0), name.n > 2 ? 2 : 0};

    if (!ac_str_eq(bits, AC_STR("32")) && !ac_str_eq(bits, AC_STR("64")))
        return false;
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        if (ac_str_ieq((struct ac_str){name.p, name.n - 2}, ac_str_of(modules[i])))
            return true;
    }
    return false;
}

bool ac_trickbot_is_module(struct ac_str name)
{
    return is_module(name);
}

bool ac_trickbot_is_configs(struct ac_str name)
{
    return name.n > 8 && ac_str_iends(name, AC_STR("_configs")) &&
           is_module((struct ac_str){name.p, name.n - 8});
}

struct contents {
    size_t modules, configs;
};

static struct contents look_into(const struct ac_record *listing)
{
    const json_t *entries = ac_record_get_json(listing, "entries");
    struct contents c = {0};

    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *e = json_array_get(entries, i);
        struct ac_str name = ac_str_of(json_string_value(json_object_get(e, "name")));

        if (json_is_true(json_object_get(e, "directory")))
            c.configs += ac_trickbot_is_configs(name);
        else
            c.modules += is_module(name);
    }
    return c;
}

/* The home folder of a listing of its Data or Modules folder: what stands before the last component. */
static struct ac_str home_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return (struct ac_str){path, slash ? (size_t)(slash - path) : 0};
}

static const char *target_of(const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");
    const char *target =
        ac_record_kind(r) == AC_KIND_TASK
            ? json_string_value(json_object_get(json_array_get(actions, 0), "target"))
            : ac_record_get(r, "target");

    return target ? target : "";
}

/* Tasks and autostarts that start something in the home folder join the finding, and programs run from it. */
static enum ac_rc add_starters(struct ac_assessment *a, struct ac_finding *f,
                               const struct ac_record *listing, struct ac_str home)
{
    bool any = false;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_str target;

        if ((ac_record_kind(r) != AC_KIND_TASK && ac_record_kind(r) != AC_KIND_AUTOSTART) ||
            !ac_same_system(r, listing))
            continue;
        target = ac_str_of(target_of(r));
        if (target.n > home.n && target.p[home.n] == '/' && ac_str_istarts(target, home)) {
            any = true;
            rc = ac_finding_add_record(f, r);
        }
    }
    return rc == AC_OK && any ? ac_add_executions_below(a, f, listing, home) : rc;
}

static enum ac_rc detect_home(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct contents c = {0};
        struct ac_finding *f;

        if (ac_record_kind(r) != AC_KIND_LISTING)
            continue;
        c = look_into(r);
        if (c.modules == 0)
            continue;
        f = ac_finding_add(
            a, rule, c.configs || c.modules >= 2 ? AC_DECISIVE : AC_STRONG, r,
            c.configs || c.modules >= 2
                ? N_("The folder %1$s holds files named like modules of TrickBot, without "
                     "extension, in the structure that "
                     "TrickBot keeps (several modules, or folders of their configurations).")
                : N_("The folder %1$s holds one file named like a module of TrickBot, without "
                     "extension."),
            ac_record_get(r, "path"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "path");
        rc = add_starters(a, f, r, home_of(ac_record_get(r, "path")));
    }
    return rc;
}

const struct ac_rule ac_rule_trickbot_home = {
    .id = "TRB-HOME",
    .family = "trickbot",
    .title = N_("TrickBot's module folder"),
    .tests = N_("Folders two or three levels below AppData with files named like TrickBot's "
                "modules (21 names with 32 or 64 behind "
                "them, no extension), alone or with folders <module>_configs; with the tasks and "
                "autostarts that start a program beside "
                "them."),
    .benign = "",
    .reference = "pan-unit42/tweets 7283e92; jstrosch/malware-samples 1b3add9; public lists of "
                 "modules, 2018 to 2021",
    .attack = "T1105 T1555.003 T1053.005",
    .needs = AC_NEED_FILES,
    .detect = detect_home,
};

/* ---- task names that were used, and folder names with ten digits */

static bool is_known_task(const char *path)
{
    static const char *const names[] = {"\\TrickBot", "\\msnetcs",         "\\msntcs",
                                        "\\sysnetsf", "\\MsSystemWatcher", "\\CleanMemoryWinTask"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(ac_str_of(path), ac_str_of(names[i])))
            return true;
    }
    return false;
}

static enum ac_rc detect_task(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) == AC_KIND_TASK && is_known_task(ac_record_get(r, "path")) &&
            ac_str_ifind(ac_str_of(target_of(r)), AC_STR("/AppData/")) >= 0 &&
            !ac_finding_add(a, rule, AC_SUPPORTING, r,
                            N_("The scheduled task %1$s has a name that TrickBot used and starts "
                               "%2$s in a profile."),
                            ac_record_get(r, "path"), target_of(r), NULL))
            return AC_NOMEM;
    }
    return AC_OK;
}

const struct ac_rule ac_rule_trickbot_task = {
    .id = "TRB-TASK",
    .family = "trickbot",
    .title = N_("Task with a name that TrickBot used"),
    .tests = N_("Scheduled tasks with one of six names from public lists of 2016 to 2019 that "
                "start a program below AppData."),
    .benign = N_("A task of other software that happens to bear such a name."),
    .reference = "CAPESandbox/community 846b07f; public clean-up script of February 2019",
    .attack = "T1053.005 T1036.004",
    .needs = AC_NEED_TASKS,
    .detect = detect_task,
};

/* ---- folders named with a word and ten digits, late 2020 and early 2021 */

/* "Identities1159371911" right below AppData or one of its branches. */
static bool is_numbered_home(const char *path)
{
    struct ac_str rest = ac_after(ac_str_of(path), "/AppData/"), folder;
    size_t letters = 0;

    folder = ac_first_component(rest, &rest);
    if (ac_str_ieq(folder, AC_STR("Roaming")) || ac_str_ieq(folder, AC_STR("Local")))
        folder = ac_first_component(rest, &rest);
    while (letters < folder.n && isalpha((unsigned char)folder.p[letters]))
        letters++;
    return rest.n > 0 && letters >= 4 && letters <= 14 && folder.n == letters + 10 &&
           ac_str_is((struct ac_str){folder.p + letters, 10}, 10, 10, isdigit);
}

static enum ac_rc detect_numbered(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_finding *f;

        if ((ac_record_kind(r) != AC_KIND_TASK && ac_record_kind(r) != AC_KIND_AUTOSTART) ||
            !is_numbered_home(target_of(r)))
            continue;
        f = ac_finding_add(a, rule, AC_SUPPORTING, r,
                           N_("An autostart or task starts %1$s, in a folder named with a word and "
                              "ten digits as TrickBot named its own at the turn of 2020 to 2021."),
                           target_of(r), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = target_of(r);
    }
    return AC_OK;
}

const struct ac_rule ac_rule_trickbot_numbered = {
    .id = "TRB-DIR",
    .family = "trickbot",
    .title = N_("Program in a folder named with a word and ten digits"),
    .tests =
        N_("Autostarts and tasks that start a program in a folder right below AppData, Roaming or "
           "Local whose name is 4 to 14 letters and ten digits."),
    .benign = N_("Software that puts a number of ten digits behind the name of its folder."),
    .reference = "pan-unit42/tweets 7283e92, 2020-10-26 and 2021-01-05",
    .attack = "T1053.005 T1547.001",
    .needs = AC_NEED_TASKS | AC_NEED_USER_HIVES,
    .detect = detect_numbered,
};
