/* redact: a copy of a report folder in which names are replaced by labels. */
#include "cli_redact.h"

#include "report/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each line of the manifest: a digest, two blanks, a name. */
static enum ac_rc redact_all(struct ac_redaction *x, struct ac_err *err)
{
    struct ac_buf manifest = {0};
    enum ac_rc rc = ac_redaction_load(x->from, "manifest.sha256", &manifest, err);

    for (size_t at = 0; rc == AC_OK && at < manifest.n;) {
        size_t n = strcspn(manifest.p + at, "\n");

        manifest.p[at + n] = '\0';
        if (n > 66)
            rc = ac_redaction_file(x, manifest.p + at + 66, err);
        at += n + 1;
    }
    ac_buf_free(&manifest);
    return rc;
}

static enum ac_rc write_list(const struct ac_redaction *x, struct ac_err *err)
{
    json_t *o = ac_redaction_statement(x), *labels = json_object_get(o, "labels");
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
static enum ac_rc identify(struct ac_redaction *x, struct ac_err *err)
{
    struct ac_buf manifest = {0}, text = {0};
    enum ac_rc rc = ac_redaction_load(x->from, "manifest.sha256", &manifest, err);
    const char *id;

    if (rc == AC_OK)
        rc = ac_redaction_load(x->from, "report.en.txt", &text, err);
    ac_hash_hex(AC_SHA256, ac_buf_text(&manifest), manifest.n, x->manifest);
    id = strstr(ac_buf_text(&text), "AC-");
    if (rc == AC_OK && (!id || id - text.p > AC_REDACTION_COLUMNS))
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

static enum ac_rc prepare(struct ac_redaction *x, struct ac_err *err)
{
    enum ac_rc rc = ac_manifest_verify(x->from, print_difference, NULL, err);

    if (rc == AC_OK)
        rc = identify(x, err);
    if (rc == AC_OK)
        rc = ac_redaction_names(x, err);
    if (rc == AC_OK && x->accounts)
        rc = ac_redaction_accounts(x, err);
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

static int redact(struct ac_redaction *x)
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
    struct ac_redaction x = {0};
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
