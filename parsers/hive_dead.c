/* Deleted and unlinked keys and values as records: all of them, or those that start programs. */
#include "hive_autostart.h"
#include "hive_parts.h"

#include <string.h>

#define SERVICES "\\Services\\"
enum { REG_SZ = 1, REG_EXPAND_SZ = 2, REG_BINARY = 3 };

/* A key of that path as reports show it. */
static void place_of(struct ac_hive_job *j, const struct ac_hive_found *f,
                     struct ac_hive_place *ret)
{
    *ret = (struct ac_hive_place){0};
    if (f->key)
        ret->key = *f->key;
    if (!j->artefact->all_keys) {
        ac_buf_addz(&ret->path, j->prefix);
        if (f->path.n > 0)
            ac_buf_addc(&ret->path, '\\');
    }
    ac_buf_adds(&ret->path, f->path);
    ac_hive_check(j, &ret->path);
}

/* Emits a recovered record, unless the comparison before and after replay gave it already. */
static void emit(struct ac_hive_dead *d, struct ac_record *r)
{
    if (ac_hive_before_has_removed(d->j, r))
        ac_record_free(r);
    else
        ac_hive_emit(d->j, r);
}

/* ---- every key */

static void dump_key(struct ac_hive_job *j, const struct ac_hive_found *f)
{
    struct ac_record *r = ac_record_new(AC_KIND_KEY);
    struct ac_buf own = {0};
    struct ac_hive_place place;
    bool exact = true;

    place_of(j, f, &place);
    ac_hive_name(f->key->name, f->key->latin1, &own, &exact);
    ac_record_text(r, "path", f->path);
    ac_record_time(r, "last_written", f->key->last_written);
    if (!exact)
        ac_record_raw(r, "path", f->key->name);
    if (j->artefact->all_keys)
        ac_hive_prov_cell(j, r, f->key->offset, NULL);
    else
        ac_hive_prov(j, r, &place, NULL);
    ac_hive_check(j, &own);
    ac_buf_free(&own);
    ac_buf_free(&place.path);
    ac_hive_emit(j, r);
}

static void dump_value(struct ac_hive_job *j, const struct ac_hive_found *f)
{
    struct ac_hive_place place;

    place_of(j, f, &place);
    ac_hive_emit_bytes(j, f->path, &place, f->value, f->data, f->whole);
    ac_buf_free(&place.path);
}

static void dump_remnant(struct ac_hive_job *j, const struct ac_hive_found *f)
{
    struct ac_record *r = ac_record_new(AC_KIND_VALUE);
    struct ac_buf hex = {0};

    ac_buf_addhex(&hex, f->data.p, f->data.n);
    ac_hive_check(j, &hex);
    ac_record_text(r, "path", f->path);
    ac_record_text(r, "data", ac_buf_str(&hex));
    ac_record_bool(r, "remnant", true);
    ac_hive_prov_cell(j, r, f->remnant, NULL);
    ac_hive_emit(j, r);
    ac_buf_free(&hex);
}

/* ---- what starts programs */

/* Does the path end in the keys of `tail`, as far up as it is known? */
static bool is_below(struct ac_str path, const char *tail)
{
    struct ac_str t = ac_str_of(tail), unknown = AC_STR(AC_HIVE_UNKNOWN_PARENT);

    if (ac_str_iends(path, t) && (path.n == t.n || path.p[path.n - t.n - 1] == '\\'))
        return true;
    if (!ac_str_istarts(path, unknown))
        return false;
    path.p += unknown.n;
    path.n -= unknown.n;
    return path.n > 1 && path.p[0] == '\\' && ac_str_iends(t, path); /* "\Run" of "...\Run" */
}

static const char *mechanism_of(struct ac_str path)
{
    static const struct {
        const char *tail, *mechanism;
    } keys[] = {
        {"\\Windows\\CurrentVersion\\Policies\\Explorer\\Run", "policies-run"},
        {"\\Windows\\CurrentVersion\\RunOnce", "run-once"},
        {"\\Windows\\CurrentVersion\\Run", "run"},
    };
    struct ac_str s = path;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (is_below(s, keys[i].tail + 1) || is_below(s, keys[i].tail))
            return keys[i].mechanism;
    }
    return NULL;
}

static struct ac_record *new_autostart(struct ac_hive_dead *d, const struct ac_hive_found *f,
                                       const char *mechanism)
{
    struct ac_hive_job *j = d->j;
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);
    struct ac_hive_place place;

    place_of(j, f, &place);
    ac_record_text(r, "location", ac_buf_str(&place.path));
    ac_hive_put_name(j, r, "name", f->value->name, f->value->latin1);
    ac_hive_put_bytes(j, r, "command", f->value->type, f->data);
    ac_record_int(r, "value_type", f->value->type);
    ac_record_textz(r, "user", j->user);
    ac_record_textz(r, "mechanism", mechanism);
    if (!f->whole)
        ac_record_bool(r, "incomplete", true);
    ac_hive_prov(j, r, &place, f->value);
    ac_buf_free(&place.path);
    return r;
}

