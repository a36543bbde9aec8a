/* Sentences of problems in Japanese: each format of the catalogue is read back, nothing else is. */
#include "report_case.h"

#include "base/alloc.h"
#include "report/text_parts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define CONTEXT "problem\004"

static const char *const formats[] = {
#include "report/problem_formats.inc"
};

static struct report_case c;
static struct ac_text ja = {.doc = {.language = "ja"}}, en = {.doc = {.language = "en"}};

static void init(void)
{
    rc_init_empty(&c); /* opens the catalogue */
}

static void end(void)
{
    rc_free(&c);
}

TestSuite(problem_text, .init = init, .fini = end);

/* "" if it is not translated. */
static const char *read_one(const char *english, struct ac_buf *out)
{
    bool read;

    ac_buf_clear(out);
    read = ac_text_problem(&ja, ac_str_of(english), out);
    cr_assert_not(out->failed);
    cr_expect_eq(read, out->n > 0, "%s", english);
    return ac_buf_text(out);
}

static void expect(const char *english, const char *japanese)
{
    struct ac_buf out = {0};

    cr_expect_str_eq(read_one(english, &out), japanese, "%s", english);
    ac_buf_free(&out);
}

/* An argument that the conversion may have; of sentences one that is known. */
static const char *sample(char conversion, bool word, unsigned i, char buf[16])
{
    static const char *const words[] = {"key", "value", "damaged"};

    if (word)
        return words[i % 3];
    snprintf(buf, 16, conversion == 's' ? "Name %u" : conversion == 'c' ? "%u" : "%u7", i + 1);
    return buf;
}

static bool is_word(const char *japanese, char number)
{
    char arg[] = {'%', number, '$', 'w', 0};

    return strstr(japanese, arg) != NULL;
}

/* The format with samples in the places of its arguments. */
static void fill(const char *format, const char *japanese, bool translated, struct ac_buf *out)
{
    for (const char *p = translated ? japanese : format; *p; p++) {
        char buf[16];
        const char *arg;
        bool word;

        if (p[0] == '%' && p[1] == '%') {
            ac_buf_addc(out, *p++);
            continue;
        }
        if (p[0] != '%' || p[2] != '$') {
            ac_buf_addc(out, *p);
            continue;
        }
        word = is_word(japanese, p[1]);
        arg = strstr(format, (char[]){'%', p[1], '$', 0});
        cr_assert_not_null(arg, "%s", format);
        /* of texts in a row the last one has all */
        if (arg[3] != 's' || arg[4] != '%' || arg[5] == '%') {
            arg = sample(arg[3], word, (unsigned)(p[1] - '1'), buf);
            if (word && translated)
                arg = ac_translate("ja", strcmp(arg, "key") == 0     ? CONTEXT "key"
                                         : strcmp(arg, "value") == 0 ? CONTEXT "value"
                                                                     : CONTEXT "damaged");
            ac_buf_addz(out, arg);
        }
        p += 3;
    }
}

Test(problem_text, every_format_is_read_back)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        const char *format = formats[i] + strlen(CONTEXT);
        const char *japanese = ac_translate("ja", formats[i]);
        struct ac_buf english = {0}, wanted = {0};

        cr_assert_neq(japanese, formats[i], "no translation: %s", format);
        fill(format, japanese, false, &english);
        fill(format, japanese, true, &wanted);
        expect(ac_buf_text(&english), ac_buf_text(&wanted));
        ac_buf_free(&english);
        ac_buf_free(&wanted);
    }
}

Test(problem_text, chains_and_places)
{
    expect("MAM: the compressed data ends too early (at byte 77)",
           "MAM: 圧縮データが早く終わりすぎている（77 バイト目）");
    expect("chunk 12: chunk fails its checksum (at byte 393216)",
           "チャンク 12: チャンクのチェックサムが一致しない（393216 バイト目）");
    expect("segment a.E02 is missing; segment a.E03 is missing",
           "セグメント a.E02 が欠落している。セグメント a.E03 が欠落している");
    expect("the reference to a list of values points to 0xffffffff, which is no multiple of 8",
           "値の一覧への参照の指す位置 0xffffffff は、8 の倍数ではない値である");
    expect(
        "value AppCompatCache of HKLM\\SYSTEM\\ControlSet001, byte 40 of its data: the path of an "
        "entry does not lie in the value",
        "HKLM\\SYSTEM\\ControlSet001 の値 AppCompatCache、データの 40 バイト目: "
        "項目のパスが値の外にある");
    expect(
        "only 100 bytes could be decompressed: MAM: the compressed data ends too early (at byte 9)",
        "100 バイトしか展開できなかった: MAM: 圧縮データが早く終わりすぎている（9 バイト目）");
}

/* What evidence says comes through as it is, whatever it says. */
Test(problem_text, names_are_not_translated)
{
    expect("a row of key has no content", "key の行の一つに内容がない");
    expect("a row of no memory for a record has no content",
           "no memory for a record の行の一つに内容がない");
    expect("a row of %n%s%1$w has no content", "%n%s%1$w の行の一つに内容がない");
    expect("a row of 表 (at byte 5) has no content", "表 (at byte 5) の行の一つに内容がない");
    expect("MFT entry 5 has no attribute 0x80 \"\" or \"x\"",
           "MFT 項目 5 に属性 0x80「\" or \"x」がない");
}

