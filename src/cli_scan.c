/* scan, collect and report: the main job and its two halves. */
#include "cli.h"

#include "assess/assess.h"
#include "base/hash.h"
#include "cli_case.h"
#include "collect/collect.h"
#include "records/jsonl.h"
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define COMMON_HELP                                                                                \
    "  -q, --quiet            no progress and no summary\n"                                        \
    "      --help             this text\n"
#define CASE_HELP                                                                                  \
    "      --case ID          case number for the report\n"                                        \
    "      --examiner NAME    who examines\n"                                                      \
    "      --case-file FILE   JSON object with what only a human can say (see aftercheck(1))\n"    \
    "      --lang en|ja       language of the summary on the screen (default en)\n"

struct job {
    const char *output, *lang;
    bool quiet, verify, no_verify_said;
    struct ac_case_options human;
    const char *evidence_id;
    json_t *run;
};

enum {
    OPT_HELP = 256,
    OPT_CASE,
    OPT_EXAMINER,
    OPT_CASE_FILE,
    OPT_EVIDENCE_ID,
    OPT_LANG,
    OPT_NO_VERIFY
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"quiet", no_argument, NULL, 'q'},
    {"no-verify", no_argument, NULL, OPT_NO_VERIFY},
    {"case", required_argument, NULL, OPT_CASE},
    {"examiner", required_argument, NULL, OPT_EXAMINER},
    {"case-file", required_argument, NULL, OPT_CASE_FILE},
    {"evidence-id", required_argument, NULL, OPT_EVIDENCE_ID},
    {"lang", required_argument, NULL, OPT_LANG},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

/* -1: go on; otherwise the exit status. */
static int parse_options(struct job *j, int argc, char **argv, const char *help)
{
    int c;

    *j = (struct job){.verify = true, .lang = "en"};
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
        case OPT_CASE:
            j->human.case_id = optarg;
            break;
        case OPT_EXAMINER:
            j->human.examiner = optarg;
            break;
        case OPT_CASE_FILE:
            j->human.case_file = optarg;
            break;
        case OPT_EVIDENCE_ID:
            j->evidence_id = optarg;
            break;
        case OPT_LANG:
            j->lang = optarg;
            break;
        case OPT_HELP:
            return ac_cli_help(argv[0], help);
        default:
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
    return -1;
}

/* ---- progress on a terminal */

struct meter {
    bool on, shown;
    struct timespec begun;
};

static void show_progress(void *context, const struct ac_collect_progress *p)
{
    struct meter *m = context;
    struct timespec now;
    double seconds;

    if (!m->on)
        return;
    if (m->begun.tv_sec == 0)
        clock_gettime(CLOCK_MONOTONIC, &m->begun);
    clock_gettime(CLOCK_MONOTONIC, &now);
    seconds =
        (double)(now.tv_sec - m->begun.tv_sec) + (double)(now.tv_nsec - m->begun.tv_nsec) / 1e9;
    m->shown = true;
    if (p->total && p->verified < p->total && seconds > 0.2) {
        double rate = (double)p->verified / seconds;

        fprintf(stderr, "\r\033[Kverifying %3.0f %%, %.0f MiB/s, %.0f s left",
                100.0 * (double)p->verified / (double)p->total, rate / 1048576,
                rate > 0 ? (double)(p->total - p->verified) / rate : 0.0);
    } else if (p->artefact) {
        struct ac_buf safe = {0};

        ac_text_safe(ac_str_of(p->artefact), &safe);
        fprintf(stderr, "\r\033[K%.70s", ac_buf_text(&safe));
        ac_buf_free(&safe);
    }
}

static void end_progress(struct meter *m)
{
    if (m->shown)
        fprintf(stderr, "\r\033[K");
}

/* ---- collecting */

