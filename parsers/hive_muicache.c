/*
 * MUICache: texts that Explorer read from the resources of programs.
 *
 * Places: libyal/winreg-kb, "Multilingual User Interface (MUI) cache". Windows XP names a value by
 * the program's path; since Vista there are two, "<path>.FriendlyAppName" and
 * "<path>.ApplicationCompany". Other values (resources of libraries, "@...,-123") name no program that
 * was looked at by itself, and are passed over.
 */
#include "hive_parts.h"

#include "base/alloc.h"
#include "base/set.h"

#include <stdio.h>
#include <string.h>

#define XP "Software\\Microsoft\\Windows\\ShellNoRoam\\MUICache"
#define MOST_LEVELS 2 /* Local Settings\MuiCache\<number>\<number> */

enum part { NO_PROGRAM, DESCRIPTION, PUBLISHER };

struct program {
    struct ac_hive_value description, publisher;
    bool has_description, has_publisher;
};

struct cache {
    struct ac_hive_job *job;
    const struct ac_hive_place *place;
    struct ac_set paths;      /* in lower case -> index of the program */
    struct program *programs; /* Owned */
    size_t n, cap;
};

/* What the value says, and of which program: *name is cut to its path. */
static enum part part_of(struct ac_str *name)
{
    static const struct {
        const char *suffix;
        enum part part;
    } parts[] = {{".FriendlyAppName", DESCRIPTION}, {".ApplicationCompany", PUBLISHER}};

    if (name->n < 4 || name->p[0] == '@' || !memchr(name->p, '\\', name->n))
        return NO_PROGRAM;
    for (size_t i = 0; i < 2; i++) {
        if (ac_str_iends(*name, ac_str_of(parts[i].suffix))) {
            name->n -= strlen(parts[i].suffix);
            return parts[i].part;
        }
    }
    if (memcmp(name->p + 1, ":\\", 2) != 0 && memcmp(name->p, "\\\\", 2) != 0)
        return NO_PROGRAM;
    return ac_str_ifind(*name, AC_STR(",-")) < 0 && ac_str_ifind(*name, AC_STR(",@")) < 0
               ? DESCRIPTION
               : NO_PROGRAM;
}

static struct program *program_of(struct cache *c, struct ac_str path, enum part part)
{
    struct ac_buf key = {0};
    uint64_t i = 0;
    struct program *p = NULL;

    ac_buf_adds(&key, path);
    for (size_t k = 0; k < key.n; k++) {
        if (key.p[k] >= 'A' && key.p[k] <= 'Z')
            key.p[k] = (char)(key.p[k] - 'A' + 'a');
    }
    if (ac_set_get(&c->paths, ac_buf_str(&key), &i))
        p = &c->programs[i];
    if (!p || (part == DESCRIPTION ? p->has_description : p->has_publisher)) {
        p = NULL; /* a second value of one name is another program's, not to be lost */
        if (key.failed ||
            ac_grow((void **)&c->programs, &c->cap, c->n + 1, sizeof(*c->programs)) != 0 ||
            ac_set_put(&c->paths, ac_buf_str(&key), c->n) != AC_OK) {
            c->job->rc = c->job->rc == AC_OK ? AC_NOMEM : c->job->rc;
        } else {
            p = &c->programs[c->n++];
            *p = (struct program){0};
        }
    }
    ac_buf_free(&key);
    return p;
}

static void take_value(struct cache *c, const struct ac_hive_value *v)
{
    struct ac_buf text = {0};
    struct program *p;
    struct ac_str path;
    enum part part;

    ac_hive_value_name(c->job, v, &text, NULL);
    path = ac_buf_str(&text);
    part = part_of(&path);
    p = part != NO_PROGRAM ? program_of(c, path, part) : NULL;
    if (p && part == DESCRIPTION) {
        p->description = *v;
        p->has_description = true;
    } else if (p) {
        p->publisher = *v;
        p->has_publisher = true;
    }
    ac_buf_free(&text);
}

static void emit(struct cache *c, const struct program *p)
{
    struct ac_hive_job *j = c->job;
    const struct ac_hive_value *v = p->has_description ? &p->description : &p->publisher;
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);
    struct ac_buf text = {0};
    struct ac_str path;
    bool exact = true;
    size_t last;

    ac_hive_value_name(j, v, &text, &exact);
    path = ac_buf_str(&text);
    part_of(&path);
    for (last = path.n; last > 0 && path.p[last - 1] != '\\'; last--)
        continue;
    ac_record_textz(r, "artefact", "muicache");
    ac_record_text(r, "program", (struct ac_str){path.p + last, path.n - last});
    ac_record_text(r, "program_path", path);
    if (!exact)
        ac_record_raw(r, "program_path", v->name);
    ac_record_textz(r, "user", j->user);
    if (p->has_description)
        ac_hive_put_data(j, r, "description", &p->description);
    if (p->has_publisher)
        ac_hive_put_data(j, r, "publisher", &p->publisher);
    ac_hive_prov(j, r, c->place, v);
    ac_hive_emit(j, r);
    ac_buf_free(&text);
}

/* Emits what was gathered. */
static void flush(struct cache *c)
{
    for (size_t i = 0; i < c->n && ac_hive_going(c->job); i++)
        emit(c, &c->programs[i]);
    ac_set_free(&c->paths);
    c->n = 0;
}

static void read_cache(struct ac_hive_job *j, const struct ac_hive_place *place, unsigned levels)
{
    struct cache c = {.job = j, .place = place};
    struct ac_hive_place below;
    struct ac_hive_subkeys list;
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_hive_key key;

    ac_hive_values(j->hive, &place->key, &values);
    while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v)) {
        take_value(&c, &v);
        if (c.n == AC_MAX_MERGED_PROGRAMS)
            flush(&c);
    }
    flush(&c);
    ac_free(c.programs);
    ac_hive_subkeys(j->hive, &place->key, &list);
    while (levels > 0 && ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
        ac_hive_enter_key(j, place, &key, &below);
        read_cache(j, &below, levels - 1);
        ac_buf_free(&below.path);
    }
}

static void read_at(struct ac_hive_job *j, const char *path)
{
    struct ac_hive_place place;

    if (ac_hive_open_key(j, path, &place))
        read_cache(j, &place, MOST_LEVELS);
    ac_buf_free(&place.path);
}

void ac_hive_muicache(struct ac_hive_job *j, const char *classes)
{
    static const char *const keys[] = {
        "Local Settings\\Software\\Microsoft\\Windows\\Shell\\MuiCache",
        "Local Settings\\MuiCache",
    };
    char path[128];

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && ac_hive_going(j); i++) {
        snprintf(path, sizeof(path), "%s%s%s", classes, classes[0] ? "\\" : "", keys[i]);
        read_at(j, path);
    }
    if (classes[0])
        read_at(j, XP);
}
