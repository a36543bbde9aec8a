#include "cli_job.h"

#include "assess/assess.h"
#include "base/content_scanner.h"
#include "notice_file.h"
#include "report/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        ac_json_bytes(e, places ? "path" : "name", places || !slash ? place : slash + 1);
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

/* ---- the documents */

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
