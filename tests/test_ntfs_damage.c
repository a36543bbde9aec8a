/* NTFS volumes that are damaged, cut, or made by an enemy. */
#include "build_ntfs.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "files/tree.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

#define SIZE (2U << 20)
#define CLUSTER 4096U

static struct bn_volume v;
static struct fx_reader reader;
static struct ac_tree *t;

static void start(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    bn_init(&v, SIZE, CLUSTER, NULL);
    bn_file(&v, 30, BN_ROOT, "dir", NULL);
    bn_file(&v, 31, BN_REF(30, 1), "file", "content");
    bn_file(&v, 32, BN_ROOT, "other", "second");
}

static void stop(void)
{
    ac_tree_close(t);
    t = NULL;
    bn_free(&v);
}

TestSuite(ntfs_damage, .init = start, .fini = stop);

static enum ac_rc try_open(void)
{
    fx_reader_init(&reader, bn_view(&v));
    return ac_tree_open_ntfs(&reader.base, &t, NULL);
}

static ac_node find(const char *path)
{
    return ac_tree_lookup(t, 0, ac_str_of(path), false);
}

static bool has_problem(const char *where, const char *what)
{
    for (const struct ac_tree_problem *p = ac_tree_facts(t)->problems; p->what; p++) {
        if (strcmp(p->where, where) == 0 && strstr(p->what, what))
            return true;
    }
    return false;
}

static void expect_files(const char *where, const char *what)
{
    struct ac_content c = {0};

    cr_assert_eq(try_open(), AC_OK);
    cr_assert_neq(find("dir/file"), AC_NODE_NONE);
    cr_assert_eq(ac_tree_load(t, find("dir/file"), 100, &c, NULL), AC_OK);
    cr_expect_eq(c.n, 7);
    ac_content_free(&c);
    cr_expect_not(ac_tree_facts(t)->complete);
    cr_expect(has_problem(where, what), "%s: %s", where, what);
}

Test(ntfs_damage, boot_sector_gone)
{
    memset(v.bytes, 0xA5, 512);
    expect_files("$Boot", "its copy");
    cr_expect_eq(ac_tree_facts(t)->serial, BN_SERIAL);
}

Test(ntfs_damage, boot_sector_gone_and_something_follows_the_volume)
{
    struct ac_buf longer = {0};

    ac_buf_add(&longer, v.bytes, v.size);
    fx_zero(&longer, 512 * 3);
    memset(longer.p, 0, 512);
    fx_reader_init(&reader, fx_view(&longer));
    cr_assert_eq(ac_tree_open_ntfs(&reader.base, &t, NULL), AC_OK);
    cr_expect_neq(find("dir/file"), AC_NODE_NONE);
    ac_tree_close(t);
    t = NULL;
    ac_buf_free(&longer);
}

Test(ntfs_damage, boot_sector_points_elsewhere)
{
    v.bytes[0x30] = 77; /* no $MFT there */
    v.bytes[0x38] = 78;
    expect_files("$Boot", "its copy");
}

Test(ntfs_damage, both_boot_sectors_gone)
{
    memset(v.bytes, 0, 512);
    memset(v.bytes + v.size - 512, 0, 512);
    expect_files("$Boot", "worked out from $MFT");
    cr_expect_eq(ac_tree_facts(t)->serial, 0);
}

Test(ntfs_damage, record_0_gone)
{
    memset(v.bytes + bn_record_place(&v, 0), 0, BN_RECORD);
    expect_files("$MFT", "copy in $MFTMirr");
    cr_expect_neq(find("$MFT"), AC_NODE_NONE);
}

Test(ntfs_damage, record_0_and_its_copy_gone)
{
    memset(v.bytes + bn_record_place(&v, 0), 0, BN_RECORD);
    memset(bn_cluster(&v, v.mirror_lcn), 0, BN_RECORD);
    expect_files("$MFT", "one piece");
}

Test(ntfs_damage, nothing_left)
{
    memset(v.bytes, 0, v.size);
    cr_expect_eq(try_open(), AC_NOT_FOUND);
    memcpy(v.bytes + 3, "-FVE-FS-", 8);
    cr_expect_eq(try_open(), AC_UNSUPPORTED);
    v.size = 100;
    cr_expect_eq(try_open(), AC_TRUNCATED);
    v.size = 0;
    cr_expect_eq(try_open(), AC_TRUNCATED);
}

