/* findings.json: the assessment for other programs. */
#include "report/findings_parts.h"
#include "report/recipes.h"

#include "assess/rule_set.h"
#include "assess/uninstaller.h"

#include <stdlib.h>
#include <string.h>

static void put(json_t *o, const char *name, json_t *value)
{
    if (o && value)
        json_object_set_new(o, name, value);
    else
        json_decref(value);
}

static void put_sentence(json_t *o, const char *name, const struct ac_sentence *s)
{
    struct ac_buf text = {0};

    ac_sentence_print(s, s->msgid, &text);
    ac_json_text(o, name, ac_buf_str(&text));
    ac_buf_free(&text);
}

static json_t *conclusion_object(const struct ac_conclusion *c)
{
    json_t *o = json_object(), *findings = json_array(), *against = json_array();

    ac_json_textz(o, "family", c->family);
    ac_json_textz(o, "scale", ac_scale_name(c->scale));
    put_sentence(o, "statement", &c->statement);
    for (size_t i = 0; i < c->n_findings; i++)
        json_array_append_new(findings, json_string(c->findings[i]->id));
    for (size_t i = 0; i < c->n_against; i++) {
        struct ac_buf text = {0};

        ac_sentence_print(&c->against[i], c->against[i].msgid, &text);
        json_array_append_new(against, json_stringn(ac_buf_text(&text), text.n));
        ac_buf_free(&text);
    }
    put(o, "findings", findings);
    put(o, "against", against);
    return o;
}

static json_t *finding_object(const struct ac_report_input *in, const struct ac_finding *f)
{
    json_t *o = json_object(), *records = json_array(), *recipes = json_array();

    ac_json_textz(o, "id", f->id);
    ac_json_textz(o, "rule", f->rule->id);
    ac_json_textz(o, "family", f->rule->family);
    ac_json_textz(o, "strength", ac_strength_name(f->strength));
    put_sentence(o, "summary", &f->summary);
    ac_json_textz(o, "generation", f->generation);
    ac_json_textz(o, "user", f->user);
    if (f->known_good[0])
        ac_json_textz(o, "known_good", f->known_good);
    for (size_t i = 0; i < f->n_records; i++) {
        struct ac_buf recipe = {0};

        json_array_append_new(records, json_string(ac_record_id(f->records[i])));
        ac_recipe_for(in, f->records[i], &recipe);
        if (recipe.n)
            json_array_append_new(recipes, json_stringn(ac_buf_text(&recipe), recipe.n));
        ac_buf_free(&recipe);
    }
    put(o, "records", records);
    put(o, "recipes", recipes);
    return o;
}

static json_t *check_object(const struct ac_check *c)
{
    json_t *o = json_object();

    ac_json_textz(o, "rule", c->rule->id);
    ac_json_textz(o, "result", ac_result_name(c->result));
    if (c->reason.msgid)
        put_sentence(o, "reason", &c->reason);
    else
        ac_json_textz(o, "reason", "");
    return o;
}

/* Fields of a record as they are, without those of other kinds' interest. */
static json_t *fields_object(const struct ac_record *r)
{
    const struct ac_schema *s = ac_schema_of(ac_record_kind(r));
    json_t *o = json_object();

    for (const struct ac_field *f = s->fields; f->name; f++) {
        const json_t *value = ac_record_get_json(r, f->name);

        if (value)
            put(o, f->name, json_deep_copy(value));
    }
    ac_json_textz(o, "record", ac_record_id(r));
    return o;
}

/* All records of a kind, each with where it belongs. */
static json_t *records_of_kind(const struct ac_assessment *a, enum ac_kind kind)
{
    json_t *list = json_array();

    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        json_t *o;

        if (ac_record_kind(r) != kind)
            continue;
        o = fields_object(r);
        ac_json_textz(o, "evidence", ac_record_prov(r, "evidence"));
        ac_json_textz(o, "system", ac_record_prov(r, "system"));
        json_array_append_new(list, o);
    }
    return list;
}

