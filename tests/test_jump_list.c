/* Jump lists of all versions and the compound files that they are; damage; the real ones. */
#include "build_ole.h"

#include "jump_list_parts.h"
#include "ole.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTEPAD "9b9cdc69c1c24e2b"
#define FOLDER "Users/user1/AppData/Roaming/Microsoft/Windows/Recent/"
#define AUTOMATIC FOLDER "AutomaticDestinations/" NOTEPAD ".automaticDestinations-ms"
#define CUSTOM FOLDER "CustomDestinations/" NOTEPAD ".customDestinations-ms"
#define LINK_CLASS "\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"

static struct fx_records out;
static struct ac_buf file, list, links[3];

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&file);
    ac_buf_free(&list);
    for (int i = 0; i < 3; i++)
        ac_buf_free(&links[i]);
}

TestSuite(jump_list, .init = begin, .fini = end);
TestSuite(ole, .init = begin, .fini = end);

static enum ac_rc parse(const char *path, struct ac_view v)
{
    struct ac_artefact a = {.bytes = v, .path = path, .user = "user1"};
    struct ac_budget budget = {1000000};

    fx_records_free(&out);
    return ac_str_iends(ac_str_of(path), AC_STR("customDestinations-ms"))
               ? ac_parser_jump_list_custom.parse(&a, &budget, &out.sink, NULL)
               : ac_parser_jump_list.parse(&a, &budget, &out.sink, NULL);
}

static const struct fx_dest sample[] = {
    {"C:\\Users\\user1\\a.txt", "laptop-01", 0x1A, 0xFFFFFFFF, 3, 0},
    {"\\\\server1\\share\\\xE8\xAB\x8B.txt", "laptop-01", 2, 0, 1, 0},
};

/* Two entries and their shortcuts, and a shortcut of no entry. */
static void build(unsigned version, unsigned sector)
{
    struct fx_dest entries[2];
    struct fx_ole_stream streams[4];

    end();
    begin();
    memcpy(entries, sample, sizeof(sample));
    entries[0].time = fx_time("2021-01-05T08:30:14.5Z");
    entries[1].time = fx_time("2021-01-04T07:00:00Z");
    fx_dest_list(&list, version, entries, 2);
    fx_link(&links[0], ".\\a.txt", "laptop-01");
    fx_link(&links[1], ".\\b.txt", "server1");
    fx_link(&links[2], ".\\gone.txt", "laptop-01");
    streams[0] = (struct fx_ole_stream){"1a", fx_view(&links[0])};
    streams[1] = (struct fx_ole_stream){"DestList", fx_view(&list)};
    streams[2] = (struct fx_ole_stream){"2", fx_view(&links[1])};
    streams[3] = (struct fx_ole_stream){"3", fx_view(&links[2])};
    fx_ole(&file, streams, 4, sector);
}

static const struct ac_record *nth(enum ac_kind kind, size_t i)
{
    const struct ac_record *r = fx_nth(&out, kind, i);

    cr_assert_not_null(r, "no record %zu", i);
    return r;
}

static int64_t offset_of(const struct ac_record *r)
{
    return json_integer_value(ac_record_prov_json(r, "offset"));
}

