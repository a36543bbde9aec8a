#include "report/uuid5.h"

#include "base/hash.h"

#include <stdio.h>

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

bool ac_uuid5(const uint8_t space[16], struct ac_str name, char ret[AC_UUID_TEXT])
{
    struct ac_hash *h = NULL;
    char hex[AC_HASH_TEXT] = "";
    bool ok = ac_hash_new(AC_SHA1, &h, NULL) == AC_OK && ac_hash_add(h, space, 16) == AC_OK &&
              ac_hash_add(h, name.p, name.n) == AC_OK && ac_hash_end(h, hex) == AC_OK;

    ac_hash_free(h);
    ret[0] = '\0';
    if (!ok)
        return false;
    hex[12] = '5';                                           /* version: name-based, SHA-1 */
    hex[16] = "89ab"[digit(hex[16]) & 3];                    /* variant: 10 in its first two bits */
    snprintf(ret, AC_UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", /* the first 16 of 20 bytes */
             hex, hex + 8, hex + 12, hex + 16, hex + 20);
    return true;
}
