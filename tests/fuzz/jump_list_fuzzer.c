/*
 * libFuzzer target of jump lists, and with them of compound files and shortcuts: an odd first byte
 * for one that a program made. Build with clang -fsanitize=fuzzer,address,undefined; the corpus
 * lies in corpus/jump_list/.
 */
#include "jump_list.h"

#include <stdlib.h>
#include <string.h>

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.user = "user1"};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    uint8_t *p;

    if (size < 1)
        return 0;
    p = malloc(size > 1 ? size - 1 : 1); /* a block of its own size */
    if (!p)
        abort();
    memcpy(p, data + 1, size - 1);
    a.bytes = (struct ac_view){p, size - 1, 0};
    if (data[0] & 1) {
        a.path = "CustomDestinations/9b9cdc69c1c24e2b.customDestinations-ms";
        ac_parser_jump_list_custom.parse(&a, &budget, &sink, &err);
    } else {
        a.path = "AutomaticDestinations/9b9cdc69c1c24e2b.automaticDestinations-ms";
        ac_parser_jump_list.parse(&a, &budget, &sink, &err);
    }
    free(p);
    return 0;
}