Test(ntfs_damage, record_of_the_volume_file_gone)
{
    memset(v.bytes + bn_record_place(&v, 3), 0xFF, BN_RECORD);
    expect_files("$MFT", "record 3 is damaged");
    cr_expect_str_eq(ac_tree_facts(t)->label, "Label");
}

Test(ntfs_damage, root_gone)
{
    memset(v.bytes + bn_record_place(&v, 5), 0xFF, BN_RECORD);
    expect_files(".", "root is damaged");
    cr_expect_eq(ac_tree_facts(t)->damaged, 1);
}

Test(ntfs_damage, torn_record)
{
    struct ac_node_info info;

    v.bytes[bn_record_place(&v, 31) + 1023] ^= 1;
    cr_assert_eq(try_open(), AC_OK);
    cr_assert_neq(find("dir/file"), AC_NODE_NONE);
    ac_tree_info(t, find("dir/file"), &info);
    cr_expect(info.flags & AC_NODE_PARTIAL);
    cr_expect(has_problem("dir/file", "update sequence"));
    cr_expect_eq(ac_tree_facts(t)->damaged, 1);
}

Test(ntfs_damage, content_of_a_torn_record_is_not_vouched_for)
{
    struct ac_content c = {0};

    v.bytes[bn_record_place(&v, 31) + 1023] ^= 1;
    cr_assert_eq(try_open(), AC_OK);
    cr_assert_eq(ac_tree_load(t, find("dir/file"), 100, &c, NULL), AC_OK);
    cr_expect_eq(ac_gaps_bytes(&c.gaps), 7);
    ac_content_free(&c);
}

Test(ntfs_damage, unreadable_part_of_mft)
{
    fx_reader_init(&reader, bn_view(&v));
    reader.bad_off = bn_record_place(&v, 31) + 100;
    reader.bad_len = 10;
    cr_assert_eq(ac_tree_open_ntfs(&reader.base, &t, NULL), AC_OK);
    cr_expect_eq(find("dir/file"), AC_NODE_NONE);
    cr_expect_neq(find("other"), AC_NODE_NONE);
    cr_expect_eq(ac_tree_facts(t)->damaged, 1);
    cr_expect(has_problem("$MFT", "entry 31: the MFT record is unreadable"));
}

Test(ntfs_damage, a_record_that_should_be_there_is_missed)
{
    static const struct bn_run mft[] = {{4, 16}, {0, 0}};
    static const uint8_t bitmap[8] = {0x2B, 0x08, 0, 0xC0, 1, 0, 0, 0}; /* 0 1 3 5 11, 30 to 32 */
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "$MFT", 3, 10);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, mft, CLUSTER, 16 * CLUSTER, 16 * CLUSTER);
    bn_resident(&r, 0xB0, "", bitmap, sizeof(bitmap));
    bn_put(&v, 0, &r);
    cr_assert_eq(try_open(), AC_OK);
    cr_expect(ac_tree_facts(t)->complete);
    ac_tree_close(t);
    t = NULL;
    memset(v.bytes + bn_record_place(&v, 31), 0, BN_RECORD);
    cr_assert_eq(try_open(), AC_OK);
    cr_expect_not(ac_tree_facts(t)->complete);
    cr_expect(has_problem("$MFT", "entry 31: there is no MFT record where one should be"));
}

Test(ntfs_damage, content_behind_the_end_of_the_image)
{
    static const struct bn_run runs[] = {{400, 2}, {0, 0}};
    struct ac_content c = {0};
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "cut", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, runs, CLUSTER, 2 * CLUSTER, 2 * CLUSTER);
    bn_put(&v, 40, &r);
    memset(bn_cluster(&v, 400), 'x', 2 * CLUSTER);
    v.size = 401 * CLUSTER + 100;
    cr_assert_eq(try_open(), AC_OK);
    cr_expect_not(ac_tree_facts(t)->complete);
    cr_assert_eq(ac_tree_load(t, find("cut"), 1 << 20, &c, NULL), AC_OK);
    cr_expect_eq(ac_gaps_bytes(&c.gaps), CLUSTER - 100);
    cr_expect_eq(c.p[CLUSTER + 99], 'x');
    cr_expect_eq(c.p[CLUSTER + 100], 0);
    ac_content_free(&c);
    v.size = SIZE;
}

