/* YARA rules over contents of files: which files are looked through, what becomes of hits, and what is said of the rest. */
#include "rules_case.h"

#include "base/content_scanner.h"
#include "build_disk.h"
#include "build_pe.h"
#include "build_regf.h"
#include "collect/collect.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME "2021-01-05T08:30:14Z"
#define MARK "marker-of-the-test"

static struct fx_records found;

static void begin(void)
{
    rc_begin();
    fx_records_init(&found);
}

static void end(void)
{
    fx_records_free(&found);
    rc_end();
}

TestSuite(content, .init = begin, .fini = end);

#define CONTENT_RULE(strings, condition)                                                           \
    "rule one {\n  meta:\n    id = \"CON-1\" family = \"ursnif\" strength = \"strong\"\n"          \
    "    scope = \"content\" title = \"t\" tests = \"t\" benign = \"\" attack = \"\"\n"            \
    "    reference = \"r\"\n  strings:\n    " strings "\n  condition:\n    " condition "\n}\n"
#define MARK_RULE CONTENT_RULE("$mark = \"" MARK "\"", "$mark")

static void put(struct fx_disk *d, const char *path, const char *head, const char *text)
{
    struct ac_buf b = {0};

    ac_buf_addz(&b, head);
    fx_zero(&b, 5000);
    ac_buf_addz(&b, text);
    fx_disk_add(d, path, b.p, b.n, TIME);
    ac_buf_free(&b);
}

/* A laptop with the mark in programs and other files, in places of users and of Windows. */
static const char *laptop(void)
{
    static char path[5000];
    struct fx_disk *d = fx_disk_new(0);
    struct fx_hive *user = fx_hive_new("ROOT"), *system = fx_hive_new("ROOT");
    struct ac_buf b = {0};

    fx_hive_sz(user, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "script",
               "wscript.exe C:\\Users\\user1\\AppData\\Roaming\\named.js");
    fx_hive_build(user, &b);
    fx_disk_add(d, "Users/user1/NTUSER.DAT", b.p, b.n, TIME);
    ac_buf_free(&b);
    fx_hive_dword(system, "Select", "Current", 1);
    fx_hive_key(system, "ControlSet001\\Services", 0);
    fx_hive_build(system, &b);
    fx_disk_add(d, "Windows/System32/config/SYSTEM", b.p, b.n, TIME);
    ac_buf_free(&b);
    put(d, "Windows/System32/wscript.exe", "MZ", "");
    put(d, "Windows/System32/deep.dll", "MZ", MARK);
    put(d, "Users/user1/AppData/Roaming/named.js", "//", MARK);
    put(d, "Users/user1/Documents/picture.jpg", "MZ", MARK); /* a program by its content */
    put(d, "Users/user1/Documents/note.txt", "A note. ", MARK);
    put(d, "ProgramData/clean.exe", "MZ", "nothing");
    put(d, "Windows/Temp/temp.bin", "MZ", MARK " " MARK);
    snprintf(path, sizeof(path), "%s", rc_text("laptop.raw", ""));
    fx_disk_write(d, path);
    fx_disk_free(d);
    fx_hive_free(user);
    fx_hive_free(system);
    return path;
}

static void collect(const struct ac_content_scanner *scanner, bool deep)
{
    struct ac_collect_options o = {
        .path = laptop(), .evidence_id = "E1", .scanner = scanner, .deep = deep};
    struct ac_collect_result result;
    uint64_t next = 1;

    cr_assert_eq(ac_collect(&o, &next, &found.sink, &result, NULL), AC_OK);
    cr_expect_eq(result.deaths, 0);
}

static struct ac_content_scanner scanner_of(const struct ac_rule_set *set)
{
    struct ac_content_scanner s;

    cr_assert(ac_rule_set_scanner(set, &s));
    return s;
}

static const struct ac_record *row(void)
{
    return fx_find(&found, AC_KIND_SOURCE, "source", "content");
}

static void assess(const struct ac_rule_set *set, struct ac_assessment *ret)
{
    cr_assert_eq(ac_assess_with(set, found.items, found.n, ret, NULL), AC_OK);
}

Test(content, named_files_and_programs_of_users_are_looked_through)
{
    struct ac_rule_set *set = rc_rules(MARK_RULE);
    struct ac_content_scanner scanner = scanner_of(set);
    const struct ac_record *r;

    collect(&scanner, false);
    cr_expect_eq(fx_count(&found, AC_KIND_MATCH), 3);
    cr_expect_not_null(
        fx_find(&found, AC_KIND_MATCH, "path", "Users/user1/AppData/Roaming/named.js"));
    cr_expect_not_null(fx_find(&found, AC_KIND_MATCH, "path", "Users/user1/Documents/picture.jpg"));
    r = fx_find(&found, AC_KIND_MATCH, "path", "Windows/Temp/temp.bin");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "rule"), "CON-1");
    cr_expect_str_eq(ac_record_get(r, "family"), "ursnif");
    cr_expect_str_eq(ac_record_get(r, "rule_set"), scanner.digest);
    cr_expect_str_eq(ac_record_get(r, "string"), "$mark");
    cr_expect_eq(ac_record_get_int(r, "offset"), 5002);
    cr_expect_eq(ac_record_get_int(r, "length"), sizeof(MARK) - 1);
    cr_expect_eq(ac_record_get_int(r, "count"), 2);
    cr_expect_not_null(ac_record_prov_json(r, "artefact_offset"));
    r = fx_find(&found, AC_KIND_FILE, "path", "Windows/Temp/temp.bin");
    cr_assert_not_null(r);
    cr_expect_eq(strlen(ac_record_get(r, "sha256")), 64);
    cr_expect_str_eq(ac_record_get(row(), "read"), "complete");
    cr_expect_eq(ac_record_get_int(row(), "entries"), 4);
}

