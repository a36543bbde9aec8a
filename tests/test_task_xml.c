/* Task XML: what Windows writes, in every encoding, and what it would never write. */
#include "build_task.h"

#include "task_xml.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PATH "Windows/System32/Tasks/Microsoft/Windows/Sample"

static enum ac_rc parse_path(struct ac_view bytes, const char *path, struct fx_records *r,
                             struct ac_err *err)
{
    struct ac_artefact a = {.bytes = bytes, .path = path, .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_init(r);
    return ac_parser_task_xml.parse(&a, &budget, &r->sink, err);
}

static enum ac_rc parse_text(const char *xml, struct fx_records *r, struct ac_err *err)
{
    return parse_path((struct ac_view){(const uint8_t *)xml, strlen(xml), 0}, PATH, r, err);
}

static const char *member(const struct ac_record *r, const char *field, size_t i, const char *name)
{
    const json_t *j = json_object_get(json_array_get(ac_record_get_json(r, field), i), name);

    return j ? json_string_value(j) : NULL;
}

static struct fx_task sample(void)
{
    static char triggers[2000];

    snprintf(triggers, sizeof(triggers), "%s%s", fx_task_logon("LAPTOP-01\\user1"),
             fx_task_time("2021-02-03T10:00:00", "2021-02-03T10:12:00", "PT5M"));
    return (struct fx_task){
        .uri = "\\Microsoft\\Windows\\Sample",
        .author = "LAPTOP-01\\user1",
        .date = "2021-02-03T09:59:58.123",
        .description = "a <b> & c \xE6\x97\xA5\xE6\x9C\xAC",
        .triggers = triggers,
        .user = "S-1-5-18",
        .run_level = "HighestAvailable",
        .command = "rundll32.exe",
        .arguments = "\"C:\\Users\\user1\\AppData\\Local\\Abc\\def.ghi\",Control_RunDLL > o",
        .working_directory = "%TEMP%",
        .hidden = true,
        .delete_expired_after = "PT0S",
    };
}

static void check_sample(const struct fx_records *r)
{
    const struct ac_record *t = fx_nth(r, AC_KIND_TASK, 0);
    const json_t *trigger;

    cr_assert(t);
    cr_expect_eq(r->n, 1);
    cr_expect_str_eq(ac_record_get(t, "path"), "\\Microsoft\\Windows\\Sample");
    cr_expect_str_eq(ac_record_get(t, "store"), "xml");
    cr_expect_str_eq(ac_record_get(t, "author"), "LAPTOP-01\\user1");
    cr_expect_str_eq(ac_record_get(t, "date"), "2021-02-03T09:59:58.123");
    cr_expect_str_eq(ac_record_get(t, "description"), "a <b> & c \xE6\x97\xA5\xE6\x9C\xAC");
    cr_expect_str_eq(ac_record_get(t, "uri"), "\\Microsoft\\Windows\\Sample");
    cr_expect_str_eq(ac_record_get(t, "version"), "1.2");
    cr_expect_str_eq(ac_record_get(t, "delete_expired_after"), "PT0S");
    cr_expect(ac_record_get_bool(t, "hidden"));
    cr_expect(ac_record_get_bool(t, "enabled"));
    cr_expect_eq(json_array_size(ac_record_get_json(t, "actions")), 1);
    cr_expect_str_eq(member(t, "actions", 0, "type"), "exec");
    cr_expect_str_eq(member(t, "actions", 0, "command"), "rundll32.exe");
    cr_expect_str_eq(member(t, "actions", 0, "arguments"),
                     "\"C:\\Users\\user1\\AppData\\Local\\Abc\\def.ghi\",Control_RunDLL > o");
    cr_expect_str_eq(member(t, "actions", 0, "working_directory"), "%TEMP%");
    cr_expect_eq(json_array_size(ac_record_get_json(t, "triggers")), 2);
    cr_expect_str_eq(member(t, "triggers", 0, "type"), "LogonTrigger");
    cr_expect_str_eq(member(t, "triggers", 0, "user"), "LAPTOP-01\\user1");
    cr_expect_str_eq(member(t, "triggers", 1, "type"), "TimeTrigger");
    cr_expect_str_eq(member(t, "triggers", 1, "start"), "2021-02-03T10:00:00");
    cr_expect_str_eq(member(t, "triggers", 1, "end"), "2021-02-03T10:12:00");
    cr_expect_str_eq(member(t, "triggers", 1, "interval"), "PT5M");
    trigger = json_array_get(ac_record_get_json(t, "triggers"), 1);
    cr_expect(json_is_true(json_object_get(trigger, "enabled")));
    cr_expect(json_is_false(json_object_get(trigger, "stop_at_end")));
    trigger = ac_record_get_json(t, "principal");
    cr_expect_str_eq(json_string_value(json_object_get(trigger, "user")), "S-1-5-18");
    cr_expect_str_eq(json_string_value(json_object_get(trigger, "run_level")), "HighestAvailable");
    cr_expect_str_eq(json_string_value(json_object_get(trigger, "id")), "Author");
}

Test(task_xml, what_windows_writes_in_every_encoding)
{
    struct fx_task t = sample();
    struct ac_buf text = {0}, le = {0};

    fx_task_text(&text, &t);
    fx_task(&le, &t);
    for (int form = 0; form < 7; form++) {
        struct ac_buf file = {0};
        struct fx_records r;
        size_t skip = form == 1 || form == 3 ? 2 : 0;

        if (form < 4) { /* UTF-16, LE and BE, with mark and without */
            ac_buf_add(&file, le.p + skip, le.n - skip);
            for (size_t i = 0; form >= 2 && i < file.n; i += 2) {
                char c = file.p[i];

                file.p[i] = file.p[i + 1];
                file.p[i + 1] = c;
            }
        } else { /* UTF-8 that says it is UTF-16; with mark; with NULs at the end */
            ac_buf_addz(&file, form == 5 ? "\xEF\xBB\xBF" : "");
            ac_buf_add(&file, text.p, text.n);
            fx_zero(&file, form == 6 ? 7 : 0);
        }
        cr_expect_eq(parse_path(fx_view(&file), PATH, &r, NULL), AC_OK, "form %d", form);
        check_sample(&r);
        cr_expect(ac_parser_task_xml.recognise(
            &(struct ac_artefact){.bytes = fx_view(&file), .path = "x", .user = ""}));
        fx_records_free(&r);
        ac_buf_free(&file);
    }
    ac_buf_free(&text);
    ac_buf_free(&le);
}

Test(task_xml, com_and_other_actions_keep_their_type)
{
    struct fx_task t = {.uri = "\\X",
                        .class_id = "{00000000-0000-0000-0000-000000000001}",
                        .data = "$(Arg0)",
                        .disabled = true};
    struct ac_buf file = {0};
    struct fx_records r;
    const struct ac_record *task;

    fx_task(&file, &t);
    cr_expect_eq(parse_path(fx_view(&file), PATH, &r, NULL), AC_OK);
    task = fx_nth(&r, AC_KIND_TASK, 0);
    cr_assert(task);
    cr_expect_str_eq(member(task, "actions", 0, "type"), "com");
    cr_expect_str_eq(member(task, "actions", 0, "class_id"), t.class_id);
    cr_expect_str_eq(member(task, "actions", 0, "data"), "$(Arg0)");
    cr_expect_null(member(task, "actions", 0, "command"));
    cr_expect_not(ac_record_get_bool(task, "enabled"));
    fx_records_free(&r);
    ac_buf_free(&file);

    cr_expect_eq(parse_text("<Task><Actions><ShowMessage><Title>t</Title><Body>b c</Body>"
                            "</ShowMessage><Exec><Command>a</Command></Exec></Actions></Task>",
                            &r, NULL),
                 AC_OK);
    task = fx_nth(&r, AC_KIND_TASK, 0);
    cr_expect_str_eq(member(task, "actions", 0, "type"), "show-message");
    cr_expect_str_eq(member(task, "actions", 0, "data"), "Title=t; Body=b c");
    cr_expect_str_eq(member(task, "actions", 1, "command"), "a");
    fx_records_free(&r);
}

Test(task_xml, calendar_triggers_show_their_schedule)
{
    struct fx_records r;
    const struct ac_record *task;

    cr_expect_eq(
        parse_text("<Task><Triggers><CalendarTrigger><Enabled>false</Enabled><ScheduleByWeek>"
                   "<WeeksInterval>2</WeeksInterval><DaysOfWeek><Monday/><Friday/></DaysOfWeek>"
                   "</ScheduleByWeek></CalendarTrigger><CalendarTrigger><ScheduleByMonth>"
                   "<DaysOfMonth><Day>1</Day><Day>Last</Day></DaysOfMonth></ScheduleByMonth>"
                   "</CalendarTrigger><EventTrigger><Subscription>&lt;QueryList/&gt;</Subscription>"
                   "</EventTrigger></Triggers></Task>",
                   &r, NULL),
        AC_OK);
    task = fx_nth(&r, AC_KIND_TASK, 0);
    cr_assert(task);
    cr_expect_str_eq(member(task, "triggers", 0, "schedule"),
                     "ScheduleByWeek WeeksInterval=2 DaysOfWeek=Monday,Friday");
    cr_expect_str_eq(member(task, "triggers", 1, "schedule"), "ScheduleByMonth DaysOfMonth=1,Last");
    cr_expect_str_eq(member(task, "triggers", 2, "subscription"), "<QueryList/>");
    fx_records_free(&r);
}

Test(task_xml, the_task_has_the_name_of_its_place)
{
    static const struct {
        const char *artefact, *uri, *path;
    } cases[] = {
        {"Windows/System32/Tasks/A/B", "\\Other", "\\A\\B"},
        {"C/WINDOWS/SYSWOW64/TASKS/B", "\\Other", "\\B"},
        {"elsewhere/B", "\\A\\C", "\\A\\C"},
        {"elsewhere/B", "A\\C", "\\A\\C"},
        {"elsewhere/B", "", "\\B"},
        {"B", "", "\\B"},
        {"/B", "", "\\B"},
        {"notSystem32/Tasks/B", "", "\\B"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_buf xml = {0};
        struct fx_records r;

        ac_buf_addf(&xml, "<Task><RegistrationInfo><URI>%s</URI></RegistrationInfo></Task>",
                    cases[i].uri);
        cr_expect_eq(parse_path(fx_view(&xml), cases[i].artefact, &r, NULL), AC_OK);
        cr_expect_str_eq(ac_record_get(fx_nth(&r, AC_KIND_TASK, 0), "path"), cases[i].path);
        fx_records_free(&r);
        ac_buf_free(&xml);
    }
}
