/*
 * Text files that keep credentials or name them: WinSCP.ini, Becky!'s Mailbox.ini, .rdp, .ovpn,
 * UltraVNC.ini, rasphone.pbk, prefs.js of Thunderbird. In 8 bits or UTF-16; a line at a time,
 * values of secrets are looked at only for being there.
 *
 * .rdp: Microsoft, "Supported RDP properties" (password 51:b:, a DPAPI blob). .ovpn: openvpn(8),
 * auth-user-pass. WinSCP: its own documentation of the configuration storage. Becky!: one
 * Mailbox.ini for each mailbox, [Account] with MailServer and UserID (Mozilla's import of its
 * settings); how its password is stored is not published.
 */
#include "credentials.h"

#include "base/text.h"

#include <string.h>

struct job {
    const struct ac_artefact *a;
    struct ac_record *record;
    struct ac_buf section, server, account; /* of the entry at hand */
    int64_t saved, accounts;
    bool saved_unknown; /* whether there are secrets cannot be told */
    bool has_secret;    /* the entry at hand */
    bool is_master;     /* a master password protects all of them */
};

/* "name<sep>value" with spaces around dropped; false: no such line. */
static bool split(struct ac_str line, char sep, struct ac_str *name, struct ac_str *value)
{
    const char *at = memchr(line.p, sep, line.n);

    if (!at)
        return false;
    *name = (struct ac_str){line.p, (size_t)(at - line.p)};
    *value = (struct ac_str){at + 1, line.n - name->n - 1};
    while (name->n && name->p[name->n - 1] == ' ')
        name->n--;
    while (value->n && value->p[0] == ' ')
        *value = (struct ac_str){value->p + 1, value->n - 1};
    return true;
}

static void set(struct ac_buf *b, struct ac_str s)
{
    ac_buf_clear(b);
    ac_buf_adds(b, s);
}

static bool is_section(struct ac_str line)
{
    return line.n > 1 && line.p[0] == '[' && line.p[line.n - 1] == ']';
}

static void end_entry(struct job *j, const char *protection)
{
    if (j->has_secret) {
        j->saved++;
        ac_credential_protection(j->record, protection);
    }
    j->accounts++;
    ac_credential_origin(j->a, j->record, ac_buf_str(&j->server), ac_buf_str(&j->account));
    j->has_secret = false;
    ac_buf_clear(&j->server);
    ac_buf_clear(&j->account);
}

/* ---- WinSCP.ini */

static bool in_session(const struct job *j)
{
    return ac_str_istarts(ac_buf_str(&j->section), AC_STR("Sessions\\"));
}

static void winscp_end(struct job *j)
{
    if (in_session(j))
        end_entry(j, "obfuscated");
    if (j->is_master && j->saved)
        ac_credential_protection(j->record, "master-password");
}

static void winscp(struct job *j, struct ac_str line)
{
    struct ac_str name, value;

    if (is_section(line)) {
        if (in_session(j))
            end_entry(j, "obfuscated");
        set(&j->section, (struct ac_str){line.p + 1, line.n - 2});
    } else if (split(line, '=', &name, &value)) {
        if (ac_str_ieq(name, AC_STR("UseMasterPassword")))
            j->is_master |= ac_str_eq(value, AC_STR("1"));
        else if (ac_str_ieq(name, AC_STR("Password")) || ac_str_ieq(name, AC_STR("PasswordPlain")))
            j->has_secret |= value.n > 0;
        else if (ac_str_ieq(name, AC_STR("HostName")))
            set(&j->server, value);
        else if (ac_str_ieq(name, AC_STR("UserName")))
            set(&j->account, value);
    }
}

/* ---- Becky! */

static void becky(struct job *j, struct ac_str line)
{
    struct ac_str name, value;

    if (!split(line, '=', &name, &value))
        return;
    if (ac_str_ieq(name, AC_STR("MailServer")))
        set(&j->server, value);
    else if (ac_str_ieq(name, AC_STR("UserID")))
        set(&j->account, value);
}

