#include "rules_case.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fx_records all;
static struct ac_assessment result;
static struct ac_rule_set *sets[32];
static size_t n_sets;
static char folder[4096];

void rc_begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
    n_sets = 0;
    snprintf(folder, sizeof(folder), "%s", fx_tmpdir());
}

void rc_end(void)
{
    ac_assessment_free(&result);
    fx_records_free(&all);
    for (size_t i = 0; i < n_sets; i++)
        ac_rule_set_free(sets[i]);
    fx_rmtree(folder);
}

void rc_rule(struct ac_buf *b, const char *name, const char *id, const char *family,
             const char *strength, const char *condition)
{
    ac_buf_addf(b,
                "rule %s {\n    meta:\n        id = \"%s\"\n        family = \"%s\"\n"
                "        strength = \"%s\"\n        title = \"A title\"\n"
                "        tests = \"What it tests.\"\n        benign = \"\"\n"
                "        attack = \"T1547.001 T1053\"\n        reference = \"a test\"\n"
                "        author = \"anybody\"\n    condition:\n        %s\n}\n",
                name, id, family, strength, condition);
}

const char *rc_file(const char *name, const void *bytes, size_t n)
{
    static char paths[8][5000];
    static size_t next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    cr_assert(fx_write(path, bytes, n));
    return path;
}

const char *rc_text(const char *name, const char *text)
{
    return rc_file(name, text, strlen(text));
}

struct ac_rule_set *rc_load(const struct ac_rule_options *o)
{
    struct ac_err err = {0};
    char text[1024];

    cr_assert_lt(n_sets, sizeof(sets) / sizeof(sets[0]));
    cr_assert_eq(ac_rule_set_load(o, &sets[n_sets], &err), AC_OK, "%s",
                 ac_err_text(&err, text, sizeof(text)));
    return sets[n_sets++];
}

struct ac_rule_set *rc_rules(const char *text)
{
    const char *path = rc_text("rules.yar", text);

    return rc_load(&(struct ac_rule_options){.rules = &path, .n_rules = 1});
}

const char *rc_refused(const struct ac_rule_options *o)
{
    static char text[2048];
    struct ac_rule_set *set = NULL;
    struct ac_err err = {0};

    cr_assert_eq(ac_rule_set_load(o, &set, &err), AC_USAGE);
    cr_expect_null(set);
    return ac_err_text(&err, text, sizeof(text));
}

/* ---- records */

static void set_action(struct ac_record *r, const char *value)
{
    const char *bar = strchr(value, '|');
    json_t *action = json_object();

    ac_json_textz(action, "type", "exec");
    ac_json_text(action, "command",
                 (struct ac_str){value, bar ? (size_t)(bar - value) : strlen(value)});
    if (bar)
        ac_json_textz(action, "arguments", bar + 1);
    ac_record_add_object(r, "actions", action);
}

static void set_data(struct ac_record *r, const char *value)
{
    const char *bar = strchr(value, '|');
    json_t *data = json_object();

    ac_json_text(data, "name", (struct ac_str){value, (size_t)(bar - value)});
    ac_json_textz(data, "value", bar + 1);
    ac_record_add_object(r, "data", data);
}

static void set_field(struct ac_record *r, const char *name, const char *value)
{
    const struct ac_field *f = ac_schema_field(ac_schema_of(ac_record_kind(r)), name);

    if (strcmp(name, "action") == 0)
        set_action(r, value);
    else if (strcmp(name, "data") == 0 && ac_record_kind(r) == AC_KIND_EVENT)
        set_data(r, value);
    else if (strncmp(name, "prov_", 5) == 0)
        ac_record_prov_textz(r, name + 5, value);
    else if (strcmp(name, "target") == 0 && ac_record_kind(r) == AC_KIND_TASK)
        ac_json_textz(json_array_get(ac_record_get_json(r, "actions"), 0), "target", value);
    else if (f && f->type == AC_FIELD_TEXTS)
        ac_record_add_text(r, name, ac_str_of(value));
    else if (f && f->type == AC_FIELD_INT)
        ac_record_int(r, name, atoll(value));
    else if (f && f->type == AC_FIELD_BOOL)
        ac_record_bool(r, name, strcmp(value, "true") == 0);
    else if (f && f->type == AC_FIELD_TIME)
        ac_record_time(r, name, (struct ac_filetime){fx_time(value)});
    else
        ac_record_textz(r, name, value);
}

struct ac_record *rc_record(enum ac_kind kind, const char *const *fields)
{
    struct ac_record *r = ac_record_new(kind);
    char id[24];

    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    snprintf(id, sizeof(id), "R-%06zu", all.n + 1);
    ac_record_set_id(r, id);
    for (; fields && *fields; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[64];

        snprintf(name, sizeof(name), "%.*s", (int)(equals - *fields), *fields);
        set_field(r, name, equals + 1);
    }
    cr_assert_eq(ac_record_rc(r), AC_OK, "%s", fields ? fields[-1] : "");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

void rc_forget_records(void)
{
    ac_assessment_free(&result);
    fx_records_free(&all);
    fx_records_init(&all);
}

void rc_complete_sources(void)
{
    static const char *const rows[][2] = {{"hive", "Windows/System32/config/SYSTEM"},
                                          {"hive", "Windows/System32/config/SOFTWARE"},
                                          {"hive", "Users/user1/NTUSER.DAT"},
                                          {"task", "Windows/System32/Tasks"},
                                          {"prefetch", "Windows/Prefetch"},
                                          {"mft", "$MFT"},
                                          {"event-log", "Security.evtx"},
                                          {"event-log", "System.evtx"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ac_record *r = rc_record(AC_KIND_SOURCE, NULL);

        ac_record_textz(r, "source", rows[i][0]);
        ac_record_textz(r, "name", rows[i][1]);
        ac_record_bool(r, "present", true);
        ac_record_textz(r, "read", "complete");
    }
}

/* ---- what was found */

struct ac_assessment *rc_assess(const struct ac_rule_set *set)
{
    ac_assessment_free(&result);
    cr_assert_eq(ac_assess_with(set, all.items, all.n, &result, NULL), AC_OK);
    return &result;
}

const struct ac_finding *rc_finding(const struct ac_assessment *a, const char *rule)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        if (strcmp(a->findings[i]->rule->id, rule) == 0)
            return a->findings[i];
    }
    return NULL;
}

size_t rc_findings(const struct ac_assessment *a, const char *rule)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n_findings; i++)
        n += strcmp(a->findings[i]->rule->id, rule) == 0;
    return n;
}

const struct ac_check *rc_check(const struct ac_assessment *a, const char *rule)
{
    for (size_t i = 0; i < a->n_checks; i++) {
        if (strcmp(a->checks[i].rule->id, rule) == 0)
            return &a->checks[i];
    }
    return NULL;
}
