/*
 * Lists of what was used last: RunMRU, RecentDocs, the dialogs for opening and saving, searches.
 *
 * Format: libyal/winreg-kb, "Most recently used (MRU)". A key holds entries named by a letter
 * (order in MRUList) or a number (order in MRUListEx). Only of the newest entry a time is known: when
 * its key was last written.
 */
#include "hive_parts.h"

#include "shell_items.h"

#include <string.h>

#define EXPLORER "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\"
#define DIALOGS EXPLORER "ComDlg32\\"

enum { REG_SZ = 1 };

enum data {
    TEXT,         /* UTF-16 */
    NAME_FIRST,   /* UTF-16, then a shell item of a shortcut in the folder Recent */
    ITEMS,        /* a list of shell items */
    PROGRAM,      /* UTF-16 of a program, then UTF-16 of a folder */
    PROGRAM_ITEMS /* UTF-16 of a program, then a list of shell items */
};

static const struct source {
    const char *key, *artefact;
    enum data data;
    bool below; /* lists in the subkeys too: one for each file extension */
} sources[] = {
    {EXPLORER "RunMRU", "run-mru", TEXT, false},
    {EXPLORER "RecentDocs", "recent-docs", NAME_FIRST, true},
    {EXPLORER "WordWheelQuery", "word-wheel", TEXT, true},
    {DIALOGS "OpenSavePidlMRU", "open-save-mru", ITEMS, true},
    {DIALOGS "OpenSaveMRU", "open-save-mru", TEXT, true},
    {DIALOGS "LastVisitedPidlMRU", "last-visited-mru", PROGRAM_ITEMS, false},
    {DIALOGS "LastVisitedPidlMRULegacy", "last-visited-mru", PROGRAM_ITEMS, false},
    {DIALOGS "LastVisitedMRU", "last-visited-mru", PROGRAM, false},
};

/* One key with its order. */
struct list {
    struct ac_hive_job *job;
    const struct source *source;
    const struct ac_hive_place *place;
    bool top;                     /* no subkey: has no name of its own */
    uint16_t rank[AC_MAX_RECENT]; /* of the entry with that number: place + 1, 0: not in the list */
};

/* ---- order */

/* Number of an entry by its name; letters count from 0. */
static bool number_of(struct ac_hive_job *j, const struct ac_hive_value *v, uint32_t *ret)
{
    struct ac_buf name = {0};
    struct ac_str s;
    uint32_t n = 0;
    bool is = false;

    ac_hive_value_name(j, v, &name, NULL);
    s = ac_buf_str(&name);
    if (s.n == 1 && s.p[0] >= 'a' && s.p[0] <= 'z') {
        n = (uint32_t)(s.p[0] - 'a');
        is = true;
    }
    for (size_t i = 0; i < s.n && s.n <= 9 && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
        n = n * 10 + (uint32_t)(s.p[i] - '0');
        is = i + 1 == s.n;
    }
    *ret = n;
    ac_buf_free(&name);
    return is;
}

static void rank(struct list *l, size_t i, uint32_t number)
{
    if (number < AC_MAX_RECENT && l->rank[number] == 0)
        l->rank[number] = (uint16_t)(i + 1);
}

static void read_order(struct list *l)
{
    struct ac_hive_job *j = l->job;
    struct ac_hive_value v;
    struct ac_view data;

    if (ac_hive_find_value(j->hive, &l->place->key, "MRUListEx", &v) &&
        ac_hive_data(j->hive, &v, &j->pieces, &data)) {
        for (size_t i = 0; i < AC_MAX_RECENT && i < data.n / 4; i++) {
            if (ac_le32(data.p + 4 * i) == UINT32_MAX)
                return;
            rank(l, i, ac_le32(data.p + 4 * i));
        }
    } else if (ac_hive_find_value(j->hive, &l->place->key, "MRUList", &v) &&
               ac_hive_data(j->hive, &v, &j->pieces, &data)) {
        for (size_t i = 0; i < AC_MAX_RECENT && i < data.n / 2; i++) {
            unsigned c = ac_le16(data.p + 2 * i);

            if (c == 0)
                return;
            if (c >= 'a' && c <= 'z')
                rank(l, i, c - 'a');
        }
    }
}

