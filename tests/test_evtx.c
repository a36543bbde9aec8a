/* Event logs built from the specification: forms of events, damage, what is left over, hostile ones. */
#include "build_evtx.h"

#include "evtx.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T1 "2021-03-04T05:06:07.0000001Z"
#define T2 "2021-03-04T05:06:08Z"
#define CHUNK0 FX_EVTX_CHUNK(0)

static struct fx_records out;
static struct ac_record *row;
static struct ac_buf file;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    ac_record_free(row);
    row = NULL;
    ac_buf_free(&file);
}

TestSuite(evtx, .init = begin, .fini = end);

/* Of a block of that very size, so that a sanitizer sees any overrun. */
static enum ac_rc parse_bytes(const void *p, size_t n, uint64_t steps)
{
    struct ac_budget budget = {steps};
    struct ac_err err = {0};
    uint8_t *copy = malloc(n ? n : 1);
    struct ac_artefact a = {.path = "x/System.evtx", .user = ""};
    enum ac_rc rc;

    cr_assert(copy);
    if (n)
        memcpy(copy, p, n);
    fx_records_free(&out);
    ac_record_free(row);
    a.row = row = ac_record_new(AC_KIND_SOURCE);
    a.bytes = (struct ac_view){copy, n, 0};
    cr_expect(ac_parser_evtx.recognise(&a));
    rc = ac_parser_evtx.parse(&a, &budget, &out.sink, &err);
    free(copy);
    return rc;
}

static enum ac_rc parse(void)
{
    return parse_bytes(file.p, file.n, 10000000);
}

static int64_t counted(const char *field, const char *id)
{
    return json_integer_value(json_object_get(ac_record_get_json(row, field), id));
}

static size_t problems(void)
{
    return fx_count(&out, AC_KIND_PROBLEM);
}

static size_t events(void)
{
    return fx_count(&out, AC_KIND_EVENT);
}

static struct ac_record *event(size_t i)
{
    struct ac_record *r = fx_nth(&out, AC_KIND_EVENT, i);

    cr_assert_not_null(r);
    return r;
}

/* "name=value;..." of the data as stored. */
static const char *data_of(const struct ac_record *r)
{
    static char text[4096];
    const json_t *list = ac_record_get_json(r, "data");

    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(o, "name"));
        size_t n = strlen(text);

        snprintf(text + n, sizeof(text) - n, "%s=%s;", name ? name : "",
                 json_string_value(json_object_get(o, "value")));
    }
    return text;
}

/* ---- events of several kinds */

static const struct fx_datum service_data[] = {{.name = "ServiceName", .value = "Updater"},
                                               {.name = "ImagePath", .value = "C:\\x\\a & 'b'.exe"},
                                               {.name = "StartType", .value = NULL}};
static const struct fx_event service = {.provider = "Service Control Manager",
                                        .channel = "System",
                                        .computer = "LAPTOP-01",
                                        .id = 7045,
                                        .time = T1,
                                        .data = service_data,
                                        .n_data = 3};
static const struct fx_datum old_names[] = {{.value = "OLD-NAME"}, {.value = "LAPTOP-01"}};
static const struct fx_event renamed = {.provider = "EventLog",
                                        .channel = "System",
                                        .computer = "LAPTOP-01",
                                        .id = 6011,
                                        .time = T2,
                                        .data = old_names,
                                        .n_data = 2,
                                        .form = FX_EVENT_ARRAY};
static const struct fx_datum cleared_data[] = {{.name = "SubjectUserName", .value = "user1"},
                                               {.name = "SubjectDomainName", .value = "LAPTOP-01"},
                                               {.name = "Channel", .value = "Application"},
                                               {.name = "BackupPath", .value = ""}};
static const struct fx_event cleared = {.provider = "Microsoft-Windows-Eventlog",
                                        .channel = "System",
                                        .computer = "LAPTOP-01",
                                        .id = 104,
                                        .time = T2,
                                        .data = cleared_data,
                                        .n_data = 4,
                                        .form = FX_EVENT_USER_DATA};

static struct fx_event unwanted(uint16_t id)
{
    struct fx_event e = service;

    e.id = id;
    return e;
}

static void build(const struct fx_event *const *list, size_t n)
{
    struct fx_evtx *e = fx_evtx_new(100);

    for (size_t i = 0; i < n; i++)
        fx_evtx_add(e, list[i]);
    ac_buf_free(&file);
    fx_evtx_build(e, &file);
}

