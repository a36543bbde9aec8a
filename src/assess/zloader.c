/* Zloader (Terdot, Silent Night): pronounceable random names in Roaming, an impossible GUID, a campaign's files. */
#include "assess/facts.h"
#include "assess/families.h"

#include <ctype.h>
#include <string.h>

static bool is_vowel(char c)
{
    return strchr("aeiouy", tolower((unsigned char)c)) != NULL;
}

bool ac_zloader_is_name(struct ac_str name)
{
    size_t vowels = 0;

    if (!ac_str_is(name, 3, 12, isalpha))
        return false;
    for (size_t i = 0; i < name.n; i++) {
        vowels += is_vowel(name.p[i]);
        if (i > 0 && is_vowel(name.p[i]) == is_vowel(name.p[i - 1]))
            return false; /* letters do not alternate */
    }
    return vowels >= 2 || (vowels == 1 && name.n == 3);
}

static bool hex_run(struct ac_str s, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (at + i >= s.n || !isxdigit((unsigned char)s.p[at + i]))
            return false;
    }
    return true;
}

bool ac_zloader_has_odd_guid(struct ac_str text)
{
    for (size_t i = 0; i + 37 <= text.n; i++) {
        if (text.p[i] == '{' && hex_run(text, i + 1, 8) && text.p[i + 9] == '-' &&
            hex_run(text, i + 10, 4) && text.p[i + 14] == '-' && hex_run(text, i + 15, 4) &&
            text.p[i + 19] == '-' && hex_run(text, i + 20, 16) && text.p[i + 36] == '}')
            return true;
    }
    return false;
}

/* Folders beside `folder` in the same Roaming that have such a name and exactly one file. */
static size_t siblings(const struct ac_assessment *a, const struct ac_record *r,
                       struct ac_str roaming, struct ac_str folder)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *l = a->records[i];
        struct ac_str path = ac_str_of(ac_record_get(l, "path")), name;

        if (ac_record_kind(l) != AC_KIND_LISTING ||
            strcmp(ac_record_get(l, "role"), "roaming-appdata-child") != 0 ||
            !ac_same_system(l, r) || !ac_str_istarts(path, roaming))
            continue;
        name = ac_last_component(path.p);
        n += ac_record_get_int(l, "count") == 1 && !ac_str_ieq(name, folder) &&
             ac_zloader_is_name(name);
    }
    return n;
}

/* regsvr32 or rundll32 with .../AppData/Roaming/<Name>/<name>.<ext>, both of the shape. */
static bool is_run(const struct ac_record *r, struct ac_str *ret_roaming, struct ac_str *ret_folder)
{
    struct ac_str command = ac_str_of(ac_record_get(r, "command")),
                  target = ac_str_of(ac_record_get(r, "target"));
    struct ac_str rest = ac_after(target, "/AppData/Roaming/"), file;

    if (ac_str_ifind(command, AC_STR("regsvr32")) < 0 &&
        ac_str_ifind(command, AC_STR("rundll32")) < 0)
        return false;
    *ret_folder = ac_first_component(rest, &file);
    *ret_roaming = (struct ac_str){target.p, target.n - rest.n};
    return rest.n > 0 && file.n > 4 && ac_zloader_is_name(*ret_folder) &&
           ac_zloader_is_name(ac_without_extension(file));
}

static enum ac_rc detect_run(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_str roaming, folder;
        struct ac_finding *f;
        bool strong;

        if (ac_record_kind(r) != AC_KIND_AUTOSTART || !is_run(r, &roaming, &folder))
            continue;
        strong = siblings(a, r, roaming, folder) >= 2;
        f = ac_finding_add(a, rule, strong ? AC_STRONG : AC_SUPPORTING, r,
                           strong ? N_("The autostart %1$s loads %2$s, a pronounceable random name "
                                       "in a folder of that kind in Roaming, with "
                                       "two or more such folders of one file each beside it, as "
                                       "Zloader lays itself out.")
                                  : N_("The autostart %1$s loads %2$s, a pronounceable random name "
                                       "in a folder of that kind in Roaming."),
                           ac_record_get(r, "name"), ac_record_get(r, "target"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "target");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_zloader_run = {
    .id = "ZLO-RUN",
    .family = "zloader",
    .title = N_("Library with a pronounceable random name in Roaming"),
    .tests = N_("Autostarts that load, with regsvr32 or rundll32, a library from a folder in "
                "Roaming where folder and file consist of "
                "alternating consonants and vowels; strong with two or more such folders of one "
                "file each beside it."),
    .benign = N_("A program of another maker with a short pronounceable name that registers a "
                 "library at logon."),
    .reference = "threatlabz/iocs 1b95876 (letter pools); layout by the lineage of Zeus",
    .attack = "T1547.001 T1218.010",
    .needs = AC_NEED_USER_HIVES | AC_NEED_FILES,
    .detect = detect_run,
};

static enum ac_rc detect_guid(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) == AC_KIND_AUTOSTART &&
            (ac_zloader_has_odd_guid(ac_str_of(ac_record_get(r, "command"))) ||
             ac_zloader_has_odd_guid(ac_str_of(ac_record_get(r, "name")))) &&
            !ac_finding_add(a, rule, AC_STRONG, r,
                            N_("The autostart %1$s has a number in braces of 8, 4, 4 and 16 "
                               "digits, a form that no GUID has and Zloader "
                               "makes: %2$s"),
                            ac_record_get(r, "name"), ac_record_get(r, "command"), NULL))
            return AC_NOMEM;
    }
    return AC_OK;
}

