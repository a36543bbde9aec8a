/* R3: what tells one machine from another: its addresses and networks, its accounts, what it ran before. */
#include "report/text_parts.h"

#include "assess/local_time.h"

#include <string.h>

static const char *or_none(const struct ac_text *t, const char *text)
{
    return text[0] ? text : ac_doc_word(&t->doc, N_("none"));
}

/* The items of a list field, ", " between them. */
static const char *items(const struct ac_text *t, const struct ac_record *r, const char *field,
                         struct ac_buf *out)
{
    const json_t *list = ac_record_get_json(r, field);

    ac_buf_clear(out);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *z = json_string_value(json_array_get(list, i));

        ac_buf_addf(out, "%s%s", i ? ", " : "", z ? z : "");
    }
    return or_none(t, ac_buf_text(out));
}

static void key_of(struct ac_text *t, const struct ac_record *r)
{
    struct ac_filetime written = {0};
    struct ac_buf time = {0};

    ac_time_parse(ac_record_prov(r, "key_last_written"), &written);
    ac_doc_say(&t->doc, 2,
               N_("Source: record %1$s, file %2$s, key %3$s; last written time of the key: %4$s"),
               ac_record_id(r), ac_record_prov(r, "path"), ac_record_prov(r, "key"),
               ac_text_time(t, written, &time), NULL);
    ac_doc_release(&t->doc, &time);
}

static void interface(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf addresses = {0}, gateways = {0}, servers = {0}, from = {0}, to = {0};
    const char *name = ac_record_get(r, "interface_name");

    ac_doc_say(d, 0,
               N_("Network interface %1$s: addresses %2$s; gateways %3$s; name servers %4$s; DHCP "
                  "server %5$s; network %6$s"),
               name[0] ? name : ac_record_get(r, "interface"), items(t, r, "addresses", &addresses),
               items(t, r, "gateways", &gateways), items(t, r, "name_servers", &servers),
               or_none(t, ac_record_get(r, "dhcp_server")), or_none(t, ac_record_get(r, "network")),
               NULL);
    if (ac_record_get_json(r, "lease_obtained"))
        ac_doc_say(d, 2,
                   N_("Address lease (DHCP) as stored: obtained %1$s, ends %2$s. The address "
                      "may have been kept longer or shorter."),
                   ac_text_time(t, ac_record_get_time(r, "lease_obtained"), &from),
                   ac_text_time(t, ac_record_get_time(r, "lease_expires"), &to), NULL);
    key_of(t, r);
    ac_doc_release(d, &addresses);
    ac_doc_release(d, &gateways);
    ac_doc_release(d, &servers);
    ac_doc_release(d, &from);
    ac_doc_release(d, &to);
}

/* A local time as stored, and what it is in UTC by the rules of the machine's zone. */
static void local_time(struct ac_text *t, const struct ac_record *r, const char *label,
                       const char *field)
{
    static const char *const remarks[] = {
        [AC_LOCAL_CERTAIN] = N_("by the zone rules in the hive SYSTEM"),
        [AC_LOCAL_TWICE] =
            N_("by the zone rules in the hive SYSTEM; that hour occurred twice, this "
               "is the earlier"),
        [AC_LOCAL_NEVER] = N_("by the zone rules in the hive SYSTEM; that hour was left out"),
    };
    const char *local = ac_record_get(r, field);
    enum ac_local how = AC_LOCAL_NO_TIME;
    struct ac_filetime utc = {0};
    struct ac_buf time = {0};
    struct ac_zone zone;

    if (!local[0])
        return;
    if (ac_zone_of(t->a, r, &zone))
        how = ac_zone_to_utc(&zone, local, &utc);
    if (how == AC_LOCAL_NO_TIME)
        ac_doc_say(&t->doc, 2, N_("%1$s: %2$s local time as stored; in UTC: Not examined"),
                   ac_doc_word(&t->doc, label), local, NULL);
    else
        ac_doc_say(&t->doc, 2, N_("%1$s: %2$s local time as stored; %3$s (%4$s)"),
                   ac_doc_word(&t->doc, label), local, ac_text_time(t, utc, &time),
                   ac_doc_word(&t->doc, remarks[how]), NULL);
    ac_doc_release(&t->doc, &time);
}

static void network(struct ac_text *t, const struct ac_record *r)
{
    ac_doc_say(&t->doc, 0,
               N_("Network \"%1$s\": kind %2$s, category %3$s, hardware address of the gateway "
                  "%4$s, DNS suffix %5$s"),
               ac_record_get(r, "network"),
               or_none(t, ac_text_word(t, ac_record_get(r, "network_type"))),
               or_none(t, ac_text_word(t, ac_record_get(r, "network_category"))),
               or_none(t, ac_record_get(r, "network_gateway_mac")),
               or_none(t, ac_record_get(r, "network_dns_suffix")), NULL);
    local_time(t, r, N_("First connected"), "first_connected_local");
    local_time(t, r, N_("Last connected"), "last_connected_local");
    key_of(t, r);
}