static void becky_end(struct job *j)
{
    end_entry(j, "obfuscated");
    j->saved_unknown = true;
}

/* ---- .rdp */

static void rdp(struct job *j, struct ac_str line)
{
    static const struct {
        const char *start;
        int what;
    } starts[] = {{"password 51:b:", 0}, {"full address:s:", 1}, {"username:s:", 2}};

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        size_t n = strlen(starts[i].start);

        if (!ac_str_istarts(line, ac_str_of(starts[i].start)) || line.n <= n)
            continue;
        if (starts[i].what == 0)
            j->has_secret = true;
        else
            set(starts[i].what == 1 ? &j->server : &j->account,
                (struct ac_str){line.p + n, line.n - n});
    }
}

static void rdp_end(struct job *j)
{
    end_entry(j, "dpapi");
}

/* ---- .ovpn: a private key inside is a secret; whether a passphrase protects it, its first line
 * says */

static void ovpn(struct job *j, struct ac_str line)
{
    static const char *const keys[] = {"<key>", "<pkcs12>", "<secret>"};

    if (ac_str_istarts(line, AC_STR("remote ")))
        set(&j->server, (struct ac_str){line.p + 7, line.n - 7});
    /* with a file behind it: the password is stored */
    if (ac_str_istarts(line, AC_STR("auth-user-pass ")) && line.n > 15) {
        j->has_secret = true;
        ac_credential_protection(j->record, "plain");
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (ac_str_istarts(line, ac_str_of(keys[i])))
            j->has_secret = true;
    }
    j->is_master |= ac_str_ifind(line, AC_STR("BEGIN ENCRYPTED PRIVATE KEY")) >= 0;
}

static void ovpn_end(struct job *j)
{
    end_entry(j, j->is_master ? "passphrase" : "plain");
}

/* ---- UltraVNC.ini */

static void vnc(struct job *j, struct ac_str line)
{
    struct ac_str name, value;

    if (split(line, '=', &name, &value) &&
        (ac_str_ieq(name, AC_STR("passwd")) || ac_str_ieq(name, AC_STR("passwd2"))) && value.n) {
        j->saved++;
        ac_credential_protection(j->record, "obfuscated");
    }
}

static void vnc_end(struct job *j)
{
    j->accounts = 1;
}

/* ---- rasphone.pbk: connections; their passwords lie in the registry's secrets, which are not
 * read */

static void pbk(struct job *j, struct ac_str line)
{
    if (is_section(line)) {
        set(&j->server, (struct ac_str){line.p + 1, line.n - 2});
        end_entry(j, "dpapi");
    }
}

static void pbk_end(struct job *j)
{
    j->saved_unknown = true;
}

/* ---- prefs.js of Thunderbird: mail.server.serverN.type; local folders, feeds and news are no
 * accounts */

static void prefs(struct job *j, struct ac_str line)
{
    static const char *const types[] = {"\"imap\"", "\"pop3\"", "\"ews\"", "\"exchange\"",
                                        "\"owl\""};
    long type = ac_str_ifind(line, AC_STR(".type\","));

    if (!ac_str_istarts(line, AC_STR("user_pref(\"mail.server.server")) || type < 0)
        return;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct ac_str value = {line.p + type, line.n - (size_t)type};

        j->accounts += ac_str_ifind(value, ac_str_of(types[i])) >= 0;
    }
}

static void prefs_end(struct job *j)
{
    j->saved_unknown = true; /* they are counted in logins.json */
}

/* ---- any of them */

static const struct form {
    const char *ending; /* of the path */
    const char *content, *program, *group;
    void (*line)(struct job *j, struct ac_str line);
    void (*end)(struct job *j);
} forms[] = {
    {"WinSCP.ini", "passwords", "WinSCP", "access", winscp, winscp_end},
    {".mb/Mailbox.ini", "accounts", "Becky!", "mail", becky, becky_end},
    {".rdp", "passwords", "Remote Desktop", "access", rdp, rdp_end},
    {".ovpn", "passwords", "OpenVPN", "access", ovpn, ovpn_end},
    {"UltraVNC.ini", "passwords", "UltraVNC", "access", vnc, vnc_end},
    {"rasphone.pbk", "connections", "Windows dial-up and VPN", "access", pbk, pbk_end},
    {"prefs.js", "accounts", "Mozilla Thunderbird", "mail", prefs, prefs_end},
};

