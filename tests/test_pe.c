/* PE facts: what is there, what lies elsewhere, what is no program. */
#include "build_pe.h"

#include "pe.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char *const two_exports[] = {"Control_RunDLL", "DllRegisterServer", NULL};

static const char *text_of(const json_t *pe, const char *name)
{
    const char *z = json_string_value(json_object_get(pe, name));

    return z ? z : "";
}

Test(pe, facts_of_programs_and_libraries)
{
    for (int form = 0; form < 8; form++) {
        struct fx_pe p = {.amd64 = form & 1,
                          .dll = form & 2,
                          .timestamp = 1614834301,
                          .export_name = form & 2 ? "X.dll" : NULL,
                          .exports = form & 2 ? two_exports : NULL,
                          .certificate = form & 4 ? 64 : 0,
                          .console = form & 4};
        struct ac_buf file = {0}, missing = {0};
        json_t *pe = NULL;

        fx_pe(&file, &p);
        cr_assert_eq(ac_pe_facts(fx_view(&file), file.n, &pe, &missing, NULL), AC_OK);
        cr_expect_str_eq(ac_buf_text(&missing), "");
        cr_expect_str_eq(text_of(pe, "machine"), p.amd64 ? "amd64" : "i386");
        cr_expect_eq(json_is_true(json_object_get(pe, "dll")), p.dll);
        cr_expect_str_eq(text_of(pe, "timestamp"), "2021-03-04T05:05:01Z");
        cr_expect_str_eq(text_of(pe, "export_name"), p.dll ? "X.dll" : "");
        cr_expect_eq(json_array_size(json_object_get(pe, "exports")), p.dll ? 2 : 0);
        cr_expect_eq(json_integer_value(json_object_get(pe, "export_count")), p.dll ? 2 : 0);
        cr_expect_eq(json_is_true(json_object_get(pe, "signature_directory")), p.certificate > 0);
        cr_expect_str_eq(text_of(pe, "subsystem"), p.console ? "windows-console" : "windows-gui");
        cr_expect_eq(json_array_size(json_object_get(pe, "sections")), 2);
        cr_expect_eq(json_integer_value(json_object_get(pe, "entry_point")), 0x1000);
        json_decref(pe);
        ac_buf_free(&file);
    }
}

Test(pe, what_is_no_program)
{
    static const uint8_t mz[0x40] = {'M', 'Z'};
    json_t *pe = NULL;
    struct ac_err err = {0};
    char text[300];

    cr_expect_eq(ac_pe_facts((struct ac_view){mz, 0, 0}, 0, &pe, NULL, &err), AC_NOT_FOUND);
    cr_expect_eq(ac_pe_facts((struct ac_view){(const uint8_t *)"text", 4, 0}, 4, &pe, NULL, &err),
                 AC_NOT_FOUND);
    cr_expect_eq(ac_pe_facts((struct ac_view){mz, sizeof(mz), 0}, sizeof(mz), &pe, NULL, &err),
                 AC_CORRUPT);
    cr_expect_str_eq(ac_err_text(&err, text, sizeof(text)), "MZ without PE header (at byte 0)");
    cr_expect_eq(ac_pe_facts((struct ac_view){mz, 2, 0}, 2, &pe, NULL, &err), AC_CORRUPT);
    cr_expect_null(pe);
}

Test(pe, what_lies_outside_of_the_head_is_named)
{
    struct fx_pe p = {
        .dll = true, .export_name = "X.dll", .exports = two_exports, .certificate = 64};
    struct ac_buf file = {0}, missing = {0};
    json_t *pe = NULL;

    fx_pe(&file, &p);
    cr_assert_eq(ac_pe_facts((struct ac_view){(const uint8_t *)file.p, 0x400, 0}, file.n, &pe,
                             &missing, NULL),
                 AC_OK);
    cr_expect_str_eq(ac_buf_text(&missing), "the export directory lies outside what was read");
    cr_expect_null(json_object_get(pe, "export_name"));
    cr_expect(json_is_true(json_object_get(pe, "signature_directory")));
    json_decref(pe);
    ac_buf_clear(&missing);
    cr_assert_eq(ac_pe_facts((struct ac_view){(const uint8_t *)file.p, 0x400, 0}, 0x400, &pe,
                             &missing, NULL),
                 AC_OK);
    cr_expect_str_eq(ac_buf_text(&missing), "the export directory lies outside the file; "
                                            "the signature lies outside the file");
    json_decref(pe);
    ac_buf_free(&missing);
    ac_buf_free(&file);
}

