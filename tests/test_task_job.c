/* Scheduled tasks as .job files: all kinds of triggers, damaged ones, the real files. */
#include "fixture.h"

#include "task_job.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Built from [MS-TSCH] 2.4. */
static struct ac_buf file;
static size_t triggers_at;
static struct fx_records out;
static struct ac_record *task;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    ac_alloc_fail_at(0);
    fx_records_free(&out);
    ac_buf_free(&file);
}

TestSuite(task_job, .init = begin, .fini = end);

static void counted(const char *text)
{
    struct ac_buf b = {0};

    if (text[0])
        fx_utf16z(&b, text);
    fx_le16(&file, (unsigned)(b.n / 2));
    ac_buf_add(&file, b.p, b.n);
    ac_buf_free(&b);
}

static void fixed(uint32_t flags)
{
    static const uint8_t uuid[] = {0x12, 0x89, 0x52, 0x92, 0xfb, 0x0a, 0xd0, 0x48,
                                   0xa9, 0x7e, 0xfd, 0x9b, 0xad, 0x9e, 0x90, 0xdf};
    static const unsigned run[] = {2022, 3, 2, 1, 19, 59, 7, 45};

    ac_buf_clear(&file);
    fx_le16(&file, 0x0601);
    fx_le16(&file, 1);
    ac_buf_add(&file, uuid, 16);
    fx_le16(&file, 70);
    fx_le16(&file, 0);         /* triggers: filled in later */
    fx_le16(&file, 3);         /* retries */
    fx_le16(&file, 5);         /* minutes between them */
    fx_le16(&file, 60);        /* idle deadline */
    fx_le16(&file, 10);        /* idle wait */
    fx_le32(&file, 0x80);      /* HIGH_PRIORITY_CLASS */
    fx_le32(&file, 259200000); /* ms */
    fx_le32(&file, 0xC0000005);
    fx_le32(&file, 0x41305);
    fx_le32(&file, flags);
    for (size_t i = 0; i < 8; i++)
        fx_le16(&file, run[i]);
}

static void build(uint32_t flags, const char *command, const char *arguments)
{
    fixed(flags);
    fx_le16(&file, 1); /* running instances */
    counted(command);
    counted(arguments);
    counted("C:\\Users\\user1");
    counted("user1");
    counted("A comment \xE3\x82\xA2");
    fx_le16(&file, 3); /* user data */
    fx_u8(&file, 0xAA);
    fx_u8(&file, 0xBB);
    fx_u8(&file, 0xCC);
    fx_le16(&file, 8);
    fx_le32(&file, 0x80070002);
    fx_le32(&file, 0);
    triggers_at = file.n;
    fx_put_le16(&file, 22, (unsigned)triggers_at);
    fx_le16(&file, 0);
}

static void trigger(uint32_t flags, uint32_t type, uint32_t duration, uint32_t interval, unsigned a,
                    unsigned b, unsigned c)
{
    static const unsigned dates[] = {2022, 3, 1, 2022, 4, 2, 19, 59};

    fx_put_le16(&file, triggers_at, ac_le16((const uint8_t *)file.p + triggers_at) + 1U);
    fx_le16(&file, 48);
    fx_le16(&file, 0);
    for (size_t i = 0; i < 8; i++)
        fx_le16(&file, dates[i]);
    fx_le32(&file, duration);
    fx_le32(&file, interval);
    fx_le32(&file, flags);
    fx_le32(&file, type);
    fx_le16(&file, a);
    fx_le16(&file, b);
    fx_le16(&file, c);
    fx_zero(&file, 6);
}

static enum ac_rc run_part(size_t n)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    uint8_t *copy = malloc(n ? n : 1);
    struct ac_artefact a = {.bytes = {copy, n, 0}, .path = "Windows/Tasks/At1.job", .user = ""};
    enum ac_rc rc;

    cr_assert(copy);
    if (n)
        memcpy(copy, file.p, n);
    fx_records_free(&out);
    fx_records_init(&out);
    rc = ac_parser_task_job.parse(&a, &budget, &out.sink, NULL);
    free(copy);
    task = fx_nth(&out, AC_KIND_TASK, 0);
    return rc;
}

