/*
 * Digests, through libcrypto's EVP interface.
 *
 * ac_hash_init() loads what libcrypto opens at first use; call it before a process confines itself.
 */
#ifndef AC_BASE_HASH_H
#define AC_BASE_HASH_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum ac_hash_kind { AC_MD5, AC_SHA1, AC_SHA256, AC_HASH_KINDS };

#define AC_HASH_BYTES 32
#define AC_HASH_TEXT 65 /* hexadecimal of the longest digest, and NUL */

struct ac_hash; /* one running digest */

enum ac_rc ac_hash_init(struct ac_err *err);
enum ac_rc ac_hash_new(enum ac_hash_kind kind, struct ac_hash **ret, struct ac_err *err);
enum ac_rc ac_hash_add(struct ac_hash *h, const void *p, size_t n);
/* Ends the digest and writes it in lower-case hexadecimal. The object can only be freed after. */
enum ac_rc ac_hash_end(struct ac_hash *h, char ret_hex[AC_HASH_TEXT]);
void ac_hash_free(struct ac_hash *h);

/* All at once; ret_hex is "" when libcrypto fails. */
void ac_hash_hex(enum ac_hash_kind kind, const void *p, size_t n, char ret_hex[AC_HASH_TEXT]);
const char *ac_hash_name(enum ac_hash_kind kind); /* "MD5", "SHA-1", "SHA-256" */
size_t ac_hash_size(enum ac_hash_kind kind);      /* digest bytes: 16, 20, 32 */

#endif
