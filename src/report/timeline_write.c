/* The rows of the timeline as CSV, as JSON lines, and in the form of mactime's body file. */
#include "report/timeline.h"

#include "base/alloc.h"
#include "base/set.h"
#include "report/csv.h"
#include "report/finding_index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *o, const char *member)
{
    const char *z = json_string_value(json_object_get(o, member));

    return z ? z : "";
}

/* ---- what a row says */

/* The fields of a record that tell what it is, in this order; empty ones are left out. */
static const char *const *telling(enum ac_kind kind)
{
    static const char *const by_kind[AC_KINDS][8] = {
        [AC_KIND_SYSTEM] = {"product", "computer_name", "network", "interface_name", NULL},
        [AC_KIND_ACCOUNT] = {"name", "sid", NULL},
        [AC_KIND_AUTOSTART] = {"location", "name", "command", NULL},
        [AC_KIND_TASK] = {"path", NULL},
        [AC_KIND_EXECUTION] = {"artefact", "program", "program_path", "user", NULL},
        [AC_KIND_SHORTCUT] = {"target", "arguments", NULL},
        [AC_KIND_ACTIVITY] = {"artefact", "user", "text", NULL},
        [AC_KIND_USAGE] = {"artefact", "program", "user", NULL},
        [AC_KIND_DELIVERY] = {"artefact", "user", "document", NULL},
        [AC_KIND_DETECTION] = {"threat", "path", NULL},
        [AC_KIND_CHANGE] = {"path", "name", NULL},
        [AC_KIND_FILE] = {"path", NULL},
        [AC_KIND_LISTING] = {"path", NULL},
        [AC_KIND_MATCH] = {"rule", "path", NULL},
        [AC_KIND_KEY] = {"path", NULL},
        [AC_KIND_VALUE] = {"path", "name", NULL},
        [AC_KIND_EVENT] = {"log", "event_id", "task", "service", "account", "program", "command",
                           NULL},
        [AC_KIND_CREDENTIAL_STORE] = {"program", "content", "user", "store", NULL},
    };

    return by_kind[kind];
}

void ac_timeline_message(const struct ac_timeline_row *row, struct ac_buf *out)
{
    const struct ac_record *r = row->record;
    const char *state = ac_record_prov(r, "state"), *name = text_of(row->item, "name");

    ac_buf_addf(out, "%s:", ac_schema_of(ac_record_kind(r))->name);
    for (const char *const *f = telling(ac_record_kind(r)); *f; f++) {
        if (ac_record_get(r, *f)[0])
            ac_buf_addf(out, " %s", ac_record_get(r, *f));
        else if (json_is_integer(ac_record_get_json(r, *f)))
            ac_buf_addf(out, " %" PRId64, ac_record_get_int(r, *f));
    }
    if (name[0])
        ac_buf_addf(out, "%s%s", ac_record_kind(r) == AC_KIND_LISTING ? "/" : " ", name);
    for (size_t i = 0; i < json_array_size(ac_record_get_json(r, "reasons")); i++)
        ac_buf_addf(out, " %s",
                    json_string_value(json_array_get(ac_record_get_json(r, "reasons"), i)));
    if (state[0] && strcmp(state, "live") != 0)
        ac_buf_addf(out, " [%s]", state);
}

/* "file: created", "listing: entries created". */
static void description(const struct ac_timeline_row *row, struct ac_buf *out)
{
    ac_buf_addf(out, "%s: %s%s%s", ac_schema_of(ac_record_kind(row->record))->name, row->field,
                row->member[0] ? " " : "", row->member);
}

static void place(const struct ac_record *r, struct ac_buf *out)
{
    ac_buf_addf(out, "%s:%s", ac_record_prov(r, "evidence"), ac_record_prov(r, "path"));
    if (ac_record_prov(r, "key")[0])
        ac_buf_addf(out, " %s", ac_record_prov(r, "key"));
}

/* ---- one row in all forms */

struct cells {
    struct ac_buf message, description, place, findings;
    char time[AC_TIME_TEXT];
};

static void fill(struct cells *c, const struct ac_timeline_row *row,
                 const struct ac_finding_index *all)
{
    ac_buf_clear(&c->message);
    ac_buf_clear(&c->description);
    ac_buf_clear(&c->place);
    ac_buf_clear(&c->findings);
    ac_timeline_message(row, &c->message);
    description(row, &c->description);
    place(row->record, &c->place);
    ac_finding_index_ids(all, row->record, &c->findings);
    ac_time_print((struct ac_filetime){row->ticks}, c->time);
}

static void release(struct cells *c, struct ac_buf *out)
{
    out->failed |=
        c->message.failed || c->description.failed || c->place.failed || c->findings.failed;
    ac_buf_free(&c->message);
    ac_buf_free(&c->description);
    ac_buf_free(&c->place);
    ac_buf_free(&c->findings);
}

/* ---- CSV */

void ac_timeline_csv(const struct ac_timeline *t, const struct ac_assessment *a, struct ac_buf *out)
{
    struct cells c = {0};
    struct ac_finding_index all;

    out->failed |= ac_finding_index_make(a, &all) != AC_OK;
    ac_buf_addz(out, "message,datetime,timestamp_desc,record,place,findings\r\n");
    for (size_t i = 0; i < t->n && !out->failed; i++) {
        fill(&c, &t->rows[i], &all);
        ac_csv_cell(out, ac_buf_str(&c.message), false);
        ac_csv_cell(out, ac_str_of(c.time), false);
        ac_csv_cell(out, ac_buf_str(&c.description), false);
        ac_csv_cell(out, ac_str_of(ac_record_id(t->rows[i].record)), false);
        ac_csv_cell(out, ac_buf_str(&c.place), false);
        ac_csv_cell(out, ac_buf_str(&c.findings), true);
    }
    release(&c, out);
    ac_finding_index_free(&all);
}

