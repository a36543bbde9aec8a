/* NTFS on volumes built record by record: names, links, streams, content, times. */
#include "build_ntfs.h"

#include "base/alloc.h"
#include "files/tree.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#define SIZE (4U << 20)
#define CLUSTER 4096U

static struct bn_volume v;
static struct fx_reader reader;
static struct ac_tree *t;

static void start(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    bn_init(&v, SIZE, CLUSTER, NULL);
}

static void stop(void)
{
    ac_tree_close(t);
    t = NULL;
    bn_free(&v);
}

TestSuite(ntfs, .init = start, .fini = stop);

static void open_tree(void)
{
    struct ac_err err = {0};
    char text[500];

    fx_reader_init(&reader, bn_view(&v));
    cr_assert_eq(ac_tree_open_ntfs(&reader.base, &t, &err), AC_OK, "%s",
                 ac_err_text(&err, text, sizeof(text)));
}

static ac_node find(const char *path)
{
    return ac_tree_lookup(t, ac_tree_root(t), ac_str_of(path), false);
}

static const char *path_of(ac_node node)
{
    static struct ac_buf path;

    ac_buf_clear(&path);
    ac_tree_path(t, node, &path);
    return ac_buf_text(&path);
}

static struct ac_node_info info_of(const char *path)
{
    struct ac_node_info info = {.parent = AC_NODE_NONE};
    ac_node node = ac_tree_lookup(t, ac_tree_root(t), ac_str_of(path), true);

    cr_assert_neq(node, AC_NODE_NONE, "%s", path);
    ac_tree_info(t, node, &info);
    return info;
}

static void expect_content(const char *path, const char *want, size_t n)
{
    struct ac_content c = {0};
    struct ac_err err = {0};
    char text[500];

    cr_assert_neq(find(path), AC_NODE_NONE, "%s", path);
    cr_assert_eq(ac_tree_load(t, find(path), 1 << 24, &c, &err), AC_OK, "%s: %s", path,
                 ac_err_text(&err, text, sizeof(text)));
    cr_expect_eq(c.n, n, "%s: %zu", path, c.n);
    cr_expect(c.n == n && memcmp(c.p, want, n) == 0, "%s", path);
    cr_expect_eq(c.gaps.n, 0, "%s", path);
    ac_content_free(&c);
}

Test(ntfs, facts_of_a_volume)
{
    open_tree();
    cr_expect_eq(ac_tree_facts(t)->serial, BN_SERIAL);
    cr_expect_str_eq(ac_tree_facts(t)->label, "Label");
    cr_expect_str_eq(ac_tree_facts(t)->file_system, "NTFS");
    cr_expect_eq(ac_tree_facts(t)->kind, AC_TREE_NTFS);
    cr_expect_eq(ac_tree_facts(t)->entries, 5);
    cr_expect_eq(ac_tree_facts(t)->damaged, 0);
    cr_expect(ac_tree_facts(t)->complete);
    cr_expect_null(ac_tree_facts(t)->problems[0].what);
    cr_expect(info_of("$MFT").flags & AC_NODE_SYSTEM);
    cr_expect_eq(ac_tree_volume_root(t), ac_tree_root(t));
}

Test(ntfs, paths_are_found_in_any_case_and_with_both_separators)
{
    static const char *const same[] = {"Windows/System32/a.exe", "WINDOWS\\system32\\A.EXE",
                                       "/windows//./System32/a.exe", "WINDOW~1/System32/a.exe",
                                       "Windows/System32/a.exe/"};
    struct bn_record r;

    bn_begin(&r, 1, 3, 0);
    bn_standard(&r, 1, 0);
    bn_name(&r, BN_ROOT, "WINDOW~1", 2, 1);
    bn_name(&r, BN_ROOT, "Windows", 1, 1);
    bn_put(&v, 30, &r);
    bn_file(&v, 31, BN_REF(30, 1), "System32", NULL);
    bn_file(&v, 32, BN_REF(31, 1), "a.exe", "MZ");
    bn_file(&v, 33, BN_REF(31, 1), "\xE6\x97\xA5\xE6\x9C\xAC\xC3\xA4.txt", "x");
    open_tree();
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        cr_expect_str_eq(path_of(find(same[i])), "Windows/System32/a.exe", "%s", same[i]);
    cr_expect_eq(find("Windows/System32/b.exe"), AC_NODE_NONE);
    cr_expect_eq(find("Windows/System32/a.exe/x"), AC_NODE_NONE);
    cr_expect_neq(find("windows/system32/\xE6\x97\xA5\xE6\x9C\xAC\xC3\x84.TXT"), AC_NODE_NONE);
    cr_expect_eq(find(""), ac_tree_root(t));
    cr_expect_eq(info_of("Windows/System32/a.exe").entry, 32);
    cr_expect_eq(info_of("Windows/System32/a.exe").size, 2);
    expect_content("Windows/System32/a.exe", "MZ", 2);
}

