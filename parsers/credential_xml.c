/*
 * XML files that keep credentials: FileZilla's lists of servers, accounts of Windows Mail and
 * Windows Live Mail, Wi-Fi profiles of Windows, KeePass' configuration (which databases there are).
 *
 * FileZilla: <Server> with <Host>, <User>, <Pass encoding="base64|crypt"> (crypt: a master
 * password). Mail: <MessageAccount> with <POP3_Server>, <POP3_User_Name>, <POP3_Password2> and the
 * same of IMAP, SMTP, HTTPMail. Wi-Fi: Microsoft's WLAN_profile schema: <sharedKey> with
 * <protected>, <keyMaterial>. KeePass 2: <KeySources> with <Association>: <DatabasePath>,
 * <Password>, <KeyFilePath>, <UserAccount>.
 */
#include "credentials.h"
#include "task_text.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define DEEPEST 64

struct job {
    const struct ac_artefact *a;
    struct ac_budget *budget;
    struct ac_record *record;
    int64_t saved, accounts;
    bool stopped;       /* budget or depth */
    bool saved_unknown; /* secrets lie elsewhere */
};

static bool is_named(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static const xmlNode *child(const xmlNode *parent, const char *name)
{
    const xmlNode *n = parent ? parent->children : NULL;

    while (n && !is_named(n, name))
        n = n->next;
    return n;
}

/* Has it text? The text itself is not taken. */
static bool has_text(const xmlNode *n)
{
    for (n = n ? n->children : NULL; n; n = n->next) {
        if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content &&
            n->content[strspn((const char *)n->content, " \t\r\n")])
            return true;
    }
    return false;
}

/* Text of what is no secret: servers, names. Appends. */
static void text_of(const xmlNode *n, struct ac_buf *out)
{
    for (n = n ? n->children : NULL; n; n = n->next) {
        if (n->type == XML_TEXT_NODE && n->content)
            ac_buf_addz(out, (const char *)n->content);
    }
}

static void origin(struct job *j, const xmlNode *server, const xmlNode *account)
{
    struct ac_buf a = {0}, b = {0};

    if (!j->a->list_accounts)
        return;
    text_of(server, &a);
    text_of(account, &b);
    ac_credential_origin(j->a, j->record, ac_buf_str(&a), ac_buf_str(&b));
    ac_buf_free(&a);
    ac_buf_free(&b);
}

/* ---- FileZilla */

static void server(struct job *j, const xmlNode *n)
{
    const xmlNode *secret = child(n, "Pass");
    xmlChar *encoding = secret ? xmlGetProp(secret, (const xmlChar *)"encoding") : NULL;

    j->accounts++;
    if (has_text(secret)) {
        bool crypt = encoding && strcmp((const char *)encoding, "crypt") == 0;
        bool coded = encoding && strcmp((const char *)encoding, "base64") == 0;

        j->saved++;
        ac_credential_protection(j->record, crypt   ? "master-password"
                                            : coded ? "obfuscated"
                                                    : "plain");
    }
    xmlFree(encoding);
    origin(j, child(n, "Host"), child(n, "User"));
}

static void servers(struct job *j, const xmlNode *n, unsigned depth)
{
    for (n = n->children; n && !j->stopped; n = n->next) {
        j->stopped = depth > DEEPEST || !ac_budget_spend(j->budget, 1);
        if (is_named(n, "Server"))
            server(j, n);
        else if (n->type == XML_ELEMENT_NODE && !j->stopped)
            servers(j, n, depth + 1);
    }
}

static void file_zilla(struct job *j, const xmlNode *root)
{
    servers(j, root, 0);
}

/* ---- mail accounts */

static void mail(struct job *j, const xmlNode *root)
{
    static const struct {
        const char *server, *account, *secret;
        bool sends; /* its server only sends: no account of its own */
    } kinds[] = {{"POP3_Server", "POP3_User_Name", "POP3_Password2", false},
                 {"IMAP_Server", "IMAP_User_Name", "IMAP_Password2", false},
                 {"HTTPMail_Server", "HTTPMail_User_Name", "HTTPMail_Password2", false},
                 {"SMTP_Server", "SMTP_User_Name", "SMTP_Password2", true}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        bool secret = has_text(child(root, kinds[i].secret));

        if (!has_text(child(root, kinds[i].server)) && !secret)
            continue;
        j->accounts += !kinds[i].sends;
        j->saved += secret;
        if (secret)
            ac_credential_protection(j->record, "dpapi");
        origin(j, child(root, kinds[i].server), child(root, kinds[i].account));
    }
}

/* ---- Wi-Fi */

static void wifi(struct job *j, const xmlNode *root)
{
    const xmlNode *key = child(child(child(root, "MSM"), "security"), "sharedKey");
    struct ac_buf is_protected = {0};

    j->accounts = 1;
    j->saved = has_text(child(key, "keyMaterial"));
    text_of(child(key, "protected"), &is_protected);
    if (j->saved)
        ac_credential_protection(j->record,
                                 strstr(ac_buf_text(&is_protected), "false") ? "plain" : "dpapi");
    ac_buf_free(&is_protected);
    origin(j, child(root, "name"), NULL);
}

