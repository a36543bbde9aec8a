/* What a record tells, as observables. */
#include "report/stix_parts.h"

#include "assess/conclude.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

struct watch { /* where the observables of one finding go */
    struct ac_stix *s;
    struct ac_set *seen;
    json_t *refs;
    bool any; /* the record told one, new or not */
};

static void refer(struct watch *w, const char *id)
{
    struct ac_str key = ac_str_of(id);

    w->any |= id[0] != '\0';
    if (!id[0] || ac_set_has(w->seen, key))
        return;
    if (ac_set_put(w->seen, key, 1) != AC_OK)
        w->s->x.failed = true;
    ac_exchange_add(&w->s->x, w->refs, json_string(id));
}

/* ---- the network */

static void see_value(struct watch *w, const char *type, const char *value)
{
    static const char *const names[] = {"value", NULL};
    json_t *o = ac_stix_new_observable(w->s, type);

    ac_exchange_put(&w->s->x, o, "value", ac_exchange_textz(&w->s->x, value));
    refer(w, ac_stix_observable(w->s, o, names));
}

static void see_address(struct watch *w, const char *text)
{
    unsigned char bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1)
        see_value(w, "ipv4-addr", text);
    else if (inet_pton(AF_INET6, text, bytes) == 1)
        see_value(w, "ipv6-addr", text);
}

static bool is_domain(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    return n && n < 254 && text[n] == '\0' && strchr(text, '.') &&
           isalpha((unsigned char)text[n - 1]);
}

/* The evidence may have written anything there: only what RFC 3986 allows in an address is one. */
static void see_url(struct watch *w, const char *url)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://"};
    struct ac_buf host = {0};
    size_t n = 0;

    for (size_t i = 0; !n && i < sizeof(schemes) / sizeof(schemes[0]); i++)
        n = ac_str_istarts(ac_str_of(url), ac_str_of(schemes[i])) ? strlen(schemes[i]) : 0;
    if (!n)
        return;
    for (const char *p = url; *p; p++) {
        if (*p <= ' ' || *p >= 0x7F || strchr("\"<>\\^`{|}", *p))
            return;
    }
    see_value(w, "url", url);
    url += n;
    n = strcspn(url, "/?#");
    for (size_t i = 0; i < n; i++) { /* user and password before it */
        if (url[i] == '@') {
            url += i + 1;
            n -= i + 1;
            i = 0;
        }
    }
    ac_buf_add(&host, url, *url == '[' ? n : strcspn(url, ":/?#"));
    w->s->x.failed |= host.failed;
    if (is_domain(ac_buf_text(&host)))
        see_value(w, "domain-name", ac_buf_text(&host));
    else
        see_address(w, ac_buf_text(&host));
    ac_buf_free(&host);
}

/* ---- the registry */

static json_t *values_of(struct ac_stix *s, const struct ac_record *r)
{
    bool is_value = ac_record_kind(r) == AC_KIND_VALUE;
    const char *data = ac_record_get(r, is_value ? "data" : "command"), *type;
    json_t *list = json_array(), *value = json_object();
    const char *member = is_value ? "type" : "value_type";

    ac_exchange_put(
        &s->x, value, "name",
        ac_exchange_textz(&s->x, is_value ? ac_record_get(r, "name") : ac_record_prov(r, "value")));
    type = (is_value || ac_record_kind(r) == AC_KIND_AUTOSTART) && ac_record_get_json(r, member)
               ? ac_exchange_value_type(ac_record_get_int(r, member))
               : NULL;
    if (data[0] && (ac_record_kind(r) == AC_KIND_AUTOSTART ||
                    (type && strcmp(type, "REG_BINARY") == 0))) /* hexadecimal is the data's form */
        ac_exchange_put(&s->x, value, "data", ac_exchange_textz(&s->x, data));
    if (type)
        ac_exchange_put(&s->x, value, "data_type", json_string(type));
    ac_exchange_add(&s->x, list, value);
    return list;
}

static void see_key(struct watch *w, const struct ac_record *r)
{
    static const char *const names[] = {"key", "values", NULL};
    struct ac_buf key = {0};
    json_t *o;

    if (!ac_record_prov(r, "key")[0])
        return;
    o = ac_stix_new_observable(w->s, "windows-registry-key");
    ac_exchange_key(ac_record_prov(r, "key"), &key);
    w->s->x.failed |= key.failed;
    ac_exchange_put(&w->s->x, o, "key", ac_exchange_text(&w->s->x, ac_buf_str(&key)));
    ac_buf_free(&key);
    if (ac_record_prov_has(r, "value"))
        ac_exchange_put(&w->s->x, o, "values", values_of(w->s, r));
    refer(w, ac_stix_observable(w->s, o, names));
}

/* ---- programs that ran */

/* One start of a program: the newest that the record tells. */
static void see_process(struct watch *w, const char *image, const char *command, const char *when)
{
    static const char *const none[] = {NULL};
    json_t *o;

    if (!image[0] && !command[0])
        return;
    o = ac_stix_new_observable(w->s, "process");
    if (when[0] && when[4] == '-')
        ac_exchange_put(&w->s->x, o, "created_time", json_string(when));
    if (command[0])
        ac_exchange_put(&w->s->x, o, "command_line", ac_exchange_textz(&w->s->x, command));
    if (image[0])
        ac_exchange_put(&w->s->x, o, "image_ref", json_string(image));
    refer(w, ac_stix_observable(w->s, o, none));
}

