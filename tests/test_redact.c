/* Redaction: names in every form that documents give them; lines, numbers, markup and JSON stay. */
#include "base/alloc.h"
#include "base/limits.h"
#include "fixture.h"
#include "report/redact.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static struct ac_redact names;

static void start(void)
{
    static const char *const list[] = {"user1", "LAPTOP-01", "Example Person",
                                       "ab",    "山田太郎",  "CORP\\admin7"};

    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        cr_assert_eq(ac_redact_add(&names, ac_str_of(list[i]), AC_STR("why"), NULL), AC_OK);
    cr_assert_eq(ac_redact_ready(&names, NULL), AC_OK);
}

static void stop(void)
{
    ac_redact_free(&names);
}

TestSuite(redact, .init = start, .fini = stop);

typedef size_t document(const struct ac_redact *, struct ac_str, struct ac_buf *);

static void expect(document *form, const char *before, const char *after)
{
    struct ac_buf out = {0};
    size_t labels = form(&names, ac_str_of(before), &out), again;

    cr_expect_str_eq(ac_buf_text(&out), after);
    cr_expect_eq(labels == 0, strcmp(before, after) == 0);
    again = form(&names, ac_buf_str(&out), NULL);
    cr_expect_eq(again, 0, "%zu names are left in %s", again, ac_buf_text(&out));
    ac_buf_free(&out);
}

Test(redact, names_are_found_in_any_case_and_inside_of_words)
{
    expect(ac_redact_lines, "C:\\Users\\USER1\\a;user12 xUser1y\n",
           "C:\\Users\\[REDACTED-1]\\a;[REDACTED-1]2 x[REDACTED-1]y\n");
    expect(ac_redact_lines, "laptop-01$ LAPTOP-02", "[REDACTED-2]$ LAPTOP-02");
    expect(ac_redact_lines, "山田太郎様", "[REDACTED-5]様");
    expect(ac_redact_lines, "corp/ADMIN7 and CORP\\admin7", "[REDACTED-6] and [REDACTED-6]");
}

Test(redact, short_names_are_whole_words)
{
    expect(ac_redact_lines, "ab cab abc AB, (ab)",
           "[REDACTED-4] cab abc [REDACTED-4], ([REDACTED-4])");
}

Test(redact, names_that_were_shortened_are_names)
{
    expect(ac_redact_lines, "Example Pe... Exam...", "[REDACTED-3]... [REDACTED-3]...");
    expect(ac_redact_lines, "an Exa... noexample p...", "an Exa... noexample p...");
}

Test(redact, bytes_in_hexadecimal_are_found)
{
    expect(ac_redact_lines, "x 55007300650072003100 y", "x [REDACTED-1] y"); /* UTF-16 */
    expect(ac_redact_lines, "x 0x75736552315C y", "x 0x[REDACTED-1]5C y");
    expect(ac_redact_lines, "716c3045 715c30752a59ce90", "716c3045 [REDACTED-5]");
}

Test(redact, names_go_over_lines_and_pages_of_a_report)
{
    expect(ac_redact_report,
           "aftercheck  AC-1  Case ID: user1  Page 1 of 2\n----\n\n"
           "    1 The path C:\\Users\\us\n"
           "      er1\\a.exe belongs to Example\n"
           "      Person of LAPTOP-\n"
           "\faftercheck  AC-1  Case ID: user1  Page 2 of 2\n----\n\n"
           "      01.\n"
           "    2 Statement of us\n"
           "    3 er1.\n",
           "aftercheck  AC-1  Case ID: [REDACTED-1]  Page 1 of 2\n----\n\n"
           "    1 The path C:\\Users\\[REDACTED-1]\n"
           "      \\a.exe belongs to [REDACTED-3]\n"
           "       of [REDACTED-2]\n"
           "\faftercheck  AC-1  Case ID: [REDACTED-1]  Page 2 of 2\n----\n\n"
           "      .\n"
           "    2 Statement of us\n"
           "    3 er1.\n");
}

