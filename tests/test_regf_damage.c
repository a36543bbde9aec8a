/* The hive reader on damaged hives: what is reported, what is still read, and that it ends. */
#include "build_regf.h"
#include "regf.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct ac_buf file;
static struct fx_hive *built;
static struct ac_hive *hive;
static struct ac_budget budget;
static unsigned problems;
static char told[8][300];
static uint64_t places[8];

static enum ac_rc on_problem(void *context, enum ac_rc class, uint64_t offset, const char *what)
{
    (void)context;
    snprintf(told[problems % 8], sizeof(told[0]), "%s: %s", ac_rc_name(class), what);
    places[problems % 8] = offset;
    problems++;
    return AC_OK;
}

static const struct ac_hive_watch watch = {on_problem, NULL};

/* root: a (value v: 40 bytes, big: 40000 bytes), a\b, c (li of three), c\d\e */
static void setup(void)
{
    struct ac_buf bytes = {0};

    built = fx_hive_new("root");
    fx_zero(&bytes, 40000);
    fx_hive_binary(built, "a", "v", bytes.p, 40);
    fx_hive_binary(built, "a", "big", bytes.p, 40000);
    fx_hive_dword(built, "a", "number", 4711);
    fx_hive_key(built, "a\\b", 0);
    fx_hive_key(built, "c\\d\\e", 0);
    fx_hive_key(built, "c\\f", 0);
    fx_hive_key(built, "c\\g", 0);
    fx_hive_build(built, &file);
    ac_buf_free(&bytes);
}

static void teardown(void)
{
    ac_alloc_fail_at(0);
    ac_hive_close(hive);
    fx_hive_free(built);
    ac_buf_free(&file);
}

TestSuite(regf_damage, .init = setup, .fini = teardown);

struct count {
    size_t keys, values, bytes;
};

static enum ac_rc count_key(void *context, const struct ac_hive_key *key, struct ac_str path)
{
    struct count *c = context;
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_buf pieces = {0};
    struct ac_view data;

    (void)path;
    c->keys++;
    ac_hive_values(hive, key, &values);
    while (ac_hive_next_value(hive, &values, &v)) {
        c->values++;
        if (ac_hive_data(hive, &v, &pieces, &data))
            c->bytes += data.n;
    }
    ac_buf_free(&pieces);
    return AC_OK;
}

static enum ac_rc read_view(struct ac_view bytes, struct count *ret)
{
    struct ac_hive_key root;
    enum ac_rc rc;

    ac_hive_close(hive);
    hive = NULL;
    problems = 0;
    *ret = (struct count){0};
    budget.steps = 1000000;
    rc = ac_hive_open(bytes, &watch, &budget, &hive, NULL);
    if (rc == AC_OK)
        rc = ac_hive_root(hive, &root) ? ac_hive_walk(hive, &root, count_key, ret, NULL)
                                       : ac_hive_rc(hive);
    return rc;
}

/* Reads the file; checks the first problem's offset and a word of its sentence. */
static struct count expect(uint64_t place, const char *word)
{
    struct count c;

    cr_expect_eq(read_view(fx_view(&file), &c), AC_OK);
    cr_assert_geq(problems, 1, "a problem with '%s'", word);
    cr_expect_eq(places[0], place, "%lu: %s", (unsigned long)places[0], told[0]);
    cr_expect(strstr(told[0], word), "%s", told[0]);
    return c;
}

Test(regf_damage, undamaged)
{
    struct count c;

    cr_expect_eq(read_view(fx_view(&file), &c), AC_OK);
    cr_expect_eq(problems, 0);
    cr_expect_eq(c.keys, 8);
    cr_expect_eq(c.values, 3);
    cr_expect_eq(c.bytes, 40044);
}

Test(regf_damage, wrong_checksum)
{
    file.p[100] ^= 1;
    cr_expect_eq(expect(508, "checksum").keys, 8);
    cr_expect_not(ac_hive_base(hive)->checksum_ok);
}

