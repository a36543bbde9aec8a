/*
 * JSON files of browsers: "logins.json" of Firefox and Thunderbird (Mozilla's storage-json.js),
 * "Local State" of the Chrome family, of which only matters which keys it holds.
 */
#include "credentials.h"

#include <jansson.h>
#include <string.h>

/* NULL: err says why. Owned. */
static json_t *load(const struct ac_artefact *a, struct ac_err *err)
{
    json_error_t why;
    json_t *o;

    if (a->bytes.n > AC_MAX_CREDENTIAL_FILE) {
        AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "the file is larger than is read");
        return NULL;
    }
    o = json_loadb((const char *)a->bytes.p, a->bytes.n, JSON_ALLOW_NUL, &why);
    if (!json_is_object(o)) {
        AC_FAIL(err, AC_CORRUPT, why.position > 0 ? (uint64_t)why.position : 0,
                "it is no JSON object");
        json_decref(o);
        return NULL;
    }
    return o;
}

/* ---- logins.json */

static bool is_logins(const struct ac_artefact *a)
{
    return ac_credential_is_named(a, "logins.json");
}

struct logins {
    int64_t saved;
    struct ac_time_span created, used, changed;
};

static struct ac_filetime time_of(const json_t *login, const char *member)
{
    return ac_time_from_unix_ms((int64_t)json_integer_value(json_object_get(login, member)));
}

static void take_login(const struct ac_artefact *a, struct ac_record *r, const json_t *login,
                       struct logins *all)
{
    const json_t *origin = json_object_get(login, "hostname");

    all->saved += json_string_length(json_object_get(login, "encryptedPassword")) > 0;
    ac_time_span_add(&all->created, time_of(login, "timeCreated"));
    ac_time_span_add(&all->used, time_of(login, "timeLastUsed"));
    ac_time_span_add(&all->changed, time_of(login, "timePasswordChanged"));
    if (a->list_accounts && json_is_string(origin)) /* the account's name is encrypted */
        ac_credential_origin(a, r,
                             (struct ac_str){json_string_value(origin), json_string_length(origin)},
                             AC_STR(""));
}

static enum ac_rc take_logins(const struct ac_artefact *a, struct ac_record *r, const json_t *all,
                              struct ac_budget *budget, struct ac_err *err)
{
    const json_t *list = json_object_get(all, "logins");
    struct logins n = {0};

    if (!json_is_array(list))
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "it has no list of logins");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!ac_budget_spend(budget, 1))
            return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET,
                           "reading it takes more steps than are allowed");
        take_login(a, r, json_array_get(list, i), &n);
    }
    ac_record_int(r, "accounts", (int64_t)json_array_size(list));
    ac_record_int(r, "saved", n.saved);
    ac_record_time(r, "first_created", n.created.first);
    ac_record_time(r, "last_created", n.created.last);
    ac_record_time(r, "last_used", n.used.last);
    ac_record_time(r, "last_changed", n.changed.last);
    return AC_OK;
}

static enum ac_rc parse_logins(const struct ac_artefact *a, struct ac_budget *budget,
                               struct ac_sink *sink, struct ac_err *err)
{
    struct ac_record *r = ac_credential_record(a, "passwords", "Mozilla program", "browser");
    struct ac_err why = {0};
    json_t *all = load(a, &why);
    enum ac_rc rc = all ? take_logins(a, r, all, budget, &why) : why.rc;

    json_decref(all);
    ac_credential_protection(r, "primary-password-unknown");
    if (rc == AC_OK)
        return ac_sink_emit(sink, r, err);
    rc = ac_credential_unreadable(r, sink, &why);
    if (err)
        *err = why;
    return rc;
}

const struct ac_parser ac_parser_firefox_logins = {.name = "firefox-logins",
                                                   .source = "credentials",
                                                   .recognise = is_logins,
                                                   .parse = parse_logins};

/* ---- Local State */

static bool is_state(const struct ac_artefact *a)
{
    return ac_credential_is_named(a, "Local State");
}

static enum ac_rc parse_state(const struct ac_artefact *a, struct ac_budget *budget,
                              struct ac_sink *sink, struct ac_err *err)
{
    struct ac_record *r = ac_credential_record(a, "key", "Chromium family", "browser");
    struct ac_err why = {0};
    json_t *all = load(a, &why);
    const json_t *keys = json_object_get(all, "os_crypt");
    enum ac_rc rc = why.rc;

    (void)budget;
    if (json_string_length(json_object_get(keys, "encrypted_key")) > 0)
        ac_credential_protection(r, "dpapi");
    if (json_string_length(json_object_get(keys, "app_bound_encrypted_key")) > 0)
        ac_credential_protection(r, "app-bound");
    json_decref(all);
    if (rc == AC_OK)
        return ac_sink_emit(sink, r, err);
    rc = ac_credential_unreadable(r, sink, &why);
    if (err)
        *err = why;
    return rc;
}

const struct ac_parser ac_parser_chrome_state = {.name = "chrome-local-state",
                                                 .source = "credentials",
                                                 .recognise = is_state,
                                                 .parse = parse_state};
