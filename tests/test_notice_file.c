/* Files of notices: encodings, separators, column names, times; broken and hostile ones. */
#include "fixture.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "notice_file.h"

#include <criterion/criterion.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ac_notice_list list;
static struct ac_err err;

static void end(void)
{
    ac_notice_list_free(&list);
}

TestSuite(notice_file, .fini = end);

static enum ac_rc parse(const void *p, size_t n)
{
    ac_notice_list_free(&list);
    err = (struct ac_err){0};
    return ac_notice_parse((struct ac_view){p, n, 0}, &list, &err);
}

static enum ac_rc parse_text(const char *text)
{
    return parse(text, strlen(text));
}

static const char *field(size_t i, enum ac_notice_field f)
{
    return i < list.n ? list.rows[i].fields[f] : "(no such row)";
}

/* What the error says in full. */
static bool complains(const char *text, const char *about)
{
    char said[1000];
    enum ac_rc rc = parse_text(text);

    return rc == AC_USAGE && strstr(ac_err_text(&err, said, sizeof(said)), about);
}

/* ---- encodings */

#define JAPANESE                                                                                          \
    "PC名,ＩＰアドレス,検知日時,最終検知,タイムゾーン,アカウント名,備考\r\n" \
    "端末ソ表,192.0.2.17,2021/1/21 9:00,,JST,山田,\"改行\r\nあり\"\r\n"

static void expect_japanese(const char *encoding)
{
    cr_expect_str_eq(list.encoding, encoding);
    cr_expect_str_eq(list.form, "CSV");
    cr_assert_eq(list.n, 1, "%s", encoding);
    cr_expect_str_eq(field(0, AC_NOTICE_NAME), "端末ソ表"); /* 0x5C in both letters of CP932 */
    cr_expect_str_eq(field(0, AC_NOTICE_IP), "192.0.2.17");
    cr_expect_str_eq(field(0, AC_NOTICE_FIRST), "2021/1/21 9:00");
    cr_expect_str_eq(field(0, AC_NOTICE_LAST), "");
    cr_expect_str_eq(field(0, AC_NOTICE_ZONE), "JST");
    cr_expect_str_eq(field(0, AC_NOTICE_USER), "山田");
    cr_expect_eq(list.n_unused, 1);
    cr_expect_str_eq(list.unused[0], "備考");
}

static size_t encode(const char *encoding, char out[1000])
{
    iconv_t cd = iconv_open(encoding, "UTF-8");
    char text[] = JAPANESE, *in = text, *to = out;
    size_t n = strlen(text), room = 1000;

    cr_assert_neq(cd, (iconv_t)-1);
    cr_assert_eq(iconv(cd, &in, &n, &to, &room), 0);
    iconv_close(cd);
    return 1000 - room;
}

Test(notice_file, every_encoding_is_told_by_its_bytes)
{
    char bytes[1010];
    size_t n;

    cr_assert_eq(parse_text(JAPANESE), AC_OK);
    expect_japanese("UTF-8");
    cr_assert_eq(parse_text("\xEF\xBB\xBF" JAPANESE), AC_OK);
    expect_japanese("UTF-8");
    n = encode("CP932", bytes);
    cr_assert_eq(parse(bytes, n), AC_OK);
    expect_japanese("CP932");
    memcpy(bytes, "\xFF\xFE", 2);
    n = encode("UTF-16LE", bytes + 2);
    cr_assert_eq(parse(bytes, n + 2), AC_OK);
    expect_japanese("UTF-16LE");
    memcpy(bytes, "\xFE\xFF", 2);
    n = encode("UTF-16BE", bytes + 2);
    cr_assert_eq(parse(bytes, n + 2), AC_OK);
    expect_japanese("UTF-16BE");
    cr_expect_eq(parse(bytes, n + 1), AC_USAGE, "half a character");
}

Test(notice_file, what_is_in_no_encoding_is_refused)
{
    cr_expect_eq(parse("ip\nA\0B\n", 7), AC_USAGE, "a NUL");
    cr_expect_eq(parse("i\0p\0\n\0", 6), AC_USAGE, "UTF-16 without a mark");
    cr_expect_eq(parse("ip\n\x81", 4), AC_USAGE, "half a character of CP932");
    cr_expect_eq(parse("ip\n\xFF\xFE\x80\xFD", 7), AC_USAGE);
    cr_expect_eq(parse("\xEF\xBB\xBFip\n\xFF", 7), AC_USAGE, "a mark of UTF-8, and no UTF-8");
    cr_expect_eq(parse("\xFF\xFEi\0p\0\n\0\x00\xD8", 10), AC_USAGE, "a lone surrogate");
}

/* ---- CSV */