Test(regf_damage, destroyed_base_block)
{
    memset(file.p, 0, 4096);
    cr_expect_eq(expect(0, "signature").keys, 8);
    memset(file.p, 0xFF, 4096);
    cr_expect_eq(expect(0, "signature").keys, 8);
}

Test(regf_damage, root_offset_leads_nowhere)
{
    fx_put_le32(&file, 36, 0xFFFFFFF8);
    fx_hive_checksum(&file);
    cr_expect_eq(expect(36, "root").keys, 8);
}

Test(regf_damage, root_offset_leads_to_another_key)
{
    size_t at = fx_hive_key_at(built, "c");

    fx_put_le32(&file, 36, (uint32_t)(at - 4096));
    fx_hive_checksum(&file);
    cr_expect_eq(expect(at + 6, "root").keys, 5);
}

Test(regf_damage, bad_bin_header)
{
    struct count c;

    memset(file.p + 8192, 'x', 4);
    c = expect(8192, "no hive bin");
    cr_expect_eq(c.keys, 8);
    cr_expect_eq(c.bytes, 40044);
}

Test(regf_damage, cell_size_breaks_the_bin)
{
    size_t at = fx_hive_data_at(built, "a", "v");

    fx_put_le32(&file, at, 0U - 12);
    expect(at, "size of 12");
    fx_put_le32(&file, at, 0x7FFFFFF0);
    expect(at, "size of");
}

Test(regf_damage, reference_out_of_the_file)
{
    size_t a = fx_hive_key_at(built, "a");

    fx_put_le32(&file, a + 4 + 40, 0x00F00000);
    cr_expect_eq(expect(a + 4 + 40, "beyond the end").keys, 8);
    fx_put_le32(&file, a + 4 + 40, 0x21);
    cr_expect_eq(expect(a + 4 + 40, "multiple of 8").values, 0);
}

Test(regf_damage, reference_to_a_free_cell)
{
    size_t c = fx_hive_key_at(built, "c"), d = fx_hive_key_at(built, "c\\d");
    size_t list = fx_hive_subkeys_at(built, "c");
    uint32_t size = 0U - ac_le32((const uint8_t *)file.p + d);

    (void)c;
    fx_put_le32(&file, d, size);
    cr_expect_eq(expect(list + 4 + 4, "not in use").keys, 6);
}

Test(regf_damage, key_that_is_none)
{
    size_t d = fx_hive_key_at(built, "c\\d");

    memcpy(file.p + d + 4, "kn", 2);
    cr_expect_eq(expect(d, "should be a key").keys, 6);
}

Test(regf_damage, name_longer_than_its_cell)
{
    size_t d = fx_hive_key_at(built, "c\\d");

    fx_put_le16(&file, d + 4 + 72, 500);
    cr_expect_eq(expect(d + 4 + 72, "name of 500").keys, 8);
}

Test(regf_damage, loop_through_the_last_subkey)
{
    size_t list = fx_hive_subkeys_at(built, "c\\d"), c = fx_hive_key_at(built, "c");

    fx_put_le32(&file, list + 4 + 4, (uint32_t)(c - 4096));
    cr_expect_eq(expect(c + 4 + 16, "another parent").keys, 7);
    cr_expect(strstr(told[1], "key loop"), "%s", told[1]);
    cr_expect_eq(places[1], c);
}

Test(regf_damage, root_below_itself)
{
    size_t list = fx_hive_subkeys_at(built, "c\\d");

    fx_put_le32(&file, list + 4 + 4, ac_le32((const uint8_t *)file.p + 36));
    expect(fx_hive_key_at(built, "") + 4 + 16, "another parent");
    cr_expect(strstr(told[1], "key loop"), "%s", told[1]);
}

Test(regf_damage, key_listed_twice_is_shown_at_both_places)
{
    size_t list = fx_hive_subkeys_at(built, "a"), d = fx_hive_key_at(built, "c\\d");

    fx_put_le32(&file, list + 4 + 4, (uint32_t)(d - 4096));
    cr_expect_eq(expect(d + 4 + 16, "another parent").keys, 8, "d twice, e once, b gone");
    cr_expect(strstr(told[1], "more than once"), "%s", told[1]);
}

