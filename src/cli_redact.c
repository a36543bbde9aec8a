/* redact: a copy of a report folder in which names are replaced by labels. */
#include "cli_job.h"

#include "base/limits.h"
#include "base/text.h"
#include "report/redact.h"
#include "report/report.h"
#include "report/text_wrap.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLUMNS 80

struct redaction {
    char *from;
    const char *to, *names;
    bool accounts, quiet;
    struct ac_redact redact;
    char report_id[32];
    char manifest[AC_HASH_TEXT]; /* digest of the original's manifest */
    json_t *left_out;            /* Owned: names of files that are not copied */
};

/* ---- files */

/* dir NULL: the name is a path */
static enum ac_rc load(const char *dir, const char *name, struct ac_buf *out, struct ac_err *err)
{
    FILE *f = dir ? ac_job_open(dir, name, "rb", err) : fopen(name, "rb");
    char piece[65536];
    size_t n;
    bool bad;

    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", name, strerrordesc_np(errno));
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0 && out->n <= AC_MAX_REDACT_FILE)
        ac_buf_add(out, piece, n);
    bad = ferror(f) != 0;
    fclose(f);
    if (out->n > AC_MAX_REDACT_FILE)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "%s is larger than what is read", name);
    return bad || out->failed ? AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be read", name)
                              : AC_OK;
}