static void check_sample(unsigned version)
{
    const struct ac_record *r;

    cr_assert_eq(fx_count(&out, AC_KIND_ACTIVITY), 2);
    cr_assert_eq(fx_count(&out, AC_KIND_SHORTCUT), 3);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    r = nth(AC_KIND_ACTIVITY, 0);
    cr_expect_str_eq(ac_record_get(r, "artefact"), "jump-list");
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_str_eq(ac_record_get(r, "text"), "C:\\Users\\user1\\a.txt");
    cr_expect_str_eq(ac_record_get(r, "program"), "Notepad (64-bit)");
    cr_expect_str_eq(ac_record_get(r, "list"), NOTEPAD);
    cr_expect_str_eq(ac_record_get(r, "time"), "2021-01-05T08:30:14.5Z");
    cr_expect_str_eq(ac_record_get(r, "time_source"), "stored with the entry");
    cr_expect_str_eq(ac_record_get(r, "machine"), "laptop-01");
    cr_expect_eq(ac_record_get_int(r, "entry"), 0x1A);
    cr_expect_not(ac_record_get_bool(r, "pinned"));
    cr_expect_eq(ac_record_get_int(r, "access_count"), version == 1 ? 0 : 3);
    cr_expect_eq(memcmp(file.p + offset_of(r) + 72, "laptop-01", 10), 0);
    r = nth(AC_KIND_ACTIVITY, 1);
    cr_expect_str_eq(ac_record_get(r, "text"), "\\\\server1\\share\\\xE8\xAB\x8B.txt");
    cr_expect(ac_record_get_bool(r, "pinned"));
    cr_expect_eq(ac_record_get_int(r, "position"), 1);
    r = nth(AC_KIND_SHORTCUT, 0);
    cr_expect_str_eq(ac_record_get(r, "relative_path"), ".\\a.txt");
    cr_expect_str_eq(ac_record_get(r, "list"), NOTEPAD);
    cr_expect_eq(ac_record_get_int(r, "entry"), 0x1A);
    cr_expect_eq(memcmp(file.p + offset_of(r), links[0].p, 20), 0);
    cr_expect_str_eq(ac_record_get(nth(AC_KIND_SHORTCUT, 1), "machine"), "server1");
    cr_expect_str_eq(ac_record_prov(nth(AC_KIND_SHORTCUT, 1), "state"), "");
    cr_expect_str_eq(ac_record_get(nth(AC_KIND_SHORTCUT, 2), "relative_path"), ".\\gone.txt");
    cr_expect_str_eq(ac_record_prov(nth(AC_KIND_SHORTCUT, 2), "state"), "unlinked");
}

Test(jump_list, all_versions_and_sizes_of_sectors)
{
    for (unsigned version = 1; version <= 4; version++) {
        for (unsigned sector = 512; sector <= 4096; sector *= 8) {
            build(version, sector);
            cr_assert_eq(parse(AUTOMATIC, fx_view(&file)), AC_OK);
            check_sample(version);
        }
    }
}

