/* Lists of a responder: digests, names, known files. */
#include "rules_case.h"

#include "assess/lists.h"
#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(lists, .init = rc_begin, .fini = rc_end);

#define MD5 "d41d8cd98f00b204e9800998ecf8427e"
#define SHA1 "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct ac_rule_set *hashes(const char *text)
{
    const char *path = rc_text("hashes.txt", text);

    return rc_load(&(struct ac_rule_options){.hashes = &path, .n_hashes = 1});
}

static struct ac_rule_set *names(const char *text)
{
    const char *path = rc_text("names.txt", text);

    return rc_load(&(struct ac_rule_options){.names = &path, .n_names = 1});
}

static struct ac_rule_set *known(const char *text)
{
    const char *path = rc_text("known.txt", text);

    return rc_load(&(struct ac_rule_options){.known_good = &path, .n_known_good = 1});
}

static void file(const char *path, const char *digest)
{
    struct ac_record *r = rc_record(AC_KIND_FILE, NULL);

    ac_record_textz(r, "path", path);
    ac_record_textz(r,
                    strlen(digest) == 32   ? "md5"
                    : strlen(digest) == 40 ? "sha1"
                                           : "sha256",
                    digest);
}

Test(lists, digests_of_three_kinds_are_found)
{
    struct ac_rule_set *set =
        hashes("\xEF\xBB\xBF# a list\r\n" MD5 "\r\n\n  " SHA1 " *sample.bin\n"
               "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855,x");
    const struct ac_finding *f;

    file("Users/a.exe", MD5);
    file("Users/b.exe", SHA1);
    file("Users/c.exe", SHA256);
    file("Users/d.exe", "00000000000000000000000000000000");
    cr_expect_eq(rc_findings(rc_assess(set), "LST-HASH"), 3);
    f = rc_finding(rc_assess(set), "LST-HASH");
    cr_expect_eq(f->strength, AC_STRONG);
    cr_expect_str_eq(f->subject, "Users/a.exe");
    cr_expect_str_eq(f->summary.args[1], "hashes.txt:2");
}

/* Amcache and security software recorded digests of files that may be gone. */
Test(lists, recorded_digests_are_found)
{
    struct ac_rule_set *set = hashes(SHA1 "\n" MD5 "\n");

    rc_record(AC_KIND_EXECUTION,
              (const char *const[]){"artefact=amcache", "program=C:\\a.exe", "sha1=" SHA1, NULL});
    rc_record(AC_KIND_DETECTION, (const char *const[]){"path=C:\\b.exe", "md5=" MD5, NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "LST-HASH"), 2);
}

Test(lists, without_a_hit_the_result_depends_on_the_sources)
{
    struct ac_rule_set *set = hashes(MD5 "\n");

    cr_expect_eq(rc_check(rc_assess(set), "LST-HASH")->result, AC_RESULT_NOT_EXAMINED);
    cr_expect_null(rc_check(rc_assess(set), "LST-NAME"));
    rc_complete_sources();
    rc_record(AC_KIND_SYSTEM, NULL);
    cr_expect_eq(rc_check(rc_assess(set), "LST-HASH")->result, AC_RESULT_NOT_FOUND);
}

static bool is_named(const char *pattern, const char *path)
{
    struct ac_rule_set *set = names(pattern);

    rc_forget_records();
    ac_record_textz(rc_record(AC_KIND_FILE, NULL), "path", path);
    return rc_findings(rc_assess(set), "LST-NAME") == 1;
}

