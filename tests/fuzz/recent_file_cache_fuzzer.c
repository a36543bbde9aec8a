/*
 * libFuzzer target of the parser of RecentFileCache.bcf.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/recent_file_cache/.
 */
#include "recent_file_cache.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "RecentFileCache.bcf", .user = ""};
    struct ac_budget budget = {10000};
    struct ac_err err = {0};

    ac_parser_recent_file_cache.recognise(&a);
    ac_parser_recent_file_cache.parse(&a, &budget, &sink, &err);
    return 0;
}
