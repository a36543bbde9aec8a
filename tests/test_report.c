/* The text report: form, numbers, languages, words, hostile text; findings.json and the manifest.
 */
#include "report_case.h"

#include "base/alloc.h"
#include "report/text_wrap.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const languages[] = {"en", "ja"};

static void setup(struct report_case *c, const char *language, struct ac_buf *out)
{
    rc_init(c);
    rc_print(c, language, out);
}

/* ---- lines and numbers */

/* The number in the margin, 0 if there is none. */
static unsigned number_of(const char *line, size_t n)
{
    unsigned number = 0;

    if (n < 6 || line[5] != ' ' || !isdigit((unsigned char)line[4]))
        return 0;
    for (size_t i = 0; i < 5; i++) {
        if (line[i] != ' ' && !isdigit((unsigned char)line[i]))
            return 0;
        number = line[i] == ' ' ? number : number * 10 + (unsigned)(line[i] - '0');
    }
    return number;
}

static unsigned check_numbers(const char *text)
{
    unsigned last = 0;

    for (const char *p = text; *p; p = strchr(p, '\n') + 1) {
        unsigned number = number_of(p, strcspn(p, "\n"));

        if (number)
            cr_expect_eq(number, ++last);
    }
    return last;
}

Test(report, statements_are_numbered_alike_in_both_languages)
{
    unsigned last[2];

    for (int i = 0; i < 2; i++) {
        struct report_case c;
        struct ac_buf text = {0};

        setup(&c, languages[i], &text);
        last[i] = check_numbers(ac_buf_text(&text));
        ac_buf_free(&text);
        rc_free(&c);
    }
    cr_expect_gt(last[0], 150);
    cr_expect_eq(last[0], last[1]);
}

static bool is_forbidden(unsigned c)
{
    return (c < 0x20 && c != '\n' && c != '\f') || (c >= 0x7F && c < 0xA0) ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || c == 0xFEFF;
}

static void check_line(struct ac_str line)
{
    static const char marks[] =
        "、。，．・：；？！）］｝」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";
    size_t i = 0;

    cr_expect_leq(ac_text_width(line), 80, "%.*s", (int)line.n, line.p);
    while (i < line.n && line.p[i] == ' ')
        i++;
    if (i < line.n && (unsigned char)line.p[i] >= 0xE0)
        cr_expect_null(memmem(marks, sizeof(marks) - 1, line.p + i, 3), "%.*s", (int)line.n,
                       line.p);
}

Test(report, lines_fit_and_hold_no_control_characters)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0};
        struct ac_str s;

        setup(&c, languages[k], &text);
        s = ac_buf_str(&text);
        for (size_t i = 0; i < s.n;)
            cr_assert_not(is_forbidden(ac_utf8_next(s, &i)), "at byte %zu", i);
        cr_expect_eq(s.p[s.n - 1], '\n');
        for (size_t i = 0; i < s.n;) {
            size_t n = strcspn(s.p + i, "\n");

            i += s.p[i] == '\f';
            n = strcspn(s.p + i, "\n");
            check_line((struct ac_str){s.p + i, n});
            i += n + 1;
        }
        ac_buf_free(&text);
        rc_free(&c);
    }
}

static void check_heads(const char *text, bool japanese)
{
    unsigned page = 0, total = 0, pages = 1;

    for (const char *p = text; *p; p++)
        pages += *p == '\f';
    for (const char *p = text; p; p = strchr(p, '\f') ? strchr(p, '\f') + 1 : NULL) {
        char head[200];
        const char *at;

        snprintf(head, sizeof(head), "%.*s", (int)strcspn(p, "\n"), p);
        at = strstr(head, japanese ? "ページ " : "Page ");
        cr_assert_not_null(at);
        cr_assert_eq(japanese ? sscanf(at, "ページ %u / %u", &page, &total)
                              : sscanf(at, "Page %u of %u", &page, &total),
                     2);
        cr_expect_eq(total, pages);
        cr_expect_not_null(strstr(head, "2021-17"));
        cr_expect_not_null(strstr(head, "AC-"));
    }
    cr_expect_eq(page, pages);
}

