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
