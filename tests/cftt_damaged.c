/* CR: parts of hives overwritten. MR: manipulated fields. OWN: logs, truncation, empty files. */
#include "cftt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 600
#define BASE 4096

/* ---- CR */

struct region {
    size_t from, to;
};

static bool inside(const struct region *r, size_t n, size_t at, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (at < r[i].to && at + len > r[i].from)
            return true;
    }
    return false;
}

/* KEYS keys below 20 parents, each with a value of 100 bytes that begins with its number. */
static void build_many(struct cftt *t)
{
    char path[32];

    for (unsigned i = 0; i < KEYS; i++) {
        struct ac_buf b = {0};
        char tag[32];

        snprintf(path, sizeof(path), "p%u\\key%u", i % 20, i);
        snprintf(tag, sizeof(tag), "data of %u ", i);
        cftt_bytes(&b, tag, 100);
        fx_hive_binary(t->hive, path, "v", b.p, b.n);
        ac_buf_free(&b);
    }
    cftt_build(t);
}

static const struct ac_record *record_at(const struct cftt *t, enum ac_kind kind, size_t cell)
{
    for (size_t i = 0; i < t->records.n; i++) {
        const struct ac_record *r = t->records.items[i];
        const json_t *at = ac_record_prov_json(r, "cell_offset");

        if (ac_record_kind(r) == kind && at && (size_t)json_integer_value(at) == cell)
            return r;
    }
    return NULL;
}

/* Everything that lies outside of the regions must be shown, live or labelled. */
static void want_rest(struct cftt *t, const struct region *regions, size_t n)
{
    unsigned keys = 0, values = 0, missing_keys = 0, missing_values = 0, wrong = 0;
    char path[32];

    for (unsigned i = 0; i < KEYS; i++) {
        size_t key, value, data;
        const struct ac_record *r;

        snprintf(path, sizeof(path), "p%u\\key%u", i % 20, i);
        key = fx_hive_key_at(t->hive, path);
        value = fx_hive_value_at(t->hive, path, "v");
        data = fx_hive_data_at(t->hive, path, "v");
        if (!inside(regions, n, key, 4 + 76 + 6)) {
            keys++;
            r = record_at(t, AC_KIND_KEY, key);
            missing_keys += r == NULL;
            wrong += r && !strstr(ac_record_get(r, "path"), strchr(path, 'k'));
        }
        if (!inside(regions, n, value, 25) && !inside(regions, n, data, 104)) {
            struct ac_buf b = {0};
            char tag[32];

            values++;
            snprintf(tag, sizeof(tag), "data of %u ", i);
            cftt_bytes(&b, tag, 100);
            r = record_at(t, AC_KIND_VALUE, value);
            missing_values += r == NULL || !cftt_data_is(r, b.p, b.n);
            ac_buf_free(&b);
        }
    }
    cftt_expect(t, missing_keys == 0, "%u of %u intact keys are not shown", missing_keys, keys);
    cftt_expect(t, missing_values == 0, "%u of %u intact values are not shown", missing_values,
                values);
    cftt_expect(t, wrong == 0, "%u keys have another name", wrong);
    cftt_expect(t, keys > 50 && values > 50, "too little is intact for this case");
    cftt_expect(t, t->rc == AC_OK, "the parser ended with an error");
    cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) > 0, "nothing is reported as abnormal");
}

static void damage(struct cftt *t, const struct region *regions, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cftt_overwrite(t, regions[i].from, regions[i].to);
    cftt_read(t);
    want_rest(t, regions, n);
}

static void cr01(struct cftt *t)
{
    const struct region r = {BASE, 2 * BASE};

    build_many(t);
    damage(t, &r, 1);
    cftt_expect(t, cftt_has_problem(t, "no root key can be reached"), "the lost root is not named");
    cftt_expect(t, cftt_count(t, AC_KIND_KEY, "live") == 0,
                "keys without a root are shown as live");
    cftt_expect(t, cftt_count(t, AC_KIND_KEY, "unlinked") > 500, "orphans are not listed");
}