Test(report, every_page_has_a_head_with_ids_and_numbers)
{
    for (int i = 0; i < 2; i++) {
        struct report_case c;
        struct ac_buf text = {0};

        setup(&c, languages[i], &text);
        check_heads(ac_buf_text(&text), i == 1);
        ac_buf_free(&text);
        rc_free(&c);
    }
}

Test(report, pages_are_no_longer_than_sixty_lines)
{
    struct report_case c;
    struct ac_buf text = {0};
    unsigned lines = 0;

    setup(&c, "ja", &text);
    for (const char *p = ac_buf_text(&text); *p; p++) {
        lines = *p == '\f' ? 0 : lines + (*p == '\n');
        cr_assert_leq(lines, 60);
    }
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- content */

Test(report, sections_stand_in_order)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0};
        const char *at;

        setup(&c, languages[k], &text);
        at = ac_buf_text(&text);
        for (int i = 0; i <= 10; i++) {
            char head[16];

            snprintf(head, sizeof(head), "\nR%d  ", i);
            at = strstr(at, head);
            cr_assert_not_null(at, "R%d", i);
        }
        ac_buf_free(&text);
        rc_free(&c);
    }
}

Test(report, every_finding_stands_in_both_languages)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0};

        setup(&c, languages[k], &text);
        cr_expect_geq(c.assessment.n_findings, 5);
        for (size_t i = 0; i < c.assessment.n_findings; i++)
            cr_expect_not_null(strstr(ac_buf_text(&text), c.assessment.findings[i]->id));
        ac_buf_free(&text);
        rc_free(&c);
    }
}

/* The text with each statement in one line; `gap` stands where a line ended. */
static void unwrap(const struct ac_buf *text, const char *gap, struct ac_buf *out)
{
    const char *p = ac_buf_text(text);

    while (*p) {
        size_t n = strcspn(p, "\n"), margin = strspn(p + n + (p[n] != '\0'), " ");

        ac_buf_add(out, p, n);
        p += n;
        if (*p == '\n' && margin >= 6) {
            ac_buf_addz(out, gap);
            p += 1 + margin;
        } else if (*p) {
            ac_buf_addc(out, *p++);
        }
    }
}

/* Is it there, wherever lines end? */
static void expect(const struct ac_buf *text, const char *what)
{
    struct ac_buf spaced = {0}, joined = {0};

    unwrap(text, " ", &spaced);
    unwrap(text, "", &joined);
    cr_expect(strstr(ac_buf_text(&spaced), what) || strstr(ac_buf_text(&joined), what), "%s", what);
    ac_buf_free(&spaced);
    ac_buf_free(&joined);
}

Test(report, english_says_what_it_must)
{
    struct report_case c;
    struct ac_buf text = {0};

    setup(&c, "en", &text);
    expect(&text, "MD5: MATCH.");
    expect(&text, "SHA-256: NOT STORED.");
    expect(&text, "values have no time of their own");
    expect(&text, "(FILETIME 132543090157500000)");
    expect(&text, "FILETIME 0x7fffffffffffffff (out of range)");
    expect(&text, "does not identify");
    expect(&text, "Requester: Not supplied");
    expect(&text, "Exit status 1");
    expect(&text, "the volume is encrypted with BitLocker");
    expect(&text, "sector 2048");
    expect(&text, "icat -o 2048 'laptop.E01' 117");
    expect(&text, "Number: 2.");
    expect(&text, "2021-02-02 imaged");
    expect(&text, "Person: profiles concerned: user2.");
    ac_buf_free(&text);
    rc_free(&c);
}

