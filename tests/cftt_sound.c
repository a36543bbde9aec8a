/* NR: sound hives. NRD: deleted, changed and renamed keys and values. */
#include "cftt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN "(unknown parent)"

/* ---- NR */

static void nr01(struct cftt *t)
{
    struct ac_buf b = {0};
    char name[32];

    cftt_bytes(&b, "data of a type ", 600);
    for (uint32_t type = 0; type <= 13; type++) {
        for (size_t n = 0; n < 44; n += type == 4 ? 4 : 7) {
            snprintf(name, sizeof(name), "%u-%zu", type, n);
            fx_hive_value(t->hive, "types", name, type < 13 ? type : 0xFFFF0012, b.p, n);
        }
    }
    cftt_build(t);
    cftt_read(t);
    for (uint32_t type = 0; type <= 13; type++) {
        for (size_t n = 0; n < 44; n += type == 4 ? 4 : 7) {
            const struct ac_record *r;

            snprintf(name, sizeof(name), "%u-%zu", type, n);
            cftt_want_value(t, "types", name, b.p, n, "live");
            r = cftt_value(t, "types", name, "live");
            cftt_expect(t, r && ac_record_get_int(r, "type") == (type < 13 ? type : 0xFFFF0012),
                        "value %s has another type", name);
        }
    }
    cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) == 0, "problems in a sound hive");
    ac_buf_free(&b);
}

static void nr02(struct cftt *t)
{
    static const char *const paths[] = {"",     "a", "a\\b", "a\\b\\c", "a\\d",    "e",
                                        "e\\f", "g", "g\\h", "g\\h\\i", "g\\h\\j", "g\\h\\j\\k"};

    for (size_t i = 1; i < sizeof(paths) / sizeof(paths[0]); i++)
        fx_hive_key(t->hive, paths[i], fx_time("2021-01-02T03:04:05Z") + i);
    cftt_build(t);
    cftt_read(t);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct ac_record *r = cftt_key(t, paths[i], "live");

        cftt_want_key(t, paths[i], "live");
        cftt_expect(t,
                    !r || i == 0 ||
                        ac_record_get_time(r, "last_written").ticks ==
                            fx_time("2021-01-02T03:04:05Z") + i,
                    "key %s has another time", paths[i]);
    }
    cftt_expect(t, cftt_count(t, AC_KIND_KEY, NULL) == 12, "more or fewer keys than 12");
}

static void levels(struct cftt *t, size_t n)
{
    struct ac_buf path = {0};

    for (size_t i = 0; i < n; i++)
        ac_buf_addf(&path, "%sk%zu", i ? "\\" : "", i);
    fx_hive_sz(t->hive, ac_buf_text(&path), "deep", "down");
    cftt_build(t);
    cftt_read(t);
    if (n <= 512) {
        cftt_want_key(t, ac_buf_text(&path), "live");
        cftt_want_value(t, ac_buf_text(&path), "deep", "d\0o\0w\0n\0\0", 10, "live");
        cftt_expect(t, cftt_count(t, AC_KIND_KEY, NULL) == n + 1, "%zu levels: not all keys", n);
    } else {
        cftt_expect(t, cftt_has_problem(t, "nested deeper"), "%zu levels: not reported", n);
        cftt_expect(t, cftt_count(t, AC_KIND_KEY, NULL) == n + 1, "%zu levels: not all keys", n);
    }
    ac_buf_free(&path);
}

static void nr03(struct cftt *t)
{
    static const size_t depths[] = {1, 32, 256, 511, 512, 520};

    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        fx_hive_free(t->hive);
        t->hive = fx_hive_new("root");
        levels(t, depths[i]);
    }
}

static void name_of(struct ac_buf *b, size_t n, const char *unit)
{
    ac_buf_clear(b);
    while (b->n + strlen(unit) <= n * strlen(unit))
        ac_buf_addz(b, unit);
}

static void nr04(struct cftt *t)
{
    static const size_t lengths[] = {1, 254, 255, 256, 300, 1000};
    struct ac_buf name = {0};

    for (int wide = 0; wide < 2; wide++) {
        for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
            name_of(&name, lengths[i], wide ? "\xE8\xAA\x9E" : "n");
            fx_hive_key(t->hive, ac_buf_text(&name), 0);
        }
    }
    cftt_build(t);
    cftt_read(t);
    for (int wide = 0; wide < 2; wide++) {
        for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
            name_of(&name, lengths[i], wide ? "\xE8\xAA\x9E" : "n");
            cftt_want_key(t, ac_buf_text(&name), "live");
        }
    }
    ac_buf_free(&name);
}

