/* Binary values of TaskCache: as published, of all versions, damaged. */
#include "build_taskcache.h"
#include "taskcache_published.h"

#include "taskcache.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

typedef enum ac_rc decoder(struct ac_view data, struct ac_budget *budget, struct ac_record *r,
                           struct ac_taskcache_fault *fault);

static struct ac_record *task;
static struct ac_taskcache_fault fault;
static struct ac_buf value;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void end(void)
{
    ac_alloc_fail_at(0);
    ac_record_free(task);
    task = NULL;
    ac_buf_free(&value);
}

TestSuite(taskcache, .init = begin, .fini = end);

/* Of a block of that very size, so that a sanitizer sees any overrun. */
static enum ac_rc run_with(decoder *decode, const void *p, size_t n, uint64_t steps)
{
    struct ac_budget budget = {steps};
    uint8_t *copy = malloc(n ? n : 1);
    enum ac_rc rc;

    cr_assert(copy);
    if (n)
        memcpy(copy, p, n);
    ac_record_free(task);
    task = ac_record_new(AC_KIND_TASK);
    fault = (struct ac_taskcache_fault){0};
    rc = decode((struct ac_view){copy, n, 0}, &budget, task, &fault);
    free(copy);
    cr_expect_neq(ac_record_rc(task), AC_BUG);
    return rc;
}

static enum ac_rc run(decoder *decode, const void *p, size_t n)
{
    return run_with(decode, p, n, 100000);
}

static enum ac_rc dynamic(struct ac_view data, struct ac_budget *budget, struct ac_record *r,
                          struct ac_taskcache_fault *f)
{
    (void)budget;
    return ac_taskcache_dynamic_info(data, r, f);
}

static const json_t *nth(const char *field, size_t i)
{
    return json_array_get(ac_record_get_json(task, field), i);
}

static const char *text(const char *field, size_t i, const char *member)
{
    const char *z = json_string_value(json_object_get(nth(field, i), member));

    return z ? z : "";
}

static const char *of(const char *field, const char *member)
{
    const char *z = json_string_value(json_object_get(ac_record_get_json(task, field), member));

    return z ? z : "";
}

static size_t count(const char *field)
{
    return json_array_size(ac_record_get_json(task, field));
}

/* ---- published values; what they hold is what their tests state */

Test(taskcache, published_programs)
{
    static const char *const expected[5][3] = {
        {"execution.exe", "", ""},
        {"moar.exe", "", ""},
        {"C:\\users\\case\\Desktop\\witharg.xml", "arg arg2", ""},
        {"D:\\only_workingdir.ps1", "", "C:\\windows"},
        {"z:\\allof\\it.exe", "arg1 arg2", "c:\\workingdir"}};

    /* as published, the last byte of the last action's flags is missing */
    cr_assert_eq(run(ac_taskcache_actions, published_exec, sizeof(published_exec)), AC_TRUNCATED);
    cr_expect_eq(fault.at, sizeof(published_exec) - 1);
    cr_assert_eq(count("actions"), 5);
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(text("actions", i, "type"), "exec");
        cr_expect_str_eq(text("actions", i, "id"), "exec");
        cr_expect_str_eq(text("actions", i, "command"), expected[i][0]);
        cr_expect_str_eq(text("actions", i, "arguments"), expected[i][1]);
        cr_expect_str_eq(text("actions", i, "working_directory"), expected[i][2]);
    }
    cr_expect_eq(json_integer_value(json_object_get(nth("actions", 0), "flags")), 1);
    cr_expect_str_eq(of("principal", "id"), "Author");
}

Test(taskcache, published_actions_of_all_kinds)
{
    cr_assert_eq(run(ac_taskcache_actions, published_mixed, sizeof(published_mixed)), AC_OK);
    cr_assert_eq(count("actions"), 4);
    cr_expect_str_eq(text("actions", 1, "type"), "com");
    cr_expect_str_eq(text("actions", 1, "class_id"), "{61BCD1B9-340C-40EC-9D41-D7F1C0632F05}");
    cr_expect_str_eq(text("actions", 1, "data"), "MissingCredentials");
    cr_expect_str_eq(text("actions", 2, "type"), "send-email");
    cr_expect_str_eq(text("actions", 2, "data"),
                     "From=b; To=c; Cc=d; Bcc=e; ReplyTo=f; Server=g; Subject=h; Body=i; "
                     "Attachment=j; Attachment=k; Attachment=l; HeaderName=m; HeaderValue=n; "
                     "HeaderName=o; HeaderValue=p");
    cr_expect_str_eq(text("actions", 3, "type"), "show-message");
    cr_expect_str_eq(text("actions", 3, "data"), "Title=z:\\allof\\it.exe; Body=arg1 arg2");
}