/* Every length and every single changed byte of the headers: an answer, never a crash. */
Test(pe, truncated_and_altered_headers)
{
    struct fx_pe p = {.amd64 = true, .dll = true, .export_name = "X.dll", .exports = two_exports};
    struct ac_buf file = {0};

    fx_pe(&file, &p);
    for (size_t n = 0; n < file.n; n++) {
        json_t *pe = NULL;

        ac_pe_facts((struct ac_view){(const uint8_t *)file.p, n, 0}, n, &pe, NULL, NULL);
        json_decref(pe);
    }
    for (size_t i = 0; i < file.n; i++) {
        static const uint8_t values[] = {0, 0x7F, 0x80, 0xFF};
        char kept = file.p[i];

        for (size_t k = 0; k < sizeof(values); k++) {
            struct ac_buf missing = {0};
            json_t *pe = NULL;

            file.p[i] = (char)values[k];
            ac_pe_facts(fx_view(&file), file.n, &pe, &missing, NULL);
            cr_assert_leq(json_array_size(json_object_get(pe, "exports")), AC_MAX_PE_EXPORTS);
            json_decref(pe);
            ac_buf_free(&missing);
        }
        file.p[i] = kept;
    }
    ac_buf_free(&file);
}

Test(pe, many_exports_are_counted_and_cut)
{
    static char names[200][8];
    const char *list[201] = {NULL};
    struct fx_pe p = {.dll = true, .export_name = "X.dll", .exports = list};
    struct ac_buf file = {0};
    json_t *pe = NULL;

    for (size_t i = 0; i < 200; i++) {
        snprintf(names[i], sizeof(names[i]), "e%03zu", i);
        list[i] = names[i];
    }
    fx_pe(&file, &p);
    cr_assert_eq(ac_pe_facts(fx_view(&file), file.n, &pe, NULL, NULL), AC_OK);
    cr_expect_eq(json_integer_value(json_object_get(pe, "export_count")), 200);
    cr_expect_eq(json_array_size(json_object_get(pe, "exports")), AC_MAX_PE_EXPORTS);
    cr_expect_str_eq(json_string_value(json_array_get(json_object_get(pe, "exports"), 63)), "e063");
    json_decref(pe);
    ac_buf_free(&file);
}

static enum ac_rc parse(const struct ac_buf *file, struct fx_records *r)
{
    struct ac_artefact a = {.bytes = fx_view(file), .path = "a/x.dll", .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_init(r);
    cr_expect(ac_parser_pe.recognise(&a));
    return ac_parser_pe.parse(&a, &budget, &r->sink, NULL);
}

Test(pe, the_record_of_a_file)
{
    struct fx_pe p = {.dll = true, .export_name = "X.dll", .size = 5000};
    struct ac_buf file = {0}, mz = {0};
    struct fx_records r;
    const struct ac_record *f;

    fx_pe(&file, &p);
    cr_expect_eq(file.n, 5000);
    cr_expect_eq(parse(&file, &r), AC_OK);
    f = fx_nth(&r, AC_KIND_FILE, 0);
    cr_assert(f);
    cr_expect_eq(ac_record_get_int(f, "size"), 5000);
    cr_expect_str_eq(ac_record_get(f, "name"), "x.dll");
    cr_expect_str_eq(ac_record_get(f, "magic"), "4d5a");
    cr_expect_eq(strlen(ac_record_get(f, "sha256")), 64);
    cr_expect_str_eq(text_of(ac_record_get_json(f, "pe"), "export_name"), "X.dll");
    fx_records_free(&r);
    ac_buf_addz(&mz, "MZ");
    cr_expect_eq(parse(&mz, &r), AC_CORRUPT);
    cr_expect_eq(fx_count(&r, AC_KIND_FILE), 1);
    fx_records_free(&r);
    ac_buf_free(&mz);
    ac_buf_free(&file);
}

Test(pe, every_allocation_may_fail)
{
    struct fx_pe p = {.dll = true, .export_name = "X.dll", .exports = two_exports};
    struct ac_buf file = {0};
    bool done = false;

    fx_pe(&file, &p);
    for (unsigned long n = 1; !done; n++) {
        struct fx_records r;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(&file, &r);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        done = rc == AC_OK;
        fx_records_free(&r);
        cr_assert_lt(n, 1000);
    }
    ac_buf_free(&file);
}
