/*
 * SYSTEM: the time zone and the rules by which its clock changes.
 *
 * Source: Microsoft, TIME_ZONE_INFORMATION (meaning of week 5 and of year 0) and TIME_FIELDS, in whose
 * order the kernel stores the two changes here: unlike TZI in SOFTWARE, the day of the week comes last.
 */
#include "hive_parts.h"

#include <stdio.h>

/* TimeZoneKeyName has 256 bytes, and leftovers behind its first NUL. */
static bool zone_key_name(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_value v;
    struct ac_view data;

    if (!ac_hive_find_value(j->hive, key, "TimeZoneKeyName", &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data))
        return false;
    data.n = ac_utf16_length(data);
    if (data.n > 0)
        ac_record_utf16(r, "time_zone", data);
    return data.n > 0;
}

static void put_bias(struct ac_hive_job *j, json_t *rules, const char *member,
                     const struct ac_hive_key *key, const char *name)
{
    uint32_t n;

    if (ac_hive_get_dword(j, key, name, &n))
        ac_json_int(rules, member, (int32_t)n);
}

/* 8 words: year, month, day, hour, minute, second, millisecond, day of week (0: Sunday). With year 0
 * the day counts weeks (5: the last). No month: the clock does not change. */
static void put_change(struct ac_hive_job *j, json_t *rules, const char *member,
                       const struct ac_hive_key *key, const char *name)
{
    struct ac_hive_value v;
    struct ac_view data;
    json_t *change;

    if (!ac_hive_find_value(j->hive, key, name, &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data) || data.n < 16 || ac_le16(data.p + 2) == 0)
        return;
    change = json_object();
    ac_json_int(change, "month", ac_le16(data.p + 2));
    if (ac_le16(data.p) != 0) {
        ac_json_int(change, "year", ac_le16(data.p));
        ac_json_int(change, "day", ac_le16(data.p + 4));
    } else {
        ac_json_int(change, "day_of_week", ac_le16(data.p + 14));
        ac_json_int(change, "week", ac_le16(data.p + 4));
    }
    ac_json_int(change, "hour", ac_le16(data.p + 6));
    ac_json_int(change, "minute", ac_le16(data.p + 8));
    if (!change || !rules || json_object_set_new(rules, member, change) != 0)
        j->rc = AC_NOMEM;
}

static void put_rules(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    json_t *rules = json_object();
    uint32_t off = 0;

    put_bias(j, rules, "bias", key, "Bias");
    put_bias(j, rules, "standard_bias", key, "StandardBias");
    put_bias(j, rules, "daylight_bias", key, "DaylightBias");
    put_change(j, rules, "standard_start", key, "StandardStart");
    put_change(j, rules, "daylight_start", key, "DaylightStart");
    if (ac_hive_get_dword(j, key, "DynamicDaylightTimeDisabled", &off) ||
        ac_hive_get_dword(j, key, "DisableAutoDaylightTimeSet", &off))
        ac_json_bool(rules, "dynamic_disabled", off != 0);
    ac_record_object(r, "zone_rules", rules);
}

void ac_hive_time_zone(struct ac_hive_job *j, const char *control_set)
{
    struct ac_hive_place place;
    struct ac_record *r;
    char path[96];
    uint32_t n;

    snprintf(path, sizeof(path), "%s\\Control\\TimeZoneInformation", control_set);
    if (ac_hive_open_key(j, path, &place)) {
        r = ac_record_new(AC_KIND_SYSTEM);
        ac_hive_prov(j, r, &place, NULL);
        if (zone_key_name(j, r, &place.key))
            ac_hive_prov_name(r, "TimeZoneKeyName");
        else if (ac_hive_put_text(j, r, "time_zone", &place.key, "StandardName"))
            ac_hive_prov_name(r, "StandardName");
        if (ac_hive_get_dword(j, &place.key, "Bias", &n))
            ac_record_int(r, "time_zone_bias", (int32_t)n);
        if (ac_hive_get_dword(j, &place.key, "ActiveTimeBias", &n))
            ac_record_int(r, "active_time_bias", (int32_t)n);
        put_rules(j, r, &place.key);
        ac_hive_emit(j, r);
    }
    ac_buf_free(&place.path);
}