Test(ntfs, short_names_are_found_but_not_listed)
{
    const ac_node *children;
    struct bn_record r;
    size_t n, shorts = 0;

    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 1, 0);
    bn_name(&r, BN_ROOT, "LONGNA~1.TXT", 2, 1);
    bn_name(&r, BN_ROOT, "long name.txt", 1, 1);
    bn_resident(&r, 0x80, "", "abc", 3);
    bn_put(&v, 30, &r);
    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "ONLY~1", 2, 1); /* no long name: a name like any other */
    bn_put(&v, 31, &r);
    open_tree();
    cr_expect_str_eq(path_of(find("longna~1.txt")), "long name.txt");
    n = ac_tree_children(t, ac_tree_root(t), &children);
    cr_expect_eq(n, 6); /* $MFT $MFTMirr $Volume $Extend and the two */
    for (ac_node i = 0; i < ac_tree_count(t); i++) {
        struct ac_node_info info;

        ac_tree_info(t, i, &info);
        shorts += (info.flags & AC_NODE_SHORT_NAME) != 0;
        if (info.flags & AC_NODE_SHORT_NAME)
            cr_expect_eq(info.size, 3);
    }
    cr_expect_eq(shorts, 1);
    cr_expect_not(info_of("ONLY~1").flags & AC_NODE_SHORT_NAME);
}

Test(ntfs, hard_links_and_streams)
{
    struct bn_record r;

    bn_file(&v, 30, BN_ROOT, "dir", NULL);
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 77, 0);
    bn_name(&r, BN_ROOT, "one", 0, 1);
    bn_name(&r, BN_REF(30, 1), "two", 0, 1);
    bn_resident(&r, 0x80, "", "main", 4);
    bn_resident(&r, 0x80, "Zone.Identifier", "[ZoneTransfer]", 14);
    bn_put(&v, 31, &r);
    open_tree();
    cr_expect_not(info_of("one").flags & AC_NODE_EXTRA_LINK);
    cr_expect(info_of("dir/two").flags & AC_NODE_EXTRA_LINK);
    cr_expect_eq(info_of("dir/two").entry, 31);
    cr_expect_eq(info_of("dir/two").created.ticks, 77);
    expect_content("dir/two", "main", 4);
    expect_content("one:zone.identifier", "[ZoneTransfer]", 14);
    expect_content("dir/two:Zone.Identifier", "[ZoneTransfer]", 14);
    cr_expect_str_eq(path_of(find("dir/two:Zone.Identifier")), "dir/two:Zone.Identifier");
    cr_expect(info_of("one:Zone.Identifier").flags & AC_NODE_STREAM);
    cr_expect_eq(find("one:none"), AC_NODE_NONE);
}

Test(ntfs, times_come_from_both_attributes)
{
    struct ac_node_times times;
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 100, 0);
    bn_name(&r, BN_ROOT, "a", 0, 200);
    bn_name(&r, BN_ROOT, "b", 0, 300);
    bn_put(&v, 30, &r);
    open_tree();
    cr_assert_eq(ac_tree_times(t, find("b"), &times, NULL), AC_OK);
    cr_expect_eq(times.created.ticks, 100);
    cr_expect_eq(times.accessed.ticks, 103);
    cr_expect_eq(times.fn_created.ticks, 300);
    cr_expect_eq(times.fn_modified.ticks, 301);
    cr_expect_eq(info_of("a").modified.ticks, 101);
    cr_assert_eq(ac_tree_times(t, find("a"), &times, NULL), AC_OK);
    cr_expect_eq(times.fn_created.ticks, 200);
}

