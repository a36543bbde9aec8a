/* YARA files of a rule set: read, compiled, checked. */
#include "assess/rule_set_inner.h"
#include "assess/rule_source.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the compiler */

struct complaint {
    struct ac_rule_set *set;
    const char *file;
    struct ac_err *err;
    bool failed;
};

static void complain(int level, const char *file_name, int line, const YR_RULE *rule,
                     const char *message, void *context)
{
    struct complaint *c = context;

    (void)file_name; /* text has none */
    (void)rule;
    if (level == YARA_ERROR_LEVEL_WARNING)
        ac_buf_addf(&c->set->warnings, "%s:%d: %s\n", c->file, line, message);
    else if (!c->failed) {
        c->failed = true;
        AC_FAIL(c->err, AC_USAGE, AC_NO_OFFSET, "%s:%d: %s", c->file, line, message);
    }
}

static int define(YR_COMPILER *compiler, const struct ac_variable *v)
{
    switch (v->type) {
    case AC_VARIABLE_INTEGER:
        return yr_compiler_define_integer_variable(compiler, v->name, 0);
    case AC_VARIABLE_BOOLEAN:
        return yr_compiler_define_boolean_variable(compiler, v->name, 0);
    case AC_VARIABLE_TEXT:
        break;
    }
    return yr_compiler_define_string_variable(compiler, v->name, "");
}

/* The variables of all kinds: a name has one meaning for the compiler, whatever the kind. */
static int define_all(YR_COMPILER *compiler)
{
    for (int k = 0; k < AC_KINDS; k++) {
        struct ac_variables v;

        if (!ac_variables_of((enum ac_kind)k, &v))
            continue;
        for (size_t i = 0; i < v.n; i++) {
            int result = define(compiler, &v.items[i]);

            if (result != ERROR_SUCCESS && result != ERROR_DUPLICATED_EXTERNAL_VARIABLE)
                return result;
        }
    }
    return ERROR_SUCCESS;
}

static enum ac_rc begin(struct ac_rule_set *s, struct ac_err *err)
{
    int result = s->initialized ? ERROR_SUCCESS : yr_initialize();

    s->initialized |= result == ERROR_SUCCESS;
    if (result == ERROR_SUCCESS)
        result = yr_compiler_create(&s->compiler);
    if (result == ERROR_SUCCESS) {
        yr_compiler_set_include_callback(s->compiler, NULL, NULL, NULL); /* reads any file */
        result = define_all(s->compiler);
    }
    return result == ERROR_SUCCESS
               ? AC_OK
               : AC_FAIL(err, result == ERROR_INSUFFICIENT_MEMORY ? AC_NOMEM : AC_BUG, AC_NO_OFFSET,
                         "libyara could not be set up (error %d)", result);
}

static enum ac_rc note_rule(struct ac_rule_set *s, const char *file,
                            const struct ac_source_rule *source)
{
    struct ac_yara_rule *r;
    struct ac_buf place = {0};

    if (ac_grow((void **)&s->items, &s->cap, s->n + 1, sizeof(*s->items)) != 0)
        return AC_NOMEM;
    ac_buf_addf(&place, "%s:%u", file, source->line);
    r = &s->items[s->n++];
    *r = (struct ac_yara_rule){.kinds = source->kinds,
                               .wrong = source->wrong ? source->wrong : "there is no condition",
                               .file = s->n_files - 1,
                               .place = place.p};
    return place.failed ? AC_NOMEM : AC_OK;
}

/* What libyara does not ask for: no global rules, and kinds that there are. That there is one is asked
 * for later, when meta tells which rules look at contents. */
static enum ac_rc check_source(struct ac_rule_set *s, const char *file, struct ac_str text,
                               struct ac_err *err)
{
    struct ac_source_rules found = {0};
    enum ac_rc rc = ac_source_rules_find(text, &found);

    for (size_t i = 0; rc == AC_OK && i < found.n; i++) {
        const struct ac_source_rule *r = &found.items[i];
        int n = (int)(r->name.n > 128 ? 128 : r->name.n);
        uint32_t examination = UINT32_C(1) << AC_KIND_SOURCE | UINT32_C(1) << AC_KIND_PROBLEM |
                               UINT32_C(1) << AC_KIND_INTEGRITY;

        if (r->global)
            rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                         "%s:%u: rule %.*s: a global rule would silence the others", file, r->line,
                         n, r->name.p);
        else if (r->kinds & examination)
            rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                         "%s:%u: rule %.*s: records of this kind speak of the examination, not of "
                         "the evidence",
                         file, r->line, n, r->name.p);
        else
            rc = note_rule(s, file, r);
    }
    if (rc == AC_OK && s->n > AC_MAX_RULES)
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: more than %d rules", file, AC_MAX_RULES);
    s->files[s->n_files - 1].entries = found.n;
    ac_free(found.items);
    return rc;
}

static enum ac_rc add_file(struct ac_rule_set *s, const char *path, bool shipped,
                           struct ac_err *err)
{
    struct complaint c = {.set = s, .file = path, .err = err};
    struct ac_buf text = {0};
    char space[32];
    enum ac_rc rc = ac_rule_set_read(s, path, "rules", shipped, &text, err);

