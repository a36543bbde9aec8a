/* Digests beside the reading: the same as in one go, whatever the number and size of blocks. */
#include "fixture.h"

#include "base/alloc.h"
#include "evidence/hash_lanes.h"

#include <criterion/criterion.h>
#include <string.h>

#define BLOCK 1000

static uint8_t data[50 * BLOCK];

static void fill(void)
{
    uint32_t x = 7;

    for (size_t i = 0; i < sizeof(data); i++) {
        x = x * 1664525 + 1013904223;
        data[i] = (uint8_t)(x >> 24);
    }
}

TestSuite(hash_lanes, .init = fill);

static enum ac_rc digest(size_t n, unsigned kinds, char ret[AC_HASH_KINDS][AC_HASH_TEXT])
{
    struct ac_hash *hashes[AC_HASH_KINDS] = {NULL};
    struct ac_hash_lanes *lanes;
    enum ac_rc rc;

    for (int k = 0; k < AC_HASH_KINDS; k++) {
        if (kinds & 1U << k)
            cr_assert_eq(ac_hash_new((enum ac_hash_kind)k, &hashes[k], NULL), AC_OK);
    }
    rc = ac_hash_lanes_start(hashes, AC_HASH_KINDS, BLOCK, &lanes, NULL);
    for (size_t off = 0; rc == AC_OK && off < n;) {
        size_t part = n - off < BLOCK ? n - off : BLOCK;

        memcpy(ac_hash_lanes_block(lanes), data + off, part);
        ac_hash_lanes_put(lanes, part);
        off += part;
    }
    if (rc == AC_OK)
        rc = ac_hash_lanes_end(lanes);
    for (int k = 0; k < AC_HASH_KINDS; k++) {
        if (hashes[k])
            ac_hash_end(hashes[k], ret[k]);
        ac_hash_free(hashes[k]);
    }
    return rc;
}

Test(hash_lanes, as_in_one_go)
{
    static const size_t sizes[] = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 4 * BLOCK, 49 * BLOCK + 7};
    char all[AC_HASH_KINDS][AC_HASH_TEXT], alone[AC_HASH_TEXT];

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        cr_assert_eq(digest(sizes[i], 7, all), AC_OK);
        for (int k = 0; k < AC_HASH_KINDS; k++) {
            ac_hash_hex((enum ac_hash_kind)k, data, sizes[i], alone);
            cr_expect_str_eq(all[k], alone, "%zu bytes", sizes[i]);
        }
    }
}

Test(hash_lanes, one_lane_or_none)
{
    char all[AC_HASH_KINDS][AC_HASH_TEXT], alone[AC_HASH_TEXT];

    cr_assert_eq(digest(sizeof(data), 1U << AC_SHA1, all), AC_OK);
    ac_hash_hex(AC_SHA1, data, sizeof(data), alone);
    cr_expect_str_eq(all[AC_SHA1], alone);
    cr_expect_eq(digest(sizeof(data), 0, all), AC_OK);
}

Test(hash_lanes, a_block_that_is_not_put_counts_for_nothing)
{
    struct ac_hash *hashes[1];
    struct ac_hash_lanes *lanes;
    char with[AC_HASH_TEXT], alone[AC_HASH_TEXT];

    cr_assert_eq(ac_hash_new(AC_SHA256, &hashes[0], NULL), AC_OK);
    cr_assert_eq(ac_hash_lanes_start(hashes, 1, BLOCK, &lanes, NULL), AC_OK);
    memcpy(ac_hash_lanes_block(lanes), data, BLOCK);
    ac_hash_lanes_put(lanes, BLOCK);
    memset(ac_hash_lanes_block(lanes), 0xFF, BLOCK); /* unreadable: left alone */
    cr_assert_eq(ac_hash_lanes_end(lanes), AC_OK);
    ac_hash_end(hashes[0], with);
    ac_hash_free(hashes[0]);
    ac_hash_hex(AC_SHA256, data, BLOCK, alone);
    cr_expect_str_eq(with, alone);
}

Test(hash_lanes, no_memory)
{
    char all[AC_HASH_KINDS][AC_HASH_TEXT];

    for (unsigned long n = 1; n < 6; n++) {
        struct ac_hash *hashes[1] = {NULL};
        struct ac_hash_lanes *lanes;

        ac_alloc_fail_at(n);
        cr_expect_eq(ac_hash_lanes_start(hashes, 1, BLOCK, &lanes, NULL), AC_NOMEM, "%lu", n);
        ac_alloc_fail_at(0);
    }
    cr_expect_eq(digest(10, 7, all), AC_OK);
}
