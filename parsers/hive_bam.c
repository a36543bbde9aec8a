/*
 * Background and Desktop Activity Moderator: last run of programs, by user.
 * Source: libyal/winreg-kb, docs/sources/system-keys/Background-activity-moderator.md.
 */
#include "hive_parts.h"

#include <stdio.h>

static bool is_bookkeeping(struct ac_hive_job *j, const struct ac_hive_value *v)
{
    struct ac_buf name = {0};
    bool is;

    ac_hive_name(v->name, v->latin1, &name, NULL);
    ac_hive_check(j, &name);
    is = ac_str_ieq(ac_buf_str(&name), AC_STR("Version")) ||
         ac_str_ieq(ac_buf_str(&name), AC_STR("SequenceNumber"));
    ac_buf_free(&name);
    return is;
}

/* The value's name is the device path of a program, or the name of a Windows app. */
static void entry(struct ac_hive_job *j, const char *artefact, const struct ac_hive_place *user,
                  const struct ac_hive_value *v)
{
    struct ac_record *r;
    struct ac_view data = {0}, name = ac_hive_last_component(v->name, v->latin1);
    bool cut;

    if (is_bookkeeping(j, v))
        return;
    r = ac_record_new(AC_KIND_EXECUTION);
    cut = !ac_hive_data(j->hive, v, &j->pieces, &data) || data.n < 8;
    ac_record_textz(r, "artefact", artefact);
    ac_hive_put_name(j, r, "program", name, v->latin1);
    if (name.n < v->name.n)
        ac_hive_put_name(j, r, "program_path", v->name, v->latin1);
    ac_hive_put_name(j, r, "user", user->key.name, user->key.latin1);
    if (!cut)
        ac_record_time(r, "last_run", (struct ac_filetime){ac_le64(data.p)});
    ac_hive_prov(j, r, user, v);
    ac_hive_emit(j, r);
    if (cut && ac_hive_going(j))
        j->rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_TRUNCATED,
                                v->offset - j->shift, "the time of this run is missing",
                                "an entry of %s has less than the 8 bytes of a time",
                                ac_buf_text(&user->path));
}

static void moderator(struct ac_hive_job *j, const char *artefact, const char *path)
{
    struct ac_hive_place settings;
    struct ac_hive_subkeys users;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, path, &settings)) {
        ac_hive_subkeys(j->hive, &settings.key, &users);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &users, &key)) {
            struct ac_hive_place user;
            struct ac_hive_values values;
            struct ac_hive_value v;

            ac_hive_enter_key(j, &settings, &key, &user);
            ac_hive_values(j->hive, &key, &values);
            while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
                entry(j, artefact, &user, &v);
            ac_buf_free(&user.path);
        }
    }
    ac_buf_free(&settings.path);
}

void ac_hive_bam(struct ac_hive_job *j, const char *control_set)
{
    static const char *const services[] = {"bam", "dam"};
    /* from Windows 10 version 1809 on; before */
    static const char *const places[] = {"State\\UserSettings", "UserSettings"};

    for (size_t i = 0; i < 4 && ac_hive_going(j); i++) {
        char path[96];

        snprintf(path, sizeof(path), "%s\\Services\\%s\\%s", control_set, services[i / 2],
                 places[i % 2]);
        moderator(j, services[i / 2], path);
    }
}
