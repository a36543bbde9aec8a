/*
 * The tables of report.html: findings, autostarts, tasks, executions. A row can be opened to show where the
 * bytes of its record stand, and the command by which another tool shows them.
 */
#include "report/html.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "report/recipes.h"

#include <string.h>

#define MOST_COLUMNS 6

static const struct {
    enum ac_kind kind;
    const char *id, *title;
    const char *columns[MOST_COLUMNS + 1]; /* fields; labels are those of the report */
} tables[AC_HTML_TABLES] = {
    [AC_TABLE_AUTOSTARTS] = {AC_KIND_AUTOSTART,
                             "autostarts",
                             N_("Autostart entries"),
                             {"mechanism", "location", "name", "command", "user", "target_state"}},
    [AC_TABLE_TASKS] = {AC_KIND_TASK,
                        "tasks",
                        N_("Scheduled tasks"),
                        {"path", "store", "actions", "enabled", "author"}},
    [AC_TABLE_EXECUTIONS] = {AC_KIND_EXECUTION,
                             "executions",
                             N_("Traces of programs (what follows from each kind stands in R5)"),
                             {"artefact", "program", "program_path", "user", "run_count",
                              "run_times"}},
};

/* ---- choosing rows: those of findings first */

static bool has_finding(const struct ac_html *h, const struct ac_record *r)
{
    size_t at = 0;

    return ac_finding_index_next(&h->index, r, &at) != NULL;
}

static enum ac_rc choose(struct ac_html *h, enum ac_html_table table, bool of_findings)
{
    struct ac_html_rows *rows = &h->tables[table];

    for (size_t i = 0; i < h->a->n_records; i++) {
        const struct ac_record *r = h->a->records[i];

        if (ac_record_kind(r) != tables[table].kind || has_finding(h, r) != of_findings)
            continue;
        rows->total++;
        if (rows->n >= AC_MAX_HTML_ROWS)
            continue;
        if (ac_grow((void **)&rows->items, &rows->cap, rows->n + 1, sizeof(*rows->items)) != 0 ||
            ac_set_put(&h->rows, ac_str_of(ac_record_id(r)), table) != AC_OK)
            return AC_NOMEM;
        rows->items[rows->n++] = r;
    }
    return AC_OK;
}

enum ac_rc ac_html_choose_rows(struct ac_html *h)
{
    enum ac_rc rc = AC_OK;

    for (unsigned k = 0; rc == AC_OK && k < AC_HTML_TABLES; k++) {
        rc = choose(h, (enum ac_html_table)k, true);
        if (rc == AC_OK)
            rc = choose(h, (enum ac_html_table)k, false);
    }
    return rc;
}

/* ---- what all tables have */

static void begin(struct ac_html *h, const char *id, const char *title)
{
    ac_buf_addf(h->out, "<h3 id=\"%s\">", id);
    ac_html_say(h, title, NULL);
    ac_html_raw(h, "</h3>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sort\"><thead><tr>");
}

static void head(struct ac_html *h, const char *msgid)
{
    ac_html_raw(h, "<th scope=\"col\">");
    ac_html_say(h, msgid, NULL);
    ac_html_raw(h, "</th>");
}

static void end(struct ac_html *h, size_t n, size_t total)
{
    char shown[AC_DOC_NUMBER], all[AC_DOC_NUMBER];

    ac_html_raw(h, "</tbody></table></div>\n<p class=\"note\">");
    ac_html_say(h, N_("Shown: %1$s of %2$s. All of them stand in records.jsonl."),
                ac_doc_number(shown, n), ac_doc_number(all, total), NULL);
    ac_html_raw(h, "</p>\n");
}

/* ---- one record */

