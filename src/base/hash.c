#include "base/hash.h"

#include "base/alloc.h"

#include <openssl/evp.h>

struct ac_hash {
    EVP_MD_CTX *ctx;
};

static const EVP_MD *digest_of(enum ac_hash_kind kind)
{
    switch (kind) {
    case AC_MD5:
        return EVP_md5();
    case AC_SHA1:
        return EVP_sha1();
    case AC_SHA256:
    case AC_HASH_KINDS:
        break;
    }
    return EVP_sha256();
}

enum ac_rc ac_hash_init(struct ac_err *err)
{
    for (int k = 0; k < AC_HASH_KINDS; k++) {
        char hex[AC_HASH_TEXT];

        ac_hash_hex((enum ac_hash_kind)k, "", 0, hex);
        if (hex[0] == '\0')
            return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "libcrypto has no %s",
                           ac_hash_name((enum ac_hash_kind)k));
    }
    return AC_OK;
}

enum ac_rc ac_hash_new(enum ac_hash_kind kind, struct ac_hash **ret, struct ac_err *err)
{
    struct ac_hash *h = ac_calloc(1, sizeof(*h));

    if (!h)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a digest");
    h->ctx = EVP_MD_CTX_new();
    if (!h->ctx || EVP_DigestInit_ex(h->ctx, digest_of(kind), NULL) != 1) {
        ac_hash_free(h);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "libcrypto could not start %s",
                       ac_hash_name(kind));
    }
    *ret = h;
    return AC_OK;
}

enum ac_rc ac_hash_add(struct ac_hash *h, const void *p, size_t n)
{
    return EVP_DigestUpdate(h->ctx, p, n) == 1 ? AC_OK : AC_BUG;
}

enum ac_rc ac_hash_end(struct ac_hash *h, char ret_hex[AC_HASH_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (EVP_DigestFinal_ex(h->ctx, md, &n) != 1 || n > AC_HASH_BYTES)
        return AC_BUG;
    for (unsigned i = 0; i < n; i++) {
        ret_hex[2 * i] = digits[md[i] >> 4];
        ret_hex[2 * i + 1] = digits[md[i] & 15];
    }
    ret_hex[2 * n] = '\0';
    return AC_OK;
}

void ac_hash_free(struct ac_hash *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->ctx);
    ac_free(h);
}

void ac_hash_hex(enum ac_hash_kind kind, const void *p, size_t n, char ret_hex[AC_HASH_TEXT])
{
    struct ac_hash *h;

    ret_hex[0] = '\0';
    if (ac_hash_new(kind, &h, NULL) != AC_OK)
        return;
    if (ac_hash_add(h, p, n) != AC_OK || ac_hash_end(h, ret_hex) != AC_OK)
        ret_hex[0] = '\0';
    ac_hash_free(h);
}

const char *ac_hash_name(enum ac_hash_kind kind)
{
    static const char *const names[AC_HASH_KINDS] = {"MD5", "SHA-1", "SHA-256"};

    return names[kind];
}

size_t ac_hash_size(enum ac_hash_kind kind)
{
    static const size_t sizes[AC_HASH_KINDS] = {16, 20, 32};

    return sizes[kind];
}
