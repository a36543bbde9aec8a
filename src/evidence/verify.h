/*
 * Verification of an image: reads all of it once, in order, and computes the digests that the
 * container stores, and SHA-256.
 *
 * Three facts are kept apart: whether all segments are there (ac_image_facts), whether every chunk
 * passes its checksum (gaps), and whether the digests are the stored ones. A digest is computed only
 * if every byte could be read.
 */
#ifndef AC_EVIDENCE_VERIFY_H
#define AC_EVIDENCE_VERIFY_H

#include "evidence/image.h"

struct ac_verification {
    char computed[AC_HASH_KINDS][AC_HASH_TEXT]; /* "" if not computed */
    uint64_t bytes;                             /* that went into the digests */
    struct ac_gaps gaps; /* Owned: ac_gaps_free(); bytes of the medium that could not be read */
};

/* Called after each block with the bytes done so far. */
typedef void ac_verify_progress(void *context, uint64_t done);

/* A digest that a human gave: recorded elsewhere, at the acquisition. */
struct ac_expected_hash {
    enum ac_hash_kind kind;
    char hex[AC_HASH_TEXT]; /* lower case */
};

/* `also` (1 << kind ...): digests to compute although the container does not store them. */
enum ac_rc ac_verify_image(struct ac_image *img, unsigned also, ac_verify_progress *progress,
                           void *context, struct ac_verification *ret, struct ac_err *err);

/* "MATCH", "MISMATCH", "NOT STORED", "NOT COMPUTED": the closed list of result words. */
const char *ac_verify_word(const char *stored, const char *computed);

#endif