/* ---- entries */

/* Takes UTF-16 up to its NUL from the beginning of `data`. */
static bool split(struct ac_view *data, struct ac_view *ret_text)
{
    struct ac_view text = *data;
    size_t n;

    text.n = ac_utf16_length(*data);
    n = text.n + 2 <= data->n ? text.n + 2 : data->n;
    data->p += n;
    data->n -= n;
    data->base += n;
    *ret_text = text;
    return n > text.n;
}

static void put_items(struct list *l, struct ac_record *r, const struct ac_hive_value *v,
                      struct ac_view items)
{
    struct ac_buf path = {0};
    bool exact = true;
    size_t at;

    if (ac_shell_path(items, &path, &exact, &at) != AC_OK)
        ac_hive_bad_entry(l->job, v, AC_CORRUPT,
                          "a list of shell items is cut, or one of them has an impossible size");
    ac_hive_check(l->job, &path);
    ac_record_text(r, "text", ac_buf_str(&path));
    if (!exact)
        ac_record_raw(r, "text", items);
    ac_buf_free(&path);
}

static void put_content(struct list *l, struct ac_record *r, const struct ac_hive_value *v)
{
    struct ac_hive_job *j = l->job;
    enum data kind = l->source->data;
    struct ac_view data, text;
    bool ended;

    if (!ac_hive_data(j->hive, v, &j->pieces, &data))
        return;
    if (kind == TEXT) {
        ac_hive_put_bytes(j, r, "text", REG_SZ, data);
        return;
    }
    if (kind == ITEMS) {
        put_items(l, r, v, data);
        return;
    }
    ended = split(&data, &text);
    ac_record_utf16(r, kind == NAME_FIRST ? "text" : "program", text);
    if (!ended)
        ac_hive_bad_entry(j, v, AC_TRUNCATED,
                          "an entry of a list of recently used things ends within its first text");
    else if (kind == PROGRAM)
        ac_hive_put_bytes(j, r, "text", REG_SZ, data);
    else if (kind == PROGRAM_ITEMS)
        put_items(l, r, v, data);
}

static void entry(struct list *l, const struct ac_hive_value *v)
{
    struct ac_hive_job *j = l->job;
    struct ac_record *r;
    uint32_t number;

    if (!number_of(j, v, &number))
        return; /* the order, or how the list is shown */
    r = ac_record_new(AC_KIND_ACTIVITY);
    ac_record_textz(r, "artefact", l->source->artefact);
    ac_record_textz(r, "user", j->user);
    put_content(l, r, v);
    if (!l->top)
        ac_hive_put_name(j, r, "list", l->place->key.name, l->place->key.latin1);
    if (number < AC_MAX_RECENT && l->rank[number] > 0)
        ac_record_int(r, "position", l->rank[number] - 1);
    if (number < AC_MAX_RECENT && l->rank[number] == 1) {
        ac_record_time(r, "time", l->place->key.last_written);
        ac_record_textz(r, "time_source", "last written time of the key");
    }
    ac_hive_prov(j, r, l->place, v);
    ac_hive_emit(j, r);
}

static void read_list(struct ac_hive_job *j, const struct source *source,
                      const struct ac_hive_place *place, bool top)
{
    struct list l = {.job = j, .source = source, .place = place, .top = top};
    struct ac_hive_values values;
    struct ac_hive_value v;

    read_order(&l);
    ac_hive_values(j->hive, &place->key, &values);
    while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
        entry(&l, &v);
}

static void read_source(struct ac_hive_job *j, const struct source *source)
{
    struct ac_hive_place place, below;
    struct ac_hive_subkeys subkeys;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, source->key, &place)) {
        read_list(j, source, &place, true);
        ac_hive_subkeys(j->hive, &place.key, &subkeys);
        while (source->below && ac_hive_going(j) && ac_hive_next_subkey(j->hive, &subkeys, &key)) {
            ac_hive_enter_key(j, &place, &key, &below);
            read_list(j, source, &below, false);
            ac_buf_free(&below.path);
        }
    }
    ac_buf_free(&place.path);
}

void ac_hive_mru(struct ac_hive_job *j)
{
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && ac_hive_going(j); i++)
        read_source(j, &sources[i]);
}
