#include "assess/local_time.h"

#include "assess/facts.h"

#include <string.h>

static int number(const json_t *o, const char *member)
{
    return (int)json_integer_value(json_object_get(o, member));
}

static struct ac_zone_change change(const json_t *o)
{
    return (struct ac_zone_change){.year = (unsigned)number(o, "year"),
                                   .month = (unsigned)number(o, "month"),
                                   .day_of_week = (unsigned)number(o, "day_of_week"),
                                   .week = (unsigned)number(o, "week"),
                                   .day = (unsigned)number(o, "day"),
                                   .hour = (unsigned)number(o, "hour"),
                                   .minute = (unsigned)number(o, "minute")};
}

bool ac_zone_of(const struct ac_assessment *a, const struct ac_record *of, struct ac_zone *ret)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const json_t *rules =
            ac_record_kind(r) == AC_KIND_SYSTEM ? ac_record_get_json(r, "zone_rules") : NULL;

        if (!rules || !json_object_get(rules, "bias") || !ac_same_system(r, of) ||
            strcmp(ac_record_prov(r, "state"), "snapshot") == 0)
            continue;
        *ret = (struct ac_zone){.bias = number(rules, "bias"),
                                .standard_bias = number(rules, "standard_bias"),
                                .daylight_bias = number(rules, "daylight_bias"),
                                .standard = change(json_object_get(rules, "standard_start")),
                                .daylight = change(json_object_get(rules, "daylight_start"))};
        return true;
    }
    return false;
}
