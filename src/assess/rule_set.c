#include "assess/rule_set_inner.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum ac_rc ac_rule_set_read(struct ac_rule_set *s, const char *path, const char *use, bool shipped,
                            struct ac_buf *out, struct ac_err *err)
{
    FILE *f = fopen(path, "rb");
    const char *slash = strrchr(path, '/');
    struct ac_rule_file *file;
    char piece[65536];
    size_t n;
    bool bad;

    if (!f)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: %s", path, strerrordesc_np(errno));
    while (!out->failed && out->n <= AC_MAX_RULE_FILE &&
           (n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(out, piece, n);
    bad = ferror(f) != 0;
    fclose(f);
    if (bad || out->n > AC_MAX_RULE_FILE)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: %s", path,
                       bad ? "cannot be read" : "is too large for a list or a file of rules");
    if (out->failed ||
        ac_grow((void **)&s->files, &s->cap_files, s->n_files + 1, sizeof(*s->files)) != 0)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for %s", path);
    file = &s->files[s->n_files++];
    *file = (struct ac_rule_file){.use = use, .shipped = shipped};
    file->name = strdup(slash ? slash + 1 : path);
    ac_hash_hex(AC_SHA256, ac_buf_text(out), out->n, file->sha256);
    return file->name ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for %s", path);
}

/* ---- putting it together */

static enum ac_rc gather(struct ac_rule_set *s)
{
    size_t c = 0, at = 0;

    while (ac_rules()[c])
        c++;
    s->all = ac_calloc(c + s->n + AC_LIST_RULES + 1, sizeof(*s->all));
    if (!s->all)
        return AC_NOMEM;
    for (size_t i = 0; i < c; i++)
        s->all[at++] = ac_rules()[i];
    for (size_t i = 0; i < AC_LIST_RULES; i++) {
        if (ac_lists_rule(&s->lists, i))
            s->all[at++] = ac_lists_rule(&s->lists, i);
    }
    for (size_t i = 0; i < s->n; i++) {
        if (!s->items[i].hidden)
            s->all[at++] = &s->items[i].rule;
    }
    s->n_all = at;
    return AC_OK;
}

static void set_digest(struct ac_rule_set *s)
{
    struct ac_buf text = {0};
    char c[65];

    ac_rules_digest(c);
    ac_buf_addf(&text, "C %s\n", c);
    for (size_t i = 0; i < s->n_files; i++)
        ac_buf_addf(&text, "%s %s %s\n", s->files[i].use, s->files[i].sha256, s->files[i].name);
    ac_hash_hex(AC_SHA256, ac_buf_text(&text), text.n, s->digest);
    ac_buf_free(&text);
}

static enum ac_rc load_shipped(struct ac_rule_set *s, const char *folder, struct ac_err *err)
{
    struct stat st;

    if (stat(folder, &st) == 0)
        return ac_yara_add(s, folder, true, err);
    s->missing = strdup(folder);
    return s->missing ? AC_OK : AC_NOMEM;
}

static enum ac_rc load_lists(struct ac_rule_set *s, const struct ac_rule_options *o,
                             struct ac_err *err)
{
    const struct {
        const char *const *paths;
        size_t n;
        const char *use;
        enum ac_list_use list;
    } uses[] = {{o->hashes, o->n_hashes, "hashes", AC_LIST_HASHES},
                {o->names, o->n_names, "names", AC_LIST_NAMES},
                {o->known_good, o->n_known_good, "known-good", AC_LIST_KNOWN_GOOD}};
    enum ac_rc rc = AC_OK;

