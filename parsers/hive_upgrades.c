/*
 * SYSTEM: what the machine ran before each upgrade. Windows 10 and later copy the old version's facts to
 * Setup\Source OS (Updated on M/D/YYYY hh:mm:ss); the time in the key's name is local time.
 *
 * Source: libyal/winreg-kb, docs/sources; seen on real hives.
 */
#include "hive_parts.h"

#define PREFIX "Source OS (Updated on "

static void put(struct ac_hive_job *j, json_t *former, const char *member,
                const struct ac_hive_key *key, const char *name)
{
    struct ac_hive_value v;
    struct ac_view data;
    struct ac_buf text = {0};

    if (!ac_hive_find_value(j->hive, key, name, &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data))
        return;
    data.n = ac_utf16_length(data);
    ac_text_from_utf16(data, &text, NULL);
    ac_hive_check(j, &text);
    if (text.n)
        ac_json_text(former, member, ac_buf_str(&text));
    ac_buf_free(&text);
}

static void put_installed(struct ac_hive_job *j, json_t *former, const struct ac_hive_key *key)
{
    uint32_t seconds;

    if (ac_hive_get_dword(j, key, "InstallDate", &seconds) && seconds != 0)
        ac_json_time(former, "installed", ac_time_from_unix(seconds, 0));
}

static void upgrade(struct ac_hive_job *j, const struct ac_hive_place *place, struct ac_str name)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);
    json_t *former = json_object();
    size_t from = sizeof(PREFIX) - 1, n = name.n - from;

    n -= n > 0 && name.p[name.n - 1] == ')';
    put(j, former, "product", &place->key, "ProductName");
    put(j, former, "edition", &place->key, "EditionID");
    put(j, former, "version", &place->key, "ReleaseId");
    put(j, former, "build", &place->key, "CurrentBuild");
    put_installed(j, former, &place->key);
    ac_json_text(former, "replaced", (struct ac_str){name.p + from, n});
    ac_record_object(r, "former", former);
    ac_hive_prov(j, r, place, NULL);
    ac_hive_emit(j, r);
}

void ac_hive_upgrades(struct ac_hive_job *j)
{
    struct ac_hive_place setup, place;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;
    struct ac_buf name = {0};

    if (ac_hive_open_key(j, "Setup", &setup)) {
        ac_hive_subkeys(j->hive, &setup.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
            ac_buf_clear(&name);
            ac_hive_name(key.name, key.latin1, &name, NULL);
            ac_hive_check(j, &name);
            if (!ac_str_istarts(ac_buf_str(&name), AC_STR(PREFIX)))
                continue;
            ac_hive_enter_key(j, &setup, &key, &place);
            upgrade(j, &place, ac_buf_str(&name));
            ac_buf_free(&place.path);
        }
    }
    ac_buf_free(&name);
    ac_buf_free(&setup.path);
}
