/*
 * Raw and split raw images, readers and gaps. The rule under every test: what is read with AC_OK is what
 * lay on the disk; everything else is a gap.
 */
#include "image_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

TestSuite(image, .init = image_start, .fini = image_stop);

#define PIECE ((size_t)1300000)

static void split_raw(const char *name, const size_t *sizes, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        char path[4200];

        snprintf(path, sizeof(path), "%s/%s.%03zu", image_dir, name, i + 1);
        cr_assert(fx_write(path, image_bytes + at, sizes[i]));
        at += sizes[i];
    }
}

Test(image, raw_is_read_at_all_alignments)
{
    struct ac_image *img = image_open("disk.raw", AC_OK);

    cr_expect_str_eq(img->facts.format, "raw");
    cr_expect_eq(img->facts.media_size, IMAGE_BYTES);
    cr_expect_eq(img->facts.segment_problem.n, 0);
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

Test(image, reads_past_the_end_give_nothing)
{
    struct ac_image *img = image_open("disk.raw", AC_OK);
    char byte = 'x';

    cr_expect_eq(ac_read(&img->reader, IMAGE_BYTES, &byte, 1, NULL, NULL), AC_TRUNCATED);
    cr_expect_eq(ac_read(&img->reader, UINT64_MAX, &byte, 1, NULL, NULL), AC_TRUNCATED);
    cr_expect_eq(ac_read(&img->reader, IMAGE_BYTES, &byte, 0, NULL, NULL), AC_OK);
    cr_expect_eq(byte, 'x');
    image_close(img);
}

Test(image, split_raw_is_one_image)
{
    struct ac_image *img;

    split_raw("s", (size_t[]){PIECE, PIECE, IMAGE_BYTES - 2 * PIECE}, 3);
    img = image_open("s.001", AC_OK);
    cr_expect_str_eq(img->facts.format, "split raw");
    cr_expect_eq(img->facts.n_segments, 3);
    cr_expect_eq(img->facts.segment_problem.n, 0);
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

Test(image, split_raw_with_its_middle_missing)
{
    struct ac_image *img;

    split_raw("s", (size_t[]){PIECE, PIECE, IMAGE_BYTES - 2 * PIECE}, 3);
    image_unlink("s.002");
    img = image_open("s.001", AC_OK);
    image_expect_problem(img, "segment s.002 is missing");
    cr_expect_str_eq(img->facts.segments[1].state, "missing");
    cr_expect_eq(img->facts.media_size, IMAGE_BYTES);
    image_expect_one_gap(img, PIECE, PIECE);
    image_close(img);
}

Test(image, split_raw_with_a_folder_or_a_pipe_as_segment)
{
    char path[4200];

    for (int pipe_instead = 0; pipe_instead < 2; pipe_instead++) {
        struct ac_image *img;

        split_raw("s", (size_t[]){PIECE, PIECE, IMAGE_BYTES - 2 * PIECE}, 3);
        image_unlink("s.002");
        snprintf(path, sizeof(path), "%s/s.002", image_dir);
        cr_assert_eq(pipe_instead ? mkfifo(path, 0600) : mkdir(path, 0700), 0);
        img = image_open("s.001", AC_OK);
        image_expect_problem(img, "segment s.002 is missing");
        image_expect_one_gap(img, PIECE, PIECE);
        image_close(img);
        cr_assert_eq(remove(path), 0);
    }
}

Test(image, split_raw_with_its_middle_cut)
{
    struct ac_image *img;
    char path[4200];

    split_raw("s", (size_t[]){PIECE, PIECE, IMAGE_BYTES - 2 * PIECE}, 3);
    snprintf(path, sizeof(path), "%s/s.002", image_dir);
    cr_assert_eq(truncate(path, 300000), 0);
    img = image_open("s.001", AC_OK);
    image_expect_problem(img, "segment s.002 is truncated: it has 300000 bytes");
    image_expect_one_gap(img, PIECE + 300000, PIECE - 300000);
    image_close(img);
    cr_assert_eq(truncate(path, 0), 0);
    img = image_open("s.001", AC_OK);
    image_expect_problem(img, "segment s.002 is truncated: it has 0 bytes");
    image_expect_one_gap(img, PIECE, PIECE);
    image_close(img);
}

Test(image, split_raw_with_an_empty_last_segment)
{
    struct ac_image *img;

    split_raw("s", (size_t[]){PIECE, PIECE, 0}, 3);
    img = image_open("s.001", AC_OK);
    image_expect_problem(img, "segment s.003 is truncated: it has 0 bytes");
    cr_expect_eq(img->facts.media_size, 2 * PIECE);
    image_close(img);
}

Test(image, split_raw_with_a_middle_that_is_too_large)
{
    struct ac_image *img;

    split_raw("s", (size_t[]){PIECE, 1400000, IMAGE_BYTES - PIECE - 1400000}, 3);
    img = image_open("s.001", AC_OK);
    image_expect_problem(img, "segment s.002 is misplaced: it has 1400000 bytes");
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

Test(image, a_later_piece_of_a_split_image_is_not_an_image)
{
    struct ac_err err = {0};
    struct ac_image *img;
    char text[500], path[4200];

    split_raw("s", (size_t[]){2 * PIECE, IMAGE_BYTES - 2 * PIECE}, 2);
    snprintf(path, sizeof(path), "%s/s.002", image_dir);
    cr_expect_eq(ac_image_open(path, &img, &err), AC_USAGE);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), ".001"), "%s", text);
}

