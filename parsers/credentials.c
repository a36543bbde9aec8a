#include "credentials.h"

#include <string.h>

struct program {
    const char *part, *program, *group; /* part of the path, / between components */
};

/* The first that fits. */
static const struct program programs[] = {
    {"/Google/Chrome SxS/", "Google Chrome Canary", "browser"},
    {"/Google/Chrome Beta/", "Google Chrome Beta", "browser"},
    {"/Google/Chrome/", "Google Chrome", "browser"},
    {"/Microsoft/Edge/", "Microsoft Edge", "browser"},
    {"/Microsoft/Edge Beta/", "Microsoft Edge Beta", "browser"},
    {"/Packages/Microsoft.MicrosoftEdge_", "Microsoft Edge Legacy", "browser"},
    {"/BraveSoftware/", "Brave", "browser"},
    {"/Vivaldi/", "Vivaldi", "browser"},
    {"/Opera Software/Opera GX Stable/", "Opera GX", "browser"},
    {"/Opera Software/", "Opera", "browser"},
    {"/Yandex/YandexBrowser/", "Yandex Browser", "browser"},
    {"/Chromium/", "Chromium", "browser"},
    {"/Mozilla/Firefox/", "Mozilla Firefox", "browser"},
    {"/Thunderbird/", "Mozilla Thunderbird", "mail"},
    {"/Microsoft/Outlook/", "Microsoft Outlook", "mail"},
    {"/Outlook Files/", "Microsoft Outlook", "mail"},
    {"/Microsoft/Windows Live Mail/", "Windows Live Mail", "mail"},
    {"/Microsoft/Windows Mail/", "Windows Mail", "mail"},
    {"/Comms/UnistoreDB/", "Windows Mail (app)", "mail"},
    {"/FileZilla/", "FileZilla", "access"},
    {"/OpenVPN", "OpenVPN", "access"},
    {"/Network/Connections/Pbk/", "Windows dial-up and VPN", "access"},
    {"/Wlansvc/Profiles/", "Windows Wi-Fi", "windows"},
    {"/Microsoft/Vault/", "Windows Vault", "windows"},
    {"/Microsoft/Credentials/", "Windows Credential Manager", "windows"},
    {"/Microsoft/Protect/", "Windows DPAPI", "windows"},
    {"/KeePass/", "KeePass", "manager"},
};

bool ac_credential_program(const char *path, const char **ret_program, const char **ret_group)
{
    struct ac_str s = ac_str_of(path);

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        struct ac_str part = ac_str_of(programs[i].part);
        struct ac_str folder = {part.p, part.n - (part.p[part.n - 1] == '/')};

        if (ac_str_ifind(s, part) < 0 && !ac_str_iends(s, folder)) /* in it, or it itself */
            continue;
        *ret_program = programs[i].program;
        *ret_group = programs[i].group;
        return true;
    }
    return false;
}

struct ac_str ac_credential_file(const char *path)
{
    const char *slash = strrchr(path, '/');

    return ac_str_of(slash ? slash + 1 : path);
}

bool ac_credential_is_named(const struct ac_artefact *a, const char *name)
{
    return ac_str_ieq(ac_credential_file(a->path), ac_str_of(name));
}

/* The folder that follows one of these in the path; empty: none. */
static struct ac_str folder_after(const char *path, const char *const *markers)
{
    struct ac_str s = ac_str_of(path), none = {"", 0};

    for (; *markers; markers++) {
        long at = ac_str_ifind(s, ac_str_of(*markers));
        const char *name, *end;

        if (at < 0 || (at > 0 && path[at - 1] != '/'))
            continue;
        name = path + at + strlen(*markers);
        end = strchr(name, '/');
        return end ? (struct ac_str){name, (size_t)(end - name)} : none;
    }
    return none;
}

struct ac_record *ac_credential_record(const struct ac_artefact *a, const char *content,
                                       const char *program, const char *group)
{
    static const char *const profiles[] = {"User Data/", "Profiles/", NULL};
    static const char *const homes[] = {"Users/", "Documents and Settings/", NULL};
    struct ac_record *r = ac_record_new(AC_KIND_CREDENTIAL_STORE);
    struct ac_str profile = folder_after(a->path, profiles);

    ac_credential_program(a->path, &program, &group);
    ac_record_textz(r, "program", program);
    ac_record_text(r, "user", a->user[0] ? ac_str_of(a->user) : folder_after(a->path, homes));
    ac_record_textz(r, "group", group);
    ac_record_textz(r, "content", content);
    ac_record_textz(r, "store", a->path);
    if (profile.n && strcmp(group, "windows") != 0)
        ac_record_text(r, "profile", profile);
    return r;
}

void ac_credential_protection(struct ac_record *r, const char *word)
{
    const json_t *list = r ? ac_record_get_json(r, "protection") : NULL;

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return;
    }
    ac_record_add_text(r, "protection", ac_str_of(word));
}

void ac_credential_origin(const struct ac_artefact *a, struct ac_record *r, struct ac_str origin,
                          struct ac_str account)
{
    json_t *o;

    if (!r || !a->list_accounts ||
        json_array_size(ac_record_get_json(r, "origins")) >= AC_MAX_ORIGINS)
        return;
    o = json_object();
    ac_json_text(o, "origin", origin);
    ac_json_text(o, "account", account);
    ac_record_add_object(r, "origins", o);
}

enum ac_rc ac_credential_unreadable(struct ac_record *r, struct ac_sink *sink, struct ac_err *err)
{
    char text[512];
    enum ac_rc rc = err->rc, emitted;

    ac_record_textz(r, "unreadable", ac_err_text(err, text, sizeof(text)));
    emitted = ac_sink_emit(sink, r, NULL);
    return emitted == AC_OK ? rc : AC_FAIL(err, emitted, AC_NO_OFFSET, "a record was not taken");
}

void ac_time_span_add(struct ac_time_span *s, struct ac_filetime t)
{
    if (t.ticks == 0)
        return;
    if (s->first.ticks == 0 || t.ticks < s->first.ticks)
        s->first = t;
    if (t.ticks > s->last.ticks)
        s->last = t;
}

struct ac_filetime ac_time_from_unix_ms(int64_t ms)
{
    if (ms <= 0 || ms >= INT64_C(253402300800000))
        return (struct ac_filetime){0};
    return ac_time_from_unix(ms / 1000, (uint32_t)(ms % 1000) * 1000000);
}