Test(lists, names_are_compared_as_windows_does)
{
    static const struct {
        const char *pattern, *path;
        bool found;
    } cases[] = {
        {"evil.exe", "Users/user1/EVIL.EXE", true},
        {"evil.exe", "Users/user1/notevil.exe", false},
        {"evil*.exe", "Users/user1/evil123.exe", true},
        {"*", "", false},
        {"Roaming\\x\\evil.exe", "Users/user1/AppData/Roaming/X/evil.exe", true},
        {"Roaming\\x\\evil.exe", "Users/user1/AppData/NotRoaming/x/evil.exe", false},
        {"roaming/*/evil.*", "Users/user1/AppData/Roaming/abc/evil.dll", true},
        {"C:\\evil.exe", "evil.exe", true},
        {"C:\\evil.exe", "Users/evil.exe", false},
        {"/ProgramData/*.jpg", "ProgramData/1249.jpg", true},
        {"/ProgramData/*.jpg", "Users/ProgramData/1249.jpg", false},
        {"C:\\Windows\\Temp\\a.exe", "\\VOLUME{01d4e91d12345678-e42f18a6}\\WINDOWS\\TEMP\\A.EXE",
         true},
        {"C:\\Windows\\Temp\\a.exe", "\\Device\\HarddiskVolume3\\Windows\\Temp\\a.exe", true},
        {"\xC3\xA9t\xC3\xA9.exe", "Users/\xC3\x89T\xC3\x89.EXE", true},
        {"\xE8\xAB\x8B\xE6\xB1\x82*.doc", "Users/\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.doc", true},
        {"a*b*c*d*e*f*g*h.exe", "Users/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.exe",
         false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (cases[i].path[0])
            cr_expect_eq(is_named(cases[i].pattern, cases[i].path), cases[i].found, "%s %s",
                         cases[i].pattern, cases[i].path);
    }
}

Test(lists, names_are_found_wherever_they_stand)
{
    static const char *const places[][3] = {
        {"autostart", "target=Users/user1/evil.exe", NULL},
        {"execution", "files=\\VOLUME{1}\\EVIL.EXE", NULL},
        {"execution", "program=evil.exe", NULL},
        {"change", "name=evil.exe", NULL},
        {"shortcut", "target=C:\\evil.exe", NULL},
        {"detection", "path=C:\\evil.exe", NULL},
        {"event", "program=C:\\evil.exe", NULL},
        {"activity", "text=C:\\evil.exe", NULL},
        {"delivery", "document=%USERPROFILE%/evil.exe", NULL},
    };
    struct ac_rule_set *set = names("# name\nevil.exe\n");
    struct ac_record *listing;
    json_t *entry = json_object();

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        rc_forget_records();
        rc_record(ac_kind_of(places[i][0]), &places[i][1]);
        cr_expect_eq(rc_findings(rc_assess(set), "LST-NAME"), 1, "%s", places[i][0]);
    }
    rc_forget_records();
    rc_record(AC_KIND_TASK,
              (const char *const[]){"path=\\t", "action=evil.exe", "target=a/evil.exe", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "LST-NAME"), 1);
    rc_forget_records();
    listing = rc_record(AC_KIND_LISTING, (const char *const[]){"path=Users/user1", NULL});
    ac_json_textz(entry, "name", "Evil.exe");
    ac_record_add_object(listing, "entries", entry);
    cr_expect_str_eq(rc_finding(rc_assess(set), "LST-NAME")->subject, "Users/user1/Evil.exe");
    cr_expect_eq(rc_finding(rc_assess(set), "LST-NAME")->strength, AC_SUPPORTING);
}

/* The same file in several records is one finding. */
Test(lists, records_of_one_thing_are_one_finding)
{
    struct ac_rule_set *set = names("evil.exe\n");

    for (unsigned i = 0; i < 3; i++)
        rc_record(AC_KIND_CHANGE, (const char *const[]){"path=Users/evil.exe", NULL});
    cr_expect_eq(rc_findings(rc_assess(set), "LST-NAME"), 1);
    cr_expect_eq(rc_finding(rc_assess(set), "LST-NAME")->n_records, 3);
}

/* ---- known files */

static void listed_autostart(const char *target, const char *id)
{
    struct ac_record *r =
        rc_record(AC_KIND_AUTOSTART,
                  (const char *const[]){"name=one", "mechanism=run", "command=x",
                                        "user_writable=true", "target_state=exists", NULL});

    ac_record_textz(r, "target", target);
    ac_record_textz(r, "target_file", id);
}

Test(lists, known_files_are_marked_where_they_are_only_listed)
{
    struct ac_rule_set *by_path = known("AppData/Local/Vendor/good.exe\n"),
                       *by_digest = known("# vendor\n" SHA256 "  good.exe\n");
    struct ac_assessment *a;

    file("Users/user1/AppData/Local/Vendor/good.exe", SHA256);
    listed_autostart("Users/user1/AppData/Local/Vendor/good.exe", "R-000001");
    listed_autostart("Users/user1/AppData/Local/Other/good.exe", "");
    a = rc_assess(by_path);
    cr_assert_eq(rc_findings(a, "GEN-AUTO"), 2);
    cr_expect_str_eq(a->findings[0]->known_good, "known.txt:1");
    cr_expect_str_eq(a->findings[1]->known_good, "");
    a = rc_assess(by_digest);
    cr_expect_str_eq(a->findings[0]->known_good, "known.txt:2");
    cr_expect_str_eq(a->findings[1]->known_good, "");
}