Test(image, what_is_no_image)
{
    struct ac_err err = {0};
    struct ac_image *img;
    char path[4200], text[500];

    image_write("empty", "", 0);
    snprintf(path, sizeof(path), "%s/empty", image_dir);
    cr_expect_eq(ac_image_open(path, &img, &err), AC_TRUNCATED);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "0 bytes"), "%s", text);
    cr_expect_eq(ac_image_open(image_dir, &img, &err), AC_UNSUPPORTED);
    cr_expect_eq(ac_image_open("/dev/null", &img, &err), AC_UNSUPPORTED);
    snprintf(path, sizeof(path), "%s/pipe", image_dir);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(ac_image_open(path, &img, &err), AC_UNSUPPORTED);
    snprintf(path, sizeof(path), "%s/nothing", image_dir);
    cr_expect_eq(ac_image_open(path, &img, &err), AC_IO);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "No such file"), "%s", text);
}

Test(image, containers_that_are_not_read_come_with_advice)
{
    static const struct {
        const char *magic, *advice;
        size_t n;
    } cases[] = {
        {"QFI\xfb\0\0\0\2", "qemu-img convert", 8}, {"KDMV\1\0\0\0", "qemu-img convert", 8},
        {"vhdxfile", "qemu-img convert", 8},        {"conectix", "qemu-img convert", 8},
        {"EVF2\r\n\x81\0", "convert it", 8},        {"LVF\x09\r\n\xff\0", "export it", 8},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_err err = {0};
        struct ac_image *img;
        char path[4200], text[500];

        image_write("c", cases[i].magic, cases[i].n);
        snprintf(path, sizeof(path), "%s/c", image_dir);
        cr_expect_eq(ac_image_open(path, &img, &err), AC_UNSUPPORTED);
        cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), cases[i].advice), "%s", text);
        cr_expect(ac_image_is_container(
            (struct ac_view){(const uint8_t *)cases[i].magic, cases[i].n, 0}));
    }
}

Test(image, every_allocation_may_fail)
{
    split_raw("s", (size_t[]){PIECE, PIECE, IMAGE_BYTES - 2 * PIECE}, 3);
    image_unlink("s.002");
    image_every_allocation_fails("s.001");
}

/* ---- gaps and windows */

Test(image, gaps_merge_and_count)
{
    struct ac_gaps g = {0};
    const char *why = "why";

    ac_gaps_add(&g, 100, 0, why);
    cr_expect_eq(g.n, 0);
    ac_gaps_add(&g, 100, 50, why);
    ac_gaps_add(&g, 150, 50, why);
    ac_gaps_add(&g, 180, 10, why);
    cr_expect_eq(g.n, 1);
    cr_expect_eq(ac_gaps_bytes(&g), 100);
    cr_expect(ac_gaps_overlap(&g, 199, 1));
    cr_expect_not(ac_gaps_overlap(&g, 200, 1));
    cr_expect_not(ac_gaps_overlap(&g, 99, 1));
    for (uint64_t i = 0; i < 2 * AC_MAX_GAPS; i++)
        ac_gaps_add(&g, 1000 + 10 * i, 1, why);
    cr_expect_eq(g.n, AC_MAX_GAPS);
    for (uint64_t i = 0; i < 2 * AC_MAX_GAPS; i++)
        cr_assert(ac_gaps_overlap(&g, 1000 + 10 * i, 1));
    ac_gaps_free(&g);
}

Test(image, a_window_tells_gaps_in_its_own_bytes)
{
    struct fx_reader r;
    struct ac_reader *w;
    struct ac_gaps gaps = {0};
    char buf[100];

    fx_reader_init(&r, (struct ac_view){image_bytes, 1000, 0});
    r.bad_off = 550;
    r.bad_len = 10;
    r.base.origin = 7;
    cr_assert_eq(ac_window_open(&r.base, 500, 10000, &w, NULL), AC_OK);
    cr_expect_eq(w->size, 500);
    cr_expect_eq(w->origin, 507);
    cr_expect_eq(ac_read(w, 20, buf, 100, &gaps, NULL), AC_IO);
    cr_assert_eq(gaps.n, 1);
    cr_expect_eq(gaps.items[0].off, 50);
    cr_expect_eq(gaps.items[0].len, 10);
    cr_expect_eq(ac_read(w, 450, buf, 51, &gaps, NULL), AC_TRUNCATED);
    ac_gaps_free(&gaps);
    ac_reader_close(w);
    cr_expect_eq(ac_window_open(&r.base, 1001, 1, &w, NULL), AC_TRUNCATED);
}