static enum ac_rc run(void)
{
    return run_part(file.n);
}

static const char *member(const char *field, size_t i, const char *name)
{
    const json_t *value = ac_record_get_json(task, field);
    const json_t *o = json_is_array(value) ? json_array_get(value, i) : value;
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

Test(task_job, everything_that_it_says)
{
    build(0x01002206, "C:\\Windows\\System32\\regsvr32.exe", "-s \"C:\\ProgramData\\a.dll\"");
    cr_assert_eq(run(), AC_OK);
    cr_assert_eq(out.n, 1);
    cr_expect_str_eq(ac_record_get(task, "path"), "\\At1");
    cr_expect_str_eq(ac_record_get(task, "store"), "job");
    cr_expect_str_eq(member("actions", 0, "type"), "exec");
    cr_expect_str_eq(member("actions", 0, "command"), "C:\\Windows\\System32\\regsvr32.exe");
    cr_expect_str_eq(member("actions", 0, "arguments"), "-s \"C:\\ProgramData\\a.dll\"");
    cr_expect_str_eq(member("actions", 0, "working_directory"), "C:\\Users\\user1");
    cr_expect_str_eq(ac_record_get(task, "author"), "user1");
    cr_expect_str_eq(ac_record_get(task, "description"), "A comment \xE3\x82\xA2");
    cr_expect_str_eq(ac_record_get(task, "id"), "{92528912-0AFB-48D0-A97E-FD9BAD9E90DF}");
    cr_expect_str_eq(ac_record_get(task, "last_run_local"), "2022-03-01T19:59:07.045");
    cr_expect_str_eq(ac_record_get(task, "data"), "aabbcc");
    cr_expect_eq(ac_record_get_int(task, "exit_code"), 0xC0000005);
    cr_expect_eq(ac_record_get_int(task, "last_error"), 0x80070002);
    cr_expect_not(ac_record_get_bool(task, "enabled"));
    cr_expect(ac_record_get_bool(task, "hidden"));
    cr_expect_str_eq(member("settings", 0, "priority"), "high");
    cr_expect_str_eq(member("settings", 0, "status"), "not-scheduled");
    cr_expect_str_eq(member("settings", 0, "product"), "0x0601");
    cr_expect_str_eq(member("settings", 0, "retry_interval"), "PT5M");
    cr_expect_str_eq(member("settings", 0, "idle_deadline"), "PT1H");
    cr_expect_str_eq(member("settings", 0, "flag_names"),
                     "delete-when-done disabled hidden if-logged-on application-name");
    cr_expect_eq(json_array_size(ac_record_get_json(task, "triggers")), 0);
}

Test(task_job, every_kind_of_trigger)
{
    static const struct {
        uint32_t type;
        unsigned a, b, c;
        const char *name, *schedule;
    } kinds[] = {
        {0, 0, 0, 0, "TimeTrigger", ""},
        {1, 3, 0, 0, "CalendarTrigger", "ScheduleByDay DaysInterval=3"},
        {2, 2, 0x41, 0, "CalendarTrigger",
         "ScheduleByWeek WeeksInterval=2 DaysOfWeek=Sunday,Saturday"},
        {3, 0x4000, 0x4000, 0x801, "CalendarTrigger",
         "ScheduleByMonth DaysOfMonth=15,31 Months=January,December"},
        {4, 5, 2, 0x10, "CalendarTrigger",
         "ScheduleByMonthDayOfWeek Weeks=Last DaysOfWeek=Monday Months=May"},
        {5, 0, 0, 0, "IdleTrigger", ""},
        {6, 0, 0, 0, "BootTrigger", ""},
        {7, 0, 0, 0, "LogonTrigger", ""},
    };

    build(0, "a.exe", "");
    for (size_t i = 0; i < 8; i++)
        trigger(i % 2 ? 3 : 4, kinds[i].type, 11, 5, kinds[i].a, kinds[i].b, kinds[i].c);
    cr_assert_eq(run(), AC_OK);
    cr_expect_eq(out.n, 1);
    cr_assert_eq(json_array_size(ac_record_get_json(task, "triggers")), 8);
    for (size_t i = 0; i < 8; i++) {
        const json_t *t = json_array_get(ac_record_get_json(task, "triggers"), i);

        cr_expect_str_eq(member("triggers", i, "type"), kinds[i].name);
        cr_expect_str_eq(member("triggers", i, "schedule"), kinds[i].schedule);
        cr_expect_str_eq(member("triggers", i, "start"), "2022-03-01T19:59:00");
        cr_expect_str_eq(member("triggers", i, "end"), i % 2 ? "2022-04-02" : "");
        cr_expect_str_eq(member("triggers", i, "duration"), "PT11M");
        cr_expect_str_eq(member("triggers", i, "interval"), "PT5M");
        cr_expect_eq(json_is_true(json_object_get(t, "enabled")), i % 2 == 1);
        cr_expect_eq(json_is_true(json_object_get(t, "stop_at_end")), i % 2 == 1);
    }
}

Test(task_job, a_signature_and_what_is_none)
{
    build(0, "a.exe", "");
    fx_le16(&file, 1);
    fx_le16(&file, 1);
    fx_zero(&file, 64);
    cr_assert_eq(run(), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_expect(json_is_true(json_object_get(ac_record_get_json(task, "settings"), "signature")));
    fx_u8(&file, 0);
    cr_assert_eq(run(), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(ac_record_get_int(fx_nth(&out, AC_KIND_PROBLEM, 0), "offset"), file.n - 1);
}

Test(task_job, cut_short_everywhere)
{
    build(0, "C:\\a.exe", "x");
    trigger(0, 0, 0, 0, 0, 0, 0);
    trigger(0, 1, 0, 0, 1, 0, 0);
    for (size_t n = 0; n < file.n; n++) {
        cr_expect_eq(run_part(n), AC_TRUNCATED, "%zu", n);
        cr_expect_eq(fx_count(&out, AC_KIND_TASK), n >= 68);
        if (task)
            cr_expect(ac_record_get_bool(task, "incomplete"));
    }
    cr_assert_eq(run_part(file.n - 1), AC_TRUNCATED);
    cr_expect_str_eq(member("actions", 0, "command"), "C:\\a.exe");
    cr_expect_eq(json_array_size(ac_record_get_json(task, "triggers")), 1);
    cr_expect_eq(run(), AC_OK);
}

Test(task_job, changed_everywhere)
{
    struct ac_buf sound = {0};
    static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};

    build(0, "C:\\a.exe", "x");
    trigger(0, 0, 0, 0, 0, 0, 0);
    ac_buf_add(&sound, file.p, file.n);
    for (size_t i = 0; i < sound.n; i++) {
        for (size_t k = 0; k < sizeof(values); k++) {
            memcpy(file.p, sound.p, sound.n);
            file.p[i] = (char)values[k];
            run();
        }
    }
    ac_buf_free(&sound);
}

Test(task_job, what_contradicts_the_format_is_told)
{
    build(0, "a.exe", "");
    trigger(1, 9, 0, 0, 0, 0, 0);
    fx_put_le16(&file, 2, 2);                    /* version */
    fx_put_le16(&file, 54, 13);                  /* month of the last run */
    fx_put_le16(&file, triggers_at + 2, 47);     /* size */
    fx_put_le16(&file, triggers_at + 2 + 8, 32); /* day of the start */
    fx_put_le16(&file, triggers_at + 2 + 12, 0); /* month of the end */
    cr_assert_eq(run(), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 6);
    cr_expect_str_eq(ac_record_get(task, "last_run_local"), "2022-13-01T19:59:07.045", "as stored");
    cr_expect_str_eq(member("triggers", 0, "type"), "type 9");
    cr_expect_str_eq(member("triggers", 0, "start"), "2022-03-32T19:59:00");
    build(0, "a.exe", "");
    fx_put_le16(&file, 22, (unsigned)triggers_at + 2); /* triggers behind the end */
    cr_expect_eq(run(), AC_TRUNCATED);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(fx_count(&out, AC_KIND_TASK), 1);
}

Test(task_job, text_that_is_no_text_keeps_its_bytes)
{
    build(0, "ab", "");
    fx_put_le16(&file, 72, 0xD83D);
    fx_put_le16(&file, 74, 0);
    fx_put_le16(&file, 76, 'c');
    cr_assert_eq(run(), AC_OK);
    cr_expect_str_eq(member("actions", 0, "command"), "\\u{D83D}\\u{0}c");
    cr_expect_str_eq(member("actions", 0, "command_raw"), "3dd800006300");
}

Test(task_job, each_allocation_may_fail)
{
    build(0, "a.exe", "b");
    trigger(0, 2, 1, 1, 1, 1, 1);
    for (unsigned long n = 1; n < 200; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = run();
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "%lu: %d", n, rc);
    }
}

Test(task_job, recognised_by_content_or_name)
{
    struct ac_artefact a = {.path = "x/b.dat", .user = ""};

    build(0, "a.exe", "");
    a.bytes = fx_view(&file);
    cr_expect_eq(ac_parser_for(&a), &ac_parser_task_job);
    a.bytes.n = 30;
    cr_expect_null(ac_parser_for(&a));
    a.path = "Windows/Tasks/At1.JOB";
    cr_expect_eq(ac_parser_for(&a), &ac_parser_task_job);
}

/* ---- real files; what their README rows say */

static bool real(const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "tasks/job/%s", name);
    ac_buf_clear(&file);
    return fx_load_realdata(path, &file);
}

