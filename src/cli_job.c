#include "cli_job.h"

#include "assess/assess.h"
#include "base/content_scanner.h"
#include "base/hash.h"
#include "notice_file.h"
#include "report/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OPT_HELP = 256,
    OPT_CASE,
    OPT_EXAMINER,
    OPT_CASE_FIELD,
    OPT_CASE_FILE,
    OPT_EVIDENCE_ID,
    OPT_LANG,
    OPT_NOTICE,
    OPT_EXPECT_HASH,
    OPT_EXTRACT,
    OPT_SIGN_WITH,
    OPT_NO_VERIFY,
    OPT_DEEP,
    OPT_RULES,
    OPT_HASHES,
    OPT_NAMES,
    OPT_KNOWN_GOOD,
    OPT_LIST_ACCOUNTS
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"quiet", no_argument, NULL, 'q'},
    {"no-verify", no_argument, NULL, OPT_NO_VERIFY},
    {"case", required_argument, NULL, OPT_CASE},
    {"examiner", required_argument, NULL, OPT_EXAMINER},
    {"case-field", required_argument, NULL, OPT_CASE_FIELD},
    {"case-file", required_argument, NULL, OPT_CASE_FILE},
    {"evidence-id", required_argument, NULL, OPT_EVIDENCE_ID},
    {"notice", required_argument, NULL, OPT_NOTICE},
    {"list-accounts", no_argument, NULL, OPT_LIST_ACCOUNTS},
    {"expect-hash", required_argument, NULL, OPT_EXPECT_HASH},
    {"extract", no_argument, NULL, OPT_EXTRACT},
    {"sign-with", required_argument, NULL, OPT_SIGN_WITH},
    {"lang", required_argument, NULL, OPT_LANG},
    {"deep", no_argument, NULL, OPT_DEEP},
    {"rules", required_argument, NULL, OPT_RULES},
    {"hashes", required_argument, NULL, OPT_HASHES},
    {"names", required_argument, NULL, OPT_NAMES},
    {"known-good", required_argument, NULL, OPT_KNOWN_GOOD},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

/* The list that an option adds to; NULL: it is none of these. */
static struct ac_argument_list *rule_list(struct ac_job *j, int option)
{
    switch (option) {
    case OPT_RULES:
        return &j->rules.rules;
    case OPT_HASHES:
        return &j->rules.hashes;
    case OPT_NAMES:
        return &j->rules.names;
    case OPT_KNOWN_GOOD:
        return &j->rules.known_good;
    default:
        return NULL;
    }
}

static int read_options(struct ac_job *j, int argc, char **argv, const char *help)
{
    int c;

    while ((c = getopt_long(argc, argv, "o:q", long_options, NULL)) != -1) {
        switch (c) {
        case 'o':
            j->output = optarg;
            break;
        case 'q':
            j->quiet = true;
            break;
        case OPT_NO_VERIFY:
            j->verify = false;
            break;
        case OPT_DEEP:
            j->deep = true;
            break;
        case OPT_CASE:
            if (!ac_case_option(&j->human, AC_STR("case_id"), optarg))
                return ac_cli_usage(argv[0], "--case is given too often");
            break;
        case OPT_EXAMINER:
            if (!ac_case_option(&j->human, AC_STR("examiner"), optarg))
                return ac_cli_usage(argv[0], "--examiner is given too often");
            break;
        case OPT_CASE_FIELD:
            if (!ac_case_assignment(&j->human, optarg))
                return ac_cli_usage(argv[0], "--case-field takes FIELD=TEXT, not \"%s\"", optarg);
            break;
        case OPT_CASE_FILE:
            j->human.file = optarg;
            break;
        case OPT_EVIDENCE_ID:
            j->evidence_id = optarg;
            break;
        case OPT_NOTICE:
            j->notice = optarg;
            break;
        case OPT_LIST_ACCOUNTS:
            j->list_accounts = true;
            break;
        case OPT_EXPECT_HASH:
            if (j->n_expected == AC_MAX_EXPECTED_HASHES)
                return ac_cli_usage(argv[0], "--expect-hash is given too often");
            j->expected[j->n_expected++].text = optarg;
            break;
        case OPT_EXTRACT:
            j->extract = true;
            break;
        case OPT_SIGN_WITH:
            j->sign_with = optarg;
            break;
        case OPT_LANG:
            j->lang = optarg;
            break;
        case OPT_HELP:
            return ac_cli_help(argv[0], help);
        default:
            if (rule_list(j, c)) {
                if (!ac_argument_add(rule_list(j, c), optarg))
                    return AC_STATUS_INTERNAL;
                break;
            }
            fprintf(stderr, "Try \"aftercheck %s --help\".\n", argv[0]);
            return AC_STATUS_USAGE;
        }
    }
    if (strcmp(j->lang, "en") != 0 && strcmp(j->lang, "ja") != 0)
        return ac_cli_usage(argv[0], "--lang takes en or ja, not \"%s\"", j->lang);
    if (optind == argc)
        return ac_cli_usage(argv[0], "nothing to work on is named");
    if (!j->output)
        return ac_cli_usage(argv[0], "-o is missing: where to write");
    return ac_job_check_signing(j, argv[0]);
}

