/* Task XML: what Windows writes, in every encoding, and what it would never write. */
#include "build_task.h"

#include "task_xml.h"

#include "base/hash.h"

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

/* ---- real files */

/* "Exec `command arguments`, ComHandler `{..}`" and "LogonTrigger, TimeTrigger" as the rows have
 * them. */
static void describe_record(const struct ac_record *t, struct ac_buf *actions,
                            struct ac_buf *triggers)
{
    for (size_t i = 0; i < json_array_size(ac_record_get_json(t, "actions")); i++) {
        const char *command = member(t, "actions", i, "command");
        const char *arguments = member(t, "actions", i, "arguments");

        ac_buf_addz(actions, i ? ", " : "");
        if (command)
            ac_buf_addf(actions, "Exec `%s%s%s`", command, arguments && *arguments ? " " : "",
                        arguments ? arguments : "");
        else
            ac_buf_addf(actions, "ComHandler `%s`", member(t, "actions", i, "class_id"));
    }
    for (size_t i = 0; i < json_array_size(ac_record_get_json(t, "triggers")); i++)
        ac_buf_addf(triggers, "%s%s", i ? ", " : "", member(t, "triggers", i, "type"));
    if (triggers->n == 0)
        ac_buf_addz(triggers, "none");
}

/* The text between two marks of a row, "" if they are not there. */
static void between(const char *row, const char *begin, const char *ends, char *ret, size_t n)
{
    const char *at = strstr(row, begin);

    ret[0] = '\0';
    if (at)
        snprintf(ret, n, "%.*s", (int)strcspn(at + strlen(begin), ends), at + strlen(begin));
}

static void check_row(const char *row, const char *relative)
{
    struct ac_buf bytes = {0}, actions = {0}, triggers = {0};
    char uri[600], stated_triggers[600];
    const char *from = strstr(row, "actions: "), *to = strstr(row, "; triggers: ");
    struct fx_records r;
    const struct ac_record *t;

    cr_assert(fx_load_realdata(relative, &bytes), "%s", relative);
    cr_assert_eq(parse_path(fx_view(&bytes), relative, &r, NULL), AC_OK, "%s", relative);
    cr_expect_eq(r.n, 1, "%s", relative);
    t = fx_nth(&r, AC_KIND_TASK, 0);
    cr_assert(t && from && to);
    describe_record(t, &actions, &triggers);
    between(row, "URI `", "`", uri, sizeof(uri));
    between(row, "; triggers: ", ";|", stated_triggers, sizeof(stated_triggers));
    while (stated_triggers[0] && stated_triggers[strlen(stated_triggers) - 1] == ' ')
        stated_triggers[strlen(stated_triggers) - 1] = '\0';
    cr_expect_str_eq(ac_record_get(t, "uri"), uri, "%s", relative);
    cr_expect_str_eq(ac_buf_text(&triggers), stated_triggers, "%s", relative);
    from += strlen("actions: ");
    cr_expect(ac_str_eq(ac_buf_str(&actions), (struct ac_str){from, (size_t)(to - from)}), "%s: %s",
              relative, ac_buf_text(&actions));
    cr_expect_eq(ac_record_get_bool(t, "hidden"), strstr(to, "; hidden") != NULL, "%s", relative);
    cr_expect_eq(ac_record_get_bool(t, "enabled"), strstr(to, "; disabled") == NULL, "%s",
                 relative);
    fx_records_free(&r);
    ac_buf_free(&bytes);
    ac_buf_free(&actions);
    ac_buf_free(&triggers);
}

