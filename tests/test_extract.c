/* Copying files out of the evidence: content, digests, limits, names; files that are not there. */
#include "base/limits.h"
#include "collect/extract.h"
#include "collect/packed_file.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[4096], out[4200];
static int folder;

static void start(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    snprintf(out, sizeof(out), "%s/out", dir);
    cr_assert_eq(mkdir(out, 0777), 0);
    folder = open(out, O_RDONLY | O_DIRECTORY);
    cr_assert_geq(folder, 0);
}

static void stop(void)
{
    close(folder);
    fx_rmtree(dir);
}

TestSuite(extract, .init = start, .fini = stop);

/* Unpacks all members of a file. */
static void unpack(const char *name, struct ac_buf *ret)
{
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    char path[4400];
    struct ac_buf packed = {0};

    snprintf(path, sizeof(path), "%s/%s", out, name);
    cr_assert(fx_load(path, &packed), "%s", path);
    for (size_t at = 0, used, got; at < packed.n; at += used) {
        static uint8_t block[2 * AC_MIB];

        cr_assert_eq(libdeflate_gzip_decompress_ex(d, packed.p + at, packed.n - at, block,
                                                   sizeof(block), &used, &got),
                     LIBDEFLATE_SUCCESS);
        ac_buf_add(ret, block, got);
    }
    libdeflate_free_decompressor(d);
    ac_buf_free(&packed);
}

static void expect_content(const struct ac_extract_file *f, const struct ac_buf *want)
{
    struct ac_buf got = {0};
    char hex[AC_HASH_TEXT];

    cr_assert_str_neq(f->name, "", "%s", f->reason);
    unpack(f->name, &got);
    cr_expect_eq(got.n, want->n);
    cr_expect(got.n == want->n && memcmp(ac_buf_text(&got), ac_buf_text(want), got.n) == 0);
    ac_hash_hex(AC_SHA256, ac_buf_text(want), want->n, hex);
    cr_expect_str_eq(f->sha256, hex);
    cr_expect_eq(f->size, want->n);
    ac_buf_free(&got);
}

static void put(const char *name, const struct ac_buf *bytes)
{
    char path[4400];

    snprintf(path, sizeof(path), "%s/evidence/%s", dir, name);
    cr_assert(fx_write(path, ac_buf_text(bytes), bytes->n));
}

static enum ac_rc extract(struct ac_extract_file *files, size_t n, struct ac_extract_left *left)
{
    static char path[4400];
    struct ac_collect_options o = {.path = path, .name = "evidence", .evidence_id = "E1"};

    snprintf(path, sizeof(path), "%s/evidence", dir);
    return ac_extract(&o, folder, files, n, left, NULL);
}

static struct ac_extract_left enough(void)
{
    return (struct ac_extract_left){100, 100 * AC_MIB, 0};
}

Test(extract, files_of_a_folder_come_whole_and_with_numbers)
{
    struct ac_buf small = {0}, empty = {0}, large = {0};
    struct ac_extract_file f[] = {{.path = "a.exe", .mft = ""},
                                  {.path = "../../etc/passwd", .mft = ""},
                                  {.path = "empty", .mft = ""},
                                  {.path = "large", .mft = ""}};
    struct ac_extract_left left = enough();
    char path[4400];
    struct stat st;

    snprintf(path, sizeof(path), "%s/evidence", dir);
    cr_assert_eq(mkdir(path, 0777), 0);
    ac_buf_addz(&small, "MZ, an inert stub");
    for (unsigned i = 0; large.n < 3 * AC_MIB + 17; i++)
        ac_buf_addf(&large, "%u ", i * 2654435761U);
    put("a.exe", &small);
    put("empty", &empty);
    put("large", &large);
    cr_assert_eq(extract(f, 4, &left), AC_OK);
    expect_content(&f[0], &small);
    cr_expect_str_eq(f[1].name, "");
    cr_expect(strstr(f[1].reason, "no file of this path"), "%s", f[1].reason);
    expect_content(&f[2], &empty);
    expect_content(&f[3], &large);
    cr_expect_str_eq(f[3].name, "000003.bin.gz"); /* what is left out takes no number */
    cr_expect_eq(left.files, 97);
    cr_expect_eq(left.bytes, 100 * AC_MIB - small.n - large.n);
    snprintf(path, sizeof(path), "%s/%s", out, f[0].name);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0400);
    ac_buf_free(&small);
    ac_buf_free(&empty);
    ac_buf_free(&large);
}

Test(extract, limits_leave_out_and_say_so)
{
    struct ac_buf bytes = {0};
    struct ac_extract_file f[] = {
        {.path = "a", .mft = ""}, {.path = "b", .mft = ""}, {.path = "c", .mft = ""}};
    struct ac_extract_left left = {.files = 5, .bytes = 25};
    char path[4400];

    snprintf(path, sizeof(path), "%s/evidence", dir);
    cr_assert_eq(mkdir(path, 0777), 0);
    ac_buf_addz(&bytes, "ten bytes.");
    put("a", &bytes);
    put("b", &bytes);
    put("c", &bytes);
    cr_assert_eq(extract(f, 3, &left), AC_OK);
    expect_content(&f[1], &bytes);
    cr_expect(strstr(f[2].reason, "the limit for all files"), "%s", f[2].reason);
    left = (struct ac_extract_left){.files = 1, .bytes = 1000, .number = 10};
    cr_assert_eq(extract(f, 3, &left), AC_OK);
    cr_expect_str_eq(f[0].name, "000011.bin.gz");
    cr_expect_str_eq(f[1].name, "");
    cr_expect_str_eq(f[2].name, "");
    ac_buf_free(&bytes);
}

Test(extract, evidence_that_is_gone_leaves_everything_out)
{
    struct ac_extract_file f[] = {{.path = "a", .mft = ""}, {.path = "b", .mft = ""}};
    struct ac_extract_left left = enough();

    cr_assert_eq(extract(f, 2, &left), AC_OK);
    cr_expect_str_eq(f[0].name, "");
    cr_expect_str_neq(f[0].reason, "");
    cr_expect_str_neq(f[1].reason, "");
}

Test(extract, a_folder_that_cannot_be_written_is_an_error_of_ours)
{
    struct ac_buf bytes = {0};
    struct ac_extract_file f[] = {{.path = "a", .mft = ""}};
    struct ac_extract_left left = enough();
    char path[4400];

    snprintf(path, sizeof(path), "%s/evidence", dir);
    cr_assert_eq(mkdir(path, 0777), 0);
    ac_buf_addz(&bytes, "x");
    put("a", &bytes);
    snprintf(path, sizeof(path), "%s/000001.bin.gz" AC_PACKED_PART, out);
    cr_assert(fx_write(path, "there already", 13)); /* never written over, nor through a link */
    cr_expect_eq(extract(f, 1, &left), AC_IO);
    ac_buf_free(&bytes);
}

Test(extract, a_packed_file_has_its_name_only_when_it_is_whole)
{
    struct ac_packed_file *f = NULL;
    char path[4400];
    struct stat st;

    cr_assert_eq(ac_packed_open(folder, "000001.bin.gz", &f, NULL), AC_OK);
    cr_assert_eq(ac_packed_add(f, "abc", 3, NULL), AC_OK);
    snprintf(path, sizeof(path), "%s/000001.bin.gz", out);
    cr_expect_neq(stat(path, &st), 0);
    ac_packed_discard(f);
    cr_assert_eq(ac_packed_open(folder, "000001.bin.gz", &f, NULL), AC_OK);
    cr_assert_eq(ac_packed_close(f, NULL), AC_OK);
    cr_expect_eq(stat(path, &st), 0);
}
