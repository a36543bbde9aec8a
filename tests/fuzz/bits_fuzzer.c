/*
 * libFuzzer target of BITS stores: queue files, and databases with the reader of ESE tables. Build
 * with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/bits/.
 *
 * Input: a byte, odd for a database, then the store.
 */
#include "bits.h"

#include <stdlib.h>
#include <string.h>

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.user = ""};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    bool database;
    uint8_t *p;

    if (size < 1)
        return 0;
    database = data[0] & 1;
    p = malloc(size);
    if (!p)
        abort();
    memcpy(p, data + 1, size - 1);
    p = realloc(p, size > 1 ? size - 1 : 1); /* a block of its own size */
    a.bytes = (struct ac_view){p, size - 1, 0};
    a.path = database ? "Downloader/qmgr.db" : "Downloader/qmgr0.dat";
    if (database)
        ac_parser_bits_database.parse(&a, &budget, &sink, &err);
    else
        ac_parser_bits_queue.parse(&a, &budget, &sink, &err);
    free(p);
    return 0;
}
