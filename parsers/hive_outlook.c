/*
 * Outlook's profiles in the hive of a user: which accounts they have and whether passwords are
 * stored.
 *
 * A profile has a key 9375CFF0413111d3B88A00104B2A6676 with a subkey for each account, told by its
 * clsid (Microsoft, Account Management API, "Class identifiers"): POP3, IMAP4, Hotmail; a MAPI
 * account wraps the service that "Service Name" tells, which may be Exchange (MSEMS), an address
 * book (CONTAB) or a data file (MSPST MS, MSUPST MS). A password is a REG_BINARY value "POP3
 * Password", "IMAP Password", "SMTP Password" or "HTTP Password", protected by DPAPI; the passwords
 * of Exchange and Microsoft 365 lie in the Credential Manager.
 */
#include "credentials.h"
#include "hive_parts.h"

#include "base/text.h"

#include <string.h>

#define ACCOUNTS "9375CFF0413111d3B88A00104B2A6676"

static bool text_is(struct ac_hive_job *j, const struct ac_hive_key *key, const char *name,
                    const char *start)
{
    struct ac_hive_value v;
    struct ac_view data;
    struct ac_buf text = {0};
    bool is = false;

    if (ac_hive_find_value(j->hive, key, name, &v) &&
        ac_hive_data(j->hive, &v, &j->pieces, &data) && data.n <= 1024) {
        data.n = ac_utf16_length(data);
        ac_text_from_utf16(data, &text, NULL);
        is = ac_str_istarts(ac_buf_str(&text), ac_str_of(start));
    }
    ac_hive_check(j, &text);
    ac_buf_free(&text);
    return is;
}

static bool starts_with_any(struct ac_hive_job *j, const struct ac_hive_key *key, const char *name,
                            const char *const *starts)
{
    for (; *starts; starts++) {
        if (text_is(j, key, name, *starts))
            return true;
    }
    return false;
}

/* An account of mail: by its class; where that is none that is known, by having a server or an
 * address. */
static bool is_account(struct ac_hive_job *j, const struct ac_hive_key *key)
{
    static const char *const mail[] = {"{ED475411-", "{ED475412-", "{4DB5CBF0-", NULL};
    static const char *const wrapper[] = {"{ED475414-", NULL};
    static const char *const no_mail[] = {"CONTAB", "MSPST", "MSUPST", "EMABLT", NULL};
    static const char *const marks[] = {"Email", "POP3 Server", "IMAP Server", "SMTP Server",
                                        "HTTP Server URL"};
    struct ac_hive_value v;

    if (starts_with_any(j, key, "clsid", mail))
        return true;
    if (starts_with_any(j, key, "clsid", wrapper))
        return !starts_with_any(j, key, "Service Name", no_mail);
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (ac_hive_find_value(j->hive, key, marks[i], &v))
            return true;
    }
    return false;
}

static int64_t passwords_of(struct ac_hive_job *j, const struct ac_hive_key *key)
{
    static const char *const names[] = {"POP3 Password", "IMAP Password", "SMTP Password",
                                        "HTTP Password"};
    struct ac_hive_value v;
    int64_t n = 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        n += ac_hive_find_value(j->hive, key, names[i], &v) && v.size > 0;
    return n;
}

/* The first of these values as text, whether REG_SZ or UTF-16 in REG_BINARY. Appends. */
static void first_text(struct ac_hive_job *j, const struct ac_hive_key *key,
                       const char *const *names, struct ac_buf *out)
{
    for (; *names && out->n == 0; names++) {
        struct ac_hive_value v;
        struct ac_view data;

        if (!ac_hive_find_value(j->hive, key, *names, &v) ||
            !ac_hive_data(j->hive, &v, &j->pieces, &data) || data.n > 4096)
            continue;
        data.n = ac_utf16_length(data);
        ac_text_from_utf16(data, out, NULL);
    }
    ac_hive_check(j, out);
}

static void origin(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    static const char *const servers[] = {"IMAP Server", "POP3 Server", "HTTP Server URL", NULL};
    static const char *const accounts[] = {"Email", "Account Name", NULL};
    struct ac_buf server = {0}, account = {0};

    if (!j->artefact->list_accounts)
        return;
    first_text(j, key, servers, &server);
    first_text(j, key, accounts, &account);
    ac_credential_origin(j->artefact, r, ac_buf_str(&server), ac_buf_str(&account));
    ac_buf_free(&server);
    ac_buf_free(&account);
}

/* One record for each profile that has accounts. */
static void profile(struct ac_hive_job *j, const struct ac_hive_place *profiles,
                    const struct ac_hive_key *key)
{
    struct ac_hive_place place, accounts;
    struct ac_record *r = ac_record_new(AC_KIND_CREDENTIAL_STORE);
    struct ac_hive_subkeys list;
    struct ac_hive_key sub;
    int64_t n = 0, saved = 0;

    ac_hive_enter_key(j, profiles, key, &place);
    if (ac_hive_open_below(j, &place, ACCOUNTS, &accounts)) {
        ac_hive_subkeys(j->hive, &accounts.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &sub)) {
            saved += passwords_of(j, &sub);
            if (!is_account(j, &sub))
                continue;
            n++;
            origin(j, r, &sub);
        }
    }
    if (n || saved) {
        ac_record_textz(r, "program", "Microsoft Outlook");
        ac_record_textz(r, "user", j->user);
        ac_record_textz(r, "group", "mail");
        ac_record_textz(r, "content", "passwords");
        ac_record_text(r, "store", ac_buf_str(&accounts.path));
        ac_hive_put_name(j, r, "profile", key->name, key->latin1);
        ac_record_int(r, "accounts", n);
        ac_record_int(r, "saved", saved);
        if (saved)
            ac_record_add_text(r, "protection", AC_STR("dpapi"));
        ac_hive_prov(j, r, &accounts, NULL);
        ac_hive_emit(j, r);
    } else {
        ac_record_free(r);
    }
    ac_buf_free(&accounts.path);
    ac_buf_free(&place.path);
}

static void each_profile(struct ac_hive_job *j, const struct ac_hive_place *profiles)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    ac_hive_subkeys(j->hive, &profiles->key, &list);
    while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key))
        profile(j, profiles, &key);
}

/* Office 2013 and later keep profiles below their version. */
static void office(struct ac_hive_job *j)
{
    struct ac_hive_place versions, profiles, version;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, "Software\\Microsoft\\Office", &versions)) {
        ac_hive_subkeys(j->hive, &versions.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
            ac_hive_enter_key(j, &versions, &key, &version);
            if (ac_hive_open_below(j, &version, "Outlook\\Profiles", &profiles))
                each_profile(j, &profiles);
            ac_buf_free(&profiles.path);
            ac_buf_free(&version.path);
        }
    }
    ac_buf_free(&versions.path);
}

void ac_hive_outlook(struct ac_hive_job *j)
{
    static const char *const older[] = {
        "Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows Messaging Subsystem\\Profiles",
        "Software\\Microsoft\\Windows Messaging Subsystem\\Profiles",
    };

    office(j);
    for (size_t i = 0; i < sizeof(older) / sizeof(older[0]) && ac_hive_going(j); i++) {
        struct ac_hive_place profiles;

        if (ac_hive_open_key(j, older[i], &profiles))
            each_profile(j, &profiles);
        ac_buf_free(&profiles.path);
    }
}
