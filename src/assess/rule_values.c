#include "assess/rule_values.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CUT "\xE2\x80\xA6" /* an ellipsis: ^ and $ do not match where text was cut */
#define CUT_BYTES 3

static const struct {
    enum ac_kind kind;
    const char *name, *doc;
} made[] = {
    {AC_KIND_TASK, "command", "commands and arguments of all actions, one a line"},
    {AC_KIND_TASK, "target", "resolved paths of what all actions start, one a line"},
    {AC_KIND_EXECUTION, "command", "program_path, or else the program, or what it loaded"},
    {AC_KIND_SHORTCUT, "command", "the target and its arguments"},
    {AC_KIND_ACTIVITY, "command", "the text that was typed or opened"},
};

/* libyara 4.2.3 destroys, behind each scan, variables that are called like one of its modules
 * (yr_modules_unload_all): these have an underscore behind their names. */
static bool is_module(const char *name)
{
    static const char *const modules[] = {"tests",  "pe",    "elf",    "cuckoo", "magic",
                                          "hash",   "math",  "dotnet", "time",   "console",
                                          "string", "macho", "dex"};

    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        if (strcmp(name, modules[i]) == 0)
            return true;
    }
    return false;
}

static void add(struct ac_variables *v, const char *prefix, const struct ac_field *f)
{
    struct ac_variable *one;

    if (v->n == AC_MOST_VARIABLES)
        return; /* a test counts them */
    one = &v->items[v->n++];
    snprintf(one->name, sizeof(one->name), "%s%s%s", prefix, f->name,
             !prefix[0] && is_module(f->name) ? "_" : "");
    one->type = f->type == AC_FIELD_INT    ? AC_VARIABLE_INTEGER
                : f->type == AC_FIELD_BOOL ? AC_VARIABLE_BOOLEAN
                                           : AC_VARIABLE_TEXT;
    one->doc = f->doc;
    one->field = f;
    one->provenance = prefix[0] != '\0';
}

static void add_made(struct ac_variables *v, const char *name, const char *doc)
{
    struct ac_variable *one;

    if (v->n == AC_MOST_VARIABLES)
        return;
    one = &v->items[v->n++];
    *one = (struct ac_variable){.type = AC_VARIABLE_TEXT, .doc = doc};
    snprintf(one->name, sizeof(one->name), "%s", name);
}

bool ac_variables_of(enum ac_kind kind, struct ac_variables *ret)
{
    ret->n = 0;
    if (kind == AC_KIND_SOURCE || kind == AC_KIND_PROBLEM || kind == AC_KIND_INTEGRITY)
        return false;
    add_made(ret, "kind", "the kind of record; every condition begins with it");
    for (const struct ac_field *f = ac_schema_of(kind)->fields; f->name; f++)
        add(ret, "", f);
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        if (made[i].kind == kind && !ac_schema_field(ac_schema_of(kind), made[i].name))
            add_made(ret, made[i].name, made[i].doc);
    }
    for (const struct ac_field *f = ac_schema_provenance()->fields; f->name; f++)
        add(ret, "prov_", f);
    return true;
}

/* ---- values */

static void put_string(const json_t *s, struct ac_buf *out)
{
    const char *z = json_string_value(s);

    if (z && strlen(z) == json_string_length(s))
        ac_buf_addz(out, z);
    else if (z) /* what follows a NUL would not be seen */
        ac_text_from_utf8((struct ac_view){(const uint8_t *)z, json_string_length(s), 0}, out,
                          NULL);
}

static void put_scalar(const json_t *v, struct ac_buf *out)
{
    if (json_is_string(v))
        put_string(v, out);
    else if (json_is_integer(v))
        ac_buf_addf(out, "%" PRId64, (int64_t)json_integer_value(v));
    else if (json_is_boolean(v))
        ac_buf_addz(out, json_is_true(v) ? "true" : "false");
    else if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            if (i)
                ac_buf_addc(out, ',');
            if (!json_is_array(json_array_get(v, i)))
                put_scalar(json_array_get(v, i), out);
        }
    }
}

static void put_object(const json_t *o, struct ac_buf *out)
{
    json_t *copy = json_copy(json_is_object(o) ? (json_t *)(uintptr_t)o : NULL);
    const json_t *name = json_object_get(o, "name"), *value = json_object_get(o, "value");
    const char *member;
    json_t *v;

    if (json_is_string(name) && value && json_object_size(o) == 2) {
        put_string(name, out);
        ac_buf_addc(out, '=');
        put_scalar(value, out);
        ac_buf_addc(out, '\n');
    } else {
        json_object_foreach (copy, member, v) {
            ac_buf_addf(out, "%s=", member);
            put_scalar(v, out);
            ac_buf_addc(out, '\n');
        }
    }
    json_decref(copy);
}