/* Times and bits were read out of the bytes by hand (python3, datetime). */
Test(taskcache, published_triggers_of_time)
{
    cr_assert_eq(run(ac_taskcache_triggers, published_time, sizeof(published_time)), AC_OK);
    cr_assert_eq(count("triggers"), 5);
    cr_expect_str_eq(text("triggers", 0, "type"), "TimeTrigger");
    cr_expect_str_eq(text("triggers", 0, "start"), "2022-04-08T18:25:31");
    cr_expect_str_eq(text("triggers", 0, "end"), "");
    cr_expect(json_is_true(json_object_get(nth("triggers", 0), "enabled")));
    cr_expect_str_eq(text("triggers", 1, "schedule"), "ScheduleByDay DaysInterval=3");
    cr_expect_str_eq(text("triggers", 1, "interval"), "PT1H");
    cr_expect_str_eq(text("triggers", 1, "duration"), "PT12H");
    cr_expect_str_eq(text("triggers", 1, "limit"), "P3D");
    cr_expect(json_is_true(json_object_get(nth("triggers", 1), "stop_at_end")));
    cr_expect_str_eq(text("triggers", 2, "schedule"),
                     "ScheduleByWeek WeeksInterval=4 DaysOfWeek=Monday,Friday,Saturday");
    cr_expect_str_eq(text("triggers", 2, "type"), "CalendarTrigger");
    cr_expect_str_eq(text("triggers", 2, "end"), "2023-04-08T18:25:43");
    cr_expect_str_eq(text("triggers", 3, "schedule"),
                     "ScheduleByMonth DaysOfMonth=1,7,8,9,14,18,19,28 "
                     "Months=March,May,August,September");
    cr_expect_str_eq(text("triggers", 4, "schedule"),
                     "ScheduleByMonthDayOfWeek Weeks=3,4 DaysOfWeek=Wednesday,Thursday,Friday "
                     "Months=February,June,September,November");
    cr_expect_str_eq(of("principal", "id"), "Author");
    cr_expect_str_eq(of("principal", "user"), "S-1-5-21-3262475209-2374237165-4262510312-1000");
    cr_expect_str_eq(of("principal", "name"), "CASE-PC\\case");
    cr_expect_str_eq(of("principal", "logon_type"), "InteractiveToken");
    cr_expect_str_eq(of("principal", "run_level"), "HighestAvailable");
    cr_expect(ac_record_get_bool(task, "enabled"));
    cr_expect_not(ac_record_get_bool(task, "hidden"));
    cr_expect_str_eq(of("settings", "version"), "0x17");
    cr_expect_str_eq(of("settings", "crc32"), "0xc66e747f");
    cr_expect_str_eq(of("settings", "limit"), "P3D");
    cr_expect_eq(
        json_integer_value(json_object_get(ac_record_get_json(task, "settings"), "priority")), 7);
    cr_expect_str_eq(ac_record_get(task, "delete_expired_after"), "");
}