Test(ntfs, content_in_fragments_with_holes_and_unwritten_ends)
{
    static const struct bn_run runs[] = {{300, 1}, {BN_HOLE, 2}, {290, 1}, {0, 0}};
    size_t size = 4 * CLUSTER - 100, valid = 3 * CLUSTER + 50;
    char *want = ac_calloc(1, size), piece[8];
    struct bn_record r;

    memset(bn_cluster(&v, 300), 'a', CLUSTER);
    memset(bn_cluster(&v, 290), 'b', CLUSTER);
    memset(want, 'a', CLUSTER);
    memset(want + 3 * CLUSTER, 'b', 50);
    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "f", 0, 1);
    bn_non_resident(&r, 0x80, "", 0x8000, 0, 0, runs, CLUSTER, size, valid);
    bn_put(&v, 30, &r);
    open_tree();
    expect_content("f", want, size);
    cr_assert_eq(ac_tree_read(t, find("f"), CLUSTER - 4, piece, 8, NULL, NULL), AC_OK);
    cr_expect_eq(memcmp(piece, "aaaa\0\0\0\0", 8), 0);
    cr_expect_eq(ac_tree_read(t, find("f"), size - 4, piece, 8, NULL, NULL), AC_TRUNCATED);
    cr_expect_eq(ac_tree_read(t, find("f"), UINT64_MAX, piece, 8, NULL, NULL), AC_TRUNCATED);
    ac_free(want);
}

Test(ntfs, content_offset_in_the_image)
{
    static const struct bn_run runs[] = {{300, 1}, {0, 0}};
    struct ac_content c = {0};
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "f", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, runs, CLUSTER, 10, 10);
    bn_put(&v, 30, &r);
    bn_file(&v, 31, BN_ROOT, "resident", "here I am");
    open_tree();
    cr_assert_eq(ac_tree_load(t, find("f"), 100, &c, NULL), AC_OK);
    cr_expect_eq(c.image_offset, 300 * CLUSTER);
    ac_content_free(&c);
    cr_assert_eq(ac_tree_load(t, find("resident"), 100, &c, NULL), AC_OK);
    cr_expect_eq(memcmp(v.bytes + c.image_offset, "here I am", 9), 0);
    ac_content_free(&c);
    cr_expect_eq(ac_tree_load(t, find("resident"), 8, &c, NULL), AC_LIMIT);
    cr_expect_eq(ac_tree_load(t, ac_tree_root(t), 8, &c, NULL), AC_USAGE);
}

/* "abcabcabc..." as LZNT1: three literals and one match of distance 3. MS-XCA 2.5. */
static size_t lznt1_abc(uint8_t *out, size_t repeated)
{
    size_t payload = 1 + 3 + 2;

    out[0] = (uint8_t)((payload - 1) & 0xFF);
    out[1] = 0xB0;
    out[2] = 0x08; /* the fourth item is a match */
    memcpy(out + 3, "abc", 3);
    /* three bytes in: 12 bits of length, 4 of distance */
    out[6] = (uint8_t)((repeated - 3) & 0xFF);
    out[7] = (uint8_t)((repeated - 3) >> 8 | 2 << 4);
    return payload + 2;
}

