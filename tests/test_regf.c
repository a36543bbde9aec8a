/* The hive reader: keys, values, names and data of hives from the builder. */
#include "build_regf.h"
#include "regf.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static struct ac_buf file, pieces;
static struct fx_hive *built;
static struct ac_hive *hive;
static struct ac_budget budget;
static unsigned problems;
static char last_problem[300];
static uint64_t last_offset;

static enum ac_rc on_problem(void *context, enum ac_rc class, uint64_t offset, const char *what)
{
    (void)context;
    problems++;
    last_offset = offset;
    snprintf(last_problem, sizeof(last_problem), "%s: %s", ac_rc_name(class), what);
    return AC_OK;
}

static const struct ac_hive_watch watch = {on_problem, NULL};

static void setup(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    built = fx_hive_new("root");
}

static void teardown(void)
{
    ac_hive_close(hive);
    fx_hive_free(built);
    ac_buf_free(&file);
    ac_buf_free(&pieces);
}

TestSuite(regf, .init = setup, .fini = teardown);

static enum ac_rc try_open(void)
{
    ac_hive_close(hive);
    hive = NULL;
    problems = 0;
    budget.steps = AC_BUDGET_STEPS;
    return ac_hive_open(fx_view(&file), &watch, &budget, &hive, NULL);
}

static void open_built(void)
{
    ac_buf_free(&file);
    fx_hive_build(built, &file);
    cr_assert_eq(try_open(), AC_OK);
}

static bool find(const char *path, struct ac_hive_key *ret)
{
    struct ac_hive_key root;

    return ac_hive_root(hive, &root) && ac_hive_find(hive, &root, path, ret, NULL);
}

static struct ac_view data_of(const char *path, const char *name)
{
    struct ac_hive_key k;
    struct ac_hive_value v;
    struct ac_view data;

    cr_assert(find(path, &k), "%s is there", path);
    cr_assert(ac_hive_find_value(hive, &k, name, &v), "%s is there", name);
    cr_assert(ac_hive_data(hive, &v, &pieces, &data));
    return data;
}

struct count {
    size_t keys, values, longest;
};

static enum ac_rc count_key(void *context, const struct ac_hive_key *key, struct ac_str path)
{
    struct count *c = context;
    struct ac_hive_values values;
    struct ac_hive_value v;

    c->keys++;
    c->longest = path.n > c->longest ? path.n : c->longest;
    ac_hive_values(hive, key, &values);
    while (ac_hive_next_value(hive, &values, &v))
        c->values++;
    return AC_OK;
}

static struct count walk(void)
{
    struct count c = {0};
    struct ac_hive_key root;

    cr_assert(ac_hive_root(hive, &root));
    cr_expect_eq(ac_hive_walk(hive, &root, count_key, &c, NULL), AC_OK);
    return c;
}

Test(regf, base_block_facts)
{
    fx_hive_options(built)->minor = 3;
    fx_hive_options(built)->primary = 7;
    fx_hive_options(built)->secondary = 6;
    fx_hive_options(built)->ticks = fx_time("2021-01-05T06:07:08.1234567Z");
    open_built();
    cr_expect(ac_hive_base(hive)->checksum_ok);
    cr_expect(ac_hive_base(hive)->dirty);
    cr_expect_eq(ac_hive_base(hive)->minor, 3);
    cr_expect_eq(ac_hive_base(hive)->primary, 7);
    cr_expect_eq(ac_hive_base(hive)->last_written.ticks, fx_time("2021-01-05T06:07:08.1234567Z"));
    cr_expect_eq(ac_hive_base(hive)->bins_size, file.n - 4096);
    cr_expect_eq(problems, 0);
}

Test(regf, all_types_and_sizes)
{
    uint8_t bytes[600];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 7 + 1);
    for (uint32_t type = 0; type <= 12; type++) {
        char name[16];

        snprintf(name, sizeof(name), "v%u", type);
        fx_hive_value(built, "a\\b", name, type == 12 ? 0xFFFF0012 : type, bytes, type * 5);
    }
    for (size_t n = 0; n < 12; n++) {
        char name[16];

        snprintf(name, sizeof(name), "n%zu", n);
        fx_hive_value(built, "a\\sizes", name, FX_REG_BINARY, bytes, n);
    }
    open_built();
    for (uint32_t type = 0; type <= 12; type++) {
        struct ac_hive_key k;
        struct ac_hive_value v;
        char name[16];

        snprintf(name, sizeof(name), "V%u", type);
        cr_assert(find("A\\B", &k) && ac_hive_find_value(hive, &k, name, &v));
        cr_expect_eq(v.type, type == 12 ? 0xFFFF0012 : type);
        cr_expect_eq(v.offset, fx_hive_value_at(built, "a\\b", name));
        cr_expect_eq(data_of("a\\b", name).n, type * 5);
        cr_expect_eq(memcmp(data_of("a\\b", name).p, bytes, type * 5), 0);
    }
    for (size_t n = 0; n < 12; n++) {
        char name[16];

        snprintf(name, sizeof(name), "n%zu", n);
        cr_expect_eq(data_of("a\\sizes", name).n, n);
        cr_expect_eq(memcmp(data_of("a\\sizes", name).p, bytes, n), 0);
    }
    cr_expect_eq(problems, 0);
}

