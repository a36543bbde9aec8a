/* scan and collect: the main job and its first half. */
#include "cli_job.h"

#include "assess/assess.h"
#include "base/content_scanner.h"
#include "collect/collect.h"
#include "collect/evidence_state.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

/* The last record of an item says how many it has, so that a file that was cut is not taken for whole. */
static enum ac_rc send_count(struct ac_records *records, const char *id, const char *path,
                             uint64_t count, uint64_t *next_id, struct ac_err *err)
{
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);
    const char *slash = strrchr(path, '/');
    struct ac_buf name = {0};
    char record_id[24];

    snprintf(record_id, sizeof(record_id), "R-%06" PRIu64, (*next_id)++);
    path = slash && slash[1] ? slash + 1 : path;
    ac_text_from_utf8((struct ac_view){(const uint8_t *)path, strlen(path), 0}, &name, NULL);
    if (r)
        ac_record_set_id(r, record_id);
    ac_record_textz(r, "source", AC_RECORDS_COUNT);
    ac_record_text(r, "name", ac_buf_str(&name));
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", "complete");
    ac_record_int(r, "entries", (int64_t)count);
    ac_record_prov_textz(r, "evidence", id);
    ac_buf_free(&name);
    return ac_sink_emit(&records->sink, r, err);
}

/* Whether somebody wrote to the evidence while it was read: into the item of the run. */
static void compare_state(json_t *item, const char *path, const json_t *before)
{
    json_t *after = ac_evidence_state(path);

    if (json_object_size(before) > 0) {
        ac_json_int(item, "files", (int64_t)json_object_size(before));
        ac_json_bool(item, "unchanged", json_equal(before, after));
        if (!json_equal(before, after))
            ac_cli_message("%s: a file of it was changed while it was read", path);
    }
    json_decref(after);
}

/* All evidence items into `records`; *ret_unusable counts those of which nothing could be examined. */
static enum ac_rc collect_all(const struct ac_job *j, char **items, int n,
                              struct ac_records *records, int *ret_unusable, struct ac_err *err)
{
    struct meter meter = {.on = !j->quiet && isatty(STDERR_FILENO)};
    struct ac_content_scanner scanner;
    uint64_t next_id = 1;
    enum ac_rc rc = AC_OK;

    for (int i = 0; rc == AC_OK && i < n; i++) {
        char id[24];
        struct ac_expected_hash expected[AC_MAX_EXPECTED_HASHES];
        struct ac_collect_options o = {.path = items[i],
                                       .verify = j->verify,
                                       .expected = expected,
                                       .n_expected = ac_job_expected_of(j, (size_t)i, expected),
                                       .scanner =
                                           ac_rule_set_scanner(j->set, &scanner) ? &scanner : NULL,
                                       .deep = j->deep,
                                       .list_accounts = j->list_accounts,
                                       .progress = show_progress,
                                       .context = &meter};
        struct ac_collect_result result = {0};
        json_t *before = ac_evidence_state(items[i]),
               *item = json_array_get(json_object_get(j->run, "evidence"), (size_t)i);

        snprintf(id, sizeof(id), "E%d", i + 1);
        o.evidence_id = j->evidence_id && n == 1 ? j->evidence_id : id;
        ac_run_info_now(item, "started");
        rc = ac_collect(&o, &next_id, &records->sink, &result, err);
        if (rc == AC_OK)
            rc = send_count(records, o.evidence_id, items[i], result.records, &next_id, err);
        *ret_unusable += rc == AC_OK && !result.usable;
        ac_run_info_now(item, "ended");
        compare_state(item, items[i], before);
        json_decref(before);
    }
    end_progress(&meter);
    return rc;
}

#define MOST_SAID 10 /* problems on the screen; the report has all of them */

static void print_problems(const struct ac_job *j, const struct ac_records *records)
{
    size_t n = 0;

    for (size_t i = 0; i < records->n; i++) {
        const struct ac_record *r = records->items[i];

        if (ac_record_kind(r) != AC_KIND_PROBLEM)
            continue;
        if (strcmp(ac_record_get(r, "class"), "unusable") == 0 || (!j->quiet && n < MOST_SAID))
            ac_cli_message("%s: %s", ac_record_get(r, "where"), ac_record_get(r, "what"));
        n++;
    }
    if (n > MOST_SAID && !j->quiet)
        ac_cli_message("%zu problems in all; the records have each of them", n);
}

