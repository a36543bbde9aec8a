#include "evidence/verify.h"

#include "base/limits.h"
#include "evidence/hash_lanes.h"

#include <string.h>

#define BLOCK                                                                                      \
    (4 * AC_MIB) /* a multiple of every chunk size in use, so that chunks pass the cache by */

static enum ac_rc start(const struct ac_image *img, unsigned also,
                        struct ac_hash *hashes[AC_HASH_KINDS], struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    for (int k = 0; rc == AC_OK && k < AC_HASH_KINDS; k++) {
        if (k == AC_SHA256 || img->facts.stored[k][0] || (also & 1U << k))
            rc = ac_hash_new((enum ac_hash_kind)k, &hashes[k], err);
    }
    return rc;
}

/* Digests say nothing of a medium that was not read whole: from the first gap on nothing is digested. */
static enum ac_rc read_all(struct ac_image *img, struct ac_hash_lanes *lanes,
                           ac_verify_progress *progress, void *context, struct ac_verification *v,
                           struct ac_err *err)
{
    for (uint64_t off = 0; off < img->reader.size;) {
        size_t n = img->reader.size - off < BLOCK ? (size_t)(img->reader.size - off) : BLOCK;
        enum ac_rc rc = ac_read(&img->reader, off, ac_hash_lanes_block(lanes), n, &v->gaps, NULL);

        if (rc != AC_OK && rc != AC_IO)
            return AC_FAIL(err, rc, off, "the image could not be read");
        if (rc == AC_IO && v->gaps.n == 0)
            return AC_FAIL(err, AC_NOMEM, off, "no memory for what could not be read");
        if (v->gaps.n == 0)
            ac_hash_lanes_put(lanes, n);
        off += n;
        v->bytes = v->gaps.n == 0 ? off : v->bytes;
        if (progress)
            progress(context, off);
    }
    return AC_OK;
}

static enum ac_rc digest(struct ac_image *img, struct ac_hash *hashes[AC_HASH_KINDS],
                         ac_verify_progress *progress, void *context, struct ac_verification *v,
                         struct ac_err *err)
{
    struct ac_hash_lanes *lanes = NULL;
    enum ac_rc rc = ac_hash_lanes_start(hashes, AC_HASH_KINDS, BLOCK, &lanes, err), end;

    if (rc != AC_OK)
        return rc;
    rc = read_all(img, lanes, progress, context, v, err);
    end = ac_hash_lanes_end(lanes);
    return rc == AC_OK && end != AC_OK ? AC_FAIL(err, end, AC_NO_OFFSET, "libcrypto failed") : rc;
}

enum ac_rc ac_verify_image(struct ac_image *img, unsigned also, ac_verify_progress *progress,
                           void *context, struct ac_verification *ret, struct ac_err *err)
{
    struct ac_hash *hashes[AC_HASH_KINDS] = {NULL};
    struct ac_verification v = {0};
    enum ac_rc rc = start(img, also, hashes, err);

    if (rc == AC_OK)
        rc = digest(img, hashes, progress, context, &v, err);
    for (int k = 0; k < AC_HASH_KINDS; k++) {
        if (rc == AC_OK && hashes[k] && v.gaps.n == 0)
            rc = ac_hash_end(hashes[k], v.computed[k]);
        ac_hash_free(hashes[k]);
    }
    if (rc == AC_OK)
        *ret = v;
    else
        ac_gaps_free(&v.gaps);
    return rc;
}

const char *ac_verify_word(const char *stored, const char *computed)
{
    if (computed[0] == '\0')
        return "NOT COMPUTED";
    if (stored[0] == '\0')
        return "NOT STORED";
    return strcmp(stored, computed) == 0 ? "MATCH" : "MISMATCH";
}