Test(ntfs, compressed_content)
{
    /* one unit compressed to one cluster, one sparse, one stored as it is */
    static const struct bn_run runs[] = {{300, 1}, {BN_HOLE, 15}, {BN_HOLE, 16}, {310, 16}, {0, 0}};
    size_t size = 48 * CLUSTER;
    char *want = ac_calloc(1, size);
    struct ac_content c = {0};
    struct bn_record r;

    lznt1_abc(bn_cluster(&v, 300), 4093);
    for (size_t i = 0; i < 4096; i++)
        want[i] = "abc"[i % 3];
    memset(bn_cluster(&v, 310), 'z', 16 * CLUSTER);
    memset(want + 32 * CLUSTER, 'z', 16 * CLUSTER);
    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "f", 0, 1);
    bn_non_resident(&r, 0x80, "", 1, 4, 0, runs, CLUSTER, size, size);
    bn_put(&v, 30, &r);
    open_tree();
    expect_content("f", want, size);
    cr_assert_eq(ac_tree_load(t, find("f"), size, &c, NULL), AC_OK);
    cr_expect_eq(c.image_offset, AC_NO_OFFSET);
    ac_content_free(&c);
    ac_tree_close(t);
    /* a distance that reaches before the beginning: that unit is missing, the others are not */
    bn_cluster(&v, 300)[7] = 0xF0;
    open_tree();
    cr_assert_eq(ac_tree_load(t, find("f"), size, &c, NULL), AC_OK);
    cr_expect_eq(c.gaps.n, 1);
    cr_expect_eq(ac_gaps_bytes(&c.gaps), 16 * CLUSTER);
    cr_expect_eq(c.p[size - 1], 'z');
    ac_content_free(&c);
    ac_free(want);
}

Test(ntfs, what_can_not_be_decoded_is_refused_with_its_reason)
{
    static const struct bn_run runs[] = {{300, 1}, {0, 0}};
    static const uint8_t wof[8] = {0x17, 0, 0, 0x80};
    struct ac_content c = {0};
    struct ac_err err = {0};
    struct bn_record r;
    char text[500];

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "efs", 0, 1);
    bn_non_resident(&r, 0x80, "", 0x4000, 0, 0, runs, CLUSTER, 100, 100);
    bn_put(&v, 30, &r);
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 1, 0x400);
    bn_name(&r, BN_ROOT, "wof", 0, 1);
    bn_non_resident(&r, 0x80, "", 0x8000, 0, 0, (struct bn_run[]){{BN_HOLE, 1}, {0, 0}}, CLUSTER,
                    100, 100);
    bn_resident(&r, 0x80, "WofCompressedData", "packed", 6);
    bn_resident(&r, 0xC0, "", wof, sizeof(wof));
    bn_put(&v, 31, &r);
    open_tree();
    cr_expect_eq(ac_tree_load(t, find("efs"), 1000, &c, &err), AC_UNSUPPORTED);
    cr_expect_not_null(strstr(ac_err_text(&err, text, sizeof(text)), "EFS"));
    cr_expect_eq(ac_tree_load(t, find("wof"), 1000, &c, &err), AC_UNSUPPORTED);
    cr_expect_not_null(strstr(ac_err_text(&err, text, sizeof(text)), "WOF"));
    cr_expect(info_of("wof").flags & AC_NODE_REPARSE);
    expect_content("wof:WofCompressedData", "packed", 6);
}

/* A file whose second name, stream and content stand in extension records. */
static void put_spread_file(bool list_is_resident, uint16_t flags, uint16_t sequence)
{
    static const struct bn_run first[] = {{300, 1}, {0, 0}}, second[] = {{310, 1}, {0, 0}},
                               listed[] = {{320, 1}, {0, 0}};
    struct ac_buf list = {0};
    struct bn_record r;

    bn_list_entry(&list, 0x30, "", 0, BN_REF(30, 1), 1);
    bn_list_entry(&list, 0x30, "", 0, BN_REF(31, 1), 0);
    bn_list_entry(&list, 0x80, "", 0, BN_REF(31, 1), 1);
    bn_list_entry(&list, 0x80, "", 1, BN_REF(32, 1), 0);
    bn_list_entry(&list, 0x80, "s", 0, BN_REF(32, 1), 1);
    bn_begin(&r, sequence, flags, 0);
    bn_standard(&r, 50, 0);
    if (list_is_resident) {
        bn_resident(&r, 0x20, "", list.p, list.n);
    } else {
        memcpy(bn_cluster(&v, 320), list.p, list.n);
        bn_non_resident(&r, 0x20, "", 0, 0, 0, listed, CLUSTER, list.n, list.n);
    }
    bn_name(&r, BN_ROOT, "first", 0, 1);
    bn_put(&v, 30, &r);
    bn_begin(&r, 1, flags, BN_REF(30, 1));
    bn_name(&r, BN_ROOT, "second", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, first, CLUSTER, CLUSTER + 5, CLUSTER + 5);
    bn_put(&v, 31, &r);
    bn_begin(&r, 1, flags, BN_REF(30, 1));
    bn_non_resident(&r, 0x80, "", 0, 0, 1, second, CLUSTER, 0, 0);
    bn_resident(&r, 0x80, "s", "stream", 6);
    bn_put(&v, 32, &r);
    memset(bn_cluster(&v, 300), '1', CLUSTER);
    memset(bn_cluster(&v, 310), '2', CLUSTER);
    ac_buf_free(&list);
}

