/*
 * libFuzzer target of Windows Defender's protection log.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/mplog/.
 */
#include "mplog.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {
        .bytes = {data, size, 0}, .path = "MPLog-20210105-083000.log", .user = ""};
    struct ac_budget budget = {20000};
    struct ac_err err = {0};

    if (ac_parser_mplog.recognise(&a))
        ac_parser_mplog.parse(&a, &budget, &sink, &err);
    return 0;
}