static int read_case(struct ac_job *j, const char *command)
{
    struct ac_err err = {0};
    enum ac_rc rc = ac_case_load(&j->human, &j->fields, &err);
    char text[2048];

    if (rc == AC_OK)
        return -1;
    if (rc != AC_NOMEM)
        return ac_cli_usage(command, "%s", ac_err_text(&err, text, sizeof(text)));
    ac_cli_complain(command, &err);
    return AC_STATUS_INTERNAL;
}

static int read_notices(struct ac_job *j, const char *command)
{
    struct ac_err err = {0};
    enum ac_rc rc = j->notice ? ac_notice_read(j->notice, &j->notices, &err) : AC_OK;

    if (rc == AC_OK)
        return -1;
    ac_notice_list_free(&j->notices);
    ac_cli_complain(j->notice, &err);
    if (rc == AC_NOMEM)
        return AC_STATUS_INTERNAL;
    return ac_cli_usage(command,
                        "the file of --notice must be a list as aftercheck(1) describes it");
}

int ac_job_read_human(struct ac_job *j, const char *command)
{
    int status = read_case(j, command);

    return status < 0 ? read_notices(j, command) : status;
}

/* -1: go on; otherwise the exit status. */
int ac_job_options(struct ac_job *j, int argc, char **argv, const char *help)
{
    int status;

    *j = (struct ac_job){.verify = true, .lang = "en"};
    status = read_options(j, argc, argv, help);
    if (status < 0)
        status = ac_rule_arguments_load(&j->rules, true, argv[0], &j->set);
    if (status < 0 && j->deep && !ac_rule_set_scanner(j->set, &(struct ac_content_scanner){0}))
        return ac_cli_usage(argv[0], "--deep needs rules that look at contents, see --rules");
    return status;
}

void ac_job_end(struct ac_job *j)
{
    ac_notice_list_free(&j->notices);
    ac_rule_set_free(j->set);
    j->set = NULL;
    ac_rule_arguments_free(&j->rules);
    json_decref(j->fields);
}

static void put_clean(json_t *o, const char *name, const char *text)
{
    struct ac_buf clean = {0};

    ac_text_from_utf8((struct ac_view){(const uint8_t *)text, strlen(text), 0}, &clean, NULL);
    ac_json_text(o, name, ac_buf_str(&clean));
    ac_buf_free(&clean);
}

/* The evidence items by id: with their names for the records, which are the same wherever the evidence lies,
 * with their places for the run. */
json_t *ac_job_evidence(const struct ac_job *j, char **items, int n, bool places)
{
    json_t *list = json_array();

    for (int i = 0; i < n; i++) {
        json_t *e = json_object();
        char id[24], *full = realpath(items[i], NULL), *place = full ? full : items[i];
        const char *slash = strrchr(place, '/');

        snprintf(id, sizeof(id), "E%d", i + 1);
        ac_json_textz(e, "id", j->evidence_id && n == 1 ? j->evidence_id : id);
        put_clean(e, places ? "path" : "name", places || !slash ? place : slash + 1);
        json_array_append_new(list, e);
        free(full);
    }
    return list;
}

static json_t *options_object(const struct ac_job *j, char **items, int n)
{
    json_t *o = json_object();

    ac_json_bool(o, "verify", j->verify);
    if (j->deep)
        ac_json_bool(o, "deep", true);
    if (j->list_accounts)
        ac_json_bool(o, "list_accounts", true);
    json_object_set_new(o, "evidence", ac_job_evidence(j, items, n, false));
    return o;
}

json_t *ac_job_header(const struct ac_job *j, char **items, int n)
{
    return ac_records_header(ac_tool_name(), ac_rule_set_digest(j->set),
                             options_object(j, items, n));
}

/* ---- writing the report folder */

FILE *ac_job_open(const char *dir, const char *name, const char *mode, struct ac_err *err)
{
    struct ac_buf path = {0};
    FILE *f;

    ac_buf_addf(&path, "%s/%s", dir, name);
    f = fopen(ac_buf_text(&path), mode);
    if (!f)
        AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", ac_buf_text(&path), strerrordesc_np(errno));
    ac_buf_free(&path);
    return f;
}

