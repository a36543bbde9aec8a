/*
 * libFuzzer target of SRUM databases, and with them of the reader of ESE tables. Build with clang
 * -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/srum/ (pages of 4 KiB, without
 * the copy of the catalog).
 */
#include "srum.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "sru/SRUDB.dat", .user = ""};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};

    ac_parser_srum.parse(&a, &budget, &sink, &err);
    return 0;
}