static void nr05(struct cftt *t)
{
    static const size_t lengths[] = {1, 255, 16383, 16384, 30000};
    struct ac_buf name = {0};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        name_of(&name, lengths[i], i % 2 ? "v" : "\xC5\xBC");
        fx_hive_sz(t->hive, "names", ac_buf_text(&name), "x");
    }
    cftt_build(t);
    cftt_read(t);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        name_of(&name, lengths[i], i % 2 ? "v" : "\xC5\xBC");
        cftt_want_value(t, "names", ac_buf_text(&name), "x\0\0", 4, "live");
    }
    ac_buf_free(&name);
}

static void nr06(struct cftt *t)
{
    static const size_t sizes[] = {16343, 16344, 16345, 32688, 32689, 81725, 1048576};
    struct ac_buf b = {0};
    char name[16];

    cftt_bytes(&b, "big", 1048576);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        snprintf(name, sizeof(name), "%zu", sizes[i]);
        fx_hive_binary(t->hive, "big", name, b.p, sizes[i]);
    }
    cftt_build(t);
    cftt_read(t);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        snprintf(name, sizeof(name), "%zu", sizes[i]);
        cftt_want_value(t, "big", name, b.p, sizes[i], "live");
    }
    ac_buf_free(&b);
}

static void nr07(struct cftt *t)
{
    static const char *const names[] = {"Gr\xC3\xBCn", "\xE3\x82\xBD\xE3\x83\x95\xE3\x83\x88",
                                        "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82",
                                        "clef \xF0\x9D\x84\x9E", "\xEF\xBD\xB6\xEF\xBE\x9E"};
    static const uint8_t lone[] = {0x3D, 0xD8, 'x', 0}, nul[] = {'R', 0, 0, 0, 'n', 0};
    const struct ac_record *r;
    char *line;

    for (size_t i = 0; i < 5; i++)
        fx_hive_sz(t->hive, names[i], names[4 - i], names[i]);
    fx_key_value_raw(fx_key_raw(fx_hive_root(t->hive), lone, 4, 0), nul, 6, FX_REG_SZ, lone, 4);
    cftt_build(t);
    cftt_read(t);
    for (size_t i = 0; i < 5; i++) {
        struct ac_buf b = {0};

        fx_utf16z(&b, names[i]);
        cftt_want_value(t, names[i], names[4 - i], b.p, b.n, "live");
        ac_buf_free(&b);
    }
    cftt_want_value(t, "\\u{D83D}x", "R\\u{0}n", lone, 4, "live");
    r = cftt_key(t, "\\u{D83D}x", "live");
    line = r ? ac_record_print(r) : NULL;
    cftt_expect(t, line && strstr(line, "3dd87800"),
                "the bytes of a name with a lone surrogate are not shown");
    free(line);
}

const struct cftt_case cftt_nr[] = {
    {"NR-01", "all data types", "type and bytes exact", nr01, NULL},
    {"NR-02", "simple tree", "exact tree and key times", nr02, NULL},
    {"NR-03", "1 to 520 levels of keys", "path complete, or the limit reported", nr03, NULL},
    {"NR-04", "key names up to the maximum length and beyond", "exact", nr04, NULL},
    {"NR-05", "value names up to the maximum length and beyond", "exact", nr05, NULL},
    {"NR-06", "big data", "exact bytes", nr06, NULL},
    {"NR-07", "non-ASCII names and data, NUL and lone surrogates", "UTF-16 exact", nr07, NULL},
    {0}};

/* ---- NRD */

/* root\del with two values, below it sub with one; keep beside it. */
static void build_tree(struct cftt *t)
{
    fx_hive_sz(t->hive, "keep", "stays", "here");
    fx_hive_sz(t->hive, "del", "one", "first value");
    fx_hive_dword(t->hive, "del", "two", 258);
    fx_hive_sz(t->hive, "del\\sub", "three", "third value");
    fx_hive_key(t->hive, "empty", 0);
    cftt_build(t);
}

static void want_text(struct cftt *t, const char *path, const char *name, const char *text,
                      const char *state)
{
    struct ac_buf b = {0};

    fx_utf16z(&b, text);
    cftt_want_value(t, path, name, b.p, b.n, state);
    ac_buf_free(&b);
}

static void nrd01(struct cftt *t)
{
    fx_hive_sz(t->hive, "keep", "stays", "here");
    fx_hive_sz(t->hive, "del", "one", "first value");
    fx_hive_dword(t->hive, "del", "two", 258);
    cftt_build(t);
    fx_delete_key(&t->file, fx_hive_key_at(t->hive, "del"));
    cftt_read(t);
    cftt_want_key(t, "del", "deleted");
    want_text(t, "del", "one", "first value", "deleted");
    cftt_want_value(t, "del", "two", "\2\1\0\0", 4, "deleted");
    cftt_want_key(t, "keep", "live");
    cftt_expect(t, !cftt_key(t, "del", "live"), "the deleted key is shown as live");
}

