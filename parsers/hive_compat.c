/*
 * AppCompatFlags: programs that the Program Compatibility Assistant watched (Compatibility Assistant\
 * Store since Windows 8, Persisted before), and compatibility settings of programs (Layers).
 *
 * Sources: C. Harrell, "Revealing Program Compatibility Assistant HKCU AppCompatFlags Registry Keys";
 * Microsoft's documentation of compatibility layers. Names are paths, or "SIGN.<kind>=<hexadecimal>
 * <name>" for a program on another medium. What the data of Store means is not published; it is not
 * read.
 */
#include "hive_parts.h"

#include <stdio.h>
#include <string.h>

#define FLAGS "Microsoft\\Windows NT\\CurrentVersion\\AppCompatFlags\\"

static void put_program(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v)
{
    struct ac_buf text = {0};
    struct ac_str name;
    size_t last;

    ac_hive_value_name(j, v, &text, NULL);
    name = ac_buf_str(&text);
    for (last = name.n; last > 0 && name.p[last - 1] != '\\'; last--)
        continue;
    if (last == 0 && ac_str_istarts(name, AC_STR("SIGN."))) {
        const char *space = memchr(name.p, ' ', name.n);

        last = space ? (size_t)(space + 1 - name.p) : 0;
    }
    if (name.n > 0)
        ac_record_text(r, "program", (struct ac_str){name.p + last, name.n - last});
    ac_hive_put_name(j, r, "program_path", v->name, v->latin1);
    ac_buf_free(&text);
}

static void entry(struct ac_hive_job *j, const struct ac_hive_place *place,
                  const struct ac_hive_value *v, const char *artefact, bool flags)
{
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);

    ac_record_textz(r, "artefact", artefact);
    put_program(j, r, v);
    ac_record_textz(r, "user", j->user);
    if (flags)
        ac_hive_put_data(j, r, "flags", v);
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
}

void ac_hive_compat(struct ac_hive_job *j, const char *software)
{
    static const struct {
        const char *key, *artefact;
        bool flags;
    } keys[] = {{"Compatibility Assistant\\Store", "compatibility-store", false},
                {"Compatibility Assistant\\Persisted", "compatibility-store", false},
                {"Layers", "compatibility-layer", true}};
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_hive_place place;
    char path[128];

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && ac_hive_going(j); i++) {
        snprintf(path, sizeof(path), "%s%s" FLAGS "%s", software, software[0] ? "\\" : "",
                 keys[i].key);
        if (ac_hive_open_key(j, path, &place)) {
            ac_hive_values(j->hive, &place.key, &values);
            while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v)) {
                if (v.name.n > 0) /* the default value names no program */
                    entry(j, &place, &v, keys[i].artefact, keys[i].flags);
            }
        }
        ac_buf_free(&place.path);
    }
}