static void build_one(const struct fx_event *e)
{
    build(&e, 1);
}

static void expect_service(const struct ac_record *r, uint64_t number)
{
    cr_expect_str_eq(ac_record_get(r, "log"), "System");
    cr_expect_str_eq(ac_record_get(r, "provider"), "Service Control Manager");
    cr_expect_eq(ac_record_get_int(r, "event_id"), 7045);
    cr_expect_eq(ac_record_get_int(r, "record_number"), (int64_t)number);
    cr_expect_str_eq(ac_record_get(r, "time"), T1);
    cr_expect_str_eq(ac_record_get(r, "computer"), "LAPTOP-01");
    cr_expect_str_eq(ac_record_get(r, "service"), "Updater");
    cr_expect_str_eq(data_of(r), "ServiceName=Updater;ImagePath=C:\\x\\a & 'b'.exe;StartType=;");
}

Test(evtx, templates_are_used_again)
{
    const struct fx_event *list[] = {&service, &service, &service};

    build(list, 3);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_assert_eq(events(), 3);
    for (size_t i = 0; i < 3; i++) {
        expect_service(event(i), 100 + i);
        cr_expect_str_eq(ac_record_get(event(i), "user"), "S-1-5-18");
        cr_expect_str_eq(ac_record_get(event(i), "command"), "C:\\x\\a & 'b'.exe");
        cr_expect_not(ac_record_prov_has(event(i), "state"));
        cr_expect_null(ac_record_get_json(event(i), "recovered"));
    }
    cr_expect_eq(json_integer_value(ac_record_prov_json(event(0), "offset")),
                 (int64_t)CHUNK0 + 512);
    cr_expect_eq(counted("event_ids", "7045"), 3);
    cr_expect_str_eq(ac_record_get(row, "first_time"), T1);
    cr_expect_str_eq(ac_record_get(row, "last_time"), T1);
}

Test(evtx, without_templates)
{
    struct fx_event e = service;

    e.form = FX_EVENT_PLAIN;
    build_one(&e);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_assert_eq(events(), 1);
    expect_service(event(0), 100);
}

Test(evtx, arrays_are_several_data_and_a_former_name_is_told)
{
    const struct ac_record *r;

    build_one(&renamed);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 1);
    cr_expect_str_eq(data_of(event(0)), "=OLD-NAME;=LAPTOP-01;");
    r = fx_nth(&out, AC_KIND_SYSTEM, 0);
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "former_computer_name"), "OLD-NAME");
    cr_expect_str_eq(ac_record_get(r, "renamed"), T2);
}

Test(evtx, cleared_log_in_elements_of_its_own)
{
    build_one(&cleared);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 1);
    cr_expect_str_eq(ac_record_get(event(0), "cleared_log"), "Application");
    cr_expect_str_eq(ac_record_get(event(0), "account"), "LAPTOP-01\\user1");
    cr_expect_null(ac_record_get_json(event(0), "path"), "empty data fill nothing");
}

Test(evtx, typed_values)
{
    static const struct fx_datum data[] = {
        {.name = "NewTime", .value = "2021-01-01T00:00:00Z", .type = 0x11},
        {.name = "OldTime", .value = "2020-12-31T23:00:00.5Z", .type = 0x11},
        {.name = "Reason", .value = "4294967295", .type = 0x08},
        {.name = "Who", .value = "01020000000000052000000020020000", .type = 0x13},
        {.name = "Short", .value = "0102", .type = 0x13}};
    struct fx_event e = service;

    e.provider = "Microsoft-Windows-Kernel-General";
    e.id = 1;
    e.data = data;
    e.n_data = 5;
    build_one(&e);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 1);
    cr_expect_str_eq(ac_record_get(event(0), "new_time"), "2021-01-01T00:00:00Z");
    cr_expect_str_eq(ac_record_get(event(0), "old_time"), "2020-12-31T23:00:00.5Z");
    cr_expect_str_eq(data_of(event(0)),
                     "NewTime=2021-01-01T00:00:00Z;OldTime=2020-12-31T23:00:00.5Z;"
                     "Reason=4294967295;Who=S-1-5-32-544;Short=0102;");
}

