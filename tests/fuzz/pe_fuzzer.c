/*
 * libFuzzer target of the PE facts, on the whole file and on a head of it.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/pe/.
 */
#include "pe.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "Users/user1/a.dll", .user = ""};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    struct ac_buf missing = {0};
    json_t *pe = NULL;

    ac_parser_pe.recognise(&a);
    ac_parser_pe.parse(&a, &budget, &sink, &err);
    ac_pe_facts((struct ac_view){data, size / 2, 0}, size, &pe, &missing, &err);
    json_decref(pe);
    ac_buf_free(&missing);
    return 0;
}