static int scan_into_folder(struct ac_job *j, char **items, int n)
{
    struct ac_records records;
    struct ac_err err = {0};
    json_t *header = ac_job_header(j, items, n);
    int unusable = 0, status = AC_STATUS_INTERNAL;
    FILE *f = ac_job_open(j->output, "records.jsonl", "w", &err);
    enum ac_rc rc = f ? ac_records_write_header(f, header, &err) : AC_IO;

    ac_records_init(&records, f);
    if (rc == AC_OK)
        rc = collect_all(j, items, n, &records, &unusable, &err);
    if (f && fclose(f) != 0 && rc == AC_OK)
        rc = AC_FAIL(&err, AC_IO, AC_NO_OFFSET, "records.jsonl could not be written");
    records.copy = NULL;
    ac_run_info_now(j->run, "ended");
    ac_job_note_rules(j);
    if (rc == AC_OK)
        rc = ac_job_write_run(j->output, j->run, &err);
    if (rc != AC_OK)
        ac_cli_complain(j->output, &err);
    else
        status = ac_job_finish(j, &records, header, unusable);
    print_problems(j, &records);
    json_decref(header);
    ac_records_free(&records);
    return status;
}

static int scan(struct ac_job *j, int argc, char **argv)
{
    struct ac_err err = {0};
    int status;

    if (ac_job_is_evidence(j->output, argv + optind, argc - optind))
        return ac_cli_usage("scan", "%s is evidence or lies in it; nothing is written there",
                            j->output);
    if (ac_job_make_folder(j->output, &err) != AC_OK) {
        ac_cli_complain(j->output, &err);
        return err.rc == AC_USAGE ? AC_STATUS_USAGE : AC_STATUS_INTERNAL;
    }
    ac_job_clear_artefacts(j->output);
    j->items = argv + optind;
    j->n_items = argc - optind;
    j->run = ac_run_info(argc, argv);
    json_object_set_new(j->run, "evidence", ac_job_evidence(j, argv + optind, argc - optind, true));
    status = scan_into_folder(j, argv + optind, argc - optind);
    json_decref(j->run);
    return status;
}

int ac_cli_scan(int argc, char **argv)
{
    struct ac_job j;
    int status = ac_job_options(
        &j, argc, argv,
        "  -o, --output DIR       report folder to write\n" AC_COLLECT_HELP
        "      --evidence-id ID   name of the evidence in the report (default E1, E2 "
        "...)\n"
        "      --extract          copy artefacts, and files that findings name, to "
        "DIR/artefacts\n" AC_EXPECT_HELP AC_RULE_HELP AC_CASE_HELP AC_COMMON_HELP);

    if (status < 0)
        status = ac_job_read_expected(&j, "scan", argv + optind, argc - optind);
    if (status < 0)
        status = ac_job_read_human(&j, "scan");
    if (status < 0)
        status = scan(&j, argc, argv);
    ac_job_end(&j);
    return status;
}

static int collect(struct ac_job *j, int argc, char **argv)
{
    struct ac_records records;
    struct ac_err err = {0};
    int unusable = 0, status;
    json_t *header;
    FILE *f;
    enum ac_rc rc;

    if (ac_job_is_evidence(j->output, argv + optind, argc - optind) ||
        !ac_job_may_overwrite(j->output))
        return ac_cli_usage("collect",
                            "%s is evidence, or a file that holds no records; it is left alone",
                            j->output);
    header = ac_job_header(j, argv + optind, argc - optind);
    j->run = ac_run_info(argc, argv);
    json_object_set_new(j->run, "evidence", ac_job_evidence(j, argv + optind, argc - optind, true));
    f = fopen(j->output, "w");
    rc = f ? ac_records_write_header(f, header, &err)
           : AC_FAIL(&err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(errno));
    ac_records_init(&records, f);
    if (rc == AC_OK)
        rc = collect_all(j, argv + optind, argc - optind, &records, &unusable, &err);
    if (f && fclose(f) != 0 && rc == AC_OK)
        rc = AC_FAIL(&err, AC_IO, AC_NO_OFFSET, "could not be written");
    if (rc != AC_OK) {
        ac_cli_complain(j->output, &err);
        status = AC_STATUS_INTERNAL;
    } else {
        struct ac_assessment none = {.records = records.items, .n_records = records.n};

        status = unusable ? AC_STATUS_UNUSABLE : ac_collection_status(&none);
        ac_run_info_now(j->run, "ended");
        ac_job_write_run_beside(j->output, j->run);
    }
    json_decref(j->run);
    print_problems(j, &records);
    json_decref(header);
    ac_records_free(&records);
    return status;
}

int ac_cli_collect(int argc, char **argv)
{
    struct ac_job j;
    int status = ac_job_options(
        &j, argc, argv,
        "  -o, --output FILE      records file to write (JSON lines)\n" AC_COLLECT_HELP
        "      --evidence-id ID   name of the evidence (default E1, E2 ...)\n" AC_EXPECT_HELP
            AC_RULE_HELP AC_COMMON_HELP);

    if (status < 0 && (j.notice || j.human.n || j.human.file))
        status = ac_cli_usage("collect", "--notice, --case and the like belong to scan and report");
    if (status < 0 && (j.extract || j.sign_with))
        status = ac_cli_usage("collect", "--extract and --sign-with belong to scan");
    if (status < 0)
        status = ac_job_read_expected(&j, "collect", argv + optind, argc - optind);
    if (status < 0)
        status = collect(&j, argc, argv);
    ac_job_end(&j);
    return status;
}
