/* $MFT as a file of its own: what it tells, what it cannot, damage, and real ones against their README lines. */
#include "build_ntfs.h"

#include "base/alloc.h"
#include "files/tree.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ac_buf file;
static struct fx_reader reader;
static struct ac_tree *t;

static void start(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    ac_buf_clear(&file);
}

static void stop(void)
{
    ac_tree_close(t);
    t = NULL;
    ac_buf_free(&file);
}

TestSuite(mft_alone, .init = start, .fini = stop);

/* The $MFT of a volume in two pieces, with a small file, a deleted one, and one with clusters of its own. */
static void build(void)
{
    static const struct bn_run mft[] = {{4, 6}, {40, 10}, {0, 0}};
    static const struct bn_run clusters[] = {{100, 3}, {0, 0}};
    struct bn_volume v;
    struct bn_record r;

    bn_init(&v, 1U << 20, 4096, mft);
    bn_file(&v, 30, BN_ROOT, "Users", NULL);
    bn_file(&v, 31, BN_REF(30, 1), "small.txt", "within its record");
    bn_begin(&r, 1, 1, 0);
    bn_standard(&r, fx_time("2021-01-05T08:30:14.5Z"), 0x20);
    bn_name(&r, BN_REF(30, 1), "large.exe", 1, fx_time("2021-01-05T08:30:14.5Z"));
    bn_non_resident(&r, 0x80, "", 0, 0, 0, clusters, 4096, 12000, 12000);
    bn_put(&v, 32, &r);
    bn_begin(&r, 2, 0, 0);
    bn_standard(&r, fx_time("2021-01-05T08:30:14.5Z"), 0x20);
    bn_name(&r, BN_REF(30, 1), "deleted.exe", 1, fx_time("2021-01-05T08:30:14.5Z"));
    bn_put(&v, 33, &r);
    ac_buf_add(&file, bn_cluster(&v, 4), 6 * 4096);
    ac_buf_add(&file, bn_cluster(&v, 40), 10 * 4096);
    bn_free(&v);
}

static enum ac_rc open_bytes(const void *p, size_t n)
{
    ac_tree_close(t);
    t = NULL;
    fx_reader_init(&reader, (struct ac_view){p, n, 0});
    return ac_tree_open_mft(&reader.base, &t, NULL);
}

static ac_node find(const char *path, bool deleted)
{
    return ac_tree_lookup(t, ac_tree_root(t), ac_str_of(path), deleted);
}

Test(mft_alone, names_times_and_small_content)
{
    struct ac_content content = {0};
    struct ac_node_times times;

    build();
    cr_assert(ac_tree_is_mft(fx_view(&file)));
    cr_assert_eq(open_bytes(file.p, file.n), AC_OK);
    cr_expect_eq(ac_tree_facts(t)->serial, 0);
    cr_expect_eq(ac_tree_facts(t)->entry_size, 1024);
    cr_expect_str_eq(ac_tree_facts(t)->label, "Label");
    cr_assert_neq(find("Users/small.txt", false), AC_NODE_NONE);
    cr_expect_eq(find("Users/deleted.exe", false), AC_NODE_NONE);
    cr_expect_neq(find("Users/deleted.exe", true), AC_NODE_NONE);
    cr_assert_eq(ac_tree_times(t, find("Users/large.exe", false), &times, NULL), AC_OK);
    cr_expect_eq(times.fn_created.ticks, fx_time("2021-01-05T08:30:14.5Z"));
    cr_assert_eq(ac_tree_load(t, find("Users/small.txt", false), 1000, &content, NULL), AC_OK);
    cr_expect_eq(content.n, 17);
    cr_expect_eq(memcmp(content.p, "within its record", 17), 0);
    /* the place leads to the bytes in the file, not on the volume that is not there */
    cr_expect_eq(memcmp(file.p + content.image_offset, "within its record", 17), 0);
    ac_content_free(&content);
}