static void see_execution(struct watch *w, const struct ac_record *r)
{
    const char *target = ac_record_get(r, "target"), *path = ac_record_get(r, "program_path");
    const json_t *runs = ac_record_get_json(r, "run_times");
    const char *id = "", *when = json_string_value(json_array_get(runs, 0));

    if (target[0])
        id = ac_stix_target(w->s, ac_record_get(r, "target_file"), target);
    else if (path[0])
        id = ac_stix_stored_path(w->s, path);
    else if (ac_record_get(r, "program")[0])
        id = ac_stix_stored_path(w->s, ac_record_get(r, "program"));
    refer(w, id);
    if (!when && ac_record_get_json(r, "last_run"))
        when = json_string_value(ac_record_get_json(r, "last_run"));
    if (ac_proves_execution(r))
        see_process(w, id, "", when ? when : "");
}

static void see_event(struct watch *w, const struct ac_record *r)
{
    const char *when = json_string_value(ac_record_get_json(r, "time")), *id = "";
    bool is_start =
        ac_record_get_int(r, "event_id") == 4688 &&
        strcmp(ac_record_get(r, "provider"), "Microsoft-Windows-Security-Auditing") == 0;

    if (ac_record_get(r, "target")[0])
        id = ac_stix_target(w->s, ac_record_get(r, "target_file"), ac_record_get(r, "target"));
    refer(w, id);
    if (is_start)
        see_process(w, id, ac_record_get(r, "command"), when ? when : "");
    see_url(w, ac_record_get(r, "url"));
    see_address(w, ac_record_get(r, "address"));
}

/* ---- what is to be started */

static void see_autostart(struct watch *w, const struct ac_record *r)
{
    const json_t *transfers = ac_record_get_json(r, "transfers");

    see_key(w, r);
    if (ac_record_get(r, "target")[0])
        refer(w, ac_stix_target(w->s, ac_record_get(r, "target_file"), ac_record_get(r, "target")));
    for (size_t i = 0; i < json_array_size(transfers); i++)
        see_url(w, ac_text_of(json_array_get(transfers, i), "remote"));
}

static void see_task(struct watch *w, const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    if (ac_record_prov(r, "key")[0])
        see_key(w, r);
    else
        refer(w, ac_stix_artefact(w->s, r));
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *action = json_array_get(actions, i);

        if (ac_text_of(action, "target")[0])
            refer(w, ac_stix_target(w->s, ac_text_of(action, "target_file"),
                                    ac_text_of(action, "target")));
    }
}

/* ---- records */

static void see_file(struct watch *w, const struct ac_record *r)
{
    if (ac_record_get_bool(r, "directory"))
        refer(w, ac_stix_directory(w->s, ac_str_of(ac_record_get(r, "path"))));
    else
        refer(w, ac_stix_file(w->s, r));
    see_url(w, ac_record_get(r, "referrer"));
    see_url(w, ac_record_get(r, "host"));
}

static void see_path(struct watch *w, const struct ac_record *r)
{
    const char *path = ac_record_get(r, "path");

    refer(w, path[0] ? ac_stix_target(w->s, "", path)
                     : ac_stix_stored_path(w->s, ac_record_get(r, "name")));
}

static void see(struct watch *w, const struct ac_record *r)
{
    switch (ac_record_kind(r)) {
    case AC_KIND_FILE:
        see_file(w, r);
        break;
    case AC_KIND_LISTING:
        refer(w, ac_stix_directory(w->s, ac_str_of(ac_record_get(r, "path"))));
        break;
    case AC_KIND_MATCH:
        refer(w, ac_stix_target(w->s, "", ac_record_get(r, "path")));
        break;
    case AC_KIND_CHANGE:
        see_path(w, r);
        break;
    case AC_KIND_AUTOSTART:
        see_autostart(w, r);
        break;
    case AC_KIND_TASK:
        see_task(w, r);
        break;
    case AC_KIND_EXECUTION:
        see_execution(w, r);
        break;
    case AC_KIND_EVENT:
        see_event(w, r);
        break;
    case AC_KIND_DELIVERY:
        see_url(w, ac_record_get(r, "referrer"));
        see_url(w, ac_record_get(r, "host"));
        break;
    default:
        see_key(w, r);
        break;
    }
}

void ac_stix_observe(struct ac_stix *s, const struct ac_record *r, struct ac_set *seen,
                     json_t *refs)
{
    struct watch w = {.s = s, .seen = seen, .refs = refs};

    see(&w, r);
    if (!w.any &&
        ac_record_prov(r, "sha256")[0]) /* at least the artefact that tells it; a volume is none */
        refer(&w, ac_stix_artefact(s, r));
}

void ac_stix_observe_account(struct ac_stix *s, const struct ac_record *r, const char *user,
                             struct ac_set *seen, json_t *refs)
{
    static const char *const names[] = {"account_type", "user_id", "account_login", NULL};
    struct watch w = {.s = s, .seen = seen, .refs = refs};
    bool is_sid = strncmp(user, "S-1-", 4) == 0;
    const struct ac_record *account;
    json_t *o;

    if (!user[0])
        return;
    account = is_sid ? NULL : ac_exchange_account(&s->x, r, user);
    o = ac_stix_new_observable(s, "user-account");
    if (is_sid || account)
        ac_exchange_put(&s->x, o, "user_id",
                        ac_exchange_textz(&s->x, is_sid ? user : ac_record_get(account, "sid")));
    if (!is_sid)
        ac_exchange_put(&s->x, o, "account_login", ac_exchange_textz(&s->x, user));
    refer(&w, ac_stix_observable(s, o, names));
}
