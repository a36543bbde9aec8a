#include "notice_csv.h"

#include "notice_columns.h"

#include <string.h>

struct csv {
    const char *p, *end;
    unsigned line;
    char separator;
    struct ac_buf field;
};

enum after { AFTER_SEPARATOR, AFTER_ROW };

static bool at_row_end(const struct csv *c)
{
    return c->p == c->end || *c->p == '\r' || *c->p == '\n';
}

static void skip_row_end(struct csv *c)
{
    if (c->p == c->end)
        return;
    if (c->p[0] == '\r' && c->p + 1 < c->end && c->p[1] == '\n')
        c->p++;
    c->p++;
    c->line++;
}

static void skip_blanks(struct csv *c)
{
    while (c->p < c->end && c->p[0] == ' ')
        c->p++;
}

/* Behind the opening quote, up to behind the closing one. */
static enum ac_rc quoted(struct csv *c, struct ac_err *err)
{
    unsigned begin = c->line;

    for (c->p++; c->p < c->end; c->p++) {
        if (*c->p == '"') {
            if (c->p + 1 == c->end || c->p[1] != '"')
                break;
            c->p++;
        }
        c->line += *c->p == '\n';
        ac_buf_addc(&c->field, *c->p);
    }
    if (c->p == c->end)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "line %u: a quoted field does not end", begin);
    c->p++;
    skip_blanks(c);
    if (!at_row_end(c) && *c->p != c->separator)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "line %u: there is text behind a quoted field",
                       c->line);
    return AC_OK;
}

/* One field into c->field, and what follows it. */
static enum ac_rc next_field(struct csv *c, enum after *ret, struct ac_err *err)
{
    const char *begin = c->p;
    enum ac_rc rc = AC_OK;

    ac_buf_clear(&c->field);
    skip_blanks(c);
    if (c->p < c->end && *c->p == '"') {
        rc = quoted(c, err);
    } else {
        c->p = begin;
        while (!at_row_end(c) && *c->p != c->separator)
            c->p++;
        ac_buf_add(&c->field, begin, (size_t)(c->p - begin));
    }
    if (rc != AC_OK)
        return rc;
    *ret = at_row_end(c) ? AFTER_ROW : AFTER_SEPARATOR;
    if (*ret == AFTER_ROW)
        skip_row_end(c);
    else
        c->p++;
    return c->field.failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the notice")
                           : AC_OK;
}

/* A line without anything but blanks and separators. */
static bool is_empty_row(const struct csv *c)
{
    const char *p = c->p;

    while (p < c->end && (*p == ' ' || *p == '\t' || *p == c->separator))
        p++;
    return p == c->end || *p == '\r' || *p == '\n';
}

static void skip_empty_rows(struct csv *c)
{
    while (c->p < c->end && is_empty_row(c)) {
        while (!at_row_end(c))
            c->p++;
        skip_row_end(c);
    }
}

/* The separator that stands most often in the first line, outside quotes. */
static char sniff(const struct csv *c)
{
    static const char separators[] = ",;\t";
    size_t counts[3] = {0}, best = 0;
    bool in_quotes = false;

    for (const char *p = c->p; p < c->end && (in_quotes || (*p != '\r' && *p != '\n')); p++) {
        const char *s = memchr(separators, *p, 3);

        in_quotes ^= *p == '"';
        if (s && !in_quotes)
            counts[s - separators]++;
    }
    for (size_t i = 1; i < 3; i++)
        best = counts[i] > counts[best] ? i : best;
    return separators[best];
}

static enum ac_rc read_header(struct csv *c, struct ac_notice_columns *columns, struct ac_err *err)
{
    enum after after = AFTER_SEPARATOR;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && after == AFTER_SEPARATOR) {
        rc = next_field(c, &after, err);
        if (rc == AC_OK)
            rc = ac_notice_columns_add(columns, ac_buf_str(&c->field), err);
    }
    return rc;
}

static enum ac_rc read_row(struct csv *c, const struct ac_notice_columns *columns,
                           struct ac_notice_list *list, struct ac_err *err)
{
    enum after after = AFTER_SEPARATOR;
    unsigned line = c->line;
    enum ac_rc rc = ac_notice_row_add(list, line, err);

    for (size_t i = 0; rc == AC_OK && after == AFTER_SEPARATOR; i++) {
        rc = next_field(c, &after, err);
        if (rc == AC_OK && i >= columns->n)
            return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                           "line %u: the row has more fields than there are columns (%zu)", line,
                           columns->n);
        if (rc == AC_OK && columns->fields[i] != AC_NOTICE_FIELDS)
            rc = ac_notice_row_put(list, columns->fields[i], ac_buf_str(&c->field), err);
    }
    return rc;
}

enum ac_rc ac_notice_csv(struct ac_str text, struct ac_notice_list *list, struct ac_err *err)
{
    struct csv c = {.p = text.p, .end = text.p + text.n, .line = 1, .separator = ','};
    struct ac_notice_columns columns = {.n = 0};
    unsigned header;
    enum ac_rc rc;

    skip_empty_rows(&c);
    c.separator = sniff(&c);
    header = c.line;
    rc = read_header(&c, &columns, err);
    if (rc == AC_OK && (rc = ac_notice_columns_map(&columns, list, err)) != AC_OK)
        rc = AC_WRAP(err, rc, AC_NO_OFFSET, "line %u", header);
    for (skip_empty_rows(&c); rc == AC_OK && c.p < c.end; skip_empty_rows(&c))
        rc = read_row(&c, &columns, list, err);
    ac_notice_columns_free(&columns);
    ac_buf_free(&c.field);
    return rc;
}
