/*
 * Stores of the Chrome family (Login Data, Cookies, Web Data) and of Mozilla programs
 * (cookies.sqlite, signons.sqlite): how many entries, how they are protected, from when to when.
 *
 * Tables and columns: Chromium's login_database.cc, autofill_table.cc,
 * sqlite_persistent_cookie_store.cc; Mozilla's storage-mozStorage.js and nsCookieService.cpp.
 * Secrets of the Chrome family begin with v10 (key in "Local State", protected by DPAPI), v20
 * (app-bound key), v11 (not on Windows), or are a DPAPI blob as a whole.
 */
#include "credentials.h"
#include "sqlite_store.h"

#include <string.h>

#define LONGEST_SECRET 65536 /* its beginning is looked at; longer ones are none of a browser */

enum unit { WEBKIT_US, UNIX_US, UNIX_MS, UNIX_S };

struct store {
    const char *file, *file_too; /* names of the file; NULL: none */
    const char *table, *content;
    const char *secret, *secret_too; /* columns one of which is not empty; NULL: no secrets */
    const char *skip;                /* column that is not 0 where the entry is none */
    const char *created, *used, *changed;
    enum unit unit;
    const char *origin, *account; /* columns; NULL: not told */
    const char *program, *group;  /* when the path tells none */
    bool encrypted;               /* the secret is told apart by its beginning */
    const char *protection;       /* else; NULL: none is known */
};

static const struct store stores[] = {
    {"Login Data", "Login Data For Account", "logins", "passwords", "password_value", NULL,
     "blacklisted_by_user", "date_created", "date_last_used", "date_password_modified", WEBKIT_US,
     "origin_url", "username_value", "Chromium family", "browser", true, NULL},
    {"Cookies", NULL, "cookies", "cookies", "encrypted_value", "value", NULL, "creation_utc",
     "last_access_utc", NULL, WEBKIT_US, "host_key", NULL, "Chromium family", "browser", true,
     NULL},
    {"Web Data", NULL, "credit_cards", "cards", "card_number_encrypted", NULL, NULL, NULL,
     "use_date", "date_modified", UNIX_S, NULL, NULL, "Chromium family", "browser", true, NULL},
    {"Web Data", NULL, "autofill", "form-entries", NULL, NULL, NULL, "date_created",
     "date_last_used", NULL, UNIX_S, NULL, NULL, "Chromium family", "browser", false, NULL},
    {"cookies.sqlite", NULL, "moz_cookies", "cookies", "value", NULL, NULL, "creationTime",
     "lastAccessed", NULL, UNIX_US, "host", NULL, "Mozilla program", "browser", false, "plain"},
    {"signons.sqlite", NULL, "moz_logins", "passwords", "encryptedPassword", NULL, NULL,
     "timeCreated", "timeLastUsed", "timePasswordChanged", UNIX_MS, "hostname", NULL,
     "Mozilla program", "browser", false, "primary-password-unknown"},
};
#define STORES (sizeof(stores) / sizeof(stores[0]))

static bool is_for(const struct store *s, const struct ac_artefact *a)
{
    return ac_credential_is_named(a, s->file) ||
           (s->file_too && ac_credential_is_named(a, s->file_too));
}

static bool has_known_name(const struct ac_artefact *a)
{
    for (size_t i = 0; i < STORES; i++) {
        if (is_for(&stores[i], a))
            return true;
    }
    return false;
}

/* Does the schema, which begins on the first page, have one of the tables? Of files with other
 * names. */
static bool recognise(const struct ac_artefact *a)
{
    size_t n = a->bytes.n < 64 * AC_KIB ? a->bytes.n : 64 * AC_KIB;
    char statement[64];

    if (has_known_name(a))
        return true;
    for (size_t i = 0; ac_sqlite_is(a->bytes) && i < STORES; i++) {
        snprintf(statement, sizeof(statement), "CREATE TABLE %s", stores[i].table);
        if (memmem(a->bytes.p, n, statement, strlen(statement)))
            return true;
    }
    return false;
}

/* ---- the question */

/* Only names of ours come into it. */
struct question {
    struct ac_sqlite *db;
    const struct store *store;
    struct ac_buf sql;
};

static bool has(const struct question *q, const char *column)
{
    return column && ac_sqlite_has_column(q->db, q->store->table, column);
}