Test(taskcache, published_triggers_of_other_kinds)
{
    cr_assert_eq(run(ac_taskcache_triggers, published_logon, sizeof(published_logon)), AC_OK);
    cr_expect_str_eq(text("triggers", 0, "type"), "LogonTrigger");
    cr_expect_str_eq(text("triggers", 0, "start"), "2022-04-07T01:02:03");
    cr_expect_str_eq(text("triggers", 0, "end"), "2023-04-04T03:06:07Z", "this one is in UTC");
    cr_expect_str_eq(text("triggers", 0, "delay"), "PT30S");
    cr_expect_str_eq(text("triggers", 0, "limit"), "PT1H");
    cr_expect_str_eq(text("triggers", 0, "interval"), "PT5M");
    cr_expect_str_eq(text("triggers", 0, "duration"), "PT15M");
    cr_expect_str_eq(text("triggers", 0, "user"), "S-1-5-21-3262475209-2374237165-4262510312-1000");
    cr_assert_eq(run(ac_taskcache_triggers, published_three, sizeof(published_three)), AC_OK);
    cr_assert_eq(count("triggers"), 3);
    cr_expect_str_eq(text("triggers", 1, "type"), "BootTrigger");
    cr_expect_str_eq(text("triggers", 2, "type"), "LogonTrigger");
    cr_expect_str_eq(text("triggers", 2, "user"), "", "any user");
    cr_assert_eq(run(ac_taskcache_triggers, published_session, sizeof(published_session)), AC_OK);
    cr_expect_str_eq(text("triggers", 0, "type"), "SessionStateChangeTrigger");
    cr_expect_str_eq(text("triggers", 0, "state_change"), "ConsoleDisconnect");
    cr_assert_eq(run(ac_taskcache_triggers, published_wnf, sizeof(published_wnf)), AC_OK);
    cr_assert_eq(count("triggers"), 2);
    cr_expect_str_eq(text("triggers", 0, "type"), "WnfStateChangeTrigger");
    cr_expect_str_eq(text("triggers", 0, "state_name"), "7518bca32b188341");
    cr_expect_str_eq(text("triggers", 0, "data"), "01");
    cr_expect_str_eq(text("triggers", 1, "data"), "03");
    cr_expect_str_eq(of("principal", "user"), "S-1-5-18", "an account, though of a group's type");
}

/* generated/dynamic_info_test.go of the same; the third is libyal/winreg-kb's of Windows 7 */
Test(taskcache, published_dynamic_info)
{
    static const uint8_t failed[] = {0x03, 0x00, 0x00, 0x00, 0xe9, 0x79, 0x2d, 0xf1, 0x31,
                                     0x1c, 0xd8, 0x01, 0xb4, 0x4a, 0x8b, 0x8d, 0x3e, 0x1c,
                                     0xd8, 0x01, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x07,
                                     0x80, 0xe4, 0x70, 0xd5, 0x67, 0x34, 0x1c, 0xd8, 0x01};
    static const uint8_t old[] = {0x03, 0x00, 0x00, 0x00, 0x16, 0x6f, 0x4a, 0x0f, 0x7f, 0xfe,
                                  0xc6, 0x01, 0x66, 0xb7, 0x6c, 0x0d, 0x6b, 0x4c, 0xc9, 0x01,
                                  0x2b, 0x04, 0x07, 0x80, 0x00, 0x00, 0x00, 0x00};

    cr_assert_eq(run(dynamic, failed, sizeof(failed)), AC_OK);
    cr_expect_eq(ac_record_get_time(task, "created").ticks, 0x01d81c31f12d79e9);
    cr_expect_eq(ac_record_get_time(task, "last_run").ticks, 0x01d81c3e8d8b4ab4);
    cr_expect_eq(ac_record_get_time(task, "last_success").ticks, 0x01d81c3467d570e4);
    cr_expect_eq(ac_record_get_int(task, "last_error"), 0x80070002);
    cr_assert_eq(run(dynamic, old, sizeof(old)), AC_OK);
    cr_expect_eq(ac_record_get_time(task, "last_run").ticks, 0x01c94c6b0d6cb766);
    cr_expect_eq(ac_record_get_int(task, "last_error"), 0x8007042b);
    cr_expect_null(ac_record_get_json(task, "last_success"));
    cr_expect_eq(run(dynamic, failed, 32), AC_UNSUPPORTED);
    for (size_t n = 0; n < 28; n++)
        cr_expect_eq(run(dynamic, failed, n), AC_TRUNCATED);
}

/* ---- versions */

