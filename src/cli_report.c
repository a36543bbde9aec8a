/* report: documents from records, without the evidence. */
#include "cli_job.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- several records files: ids of the later ones move on, so that each stands for one thing */

static uint64_t id_number(const char *id)
{
    return strncmp(id, "R-", 2) == 0 ? strtoull(id + 2, NULL, 10) : 0;
}

static void move_id(char ret[24], const char *id, uint64_t by)
{
    snprintf(ret, 24, "R-%06" PRIu64, id_number(id) + by);
}

static void move_links(struct ac_record *r, uint64_t by)
{
    const json_t *actions = ac_record_get_json(r, "actions");
    char id[24];

    if (ac_schema_field(ac_schema_of(ac_record_kind(r)), "target_file") &&
        ac_record_get(r, "target_file")[0]) {
        move_id(id, ac_record_get(r, "target_file"), by);
        ac_record_textz(r, "target_file", id);
    }
    for (size_t i = 0; ac_record_kind(r) == AC_KIND_TASK && i < json_array_size(actions); i++) {
        json_t *action = json_array_get(actions, i);
        const char *old = json_string_value(json_object_get(action, "target_file"));

        if (old) {
            move_id(id, old, by);
            ac_json_textz(action, "target_file", id);
        }
    }
}

static json_t *evidence_of(const json_t *header)
{
    return json_object_get(json_object_get(header, "options"), "evidence");
}

static bool has_evidence(const json_t *list, const char *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *known = json_string_value(json_object_get(json_array_get(list, i), "id"));

        if (known && strcmp(known, id) == 0)
            return true;
    }
    return false;
}

static void rename_evidence(struct ac_records *records, size_t from, const char *old,
                            const char *new)
{
    for (size_t i = from; i < records->n; i++) {
        if (strcmp(ac_record_prov(records->items[i], "evidence"), old) == 0)
            ac_record_prov_textz(records->items[i], "evidence", new);
    }
}

/* Joins the header and the records from `from` on to what was read before. */
static void join(struct ac_records *records, size_t from, uint64_t by, json_t *header,
                 const json_t *one)
{
    json_t *known = evidence_of(header);
    const json_t *added = evidence_of(one);

    for (size_t i = from; i < records->n; i++) {
        char id[24];

        move_id(id, ac_record_id(records->items[i]), by);
        ac_record_set_id(records->items[i], id);
        move_links(records->items[i], by);
    }
    for (size_t i = 0; i < json_array_size(added); i++) {
        json_t *e = json_deep_copy(json_array_get(added, i));
        const char *old = json_string_value(json_object_get(e, "id"));
        char id[24];

        if (old && has_evidence(known, old)) {
            snprintf(id, sizeof(id), "E%zu", json_array_size(known) + 1);
            rename_evidence(records, from, old, id);
            ac_json_textz(e, "id", id);
        }
        json_array_append_new(known, e);
    }
}

/* How many records of this evidence there are, and how many there must be (-1: the row that says it is missing). */
static void count_records(const struct ac_records *records, size_t from, const char *id,
                          int64_t *ret_there, int64_t *ret_must)
{
    *ret_there = 0;
    *ret_must = -1;
    for (size_t i = from; i < records->n; i++) {
        const struct ac_record *r = records->items[i];

        if (strcmp(ac_record_prov(r, "evidence"), id) != 0)
            continue;
        if (ac_is_records_count(r))
            *ret_must = ac_record_get_int(r, "entries");
        else
            ++*ret_there;
    }
}

/* Records that are missing may be the ones that matter: a problem, and a collection that is not whole. */
static enum ac_rc say_missing(struct ac_records *records, const char *path, const char *id,
                              struct ac_err *err)
{
    const char *slash = strrchr(path, '/');
    struct ac_record *row = ac_record_new(AC_KIND_SOURCE);
    enum ac_rc rc =
        ac_sink_problem(&records->sink, ac_str_of(slash ? slash + 1 : path), AC_TRUNCATED,
                        AC_NO_OFFSET, "everything that is not listed as read was not examined",
                        "records of evidence %s are missing: the file was cut or changed", id);

    ac_record_textz(row, "source", "collection");
    ac_record_textz(row, "name", id);
    ac_record_bool(row, "present", true);
    ac_record_textz(row, "read", "partial");
    ac_record_textz(row, "reason", "records are missing");
    ac_record_prov_textz(row, "evidence", id);
    if (rc == AC_OK)
        return ac_sink_emit(&records->sink, row, err);
    ac_record_free(row);
    return rc;
}

