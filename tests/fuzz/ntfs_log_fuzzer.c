/*
 * libFuzzer target of $LogFile. Update sequence arrays are made right first, or no page would be read.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/ntfs_log/.
 */
#include "ntfs_log.h"

#include "drop.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seal(uint8_t *page)
{
    size_t at = (size_t)(page[4] | page[5] << 8);

    if (at < 8 || at > 400)
        return;
    for (size_t k = 1; k <= 8; k++)
        memcpy(page + 512 * k - 2, page + at, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    uint8_t *copy = malloc(size + 1);

    if (!copy)
        return 0;
    memcpy(copy, data, size);
    for (size_t page = 0; page + 4096 <= size; page += 4096)
        seal(copy + page);
    {
        struct ac_artefact a = {.bytes = {copy, size, 0}, .path = "$LogFile", .user = ""};

        if (ac_parser_ntfs_log.recognise(&a))
            ac_parser_ntfs_log.parse(&a, &budget, &sink, &err);
    }
    free(copy);
    return 0;
}
