#include "srum_parts.h"

#include "base/time.h"

#include <inttypes.h>
#include <string.h>

#define TICKS_A_DAY (86400 * AC_TICKS_PER_SECOND)
#define YEAR_10000 UINT64_C(2650467744000000000)

struct amount {
    const char *column, *field;
};

/* The tables that are read. `connected`: rows tell how long a connection lasts so far. */
static const struct table {
    const char *name, *artefact;
    bool interface, connected;
    struct amount amounts[AC_SRUM_AMOUNTS + 1];
} tables[] = {
    {"{973F5D5C-1D90-4944-BE8E-24B94231A174}",
     "network-usage",
     true,
     false,
     {{"BytesSent", "bytes_sent"}, {"BytesRecvd", "bytes_received"}}},
    {"{D10CA2FE-6FCF-4F6D-848E-B2E99266FA89}",
     "resource-usage",
     false,
     false,
     {{"ForegroundCycleTime", "foreground_cycles"},
      {"BackgroundCycleTime", "background_cycles"},
      {"FaceTime", "face_time"},
      {"ForegroundBytesRead", "foreground_bytes_read"},
      {"ForegroundBytesWritten", "foreground_bytes_written"},
      {"BackgroundBytesRead", "background_bytes_read"},
      {"BackgroundBytesWritten", "background_bytes_written"}}},
    {"{DD6636C4-8929-4683-974E-22C046A43763}",
     "network-connectivity",
     true,
     true,
     {{"ConnectedTime", "connected_seconds"}}},
};
#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

struct job {
    const struct ac_artefact *artefact;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_ese *ese;
    struct ac_srum_ids ids;
    struct ac_srum_groups groups;
    struct ac_buf value;
    enum ac_rc rc;
};

/* Columns of the table at hand; those that it has not are passed over. */
struct columns {
    struct ac_ese_column time, program, user, interface, profile, flags, start;
    struct ac_ese_column amounts[AC_SRUM_AMOUNTS];
    bool has_time, has_program, has_user, has_interface, has_profile, has_flags, has_start;
    bool has_amount[AC_SRUM_AMOUNTS];
};

/* Rows that could not be read, told once a table. */
struct damage {
    uint64_t rows, first;
    struct ac_err why;
};

static const char lost[] = "usage of network and resources may be missing from the report";

static void problem(struct job *j, enum ac_rc class, uint64_t offset, const char *effect,
                    const char *what)
{
    if (j->rc == AC_OK)
        j->rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), class, offset, effect, "%s",
                                what);
}

static void problem_of(struct job *j, enum ac_rc rc, const struct ac_err *why, const char *effect)
{
    char text[512];

    if (rc == AC_NOMEM && j->rc == AC_OK)
        j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for usage");
    else
        problem(j, rc, why->n ? why->ctx[0].off : AC_NO_OFFSET, effect,
                ac_err_text(why, text, sizeof(text)));
}

/* ---- rows */

/* A number of the row at hand; false: it has none, or (with *rc) it could not be read. */
static bool number(struct job *j, struct ac_ese_table *t, size_t i, bool has,
                   const struct ac_ese_column *c, uint64_t *ret, enum ac_rc *rc, struct ac_err *why)
{
    const uint8_t *p;

    if (!has || *rc != AC_OK)
        return false;
    *rc = ac_ese_column_value(t, i, c, 8, &j->value, why);
    p = (const uint8_t *)j->value.p;
    if (*rc == AC_NOT_FOUND) {
        *rc = AC_OK;
        return false;
    }
    if (*rc != AC_OK)
        return false;
    if (j->value.n == 8)
        *ret = ac_le64(p);
    else if (j->value.n == 4)
        *ret = (uint64_t)(int64_t)(int32_t)ac_le32(p);
    else
        return false;
    return true;
}

/* A date is stored as an OLE automation date; a FILETIME is told apart by its size. */
static uint64_t ticks_of(uint64_t stored)
{
    return stored < YEAR_10000 ? stored : ac_time_from_ole(stored).ticks;
}

static enum ac_rc read_row(struct job *j, struct ac_ese_table *t, size_t i, const struct columns *c,
                           struct ac_srum_row *row, struct ac_err *why)
{
    uint64_t v = 0;
    enum ac_rc rc = AC_OK;

