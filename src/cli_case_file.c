/*
 * Fields of the case, and the file that holds them: lines "field = text", or a JSON object of texts.
 */
#include "cli_case.h"

#include "base/hash.h"
#include "base/limits.h"
#include "records/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const fields[] = {
    "case_id",   "report_id",     "examiner", "organisation", "qualification",
    "requester", "request_date",  "question", "scope",        "out_of_scope",
    "authority", "external_hash", "custody",  "disposition",
};

/* ---- one field */

const char *ac_case_field(struct ac_str name)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (ac_str_eq(name, ac_str_of(fields[i])))
            return fields[i];
    }
    return NULL;
}

enum ac_rc ac_case_put(json_t *human, struct ac_str name, struct ac_str text, const char **ret,
                       struct ac_err *err)
{
    struct ac_buf clean = {0};
    const char *field = ac_case_field(name);
    enum ac_rc rc = AC_OK;

    if (!field) {
        ac_text_safe(name, &clean);
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                     "\"%.60s\" is no field of a case (aftercheck(1) lists them)",
                     ac_buf_text(&clean));
    } else if (json_object_get(human, field)) {
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s is given twice", field);
    } else {
        ac_text_from_utf8((struct ac_view){(const uint8_t *)text.p, text.n, 0}, &clean, NULL);
        ac_json_text(human, field, ac_buf_str(&clean));
        *ret = field;
    }
    ac_buf_free(&clean);
    return rc;
}

/* ---- lines */

static struct ac_str trimmed(struct ac_str s)
{
    while (s.n && strchr(" \t\r", s.p[0]))
        s = (struct ac_str){s.p + 1, s.n - 1};
    while (s.n && strchr(" \t\r", s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Lines that begin with a blank go on with the text above, as lines of it. */
static void go_on(json_t *human, const char *field, struct ac_str line)
{
    struct ac_buf text = {0};

    ac_buf_addf(&text, "%s\n", json_string_value(json_object_get(human, field)));
    ac_text_from_utf8((struct ac_view){(const uint8_t *)line.p, line.n, 0}, &text, NULL);
    ac_json_text(human, field, ac_buf_str(&text));
    ac_buf_free(&text);
}

/* *field: the one that the line above belongs to, NULL: none. */
static enum ac_rc take_line(json_t *human, struct ac_str line, const char **field,
                            struct ac_err *err)
{
    struct ac_str s = trimmed(line);
    const char *equal = s.n ? memchr(s.p, '=', s.n) : NULL;

    if (s.n == 0)
        return AC_OK;
    if (s.p != line.p && *field) { /* also "#2" and ";": nothing of a text is dropped */
        go_on(human, *field, s);
        return AC_OK;
    }
    if (s.p[0] == '#' || s.p[0] == ';' || ac_str_eq(s, AC_STR("[case]")))
        return AC_OK;
    if (!equal)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "is not of the form \"field = text\"");
    return ac_case_put(human, trimmed((struct ac_str){s.p, (size_t)(equal - s.p)}),
                       trimmed((struct ac_str){equal + 1, (size_t)(s.p + s.n - equal) - 1}), field,
                       err);
}

static enum ac_rc read_lines(json_t *human, struct ac_str file, struct ac_err *err)
{
    const char *field = NULL;
    enum ac_rc rc = AC_OK;

    for (unsigned number = 1; rc == AC_OK && file.n; number++) {
        const char *feed = memchr(file.p, '\n', file.n);
        size_t n = feed ? (size_t)(feed - file.p) : file.n;

        rc = take_line(human, (struct ac_str){file.p, n}, &field, err);
        if (rc != AC_OK)
            AC_WRAP(err, rc, AC_NO_OFFSET, "line %u", number);
        n += feed != NULL;
        file = (struct ac_str){file.p + n, file.n - n};
    }
    return rc;
}

/* ---- JSON */

static enum ac_rc read_json(json_t *human, struct ac_str file, struct ac_err *err)
{
    json_error_t error;
    json_t *object = json_loadb(file.p, file.n, JSON_REJECT_DUPLICATES, &error), *value;
    enum ac_rc rc = AC_OK;
    const char *name, *field;

    if (!object)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "line %d: not JSON: %s", error.line,
                       error.text);
    json_object_foreach (object, name, value) {
        if (rc == AC_OK && !json_is_string(value))
            rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "a member is no text");
        if (rc == AC_OK)
            rc = ac_case_put(human, ac_str_of(name), ac_str_of(json_string_value(value)), &field,
                             err);
    }
    json_decref(object);
    return rc;
}

/* ---- the file */

static enum ac_rc load(const char *path, struct ac_buf *ret, struct ac_err *err)
{
    FILE *f = fopen(path, "rb");
    char piece[4096];
    bool bad;
    size_t n;

    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(errno));
    while (ret->n <= AC_MAX_CASE_FILE && (n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(ret, piece, n);
    bad = ferror(f) != 0;
    fclose(f);
    if (bad || ret->failed)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "could not be read");
    if (ret->n > AC_MAX_CASE_FILE)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "larger than a case file may be (%d KiB)",
                       (int)(AC_MAX_CASE_FILE / AC_KIB));
    return AC_OK;
}

enum ac_rc ac_case_file_read(const char *path, json_t *human, struct ac_err *err)
{
    struct ac_buf text = {0};
    char digest[AC_HASH_TEXT];
    enum ac_rc rc = load(path, &text, err);
    struct ac_str file = ac_buf_str(&text);

    if (file.n >= 3 && memcmp(file.p, "\xEF\xBB\xBF", 3) == 0)
        file = (struct ac_str){file.p + 3, file.n - 3};
    if (rc == AC_OK) {
        size_t blanks = strspn(ac_buf_text(&text) + (text.n - file.n), " \t\r\n");

        rc = blanks < file.n && file.p[blanks] == '{' ? read_json(human, file, err)
                                                      : read_lines(human, file, err);
    }
    if (rc == AC_OK) {
        ac_json_bytes(human, "case_file", path);
        ac_hash_hex(AC_SHA256, text.p, text.n, digest);
        ac_json_textz(human, "case_file_sha256", digest);
    }
    ac_buf_free(&text);
    return rc;
}