/* Facts of all system records in one object; the first record that has a field wins, serials add up. */
static json_t *system_object(const struct ac_assessment *a)
{
    json_t *o = json_object(), *serials = json_array();

    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const json_t *list;

        if (ac_record_kind(r) != AC_KIND_SYSTEM)
            continue;
        list = ac_record_get_json(r, "volume_serials");
        for (size_t k = 0; k < json_array_size(list); k++)
            json_array_append_new(serials, json_deep_copy(json_array_get(list, k)));
        for (const struct ac_field *f = ac_schema_of(AC_KIND_SYSTEM)->fields; f->name; f++) {
            const json_t *value = ac_record_get_json(r, f->name);

            if (value && !json_object_get(o, f->name) && strcmp(f->name, "volume_serials") != 0)
                put(o, f->name, json_deep_copy(value));
        }
    }
    put(o, "volume_serials", serials);
    return o;
}

/* ---- the question of 25 April 2021 */

static json_t *uninstaller_object(const struct ac_uninstaller_answer *x)
{
    json_t *o = json_object(), *records = json_array();
    char text[AC_TIME_TEXT];

    ac_json_textz(o, "evidence", x->evidence);
    ac_json_textz(o, "system", x->system);
    ac_json_textz(o, "verdict", ac_uninstaller_word(x->verdict));
    ac_json_textz(o, "statement", ac_uninstaller_sentence(x->verdict));
    for (size_t i = 0; i < x->n_records; i++)
        json_array_append_new(records, json_string(ac_record_id(x->records[i])));
    put(o, "records", records);
    if (x->installed.ticks)
        ac_json_textz(o, "installed", ac_time_print(x->installed, text));
    if (x->first_trace.ticks)
        ac_json_textz(o, "oldest_trace", ac_time_print(x->first_trace, text));
    if (x->last_trace.ticks)
        ac_json_textz(o, "last_trace", ac_time_print(x->last_trace, text));
    return o;
}

static bool put_uninstaller(json_t *o, const struct ac_assessment *a)
{
    struct ac_uninstaller_answers answers = {.n = 0};
    json_t *list = json_array();

    if (!list || ac_uninstaller_ask(a, &answers) != AC_OK) {
        json_decref(list);
        return false;
    }
    for (size_t i = 0; i < answers.n; i++)
        json_array_append_new(list, uninstaller_object(&answers.items[i]));
    put(o, "law_enforcement_uninstaller", list);
    ac_uninstaller_free(&answers);
    return true;
}

/* ---- notices */

static json_t *criterion_object(const struct ac_notice_criterion *c, size_t id)
{
    json_t *o = json_object(), *records = json_array();
    struct ac_buf reason = {0};

    ac_json_textz(o, "criterion", ac_notice_criterion_name((enum ac_notice_criterion_id)id));
    ac_json_textz(o, "result", ac_notice_answer_name(c->answer));
    ac_sentence_print(&c->reason, c->reason.msgid, &reason);
    if (c->note)
        ac_buf_addf(&reason, ". %s", c->note);
    ac_json_text(o, "reason", ac_buf_str(&reason));
    for (size_t i = 0; i < c->n_records; i++)
        json_array_append_new(records, json_string(ac_record_id(c->records[i])));
    put(o, "records", records);
    ac_buf_free(&reason);
    return o;
}

static json_t *notice_object(const struct ac_notice_match *m)
{
    static const struct {
        const char *member;
        enum ac_notice_field field;
    } fields[] = {{"computer_name", AC_NOTICE_NAME}, {"ip", AC_NOTICE_IP},
                  {"first_seen", AC_NOTICE_FIRST},   {"last_seen", AC_NOTICE_LAST},
                  {"time_zone", AC_NOTICE_ZONE},     {"user", AC_NOTICE_USER}};
    json_t *o = json_object(), *criteria = json_array();

    ac_json_int(o, "row", m->notice->row);
    if (m->notice->line)
        ac_json_int(o, "line", m->notice->line);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        ac_json_textz(o, fields[i].member, m->notice->fields[fields[i].field]);
    ac_json_textz(o, "result", ac_notice_result_name(m->result));
    ac_json_textz(o, "reason", m->reason);
    ac_json_textz(o, "evidence", m->evidence);
    ac_json_textz(o, "system", m->system);
    for (size_t i = 0; i < AC_CRITERIA; i++)
        json_array_append_new(criteria, criterion_object(&m->criteria[i], i));
    put(o, "criteria", criteria);
    return o;
}