static void cr02(struct cftt *t)
{
    for (size_t bin = 3; bin < 20; bin += 4) {
        const struct region r = {bin * BASE, (bin + 1) * BASE};

        build_many(t);
        damage(t, &r, 1);
        cftt_expect(t, cftt_has_problem(t, "no hive bin begins here"), "the bin is not named");
    }
}

static void cr03(struct cftt *t)
{
    struct region r;

    build_many(t);
    r = (struct region){t->file.n / 2, t->file.n};
    damage(t, &r, 1);
}

static void cr04(struct cftt *t)
{
    struct region r[64];
    size_t n = 0;

    build_many(t);
    for (size_t at = 3 * BASE; at < t->file.n && n < 64; at += 4 * BASE)
        r[n++] = (struct region){at, at + BASE};
    damage(t, r, n);
}

static void cr05(struct cftt *t)
{
    const struct region r = {0, BASE};

    build_many(t);
    damage(t, &r, 1);
    cftt_expect(t, cftt_count(t, AC_KIND_KEY, "live") == KEYS + 21, "not all keys are live");
    cftt_expect(t, cftt_has_problem(t, "no signature"), "the lost base block is not named");
    build_many(t); /* and cut off altogether */
    memmove(t->file.p, t->file.p + BASE, t->file.n - BASE);
    t->file.n -= BASE;
    cftt_read(t);
    cftt_expect(t, cftt_count(t, AC_KIND_KEY, "live") == KEYS + 21,
                "cut off: not all keys are live");
    cftt_expect(t, record_at(t, AC_KIND_KEY, fx_hive_key_at(t->hive, "p1\\key1") - BASE) != NULL,
                "cut off: places are not those of the file");
}

static void cr06(struct cftt *t)
{
    struct region r;

    build_many(t);
    r = (struct region){0, t->file.n / 2};
    damage(t, &r, 1);
}

static void cr07(struct cftt *t)
{
    struct region r[2];

    build_many(t);
    r[0] = (struct region){0, t->file.n / 4};
    r[1] = (struct region){t->file.n / 4 * 3, t->file.n};
    damage(t, r, 2);
}

#define REST "abnormal parts reported with their place, all that is intact shown"

const struct cftt_case cftt_cr[] = {
    {"CR-01", "bin with the root key overwritten", REST ", remaining keys as orphans", cr01, NULL},
    {"CR-02", "one bin overwritten (five places)", REST, cr02, NULL},
    {"CR-03", "last half overwritten", REST, cr03, NULL},
    {"CR-04", "every fourth bin of 4 KiB overwritten with its header", REST, cr04, NULL},
    {"CR-05", "base block overwritten, base block missing", REST ", all keys live", cr05, NULL},
    {"CR-06", "first half with the base block overwritten", REST, cr06, NULL},
    {"CR-07", "first and last quarter overwritten", REST, cr07, NULL},
    {0}};

/* ---- MR */

/* a (values v1, v2, v3), a\b, a\c, a\d, e\f, big data in e */
static void build_small(struct cftt *t)
{
    struct ac_buf b = {0};

    cftt_bytes(&b, "some data ", 40);
    fx_hive_binary(t->hive, "a", "v1", b.p, 40);
    fx_hive_sz(t->hive, "a", "v2", "text of v2");
    fx_hive_dword(t->hive, "a", "v3", 4711);
    cftt_bytes(&b, "", 40000);
    fx_hive_binary(t->hive, "e", "big", b.p, 40000);
    fx_hive_key(t->hive, "a\\b", 0);
    fx_hive_key(t->hive, "a\\c", 0);
    fx_hive_key(t->hive, "a\\d", 0);
    fx_hive_key(t->hive, "e\\f", 0);
    cftt_build(t);
    ac_buf_free(&b);
}

static size_t key_at(struct cftt *t, const char *path)
{
    return fx_hive_key_at(t->hive, path);
}

static size_t value_at(struct cftt *t, const char *name)
{
    return fx_hive_value_at(t->hive, strcmp(name, "big") == 0 ? "e" : "a", name);
}

static void put(struct cftt *t, size_t at, uint32_t v)
{
    fx_put_le32(&t->file, at, v);
}

static void want_problem(struct cftt *t, const char *word)
{
    cftt_expect(t, cftt_has_problem(t, word), "no problem that tells '%s'", word);
}

