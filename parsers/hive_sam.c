/*
 * SAM: local accounts with their relative identifiers, logons and names.
 *
 * Source of the layouts of F and V: libyal/winreg-kb, docs/sources/sam-keys.
 */
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

/* F of an account: times at 8, 24 and 40, flags of account control at 56, number of logons at 66. A
 * time of all ones says never. */
enum { F_LAST_LOGON = 8, F_PASSWORD_SET = 24, F_FAILED = 40, F_FLAGS = 56, F_LOGONS = 66 };

static void put_time(struct ac_record *r, const char *field, struct ac_view f, size_t at)
{
    uint64_t ticks;

    if (ac_rd_le64(f, at, &ticks) == AC_OK && ticks != 0 && ticks != INT64_MAX)
        ac_record_time(r, field, (struct ac_filetime){ticks});
}

static void put_logons(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_value v;
    struct ac_view f;
    uint16_t n;

    if (!ac_hive_find_value(j->hive, key, "F", &v) || !ac_hive_data(j->hive, &v, &j->pieces, &f))
        return;
    put_time(r, "last_logon", f, F_LAST_LOGON);
    put_time(r, "password_set", f, F_PASSWORD_SET);
    put_time(r, "failed_logon", f, F_FAILED);
    if (ac_rd_le16(f, F_LOGONS, &n) == AC_OK)
        ac_record_int(r, "logon_count", n);
    if (ac_rd_le16(f, F_FLAGS, &n) == AC_OK)
        ac_record_bool(r, "disabled", n & 1);
}

/* V: a table of offset (from byte 204 on) and size, 12 bytes an entry, then the texts. */
enum { V_FULL_NAME = 24, V_COMMENT = 36, V_DATA = 204 };

static void put_v_text(struct ac_record *r, const char *field, struct ac_view v, size_t entry)
{
    struct ac_view text;
    uint32_t at, n;

    if (ac_rd_le32(v, entry, &at) == AC_OK && ac_rd_le32(v, entry + 4, &n) == AC_OK && n > 0 &&
        at < v.n && ac_view_cut(v, V_DATA + (size_t)at, n, &text) == AC_OK)
        ac_record_utf16(r, field, text);
}

static void put_names(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_value v;
    struct ac_view bytes;

    if (!ac_hive_find_value(j->hive, key, "V", &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &bytes))
        return;
    put_v_text(r, "full_name", bytes, V_FULL_NAME);
    put_v_text(r, "comment", bytes, V_COMMENT);
}

static void put_account_facts(struct ac_hive_job *j, struct ac_record *r, uint32_t rid)
{
    struct ac_hive_key key;
    char path[64];

    snprintf(path, sizeof(path), ACCOUNT_DOMAIN "\\Users\\%08X", rid);
    if (!ac_hive_find(j->hive, &j->root, path, &key, NULL))
        return;
    put_logons(j, r, &key);
    put_names(j, r, &key);
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
        put_account_facts(j, r, v.type);
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
