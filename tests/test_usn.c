/* The change journal: entries of both versions, damage between them, and which of a volume's entries are kept. */
#include "build_ntfs.h"

#include "base/alloc.h"
#include "collect/collect.h"
#include "usn.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct fx_records out;
static struct ac_buf journal;
static char dir[4096];

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&journal);
    fx_rmtree(dir);
}

TestSuite(usn, .init = begin, .fini = end);

/* From the structures that Microsoft publishes: USN_RECORD_V2 (60 bytes before the name), USN_RECORD_V3 (128-bit
 * references, 76 bytes). Records begin at multiples of 8. */
static void entry(unsigned version, uint64_t file, uint64_t parent, uint32_t reason,
                  const char *name)
{
    struct ac_buf text = {0};
    size_t start = journal.n, head = version == 2 ? 60 : 76;

    fx_utf16(&text, name);
    fx_le32(&journal, (uint32_t)((head + text.n + 7) / 8 * 8));
    fx_le16(&journal, version);
    fx_le16(&journal, 0);
    fx_le64(&journal, file);
    if (version == 3)
        fx_le64(&journal, 0);
    fx_le64(&journal, parent);
    if (version == 3)
        fx_le64(&journal, 0);
    fx_le64(&journal, start);
    fx_le64(&journal, fx_time("2021-01-05T08:30:14.5Z"));
    fx_le32(&journal, reason);
    fx_le32(&journal, 0);
    fx_le32(&journal, 0);
    fx_le32(&journal, 0x20);
    fx_le16(&journal, (unsigned)text.n);
    fx_le16(&journal, (unsigned)head);
    ac_buf_add(&journal, text.p, text.n);
    fx_align(&journal, 8);
    ac_buf_free(&text);
}

static enum ac_rc parse(void)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.bytes = fx_view(&journal), .path = "$Extend/$UsnJrnl:$J", .user = ""};

    fx_records_free(&out);
    return ac_parser_usn.parse(&a, &budget, &out.sink, NULL);
}

static const char *reason(const struct ac_record *r, size_t i)
{
    const char *z = json_string_value(json_array_get(ac_record_get_json(r, "reasons"), i));

    return z ? z : "";
}

Test(usn, entries_of_both_versions)
{
    const struct ac_record *r;

    entry(2, BN_REF(70, 3), BN_REF(5, 5), 0x100, "a.exe");
    entry(3, BN_REF(UINT64_C(0xABCDEF012345), 7), BN_REF(5, 5), 0x80000200,
          "\xE8\xAB\x8B\xE6\xB1\x82.dll");
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(out.n, 2);
    r = out.items[0];
    cr_expect_str_eq(ac_record_get(r, "name"), "a.exe");
    cr_expect_str_eq(ac_record_get(r, "file"), "70-3");
    cr_expect_str_eq(ac_record_get(r, "parent"), "5-5");
    cr_expect_eq(ac_record_get_time(r, "time").ticks, fx_time("2021-01-05T08:30:14.5Z"));
    cr_expect_str_eq(reason(r, 0), "file-create");
    cr_expect_str_eq(reason(r, 1), "");
    r = out.items[1];
    cr_expect_str_eq(ac_record_get(r, "name"), "\xE8\xAB\x8B\xE6\xB1\x82.dll");
    cr_expect_str_eq(ac_record_get(r, "file"), "188900966474565-7");
    cr_expect_str_eq(reason(r, 0), "file-delete");
    cr_expect_str_eq(reason(r, 1), "close");
    cr_expect_eq(json_integer_value(ac_record_prov_json(r, "offset")), 72);
}