Test(taskcache, actions_of_all_versions)
{
    for (unsigned version = 1; version <= 3; version++) {
        ac_buf_clear(&value);
        fx_tc_actions(&value, version, "LocalSystem");
        fx_tc_exec(&value, version, "C:\\Users\\user1\\a.exe", "-s", "");
        fx_tc_exec(&value, version, "b.exe", "", "D:\\");
        cr_assert_eq(run(ac_taskcache_actions, value.p, value.n), AC_OK, "version %u", version);
        cr_assert_eq(count("actions"), 2);
        cr_expect_str_eq(text("actions", 0, "command"), "C:\\Users\\user1\\a.exe");
        cr_expect_str_eq(text("actions", 0, "arguments"), "-s");
        cr_expect_str_eq(text("actions", 1, "working_directory"), "D:\\");
        cr_expect_str_eq(of("principal", "id"), version == 1 ? "" : "LocalSystem");
    }
    ac_buf_clear(&value); /* a version that has fields it should not have */
    fx_tc_actions(&value, 3, "Author");
    fx_tc_exec(&value, 1, "c.exe", "", "");
    cr_assert_eq(run(ac_taskcache_actions, value.p, value.n), AC_OK);
    cr_expect_str_eq(text("actions", 0, "command"), "c.exe");
    fx_put_le16(&value, 0, 9);
    cr_expect_eq(run(ac_taskcache_actions, value.p, value.n), AC_UNSUPPORTED);
    cr_expect_eq(run(ac_taskcache_actions, "\3\0", 2), AC_TRUNCATED, "no context");
    cr_expect_eq(run(ac_taskcache_actions, "\1\0", 2), AC_OK, "no action");
}

static const uint8_t system_sid[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
static const uint8_t users_sid[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x21, 2, 0, 0};

Test(taskcache, triggers_of_all_versions)
{
    static const unsigned sizes[] = {0, 0x2c, 0x38, 0x58};
    struct fx_tc_when when = {"2022-03-01T19:59:00Z", "2022-03-01T20:10:00Z", .id = "t"};

    for (unsigned i = 0; i < 3 * 4; i++) {
        struct fx_tc_bucket k = {.version = 0x15 + i % 3,
                                 .flags = 0xC00000 | 0x4000,
                                 .principal = "Author",
                                 .display = "shown",
                                 .sid = i % 2 ? users_sid : system_sid,
                                 .sid_n = i % 2 ? sizeof(users_sid) : sizeof(system_sid),
                                 .sid_type = i % 2 ? 4 : 5,
                                 .settings = sizes[i / 3]};

        ac_buf_clear(&value);
        fx_tc_bucket(&value, &k);
        fx_tc_time(&value, k.version, &when, 0, 0, 0, 0);
        fx_tc_trigger(&value, k.version, 0xFFFF, &when);
        cr_assert_eq(run(ac_taskcache_triggers, value.p, value.n), AC_OK, "case %u: %s", i,
                     fault.what);
        cr_assert_eq(count("triggers"), 2);
        cr_expect_str_eq(text("triggers", 0, "start"), "2022-03-01T19:59:00");
        cr_expect_str_eq(text("triggers", 0, "end"), "2022-03-01T20:10:00");
        cr_expect_str_eq(text("triggers", 0, "id"), k.version >= 0x16 ? "t" : "");
        cr_expect_str_eq(of("principal", i % 2 ? "group" : "user"),
                         i % 2 ? "S-1-5-32-545" : "S-1-5-18");
        cr_expect_str_eq(of("principal", "logon_type"), "S4U");
        cr_expect_str_eq(of("principal", "display_name"), k.version >= 0x17 ? "shown" : "");
        cr_expect(ac_record_get_bool(task, "hidden") && ac_record_get_bool(task, "enabled"));
        cr_expect_str_eq(ac_record_get(task, "delete_expired_after"), k.settings ? "P1D" : "");
    }
}

Test(taskcache, every_kind_of_trigger)
{
    static const uint32_t magics[] = {0x8888, 0xAAAA, 0xEEEE, 0xFFFF};
    static const char *const types[] = {"RegistrationTrigger", "LogonTrigger", "IdleTrigger",
                                        "BootTrigger", "EventTrigger"};
    struct fx_tc_bucket k = {.version = 0x17, .flags = 0x400000, .account = "user1"};
    struct fx_tc_when when = {.start = "2022-03-01T19:59:00.5Z",
                              .utc = true,
                              .interval = 90,
                              .duration = 90061,
                              .delay = 61,
                              .stop = true,
                              .disabled = true};

    fx_tc_bucket(&value, &k);
    for (size_t i = 0; i < 4; i++) {
        fx_tc_trigger(&value, 0x17, magics[i], &when);
        if (i == 1)
            fx_tc_no_user(&value);
    }
    fx_tc_trigger(&value, 0x17, 0xCCCC, &when);
    fx_tc_counted(&value, "<QueryList/>");
    fx_zero(&value, 8);
    fx_tc_counted(&value, "");
    fx_tc_block32(&value, 2);
    for (int i = 0; i < 2; i++) {
        fx_tc_counted(&value, "name");
        fx_tc_counted(&value, "Event/System/Computer");
    }
    cr_assert_eq(run(ac_taskcache_triggers, value.p, value.n), AC_OK, "%s", fault.what);
    cr_assert_eq(count("triggers"), 5);
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(text("triggers", i, "type"), types[i]);
        cr_expect_str_eq(text("triggers", i, "start"), "2022-03-01T19:59:00.5Z");
        cr_expect_str_eq(text("triggers", i, "interval"), "PT1M30S");
        cr_expect_str_eq(text("triggers", i, "duration"), "P1DT1H1M1S");
        cr_expect_str_eq(text("triggers", i, "delay"), "PT1M1S");
        cr_expect(json_is_false(json_object_get(nth("triggers", i), "enabled")));
        cr_expect(json_is_true(json_object_get(nth("triggers", i), "stop_at_end")));
    }
    cr_expect_str_eq(text("triggers", 4, "subscription"), "<QueryList/>");
    cr_expect_str_eq(text("triggers", 4, "value_queries"),
                     "name=Event/System/Computer; name=Event/System/Computer");
    cr_expect_str_eq(of("principal", "user"), "user1", "no SID: the name");
}

