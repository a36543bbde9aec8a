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

Test(prefetch, unknown_versions_are_named)
{
    struct fx_prefetch p = sample(30);
    struct ac_buf file = {0};
    struct fx_records r;
    struct ac_err err = {0};
    char text[300];

    fx_prefetch(&file, &p);
    fx_put_le32(&file, 0, 32);
    cr_expect_eq(parse(&file, &r, &err), AC_UNSUPPORTED);
    cr_expect(
        strstr(ac_err_text(&err, text, sizeof(text)), "prefetch format version 32 is not known"),
        "%s", text);
    cr_expect_eq(r.n, 0);
    fx_records_free(&r);
    ac_buf_free(&file);
}

Test(prefetch, cut_names_find_their_program_by_prefix)
{
    static const char *const files[] = {
        "\\DEVICE\\HARDDISKVOLUME1\\A\\OTHER.EXE",
        "\\DEVICE\\HARDDISKVOLUME1\\A\\ABCDEFGHIJKLMNOPQRSTUVWXYZ012345.EXE", NULL};
    struct fx_prefetch p = sample(23);
    struct ac_buf file = {0};
    struct fx_records r;

    p.program = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345.EXE";
    p.files = files;
    fx_prefetch(&file, &p);
    cr_expect_eq(parse(&file, &r, NULL), AC_OK);
    cr_expect_str_eq(ac_record_get(r.items[0], "program"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ012");
    cr_expect_str_eq(ac_record_get(r.items[0], "program_path"), files[1]);
    fx_records_free(&r);
    ac_buf_free(&file);
}

/* The example of libscca's documentation, and two real names (Vista: 89305D47, 7: 4A81B364). */
Test(prefetch, path_hashes)
{
    static const struct {
        enum ac_prefetch_hash kind;
        const char *path;
        uint32_t hash;
    } cases[] = {
        {AC_PREFETCH_XP, "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\NOTEPAD.EXE", 0x189578DA},
        {AC_PREFETCH_XP, "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\SYSTEM32\\CMD.EXE", 0x087B4001},
        {AC_PREFETCH_VISTA, "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\SYSTEM32\\CMD.EXE", 0x89305D47},
        {AC_PREFETCH_2008, "\\DEVICE\\HARDDISKVOLUME2\\WINDOWS\\SYSTEM32\\CMD.EXE", 0x4A81B364},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_buf path = {0};

        fx_utf16(&path, cases[i].path);
        cr_expect_eq(ac_prefetch_hash(cases[i].kind, fx_view(&path)), cases[i].hash, "%s",
                     cases[i].path);
        ac_buf_free(&path);
    }
}

Test(prefetch, of_several_programs_the_hash_chooses)
{
    static const char *const files[] = {
        "\\VOLUME{01d5f51ea48267ca-96a49c74}\\A\\CMD.EXE",
        "\\VOLUME{01d5f51ea48267ca-96a49c74}\\WINDOWS\\SYSTEM32\\CMD.EXE", NULL};
    struct fx_prefetch p = sample(31);
    struct ac_buf file = {0};
    struct fx_records r;

    p.program = "CMD.EXE";
    p.hash = 0x4A81B364;
    p.files = files;
    fx_prefetch(&file, &p);
    cr_expect_eq(parse(&file, &r, NULL), AC_OK);
    cr_expect_str_eq(ac_record_get(r.items[0], "program_path"), files[1]);
    fx_records_free(&r);
    ac_buf_free(&file);
}

/* Whatever length is left: a record with problems, or an error; never "complete". */
Test(prefetch, every_truncation_is_noticed)
{
    for (int form = 0; form < 2; form++) {
        struct fx_prefetch p = sample(form ? 31 : 17);
        struct ac_buf plain = {0}, file = {0};

        fx_prefetch(&plain, &p);
        if (form)
            fx_mam(&file, fx_view(&plain), false);
        else
            ac_buf_add(&file, plain.p, plain.n);
        for (size_t n = 0; n < file.n; n++) {
            struct ac_buf cut = {.p = file.p, .n = n};
            struct fx_records r;
            enum ac_rc rc = parse(&cut, &r, NULL);

            cr_assert(rc != AC_OK || fx_count(&r, AC_KIND_PROBLEM) > 0 || n + 2 >= file.n,
                      "form %d, %zu of %zu bytes", form, n, file.n);
            cr_assert_leq(fx_count(&r, AC_KIND_EXECUTION), 1);
            fx_records_free(&r);
        }
        ac_buf_free(&plain);
        ac_buf_free(&file);
    }
}

Test(prefetch, every_changed_byte_ends_well)
{
    struct fx_prefetch p = sample(31);
    struct ac_buf plain = {0}, mam = {0};

    fx_prefetch(&plain, &p);
    fx_mam(&mam, fx_view(&plain), true);
    for (int form = 0; form < 2; form++) {
        struct ac_buf *file = form ? &mam : &plain;

        for (size_t i = 0; i < file->n; i++) {
            char kept = file->p[i];
            struct fx_records r;

            file->p[i] = (char)(kept ^ (i % 2 ? 0xFF : 0x80));
            parse(file, &r, NULL);
            if (form && i >= 8) /* the checksum covers everything */
                cr_assert_gt(fx_count(&r, AC_KIND_PROBLEM) + (r.n == 0), 0, "byte %zu", i);
            fx_records_free(&r);
            file->p[i] = kept;
        }
    }
    ac_buf_free(&plain);
    ac_buf_free(&mam);
}

Test(prefetch, hostile_sizes_are_refused_before_memory_is_taken)
{
    struct ac_buf file = {0};
    struct fx_records r;

    ac_buf_add(&file, "MAM\x04\xFF\xFF\xFF\xFF", 8);
    fx_zero(&file, 300);
    cr_expect_eq(parse(&file, &r, NULL), AC_LIMIT);
    fx_records_free(&r);
    file.p[3] = 0x03;
    cr_expect_eq(parse(&file, &r, NULL), AC_UNSUPPORTED);
    fx_records_free(&r);
    ac_buf_free(&file);
}

Test(prefetch, damaged_parts_are_told_and_the_rest_is_kept)
{
    static const struct {
        size_t at;
        const char *what;
    } cases[] = {{100, "filename strings"},
                 {104, "filename strings"},
                 {108, "volumes information"},
                 {112, "more volumes"},
                 {12, "size in the header"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fx_prefetch p = sample(30);
        struct ac_buf file = {0};
        struct fx_records r;
        const struct ac_record *problem;

        fx_prefetch(&file, &p);
        fx_put_le32(&file, cases[i].at, 0x7FFFFFFF);
        cr_expect_eq(parse(&file, &r, NULL), AC_OK);
        cr_expect_eq(fx_count(&r, AC_KIND_EXECUTION), 1);
        problem = fx_nth(&r, AC_KIND_PROBLEM, 0);
        cr_assert(problem);
        cr_expect(strstr(ac_record_get(problem, "what"), cases[i].what), "%s",
                  ac_record_get(problem, "what"));
        cr_expect_eq(ac_record_get_int(fx_nth(&r, AC_KIND_EXECUTION, 0), "run_count"), 4711);
        fx_records_free(&r);
        ac_buf_free(&file);
    }
}

Test(prefetch, names_that_do_not_convert_carry_their_bytes)
{
    static const char *const files[] = {"\\A\\@.DLL", NULL};
    struct fx_prefetch p = sample(30);
    struct ac_buf file = {0};
    struct fx_records r;
    char *line;

    p.files = files;
    fx_prefetch(&file, &p);
    for (size_t i = 0; i + 2 <= file.n; i++) {
        if (file.p[i] == '@' && file.p[i + 1] == 0)
            memcpy(file.p + i, "\x3D\xD8", 2);
    }
    cr_expect_eq(parse(&file, &r, NULL), AC_OK);
    line = ac_record_print(r.items[0]);
    cr_expect(strstr(line, "\\\\A\\\\\\\\u{D83D}.DLL"), "%s", line);
    cr_expect(strstr(line, "\"files[0]\":\"5c0041005c003dd82e0044004c004c00\""), "%s", line);
    free(line);
    fx_records_free(&r);
    ac_buf_free(&file);
}

Test(prefetch, compression_goes_there_and_back)
{
    size_t sizes[] = {0, 1, 2, 3, 17, 18, 65535, 65536, 65537, 200000};

    for (int kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            struct ac_buf plain = {0}, packed = {0};
            uint8_t *out = malloc(sizes[i] + 1);
            size_t done = 99;
            uint32_t seed = 1;

            for (size_t k = 0; k < sizes[i]; k++) { /* runs, noise, text that repeats far back */
                seed = seed * 1664525 + 1013904223;
                fx_u8(&plain, kind == 0 ? 0 : kind == 1 ? seed >> 24 : (unsigned)(k / 7 * k % 251));
            }
            fx_xpress_huffman(&packed, fx_view(&plain));
            cr_expect_eq(ac_xpress_huffman(fx_view(&packed), out, sizes[i], &done, NULL), AC_OK,
                         "kind %d, %zu bytes", kind, sizes[i]);
            cr_expect_eq(done, sizes[i]);
            cr_expect(sizes[i] == 0 || memcmp(out, plain.p, sizes[i]) == 0, "kind %d, %zu bytes",
                      kind, sizes[i]);
            free(out);
            ac_buf_free(&plain);
            ac_buf_free(&packed);
        }
    }
}

Test(prefetch, recognised_by_content_and_by_name)
{
    struct ac_artefact a = {.bytes = {(const uint8_t *)"\x1E\0\0\0SCCA", 8, 0}, .path = "x"};

    cr_expect(ac_parser_prefetch.recognise(&a));
    a.bytes.p = (const uint8_t *)"MAM\x04\0\0\0\0";
    cr_expect(ac_parser_prefetch.recognise(&a));
    a.bytes.p = (const uint8_t *)"regf0000";
    cr_expect_not(ac_parser_prefetch.recognise(&a));
    a.path = "X-1.PF";
    cr_expect(ac_parser_prefetch.recognise(&a));
}

Test(prefetch, every_allocation_may_fail)
{
    struct fx_prefetch p = sample(31);
    struct ac_buf plain = {0}, file = {0};
    bool done = false;

    fx_prefetch(&plain, &p);
    fx_mam(&file, fx_view(&plain), true);
    for (unsigned long n = 1; !done; n++) {
        struct fx_records r;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(&file, &r, NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        if (rc == AC_OK)
            check_sample(&r, 31, true);
        done = rc == AC_OK;
        fx_records_free(&r);
        cr_assert_lt(n, 10000);
    }
    ac_buf_free(&plain);
    ac_buf_free(&file);
}
