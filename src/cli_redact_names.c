/* redact: which names are replaced. */
#include "cli_redact.h"

#include <string.h>

/* Blanks at the ends, also the wide one of Japanese keyboards, are a slip: no name would be found with them. */
static struct ac_str trimmed(struct ac_str s)
{
    static const struct ac_str blanks[] = {AC_STR(" "), AC_STR("\t"), AC_STR("\r"),
                                           AC_STR("\u3000")};

    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        struct ac_str blank = blanks[i];
        bool begins = s.n >= blank.n && memcmp(s.p, blank.p, blank.n) == 0;
        bool ends = s.n >= blank.n && memcmp(s.p + s.n - blank.n, blank.p, blank.n) == 0;

        if (!begins && !ends)
            continue;
        s.n -= blank.n;
        s.p += begins ? blank.n : 0;
        i = SIZE_MAX; /* from the first kind again */
    }
    return s;
}

/* A name a line; behind a tab the reason. */
enum ac_rc ac_redaction_names(struct ac_redaction *x, struct ac_err *err)
{
    struct ac_buf text = {0};
    enum ac_rc rc = x->names ? ac_redaction_load(NULL, x->names, &text, err) : AC_OK;
    size_t line = 0, at = text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    if (rc == AC_IO) /* the report is there, and is one */
        rc = AC_WRAP(err, AC_USAGE, AC_NO_OFFSET, "the list of names");
    while (rc == AC_OK && at < text.n) {
        const char *feed = memchr(text.p + at, '\n', text.n - at), *tab;
        size_t n = feed ? (size_t)(feed - text.p) - at : text.n - at;
        struct ac_str s = trimmed((struct ac_str){text.p + at, n}), reason = {"", 0};

        at += n + 1;
        line++;
        tab = memchr(s.p, '\t', s.n);
        if (tab) {
            reason = trimmed((struct ac_str){tab + 1, (size_t)(s.p + s.n - tab) - 1});
            s = trimmed((struct ac_str){s.p, (size_t)(tab - s.p)});
        }
        if (s.n == 0 || s.p[0] == '#')
            continue;
        rc = ac_redact_add(&x->redact, s, reason, err);
        if (rc != AC_OK)
            AC_WRAP(err, rc, AC_NO_OFFSET, "%s: line %zu", x->names, line);
    }
    ac_buf_free(&text);
    return rc;
}

/* Names that Windows gives to every machine say nothing of anyone, and are words of the report besides. */
static bool is_of_windows(struct ac_str name)
{
    static const char *const names[] = {
        "Administrator",  "Guest",           "DefaultAccount", "WDAGUtilityAccount", "Default",
        "Default User",   "All Users",       "Public",         "LocalService",       "SYSTEM",
        "NetworkService", "systemprofile",   ".DEFAULT",       "LocalSystem",        "defaultuser0",
        "Local Service",  "Network Service", "HelpAssistant",  "Everyone",           "Users",
        "Administrators", "ANONYMOUS LOGON", "IUSR",           "Local System"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(name, ac_str_of(names[i])))
            return true;
    }
    return ac_str_istarts(name, AC_STR("S-1-")) || ac_str_istarts(name, AC_STR("DWM-")) ||
           ac_str_istarts(name, AC_STR("UMFD-")) || ac_str_iends(name, AC_STR("$"));
}

static bool is_of_service(struct ac_str account)
{
    static const char *const domains[] = {"NT AUTHORITY\\", "NT SERVICE\\", "Window Manager\\",
                                          "Font Driver Host\\", "IIS APPPOOL\\"};

    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        if (ac_str_istarts(account, ac_str_of(domains[i])))
            return true;
    }
    return false;
}

static enum ac_rc add_account(struct ac_redaction *x, const char *text, struct ac_err *err)
{
    struct ac_str name = ac_str_of(text);

    if (is_of_service(name))
        return AC_OK;
    while (name.n && (name.p[name.n - 1] == '\\' || name.p[name.n - 1] == '/'))
        name.n--;
    for (size_t i = name.n; i-- > 0;) { /* the last component of a path, of DOMAIN\user */
        if (name.p[i] == '\\' || name.p[i] == '/') {
            name = (struct ac_str){name.p + i + 1, name.n - i - 1};
            break;
        }
    }
    if (name.n < 2 || is_of_windows(name))
        return AC_OK;
    if (name.n >
        AC_MAX_REDACT_NAME) { /* nobody's; its beginning, so that it does not stop the others */
        name.n = AC_MAX_REDACT_NAME;
        while (((unsigned char)name.p[name.n] & 0xC0) == 0x80)
            name.n--;
    }
    return ac_redact_add(&x->redact, name, AC_STR("account"), err);
}

/* Accounts of SAM and of profiles, whose a record is, who did something, and what --list-accounts had told. */
static enum ac_rc add_accounts_of(struct ac_redaction *x, const struct ac_record *r,
                                  struct ac_err *err)
{
    static const char *const fields[] = {"user", "account", "name", "full_name", "profile"};
    enum ac_kind kind = ac_record_kind(r);
    const struct ac_schema *schema = ac_schema_of(kind);
    const json_t *origins =
        kind == AC_KIND_CREDENTIAL_STORE ? ac_record_get_json(r, "origins") : NULL;
    enum ac_rc rc = AC_OK;

    for (size_t k = 0; rc == AC_OK && k < (kind == AC_KIND_ACCOUNT ? 5 : 2); k++) {
        if (ac_schema_field(schema, fields[k]) &&
            ac_schema_field(schema, fields[k])->type == AC_FIELD_TEXT)
            rc = add_account(x, ac_record_get(r, fields[k]), err);
    }
    for (size_t i = 0; rc == AC_OK && i < json_array_size(origins); i++) {
        const json_t *account = json_object_get(json_array_get(origins, i), "account");

        if (json_is_string(account))
            rc = add_account(x, json_string_value(account), err);
    }
    return rc;
}

enum ac_rc ac_redaction_accounts(struct ac_redaction *x, struct ac_err *err)
{
    struct ac_records records;
    json_t *header = NULL;
    FILE *f = ac_job_open(x->from, "records.jsonl", "r", err);
    enum ac_rc rc = f ? AC_OK : AC_IO;

    ac_records_init(&records, NULL);
    if (rc == AC_OK)
        rc = ac_records_read(f, &records, &header, err);
    for (size_t i = 0; rc == AC_OK && i < records.n; i++)
        rc = add_accounts_of(x, records.items[i], err);
    if (f)
        fclose(f);
    json_decref(header);
    ac_records_free(&records);
    return rc;
}