static void expect_spread_file(void)
{
    char want[CLUSTER + 5];

    memset(want, '1', CLUSTER);
    memset(want + CLUSTER, '2', 5);
    open_tree();
    cr_expect_eq(info_of("second").size, CLUSTER + 5);
    cr_expect_eq(info_of("first").size, CLUSTER + 5);
    cr_expect_eq(info_of("second").created.ticks, 50);
    cr_expect_eq(info_of("second").entry, 30);
    expect_content("first", want, sizeof(want));
    expect_content("second", want, sizeof(want));
    expect_content("second:s", "stream", 6);
    expect_content("first:s", "stream", 6);
    cr_expect(ac_tree_facts(t)->complete);
}

Test(ntfs, extension_records_by_resident_list)
{
    put_spread_file(true, 1, 1);
    expect_spread_file();
}

Test(ntfs, extension_records_by_non_resident_list)
{
    put_spread_file(false, 1, 1);
    expect_spread_file();
}

Test(ntfs, extension_records_of_a_deleted_file)
{
    struct ac_content c = {0};
    ac_node node;

    put_spread_file(true, 0, 2); /* deleting raised the sequence number of the base record */
    open_tree();
    cr_expect_eq(find("second"), AC_NODE_NONE);
    node = ac_tree_lookup(t, 0, AC_STR("second"), true);
    cr_assert_neq(node, AC_NODE_NONE);
    cr_assert_eq(ac_tree_load(t, node, 1 << 20, &c, NULL), AC_OK);
    cr_expect_eq(c.n, CLUSTER + 5);
    cr_expect_eq(c.p[CLUSTER], '2');
    ac_content_free(&c);
}

Test(ntfs, a_stale_extension_record_is_left_alone)
{
    put_spread_file(true, 1, 1);
    bn_file(&v, 30, BN_ROOT, "reused", "x");     /* sequence 1, but the extensions say 1 too ... */
    v.bytes[bn_record_place(&v, 30) + 0x10] = 9; /* ... now they do not */
    open_tree();
    cr_expect_eq(find("second"), AC_NODE_NONE);
    cr_expect_eq(find("reused:s"), AC_NODE_NONE);
    expect_content("reused", "x", 1);
}

Test(ntfs, fragmented_mft)
{
    static const struct bn_run runs[] = {{4, 8}, {200, 8}, {100, 16}, {0, 0}};

    bn_free(&v);
    bn_init(&v, SIZE, CLUSTER, runs);
    bn_file(&v, 40, BN_ROOT, "in the second piece", "2");
    bn_file(&v, 120, BN_ROOT, "in the third piece", "3");
    open_tree();
    expect_content("in the second piece", "2", 1);
    expect_content("in the third piece", "3", 1);
}

Test(ntfs, mft_with_clusters_smaller_than_a_record)
{
    static const struct bn_run runs[] = {{41, 61}, {300, 1}, {500, 66}, {0, 0}};

    bn_free(&v);
    bn_init(&v, 1 << 20, 512, runs);
    bn_file(&v, 30, BN_ROOT, "a", "1");
    bn_file(&v, 32, BN_ROOT, "b", "2");
    open_tree();
    expect_content("b", "2", 1);
}