static void add_time(struct question *q, const char *function, const char *column)
{
    if (has(q, column))
        ac_buf_addf(&q->sql, ",%s(CASE WHEN typeof(%s)='integer' AND %s>0 THEN %s END)", function,
                    column, column, column);
    else
        ac_buf_addz(&q->sql, ",NULL");
}

static void add_prefix(struct question *q, const char *column, const char *hex)
{
    if (q->store->encrypted && has(q, column))
        ac_buf_addf(&q->sql,
                    ",sum(CASE WHEN typeof(%s)='blob' AND length(%s) BETWEEN 3 AND %d THEN "
                    "substr(%s,1,%zu)=x'%s' END)",
                    column, column, LONGEST_SECRET, column, strlen(hex) / 2, hex);
    else
        ac_buf_addz(&q->sql, ",NULL");
}

static void add_secret(struct question *q)
{
    const struct store *s = q->store;

    ac_buf_addz(&q->sql, ",sum(");
    if (has(q, s->secret))
        ac_buf_addf(&q->sql, "coalesce(length(%s),0)", s->secret);
    else
        ac_buf_addz(&q->sql, "0");
    if (has(q, s->secret_too))
        ac_buf_addf(&q->sql, "+coalesce(length(%s),0)", s->secret_too);
    ac_buf_addz(&q->sql, ">0)");
}

/* Tables are read themselves: an index may tell something else. */
static void add_from(struct question *q)
{
    ac_buf_addf(&q->sql, " FROM %s NOT INDEXED", q->store->table);
    if (has(q, q->store->skip))
        ac_buf_addf(&q->sql, " WHERE %s=0", q->store->skip);
}

enum { COUNT, SAVED, CREATED_FIRST, CREATED_LAST, USED, CHANGED, V10, V11, V20, DPAPI };

static void make_question(struct question *q)
{
    const struct store *s = q->store;

    ac_buf_addz(&q->sql, "SELECT count(*)");
    add_secret(q);
    add_time(q, "min", s->created);
    add_time(q, "max", s->created);
    add_time(q, "max", s->used);
    add_time(q, "max", s->changed);
    add_prefix(q, s->secret, "763130");
    add_prefix(q, s->secret, "763131");
    add_prefix(q, s->secret, "763230");
    add_prefix(q, s->secret, "01000000D08C9DDF");
    add_from(q);
}

/* ---- the answer */

static struct ac_filetime time_of(enum unit unit, int64_t n)
{
    switch (unit) {
    case WEBKIT_US:
        return (struct ac_filetime){n > 0 && n < INT64_MAX / 10 ? (uint64_t)n * 10 : 0};
    case UNIX_US:
        return ac_time_from_unix_ms(n / 1000);
    case UNIX_MS:
        return ac_time_from_unix_ms(n);
    case UNIX_S:
        return ac_time_from_unix_ms(n < INT64_MAX / 1000 ? n * 1000 : 0);
    }
    return (struct ac_filetime){0};
}

struct answer {
    const struct ac_artefact *artefact;
    const struct store *store;
    struct ac_record *record;
};

static void put_prefixes(struct ac_record *r, const struct ac_sqlite_row *row)
{
    static const struct {
        int column;
        const char *name, *protection;
    } prefixes[] = {
        {V10, "v10", "dpapi"},
        {V11, "v11", "unknown"},
        {V20, "v20", "app-bound"},
        {DPAPI, "dpapi", "dpapi"},
    };
    json_t *o = json_object();
    int64_t other = ac_sqlite_int(row, SAVED);

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        int64_t n = ac_sqlite_int(row, prefixes[i].column);

        ac_json_int(o, prefixes[i].name, n);
        other -= n;
        if (n > 0)
            ac_credential_protection(r, prefixes[i].protection);
    }
    ac_json_int(o, "other", other);
    ac_record_object(r, "prefixes", o);
    if (other > 0)
        ac_credential_protection(r, "unknown");
}

static bool take_counts(void *context, const struct ac_sqlite_row *row)
{
    struct answer *a = context;
    enum unit unit = a->store->unit;
    struct ac_record *r = a->record;

    ac_record_int(r, "accounts", ac_sqlite_int(row, COUNT));
    if (a->store->secret)
        ac_record_int(r, "saved", ac_sqlite_int(row, SAVED));
    if (a->store->encrypted)
        put_prefixes(r, row);
    else if (a->store->protection && ac_sqlite_int(row, SAVED) > 0)
        ac_credential_protection(r, a->store->protection);
    ac_record_time(r, "first_created", time_of(unit, ac_sqlite_int(row, CREATED_FIRST)));
    ac_record_time(r, "last_created", time_of(unit, ac_sqlite_int(row, CREATED_LAST)));
    ac_record_time(r, "last_used", time_of(unit, ac_sqlite_int(row, USED)));
    ac_record_time(r, "last_changed", time_of(unit, ac_sqlite_int(row, CHANGED)));
    return false;
}

