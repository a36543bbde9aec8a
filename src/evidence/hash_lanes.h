/*
 * Digests beside the reading: each running digest has a thread of its own, so that the slowest of them sets the pace,
 * not their sum. Blocks go round in a ring: the reader fills one while the lanes digest those before it.
 *
 *     struct ac_hash_lanes *l;
 *     ac_hash_lanes_start(hashes, n, block_size, &l, err);
 *     while (...) { p = ac_hash_lanes_block(l); ... fill p ...; ac_hash_lanes_put(l, filled); }
 *     rc = ac_hash_lanes_end(l);      now the digests can be ended
 *
 * Where no thread can be made the digests are fed in the calling thread. One reader only. Memory: four blocks.
 */
#ifndef AC_EVIDENCE_HASH_LANES_H
#define AC_EVIDENCE_HASH_LANES_H

#include "base/hash.h"

struct ac_hash_lanes;

/* `hashes` (NULL entries are passed over) stay the caller's, who leaves them alone until the end. */
enum ac_rc ac_hash_lanes_start(struct ac_hash *const *hashes, size_t n, size_t block_size,
                               struct ac_hash_lanes **ret, struct ac_err *err);
/* The next block to fill: waits until every lane has done with it. */
void *ac_hash_lanes_block(struct ac_hash_lanes *l);
/* Its first n bytes are the next of the medium. A block that is not put is handed out again. */
void ac_hash_lanes_put(struct ac_hash_lanes *l, size_t n);
/* Waits for all lanes and frees everything; NULL is fine. AC_BUG: libcrypto failed somewhere. */
enum ac_rc ac_hash_lanes_end(struct ac_hash_lanes *l);

#endif