/* $MFT's own run list goes on in an extension record. */
Test(ntfs, mft_with_an_attribute_list)
{
    static const struct bn_run first[] = {{4, 8}, {0, 0}}, second[] = {{200, 8}, {0, 0}};
    static const struct bn_run all[] = {{4, 8}, {200, 8}, {0, 0}};
    struct ac_buf list = {0};
    struct bn_record r;

    bn_free(&v);
    bn_init(&v, SIZE, CLUSTER, all);
    bn_list_entry(&list, 0x80, "", 0, BN_REF(0, 1), 2);
    bn_list_entry(&list, 0x80, "", 8, BN_REF(20, 1), 0);
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 10, 6);
    bn_resident(&r, 0x20, "", list.p, list.n);
    bn_name(&r, BN_ROOT, "$MFT", 3, 10);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, first, CLUSTER, 16 * CLUSTER, 16 * CLUSTER);
    bn_put(&v, 0, &r);
    bn_begin(&r, 1, 1, BN_REF(0, 1));
    bn_non_resident(&r, 0x80, "", 0, 0, 8, second, CLUSTER, 0, 0);
    bn_put(&v, 20, &r);
    bn_file(&v, 40, BN_ROOT, "in the second piece", "2");
    open_tree();
    expect_content("in the second piece", "2", 1);
    cr_expect(ac_tree_facts(t)->complete);
    ac_buf_free(&list);
}

Test(ntfs, deleted_files_and_orphans)
{
    struct bn_record r;

    bn_file(&v, 30, BN_ROOT, "dir", NULL);
    bn_begin(&r, 5, 2, 0); /* a deleted folder: its number was 4 when files were put into it */
    bn_name(&r, BN_ROOT, "gone", 0, 1);
    bn_put(&v, 31, &r);
    bn_begin(&r, 2, 0, 0);
    bn_standard(&r, 1, 0);
    bn_name(&r, BN_REF(31, 4), "inside", 0, 1);
    bn_resident(&r, 0x80, "", "old", 3);
    bn_put(&v, 32, &r);
    bn_begin(&r, 2, 0, 0);
    bn_standard(&r, 1, 0);
    bn_name(&r, BN_REF(30, 7), "orphan", 0, 1); /* entry 30 was another folder then */
    bn_put(&v, 33, &r);
    bn_begin(&r, 2, 0, 0);
    bn_standard(&r, 1, 0);
    bn_put(&v, 34, &r); /* no name at all */
    bn_file(&v, 35, BN_ROOT, "twice", "new");
    bn_begin(&r, 2, 0, 0);
    bn_standard(&r, 1, 0);
    bn_name(&r, BN_ROOT, "twice", 0, 1);
    bn_put(&v, 36, &r);
    open_tree();
    cr_expect_eq(find("gone/inside"), AC_NODE_NONE);
    cr_expect(info_of("gone/inside").flags & AC_NODE_DELETED);
    cr_expect_eq(info_of("gone/inside").entry, 32);
    cr_expect(info_of("$OrphanFiles/orphan").flags & AC_NODE_ORPHAN);
    cr_expect(info_of("$OrphanFiles/orphan").flags & AC_NODE_DELETED);
    cr_expect(info_of("$OrphanFiles/OrphanFile-34").flags & AC_NODE_PARTIAL);
    cr_expect(info_of("$OrphanFiles").flags & AC_NODE_VIRTUAL);
    cr_expect_eq(info_of("twice").entry, 35);
    cr_expect(ac_tree_facts(t)->complete); /* deleted files are no damage */
}

Test(ntfs, names_that_do_not_convert_can_still_be_looked_up)
{
    struct bn_record r;
    ac_node node;

    bn_file(&v, 30, BN_ROOT, "a/b", "1"); /* can not be a path of two folders */
    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "q?", 0, 1);
    /* the name's second character becomes a lone surrogate */
    r.b.p[0x38 + 0x18 + 66 + 2] = 0x00;
    r.b.p[0x38 + 0x18 + 66 + 3] = (char)0xD8;
    bn_resident(&r, 0x80, "", "2", 1);
    bn_put(&v, 31, &r);
    open_tree();
    cr_expect_eq(find("a/b"), AC_NODE_NONE);
    expect_content("a\\u{2F}b", "1", 1);
    node = find("q\\u{D800}");
    cr_assert_neq(node, AC_NODE_NONE);
    expect_content(path_of(node), "2", 1);
}