Test(ntfs_damage, unreadable_content_is_a_gap)
{
    static const struct bn_run runs[] = {{400, 1}, {300, 1}, {0, 0}};
    struct ac_gaps gaps = {0};
    char buf[CLUSTER];
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "f", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, runs, CLUSTER, 2 * CLUSTER, 2 * CLUSTER);
    bn_put(&v, 40, &r);
    cr_assert_eq(try_open(), AC_OK);
    reader.bad_off = 300 * CLUSTER + 10;
    reader.bad_len = 20;
    cr_expect_eq(ac_tree_read(t, find("f"), 100, buf, CLUSTER, &gaps, NULL), AC_IO);
    cr_assert_eq(gaps.n, 1);
    cr_expect_eq(gaps.items[0].off, CLUSTER + 10);
    cr_expect_eq(gaps.items[0].len, 20);
    ac_gaps_free(&gaps);
    cr_expect_eq(ac_tree_read(t, find("f"), 0, buf, CLUSTER, NULL, NULL), AC_OK);
}

Test(ntfs_damage, run_list_shorter_than_the_size)
{
    static const struct bn_run runs[] = {{400, 1}, {0, 0}};
    struct ac_content c = {0};
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "f", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, runs, CLUSTER, 3 * CLUSTER, 3 * CLUSTER);
    bn_put(&v, 40, &r);
    cr_assert_eq(try_open(), AC_OK);
    cr_assert_eq(ac_tree_load(t, find("f"), 1 << 20, &c, NULL), AC_OK);
    cr_expect_eq(ac_gaps_bytes(&c.gaps), 2 * CLUSTER);
    ac_content_free(&c);
}

Test(ntfs_damage, hostile_run_lists)
{
    static const struct bn_run outside[] = {{5000, 1}, {0, 0}};
    static const struct bn_run endless[] = {{BN_HOLE, 0xFFFFFFFF}, {0, 0}};
    struct ac_content c = {0};
    struct bn_record r;

    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "outside", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, outside, CLUSTER, CLUSTER, CLUSTER);
    bn_put(&v, 40, &r);
    bn_begin(&r, 1, 1, 0);
    bn_name(&r, BN_ROOT, "endless", 0, 1);
    bn_non_resident(&r, 0x80, "", 0, 0, 0, endless, CLUSTER, UINT64_MAX, UINT64_MAX);
    bn_put(&v, 41, &r);
    cr_assert_eq(try_open(), AC_OK);
    cr_assert_eq(ac_tree_load(t, find("outside"), 1 << 20, &c, NULL), AC_OK);
    cr_expect_eq(ac_gaps_bytes(&c.gaps), CLUSTER);
    ac_content_free(&c);
    cr_expect_eq(ac_tree_load(t, find("endless"), 1 << 20, &c, NULL), AC_LIMIT);
}

Test(ntfs_damage, folders_that_are_their_own_ancestors)
{
    struct ac_buf path = {0};
    ac_node node;

    bn_file(&v, 40, BN_REF(41, 1), "a", NULL);
    bn_file(&v, 41, BN_REF(42, 1), "b", NULL);
    bn_file(&v, 42, BN_REF(40, 1), "c", NULL);
    bn_file(&v, 43, BN_REF(43, 1), "self", NULL);
    bn_file(&v, 44, BN_REF(41, 1), "leaf", "x");
    cr_assert_eq(try_open(), AC_OK);
    node = ac_tree_lookup(t, 0, AC_STR("$OrphanFiles/self"), true);
    cr_expect_neq(node, AC_NODE_NONE);
    for (ac_node i = 0; i < ac_tree_count(t); i++) {
        struct ac_node_info info;

        ac_tree_info(t, i, &info);
        if (info.entry != 44)
            continue;
        ac_tree_path(t, i, &path);
        cr_expect(ac_str_istarts(ac_buf_str(&path), AC_STR("$OrphanFiles/")));
        cr_expect(ac_str_iends(ac_buf_str(&path), AC_STR("/b/leaf")));
        cr_expect(info.flags & AC_NODE_ORPHAN);
        cr_expect_eq(ac_tree_lookup(t, 0, ac_buf_str(&path), false), i);
    }
    cr_expect_not(ac_tree_facts(t)->complete);
    ac_buf_free(&path);
}