    row->offset = ac_ese_row_offset(t, i);
    row->key.deleted = ac_ese_row_is_deleted(t, i);
    if (number(j, t, i, c->has_time, &c->time, &v, &rc, why))
        row->ticks = ticks_of(v);
    row->key.when = row->ticks - row->ticks % TICKS_A_DAY;
    if (number(j, t, i, c->has_program, &c->program, &v, &rc, why))
        row->key.program = (uint32_t)v;
    if (number(j, t, i, c->has_user, &c->user, &v, &rc, why))
        row->key.user = (uint32_t)v;
    if (number(j, t, i, c->has_interface, &c->interface, &v, &rc, why))
        row->key.interface = v;
    if (number(j, t, i, c->has_profile, &c->profile, &v, &rc, why))
        row->key.profile = (uint32_t)v;
    if (number(j, t, i, c->has_flags, &c->flags, &v, &rc, why))
        row->key.flags = (uint32_t)v;
    if (tables[row->key.table].connected)
        row->key.when = number(j, t, i, c->has_start, &c->start, &v, &rc, why) ? v : 0;
    for (unsigned k = 0; k < AC_SRUM_AMOUNTS; k++) {
        if (number(j, t, i, c->has_amount[k], &c->amounts[k], &v, &rc, why)) {
            row->amounts[k] = (int64_t)v;
            row->has |= 1U << k;
        }
    }
    return rc;
}

static void find_columns(const struct ac_ese_table *t, const struct table *about,
                         struct columns *ret)
{
    *ret = (struct columns){0};
    ret->has_time = ac_ese_column_find(t, "TimeStamp", &ret->time);
    ret->has_program = ac_ese_column_find(t, "AppId", &ret->program);
    ret->has_user = ac_ese_column_find(t, "UserId", &ret->user);
    if (about->interface) {
        ret->has_interface = ac_ese_column_find(t, "InterfaceLuid", &ret->interface);
        ret->has_profile = ac_ese_column_find(t, "L2ProfileId", &ret->profile);
        ret->has_flags = ac_ese_column_find(t, "L2ProfileFlags", &ret->flags);
    }
    if (about->connected)
        ret->has_start = ac_ese_column_find(t, "ConnectStartTime", &ret->start);
    for (unsigned k = 0; about->amounts[k].column; k++)
        ret->has_amount[k] = ac_ese_column_find(t, about->amounts[k].column, &ret->amounts[k]);
}

static void read_rows(struct job *j, struct ac_ese_table *t, uint32_t table)
{
    struct damage bad = {0};
    struct columns c;
    struct ac_buf what = {0};

    find_columns(t, &tables[table], &c);
    for (size_t i = 0; j->rc == AC_OK && i < ac_ese_table_rows(t); i++) {
        struct ac_srum_row row = {.key.table = table};
        struct ac_err why = {0};
        enum ac_rc rc;

        if (!ac_budget_spend(j->budget, 2)) {
            j->rc = AC_FAIL(j->err, AC_LIMIT, ac_ese_row_offset(t, i), "more rows than are read");
            break;
        }
        rc = read_row(j, t, i, &c, &row, &why);
        if (rc == AC_NOMEM ||
            (rc == AC_OK && ac_srum_groups_add(&j->groups, &row, tables[table].connected) != AC_OK))
            problem_of(j, AC_NOMEM, &why, lost);
        else if (rc != AC_OK && bad.rows++ == 0)
            bad.first = row.offset;
    }
    if (bad.rows) {
        ac_buf_addf(&what, "%" PRIu64 " row(s) of the table %s are damaged", bad.rows,
                    tables[table].name);
        problem(j, what.failed ? AC_NOMEM : AC_CORRUPT, bad.first, lost, ac_buf_text(&what));
    }
    ac_buf_free(&what);
}

/* Not every Windows has every table: that one is not there is no damage. True: it is there. */
static bool read_table(struct job *j, uint32_t table)
{
    struct ac_ese_table *t = NULL;
    struct ac_err why = {0};
    enum ac_rc rc;

    if (j->rc != AC_OK)
        return false;
    rc = ac_ese_table_open(j->ese, tables[table].name, &t, &why);
    if (rc == AC_NOT_FOUND)
        return false;
    if (rc != AC_OK)
        problem_of(j, rc, &why, lost);
    if (t)
        read_rows(j, t, table);
    ac_ese_table_close(t);
    return true;
}

/* ---- records */

/* IfType of the interface, in the two highest bytes of its LUID (ifdef.h). */
static const char *interface_type(uint64_t luid)
{
    switch (luid >> 48) {
    case 6:
        return "wired";
    case 71:
        return "wireless";
    case 23:
        return "ppp";
    case 131:
        return "tunnel";
    case 243:
    case 244:
        return "mobile";
    default:
        return NULL;
    }
}

