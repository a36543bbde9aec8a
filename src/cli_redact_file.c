/* redact: one file of a report, by its form. */
#include "cli_redact.h"

#include "base/limits.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum ac_rc ac_redaction_load(const char *dir, const char *name, struct ac_buf *out,
                             struct ac_err *err)
{
    FILE *f = dir ? ac_job_open(dir, name, "rb", err) : fopen(name, "rb");
    char piece[65536];
    size_t n;
    bool bad;

    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", name, strerrordesc_np(errno));
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0 && out->n <= AC_MAX_REDACT_FILE)
        ac_buf_add(out, piece, n);
    bad = ferror(f) != 0;
    fclose(f);
    if (out->n > AC_MAX_REDACT_FILE)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "%s is larger than what is read", name);
    return bad || out->failed ? AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be read", name)
                              : AC_OK;
}

/* ---- the forms */

static size_t redact_json_text(struct ac_redaction *x, struct ac_str raw, size_t flags, bool state,
                               struct ac_buf *out)
{
    json_t *o = json_loadb(raw.p, raw.n, JSON_ALLOW_NUL, NULL);
    size_t labels = o ? ac_redact_json(&x->redact, o) : SIZE_MAX;
    char *text;

    if (o && state && json_is_object(o))
        json_object_set_new(o, "redacted", ac_redaction_statement(x));
    text = o ? json_dumps(o, flags) : NULL;
    if (!text)
        labels = SIZE_MAX;
    else
        ac_buf_addz(out, text);
    ac_buf_addc(out, '\n');
    free(text);
    json_decref(o);
    return labels;
}

/* An object a line; the first of the records says what the file is. */
static size_t redact_jsonl(struct ac_redaction *x, struct ac_str raw, struct ac_buf *out)
{
    size_t labels = 0;

    for (size_t at = 0; at < raw.n && labels != SIZE_MAX;) {
        struct ac_str line = {raw.p + at, raw.n - at};
        const char *feed = memchr(line.p, '\n', line.n);
        bool header = at == 0 && ac_str_istarts(line, AC_STR("{\"schema\":"));
        size_t n;

        line.n = feed ? (size_t)(feed - line.p) : line.n;
        n = redact_json_text(x, line, JSON_COMPACT, header, out);
        labels = n == SIZE_MAX ? n : labels + n;
        at += line.n + 1;
    }
    return labels;
}

enum form { FORM_NONE, FORM_REPORT, FORM_HTML, FORM_JSON, FORM_JSONL, FORM_LINES };

/* Ids in these are digests of names, in a namespace that everyone knows: who guesses a name can see that it is right.
 * Other ids would break what their standard promises, so they are not part of a copy. */
static bool has_guessable_ids(const char *name)
{
    return strcmp(name, "stix.json") == 0 || strcmp(name, "case.jsonld") == 0;
}

static enum form form_of(const char *name)
{
    static const struct {
        const char *ending;
        enum form form;
    } forms[] = {{".txt", FORM_REPORT},  {".html", FORM_HTML}, {".json", FORM_JSON},
                 {".jsonl", FORM_JSONL}, {".csv", FORM_LINES}, {".body", FORM_LINES}};
    struct ac_str s = ac_str_of(name);

    if (has_guessable_ids(name))
        return FORM_NONE;
    for (size_t i = 0; !strchr(name, '/') && i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (ac_str_iends(s, ac_str_of(forms[i].ending)))
            return forms[i].form;
    }
    return FORM_NONE;
}

static size_t redact_form(struct ac_redaction *x, enum form form, struct ac_str raw,
                          struct ac_buf *out)
{
    switch (form) {
    case FORM_REPORT:
        return ac_redact_report(&x->redact, raw, out);
    case FORM_HTML:
        return ac_redact_html(&x->redact, raw, out);
    case FORM_JSON:
        return redact_json_text(x, raw, JSON_INDENT(1), true, out);
    case FORM_JSONL:
        return redact_jsonl(x, raw, out);
    case FORM_LINES:
        return ac_redact_lines(&x->redact, raw, out);
    case FORM_NONE:
        break;
    }
    return SIZE_MAX;
}

/* What was written is searched again: a copy that still has a name is not given out. JSON is not, for ids and digests
 * stay in it, which may hold the letters of a short name by chance. */
static enum ac_rc check(struct ac_redaction *x, enum form form, const char *name,
                        struct ac_str done, struct ac_err *err)
{
    bool left = false;

    if (form == FORM_REPORT)
        left = ac_redact_report(&x->redact, done, NULL) != 0;
    else if (form == FORM_HTML)
        left = ac_redact_html(&x->redact, done, NULL) != 0;
    if (!left && (form == FORM_REPORT || form == FORM_LINES))
        left = ac_redact_lines(&x->redact, done, NULL) != 0;
    return !left
               ? AC_OK
               : AC_FAIL(err, AC_BUG, AC_NO_OFFSET, "%s still holds a name after redaction", name);
}

/* What the copy says of itself, after the search: a name may be a word of it. */
static enum ac_rc write_copy(const struct ac_redaction *x, enum form form, const char *name,
                             struct ac_str done, struct ac_err *err)
{
    static const char place[] = "<div id=\"page\">\n";
    struct ac_buf out = {0};
    const char *found = form == FORM_HTML ? memmem(done.p, done.n, place, strlen(place)) : done.p;
    size_t at = found && form == FORM_HTML ? (size_t)(found - done.p) + strlen(place) : 0;
    enum ac_rc rc;

    ac_buf_add(&out, done.p, at);
    if (form == FORM_REPORT)
        ac_redaction_cover(x, strstr(name, ".ja.") ? "ja" : "en", &out);
    else if (form == FORM_HTML)
        ac_redaction_banner(x, &out);
    ac_buf_add(&out, done.p + at, done.n - at);
    rc = found || !done.n
             ? ac_report_put(x->to, name, &out, err)
             : AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "%s is no report of aftercheck", name);
    ac_buf_free(&out);
    return rc;
}

enum ac_rc ac_redaction_file(struct ac_redaction *x, const char *name, struct ac_err *err)
{
    struct ac_buf raw = {0}, out = {0};
    enum form form = form_of(name);
    enum ac_rc rc;

    if (form == FORM_NONE) {
        json_array_append_new(x->left_out, json_string(name));
        return AC_OK;
    }
    rc = ac_redaction_load(x->from, name, &raw, err);
    if (rc == AC_OK && redact_form(x, form, ac_buf_str(&raw), &out) == SIZE_MAX)
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "%s is not what its name says, or too large",
                     name);
    if (rc == AC_OK)
        rc = check(x, form, name, ac_buf_str(&out), err);
    if (rc == AC_OK && out.failed)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for %s", name);
    if (rc == AC_OK)
        rc = write_copy(x, form, name, ac_buf_str(&out), err);
    ac_buf_free(&raw);
    ac_buf_free(&out);
    return rc;
}