static enum ac_rc check_whole(struct ac_records *records, size_t from, const json_t *header,
                              const char *path, struct ac_err *err)
{
    const json_t *list = evidence_of(header);
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < json_array_size(list); i++) {
        const char *id = json_string_value(json_object_get(json_array_get(list, i), "id"));
        int64_t there, must;

        count_records(records, from, id ? id : "", &there, &must);
        if (there != must)
            rc = say_missing(records, path, id ? id : "", err);
    }
    return rc;
}

static enum ac_rc read_records(const char *path, struct ac_records *records, json_t **header,
                               struct ac_err *err)
{
    uint64_t last = records->n ? id_number(ac_record_id(records->items[records->n - 1])) : 0;
    size_t before = records->n;
    FILE *f = fopen(path, "r");
    json_t *one = NULL;
    enum ac_rc rc;

    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", path, strerrordesc_np(errno));
    rc = ac_records_read(f, records, &one, err);
    fclose(f);
    if (rc == AC_OK)
        rc = check_whole(records, before, one, path, err);
    if (rc != AC_OK) {
        json_decref(one);
        return AC_WRAP(err, rc, AC_NO_OFFSET, "%s", path);
    }
    if (!*header) {
        *header = one;
        return AC_OK;
    }
    join(records, before, last, *header, one);
    json_decref(one);
    return AC_OK;
}

static enum ac_rc copy_records(const struct ac_job *j, const struct ac_records *records,
                               const json_t *header, struct ac_err *err)
{
    FILE *f = ac_job_open(j->output, "records.jsonl", "w", err);
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

/* Extracted files in the folder belong to the records in it; when those are replaced they go, too. A report elsewhere has
 * none beside it, whatever the run of the records wrote. */
static void clear_others(const struct ac_job *j, char **files, int n)
{
    const char *output = j->output;
    struct ac_buf path = {0};
    char *own, *one = n == 1 ? realpath(files[0], NULL) : NULL;

    ac_buf_addf(&path, "%s/records.jsonl", output);
    own = realpath(ac_buf_text(&path), NULL);
    if (!own || !one || strcmp(own, one) != 0)
        ac_job_clear_artefacts(output);
    if (j->run && !ac_job_is_artefacts(output))
        json_object_del(j->run, "extracted");
    free(own);
    free(one);
    ac_buf_free(&path);
}

/* What ran is known, or it is not: then run.json of an earlier report in the folder is of something else. */
static enum ac_rc write_run(const struct ac_job *j, struct ac_err *err)
{
    struct ac_buf path = {0};

    if (j->run)
        return ac_job_write_run(j->output, j->run, err);
    ac_buf_addf(&path, "%s/run.json", j->output);
    unlink(ac_buf_text(&path));
    ac_buf_free(&path);
    return AC_OK;
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
    struct ac_job j;
    struct ac_records records;
    struct ac_err err = {0};
    json_t *header = NULL;
    enum ac_rc rc = AC_OK;
    int status =
        ac_job_options(&j, argc, argv,
                       "  -o, --output DIR       report folder to write\n" AC_RULE_HELP AC_CASE_HELP
                           AC_COMMON_HELP);

    if (status < 0 && j.n_expected)
        status = ac_cli_usage("report", "--expect-hash belongs to scan and collect");
    if (status < 0 && j.extract)
        status = ac_cli_usage("report", "--extract belongs to scan: it needs the evidence");
    if (status < 0)
        status = ac_job_read_human(&j, "report");
    if (status >= 0) {
        ac_job_end(&j);
        return status;
    }
    ac_records_init(&records, NULL);
    for (int i = optind; rc == AC_OK && i < argc; i++)
        rc = read_records(argv[i], &records, &header, &err);
    if (rc == AC_OK) /* read first: the records may lie in the very folder that is written */
        j.run = argc - optind == 1 ? ac_job_read_run_beside(argv[optind]) : NULL;
    if (rc == AC_OK)
        rc = ac_job_make_folder(j.output, &err);
    if (rc == AC_OK)
        clear_others(&j, argv + optind, argc - optind);
    if (rc == AC_OK)
        rc = copy_records(&j, &records, header, &err);
    ac_job_note_rules(&j);
    if (rc == AC_OK)
        rc = write_run(&j, &err);
    if (rc != AC_OK) {
        ac_cli_complain("report", &err);
        status = rc == AC_USAGE   ? AC_STATUS_USAGE
                 : rc == AC_NOMEM ? AC_STATUS_INTERNAL
                                  : AC_STATUS_UNUSABLE;
    } else {
        status = ac_job_finish(&j, &records, header, count_unusable(&records));
    }
    json_decref(j.run);
    json_decref(header);
    ac_records_free(&records);
    ac_job_end(&j);
    return status;
}
