#include "notice_file.h"

#include "notice_columns.h"
#include "notice_csv.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* ---- encodings */

static bool has_start(struct ac_view v, const char *start, size_t n)
{
    return v.n >= n && memcmp(v.p, start, n) == 0;
}

static struct ac_view behind(struct ac_view v, size_t n)
{
    return (struct ac_view){v.p + n, v.n - n, n};
}

/* False if it is no text in that encoding, or cannot be converted here. */
static bool convert(const char *encoding, struct ac_view v, struct ac_buf *out)
{
    iconv_t cd = iconv_open("UTF-8", encoding);
    char *in = (char *)(uintptr_t)v.p; /* iconv() does not write there */
    size_t left = v.n;
    bool ok = cd != (iconv_t)-1;

    while (ok && left > 0) {
        char piece[4096], *to = piece;
        size_t room = sizeof(piece);

        ok = iconv(cd, &in, &left, &to, &room) != (size_t)-1 || errno == E2BIG;
        ac_buf_add(out, piece, (size_t)(to - piece));
    }
    if (cd != (iconv_t)-1)
        iconv_close(cd);
    return ok;
}

/* By what the bytes can be: byte order marks first, then what is valid. */
static enum ac_rc decode(struct ac_view v, struct ac_buf *out, const char **ret_encoding,
                         struct ac_err *err)
{
    bool exact = true;

    if (has_start(v, "\xEF\xBB\xBF", 3)) {
        *ret_encoding = "UTF-8";
        ac_text_from_utf8(behind(v, 3), out, &exact);
    } else if (has_start(v, "\xFF\xFE", 2)) {
        *ret_encoding = "UTF-16LE";
        ac_text_from_utf16(behind(v, 2), out, &exact);
    } else if (has_start(v, "\xFE\xFF", 2)) {
        *ret_encoding = "UTF-16BE";
        ac_text_from_utf16be(behind(v, 2), out, &exact);
    } else {
        *ret_encoding = "UTF-8";
        ac_text_from_utf8(v, out, &exact);
        if (!exact && !memchr(v.p, 0, v.n)) {
            *ret_encoding = "CP932";
            ac_buf_clear(out);
            exact = convert("CP932", v, out);
        }
    }
    if (out->failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the notice");
    if (!exact)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "the text is neither UTF-8, nor UTF-16 with a byte order mark, nor CP932 "
                       "(Shift_JIS)");
    return AC_OK;
}

/* ---- JSON */

/* The members of all objects, each once, as the columns. */
static enum ac_rc find_columns(const json_t *rows, struct ac_notice_columns *columns,
                               struct ac_err *err)
{
    json_t *seen = json_object();
    enum ac_rc rc = seen ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory");

    for (size_t i = 0; rc == AC_OK && i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i), *value;
        const char *name;

        if (!json_is_object(row)) {
            rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "entry %zu is no object", i + 1);
            break;
        }
        json_object_foreach (row, name, value) {
            if (rc == AC_OK && !json_object_get(seen, name)) {
                rc = ac_notice_columns_add(columns, ac_str_of(name), err);
                json_object_set_new(seen, name, json_integer((json_int_t)columns->n - 1));
            }
        }
    }
    json_decref(seen);
    return rc;
}

static enum ac_rc read_entry(json_t *row, const struct ac_notice_columns *columns,
                             struct ac_notice_list *list, struct ac_err *err)
{
    enum ac_rc rc = ac_notice_row_add(list, 0, err);
    const char *name;
    json_t *value;

    json_object_foreach (row, name, value) {
        size_t i = 0;

        while (i < columns->n &&
               (columns->fields[i] == AC_NOTICE_FIELDS || strcmp(columns->names[i], name) != 0))
            i++;
        if (rc != AC_OK || i == columns->n || json_is_null(value))
            continue;
        if (!json_is_string(value))
            return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "entry %zu: \"%.80s\" is no text", list->n,
                           name);
        rc = ac_notice_row_put(list, columns->fields[i], ac_str_of(json_string_value(value)), err);
    }
    return rc;
}