Test(report, japanese_says_what_it_must)
{
    struct report_case c;
    struct ac_buf text = {0};

    setup(&c, "ja", &text);
    expect(&text, "MD5: 一致（MATCH）");
    expect(&text, "最終書込日時");
    expect(&text, "協定世界時");
    expect(&text, "同一性");
    expect(&text, "痕跡");
    expect(&text, "依頼者: 記載なし");
    expect(&text, "終了コード 1");
    expect(&text, "BitLocker で暗号化されている");
    expect(&text, "2 件");
    expect(&text, "（英語）an effect without a translation");
    expect(&text, "評価不能");
    ac_buf_free(&text);
    rc_free(&c);
}

Test(report, nothing_found_is_said_with_what_was_examined)
{
    struct report_case c;
    struct ac_buf text = {0};

    rc_init_empty(&c);
    rc_print(&c, "en", &text);
    expect(&text, "Emotet: S0, no support found.");
    expect(&text, "Exit status 0");
    expect(&text, "No finding above \"listed\".");
    ac_buf_clear(&text);
    rc_print(&c, "ja", &text);
    expect(&text, "支持する所見なし");
    ac_buf_free(&text);
    rc_free(&c);
}

Test(report, what_was_written_to_while_it_was_read_is_said)
{
    struct report_case c;
    struct ac_buf text = {0};
    json_t *run =
        json_pack("{s:[{s:s,s:i,s:b},{s:s,s:i,s:b},{s:s}]}", "evidence", "id", "E1", "files", 3,
                  "unchanged", 1, "id", "E2", "files", 1, "unchanged", 0, "id", "E3");

    rc_init(&c);
    c.in.run = run;
    rc_print(&c, "en", &text);
    expect(&text, "the 3 file(s) of evidence E1: the same before and after the run.");
    expect(&text, "the 1 file(s) of evidence E2: CHANGED during the run.");
    cr_expect_null(strstr(ac_buf_text(&text), "evidence files after the run: Not examined"));
    ac_buf_free(&text);
    json_decref(run);
    rc_free(&c);
}

/* ---- hostile text */

Test(report, hostile_text_is_shown_and_harmless)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0};

        setup(&c, languages[k], &text);
        expect(&text, "\\u{1B}[31mred\\u{202E}txt\\u{0}%1$s%n");
        expect(&text, "更新プログラム.exe");
        ac_buf_free(&text);
        rc_free(&c);
    }
}

Test(report, long_words_go_on_in_the_next_line)
{
    struct report_case c;
    struct ac_buf text = {0};
    size_t q = 0;

    setup(&c, "en", &text);
    /* once in the summary sentence of the finding, once as the command of its record */
    for (const char *p = ac_buf_text(&text); *p; p++)
        q += *p == 'q';
    cr_expect_geq(q, 2 * RC_LONG);
    cr_expect_leq(q, 2 * RC_LONG + 200); /* words of ours have the letter too */
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- words */

static const char *const banned[] = {
    "infected",      "compromised",        "hacked",          "guilty",         "attacker",
    "clean",         "not infected",       "100 %",           "certain",        "proves",
    "definitely",    "undetectable",       "consistent with", "the user ran",   "suspicious",
    "malicious",     "forensically sound", "court-approved",  "NIST-certified", "tamper-proof",
    "identified as", "感染している",       "安全である",      "間違いない",     "と認められる",
    "断定",          "感染していない",     "悪意のある",      "不審な",
};

static void check_words(const char *text, const char *where)
{
    for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++) {
        long at = ac_str_ifind(ac_str_of(text), ac_str_of(banned[i]));

        cr_expect_lt(at, 0, "\"%s\" in %s: %.60s", banned[i], where, at < 0 ? "" : text + at);
    }
}

static bool has(const struct ac_buf *text, const char *what)
{
    struct ac_buf plain = {0}, wanted = {0};
    bool found;

    /* without what the layout puts between words */
    for (size_t i = 0; i < text->n; i++) {
        if (!isspace((unsigned char)text->p[i]))
            ac_buf_addc(&plain, text->p[i]);
    }
    for (; *what; what++) {
        if (*what != ' ')
            ac_buf_addc(&wanted, *what);
    }
    found = strstr(ac_buf_text(&plain), ac_buf_text(&wanted)) != NULL;
    ac_buf_free(&plain);
    ac_buf_free(&wanted);
    return found;
}