Test(usn, pages_end_in_zeros_and_damage_is_passed_over)
{
    size_t at;

    entry(2, BN_REF(70, 3), BN_ROOT, 0x100, "first");
    fx_pad_to(&journal, 4096);
    entry(2, BN_REF(71, 3), BN_ROOT, 0x100, "second");
    at = journal.n;
    entry(2, BN_REF(72, 3), BN_ROOT, 0x100, "third");
    entry(2, BN_REF(73, 3), BN_ROOT, 0x100, "fourth");
    journal.p[at + 56] = 2; /* its name is 2 bytes long, */
    journal.p[at + 58] = 9; /* and begins where none can */
    cr_assert_eq(parse(), AC_OK);
    cr_expect_not_null(fx_find(&out, AC_KIND_CHANGE, "name", "first"));
    cr_expect_not_null(fx_find(&out, AC_KIND_CHANGE, "name", "second"));
    cr_expect_null(fx_find(&out, AC_KIND_CHANGE, "name", "third"));
    cr_expect_not_null(fx_find(&out, AC_KIND_CHANGE, "name", "fourth"));
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

Test(usn, cut_anywhere)
{
    size_t whole;

    entry(2, BN_REF(70, 3), BN_ROOT, 0x100, "a");
    entry(3, BN_REF(71, 3), BN_ROOT, 0x100, "b");
    whole = journal.n;
    for (size_t n = 0; n < whole; n++) {
        journal.n = n;
        cr_expect_eq(parse(), AC_OK);
        cr_expect_eq(fx_count(&out, AC_KIND_CHANGE), n >= 64, "%zu bytes", n);
    }
}

Test(usn, an_endless_journal_ends_with_the_budget)
{
    struct ac_budget budget = {100};
    struct ac_artefact a = {.path = "$J", .user = ""};

    for (int i = 0; i < 200; i++)
        entry(2, BN_REF(70, 3), BN_ROOT, 0x100, "a");
    a.bytes = fx_view(&journal);
    cr_expect_eq(ac_parser_usn.parse(&a, &budget, &out.sink, NULL), AC_LIMIT);
    cr_expect_eq(out.n, 100);
}

Test(usn, real_journals)
{
    static const struct {
        const char *path;
        size_t entries; /* the README of the real data */
    } files[] = {{"mft/dfir_ntfs-usnjrnlj.bin", 264}, {"mft/plaso-UsnJrnl.raw", 19}};

    for (size_t i = 0; i < 2; i++) {
        ac_buf_free(&journal);
        if (!fx_load_realdata(files[i].path, &journal))
            cr_skip_test("real data is not here");
        cr_assert_eq(parse(), AC_OK);
        cr_expect_eq(fx_count(&out, AC_KIND_CHANGE), files[i].entries);
        cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    }
    /* the first entry, read by eye from the file's bytes */
    cr_expect_str_eq(ac_record_get(out.items[0], "name"), "Nieuw - Tekstdocument.txt");
    cr_expect_eq(ac_record_get_time(out.items[0], "time").ticks,
                 fx_time("2015-11-30T21:15:27.2031250Z"));
}

/* ---- on a volume */

#define WINDOWS 40U
#define SYSTEM32 41U
#define CONFIG 42U
#define USERS 43U
#define PROFILE 44U
#define GONE 45U
#define EXTEND_JOURNAL 46U
#define FIRST_CLUSTER 100

static void folder(struct bn_volume *v, uint32_t number, uint64_t parent, const char *name)
{
    bn_file(v, number, parent, name, NULL);
}

/* A volume with Windows, a profile, and a journal that begins with a hole of 8 clusters. */
static void write_volume(const char *path)
{
    struct bn_volume v;
    struct bn_record r;
    struct bn_run runs[] = {{BN_HOLE, 8}, {FIRST_CLUSTER, 2}, {0, 0}};

    bn_init(&v, 2 << 20, 4096, NULL);
    folder(&v, WINDOWS, BN_ROOT, "Windows");
    folder(&v, SYSTEM32, BN_REF(WINDOWS, 1), "System32");
    folder(&v, CONFIG, BN_REF(SYSTEM32, 1), "config");
    folder(&v, USERS, BN_ROOT, "Users");
    folder(&v, PROFILE, BN_REF(USERS, 1), "user1");
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, fx_time("2021-01-01T00:00:00Z"), 6);
    bn_name(&r, BN_REF(11, 11), "$UsnJrnl", 3, fx_time("2021-01-01T00:00:00Z"));
    bn_non_resident(&r, 0x80, "$J", 0x8000, 0, 0, runs, 4096, 8 * 4096 + journal.n,
                    8 * 4096 + journal.n);
    bn_put(&v, EXTEND_JOURNAL, &r);
    memcpy(bn_cluster(&v, FIRST_CLUSTER), journal.p, journal.n);
    cr_assert(fx_write(path, v.bytes, v.size));
    bn_free(&v);
}

static const struct ac_record *changed(const char *name)
{
    return fx_find(&out, AC_KIND_CHANGE, "name", name);
}

Test(usn, of_a_volume_what_matters_is_kept)
{
    struct ac_collect_options o = {.evidence_id = "E1", .name = "v.raw"};
    struct ac_collect_result result;
    const struct ac_record *row;
    char path[5000];
    uint64_t next = 1;

    entry(2, BN_REF(70, 3), BN_REF(PROFILE, 1), 0x80000100, "evil.exe");
    entry(2, BN_REF(70, 3), BN_REF(PROFILE, 1), 0x100, "halfway.exe"); /* not closed yet */
    entry(2, BN_REF(71, 3), BN_REF(PROFILE, 1), 0x80000100, "notes.txt");
    entry(2, BN_REF(72, 3), BN_REF(SYSTEM32, 1), 0x80000100, "update.dll");
    entry(2, BN_REF(73, 3), BN_REF(GONE, 9), 0x80000200, "deleted.dll");
    entry(2, BN_REF(74, 3), BN_REF(PROFILE, 2), 0x80000200, "other.exe"); /* the entry was reused */
    snprintf(path, sizeof(path), "%s/v.raw", dir);
    o.path = path;
    write_volume(path);
    cr_assert_eq(ac_collect(&o, &next, &out.sink, &result, NULL), AC_OK);
    cr_assert_not_null(changed("evil.exe"));
    cr_expect_str_eq(ac_record_get(changed("evil.exe"), "path"), "Users/user1/evil.exe");
    cr_expect_null(changed("halfway.exe"));
    cr_expect_null(changed("notes.txt"));
    cr_expect_null(changed("update.dll"));
    cr_assert_not_null(changed("deleted.dll"));
    cr_expect_str_eq(ac_record_get(changed("deleted.dll"), "path"), "", "its folder is not known");
    cr_assert_not_null(changed("other.exe"));
    cr_expect_str_eq(ac_record_get(changed("other.exe"), "path"), "");
    row = fx_find(&out, AC_KIND_SOURCE, "source", "usn");
    cr_assert_not_null(row);
    cr_expect_str_eq(ac_record_get(row, "read"), "complete");
    cr_expect_eq(ac_record_get_int(row, "entries"), 6);
    cr_expect_str_eq(ac_record_prov(changed("evil.exe"), "path"), "$Extend/$UsnJrnl:$J");
}
