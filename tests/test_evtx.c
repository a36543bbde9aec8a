/* Event logs built from the specification: forms of events, chunks in use and left over. */
#include "evtx_case.h"

#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(evtx, .init = ec_begin, .fini = ec_end);

static struct fx_event unwanted(uint16_t id)
{
    struct fx_event e = ec_service;

    e.id = id;
    return e;
}

Test(evtx, templates_are_used_again)
{
    const struct fx_event *list[] = {&ec_service, &ec_service, &ec_service};

    ec_build(list, 3);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_assert_eq(ec_events(), 3);
    for (size_t i = 0; i < 3; i++) {
        ec_expect_service(ec_event(i), 100 + i);
        cr_expect_str_eq(ac_record_get(ec_event(i), "user"), "S-1-5-18");
        cr_expect_str_eq(ac_record_get(ec_event(i), "command"), "C:\\x\\a & 'b'.exe");
        cr_expect_not(ac_record_prov_has(ec_event(i), "state"));
        cr_expect_null(ac_record_get_json(ec_event(i), "recovered"));
    }
    cr_expect_eq(json_integer_value(ac_record_prov_json(ec_event(0), "offset")),
                 (int64_t)EC_CHUNK0 + 512);
    cr_expect_eq(ec_counted("event_ids", "7045"), 3);
    cr_expect_str_eq(ac_record_get(ec_row, "first_time"), EC_T1);
    cr_expect_str_eq(ac_record_get(ec_row, "last_time"), EC_T1);
}

Test(evtx, without_templates)
{
    struct fx_event e = ec_service;

    e.form = FX_EVENT_PLAIN;
    ec_build_one(&e);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_assert_eq(ec_events(), 1);
    ec_expect_service(ec_event(0), 100);
}

Test(evtx, arrays_are_several_data_and_a_former_name_is_told)
{
    const struct ac_record *r;

    ec_build_one(&ec_renamed);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 1);
    cr_expect_str_eq(ec_data_of(ec_event(0)), "=OLD-NAME;=LAPTOP-01;");
    r = fx_nth(&ec_out, AC_KIND_SYSTEM, 0);
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "former_computer_name"), "OLD-NAME");
    cr_expect_str_eq(ac_record_get(r, "renamed"), EC_T2);
}

Test(evtx, cleared_log_in_elements_of_its_own)
{
    ec_build_one(&ec_cleared);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 1);
    cr_expect_str_eq(ac_record_get(ec_event(0), "cleared_log"), "Application");
    cr_expect_str_eq(ac_record_get(ec_event(0), "account"), "LAPTOP-01\\user1");
    cr_expect_null(ac_record_get_json(ec_event(0), "path"), "empty data fill nothing");
}

Test(evtx, typed_values)
{
    static const struct fx_datum data[] = {
        {.name = "NewTime", .value = "2021-01-01T00:00:00Z", .type = 0x11},
        {.name = "OldTime", .value = "2020-12-31T23:00:00.5Z", .type = 0x11},
        {.name = "Reason", .value = "4294967295", .type = 0x08},
        {.name = "Who", .value = "01020000000000052000000020020000", .type = 0x13},
        {.name = "Short", .value = "0102", .type = 0x13}};
    struct fx_event e = ec_service;

    e.provider = "Microsoft-Windows-Kernel-General";
    e.id = 1;
    e.data = data;
    e.n_data = 5;
    ec_build_one(&e);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 1);
    cr_expect_str_eq(ac_record_get(ec_event(0), "new_time"), "2021-01-01T00:00:00Z");
    cr_expect_str_eq(ac_record_get(ec_event(0), "old_time"), "2020-12-31T23:00:00.5Z");
    cr_expect_str_eq(ec_data_of(ec_event(0)),
                     "NewTime=2021-01-01T00:00:00Z;OldTime=2020-12-31T23:00:00.5Z;"
                     "Reason=4294967295;Who=S-1-5-32-544;Short=0102;");
}

Test(evtx, only_provider_and_number_together_are_wanted)
{
    struct fx_event other = ec_service, number = unwanted(7044), upper = ec_service;
    const struct fx_event *list[] = {&other, &number, &upper};

    other.provider = "Service Control Manager 2";
    upper.provider = "SERVICE CONTROL MANAGER";
    ec_build(list, 3);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_events(), 1);
    cr_expect_eq(ec_counted("event_ids", "7045"), 2);
    cr_expect_eq(ec_counted("event_ids", "7044"), 1);
}