/* ---- damage */

static void cut_everywhere(decoder *decode, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum ac_rc rc = run(decode, p, i);

        cr_expect(rc == AC_OK || rc == AC_TRUNCATED || rc == AC_UNSUPPORTED || rc == AC_CORRUPT);
        cr_expect(rc == AC_OK || (fault.what && fault.at <= i));
    }
}

Test(taskcache, cut_short_everywhere)
{
    cut_everywhere(ac_taskcache_actions, published_exec, sizeof(published_exec));
    cut_everywhere(ac_taskcache_actions, published_mixed, sizeof(published_mixed));
    cut_everywhere(ac_taskcache_triggers, published_time, sizeof(published_time));
    cut_everywhere(ac_taskcache_triggers, published_three, sizeof(published_three));
    cut_everywhere(ac_taskcache_triggers, published_wnf, sizeof(published_wnf));
    cut_everywhere(ac_taskcache_triggers, published_session, sizeof(published_session));
    /* what stands before the cut is kept */
    cr_assert_eq(run(ac_taskcache_actions, published_exec, sizeof(published_exec) - 4),
                 AC_TRUNCATED);
    cr_expect_eq(count("actions"), 5);
    cr_expect_str_eq(text("actions", 4, "command"), "z:\\allof\\it.exe");
    cr_assert_eq(run(ac_taskcache_triggers, published_time, sizeof(published_time) - 8),
                 AC_TRUNCATED);
    cr_expect_eq(count("triggers"), 5);
    cr_expect_str_eq(of("principal", "id"), "Author");
}

/* No byte, changed to anything, does harm (sanitizers watch). */
Test(taskcache, changed_everywhere)
{
    static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};
    uint8_t copy[sizeof(published_three)];

    for (size_t i = 0; i < sizeof(copy); i++) {
        for (size_t k = 0; k < sizeof(values); k++) {
            memcpy(copy, published_three, sizeof(copy));
            copy[i] = values[k];
            run(ac_taskcache_triggers, copy, sizeof(copy));
        }
    }
}

