/* Records: setters against schemas, the line format, lines that are none. */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct ac_record *sample(void)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);

    ac_record_textz(r, "command", "C:\\a.exe");
    ac_record_textz(r, "location", "HKLM\\Software");
    ac_record_bool(r, "user_writable", true);
    ac_record_prov_int(r, "volume_offset", 1048576);
    ac_record_prov_textz(r, "state", "live");
    return r;
}

Test(records, a_line_has_its_keys_in_schema_order)
{
    struct ac_record *r = sample();
    char *line;

    ac_record_set_id(r, "R-000001");
    line = ac_record_print(r);
    cr_assert_str_eq(
        line,
        "{\"id\":\"R-000001\",\"kind\":\"autostart\",\"fields\":{\"location\":\"HKLM\\\\Software\","
        "\"command\":\"C:\\\\a.exe\",\"user_writable\":true},"
        "\"provenance\":{\"volume_offset\":1048576,\"state\":\"live\"}}");
    free(line);
    ac_record_free(r);
}

Test(records, a_line_reads_back)
{
    struct ac_record *r = sample(), *back = NULL;
    char *line = ac_record_print(r), *again;

    cr_assert_eq(ac_record_parse(line, strlen(line), &back, NULL), AC_OK);
    again = ac_record_print(back);
    cr_expect_str_eq(again, line);
    cr_expect_str_eq(ac_record_get(back, "command"), "C:\\a.exe");
    cr_expect(ac_record_get_bool(back, "user_writable"));
    free(line);
    free(again);
    ac_record_free(r);
    ac_record_free(back);
}

Test(records, a_wrong_name_or_type_is_a_bug)
{
    struct ac_record *r = ac_record_new(AC_KIND_TASK);

    ac_record_textz(r, "no_such_field", "x");
    cr_expect_eq(ac_record_rc(r), AC_BUG);
    ac_record_free(r);
    r = ac_record_new(AC_KIND_TASK);
    ac_record_int(r, "path", 1);
    cr_expect_eq(ac_record_rc(r), AC_BUG);
    ac_record_free(r);
}

Test(records, hostile_lines_are_refused)
{
    static const char *const lines[] = {
        "",
        "{",
        "[]",
        "{\"kind\":\"nothing\",\"fields\":{},\"provenance\":{}}",
        "{\"kind\":\"task\",\"fields\":{\"path\":1},\"provenance\":{}}",
        "{\"kind\":\"task\",\"fields\":{\"nope\":\"x\"},\"provenance\":{}}",
        "{\"kind\":\"task\",\"fields\":{}}",
        "{\"kind\":\"task\",\"kind\":\"task\",\"fields\":{},\"provenance\":{}}",
        "{\"kind\":\"execution\",\"fields\":{\"run_times\":[\"yesterday\"]},\"provenance\":{}}",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct ac_record *r = NULL;

        cr_expect_eq(ac_record_parse(lines[i], strlen(lines[i]), &r, NULL), AC_CORRUPT, "%s",
                     lines[i]);
        cr_expect_null(r);
    }
}

Test(records, text_that_does_not_convert_carries_its_bytes)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);
    char *line;

    ac_record_utf16(r, "command", (struct ac_view){(const uint8_t *)"a\0\x3D\xD8", 4, 0});
    line = ac_record_print(r);
    cr_expect(strstr(line, "\"command\":\"a\\\\u{D83D}\""), "%s", line);
    cr_expect(strstr(line, "\"raw\":{\"command\":\"61003dd8\"}"), "%s", line);
    free(line);
    ac_record_free(r);
}
