/*
 * libFuzzer target of the event log parsers. What begins like a file of theirs is one; everything else
 * is the events of a chunk whose header and file are sound, so that inputs stay small.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/evtx/.
 */
#include "evt.h"
#include "evtx.h"

#include "drop.h"

#include <stdlib.h>
#include <string.h>

#define FIRST (4096 + 512)
#define MOST 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
}

static void run(const struct ac_parser *parser, const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "System.evtx", .user = ""};
    struct ac_budget budget = {20000};
    struct ac_err err = {0};

    a.row = ac_record_new(AC_KIND_SOURCE);
    parser->recognise(&a);
    parser->parse(&a, &budget, &sink, &err);
    ac_record_free(a.row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t used = size > MOST ? MOST : size, n = FIRST + used;
    uint8_t *file;

    if (size >= 8 && (memcmp(data, "ElfFile", 8) == 0 || memcmp(data + 4, "LfLe", 4) == 0)) {
        run(data[0] == 'E' ? &ac_parser_evtx : &ac_parser_evt, data, size);
        return 0;
    }
    file = calloc(1, n);
    if (!file)
        return 0;
    memcpy(file, "ElfFile", 8);
    file[38] = 3;
    file[41] = 0x10;
    file[42] = 1;
    put32(file + 120, 4); /* no checksums */
    memcpy(file + 4096, "ElfChnk", 8);
    put32(file + 4096 + 44, 0xFFFF);
    put32(file + 4096 + 48, (uint32_t)(512 + used));
    put32(file + 4096 + 120, 4);
    if (used > 0)
        memcpy(file + FIRST, data, used);
    run(&ac_parser_evtx, file, n);
    free(file);
    return 0;
}
