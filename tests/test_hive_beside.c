/* Finding the logs beside a hive: in folders, for a single file, in any case. */
#include "build_regf_log.h"
#include "collect/companions.h"
#include "hive.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char dir[4096], path[5000];

static void put(const char *name, const char *text)
{
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    cr_assert(fx_write(path, text, strlen(text)));
}

static void setup(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
}

static void teardown(void)
{
    fx_rmtree(dir);
}

TestSuite(hive_beside, .init = setup, .fini = teardown);

static ac_node child(const struct ac_tree *t, const char *name)
{
    return ac_tree_lookup(t, ac_tree_root(t), ac_str_of(name), false);
}

static void expect_two(struct ac_tree *t)
{
    struct ac_companions logs;

    cr_assert_eq(ac_companions_load(t, child(t, "NTUSER.DAT"), ac_parser_hive.companions, &logs),
                 AC_OK);
    cr_assert_eq(logs.n, 2);
    cr_assert_eq(logs.n_items, 2);
    cr_expect_str_eq(logs.items[0].name, "ntuser.dat.LOG1");
    cr_expect_str_eq(logs.items[1].name, "NTUSER.DAT.log2");
    cr_expect_eq(logs.items[0].bytes.n, 5);
    cr_expect_eq(logs.items[1].bytes.n, 0, "an empty log is there as well");
    cr_expect_eq(strlen(logs.files[0].sha256), 64);
    ac_companions_free(&logs);
}

Test(hive_beside, in_a_folder)
{
    struct ac_tree *t;

    put("NTUSER.DAT", "regf, a hive");
    put("ntuser.dat.LOG1", "first");
    put("NTUSER.DAT.log2", "");
    put("NTUSER.DAT.LOG3", "no log");
    put("alone.LOG1", "no hive beside it");
    cr_assert_eq(ac_tree_open_folder(dir, &t, NULL), AC_OK);
    expect_two(t);
    cr_expect(ac_companions_is_one(t, child(t, "NTUSER.DAT.LOG1")));
    cr_expect_not(ac_companions_is_one(t, child(t, "NTUSER.DAT.LOG3")));
    cr_expect_not(ac_companions_is_one(t, child(t, "NTUSER.DAT")));
    cr_expect_not(ac_companions_is_one(t, child(t, "alone.LOG1")));
    ac_tree_close(t);
}

Test(hive_beside, a_single_hive_has_its_logs)
{
    const ac_node *children;
    struct ac_tree *t;

    put("ntuser.dat.LOG1", "first");
    put("NTUSER.DAT.log2", "");
    put("other", "x");
    put("NTUSER.DAT", "regf, a hive");
    cr_assert_eq(ac_tree_open_file(path, &t, NULL), AC_OK);
    cr_assert_eq(ac_tree_children(t, ac_tree_root(t), &children), 3);
    cr_expect_eq(children[0], child(t, "NTUSER.DAT"), "the file itself comes first");
    expect_two(t);
    ac_tree_close(t);
    put("other", "no hive");
    put("other.LOG", "log");
    snprintf(path, sizeof(path), "%s/other", dir);
    cr_assert_eq(ac_tree_open_file(path, &t, NULL), AC_OK);
    cr_expect_eq(ac_tree_children(t, ac_tree_root(t), &children), 1, "only hives have logs");
    ac_tree_close(t);
}
