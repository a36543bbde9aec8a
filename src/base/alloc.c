#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>

static unsigned long fail_at;

static int must_fail(void)
{
    return fail_at != 0 && --fail_at == 0;
}

void ac_alloc_fail_at(unsigned long n)
{
    fail_at = n;
}

void *ac_malloc(size_t n)
{
    return must_fail() ? NULL : malloc(n ? n : 1);
}

void *ac_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *ac_realloc(void *p, size_t n)
{
    return must_fail() ? NULL : realloc(p, n ? n : 1);
}

void ac_free(void *p)
{
    free(p);
}

int ac_grow(void **items, size_t *cap, size_t need, size_t size)
{
    size_t want = *cap ? *cap : 16;
    size_t bytes;
    void *p;

    if (need <= *cap)
        return 0;
    while (want < need) {
        if (__builtin_mul_overflow(want, (size_t)2, &want))
            return -1;
    }
    if (__builtin_mul_overflow(want, size, &bytes))
        return -1;
    p = ac_realloc(*items, bytes);
    if (!p)
        return -1;
    *items = p;
    *cap = want;
    return 0;
}
