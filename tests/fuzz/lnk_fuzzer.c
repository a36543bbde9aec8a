/*
 * libFuzzer target of the shortcut parser.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/lnk/.
 */
#include "lnk.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "a.lnk", .user = ""};
    struct ac_budget budget = {10000};
    struct ac_err err = {0};

    ac_parser_lnk.recognise(&a);
    ac_parser_lnk.parse(&a, &budget, &sink, &err);
    return 0;
}
