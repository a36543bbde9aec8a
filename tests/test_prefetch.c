/* Prefetch: every version, plain and compressed, and what damage leaves of it. */
#include "build_prefetch.h"

#include "prefetch.h"
#include "xpress_huffman.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *const some_files[] = {
    "\\VOLUME{01d5f51ea48267ca-96a49c74}\\WINDOWS\\SYSTEM32\\NTDLL.DLL",
    "\\VOLUME{01d5f51ea48267ca-96a49c74}\\WINDOWS\\SYSWOW64\\RUNDLL32.EXE",
    "\\VOLUME{01d5f51ea48267ca-96a49c74}\\WINDOWS\\SYSTEM32\\RUNDLL32.EXE",
    "\\VOLUME{01d5f51ea48267ca-96a49c74}\\USERS\\USER1\\APPDATA\\LOCAL\\CKNINF\\IALKQU.CZI",
    NULL,
};
static const struct fx_prefetch_volume some_volumes[] = {
    {"\\VOLUME{01d5f51ea48267ca-96a49c74}", 0x96A49C74, "2020-03-09T03:22:35.1234567Z"},
    {"\\VOLUME{0000000000000000-0000002a}", 0x2A, "1601-01-01T00:00:00.0000001Z"},
};

static struct fx_prefetch sample(unsigned version)
{
    return (struct fx_prefetch){
        .version = version,
        .program = "RUNDLL32.EXE",
        .hash = 0xAB12CD34,
        .run_count = 4711,
        .run_times = {"2021-01-05T10:11:12.3456789Z", "2021-01-04T00:00:01Z"},
        .files = some_files,
        .volumes = some_volumes,
        .n_volumes = 2,
    };
}

static enum ac_rc parse_path(const struct ac_buf *bytes, const char *path, struct fx_records *r,
                             struct ac_err *err)
{
    struct ac_artefact a = {.bytes = fx_view(bytes), .path = path, .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_init(r);
    return ac_parser_prefetch.parse(&a, &budget, &r->sink, err);
}

static enum ac_rc parse(const struct ac_buf *bytes, struct fx_records *r, struct ac_err *err)
{
    return parse_path(bytes, "Windows/Prefetch/RUNDLL32.EXE-AB12CD34.pf", r, err);
}

static void check_sample(const struct fx_records *r, unsigned version, bool compressed)
{
    const struct ac_record *e = fx_nth(r, AC_KIND_EXECUTION, 0);
    const json_t *times, *files, *volumes;

    cr_assert(e);
    cr_assert_eq(r->n, 1);
    times = ac_record_get_json(e, "run_times");
    files = ac_record_get_json(e, "files");
    volumes = ac_record_get_json(e, "volumes");
    cr_expect_str_eq(ac_record_get(e, "artefact"), "prefetch");
    cr_expect_str_eq(ac_record_get(e, "program"), "RUNDLL32.EXE");
    cr_expect_str_eq(ac_record_get(e, "hash"), "AB12CD34");
    cr_expect_eq(ac_record_get_int(e, "run_count"), 4711);
    cr_expect_eq(ac_record_get_int(e, "format_version"), version);
    cr_expect_eq(ac_record_get_bool(e, "compressed"), compressed);
    cr_expect_eq(json_array_size(times), version < 26 ? 1 : 2);
    cr_expect_str_eq(json_string_value(json_array_get(times, 0)), "2021-01-05T10:11:12.3456789Z");
    cr_assert_eq(json_array_size(files), 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect_str_eq(json_string_value(json_array_get(files, i)), some_files[i]);
    cr_expect_str_eq(ac_record_get(e, "program_path"), some_files[1]);
    cr_assert_eq(json_array_size(volumes), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *v = json_array_get(volumes, i);

        cr_expect_str_eq(json_string_value(json_object_get(v, "device")), some_volumes[i].device);
        cr_expect_str_eq(json_string_value(json_object_get(v, "created")), some_volumes[i].created);
        cr_expect_str_eq(json_string_value(json_object_get(v, "serial")),
                         i ? "0000002A" : "96A49C74");
    }
}

Test(prefetch, every_version_plain_and_compressed)
{
    static const struct {
        unsigned version;
        uint32_t metrics_at;
    } cases[] = {{17, 0}, {23, 0}, {26, 0}, {30, 0x130}, {30, 0x128}, {31, 0x130}, {31, 0x128}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fx_prefetch p = sample(cases[i].version);
        struct ac_buf plain = {0};

        p.metrics_at = cases[i].metrics_at;
        fx_prefetch(&plain, &p);
        for (int form = 0; form < 3; form++) {
            struct ac_buf file = {0};
            struct fx_records r;

            if (form == 0)
                ac_buf_add(&file, plain.p, plain.n);
            else
                fx_mam(&file, fx_view(&plain), form == 2);
            cr_expect_eq(parse(&file, &r, NULL), AC_OK);
            check_sample(&r, cases[i].version, form > 0);
            fx_records_free(&r);
            ac_buf_free(&file);
        }
        ac_buf_free(&plain);
    }
}
