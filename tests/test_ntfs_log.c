/* $LogFile: operations that name files, records across pages and turns, copies, damage; real logs. */
#include "build_ntfs_log.h"

#include "base/alloc.h"
#include "evidence/image.h"
#include "files/tree.h"
#include "ntfs_log.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADD_ROOT = 0x0C, REMOVE_ROOT = 0x0D, ADD_BUFFER = 0x0E, REMOVE_BUFFER = 0x0F, WRITE = 2 };
#define FILE_REF (UINT64_C(7) << 48 | 4242)
#define FOLDER_REF (UINT64_C(2) << 48 | 99)

static struct fx_records out;
static struct fx_ntfs_log log_at_hand;
static struct ac_buf file;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    ac_buf_clear(&file);
}

static void end(void)
{
    fx_records_free(&out);
    ac_buf_free(&file);
}

TestSuite(ntfs_log, .init = begin, .fini = end);

static void index_operation(unsigned operation, bool as_undo, const char *name)
{
    struct ac_buf entry = {0};
    struct ac_view none = {NULL, 0, 0};

    fx_log_index_entry(&entry, FILE_REF, FOLDER_REF, name);
    fx_ntfs_log_add(&log_at_hand, operation, as_undo ? none : fx_view(&entry), 0,
                    as_undo ? fx_view(&entry) : none);
    ac_buf_free(&entry);
}

static enum ac_rc parse_bytes(const void *p, size_t n, uint64_t steps)
{
    struct ac_budget budget = {steps};
    uint8_t *copy = malloc(n + 1);
    struct ac_artefact a = {.bytes = {copy, n, 0}, .path = "$LogFile", .user = ""};
    enum ac_rc rc;

    cr_assert_not_null(copy);
    memcpy(copy, p, n);
    fx_records_free(&out);
    rc = ac_parser_ntfs_log.parse(&a, &budget, &out.sink, NULL);
    free(copy);
    return rc;
}

static enum ac_rc parse(void)
{
    return parse_bytes(file.p, file.n, AC_BUDGET_STEPS);
}

static size_t changes(void)
{
    return fx_count(&out, AC_KIND_CHANGE);
}

static const char *what(size_t i)
{
    const struct ac_record *r = fx_nth(&out, AC_KIND_CHANGE, i);

    cr_assert_not_null(r);
    return json_string_value(json_array_get(ac_record_get_json(r, "reasons"), 0));
}

static const char *name(size_t i)
{
    return ac_record_get(fx_nth(&out, AC_KIND_CHANGE, i), "name");
}

