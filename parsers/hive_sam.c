/* SAM: local accounts with their relative identifiers. */
#include "hive_parts.h"

#include <stdio.h>

#define ACCOUNT_DOMAIN "SAM\\Domains\\Account"
#define SID_TEXT 64

/* The machine's SID: the last 12 bytes of V are the three numbers after S-1-5-21. */
static bool machine_sid(struct ac_hive_job *j, char ret[SID_TEXT])
{
    struct ac_hive_key key;
    struct ac_hive_value v;
    struct ac_view data;
    const uint8_t *p;

    if (!ac_hive_find(j->hive, &j->root, ACCOUNT_DOMAIN, &key, NULL) ||
        !ac_hive_find_value(j->hive, &key, "V", &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data) || data.n < 12 || data.n != v.size)
        return false;
    p = data.p + data.n - 12;
    snprintf(ret, SID_TEXT, "S-1-5-21-%u-%u-%u", ac_le32(p), ac_le32(p + 4), ac_le32(p + 8));
    return true;
}

/* The type of the key's unnamed value is the relative identifier. */
static void account(struct ac_hive_job *j, const struct ac_hive_place *names,
                    const struct ac_hive_key *key, const char *machine)
{
    struct ac_record *r = ac_record_new(AC_KIND_ACCOUNT);
    struct ac_hive_place place;
    struct ac_hive_value v;
    bool has_rid = ac_hive_find_value(j->hive, key, "", &v);
    char sid[SID_TEXT + 16];

    ac_hive_enter_key(j, names, key, &place);
    ac_hive_put_name(j, r, "name", key->name, key->latin1);
    if (has_rid) {
        ac_record_int(r, "rid", v.type);
        snprintf(sid, sizeof(sid), "%s-%u", machine, v.type);
        if (machine[0])
            ac_record_textz(r, "sid", sid);
    }
    ac_hive_prov(j, r, &place, has_rid ? &v : NULL);
    ac_hive_emit(j, r);
    ac_buf_free(&place.path);
}

void ac_hive_sam(struct ac_hive_job *j)
{
    struct ac_hive_place names;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;
    char machine[SID_TEXT] = "";

    if (!j->facts)
        return;
    machine_sid(j, machine);
    if (ac_hive_open_key(j, ACCOUNT_DOMAIN "\\Users\\Names", &names)) {
        ac_hive_subkeys(j->hive, &names.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key))
            account(j, &names, &key, machine);
    }
    ac_buf_free(&names.path);
}