/* ---- names */

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
static enum ac_rc read_names(struct redaction *x, struct ac_err *err)
{
    struct ac_buf text = {0};
    enum ac_rc rc = x->names ? load(NULL, x->names, &text, err) : AC_OK;
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

static enum ac_rc add_account(struct redaction *x, const char *text, struct ac_err *err)
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
static enum ac_rc add_accounts_of(struct redaction *x, const struct ac_record *r,
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

static enum ac_rc add_accounts(struct redaction *x, struct ac_err *err)
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

/* ---- what every document says of itself */

static json_t *labels_of(const struct redaction *x)
{
    json_t *list = json_array();

    for (size_t i = 0; i < x->redact.n; i++) {
        json_t *o = json_object();
        char label[40];

        snprintf(label, sizeof(label), AC_REDACT_LABEL, i + 1);
        ac_json_textz(o, "label", label);
        ac_json_textz(o, "reason", ac_redact_reason(&x->redact, i));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *statement_of(const struct redaction *x)
{
    json_t *o = json_object();

    ac_json_textz(o, "of_report", x->report_id);
    ac_json_textz(o, "manifest_sha256", x->manifest);
    json_object_set_new(o, "labels", labels_of(x));
    return o;
}

static const char *const sentences[] = {
    N_("REDACTED COPY of report %1$s."),
    N_("SHA-256 of the manifest (manifest.sha256) of the original: %2$s"),
    N_("Names were replaced by labels, the same label for the same name in all files of this copy. "
       "All numbers of statements, findings and records are those of the original. Commands in it "
       "do not run as they stand."),
    N_("redaction.json lists the labels with their reasons, and files of the original that are not "
       "part of this copy."),
};
#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static void print_sentence(const struct redaction *x, const char *language, size_t i,
                           struct ac_buf *out)
{
    char id[sizeof(x->report_id)], digest[sizeof(x->manifest)];
    struct ac_sentence s = {.msgid = sentences[i], .args = {id, digest}, .n = 2};

    memcpy(id, x->report_id, sizeof(id));
    memcpy(digest, x->manifest, sizeof(digest));
    ac_sentence_print(&s, ac_translate(language, sentences[i]), out);
}

/* A page of its own before the first, so that the others stay as they are. */
static void add_cover(const struct redaction *x, const char *language, struct ac_buf *out)
{
    for (size_t i = 0; i < SENTENCES; i++) {
        struct ac_buf text = {0};
        size_t next = 0;

        print_sentence(x, language, i, &text);
        for (size_t at = 0; at < text.n; at = next) {
            size_t n = ac_wrap_fit(ac_buf_str(&text), at, COLUMNS, &next);

            ac_buf_add(out, text.p + at, n);
            ac_buf_addc(out, '\n');
        }
        ac_buf_addc(out, '\n');
        out->failed |= text.failed;
        ac_buf_free(&text);
    }
    ac_buf_addc(out, '\f');
}

static void add_banner(const struct redaction *x, struct ac_buf *out)
{
    static const char *const languages[] = {"en", "ja"};

    for (size_t i = 0; i < SENTENCES; i++) {
        ac_buf_addz(out, "<p class=\"note\">");
        for (size_t l = 0; l < 2; l++) {
            ac_buf_addf(out, "<span lang=\"%s\" xml:lang=\"%s\">", languages[l], languages[l]);
            print_sentence(x, languages[l], i, out); /* ours: nothing in it has to be escaped */
            ac_buf_addz(out, "</span>");
        }
        ac_buf_addz(out, "</p>\n");
    }
}

/* ---- the forms */

static size_t redact_json_text(struct redaction *x, struct ac_str raw, size_t flags, bool state,
                               struct ac_buf *out)
{
    json_t *o = json_loadb(raw.p, raw.n, JSON_ALLOW_NUL, NULL);
    size_t labels = o ? ac_redact_json(&x->redact, o) : SIZE_MAX;
    char *text;

    if (o && state && json_is_object(o))
        json_object_set_new(o, "redacted", statement_of(x));
    text = o ? json_dumps(o, flags) : NULL;
    if (!text)
        labels = SIZE_MAX;
    else
        ac_buf_addz(out, text);
    ac_buf_addc(out, '\n');
    free(text);
    json_decref(o);
    return labels;
}

/* An object a line; the first of the records says what the file is. */
static size_t redact_jsonl(struct redaction *x, struct ac_str raw, struct ac_buf *out)
{
    size_t labels = 0;

    for (size_t at = 0; at < raw.n && labels != SIZE_MAX;) {
        struct ac_str line = {raw.p + at, raw.n - at};
        const char *feed = memchr(line.p, '\n', line.n);
        bool header = at == 0 && ac_str_istarts(line, AC_STR("{\"schema\":"));
        size_t n;

        line.n = feed ? (size_t)(feed - line.p) : line.n;
        n = redact_json_text(x, line, JSON_COMPACT, header, out);
        labels = n == SIZE_MAX ? n : labels + n;
        at += line.n + 1;
    }
    return labels;
}

enum form { FORM_NONE, FORM_REPORT, FORM_HTML, FORM_JSON, FORM_JSONL, FORM_LINES };

/* Ids in these are digests of names, in a namespace that everyone knows: who guesses a name can see that it is right.
 * Other ids would break what their standard promises, so they are not part of a copy. */
static bool has_guessable_ids(const char *name)
{
    return strcmp(name, "stix.json") == 0 || strcmp(name, "case.jsonld") == 0;
}

static enum form form_of(const char *name)
{
    static const struct {
        const char *ending;
        enum form form;
    } forms[] = {{".txt", FORM_REPORT},  {".html", FORM_HTML}, {".json", FORM_JSON},
                 {".jsonl", FORM_JSONL}, {".csv", FORM_LINES}, {".body", FORM_LINES}};
    struct ac_str s = ac_str_of(name);

    if (has_guessable_ids(name))
        return FORM_NONE;
    for (size_t i = 0; !strchr(name, '/') && i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (ac_str_iends(s, ac_str_of(forms[i].ending)))
            return forms[i].form;
    }
    return FORM_NONE;
}

static size_t redact_form(struct redaction *x, enum form form, struct ac_str raw,
                          struct ac_buf *out)
{
    switch (form) {
    case FORM_REPORT:
        return ac_redact_report(&x->redact, raw, out);
    case FORM_HTML:
        return ac_redact_html(&x->redact, raw, out);
    case FORM_JSON:
        return redact_json_text(x, raw, JSON_INDENT(1), true, out);
    case FORM_JSONL:
        return redact_jsonl(x, raw, out);
    case FORM_LINES:
        return ac_redact_lines(&x->redact, raw, out);
    case FORM_NONE:
        break;
    }
    return SIZE_MAX;
}

/* What was written is searched again: a copy that still has a name is not given out. JSON is not, for ids and digests
 * stay in it, which may hold the letters of a short name by chance. */
static enum ac_rc check(struct redaction *x, enum form form, const char *name, struct ac_str done,
                        struct ac_err *err)
{
    bool left = false;

    if (form == FORM_REPORT)
        left = ac_redact_report(&x->redact, done, NULL) != 0;
    else if (form == FORM_HTML)
        left = ac_redact_html(&x->redact, done, NULL) != 0;
    if (!left && (form == FORM_REPORT || form == FORM_LINES))
        left = ac_redact_lines(&x->redact, done, NULL) != 0;
    return !left
               ? AC_OK
               : AC_FAIL(err, AC_BUG, AC_NO_OFFSET, "%s still holds a name after redaction", name);
}

/* What the copy says of itself, after the search: a name may be a word of it. */
static enum ac_rc write_copy(const struct redaction *x, enum form form, const char *name,
                             struct ac_str done, struct ac_err *err)
{
    static const char place[] = "<div id=\"page\">\n";
    struct ac_buf out = {0};
    const char *found = form == FORM_HTML ? memmem(done.p, done.n, place, strlen(place)) : done.p;
    size_t at = found && form == FORM_HTML ? (size_t)(found - done.p) + strlen(place) : 0;
    enum ac_rc rc;

    ac_buf_add(&out, done.p, at);
    if (form == FORM_REPORT)
        add_cover(x, strstr(name, ".ja.") ? "ja" : "en", &out);
    else if (form == FORM_HTML)
        add_banner(x, &out);
    ac_buf_add(&out, done.p + at, done.n - at);
    rc = found || !done.n
             ? ac_report_put(x->to, name, &out, err)
             : AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "%s is no report of aftercheck", name);
    ac_buf_free(&out);
    return rc;
}

static enum ac_rc redact_file(struct redaction *x, const char *name, struct ac_err *err)
{
    struct ac_buf raw = {0}, out = {0};
    enum form form = form_of(name);
    enum ac_rc rc;

    if (form == FORM_NONE) {
        json_array_append_new(x->left_out, json_string(name));
        return AC_OK;
    }
    rc = load(x->from, name, &raw, err);
    if (rc == AC_OK && redact_form(x, form, ac_buf_str(&raw), &out) == SIZE_MAX)
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "%s is not what its name says, or too large",
                     name);
    if (rc == AC_OK)
        rc = check(x, form, name, ac_buf_str(&out), err);
    if (rc == AC_OK && out.failed)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for %s", name);
    if (rc == AC_OK)
        rc = write_copy(x, form, name, ac_buf_str(&out), err);
    ac_buf_free(&raw);
    ac_buf_free(&out);
    return rc;
}

/* ---- the folder */

/* Each line of the manifest: a digest, two blanks, a name. */
static enum ac_rc redact_all(struct redaction *x, struct ac_err *err)
{
    struct ac_buf manifest = {0};
    enum ac_rc rc = load(x->from, "manifest.sha256", &manifest, err);