Test(notice_file, separators_quotes_and_line_ends)
{
    static const char *const texts[] = {
        "Computer_Name,IP address,note\r\n\"PC,1;\",192.0.2.1,\"say \"\"x\"\"\"\r\n",
        "computer-name;IP_ADDRESS;note\n\"PC,1;\" ; 192.0.2.1 ;\n",
        "COMPUTERNAME\tip\tnote\r\"PC,1;\"\t192.0.2.1\r",
        "\n\n ,, \nnote,ip, computer name \n\n, 192.0.2.1 , \"PC,1;\" \n\n\n",
        "ip,pc_name,a,b\n192.0.2.1,\"PC,1;\"", /* shorter row, no line feed at its end */
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cr_assert_eq(parse_text(texts[i]), AC_OK, "%zu", i);
        cr_assert_eq(list.n, 1, "%zu", i);
        cr_expect_str_eq(field(0, AC_NOTICE_NAME), "PC,1;", "%zu", i);
        cr_expect_str_eq(field(0, AC_NOTICE_IP), "192.0.2.1", "%zu", i);
        cr_expect_str_eq(list.unused[0], i == 4 ? "a" : "note");
    }
}

Test(notice_file, rows_and_lines_are_counted)
{
    cr_assert_eq(parse_text("name of it,ip\n\"two\nlines\",192.0.2.1\n\n,,\n,192.0.2.2\n"), AC_OK);
    cr_assert_eq(list.n, 2);
    cr_expect_eq(list.rows[0].row, 1);
    cr_expect_eq(list.rows[0].line, 2);
    cr_expect_eq(list.rows[1].row, 2);
    cr_expect_eq(list.rows[1].line, 6);
    cr_assert_eq(parse_text("ip\n"), AC_OK, "a list without rows");
    cr_expect_eq(list.n, 0);
}

Test(notice_file, the_better_of_two_columns_is_used)
{
    cr_assert_eq(parse_text("hostname,timestamp,computer_name,first_seen,ip\n"
                            "h.example.jp,1,PC,2,192.0.2.1\n"),
                 AC_OK);
    cr_expect_str_eq(field(0, AC_NOTICE_NAME), "PC");
    cr_expect_str_eq(field(0, AC_NOTICE_FIRST), "2");
    cr_assert_eq(list.n_unused, 2);
    cr_expect_str_eq(list.unused[0], "hostname");
    cr_expect_str_eq(list.unused[1], "timestamp");
    cr_assert_eq(parse_text("ip,ip\n1,2\n"), AC_OK);
    cr_expect_str_eq(field(0, AC_NOTICE_IP), "1");
}

Test(notice_file, broken_files_are_refused_with_their_line)
{
    cr_expect(complains("", "line 1"));
    cr_expect(complains("a,b\n1,2\n", "no column is known"));
    cr_expect(complains("\n\na,b\n1,2\n", "line 3"));
    cr_expect(complains("ip,host\n1,2\n1,2,3\n", "line 3"));
    cr_expect(complains("ip,host\n1,2\n1,2,\n", "more fields"));
    cr_expect(complains("ip,host\n1,2\n\n\"1,2\n3\n4", "line 4: a quoted field does not end"));
    cr_expect(complains("ip,host\n\"1\"x,2\n", "line 2: there is text behind a quoted field"));
    cr_expect_eq(parse_text("ip,host\n1\"2,3\"\n"), AC_OK, "a quote inside is a character");
    cr_expect_str_eq(field(0, AC_NOTICE_IP), "1\"2");
}

/* ---- JSON */

Test(notice_file, json_as_an_array_and_in_an_object)
{
    static const char *const texts[] = {
        "[{\"Computer Name\":\"PC\",\" ip \":\" 192.0.2.1 \",\"x\":[1]},{\"ip\":null}]",
        " {\"source\":\"cert\",\"notices\":[{\"x\":{},\"pc名\":\"PC\",\"ip\":\"192.0.2.1\"},{}]}",
    };

    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(parse_text(texts[i]), AC_OK, "%zu", i);
        cr_expect_str_eq(list.form, "JSON");
        cr_assert_eq(list.n, 2);
        cr_expect_str_eq(field(0, AC_NOTICE_NAME), "PC");
        cr_expect_str_eq(field(0, AC_NOTICE_IP), "192.0.2.1");
        cr_expect_str_eq(field(1, AC_NOTICE_IP), "");
        cr_expect_eq(list.rows[1].line, 0);
    }
    cr_expect_str_eq(list.unused[0], "source");
    cr_expect_str_eq(list.unused[1], "x");
}

