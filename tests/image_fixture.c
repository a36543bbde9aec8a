#include "image_fixture.h"

#include "base/alloc.h"

#include <unistd.h>

char image_dir[4096];
uint8_t image_bytes[IMAGE_BYTES];

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return *state >> 33;
}

void image_start(void)
{
    uint64_t seed = 1;

    snprintf(image_dir, sizeof(image_dir), "%s", fx_tmpdir());
    for (size_t i = 0; i < IMAGE_BYTES; i++)
        image_bytes[i] = (uint8_t)next_random(&seed);
    memset(image_bytes + 1048576, 0, 1048576);
    image_write("disk.raw", image_bytes, IMAGE_BYTES);
}

void image_stop(void)
{
    fx_rmtree(image_dir);
}

void image_write(const char *name, const void *bytes, size_t n)
{
    char path[4200];

    snprintf(path, sizeof(path), "%s/%s", image_dir, name);
    cr_assert(fx_write(path, bytes, n), "%s", path);
}

void image_unlink(const char *name)
{
    char path[4200];

    snprintf(path, sizeof(path), "%s/%s", image_dir, name);
    cr_assert_eq(unlink(path), 0, "%s", path);
}

struct ac_image *image_open(const char *name, enum ac_rc want)
{
    struct ac_image *img = NULL;
    struct ac_err err = {0};
    char path[4200], text[1000];

    snprintf(path, sizeof(path), "%s/%s", image_dir, name);
    cr_assert_eq(ac_image_open(path, &img, &err), want, "%s: %s", name,
                 ac_err_text(&err, text, sizeof(text)));
    return img;
}

void image_close(struct ac_image *img)
{
    ac_image_close(img);
}

static bool in_gap(const struct ac_gaps *g, uint64_t off)
{
    return ac_gaps_overlap(g, off, 1);
}

static void check(const uint8_t *got, uint64_t off, size_t n, enum ac_rc rc,
                  const struct ac_gaps *gaps)
{
    cr_assert(rc == AC_OK || rc == AC_IO, "%s at %llu", ac_rc_name(rc), (unsigned long long)off);
    cr_assert_eq(rc == AC_IO, gaps->n > 0);
    if (rc == AC_OK) {
        cr_assert_eq(memcmp(got, image_bytes + off, n), 0, "other bytes at %llu (%zu of them)",
                     (unsigned long long)off, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t want = in_gap(gaps, off + i) ? 0 : image_bytes[off + i];

        cr_assert_eq(got[i], want, "other byte at %llu", (unsigned long long)off + i);
    }
}

static void read_here_and_there(struct ac_image *img, uint8_t *buf)
{
    static const size_t sizes[] = {1, 511, 512, 4095, 32768, 32769, 100001};
    uint64_t seed = 7;

    for (unsigned i = 0; i < 210; i++) {
        size_t n = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];
        uint64_t off = next_random(&seed) % (img->reader.size - n + 1);
        struct ac_gaps gaps = {0};
        enum ac_rc rc;

        if (i % 3 == 0)
            off = off / 512 * 512;
        rc = ac_read(&img->reader, off, buf, n, &gaps, NULL);
        check(buf, off, n, rc, &gaps);
        ac_gaps_free(&gaps);
    }
}

static void read_whole(struct ac_image *img, uint8_t *buf, struct ac_gaps *gaps)
{
    enum ac_rc rc;

    cr_assert_leq(img->reader.size, IMAGE_BYTES);
    rc = ac_read(&img->reader, 0, buf, img->reader.size, gaps, NULL);
    check(buf, 0, img->reader.size, rc, gaps);
}

uint64_t image_missing(struct ac_image *img)
{
    uint8_t *buf = malloc(IMAGE_BYTES);
    struct ac_gaps gaps = {0};
    uint64_t missing;

    read_here_and_there(img, buf);
    read_whole(img, buf, &gaps);
    missing = ac_gaps_bytes(&gaps);
    ac_gaps_free(&gaps);
    free(buf);
    return missing;
}

void image_expect_one_gap(struct ac_image *img, uint64_t off, uint64_t len)
{
    uint8_t *buf = malloc(IMAGE_BYTES);
    struct ac_gaps gaps = {0};

    cr_expect_eq(image_missing(img), len);
    read_whole(img, buf, &gaps);
    cr_assert_eq(gaps.n, 1, "%zu gaps", gaps.n);
    cr_expect_eq(gaps.items[0].off, off, "%llu", (unsigned long long)gaps.items[0].off);
    cr_expect_eq(gaps.items[0].len, len, "%llu", (unsigned long long)gaps.items[0].len);
    ac_gaps_free(&gaps);
    free(buf);
}

void image_expect_problem(const struct ac_image *img, const char *text)
{
    cr_expect(strstr(ac_buf_text(&img->facts.segment_problem), text), "\"%s\" is not in \"%s\"",
              text, ac_buf_text(&img->facts.segment_problem));
}

void image_every_allocation_fails(const char *name)
{
    uint8_t *buf = malloc(IMAGE_BYTES);
    char path[4200];
    enum ac_rc rc = AC_NOMEM;

    snprintf(path, sizeof(path), "%s/%s", image_dir, name);
    for (long n = 1; n < 500 && rc != AC_OK; n++) {
        struct ac_image *img = NULL;
        struct ac_gaps gaps = {0};
        struct ac_err err = {0};

        ac_alloc_fail_at(n);
        rc = ac_image_open(path, &img, &err);
        if (rc == AC_OK) {
            enum ac_rc got = ac_read(&img->reader, 900000, buf, 200000, &gaps, &err);

            ac_alloc_fail_at(0);
            if (got != AC_NOMEM && (got == AC_OK || gaps.n))
                check(buf, 900000, 200000, got, &gaps);
            if (got == AC_NOMEM)
                rc = AC_NOMEM;
        }
        ac_alloc_fail_at(0);
        ac_gaps_free(&gaps);
        ac_image_close(img);
    }
    cr_expect_eq(rc, AC_OK, "it never succeeded");
    free(buf);
}