static void explorer_value(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    if (f->value->type == REG_BINARY || ac_hive_is_serial(f->value))
        dump_value(d->j, f);
}

/* A value or key of the table of autostart points and settings; false: it is none. */
static bool point(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    struct ac_hive_job *j = d->j;
    struct ac_buf name = {0};
    const struct ac_hive_point *p;
    struct ac_record *r;

    if (f->value)
        ac_hive_name(f->value->name, f->value->latin1, &name, NULL);
    ac_hive_check(j, &name);
    p = ac_hive_point_of(j, f->path, ac_buf_str(&name), f->value);
    ac_buf_free(&name);
    if (!p)
        return false;
    if (!f->value) {
        dump_key(j, f);
    } else if (!ac_hive_point_mechanism(p)) {
        dump_value(j, f);
    } else {
        r = new_autostart(d, f, ac_hive_point_mechanism(p));
        if (!r || ac_hive_point_wants(p, r))
            emit(d, r);
        else
            ac_record_free(r);
    }
    return true;
}

/* ---- services */

/* Length of the path up to the name of a service ("...\Services"), 0 if it is none. `name` gets
 * the name; what follows it must be `rest`. */
static size_t service_of(struct ac_str path, const char *rest, struct ac_str *name)
{
    size_t n = strlen(rest), end, at;
    struct ac_str list;

    if (n > 0 && !ac_str_iends(path, ac_str_of(rest)))
        return 0;
    end = path.n - n;
    for (at = end; at > 0 && path.p[at - 1] != '\\'; at--)
        continue;
    list = (struct ac_str){path.p, at};
    if (at == 0 || at == end || !ac_str_iends(list, AC_STR(SERVICES)))
        return 0;
    *name = (struct ac_str){path.p + at, end - at};
    return at - 1;
}

static struct ac_record *new_service(struct ac_hive_dead *d, const struct ac_hive_found *f,
                                     size_t list, struct ac_str name)
{
    struct ac_hive_job *j = d->j;
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);
    struct ac_hive_found services = {.path = {f->path.p, list}};
    struct ac_hive_place place, own;

    place_of(j, &services, &place);
    place_of(j, f, &own);
    ac_record_text(r, "location", ac_buf_str(&place.path));
    ac_record_text(r, "name", name);
    ac_record_textz(r, "command", "");
    ac_record_textz(r, "user", "");
    ac_record_textz(r, "mechanism", "service");
    ac_hive_prov(j, r, &own, f->value);
    ac_buf_free(&place.path);
    ac_buf_free(&own.path);
    return r;
}

static bool is_named(const struct ac_hive_value *v, const char *name)
{
    struct ac_buf b = {0};
    bool is;

    ac_hive_name(v->name, v->latin1, &b, NULL);
    is = ac_str_ieq(ac_buf_str(&b), ac_str_of(name));
    ac_buf_free(&b);
    return is;
}

/* Takes over what a value says of a service; false: nothing that makes one. */
static bool service_value(struct ac_hive_dead *d, struct ac_record *r,
                          const struct ac_hive_found *f)
{
    static const struct {
        const char *value, *field;
    } texts[] = {{"ImagePath", "command"},
                 {"ServiceDll", "service_dll"},
                 {"ObjectName", "account"},
                 {"DisplayName", "display_name"}};
    uint32_t n = f->data.n >= 4 ? ac_le32(f->data.p) : 0;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!is_named(f->value, texts[i].value))
            continue;
        ac_hive_put_bytes(d->j, r, texts[i].field, f->value->type, f->data);
        if (!f->whole)
            ac_record_bool(r, "incomplete", true);
        return i < 2;
    }
    if (f->data.n >= 4 && is_named(f->value, "Start"))
        ac_record_int(r, "start", n);
    if (f->data.n >= 4 && is_named(f->value, "Type")) {
        ac_record_int(r, "service_type", n);
        if (n & AC_HIVE_DRIVER_TYPES)
            ac_record_textz(r, "mechanism", "driver");
    }
    return false;
}

/* Emits the service whose key and values were seen, if a program or a type is known of it. */
static void end_service(struct ac_hive_dead *d)
{
    struct ac_record *r = d->service;

    d->service = NULL;
    if (r && (ac_record_get(r, "command")[0] || ac_record_get(r, "service_dll")[0] ||
              ac_record_get_json(r, "service_type")))
        emit(d, r);
    else
        ac_record_free(r);
}

static void service_key(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    struct ac_str name;
    size_t list = service_of(f->path, "", &name);

    if (list == 0)
        return;
    d->service = new_service(d, f, list, name);
    ac_buf_clear(&d->service_path);
    ac_buf_adds(&d->service_path, f->path);
    ac_hive_check(d->j, &d->service_path);
}