/* Each execution artefact has its own rows and its own sentence of what follows from it. */
Test(report, execution_artefacts_say_what_they_are)
{
    static const char *const en[] = {
        "Artefact: shimcache",
        "Place in the list (0 is the newest): 3",
        "Flag of execution is set: no",
        "Last write of the file as recorded: 2021-01-04T08:30:14Z",
        "this alone does not prove that it was executed. No time of execution is stored",
        "SHA-1 as recorded: 6c7ea8bbd435163ae3945cbef30ef6b9872a4591",
        "Original file name as recorded: x.exe",
        "Publisher as recorded: nobody",
        "The time of the key is that of the inventory, not of an execution",
        "Account whose entry it is: S-1-5-21-1-2-3-1002",
        "Last run as stored: 2021-01-06T07:08:09Z",
        "Background Activity Moderator records when a program last ran",
        "reglookup -p '/ControlSet001/Control/Session Manager/AppCompatCache'",
        "reglookup -p '/Root/InventoryApplicationFile/bidptr.exe|1'",
    };
    static const char *const ja[] = {"痕跡の種類: ShimCache",
                                     "これだけでは実行されたことの証明にならない",
                                     "保存された最後の実行日時: 2021-01-06T07:08:09Z",
                                     "誰がそのアカウントを使用したかは調べていない"};
    struct report_case c;
    struct ac_buf text = {0};

    rc_init_traces(&c);
    rc_print(&c, "en", &text);
    for (size_t i = 0; i < sizeof(en) / sizeof(en[0]); i++)
        cr_expect(has(&text, en[i]), "%s", en[i]);
    cr_expect_not(has(&text, "Prefetch records run count"));
    cr_expect_not(has(&text, "Names of files loaded"));
    cr_expect_not(has(&text, "sccainfo"));
    ac_buf_clear(&text);
    rc_print(&c, "ja", &text);
    for (size_t i = 0; i < sizeof(ja) / sizeof(ja[0]); i++)
        cr_expect(has(&text, ja[i]), "%s", ja[i]);
    check_words(ac_buf_text(&text), "ja");
    ac_buf_free(&text);
    rc_free(&c);
}

/* An event as it would stand in a finding: what its number means, its data, what it proves. */
Test(report, an_event_says_what_it_is)
{
    static const char line[] =
        "{\"id\":\"R-000099\",\"kind\":\"event\",\"fields\":{\"log\":\"System\",\"provider\":"
        "\"Service Control Manager\",\"event_id\":7045,\"record_number\":51,\"time\":"
        "\"2021-01-06T07:08:09Z\",\"computer\":\"LAPTOP-01\",\"data\":[{\"name\":\"ServiceName\","
        "\"value\":\"Updater\"},{\"value\":\"no name\"},{\"name\":\"Empty\",\"value\":\"\"}],"
        "\"command\":\"C:\\\\x\\\\a.exe\",\"service\":\"Updater\",\"recovered\":true,"
        "\"incomplete\":true},\"provenance\":{\"evidence\":\"E1\",\"system\":\"Windows\","
        "\"volume_offset\":1048576,\"path\":\"Windows/System32/winevt/Logs/System.evtx\",\"mft\":"
        "\"120-1\",\"state\":\"deleted\"}}";
    static const char *const en[] = {
        "Event log: System",
        "Number of the event (event ID): 7045",
        "Written at (clock of the computer): 2021-01-06T07:08:09Z",
        "Meaning of an event of this number: a service was installed",
        "Data of the event as stored: ServiceName: Updater",
        "Data of the event as stored: (without name): no name",
        "Recovered (not among the events in use): yes",
        "its data have lost their names",
        "a missing event does not prove that nothing happened",
        "evtxexport -f xml -m all",
    };
    static const char *const ja[] = {"この番号のイベントの意味: サービスがインストールされた",
                                     "イベントのデータ（保存値）: ServiceName: Updater",
                                     "何も起きなかったことの証明にならない"};
    struct report_case c;
    struct ac_record *r = NULL;
    struct ac_buf text = {0};

    rc_init_traces(&c);
    cr_assert_eq(ac_record_parse(line, strlen(line), &r, NULL), AC_OK);
    cr_assert_gt(c.assessment.n_findings, 0);
    for (size_t i = 0; i < c.assessment.n_findings; i++)
        cr_assert_eq(ac_finding_add_record(c.assessment.findings[i], r), AC_OK);
    rc_print(&c, "en", &text);
    for (size_t i = 0; i < sizeof(en) / sizeof(en[0]); i++)
        cr_expect(has(&text, en[i]), "%s", en[i]);
    cr_expect_not(has(&text, "Data of the event as stored: Empty"));
    ac_buf_clear(&text);
    rc_print(&c, "ja", &text);
    for (size_t i = 0; i < sizeof(ja) / sizeof(ja[0]); i++)
        cr_expect(has(&text, ja[i]), "%s", ja[i]);
    check_words(ac_buf_text(&text), "ja");
    ac_buf_free(&text);
    ac_record_free(r);
    rc_free(&c);
}