/* ---- JSON lines */

static void line(const struct ac_timeline_row *row, const struct cells *c, struct ac_buf *out)
{
    json_t *o = json_object();
    char *text;

    ac_json_text(o, "message", ac_buf_str(&c->message));
    ac_json_textz(o, "datetime", c->time);
    ac_json_int(o, "timestamp", (int64_t)(row->ticks / 10) - (int64_t)(AC_TICKS_1601_TO_1970 / 10));
    ac_json_text(o, "timestamp_desc", ac_buf_str(&c->description));
    ac_json_textz(o, "record", ac_record_id(row->record));
    ac_json_text(o, "place", ac_buf_str(&c->place));
    ac_json_text(o, "findings", ac_buf_str(&c->findings));
    text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    if (!text)
        out->failed = true;
    else
        ac_buf_addf(out, "%s\n", text);
    free(text);
    json_decref(o);
}

void ac_timeline_jsonl(const struct ac_timeline *t, const struct ac_assessment *a,
                       struct ac_buf *out)
{
    struct cells c = {0};
    struct ac_finding_index all;

    out->failed |= ac_finding_index_make(a, &all) != AC_OK;
    for (size_t i = 0; i < t->n && !out->failed; i++) {
        fill(&c, &t->rows[i], &all);
        line(&t->rows[i], &c, out);
    }
    release(&c, out);
    ac_finding_index_free(&all);
}

/* ---- mactime: MD5|name|inode|mode|UID|GID|size|atime|mtime|ctime|crtime, seconds since 1970. A file has one
 * line for the times of $STANDARD_INFORMATION and one for those of $FILE_NAME; what happened at one time has
 * it four times, because mactime lists a time of 0 as well. */

static const char *const body_times[2][4] = {
    {"accessed", "modified", "changed", "created"},
    {"fn_accessed", "fn_modified", "fn_changed", "fn_created"}};

static int64_t unix_seconds(uint64_t ticks)
{
    return ticks ? (int64_t)(ticks / AC_TICKS_PER_SECOND) -
                       (int64_t)(AC_TICKS_1601_TO_1970 / AC_TICKS_PER_SECOND)
                 : 0;
}

/* What the times of a line are: those that a file system other than NTFS keeps have no name of their own. */
static const char *body_what(const struct ac_timeline_row *row, unsigned line)
{
    static const char *const names[] = {"$STANDARD_INFORMATION", "$FILE_NAME"};

    if (line >= 2)
        return row->field;
    return ac_record_prov(row->record, "mft")[0] ? names[line] : "file system";
}

/* Which of the two lines of a file the field belongs to; 2: neither. */
static unsigned body_line_of(const struct ac_timeline_row *row)
{
    for (unsigned line = 0; ac_record_kind(row->record) == AC_KIND_FILE && line < 2; line++) {
        for (unsigned k = 0; k < 4; k++) {
            if (strcmp(row->field, body_times[line][k]) == 0)
                return line;
        }
    }
    return 2;
}

static void body_name(const struct ac_timeline_row *row, const char *what, struct ac_buf *out)
{
    struct ac_buf text = {0}, safe = {0};

    ac_timeline_message(row, &text);
    ac_buf_addf(&text, " (%s%s%s)", what, row->member[0] ? " " : "", row->member);
    ac_text_safe(ac_buf_str(&text), &safe);
    for (size_t i = 0; i < safe.n; i++) {
        if (safe.p[i] == '|')
            ac_buf_addz(out, "\\u{7C}");
        else
            ac_buf_addc(out, safe.p[i]);
    }
    out->failed |= text.failed || safe.failed;
    ac_buf_free(&text);
    ac_buf_free(&safe);
}

static void body_line(const struct ac_timeline_row *row, unsigned line, struct ac_buf *out)
{
    const struct ac_record *r = row->record;
    bool file = ac_record_kind(r) == AC_KIND_FILE;

    ac_buf_addf(out, "%s|", file && ac_record_get(r, "md5")[0] ? ac_record_get(r, "md5") : "0");
    body_name(row, body_what(row, line), out);
    ac_buf_addf(out, "|%s||0|0|%" PRId64,
                file && ac_record_prov(r, "mft")[0] ? ac_record_prov(r, "mft") : "0",
                file ? ac_record_get_int(r, "size") : 0);
    for (unsigned k = 0; k < 4; k++)
        ac_buf_addf(
            out, "|%" PRId64,
            unix_seconds(line < 2 ? ac_record_get_time(r, body_times[line][k]).ticks : row->ticks));
    ac_buf_addc(out, '\n');
}

void ac_timeline_body(const struct ac_timeline *t, struct ac_buf *out)
{
    struct ac_set told = {0}; /* lines of files, by record id and number of the line */

    for (size_t i = 0; i < t->n && !out->failed; i++) {
        const struct ac_timeline_row *row = &t->rows[i];
        unsigned line = body_line_of(row);
        struct ac_buf id = {0};

        ac_buf_addf(&id, "%s/%u", ac_record_id(row->record), line);
        if (line == 2 || !ac_set_has(&told, ac_buf_str(&id)))
            body_line(row, line, out);
        if (id.failed || (line < 2 && ac_set_put(&told, ac_buf_str(&id), 1) != AC_OK))
            out->failed = true;
        ac_buf_free(&id);
    }
    ac_set_free(&told);
}
