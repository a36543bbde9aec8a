/*
 * Trusted documents of Office: what a user allowed to be edited, or to run its macros.
 *
 * Microsoft does not document the data. N. Mantani (PS-TrustedDocuments), Malwrologist
 * (OfficeForensicTools) and M. DeGrazia ("More on Trust Records, Macros and Security") found by
 * tests: 24 bytes: creation time of the document file (FILETIME), difference of local time (8), time
 * of the decision in minutes since 1970 (4), flags (4).
 */
#include "hive_parts.h"

#define OFFICE "Software\\Microsoft\\Office"

enum { WHOLE = 24, EDITING = 1, CONTENT = 0x7FFFFFFF };

static void put_flags(struct ac_hive_job *j, struct ac_record *r, const uint8_t *p)
{
    struct ac_buf hex = {0};

    ac_buf_addhex(&hex, p, 4);
    ac_hive_check(j, &hex);
    ac_record_text(r, "flags", ac_buf_str(&hex));
    if (ac_le32(p) == CONTENT || ac_le32(p) == EDITING)
        ac_record_bool(r, "macros_enabled", ac_le32(p) == CONTENT);
    ac_buf_free(&hex);
}

static void put_data(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v)
{
    struct ac_view data;
    uint32_t minutes;

    if (!ac_hive_data(j->hive, v, &j->pieces, &data))
        return;
    if (data.n != WHOLE) {
        ac_hive_bad_entry(j, v, AC_UNSUPPORTED,
                          "the data of a trusted document has another size than 24 bytes");
        return;
    }
    ac_record_time(r, "document_created", (struct ac_filetime){ac_le64(data.p)});
    minutes = ac_le32(data.p + 16);
    if (minutes > 0)
        ac_record_time(r, "time", ac_time_from_unix((int64_t)minutes * 60, 0));
    put_flags(j, r, data.p + 20);
}

static void entry(struct ac_hive_job *j, const struct ac_hive_place *place,
                  const struct ac_hive_value *v, struct ac_str application)
{
    struct ac_record *r = ac_record_new(AC_KIND_DELIVERY);

    ac_record_textz(r, "artefact", "trust-record");
    ac_record_textz(r, "user", j->user);
    ac_record_text(r, "application", application);
    ac_hive_put_name(j, r, "document", v->name, v->latin1);
    put_data(j, r, v);
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
}

static void application(struct ac_hive_job *j, const struct ac_hive_place *place,
                        const struct ac_hive_key *version)
{
    struct ac_hive_place records;
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_buf name = {0};

    if (ac_hive_open_below(j, place, "Security\\Trusted Documents\\TrustRecords", &records)) {
        ac_hive_name(place->key.name, place->key.latin1, &name, NULL);
        ac_buf_addc(&name, ' ');
        ac_hive_name(version->name, version->latin1, &name, NULL);
        ac_hive_check(j, &name);
        ac_hive_values(j->hive, &records.key, &values);
        while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
            entry(j, &records, &v, ac_buf_str(&name));
    }
    ac_buf_free(&records.path);
    ac_buf_free(&name);
}

static void version(struct ac_hive_job *j, const struct ac_hive_place *office,
                    const struct ac_hive_key *key)
{
    struct ac_hive_place place, below;
    struct ac_hive_subkeys list;
    struct ac_hive_key sub;

    ac_hive_enter_key(j, office, key, &place);
    ac_hive_subkeys(j->hive, key, &list);
    while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &sub)) {
        ac_hive_enter_key(j, &place, &sub, &below);
        application(j, &below, key);
        ac_buf_free(&below.path);
    }
    ac_buf_free(&place.path);
}

void ac_hive_trust(struct ac_hive_job *j)
{
    struct ac_hive_place office;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, OFFICE, &office)) {
        ac_hive_subkeys(j->hive, &office.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key))
            version(j, &office, &key);
    }
    ac_buf_free(&office.path);
}