/* ---- KeePass: the databases that were opened, and what else than a password opens them */

static void associations(struct job *j, const xmlNode *n, unsigned depth)
{
    for (n = n->children; n && !j->stopped; n = n->next) {
        j->stopped = depth > DEEPEST || !ac_budget_spend(j->budget, 1);
        if (is_named(n, "Association")) {
            j->accounts++;
            if (has_text(child(n, "KeyFilePath")))
                ac_credential_protection(j->record, "master-key-file");
            if (has_text(child(n, "UserAccount")))
                ac_credential_protection(j->record, "dpapi");
            if (has_text(child(n, "Password")))
                ac_credential_protection(j->record, "master-password");
            origin(j, child(n, "DatabasePath"), NULL);
        } else if (n->type == XML_ELEMENT_NODE && !j->stopped) {
            associations(j, n, depth + 1);
        }
    }
}

static void key_pass(struct job *j, const xmlNode *root)
{
    j->saved_unknown = true; /* the entries lie in the databases */
    associations(j, root, 0);
}

/* ---- any of them */

static const struct form {
    const char *root, *content, *program, *group;
    void (*read)(struct job *j, const xmlNode *root);
} forms[] = {
    {"FileZilla3", "passwords", "FileZilla", "access", file_zilla},
    {"MessageAccount", "passwords", "Windows Mail or Live Mail", "mail", mail},
    {"WLANProfile", "network-keys", "Windows Wi-Fi", "windows", wifi},
    {"Configuration", "accounts", "KeePass", "manager", key_pass}, /* by the file's name only */
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

/* By the name of the root element, in 8 or 16 bits, near the beginning; or by the names that
 * only such files have, also when they are damaged. */
static bool recognise(const struct ac_artefact *a)
{
    size_t n = a->bytes.n < 2048 ? a->bytes.n : 2048, used = 0;
    struct ac_str path = ac_str_of(a->path);
    char head[2048];

    for (size_t i = 0; i < n; i++) {
        if (a->bytes.p[i])
            head[used++] = (char)a->bytes.p[i];
    }
    for (size_t i = 0; i < FORMS && forms[i].read != key_pass; i++) {
        char tag[32];

        snprintf(tag, sizeof(tag), "<%s", forms[i].root);
        if (memmem(head, used, tag, strlen(tag)))
            return true;
    }
    return ac_str_iends(path, AC_STR(".oeaccount")) ||
           ac_credential_is_named(a, "sitemanager.xml") ||
           ac_credential_is_named(a, "recentservers.xml") ||
           ac_credential_is_named(a, "KeePass.config.xml");
}

static const struct form *form_of(const xmlNode *root)
{
    for (size_t i = 0; root && i < FORMS; i++) {
        if (is_named(root, forms[i].root))
            return &forms[i];
    }
    return NULL;
}

static enum ac_rc read_document(const struct ac_artefact *a, struct ac_budget *budget,
                                const xmlDoc *doc, struct ac_record **ret, struct ac_err *err)
{
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    const struct form *form = form_of(root);
    struct job j = {.a = a, .budget = budget};

    j.record = ac_credential_record(a, form ? form->content : "passwords",
                                    form ? form->program : "XML file", form ? form->group : "mail");
    *ret = j.record;
    if (err->rc != AC_OK)
        return err->rc;
    if (!form)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "it is no whole XML file of a known form");
    form->read(&j, root);
    if (j.stopped)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "reading it takes more steps than are allowed");
    ac_record_int(j.record, "accounts", j.accounts);
    if (!j.saved_unknown)
        ac_record_int(j.record, "saved", j.saved);
    return AC_OK;
}

/* NULL: it is not well-formed, or there is no memory (err says so). */
static xmlDoc *load(const struct ac_artefact *a, struct ac_err *err)
{
    struct ac_buf text = {0};
    xmlParserCtxt *ctx = NULL;
    xmlDoc *doc = NULL;

    ac_task_decode(a->bytes, &text, NULL);
    if (!text.failed)
        ctx = xmlNewParserCtxt();
    if (ctx)
        doc = xmlCtxtReadMemory(ctx, ac_buf_text(&text), (int)text.n, NULL, "UTF-8",
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                    XML_PARSE_NOCDATA);
    else
        AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an XML reader");
    xmlFreeParserCtxt(ctx);
    ac_buf_free(&text);
    return doc;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_err why = {0};
    struct ac_record *r = NULL;
    xmlDoc *doc = NULL;
    enum ac_rc rc;

    if (a->bytes.n > AC_MAX_CREDENTIAL_FILE)
        AC_FAIL(&why, AC_LIMIT, AC_NO_OFFSET, "the file is larger than is read");
    else
        doc = load(a, &why);
    rc = read_document(a, budget, doc, &r, &why);
    xmlFreeDoc(doc);
    if (rc == AC_OK)
        return ac_sink_emit(sink, r, err);
    rc = ac_credential_unreadable(r, sink, &why);
    if (err)
        *err = why;
    return rc;
}

const struct ac_parser ac_parser_credential_xml = {
    .name = "credential-xml", .source = "credentials", .recognise = recognise, .parse = parse};