Test(evtx, only_provider_and_number_together_are_wanted)
{
    struct fx_event other = service, number = unwanted(7044), upper = service;
    const struct fx_event *list[] = {&other, &number, &upper};

    other.provider = "Service Control Manager 2";
    upper.provider = "SERVICE CONTROL MANAGER";
    build(list, 3);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(events(), 1);
    cr_expect_eq(counted("event_ids", "7045"), 2);
    cr_expect_eq(counted("event_ids", "7044"), 1);
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
        e[i] = service;
        e[i].provider = "Microsoft-Windows-Security-Auditing";
        e[i].id = 4624;
        e[i].data = types[i];
        e[i].n_data = 2;
        list[i] = &e[i];
    }
    build(list, 3);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 2);
    cr_expect_eq(ac_record_get_int(event(0), "logon_type"), 3);
    cr_expect_eq(ac_record_get_int(event(1), "logon_type"), 10);
    cr_expect_eq(counted("event_ids", "4624"), 3);
}

Test(evtx, task_definition_gives_its_actions)
{
    static const struct fx_datum data[] = {
        {.name = "TaskName", .value = "\\Updater"},
        {.name = "TaskContent",
         .value = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" xmlns=\""
                  "http://schemas.microsoft.com/windows/2004/02/mit/task\"><Actions><Exec><Command>"
                  "C:\\x\\a.exe</Command><Arguments>/q</Arguments></Exec></Actions></Task>"}};
    struct fx_event e = service;

    e.provider = "Microsoft-Windows-Security-Auditing";
    e.id = 4698;
    e.data = data;
    e.n_data = 2;
    build_one(&e);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 1);
    cr_expect_str_eq(ac_record_get(event(0), "task"), "\\Updater");
    cr_expect_str_eq(ac_record_get(event(0), "command"), "C:\\x\\a.exe /q");
    cr_expect_eq(json_array_size(ac_record_get_json(event(0), "actions")), 1);
}

Test(evtx, nothing_of_a_text_is_lost)
{
    static const struct fx_datum data[] = {{.name = "ServiceName", .value = "ab"}};
    struct fx_event e = service;
    char *at;

    e.data = data;
    e.n_data = 1;
    build_one(&e);
    at = memmem(file.p, file.n, "a\0b\0\0", 5); /* the value is the last one: padding follows */
    cr_assert_not_null(at);
    at[1] = (char)0xD8; /* a lone surrogate */
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 1);
    cr_expect_str_eq(data_of(event(0)), "ServiceName=\\u{D861}b;");
    cr_expect(strstr(ac_record_print(event(0)), "\"data[0]\":\"61d86200\""));
}

/* ---- many */

Test(evtx, the_newest_of_very_many_become_records)
{
    struct fx_event e = unwanted(7036);
    struct fx_evtx *log = fx_evtx_new(1);
    char last[AC_TIME_TEXT];
    size_t n = AC_MAX_FREQUENT_EVENTS + 5;

    for (size_t i = 0; i < n; i++) {
        struct ac_filetime t = {fx_time(T1) + i};

        e.time = ac_time_print(t, last);
        fx_evtx_add(log, &e);
    }
    fx_evtx_build(log, &file);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_assert_eq(events(), AC_MAX_FREQUENT_EVENTS);
    cr_expect_eq(ac_record_get_int(event(0), "record_number"), 6);
    cr_expect_eq(counted("event_ids", "7036"), (int64_t)n);
    cr_expect_eq(counted("not_listed", "Service Control Manager 7036"), 5);
    cr_expect_str_eq(ac_record_get(row, "last_time"), last);
}

/* ---- chunks */

static void build_chunks(uint64_t second_first)
{
    struct fx_evtx *e = fx_evtx_new(1);
    struct ac_buf second = {0};

    fx_evtx_add(e, &service);
    fx_evtx_add(e, &service);
    fx_evtx_build(e, &file);
    e = fx_evtx_new(second_first);
    fx_evtx_add(e, &service);
    fx_evtx_build(e, &second);
    ac_buf_add(&file, second.p + 4096, second.n - 4096);
    ac_buf_free(&second);
}

Test(evtx, a_chunk_behind_the_counted_ones_belongs_to_the_log_if_its_numbers_go_on)
{
    build_chunks(3);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_expect_eq(counted("event_ids", "7045"), 3);
    cr_assert_eq(events(), 3);
    cr_expect_null(ac_record_get_json(event(2), "recovered"));
}

