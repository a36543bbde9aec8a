/*
 * libFuzzer target of transaction logs: how they are read, chosen and applied. Build with clang
 * -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/regf_log/.
 *
 * Input: one byte of flags, two bytes with the size of the hive in units of 512, the same of LOG1,
 * then the hive, LOG1 and, with what is left, LOG2. With flag 1 checksums and hashes are set right
 * first, so that mutations reach what lies behind them.
 */
#include "hive.h"
#include "regf_inner.h"
#include "regf_log.h"

#include <stdlib.h>
#include <string.h>

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_le64(uint8_t *p, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static void repair(uint8_t *p, size_t n, bool log)
{
    if (n < 512)
        return;
    for (unsigned i = 0; i < 4; i++)
        p[508 + i] = (uint8_t)(ac_hive_checksum(p) >> 8 * i);
    for (size_t at = 512; log && at + 40 <= n && memcmp(p + at, "HvLE", 4) == 0;) {
        uint32_t entry = ac_le32(p + at + 4);

        if (entry < 512 || entry > n - at)
            return;
        put_le64(p + at + 24, ac_marvin32(p + at + 40, entry - 40));
        put_le64(p + at + 32, ac_marvin32(p + at, 32));
        at += entry;
    }
}

/* A piece in a block of its own size, so that reading past its end is seen. */
static uint8_t *piece(const uint8_t **data, size_t *left, size_t n, size_t *ret_n)
{
    uint8_t *p;

    *ret_n = n < *left ? n : *left;
    p = malloc(*ret_n ? *ret_n : 1);
    if (!p)
        abort();
    memcpy(p, *data, *ret_n);
    *data += *ret_n;
    *left -= *ret_n;
    return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    uint8_t *p[3], flags;
    size_t n[3], hive, log;

    if (size < 5)
        return 0;
    flags = data[0];
    hive = (size_t)ac_le16(data + 1) * 512;
    log = (size_t)ac_le16(data + 3) * 512;
    data += 5;
    size -= 5;
    p[0] = piece(&data, &size, hive, &n[0]);
    p[1] = piece(&data, &size, log, &n[1]);
    p[2] = piece(&data, &size, size, &n[2]);
    for (int i = 0; i < 3 && (flags & 1); i++)
        repair(p[i], n[i], i > 0);
    for (int all = 0; all < 2; all++) {
        struct ac_companion logs[2] = {{"a.LOG1", {p[1], n[1], 0}}, {"a.LOG2", {p[2], n[2], 0}}};
        struct ac_artefact a = {.bytes = {p[0], n[0], 0},
                                .path = "Users/user1/NTUSER.DAT",
                                .user = "",
                                .all_keys = all,
                                .logs = logs,
                                .n_logs = 2};
        struct ac_budget budget = {200000};
        struct ac_err err = {0};

        ac_parser_hive.parse(&a, &budget, &sink, &err);
    }
    for (int i = 0; i < 3; i++)
        free(p[i]);
    return 0;
}
