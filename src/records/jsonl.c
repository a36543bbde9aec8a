#include "records/jsonl.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

static enum ac_rc write_line(FILE *f, const char *line, struct ac_err *err)
{
    if (fputs(line, f) < 0 || fputc('\n', f) == EOF)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "records could not be written");
    return AC_OK;
}

static enum ac_rc keep(struct ac_sink *sink, struct ac_record *record, struct ac_err *err)
{
    struct ac_records *r = (struct ac_records *)sink;
    enum ac_rc rc = AC_OK;

    if (ac_grow((void **)&r->items, &r->cap, r->n + 1, sizeof(*r->items)) != 0) {
        ac_record_free(record);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    }
    r->items[r->n++] = record;
    if (r->copy) {
        char *line = ac_record_print(record);

        rc = line ? write_line(r->copy, line, err)
                  : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a line");
        free(line);
    }
    return rc;
}

bool ac_is_records_count(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_SOURCE &&
           strcmp(ac_record_get(r, "source"), AC_RECORDS_COUNT) == 0;
}

void ac_records_init(struct ac_records *r, FILE *copy)
{
    *r = (struct ac_records){.sink.emit = keep, .copy = copy};
}

void ac_records_free(struct ac_records *r)
{
    for (size_t i = 0; i < r->n; i++)
        ac_record_free(r->items[i]);
    ac_free(r->items);
    ac_records_init(r, NULL);
}

json_t *ac_records_header(const char *tool, const char *rules_sha256, json_t *options)
{
    json_t *h = json_object();

    ac_json_textz(h, "schema", AC_RECORDS_SCHEMA);
    ac_json_textz(h, "tool", tool);
    ac_json_textz(h, "rules_sha256", rules_sha256);
    if (!h || json_object_set_new(h, "options", options) != 0) {
        json_decref(h);
        return NULL;
    }
    return h;
}

enum ac_rc ac_records_write_header(FILE *f, const json_t *header, struct ac_err *err)
{
    char *line = header ? json_dumps(header, JSON_COMPACT) : NULL;
    enum ac_rc rc = line ? write_line(f, line, err)
                         : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the header");

    free(line);
    return rc;
}

static enum ac_rc read_header(const char *line, size_t n, json_t **ret, struct ac_err *err)
{
    json_t *h = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
    const char *schema = json_string_value(json_object_get(h, "schema"));

    if (!schema || strcmp(schema, AC_RECORDS_SCHEMA) != 0) {
        enum ac_rc rc = schema ? AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET,
                                         "the records have the schema \"%.60s\", this program "
                                         "reads " AC_RECORDS_SCHEMA,
                                         schema)
                               : AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET,
                                         "is no records file: its first line is no header");
        json_decref(h);
        return rc;
    }
    *ret = h;
    return AC_OK;
}

enum ac_rc ac_records_read(FILE *f, struct ac_records *r, json_t **ret_header, struct ac_err *err)
{
    char *line = NULL;
    size_t cap = 0, number = 0;
    json_t *header = NULL;
    enum ac_rc rc = AC_OK;
    ssize_t n;

    while (rc == AC_OK && (n = getline(&line, &cap, f)) > 0) {
        struct ac_record *record = NULL;

        number++;
        if (number == 1) {
            rc = read_header(line, (size_t)n, &header, err);
            continue;
        }
        rc = (size_t)n > AC_MAX_FRAME ? AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "the line is too long")
                                      : ac_record_parse(line, (size_t)n, &record, err);
        if (rc == AC_OK)
            rc = ac_sink_emit(&r->sink, record, err);
        if (rc != AC_OK)
            AC_WRAP(err, rc, AC_NO_OFFSET, "line %zu", number);
    }
    free(line);
    if (rc == AC_OK && number == 0)
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "is empty");
    if (rc == AC_OK && ret_header)
        *ret_header = header;
    else
        json_decref(header);
    return rc;
}
