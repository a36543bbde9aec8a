/* Lists of shell items: each kind, every version of the block with the long name, and what damage leaves. */
#include "build_shell.h"

#include "base/limits.h"
#include "known_folders.h"
#include "shell_items.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static struct ac_buf list, path;
static bool exact;
static size_t at;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void end(void)
{
    ac_buf_free(&list);
    ac_buf_free(&path);
}

TestSuite(shell_items, .init = begin, .fini = end);

static enum ac_rc read_list(void)
{
    ac_buf_clear(&path);
    exact = true;
    return ac_shell_path(fx_view(&list), &path, &exact, &at);
}

static void expect(const char *wanted, bool wanted_exact)
{
    fx_items_end(&list);
    cr_expect_eq(read_list(), AC_OK);
    cr_expect_str_eq(ac_buf_text(&path), wanted);
    cr_expect_eq(exact, wanted_exact, "%s", wanted);
    ac_buf_clear(&list);
}

static void file(unsigned type, const char *name, const char *long_name, unsigned version)
{
    struct fx_file_item f = {type, name, long_name, version};

    fx_item_file(&list, &f);
}

Test(shell_items, a_path_on_a_volume_with_every_version_of_long_names)
{
    static const unsigned versions[] = {3, 7, 8, 9};

    for (size_t i = 0; i < 4; i++) {
        fx_item_root(&list, fx_this_pc);
        fx_item_volume(&list, 0x2F, "C:\\");
        file(0x31, "USERS~1", "Users and others", versions[i]);
        file(0x32, "A.DOC", "\xE6\x97\xA5\xE6\x9C\xAC.docm", versions[i]);
        expect("C:\\Users and others\\\xE6\x97\xA5\xE6\x9C\xAC.docm", true);
    }
}

Test(shell_items, names_before_windows_xp_have_no_block)
{
    fx_item_volume(&list, 0x23, "D:\\");
    file(0x31, "Folder", NULL, 0);
    file(0x36, "\xE6\x97\xA5.txt", NULL, 0);
    expect("D:\\Folder\\\xE6\x97\xA5.txt", true);
    fx_item_volume(&list, 0x23, "D:\\");
    file(0x31, "\x93\xFA", NULL, 0); /* 8-bit, of an unknown code page */
    expect("D:\\\xC2\x93\xC3\xBA", false);
    fx_item_volume(&list, 0x2A, "J:\\");
    expect("J:\\", true);
}