Test(task_job, the_real_files)
{
    static const char *const schedules[] = {
        "ScheduleByDay DaysInterval=3",
        "ScheduleByMonthDayOfWeek Weeks=2 DaysOfWeek=Wednesday Months=June,September",
        "ScheduleByWeek WeeksInterval=1 DaysOfWeek=Monday,Wednesday,Friday",
        "ScheduleByMonth DaysOfMonth=15 Months=March,May,June,July,August,October"};

    if (!real("dissect-AtTask.job"))
        cr_skip_test("the real data set is not there");
    cr_assert_eq(run(), AC_OK);
    cr_expect_eq(out.n, 1);
    cr_expect_str_eq(member("actions", 0, "command"), "C:\\WINDOWS\\NOTEPAD.EXE");
    cr_expect_str_eq(member("actions", 0, "arguments"), "");
    cr_expect_str_eq(member("actions", 0, "working_directory"), "C:\\Documents and Settings\\John");
    cr_expect_str_eq(ac_record_get(task, "author"), "user1");
    cr_expect_str_eq(ac_record_get(task, "description"), "At job task for testing purposes");
    cr_expect_str_eq(ac_record_get(task, "last_run_local"), "2023-05-21T10:44:25.794");
    cr_expect_str_eq(member("settings", 0, "product"), "0x0501");
    cr_expect_str_eq(member("settings", 0, "priority"), "normal");
    cr_expect_str_eq(member("settings", 0, "idle_wait"), "PT15M");
    cr_assert_eq(json_array_size(ac_record_get_json(task, "triggers")), 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect_str_eq(member("triggers", i, "schedule"), schedules[i]);
    cr_assert(real("plaso-wintask.job"));
    cr_assert_eq(run(), AC_OK);
    cr_expect_eq(out.n, 1);
    cr_expect_str_eq(member("actions", 0, "command"),
                     "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe");
    cr_expect_str_eq(member("actions", 0, "arguments"), "/ua /installsource scheduler");
    cr_expect_str_eq(member("actions", 0, "working_directory"), "");
    cr_expect_str_eq(ac_record_get(task, "author"), "Brian");
    cr_expect_str_eq(ac_record_get(task, "last_run_local"), "2013-08-24T12:42:00.112");
    cr_expect_str_eq(member("settings", 0, "product"), "0x0601");
    cr_expect_eq(json_array_size(ac_record_get_json(task, "triggers")), 1);
}