static void nrd02(struct cftt *t)
{
    build_tree(t);
    fx_delete_key(&t->file, fx_hive_key_at(t->hive, "del"));
    cftt_read(t);
    cftt_want_key(t, "del", "deleted");
    cftt_want_key(t, "del\\sub", "deleted");
    want_text(t, "del", "one", "first value", "deleted");
    want_text(t, "del\\sub", "three", "third value", "deleted");
    want_text(t, "keep", "stays", "here", "live");
}

static void nrd03(struct cftt *t)
{
    build_tree(t);
    fx_delete_key(&t->file, fx_hive_key_at(t->hive, "empty"));
    cftt_read(t);
    cftt_want_key(t, "empty", "deleted");
    cftt_want_key(t, "del\\sub", "live");
}

/* Deletes the values with these names of root\k, which has v0 to v4. */
static void delete_values(struct cftt *t, size_t size, const char *names)
{
    struct ac_buf b = {0};
    char name[3] = "v0";

    cftt_bytes(&b, "old data ", size);
    for (; name[1] < '5'; name[1]++)
        fx_hive_binary(t->hive, "k", name, b.p, b.n);
    cftt_build(t);
    for (; *names; names++) {
        name[1] = *names;
        fx_delete_value(&t->file, fx_hive_key_at(t->hive, "k"),
                        fx_hive_value_at(t->hive, "k", name));
    }
    cftt_read(t);
    ac_buf_free(&b);
}

static void want_deleted(struct cftt *t, const char *path, const char *name, size_t size)
{
    struct ac_buf b = {0};

    cftt_bytes(&b, "old data ", size);
    cftt_want_value(t, path, name, b.p, b.n, "deleted");
    cftt_expect(t, !cftt_value(t, "k", name, "live"), "value %s is shown as live", name);
    ac_buf_free(&b);
}

static void nrd04(struct cftt *t)
{
    delete_values(t, 100, "4");
    want_deleted(t, "k", "v4", 100);
    cftt_expect(t, cftt_count(t, AC_KIND_VALUE, "live") == 4, "live values are missing");
}

static void nrd04b(struct cftt *t)
{
    delete_values(t, 100, "1");
    want_deleted(t, UNKNOWN, "v1", 100);
    cftt_expect(t, cftt_value(t, "k", "v1", "deleted") != NULL,
                "v1 is recovered, its key is not shown: nothing in the file leads from one to the "
                "other");
}

static void nrd05(struct cftt *t)
{
    delete_values(t, 50000, "4");
    want_deleted(t, "k", "v4", 50000);
}

static void nrd06(struct cftt *t)
{
    delete_values(t, 100, "43");
    want_deleted(t, "k", "v4", 100);
    want_deleted(t, "k", "v3", 100);
    cftt_expect(t, cftt_count(t, AC_KIND_VALUE, "live") == 3, "live values are missing");
}

/* Changes the data of root\k\v from `from` bytes to `to`; true if there was old data left. */
static void change_data(struct cftt *t, size_t from, size_t to)
{
    struct ac_buf before = {0}, after = {0};
    size_t at, spare;

    cftt_bytes(&before, "old data ", from);
    cftt_bytes(&after, "NEW DATA ", to);
    memset(after.p + 9, 'z', to - 9);
    fx_hive_binary(t->hive, "k", "v", before.p, before.n);
    fx_hive_binary(t->hive, "spare", "v", after.p, after.n);
    cftt_build(t);
    at = fx_hive_value_at(t->hive, "k", "v");
    spare = fx_hive_data_at(t->hive, "spare", "v");
    /* the spare value goes first, so that its data cell can be given to the other */
    fx_put_le32(&t->file, fx_hive_value_at(t->hive, "spare", "v") + 8, 0x80000000);
    fx_change_data(&t->file, at, after.p, after.n, spare);
    cftt_read(t);
    cftt_want_value(t, "k", "v", after.p, after.n, "live");
    ac_buf_free(&before);
    ac_buf_free(&after);
}

static void nrd07(struct cftt *t)
{
    change_data(t, 200, 200);
    cftt_expect(t, !cftt_holds(t, "data", NULL, "old data", 8), "old data that is not in the file");
}

static void nrd08(struct cftt *t)
{
    struct ac_buf old = {0};

    change_data(t, 200, 50);
    cftt_bytes(&old, "old data ", 200);
    cftt_expect(t, cftt_holds(t, "slack", "live", old.p + 50, 150), "the old end is not shown");
    ac_buf_free(&old);
}

