/* The corpus of the regf fuzz target and some thousand mutations of it, as an ordinary test:
 * nothing may crash, hang or (under the sanitizers) read where it must not. */
#include "fixture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUTATIONS 1500

static uint32_t state = 4711;

static uint32_t next_random(void)
{
    state = state * 1664525U + 1013904223U;
    return state >> 8;
}

/* In a block of its own size, so that ASan sees its end. */
static void run(const struct ac_buf *b)
{
    uint8_t *copy = malloc(b->n ? b->n : 1);

    if (b->n > 0)
        memcpy(copy, b->p, b->n);
    LLVMFuzzerTestOneInput(copy, b->n);
    free(copy);
}

/* One to four changed bytes or numbers, most of them where the cells are. */
static void mutate(struct ac_buf *b)
{
    static const uint32_t numbers[] = {0, 1, 0xFFFFFFFF, 0xFFFFFFF8, 0x80000000, 0x20, 0x7FFFFFF8};

    for (uint32_t n = next_random() % 4 + 1; n > 0; n--) {
        size_t from = next_random() % 8 ? 4096 : 0;
        size_t at = from + next_random() % (b->n - 4 - from);

        if (next_random() % 2)
            b->p[at] = (char)next_random();
        else
            fx_put_le32(b, at & ~(size_t)3, numbers[next_random() % 7]);
    }
}

Test(regf_fuzz, corpus_and_mutations, .timeout = 120)
{
    char path[4096];
    struct dirent *e;
    unsigned files = 0;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/regf", fx_srcdir());
    dir = opendir(path);
    cr_assert(dir, "%s", path);
    while ((e = readdir(dir))) {
        struct ac_buf b = {0}, changed = {0};

        snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/regf/%s", fx_srcdir(), e->d_name);
        if (e->d_name[0] == '.' || !fx_load(path, &b) || b.n < 8192)
            continue;
        files++;
        run(&b);
        for (int i = 0; i < MUTATIONS; i++) {
            ac_buf_clear(&changed);
            ac_buf_add(&changed, b.p, b.n);
            mutate(&changed);
            run(&changed);
        }
        ac_buf_free(&changed);
        ac_buf_free(&b);
    }
    closedir(dir);
    cr_expect_geq(files, 5);
}