/* Where its bytes stand, in the words of the report. */
static void provenance(struct ac_html *h, const struct ac_record *r)
{
    struct ac_text t[AC_HTML_LANGUAGES];

    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        t[l] = h->text[l];
        t[l].doc = (struct ac_doc){.language = h->text[l].doc.language};
        ac_text_provenance(&t[l], r);
    }
    for (size_t i = 0; i < t[0].doc.n && i < t[1].doc.n; i++) {
        ac_html_raw(h, "<p>");
        ac_html_pair(h, ac_str_of(t[0].doc.parts[i].text), ac_str_of(t[1].doc.parts[i].text));
        ac_html_raw(h, "</p>");
    }
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        h->out->failed |= t[l].doc.failed;
        ac_doc_free(&t[l].doc);
    }
}

static void recipe(struct ac_html *h, const struct ac_record *r)
{
    /* without the run, as in R9: it names the evidence as it is called, wherever it lies */
    struct ac_report_input in = {.assessment = h->a, .header = h->in->header};
    struct ac_buf command = {0};

    ac_recipe_for(&in, r, &command);
    if (command.n) {
        ac_html_raw(h, "<p>");
        ac_html_say(h, N_("With another tool:"), NULL);
        ac_html_raw(h, " <code>");
        ac_html_text(h, ac_buf_str(&command));
        ac_html_raw(h, "</code></p>");
    }
    h->out->failed |= command.failed;
    ac_buf_free(&command);
}

static void id_cell(struct ac_html *h, const struct ac_record *r)
{
    ac_html_raw(h, "<tr id=\"");
    ac_html_id(h, ac_record_id(r));
    ac_html_raw(h, "\"><td data-k=\"");
    ac_html_textz(h, ac_record_id(r));
    ac_html_raw(h, "\"><details><summary>");
    ac_html_textz(h, ac_record_id(r));
    ac_html_raw(h, "</summary>");
    provenance(h, r);
    recipe(h, r);
    ac_html_raw(h, "</details></td>");
}

static void action_cell(struct ac_html *h, const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *a = json_array_get(actions, i);
        const char *command = ac_text_of(a, "command");

        ac_html_raw(h, i ? "<br/>" : "");
        ac_html_textz(h, command[0] ? command : ac_text_of(a, "class_id"));
        ac_html_raw(h, " ");
        ac_html_textz(h, ac_text_of(a, "arguments"));
    }
}

/* Newest first: the last one, and how many there are; other artefacts have one time at most. */
static void run_cell(struct ac_html *h, const struct ac_record *r)
{
    const json_t *times = ac_record_get_json(r, "run_times");
    size_t n = json_array_size(times);
    const char *newest = json_string_value(json_array_get(times, 0));

    ac_html_textz(h, n && newest ? newest : ac_record_get(r, "last_run"));
    if (n > 1)
        ac_buf_addf(h->out, " (%zu)", n);
}

static void field_cell(struct ac_html *h, const struct ac_record *r, const char *field)
{
    struct ac_buf text[AC_HTML_LANGUAGES] = {{0}};

    ac_html_raw(h, "<td>");
    if (strcmp(field, "actions") == 0) {
        action_cell(h, r);
    } else if (strcmp(field, "run_times") == 0) {
        run_cell(h, r);
    } else {
        for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++)
            ac_text_field(&h->text[l], r, field, &text[l]);
        ac_html_pair(h, ac_buf_str(&text[0]), ac_buf_str(&text[1]));
    }
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        h->out->failed |= text[l].failed;
        ac_buf_free(&text[l]);
    }
    ac_html_raw(h, "</td>");
}

static void finding_cell(struct ac_html *h, const struct ac_record *r)
{
    struct ac_buf ids = {0};

    ac_finding_index_ids(&h->index, r, &ids);
    ac_html_raw(h, "<td>");
    ac_html_pair_linked(h, ac_buf_str(&ids), ac_buf_str(&ids));
    ac_html_raw(h, "</td>");
    h->out->failed |= ids.failed;
    ac_buf_free(&ids);
}

static const char *label_of(enum ac_kind kind, const char *field)
{
    if (strcmp(field, "actions") == 0)
        return N_("Action: command as stored");
    if (strcmp(field, "run_times") == 0)
        return N_("Last run as stored");
    return ac_text_label(kind, field);
}