static void put_clean(json_t *o, const char *name, const char *text)
{
    struct ac_buf clean = {0};

    ac_text_from_utf8((struct ac_view){(const uint8_t *)text, strlen(text), 0}, &clean, NULL);
    ac_json_text(o, name, ac_buf_str(&clean));
    ac_buf_free(&clean);
}

/* The evidence items by id: with their names for the records, which are the same wherever the evidence lies,
 * with their places for the run. */
static json_t *evidence_list(const struct job *j, char **items, int n, bool places)
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

static json_t *options_object(const struct job *j, char **items, int n)
{
    json_t *o = json_object();

    ac_json_bool(o, "verify", j->verify);
    json_object_set_new(o, "evidence", evidence_list(j, items, n, false));
    return o;
}

static json_t *make_header(const struct job *j, char **items, int n)
{
    char digest[AC_HASH_TEXT];

    ac_rules_digest(digest);
    return ac_records_header(ac_tool_name(), digest, options_object(j, items, n));
}

/* All evidence items into `records`; *ret_unusable counts those of which nothing could be examined. */
static enum ac_rc collect_all(const struct job *j, char **items, int n, struct ac_records *records,
                              int *ret_unusable, struct ac_err *err)
{
    struct meter meter = {.on = !j->quiet && isatty(STDERR_FILENO)};
    uint64_t next_id = 1;
    enum ac_rc rc = AC_OK;

    for (int i = 0; rc == AC_OK && i < n; i++) {
        char id[24];
        struct ac_collect_options o = {
            .path = items[i], .verify = j->verify, .progress = show_progress, .context = &meter};
        struct ac_collect_result result = {0};

        snprintf(id, sizeof(id), "E%d", i + 1);
        o.evidence_id = j->evidence_id && n == 1 ? j->evidence_id : id;
        rc = ac_collect(&o, &next_id, &records->sink, &result, err);
        *ret_unusable += rc == AC_OK && !result.usable;
    }
    end_progress(&meter);
    return rc;
}

static void print_problems(const struct ac_records *records)
{
    for (size_t i = 0; i < records->n; i++) {
        const struct ac_record *r = records->items[i];

        if (ac_record_kind(r) == AC_KIND_PROBLEM &&
            strcmp(ac_record_get(r, "class"), "unusable") == 0)
            ac_cli_message("%s: %s", ac_record_get(r, "where"), ac_record_get(r, "what"));
    }
}

/* ---- writing the report folder */

static FILE *open_in(const char *dir, const char *name, const char *mode, struct ac_err *err)
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

/* The folder is made; one that holds anything else than an earlier report is left alone. */
static enum ac_rc make_folder(const char *dir, struct ac_err *err)
{
    struct ac_buf old = {0};
    enum ac_rc rc = AC_OK;

    if (mkdir(dir, 0777) == 0)
        return AC_OK;
    if (errno != EEXIST)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(errno));
    ac_buf_addf(&old, "%s/manifest.sha256", dir);
    if (rmdir(dir) == 0)
        rc = mkdir(dir, 0777) == 0
                 ? AC_OK
                 : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(errno));
    else if (access(ac_buf_text(&old), F_OK) != 0)
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                     "the folder is not empty and holds no earlier report; name another one");
    ac_buf_free(&old);
    return rc;
}

static enum ac_rc write_run(const char *dir, const json_t *run, struct ac_err *err)
{
    FILE *f = open_in(dir, "run.json", "w", err);
    bool ok;

    if (!f)
        return AC_IO;
    ok = json_dumpf(run, f, JSON_INDENT(2)) == 0 && fputc('\n', f) != EOF;
    ok = fclose(f) == 0 && ok;
    return ok ? AC_OK : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "run.json could not be written");
}

