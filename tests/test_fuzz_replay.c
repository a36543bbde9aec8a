/* The corpus of one fuzz target and some thousand mutations of it, as an ordinary test: nothing may
 * crash, hang or (under the sanitizers) read where it must not. Built once for each target, which
 * FUZZ_FORMAT names. */
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
static void run(const char *p, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);

    cr_assert(copy);
    if (n > 0)
        memcpy(copy, p, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void mutate(struct ac_buf *b)
{
    static const uint32_t numbers[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x20};

    for (uint32_t n = next_random() % 4 + 1; n > 0 && b->n > 4; n--) {
        size_t at = next_random() % (b->n - 4);

        if (next_random() % 2)
            b->p[at] = (char)next_random();
        else
            fx_put_le32(b, at, numbers[next_random() % 7]);
    }
}

Test(fuzz_replay, corpus_and_mutations, .timeout = 120)
{
    char folder[4096], path[5000];
    unsigned files = 0;
    DIR *dir;

    snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", fx_srcdir(), FUZZ_FORMAT);
    dir = opendir(folder);
    cr_assert(dir, "%s", folder);
    for (struct dirent *e; (e = readdir(dir));) {
        struct ac_buf b = {0}, changed = {0};

        snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || !fx_load(path, &b))
            continue;
        files++;
        for (size_t n = 0; n < b.n; n += b.n / 64 + 1)
            run(b.p, n);
        run(b.p, b.n);
        for (int i = 0; i < MUTATIONS; i++) {
            ac_buf_clear(&changed);
            ac_buf_add(&changed, b.p, b.n);
            mutate(&changed);
            run(changed.p, changed.n);
        }
        ac_buf_free(&changed);
        ac_buf_free(&b);
    }
    closedir(dir);
    cr_expect_geq(files, 3);
}
