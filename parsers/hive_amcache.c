/*
 * Amcache.hve: files, drivers and applications that Windows inventoried.
 *
 * Values: ANSSI, "Analysis of the AmCache" v2 (2019); libyal/dtformats, "AMCache file (AMCache.hve)
 * format"; the numbered values of the earlier format (Windows 8 to early 10) as log2timeline/plaso
 * and fox-it/dissect.target read them.
 */
#include "hive_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_CHARS 44 /* "0000" and a SHA-1 in hex */

enum how {
    TEXT,    /* as it is */
    ID,      /* text: "0000" and a SHA-1 */
    NUMBER,  /* REG_DWORD, REG_QWORD, or text "0x..." */
    DATE,    /* text: month/day/year hours:minutes:seconds, UTC */
    TICKS,   /* REG_QWORD: FILETIME */
    SECONDS, /* REG_DWORD, REG_QWORD: since 1970 */
    INSTALL, /* the same, into a text field */
    FLAG,    /* text: "1" is true */
};

struct column {
    const char *value, *field;
    enum how how;
};

static const struct column file_columns[] = {
    {"Name", "program", TEXT},
    {"LowerCaseLongPath", "program_path", TEXT},
    {"FileId", "sha1", ID},
    {"Size", "file_size", NUMBER},
    {"LinkDate", "link_time", DATE},
    {"Publisher", "publisher", TEXT},
    {"ProductName", "product", TEXT},
    {"Version", "version", TEXT},
    {"OriginalFileName", "original_name", TEXT},
    {NULL, NULL, TEXT},
};
static const struct column old_file_columns[] = {
    {"15", "program_path", TEXT},
    {"101", "sha1", ID},
    {"6", "file_size", NUMBER},
    {"11", "file_modified", TICKS},
    {"12", "file_created", TICKS},
    {"f", "link_time", SECONDS},
    {"0", "product", TEXT},
    {"1", "publisher", TEXT},
    {"5", "version", TEXT},
    {"c", "description", TEXT},
    {NULL, NULL, TEXT},
};
static const struct column driver_columns[] = {
    {"DriverName", "program", TEXT},
    {"DriverId", "sha1", ID},
    {"DriverLastWriteTime", "file_modified", DATE},
    {"DriverTimeStamp", "link_time", SECONDS},
    {"DriverCompany", "publisher", TEXT},
    {"Product", "product", TEXT},
    {"DriverVersion", "version", TEXT},
    {"DriverSigned", "signed", FLAG},
    {NULL, NULL, TEXT},
};
static const struct column application_columns[] = {
    {"Name", "program", TEXT},
    {"RootDirPath", "program_path", TEXT},
    {"Publisher", "publisher", TEXT},
    {"Version", "version", TEXT},
    {"InstallDate", "install_date", TEXT},
    {NULL, NULL, TEXT},
};
static const struct column old_application_columns[] = {
    {"0", "program", TEXT},      {"1", "version", TEXT},         {"2", "publisher", TEXT},
    {"d", "program_path", TEXT}, {"a", "install_date", INSTALL}, {NULL, NULL, TEXT},
};

static const struct section {
    const char *key;
    unsigned levels; /* keys between it and the entries, the entries included */
    const char *artefact;
    const struct column *columns;
} sections[] = {
    {"InventoryApplicationFile", 1, "amcache", file_columns},
    {"File", 2, "amcache", old_file_columns}, /* below it, one key a volume */
    {"InventoryDriverBinary", 1, "amcache-driver", driver_columns},
    {"InventoryApplication", 1, "amcache-application", application_columns},
    {"Programs", 1, "amcache-application", old_application_columns},
};

struct walk {
    struct ac_hive_job *job;
    const struct section *section;
    bool date_told; /* that a date had another form */
};

/* ---- values */

static bool is_text(const struct ac_hive_value *v)
{
    return v->type == 1 || v->type == 2; /* REG_SZ, REG_EXPAND_SZ */
}

/* Text of ASCII characters, as all numbers, dates and digests are; false if it is none. */
static bool short_text(struct ac_view data, char *ret, size_t size)
{
    size_t n = ac_utf16_length(data) / 2;

    if (n + 1 > size)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint16_t c = ac_le16(data.p + 2 * i);

        if (c < 0x20 || c > 0x7E)
            return false;
        ret[i] = (char)c;
    }
    ret[n] = '\0';
    return true;
}

static bool number_of(const struct ac_hive_value *v, struct ac_view data, uint64_t *ret)
{
    char text[24], *end;

    if (is_text(v)) {
        if (!short_text(data, text, sizeof(text)) || !text[0])
            return false;
        *ret = strtoull(text, &end, 0);
        return *end == '\0';
    }
    if (data.n == 4)
        *ret = ac_le32(data.p);
    else if (data.n == 8)
        *ret = ac_le64(data.p);
    return data.n == 4 || data.n == 8;
}

static bool date_of(struct ac_view data, struct ac_filetime *ret)
{
    unsigned month, day, year, hours, minutes, seconds;
    char text[24], iso[32];
    int end = 0;

    if (!short_text(data, text, sizeof(text)) ||
        sscanf(text, "%2u/%2u/%4u %2u:%2u:%2u%n", &month, &day, &year, &hours, &minutes, &seconds,
               &end) != 6 ||
        text[end])
        return false;
    snprintf(iso, sizeof(iso), "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day, hours, minutes,
             seconds);
    return ac_time_parse(iso, ret);
}

/* Only the first of a hive: when one date has another form, all have. */
static void tell_date(struct walk *w, const struct ac_hive_value *v)
{
    if (w->date_told || w->job->rc != AC_OK)
        return;
    w->date_told = true;
    w->job->rc = ac_sink_problem(w->job->sink, ac_str_of(w->job->artefact->path), AC_UNSUPPORTED,
                                 v->offset - w->job->shift, "such times are missing",
                                 "a date is not written as month/day/year hours:minutes:seconds");
}