/* Assesses and writes; the exit status. */
static int assess_and_write(struct job *j, struct ac_records *records, const json_t *header,
                            int unusable)
{
    struct ac_report_input in = {.header = header, .run = j->run};
    struct ac_assessment a;
    struct ac_err err = {0};
    json_t *human = ac_case_load(&j->human);
    enum ac_rc rc = ac_assess(records->items, records->n, &a, &err);
    int status = AC_STATUS_INTERNAL;

    if (rc == AC_OK) {
        in.assessment = &a;
        in.human = human;
        rc = ac_report_write(&in, j->output, &err);
        status = ac_assessment_status(&a);
        if (status != AC_STATUS_FOUND && unusable > 0)
            status = AC_STATUS_UNUSABLE;
    }
    if (rc != AC_OK) {
        ac_cli_complain(j->output, &err);
        status = AC_STATUS_INTERNAL;
    } else {
        ac_assessment_free(&a);
        if (!j->quiet)
            printf("%s/report.%s.txt\n", j->output, j->lang);
    }
    json_decref(human);
    return status;
}

static int scan_into_folder(struct job *j, char **items, int n)
{
    struct ac_records records;
    struct ac_err err = {0};
    json_t *header = make_header(j, items, n);
    int unusable = 0, status = AC_STATUS_INTERNAL;
    FILE *f = open_in(j->output, "records.jsonl", "w", &err);
    enum ac_rc rc = f ? ac_records_write_header(f, header, &err) : AC_IO;

    ac_records_init(&records, f);
    if (rc == AC_OK)
        rc = collect_all(j, items, n, &records, &unusable, &err);
    if (f && fclose(f) != 0 && rc == AC_OK)
        rc = AC_FAIL(&err, AC_IO, AC_NO_OFFSET, "records.jsonl could not be written");
    records.copy = NULL;
    ac_run_info_end(j->run);
    if (rc == AC_OK)
        rc = write_run(j->output, j->run, &err);
    if (rc != AC_OK)
        ac_cli_complain(j->output, &err);
    else
        status = assess_and_write(j, &records, header, unusable);
    print_problems(&records);
    json_decref(header);
    ac_records_free(&records);
    return status;
}

int ac_cli_scan(int argc, char **argv)
{
    struct job j;
    struct ac_err err = {0};
    int status =
        parse_options(&j, argc, argv,
                      "  -o, --output DIR       report folder to write\n"
                      "      --no-verify        do not read the whole image to verify its hashes\n"
                      "      --evidence-id ID   name of the evidence in the report (default E1, E2 "
                      "...)\n" CASE_HELP COMMON_HELP);

    if (status >= 0)
        return status;
    if (make_folder(j.output, &err) != AC_OK) {
        ac_cli_complain(j.output, &err);
        return err.rc == AC_USAGE ? AC_STATUS_USAGE : AC_STATUS_INTERNAL;
    }
    j.run = ac_run_info(argc, argv);
    json_object_set_new(j.run, "evidence", evidence_list(&j, argv + optind, argc - optind, true));
    status = scan_into_folder(&j, argv + optind, argc - optind);
    json_decref(j.run);
    return status;
}

int ac_cli_collect(int argc, char **argv)
{
    struct job j;
    struct ac_records records;
    struct ac_err err = {0};
    int unusable = 0,
        status = parse_options(
            &j, argc, argv,
            "  -o, --output FILE      records file to write (JSON lines)\n"
            "      --no-verify        do not read the whole image to verify its hashes\n"
            "      --evidence-id ID   name of the evidence (default E1, E2 ...)\n" COMMON_HELP);
    json_t *header;
    FILE *f;
    enum ac_rc rc;

    if (status >= 0)
        return status;
    header = make_header(&j, argv + optind, argc - optind);
    f = fopen(j.output, "w");
    rc = f ? ac_records_write_header(f, header, &err)
           : AC_FAIL(&err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(errno));
    ac_records_init(&records, f);
    if (rc == AC_OK)
        rc = collect_all(&j, argv + optind, argc - optind, &records, &unusable, &err);
    if (f && fclose(f) != 0 && rc == AC_OK)
        rc = AC_FAIL(&err, AC_IO, AC_NO_OFFSET, "could not be written");
    if (rc != AC_OK) {
        ac_cli_complain(j.output, &err);
        status = AC_STATUS_INTERNAL;
    } else {
        struct ac_assessment none = {.records = records.items, .n_records = records.n};

        status = unusable ? AC_STATUS_UNUSABLE : ac_collection_status(&none);
    }
    print_problems(&records);
    json_decref(header);
    ac_records_free(&records);
    return status;
}