Test(regf, big_data_in_every_version)
{
    static const size_t sizes[] = {16343, 16344, 16345, 32688, 32689, 100000, 1048576};
    struct ac_buf bytes = {0};
    char name[16];

    for (size_t i = 0; i < 1048576; i++)
        fx_u8(&bytes, (unsigned)(i * 31 + i / 251));
    for (size_t i = 0; i < 7; i++) {
        snprintf(name, sizeof(name), "%zu", sizes[i]);
        fx_hive_binary(built, "big", name, bytes.p, sizes[i]);
    }
    for (unsigned minor = 3; minor <= 6; minor++) {
        fx_hive_options(built)->minor = minor;
        open_built();
        for (size_t i = 0; i < 7; i++) {
            struct ac_view v;

            snprintf(name, sizeof(name), "%zu", sizes[i]);
            v = data_of("big", name);
            cr_expect(v.n == sizes[i] && memcmp(v.p, bytes.p, v.n) == 0, "1.%u: %s", minor, name);
        }
        cr_expect_eq(problems, 0, "1.%u: %s", minor, last_problem);
    }
    ac_buf_free(&bytes);
}

Test(regf, big_data_is_read_when_the_version_was_changed)
{
    struct ac_buf bytes = {0};

    fx_zero(&bytes, 50000);
    fx_hive_binary(built, "", "v", bytes.p, bytes.n);
    open_built();
    fx_put_le32(&file, 24, 3);
    fx_hive_checksum(&file);
    cr_assert_eq(try_open(), AC_OK);
    cr_expect_eq(data_of("", "v").n, 50000);
    cr_expect_eq(problems, 1);
    /* and the other way round: one large cell in a hive that says 1.5 */
    fx_hive_options(built)->minor = 3;
    open_built();
    fx_put_le32(&file, 24, 5);
    fx_hive_checksum(&file);
    cr_assert_eq(try_open(), AC_OK);
    cr_expect_eq(data_of("", "v").n, 50000);
    cr_expect_eq(problems, 0);
    ac_buf_free(&bytes);
}

Test(regf, names_in_both_encodings_are_found_in_any_case)
{
    struct ac_buf stored = {0};
    struct ac_hive_key root, k;

    fx_hive_key(built, "Grün\\Été", 0);
    fx_hive_key(built, "ソフトウェア\\日本語キー", 0);
    fx_hive_key(built, "Привет\\Ключ", 0);
    fx_hive_key(built, "clef \xF0\x9D\x84\x9E", 0);
    fx_hive_sz(built, "Grün", "Wert ä", "x");
    fx_hive_sz(built, "Grün", "値", "x");
    open_built();
    cr_expect(find("GRÜN\\été", &k));
    cr_expect(k.latin1);
    cr_expect(find("ソフトウェア\\日本語キー", &k));
    cr_expect_not(k.latin1);
    cr_expect(find("CLEF \xF0\x9D\x84\x9E", &k));
    cr_assert(ac_hive_root(hive, &root));
    cr_assert(ac_hive_find(hive, &root, "привет\\ключ", &k, &stored));
    cr_expect_str_eq(ac_buf_text(&stored), "Привет\\Ключ");
    cr_expect_not(ac_hive_find(hive, &root, "привет\\нет", &k, &stored));
    cr_expect_str_eq(ac_buf_text(&stored), "Привет\\Ключ");
    cr_expect_not(find("Gr", &k));
    cr_expect_not(find("Grünn", &k));
    data_of("Grün", "WERT Ä");
    data_of("Grün", "値");
    cr_expect_eq(problems, 0);
    ac_buf_free(&stored);
}

Test(regf, names_with_nul_and_lone_surrogates_are_shown)
{
    static const uint8_t nul[] = {'R', 0, 'u', 0, 'n', 0, 0, 0}, lone[] = {0x3D, 0xD8, 'x', 0};
    struct ac_hive_subkeys list;
    struct ac_hive_key root, k;
    struct ac_buf name = {0};
    bool exact = true;

    fx_hive_key(built, "Run", 0);
    fx_key_raw(fx_hive_root(built), nul, sizeof(nul), 0);
    fx_key_raw(fx_hive_root(built), lone, sizeof(lone), 0);
    open_built();
    cr_assert(ac_hive_root(hive, &root));
    ac_hive_subkeys(hive, &root, &list);
    while (ac_hive_next_subkey(hive, &list, &k)) {
        ac_hive_name(k.name, k.latin1, &name, &exact);
        ac_buf_addc(&name, '|');
    }
    cr_expect_str_eq(ac_buf_text(&name), "Run|Run\\u{0}|\\u{D83D}x|");
    cr_expect_not(exact);
    cr_assert(find("run", &k));
    cr_expect(k.latin1, "the key without NUL is the one that is found");
    ac_buf_free(&name);
}