static void nrd09(struct cftt *t)
{
    struct ac_buf old = {0};

    change_data(t, 200, 400);
    cftt_bytes(&old, "old data ", 200);
    cftt_expect(t, cftt_holds(t, "data", "deleted", old.p, 200), "the old data is not shown");
    ac_buf_free(&old);
}

static void nrd10(struct cftt *t)
{
    struct ac_buf old = {0}, small = {0};
    size_t at;

    cftt_bytes(&old, "old data ", 40000);
    cftt_bytes(&small, "small ", 40);
    fx_hive_binary(t->hive, "k", "v", old.p, old.n);
    fx_hive_binary(t->hive, "spare", "v", small.p, small.n);
    cftt_build(t);
    at = fx_hive_value_at(t->hive, "k", "v");
    fx_put_le32(&t->file, fx_hive_value_at(t->hive, "spare", "v") + 8, 0x80000000);
    fx_change_data(&t->file, at, small.p, 40, fx_hive_data_at(t->hive, "spare", "v"));
    cftt_read(t);
    cftt_want_value(t, "k", "v", small.p, 40, "live");
    cftt_expect(t, cftt_holds(t, "data", "deleted", old.p, 16344), "the first piece is not shown");
    cftt_expect(t, cftt_holds(t, "data", "deleted", old.p + 32688, 7312),
                "the last piece is not shown");
    ac_buf_free(&old);
    ac_buf_free(&small);
}

/* The new key is there already; the old one goes. */
static void rename_key(struct cftt *t, const char *name)
{
    fx_hive_sz(t->hive, "parent\\oldname", "v", "text");
    fx_hive_sz(t->hive, name, "v", "text");
    cftt_build(t);
    fx_delete_key(&t->file, fx_hive_key_at(t->hive, "parent\\oldname"));
    cftt_read(t);
    cftt_want_key(t, name, "live");
    cftt_want_key(t, "parent\\oldname", "deleted");
    want_text(t, name, "v", "text", "live");
}

static void nrd11(struct cftt *t)
{
    rename_key(t, "parent\\newname");
}

static void nrd12(struct cftt *t)
{
    rename_key(t, "parent\\new");
}

static void nrd13(struct cftt *t)
{
    rename_key(t, "parent\\a much longer new name");
}

static void rename_value(struct cftt *t, const char *name)
{
    fx_hive_sz(t->hive, "k", "oldname", "text");
    fx_hive_sz(t->hive, "k", name, "text");
    cftt_build(t);
    fx_delete_value(&t->file, fx_hive_key_at(t->hive, "k"),
                    fx_hive_value_at(t->hive, "k", "oldname"));
    cftt_read(t);
    want_text(t, "k", name, "text", "live");
    want_text(t, UNKNOWN, "oldname", "text", "deleted");
}

static void nrd14(struct cftt *t)
{
    rename_value(t, "newname");
}

static void nrd15(struct cftt *t)
{
    rename_value(t, "new");
}

static void nrd16(struct cftt *t)
{
    rename_value(t, "a much longer new name");
}

#define DELETED "recovered with its data, parent shown, labelled deleted"
#define OLD_DATA "new data live, old data from slack or free cells labelled"
#define OLD_NAME "old name recovered, labelled deleted"

const struct cftt_case cftt_nrd[] = {
    {"NRD-01", "delete a key with values", DELETED, nrd01, NULL},
    {"NRD-02", "delete a key with values and subkeys", DELETED, nrd02, NULL},
    {"NRD-03", "delete a key without values", DELETED, nrd03, NULL},
    {"NRD-04a", "delete the last value of a key", DELETED, nrd04, NULL},
    {"NRD-04b", "delete a value that others follow", DELETED, nrd04b,
     "v1 is recovered, its key is not shown: nothing in the file leads from one to the other\n"},
    {"NRD-05", "delete a value with big data", DELETED, nrd05, NULL},
    {"NRD-06", "delete several values", DELETED, nrd06, NULL},
    {"NRD-07", "change data to the same size", "new data live; nothing of the old is in the file",
     nrd07, NULL},
    {"NRD-08", "change data to a smaller size", OLD_DATA, nrd08, NULL},
    {"NRD-09", "change data to a larger size", OLD_DATA, nrd09, NULL},
    {"NRD-10", "change big data to small", OLD_DATA, nrd10, NULL},
    {"NRD-11", "rename a key: same length", OLD_NAME, nrd11, NULL},
    {"NRD-12", "rename a key: shorter", OLD_NAME, nrd12, NULL},
    {"NRD-13", "rename a key: longer", OLD_NAME, nrd13, NULL},
    {"NRD-14", "rename a value: same length", OLD_NAME, nrd14, NULL},
    {"NRD-15", "rename a value: shorter", OLD_NAME, nrd15, NULL},
    {"NRD-16", "rename a value: longer", OLD_NAME, nrd16, NULL},
    {0}};
