/* Shortcuts: built ones, damaged ones, and every real one against its README row. */
#include "fixture.h"

#include "base/alloc.h"
#include "lnk.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fx_records out;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
}

TestSuite(lnk, .init = begin, .fini = end);

/* [MS-SHLLINK] 2.1 to 2.5: header, link information with volume and local path, three texts, tracker. */
static void build(struct ac_buf *b)
{
    size_t info, tracker;

    fx_le32(b, 76);
    ac_buf_add(b, "\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16);
    fx_le32(b, 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7);
    fx_le32(b, 0x20);
    for (int i = 0; i < 3; i++)
        fx_le64(b, fx_time("2021-01-05T08:30:14.5Z") + (uint64_t)i);
    fx_le32(b, 14336);
    fx_pad_to(b, 76);
    info = b->n;
    fx_le32(b, 0);    /* size, below */
    fx_le32(b, 0x1C); /* header of the information */
    fx_le32(b, 1);
    fx_le32(b, 0x1C); /* volume */
    fx_le32(b, 0x1C + 0x15);
    fx_le32(b, 0);
    fx_le32(b, 0x1C + 0x15 + 11);
    fx_le32(b, 0x15); /* volume: size, fixed, serial, offset of the label */
    fx_le32(b, 3);
    fx_le32(b, 0xE42F18A6);
    fx_le32(b, 0x10);
    ac_buf_add(b, "DISK\0", 5);
    ac_buf_add(b, "C:\\a\\b.exe\0", 11);
    ac_buf_add(b, "\0", 1);
    fx_put_le32(b, info, (uint32_t)(b->n - info));
    fx_le16(b, 7);
    fx_utf16(b, ".\\b.exe");
    fx_le16(b, 4);
    fx_utf16(b, "C:\\a");
    fx_le16(b, 4);
    fx_utf16(b, "-x \xE6\x97\xA5");
    tracker = b->n;
    fx_le32(b, 0x60);
    fx_le32(b, 0xA0000003);
    fx_le32(b, 0x58);
    fx_le32(b, 0);
    ac_buf_add(b, "laptop-01\0\0\0\0\0\0\0", 16);
    fx_pad_to(b, tracker + 0x60);
    fx_le32(b, 0);
}

static enum ac_rc parse(struct ac_view bytes, struct ac_err *err)
{
    struct ac_artefact a = {.bytes = bytes, .path = "a.lnk", .user = ""};
    struct ac_budget budget = {1000};

    return ac_parser_lnk.parse(&a, &budget, &out.sink, err);
}

Test(lnk, a_built_one_gives_everything)
{
    struct ac_buf b = {0};
    struct ac_record *r;

    build(&b);
    cr_assert_eq(parse(fx_view(&b), NULL), AC_OK);
    cr_assert_eq(out.n, 1);
    r = out.items[0];
    cr_expect_str_eq(ac_record_get(r, "target"), "C:\\a\\b.exe");
    cr_expect_str_eq(ac_record_get(r, "relative_path"), ".\\b.exe");
    cr_expect_str_eq(ac_record_get(r, "working_directory"), "C:\\a");
    cr_expect_str_eq(ac_record_get(r, "arguments"), "-x \xE6\x97\xA5");
    cr_expect_str_eq(ac_record_get(r, "volume_serial"), "E42F18A6");
    cr_expect_str_eq(ac_record_get(r, "volume_label"), "DISK");
    cr_expect_str_eq(ac_record_get(r, "drive_type"), "fixed");
    cr_expect_str_eq(ac_record_get(r, "machine"), "laptop-01");
    cr_expect_str_eq(ac_record_get(r, "target_modified"), "2021-01-05T08:30:14.5000002Z");
    ac_buf_free(&b);
}

Test(lnk, cut_anywhere_it_ends_with_a_reason)
{
    struct ac_buf b = {0};

    build(&b);
    for (size_t n = 0; n < b.n; n++) {
        struct ac_view v = fx_view(&b);
        struct ac_err err = {0};
        uint8_t *copy = malloc(n ? n : 1); /* of that very size: a sanitizer sees any overrun */
        enum ac_rc rc;

        memcpy(copy, v.p, n);
        rc = parse((struct ac_view){copy, n, 0}, &err);
        free(copy);
        if (n < 76)
            cr_expect_eq(rc, AC_TRUNCATED, "%zu", n);
        else
            cr_expect_eq(rc, AC_OK, "%zu", n);
        fx_records_free(&out);
    }
    ac_buf_free(&b);
}

Test(lnk, every_byte_changed_does_no_harm)
{
    struct ac_buf b = {0};

    build(&b);
    for (size_t i = 0; i < b.n; i++) {
        for (int k = 0; k < 3; k++) {
            char old = b.p[i];

            b.p[i] = k == 0 ? 0 : k == 1 ? (char)0xFF : (char)(old ^ 0x40);
            parse(fx_view(&b), NULL);
            b.p[i] = old;
            fx_records_free(&out);
        }
    }
    ac_buf_free(&b);
}

Test(lnk, no_memory_is_said)
{
    struct ac_buf b = {0};

    build(&b);
    for (unsigned long n = 1; n < 40; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(fx_view(&b), NULL);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        fx_records_free(&out);
    }
    ac_buf_free(&b);
}

/* The text in `...` after `label` of a README row, or "" . */
static void quoted(const char *row, const char *label, char *ret, size_t n)
{
    const char *at = strstr(row, label), *end;

    ret[0] = '\0';
    if (!at || !(at = strchr(at, '`')) || !(end = strchr(at + 1, '`')))
        return;
    snprintf(ret, n, "%.*s", (int)(end - at - 1), at + 1);
}

static void check_row(const char *row, unsigned *checked)
{
    char name[300], path[400], want[600], serial[40];
    struct ac_buf b = {0};
    struct ac_record *r;

    quoted(row, "|", name, sizeof(name));
    if (strchr(name, '/')) /* jump lists and the recycle bin are other formats */
        return;
    snprintf(path, sizeof(path), "lnk/%s", name);
    cr_assert(fx_load_realdata(path, &b), "%s", path);
    cr_expect_eq(parse(fx_view(&b), NULL), AC_OK, "%s", name);
    cr_assert_eq(fx_count(&out, AC_KIND_PROBLEM), 0, "%s", name);
    r = out.items[0];
    quoted(row, "; local path", want, sizeof(want));
    if (want[0])
        cr_expect_str_eq(ac_record_get(r, "target"), want, "%s", name);
    quoted(row, "command line arguments", want, sizeof(want));
    if (want[0])
        cr_expect_eq(strncmp(ac_record_get(r, "arguments"), want, strlen(want)), 0,
                     "%s: the row has no spaces at the end", name);
    quoted(row, "working directory", want, sizeof(want));
    if (want[0])
        cr_expect_str_eq(ac_record_get(r, "working_directory"), want, "%s", name);
    quoted(row, "network path", want, sizeof(want));
    if (want[0] && strcmp(ac_record_get(r, "network_path"), want) != 0)
        cr_expect(strncmp(ac_record_get(r, "network_path"), want, strlen(want)) == 0, "%s: %s",
                  name, want);
    quoted(row, "drive serial number", want, sizeof(want));
    if (want[0] && strcmp(want, "0x00000000") != 0) {
        snprintf(serial, sizeof(serial), "%08lX", strtoul(want, NULL, 16));
        cr_expect_str_eq(ac_record_get(r, "volume_serial"), serial, "%s", name);
    }
    ++*checked;
    fx_records_free(&out);
    ac_buf_free(&b);
}

Test(lnk, real_ones_are_as_their_readme_says)
{
    struct ac_buf readme = {0};
    unsigned checked = 0;
    char *save = NULL;

    if (!fx_load_realdata("lnk/README.md", &readme))
        cr_skip_test("no real data");
    for (char *row = strtok_r(readme.p, "\n", &save); row; row = strtok_r(NULL, "\n", &save)) {
        if (strncmp(row, "| `", 3) == 0)
            check_row(row, &checked);
    }
    cr_log_info("%u shortcuts checked", checked);
    cr_expect_geq(checked, 20);
    ac_buf_free(&readme);
}