static size_t check_readme(const char *readme, const char *folder)
{
    struct ac_buf text = {0};
    char where[256];
    size_t checked = 0;

    snprintf(where, sizeof(where), "%s", folder);
    cr_assert(fx_load_realdata(readme, &text));
    for (char *save = NULL, *line = strtok_r(text.p, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char name[700], relative[1000];

        sscanf(line, "### %200[^ (]", where);
        if (sscanf(line, "| `%690[^`]`", name) != 1 || !strstr(line, "encoding UTF-16; URI"))
            continue;
        snprintf(relative, sizeof(relative), "%s/%s", where, name);
        check_row(strstr(line, "encoding UTF-16"), relative);
        checked++;
    }
    ac_buf_free(&text);
    return checked;
}

Test(task_xml, every_real_file_gives_what_its_row_says)
{
    size_t tasks, hosts;

    if (!fx_realdata("tasks/README.md") || !fx_realdata("hosts/README.md"))
        cr_skip_test("the real data set is not there");
    tasks = check_readme("tasks/README.md", "tasks");
    hosts = check_readme("hosts/README.md", "hosts");
    fprintf(stderr, "# %zu + %zu task files checked against their README rows\n", tasks, hosts);
    cr_expect_eq(tasks, 2);
    cr_expect_eq(hosts, 202);
}

Test(task_xml, the_planted_task)
{
    struct ac_buf bytes = {0};
    struct fx_records r;
    const struct ac_record *t;

    if (!fx_load_realdata("hosts/aptsim-win10/Windows/System32/Tasks/GameOver", &bytes))
        cr_skip_test("the real data set is not there");
    cr_assert_eq(parse_path(fx_view(&bytes), "Windows/System32/Tasks/GameOver", &r, NULL), AC_OK);
    t = fx_nth(&r, AC_KIND_TASK, 0);
    cr_expect_str_eq(ac_record_get(t, "path"), "\\GameOver");
    cr_expect_str_eq(ac_record_get(t, "author"), "DESKTOP-TMKU40H\\TestUser");
    cr_expect_str_eq(member(t, "actions", 0, "command"), "C:\\TMP\\mim.exe");
    cr_expect_str_eq(member(t, "actions", 0, "arguments"),
                     "sekurlsa::LogonPasswords > C:\\TMP\\o.txt");
    cr_expect_str_eq(member(t, "triggers", 0, "interval"), "PT5M");
    fx_records_free(&r);
    ac_buf_free(&bytes);
}

/* ---- damage */

Test(task_xml, what_does_not_convert_is_shown_and_told)
{
    static const uint8_t odd[] = {0x3D, 0xD8, 0x01,
                                  0x00, 0xFE, 0xFF}; /* lone surrogate, U+1, U+FFFE */
    struct fx_task t = {.uri = "\\X", .command = "a.exe", .arguments = "@@@"};
    struct ac_buf file = {0};
    struct fx_records r;
    const struct ac_record *task;

    fx_task(&file, &t);
    for (size_t i = 0; i + 6 <= file.n; i += 2) {
        if (memcmp(file.p + i, "@\0@\0@\0", 6) == 0)
            memcpy(file.p + i, odd, sizeof(odd));
    }
    cr_expect_eq(parse_path(fx_view(&file), PATH, &r, NULL), AC_OK);
    task = fx_nth(&r, AC_KIND_TASK, 0);
    cr_assert(task);
    cr_expect_str_eq(member(task, "actions", 0, "arguments"), "\\u{D83D}\\u{1}\\u{FFFE}");
    cr_expect_eq(fx_count(&r, AC_KIND_PROBLEM), 1);
    fx_records_free(&r);
    ac_buf_free(&file);
}

Test(task_xml, a_document_type_is_told_and_its_entities_stay)
{
    struct fx_records r;
    const struct ac_record *t;
    enum ac_rc rc;

    cr_expect_eq(parse_text("<?xml version=\"1.0\"?><!DOCTYPE Task [<!ENTITY e \"x.exe\">"
                            "<!ENTITY f SYSTEM \"file:///etc/passwd\">]><Task><Actions><Exec>"
                            "<Command>a&e;&f;&amp;</Command></Exec></Actions></Task>",
                            &r, NULL),
                 AC_OK);
    t = fx_nth(&r, AC_KIND_TASK, 0);
    cr_assert(t);
    cr_expect(ac_record_get_bool(t, "document_type"));
    cr_expect_str_eq(member(t, "actions", 0, "command"), "a&e;&f;&");
    cr_expect_eq(fx_count(&r, AC_KIND_PROBLEM), 1);
    fx_records_free(&r);
    rc = parse_text(
        "<!DOCTYPE Task [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">"
        "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;\">"
        "<!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;\">]><Task version=\"&g;\"><Actions><Exec>"
        "<Command>&g;</Command></Exec></Actions></Task>",
        &r, NULL);
    cr_expect(rc == AC_OK || rc == AC_CORRUPT);
    t = fx_nth(&r, AC_KIND_TASK, 0);
    if (t && member(t, "actions", 0, "command"))
        cr_expect_lt(strlen(member(t, "actions", 0, "command")), 10); /* "&g;", or nothing */
    fx_records_free(&r);
}

Test(task_xml, damage_is_reported_with_its_line_and_the_rest_is_kept)
{
    struct fx_records r;
    struct ac_err err = {0};
    char text[400];

    cr_expect_eq(
        parse_text("<Task>\n<Actions>\n<Exec><Command>a.exe</Command></Exec>\n<Exec></Task>", &r,
                   &err),
        AC_CORRUPT);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "line 4"), "%s", text);
    cr_expect_str_eq(member(fx_nth(&r, AC_KIND_TASK, 0), "actions", 0, "command"), "a.exe");
    fx_records_free(&r);
    cr_expect_eq(parse_text("", &r, &err), AC_TRUNCATED);
    fx_records_free(&r);
    cr_expect_eq(parse_text("no xml", &r, &err), AC_CORRUPT);
    cr_expect_eq(r.n, 0);
    fx_records_free(&r);
    cr_expect_eq(parse_text("<html/>", &r, &err), AC_CORRUPT);
    fx_records_free(&r);
    cr_expect_eq(parse_text("<Task xmlns=\"urn:other\"/>", &r, &err), AC_CORRUPT);
    fx_records_free(&r);
    cr_expect_eq(parse_path((struct ac_view){(const uint8_t *)"\0\0\0\0", 4, 0}, PATH, &r, &err),
                 AC_CORRUPT);
    fx_records_free(&r);
}

