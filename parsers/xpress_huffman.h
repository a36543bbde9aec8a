/*
 * LZXPRESS Huffman: the LZ77+Huffman form of [MS-XCA], in which Windows 8.1 and later store
 * prefetch files.
 *
 * The stream is a run of blocks. Each begins with 256 bytes, the code lengths of 512 symbols in
 * four bits each, and yields 64 KiB (the last one less). Matches reach back into earlier blocks.
 */
#ifndef AC_PARSERS_XPRESS_HUFFMAN_H
#define AC_PARSERS_XPRESS_HUFFMAN_H

#include "base/bytes.h"

/* Decompresses `in` into out[0 .. size). *ret_done is always set: the number of good bytes at the
 * start of `out`, `size` on AC_OK, what came out before the damage otherwise. AC_TRUNCATED: `in`
 * ends too early. AC_CORRUPT: an impossible table, code or distance. AC_NOMEM. */
enum ac_rc ac_xpress_huffman(struct ac_view in, uint8_t *out, size_t size, size_t *ret_done,
                             struct ac_err *err);

#endif
