/*
 * libFuzzer target of the parser of scripts.ini.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/policy_scripts/.
 */
#include "policy_scripts.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "Windows/System32/GroupPolicy/Machine/Scripts/scripts.ini", .user = ""};
    struct ac_budget budget = {10000};
    struct ac_err err = {0};

    ac_parser_policy_scripts.recognise(&a);
    ac_parser_policy_scripts.parse(&a, &budget, &sink, &err);
    return 0;
}