    for (size_t u = 0; u < sizeof(uses) / sizeof(uses[0]); u++) {
        for (size_t i = 0; rc == AC_OK && i < uses[u].n; i++) {
            struct ac_buf text = {0};

            rc = ac_rule_set_read(s, uses[u].paths[i], uses[u].use, false, &text, err);
            if (rc == AC_OK)
                rc = ac_list_add(&s->lists, uses[u].list, uses[u].paths[i],
                                 &s->files[s->n_files - 1], ac_buf_str(&text), err);
            ac_buf_free(&text);
        }
    }
    return rc;
}

enum ac_rc ac_rule_set_load(const struct ac_rule_options *o, struct ac_rule_set **ret,
                            struct ac_err *err)
{
    struct ac_rule_set *s = ac_calloc(1, sizeof(*s));
    enum ac_rc rc = s ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for rules");

    if (rc == AC_OK && o->shipped)
        rc = load_shipped(s, o->shipped, err);
    for (size_t i = 0; rc == AC_OK && i < o->n_rules; i++)
        rc = ac_yara_add(s, o->rules[i], false, err);
    if (rc == AC_OK)
        rc = ac_yara_finish(s, err);
    if (rc == AC_OK)
        rc = load_lists(s, o, err);
    if (rc == AC_OK)
        rc = gather(s);
    if (rc == AC_OK && s->warnings.failed)
        rc = AC_NOMEM;
    if (rc != AC_OK) {
        if (rc == AC_NOMEM)
            AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for rules");
        ac_rule_set_free(s);
        return rc;
    }
    set_digest(s);
    *ret = s;
    return AC_OK;
}

void ac_rule_set_free(struct ac_rule_set *s)
{
    if (!s)
        return;
    if (s->compiler)
        yr_compiler_destroy(s->compiler);
    if (s->compiled)
        yr_rules_destroy(s->compiled);
    if (s->initialized)
        yr_finalize();
    for (size_t i = 0; i < s->n; i++)
        ac_free(s->items[i].place);
    ac_free(s->items);
    for (size_t i = 0; i < s->n_files; i++)
        ac_free((char *)(uintptr_t)s->files[i].name);
    ac_free(s->files);
    ac_lists_free(&s->lists);
    ac_free(s->all);
    ac_free(s->missing);
    ac_buf_free(&s->warnings);
    ac_free(s);
}

/* ---- reading it */

const struct ac_rule *const *ac_rule_set_rules(const struct ac_rule_set *s)
{
    return s->all;
}

static const struct ac_yara_rule *yara_rule(const struct ac_rule_set *s, const struct ac_rule *rule)
{
    for (size_t i = 0; i < s->n; i++) {
        if (&s->items[i].rule == rule)
            return &s->items[i];
    }
    return NULL;
}

const char *ac_rule_set_place(const struct ac_rule_set *s, const struct ac_rule *rule)
{
    const struct ac_yara_rule *r = yara_rule(s, rule);

    return r ? r->place : "C";
}

const char *ac_rule_set_strength(const struct ac_rule_set *s, const struct ac_rule *rule)
{
    const struct ac_yara_rule *r = yara_rule(s, rule);

    return r ? ac_strength_name(r->strength) : NULL;
}

const char *ac_rule_set_digest(const struct ac_rule_set *s)
{
    return s->digest;
}

const struct ac_rule_file *ac_rule_set_files(const struct ac_rule_set *s, size_t *ret_n)
{
    *ret_n = s->n_files;
    return s->files;
}

const char *ac_rule_set_warnings(const struct ac_rule_set *s)
{
    return ac_buf_text(&s->warnings);
}

void ac_rule_variables_print(struct ac_buf *out)
{
    static const char *const types[] = {"text", "integer", "boolean"};

    for (int k = 0; k < AC_KINDS; k++) {
        struct ac_variables v;

        if (!ac_variables_of((enum ac_kind)k, &v))
            continue;
        ac_buf_addf(out, "%s\n", ac_schema_of((enum ac_kind)k)->name);
        for (size_t i = 0; i < v.n; i++)
            ac_buf_addf(out, "  %-24s %-8s %s\n", v.items[i].name, types[v.items[i].type],
                        v.items[i].doc);
    }
}