    for (size_t at = 0; rc == AC_OK && at < manifest.n;) {
        size_t n = strcspn(manifest.p + at, "\n");

        manifest.p[at + n] = '\0';
        if (n > 66)
            rc = redact_file(x, manifest.p + at + 66, err);
        at += n + 1;
    }
    ac_buf_free(&manifest);
    return rc;
}

static enum ac_rc write_list(const struct redaction *x, struct ac_err *err)
{
    json_t *o = statement_of(x), *labels = json_object_get(o, "labels");
    struct ac_buf text = {0};
    char *json;
    enum ac_rc rc;

    json_object_set_new(o, "schema", json_string("aftercheck-redaction/1"));
    for (size_t i = 0; i < json_array_size(labels); i++)
        ac_json_int(json_array_get(labels, i), "count", (int64_t)ac_redact_count(&x->redact, i));
    json_object_set(o, "left_out", x->left_out);
    json = json_dumps(o, JSON_INDENT(1));
    ac_buf_addf(&text, "%s\n", json ? json : "");
    rc = json ? ac_report_put(x->to, "redaction.json", &text, err)
              : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for redaction.json");
    free(json);
    json_decref(o);
    ac_buf_free(&text);
    return rc;
}

/* Which report it is stands in the head of its first page. */
static enum ac_rc identify(struct redaction *x, struct ac_err *err)
{
    struct ac_buf manifest = {0}, text = {0};
    enum ac_rc rc = load(x->from, "manifest.sha256", &manifest, err);
    const char *id;

    if (rc == AC_OK)
        rc = load(x->from, "report.en.txt", &text, err);
    ac_hash_hex(AC_SHA256, ac_buf_text(&manifest), manifest.n, x->manifest);
    id = strstr(ac_buf_text(&text), "AC-");
    if (rc == AC_OK && (!id || id - text.p > COLUMNS))
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "report.en.txt has no report id");
    if (rc == AC_OK && strstr(ac_buf_text(&manifest), "  redaction.json\n"))
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "it is a redacted copy itself");
    if (rc == AC_OK)
        snprintf(x->report_id, sizeof(x->report_id), "%.*s", (int)strspn(id, "AC-0123456789abcdef"),
                 id);
    ac_buf_free(&manifest);
    ac_buf_free(&text);
    return rc;
}