Test(regf_damage, wrong_counts)
{
    size_t c = fx_hive_key_at(built, "c"), a = fx_hive_key_at(built, "a");
    size_t list = fx_hive_subkeys_at(built, "c");

    fx_put_le32(&file, c + 4 + 20, 0xFFFFFFF0);
    cr_expect_eq(expect(c + 4 + 20, "its list has 3").keys, 8);
    fx_put_le32(&file, c + 4 + 20, 3);
    fx_put_le16(&file, list + 4 + 2, 0xFFFF);
    cr_expect_geq(expect(list + 4 + 2, "its cell holds").keys, 8);
    fx_put_le16(&file, list + 4 + 2, 3);
    fx_put_le32(&file, a + 4 + 36, 0x7FFFFFFF);
    cr_expect_geq(expect(a + 4 + 36, "values").values, 3);
}

Test(regf_damage, list_of_an_unknown_kind)
{
    size_t list = fx_hive_subkeys_at(built, "c");

    memcpy(file.p + list + 4, "xy", 2);
    cr_expect_eq(expect(list + 4, "list of subkeys").keys, 4);
}

Test(regf_damage, index_that_refers_to_itself)
{
    size_t list = fx_hive_subkeys_at(built, "c");

    memcpy(file.p + list + 4, "ri", 2);
    fx_put_le32(&file, list + 4 + 4, (uint32_t)(list - 4096));
    cr_expect_geq(expect(list + 4, "list of subkeys").keys, 4);
}

Test(regf_damage, stated_data_sizes)
{
    size_t v = fx_hive_value_at(built, "a", "v"), big = fx_hive_value_at(built, "a", "big");
    size_t number = fx_hive_value_at(built, "a", "number");

    fx_put_le32(&file, v + 4 + 4, 400);
    cr_expect_eq(expect(v + 4 + 4, "400 bytes of data, 44").bytes, 40048);
    fx_put_le32(&file, v + 4 + 4, 40);
    fx_put_le32(&file, number + 4 + 4, 0x80000008);
    cr_expect_eq(expect(number + 4 + 4, "8 bytes of data, 4").bytes, 40044);
    fx_put_le32(&file, number + 4 + 4, 0x80000004);
    fx_put_le32(&file, big + 4 + 4, 400000);
    /* the last of the three pieces has 7312 bytes in a cell of 7320 */
    cr_expect_geq(expect(big + 4 + 4, "400000 bytes of data").bytes, 40044);
    fx_put_le32(&file, big + 4 + 4, 0x7FFFFFFF);
    expect(big + 4 + 4, "at most");
}

Test(regf_damage, unknown_versions)
{
    struct count c;

    fx_put_le32(&file, 24, 9);
    fx_hive_checksum(&file);
    cr_expect_eq(expect(20, "1.9").keys, 8);
    fx_put_le32(&file, 24, 0);
    fx_hive_checksum(&file);
    cr_expect_eq(read_view(fx_view(&file), &c), AC_UNSUPPORTED);
    fx_put_le32(&file, 20, 77);
    cr_expect_eq(read_view(fx_view(&file), &c), AC_OK, "a damaged base block is no new version");
}

Test(regf_damage, a_log_is_no_hive)
{
    struct count c;

    fx_put_le32(&file, 28, 6);
    memcpy(file.p + 512, "HvLE", 4);
    cr_expect_eq(read_view(fx_view(&file), &c), AC_UNSUPPORTED);
}

