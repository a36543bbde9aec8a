/*
 * Credentials that programs keep in the registry: how many entries have one, never its data.
 * Outlook's accounts are in hive_outlook.c.
 *
 * Where they lie: WinSCP, PuTTY, TightVNC and RealVNC by their own documentation; Internet
 * Explorer's IntelliForms and the servers of the Remote Desktop client by libyal/winreg-kb and
 * Microsoft; automatic logon: Microsoft, "Turn on automatic logon in Windows"; OpenVPN GUI:
 * registry.c of its source.
 */
#include "credentials.h"
#include "hive_parts.h"

#include <string.h>

enum mode {
    EACH_SUBKEY, /* an entry is a subkey */
    EACH_VALUE,  /* an entry is a value */
    ONE_KEY,     /* the key itself holds secrets */
};

#define MOST_SECRETS 4
#define USER_HIVE 1U
#define MACHINE_HIVE 2U

static const struct point {
    unsigned hives;
    const char *path; /* below the software key of the hive */
    const char *program, *group, *content;
    enum mode mode;
    const char *secrets[MOST_SECRETS]; /* values; of EACH_VALUE every value is one */
    const char *protection;
    const char *master; /* key below the software key with "UseMasterPassword"; NULL: none */
} points[] = {
    {USER_HIVE,
     "Martin Prikryl\\WinSCP 2\\Sessions",
     "WinSCP",
     "access",
     "passwords",
     EACH_SUBKEY,
     {"Password", "PasswordPlain"},
     "obfuscated",
     "Martin Prikryl\\WinSCP 2\\Configuration\\Security"},
    {USER_HIVE,
     "SimonTatham\\PuTTY\\Sessions",
     "PuTTY",
     "access",
     "connections",
     EACH_SUBKEY,
     {"ProxyPassword"},
     "plain",
     NULL},
    {USER_HIVE,
     "OpenVPN-GUI\\configs",
     "OpenVPN",
     "access",
     "passwords",
     EACH_SUBKEY,
     {"auth-data", "key-data"},
     "dpapi",
     NULL},
    {USER_HIVE,
     "Microsoft\\Terminal Server Client\\Servers",
     "Remote Desktop",
     "access",
     "connections",
     EACH_SUBKEY,
     {NULL},
     NULL,
     NULL},
    {USER_HIVE,
     "Microsoft\\Internet Explorer\\IntelliForms\\Storage2",
     "Internet Explorer",
     "browser",
     "passwords",
     EACH_VALUE,
     {NULL},
     "dpapi",
     NULL},
    {USER_HIVE,
     "Microsoft\\Internet Explorer\\IntelliForms\\Storage1",
     "Internet Explorer",
     "browser",
     "form-entries",
     EACH_VALUE,
     {NULL},
     "dpapi",
     NULL},
    {USER_HIVE | MACHINE_HIVE,
     "TightVNC\\Server",
     "TightVNC",
     "access",
     "passwords",
     ONE_KEY,
     {"Password", "PasswordViewOnly", "ControlPassword"},
     "obfuscated",
     NULL},
    {USER_HIVE | MACHINE_HIVE,
     "ORL\\WinVNC3",
     "VNC",
     "access",
     "passwords",
     ONE_KEY,
     {"Password"},
     "obfuscated",
     NULL},
    {USER_HIVE | MACHINE_HIVE,
     "ORL\\WinVNC3\\Default",
     "VNC",
     "access",
     "passwords",
     ONE_KEY,
     {"Password"},
     "obfuscated",
     NULL},
    {USER_HIVE | MACHINE_HIVE,
     "RealVNC\\WinVNC4",
     "RealVNC",
     "access",
     "passwords",
     ONE_KEY,
     {"Password"},
     "obfuscated",
     NULL},
    {USER_HIVE | MACHINE_HIVE,
     "RealVNC\\vncserver",
     "RealVNC",
     "access",
     "passwords",
     ONE_KEY,
     {"Password"},
     "obfuscated",
     NULL},
    {MACHINE_HIVE,
     "Microsoft\\Windows NT\\CurrentVersion\\Winlogon",
     "Windows automatic logon",
     "windows",
     "passwords",
     ONE_KEY,
     {"DefaultPassword"},
     "plain",
     NULL},
};

struct count {
    int64_t entries, saved;
};

/* Has the value more than a terminator? */
static bool is_filled(const struct ac_hive_value *v)
{
    return v->size > (v->type >= 1 && v->type <= 2 ? 2U : 0U);
}