/* A sentence about what was deleted says so itself, not only the description of the record below it. */
Test(report, a_finding_in_a_deleted_record_says_so)
{
    static const char *const said[] = {"(State of its record: deleted.)",
                                       "その記録の状態: 削除済み"};
    struct report_case c;
    struct ac_buf text = {0};

    for (int deleted = 0; deleted < 2; deleted++) {
        rc_init(&c);
        for (size_t i = 0; i < c.n; i++) {
            if (deleted && ac_record_kind(c.records[i]) == AC_KIND_AUTOSTART)
                ac_record_prov_textz(c.records[i], "state", "deleted");
        }
        for (int l = 0; l < 2; l++) {
            ac_buf_clear(&text);
            rc_print(&c, languages[l], &text);
            cr_expect_eq(has(&text, said[l]), deleted == 1, "%s", said[l]);
        }
        rc_free(&c);
    }
    ac_buf_free(&text);
}

/* Only NTFS has $STANDARD_INFORMATION. */
Test(report, times_of_a_file_have_the_name_of_their_file_system)
{
    static const char line[] =
        "{\"id\":\"R-000099\",\"kind\":\"file\",\"fields\":{\"path\":\"DCIM/a.exe\",\"size\":7,"
        "\"created\":\"2021-01-06T07:08:09Z\"},\"provenance\":{\"evidence\":\"E1\",\"path\":"
        "\"DCIM/a.exe\",\"state\":\"live\"%s}}";
    static const char *const mft[] = {"", ",\"mft\":\"40-1\""};

    for (int ntfs = 0; ntfs < 2; ntfs++) {
        struct report_case c;
        struct ac_record *r = NULL;
        struct ac_buf text = {0}, record = {0};

        rc_init_traces(&c);
        ac_buf_addf(&record, line, mft[ntfs]);
        cr_assert_eq(ac_record_parse(record.p, record.n, &r, NULL), AC_OK);
        cr_assert_eq(ac_finding_add_record(c.assessment.findings[0], r), AC_OK);
        rc_print(&c, "en", &text);
        cr_expect_eq(has(&text, "$STANDARD_INFORMATION, created: 2021-01-06T07:08:09Z"), ntfs);
        cr_expect_eq(has(&text, "Created, as its file system keeps it: 2021-01-06T07:08:09Z"),
                     !ntfs);
        ac_buf_free(&text);
        ac_buf_free(&record);
        ac_record_free(r);
        rc_free(&c);
    }
}