Test(regf_damage, nothing_and_noise)
{
    struct ac_buf noise = {0};
    struct count c;

    cr_expect_eq(read_view((struct ac_view){(const uint8_t *)"", 0, 0}, &c), AC_TRUNCATED);
    srand(4711);
    for (size_t i = 0; i < 1048576; i++)
        fx_u8(&noise, (unsigned)rand() & 0xFF);
    cr_expect_eq(read_view(fx_view(&noise), &c), AC_CORRUPT);
    memcpy(noise.p, file.p, 8192); /* a good beginning, then noise */
    cr_expect_eq(read_view(fx_view(&noise), &c), AC_OK);
    cr_expect_geq(problems, 1);
    ac_buf_free(&noise);
}

Test(regf_damage, cut_at_every_page_and_at_every_byte_of_the_first_bins)
{
    struct ac_view v = fx_view(&file);
    struct count c, before = {0};

    for (size_t n = 0; n < v.n; n += n < 4096 + 64 ? 64 : n < 3 * 4096 ? 8 : 4096) {
        struct ac_view cut = {malloc(n ? n : 1), n, 0};
        enum ac_rc rc;

        memcpy((void *)(uintptr_t)cut.p, v.p, n); /* a block of its own: ASan sees its end */
        rc = read_view(cut, &c);
        cr_expect(rc == AC_TRUNCATED || rc == AC_CORRUPT || (rc == AC_OK && problems > 0),
                  "%zu bytes: %s, %u problems", n, ac_rc_name(rc), problems);
        cr_expect_geq(c.keys, before.keys, "more bytes do not show fewer keys");
        before = c;
        ac_hive_close(hive);
        hive = NULL;
        free((void *)(uintptr_t)cut.p);
    }
    cr_expect_geq(before.keys, 3, "root, a, c lie in the first bin");
}

/* Every 32-bit word of the small cells becomes each of some hostile numbers. */
Test(regf_damage, hostile_numbers_everywhere)
{
    static const uint32_t numbers[] = {0, 1, 0x20, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF8, 0x7FFFFFF8};
    struct ac_view v = fx_view(&file);
    struct count c;

    for (size_t at = 4096; at + 4 <= 8192; at += 2) {
        uint32_t was = ac_le32(v.p + at);

        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
            fx_put_le32(&file, at, numbers[i]);
            read_view(fx_view(&file), &c);
            cr_expect_leq(c.keys, 64);
        }
        fx_put_le32(&file, at, was);
    }
}

Test(regf_damage, problems_are_limited)
{
    struct fx_hive *wide = fx_hive_new("root");
    struct ac_buf bytes = {0};
    struct count c;
    char path[16];

    for (int i = 0; i < 3000; i++) {
        snprintf(path, sizeof(path), "k%d", i);
        fx_hive_key(wide, path, 0);
    }
    fx_hive_build(wide, &bytes);
    for (int i = 0; i < 3000; i++) {
        snprintf(path, sizeof(path), "k%d", i);
        fx_put_le16(&bytes, fx_hive_key_at(wide, path) + 4 + 72, 9999);
    }
    cr_expect_eq(read_view(fx_view(&bytes), &c), AC_OK);
    cr_expect_eq(c.keys, 3001);
    cr_expect_eq(problems, AC_MAX_HIVE_PROBLEMS + 1);
    cr_expect(strstr(told[AC_MAX_HIVE_PROBLEMS % 8], "more than"), "%s",
              told[AC_MAX_HIVE_PROBLEMS % 8]);
    cr_expect_eq(ac_hive_problems(hive), 3000);
    ac_buf_free(&bytes);
    fx_hive_free(wide);
}

Test(regf_damage, every_allocation_may_fail)
{
    struct count c;
    enum ac_rc rc = AC_NOMEM;
    unsigned long n = 0;

    file.p[100] ^= 1; /* so that a problem is told as well */
    while (rc == AC_NOMEM && n < 1000) {
        ac_alloc_fail_at(++n);
        rc = read_view(fx_view(&file), &c);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_NOMEM || (rc == AC_OK && c.keys == 8 && c.bytes == 40044), "%lu: %s", n,
                  ac_rc_name(rc));
    }
    cr_expect_gt(n, 5);
    cr_expect_eq(rc, AC_OK);
}