static void put_interface(const struct ac_srum_key *k, struct ac_record *r)
{
    if (k->interface <= INT64_MAX)
        ac_record_int(r, "interface_number", (int64_t)k->interface);
    if (interface_type(k->interface))
        ac_record_textz(r, "interface_type", interface_type(k->interface));
    ac_record_int(r, "profile_id", k->profile);
    ac_record_int(r, "profile_flags", k->flags);
}

static struct ac_record *record_of(const struct job *j, const struct ac_srum_group *g)
{
    const struct table *t = &tables[g->key.table];
    struct ac_record *r = ac_record_new(AC_KIND_USAGE);

    ac_record_textz(r, "artefact", t->artefact);
    ac_srum_put_program(&j->ids, g->key.program, r);
    ac_srum_put_user(&j->ids, g->key.user, r);
    ac_record_time(r, "from", (struct ac_filetime){g->first});
    ac_record_time(r, "to", (struct ac_filetime){g->last});
    ac_record_int(r, "rows", g->entries);
    if (t->interface)
        put_interface(&g->key, r);
    if (t->connected)
        ac_record_time(r, "connected", (struct ac_filetime){g->key.when});
    for (unsigned k = 0; t->amounts[k].column; k++) {
        if (g->has >> k & 1 && !(g->broken >> k & 1))
            ac_record_int(r, t->amounts[k].field, g->amounts[k]);
    }
    ac_record_prov_int(r, "offset", (int64_t)g->offset);
    if (g->key.deleted)
        ac_record_prov_textz(r, "state", "deleted");
    return r;
}

/* Also what was read until memory, budget or a table ended. */
static enum ac_rc emit(struct job *j)
{
    uint64_t broken = 0;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < j->groups.n; i++) {
        broken += j->groups.items[i].broken != 0;
        rc = ac_sink_emit(j->sink, record_of(j, &j->groups.items[i]), j->err);
    }
    if (rc == AC_OK && broken)
        rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_CORRUPT, AC_NO_OFFSET,
                             "amounts that make no sense are left out",
                             "%" PRIu64 " record(s) of usage have amounts that are negative or too "
                             "large",
                             broken);
    if (rc == AC_OK && j->groups.dropped)
        rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_LIMIT, AC_NO_OFFSET, lost,
                             "%" PRIu64 " row(s) would make more than %d records of usage",
                             j->groups.dropped, AC_MAX_USAGE);
    return rc;
}

static void read_database(struct job *j)
{
    struct ac_err why = {0};
    enum ac_rc rc = ac_srum_ids_read(j->ese, j->budget, &j->ids, &why);
    bool any = false;

    if (rc != AC_OK)
        problem_of(j, rc, &why, "programs and accounts may be told by their numbers only");
    for (uint32_t i = 0; i < N_TABLES; i++)
        any |= read_table(j, i);
    if (!any && j->rc == AC_OK)
        j->rc = AC_FAIL(j->err, AC_UNSUPPORTED, AC_NO_OFFSET,
                        "the database has none of the known tables of usage");
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.artefact = a, .budget = budget, .sink = sink, .err = err};
    struct ac_err why = {0};
    enum ac_rc rc = ac_ese_open(a->bytes, budget, &j.ese, &why), emitted = AC_OK;

    if (!j.ese) {
        if (err)
            *err = why;
        return rc;
    }
    if (!ac_ese_is_clean(a->bytes))
        problem(&j, AC_CORRUPT, 52,
                "the newest changes may stand in its transaction logs, which are not read",
                "the database was not closed properly");
    if (ac_ese_is_cut(j.ese))
        problem(&j, AC_TRUNCATED, a->bytes.n, "content may be missing",
                "the last page of the database is cut");
    if (rc != AC_OK)
        problem_of(&j, rc, &why, lost);
    read_database(&j);
    if (j.rc == AC_OK || j.rc == AC_LIMIT)
        emitted = emit(&j);
    ac_srum_groups_free(&j.groups);
    ac_srum_ids_free(&j.ids);
    ac_buf_free(&j.value);
    ac_ese_close(j.ese);
    return emitted != AC_OK ? emitted : j.rc;
}

static bool recognise(const struct ac_artefact *a)
{
    return ac_ese_is(a->bytes) && ac_str_iends(ac_str_of(a->path), AC_STR("SRUDB.dat"));
}

const struct ac_parser ac_parser_srum = {
    .name = "srum", .source = "srum", .recognise = recognise, .parse = parse};