Test(redact, a_document_without_pages_has_no_head)
{
    expect(ac_redact_report, "WHAT TO DO NOW\n\nComputer: LAPTOP-01\nof us\n  er1\n",
           "WHAT TO DO NOW\n\nComputer: [REDACTED-2]\nof [REDACTED-1]\n  \n");
    expect(ac_redact_report, "Computer: LAPTOP-01", "Computer: [REDACTED-2]");
}

/* Names of their own for one test. */
static void with(const char *name, document *form, const char *before, const char *after)
{
    struct ac_redact own = {0};
    struct ac_buf out = {0};

    cr_assert_eq(ac_redact_add(&own, ac_str_of(name), AC_STR(""), NULL), AC_OK, "%s", name);
    cr_assert_eq(ac_redact_ready(&own, NULL), AC_OK);
    form(&own, ac_str_of(before), &out);
    cr_expect_str_eq(ac_buf_text(&out), after);
    cr_expect_eq(form(&own, ac_buf_str(&out), NULL), 0, "%s is left in %s", name,
                 ac_buf_text(&out));
    ac_buf_free(&out);
    ac_redact_free(&own);
}

Test(redact, names_that_reports_write_in_another_way_are_found)
{
    /* quoted for a shell, in recipes, also over the end of a line; as a file name there */
    with("D'Example", ac_redact_lines, "cp '/C/d'\\''example/a' x", "cp '/C/[REDACTED-1]/a' x");
    with("D'Example", ac_redact_report, "icat 'D'\\\n''Example'\n", "icat '[REDACTED-1]\n'\n");
    with("D'Example", ac_redact_html, "<p>d&#39;\\&#39;&#39;example</p>", "<p>[REDACTED-1]</p>");
    with("D'Example", ac_redact_lines, "> D_Example.lnk", "> [REDACTED-1].lnk");
    with("Example Person", ac_redact_lines, "> Example_Person.lnk", "> [REDACTED-1].lnk");
    with("\xC3\x96zg\xC3\xBCr", ac_redact_lines, "> __zg__r.lnk", "> [REDACTED-1].lnk");
    with("山田太郎", ac_redact_lines, "> ____________.lnk", "> ____________.lnk");
    /* in a table */
    with("Ex \"T\" Person", ac_redact_lines, "\"a\",\"Ex \"\"T\"\" Person\"",
         "\"a\",\"[REDACTED-1]\"");
    /* characters that are shown, not written */
    with("us\xE2\x80\x8B"
         "er1",
         ac_redact_lines, "a us\\u{200B}er1 b", "a [REDACTED-1] b");
    with("\xE2\x80\xAEuser1", ac_redact_lines, "a \\u{202E}user1 b", "a [REDACTED-1] b");
    with("us\\u{200b}er1", ac_redact_lines,
         "a us\xE2\x80\x8B"
         "er1 b",
         "a [REDACTED-1] b");
    with("us|er1", ac_redact_lines, "0|us\\u{7C}er1|0", "0|[REDACTED-1]|0");
    /* cut */
    with("LAPTOP-01", ac_redact_lines, "x LAPTO ...", "x [REDACTED-1] ...");
    with("山田太郎", ac_redact_lines, "x 山田...", "x [REDACTED-1]...");
    with("LAPTOP-01", ac_redact_lines, "00 4c00410050005400540 ...", "00 [REDACTED-1] ...");
}

Test(redact, short_names_in_scripts_without_blanks)
{
    with("山田", ac_redact_lines, "山田さん、（山田） C:\\Users\\山田太郎\\",
         "[REDACTED-1]さん、（[REDACTED-1]） C:\\Users\\[REDACTED-1]太郎\\");
    with("山田", ac_redact_lines, "715c3075 715c3075", "[REDACTED-1] [REDACTED-1]");
    with("林", ac_redact_lines, "Users\\林\\a 「林」 林檎 user林x",
         "Users\\[REDACTED-1]\\a 「[REDACTED-1]」 林檎 user[REDACTED-1]x");
    with("Li", ac_redact_lines, "Liの「Li」 Lin", "[REDACTED-1]の「[REDACTED-1]」 Lin");
}