Test(regf, key_facts_and_offsets)
{
    struct ac_hive_key k;

    fx_hive_key(built, "one\\two", fx_time("2020-02-03T04:05:06.7654321Z"));
    open_built();
    cr_assert(find("one\\two", &k));
    cr_expect_eq(k.last_written.ticks, fx_time("2020-02-03T04:05:06.7654321Z"));
    cr_expect_eq(k.offset, fx_hive_key_at(built, "one\\two"));
    cr_expect_eq(k.parent + 4096, fx_hive_key_at(built, "one"));
    cr_expect_eq(memcmp(file.p + k.offset + 4, "nk", 2), 0);
}

Test(regf, every_kind_of_list)
{
    char path[32];

    for (int i = 0; i < 1200; i++) {
        snprintf(path, sizeof(path), "many\\k%d", i);
        fx_hive_key(built, path, 0);
    }
    for (enum fx_list kind = FX_LIST_AUTO; kind <= FX_LIST_LH; kind++) {
        fx_hive_options(built)->list = kind;
        for (size_t max = 100; max <= 1300; max += 1200) { /* through an index, and without */
            struct ac_hive_key k;

            fx_hive_options(built)->leaf_max = max;
            open_built();
            cr_expect_eq(walk().keys, 1202);
            cr_expect(find("many\\K1199", &k));
            cr_expect_eq(problems, 0);
        }
    }
}

Test(regf, five_hundred_and_twelve_levels)
{
    struct ac_buf path = {0};

    for (int i = 0; i < 512; i++)
        ac_buf_addz(&path, i ? "\\level" : "level");
    fx_hive_sz(built, ac_buf_text(&path), "deep", "down");
    open_built();
    cr_expect_eq(walk().keys, 513);
    cr_expect_eq(walk().values, 1);
    cr_expect_eq(walk().longest, path.n);
    cr_expect_eq(data_of(ac_buf_text(&path), "deep").n, 10);
    cr_expect_eq(problems, 0);
    ac_buf_addz(&path, "\\level\\level\\level");
    fx_hive_key(built, ac_buf_text(&path), 0);
    open_built();
    cr_expect_eq(walk().keys, 514, "the level beyond is shown, what lies below it is not read");
    cr_expect_eq(problems, 1);
    cr_expect(strncmp(last_problem, "limit", 5) == 0, "%s", last_problem);
    ac_buf_free(&path);
}

Test(regf, a_full_walk_is_counted_exactly)
{
    char path[64];

    for (int i = 0; i < 3000; i++) {
        snprintf(path, sizeof(path), "a%d\\b%d", i / 50, i);
        fx_hive_dword(built, path, "n", (uint32_t)i);
        fx_hive_sz(built, path, "", "text of some length");
    }
    open_built();
    cr_expect_eq(walk().keys, fx_hive_keys(built));
    cr_expect_eq(walk().values, fx_hive_values(built));
    cr_expect_eq(problems, 0);
}

Test(regf, garbage_and_zero_pages_after_the_bins_are_passed_over)
{
    fx_hive_key(built, "a", 0);
    open_built();
    ac_buf_addz(&file, "garbage");
    cr_assert_eq(try_open(), AC_OK);
    cr_expect_eq(walk().keys, 2);
    fx_zero(&file, 3 * 4096);
    cr_assert_eq(try_open(), AC_OK);
    cr_expect_eq(walk().keys, 2);
    cr_expect_eq(problems, 0);
}

Test(regf, the_budget_ends_reading)
{
    char path[16];

    for (int i = 0; i < 100; i++) {
        snprintf(path, sizeof(path), "k%d", i);
        fx_hive_key(built, path, 0);
    }
    fx_hive_build(built, &file);
    for (uint64_t steps = 0; steps < 330; steps++) {
        struct count c = {0};
        struct ac_hive_key root;
        enum ac_rc rc;

        budget.steps = steps;
        rc = ac_hive_open(fx_view(&file), &watch, &budget, &hive, NULL);
        if (rc == AC_OK && ac_hive_root(hive, &root))
            rc = ac_hive_walk(hive, &root, count_key, &c, NULL);
        cr_expect(rc == AC_LIMIT || c.keys == 101 || (rc == AC_OK && ac_hive_rc(hive) == AC_LIMIT),
                  "%lu steps", (unsigned long)steps);
        ac_hive_close(hive);
        hive = NULL;
    }
}
