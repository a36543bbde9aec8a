/* SYSTEM: names, last shutdown, control sets. */
#include "hive_autostart.h"
#include "hive_parts.h"

#include <stdio.h>

#define SET_NAME 24 /* "ControlSet" and the digits of 32 bits */

struct fact {
    const char *field, *value;
};

/* A record with those of the facts that are there; provenance names the first value of the list. */
static struct ac_record *facts(struct ac_hive_job *j, const struct ac_hive_place *place,
                               const struct fact *list, bool *ret_any)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);

    *ret_any = false;
    ac_hive_prov(j, r, place, NULL);
    ac_hive_prov_name(r, list->value);
    for (; list->field; list++)
        *ret_any = ac_hive_put_text(j, r, list->field, &place->key, list->value) || *ret_any;
    return r;
}

static void emit_if(struct ac_hive_job *j, struct ac_record *r, bool any)
{
    if (any)
        ac_hive_emit(j, r);
    else
        ac_record_free(r);
}

/* The name in one of the keys below ComputerName. A name equal to `known` is not told again;
 * `known` gets the first. */
static void computer_name(struct ac_hive_job *j, const char *set, const char *key,
                          struct ac_buf *known)
{
    const struct fact list[] = {
        {known->n ? "former_computer_name" : "computer_name", "ComputerName"}, {NULL, NULL}};
    struct ac_hive_place place;
    char path[96];
    bool any;

    snprintf(path, sizeof(path), "%s\\Control\\ComputerName\\%s", set, key);
    if (ac_hive_open_key(j, path, &place)) {
        struct ac_record *r = facts(j, &place, list, &any);
        struct ac_str name = ac_str_of(r ? ac_record_get(r, list[0].field) : "");

        if (any && !known->n) {
            ac_buf_adds(known, name);
            ac_hive_check(j, known);
        } else if (r && ac_str_ieq(name, ac_buf_str(known))) {
            any = false;
        }
        emit_if(j, r, any);
    }
    ac_buf_free(&place.path);
}

static void network(struct ac_hive_job *j, const char *set)
{
    static const struct fact list[] = {
        {"hostname", "Hostname"}, {"domain", "Domain"}, {NULL, NULL}};
    struct ac_hive_place place;
    char path[96];
    bool any;

    snprintf(path, sizeof(path), "%s\\Services\\Tcpip\\Parameters", set);
    if (ac_hive_open_key(j, path, &place)) {
        struct ac_record *r = facts(j, &place, list, &any);

        emit_if(j, r, any);
    }
    ac_buf_free(&place.path);
}

static void shutdown_time(struct ac_hive_job *j, const char *set)
{
    struct ac_hive_place place;
    struct ac_filetime t;
    char path[96];

    snprintf(path, sizeof(path), "%s\\Control\\Windows", set);
    if (ac_hive_open_key(j, path, &place) && ac_hive_get_time(j, &place.key, "ShutdownTime", &t) &&
        t.ticks != 0) {
        struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);

        ac_record_time(r, "last_shutdown", t);
        ac_hive_prov(j, r, &place, NULL);
        ac_hive_prov_name(r, "ShutdownTime");
        ac_hive_emit(j, r);
    }
    ac_buf_free(&place.path);
}

static bool is_set(const struct ac_hive_key *k, struct ac_buf *name)
{
    ac_buf_clear(name);
    ac_hive_name(k->name, k->latin1, name, NULL);
    return ac_str_istarts(ac_buf_str(name), AC_STR("ControlSet"));
}

/* The first control set that is there; false if there is none. */
static bool first_set(struct ac_hive_job *j, char ret[SET_NAME])
{
    struct ac_hive_subkeys list;
    struct ac_hive_key k;
    struct ac_buf name = {0};
    bool found = false;

    ac_hive_subkeys(j->hive, &j->root, &list);
    while (!found && ac_hive_next_subkey(j->hive, &list, &k)) {
        found = is_set(&k, &name) && name.n < SET_NAME;
        if (found)
            snprintf(ret, SET_NAME, "%s", ac_buf_text(&name));
    }
    ac_hive_check(j, &name);
    ac_buf_free(&name);
    return found;
}

