#include "xpress_huffman.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <string.h>

#define SYMBOLS 512
#define TABLE_BYTES 256
#define MAX_BITS 15
#define BLOCK_BYTES 65536
#define MIN_MATCH 3
#define FIRST_MATCH_SYMBOL 256

/* One decoding run. `bits` holds the next bits from the top; `spare` is their number less 16, as in
 * [MS-XCA]; `phantom` counts bits that stand for words past the end of the input. */
struct decoder {
    struct ac_view in;
    size_t at; /* next byte of the input */
    uint32_t bits;
    int spare;
    unsigned phantom;
    uint8_t *out;
    size_t size, done;
    uint16_t *table; /* Owned: 2^15 entries, symbol << 4 | length; 0: no such code */
};

static enum ac_rc build_table(struct decoder *d, struct ac_err *err)
{
    size_t start = d->at, filled = 0;
    const uint8_t *packed = d->in.p + start;

    if (!ac_view_has(d->in, start, TABLE_BYTES))
        return AC_FAIL(err, AC_TRUNCATED, start, "the compressed data ends in a code table");
    for (unsigned length = 1; length <= MAX_BITS; length++) {
        size_t span = (size_t)1 << (MAX_BITS - length);

        for (unsigned symbol = 0; symbol < SYMBOLS; symbol++) {
            if ((packed[symbol / 2] >> (symbol % 2 * 4) & 15U) != length)
                continue;
            if (filled + span > (size_t)1 << MAX_BITS)
                return AC_FAIL(err, AC_CORRUPT, start, "a code table has too many codes");
            for (size_t i = 0; i < span; i++)
                d->table[filled + i] = (uint16_t)(symbol << 4 | length);
            filled += span;
        }
    }
    memset(d->table + filled, 0, (((size_t)1 << MAX_BITS) - filled) * sizeof(*d->table));
    d->at += TABLE_BYTES;
    return AC_OK;
}

static uint32_t next_word(struct decoder *d)
{
    uint32_t word;

    if (!ac_view_has(d->in, d->at, 2)) { /* the last codes may be shorter than the look-ahead */
        d->phantom += 16;
        return 0;
    }
    word = ac_le16(d->in.p + d->at);
    d->at += 2;
    return word;
}

static void drop_bits(struct decoder *d, unsigned n)
{
    d->bits = n < 32 ? d->bits << n : 0;
    d->spare -= (int)n;
    if (d->spare < 0) {
        d->bits |= next_word(d) << -d->spare;
        d->spare += 16;
    }
}

/* Length of a match whose symbol says "15 or more". */
static enum ac_rc long_length(struct decoder *d, uint32_t *ret, struct ac_err *err)
{
    uint8_t byte;
    uint16_t word;
    uint32_t n;

    if (ac_rd_8(d->in, d->at, &byte) != AC_OK)
        return AC_FAIL(err, AC_TRUNCATED, d->at, "the compressed data ends in a match length");
    d->at += 1;
    n = byte + 15U;
    if (byte == 255) {
        if (ac_rd_le16(d->in, d->at, &word) != AC_OK)
            return AC_FAIL(err, AC_TRUNCATED, d->at, "the compressed data ends in a match length");
        d->at += 2;
        n = word;
        if (word == 0) {
            if (ac_rd_le32(d->in, d->at, &n) != AC_OK)
                return AC_FAIL(err, AC_TRUNCATED, d->at,
                               "the compressed data ends in a match length");
            d->at += 4;
        }
        if (n < 15)
            return AC_FAIL(err, AC_CORRUPT, d->at, "a match length of %u in its long form", n);
    }
    *ret = n;
    return AC_OK;
}

static enum ac_rc copy_match(struct decoder *d, unsigned symbol, struct ac_err *err)
{
    uint32_t length = symbol & 15, distance_bits = symbol >> 4 & 15, distance;
    enum ac_rc rc;

    if (length == 15 && (rc = long_length(d, &length, err)) != AC_OK)
        return rc;
    distance = 1U << distance_bits;
    if (distance_bits > 0)
        distance += d->bits >> (32 - distance_bits);
    drop_bits(d, distance_bits);
    if (distance > d->done)
        return AC_FAIL(err, AC_CORRUPT, d->at, "a match reaches before the beginning");
    if (length > d->size - d->done || MIN_MATCH > d->size - d->done - length)
        return AC_FAIL(err, AC_CORRUPT, d->at, "a match reaches past the stated size");
    for (length += MIN_MATCH; length > 0; length--, d->done++)
        d->out[d->done] = d->out[d->done - distance];
    return AC_OK;
}

static enum ac_rc decode_block(struct decoder *d, struct ac_err *err)
{
    size_t end = d->size - d->done > BLOCK_BYTES ? d->done + BLOCK_BYTES : d->size;
    enum ac_rc rc = build_table(d, err);

    if (rc != AC_OK)
        return rc;
    d->phantom = 0;
    d->bits = next_word(d) << 16;
    d->bits |= next_word(d);
    d->spare = 16;
    while (d->done < end) {
        unsigned code = d->table[d->bits >> (32 - MAX_BITS)], symbol = code >> 4;

        if (code == 0)
            return AC_FAIL(err, AC_CORRUPT, d->at, "a code that is in no table");
        drop_bits(d, code & 15);
        if (d->phantom > (unsigned)d->spare + 16)
            return AC_FAIL(err, AC_TRUNCATED, d->at, "the compressed data ends too early");
        if (symbol < FIRST_MATCH_SYMBOL)
            d->out[d->done++] = (uint8_t)symbol;
        else if ((rc = copy_match(d, symbol - FIRST_MATCH_SYMBOL, err)) != AC_OK)
            return rc;
    }
    return AC_OK;
}

enum ac_rc ac_xpress_huffman(struct ac_view in, uint8_t *out, size_t size, size_t *ret_done,
                             struct ac_err *err)
{
    struct decoder d = {.in = in, .out = out, .size = size};
    enum ac_rc rc = AC_OK;

    *ret_done = 0;
    d.table = ac_malloc(sizeof(*d.table) << MAX_BITS);
    if (!d.table)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to decompress");
    while (rc == AC_OK && d.done < size)
        rc = decode_block(&d, err);
    ac_free(d.table);
    *ret_done = d.done;
    return rc;
}