Test(ntfs_log, every_operation_that_names_a_file)
{
    struct ac_buf record = {0};
    const struct ac_record *r;

    fx_ntfs_log_init(&log_at_hand, 1, 8);
    fx_log_file_record(&record, FILE_REF, FOLDER_REF, "written.dll");
    fx_ntfs_log_add(&log_at_hand, WRITE, fx_view(&record), 0, (struct ac_view){NULL, 0, 0});
    index_operation(ADD_ROOT, false, "root.dll");
    index_operation(ADD_BUFFER, false, "buffer.dll");
    index_operation(REMOVE_ROOT, true, "gone-root.dll");
    index_operation(REMOVE_BUFFER, true, "\xE8\xAB\x8B\xE6\xB1\x82.dll");
    index_operation(0x13, false, "not-an-entry.dll"); /* times of a name change: no name in it */
    fx_ntfs_log_build(&log_at_hand, &file);
    ac_buf_free(&record);
    cr_assert_eq(parse(), AC_OK);
    cr_assert_eq(changes(), 5);
    cr_expect_str_eq(what(0), "mft-entry-written");
    cr_expect_str_eq(name(0), "written.dll");
    cr_expect_str_eq(what(1), "index-entry-added");
    cr_expect_str_eq(what(2), "index-entry-added");
    cr_expect_str_eq(what(3), "index-entry-removed");
    cr_expect_str_eq(name(3), "gone-root.dll");
    cr_expect_str_eq(name(4), "\xE8\xAB\x8B\xE6\xB1\x82.dll");
    r = fx_nth(&out, AC_KIND_CHANGE, 0);
    cr_expect_str_eq(ac_record_get(r, "file"), "4242-7");
    cr_expect_str_eq(ac_record_get(r, "parent"), "99-2");
    cr_expect_str_eq(ac_record_get(r, "fn_created"), FX_LOG_CREATED);
    cr_expect_eq(ac_record_get_int(r, "lsn"), 3LL << 23 | (4 * 4096 + 64) / 8);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

/* Entries of $Secure and $ObjId have keys of other sizes. */
Test(ntfs_log, indexes_of_other_things_are_passed_over)
{
    struct ac_buf entry = {0};

    fx_ntfs_log_init(&log_at_hand, 1, 8);
    fx_log_index_entry(&entry, FILE_REF, FOLDER_REF, "a-name-of-some-length.dll");
    fx_put_le16(&entry, 10, 70);
    fx_ntfs_log_add(&log_at_hand, ADD_BUFFER, fx_view(&entry), 0, (struct ac_view){NULL, 0, 0});
    fx_put_le16(&entry, 10, 4);
    fx_ntfs_log_add(&log_at_hand, ADD_BUFFER, fx_view(&entry), 0, (struct ac_view){NULL, 0, 0});
    fx_ntfs_log_build(&log_at_hand, &file);
    ac_buf_free(&entry);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(changes(), 0);
}

Test(ntfs_log, a_record_goes_on_in_the_next_page_and_behind_the_end)
{
    fx_ntfs_log_init(&log_at_hand, 1, 6);
    fx_ntfs_log_at(&log_at_hand, 4, 4096 - 96);
    index_operation(ADD_BUFFER, false, "across-pages.dll");
    fx_ntfs_log_at(&log_at_hand, 5, 4096 - 80);
    index_operation(ADD_BUFFER, false, "across-the-end.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
    cr_expect_eq(parse(), AC_OK);
    /* the second one begins in page 5 and ends in page 4, over the first one's page */
    cr_assert_eq(changes(), 2);
    cr_expect_str_eq(name(0), "across-pages.dll");
    cr_expect_str_eq(name(1), "across-the-end.dll");
}

/* Its page is of the turn before, the next one was written again since. */
Test(ntfs_log, a_record_whose_rest_was_overwritten_is_left_out)
{
    fx_ntfs_log_init(&log_at_hand, 1, 8);
    fx_ntfs_log_at(&log_at_hand, 4, 4096 - 96);
    index_operation(ADD_BUFFER, false, "half-of-it-is-gone.dll");
    log_at_hand.turn++;
    fx_ntfs_log_at(&log_at_hand, 5, 64);
    index_operation(ADD_BUFFER, false, "newer.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
    cr_expect_eq(parse(), AC_OK);
    cr_assert_eq(changes(), 1);
    cr_expect_str_eq(name(0), "newer.dll");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

Test(ntfs_log, what_is_left_of_an_older_turn_is_read)
{
    fx_ntfs_log_init(&log_at_hand, 1, 8);
    fx_ntfs_log_at(&log_at_hand, 4, 2048);
    index_operation(ADD_BUFFER, false, "older.dll");
    log_at_hand.turn++;
    fx_ntfs_log_at(&log_at_hand, 4, 64);
    index_operation(ADD_BUFFER, false, "newer.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
    cr_expect_eq(parse(), AC_OK);
    cr_assert_eq(changes(), 2);
    cr_expect_str_eq(name(1), "older.dll");
}

static void expect_copy(unsigned version, unsigned home, unsigned page)
{
    fx_ntfs_log_init(&log_at_hand, version, 40);
    fx_ntfs_log_at(&log_at_hand, home, 64);
    index_operation(ADD_ROOT, false, "in-a-hurry.dll");
    fx_ntfs_log_move(&log_at_hand, home, page);
    fx_ntfs_log_build(&log_at_hand, &file);
    cr_expect_eq(parse(), AC_OK);
    cr_assert_eq(changes(), 1, "version %u", version);
    cr_expect_eq(json_integer_value(ac_record_prov_json(fx_nth(&out, AC_KIND_CHANGE, 0), "offset")),
                 (int64_t)home * 4096 + 64);
    ac_buf_clear(&file);
}

Test(ntfs_log, copies_of_pages_tell_what_their_home_does_not)
{
    expect_copy(1, 6, 2);
    expect_copy(2, 36, 5);
}

Test(ntfs_log, a_copy_and_its_home_tell_once)
{
    fx_ntfs_log_init(&log_at_hand, 2, 40);
    fx_ntfs_log_at(&log_at_hand, 36, 64);
    index_operation(ADD_ROOT, false, "once.dll");
    fx_ntfs_log_move(&log_at_hand, 36, 5);
    fx_ntfs_log_at(&log_at_hand, 36, 64);
    index_operation(ADD_ROOT, false, "once.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(changes(), 1);
}

Test(ntfs_log, a_torn_page_is_a_problem_and_the_rest_is_read)
{
    fx_ntfs_log_init(&log_at_hand, 1, 8);
    index_operation(ADD_ROOT, false, "torn.dll");
    fx_ntfs_log_at(&log_at_hand, 5, 64);
    index_operation(ADD_ROOT, false, "whole.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
    file.p[4 * 4096 + 510] ^= 1;
    cr_expect_eq(parse(), AC_OK);
    cr_assert_eq(changes(), 1);
    cr_expect_str_eq(name(0), "whole.dll");
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
}

Test(ntfs_log, either_restart_page_will_do)
{
    fx_ntfs_log_init(&log_at_hand, 1, 8);
    index_operation(ADD_ROOT, false, "a.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
    memset(file.p, 0, 4096);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(changes(), 1);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    memset(file.p + 4096, 0, 4096);
    cr_expect_eq(parse(), AC_CORRUPT);
}

Test(ntfs_log, other_versions_and_page_sizes_are_said)
{
    fx_ntfs_log_init(&log_at_hand, 1, 8);
    fx_ntfs_log_build(&log_at_hand, &file);
    fx_put_le16(&file, 28, 9);
    fx_put_le16(&file, 4096 + 28, 9);
    cr_expect_eq(parse(), AC_UNSUPPORTED);
    fx_put_le16(&file, 28, 1);
    fx_put_le32(&file, 20, 8192);
    cr_expect_eq(parse(), AC_UNSUPPORTED);
}

Test(ntfs_log, an_empty_one_has_nothing_behind_its_restart_pages_either)
{
    static uint8_t log[65536];

    memset(log, 0xFF, sizeof(log));
    cr_expect(ac_ntfs_log_is_empty((struct ac_view){log, sizeof(log), 0}));
    cr_expect(ac_ntfs_log_is_empty((struct ac_view){log, 0, 0}));
    log[sizeof(log) - 1] = 0;
    cr_expect_not(ac_ntfs_log_is_empty((struct ac_view){log, sizeof(log), 0}));
}

static void build_some(void)
{
    fx_ntfs_log_init(&log_at_hand, 2, 38);
    index_operation(ADD_ROOT, false, "a.dll");
    fx_ntfs_log_at(&log_at_hand, 34, 4096 - 104);
    index_operation(REMOVE_BUFFER, true, "b.dll");
    fx_ntfs_log_build(&log_at_hand, &file);
}

Test(ntfs_log, cut_anywhere)
{
    build_some();
    for (size_t n = 0; n < file.n; n += n < 9000 || n > 34 * 4096 ? 61 : 4096)
        parse_bytes(file.p, n, AC_BUDGET_STEPS);
    cr_expect_eq(parse_bytes(file.p, 5000, AC_BUDGET_STEPS), AC_TRUNCATED);
}

Test(ntfs_log, any_byte_wrong)
{
    static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};

    build_some();
    for (size_t i = 0; i < 400; i++) {
        size_t at = i < 120 ? i : 34 * 4096 + i - 120;
        uint8_t was = file.p[at];

        for (size_t k = 0; k < sizeof(values); k++) {
            file.p[at] = values[k];
            parse();
        }
        file.p[at] = was;
    }
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(changes(), 2);
}

Test(ntfs_log, few_steps_and_little_memory)
{
    build_some();
    cr_expect_eq(parse_bytes(file.p, file.n, 100), AC_LIMIT);
    for (unsigned long i = 1; i < 40; i++) {
        ac_alloc_fail_at(i);
        parse();
        ac_alloc_fail_at(0);
    }
    cr_expect_eq(parse(), AC_OK);
}

/* ---- logs that Windows wrote. The names were compared with those that dfir_ntfs 1.1.20 finds (index entries and
 * MFT entries of every log record that it finds): all of theirs, and in the first image two more, in a copy of a
 * page that it does not look at. */

static void load_log(struct ac_reader *volume)
{
    struct ac_content content = {0};
    struct ac_tree *t = NULL;
    ac_node node;

    cr_assert_eq(ac_tree_open_ntfs(volume, &t, NULL), AC_OK);
    node = ac_tree_lookup(t, ac_tree_root(t), AC_STR("$LogFile"), false);
    cr_assert_neq(node, AC_NODE_NONE);
    cr_assert_eq(ac_tree_load(t, node, AC_MAX_NTFS_LOG, &content, NULL), AC_OK);
    ac_buf_clear(&file);
    ac_buf_add(&file, content.p, content.n);
    ac_content_free(&content);
    ac_tree_close(t);
}

static size_t of_reason(const char *reason)
{
    size_t n = 0;

    for (size_t i = 0; i < changes(); i++)
        n += strcmp(what(i), reason) == 0;
    return n;
}

Test(ntfs_log, real_log_of_version_2_with_pages_of_version_1)
{
    const char *path = fx_realdata("images/e01/test.ntfs.dd.E01");
    struct ac_image *image = NULL;

    if (!path)
        cr_skip_test("no real data");
    cr_assert_eq(ac_image_open(path, &image, NULL), AC_OK);
    load_log(&image->reader);
    ac_image_close(image);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(changes(), 58);
    cr_expect_eq(of_reason("index-entry-removed"), 8);
    cr_expect_not_null(fx_find(&out, AC_KIND_CHANGE, "name", "deleted.bin"));
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}

Test(ntfs_log, real_log_of_version_1)
{
    const char *path = fx_realdata("images/ntfs/charlie.dd.bz2");
    struct ac_image *image = NULL;
    char dir[4096], raw[4200], command[9000];

    if (!path)
        cr_skip_test("no real data");
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    snprintf(raw, sizeof(raw), "%s/raw", dir);
    snprintf(command, sizeof(command), "bzip2 -dc '%s' > '%s'", path, raw);
    cr_assert_eq(system(command), 0);
    cr_assert_eq(ac_image_open(raw, &image, NULL), AC_OK);
    load_log(&image->reader);
    ac_image_close(image);
    fx_rmtree(dir);
    cr_expect_eq(parse(), AC_OK);
    cr_expect_eq(changes(), 45);
    cr_expect_eq(of_reason("mft-entry-written"), 25);
    cr_expect_eq(of_reason("index-entry-added"), 18);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
}