Test(evtx, a_chunk_that_is_left_over_is_recovered)
{
    build_chunks(900);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_expect_eq(counted("event_ids", "7045"), 2);
    cr_expect_eq(counted("recovered_ids", "7045"), 1);
    cr_assert_eq(events(), 3);
    cr_expect(ac_record_get_bool(event(2), "recovered"));
    cr_expect_str_eq(ac_record_prov(event(2), "state"), "unlinked");
    expect_service(event(2), 900);
}

Test(evtx, a_dirty_log_is_no_problem)
{
    build_chunks(3);
    fx_put_le32(&file, 120, 1);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_expect(ac_record_get_bool(row, "dirty"));
}

Test(evtx, chunks_are_told_in_the_order_of_their_numbers)
{
    build_chunks(3);
    for (size_t i = 0; i < 65536; i++) { /* as in a log that was written over from its beginning */
        char c = file.p[CHUNK0 + i];

        file.p[CHUNK0 + i] = file.p[FX_EVTX_CHUNK(1) + i];
        file.p[FX_EVTX_CHUNK(1) + i] = c;
    }
    fx_put_le16(&file, 42, 2);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(events(), 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(ac_record_get_int(event(i), "record_number"), (int64_t)i + 1);
}

Test(evtx, what_stands_behind_the_last_event_is_deleted)
{
    const struct fx_event *list[] = {&service, &service, &cleared};
    uint32_t first_size;

    build(list, 3);
    first_size = ac_le32((const uint8_t *)file.p + CHUNK0 + 512 + 4);
    fx_put_le64(&file, CHUNK0 + 16, 90);
    fx_put_le64(&file, CHUNK0 + 32, 90); /* as if one event of another number were all */
    fx_put_le64(&file, CHUNK0 + 24, 90);
    fx_put_le32(&file, CHUNK0 + 44, 512);
    fx_put_le32(&file, CHUNK0 + 48, 512 + first_size);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_assert_eq(events(), 3);
    cr_expect_eq(counted("event_ids", "7045"), 1);
    cr_expect_eq(counted("recovered_ids", "7045"), 1);
    for (size_t i = 1; i < 3; i++) {
        cr_expect_str_eq(ac_record_prov(event(i), "state"), "deleted");
        cr_expect(ac_record_get_bool(event(i), "recovered"));
        cr_expect_null(ac_record_get_json(event(i), "incomplete"));
    }
}

Test(evtx, events_written_after_the_header_belong_to_the_log)
{
    const struct fx_event *list[] = {&service, &service};
    uint32_t first_size;

    build(list, 2);
    first_size = ac_le32((const uint8_t *)file.p + CHUNK0 + 512 + 4);
    fx_put_le64(&file, CHUNK0 + 16, 100);
    fx_put_le64(&file, CHUNK0 + 32, 100);
    fx_put_le32(&file, CHUNK0 + 44, 512);
    fx_put_le32(&file, CHUNK0 + 48, 512 + first_size);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_expect_eq(counted("event_ids", "7045"), 2);
}

/* The values of a recovered event whose template is gone are told without names, and fill no field. */
Test(evtx, recovered_without_its_template)
{
    const struct fx_event *list[] = {&cleared, &service, &service};
    char *name;
    uint32_t second;

    build(list, 3);
    second = 512 + ac_le32((const uint8_t *)file.p + CHUNK0 + 512 + 4);
    fx_put_le64(&file, CHUNK0 + 24, 90);
    fx_put_le64(&file, CHUNK0 + 32, 90);
    fx_put_le32(&file, CHUNK0 + 44, 512);
    fx_put_le32(&file, CHUNK0 + 48, second);
    /* of the second event, which holds the templates, the one of the data is destroyed */
    name = memmem(file.p + CHUNK0 + second, 4096, "E\0v\0e\0n\0t\0D\0a\0t\0a\0", 18);
    cr_assert_not_null(name);
    memset(name - 70, 0x55, 70);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0, "what is overwritten is no damage of the log");
    cr_assert_eq(events(), 3);
    cr_expect(ac_record_get_bool(event(2), "incomplete"));
    cr_expect_str_eq(data_of(event(2)), "=Updater;=C:\\x\\a & 'b'.exe;");
    cr_expect_null(ac_record_get_json(event(2), "service"));
    cr_expect_str_eq(ac_record_get(event(2), "provider"), "Service Control Manager");
}

