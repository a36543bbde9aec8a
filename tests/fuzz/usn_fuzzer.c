/*
 * libFuzzer target of the change journal's entries.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/usn/.
 */
#include "usn.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "$Extend/$UsnJrnl:$J", .user = ""};
    struct ac_budget budget = {20000};
    struct ac_err err = {0};

    if (ac_parser_usn.recognise(&a))
        ac_parser_usn.parse(&a, &budget, &sink, &err);
    return 0;
}