Test(ntfs_damage, paths_deeper_than_any_real_one)
{
    enum { FIRST = 64, LEVELS = 3000 };
    static const struct bn_run runs[] = {{4, (FIRST + LEVELS) / 4 + 1}, {0, 0}};
    struct ac_buf path = {0};

    bn_free(&v);
    bn_init(&v, 8 << 20, CLUSTER, runs);
    for (uint32_t i = 0; i < LEVELS; i++) { /* the deepest first: the walk up is long */
        char name[16];

        snprintf(name, sizeof(name), "d%u", i);
        bn_file(&v, FIRST + i, i == LEVELS - 1 ? BN_ROOT : BN_REF(FIRST + i + 1, 1), name, NULL);
    }
    cr_assert_eq(try_open(), AC_OK);
    cr_expect(has_problem("$MFT", "more than 512 levels"));
    for (ac_node i = 0; i < ac_tree_count(t); i++) {
        ac_buf_clear(&path);
        ac_tree_path(t, i, &path);
        cr_assert_leq(path.n, 6 * AC_MAX_PATH_DEPTH + 20);
        cr_assert(i == 0 || ac_tree_lookup(t, 0, ac_buf_str(&path), true) != AC_NODE_NONE);
    }
    ac_buf_free(&path);
}

Test(ntfs_damage, an_attribute_list_of_strangers_is_soon_not_believed)
{
    static const struct bn_run runs[] = {{400, 32}, {0, 0}};
    struct ac_node_times times;
    struct ac_buf list = {0};
    struct bn_record r;
    uint64_t before;

    for (unsigned i = 0; i < 3000; i++)
        bn_list_entry(&list, 0x80, "", i, BN_REF(31 + i % 2, 1), 0);
    memcpy(bn_cluster(&v, 400), list.p, list.n);
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, 1, 0);
    bn_non_resident(&r, 0x20, "", 0, 0, 0, runs, CLUSTER, list.n, list.n);
    bn_name(&r, BN_ROOT, "f", 0, 1);
    bn_put(&v, 40, &r);
    cr_assert_eq(try_open(), AC_OK);
    before = reader.reads;
    cr_expect_eq(ac_tree_times(t, find("f"), &times, NULL), AC_OK);
    cr_expect_lt(reader.reads - before, 64);
    ac_buf_free(&list);
}

Test(ntfs_damage, thousands_of_names_and_streams_of_one_file)
{
    enum { FIRST = 64, RECORDS = 2000 };
    static const struct bn_run runs[] = {{4, (FIRST + RECORDS) / 4 + 1}, {0, 0}};
    struct bn_record r;

    bn_free(&v);
    bn_init(&v, 8 << 20, CLUSTER, runs);
    bn_file(&v, 40, BN_ROOT, "f", "");
    for (uint32_t i = 0; i < RECORDS; i++) {
        bn_begin(&r, 1, 1, BN_REF(40, 1));
        for (char c = 'a'; c < 'g'; c++)
            bn_name(&r, BN_ROOT, (char[]){c, 0}, c % 2 ? 2 : 0, 1);
        for (char c = 'a'; c < 'g'; c++)
            bn_resident(&r, 0x80, (char[]){c, 0}, "", 0);
        bn_put(&v, FIRST + i, &r);
    }
    cr_assert_eq(try_open(), AC_OK); /* 12,000 names times 12,000 streams are not made */
    cr_expect_lt(ac_tree_count(t), 200000);
    cr_expect(has_problem("$MFT", "so many names and streams"));
}

Test(ntfs_damage, truncated_anywhere)
{
    for (size_t n = 0; n <= 20 * CLUSTER; n += 301) {
        v.size = n;
        if (try_open() == AC_OK)
            cr_assert_not(ac_tree_facts(t)->complete);
        ac_tree_close(t);
        t = NULL;
    }
    v.size = SIZE;
}

/* Any damage to any record: no crash (sanitizers watch), and what is listed can be asked for. */
Test(ntfs_damage, random_bytes_in_the_records)
{
    uint8_t *saved = ac_malloc(v.size);
    uint32_t seed = 12345;

    memcpy(saved, v.bytes, v.size);
    for (unsigned round = 0; round < 400; round++) {
        memcpy(v.bytes, saved, v.size);
        for (unsigned i = 0; i < 1 + round % 12; i++) {
            seed = seed * 1664525 + 1013904223;
            v.bytes[4 * CLUSTER + (seed >> 8) % (12 * CLUSTER)] = (uint8_t)(seed >> 3);
        }
        if (try_open() != AC_OK)
            continue;
        for (ac_node i = 0; i < ac_tree_count(t); i++) {
            struct ac_content c = {0};
            struct ac_node_times times;

            if (ac_tree_load(t, i, 1 << 20, &c, NULL) == AC_OK)
                ac_content_free(&c);
            (void)ac_tree_times(t, i, &times, NULL);
        }
        ac_tree_close(t);
        t = NULL;
    }
    ac_free(saved);
}