Test(lists, what_weighs_is_never_known)
{
    const char *known_path = rc_text("known.txt", "AppData/Local/evil.exe\n"),
               *names_path = rc_text("names.txt", "evil.exe\n");
    struct ac_rule_set *set = rc_load(&(struct ac_rule_options){
        .known_good = &known_path, .n_known_good = 1, .names = &names_path, .n_names = 1});

    listed_autostart("Users/user1/AppData/Local/evil.exe", "");
    cr_expect_str_eq(rc_finding(rc_assess(set), "LST-NAME")->known_good, "");
    cr_expect_str_neq(rc_finding(rc_assess(set), "GEN-AUTO")->known_good, "");
}

/* ---- what is refused */

static void expect_refused(enum ac_list_use use, const char *text, const char *place)
{
    const char *path = rc_text("list.txt", text);
    struct ac_rule_options o = {0};

    *(use == AC_LIST_HASHES ? &o.hashes : use == AC_LIST_NAMES ? &o.names : &o.known_good) = &path;
    o.n_hashes = use == AC_LIST_HASHES;
    o.n_names = use == AC_LIST_NAMES;
    o.n_known_good = use == AC_LIST_KNOWN_GOOD;
    cr_expect(strstr(rc_refused(&o), place), "%s: %s", text, rc_refused(&o));
}

Test(lists, malformed_lines_are_refused_with_their_place)
{
    expect_refused(AC_LIST_HASHES, MD5 "\nnothing\n", "list.txt:2: ");
    expect_refused(AC_LIST_HASHES, MD5 "0\n", "list.txt:1: ");
    expect_refused(AC_LIST_HASHES,
                   "\n\n\xFF\xFE"
                   "d\0004",
                   "list.txt:3: ");
    expect_refused(AC_LIST_HASHES, MD5 "x comment\n", "list.txt:1: ");
    expect_refused(AC_LIST_HASHES, "", "list.txt: has no entry");
    expect_refused(AC_LIST_HASHES, "# only a comment\n", "list.txt: has no entry");
    expect_refused(AC_LIST_NAMES, "a.exe\n*\n", "list.txt:2: ");
    expect_refused(AC_LIST_NAMES, "a.exe\n**/*.*\n", "list.txt:2: ");
    expect_refused(AC_LIST_NAMES, "a\xFF.exe\n", "list.txt:1: ");
    expect_refused(AC_LIST_NAMES, "a\x1B.exe\n", "list.txt:1: ");
    expect_refused(AC_LIST_KNOWN_GOOD, "good.exe\n", "list.txt:1: ");
}

Test(lists, memory_may_fail_anywhere)
{
    const char *names_path = rc_text("names.txt", "evil.exe\n*.ocx\n"),
               *hashes_path = rc_text("hashes.txt", MD5 "\n"),
               *known_path = rc_text("known.txt", SHA1 "\na/b*\n");
    struct ac_record *items[3];
    unsigned complete = 0;

    items[0] = rc_record(AC_KIND_FILE, (const char *const[]){"path=evil.exe", "md5=" MD5, NULL});
    items[1] = rc_record(AC_KIND_CHANGE, (const char *const[]){"path=a/b.ocx", NULL});
    listed_autostart("a/bc.exe", "");
    items[2] = rc_record(AC_KIND_SOURCE, NULL);
    for (unsigned long n = 1; n < 400; n++) {
        struct ac_rule_options o = {.names = &names_path,
                                    .n_names = 1,
                                    .hashes = &hashes_path,
                                    .n_hashes = 1,
                                    .known_good = &known_path,
                                    .n_known_good = 1};
        struct ac_rule_set *set = NULL;
        struct ac_assessment a;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_rule_set_load(&o, &set, NULL);
        if (rc == AC_OK)
            rc = ac_assess_with(set, items, 3, &a, NULL);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "allocation %lu: %d", n, rc);
        if (rc == AC_OK) { /* not less than everything */
            cr_expect_eq(rc_findings(&a, "LST-NAME") + rc_findings(&a, "LST-HASH"), 3,
                         "allocation %lu", n);
            complete++;
            ac_assessment_free(&a);
        }
        ac_rule_set_free(set);
    }
    cr_expect_gt(complete, 0);
}
