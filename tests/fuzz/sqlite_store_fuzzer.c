/*
 * libFuzzer target of databases with their log: four bytes with the length of the database, the
 * database, the log. With the highest bit of the length the log gets the salts and checksums that
 * it should have: what lies behind them is reached only so. Build with clang
 * -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/sqlite_store/.
 */
#include "credentials.h"

#include "drop.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_be32(uint8_t *p, uint32_t n)
{
    for (int i = 3; i >= 0; i--, n >>= 8)
        p[i] = (uint8_t)n;
}

/* Over little-endian words. */
static void add(uint32_t sum[2], const uint8_t *p, size_t n)
{
    for (size_t i = 0; i + 8 <= n; i += 8) {
        sum[0] += ac_le32(p + i) + sum[1];
        sum[1] += ac_le32(p + i + 4) + sum[0];
    }
}

static void repair(uint8_t *wal, size_t n)
{
    uint32_t sum[2] = {0, 0}, page;

    if (n < 32)
        return;
    put_be32(wal, 0x377F0682);
    put_be32(wal + 4, 3007000);
    page = 512U << (wal[8] % 8);
    put_be32(wal + 8, page);
    add(sum, wal, 24);
    put_be32(wal + 24, sum[0]);
    put_be32(wal + 28, sum[1]);
    for (uint8_t *f = wal + 32; (size_t)(wal + n - f) >= 24 + (size_t)page; f += 24 + page) {
        memcpy(f + 8, wal + 16, 8);
        add(sum, f, 8);
        add(sum, f + 24, page);
        put_be32(f + 16, sum[0]);
        put_be32(f + 20, sum[1]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    struct ac_companion log = {.name = "Login Data-wal"};
    struct ac_artefact a = {
        .path = "Login Data", .user = "", .logs = &log, .n_logs = 1, .list_accounts = true};
    uint8_t *wal;
    uint32_t n;

    if (size < 4)
        return 0;
    n = ac_le32(data) & 0x7FFFFFFF;
    n = n < size - 4 ? n : (uint32_t)(size - 4);
    wal = malloc(size - n);
    if (!wal)
        return 0;
    memcpy(wal, data + 4 + n, size - 4 - n);
    if (data[3] & 0x80)
        repair(wal, size - 4 - n);
    a.bytes = (struct ac_view){data + 4, n, 0};
    log.bytes = (struct ac_view){wal, size - 4 - n, 0};
    ac_parser_credential_sqlite.parse(&a, &budget, &sink, &err);
    free(wal);
    return 0;
}
