/* The timeline: every time once and in order, hostile names inert in all three forms. */
#include "fixture.h"

#include "report/timeline.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct fx_records all;
static struct ac_assessment a;
static struct ac_timeline t;
static struct ac_buf out;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
}

static void end(void)
{
    ac_timeline_free(&t);
    ac_assessment_free(&a);
    ac_buf_free(&out);
    fx_records_free(&all);
}

TestSuite(timeline, .init = begin, .fini = end);

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);
    char id[24];

    snprintf(id, sizeof(id), "R-%06zu", all.n + 1);
    ac_record_set_id(r, id);
    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "path", "Users/user1/NTUSER.DAT");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static void set(struct ac_record *r, const char *field, const char *time)
{
    ac_record_time(r, field, (struct ac_filetime){fx_time(time)});
}

static void make(void)
{
    a.records = all.items;
    a.n_records = all.n;
    cr_assert_eq(ac_timeline_make(&a, &t), AC_OK);
}

Test(timeline, every_time_in_order)
{
    struct ac_record *r = add(AC_KIND_FILE);
    json_t *pe = json_object();

    ac_record_textz(r, "path", "a.exe");
    set(r, "modified", "2021-01-05T08:30:14Z");
    set(r, "created", "2020-01-01T00:00:00.0000001Z");
    ac_json_textz(pe, "timestamp", "2019-01-01T00:00:00Z");
    ac_json_textz(pe, "machine", "2018-01-01T00:00:00Z"); /* no time, whatever it looks like */
    ac_record_object(r, "pe", pe);
    r = add(AC_KIND_EXECUTION);
    ac_record_add_time(r, "run_times", (struct ac_filetime){fx_time("2021-01-05T08:30:13Z")});
    ac_record_add_time(r, "run_times", (struct ac_filetime){fx_time("2021-01-05T08:30:14Z")});
    ac_record_time(r, "last_run", (struct ac_filetime){UINT64_C(0x7fffffffffffffff)});
    make();
    cr_assert_eq(t.n, 5, "%zu: what is no date has no place", t.n);
    cr_expect_str_eq(t.rows[0].member, "timestamp");
    cr_expect_str_eq(t.rows[1].field, "created");
    cr_expect_str_eq(t.rows[2].field, "run_times");
    cr_expect_str_eq(t.rows[3].field, "modified", "equal times: in the order of the records");
    cr_expect_str_eq(t.rows[4].field, "run_times");
}

Test(timeline, the_time_of_a_key_once)
{
    for (int i = 0; i < 3; i++) {
        struct ac_record *r = add(AC_KIND_AUTOSTART);

        ac_record_prov_textz(r, "key", i < 2 ? "HKU\\user1\\Run" : "HKU\\user1\\RunOnce");
        ac_record_prov_time(r, "key_last_written",
                            (struct ac_filetime){fx_time("2021-01-05T08:30:14Z")});
    }
    make();
    cr_expect_eq(t.n, 2);
}

Test(timeline, hostile_names_in_csv_and_body)
{
    struct ac_record *r = add(AC_KIND_FILE);
    unsigned lines = 0, pipes = 0;

    ac_record_textz(r, "path", "=cmd|' /C calc'!A0\",\"x\r\ny\x1b[2J\xE2\x80\xAE");
    set(r, "created", "2021-01-05T08:30:14Z");
    make();
    ac_timeline_csv(&t, &a, &out);
    cr_expect_str_eq(ac_buf_text(&out),
                     "message,datetime,timestamp_desc,record,place,findings\r\n"
                     "\"file: =cmd|' /C calc'!A0\"\",\"\"x\\u{D}\\u{A}y\\u{1B}[2J\\u{202E}\","
                     "\"2021-01-05T08:30:14Z\",\"file: created\",\"R-000001\","
                     "\"E1:Users/user1/NTUSER.DAT\",\"\"\r\n");
    ac_buf_clear(&out);
    ac_timeline_body(&t, &out);
    for (size_t i = 0; i < out.n; i++) {
        lines += out.p[i] == '\n';
        pipes += out.p[i] == '|';
    }
    cr_expect_eq(lines, 1);
    cr_expect_eq(pipes, 10, "eleven fields, none more by the name");
}

Test(timeline, json_lines_have_what_timesketch_needs)
{
    struct ac_record *r = add(AC_KIND_TASK);
    json_t *o;

    (void)r;
    r = add(AC_KIND_ACCOUNT);
    ac_record_textz(r, "name", "user1");
    set(r, "last_logon", "1970-01-01T00:00:01.5Z");
    make();
    ac_timeline_jsonl(&t, &a, &out);
    o = json_loads(ac_buf_text(&out), JSON_DISABLE_EOF_CHECK, NULL);
    cr_assert_not_null(o);
    cr_expect_str_eq(json_string_value(json_object_get(o, "message")), "account: user1");
    cr_expect_str_eq(json_string_value(json_object_get(o, "datetime")), "1970-01-01T00:00:01.5Z");
    cr_expect_eq(json_integer_value(json_object_get(o, "timestamp")), 1500000);
    cr_expect_str_eq(json_string_value(json_object_get(o, "timestamp_desc")),
                     "account: last_logon");
    json_decref(o);
}

Test(timeline, a_file_has_one_line_for_each_set_of_times)
{
    struct ac_record *r = add(AC_KIND_FILE);

    ac_record_textz(r, "path", "a.exe");
    ac_record_textz(r, "md5", "00112233445566778899aabbccddeeff");
    ac_record_int(r, "size", 77);
    ac_record_prov_textz(r, "mft", "42-1");
    set(r, "created", "1970-01-01T00:00:04Z");
    set(r, "changed", "1970-01-01T00:00:03Z");
    set(r, "modified", "1970-01-01T00:00:02Z");
    set(r, "accessed", "1970-01-01T00:00:01Z");
    set(r, "fn_created", "1970-01-01T00:00:05Z");
    set(r, "fn_changed", "1970-01-01T00:00:05Z");
    set(r, "fn_modified", "1970-01-01T00:00:05Z");
    set(r, "fn_accessed", "1970-01-01T00:00:05Z");
    make();
    ac_timeline_body(&t, &out);
    cr_expect_str_eq(
        ac_buf_text(&out),
        "00112233445566778899aabbccddeeff|file: a.exe "
        "($STANDARD_INFORMATION)|42-1||0|0|77|1|2|3|4\n"
        "00112233445566778899aabbccddeeff|file: a.exe ($FILE_NAME)|42-1||0|0|77|5|5|5|5\n");
}

/* Every kind of record can be told. */
Test(timeline, no_kind_is_forgotten)
{
    for (int k = 0; k < AC_KINDS; k++) {
        struct ac_record *r = add((enum ac_kind)k);

        ac_record_prov_textz(r, "key", "K");
        ac_record_prov_time(r, "key_last_written",
                            (struct ac_filetime){fx_time("2021-01-05T08:30:14Z")});
        ac_record_prov_textz(r, "path", ac_schema_of((enum ac_kind)k)->name);
    }
    make();
    cr_expect_eq(t.n, AC_KINDS - 1, "all but the acquisition");
    ac_timeline_csv(&t, &a, &out);
    cr_expect_not(out.failed);
}
