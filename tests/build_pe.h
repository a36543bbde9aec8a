/*
 * Tiny inert programs and libraries: correct PE headers around a code section of `ret` and int3.
 * For tests and as stand-ins for malware in the demo image; none does anything when started.
 */
#ifndef AC_TESTS_BUILD_PE_H
#define AC_TESTS_BUILD_PE_H

#include "fixture.h"

struct fx_pe {
    bool amd64; /* else i386 */
    bool dll;
    uint32_t timestamp;         /* TimeDateStamp, seconds since 1970 */
    const char *export_name;    /* Name of the export directory; NULL: no export directory */
    const char *const *exports; /* sorted names, ends with NULL; NULL: none */
    size_t certificate;         /* bytes of an (empty) certificate; 0: no security directory */
    size_t size;                /* zeros are appended up to that many bytes */
    bool console;               /* subsystem; else GUI */
};

void fx_pe(struct ac_buf *out, const struct fx_pe *p);

#endif