Test(report, banned_words_are_in_neither_language)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0};

        setup(&c, languages[k], &text);
        check_words(ac_buf_text(&text), languages[k]);
        ac_buf_free(&text);
        rc_free(&c);
    }
}

/* The string at N_(: adjacent literals, escapes undone. Returns what follows it. */
static const char *message_at(const char *p, struct ac_buf *out)
{
    for (; *p && *p != ')'; p++) {
        if (*p != '"')
            continue;
        for (p++; *p && *p != '"'; p++) {
            if (*p == '\\')
                p++;
            ac_buf_addc(out, *p);
        }
    }
    return p;
}

static unsigned each_message(const char *pattern, void (*check)(const char *msgid))
{
    struct ac_buf path = {0}, source = {0}, message = {0};
    unsigned n = 0;
    glob_t g;

    ac_buf_addf(&path, "%s/%s", fx_srcdir(), pattern);
    cr_assert_eq(glob(ac_buf_text(&path), 0, NULL, &g), 0);
    for (size_t i = 0; i < g.gl_pathc; i++) {
        ac_buf_clear(&source);
        cr_assert(fx_load(g.gl_pathv[i], &source));
        for (const char *p = ac_buf_text(&source); (p = strstr(p, "N_(")); n++) {
            ac_buf_clear(&message);
            p = message_at(p, &message);
            check(ac_buf_text(&message));
        }
    }
    globfree(&g);
    ac_buf_free(&path);
    ac_buf_free(&source);
    ac_buf_free(&message);
    return n;
}

static void check_message(const char *msgid)
{
    const char *japanese = ac_translate("ja", msgid);

    cr_expect(japanese != msgid, "not in po/ja.po: %s", msgid);
    check_words(msgid, "a message");
    check_words(japanese, "a translation");
    for (unsigned i = 1; i <= 8; i++) {
        char arg[8];

        snprintf(arg, sizeof(arg), "%%%u$s", i);
        cr_expect_eq(strstr(msgid, arg) != NULL, strstr(japanese, arg) != NULL, "%s in: %s", arg,
                     msgid);
    }
}

Test(report, every_message_is_translated)
{
    struct report_case c;

    rc_init_empty(&c); /* opens the catalogue */
    cr_expect_gt(each_message("src/assess/*.c", check_message), 30);
    cr_expect_gt(each_message("src/report/*.c", check_message), 300);
    rc_free(&c);
}

/* ---- the same input gives the same bytes, but for the block */

/* Replaces what stands between the two marks. */
static void mask(const struct ac_buf *text, struct ac_buf *out)
{
    const char *p = ac_buf_text(text), *begin = strstr(p, "\n---- "), *end;

    cr_assert_not_null(begin);
    begin = strchr(begin + 1, '\n') + 1;
    end = strstr(begin, "\n---- ");
    cr_assert_not_null(end);
    ac_buf_add(out, p, (size_t)(begin - p));
    ac_buf_addz(out, "[masked]");
    ac_buf_addz(out, end);
}

Test(report, runs_differ_in_their_block_only)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf one = {0}, two = {0}, first = {0}, second = {0}, path = {0};

        setup(&c, languages[k], &one);
        for (int i = 0; i < 3000; i++)
            ac_buf_addz(&path, "/folder");
        json_object_set_new(c.run, "directory", json_string(ac_buf_text(&path)));
        json_object_set_new(c.run, "host", json_string("another"));
        rc_print(&c, languages[k], &two);
        cr_expect_str_neq(ac_buf_text(&one), ac_buf_text(&two));
        mask(&one, &first);
        mask(&two, &second);
        cr_expect_str_eq(ac_buf_text(&first), ac_buf_text(&second));
        ac_buf_clear(&two);
        ac_buf_clear(&second);
        c.in.run = NULL;
        rc_print(&c, languages[k], &two);
        mask(&two, &second);
        cr_expect_str_eq(ac_buf_text(&first), ac_buf_text(&second));
        ac_buf_free(&one);
        ac_buf_free(&two);
        ac_buf_free(&first);
        ac_buf_free(&second);
        ac_buf_free(&path);
        rc_free(&c);
    }
}