Test(notice_file, broken_json_is_refused)
{
    cr_expect(complains("[{\"ip\":\"1\"},\n{\"ip\":}]", "line 2"));
    cr_expect(complains("[{\"ip\":\"1\"},7]", "entry 2 is no object"));
    cr_expect(complains("[{\"ip\":\"1\"},{\"ip\":7}]", "entry 2: \"ip\" is no text"));
    cr_expect(complains("[{\"ip\":\"1\",\"ip\":\"2\"}]", "uplicate"));
    cr_expect(complains("[]", "no column is known"));
    cr_expect(complains("{\"ip\":\"1\"}", "neither an array"));
    cr_expect(complains("{\"notices\":{}}", "neither an array"));
    cr_expect(complains("[{\"ip\":\"a\\u0000b\"}]", "line 1"));
}

/* ---- hostile sizes */

static void repeat(struct ac_buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ac_buf_addz(b, text);
}

static enum ac_rc parse_buf(struct ac_buf *b)
{
    enum ac_rc rc = parse(b->p, b->n);

    ac_buf_free(b);
    return rc;
}

Test(notice_file, every_limit_is_a_refusal_not_a_cut)
{
    struct ac_buf b = {0};

    repeat(&b, "ip\n", 1);
    repeat(&b, "1\n", AC_MAX_NOTICES);
    cr_expect_eq(parse_buf(&b), AC_OK);
    cr_expect_eq(list.n, AC_MAX_NOTICES);
    repeat(&b, "ip\n", 1);
    repeat(&b, "1\n", AC_MAX_NOTICES + 1);
    cr_expect_eq(parse_buf(&b), AC_USAGE);
    repeat(&b, "ip,", AC_MAX_NOTICE_COLUMNS - 1);
    repeat(&b, "x\n", 1);
    cr_expect_eq(parse_buf(&b), AC_OK);
    repeat(&b, "ip,", AC_MAX_NOTICE_COLUMNS);
    repeat(&b, "x\n", 1);
    cr_expect_eq(parse_buf(&b), AC_USAGE);
    repeat(&b, "ip\n", 1);
    repeat(&b, "x", AC_MAX_NOTICE_FIELD);
    cr_expect_eq(parse_buf(&b), AC_OK);
    repeat(&b, "ip\n", 1);
    repeat(&b, "x", AC_MAX_NOTICE_FIELD + 1);
    cr_expect_eq(parse_buf(&b), AC_USAGE);
    repeat(&b, "ip,note\n1,", 1); /* what is not used may be long */
    repeat(&b, "x", AC_MAX_NOTICE_FIELD + 1);
    cr_expect_eq(parse_buf(&b), AC_OK);
    repeat(&b, "[", 100000);
    cr_expect_eq(parse_buf(&b), AC_USAGE);
    repeat(&b, "[{", 1);
    for (int i = 0; i < AC_MAX_NOTICE_COLUMNS + 1; i++)
        ac_buf_addf(&b, "\"c%d\":1,", i);
    repeat(&b, "\"ip\":\"1\"}]", 1);
    cr_expect_eq(parse_buf(&b), AC_USAGE);
}

Test(notice_file, cut_short_anywhere_it_is_read_or_refused)
{
    static const char *const texts[] = {JAPANESE, "[{\"PC名\":\"端末\",\"ip\":\"192.0.2.1\"}]"};
    char bytes[1010] = "\xFF\xFE";
    size_t n = encode("UTF-16LE", bytes + 2) + 2;

    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < strlen(texts[k]); i++)
            cr_expect(parse(texts[k], i) != AC_BUG);
    }
    for (size_t i = 0; i < n; i++)
        cr_expect(parse(bytes, i) != AC_BUG);
}

Test(notice_file, no_memory_is_an_error)
{
    static const char *const texts[] = {JAPANESE, "[{\"PC名\":\"端末\",\"x\":\"192.0.2.1\"}]"};

    for (size_t k = 0; k < 2; k++) {
        enum ac_rc rc = AC_NOMEM;

        for (unsigned long n = 1; rc != AC_OK; n++) {
            ac_alloc_fail_at(n);
            rc = parse_text(texts[k]);
            ac_alloc_fail_at(0);
            cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %d", n, rc);
            cr_assert_lt(n, 1000);
        }
        cr_expect_eq(list.n, 1);
        cr_expect_eq(list.n_unused, 1);
    }
}

/* ---- times and zones */

static void expect_span(const char *text, const char *zone, const char *begin, uint64_t seconds)
{
    struct ac_notice_time t = ac_notice_time_parse(text, zone);
    uint64_t from = 0, to = 0;
    bool sure = true;

    cr_expect(ac_notice_time_span(&t, NULL, &from, &to, &sure) && sure, "%s", text);
    cr_expect_eq(from, fx_time(begin), "%s", text);
    cr_expect_eq(to - from + 1, seconds * AC_TICKS_PER_SECOND, "%s", text);
}