static void record_table(struct ac_html *h, enum ac_html_table table)
{
    const struct ac_html_rows *rows = &h->tables[table];

    begin(h, tables[table].id, tables[table].title);
    head(h, N_("Record"));
    head(h, N_("Findings"));
    for (const char *const *f = tables[table].columns; *f; f++)
        head(h, label_of(tables[table].kind, *f));
    ac_html_raw(h, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < rows->n && !h->out->failed; i++) {
        id_cell(h, rows->items[i]);
        finding_cell(h, rows->items[i]);
        for (const char *const *f = tables[table].columns; *f; f++)
            field_cell(h, rows->items[i], *f);
        ac_html_raw(h, "</tr>\n");
    }
    end(h, rows->n, rows->total);
}

/* ---- findings */

static void sentence(struct ac_html *h, const struct ac_finding *f)
{
    struct ac_buf text[AC_HTML_LANGUAGES] = {{0}};

    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++)
        ac_text_finding(&h->text[l], f, &text[l]);
    ac_html_pair(h, ac_buf_str(&text[0]), ac_buf_str(&text[1]));
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        h->out->failed |= text[l].failed;
        ac_buf_free(&text[l]);
    }
}

static void finding_row(struct ac_html *h, const struct ac_finding *f)
{
    const char *strength = ac_strength_name(f->strength);
    struct ac_buf users = {0}, ids = {0};
    struct ac_set seen = {0};

    ac_text_users(f, &seen, &users);
    ac_set_free(&seen);
    for (size_t i = 0; i < f->n_records; i++)
        ac_buf_addf(&ids, "%s%s", i ? ", " : "", ac_record_id(f->records[i]));
    ac_buf_addf(h->out, "<tr><td data-k=\"%s\">", f->id);
    ac_html_pair_linked(h, ac_str_of(f->id), ac_str_of(f->id));
    ac_buf_addf(h->out, "</td><td data-k=\"%d\"><span class=\"strength %s\">", -(int)f->strength,
                strength);
    ac_html_pair(h, ac_str_of(ac_text_word(&h->text[0], strength)),
                 ac_str_of(ac_text_word(&h->text[1], strength)));
    ac_html_raw(h, "</span></td><td class=\"rule\">");
    ac_html_textz(h, f->rule->id);
    ac_html_raw(h, "</td><td>");
    sentence(h, f);
    ac_html_raw(h, "</td><td>");
    ac_html_text(h, ac_buf_str(&users));
    ac_html_raw(h, "</td><td>");
    ac_html_pair_linked(h, ac_buf_str(&ids), ac_buf_str(&ids));
    ac_html_raw(h, "</td></tr>\n");
    h->out->failed |= users.failed || ids.failed;
    ac_buf_free(&users);
    ac_buf_free(&ids);
}

static void findings(struct ac_html *h)
{
    static const char *const heads[] = {N_("Finding"),  N_("Strength"), N_("Rule"),
                                        N_("Sentence"), N_("Profiles"), N_("Records")};
    size_t n = 0;

    begin(h, "findings", N_("Findings"));
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        head(h, heads[i]);
    ac_html_raw(h, "</tr></thead>\n<tbody>\n");
    for (unsigned pass = 0; pass < 2; pass++) { /* those above "listed" first */
        for (size_t i = 0; i < h->a->n_findings && n < AC_MAX_HTML_ROWS; i++) {
            if ((h->a->findings[i]->strength > AC_LISTED) != (pass == 0))
                continue;
            finding_row(h, h->a->findings[i]);
            n++;
        }
    }
    end(h, n, h->a->n_findings);
}

void ac_html_tables(struct ac_html *h)
{
    ac_html_raw(h, "<section>\n<h2 id=\"tables\">");
    ac_html_say(h, N_("Tables"), NULL);
    ac_html_raw(h, "</h2>\n");
    findings(h);
    for (unsigned k = 0; k < AC_HTML_TABLES; k++)
        record_table(h, (enum ac_html_table)k);
    ac_html_raw(h, "</section>\n");
}
