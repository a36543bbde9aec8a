/* Windows Defender's protection log: every line that is read, in both encodings, lines that are not, damage. */
#include "fixture.h"

#include "base/alloc.h"
#include "mplog.h"

#include <criterion/criterion.h>
#include <locale.h>
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

TestSuite(mplog, .init = begin, .fini = end);

static const char log_text[] =
    "2021-01-05T08:30:15.500Z DETECTIONEVENT MPSOURCE_REALTIME Trojan:Win32/Emotet.A "
    "file:C:\\Users\\user2\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi;\r\n"
    "2021-01-05T08:30:15.500Z DETECTION_ADD#1 Trojan:Win32/Emotet.A file:C:\\Users\\user2\\a b.czi "
    "PropBag [length: 0, data: (null)]\r\n"
    "2021-01-05T08:31:00Z DETECTION_CLEANEVENT MPSOURCE_REALTIME MP_THREAT_ACTION_QUARANTINE "
    "0x80508033 Trojan:Win32/Emotet.A file:C:\\Users\\user2\\c.czi;\r\n"
    "2021-01-05T08:31:01.001Z Engine:EMS detection: Trojan:Win32/Emotet.B!mem, "
    "sigseq=0x0000123456789B73, pid=1254\r\n"
    "2021-01-05T08:31:02.001Z [RTP] [Mini-filter] Blocked file(#74): "
    "\\Device\\HarddiskVolume2\\Users\\user2\\d.exe. Process: "
    "\\Device\\HarddiskVolume2\\Windows\\explorer.exe, Status: 0x0\r\n"
    "2021-01-05T08:31:03.001Z Engine:command line reported as lowfi: "
    "C:\\Windows\\System32\\reg.exe(reg add HKLM\\SOFTWARE\\x /v y)\r\n"
    "2021-01-05T08:31:04.001Z SDN:Issuing SDN query for "
    "\\Device\\HarddiskVolume2\\Users\\user2\\e.exe "
    "(\\Device\\HarddiskVolume2\\Users\\user2\\e.exe) "
    "(sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709, "
    "sha2=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855)\r\n"
    "2021-01-05T08:32:00.001Z ProcessImageName: rundll32.exe, Pid: 7836, TotalTime: 6070, Count: "
    "24, "
    "MaxTime: 828, MaxTimeFile: \\Device\\HarddiskVolume2\\Users\\user2\\f.czi, EstimatedImpact: "
    "12%\r\n"
    "2021-01-06T08:32:00.001Z ProcessImageName: rundll32.exe, Pid: 12, TotalTime: 60, Count: 2, "
    "MaxTime: 8, MaxTimeFile: \\Device\\HarddiskVolume2\\Users\\user2\\f.czi, EstimatedImpact: "
    "1%\r\n"
    "2021-01-07T08:32:00.001Z ProcessImageName: rundll32.exe, Pid: 12, TotalTime: 60, Count: 2, "
    "MaxTime: 8, MaxTimeFile: \\Device\\HarddiskVolume2\\Windows\\System32\\a.dll, "
    "EstimatedImpact: 1%\r\n"
    /* passed over */
    "Threat Name:Trojan:Win32/Emotet.A\r\n"
    "2021-01-05T08:30:15.500Z Start of scan\r\n"
    "2021-01-05 08:30:15.500  DETECTION_ADD#1 x file:y\r\n"
    "2021-99-05T08:30:15.500Z DETECTION_ADD#1 x file:y\r\n"
    "\r\n";

static enum ac_rc parse(const void *p, size_t n, uint64_t steps)
{
    struct ac_budget budget = {steps};
    uint8_t *copy = malloc(n + 1);
    struct ac_artefact a = {
        .bytes = {copy, n, 0}, .path = "Support/MPLog-20210105-083000.log", .user = ""};
    enum ac_rc rc;

    cr_assert_not_null(copy);
    memcpy(copy, p, n);
    fx_records_free(&out);
    cr_expect(ac_parser_mplog.recognise(&a));
    rc = ac_parser_mplog.parse(&a, &budget, &out.sink, NULL);
    free(copy);
    return rc;
}

static const char *of(enum ac_kind kind, size_t i, const char *field)
{
    const struct ac_record *r = fx_nth(&out, kind, i);

    cr_assert_not_null(r);
    return ac_record_get(r, field);
}