/* ---- damage */

static void expect_problem(const char *what, uint64_t offset)
{
    const struct ac_record *r = fx_find(&out, AC_KIND_PROBLEM, "what", what);

    cr_assert(r, "%s", what);
    cr_expect_eq(ac_record_get_int(r, "offset"), (int64_t)offset, "%s at %lld", what,
                 (long long)ac_record_get_int(r, "offset"));
    cr_expect_eq(problems(), 1);
}

Test(evtx, checksums)
{
    build_one(&service);
    file.p[10] ^= 1;
    cr_assert_eq(parse(), AC_OK);
    expect_problem("the checksum of the file header does not fit", 0);
    build_one(&service);
    file.p[CHUNK0 + 130] ^= 1;
    cr_assert_eq(parse(), AC_OK);
    expect_problem("the checksum of a chunk's header does not fit", CHUNK0);
    build_one(&service);
    file.p[CHUNK0 + 512 + 17] ^= 1; /* in the time of the record */
    cr_assert_eq(parse(), AC_OK);
    expect_problem("the checksum of a chunk's events does not fit", CHUNK0);
    cr_expect_eq(events(), 1);
    fx_put_le32(&file, 120, 4); /* the log has none */
    cr_assert_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
}

Test(evtx, file_header_destroyed)
{
    build_one(&service);
    memset(file.p, 0x55, 4096);
    cr_assert_eq(parse(), AC_OK);
    expect_problem("the file header has no signature (ElfFile)", 0);
    cr_expect_eq(events(), 1);
    cr_expect_null(ac_record_get_json(event(0), "recovered"));
}

Test(evtx, chunk_header_destroyed)
{
    build_one(&service);
    memset(file.p + CHUNK0, 0x55, 512);
    cr_assert_eq(parse(), AC_OK);
    expect_problem("a chunk has no signature (ElfChnk)", CHUNK0);
    cr_assert_eq(events(), 1);
    expect_service(event(0), 100);
    cr_expect_str_eq(ac_record_prov(event(0), "state"), "unlinked");
    cr_expect(ac_record_get_bool(event(0), "recovered"));
}

Test(evtx, an_event_destroyed)
{
    const struct fx_event *list[] = {&service, &service, &service};
    uint32_t second;

    build(list, 3);
    second = 512 + ac_le32((const uint8_t *)file.p + CHUNK0 + 512 + 4);
    memset(file.p + CHUNK0 + second, 0, 8);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    expect_problem("an event does not lie as its chunk says", CHUNK0 + second);
    cr_assert_eq(events(), 2);
    cr_expect_str_eq(ac_record_prov(event(1), "state"), "unlinked");
    cr_expect_eq(ac_record_get_int(event(1), "record_number"), 102);
}

Test(evtx, an_event_that_is_not_there)
{
    build_one(&service);
    fx_put_le64(&file, CHUNK0 + 32, 101);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    expect_problem("a chunk does not have as many events as its header says", CHUNK0 + 24);
}

Test(evtx, binary_xml_destroyed)
{
    build_one(&service);
    file.p[CHUNK0 + 512 + 24 + 4] = 0x33;
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    expect_problem("binary XML holds a token that is not known", CHUNK0 + 512 + 28);
    cr_expect_eq(events(), 0);
}

Test(evtx, fewer_chunks_than_counted)
{
    build_one(&service);
    fx_put_le16(&file, 42, 2);
    fx_evtx_seal(&file);
    cr_assert_eq(parse(), AC_OK);
    expect_problem("the file has fewer chunks than its header says", file.n);
    cr_expect_eq(events(), 1);
}

Test(evtx, cut_short)
{
    const struct fx_event *list[] = {&service, &renamed, &cleared, &service};
    size_t used;

    build(list, 4);
    used = CHUNK0 + ac_le32((const uint8_t *)file.p + CHUNK0 + 48);
    for (size_t n = 0; n<file.n; n += n> used ? 4093 : n >= CHUNK0 + 500 ? 1 : 127) {
        enum ac_rc rc = parse_bytes(file.p, n, 100000);

        cr_assert_eq(rc, AC_OK, "%zu: %s", n, ac_rc_name(rc));
        cr_expect_geq(problems(), n < used ? 1U : 0U, "%zu", n);
        cr_expect_leq(events(), 4);
        if (n >= used)
            cr_expect_eq(events(), 4, "%zu", n);
    }
}