Test(problem_text, what_is_not_ours_stays_english)
{
    static const char *const others[] = {
        "",
        "%n%s",
        "%1$s",
        "%1$s: %2$s",
        "%",
        "a row of %s",
        "nobody knows",
        ": ",
        "; ",
        " (at byte 5)",
        "no MAM header ",
        " no MAM header",
        "no MAM header (at byte )",
        "no MAM header (at byte 1",
        "no MAM header: nobody knows",
        "nobody knows: no MAM header",
        "chunk x: chunk fails its checksum",
        "chunk -1: chunk fails its checksum",
        "log entry 5 states pages",
        "entry 5: nobody knows",
        "a cell lies outside its bin",
        "NO MAM HEADER",
        "no MAM heade",
        "the hive has more than 1000 damaged places, the others are not lis",
        "\xFF\xFE",
        "\033[31mkey",
    };
    struct ac_buf out = {0};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_expect_str_eq(read_one(others[i], &out), "", "%s", others[i]);
    cr_expect_not(ac_text_problem(&en, AC_STR("no memory for a record"), &out));
    cr_expect_not(ac_text_problem(&ja, (struct ac_str){"key\0", 4}, &out));
    cr_expect_eq(out.n, 0);
    ac_buf_free(&out);
}

/* A name can be such that the sentence has two readings; then neither is told. */
Test(problem_text, two_readings_are_none)
{
    struct ac_buf out = {0};

    cr_expect_str_eq(read_one("field \"a\" of a b\" of a c record does not fit the schema", &out),
                     "");
    ac_buf_free(&out);
}

/* Made to be expensive: each ends, and soon. */
Test(problem_text, work_is_bounded, .timeout = 20)
{
    static const char *const pieces[] = {
        "entry 1: ",     "; ",       "a ",           "key: ", "\" of a ", "segment a is missing; ",
        "cannot open: ", "line 1: ", " (at byte 1)", "%1$s"};
    struct ac_buf english = {0}, out = {0};

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        ac_buf_clear(&english);
        ac_buf_addz(&english, i == 4 ? "field \"" : "");
        while (english.n < 4000)
            ac_buf_addz(&english, pieces[i]);
        ac_buf_addz(&english, i == 4 ? " record does not fit the schema" : "key");
        cr_expect_str_eq(read_one(ac_buf_text(&english), &out), "", "%s", pieces[i]);
        while (english.n < 100000)
            ac_buf_addz(&english, pieces[i]);
        cr_expect_str_eq(read_one(ac_buf_text(&english), &out), "", "%s", pieces[i]);
    }
    ac_buf_free(&english);
    ac_buf_free(&out);
}

/* Bytes of real sentences replaced, left out and doubled: nothing but a reading or none comes of it. */
Test(problem_text, damaged_sentences, .timeout = 120)
{
    static const char bytes[] = {'%', ':', ' ', ';', '(', ')', '0', '9', '"', '\xE3', 'a', '$'};
    uint32_t state = 1;
    struct ac_buf out = {0};

    for (size_t i = 0; i < 8 * sizeof(formats) / sizeof(formats[0]); i++) {
        const char *id = formats[i % (sizeof(formats) / sizeof(formats[0]))];
        struct ac_buf english = {0};

        fill(id + strlen(CONTEXT), ac_translate("ja", id), false, &english);
        for (unsigned k = 0; k <= i % 3; k++) {
            state = state * 1664525 + 1013904223;
            if (state >> 30 == 0 && english.n > 1)
                english.n -= english.n / 3;
            else if (state >> 30 == 1 && english.n)
                ac_buf_add(&english, "; entry 5: ", 11);
            else if (english.n)
                english.p[(state >> 8) % english.n] = bytes[(state >> 16) % sizeof(bytes)];
        }
        ac_buf_addc(&english, '\0');
        read_one(ac_buf_text(&english), &out);
        ac_buf_free(&english);
    }
    ac_buf_free(&out);
}

Test(problem_text, without_memory_it_says_so)
{
    static const char english[] =
        "MFT entry 5: the run list is damaged (at byte 7); segment missing";
    struct ac_buf good = {0};

    cr_assert(ac_text_problem(&ja, AC_STR(english), &good));
    for (unsigned long n = 1; n < 200; n++) {
        struct ac_buf out = {0};
        bool read;

        ac_alloc_fail_at(n);
        read = ac_text_problem(&ja, AC_STR(english), &out);
        ac_alloc_fail_at(0);
        if (!out.failed) { /* enough memory, or none of it was for what is told */
            cr_expect(read);
            cr_expect_str_eq(ac_buf_text(&out), ac_buf_text(&good), "allocation %lu", n);
        }
        ac_buf_free(&out);
    }
    ac_buf_free(&good);
}
