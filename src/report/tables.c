#include "report/tables.h"

#include "report/csv.h"
#include "report/finding_index.h"
#include "report/text_parts.h"

#include <string.h>

#define BOM "\xEF\xBB\xBF"

static void text_cell(struct ac_buf *out, const char *text)
{
    ac_csv_inert_cell(out, ac_str_of(text), false);
}

/* Empties the buffer, so that it can be filled for the next cell. */
static void buf_cell(struct ac_buf *out, struct ac_buf *text, bool last)
{
    ac_csv_inert_cell(out, ac_buf_str(text), last);
    out->failed |= text->failed;
    ac_buf_clear(text);
}

static enum ac_rc finish(const struct ac_buf *out, struct ac_err *err)
{
    return out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a table") : AC_OK;
}

/* ---- findings.csv */

static void places(const struct ac_finding *f, struct ac_buf *out)
{
    for (size_t i = 0; i < f->n_records; i++) {
        const struct ac_record *r = f->records[i];
        const char *key = ac_record_prov(r, "key");

        ac_buf_addf(out, "%s%s:%s%s%s", i ? "; " : "", ac_record_prov(r, "evidence"),
                    ac_record_prov(r, "path"), key[0] ? " " : "", key);
    }
}

static void finding_row(const struct ac_report_input *in, const struct ac_finding *f,
                        struct ac_buf *out)
{
    static const char *const languages[] = {"en", "ja"};
    struct ac_buf text = {0};
    struct ac_set seen = {0};

    text_cell(out, f->id);
    text_cell(out, f->rule->id);
    text_cell(out, f->rule->family);
    text_cell(out, ac_strength_name(f->strength));
    text_cell(out, f->generation);
    ac_text_users(f, &seen, &text);
    ac_set_free(&seen);
    buf_cell(out, &text, false);
    for (size_t l = 0; l < sizeof(languages) / sizeof(languages[0]); l++) {
        struct ac_text t = {.in = in, .a = in->assessment, .doc = {.language = languages[l]}};

        ac_text_finding(&t, f, &text);
        out->failed |= t.doc.failed;
        buf_cell(out, &text, false);
    }
    text_cell(out, f->rule->attack);
    for (size_t i = 0; i < f->n_records; i++)
        ac_buf_addf(&text, "%s%s", i ? " " : "", ac_record_id(f->records[i]));
    buf_cell(out, &text, false);
    places(f, &text);
    buf_cell(out, &text, true);
    ac_buf_free(&text);
}

enum ac_rc ac_tables_findings(const struct ac_report_input *in, struct ac_buf *out,
                              struct ac_err *err)
{
    const struct ac_assessment *a = in->assessment;

    ac_buf_addz(out, BOM "finding,rule,family,strength,generation,profiles,summary_en,summary_ja,"
                         "techniques,records,places\r\n");
    for (size_t i = 0; i < a->n_findings && !out->failed; i++)
        finding_row(in, a->findings[i], out);
    return finish(out, err);
}

/* ---- autostarts.csv */

static const char *const provenance[] = {"evidence", "system", "snapshot", "path",
                                         "mft",      "key",    "value",    "key_last_written",
                                         "state",    "sha256"};

static void ids(const struct ac_finding_index *index, const struct ac_record *r, struct ac_buf *out)
{
    struct ac_buf text = {0};

    text_cell(out, ac_record_id(r));
    ac_finding_index_ids(index, r, &text);
    buf_cell(out, &text, false);
    ac_buf_free(&text);
}

static void bool_cell(struct ac_buf *out, const struct ac_record *r, const char *field)
{
    const json_t *value = ac_record_get_json(r, field);

    text_cell(out, !value ? "" : json_is_true(value) ? "yes" : "no");
}

static void place(const struct ac_record *r, struct ac_buf *out)
{
    size_t n = sizeof(provenance) / sizeof(provenance[0]);

    for (size_t i = 0; i < n; i++)
        ac_csv_inert_cell(out, ac_str_of(ac_record_prov(r, provenance[i])), i + 1 == n);
}

static void autostart_row(const struct ac_finding_index *index, const struct ac_record *r,
                          struct ac_buf *out)
{
    static const char *const fields[] = {"mechanism", "location", "name", "command", "user"};

    ids(index, r, out);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        text_cell(out, ac_record_get(r, fields[i]));
    bool_cell(out, r, "enabled");
    text_cell(out, ac_record_get(r, "target"));
    text_cell(out, ac_record_get(r, "target_state"));
    text_cell(out, ac_record_get(r, "service_dll"));
    place(r, out);
}

static void task_row(const struct ac_finding_index *index, const struct ac_record *r,
                     const json_t *action, struct ac_buf *out)
{
    const json_t *principal = ac_record_get_json(r, "principal");
    const char *command = ac_text_of(action, "command"), *user = ac_text_of(principal, "user");
    struct ac_buf text = {0};

    ids(index, r, out);
    text_cell(out, "scheduled-task");
    text_cell(out, ac_record_get(r, "store"));
    text_cell(out, ac_record_get(r, "path"));
    ac_buf_addz(&text, command[0] ? command : ac_text_of(action, "class_id"));
    if (ac_text_of(action, "arguments")[0])
        ac_buf_addf(&text, " %s", ac_text_of(action, "arguments"));
    buf_cell(out, &text, false);
    text_cell(out, user[0] ? user : ac_text_of(principal, "group"));
    bool_cell(out, r, "enabled");
    text_cell(out, ac_text_of(action, "target"));
    text_cell(out, ac_text_of(action, "target_state"));
    text_cell(out, "");
    place(r, out);
    ac_buf_free(&text);
}

/* A task without actions that could be read has a row all the same. */
static void task_rows(const struct ac_finding_index *index, const struct ac_record *r,
                      struct ac_buf *out)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    for (size_t i = 0; i == 0 || i < json_array_size(actions); i++)
        task_row(index, r, json_array_get(actions, i), out);
}

enum ac_rc ac_tables_autostarts(const struct ac_report_input *in, struct ac_buf *out,
                                struct ac_err *err)
{
    const struct ac_assessment *a = in->assessment;
    struct ac_finding_index index;

    out->failed |= ac_finding_index_make(a, &index) != AC_OK;
    ac_buf_addz(out, BOM "record,findings,mechanism,location,name,command,user,enabled,target,"
                         "target_state,service_dll");
    for (size_t i = 0; i < sizeof(provenance) / sizeof(provenance[0]); i++)
        ac_buf_addf(out, ",%s", provenance[i]);
    ac_buf_addz(out, "\r\n");
    for (size_t i = 0; i < a->n_records && !out->failed; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) == AC_KIND_AUTOSTART)
            autostart_row(&index, r, out);
        else if (ac_record_kind(r) == AC_KIND_TASK)
            task_rows(&index, r, out);
    }
    ac_finding_index_free(&index);
    return finish(out, err);
}