static void mr01(struct cftt *t)
{
    static const char *const roots[] = {"a", "a\\b"};

    for (int i = 0; i < 2; i++) {
        build_small(t);
        put(t, 36, (uint32_t)(key_at(t, roots[i]) - BASE));
        fx_hive_checksum(&t->file);
        cftt_read(t);
        want_problem(t, "not marked as a root");
        cftt_want_key(t, "", "unlinked");
        cftt_want_key(t, "e\\f", "unlinked");
    }
}

static void mr02(struct cftt *t)
{
    build_small(t);
    fx_put_le16(&t->file, key_at(t, "a\\c") + 0x4C, 500);
    cftt_read(t);
    want_problem(t, "states a name of 500 bytes");
    cftt_want_key(t, "a\\d", "live");
    build_small(t);
    put(t, key_at(t, "a\\c"), 0U - 16);
    cftt_read(t);
    want_problem(t, "should be a key");
    cftt_want_key(t, "a\\d", "live");
    build_small(t);
    put(t, key_at(t, "a\\c"), 0U - 20000);
    cftt_read(t);
    want_problem(t, "states a size of 20000");
    cftt_want_key(t, "a\\d", "live");
}

static void mr03(struct cftt *t)
{
    for (int i = 1; i <= 4; i++) {
        size_t list;

        build_small(t);
        list = fx_hive_subkeys_at(t->hive, "a");
        if (i == 1)
            put(t, key_at(t, "a") + 0x18, 0);
        else if (i == 2)
            put(t, list, 0U - 8);
        else if (i == 3)
            fx_put_le16(&t->file, list + 6, 0);
        else
            memset(t->file.p + list + 8, 0, 24);
        cftt_read(t);
        cftt_want_key(t, "a\\b", "unlinked");
        cftt_want_key(t, "a\\c", "unlinked");
        cftt_want_key(t, "a\\d", "unlinked");
        cftt_want_key(t, "e\\f", "live");
        if (i > 1)
            cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) > 0, "variant %d: not reported", i);
    }
}

static void mr04(struct cftt *t)
{
    for (int i = 1; i <= 3; i++) {
        const char *path = i == 3 ? "(unknown parent)" : "a";
        size_t list;

        build_small(t);
        list = fx_hive_values_at(t->hive, "a");
        if (i == 1)
            put(t, key_at(t, "a") + 0x28, 0);
        else if (i == 2)
            put(t, list, 0U - 8);
        else
            memset(t->file.p + list + 4, 0, 12);
        cftt_read(t);
        cftt_want_value(t, i == 2 ? "a" : path, "v3", "\x67\x12\0\0", 4, "unlinked");
        if (i != 2)
            cftt_expect(t, cftt_value(t, path, "v1", "unlinked") != NULL, "variant %d: v1", i);
        cftt_want_key(t, "a\\b", "live");
    }
}

static void mr05(struct cftt *t)
{
    build_small(t);
    fx_put_le16(&t->file, value_at(t, "v2") + 6, 300);
    cftt_read(t);
    want_problem(t, "states a name of 300 bytes");
    cftt_want_value(t, "a", "v3", "\x67\x12\0\0", 4, "live");
    build_small(t);
    put(t, value_at(t, "v2"), 0U - 8);
    cftt_read(t);
    want_problem(t, "should be a value");
    cftt_want_value(t, "a", "v3", "\x67\x12\0\0", 4, "live");
}

static void mr06(struct cftt *t)
{
    struct ac_buf b = {0};
    const struct ac_record *r;

    cftt_bytes(&b, "some data ", 40);
    build_small(t);
    put(t, value_at(t, "v1") + 8, 0);
    cftt_read(t);
    want_problem(t, "states no data, but leads to a cell");
    build_small(t);
    put(t, fx_hive_data_at(t->hive, "a", "v1"), 0U - 4);
    cftt_read(t);
    want_problem(t, "states a size of 4 bytes");
    build_small(t);
    put(t, value_at(t, "v1") + 12, 0);
    cftt_read(t);
    want_problem(t, "value's data at 0x0");
    build_small(t);
    put(t, value_at(t, "v1") + 16, FX_REG_SZ);
    cftt_read(t);
    r = cftt_value(t, "a", "v1", "live");
    cftt_expect(t, r && ac_record_get_int(r, "type") == FX_REG_SZ, "the type is not as stored");
    cftt_expect(t, cftt_data_is(r, b.p, 40), "the data is not as stored");
    ac_buf_free(&b);
}