Test(evtx, logons_over_the_network_only)
{
    static const struct fx_datum types[][2] = {{{.name = "TargetUserName", .value = "user1"},
                                                {.name = "LogonType", .value = "2", .type = 8}},
                                               {{.name = "TargetUserName", .value = "user1"},
                                                {.name = "LogonType", .value = "3", .type = 8}},
                                               {{.name = "TargetUserName", .value = "user1"},
                                                {.name = "LogonType", .value = "10", .type = 8}}};
    struct fx_event e[3];
    const struct fx_event *list[3];

    for (size_t i = 0; i < 3; i++) {
        e[i] = ec_service;
        e[i].provider = "Microsoft-Windows-Security-Auditing";
        e[i].id = 4624;
        e[i].data = types[i];
        e[i].n_data = 2;
        list[i] = &e[i];
    }
    ec_build(list, 3);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 2);
    cr_expect_eq(ac_record_get_int(ec_event(0), "logon_type"), 3);
    cr_expect_eq(ac_record_get_int(ec_event(1), "logon_type"), 10);
    cr_expect_eq(ec_counted("event_ids", "4624"), 3);
}

Test(evtx, task_definition_gives_its_actions)
{
    static const struct fx_datum data[] = {
        {.name = "TaskName", .value = "\\Updater"},
        {.name = "TaskContent",
         .value = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" xmlns=\""
                  "http://schemas.microsoft.com/windows/2004/02/mit/task\"><Actions><Exec><Command>"
                  "C:\\x\\a.exe</Command><Arguments>/q</Arguments></Exec></Actions></Task>"}};
    struct fx_event e = ec_service;

    e.provider = "Microsoft-Windows-Security-Auditing";
    e.id = 4698;
    e.data = data;
    e.n_data = 2;
    ec_build_one(&e);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 1);
    cr_expect_str_eq(ac_record_get(ec_event(0), "task"), "\\Updater");
    cr_expect_str_eq(ac_record_get(ec_event(0), "command"), "C:\\x\\a.exe /q");
    cr_expect_eq(json_array_size(ac_record_get_json(ec_event(0), "actions")), 1);
}

Test(evtx, nothing_of_a_text_is_lost)
{
    static const struct fx_datum data[] = {{.name = "ServiceName", .value = "ab"}};
    struct fx_event e = ec_service;
    char *at, *line;

    e.data = data;
    e.n_data = 1;
    ec_build_one(&e);
    at = memmem(ec_file.p, ec_file.n, "a\0b\0\0",
                5); /* the value is the last one: padding follows */
    cr_assert_not_null(at);
    at[1] = (char)0xD8; /* a lone surrogate */
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 1);
    cr_expect_str_eq(ec_data_of(ec_event(0)), "ServiceName=\\u{D861}b;");
    line = ac_record_print(ec_event(0));
    cr_assert_not_null(line);
    cr_expect(strstr(line, "\"data[0]\":\"61d86200\""));
    free(line);
}

/* ---- many */

