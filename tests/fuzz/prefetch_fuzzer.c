/*
 * libFuzzer target of the prefetch parser, MAM and LZXPRESS Huffman included.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/prefetch/.
 */
#include "prefetch.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {
        .bytes = {data, size, 0}, .path = "Windows/Prefetch/A.EXE-01234567.pf", .user = ""};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};

    ac_parser_prefetch.recognise(&a);
    ac_parser_prefetch.parse(&a, &budget, &sink, &err);
    return 0;
}