static void put_lines(const json_t *list, const char *member, struct ac_buf *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);

        if (member)
            item = json_object_get(item, member);
        if (json_is_object(item))
            put_object(item, out);
        else if (item) {
            put_scalar(item, out);
            ac_buf_addc(out, '\n');
        }
    }
}

static void put_actions(const json_t *actions, struct ac_buf *out)
{
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *a = json_array_get(actions, i);

        if (out->n && out->p[out->n - 1] != '\n')
            ac_buf_addc(out, '\n');
        put_string(json_object_get(a, "command"), out);
        if (json_object_get(a, "arguments")) {
            ac_buf_addc(out, ' ');
            put_string(json_object_get(a, "arguments"), out);
        }
        ac_buf_addc(out, '\n');
    }
}

static void put_field(const struct ac_record *r, const char *field, struct ac_buf *out)
{
    put_string(ac_record_get_json(r, field), out);
}

static void put_made(const struct ac_record *r, const char *name, struct ac_buf *out)
{
    const char *const program[] = {"program_path", "program", "target"};

    if (strcmp(name, "kind") == 0)
        ac_buf_addz(out, ac_schema_of(ac_record_kind(r))->name);
    else if (strcmp(name, "target") == 0)
        put_lines(ac_record_get_json(r, "actions"), "target", out);
    else if (ac_record_kind(r) == AC_KIND_TASK)
        put_actions(ac_record_get_json(r, "actions"), out);
    else if (ac_record_kind(r) == AC_KIND_ACTIVITY)
        put_field(r, "text", out);
    else if (ac_record_kind(r) == AC_KIND_SHORTCUT) {
        put_field(r, "target", out);
        ac_buf_addc(out, ' ');
        put_field(r, "arguments", out);
    } else {
        for (size_t i = 0; out->n == 0 && i < sizeof(program) / sizeof(program[0]); i++)
            put_field(r, program[i], out);
    }
}

/* Without the line feed behind the last line: $ matches at the end only. */
static void trim(struct ac_buf *out, size_t from)
{
    while (!out->failed && out->n > from && out->p[out->n - 1] == '\n')
        out->p[--out->n] = '\0';
}

void ac_variable_text(const struct ac_record *r, const struct ac_variable *v, struct ac_buf *out)
{
    const json_t *value;
    size_t from = out->n;

    if (!v->field) {
        put_made(r, v->name, out);
        trim(out, from);
        return;
    }
    value = v->provenance ? ac_record_prov_json(r, v->field->name)
                          : ac_record_get_json(r, v->field->name);
    if (json_is_array(value))
        put_lines(value,
                  ac_record_kind(r) == AC_KIND_LISTING && strcmp(v->name, "entries") == 0 ? "name"
                                                                                          : NULL,
                  out);
    else if (json_is_object(value))
        put_object(value, out);
    else
        put_scalar(value, out);
    /* what an event says is started or defined is one command */
    if (ac_record_kind(r) == AC_KIND_EVENT && strcmp(v->name, "command") == 0)
        put_actions(ac_record_get_json(r, "actions"), out);
    if (!json_is_string(value) || ac_record_kind(r) == AC_KIND_EVENT)
        trim(out, from);
}

int64_t ac_variable_number(const struct ac_record *r, const struct ac_variable *v)
{
    const json_t *value = v->provenance ? ac_record_prov_json(r, v->field->name)
                                        : ac_record_get_json(r, v->field->name);

    return v->type == AC_VARIABLE_BOOLEAN ? json_is_true(value) : json_integer_value(value);
}

/* ---- pieces */

static bool is_inside_character(struct ac_str text, size_t at)
{
    return at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80;
}

bool ac_variable_piece(struct ac_str text, size_t *at, struct ac_buf *out)
{
    size_t from = *at, to = from + AC_RULE_WINDOW - 2 * CUT_BYTES, line;
    bool cut = true;

    if (from >= text.n)
        return false;
    while (is_inside_character(text, from))
        from--;
    if (from > 0 && text.p[from - 1] != '\n')
        ac_buf_add(out, CUT, CUT_BYTES);
    if (to >= text.n) {
        to = text.n;
        cut = false;
    }
    while (is_inside_character(text, to))
        to--;
    line = to;
    while (cut && line > from + AC_RULE_OVERLAP && text.p[line - 1] != '\n')
        line--;
    if (cut && line > from + AC_RULE_OVERLAP) { /* lines stay whole */
        ac_buf_add(out, text.p + from, line - 1 - from);
        *at = line;
        return true;
    }
    ac_buf_add(out, text.p + from, to - from);
    if (cut)
        ac_buf_add(out, CUT, CUT_BYTES);
    *at = cut ? to - AC_RULE_OVERLAP : text.n;
    return true;
}