Test(shell_items, folders_by_identifier)
{
    static const uint8_t unknown[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    uint8_t data[18] = {0x80};

    memcpy(data + 1, fx_downloads, 16);
    fx_item_root(&list, fx_this_pc);
    fx_item(&list, 0x2E, data, 17);
    file(0x32, "A.EXE", "a.exe", 9);
    expect("%USERPROFILE%\\Downloads\\a.exe", true);
    fx_item_root(&list, fx_downloads);
    fx_item_library(&list, fx_downloads);
    expect("%USERPROFILE%\\Downloads\\%USERPROFILE%\\Downloads", true);
    fx_item_root(&list, unknown);
    file(0x32, "A.EXE", "a.exe", 9);
    expect("{04030201-0605-0807-090A-0B0C0D0E0F10}\\a.exe", true);
}

Test(shell_items, files_of_the_profile)
{
    struct fx_file_item with = {0x31, "DOCUME~1", "Documents", 9},
                        without = {0x31, "Music", NULL, 0};

    fx_item_root(&list, fx_profile_folder);
    fx_item_profile_file(&list, &with);
    file(0x32, "A.DOC", "a.docx", 9);
    expect("[Profile of the user]\\Documents\\a.docx", true);
    fx_item_root(&list, fx_profile_folder);
    fx_item_profile_file(&list, &without);
    expect("[Profile of the user]\\Music", true);
}

Test(shell_items, shares)
{
    fx_item_root(&list, fx_network);
    fx_item_network(&list, 0x42, "\\\\SERVER1");
    fx_item_network(&list, 0xC3, "\\\\SERVER1\\share");
    file(0x32, "A.XLS", "a.xlsm", 9);
    expect("\\\\SERVER1\\share\\a.xlsm", false);
    fx_item_network(&list, 0xC3, "\\\\SERVER1\\share");
    expect("\\\\SERVER1\\share", true);
}

Test(shell_items, what_is_not_known_is_shown)
{
    fx_item_root(&list, fx_network);
    fx_item(&list, 0x00, "\0\1\2\3\4\5\6\7", 8);
    fx_item_network(&list, 0xC3, "\\\\S\\t");
    expect("[Network]\\[item type 0x00]\\\\S\\t", false);
    fx_item(&list, 0x52, "", 0);
    expect("[item type 0x52]", false);
    file(0x32, "", NULL, 0);
    expect("[item type 0x32]", false);
    expect("", true); /* the desktop, or nothing */
}

Test(shell_items, a_portable_device_is_no_folder_by_identifier)
{
    uint8_t data[60] = {0};
    static const uint8_t delegate[16] = {0x74, 0x1A, 0x59, 0x5E, 0x96, 0xDF, 0xD3, 0x48,
                                         0x8D, 0x67, 0x17, 0x33, 0xBC, 0xEE, 0x28, 0xBA};

    data[1] = 20; /* size of the inner data */
    memcpy(data + 3 + 20, delegate, 16);
    fx_item(&list, 0x2E, data, sizeof(data));
    expect("[item type 0x2E]", false);
}

Test(shell_items, lone_surrogates_and_names_without_end)
{
    size_t name;

    file(0x32, "A", "xy", 8);
    name = list.n - 8;
    fx_put_le16(&list, name, 0xD800);
    expect("\\u{D800}y", false);
    file(0x32, "SHORT", "xy", 8);
    fx_put_le16(&list, list.n - 4, 'z'); /* no NUL: even the offset behind it is no text's end */
    expect("SHORT", false);
}

Test(shell_items, cut_anywhere_it_keeps_what_came_before)
{
    struct ac_buf whole = {0};

    fx_item_root(&list, fx_this_pc);
    fx_item_volume(&list, 0x2F, "C:\\");
    file(0x31, "USERS~1", "Users", 9);
    file(0x32, "A.DOC", "a.docm", 3);
    fx_items_end(&list);
    ac_buf_add(&whole, list.p, list.n);
    cr_expect_eq(read_list(), AC_OK);
    for (size_t n = 0; n < whole.n; n++) {
        uint8_t *copy = malloc(n ? n : 1); /* of that very size: a sanitizer sees any overrun */
        struct ac_buf out = {0};
        bool is_exact = true;

        memcpy(copy, whole.p, n);
        cr_expect_eq(ac_shell_path((struct ac_view){copy, n, 0}, &out, &is_exact, &at),
                     AC_TRUNCATED, "%zu", n);
        cr_expect_not(is_exact);
        cr_expect_leq(at, n);
        cr_expect(strncmp(ac_buf_text(&path), ac_buf_text(&out), out.n) == 0 ||
                      strcmp(ac_buf_text(&out), "[This PC]") == 0,
                  "%s", ac_buf_text(&out));
        free(copy);
        ac_buf_free(&out);
    }
    ac_buf_free(&whole);
}

Test(shell_items, impossible_sizes_and_counts)
{
    fx_le16(&list, 2);
    cr_expect_eq(read_list(), AC_CORRUPT);
    ac_buf_clear(&list);
    for (unsigned i = 0; i <= AC_MAX_SHELL_ITEMS; i++)
        file(0x31, "x", NULL, 0);
    fx_items_end(&list);
    cr_expect_eq(read_list(), AC_LIMIT);
    cr_expect_eq(path.n, 2 * AC_MAX_SHELL_ITEMS - 1);
}

Test(shell_items, every_byte_changed)
{
    fx_item_root(&list, fx_this_pc);
    fx_item_volume(&list, 0x2F, "C:\\");
    file(0x32, "A.DOC", "a.docm", 9);
    fx_items_end(&list);
    for (size_t i = 0; i < list.n; i++) {
        for (int k = 0; k < 256; k += 15) {
            char old = list.p[i];

            list.p[i] = (char)k;
            read_list();
            list.p[i] = old;
        }
    }
    cr_expect_eq(read_list(), AC_OK);
}

Test(shell_items, identifiers_of_folders)
{
    cr_expect_str_eq(ac_known_folder(AC_STR("{1ac14e77-02e7-4e5d-b744-2eb1ae5198b7}")),
                     "%windir%\\System32");
    cr_expect_null(ac_known_folder(AC_STR("{20D04FE0-3AEA-1069-A2D8-08002B30309D}")));
    cr_expect_str_eq(ac_shell_folder(AC_STR("{20D04FE0-3AEA-1069-A2D8-08002B30309D}")),
                     "[This PC]");
    cr_expect_null(ac_known_folder(AC_STR("{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7")));
    cr_expect_null(ac_shell_folder(AC_STR("")));
}