static void print_difference(void *context, const char *file, const char *state)
{
    (void)context;
    if (strncmp(file, "manifest.sha256.", 16) != 0)
        ac_cli_message("%s: %s", file, state);
}

static enum ac_rc prepare(struct redaction *x, struct ac_err *err)
{
    enum ac_rc rc = ac_manifest_verify(x->from, print_difference, NULL, err);

    if (rc == AC_OK)
        rc = identify(x, err);
    if (rc == AC_OK)
        rc = read_names(x, err);
    if (rc == AC_OK && x->accounts)
        rc = add_accounts(x, err);
    if (rc == AC_OK && x->redact.n == 0)
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "there is no name to replace");
    return rc == AC_OK ? ac_redact_ready(&x->redact, err) : rc;
}

/* The copy has a folder of its own: nothing of another report can be in it, nor can it be in the report, which would no
 * longer be as its manifest lists it. */
static enum ac_rc make_folder(const char *dir, char *report, struct ac_err *err)
{
    if (ac_job_is_evidence(dir, &report, 1))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "it lies in the report; nothing is written there");
    return mkdir(dir, 0777) == 0 ? AC_OK
                                 : AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                                           "the folder cannot be made: %s", strerrordesc_np(errno));
}

static int redact(struct redaction *x)
{
    struct ac_err err = {0};
    enum ac_rc rc = prepare(x, &err);
    int status;

    if (rc != AC_OK) {
        ac_cli_complain(x->from, &err);
        return rc == AC_CORRUPT                   ? AC_STATUS_FOUND
               : rc == AC_USAGE || rc == AC_LIMIT ? AC_STATUS_USAGE
               : rc == AC_NOMEM || rc == AC_BUG   ? AC_STATUS_INTERNAL
                                                  : AC_STATUS_UNUSABLE;
    }
    if (make_folder(x->to, x->from, &err) != AC_OK) {
        ac_cli_complain(x->to, &err);
        return AC_STATUS_USAGE;
    }
    x->left_out = json_array();
    rc = redact_all(x, &err);
    if (rc == AC_OK)
        rc = write_list(x, &err);
    if (rc == AC_OK)
        rc = ac_manifest_write(x->to, &err);
    status = rc == AC_OK ? AC_STATUS_OK : AC_STATUS_INTERNAL;
    if (rc != AC_OK)
        ac_cli_complain(x->to, &err);
    else if (!x->quiet)
        printf("%s/redaction.json\n", x->to);
    json_decref(x->left_out);
    return status;
}

enum { OPT_HELP = 256, OPT_NAMES, OPT_ACCOUNTS };

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},      {"names", required_argument, NULL, OPT_NAMES},
    {"accounts", no_argument, NULL, OPT_ACCOUNTS}, {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, OPT_HELP},         {NULL, 0, NULL, 0},
};

int ac_cli_redact(int argc, char **argv)
{
    struct redaction x = {0};
    int c, status;

    while ((c = getopt_long(argc, argv, "o:q", long_options, NULL)) != -1) {
        switch (c) {
        case 'o':
            x.to = optarg;
            break;
        case 'q':
            x.quiet = true;
            break;
        case OPT_NAMES:
            x.names = optarg;
            break;
        case OPT_ACCOUNTS:
            x.accounts = true;
            break;
        case OPT_HELP:
            return ac_cli_help(
                "redact",
                "  -o, --output DIR       folder to make for the copy\n"
                "      --names FILE       names to replace, one a line; behind a tab the reason\n"
                "      --accounts         replace the names of all accounts in the "
                "records\n" AC_COMMON_HELP);
        default:
            fprintf(stderr, "Try \"aftercheck redact --help\".\n");
            return AC_STATUS_USAGE;
        }
    }
    if (argc - optind != 1)
        return ac_cli_usage("redact", "redact takes one report folder");
    if (!x.to || (!x.names && !x.accounts))
        return ac_cli_usage("redact", "-o, and --names or --accounts, are missing");
    x.from = argv[optind];
    status = redact(&x);
    ac_redact_free(&x.redact);
    return status;
}