static void former(struct ac_text *t, const struct ac_record *r)
{
    const json_t *o = ac_record_get_json(r, "former");
    struct ac_filetime installed = {0};
    struct ac_buf time = {0};

    ac_time_parse(ac_text_of(o, "installed"), &installed);
    ac_doc_say(&t->doc, 0,
               N_("Earlier Windows before an upgrade: %1$s, build %2$s, installed %3$s, replaced "
                  "%4$s (local time, month/day/year, as the key's name says)"),
               or_none(t, ac_text_of(o, "product")), or_none(t, ac_text_of(o, "build")),
               ac_text_time(t, installed, &time), or_none(t, ac_text_of(o, "replaced")), NULL);
    key_of(t, r);
    ac_doc_release(&t->doc, &time);
}

void ac_text_identity(struct ac_text *t, const struct ac_record *r)
{
    if (ac_record_get(r, "interface")[0])
        interface(t, r);
    else if (ac_record_get_json(r, "network"))
        network(t, r);
    else if (ac_record_get_json(r, "former"))
        former(t, r);
}

/* ---- accounts: one statement for what ProfileList and SAM say of the same SID */

static bool same_account(const struct ac_record *a, const struct ac_record *b)
{
    return ac_record_get(a, "sid")[0] &&
           strcmp(ac_record_get(a, "sid"), ac_record_get(b, "sid")) == 0 &&
           strcmp(ac_record_prov(a, "evidence"), ac_record_prov(b, "evidence")) == 0 &&
           strcmp(ac_record_prov(a, "system"), ac_record_prov(b, "system")) == 0 &&
           strcmp(ac_record_prov(a, "snapshot"), ac_record_prov(b, "snapshot")) == 0;
}

/* Another record of the same account: the one before `at` if `before`, else the next. */
static const struct ac_record *twin(const struct ac_text *t, size_t at, bool before)
{
    const struct ac_record *r = t->a->records[at];
    size_t from = before ? 0 : at + 1, to = before ? at : t->a->n_records;

    for (size_t i = from; i < to; i++) {
        const struct ac_record *other = t->a->records[i];

        if (ac_record_kind(other) == AC_KIND_ACCOUNT && same_account(r, other))
            return other;
    }
    return NULL;
}

static const char *either(const struct ac_record *a, const struct ac_record *b, const char *field)
{
    return ac_record_get(a, field)[0] || !b ? ac_record_get(a, field) : ac_record_get(b, field);
}

static void account_time(struct ac_text *t, const struct ac_record *a, const struct ac_record *b,
                         const char *label, const char *field)
{
    struct ac_filetime time = ac_record_get_time(a, field);
    struct ac_buf text = {0};

    if (time.ticks == 0 && b)
        time = ac_record_get_time(b, field);
    if (time.ticks)
        ac_doc_row(&t->doc, 2, label, ac_text_time(t, time, &text));
    ac_doc_release(&t->doc, &text);
}

static void logons(struct ac_text *t, const struct ac_record *a, const struct ac_record *b)
{
    const struct ac_record *sam = ac_record_get_json(a, "logon_count") ? a : b;
    char n[AC_DOC_NUMBER];

    account_time(t, a, b, N_("Last logon (SAM)"), "last_logon");
    account_time(t, a, b, N_("Password last set (SAM)"), "password_set");
    account_time(t, a, b, N_("Profile loaded"), "profile_loaded");
    account_time(t, a, b, N_("Profile unloaded"), "profile_unloaded");
    if (sam && ac_record_get_json(sam, "logon_count"))
        ac_doc_say(&t->doc, 2, N_("Logons counted (SAM): %1$s; account disabled: %2$s"),
                   ac_doc_number(n, (uint64_t)ac_record_get_int(sam, "logon_count")),
                   ac_text_word(t, ac_record_get_bool(sam, "disabled") ? "yes" : "no"), NULL);
}

void ac_text_account(struct ac_text *t, size_t at)
{
    const struct ac_record *r = t->a->records[at], *b = twin(t, at, false);
    const struct ac_record *named = b && !ac_record_get_json(r, "rid") ? b : r;

    if (twin(t, at, true))
        return; /* it was told with that one */
    ac_doc_anchor(&t->doc, ac_record_id(r));
    ac_doc_say(&t->doc, 0, N_("Account %1$s: SID %2$s, profile %3$s; records %4$s%5$s%6$s"),
               ac_record_get(named, "name"), or_none(t, either(r, b, "sid")),
               or_none(t, either(r, b, "profile")), ac_record_id(r), b ? ", " : "",
               b ? ac_record_id(b) : "", NULL);
    if (either(r, b, "full_name")[0])
        ac_doc_row(&t->doc, 2, N_("Full name"), either(r, b, "full_name"));
    logons(t, r, b);
}