static bool has_secret(struct ac_hive_job *j, const struct point *p, const struct ac_hive_key *key,
                       int64_t *ret_n)
{
    struct ac_hive_value v;
    int64_t n = 0;

    for (size_t i = 0; i < MOST_SECRETS && p->secrets[i]; i++)
        n += ac_hive_find_value(j->hive, key, p->secrets[i], &v) && is_filled(&v);
    if (ret_n)
        *ret_n += n;
    return n > 0;
}

/* Names of sessions and servers; PuTTY and WinSCP write %XX for what a key may not contain. */
static void origin(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_buf name = {0};

    if (!j->artefact->list_accounts)
        return;
    ac_hive_name(key->name, key->latin1, &name, NULL);
    ac_hive_check(j, &name);
    ac_credential_origin(j->artefact, r, ac_buf_str(&name), AC_STR(""));
    ac_buf_free(&name);
}

static void count_subkeys(struct ac_hive_job *j, const struct point *p,
                          const struct ac_hive_place *place, struct ac_record *r, struct count *n)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    ac_hive_subkeys(j->hive, &place->key, &list);
    while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
        if (key.name.n == 18 && key.latin1 && memcmp(key.name.p, "Default%20Settings", 18) == 0)
            continue; /* a template */
        n->entries++;
        n->saved += has_secret(j, p, &key, NULL);
        origin(j, r, &key);
    }
}

static void count_values(struct ac_hive_job *j, const struct ac_hive_place *place, struct count *n)
{
    struct ac_hive_values list;
    struct ac_hive_value v;

    ac_hive_values(j->hive, &place->key, &list);
    while (ac_hive_going(j) && ac_hive_next_value(j->hive, &list, &v))
        n->saved += is_filled(&v);
    n->entries = n->saved;
}

static bool uses_master(struct ac_hive_job *j, const char *software, const char *path)
{
    struct ac_hive_place place;
    struct ac_buf full = {0};
    uint32_t use = 0;

    ac_buf_addf(&full, "%s%s%s", software, software[0] ? "\\" : "", path);
    if (ac_hive_open_key(j, ac_buf_text(&full), &place))
        ac_hive_get_dword(j, &place.key, "UseMasterPassword", &use);
    ac_buf_free(&place.path);
    ac_hive_check(j, &full);
    ac_buf_free(&full);
    return use == 1;
}

static void emit(struct ac_hive_job *j, const struct point *p, const char *software,
                 const struct ac_hive_place *place)
{
    struct ac_record *r = ac_record_new(AC_KIND_CREDENTIAL_STORE);
    struct count n = {0};

    if (p->mode == EACH_SUBKEY)
        count_subkeys(j, p, place, r, &n);
    else if (p->mode == EACH_VALUE)
        count_values(j, place, &n);
    else
        has_secret(j, p, &place->key, &n.saved);
    if (n.entries == 0 && n.saved == 0) { /* a setting of a program without entries */
        ac_record_free(r);
        return;
    }
    ac_record_textz(r, "program", p->program);
    ac_record_textz(r, "user", j->user);
    ac_record_textz(r, "group", p->group);
    ac_record_textz(r, "content", p->content);
    ac_record_text(r, "store", ac_buf_str(&place->path));
    if (p->mode != ONE_KEY)
        ac_record_int(r, "accounts", n.entries);
    if (p->protection)
        ac_record_int(r, "saved", n.saved);
    if (p->protection && n.saved)
        ac_record_add_text(r, "protection", ac_str_of(p->protection));
    if (p->master && n.saved && uses_master(j, software, p->master))
        ac_record_add_text(r, "protection", AC_STR("master-password"));
    ac_hive_prov(j, r, place, NULL);
    ac_hive_emit(j, r);
}

void ac_hive_credentials(struct ac_hive_job *j, const char *software, bool is_machine)
{
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]) && ac_hive_going(j); i++) {
        struct ac_hive_place place;
        struct ac_buf path = {0};

        if (!(points[i].hives & (is_machine ? MACHINE_HIVE : USER_HIVE)))
            continue;
        ac_buf_addf(&path, "%s%s%s", software, software[0] ? "\\" : "", points[i].path);
        if (ac_hive_open_key(j, ac_buf_text(&path), &place) && ac_hive_going(j))
            emit(j, &points[i], software, &place);
        ac_hive_check(j, &path);
        ac_buf_free(&path);
        ac_buf_free(&place.path);
    }
}