Test(evtx, the_newest_of_very_many_become_records)
{
    struct fx_event e = unwanted(7036);
    struct fx_evtx *log = fx_evtx_new(1);
    char last[AC_TIME_TEXT];
    size_t n = AC_MAX_FREQUENT_EVENTS + 5;

    for (size_t i = 0; i < n; i++) {
        struct ac_filetime t = {fx_time(EC_T1) + i};

        e.time = ac_time_print(t, last);
        fx_evtx_add(log, &e);
    }
    fx_evtx_build(log, &ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_assert_eq(ec_events(), AC_MAX_FREQUENT_EVENTS);
    cr_expect_eq(ac_record_get_int(ec_event(0), "record_number"), 6);
    cr_expect_eq(ec_counted("event_ids", "7036"), (int64_t)n);
    cr_expect_eq(ec_counted("not_listed", "Service Control Manager 7036"), 5);
    cr_expect_str_eq(ac_record_get(ec_row, "last_time"), last);
}

/* ---- chunks */

static void build_chunks(uint64_t second_first)
{
    struct fx_evtx *e = fx_evtx_new(1);
    struct ac_buf second = {0};

    fx_evtx_add(e, &ec_service);
    fx_evtx_add(e, &ec_service);
    fx_evtx_build(e, &ec_file);
    e = fx_evtx_new(second_first);
    fx_evtx_add(e, &ec_service);
    fx_evtx_build(e, &second);
    ac_buf_add(&ec_file, second.p + 4096, second.n - 4096);
    ac_buf_free(&second);
}

Test(evtx, a_chunk_behind_the_counted_ones_belongs_to_the_log_if_its_numbers_go_on)
{
    build_chunks(3);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_expect_eq(ec_counted("event_ids", "7045"), 3);
    cr_assert_eq(ec_events(), 3);
    cr_expect_null(ac_record_get_json(ec_event(2), "recovered"));
}

Test(evtx, a_chunk_that_is_left_over_is_recovered)
{
    build_chunks(900);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_expect_eq(ec_counted("event_ids", "7045"), 2);
    cr_expect_eq(ec_counted("recovered_ids", "7045"), 1);
    cr_assert_eq(ec_events(), 3);
    cr_expect(ac_record_get_bool(ec_event(2), "recovered"));
    cr_expect_str_eq(ac_record_prov(ec_event(2), "state"), "unlinked");
    ec_expect_service(ec_event(2), 900);
}

Test(evtx, a_dirty_log_is_no_problem)
{
    build_chunks(3);
    fx_put_le32(&ec_file, 120, 1);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_expect(ac_record_get_bool(ec_row, "dirty"));
}

Test(evtx, chunks_are_told_in_the_order_of_their_numbers)
{
    build_chunks(3);
    for (size_t i = 0; i < 65536; i++) { /* as in a log that was written over from its beginning */
        char c = ec_file.p[EC_CHUNK0 + i];

        ec_file.p[EC_CHUNK0 + i] = ec_file.p[FX_EVTX_CHUNK(1) + i];
        ec_file.p[FX_EVTX_CHUNK(1) + i] = c;
    }
    fx_put_le16(&ec_file, 42, 2);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_assert_eq(ec_events(), 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(ac_record_get_int(ec_event(i), "record_number"), (int64_t)i + 1);
}

Test(evtx, what_stands_behind_the_last_event_is_deleted)
{
    const struct fx_event *list[] = {&ec_service, &ec_service, &ec_cleared};
    uint32_t first_size;

    ec_build(list, 3);
    first_size = ac_le32((const uint8_t *)ec_file.p + EC_CHUNK0 + 512 + 4);
    fx_put_le64(&ec_file, EC_CHUNK0 + 16, 90);
    fx_put_le64(&ec_file, EC_CHUNK0 + 32, 90); /* as if one event of another number were all */
    fx_put_le64(&ec_file, EC_CHUNK0 + 24, 90);
    fx_put_le32(&ec_file, EC_CHUNK0 + 44, 512);
    fx_put_le32(&ec_file, EC_CHUNK0 + 48, 512 + first_size);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_assert_eq(ec_events(), 3);
    cr_expect_eq(ec_counted("event_ids", "7045"), 1);
    cr_expect_eq(ec_counted("recovered_ids", "7045"), 1);
    for (size_t i = 1; i < 3; i++) {
        cr_expect_str_eq(ac_record_prov(ec_event(i), "state"), "deleted");
        cr_expect(ac_record_get_bool(ec_event(i), "recovered"));
        cr_expect_null(ac_record_get_json(ec_event(i), "incomplete"));
    }
}

Test(evtx, events_written_after_the_header_belong_to_the_log)
{
    const struct fx_event *list[] = {&ec_service, &ec_service};
    uint32_t first_size;

    ec_build(list, 2);
    first_size = ac_le32((const uint8_t *)ec_file.p + EC_CHUNK0 + 512 + 4);
    fx_put_le64(&ec_file, EC_CHUNK0 + 16, 100);
    fx_put_le64(&ec_file, EC_CHUNK0 + 32, 100);
    fx_put_le32(&ec_file, EC_CHUNK0 + 44, 512);
    fx_put_le32(&ec_file, EC_CHUNK0 + 48, 512 + first_size);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0);
    cr_expect_eq(ec_counted("event_ids", "7045"), 2);
}

/* The values of a recovered event whose template is gone are told without names, and fill no field. */
Test(evtx, recovered_without_its_template)
{
    const struct fx_event *list[] = {&ec_cleared, &ec_service, &ec_service};
    char *name;
    uint32_t second;

    ec_build(list, 3);
    second = 512 + ac_le32((const uint8_t *)ec_file.p + EC_CHUNK0 + 512 + 4);
    fx_put_le64(&ec_file, EC_CHUNK0 + 24, 90);
    fx_put_le64(&ec_file, EC_CHUNK0 + 32, 90);
    fx_put_le32(&ec_file, EC_CHUNK0 + 44, 512);
    fx_put_le32(&ec_file, EC_CHUNK0 + 48, second);
    /* of the second event, which holds the templates, the one of the data is destroyed */
    name = memmem(ec_file.p + EC_CHUNK0 + second, 4096, "E\0v\0e\0n\0t\0D\0a\0t\0a\0", 18);
    cr_assert_not_null(name);
    memset(name - 70, 0x55, 70);
    fx_evtx_seal(&ec_file);
    cr_assert_eq(ec_parse(), AC_OK);
    cr_expect_eq(ec_problems(), 0, "what is overwritten is no damage of the log");
    cr_assert_eq(ec_events(), 3);
    cr_expect(ac_record_get_bool(ec_event(2), "incomplete"));
    cr_expect_str_eq(ec_data_of(ec_event(2)), "=Updater;=C:\\x\\a & 'b'.exe;");
    cr_expect_null(ac_record_get_json(ec_event(2), "service"));
    cr_expect_str_eq(ac_record_get(ec_event(2), "provider"), "Service Control Manager");
}