Test(ntfs, last_write_in_the_index_of_the_parent)
{
    static const struct bn_run runs[] = {{330, 2}, {0, 0}};
    struct ac_buf in_root = {0}, in_block = {0}, root = {0}, stale = {0};
    struct ac_filetime when = {0};
    struct bn_record r;

    bn_index_entry(&in_root, BN_REF(31, 1), BN_REF(30, 1), "a", 500);
    bn_index_entry(&in_root, 0, 0, NULL, 0);
    bn_index_entry(&in_block, BN_REF(32, 1), BN_REF(30, 1), "b", 600);
    bn_index_entry(&in_block, 0, 0, NULL, 0);
    bn_index_entry(&stale, BN_REF(33, 1), BN_REF(30, 1), "c", 700);
    bn_index_entry(&stale, 0, 0, NULL, 0);
    bn_index_root(&root, &in_root);
    bn_index_block(bn_cluster(&v, 330), 0, &in_block);
    bn_index_block(bn_cluster(&v, 331), 1, &stale);
    bn_begin(&r, 1, 3, 0);
    bn_name(&r, BN_ROOT, "dir", 0, 1);
    bn_resident(&r, 0x90, "$I30", root.p, root.n);
    bn_non_resident(&r, 0xA0, "$I30", 0, 0, 0, runs, CLUSTER, 2 * CLUSTER, 2 * CLUSTER);
    bn_resident(&r, 0xB0, "$I30", "\x01\0\0\0\0\0\0\0", 8); /* block 1 is not in use */
    bn_put(&v, 30, &r);
    bn_file(&v, 31, BN_REF(30, 1), "a", NULL);
    bn_file(&v, 32, BN_REF(30, 1), "b", NULL);
    bn_file(&v, 33, BN_REF(30, 1), "c", NULL);
    open_tree();
    cr_assert_eq(ac_tree_index_modified(t, find("dir/a"), &when, NULL), AC_OK);
    cr_expect_eq(when.ticks, 501);
    cr_assert_eq(ac_tree_index_modified(t, find("dir/b"), &when, NULL), AC_OK);
    cr_expect_eq(when.ticks, 601);
    cr_expect_eq(ac_tree_index_modified(t, find("dir/c"), &when, NULL), AC_NOT_FOUND);
    cr_expect_eq(ac_tree_index_modified(t, ac_tree_root(t), &when, NULL), AC_NOT_FOUND);
    bn_cluster(&v, 330)[510] ^= 1; /* a torn block: not "not found" but damaged */
    cr_expect_eq(ac_tree_index_modified(t, find("dir/b"), &when, NULL), AC_CORRUPT);
    ac_buf_free(&in_root);
    ac_buf_free(&in_block);
    ac_buf_free(&root);
    ac_buf_free(&stale);
}

struct left {
    char names[200];
    unsigned n;
    uint64_t modified, offset, size;
};

static enum ac_rc left_over(void *context, const struct ac_index_slack *found)
{
    struct left *l = context;

    strncat(l->names, found->name.p, found->name.n);
    strcat(l->names, " ");
    l->modified = found->times.fn_modified.ticks;
    l->offset = found->offset;
    l->n++;
    return AC_OK;
}