static bool has_report_name(const char *name)
{
    static const char *const names[] = {"records.jsonl", "run.json",          "report.en.txt",
                                        "report.ja.txt", "report.html",       "findings.json",
                                        "emocheck.json", "next-steps.en.txt", "next-steps.ja.txt",
                                        "findings.csv",  "autostarts.csv",    "stix.json",
                                        "case.jsonld",   "timeline.csv",      "timeline.jsonl",
                                        "timeline.body", "manifest.sha256"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i]);

        if (strncmp(name, names[i], n) == 0 &&
            (name[n] == '\0' || strcmp(name + n, AC_REPORT_PART) == 0))
            return true;
    }
    return strncmp(name, "manifest.sha256.", 16) == 0;
}

/* Names that a report folder has: what an earlier or an interrupted run left may be written over. A link leads to what is
 * none of the report. */
static bool is_report_file(const char *dir, int fd, const char *name)
{
    struct stat st;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (strcmp(name, AC_ARTEFACTS) == 0)
        return ac_job_is_artefacts(dir);
    return has_report_name(name) && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode);
}

static bool holds_a_report_only(const char *dir)
{
    DIR *d = opendir(dir);
    bool only = d != NULL;

    for (struct dirent *e; only && (e = readdir(d));)
        only = is_report_file(dir, dirfd(d), e->d_name);
    if (d)
        closedir(d);
    return only;
}

/* The real place of a file that may not be there yet: then of the folder it will be made in. Owned. */
static char *place_of(const char *path)
{
    char *copy = strdup(path), *slash, *place;

    while (copy && (slash = strrchr(copy, '/')) && slash[1] == '\0' && slash != copy)
        *slash = '\0';
    place = copy ? realpath(copy, NULL) : NULL;
    if (!place && copy) {
        slash = strrchr(copy, '/');
        if (slash)
            slash[slash == copy] = '\0';
        place = realpath(slash ? copy : ".", NULL);
    }
    free(copy);
    return place;
}

bool ac_job_is_evidence(const char *output, char **items, int n)
{
    char *place = place_of(output);
    bool is = false;

    for (int i = 0; place && i < n && !is; i++) {
        char *item = realpath(items[i], NULL);
        size_t len = item ? strlen(item) : 0;

        while (len > 0 && item[len - 1] == '/') /* the root of everything */
            len--;
        is = item && strncmp(place, item, len) == 0 && (place[len] == '\0' || place[len] == '/');
        free(item);
    }
    free(place);
    return is;
}

bool ac_job_may_overwrite(const char *path)
{
    static const char start[] = "{\"schema\":\"aftercheck-records/";
    char head[sizeof(start) - 1];
    struct stat st;
    size_t n;
    FILE *f;

    if (stat(path, &st) != 0 || (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) ||
        (S_ISREG(st.st_mode) && st.st_size == 0))
        return true;
    f = fopen(path, "rb");
    n = f ? fread(head, 1, sizeof(head), f) : 0;
    if (f)
        fclose(f);
    return n == sizeof(head) && memcmp(head, start, n) == 0;
}

/* Signatures over the manifest that is about to be replaced: they would be wrong. */
static void remove_signatures(const char *dir)
{
    DIR *d = opendir(dir);

    for (struct dirent *e; d && (e = readdir(d));) {
        if (strncmp(e->d_name, "manifest.sha256.", 16) == 0)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
}

enum ac_rc ac_job_make_folder(const char *dir, struct ac_err *err)
{
    int why;

    if (mkdir(dir, 0777) == 0)
        return AC_OK;
    why = errno;
    if (why == EEXIST && holds_a_report_only(dir)) {
        remove_signatures(dir);
        return AC_OK;
    }
    return why == EEXIST ? AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                                   "there is something that is no report folder; name another one")
                         : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(why));
}

/* The rules as this run found them: what findings.json says, and where the files lie. */
void ac_job_note_rules(const struct ac_job *j)
{
    const struct ac_argument_list *lists[] = {&j->rules.rules, &j->rules.hashes, &j->rules.names,
                                              &j->rules.known_good};
    json_t *o, *given = json_array();

    if (!j->run || getenv("SOURCE_DATE_EPOCH")) { /* nothing that differs between two runs */
        json_decref(given);
        return;
    }
    o = json_object();
    ac_json_textz(o, "sha256", ac_rule_set_digest(j->set));
    for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
        for (size_t i = 0; i < lists[l]->n; i++) {
            char *full = realpath(lists[l]->items[i], NULL);
            json_t *one = json_object();

            put_clean(one, "path", full ? full : lists[l]->items[i]);
            json_array_append_new(given, one);
            free(full);
        }
    }
    json_object_set_new(o, "given", given);
    json_object_set_new(j->run, "rules", o);
}