static void all_sets(struct ac_hive_job *j, struct ac_record *r)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key k;
    struct ac_buf name = {0};

    ac_record_empty(r, "control_sets");
    ac_hive_subkeys(j->hive, &j->root, &list);
    while (ac_hive_next_subkey(j->hive, &list, &k)) {
        if (is_set(&k, &name))
            ac_record_add_text(r, "control_sets", ac_buf_str(&name));
    }
    ac_hive_check(j, &name);
    ac_buf_free(&name);
}

/* The control set of the last start, as Select\Current says. */
static bool current_set(struct ac_hive_job *j, char ret[SET_NAME], struct ac_hive_place *select)
{
    struct ac_hive_key k;
    uint32_t n = 0;
    bool known =
        ac_hive_open_key(j, "Select", select) && ac_hive_get_dword(j, &select->key, "Current", &n);

    snprintf(ret, SET_NAME, "ControlSet%03u", n);
    if (known && ac_hive_find(j->hive, &j->root, ret, &k, NULL))
        return true;
    if (!ac_hive_going(j) || !first_set(j, ret))
        return false;
    j->rc =
        ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_CORRUPT, AC_NO_OFFSET,
                        "the first control set that is there was taken instead",
                        "the hive does not say which control set is current, or it is not there");
    return j->rc == AC_OK;
}

static void control_set(struct ac_hive_job *j, const char *set, const struct ac_hive_place *select)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);

    ac_record_textz(r, "control_set", set);
    all_sets(j, r);
    ac_hive_prov(j, r, select, NULL);
    ac_hive_prov_name(r, "Current");
    ac_hive_emit(j, r);
}

/* What starts programs, and what tells that programs were started. */
static void programs(struct ac_hive_job *j, const char *set)
{
    ac_hive_services(j, set);
    ac_hive_points(j, AC_HIVE_POINTS_CONTROL_SET, set);
    ac_hive_shimcache(j, set);
    ac_hive_bam(j, set);
}

/* The sets that Windows does not use: their programs, and names that differ. */
static void other_sets(struct ac_hive_job *j, const char *current, struct ac_buf *computer)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key k;
    struct ac_buf name = {0};

    ac_hive_subkeys(j->hive, &j->root, &list);
    while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &k)) {
        if (!is_set(&k, &name) || name.n >= SET_NAME ||
            ac_str_ieq(ac_buf_str(&name), ac_str_of(current)))
            continue;
        j->other_set = ac_buf_text(&name);
        if (j->facts && computer->n)
            computer_name(j, j->other_set, "ComputerName", computer);
        programs(j, j->other_set);
        j->other_set = NULL;
    }
    ac_hive_check(j, &name);
    ac_buf_free(&name);
}

static void names_and_times(struct ac_hive_job *j, const char *set, struct ac_buf *computer)
{
    computer_name(j, set, "ComputerName", computer);
    computer_name(j, set, "ActiveComputerName", computer); /* the older one until the next start */
    network(j, set);
    ac_hive_interfaces(j, set);
    ac_hive_time_zone(j, set);
    shutdown_time(j, set);
    ac_hive_upgrades(j);
}

void ac_hive_system(struct ac_hive_job *j)
{
    struct ac_hive_place select;
    struct ac_buf computer = {0};
    char set[SET_NAME];

    if (current_set(j, set, &select)) {
        if (j->facts) {
            control_set(j, set, &select);
            names_and_times(j, set, &computer);
        }
        programs(j, set);
        other_sets(j, set, &computer);
    }
    ac_buf_free(&computer);
    ac_buf_free(&select.path);
}
