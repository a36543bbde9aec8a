/*
 * What was typed into the address bars of Explorer, Internet Explorer and the first Edge.
 *
 * Format: libyal/winreg-kb, "Typed paths", "Typed URLs": values url1 (the newest), url2 ...; the key
 * TypedURLsTime beside it has a FILETIME for each.
 */
#include "hive_parts.h"

#include <stdio.h>
#include <string.h>

#define PATHS "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\TypedPaths"
#define URLS "Software\\Microsoft\\Internet Explorer\\TypedURLs"
#define EDGE                                                                                       \
    "Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppContainer\\Storage\\"        \
    "microsoft.microsoftedge_8wekyb3d8bbwe\\MicrosoftEdge\\TypedURLs"

enum { REG_SZ = 1 };

struct typed {
    struct ac_hive_job *job;
    const char *artefact;
    struct ac_filetime times[AC_MAX_RECENT]; /* by place */
};

/* Place of a value "url1": 0. */
static bool place_of(struct ac_hive_job *j, const struct ac_hive_value *v, uint32_t *ret)
{
    struct ac_buf name = {0};
    struct ac_str s;
    uint32_t n = 0;
    bool is = false;

    ac_hive_value_name(j, v, &name, NULL);
    s = ac_buf_str(&name);
    if (ac_str_istarts(s, AC_STR("url")) && s.n <= 3 + 9) {
        for (size_t i = 3; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
            n = n * 10 + (uint32_t)(s.p[i] - '0');
            is = i + 1 == s.n && n > 0;
        }
    }
    ac_buf_free(&name);
    *ret = n - 1;
    return is;
}

static void read_times(struct typed *t, const char *path)
{
    struct ac_hive_job *j = t->job;
    struct ac_hive_place place;
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_view data;
    uint32_t i;

    if (ac_hive_open_key(j, path, &place)) {
        ac_hive_values(j->hive, &place.key, &values);
        while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v)) {
            if (place_of(j, &v, &i) && i < AC_MAX_RECENT && v.size == 8 &&
                ac_hive_data(j->hive, &v, &j->pieces, &data))
                ac_rd_le64(data, 0, &t->times[i].ticks);
        }
    }
    ac_buf_free(&place.path);
}

static void entry(struct typed *t, const struct ac_hive_place *place, const struct ac_hive_value *v)
{
    struct ac_hive_job *j = t->job;
    struct ac_record *r;
    struct ac_view data;
    uint32_t i;

    if (!place_of(j, v, &i))
        return;
    r = ac_record_new(AC_KIND_ACTIVITY);
    ac_record_textz(r, "artefact", t->artefact);
    ac_record_textz(r, "user", j->user);
    if (ac_hive_data(j->hive, v, &j->pieces, &data))
        ac_hive_put_bytes(j, r, "text", REG_SZ, data);
    ac_record_int(r, "position", i);
    if (i < AC_MAX_RECENT && t->times[i].ticks > 0) {
        ac_record_time(r, "time", t->times[i]);
        ac_record_textz(r, "time_source", "stored with the entry");
    } else if (i == 0) {
        ac_record_time(r, "time", place->key.last_written);
        ac_record_textz(r, "time_source", "last written time of the key");
    }
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
}

/* The key `path`; times beside it in `path` with "Time" behind. */
static void read_typed(struct ac_hive_job *j, const char *artefact, const char *path)
{
    struct typed t = {.job = j, .artefact = artefact};
    struct ac_hive_place place;
    struct ac_hive_values values;
    struct ac_hive_value v;
    char times[256];

    snprintf(times, sizeof(times), "%sTime", path);
    read_times(&t, times);
    if (ac_hive_open_key(j, path, &place)) {
        ac_hive_values(j->hive, &place.key, &values);
        while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
            entry(&t, &place, &v);
    }
    ac_buf_free(&place.path);
}

void ac_hive_typed(struct ac_hive_job *j)
{
    read_typed(j, "typed-paths", PATHS);
    read_typed(j, "typed-urls", URLS);
}

void ac_hive_typed_in_edge(struct ac_hive_job *j, const char *classes)
{
    char path[256];

    snprintf(path, sizeof(path), "%s%s" EDGE, classes, classes[0] ? "\\" : "");
    read_typed(j, "typed-urls", path);
}