Test(redact, names_may_be_part_of_the_labels)
{
    with("Ed", ac_redact_lines, "Users\\Ed\\a", "Users\\[REDACTED-1]\\a");
    with("Red", ac_redact_report, "Red\nRed [REDACTED-12]\n",
         "[REDACTED-1]\n[REDACTED-1] [[REDACTED-1]ACTED-12]\n");
}

/* Hostile evidence has as many accounts as are taken, and long runs of hexadecimal. */
Test(redact, the_time_does_not_grow_with_the_names)
{
    static struct ac_redact many;
    struct ac_buf raw = {0};
    clock_t begun;

    for (unsigned i = 0; i < 10000; i++) {
        char name[32];

        snprintf(name, sizeof(name), "%u-name", i * 7919);
        cr_assert_eq(ac_redact_add(&many, ac_str_of(name), AC_STR(""), NULL), AC_OK);
    }
    cr_assert_eq(ac_redact_ready(&many, NULL), AC_OK);
    for (unsigned i = 0; i < 100000; i++)
        ac_buf_addf(&raw, "%02x", i * 2654435761U >> 24);
    begun = clock();
    ac_redact_lines(&many, ac_buf_str(&raw), NULL);
    cr_expect_lt((double)(clock() - begun) / CLOCKS_PER_SEC, 10.0);
    ac_buf_free(&raw);
    ac_redact_free(&many);
}

Test(redact, markup_is_not_touched)
{
    static struct ac_redact words;

    expect(ac_redact_html,
           "<style>.user1 {}</style><p class=\"user1\" title=\"of user1\">a &lt;user1&gt; "
           "LAPTOP&#39;</p><script>user1</script>user1",
           "<style>.user1 {}</style><p class=\"user1\" title=\"of [REDACTED-1]\">a "
           "&lt;[REDACTED-1]&gt; LAPTOP&#39;</p><script>user1</script>[REDACTED-1]");
    cr_assert_eq(ac_redact_add(&words, AC_STR("span"), AC_STR(""), NULL), AC_OK);
    cr_assert_eq(ac_redact_add(&words, AC_STR("A&B 'x'"), AC_STR(""), NULL), AC_OK);
    cr_assert_eq(ac_redact_ready(&words, NULL), AC_OK);
    {
        struct ac_buf out = {0};

        ac_redact_html(&words, AC_STR("<span id=\"1\">A&amp;B &#39;x&#39; &amp; span</span>"),
                       &out);
        cr_expect_str_eq(ac_buf_text(&out),
                         "<span id=\"1\">[REDACTED-2] &amp; [REDACTED-1]</span>");
        ac_buf_free(&out);
    }
    ac_redact_free(&words);
}

static void expect_json(const char *before, const char *after)
{
    json_t *o = json_loads(before, JSON_ALLOW_NUL, NULL);
    char *text;

    ac_redact_json(&names, o);
    text = json_dumps(o, JSON_COMPACT);
    cr_expect_str_eq(text, after);
    cr_expect_eq(ac_redact_json(&names, o), 0);
    free(text);
    json_decref(o);
}