/* To make them anew: AFTERCHECK_UPDATE_GOLDEN=1 tests/test_report, then read what changed. */
static void compare_golden(const struct ac_buf *masked, const char *language)
{
    struct ac_buf path = {0}, golden = {0};

    ac_buf_addf(&path, "%s/tests/golden/report.%s.txt", fx_srcdir(), language);
    if (getenv("AFTERCHECK_UPDATE_GOLDEN"))
        cr_assert(fx_write(ac_buf_text(&path), ac_buf_text(masked), masked->n));
    cr_assert(fx_load(ac_buf_text(&path), &golden), "%s", ac_buf_text(&path));
    for (size_t i = 0; i < golden.n && i < masked->n; i++) {
        if (golden.p[i] != masked->p[i])
            cr_assert_fail("%s differs at byte %zu: %.60s", language, i, masked->p + i);
    }
    cr_expect_eq(golden.n, masked->n);
    ac_buf_free(&path);
    ac_buf_free(&golden);
}

Test(report, golden)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0}, masked = {0};

        setup(&c, languages[k], &text);
        mask(&text, &masked);
        compare_golden(&masked, languages[k]);
        ac_buf_free(&text);
        ac_buf_free(&masked);
        rc_free(&c);
    }
}

/* ---- lines */

static void expect_first_line(const char *text, unsigned columns, const char *line)
{
    size_t next, n = ac_wrap_fit(ac_str_of(text), 0, columns, &next);

    cr_expect_eq(n, strlen(line), "%s: %zu", text, n);
    cr_expect_eq(strncmp(text, line, n), 0);
    cr_expect_gt(next, 0);
}

Test(report, lines_end_where_they_may)
{
    struct report_case c;

    rc_init_empty(&c);
    expect_first_line("one two three", 8, "one two");
    expect_first_line("one two three", 7, "one two");
    expect_first_line("one two three", 6, "one");
    expect_first_line("abcdefghij", 4, "abcd");
    expect_first_line("漢字漢字", 5, "漢字");
    expect_first_line("漢字。漢字", 4, "漢"); /* no line begins with 。 */
    expect_first_line("漢「字」漢", 4, "漢"); /* nor ends with 「 */
    expect_first_line("ab漢字", 3, "ab");
    expect_first_line("abcd。", 4, "abc");     /* even in a word that is parted */
    expect_first_line("abcd. Next", 4, "abc"); /* as in English */
    expect_first_line("abcd.exe", 4, "abcd");
    expect_first_line("。。。。", 4, "。。"); /* but it always goes on */
    expect_first_line("all", 80, "all");
    rc_free(&c);
}

/* ---- memory */

Test(report, no_memory_is_an_error_never_a_shorter_report)
{
    struct report_case c;
    struct ac_buf whole = {0};
    unsigned failures = 0;

    rc_init(&c);
    rc_print(&c, "ja", &whole);
    for (unsigned long n = 1;; n += n < 300 ? 1 : 53) {
        struct ac_buf text = {0};
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_report_text(&c.in, "ja", &text, NULL);
        if (rc == AC_OK) {
            cr_expect_str_eq(ac_buf_text(&text), ac_buf_text(&whole), "allocation %lu", n);
        } else {
            cr_expect_eq(rc, AC_NOMEM);
            failures++;
        }
        ac_buf_free(&text);
        if (rc == AC_OK && n > 20000)
            break;
        cr_assert_lt(n, 1000000);
    }
    ac_alloc_fail_at(0);
    cr_expect_gt(failures, 100);
    ac_buf_free(&whole);
    rc_free(&c);
}

/* ---- findings.json */