const struct ac_rule ac_rule_zloader_guid = {
    .id = "ZLO-GUID",
    .family = "zloader",
    .title = N_("Zloader's impossible GUID"),
    .tests = N_("Names and commands of autostarts with {8-4-4-16 hexadecimal digits}."),
    .benign = "",
    .reference = "threatlabz/iocs 1b95876, decrypted strings",
    .attack = "T1547.001",
    .needs = AC_NEED_USER_HIVES | AC_NEED_SOFTWARE,
    .detect = detect_guid,
};

/* ---- the MSI campaign of 2021 and 2022: two or more of its files and settings */

static bool is_campaign_file(struct ac_str name)
{
    static const char *const names[] = {"9092.dll",   "adminpriv.exe", "appContast.dll",
                                        "reboot.dll", "new1.bat",      "new2.bat"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(name, ac_str_of(names[i])))
            return true;
    }
    return false;
}

static bool is_campaign_setting(const struct ac_record *r)
{
    static const char *const names[] = {"Notification_Suppress", "DisableTaskMgr", "DisableCMD",
                                        "DisableRegistryTools", "NoRun"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(ac_str_of(ac_record_get(r, "name")), ac_str_of(names[i])))
            return strncmp(ac_record_get(r, "data"), "01", 2) == 0;
    }
    return false;
}

static size_t campaign_files(const struct ac_record *listing)
{
    const json_t *entries = ac_record_get_json(listing, "entries");
    size_t n = 0;

    for (size_t i = 0; strcmp(ac_record_get(listing, "role"), "roaming-appdata") == 0 &&
                       i < json_array_size(entries);
         i++)
        n += is_campaign_file(
            ac_str_of(json_string_value(json_object_get(json_array_get(entries, i), "name"))));
    return n;
}

/* The command of an autostart or an action names one of the files. */
static bool names_campaign_file(const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    if (ac_record_kind(r) == AC_KIND_AUTOSTART)
        return is_campaign_file(ac_last_component(ac_record_get(r, "target")));
    for (size_t i = 0; ac_record_kind(r) == AC_KIND_TASK && i < json_array_size(actions); i++) {
        const char *target =
            json_string_value(json_object_get(json_array_get(actions, i), "target"));

        if (target && is_campaign_file(ac_last_component(target)))
            return true;
    }
    return false;
}

static enum ac_rc detect_campaign(struct ac_assessment *a, const struct ac_rule *rule)
{
    struct ac_finding *f = NULL;
    size_t files = 0, settings = 0;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_LISTING)
            files += campaign_files(a->records[i]);
        else if (ac_record_kind(a->records[i]) == AC_KIND_VALUE)
            settings += is_campaign_setting(a->records[i]);
        else
            files += names_campaign_file(a->records[i]);
    }
    /* settings alone are what an administrator may set; at least one file must be there */
    if (files == 0 || files + settings < 2)
        return AC_OK;
    f = ac_finding_add(a, rule, AC_STRONG, NULL,
                       N_("Files in Roaming and settings bear the names of a Zloader campaign of "
                          "2021 and 2022 (two or more of its list)."),
                       NULL);
    if (!f)
        return AC_NOMEM;
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if ((ac_record_kind(r) == AC_KIND_LISTING && campaign_files(r)) ||
            (ac_record_kind(r) == AC_KIND_VALUE && is_campaign_setting(r)) ||
            names_campaign_file(r))
            rc = ac_finding_add_record(f, r);
    }
    return rc;
}

const struct ac_rule ac_rule_zloader_campaign = {
    .id = "ZLO-MSI",
    .family = "zloader",
    .title = N_("Files and settings of the Zloader campaign of 2021 and 2022"),
    .tests = N_("Two or more of six file names right in Roaming or started by an autostart, and "
                "five settings that hide or disable Windows tools, at least one of them a file."),
    .benign = N_("An administrator's own scripts of the same names together with such policies."),
    .reference = "Check Point Research, January 2022, as reported by the press; campaign script",
    .attack = "T1562.001 T1218.005 T1564.003",
    .needs = AC_NEED_FILES | AC_NEED_USER_HIVES | AC_NEED_SOFTWARE,
    .detect = detect_campaign,
};