Test(mft_alone, other_content_is_missing_not_empty)
{
    struct ac_content content = {0};

    build();
    cr_assert_eq(open_bytes(file.p, file.n), AC_OK);
    cr_assert_eq(ac_tree_load(t, find("Users/large.exe", false), 100000, &content, NULL), AC_OK);
    cr_expect_eq(content.n, 12000);
    cr_expect_eq(ac_gaps_bytes(&content.gaps), 12000);
    cr_expect_eq(content.image_offset, AC_NO_OFFSET);
    ac_content_free(&content);
}

Test(mft_alone, what_is_none)
{
    struct bn_volume v;

    build();
    cr_expect_not(ac_tree_is_mft((struct ac_view){fx_view(&file).p, 1023, 0}));
    cr_expect_not(ac_tree_is_mft((struct ac_view){fx_view(&file).p + 1024, 4096, 0}),
                  "$MFTMirr's record");
    cr_expect_eq(open_bytes(file.p, 100), AC_CORRUPT);
    file.p[510] ^= 1; /* fix-up of the first record */
    cr_expect_not(ac_tree_is_mft(fx_view(&file)));
    cr_expect_eq(open_bytes(file.p, file.n), AC_CORRUPT);
    bn_init(&v, 1U << 20, 4096, NULL);
    cr_expect_not(ac_tree_is_mft(bn_view(&v)), "a volume");
    bn_free(&v);
}

Test(mft_alone, cut_and_changed_anywhere)
{
    build();
    for (size_t n = 0; n < file.n; n += 509)
        open_bytes(file.p, n);
    for (size_t i = 0; i < 34 * 1024U; i += 7) {
        char was = file.p[i];

        file.p[i] = (char)(i * 31);
        open_bytes(file.p, file.n);
        file.p[i] = was;
    }
    cr_expect_eq(open_bytes(file.p, file.n), AC_OK);
}

Test(mft_alone, no_memory_is_an_error)
{
    build();
    for (unsigned long i = 1; i < 60; i++) {
        enum ac_rc rc;

        ac_alloc_fail_at(i);
        rc = open_bytes(file.p, file.n);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_OK || rc == AC_NOMEM, "allocation %lu", i);
    }
}

/* FILE records, and of them in use: the README of the data set. */
static const struct {
    const char *name;
    uint64_t records, in_use;
} real[] = {
    {"dfir_ntfs-compressed_sparse.mft", 36, 36},
    {"dfir_ntfs-deleted.mft", 41, 35},
    {"dfir_ntfs-mapping_pairs_1.mft", 43, 41},
    {"dfir_ntfs-orphan.mft", 40, 36},
    {"dfir_ntfs-slack.mft", 55, 55},
    {"dfir_ntfs-unicode.mft", 36, 36},
    {"dfiram-NIST-DFR-16-$MFT", 117, 117},
};

/* Records in use that have a name are nodes; records 12 to 15 and 24 on may have none. */
static uint64_t entries_in_use(void)
{
    uint64_t highest = 0, n = 0;
    bool *seen = calloc(100000, sizeof(*seen));

    for (ac_node i = 0; i < ac_tree_count(t); i++) {
        struct ac_node_info info;

        ac_tree_info(t, i, &info);
        cr_assert_lt(info.entry, 100000);
        if (!(info.flags & (AC_NODE_DELETED | AC_NODE_VIRTUAL)) && !seen[info.entry]) {
            seen[info.entry] = true;
            n++;
        }
        highest = info.entry > highest ? info.entry : highest;
    }
    free(seen);
    return n;
}

Test(mft_alone, real_ones)
{
    char name[200];

    if (!fx_realdata("mft/README.md"))
        cr_skip_test("no real data");
    for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
        snprintf(name, sizeof(name), "mft/%s", real[i].name);
        cr_assert(fx_load_realdata(name, &file), "%s", name);
        cr_assert_eq(open_bytes(file.p, file.n), AC_OK, "%s", name);
        cr_expect_eq(ac_tree_facts(t)->entries, real[i].records, "%s", name);
        cr_expect_leq(entries_in_use(), real[i].in_use, "%s", name);
        cr_expect_geq(entries_in_use() + 8, real[i].in_use, "%s: %lu", name,
                      (unsigned long)entries_in_use());
        ac_tree_close(t);
        t = NULL;
        ac_buf_clear(&file);
    }
}