static bool take_origin(void *context, const struct ac_sqlite_row *row)
{
    struct answer *a = context;
    struct ac_buf origin = {0}, account = {0};

    ac_sqlite_text(row, 0, &origin);
    ac_sqlite_text(row, 1, &account);
    ac_credential_origin(a->artefact, a->record, ac_buf_str(&origin), ac_buf_str(&account));
    ac_buf_free(&origin);
    ac_buf_free(&account);
    return true;
}

static enum ac_rc ask_origins(struct question *q, struct answer *a, struct ac_err *err)
{
    const struct store *s = q->store;

    if (!a->artefact->list_accounts || !has(q, s->origin))
        return AC_OK;
    ac_buf_clear(&q->sql);
    ac_buf_addf(&q->sql, "SELECT DISTINCT %s,%s", s->origin,
                has(q, s->account) ? s->account : "''");
    add_from(q);
    ac_buf_addf(&q->sql, " ORDER BY 1,2 LIMIT %d", AC_MAX_ORIGINS);
    return q->sql.failed ? AC_NOMEM
                         : ac_sqlite_ask(q->db, ac_buf_text(&q->sql), take_origin, a, err);
}

static enum ac_rc ask(struct question *q, struct answer *a, struct ac_err *err)
{
    const struct store *s = q->store;
    enum ac_rc rc;

    if (s->secret && !has(q, s->secret) && !has(q, s->secret_too))
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "a column that is expected is not there");
    make_question(q);
    rc = q->sql.failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a question")
                       : ac_sqlite_ask(q->db, ac_buf_text(&q->sql), take_counts, a, err);
    return rc == AC_OK ? ask_origins(q, a, err) : rc;
}

static struct ac_record *new_record(const struct ac_artefact *a, const struct store *s)
{
    return ac_credential_record(a, s->content, s->program, s->group);
}

/* One table of the database. */
static enum ac_rc read_store(struct ac_sqlite *db, const struct ac_artefact *a,
                             const struct store *s, struct ac_sink *sink, struct ac_err *err)
{
    struct question q = {.db = db, .store = s};
    struct answer answer = {.artefact = a, .store = s};
    bool there = false;
    enum ac_rc rc = ac_sqlite_has_table(db, s->table, &there, err);

    if (rc == AC_OK && !there && !is_for(s, a))
        return AC_OK;
    answer.record = new_record(a, s);
    if (!answer.record)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    if (rc == AC_OK && !there)
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "a table that is expected is not there");
    if (rc == AC_OK)
        rc = ask(&q, &answer, err);
    ac_buf_free(&q.sql);
    if (rc != AC_OK)
        return ac_credential_unreadable(answer.record, sink, err);
    if (ac_sqlite_doubt(db))
        ac_record_textz(answer.record, "unreadable", ac_sqlite_doubt(db));
    return ac_sink_emit(sink, answer.record, err);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_sqlite *db = NULL;
    struct ac_err own = {0}, *why = &own;
    enum ac_rc opened = ac_sqlite_open(a, budget, sink, &db, why), rc = opened;

    for (size_t i = 0; i < STORES; i++) {
        struct ac_err here = {0};
        enum ac_rc one = AC_OK;

        if (opened != AC_OK && is_for(&stores[i], a)) {
            here = own;
            one = ac_credential_unreadable(new_record(a, &stores[i]), sink, &here);
        } else if (opened == AC_OK && (is_for(&stores[i], a) || !has_known_name(a))) {
            one = read_store(db, a, &stores[i], sink, &here);
        }
        if (one != AC_OK && rc == AC_OK) {
            rc = one;
            own = here;
        }
        if (one == AC_NOMEM)
            break;
    }
    ac_sqlite_close(db);
    if (rc != AC_OK && err)
        *err = own;
    return rc;
}

const struct ac_parser ac_parser_credential_sqlite = {.name = "credential-sqlite",
                                                      .source = "credentials",
                                                      .recognise = recognise,
                                                      .parse = parse,
                                                      .companions = ac_sqlite_companions};
