/*
 * libFuzzer target of WMI repositories: pages, objects, mapping files and the index. Build with
 * clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/wmi/.
 *
 * Input: two bytes with the size of the mapping file in units of 4, two of the index in units of
 * 64, then mapping file, index and, with what is left, OBJECTS.DATA.
 */
#include "wmi_repository.h"

#include <stdlib.h>
#include <string.h>

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    uint8_t *p[3];
    size_t n[3], mapping, index;

    if (size < 4)
        return 0;
    mapping = (size_t)ac_le16(data) * 4;
    index = (size_t)ac_le16(data + 2) * 64;
    data += 4;
    size -= 4;
    p[0] = piece(&data, &size, mapping, &n[0]);
    p[1] = piece(&data, &size, index, &n[1]);
    p[2] = piece(&data, &size, size, &n[2]);
    for (size_t beside = 0; beside < 3; beside += 2) {
        struct ac_companion files[] = {{"MAPPING1.MAP", {p[0], n[0], 0}},
                                       {"INDEX.BTR", {p[1], n[1], 0}}};
        struct ac_artefact a = {.bytes = {p[2], n[2], 0},
                                .path = "wbem/Repository/OBJECTS.DATA",
                                .user = "",
                                .logs = files,
                                .n_logs = beside};
        struct ac_budget budget = {200000};
        struct ac_err err = {0};

        ac_parser_wmi.parse(&a, &budget, &sink, &err);
    }
    for (int i = 0; i < 3; i++)
        free(p[i]);
    return 0;
}
