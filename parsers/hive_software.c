/* SOFTWARE: the product, its profiles, its Run keys. */
#include "hive_autostart.h"
#include "hive_parts.h"

#include <stdio.h>
#include <string.h>

#define NT_VERSION "Microsoft\\Windows NT\\CurrentVersion"

/* The name that users know: 21H1, else 1909, else 6.1. */
static void put_version(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    if (!ac_hive_put_text(j, r, "version", key, "DisplayVersion") &&
        !ac_hive_put_text(j, r, "version", key, "ReleaseId"))
        ac_hive_put_text(j, r, "version", key, "CurrentVersion");
}

/* 19043 and 985 become 19043.985. */
static void put_build(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_buf build = {0};
    uint32_t ubr;

    if (!ac_hive_put_text(j, r, "build", key, "CurrentBuild") &&
        !ac_hive_put_text(j, r, "build", key, "CurrentBuildNumber"))
        return;
    if (!ac_hive_get_dword(j, key, "UBR", &ubr))
        return;
    ac_buf_addf(&build, "%s.%u", ac_record_get(r, "build"), ubr);
    ac_hive_check(j, &build);
    ac_record_text(r, "build", ac_buf_str(&build));
    ac_buf_free(&build);
}

static void put_installed(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_filetime t = {0};
    uint32_t seconds;

    if (!ac_hive_get_time(j, key, "InstallTime", &t) || t.ticks == 0) {
        if (ac_hive_get_dword(j, key, "InstallDate", &seconds) && seconds != 0)
            t = ac_time_from_unix(seconds, 0);
    }
    ac_record_time(r, "installed", t);
}

static void product(struct ac_hive_job *j)
{
    struct ac_hive_place place;
    struct ac_record *r;

    if (ac_hive_open_key(j, NT_VERSION, &place)) {
        const struct ac_hive_key *key = &place.key;

        r = ac_record_new(AC_KIND_SYSTEM);
        ac_hive_put_text(j, r, "product", key, "ProductName");
        ac_hive_put_text(j, r, "edition", key, "EditionID");
        put_version(j, r, key);
        if (r)
            put_build(j, r, key);
        put_installed(j, r, key);
        ac_hive_put_text(j, r, "owner", key, "RegisteredOwner");
        ac_hive_put_text(j, r, "organization", key, "RegisteredOrganization");
        if (!ac_hive_put_text(j, r, "system_root", key, "PathName"))
            ac_hive_put_text(j, r, "system_root", key, "SystemRoot");
        ac_hive_prov(j, r, &place, NULL);
        ac_hive_prov_name(r, "ProductName");
        ac_hive_emit(j, r);
    }
    ac_buf_free(&place.path);
}

/* Who logged on last. Windows XP keeps the name that it offers at the next logon. */
static void last_user(struct ac_hive_job *j)
{
    static const struct {
        const char *key, *value;
    } places[] = {
        {"Microsoft\\Windows\\CurrentVersion\\Authentication\\LogonUI", "LastLoggedOnSAMUser"},
        {"Microsoft\\Windows\\CurrentVersion\\Authentication\\LogonUI", "LastLoggedOnUser"},
        {NT_VERSION "\\Winlogon", "DefaultUserName"},
    };
    bool found = false;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !found; i++) {
        struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);
        struct ac_hive_place place;

        found = ac_hive_open_key(j, places[i].key, &place) &&
                ac_hive_put_text(j, r, "last_user", &place.key, places[i].value) &&
                (!r || ac_record_get(r, "last_user")[0]);
        if (found) {
            ac_hive_prov(j, r, &place, NULL);
            ac_hive_prov_name(r, places[i].value);
            ac_hive_emit(j, r);
        } else {
            ac_record_free(r);
        }
        ac_buf_free(&place.path);
    }
}

/* A FILETIME in two values, e.g. LocalProfileLoadTimeHigh and LocalProfileLoadTimeLow. */
static void put_split_time(struct ac_hive_job *j, struct ac_record *r, const char *field,
                           const struct ac_hive_key *key, const char *name)
{
    static const char *const prefixes[] = {"Local", ""};
    char high_name[64], low_name[64];
    uint32_t high, low;

    for (size_t i = 0; i < 2; i++) {
        snprintf(high_name, sizeof(high_name), "%s%sHigh", prefixes[i], name);
        snprintf(low_name, sizeof(low_name), "%s%sLow", prefixes[i], name);
        if (ac_hive_get_dword(j, key, high_name, &high) &&
            ac_hive_get_dword(j, key, low_name, &low) && (high || low)) {
            ac_record_time(r, field, (struct ac_filetime){(uint64_t)high << 32 | low});
            return;
        }
    }
}

static void profile(struct ac_hive_job *j, const struct ac_hive_place *profiles,
                    const struct ac_hive_key *key)
{
    struct ac_record *r = ac_record_new(AC_KIND_ACCOUNT);
    struct ac_hive_place place;

    ac_hive_enter_key(j, profiles, key, &place);
    ac_hive_put_name(j, r, "sid", key->name, key->latin1);
    if (ac_hive_put_text(j, r, "profile", key, "ProfileImagePath") && r) {
        const char *path = ac_record_get(r, "profile"), *last = strrchr(path, '\\');

        ac_record_textz(r, "name", last ? last + 1 : path);
    }
    put_split_time(j, r, "profile_loaded", key, "ProfileLoadTime");
    put_split_time(j, r, "profile_unloaded", key, "ProfileUnloadTime");
    ac_hive_prov(j, r, &place, NULL);
    ac_hive_prov_name(r, "ProfileImagePath");
    ac_hive_emit(j, r);
    ac_buf_free(&place.path);
}

void ac_hive_accounts(struct ac_hive_job *j)
{
    struct ac_hive_place profiles;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, NT_VERSION "\\ProfileList", &profiles)) {
        ac_hive_subkeys(j->hive, &profiles.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key))
            profile(j, &profiles, &key);
    }
    ac_buf_free(&profiles.path);
}

void ac_hive_software(struct ac_hive_job *j)
{
    if (j->facts) {
        product(j);
        last_user(j);
        ac_hive_network_profiles(j);
        ac_hive_accounts(j);
    }
    ac_hive_run_keys(j, "");
    ac_hive_points(j, AC_HIVE_POINTS_MACHINE, "");
    ac_hive_points(j, AC_HIVE_POINTS_MACHINE, "WOW6432Node");
    ac_hive_compat(j, "");
    ac_hive_compat(j, "WOW6432Node");
    ac_hive_taskcache(j);
    ac_hive_credentials(j, "", true);
    ac_hive_credentials(j, "WOW6432Node", true);
}