Test(task_xml, every_truncation_ends_well)
{
    struct fx_task t = sample();
    struct ac_buf file = {0};

    fx_task(&file, &t);
    for (size_t n = 0; n < file.n; n++) {
        struct fx_records r;
        enum ac_rc rc = parse_path((struct ac_view){(const uint8_t *)file.p, n, 0}, PATH, &r, NULL);

        cr_assert(rc == AC_CORRUPT || rc == AC_TRUNCATED, "%zu: %s", n, ac_rc_name(rc));
        fx_records_free(&r);
    }
    ac_buf_free(&file);
}

Test(task_xml, too_much_is_cut_and_told)
{
    struct ac_buf xml = {0};
    struct fx_records r;

    ac_buf_addz(&xml, "<Task><Triggers>");
    for (int i = 0; i < 2000; i++)
        ac_buf_addz(&xml, "<BootTrigger/>");
    ac_buf_addz(&xml, "</Triggers></Task>");
    cr_expect_eq(parse_path(fx_view(&xml), PATH, &r, NULL), AC_OK);
    cr_expect_eq(json_array_size(ac_record_get_json(fx_nth(&r, AC_KIND_TASK, 0), "triggers")),
                 1024);
    cr_expect_eq(fx_count(&r, AC_KIND_PROBLEM), 1);
    fx_records_free(&r);
    ac_buf_clear(&xml);
    ac_buf_addz(&xml, "<Task><Actions>");
    for (int i = 0; i < 5000; i++)
        ac_buf_addz(&xml, "<a>");
    cr_expect_eq(parse_path(fx_view(&xml), PATH, &r, NULL), AC_CORRUPT);
    fx_records_free(&r);
    while (xml.n <= AC_MAX_TASK_XML)
        ac_buf_addz(&xml, "                                                                ");
    cr_expect_eq(parse_path(fx_view(&xml), PATH, &r, NULL), AC_LIMIT);
    fx_records_free(&r);
    ac_buf_free(&xml);
}

Test(task_xml, recognised_by_content)
{
    static const struct {
        const char *text;
        bool is;
    } cases[] = {
        {"<Task>", true},
        {"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- x --><Task version=\"1.2\">", true},
        {"<!DOCTYPE Task [<!ENTITY a \"b\">]><Task/>", true},
        {"<t:Task xmlns:t=\"x\">", true},
        {"<Tasks>", false},
        {"<html>", false},
        {"Task", false},
        {"<", false},
        {"", false},
        {"<!--", false},
        {"<?xml", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_artefact a = {.bytes = {(const uint8_t *)cases[i].text, strlen(cases[i].text), 0},
                                .path = "x",
                                .user = ""};

        cr_expect_eq(ac_parser_task_xml.recognise(&a), cases[i].is, "%s", cases[i].text);
        a.path = "Windows/System32/Tasks/x";
        cr_expect(ac_parser_task_xml.recognise(&a));
    }
}

Test(task_xml, every_allocation_may_fail)
{
    struct fx_task t = sample();
    struct ac_buf file = {0};
    bool done = false;

    fx_task(&file, &t);
    for (unsigned long n = 1; !done; n++) {
        struct fx_records r;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse_path(fx_view(&file), PATH, &r, NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        if (rc == AC_OK)
            check_sample(&r);
        done = rc == AC_OK;
        fx_records_free(&r);
        cr_assert_lt(n, 10000);
    }
    ac_buf_free(&file);
}

/* What the registry keeps of a file leaves the byte order mark out; known good: sha256sum of the rest. */
Test(task_xml, the_hash_that_the_registry_keeps)
{
    struct ac_buf bytes = {0};
    struct fx_records r;
    char expected[AC_HASH_TEXT];

    fx_task_encode(&bytes, "<Task><Actions/></Task>");
    cr_assert_eq(ac_le16((const uint8_t *)bytes.p), 0xFEFF);
    ac_hash_hex(AC_SHA256, bytes.p + 2, bytes.n - 2, expected);
    cr_assert_eq(parse_path(fx_view(&bytes), "Windows/System32/Tasks/A", &r, NULL), AC_OK);
    cr_expect_str_eq(ac_record_get(fx_nth(&r, AC_KIND_TASK, 0), "xml_hash"), expected);
    cr_expect_str_eq(expected, "e39457ec672d2fc409efbeab2e6705aaea2a16b92621d321abf3babe780379d5");
    fx_records_free(&r);
    ac_buf_free(&bytes);
}
