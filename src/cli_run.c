/* run.json: what differs from run to run, beside the records that it belongs to. */
#include "cli_job.h"

#include "base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

            ac_json_bytes(one, "path", full ? full : lists[l]->items[i]);
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
    ac_json_bytes(run, "records", last_component(records_path));
    if (access(ac_buf_text(&path), F_OK) == 0 &&
        (!name || strcmp(name, last_component(records_path)) != 0))
        ac_cli_message("%s: belongs to other records and is left alone", ac_buf_text(&path));
    else if (json_dump_file(run, ac_buf_text(&path), JSON_INDENT(2)) != 0)
        ac_cli_message("%s: could not be written", ac_buf_text(&path));
    json_decref(old);
    ac_buf_free(&path);
}
