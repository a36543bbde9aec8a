/* Folders, single files, FAT and exFAT as trees. */
#include "fixture.h"

#include "base/alloc.h"
#include "files/tree.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[4096];
static struct ac_tree *t;

static void start(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
}

static void stop(void)
{
    ac_tree_close(t);
    t = NULL;
    fx_rmtree(dir);
}

TestSuite(tree, .init = start, .fini = stop);

/* Makes the folders of a relative path and, if it does not end in '/', a file with that text. */
static void make(const char *relative, const char *text)
{
    char path[8192];

    snprintf(path, sizeof(path), "%s/%s", dir, relative);
    for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')); p++) {
        *p = '\0';
        mkdir(path, 0700);
        *p = '/';
    }
    if (path[strlen(path) - 1] != '/')
        cr_assert(fx_write(path, text, strlen(text)), "%s", path);
}

static void open_folder(void)
{
    struct ac_err err = {0};
    char text[500];

    ac_tree_close(t);
    t = NULL;
    cr_assert_eq(ac_tree_open_folder(dir, &t, &err), AC_OK, "%s",
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
    if (node != AC_NODE_NONE)
        ac_tree_path(t, node, &path);
    return node == AC_NODE_NONE ? "(none)" : ac_buf_text(&path);
}

static void expect_content(ac_node node, const char *want)
{
    struct ac_content c = {0};

    cr_assert_neq(node, AC_NODE_NONE, "%s", want);
    cr_assert_eq(ac_tree_load(t, node, 1 << 20, &c, NULL), AC_OK, "%s", want);
    cr_expect_eq(c.n, strlen(want));
    cr_expect(c.n == strlen(want) && memcmp(c.p, want, c.n) == 0, "%s", want);
    cr_expect_eq(c.image_offset, AC_NO_OFFSET);
    ac_content_free(&c);
}

static bool has_problem(const char *where, const char *what)
{
    for (const struct ac_tree_problem *p = ac_tree_facts(t)->problems; p->what; p++) {
        if (strcmp(p->where, where) == 0 && strstr(p->what, what))
            return true;
    }
    return false;
}

Test(tree, folder_is_listed_and_read)
{
    struct ac_node_times times;
    struct ac_filetime when;
    const ac_node *children;

    make("Windows/System32/a.exe", "MZ");
    make("Users/", NULL);
    open_folder();
    cr_expect_eq(ac_tree_facts(t)->kind, AC_TREE_FOLDER);
    cr_expect_eq(ac_tree_facts(t)->entries, 4);
    cr_expect(ac_tree_facts(t)->complete);
    cr_expect_str_eq(path_of(find("windows\\SYSTEM32/A.EXE")), "Windows/System32/a.exe");
    expect_content(find("windows/system32/a.exe"), "MZ");
    cr_expect_eq(ac_tree_children(t, ac_tree_root(t), &children), 2);
    cr_expect_str_eq(path_of(children[0]), "Users"); /* by the order of their bytes */
    cr_assert_eq(ac_tree_times(t, find("Windows/System32/a.exe"), &times, NULL), AC_OK);
    cr_expect_gt(times.modified.ticks, AC_TICKS_1601_TO_1970);
    cr_expect_eq(times.created.ticks, 0);
    cr_expect_eq(ac_tree_index_modified(t, find("Users"), &when, NULL), AC_UNSUPPORTED);
    cr_expect_eq(ac_tree_volume_root(t), ac_tree_root(t));
}

Test(tree, names_that_differ_in_case_only)
{
    make("a.txt", "small");
    make("A.TXT", "large");
    open_folder();
    expect_content(find("a.txt"), "small");
    expect_content(find("A.TXT"), "large");
    cr_expect_neq(find("A.txt"), AC_NODE_NONE);
}

Test(tree, links_are_not_followed)
{
    char path[8192];

    make("inside/secret", "s");
    snprintf(path, sizeof(path), "%s/link", dir);
    cr_assert_eq(symlink("/etc", path), 0);
    snprintf(path, sizeof(path), "%s/pipe", dir);
    cr_assert_eq(mkfifo(path, 0600), 0);
    open_folder();
    cr_expect_eq(find("link"), AC_NODE_NONE);
    cr_expect_eq(find("link/passwd"), AC_NODE_NONE);
    cr_expect_eq(find("pipe"), AC_NODE_NONE);
    cr_expect(has_problem("link", "symbolic link not followed"));
    cr_expect(has_problem("pipe", "neither a file nor a folder"));
    cr_expect_not(ac_tree_facts(t)->complete);
}

Test(tree, a_folder_that_becomes_a_link_later_leads_nowhere)
{
    char path[8192], aside[8192];
    struct ac_content c = {0};

    make("sub/hostname", "mine");
    open_folder();
    snprintf(path, sizeof(path), "%s/sub", dir);
    snprintf(aside, sizeof(aside), "%s/aside", dir);
    cr_assert_eq(rename(path, aside), 0);
    cr_assert_eq(symlink("/etc", path), 0);
    cr_expect_eq(ac_tree_load(t, find("sub/hostname"), 1000, &c, NULL), AC_IO);
}

Test(tree, names_that_are_no_utf8_can_be_read)
{
    make("bad\xFF\xC0name", "x");
    open_folder();
    expect_content(find("bad\\x{FF}\\x{C0}name"), "x");
}

Test(tree, a_file_that_changes_under_us)
{
    char path[8192], buf[8];
    struct ac_gaps gaps = {0};

    make("f", "12345678");
    open_folder();
    cr_expect_eq(ac_tree_read(t, find("f"), 4, buf, 4, &gaps, NULL), AC_OK);
    snprintf(path, sizeof(path), "%s/f", dir);
    cr_assert_eq(truncate(path, 2), 0);
    cr_expect_eq(ac_tree_read(t, find("f"), 4, buf, 4, &gaps, NULL), AC_TRUNCATED);
    cr_expect_eq(gaps.n, 0);
}

Test(tree, where_collectors_put_the_volume)
{
    static const struct {
        const char *made, *root;
    } cases[] = {
        {"C/Windows/x", "C"},
        {"E/Windows/x", "E"},
        {"C%3A/Windows/x", "C%3A"},
        {"C:/Windows/x", "C:"},
        {"uploads/auto/C%3A/Windows/x", "uploads/auto/C%3A"},
        {"uploads/ntfs/%5C%5C.%5CC%3A/Windows/x", "uploads/ntfs/%5C%5C.%5CC%3A"},
        {"[root]/Windows/x", "[root]"},
        {"C/[root]/Windows/x", "C/[root]"},
        {"D/Users/x", "D"},
        {"C/x", "C"},
        {"windows/x", ""},
        {"Q/x", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fx_rmtree(dir);
        cr_assert_eq(mkdir(dir, 0700), 0);
        make(cases[i].made, "x");
        open_folder();
        cr_expect_str_eq(path_of(ac_tree_volume_root(t)), cases[i].root, "%s", cases[i].made);
    }
    make("Windows/x", "x"); /* the folder's own Windows wins */
    open_folder();
    cr_expect_eq(ac_tree_volume_root(t), ac_tree_root(t));
}

Test(tree, percent_encoded_names_are_found_decoded)
{
    const ac_node *children;
    ac_node root;

    make("uploads/auto/C%3A/Users/a%20b/file%3Astream", "x");
    make("plain%20name", "y");
    open_folder();
    root = ac_tree_volume_root(t);
    expect_content(ac_tree_lookup(t, root, AC_STR("users/A b/file:stream"), false), "x");
    expect_content(ac_tree_lookup(t, root, AC_STR("users/A%20b/file%3Astream"), false), "x");
    cr_expect_str_eq(path_of(find("uploads/auto/C:/users")), "uploads/auto/C%3A/Users");
    cr_expect_eq(find("plain name"), AC_NODE_NONE);
    cr_expect_eq(ac_tree_children(t, find("uploads/auto/C%3A/Users"), &children), 1);
}

Test(tree, single_file)
{
    char path[8192];

    make("NTUSER.DAT", "regf");
    snprintf(path, sizeof(path), "%s/NTUSER.DAT", dir);
    cr_assert_eq(ac_tree_open_file(path, &t, NULL), AC_OK);
    cr_expect_eq(ac_tree_facts(t)->kind, AC_TREE_FILE);
    cr_expect_eq(ac_tree_count(t), 2);
    expect_content(find("ntuser.dat"), "regf");
    expect_content(find("ntuser.dat"), "regf");
    ac_tree_close(t);
    t = NULL;
    cr_expect_eq(ac_tree_open_file(dir, &t, NULL), AC_USAGE);
    cr_expect_eq(ac_tree_open_file("/no/such/file", &t, NULL), AC_NOT_FOUND);
    cr_expect_eq(ac_tree_open_folder("/no/such/folder", &t, NULL), AC_NOT_FOUND);
}

Test(tree, every_allocation_may_fail)
{
    unsigned long n;

    make("uploads/auto/C%3A/Windows/a%20b", "x");
    make("bad\xFFname", "x");
    for (n = 1; n < 2000; n++) {
        struct ac_tree *tree = NULL;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_tree_open_folder(dir, &tree, NULL);
        if (rc == AC_OK)
            ac_tree_close(tree);
        if (rc == AC_OK && n > 50)
            break;
    }
    ac_alloc_fail_at(0);
    cr_expect_lt(n, 2000);
}

static bool open_fat(const char *relative, struct ac_buf *image, struct fx_reader *reader,
                     enum ac_rc *ret_rc)
{
    if (!fx_load_realdata(relative, image))
        return false;
    fx_reader_init(reader, fx_view(image));
    *ret_rc = ac_tree_open_fat(&reader->base, &t, NULL);
    return true;
}

Test(tree, fat12_of_the_real_data)
{
    struct ac_buf image = {0};
    struct fx_reader reader;
    struct ac_content c = {0};
    enum ac_rc rc;

    if (!open_fat("images/fat/fat12.bin", &image, &reader, &rc))
        cr_skip_test("the real data set is not there");
    cr_assert_eq(rc, AC_OK);
    cr_expect_str_eq(ac_tree_facts(t)->file_system, "FAT12");
    cr_expect_str_eq(ac_tree_facts(t)->label, "VOLLAB1");
    cr_expect_eq(ac_tree_facts(t)->serial, 0xE038BB7C);
    cr_expect_neq(find("FILE1.TXT"), AC_NODE_NONE);
    cr_expect_neq(find("VOLLAB1     (Volume Label Entry)"), AC_NODE_NONE);
    cr_assert_neq(find("subdir1/file3.txt"), AC_NODE_NONE);
    cr_assert_eq(ac_tree_load(t, find("subdir1/file3.txt"), 1 << 20, &c, NULL), AC_OK);
    cr_expect_eq(c.gaps.n, 0);
    cr_expect(c.n == 0 || memcmp(image.p + c.image_offset, c.p, c.n < 512 ? c.n : 512) == 0);
    ac_content_free(&c);
    ac_tree_close(t);
    t = NULL;
    ac_buf_free(&image);
}

Test(tree, exfat_of_the_real_data)
{
    struct ac_buf image = {0};
    struct fx_reader reader;
    struct ac_node_times times;
    enum ac_rc rc;

    if (!open_fat("images/exfat/exfat_win.raw.gz", &image, &reader, &rc))
        cr_skip_test("the real data set is not there");
    cr_assert_eq(rc, AC_OK);
    cr_expect_eq(ac_tree_facts(t)->kind, AC_TREE_EXFAT);
    cr_expect_eq(ac_tree_facts(t)->serial, 0x405E4EA6);
    cr_expect_str_eq(ac_tree_facts(t)->label, "test123");
    cr_assert_neq(find("System Volume Information/WPSettings.dat"), AC_NODE_NONE);
    cr_expect_neq(find("3.bin"), AC_NODE_NONE);
    cr_assert_eq(ac_tree_times(t, find("3.bin"), &times, NULL), AC_OK);
    cr_expect_gt(times.modified.ticks, AC_TICKS_1601_TO_1970);
    ac_tree_close(t);
    t = NULL;
    ac_buf_free(&image);
}

Test(tree, fat_clusters_that_are_missing_are_gaps)
{
    struct ac_buf image = {0};
    struct fx_reader reader;
    struct ac_content c = {0};
    uint64_t place;
    enum ac_rc rc;

    if (!open_fat("images/fat/fat_very_small.dd", &image, &reader, &rc))
        cr_skip_test("the real data set is not there");
    cr_assert_eq(rc, AC_OK);
    cr_assert_eq(ac_tree_load(t, find("a/b/hello.txt"), 1 << 20, &c, NULL), AC_OK);
    place = c.image_offset;
    ac_content_free(&c);
    ac_tree_close(t); /* TSK keeps what it read: begin anew */
    t = NULL;
    fx_reader_init(&reader, fx_view(&image));
    cr_assert_eq(ac_tree_open_fat(&reader.base, &t, NULL), AC_OK);
    reader.bad_off = place;
    reader.bad_len = 1;
    rc = ac_tree_load(t, find("a/b/hello.txt"), 1 << 20, &c, NULL);
    /* the volume is smaller than TSK's cache: either it was cached, or it is a gap */
    cr_assert_eq(rc, AC_OK);
    cr_expect(c.gaps.n == 1 || memcmp(image.p + place, c.p, c.n) == 0);
    ac_content_free(&c);
    ac_tree_close(t);
    t = NULL;
    ac_buf_free(&image);
}

Test(tree, what_is_no_fat)
{
    struct ac_buf image = {0};
    struct fx_reader reader;
    struct ac_err err = {0};
    enum ac_rc rc;

    fx_zero(&image, 1 << 16);
    fx_reader_init(&reader, fx_view(&image));
    cr_expect_eq(ac_tree_open_fat(&reader.base, &t, &err), AC_CORRUPT);
    ac_buf_free(&image);
    fx_reader_init(&reader, fx_view(&image));
    cr_expect_eq(ac_tree_open_fat(&reader.base, &t, &err), AC_TRUNCATED);
    if (!open_fat("images/fat/fat32_small.raw.gz", &image, &reader, &rc))
        cr_skip_test("the real data set is not there");
    cr_expect_eq(rc, AC_UNSUPPORTED);
    ac_buf_free(&image);
}
