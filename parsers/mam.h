/*
 * MAM: the container in which Windows 8.1 and later keep compressed prefetch files.
 *
 * "MAM", one byte of method and flags, u32 size of the content, [u32 CRC-32], compressed bytes. The
 * low half of the byte is the method (4: LZXPRESS Huffman), 0x80 says that the checksum is there:
 * CRC-32 of the header, four zero bytes and the compressed bytes.
 */
#ifndef AC_PARSERS_MAM_H
#define AC_PARSERS_MAM_H

#include "base/bytes.h"

#include <stdbool.h>

bool ac_mam_is(struct ac_view bytes);

/* Decompresses at most `max` bytes. *ret_bytes is Owned (ac_free()) and set with *ret_n on AC_OK,
 * and also on AC_CORRUPT and AC_TRUNCATED if a part came out (NULL otherwise). *ret_sum_wrong: a
 * checksum is there and does not fit; the content is given all the same. AC_UNSUPPORTED: another
 * method; AC_LIMIT: larger than max; AC_NOMEM. */
enum ac_rc ac_mam_unpack(struct ac_view bytes, size_t max, uint8_t **ret_bytes, size_t *ret_n,
                         bool *ret_sum_wrong, struct ac_err *err);

#endif
