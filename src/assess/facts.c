#include "assess/facts.h"

#include "assess/conclude.h"
#include "base/alloc.h"
#include "base/set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ac_str ac_after(struct ac_str path, const char *marker)
{
    long at = ac_str_ifind(path, ac_str_of(marker));
    size_t skip = at < 0 ? path.n : (size_t)at + strlen(marker);

    return (struct ac_str){path.p + skip, path.n - skip};
}

struct ac_str ac_first_component(struct ac_str path, struct ac_str *ret_rest)
{
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] == '/') {
            *ret_rest = (struct ac_str){path.p + i + 1, path.n - i - 1};
            return (struct ac_str){path.p, i};
        }
    }
    *ret_rest = (struct ac_str){"", 0};
    return path;
}

static struct ac_where split(enum ac_home home, struct ac_str rest)
{
    struct ac_where w = {.home = home, .file = rest};

    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] != '/')
            continue;
        if (w.folder.n)
            return (struct ac_where){.home = AC_HOME_NONE}; /* deeper than one folder */
        w.folder = (struct ac_str){rest.p, i};
        w.file = (struct ac_str){rest.p + i + 1, rest.n - i - 1};
    }
    return w;
}

struct ac_where ac_where_is(const char *path)
{
    static const struct {
        const char *marker;
        enum ac_home home;
    } homes[] = {
        {"/AppData/Local/", AC_HOME_LOCAL}, /* first: the system profile's lies below System32 */
        {"/Local Settings/Application Data/", AC_HOME_LOCAL},
        {"Windows/System32/", AC_HOME_SYSTEM},
        {"Windows/SysWOW64/", AC_HOME_SYSTEM},
        {"WINNT/System32/", AC_HOME_SYSTEM},
    };
    struct ac_str whole = ac_str_of(path);

    for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
        struct ac_str rest = ac_after(whole, homes[i].marker);

        if (rest.n)
            return split(homes[i].home, rest);
    }
    return (struct ac_where){.home = AC_HOME_NONE};
}

struct ac_str ac_last_component(const char *path)
{
    size_t n = strlen(path), i = n;

    while (i > 0 && path[i - 1] != '/' && path[i - 1] != '\\' && path[i - 1] != ':')
        i--;
    return (struct ac_str){path + i, n - i};
}

void ac_fold_path(const char *text, struct ac_buf *out)
{
    struct ac_str s = ac_str_of(text);

    ac_buf_clear(out);
    for (size_t i = 0; i < s.n;) {
        uint32_t c = ac_fold_char(ac_utf8_next(s, &i));

        ac_buf_addu(out, c == '\\' ? '/' : c);
    }
}

struct ac_str ac_without_extension(struct ac_str name)
{
    for (size_t i = name.n; i-- > 0;) {
        if (name.p[i] == '.')
            return (struct ac_str){name.p, i};
    }
    return name;
}

bool ac_same_system(const struct ac_record *a, const struct ac_record *b)
{
    return strcmp(ac_record_prov(a, "system"), ac_record_prov(b, "system")) == 0 &&
           strcmp(ac_record_prov(a, "evidence"), ac_record_prov(b, "evidence")) == 0;
}

static enum ac_rc add_serial(struct ac_serials *s, const char *hex, const struct ac_record *r)
{
    char *end;
    unsigned long number = hex ? strtoul(hex, &end, 16) : 0;

    if (!hex || *end || !*hex)
        return AC_OK;
    for (size_t i = 0; i < s->n; i++) {
        if (s->items[i].number == (uint32_t)number)
            return AC_OK;
    }
    if (ac_grow((void **)&s->items, &s->cap, s->n + 1, sizeof(*s->items)) != 0)
        return AC_NOMEM;
    s->items[s->n++] = (struct ac_serial){(uint32_t)number, r};
    return AC_OK;
}

/* The serials of one record: of the volume itself, of prefetch's volumes, of a shortcut's fixed disk. */
static enum ac_rc add_serials_of(struct ac_serials *s, const struct ac_record *r)
{
    const json_t *list = NULL;
    enum ac_rc rc = AC_OK;

    if (ac_record_kind(r) == AC_KIND_SYSTEM)
        list = ac_record_get_json(r, "volume_serials");
    else if (ac_record_kind(r) == AC_KIND_EXECUTION)
        list = ac_record_get_json(r, "volumes");
    else if (ac_record_kind(r) == AC_KIND_SHORTCUT &&
             strcmp(ac_record_get(r, "drive_type"), "fixed") == 0)
        return add_serial(s, ac_record_get(r, "volume_serial"), r);
    for (size_t k = 0; rc == AC_OK && k < json_array_size(list); k++)
        rc =
            add_serial(s, json_string_value(json_object_get(json_array_get(list, k), "serial")), r);
    return rc;
}

enum ac_rc ac_serials_find(const struct ac_assessment *a, struct ac_serials *ret)
{
    enum ac_rc rc = AC_OK;

    *ret = (struct ac_serials){0};
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++)
        rc = add_serials_of(ret, a->records[i]);
    if (rc != AC_OK) {
        ac_free(ret->items);
        *ret = (struct ac_serials){0};
    }
    return rc;
}

static enum ac_rc add_names(const json_t *entries, struct ac_set *out)
{
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *e = json_array_get(entries, i);
        struct ac_str name = ac_str_of(json_string_value(json_object_get(e, "name"))),
                      base = ac_without_extension(name);
        uint64_t size = (uint64_t)json_integer_value(json_object_get(e, "size")), known = 0;

        if (json_is_true(json_object_get(e, "directory")))
            continue;
        ac_set_get(out, base, &known);
        if (ac_set_put(out, base, ac_str_iends(name, AC_STR(".exe")) ? size : known) != AC_OK)
            return AC_NOMEM;
    }
    return AC_OK;
}

enum ac_rc ac_system_names(const struct ac_assessment *a, const struct ac_record *of,
                           struct ac_set *ret)
{
    static const char *const roles[] = {"syswow64", "system32"}; /* sizes of System32 win */
    enum ac_rc rc = AC_OK;

    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
            const struct ac_record *r = a->records[i];

            if (ac_record_kind(r) == AC_KIND_LISTING &&
                strcmp(ac_record_get(r, "role"), roles[k]) == 0 && ac_same_system(r, of))
                rc = add_names(ac_record_get_json(r, "entries"), ret);
        }
    }
    return rc;
}

bool ac_shows_file(const struct ac_record *r)
{
    return (ac_record_kind(r) == AC_KIND_FILE && !ac_record_get_bool(r, "deleted")) ||
           strcmp(ac_record_get(r, "target_state"), "exists") == 0;
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

const char *ac_command_for(const struct ac_record *r, const char *path)
{
    const json_t *actions;

    if (ac_record_kind(r) == AC_KIND_AUTOSTART)
        return strcmp(ac_record_get(r, "target"), path) == 0 ? ac_record_get(r, "command") : NULL;
    if (ac_record_kind(r) != AC_KIND_TASK)
        return NULL;
    actions = ac_record_get_json(r, "actions");
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *action = json_array_get(actions, i);

        if (strcmp(text_of(action, "target"), path) == 0)
            return text_of(action, "command");
    }
    return NULL;
}