Test(evtx, every_byte_changed)
{
    const struct fx_event *list[] = {&service, &renamed, &cleared};
    size_t used;

    build(list, 3);
    used = CHUNK0 + ac_le32((const uint8_t *)file.p + CHUNK0 + 48);
    file.n = used; /* the rest is zeros: it only costs time */
    for (size_t at = 0; at < used; at += at < CHUNK0 && at >= 128 ? 500 : 1) {
        for (unsigned k = 0; k < 2; k++) {
            char before = file.p[at];

            file.p[at] = k ? (char)0xFF : (char)(before ^ 0x41);
            cr_expect_eq(parse_bytes(file.p, file.n, 100000), AC_OK);
            file.p[at] = before;
        }
    }
}

/* ---- hostile ones */

static void raw_event(const struct ac_buf *xml)
{
    struct fx_evtx *e = fx_evtx_new(1);

    fx_evtx_raw(e, T1, xml->p, xml->n);
    ac_buf_free(&file);
    fx_evtx_build(e, &file);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_geq(problems(), 1);
    cr_expect_eq(events(), 0);
}

#define AT (512 + 24) /* of the binary XML in the chunk */

/* A template whose body is an instance of itself. */
Test(evtx, template_inside_of_itself)
{
    struct ac_buf b = {0};
    size_t body;

    ac_buf_add(&b, "\x0F\x01\x01\0\x0C\x01", 6);
    fx_le32(&b, 7);
    fx_le32(&b, AT + 14);
    fx_le32(&b, 0);
    fx_le32(&b, 7);
    fx_zero(&b, 12);
    fx_le32(&b, 14);
    body = b.n;
    fx_u8(&b, 0x0C);
    fx_u8(&b, 1);
    fx_le32(&b, 7);
    fx_le32(&b, AT + 14);
    fx_le32(&b, 0); /* number of values */
    cr_assert_eq(b.n - body, 14);
    fx_le32(&b, 0);
    raw_event(&b);
    ac_buf_free(&b);
}

Test(evtx, sizes_and_numbers_without_bounds)
{
    static const uint32_t wild[] = {0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x10000, 0xFFFF, 0x4000};
    struct ac_buf b = {0};

    for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
        for (unsigned field = 0; field < 3; field++) {
            ac_buf_clear(&b);
            ac_buf_add(&b, "\x0F\x01\x01\0\x0C\x01", 6);
            fx_le32(&b, 7);
            fx_le32(&b, field == 0 ? wild[i] : AT + 14);
            fx_le32(&b, 0);
            fx_le32(&b, 7);
            fx_zero(&b, 12);
            fx_le32(&b, field == 1 ? wild[i] : 1);
            fx_u8(&b, 0);
            fx_le32(&b, field == 2 ? wild[i] : 0);
            raw_event(&b);
        }
    }
    ac_buf_free(&b);
}

/* Elements opened without end, each with the same name. */
Test(evtx, elements_inside_of_each_other)
{
    struct ac_buf b = {0};

    ac_buf_add(&b, "\x0F\x01\x01", 4);
    for (unsigned i = 0; i < 3000; i++) {
        fx_u8(&b, 0x01);
        fx_le32(&b, 0);
        fx_le32(&b, AT + 4 + 9);
        if (i == 0) {
            fx_zero(&b, 6);
            fx_le16(&b, 1);
            fx_utf16z(&b, "a");
        }
        fx_u8(&b, 0x02);
    }
    raw_event(&b);
    ac_buf_free(&b);
}

/* An element with its name beside it, its size not told. */
static void tag(struct ac_buf *b, const char *name, bool attributes)
{
    fx_u8(b, attributes ? 0x41 : 0x01);
    fx_le32(b, 0);
    fx_le32(b, (uint32_t)(AT + b->n + 4));
    fx_zero(b, 6);
    fx_le16(b, (unsigned)strlen(name));
    fx_utf16z(b, name);
    if (attributes)
        fx_le32(b, 0);
    else
        fx_u8(b, 0x02);
}