static void mr07(struct cftt *t)
{
    build_small(t);
    put(t, value_at(t, "big") + 8, 0);
    cftt_read(t);
    want_problem(t, "states no data, but leads to a cell");
}

static void mr08(struct cftt *t)
{
    build_small(t);
    put(t, fx_hive_subkeys_at(t->hive, "e") + 8, (uint32_t)(key_at(t, "e") - BASE));
    cftt_read(t);
    want_problem(t, "key loop");
    cftt_want_key(t, "e\\f", "unlinked");
    cftt_want_key(t, "a\\b", "live");
}

static void mr09(struct cftt *t)
{
    build_small(t);
    put(t, value_at(t, "v3") + 8, 0x80000008);
    cftt_read(t);
    want_problem(t, "states 8 bytes of data, 4 are there");
    cftt_want_value(t, "a", "v3", "\x67\x12\0\0", 4, "live");
}

static void multiplied(struct cftt *t, const char *name, uint32_t by)
{
    size_t at;
    uint32_t size;

    build_small(t);
    at = value_at(t, name) + 8;
    size = ac_le32((const uint8_t *)t->file.p + at);
    put(t, at, size * by);
    cftt_read(t);
    want_problem(t, "bytes of data");
    cftt_expect(t, cftt_value(t, "a", name, "live") != NULL, "the value is not shown");
}

static void mr10(struct cftt *t)
{
    multiplied(t, "v1", 4);
    multiplied(t, "v1", 1000000);
}

static void mr11(struct cftt *t)
{
    multiplied(t, "v2", 4);
    multiplied(t, "v2", 1000000);
}

static void mr12(struct cftt *t)
{
    struct ac_buf b = {0};

    cftt_bytes(&b, "some data ", 40);
    cftt_bytes(&b, "", 40000);
    build_small(t);
    put(t, 24, 3);
    fx_hive_checksum(&t->file);
    cftt_read(t);
    want_problem(t, "in pieces");
    cftt_want_value(t, "e", "big", b.p, 40000, "live");
    fx_hive_options(t->hive)->minor = 3;
    cftt_build(t);
    put(t, 24, 5);
    fx_hive_checksum(&t->file);
    cftt_read(t);
    cftt_want_value(t, "e", "big", b.p, 40000, "live");
    ac_buf_free(&b);
}

static void mr13(struct cftt *t)
{
    fx_hive_key(t->hive, "\xE3\x82\xBD\xE3\x83\x95", 0);
    fx_key_raw(fx_hive_root(t->hive), "w\0i\0d\0e", 8, 0);
    cftt_build(t);
    for (size_t at = BASE; at + 80 < t->file.n; at += 8) {
        if (memcmp(t->file.p + at + 4, "nk", 2) == 0)
            t->file.p[at + 6] |= 0x20;
    }
    cftt_read(t);
    want_problem(t, "marked as 8-bit text");
    cftt_want_key(t, "w\\u{0}i\\u{0}d\\u{0}e\\u{0}", "live");
}

static void mr14(struct cftt *t)
{
    fx_key_value_raw(fx_hive_root(t->hive), "w\0i\0d\0e", 8, FX_REG_SZ, "x\0\0", 4);
    cftt_build(t);
    for (size_t at = BASE; at + 28 < t->file.n; at += 8) {
        if (memcmp(t->file.p + at + 4, "vk", 2) == 0)
            t->file.p[at + 20] |= 1;
    }
    cftt_read(t);
    want_problem(t, "marked as 8-bit text");
    cftt_want_value(t, "", "w\\u{0}i\\u{0}d\\u{0}e\\u{0}", "x\0\0", 4, "live");
}

