#include "assess/entry_point.h"

#include "assess/facts.h"
#include "base/alloc.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define DAY (24 * 3600 * AC_TICKS_PER_SECOND)
#define HOUR (3600 * AC_TICKS_PER_SECOND)

/* Documents, archives, disk images and scripts that campaigns came in. */
static bool may_bring_in(struct ac_str name)
{
    static const char *const endings[] = {
        ".doc", ".docm", ".docx", ".dotm", ".rtf", ".xls", ".xlsm", ".xlsb", ".xlsx",
        ".xll", ".ppt",  ".pptm", ".one",  ".zip", ".rar", ".7z",   ".iso",  ".img",
        ".vhd", ".lnk",  ".js",   ".jse",  ".vbs", ".vbe", ".wsf",  ".hta",  ".chm",
        ".msi", ".exe",  ".eml",  ".msg",  ".pdf", ".htm", ".html"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ac_str_iends(name, ac_str_of(endings[i])))
            return true;
    }
    return false;
}

static bool has_word(const struct ac_record *r, const char *list, const char *word)
{
    const json_t *words = ac_record_get_json(r, list);

    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *z = json_string_value(json_array_get(words, i));

        if (z && strcmp(z, word) == 0)
            return true;
    }
    return false;
}

static bool is_delivery(const struct ac_record *r, struct ac_entry_candidate *c)
{
    bool macros = strcmp(ac_record_get(r, "artefact"), "trust-record") == 0 &&
                  ac_record_get_bool(r, "macros_enabled");
    bool marked =
        strcmp(ac_record_get(r, "artefact"), "zone-mark") == 0 && ac_record_get_int(r, "zone") >= 3;

    c->way = macros ? AC_ENTRY_MACROS : AC_ENTRY_DOWNLOADED;
    c->time = ac_record_get_time(r, macros ? "time" : "document_created");
    c->document = ac_record_get(r, "document");
    return macros || marked;
}

static bool is_attachment(const char *path)
{
    return ac_str_ifind(ac_str_of(path), AC_STR("Content.Outlook/")) >= 0;
}

/* Is this record one of a thing that came, or was opened? Its time need not lie in the weeks before. */
static bool is_candidate(const struct ac_record *r, struct ac_entry_candidate *c)
{
    static const char *const opened[] = {"recent-docs", "open-save-mru", "jump-list"};

    c->record = r;
    c->time = ac_record_get_time(r, "time");
    switch (ac_record_kind(r)) {
    case AC_KIND_DELIVERY:
        return is_delivery(r, c);
    case AC_KIND_ACTIVITY:
        c->way = AC_ENTRY_OPENED;
        c->document = ac_record_get(r, "text");
        for (size_t i = 0; i < sizeof(opened) / sizeof(opened[0]); i++) {
            if (strcmp(ac_record_get(r, "artefact"), opened[i]) == 0)
                return may_bring_in(ac_str_of(c->document));
        }
        return false;
    case AC_KIND_CHANGE:
        c->document = ac_record_get(r, ac_record_get(r, "path")[0] ? "path" : "name");
        c->way = is_attachment(c->document) ? AC_ENTRY_ATTACHMENT : AC_ENTRY_CREATED;
        return has_word(r, "reasons", "file-create") && may_bring_in(ac_str_of(c->document));
    default:
        return false;
    }
}

static bool is_told(const struct ac_entry_points *e, const struct ac_entry_candidate *c)
{
    for (size_t i = 0; i < e->n; i++) {
        if (e->items[i].way == c->way && e->items[i].time.ticks == c->time.ticks &&
            ac_fold_eq(ac_str_of(e->items[i].document), ac_str_of(c->document)))
            return true;
    }
    return false;
}

static int nearest_first(const void *a, const void *b)
{
    const struct ac_entry_candidate *x = a, *y = b;

    if (x->time.ticks != y->time.ticks)
        return x->time.ticks < y->time.ticks ? 1 : -1;
    if (x->way != y->way)
        return x->way < y->way ? -1 : 1;
    return strcmp(ac_record_id(x->record), ac_record_id(y->record));
}

/* Whose profile a path below Users or Documents and Settings lies in; empty: nobody's. */
static struct ac_str profile_of(const char *path)
{
    struct ac_str rest, home = ac_first_component(ac_str_of(path), &rest), below;

    if (!ac_str_ieq(home, AC_STR("Users")) && !ac_str_ieq(home, AC_STR("Documents and Settings")))
        return (struct ac_str){"", 0};
    return ac_first_component(rest, &below);
}

static bool is_of_user(const struct ac_entry_candidate *c, const char *user)
{
    const char *whose = ac_record_get(c->record, "user");
    struct ac_str profile = profile_of(c->document);

    if (user[0] == '\0')
        return true;
    if (whose[0])
        return ac_str_ieq(ac_str_of(whose), ac_str_of(user));
    return profile.n == 0 || ac_fold_eq(profile, ac_str_of(user));
}

enum ac_rc ac_entry_points_find(const struct ac_assessment *a, const struct ac_record *of,
                                const char *user, struct ac_entry_points *ret)
{
    struct ac_entry_points e = {.first = ac_first_trace(a, of, user)};
    uint64_t begin, end = e.first.time.ticks + HOUR; /* clocks of the two need not agree */

    *ret = e;
    if (!e.first.record)
        return AC_OK;
    begin = e.first.time.ticks > AC_ENTRY_DAYS * DAY ? e.first.time.ticks - AC_ENTRY_DAYS * DAY : 0;
    for (size_t i = 0; i < a->n_records; i++) {
        struct ac_entry_candidate c;

        if (!ac_same_system(a->records[i], of) || !is_candidate(a->records[i], &c) ||
            !is_of_user(&c, user) || c.time.ticks < begin || c.time.ticks > end ||
            c.time.ticks == 0 || (e.n < AC_MAX_ENTRY_COMPARED && is_told(&e, &c)))
            continue;
        if (ac_grow((void **)&e.items, &e.cap, e.n + 1, sizeof(*e.items)) != 0) {
            ac_entry_points_free(&e);
            return AC_NOMEM;
        }
        e.items[e.n++] = c;
    }
    if (e.n)
        qsort(e.items, e.n, sizeof(*e.items), nearest_first);
    *ret = e;
    return AC_OK;
}

void ac_entry_points_free(struct ac_entry_points *e)
{
    ac_free(e->items);
    *e = (struct ac_entry_points){.n = 0};
}