static void put_date(struct walk *w, struct ac_record *r, const struct column *c,
                     const struct ac_hive_value *v, struct ac_view data)
{
    struct ac_filetime t;

    if (date_of(data, &t))
        ac_record_time(r, c->field, t);
    else
        tell_date(w, v);
}

static bool is_id(const char *text)
{
    return strlen(text) == ID_CHARS && strncmp(text, "0000", 4) == 0 &&
           strspn(text, "0123456789abcdefABCDEF") == ID_CHARS;
}

static void put_number(struct ac_record *r, const struct column *c, uint64_t n)
{
    struct ac_filetime t = {n};
    char text[AC_TIME_TEXT];

    if (c->how == SECONDS || c->how == INSTALL)
        t = n > 0 && n <= UINT32_MAX ? ac_time_from_unix((int64_t)n, 0) : (struct ac_filetime){0};
    if (c->how == NUMBER && n <= INT64_MAX)
        ac_record_int(r, c->field, (int64_t)n);
    else if (c->how == INSTALL && t.ticks)
        ac_record_textz(r, c->field, ac_time_print(t, text));
    else if (c->how == TICKS || c->how == SECONDS)
        ac_record_time(r, c->field, t);
}

static bool put_column(struct walk *w, struct ac_record *r, const struct ac_hive_key *key,
                       const struct column *c)
{
    struct ac_hive_job *j = w->job;
    struct ac_hive_value v;
    struct ac_view data;
    uint64_t n;
    char text[ID_CHARS + 1];

    if (!ac_hive_find_value(j->hive, key, c->value, &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data))
        return false;
    if (is_text(&v) && ac_utf16_length(data) == 0)
        return true; /* Windows writes all values, those that it does not know empty */
    switch (c->how) {
    case TEXT:
        ac_hive_put_bytes(j, r, c->field, v.type, data);
        break;
    case ID:
        if (is_text(&v) && short_text(data, text, sizeof(text)) && is_id(text))
            ac_record_textz(r, c->field, text + 4);
        else
            ac_hive_put_bytes(j, r, c->field, v.type, data);
        break;
    case DATE:
        put_date(w, r, c, &v, data);
        break;
    case FLAG:
        if (number_of(&v, data, &n))
            ac_record_bool(r, c->field, n != 0);
        break;
    case NUMBER:
    case TICKS:
    case SECONDS:
    case INSTALL:
        if (number_of(&v, data, &n))
            put_number(r, c, n);
        break;
    }
    return true;
}

/* ---- entries */

/* The name of a program when only its path is stored. */
static void put_name_of_path(struct walk *w, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_value v;
    struct ac_view data;

    for (const struct column *c = w->section->columns; c->value; c++) {
        if (strcmp(c->field, "program_path") != 0 ||
            !ac_hive_find_value(w->job->hive, key, c->value, &v) || !is_text(&v) ||
            !ac_hive_data(w->job->hive, &v, &w->job->pieces, &data))
            continue;
        ac_hive_put_bytes(w->job, r, "program", v.type, ac_hive_last_component(data, false));
    }
}

/* A driver's key is named by its path; before Windows 10 version 1709 or so, by its SHA-1. */
static void put_driver_key(struct walk *w, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_buf name = {0};

    ac_hive_name(key->name, key->latin1, &name, NULL);
    ac_hive_check(w->job, &name);
    if (is_id(ac_buf_text(&name)) && !ac_record_get(r, "sha1")[0])
        ac_record_textz(r, "sha1", ac_buf_text(&name) + 4);
    else if (strchr(ac_buf_text(&name), '/'))
        ac_hive_put_name(w->job, r, "program_path", key->name, key->latin1);
    ac_buf_free(&name);
}

static void entry(struct walk *w, const struct ac_hive_place *place)
{
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);
    bool any = false;

    ac_record_textz(r, "artefact", w->section->artefact);
    for (const struct column *c = w->section->columns; c->value; c++)
        any |= put_column(w, r, &place->key, c);
    if (!any) {
        ac_record_free(r);
        return;
    }
    if (r && !ac_record_get(r, "program")[0])
        put_name_of_path(w, r, &place->key);
    if (r && w->section->columns == driver_columns)
        put_driver_key(w, r, &place->key);
    ac_record_textz(r, "user", "");
    ac_hive_prov(w->job, r, place, NULL);
    ac_hive_emit(w->job, r);
}

/* At most two levels, so that recursion is bounded. */
static void below(struct walk *w, const struct ac_hive_place *parent, unsigned levels)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    ac_hive_subkeys(w->job->hive, &parent->key, &list);
    while (ac_hive_going(w->job) && ac_hive_next_subkey(w->job->hive, &list, &key)) {
        struct ac_hive_place place;

        ac_hive_enter_key(w->job, parent, &key, &place);
        if (levels > 1)
            below(w, &place, levels - 1);
        else
            entry(w, &place);
        ac_buf_free(&place.path);
    }
}

void ac_hive_amcache(struct ac_hive_job *j)
{
    /* some tools save what lies below Root as a hive of its own */
    static const char *const roots[] = {"Root\\", ""};
    struct walk w = {.job = j};

    for (size_t i = 0; i < 2 * sizeof(sections) / sizeof(sections[0]) && ac_hive_going(j); i++) {
        struct ac_hive_place place;
        char path[64];

        w.section = &sections[i / 2];
        snprintf(path, sizeof(path), "%s%s", roots[i % 2], w.section->key);
        if (ac_hive_open_key(j, path, &place))
            below(&w, &place, w.section->levels);
        ac_buf_free(&place.path);
    }
}
