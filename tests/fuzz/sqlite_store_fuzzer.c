/*
 * libFuzzer target of databases with their log: four bytes with the length of the database, the database, the
 * log. Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/sqlite_store/.
 */
#include "credentials.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    struct ac_companion log = {.name = "Login Data-wal"};
    struct ac_artefact a = {
        .path = "Login Data", .user = "", .logs = &log, .n_logs = 1, .list_accounts = true};
    size_t n;

    if (size < 4)
        return 0;
    n = ac_le32(data) < size - 4 ? ac_le32(data) : size - 4;
    a.bytes = (struct ac_view){data + 4, n, 0};
    log.bytes = (struct ac_view){data + 4 + n, size - 4 - n, 0};
    ac_parser_credential_sqlite.parse(&a, &budget, &sink, &err);
    return 0;
}