/* A block keeps what its entries were before: behind the last one, and whole when it is not in use. */
Test(ntfs, index_slack)
{
    struct bn_run runs[] = {{330, 2}, {0, 0}};
    struct ac_buf in_root = {0}, in_block = {0}, gone = {0}, stale = {0}, root = {0};
    struct bn_record r;
    struct left l = {0};
    size_t end;

    bn_index_entry(&in_root, 0, 0, NULL, 0);
    bn_index_entry(&in_block, BN_REF(32, 1), BN_REF(30, 1), "b", 600);
    bn_index_entry(&in_block, 0, 0, NULL, 0);
    bn_index_entry(&gone, BN_REF(40, 7), BN_REF(30, 1), "evil.exe", 700);
    bn_index_entry(&gone, BN_REF(41, 1), BN_REF(99, 1), "of another folder", 700);
    bn_index_entry(&stale, BN_REF(42, 1), BN_REF(30, 1), "stale.dll", 800);
    bn_index_entry(&stale, 0, 0, NULL, 0);
    bn_index_root(&root, &in_root);
    end = in_block.n;
    ac_buf_add(&in_block, gone.p, gone.n);
    bn_index_block(bn_cluster(&v, 330), 0, &in_block);
    /* the block ends behind b: header at 0x18, its end at +4 */
    ac_buf_clear(&gone);
    fx_le32(&gone, ac_le32(bn_cluster(&v, 330) + 0x18) + (uint32_t)end);
    memcpy(bn_cluster(&v, 330) + 0x1C, gone.p, 4);
    bn_index_block(bn_cluster(&v, 331), 1, &stale);
    bn_begin(&r, 1, 3, 0);
    bn_name(&r, BN_ROOT, "dir", 0, 1);
    bn_resident(&r, 0x90, "$I30", root.p, root.n);
    bn_non_resident(&r, 0xA0, "$I30", 0, 0, 0, runs, CLUSTER, 2 * CLUSTER, 2 * CLUSTER);
    bn_resident(&r, 0xB0, "$I30", "\x01\0\0\0\0\0\0\0", 8);
    bn_put(&v, 30, &r);
    bn_file(&v, 32, BN_REF(30, 1), "b", NULL);
    open_tree();
    cr_assert_eq(ac_tree_index_slack(t, find("dir"), left_over, &l, NULL), AC_OK);
    cr_expect_str_eq(l.names, "evil.exe stale.dll ");
    cr_expect_eq(l.modified, 801);
    cr_expect_eq(l.offset / CLUSTER, 1, "%llu", (unsigned long long)l.offset);
    bn_cluster(&v, 330)[510] ^= 1;
    l = (struct left){0};
    cr_expect_eq(ac_tree_index_slack(t, find("dir"), left_over, &l, NULL), AC_CORRUPT);
    cr_expect_str_eq(l.names, "stale.dll ", "the rest is told all the same");
    ac_buf_free(&in_root);
    ac_buf_free(&in_block);
    ac_buf_free(&gone);
    ac_buf_free(&stale);
    ac_buf_free(&root);
}

Test(ntfs, the_index_is_compact_and_mft_is_read_in_large_pieces)
{
    enum { FILES = 20000 };
    static const struct bn_run runs[] = {{4, FILES / 4 + 100}, {0, 0}};
    char name[64];

    bn_free(&v);
    bn_init(&v, (size_t)(FILES + 8192) * 1024, CLUSTER, runs);
    for (uint32_t i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "a file of usual length %05u.dll", i);
        bn_file(&v, 64 + i, BN_ROOT, name, "");
    }
    open_tree();
    cr_expect_eq(ac_tree_facts(t)->entries, FILES + 5);
    cr_expect_neq(find("A FILE OF USUAL LENGTH 19999.DLL"), AC_NODE_NONE);
    cr_expect_leq(reader.reads, FILES * 1024 / (512 * 1024) + 24);
}

Test(ntfs, every_allocation_may_fail)
{
    struct ac_content c = {0};
    unsigned long n;

    put_spread_file(false, 1, 1);
    for (n = 1; n < 10000; n++) {
        struct ac_tree *tree = NULL;
        enum ac_rc rc;

        fx_reader_init(&reader, bn_view(&v));
        ac_alloc_fail_at(n);
        rc = ac_tree_open_ntfs(&reader.base, &tree, NULL);
        if (rc == AC_OK)
            rc = ac_tree_load(tree, ac_tree_lookup(tree, 0, AC_STR("second"), false), 1 << 20, &c,
                              NULL);
        if (rc == AC_OK)
            ac_content_free(&c);
        ac_tree_close(tree);
        if (rc == AC_OK && n > 60)
            break;
    }
    ac_alloc_fail_at(0);
    cr_expect_lt(n, 10000);
}
