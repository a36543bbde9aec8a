/* Marks of the web on a volume: of documents, in both encodings, of deleted files, and none of what is no document. */
#include "build_ntfs.h"

#include "collect/collect.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct fx_records out;
static struct bn_volume v;
static char dir[4096];

#define WINDOWS 40U
#define SYSTEM32 41U
#define CONFIG 42U
#define USERS 43U
#define PROFILE 44U

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    bn_init(&v, 2 << 20, 4096, NULL);
    bn_file(&v, WINDOWS, BN_ROOT, "Windows", NULL);
    bn_file(&v, SYSTEM32, BN_REF(WINDOWS, 1), "System32", NULL);
    bn_file(&v, CONFIG, BN_REF(SYSTEM32, 1), "config", NULL);
    bn_file(&v, USERS, BN_ROOT, "Users", NULL);
    bn_file(&v, PROFILE, BN_REF(USERS, 1), "user1", NULL);
}

static void end(void)
{
    bn_free(&v);
    fx_records_free(&out);
    fx_rmtree(dir);
}

TestSuite(zone_marks, .init = begin, .fini = end);

static void marked(uint32_t number, const char *name, uint16_t flags, const void *mark, size_t n)
{
    struct bn_record r;

    bn_begin(&r, 1, flags, 0);
    bn_standard(&r, fx_time("2021-01-05T08:28:40Z"), 0x20);
    bn_name(&r, BN_REF(PROFILE, 1), name, 3, fx_time("2021-01-05T08:28:40Z"));
    bn_resident(&r, 0x80, "", "x", 1);
    bn_resident(&r, 0x80, "Zone.Identifier", mark, n);
    bn_put(&v, number, &r);
}

static void collect(void)
{
    struct ac_collect_options o = {.evidence_id = "E1", .name = "v.raw"};
    struct ac_collect_result result;
    char path[5000];
    uint64_t next = 1;

    snprintf(path, sizeof(path), "%s/v.raw", dir);
    cr_assert(fx_write(path, v.bytes, v.size));
    o.path = path;
    cr_assert_eq(ac_collect(&o, &next, &out.sink, &result, NULL), AC_OK);
}

static const struct ac_record *of(const char *path)
{
    return fx_find(&out, AC_KIND_DELIVERY, "document", path);
}

Test(zone_marks, where_a_document_came_from)
{
    static const char mark[] =
        "[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://mail.example.org/\r\n"
        "HostUrl=https://example.org/INV.doc\r\n";
    const struct ac_record *r;

    marked(50, "INV.doc", 1, mark, sizeof(mark) - 1);
    marked(51, "notes.txt", 1, mark, sizeof(mark) - 1);
    collect();
    r = of("Users/user1/INV.doc");
    cr_assert_not_null(r);
    cr_expect_str_eq(ac_record_get(r, "artefact"), "zone-mark");
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_eq(ac_record_get_int(r, "zone"), 3);
    cr_expect_str_eq(ac_record_get(r, "referrer"), "https://mail.example.org/");
    cr_expect_str_eq(ac_record_get(r, "host"), "https://example.org/INV.doc");
    cr_expect_eq(ac_record_get_time(r, "document_created").ticks, fx_time("2021-01-05T08:28:40Z"));
    cr_expect_str_eq(ac_record_prov(r, "mft"), "50-1");
    cr_expect_null(of("Users/user1/notes.txt"));
    r = fx_find(&out, AC_KIND_SOURCE, "source", "zone-marks");
    cr_assert_not_null(r);
    cr_expect_eq(ac_record_get_int(r, "entries"), 1);
    cr_expect_str_eq(ac_record_get(r, "read"), "complete");
}

Test(zone_marks, other_encodings_deleted_files_and_nonsense)
{
    static const char odd[] = "ZoneId=33\r\nXHostUrl=no\r\nHostUrl=\xFF\x1b[2J";
    struct ac_buf wide = {0};

    fx_le16(&wide, 0xFEFF);
    fx_utf16(&wide, "[ZoneTransfer]\nZoneId=4\nHostUrl=about:internet");
    marked(50, "wide.zip", 1, wide.p, wide.n);
    marked(51, "gone.exe", 0, "[ZoneTransfer]\r\nZoneId=3", 24);
    marked(52, "odd.js", 1, odd, sizeof(odd) - 1);
    collect();
    cr_assert_not_null(of("Users/user1/wide.zip"));
    cr_expect_eq(ac_record_get_int(of("Users/user1/wide.zip"), "zone"), 4);
    cr_expect_str_eq(ac_record_get(of("Users/user1/wide.zip"), "host"), "about:internet");
    cr_assert_not_null(of("Users/user1/gone.exe"));
    cr_expect_str_eq(ac_record_prov(of("Users/user1/gone.exe"), "state"), "deleted");
    cr_assert_not_null(of("Users/user1/odd.js"));
    cr_expect_null(ac_record_get_json(of("Users/user1/odd.js"), "zone"));
    cr_expect(strstr(ac_record_get(of("Users/user1/odd.js"), "host"), "\\x{FF}"));
    ac_buf_free(&wide);
}
