#include "evtx_case.h"

#include "evtx.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fx_records ec_out;
struct ac_record *ec_row;
struct ac_buf ec_file;

void ec_begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&ec_out);
}

void ec_end(void)
{
    fx_records_free(&ec_out);
    ac_record_free(ec_row);
    ec_row = NULL;
    ac_buf_free(&ec_file);
}

/* Of a block of that very size, so that a sanitizer sees any overrun. */
enum ac_rc ec_parse_bytes(const void *p, size_t n, uint64_t steps)
{
    struct ac_budget budget = {steps};
    struct ac_err err = {0};
    uint8_t *copy = malloc(n ? n : 1);
    struct ac_artefact a = {.path = "x/System.evtx", .user = ""};
    enum ac_rc rc;

    cr_assert(copy);
    if (n)
        memcpy(copy, p, n);
    fx_records_free(&ec_out);
    ac_record_free(ec_row);
    a.row = ec_row = ac_record_new(AC_KIND_SOURCE);
    a.bytes = (struct ac_view){copy, n, 0};
    cr_expect(ac_parser_evtx.recognise(&a));
    rc = ac_parser_evtx.parse(&a, &budget, &ec_out.sink, &err);
    free(copy);
    return rc;
}

enum ac_rc ec_parse(void)
{
    return ec_parse_bytes(ec_file.p, ec_file.n, 10000000);
}

int64_t ec_counted(const char *field, const char *id)
{
    return json_integer_value(json_object_get(ac_record_get_json(ec_row, field), id));
}

size_t ec_problems(void)
{
    return fx_count(&ec_out, AC_KIND_PROBLEM);
}

size_t ec_events(void)
{
    return fx_count(&ec_out, AC_KIND_EVENT);
}

struct ac_record *ec_event(size_t i)
{
    struct ac_record *r = fx_nth(&ec_out, AC_KIND_EVENT, i);

    cr_assert_not_null(r);
    return r;
}

/* "name=value;..." of the data as stored. */
const char *ec_data_of(const struct ac_record *r)
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
const struct fx_event ec_service = {.provider = "Service Control Manager",
                                    .channel = "System",
                                    .computer = "LAPTOP-01",
                                    .id = 7045,
                                    .time = EC_T1,
                                    .data = service_data,
                                    .n_data = 3};
static const struct fx_datum old_names[] = {{.value = "OLD-NAME"}, {.value = "LAPTOP-01"}};
const struct fx_event ec_renamed = {.provider = "EventLog",
                                    .channel = "System",
                                    .computer = "LAPTOP-01",
                                    .id = 6011,
                                    .time = EC_T2,
                                    .data = old_names,
                                    .n_data = 2,
                                    .form = FX_EVENT_ARRAY};
static const struct fx_datum cleared_data[] = {{.name = "SubjectUserName", .value = "user1"},
                                               {.name = "SubjectDomainName", .value = "LAPTOP-01"},
                                               {.name = "Channel", .value = "Application"},
                                               {.name = "BackupPath", .value = ""}};
const struct fx_event ec_cleared = {.provider = "Microsoft-Windows-Eventlog",
                                    .channel = "System",
                                    .computer = "LAPTOP-01",
                                    .id = 104,
                                    .time = EC_T2,
                                    .data = cleared_data,
                                    .n_data = 4,
                                    .form = FX_EVENT_USER_DATA};

void ec_build(const struct fx_event *const *list, size_t n)
{
    struct fx_evtx *e = fx_evtx_new(100);

    for (size_t i = 0; i < n; i++)
        fx_evtx_add(e, list[i]);
    ac_buf_free(&ec_file);
    fx_evtx_build(e, &ec_file);
}

void ec_build_one(const struct fx_event *e)
{
    ec_build(&e, 1);
}

void ec_expect_service(const struct ac_record *r, uint64_t number)
{
    cr_expect_str_eq(ac_record_get(r, "log"), "System");
    cr_expect_str_eq(ac_record_get(r, "provider"), "Service Control Manager");
    cr_expect_eq(ac_record_get_int(r, "event_id"), 7045);
    cr_expect_eq(ac_record_get_int(r, "record_number"), (int64_t)number);
    cr_expect_str_eq(ac_record_get(r, "time"), EC_T1);
    cr_expect_str_eq(ac_record_get(r, "computer"), "LAPTOP-01");
    cr_expect_str_eq(ac_record_get(r, "service"), "Updater");
    cr_expect_str_eq(ec_data_of(r), "ServiceName=Updater;ImagePath=C:\\x\\a & 'b'.exe;StartType=;");
}