/* ---- report from records */

static enum ac_rc read_records(const char *path, struct ac_records *records, json_t **header,
                               struct ac_err *err)
{
    FILE *f = fopen(path, "r");
    json_t *one = NULL;
    enum ac_rc rc;

    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", path, strerrordesc_np(errno));
    rc = ac_records_read(f, records, &one, err);
    fclose(f);
    if (rc != AC_OK)
        return AC_WRAP(err, rc, AC_NO_OFFSET, "%s", path);
    if (*header)
        json_decref(one);
    else
        *header = one;
    return AC_OK;
}

/* run.json beside the records: the run that collected them. */
static json_t *read_run_beside(const char *records_path)
{
    const char *slash = strrchr(records_path, '/');
    struct ac_buf path = {0};
    json_t *run;

    ac_buf_add(&path, records_path, slash ? (size_t)(slash - records_path) + 1 : 0);
    ac_buf_addz(&path, "run.json");
    run = json_load_file(ac_buf_text(&path), 0, NULL);
    ac_buf_free(&path);
    return run;
}

static enum ac_rc copy_records(const struct job *j, const struct ac_records *records,
                               const json_t *header, struct ac_err *err)
{
    FILE *f = open_in(j->output, "records.jsonl", "w", err);
    bool ok = f && ac_records_write_header(f, header, err) == AC_OK;

    for (size_t i = 0; ok && i < records->n; i++) {
        char *line = ac_record_print(records->items[i]);

        ok = line && fprintf(f, "%s\n", line) > 0;
        free(line);
    }
    if (f)
        ok = fclose(f) == 0 && ok;
    return ok ? AC_OK : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "records.jsonl could not be written");
}

static int count_unusable(const struct ac_records *records)
{
    int n = 0;

    for (size_t i = 0; i < records->n; i++)
        n += ac_record_kind(records->items[i]) == AC_KIND_PROBLEM &&
             strcmp(ac_record_get(records->items[i], "class"), "unusable") == 0;
    return n;
}

int ac_cli_report(int argc, char **argv)
{
    struct job j;
    struct ac_records records;
    struct ac_err err = {0};
    json_t *header = NULL;
    enum ac_rc rc = AC_OK;
    int status = parse_options(
        &j, argc, argv, "  -o, --output DIR       report folder to write\n" CASE_HELP COMMON_HELP);

    if (status >= 0)
        return status;
    ac_records_init(&records, NULL);
    for (int i = optind; rc == AC_OK && i < argc; i++)
        rc = read_records(argv[i], &records, &header, &err);
    if (rc == AC_OK) /* read first: the records may lie in the very folder that is written */
        j.run = read_run_beside(argv[optind]);
    if (rc == AC_OK)
        rc = make_folder(j.output, &err);
    if (rc == AC_OK)
        rc = copy_records(&j, &records, header, &err);
    if (rc == AC_OK && j.run)
        rc = write_run(j.output, j.run, &err);
    if (rc != AC_OK) {
        ac_cli_complain("report", &err);
        status = rc == AC_USAGE   ? AC_STATUS_USAGE
                 : rc == AC_NOMEM ? AC_STATUS_INTERNAL
                                  : AC_STATUS_UNUSABLE;
    } else {
        status = assess_and_write(&j, &records, header, count_unusable(&records));
    }
    json_decref(j.run);
    json_decref(header);
    ac_records_free(&records);
    return status;
}