Test(redact, json_keeps_its_form)
{
    expect_json("{\"user1\":[\"user1 \\\"\",{\"a\":\"x\\\\USER1\"}],\"n\":1}",
                "{\"user1\":[\"[REDACTED-1] \\\"\",{\"a\":\"x\\\\[REDACTED-1]\"}],\"n\":1}");
    /* ids and digests stay, what stands below them does not */
    expect_json(
        "{\"id\":\"R-000123\",\"records\":[\"F-001\"],\"findings\":[{\"user\":\"user1\"}],"
        "\"sha256\":\"user1xy\",\"md5\":\"75736572310a\",\"state\":\"ab\"}",
        "{\"id\":\"R-000123\",\"records\":[\"F-001\"],\"findings\":[{\"user\":\"[REDACTED-1]\"}],"
        "\"sha256\":\"[REDACTED-1]xy\",\"md5\":\"75736572310a\",\"state\":\"ab\"}");
    /* but what only has their place: an item named by the examiner, the file that records came from */
    expect_json("{\"id\":\"user1-1\",\"records\":\"user1.jsonl\",\"rule\":\"OWN-USER1\"}",
                "{\"id\":\"[REDACTED-1]-1\",\"records\":\"[REDACTED-1].jsonl\","
                "\"rule\":\"OWN-[REDACTED-1]\"}");
    /* of bytes nothing stays */
    expect_json(
        "{\"raw\":{\"command\":\"00d8550053004500520031005c00\"},\"data\":\"75736572310a\"}",
        "{\"raw\":{\"command\":\"\"},\"data\":\"[REDACTED-1]\"}");
    expect_json("{\"data\":\"0075736572\"}", "{\"data\":\"0075736572\"}");
}

Test(redact, names_that_cannot_be_replaced_are_refused)
{
    static const char *const bad[] = {"x", "", "-", "\xff\xfe"};
    static struct ac_redact r;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(ac_redact_add(&r, ac_str_of(bad[i]), AC_STR(""), NULL), AC_USAGE, "%s",
                     bad[i]);
    cr_assert_eq(ac_redact_add(&r, AC_STR("Same"), AC_STR(""), NULL), AC_OK);
    cr_assert_eq(ac_redact_add(&r, AC_STR("sAME"), AC_STR(""), NULL), AC_OK);
    cr_expect_eq(r.n, 1);
    ac_redact_free(&r);
}

Test(redact, a_long_report_takes_little_memory)
{
    struct ac_buf raw = {0}, out = {0};
    struct rusage before, after;

    for (unsigned i = 0; raw.n < 24 * AC_MIB; i++)
        ac_buf_addf(&raw, "%5u A statement about user1 and what that is,\n      on LAPTOP-01.\n",
                    i % 100000);
    getrusage(RUSAGE_SELF, &before);
    cr_assert_neq(ac_redact_report(&names, ac_buf_str(&raw), &out), SIZE_MAX);
    getrusage(RUSAGE_SELF, &after);
    cr_expect_lt(after.ru_maxrss - before.ru_maxrss, 400 * 1024); /* KiB */
    ac_buf_free(&raw);
    ac_buf_free(&out);
}

Test(redact, any_bytes_are_taken)
{
    unsigned seed = 1;

    for (int round = 0; round < 300; round++) {
        struct ac_buf raw = {0}, out = {0};

        for (int i = 0; i < 400; i++) {
            seed = seed * 1103515245 + 12345;
            ac_buf_addc(&raw, (char)(seed >> 16));
            if (seed % 11 == 0)
                ac_buf_addz(&raw, seed % 2 ? "user1" : "<a title=\"ab\">\n\f    7 &amp;");
        }
        cr_expect_neq(ac_redact_report(&names, ac_buf_str(&raw), &out), SIZE_MAX);
        cr_expect_neq(ac_redact_html(&names, ac_buf_str(&raw), &out), SIZE_MAX);
        cr_expect_neq(ac_redact_lines(&names, ac_buf_str(&raw), &out), SIZE_MAX);
        ac_buf_free(&raw);
        ac_buf_free(&out);
    }
}

Test(redact, no_memory_is_no_result)
{
    static const char text[] = "aftercheck user1\n\n\n    1 user1\n";

    for (unsigned long n = 1; n < 40; n++) {
        struct ac_buf out = {0};
        size_t labels;

        ac_alloc_fail_at(n);
        labels = ac_redact_report(&names, ac_str_of(text), &out);
        ac_alloc_fail_at(0);
        cr_expect(labels == SIZE_MAX || out.failed ||
                  strcmp(ac_buf_text(&out), "aftercheck [REDACTED-1]\n\n\n    1 [REDACTED-1]\n") ==
                      0);
        ac_buf_free(&out);
    }
}