static void expect_all(void)
{
    cr_assert_eq(fx_count(&out, AC_KIND_DETECTION), 6);
    cr_assert_eq(fx_count(&out, AC_KIND_EXECUTION), 3);
    cr_expect_eq(out.n, 9);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_str_eq(of(AC_KIND_DETECTION, i, "threat"), "Trojan:Win32/Emotet.A");
        cr_expect_str_eq(of(AC_KIND_DETECTION, i, "resource_type"), "file");
    }
    cr_expect_str_eq(of(AC_KIND_DETECTION, 0, "path"),
                     "C:\\Users\\user2\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 0, "time"), "2021-01-05T08:30:15.5Z");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 1, "path"), "C:\\Users\\user2\\a b.czi");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 2, "path"), "C:\\Users\\user2\\c.czi");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 3, "threat"), "Trojan:Win32/Emotet.B!mem");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 4, "path"),
                     "\\Device\\HarddiskVolume2\\Users\\user2\\d.exe");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 4, "process"),
                     "\\Device\\HarddiskVolume2\\Windows\\explorer.exe");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 5, "threat"), "lowfi");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 5, "command"),
                     "C:\\Windows\\System32\\reg.exe(reg add HKLM\\SOFTWARE\\x /v y)");
    cr_expect_str_eq(of(AC_KIND_DETECTION, 5, "path"), "C:\\Windows\\System32\\reg.exe");
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 0, "artefact"), "mplog-query");
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 0, "program_path"),
                     "\\Device\\HarddiskVolume2\\Users\\user2\\e.exe");
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 0, "sha1"), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    cr_expect_eq(strlen(of(AC_KIND_EXECUTION, 0, "sha256")), 64);
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 1, "program"), "rundll32.exe");
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 1, "file"),
                     "\\Device\\HarddiskVolume2\\Users\\user2\\f.czi");
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 1, "first_seen"), "2021-01-05T08:32:00.001Z");
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 1, "last_seen"), "2021-01-06T08:32:00.001Z");
    cr_expect_eq(ac_record_get_int(fx_nth(&out, AC_KIND_EXECUTION, 1), "lines"), 2);
    cr_expect_str_eq(of(AC_KIND_EXECUTION, 2, "file"), ""); /* not a file of a user */
}

Test(mplog, every_line_in_both_encodings)
{
    struct ac_buf wide = {0};

    cr_expect_eq(parse(log_text, sizeof(log_text) - 1, AC_BUDGET_STEPS), AC_OK);
    expect_all();
    fx_le16(&wide, 0xFEFF);
    fx_utf16(&wide, log_text);
    cr_expect_eq(parse(wide.p, wide.n, AC_BUDGET_STEPS), AC_OK);
    expect_all();
    ac_buf_free(&wide);
}

Test(mplog, a_line_leads_back_to_its_bytes)
{
    const char *second = strstr(log_text, "\r\n") + 2;

    cr_expect_eq(parse(log_text, sizeof(log_text) - 1, AC_BUDGET_STEPS), AC_OK);
    cr_expect_eq(
        json_integer_value(ac_record_prov_json(fx_nth(&out, AC_KIND_DETECTION, 1), "offset")),
        second - log_text);
}

Test(mplog, cut_and_changed_anywhere)
{
    char copy[sizeof(log_text)];

    for (size_t n = 0; n < sizeof(log_text); n++)
        cr_expect_eq(parse(log_text, n, AC_BUDGET_STEPS), AC_OK);
    for (size_t i = 0; i + 1 < sizeof(log_text); i++) {
        memcpy(copy, log_text, sizeof(copy));
        copy[i] = (char)(i * 37);
        cr_expect_eq(parse(copy, sizeof(copy) - 1, AC_BUDGET_STEPS), AC_OK);
    }
}

Test(mplog, more_programs_than_are_kept_are_a_problem)
{
    struct ac_buf b = {0};

    for (unsigned i = 0; i <= AC_MAX_MPLOG_PROGRAMS; i++)
        ac_buf_addf(&b,
                    "2021-01-05T08:32:00.001Z ProcessImageName: p%u.exe, Pid: 1, MaxTimeFile: x, "
                    "EstimatedImpact: 1%%\r\n",
                    i);
    cr_expect_eq(parse(b.p, b.n, AC_BUDGET_STEPS), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_EXECUTION), AC_MAX_MPLOG_PROGRAMS);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    ac_buf_free(&b);
}

/* A line that is passed over may be the one that names the file. */
Test(mplog, a_line_that_is_too_long_is_a_problem)
{
    struct ac_buf b = {0};

    ac_buf_addz(&b, "2021-01-05T08:30:14.500Z DETECTION_ADD#1 Trojan:Win32/Emotet.A file:C:\\");
    for (size_t i = 0; i < 2 * AC_MAX_PATH_BYTES; i++)
        ac_buf_addc(&b, 'a');
    ac_buf_addz(&b, "\r\n");
    cr_expect_eq(parse(b.p, b.n, AC_BUDGET_STEPS), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_DETECTION), 0);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    ac_buf_free(&b);
}

Test(mplog, few_steps_and_little_memory)
{
    cr_expect_eq(parse(log_text, sizeof(log_text) - 1, 5), AC_LIMIT);
    for (unsigned long i = 1; i < 200; i++) {
        ac_alloc_fail_at(i);
        parse(log_text, sizeof(log_text) - 1, AC_BUDGET_STEPS);
        ac_alloc_fail_at(0);
    }
}

Test(mplog, only_logs_of_that_name)
{
    static const char *const others[] = {"MPLog.txt", "XMPLog-1.log", "Support/MPDetection-1.log",
                                         ""};

    for (size_t i = 0; i < 4; i++) {
        struct ac_artefact a = {.bytes = {NULL, 0, 0}, .path = others[i], .user = ""};

        cr_expect_not(ac_parser_mplog.recognise(&a), "%s", others[i]);
    }
}