    if (rc == AC_OK && strlen(ac_buf_text(&text)) != text.n)
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: is no text: it holds a NUL", path);
    if (rc == AC_OK && !s->compiler)
        rc = begin(s, err);
    if (rc == AC_OK) {
        /* a name space each, so that files need not know each other's names */
        snprintf(space, sizeof(space), "file%zu", s->n_files);
        yr_compiler_set_callback(s->compiler, complain, &c);
        if (yr_compiler_add_string(s->compiler, ac_buf_text(&text), space) > 0)
            rc = c.failed ? AC_USAGE
                          : AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: cannot be compiled", path);
        yr_compiler_set_callback(s->compiler, NULL, NULL);
    }
    if (rc == AC_OK)
        rc = check_source(s, path, ac_buf_str(&text), err);
    ac_buf_free(&text);
    return rc;
}

/* ---- folders */

static int is_rule_file(const struct dirent *e)
{
    struct ac_str name = ac_str_of(e->d_name);

    return name.p[0] != '.' &&
           (ac_str_iends(name, AC_STR(".yar")) || ac_str_iends(name, AC_STR(".yara")));
}

static enum ac_rc add_folder(struct ac_rule_set *s, const char *path, bool shipped,
                             struct ac_err *err)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, is_rule_file, alphasort);
    enum ac_rc rc =
        n > 0    ? AC_OK
        : n == 0 ? AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: holds no file *.yar or *.yara", path)
                 : AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: %s", path, strerrordesc_np(errno));

    for (int i = 0; i < n; i++) {
        struct ac_buf file = {0};

        ac_buf_addf(&file, "%s/%s", path, names[i]->d_name);
        if (rc == AC_OK)
            rc = file.failed ? AC_NOMEM : add_file(s, ac_buf_text(&file), shipped, err);
        ac_buf_free(&file);
        free(names[i]);
    }
    free(names);
    return rc;
}

enum ac_rc ac_yara_add(struct ac_rule_set *s, const char *path, bool shipped, struct ac_err *err)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? add_folder(s, path, shipped, err)
                                                       : add_file(s, path, shipped, err);
}

/* ---- the end */

static bool is_taken(const struct ac_rule_set *s, size_t before, const char *id)
{
    for (const struct ac_rule *const *r = ac_rules(); *r; r++) {
        if (strcmp((*r)->id, id) == 0)
            return true;
    }
    for (size_t i = 0; i < before; i++) {
        if (!s->items[i].hidden && strcmp(s->items[i].rule.id, id) == 0)
            return true;
    }
    return strncmp(id, "LST-", 4) == 0; /* of the lists */
}

static enum ac_rc finish_rule(struct ac_rule_set *s, size_t i, struct ac_err *err)
{
    const YR_RULE *compiled = &s->compiled->rules_table[i];
    struct ac_yara_rule *r = &s->items[i];
    enum ac_rc rc;

    r->hidden = (compiled->flags & RULE_FLAGS_PRIVATE) != 0;
    rc = ac_yara_scope(compiled, r, err);
    if (rc == AC_OK && r->hidden)
        return AC_OK;
    if (rc == AC_OK)
        rc = ac_yara_meta(compiled, r, err);
    if (rc == AC_OK && is_taken(s, i, r->rule.id))
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                     "another rule has the id %s, or it begins with LST-", r->rule.id);
    return rc == AC_OK
               ? AC_OK
               : AC_WRAP(err, rc, AC_NO_OFFSET, "%s: rule %s", r->place, compiled->identifier);
}

/* Two sets with the same files of rules over contents find the same in them. */
static enum ac_rc content_digest(struct ac_rule_set *s)
{
    struct ac_buf text = {0};
    size_t last = SIZE_MAX;
    enum ac_rc rc;

    for (size_t i = 0; i < s->n; i++) {
        if (!s->items[i].content || s->items[i].hidden || s->items[i].file == last)
            continue;
        last = s->items[i].file;
        ac_buf_addf(&text, "%s\n", s->files[last].sha256);
    }
    if (text.n)
        ac_hash_hex(AC_SHA256, ac_buf_text(&text), text.n, s->content_digest);
    rc = text.failed ? AC_NOMEM : AC_OK;
    ac_buf_free(&text);
    return rc;
}

enum ac_rc ac_yara_finish(struct ac_rule_set *s, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;
    int result;

    if (!s->compiler)
        return AC_OK;
    result = yr_compiler_get_rules(s->compiler, &s->compiled);
    yr_compiler_destroy(s->compiler);
    s->compiler = NULL;
    if (result != ERROR_SUCCESS)
        return AC_FAIL(err, result == ERROR_INSUFFICIENT_MEMORY ? AC_NOMEM : AC_USAGE, AC_NO_OFFSET,
                       "the rules cannot be put together (libyara's error %d)", result);
    if (s->compiled->num_rules != s->n)
        return AC_FAIL(err, AC_BUG, AC_NO_OFFSET, "libyara compiled %u rules, %zu were read",
                       s->compiled->num_rules, s->n);
    for (size_t i = 0; rc == AC_OK && i < s->n; i++)
        rc = finish_rule(s, i, err);
    return rc == AC_OK ? content_digest(s) : rc;
}

const char *ac_rule_library(void)
{
    return YR_VERSION;
}
