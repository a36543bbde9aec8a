/*
 * libFuzzer target of the Recycle Bin's files: as $I file and as INFO2.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/recycle_bin/.
 */
#include "recycle_bin.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"$Recycle.Bin/S-1-5-21/$IABCDEF.exe",
                                        "RECYCLER/S-1-5-21/INFO2"};
    struct ac_sink sink = {drop};

    for (int i = 0; i < 2; i++) {
        struct ac_artefact a = {.bytes = {data, size, 0}, .path = paths[i], .user = ""};
        struct ac_budget budget = {20000};
        struct ac_err err = {0};

        if (ac_parser_recycle_bin.recognise(&a))
            ac_parser_recycle_bin.parse(&a, &budget, &sink, &err);
    }
    return 0;
}