static void string(struct ac_buf *b, const char *value)
{
    fx_le16(b, 0x0105);
    fx_le16(b, (unsigned)strlen(value));
    fx_utf16(b, value);
}

/* Event / System / Provider Name="Service Control Manager", EventID 7045; then EventData / Data, open. */
static void begin_service(struct ac_buf *b)
{
    ac_buf_add(b, "\x0F\x01\x01", 4);
    tag(b, "Event", false);
    tag(b, "System", false);
    tag(b, "Provider", true);
    fx_u8(b, 0x06);
    fx_le32(b, (uint32_t)(AT + b->n + 4));
    fx_zero(b, 6);
    fx_le16(b, 4);
    fx_utf16z(b, "Name");
    string(b, "Service Control Manager");
    fx_u8(b, 0x03);
    tag(b, "EventID", false);
    string(b, "7045");
    ac_buf_add(b, "\x04\x04", 2);
    tag(b, "EventData", false);
    tag(b, "Data", false);
}

static void end_service(struct ac_buf *b)
{
    ac_buf_add(b, "\x04\x04\x04\0", 4);
}

/* A template that holds one number of a value `times` times, and that value of n bytes. */
static void repeat(struct ac_buf *b, unsigned times, uint8_t type, size_t n)
{
    ac_buf_add(b, "\x0C\x01", 2);
    fx_le32(b, 7);
    fx_le32(b, (uint32_t)(AT + b->n + 4));
    fx_le32(b, 0);
    fx_le32(b, 7);
    fx_zero(b, 12);
    fx_le32(b, 4 * times);
    for (unsigned i = 0; i < times; i++)
        ac_buf_add(b, "\x0D\0\0\x01", 4);
    fx_le32(b, 1);
    fx_le16(b, (unsigned)n);
    fx_le16(b, type);
    for (size_t i = 0; i < n; i++)
        ac_buf_addc(b, 'x');
}

Test(evtx, one_text_a_few_times)
{
    struct fx_evtx *e = fx_evtx_new(1);
    struct ac_buf b = {0};

    begin_service(&b);
    repeat(&b, 3, 1, 4);
    end_service(&b);
    fx_evtx_raw(e, T1, b.p, b.n);
    fx_evtx_build(e, &file);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(problems(), 0);
    cr_assert_eq(events(), 1);
    cr_expect_str_eq(data_of(event(0)), "=\u7878\u7878\u7878\u7878\u7878\u7878;");
    cr_expect_str_eq(ac_record_get(event(0), "time"), T1, "that of the record");
    ac_buf_free(&b);
}

Test(evtx, one_text_so_often_that_no_chunk_could_hold_it)
{
    struct ac_buf b = {0};

    begin_service(&b);
    repeat(&b, 5000, 1, 30000);
    end_service(&b);
    raw_event(&b);
    expect_problem("one event has more text than its chunk could hold",
                   CHUNK0 + AT + b.n - 30000 - 4);
    ac_buf_free(&b);
}

/* 30,000 numbers of one byte, 5,000 times. */
Test(evtx, one_array_so_often)
{
    struct ac_buf b = {0};

    begin_service(&b);
    repeat(&b, 5000, 0x84, 30000);
    end_service(&b);
    raw_event(&b);
    ac_buf_free(&b);
}

Test(evtx, budget_ends)
{
    const struct fx_event *list[] = {&service, &service, &service};

    build(list, 3);
    for (uint64_t steps = 0; steps < 30; steps++) {
        enum ac_rc rc = parse_bytes(file.p, file.n, steps);

        cr_expect(rc == AC_OK || rc == AC_LIMIT, "%s", ac_rc_name(rc));
    }
    cr_expect_eq(parse_bytes(file.p, file.n, 3), AC_LIMIT);
}

/* Whichever fails: either it is said, or nothing is missing. */
Test(evtx, every_allocation_may_fail)
{
    const struct fx_event *list[] = {&service, &renamed};
    size_t failures = 0;

    build(list, 2);
    for (unsigned long n = 1; n < 120; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse();
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        failures += rc != AC_OK;
        if (rc == AC_OK) {
            cr_expect_eq(events(), 2, "allocation %lu: an event was lost without a word", n);
            cr_expect_eq(fx_count(&out, AC_KIND_SYSTEM), 1, "allocation %lu", n);
        }
    }
    cr_expect_gt(failures, 15);
}
