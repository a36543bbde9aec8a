/*
 * libFuzzer target of the hive reader and the hive parser: interpreted records, then every key.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/regf/.
 */
#include "hive.h"

#include <stdlib.h>
#include <string.h>

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};

    for (int all = 0; all < 2; all++) {
        struct ac_artefact a = {.bytes = {data, size, 0},
                                .path = "Users/user1/NTUSER.DAT",
                                .user = "",
                                .all_keys = all};
        struct ac_budget budget = {200000};
        struct ac_err err = {0};

        ac_parser_hive.parse(&a, &budget, &sink, &err);
    }
    return 0;
}