enum ac_rc ac_job_write_run(const char *dir, const json_t *run, struct ac_err *err)
{
    FILE *f = ac_job_open(dir, "run.json", "w", err);
    bool ok;

    if (!f)
        return AC_IO;
    ok = json_dumpf(run, f, JSON_INDENT(2)) == 0 && fputc('\n', f) != EOF;
    ok = fclose(f) == 0 && ok;
    return ok ? AC_OK : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "run.json could not be written");
}

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void run_path(const char *records_path, struct ac_buf *out)
{
    ac_buf_add(out, records_path, (size_t)(last_component(records_path) - records_path));
    ac_buf_addz(out, "run.json");
}

/* Does this run.json belong to records of that name? In report folders it names none: there is one file only. */
static bool belongs(const json_t *run, const char *records_path)
{
    const char *name = json_string_value(json_object_get(run, "records"));

    return !name || strcmp(name, last_component(records_path)) == 0;
}

json_t *ac_job_read_run_beside(const char *records_path)
{
    struct ac_buf path = {0};
    json_t *run;

    run_path(records_path, &path);
    run = json_load_file(ac_buf_text(&path), 0, NULL);
    ac_buf_free(&path);
    if (json_is_object(run) && belongs(run, records_path))
        return run;
    json_decref(run);
    return NULL;
}

void ac_job_write_run_beside(const char *records_path, json_t *run)
{
    json_t *old;
    struct ac_buf path = {0};
    const char *name;

    run_path(records_path, &path);
    old = json_load_file(ac_buf_text(&path), 0, NULL);
    name = json_string_value(json_object_get(old, "records"));
    put_clean(run, "records", last_component(records_path));
    if (access(ac_buf_text(&path), F_OK) == 0 &&
        (!name || strcmp(name, last_component(records_path)) != 0))
        ac_cli_message("%s: belongs to other records and is left alone", ac_buf_text(&path));
    else if (json_dump_file(run, ac_buf_text(&path), JSON_INDENT(2)) != 0)
        ac_cli_message("%s: could not be written", ac_buf_text(&path));
    json_decref(old);
    ac_buf_free(&path);
}

/* Says so when the Japanese report will be in English for want of its catalogue. */
static void check_catalogue(void)
{
    static const char known[] = "not found";

    if (ac_translate("ja", known) == known)
        ac_cli_message(
            "%s/locale: the Japanese catalogue is not there; report.ja.txt is in English",
            ac_data_directory());
}

static enum ac_rc write_report(const struct ac_job *j, struct ac_report_input *in,
                               struct ac_err *err)
{
    struct ac_notice_matches matches = {0};
    enum ac_rc rc = AC_OK;

    if (j->notice) {
        rc = ac_notices_match(in->assessment, &j->notices, &matches, err);
        in->notices = &j->notices;
        in->matches = &matches;
    }
    if (rc == AC_OK)
        rc = ac_report_write(in, j->output, err);
    ac_notices_free(&matches);
    in->matches = NULL;
    return rc;
}

/* Assesses and writes; the exit status. */
int ac_job_finish(struct ac_job *j, struct ac_records *records, const json_t *header, int unusable)
{
    struct ac_report_input in = {.header = header, .run = j->run};
    struct ac_assessment a;
    struct ac_err err = {0};
    enum ac_rc rc = ac_assess_with(j->set, records->items, records->n, &a, &err);
    int status = AC_STATUS_INTERNAL;

    if (rc == AC_OK) {
        in.assessment = &a;
        in.human = j->fields;
        check_catalogue();
        if (j->extract)
            rc = ac_job_extract(j, &a, &err);
        if (rc == AC_OK)
            rc = write_report(j, &in, &err);
        if (rc == AC_OK && j->sign_with)
            rc = ac_job_sign(j, &err);
        status = ac_assessment_status(&a);
        if (status != AC_STATUS_FOUND && unusable > 0)
            status = AC_STATUS_UNUSABLE;
        ac_assessment_free(&a);
    }
    if (rc != AC_OK) {
        ac_cli_complain(j->output, &err);
        status = AC_STATUS_INTERNAL;
    } else if (!j->quiet) {
        printf("%s/report.%s.txt\n", j->output, j->lang);
    }
    return status;
}
