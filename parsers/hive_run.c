/* Run keys and the Explorer values in which one generation of Emotet kept its name. */
#include "hive_parts.h"

#include <stdio.h>
#include <string.h>

#define CURRENT_VERSION "Microsoft\\Windows\\CurrentVersion\\"
enum { REG_BINARY = 3 };

static void run_value(struct ac_hive_job *j, const struct ac_hive_place *place,
                      const struct ac_hive_value *v, const char *mechanism)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);

    ac_record_text(r, "location", ac_buf_str(&place->path));
    ac_hive_put_name(j, r, "name", v->name, v->latin1);
    ac_hive_put_data(j, r, "command", v);
    ac_record_int(r, "value_type", v->type);
    ac_record_textz(r, "user", j->user);
    ac_record_textz(r, "mechanism", mechanism);
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
}

static void run_key(struct ac_hive_job *j, const char *path, const char *mechanism)
{
    struct ac_hive_place place;
    struct ac_hive_values values;
    struct ac_hive_value v;

    if (ac_hive_open_key(j, path, &place)) {
        ac_hive_values(j->hive, &place.key, &values);
        while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
            run_value(j, &place, &v, mechanism);
    }
    ac_buf_free(&place.path);
}

bool ac_hive_is_serial(const struct ac_hive_value *v)
{
    size_t unit = v->latin1 ? 1 : 2;

    if (v->name.n % unit || v->name.n < unit || v->name.n > 8 * unit)
        return false;
    for (size_t i = 0; i < v->name.n; i += unit) {
        unsigned c = v->latin1 ? v->name.p[i] : ac_le16(v->name.p + i);

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return false;
    }
    return true;
}

static void explorer_key(struct ac_hive_job *j, const char *path)
{
    struct ac_hive_place place;
    struct ac_hive_values values;
    struct ac_hive_value v;

    if (ac_hive_open_key(j, path, &place)) {
        struct ac_str full = ac_buf_str(&place.path);
        size_t skip = strlen(j->prefix) + 1;

        ac_hive_values(j->hive, &place.key, &values);
        while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v)) {
            if (v.type == REG_BINARY || ac_hive_is_serial(&v))
                ac_hive_emit_value(j, (struct ac_str){full.p + skip, full.n - skip}, &place, &v);
        }
    }
    ac_buf_free(&place.path);
}

void ac_hive_run_keys(struct ac_hive_job *j, const char *software)
{
    static const struct {
        const char *path, *mechanism; /* no mechanism: the Explorer key */
    } keys[] = {
        {CURRENT_VERSION "Run", "run"},
        {CURRENT_VERSION "RunOnce", "run-once"},
        {CURRENT_VERSION "Policies\\Explorer\\Run", "policies-run"},
        {CURRENT_VERSION "Explorer", NULL},
    };
    char path[128];

    for (int wow = 0; wow < 2; wow++) {
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && ac_hive_going(j); i++) {
            snprintf(path, sizeof(path), "%s%s%s%s", software, software[0] ? "\\" : "",
                     wow ? "WOW6432Node\\" : "", keys[i].path);
            if (keys[i].mechanism)
                run_key(j, path, keys[i].mechanism);
            else
                explorer_key(j, path);
        }
    }
}