/* {"notices": [...]}: the other members say nothing to this program. */
static enum ac_rc open_envelope(json_t *file, struct ac_notice_list *list, json_t **ret,
                                struct ac_err *err)
{
    enum ac_rc rc = AC_OK;
    const char *name;
    json_t *value;

    *ret = json_is_object(file) ? json_object_get(file, "notices") : file;
    if (!json_is_array(*ret))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "neither an array of objects nor an object with such an array \"notices\"");
    json_object_foreach (file, name, value) {
        if (rc == AC_OK && strcmp(name, "notices") != 0)
            rc = ac_notice_unused_add(list, ac_str_of(name), err);
    }
    return rc;
}

static enum ac_rc read_json(struct ac_str text, struct ac_notice_list *list, struct ac_err *err)
{
    struct ac_notice_columns columns = {.n = 0};
    json_error_t why;
    json_t *file = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why), *rows = NULL;
    enum ac_rc rc;

    if (!file)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "line %d: %s", why.line, why.text);
    rc = open_envelope(file, list, &rows, err);
    if (rc == AC_OK)
        rc = find_columns(rows, &columns, err);
    if (rc == AC_OK)
        rc = ac_notice_columns_map(&columns, list, err);
    for (size_t i = 0; rc == AC_OK && i < json_array_size(rows); i++)
        rc = read_entry(json_array_get(rows, i), &columns, list, err);
    ac_notice_columns_free(&columns);
    json_decref(file);
    return rc;
}

/* ---- the file */

enum ac_rc ac_notice_parse(struct ac_view bytes, struct ac_notice_list *ret, struct ac_err *err)
{
    struct ac_buf text = {0};
    enum ac_rc rc;
    char first;

    *ret = (struct ac_notice_list){0};
    rc = decode(bytes, &text, &ret->encoding, err);
    if (rc == AC_OK) {
        first = ac_buf_text(&text)[strspn(ac_buf_text(&text), " \t\r\n")];
        ret->form = first == '[' || first == '{' ? "JSON" : "CSV";
        rc = ret->form[0] == 'J' ? read_json(ac_buf_str(&text), ret, err)
                                 : ac_notice_csv(ac_buf_str(&text), ret, err);
    }
    ac_buf_free(&text);
    return rc;
}

static enum ac_rc load(const char *path, struct ac_buf *out, struct ac_err *err)
{
    FILE *f = fopen(path, "rb");
    char piece[65536];
    size_t n;
    bool bad;

    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(errno));
    while (out->n <= AC_MAX_NOTICE_FILE && (n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(out, piece, n);
    bad = ferror(f);
    fclose(f);
    if (bad)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "cannot be read");
    if (out->failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the notice");
    if (out->n > AC_MAX_NOTICE_FILE)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "the file has more than %d MiB",
                       (int)(AC_MAX_NOTICE_FILE / AC_MIB));
    return AC_OK;
}

enum ac_rc ac_notice_read(const char *path, struct ac_notice_list *ret, struct ac_err *err)
{
    struct ac_buf bytes = {0}, name = {0};
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    enum ac_rc rc = load(path, &bytes, err);

    *ret = (struct ac_notice_list){0};
    if (rc == AC_OK)
        rc = ac_notice_parse((struct ac_view){(const uint8_t *)ac_buf_text(&bytes), bytes.n, 0},
                             ret, err);
    if (rc == AC_OK) {
        ac_hash_hex(AC_SHA256, ac_buf_text(&bytes), bytes.n, ret->sha256);
        ac_text_from_utf8((struct ac_view){(const uint8_t *)last, strlen(last), 0}, &name, NULL);
        ret->name = name.p;
        if (name.failed)
            rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the notice");
    }
    ac_buf_free(&bytes);
    return rc;
}