static void mr15(struct cftt *t)
{
    fx_hive_key(t->hive, "Gr\xC3\xBCn", 0);                                /* 8-bit */
    fx_key_raw(fx_hive_root(t->hive), "p\0l\0a\0i\0n\0", 10, 0);           /* UTF-16 without need */
    fx_hive_key(t->hive, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 0);       /* UTF-16 */
    fx_hive_value(t->hive, "v", "sjis", FX_REG_SZ, "\x93\xFA\x96\x7B", 4); /* no UTF-16 */
    cftt_build(t);
    cftt_read(t);
    cftt_want_key(t, "Gr\xC3\xBCn", "live");
    cftt_want_key(t, "plain", "live");
    cftt_want_key(t, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "live");
    cftt_want_value(t, "v", "sjis", "\x93\xFA\x96\x7B", 4, "live");
}

const struct cftt_case cftt_mr[] = {
    {"MR-01", "root offset leads to a subkey (two places)", "hidden root found", mr01, NULL},
    {"MR-02", "key name size, size of a key's cell", "mismatch reported", mr02, NULL},
    {"MR-03", "subkey count, cell size, list count, offsets", "subkeys found by their parent field",
     mr03, NULL},
    {"MR-04", "value count, cell size of the list, offsets", "unlisted values found", mr04, NULL},
    {"MR-05", "value name size, size of a value's cell", "reported", mr05, NULL},
    {"MR-06", "data size 0, cell size 4, data offset 0, type",
     "stated and allocated size reported; type and data as stored", mr06, NULL},
    {"MR-07", "big data of size 0", "reported", mr07, NULL},
    {"MR-08", "key loop", "ends, loop named", mr08, NULL},
    {"MR-09", "REG_DWORD with data size 8", "bounded read, reported", mr09, NULL},
    {"MR-10", "binary data size multiplied", "bounded, reported", mr10, NULL},
    {"MR-11", "string data size multiplied", "bounded, reported", mr11, NULL},
    {"MR-12", "format version changed, with big data", "both readings considered", mr12, NULL},
    {"MR-13", "8-bit flag set on a UTF-16 key name", "ambiguity shown", mr13, NULL},
    {"MR-14", "8-bit flag set on a UTF-16 value name", "ambiguity shown", mr14, NULL},
    {"MR-15", "names and data in different encodings", "bytes exact", mr15, NULL},
    {0}};

/* ---- OWN */

static struct ac_buf log1;

/* A dirty hive without key "late", which its log has. */
static void build_dirty(struct cftt *t, bool old)
{
    struct fx_log how = {.sequence = 8, .entries = 2};
    struct ac_buf after = {0};

    fx_hive_free(t->hive);
    t->hive = fx_hive_new("root");
    fx_hive_options(t->hive)->file_name = "\\??\\C:\\Users\\user1\\NTUSER.DAT";
    fx_hive_sz(t->hive, "early", "v", "x");
    cftt_build(t);
    fx_hive_sz(t->hive, "late", "v", "y");
    for (int i = 0; i < 600; i++)
        fx_hive_dword(t->hive, "late", "n", 1);
    fx_hive_build(t->hive, &after);
    fx_hive_dirty(&t->file, 8);
    ac_buf_free(&log1);
    if (old)
        fx_log_old(fx_view(&t->file), fx_view(&after), &how, &log1);
    else
        fx_log_new(fx_view(&t->file), fx_view(&after), &how, &log1);
    t->logs[0] = (struct ac_companion){"Users/user1/NTUSER.DAT.LOG1", fx_view(&log1)};
    t->n_logs = 1;
    ac_buf_free(&after);
}

static void own01(struct cftt *t)
{
    build_dirty(t, false);
    cftt_read(t);
    cftt_want_key(t, "late", "from-log");
    cftt_want_value(t, "late", "v", "y\0\0", 4, "from-log");
    cftt_expect(t, cftt_key(t, "early", NULL) != NULL, "what was there before is gone");
    cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) == 0, "problems after a complete replay");
    t->n_logs = 0;
    cftt_read(t);
    cftt_expect(t, !cftt_key(t, "late", NULL), "without the log there is no such key");
    want_problem(t, "the hive is dirty");
}