Test(content, deep_looks_through_all_files)
{
    struct ac_rule_set *set = rc_rules(MARK_RULE);
    struct ac_content_scanner scanner = scanner_of(set);

    collect(&scanner, true);
    cr_expect_eq(fx_count(&found, AC_KIND_MATCH), 5);
    cr_expect_not_null(fx_find(&found, AC_KIND_MATCH, "path", "Windows/System32/deep.dll"));
    cr_expect_not_null(fx_find(&found, AC_KIND_MATCH, "path", "Users/user1/Documents/note.txt"));
}

Test(content, matches_become_findings)
{
    struct ac_rule_set *set = rc_rules(MARK_RULE);
    struct ac_content_scanner scanner = scanner_of(set);
    struct ac_assessment a;

    collect(&scanner, false);
    assess(set, &a);
    cr_expect_eq(rc_findings(&a, "CON-1"), 3);
    cr_expect_eq(rc_finding(&a, "CON-1")->strength, AC_STRONG);
    cr_expect_str_eq(rc_finding(&a, "CON-1")->rule->family, "ursnif");
    cr_expect_eq(rc_check(&a, "CON-1")->result, AC_RESULT_FOUND);
    ac_assessment_free(&a);
}

Test(content, nothing_found_is_said_only_of_what_was_looked_through_with_these_rules)
{
    struct ac_rule_set *set = rc_rules(CONTENT_RULE("$a = \"not there\"", "$a")),
                       *other = rc_rules(CONTENT_RULE("$a = \"not there either\"", "$a"));
    struct ac_content_scanner scanner = scanner_of(set);
    struct ac_assessment a;

    collect(&scanner, false);
    assess(set, &a);
    cr_expect_eq(rc_check(&a, "CON-1")->result, AC_RESULT_NOT_FOUND);
    ac_assessment_free(&a);
    assess(other, &a);
    cr_expect_eq(rc_check(&a, "CON-1")->result, AC_RESULT_NOT_EXAMINED);
    cr_expect(strstr(rc_check(&a, "CON-1")->reason.args[0], "another set of rules"));
    ac_assessment_free(&a);
    { /* a second item of evidence that was collected without rules over contents */
        struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);

        ac_record_prov_textz(r, "evidence", "E2");
        cr_assert_eq(found.sink.emit(&found.sink, r, NULL), AC_OK);
        assess(set, &a);
        cr_expect_eq(rc_check(&a, "CON-1")->result, AC_RESULT_NOT_EXAMINED);
        ac_assessment_free(&a);
    }
    fx_records_free(&found);
    fx_records_init(&found);
    collect(NULL, false);
    cr_expect_null(row());
    assess(set, &a);
    cr_expect_eq(rc_check(&a, "CON-1")->result, AC_RESULT_NOT_EXAMINED);
    ac_assessment_free(&a);
}

/* Stands for rules that do not come to an end, and for a library that dies. */
static enum ac_rc scan_badly(const void *context, const uint8_t *bytes, size_t n,
                             ac_content_each *each, void *each_context, struct ac_err *err)
{
    (void)each;
    (void)each_context;
    if (n > 2 && memmem(bytes, n, MARK, sizeof(MARK) - 1)) {
        if (strcmp(context, "dies") == 0)
            abort();
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "looking through it takes too long");
    }
    return AC_OK;
}

Test(content, a_file_that_was_not_looked_through_is_said)
{
    struct ac_content_scanner scanner = {.context = "limit", .digest = "d", .scan = scan_badly};
    const struct ac_record *problem;

    collect(&scanner, false);
    cr_expect_str_eq(ac_record_get(row(), "read"), "partial");
    problem = fx_find(&found, AC_KIND_PROBLEM, "effect",
                      "rules for contents may not have seen all of this file");
    cr_assert_not_null(problem);
    cr_expect_str_eq(ac_record_get(problem, "class"), "limit reached");
}

Test(content, a_death_over_a_file_costs_that_file_only)
{
    struct ac_content_scanner scanner = {.context = "dies", .digest = "d", .scan = scan_badly};
    struct ac_collect_options o = {.path = laptop(), .evidence_id = "E1", .scanner = &scanner};
    struct ac_collect_result result;
    uint64_t next = 1;

    cr_assert_eq(ac_collect(&o, &next, &found.sink, &result, NULL), AC_OK);
    cr_expect_eq(result.deaths, 3);
    cr_expect_not_null(fx_find(&found, AC_KIND_SOURCE, "name", "contents of files"));
    cr_expect_str_eq(
        ac_record_get(fx_find(&found, AC_KIND_SOURCE, "name", "contents of files"), "read"),
        "partial");
}

static const char *refused(const char *text)
{
    const char *path = rc_text("bad.yar", text);

    return rc_refused(&(struct ac_rule_options){.rules = &path, .n_rules = 1});
}

Test(content, a_scope_is_one_of_two_and_fits_the_condition)
{
    struct ac_content_scanner scanner;
    struct ac_buf records = {0};

    rc_rule(&records, "one", "ONE", "qakbot", "strong", "kind == \"task\" and hidden");
    cr_expect(!ac_rule_set_scanner(rc_rules(ac_buf_text(&records)), &scanner));
    ac_buf_free(&records);
    cr_expect(strstr(refused(CONTENT_RULE("$a = \"a\"", "kind == \"task\" and $a")),
                     "cannot ask for a kind"));
    cr_expect(strstr(refused("rule a { meta: scope = \"files\" condition: true }"), "meta scope"));
    cr_expect(strstr(refused("rule a { strings: $a = \"abc\" condition: $a }"),
                     "does not begin with kind"));
}