Test(jump_list, a_version_that_is_not_known_is_told)
{
    build(7, 512);
    cr_assert_eq(parse(AUTOMATIC, fx_view(&file)), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(fx_count(&out, AC_KIND_ACTIVITY), 2);
}

/* A list that is longer than the mini stream takes, with paths that are no text. */
Test(jump_list, long_lists_and_odd_paths)
{
    struct fx_dest entries[300];
    struct fx_ole_stream stream = {"DestList", {0}};
    const struct ac_record *r;
    char *line;

    for (uint32_t i = 0; i < 300; i++)
        entries[i] = (struct fx_dest){"C:\\abcd", "m\xE9", i + 1, 0xFFFFFFFF, 1, 0};
    fx_dest_list(&list, 4, entries, 300);
    fx_put_le16(&list, 32 + 130, 0xD83D); /* the first character of the first path */
    fx_put_le16(&list, 32 + 132, 0);
    stream.bytes = fx_view(&list);
    fx_ole(&file, &stream, 1, 512);
    cr_assert_eq(parse(AUTOMATIC, fx_view(&file)), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    cr_assert_eq(fx_count(&out, AC_KIND_ACTIVITY), 300);
    r = nth(AC_KIND_ACTIVITY, 0);
    line = ac_record_print(r);
    cr_expect_str_eq(ac_record_get(r, "text"), "\\u{D83D}\\u{0}\\abcd");
    cr_expect_str_eq(ac_record_get(r, "machine"), "m\xC3\xA9");
    cr_expect_null(ac_record_get_json(r, "time"));
    cr_expect(strstr(line, "\"text\":\"3dd800005c00"), "%s", line);
    cr_expect_eq(offset_of(nth(AC_KIND_ACTIVITY, 299)) % 512,
                 (32 + 299 * (130 + 14 + 4)) % 512); /* sectors in a row */
    ac_free(line);
}

Test(jump_list, lists_that_are_empty_or_missing)
{
    struct fx_ole_stream streams[] = {{"DestList", {0}}, {"DestListPropertyStore", {0}}};

    fx_ole(&file, streams, 2, 512);
    cr_assert_eq(parse(AUTOMATIC, fx_view(&file)), AC_OK);
    cr_expect_eq(out.n, 0);
    streams[0].name = "Other";
    ac_buf_clear(&file);
    fx_ole(&file, streams, 1, 512);
    cr_assert_eq(parse(AUTOMATIC, fx_view(&file)), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 2); /* a stream of unknown meaning, and no list */
}

Test(jump_list, fewer_entries_than_it_says)
{
    struct fx_ole_stream stream = {"DestList", {0}};

    fx_dest_list(&list, 1, sample, 2);
    fx_put_le32(&list, 4, 0xFFFFFFFF);
    stream.bytes = fx_view(&list);
    fx_ole(&file, &stream, 1, 512);
    cr_assert_eq(parse(AUTOMATIC, fx_view(&file)), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_ACTIVITY), 2);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

static void cut_everywhere(const char *path, size_t without_a_word)
{
    for (size_t n = 0; n < file.n; n++) {
        uint8_t *copy = malloc(n ? n : 1); /* of that very size: a sanitizer sees any overrun */
        enum ac_rc rc;

        memcpy(copy, file.p, n);
        rc = parse(path, (struct ac_view){copy, n, 0});
        free(copy);
        cr_assert(rc != AC_OK || fx_count(&out, AC_KIND_PROBLEM) > 0 || n >= without_a_word,
                  "%zu: %s", n, ac_rc_name(rc));
    }
}

static void change_everywhere(const char *path)
{
    for (size_t i = 0; i < file.n; i++) {
        for (int k = 0; k < 3; k++) {
            char old = file.p[i];

            file.p[i] = k == 0 ? 0 : k == 1 ? (char)0xFF : (char)(old ^ 1);
            parse(path, fx_view(&file));
            file.p[i] = old;
        }
    }
}

static void fail_everywhere(const char *path, size_t records)
{
    bool finished = false;

    for (unsigned long n = 1; !finished; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(path, fx_view(&file));
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        finished = rc == AC_OK && out.n == records;
        cr_assert_lt(n, 10000);
    }
}

Test(jump_list, damage_ends_well)
{
    build(3, 512);
    cut_everywhere(AUTOMATIC,
                   file.n - 512 + 4 * (file.n / 512 - 2)); /* the rest of the FAT is free */
    change_everywhere(AUTOMATIC);
    fail_everywhere(AUTOMATIC, 5);
}

/* ---- lists that a program makes */

static void custom_link(const char *relative)
{
    ac_buf_add(&file, LINK_CLASS, 16);
    fx_link(&file, relative, "laptop-01");
}

static void build_custom(void)
{
    fx_le32(&file, 2);
    fx_le32(&file, 3);
    fx_le32(&file, 0);
    fx_le32(&file, 0); /* a category of its own */
    fx_le16(&file, 4);
    fx_utf16(&file, "Mine");
    fx_le32(&file, 2);
    custom_link("one");
    custom_link("two");
    fx_le32(&file, 0xBABFFBAB);
    fx_le32(&file, 1); /* a known one: no shortcuts */
    fx_le32(&file, 2);
    fx_le32(&file, 0xBABFFBAB);
    fx_le32(&file, 2); /* tasks */
    fx_le32(&file, 1);
    custom_link("three");
    fx_le32(&file, 0xBABFFBAB);
}

static void expect_link(size_t i, const char *relative, const char *category, const char *state)
{
    const struct ac_record *r = nth(AC_KIND_SHORTCUT, i);

    cr_expect_str_eq(ac_record_get(r, "relative_path"), relative);
    cr_expect_str_eq(ac_record_get(r, "category"), category);
    cr_expect_str_eq(ac_record_get(r, "list"), NOTEPAD);
    cr_expect_str_eq(ac_record_prov(r, "state"), state);
    cr_expect_eq(memcmp(file.p + offset_of(r), "\x4C\0\0\0", 4), 0);
}

Test(jump_list, custom_categories)
{
    build_custom();
    cr_assert_eq(parse(CUSTOM, fx_view(&file)), AC_OK);
    cr_assert_eq(out.n, 3);
    expect_link(0, "one", "Mine", "");
    expect_link(1, "two", "Mine", "");
    expect_link(2, "three", "tasks", "");
}

Test(jump_list, custom_damage_is_searched_behind)
{
    build_custom();
    fx_put_le32(&file, 12 + 4 + 2 + 8, 99); /* more shortcuts than there are */
    cr_assert_eq(parse(CUSTOM, fx_view(&file)), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 2);
    cr_assert_eq(fx_count(&out, AC_KIND_SHORTCUT), 3);
    expect_link(1, "two", "Mine", "");
    expect_link(2, "three", "", "unlinked");
    end();
    begin();
    build_custom();
    fx_put_le32(&file, 4, 0); /* no categories, it says */
    cr_assert_eq(parse(CUSTOM, fx_view(&file)), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_SHORTCUT), 3);
}

Test(jump_list, custom_damage_ends_well)
{
    build_custom();
    cut_everywhere(CUSTOM, file.n);
    change_everywhere(CUSTOM);
    fail_everywhere(CUSTOM, 3);
}

/* ---- AppIDs: CRC-64 of the text in upper case, as libyal/dtformats tells */

static uint64_t app_id(const char *text)
{
    struct ac_buf bytes = {0}, upper = {0};
    uint64_t crc = UINT64_MAX;

    for (const char *p = text; *p; p++)
        ac_buf_addc(&upper, (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p));
    fx_utf16(&bytes, ac_buf_text(&upper));
    for (size_t i = 0; i < bytes.n; i++) {
        crc ^= (uint8_t)bytes.p[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ UINT64_C(0x92C64265D32139A4) : crc >> 1;
    }
    ac_buf_free(&bytes);
    ac_buf_free(&upper);
    return crc;
}

Test(jump_list, every_known_app_id_is_that_of_its_text)
{
    char hex[20];

    for (const struct ac_jump_list_app *a = ac_jump_list_apps; a->id; a++) {
        snprintf(hex, sizeof(hex), "%" PRIx64, app_id(a->text));
        cr_expect_str_eq(a->id, hex, "%s", a->text);
        cr_expect_str_eq(ac_jump_list_app(ac_str_of(hex)), a->program);
    }
    cr_expect_null(ac_jump_list_app(AC_STR("0123456789abcdef")));
}

/* ---- compound files */

Test(ole, streams_of_every_size)
{
    static const size_t sizes[] = {0, 1, 64, 65, 4095, 4096, 4097, 70000};

    for (unsigned sector = 512; sector <= 4096; sector *= 8) {
        struct fx_ole_stream streams[8];
        struct ac_buf bytes = {0}, read = {0};
        struct ac_budget budget = {1000000};
        struct ac_ole *o = NULL;

        for (size_t i = 0; i < 70000; i++)
            fx_u8(&bytes, (unsigned)(i * 7 / 3) & 0xFF);
        for (size_t i = 0; i < 8; i++)
            streams[i] = (struct fx_ole_stream){"s", {(const uint8_t *)bytes.p + i, sizes[i], 0}};
        streams[7].bytes.p = (const uint8_t *)bytes.p;
        ac_buf_clear(&file);
        fx_ole(&file, streams, 8, sector);
        cr_assert_eq(ac_ole_open(fx_view(&file), &budget, &o, NULL), AC_OK);
        cr_assert_eq(ac_ole_streams(o), 8);
        for (size_t i = 0; i < 8; i++) {
            cr_assert_eq(ac_ole_read(o, i, &read, NULL), AC_OK, "%zu", sizes[i]);
            cr_assert_eq(read.n, sizes[i]);
            cr_expect(sizes[i] == 0 || memcmp(read.p, streams[i].bytes.p, sizes[i]) == 0);
            for (size_t at = 0; at < sizes[i]; at += 1 + sizes[i] / 9)
                cr_expect_eq((uint8_t)file.p[ac_ole_offset(o, i, at)], streams[i].bytes.p[at]);
            cr_expect(sizes[i] == 0 || ac_ole_offset(o, i, 0) == ac_ole_stream(o, i)->offset);
        }
        ac_ole_close(o);
        ac_buf_free(&bytes);
        ac_buf_free(&read);
    }
}

/* A FAT of more than 109 sectors needs a chain of its own to be found. */
Test(ole, a_fat_that_is_found_by_a_chain)
{
    size_t n_fat = 110, n = n_fat * 128, sector = 512;
    struct ac_budget budget = {1000000};
    struct ac_buf read = {0};
    struct ac_ole *o = NULL;

    ac_buf_add(&file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    fx_pad_to(&file, sector * (n + 1));
    fx_put_le16(&file, 30, 9);
    fx_put_le16(&file, 32, 6);
    fx_put_le32(&file, 48, 0);          /* sector 0: directory */
    fx_put_le32(&file, 60, 0xFFFFFFFE); /* no mini FAT */
    fx_put_le32(&file, 68, 1);          /* sector 1: where FAT sectors behind the 109th stand */
    for (uint32_t i = 0; i < 109; i++)
        fx_put_le32(&file, 76 + 4 * i, 2 + i);
    fx_put_le32(&file, 2 * sector, 2 + 109);
    fx_put_le32(&file, 2 * sector + 4, 0xFFFFFFFF);
    fx_put_le32(&file, 3 * sector - 4, 0xFFFFFFFE);
    fx_put_le32(&file, 3 * sector, 0xFFFFFFFE); /* end of the directory */
    /* a stream in the nine last sectors, whose numbers stand in the last FAT sector */
    for (size_t i = n - 9; i < n; i++)
        fx_put_le32(&file, (2 + i / 128 + 1) * sector + i % 128 * 4,
                    i + 1 < n ? (uint32_t)i + 1 : 0xFFFFFFFE);
    file.p[sector + 66] = 2;
    fx_put_le32(&file, sector + 116, (uint32_t)(n - 9));
    fx_put_le32(&file, sector + 120, 9 * 512);
    memset(file.p + (n - 9 + 1) * sector, 'x', 9 * sector);
    cr_assert_eq(ac_ole_open(fx_view(&file), &budget, &o, NULL), AC_OK);
    cr_assert_eq(ac_ole_streams(o), 1);
    cr_assert_eq(ac_ole_read(o, 0, &read, NULL), AC_OK);
    cr_expect(read.n == 9 * 512 && read.p[0] == 'x' && read.p[read.n - 1] == 'x');
    ac_ole_close(o);
    ac_buf_free(&read);
}

Test(ole, circles_and_lies_end)
{
    struct ac_budget budget = {1000000};
    struct ac_buf read = {0};
    struct ac_ole *o = NULL;
    size_t fat;

    build(3, 512);
    fat = file.n - 512;
    fx_put_le32(&file, fat, 0); /* the directory's first sector follows itself */
    cr_expect_eq(ac_ole_open(fx_view(&file), &budget, &o, NULL), AC_CORRUPT);
    cr_assert_not_null(o);
    cr_expect_eq(ac_ole_streams(o), 3); /* of the first sector */
    ac_ole_close(o);
    build(3, 512);
    fx_put_le32(&file, 512 + 128 + 120, 0x7FFFFFFF); /* a size that no chain has */
    cr_assert_eq(ac_ole_open(fx_view(&file), &budget, &o, NULL), AC_OK);
    cr_expect_eq(ac_ole_read(o, 0, &read, NULL), AC_LIMIT);
    ac_ole_close(o);
    fx_put_le32(&file, 512 + 128 + 120, 1000000);
    cr_assert_eq(ac_ole_open(fx_view(&file), &budget, &o, NULL), AC_OK);
    cr_expect(ac_ole_read(o, 0, &read, NULL) == AC_TRUNCATED && read.n < file.n);
    ac_ole_close(o);
    fx_put_le16(&file, 30, 31);
    cr_expect_eq(ac_ole_open(fx_view(&file), &budget, &o, NULL), AC_UNSUPPORTED);
    ac_buf_free(&read);
}

/* ---- the real ones; what stands in them was read with a script of its own: plaso's tests count,
 * of the first, 7 entries with their shortcuts, of the second 2 */

Test(jump_list, real_files)
{
    static const struct {
        const char *file;
        size_t activities, shortcuts;
        const char *text, *time;
    } real[] = {
        {"1b4dd67f29cb1962.automaticDestinations-ms", 7, 7, "C:\\Users\\bperry\\Downloads",
         "2015-08-29T15:32:44.0343008Z"},
        {"9d1f905ce5044aee.automaticDestinations-ms", 2, 2,
         "http://support.microsoft.com/kb/3124263", "2016-01-17T13:08:08.2475045Z"},
        {"5afe4de1b92fc382.customDestinations-ms", 0, 9, NULL, NULL},
    };
    char path[300];

    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "lnk/jumplist/plaso-%s", real[i].file);
        ac_buf_clear(&file);
        if (!fx_load_realdata(path, &file))
            cr_skip_test("no real data");
        cr_assert_eq(parse(real[i].file, fx_view(&file)), AC_OK);
        cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
        cr_expect_eq(fx_count(&out, AC_KIND_ACTIVITY), real[i].activities);
        cr_expect_eq(fx_count(&out, AC_KIND_SHORTCUT), real[i].shortcuts);
        for (size_t k = 0; k < fx_count(&out, AC_KIND_SHORTCUT); k++)
            cr_expect_str_eq(ac_record_prov(nth(AC_KIND_SHORTCUT, k), "state"), "");
        if (!real[i].text)
            continue;
        cr_expect_str_eq(ac_record_get(nth(AC_KIND_ACTIVITY, 0), "text"), real[i].text);
        cr_expect_str_eq(ac_record_get(nth(AC_KIND_ACTIVITY, 0), "time"), real[i].time);
        cr_expect_str_neq(ac_record_get(nth(AC_KIND_ACTIVITY, 0), "program"), "");
    }
}