static void own02(struct cftt *t)
{
    build_dirty(t, false);
    log1.p[512 + ac_le32((const uint8_t *)log1.p + 516) + 100] ^= 1;
    cftt_read(t);
    want_problem(t, "log entry 9 are damaged");
    build_dirty(t, false);
    log1.p[600] ^= 1;
    cftt_read(t);
    want_problem(t, "log entry 8 are damaged");
    want_problem(t, "the hive is dirty");
    cftt_expect(t, !cftt_key(t, "late", NULL), "a damaged entry was applied");
}

static void own03(struct cftt *t)
{
    size_t second;

    build_dirty(t, false);
    second = 512 + ac_le32((const uint8_t *)log1.p + 516);
    fx_put_le32(&log1, second + 12, 10);
    fx_log_rehash(&log1, second);
    cftt_read(t);
    want_problem(t, "a gap in the log");
}

static void own04(struct cftt *t)
{
    build_dirty(t, true);
    cftt_read(t);
    cftt_want_key(t, "late", "from-log");
    cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) == 0, "problems after a complete replay");
}

static void own05(struct cftt *t)
{
    build_dirty(t, false);
    fx_put_le16(&log1, 48 + 2 * 14, '2');
    fx_hive_checksum(&log1);
    cftt_read(t);
    want_problem(t, "the log of another hive");
    want_problem(t, "the hive is dirty");
    cftt_expect(t, !cftt_key(t, "late", NULL), "another hive's log was applied");
}

static void own06(struct cftt *t)
{
    build_many(t);
    fx_zero(&t->file, 3 * BASE);
    cftt_read(t);
    cftt_expect(t, cftt_count(t, AC_KIND_KEY, "live") == KEYS + 21, "not all keys");
    cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) == 0, "zero pages are no problem");
}

static void own07(struct cftt *t)
{
    build_many(t);
    for (size_t n = t->file.n - BASE; n > 4 * BASE; n -= BASE) {
        const struct region r = {n, SIZE_MAX};

        t->file.n = n;
        cftt_read(t);
        if (n > t->file.cap / 4) /* the rest is too small for the count of want_rest() */
            want_rest(t, &r, 1);
        else
            cftt_expect(t, cftt_count(t, AC_KIND_PROBLEM, NULL) > 0, "%zu bytes: not reported", n);
    }
}

static void own08(struct cftt *t)
{
    ac_buf_add(&t->file, "", 0);
    cftt_read(t);
    cftt_expect(t, t->rc == AC_TRUNCATED, "an empty file is not reported");
    cftt_expect(t, t->records.n == 0, "records of nothing");
}

static void own09(struct cftt *t)
{
    struct ac_buf command = {0}, wide = {0};

    cftt_bytes(&command, "C:\\Users\\user1\\AppData\\Local\\x\\x.exe ", 5000);
    fx_utf16z(&wide, "");
    for (size_t i = 0; i < command.n; i++)
        fx_le16(&wide, (uint8_t)command.p[i]);
    fx_le16(&wide, 0);
    fx_hive_value(t->hive, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "long", FX_REG_SZ,
                  wide.p, wide.n);
    cftt_build(t);
    cftt_read(t);
    cftt_want_value(t, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "long", wide.p, wide.n,
                    "live");
    ac_buf_free(&log1);
    ac_buf_free(&command);
    ac_buf_free(&wide);
}

const struct cftt_case cftt_own[] = {
    {"OWN-01", "dirty hive with a log of the new format", "replayed, labelled from-log", own01,
     NULL},
    {"OWN-02", "log entry with a wrong Marvin32 hash", "applied up to it, reported", own02, NULL},
    {"OWN-03", "gap in the sequence of log entries", "applied up to it, reported", own03, NULL},
    {"OWN-04", "dirty hive with a log of the old format", "replayed, labelled from-log", own04,
     NULL},
    {"OWN-05", "log of another hive", "refused, reported, hive as it lies", own05, NULL},
    {"OWN-06", "zero pages behind the hive", "no problem", own06, NULL},
    {"OWN-07", "cut at every 4 KiB", REST, own07, NULL},
    {"OWN-08", "file of 0 bytes", "reported", own08, NULL},
    {"OWN-09", "command line of 5,000 characters", "exact", own09, NULL},
    {0}};
