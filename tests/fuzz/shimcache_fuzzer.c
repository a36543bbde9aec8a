/*
 * libFuzzer target of the compatibility cache's decoder.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/shimcache/.
 */
#include "shimcache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sum; /* so that every byte that is given out is read */

static void touch(struct ac_view v)
{
    for (size_t i = 0; i < v.n; i++)
        sum += v.p[i];
}

static enum ac_rc entry(void *context, const struct ac_shim_entry *e)
{
    (void)context;
    touch(e->path);
    touch(e->package);
    return AC_OK;
}

static enum ac_rc problem(void *context, enum ac_rc class, uint64_t offset, const char *effect,
                          const char *what)
{
    (void)context;
    (void)class;
    (void)offset;
    return effect && what ? AC_OK : AC_BUG;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_shim_visit visit = {entry, problem, NULL};
    struct ac_budget budget = {10000};

    ac_shim_read((struct ac_view){data, size, 0}, &budget, &visit);
    return 0;
}