static void put_notices(json_t *o, const struct ac_report_input *in)
{
    json_t *file = json_object(), *unused = json_array(), *rows = json_array();

    ac_json_textz(file, "name", in->notices->name);
    ac_json_textz(file, "sha256", in->notices->sha256);
    ac_json_textz(file, "form", in->notices->form);
    ac_json_textz(file, "encoding", in->notices->encoding);
    ac_json_int(file, "rows", (json_int_t)in->notices->n);
    for (size_t i = 0; i < in->notices->n_unused; i++)
        json_array_append_new(unused, json_string(in->notices->unused[i]));
    put(file, "columns_not_used", unused);
    for (size_t i = 0; i < in->matches->n; i++)
        json_array_append_new(rows, notice_object(&in->matches->items[i]));
    put(o, "notice_file", file);
    put(o, "notices", rows);
}

/* With what was assessed: the files of rules and lists beside the rules in C. */
static json_t *rule_files(const struct ac_rule_set *set)
{
    json_t *list = json_array();
    size_t n = 0;
    const struct ac_rule_file *files = set ? ac_rule_set_files(set, &n) : NULL;

    for (size_t i = 0; i < n; i++) {
        json_t *o = json_object();

        ac_json_textz(o, "name", files[i].name);
        ac_json_textz(o, "use", files[i].use);
        ac_json_bool(o, "shipped", files[i].shipped);
        ac_json_int(o, "entries", (int64_t)files[i].entries);
        ac_json_textz(o, "sha256", files[i].sha256);
        json_array_append_new(list, o);
    }
    return list;
}

static void put_results(json_t *o, const struct ac_report_input *in)
{
    const struct ac_assessment *a = in->assessment;
    json_t *conclusions = json_array(), *findings = json_array(), *checks = json_array();

    for (size_t i = 0; i < a->n_conclusions; i++)
        json_array_append_new(conclusions, conclusion_object(&a->conclusions[i]));
    for (size_t i = 0; i < a->n_findings; i++)
        json_array_append_new(findings, finding_object(in, a->findings[i]));
    for (size_t i = 0; i < a->n_checks; i++)
        json_array_append_new(checks, check_object(&a->checks[i]));
    put(o, "conclusions", conclusions);
    put(o, "findings", findings);
    put(o, "checks", checks);
}

enum ac_rc ac_report_findings(const struct ac_report_input *in, struct ac_buf *out,
                              struct ac_err *err)
{
    const struct ac_assessment *a = in->assessment;
    json_t *o = json_object();
    char *text;

    ac_json_textz(o, "schema", "aftercheck-findings/1");
    put(o, "tool", json_incref(json_object_get(in->header, "tool")));
    ac_json_textz(o, "rules_sha256",
                  json_string_value(json_object_get(in->header, "rules_sha256")));
    ac_json_textz(o, "assessed_with_sha256", a->rules_sha256);
    put(o, "rule_files", rule_files(a->set));
    put(o, "evidence",
        json_deep_copy(json_object_get(json_object_get(in->header, "options"), "evidence")));
    put(o, "integrity", records_of_kind(a, AC_KIND_INTEGRITY));
    put(o, "system", system_object(a));
    put(o, "systems", records_of_kind(a, AC_KIND_SYSTEM));
    put_results(o, in);
    if (o && !put_uninstaller(o, a)) {
        json_decref(o);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for findings.json");
    }
    if (in->notices)
        put_notices(o, in);
    put(o, "exposure", ac_findings_exposure(a));
    put(o, "coverage", records_of_kind(a, AC_KIND_SOURCE));
    put(o, "problems", records_of_kind(a, AC_KIND_PROBLEM));
    if (in->run)
        put(o, "run", json_deep_copy(in->run));
    text = o ? json_dumps(o, JSON_INDENT(1)) : NULL;
    json_decref(o);
    if (!text)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for findings.json");
    ac_buf_addz(out, text);
    ac_buf_addc(out, '\n');
    free(text);
    return out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for findings.json")
                       : AC_OK;
}