Test(report, findings_json_tells_the_same)
{
    struct report_case c;
    struct ac_buf text = {0};
    json_t *o;

    rc_init(&c);
    cr_assert_eq(ac_report_findings(&c.in, &text, NULL), AC_OK);
    o = json_loads(ac_buf_text(&text), JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(o);
    cr_expect_str_eq(json_string_value(json_object_get(o, "schema")), "aftercheck-findings/1");
    cr_expect_eq(json_array_size(json_object_get(o, "findings")), c.assessment.n_findings);
    cr_expect_eq(json_array_size(json_object_get(o, "conclusions")), c.assessment.n_conclusions);
    cr_expect_eq(json_array_size(json_object_get(o, "checks")), c.assessment.n_checks);
    cr_expect_eq(json_array_size(json_object_get(o, "problems")), 3);
    json_decref(o);
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- the folder and its manifest */

struct states {
    char text[500];
};

static void note_state(void *context, const char *file, const char *state)
{
    struct states *s = context;
    size_t n = strlen(s->text);

    snprintf(s->text + n, sizeof(s->text) - n, "%s=%s;", file, state);
}

static enum ac_rc verify(const char *dir, struct states *s)
{
    s->text[0] = '\0';
    return ac_manifest_verify(dir, note_state, s, NULL);
}

static void file_in(const char *dir, const char *name, char path[4300])
{
    snprintf(path, 4300, "%s/%s", dir, name);
}

/* A folder in the way of what is written first stands for a full disk. */
Test(report, a_document_that_cannot_be_written_leaves_the_one_before)
{
    static const char *const documents[] = {"report.en.txt", "report.ja.txt",  "report.html",
                                            "findings.json", "findings.csv",   "autostarts.csv",
                                            "timeline.csv",  "timeline.jsonl", "timeline.body"};
    struct report_case c;
    char dir[4096], path[4300];

    rc_init(&c);
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        struct ac_buf kept = {0};
        struct ac_err err = {0};

        file_in(dir, documents[i], path);
        cr_assert(fx_write(path, "before", 6));
        strcat(path, AC_REPORT_PART);
        cr_assert_eq(mkdir(path, 0777), 0);
        cr_expect_eq(ac_report_write(&c.in, dir, &err), AC_IO);
        cr_assert_gt(err.n, 0);
        cr_expect_not_null(strstr(err.ctx[0].msg, documents[i]), "%s", err.ctx[0].msg);
        cr_assert_eq(rmdir(path), 0);
        file_in(dir, documents[i], path);
        cr_assert(fx_load(path, &kept));
        cr_expect_str_eq(ac_buf_text(&kept), "before");
        ac_buf_free(&kept);
    }
    cr_expect_eq(ac_report_write(&c.in, dir, NULL), AC_OK);
    fx_rmtree(dir);
    rc_free(&c);
}

Test(report, the_manifest_finds_every_change)
{
    struct report_case c;
    struct states s;
    char dir[4096], path[4300];

    rc_init(&c);
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    cr_expect_eq(verify(dir, &s), AC_NOT_FOUND);
    cr_assert_eq(ac_report_write(&c.in, dir, NULL), AC_OK);
    cr_expect_eq(verify(dir, &s), AC_OK);

    file_in(dir, "manifest.sha256.sig", path); /* signatures do not count */
    cr_assert(fx_write(path, "x", 1));
    cr_expect_eq(verify(dir, &s), AC_OK);

    file_in(dir, "extra.txt", path);
    cr_assert(fx_write(path, "x", 1));
    cr_expect_eq(verify(dir, &s), AC_CORRUPT);
    cr_expect_not_null(strstr(s.text, "extra.txt"));
    unlink(path);

    file_in(dir, "findings.json", path);
    cr_assert(fx_write(path, "{}", 2));
    cr_expect_eq(verify(dir, &s), AC_CORRUPT);
    cr_expect_not_null(strstr(s.text, "findings.json"));
    unlink(path);
    cr_expect_eq(verify(dir, &s), AC_CORRUPT);
    cr_expect_not_null(strstr(s.text, "findings.json"));
    fx_rmtree(dir);
    rc_free(&c);
}