Test(notice_file, times_as_lists_write_them)
{
    expect_span("2021-01-21T09:00:05Z", "JST", "2021-01-21T09:00:05Z", 1);
    expect_span("2021-01-21t09:00:05+09:00", "", "2021-01-21T00:00:05Z", 1);
    expect_span("2021-01-21T09:00:05-0330", "", "2021-01-21T12:30:05Z", 1);
    expect_span("2021-01-21 09:00", "+09:00", "2021-01-21T00:00:00Z", 60);
    expect_span("2021-01-21 09:00:30 JST", "", "2021-01-21T00:00:30Z", 1);
    expect_span("2021/1/5 9:07", "日本時間", "2021-01-05T00:07:00Z", 60);
    expect_span("2021/01/05", "UTC", "2021-01-05T00:00:00Z", 86400);
    expect_span("2021-01-05 JST", "", "2021-01-04T15:00:00Z", 86400);
    expect_span("2021-01-05 00:00", "UTC-3:30", "2021-01-05T03:30:00Z", 60);
    expect_span("2020-02-29 23:59 gmt", "", "2020-02-29T23:59:00Z", 60);
    expect_span("2020-02-29 23:59", "utc+9", "2020-02-29T14:59:00Z", 60);
}

Test(notice_file, what_is_no_time_stays_none)
{
    static const char *const bad[] = {"2021",
                                      "2021-01",
                                      "2021-02-29",
                                      "2021-13-01",
                                      "2021-00-10",
                                      "2021-01-32",
                                      "21-01-05",
                                      "2021-01/05",
                                      "2021-01-05T",
                                      "2021-01-05 9",
                                      "2021-01-05 24:00",
                                      "2021-01-05 10:60",
                                      "2021-01-05 1:2",
                                      "2021-01-05 10:00:",
                                      "2021-01-05 10:00:00.",
                                      "2021-01-05 10:00 EST",
                                      "2021-01-05 10:00+15:00",
                                      "2021-01-05 10:00+09:60",
                                      "2021-01-05 10:00+",
                                      "1601-01-01",
                                      "0000-00-00",
                                      "9999999999",
                                      "2021-01-051",
                                      "1611187200",
                                      "2021-01-05 10:00:00.1234567890123456789Q"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(ac_notice_time_parse(bad[i], "UTC").clock, AC_CLOCK_BAD, "%s", bad[i]);
    cr_expect_eq(ac_notice_time_parse("", "UTC").clock, AC_CLOCK_NONE);
    cr_expect_eq(ac_notice_time_parse("2021-01-05", "").clock, AC_CLOCK_UNKNOWN);
    cr_expect_eq(ac_notice_time_parse("2021-01-05", "+9:0").clock, AC_CLOCK_BAD_ZONE);
}

Test(notice_file, an_hour_that_the_zone_leaves_open_is_told)
{
    const struct ac_zone berlin = {.bias = -60,
                                   .daylight_bias = -60,
                                   .standard = {.month = 10, .week = 5, .hour = 3},
                                   .daylight = {.month = 3, .week = 5, .hour = 2}};
    static const struct {
        const char *text, *begin;
        bool sure;
    } cases[] = {{"2021-07-01 02:30", "2021-07-01T00:30:00Z", true},
                 {"2021-10-31 02:30", "2021-10-31T00:30:00Z", false},
                 {"2021-10-31 02:30+01:00", "2021-10-31T01:30:00Z", true},
                 {"2021-03-28 02:30", "2021-03-28T01:30:00Z", false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_notice_time t = ac_notice_time_parse(cases[i].text, "");
        uint64_t begin = 0, last = 0;
        bool sure = true;

        cr_assert(ac_notice_time_span(&t, &berlin, &begin, &last, &sure));
        cr_expect_eq(begin, fx_time(cases[i].begin), "%s", cases[i].text);
        cr_expect_eq(sure, cases[i].sure, "%s", cases[i].text);
    }
}

/* ---- the file itself */

Test(notice_file, name_and_digest_are_kept)
{
    char path[5000];

    snprintf(path, sizeof(path), "%s/notice.csv", fx_tmpdir());
    cr_assert(fx_write(path, "ip\n", 3));
    cr_assert_eq(ac_notice_read(path, &list, NULL), AC_OK);
    cr_expect_str_eq(list.name, "notice.csv");
    /* printf 'ip\n' | sha256sum */
    cr_expect_str_eq(list.sha256,
                     "98e48c52ec03e7f63f7da597eee50f814473cfa48c96bda487c544f69c282135");
    ac_notice_list_free(&list);
    *strrchr(path, '/') = '\0';
    cr_expect_eq(ac_notice_read(path, &list, NULL), AC_IO, "a folder");
    fx_rmtree(path);
    cr_expect_eq(ac_notice_read(path, &list, NULL), AC_IO, "nothing");
}