Test(taskcache, hostile_numbers)
{
    struct fx_tc_bucket k = {.version = 0x17};
    struct fx_tc_when when = {0};

    fx_tc_actions(&value, 3, "Author"); /* mail with four thousand million attachments */
    fx_le16(&value, 0x8888);
    for (int i = 0; i < 9; i++)
        fx_tc_text(&value, "");
    fx_le32(&value, UINT32_MAX);
    fx_zero(&value, 8192);
    cr_expect_eq(run(ac_taskcache_actions, value.p, value.n), AC_LIMIT);
    cr_expect_eq(run_with(ac_taskcache_actions, value.p, value.n, 3), AC_LIMIT);
    ac_buf_clear(&value); /* more actions than anybody has */
    fx_tc_actions(&value, 3, "Author");
    for (int i = 0; i <= AC_MAX_TASK_ENTRIES; i++)
        fx_tc_exec(&value, 3, "a", "", "");
    cr_expect_eq(run(ac_taskcache_actions, value.p, value.n), AC_LIMIT);
    cr_expect_eq(count("actions"), AC_MAX_TASK_ENTRIES);
    ac_buf_clear(&value); /* a text of 4 GiB */
    fx_tc_actions(&value, 3, "Author");
    fx_le16(&value, 0x6666);
    fx_le32(&value, UINT32_MAX);
    cr_expect_eq(run(ac_taskcache_actions, value.p, value.n), AC_TRUNCATED);
    ac_buf_clear(&value); /* value queries without end, a text of 2^32 characters */
    fx_tc_bucket(&value, &k);
    fx_tc_trigger(&value, 0x17, 0xCCCC, &when);
    fx_tc_block32(&value, UINT32_MAX);
    fx_zero(&value, 64);
    cr_expect_eq(run(ac_taskcache_triggers, value.p, value.n), AC_TRUNCATED);
    cr_expect_eq(count("triggers"), 1);
}

Test(taskcache, what_is_not_known_is_said_with_its_place)
{
    struct fx_tc_bucket k = {
        .version = 0x17, .sid = system_sid, .sid_n = 11, .sid_type = 5, .flags = 0x400000};
    struct fx_tc_when when = {.start = "2022-03-01T19:59:00Z"};
    size_t at;

    fx_tc_actions(&value, 3, "Author");
    fx_tc_exec(&value, 3, "a.exe", "", "");
    at = value.n;
    fx_le16(&value, 0x5555);
    fx_tc_text(&value, "");
    cr_expect_eq(run(ac_taskcache_actions, value.p, value.n), AC_UNSUPPORTED);
    cr_expect_eq(fault.at, at);
    cr_expect_eq(count("actions"), 1, "what stands before it is kept");
    ac_buf_clear(&value); /* a SID of a wrong length */
    fx_tc_bucket(&value, &k);
    cr_expect_eq(run(ac_taskcache_triggers, value.p, value.n), AC_CORRUPT);
    cr_expect_null(ac_record_get_json(task, "enabled"), "not reached, not said");
    k.sid_n = sizeof(system_sid);
    ac_buf_clear(&value);
    fx_tc_bucket(&value, &k);
    fx_tc_time(&value, 0x17, &when, 5, 0, 0, 0);
    cr_expect_eq(run(ac_taskcache_triggers, value.p, value.n), AC_UNSUPPORTED);
    cr_expect_str_eq(text("triggers", 0, "start"), "2022-03-01T19:59:00");
    ac_buf_clear(&value);
    fx_tc_bucket(&value, &k);
    at = value.n;
    fx_tc_trigger(&value, 0x17, 0xBBBB, &when);
    cr_expect_eq(run(ac_taskcache_triggers, value.p, value.n), AC_UNSUPPORTED);
    cr_expect_eq(fault.at, at);
    cr_expect(ac_record_get_bool(task, "enabled"));
}

Test(taskcache, text_that_is_no_text_keeps_its_bytes)
{
    fx_le16(&value, 1);
    fx_le16(&value, 0x6666);
    fx_le32(&value, 0);
    fx_le32(&value, 8);
    fx_le16(&value, 'a');
    fx_le16(&value, 0xD83D);
    fx_le16(&value, 0);
    fx_le16(&value, 'b');
    fx_le32(&value, 0);
    fx_le32(&value, 0);
    cr_assert_eq(run(ac_taskcache_actions, value.p, value.n), AC_OK);
    cr_expect_str_eq(text("actions", 0, "command"), "a\\u{D83D}\\u{0}b");
    cr_expect_str_eq(text("actions", 0, "command_raw"), "61003dd800006200");
}

Test(taskcache, each_allocation_may_fail)
{
    for (unsigned long n = 1; n < 200; n++) {
        enum ac_rc a, t;

        ac_alloc_fail_at(n);
        a = run(ac_taskcache_actions, published_mixed, sizeof(published_mixed));
        ac_alloc_fail_at(n);
        t = run(ac_taskcache_triggers, published_session, sizeof(published_session));
        ac_alloc_fail_at(0);
        cr_expect(a == AC_OK || a == AC_NOMEM, "%lu: %d", n, a);
        cr_expect(t == AC_OK || t == AC_NOMEM, "%lu: %d", n, t);
    }
}