/* A value of a dead key goes into that key's record, one of a live key stands for itself. */
static void value_of_service(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    struct ac_str name;
    size_t list;
    struct ac_record *r;

    if (d->service && !f->key_is_live && ac_str_eq(f->path, ac_buf_str(&d->service_path))) {
        service_value(d, d->service, f);
        return;
    }
    list = service_of(f->path, "", &name);
    if (list == 0)
        list = service_of(f->path, "\\Parameters", &name);
    if (list == 0 || !(is_named(f->value, "ImagePath") || is_named(f->value, "ServiceDll")))
        return;
    r = new_service(d, f, list, name);
    service_value(d, r, f);
    emit(d, r);
}

/* ---- tasks */

static void end_task(struct ac_hive_dead *d)
{
    struct ac_record *r;
    bool wanted;

    ac_hive_dead_task_end(d, &wanted, &r);
    if (wanted)
        emit(d, r);
    else
        ac_record_free(r);
}

static void task_key(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    struct ac_hive_place place;

    place_of(d->j, f, &place);
    ac_hive_dead_task_key(d, f, &place);
    ac_buf_free(&place.path);
}

/* A value of a dead key goes into that task, one of a live key stands for itself. */
static bool value_of_task(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    struct ac_buf name = {0};
    bool is;

    if (ac_hive_dead_task_value(d, f))
        return true;
    ac_hive_value_name(d->j, f->value, &name, NULL);
    is = ac_hive_dead_is_task_value(f, ac_buf_str(&name));
    ac_buf_free(&name);
    if (is)
        dump_value(d->j, f);
    return is;
}

/* ---- values of which nobody knows where they belonged */

/* Text that names a program or script by its path. */
static bool names_program(struct ac_view data)
{
    static const char *const endings[] = {".exe", ".dll", ".scr", ".ps1", ".vbs",
                                          ".js",  ".bat", ".cmd", ".hta"};
    struct ac_buf b = {0};
    struct ac_str s;
    bool is = false;

    if (data.n > AC_MAX_COMMAND)
        data.n = AC_MAX_COMMAND;
    ac_text_from_utf16(data, &b, NULL);
    s = ac_buf_str(&b);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]) && !is; i++)
        is = ac_str_ifind(s, ac_str_of(endings[i])) >= 0;
    is = is && (ac_str_ifind(s, AC_STR(":\\")) >= 0 || ac_str_ifind(s, AC_STR("%\\")) >= 0);
    ac_buf_free(&b);
    return is;
}

/* No autostart can be made of such a value, but what may have been one is shown as it is. */
static void loose_value(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    bool text = f->value->type == REG_SZ || f->value->type == REG_EXPAND_SZ;

    if (d->loose >= AC_MAX_LOOSE_VALUES ||
        !(((text || is_named(f->value, "Actions")) && names_program(f->data)) ||
          (f->value->type == REG_BINARY && ac_hive_is_serial(f->value))))
        return;
    d->loose++;
    dump_value(d->j, f);
}

/* ---- */

static void interpret(struct ac_hive_dead *d, const struct ac_hive_found *f)
{
    const char *mechanism;

    if (!f->value) {
        end_service(d);
        end_task(d);
        service_key(d, f);
        task_key(d, f);
        point(d, f);
        return;
    }
    if (!f->key) {
        loose_value(d, f);
        return;
    }
    if (value_of_task(d, f))
        return;
    mechanism = mechanism_of(f->path);
    if (mechanism)
        emit(d, new_autostart(d, f, mechanism));
    else if (point(d, f))
        return;
    else if (is_below(f->path, "Windows\\CurrentVersion\\Explorer"))
        explorer_value(d, f);
    else
        value_of_service(d, f);
}

enum ac_rc ac_hive_dead_found(void *context, const struct ac_hive_found *f)
{
    struct ac_hive_dead *d = context;
    struct ac_hive_job *j = d->j;

    j->state = f->deleted ? "deleted" : "unlinked";
    if (!j->artefact->all_keys)
        interpret(d, f);
    else if (f->remnant)
        dump_remnant(j, f);
    else if (f->value)
        dump_value(j, f);
    else
        dump_key(j, f);
    j->state = NULL;
    return j->rc;
}

void ac_hive_dead_end(struct ac_hive_dead *d)
{
    d->j->state = "deleted"; /* of the last service; its own state is set */
    end_service(d);
    end_task(d);
    d->j->state = NULL;
    ac_buf_free(&d->service_path);
    ac_buf_free(&d->task_path);
}

void ac_hive_dead(struct ac_hive_job *j)
{
    struct ac_hive_dead d = {.j = j};
    struct ac_hive_scan_watch watch = {ac_hive_dead_found, &d, j->artefact->all_keys};
    enum ac_rc rc = AC_OK;

    if (!j->artefact->all_keys) /* the dump has walked everything */
        rc = ac_hive_walk_cells(j->hive, j->err);
    if (rc == AC_OK)
        rc = ac_hive_scan(j->hive, &watch, j->err);
    if (j->rc == AC_OK)
        j->rc = rc;
    ac_hive_dead_end(&d);
}
