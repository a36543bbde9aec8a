#include "mam.h"

#include "base/alloc.h"
#include "xpress_huffman.h"

#include <libdeflate.h>
#include <string.h>

#define HEADER 8
#define METHOD_XPRESS_HUFFMAN 4
#define HAS_CHECKSUM 0x80

bool ac_mam_is(struct ac_view bytes)
{
    return bytes.n >= HEADER && memcmp(bytes.p, "MAM", 3) == 0;
}

static bool checksum_fits(struct ac_view bytes)
{
    static const uint8_t zeros[4];
    uint32_t crc = libdeflate_crc32(0, bytes.p, HEADER);

    crc = libdeflate_crc32(crc, zeros, sizeof(zeros));
    crc = libdeflate_crc32(crc, bytes.p + HEADER + 4, bytes.n - HEADER - 4);
    return crc == ac_le32(bytes.p + HEADER);
}

enum ac_rc ac_mam_unpack(struct ac_view bytes, size_t max, uint8_t **ret_bytes, size_t *ret_n,
                         bool *ret_sum_wrong, struct ac_err *err)
{
    struct ac_view data;
    size_t size, done, start = HEADER;
    uint8_t *out;
    enum ac_rc rc;

    *ret_bytes = NULL;
    *ret_n = 0;
    *ret_sum_wrong = false;
    if (!ac_mam_is(bytes))
        return AC_FAIL(err, AC_CORRUPT, 0, "no MAM header");
    if ((bytes.p[3] & ~HAS_CHECKSUM) != METHOD_XPRESS_HUFFMAN)
        return AC_FAIL(err, AC_UNSUPPORTED, 3, "MAM compression method 0x%02x is not known",
                       bytes.p[3]);
    size = ac_le32(bytes.p + 4);
    if (size > max)
        return AC_FAIL(err, AC_LIMIT, 4, "a decompressed size of %zu bytes, the limit is %zu", size,
                       max);
    if (bytes.p[3] & HAS_CHECKSUM)
        start += 4;
    if (ac_view_cut(bytes, start, bytes.n < start ? 0 : bytes.n - start, &data) != AC_OK)
        return AC_FAIL(err, AC_TRUNCATED, bytes.n, "the MAM header is cut");
    *ret_sum_wrong = (bytes.p[3] & HAS_CHECKSUM) && !checksum_fits(bytes);
    out = ac_malloc(size ? size : 1);
    if (!out)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for %zu bytes", size);
    rc = ac_xpress_huffman(data, out, size, &done, err);
    if (rc != AC_OK && done == 0) {
        ac_free(out);
        return AC_WRAP(err, rc, AC_NO_OFFSET, "MAM");
    }
    *ret_bytes = out;
    *ret_n = done;
    return rc == AC_OK ? AC_OK : AC_WRAP(err, rc, AC_NO_OFFSET, "MAM");
}