static const struct form *form_of(const struct ac_artefact *a)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (!ac_str_iends(ac_str_of(a->path), ac_str_of(forms[i].ending)))
            continue;
        if (forms[i].line != prefs || ac_str_ifind(ac_str_of(a->path), AC_STR("Thunderbird")) >= 0)
            return &forms[i];
    }
    return NULL;
}

static bool recognise(const struct ac_artefact *a)
{
    return form_of(a) != NULL;
}

static bool ends_line(const uint8_t *p, bool wide)
{
    return (*p == '\n' || *p == '\r') && (!wide || p[1] == 0);
}

/* The next line of 8-bit text, or of UTF-16 made into UTF-8, in `out`; false: there is none.
 * Evidence that is no UTF-8 is escaped. */
static bool next_line(struct ac_view v, bool wide, size_t *at, struct ac_buf *out)
{
    size_t step = wide ? 2 : 1, end = *at;

    if (*at + step > v.n)
        return false;
    while (end + step <= v.n && !ends_line(v.p + end, wide))
        end += step;
    ac_buf_clear(out);
    if (wide)
        ac_text_from_utf16((struct ac_view){v.p + *at, end - *at, 0}, out, NULL);
    else
        ac_text_from_utf8((struct ac_view){v.p + *at, end - *at, 0}, out, NULL);
    *at = end + step;
    return true;
}

/* The longest line of interest; longer ones hold keys and blobs, of which the beginning tells
 * enough. */
#define LONGEST_LINE 1024

static enum ac_rc read_lines(struct job *j, const struct form *form, struct ac_budget *budget,
                             struct ac_err *err)
{
    struct ac_view v = j->a->bytes;
    bool wide = v.n >= 2 && v.p[0] == 0xFF && v.p[1] == 0xFE, failed, spent = false;
    size_t at = wide ? 2 : v.n >= 3 && memcmp(v.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct ac_buf line = {0};

    while (next_line(v, wide, &at, &line)) {
        struct ac_str s = ac_buf_str(&line);

        spent = !ac_budget_spend(budget, 1 + s.n / 64);
        if (line.failed || spent)
            break;
        if (s.n > LONGEST_LINE)
            s.n = LONGEST_LINE;
        while (s.n && s.n < line.n && (s.p[s.n] & 0xC0) == 0x80) /* not inside of a character */
            s.n--;
        form->line(j, s);
    }
    failed = line.failed;
    ac_buf_free(&line);
    if (failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a line");
    if (spent)
        return AC_FAIL(err, AC_LIMIT, at, "reading it takes more steps than are allowed");
    form->end(j);
    ac_record_int(j->record, "accounts", j->accounts);
    if (!j->saved_unknown)
        ac_record_int(j->record, "saved", j->saved);
    return AC_OK;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    const struct form *form = form_of(a);
    struct job j = {.a = a};
    struct ac_err why = {0};
    enum ac_rc rc;

    j.record = ac_credential_record(a, form->content, form->program, form->group);
    rc = a->bytes.n > AC_MAX_CREDENTIAL_FILE
             ? AC_FAIL(&why, AC_LIMIT, AC_NO_OFFSET, "the file is larger than is read")
             : read_lines(&j, form, budget, &why);
    ac_buf_free(&j.section);
    ac_buf_free(&j.server);
    ac_buf_free(&j.account);
    if (rc == AC_OK)
        return ac_sink_emit(sink, j.record, err);
    rc = ac_credential_unreadable(j.record, sink, &why);
    if (err)
        *err = why;
    return rc;
}

const struct ac_parser ac_parser_credential_text = {
    .name = "credential-text", .source = "credentials", .recognise = recognise, .parse = parse};
