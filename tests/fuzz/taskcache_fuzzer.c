/*
 * libFuzzer target of the decoders of TaskCache: the first byte chooses which.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/taskcache/.
 */
#include "taskcache.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_view v = {data + (size > 0), size - (size > 0), 0};
    struct ac_taskcache_fault fault = {0};
    struct ac_budget budget = {10000};
    struct ac_record *r = ac_record_new(AC_KIND_TASK);
    enum ac_rc rc;

    if (size == 0 || data[0] % 3 == 0)
        rc = ac_taskcache_actions(v, &budget, r, &fault);
    else if (data[0] % 3 == 1)
        rc = ac_taskcache_triggers(v, &budget, r, &fault);
    else
        rc = ac_taskcache_dynamic_info(v, r, &fault);
    if (rc == AC_BUG || ac_record_rc(r) == AC_BUG || fault.at > size ||
        (rc != AC_OK && !fault.what))
        abort();
    free(ac_record_print(r));
    ac_record_free(r);
    return 0;
}
