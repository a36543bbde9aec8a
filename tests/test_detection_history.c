/* Windows Defender's history of detections, built from the published description of the format. */
#include "fixture.h"

#include "detection_history.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static struct fx_records out;
static struct ac_buf file;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&file);
}

TestSuite(detection_history, .init = begin, .fini = end);

static void value(uint32_t type, const void *p, size_t n)
{
    fx_le32(&file, (uint32_t)n);
    fx_le32(&file, type);
    ac_buf_add(&file, p, n);
    fx_align(&file, 8);
}

static void text(const char *z)
{
    struct ac_buf b = {0};

    fx_utf16z(&b, z);
    value(0x15, b.p, b.n);
    ac_buf_free(&b);
}

static void number(uint32_t n)
{
    uint8_t p[4] = {(uint8_t)n, (uint8_t)(n >> 8), 0, 0};

    value(6, p, 4);
}

static void time_value(const char *rfc3339)
{
    struct ac_buf b = {0};

    fx_le64(&b, fx_time(rfc3339));
    value(0x0A, b.p, b.n);
    ac_buf_free(&b);
}

static void tracking(void)
{
    struct ac_buf b = {0}, key = {0}, data = {0};

    fx_utf16z(&key, "ThreatTrackingScanFlags");
    fx_le32(&b, (uint32_t)key.n);
    ac_buf_add(&b, key.p, key.n);
    fx_le32(&b, 3);
    fx_le32(&b, 7);
    ac_buf_clear(&key);
    fx_utf16z(&key, "ThreatTrackingSha1");
    fx_utf16z(&data, "75c5a97f521f760e32a4a9639a653eed862e9c61");
    fx_le32(&b, (uint32_t)key.n);
    ac_buf_add(&b, key.p, key.n);
    fx_le32(&b, 6);
    fx_le32(&b, (uint32_t)data.n);
    ac_buf_add(&b, data.p, data.n);
    ac_buf_clear(&data);
    fx_le32(&data, (uint32_t)b.n);
    ac_buf_add(&data, b.p, b.n);
    value(0x28, data.p, data.n);
    ac_buf_free(&b);
    ac_buf_free(&key);
    ac_buf_free(&data);
}

static void detection(void)
{
    value(8, "\x01\0\0\0\0\0\0\0", 8);
    value(0x1E, "0123456789abcdef", 16);
    text("Magic.Version:1.2");
    text("Trojan:Win32/Emotet.A");
    for (uint32_t i = 2; i < 10; i++)
        number(i);
    number(1);
    text("Magic.Version:1.2");
    text("file");
    text("C:\\Users\\user1\\AppData\\Local\\x\\\xE8\xAB\x8B.exe");
    number(0);
    number(100);
    tracking();
    time_value("2021-01-05T08:31:00Z");
    for (uint32_t i = 7; i < 12; i++)
        number(0);
    text("LAPTOP-01\\user1");
    number(2);
    text("C:\\Windows\\explorer.exe");
    for (uint32_t i = 15; i < 18; i++)
        number(0);
    time_value("2021-01-05T08:30:14Z");
}

static enum ac_rc parse(void)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(&file), .path = "h/DetectionHistory/05/X", .user = ""};

    fx_records_free(&out);
    cr_assert(ac_parser_detection_history.recognise(&a));
    return ac_parser_detection_history.parse(&a, &budget, &out.sink, NULL);
}

Test(detection_history, a_detection)
{
    const struct ac_record *r;

    detection();
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(out.n, 1);
    r = out.items[0];
    cr_expect_str_eq(ac_record_get(r, "threat"), "Trojan:Win32/Emotet.A");
    cr_expect_str_eq(ac_record_get(r, "resource_type"), "file");
    cr_expect_str_eq(ac_record_get(r, "path"),
                     "C:\\Users\\user1\\AppData\\Local\\x\\\xE8\xAB\x8B.exe");
    cr_expect_str_eq(ac_record_get(r, "user"), "LAPTOP-01\\user1");
    cr_expect_str_eq(ac_record_get(r, "process"), "C:\\Windows\\explorer.exe");
    cr_expect_str_eq(ac_record_get(r, "sha1"), "75c5a97f521f760e32a4a9639a653eed862e9c61");
    cr_expect_eq(ac_record_get_time(r, "time").ticks, fx_time("2021-01-05T08:30:14Z"));
    cr_expect_eq(ac_record_get_time(r, "changed").ticks, fx_time("2021-01-05T08:31:00Z"));
}

Test(detection_history, cut_anywhere_is_told_or_refused)
{
    size_t whole;

    detection();
    whole = file.n;
    for (file.n = 0; file.n < whole; file.n++) {
        enum ac_rc rc = parse();

        cr_expect(rc == AC_OK || rc == AC_UNSUPPORTED, "%zu: %s", file.n, ac_rc_name(rc));
    }
}

Test(detection_history, sizes_that_lie)
{
    detection();
    for (size_t at = 0; at + 4 <= file.n; at += 4) {
        uint32_t kept = ac_le32((const uint8_t *)file.p + at);

        fx_put_le32(&file, at, 0xFFFFFFF0);
        parse();
        fx_put_le32(&file, at, kept);
    }
}
