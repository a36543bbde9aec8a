/* UUIDs of version 5 (RFC 4122): the same name in the same namespace gives the same id. Private to src/report/. */
#ifndef AC_REPORT_UUID5_H
#define AC_REPORT_UUID5_H

#include "base/buf.h"

#include <stdint.h>

#define AC_UUID_TEXT 37 /* "74738ff5-5367-5958-9aee-98fffdcd1876" and NUL */

/* False: no memory; ret is "" then. */
bool ac_uuid5(const uint8_t space[16], struct ac_str name, char ret[AC_UUID_TEXT]);

#endif
