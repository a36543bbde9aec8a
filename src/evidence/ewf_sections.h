/*
 * The sections of one EWF (E01) segment file, walked and checked before libewf sees the file.
 *
 * libewf numbers chunks by counting the entries of all tables it could read. A table it could not
 * read moves every later chunk forward: other data at the same place, without an error. So a segment
 * is followed by another one only if every section of it is sound. Sections that tell nothing of
 * chunks (header values, hashes) and tables with a sound copy do not cost the image: patches hide them
 * from libewf, which refuses a whole set for one wrong byte in them.
 *
 * Format: libyal/libewf, "Expert Witness Compression Format (EWF)": section descriptor (76 bytes: type
 * 16, offset of the next 8, size 8, padding 40, Adler-32 of these), volume and data sections (1,052 bytes,
 * set identifier at 64, Adler-32 at 1,048), table header (24 bytes, Adler-32 at 20), hash (Adler-32 at
 * 32), digest (at 76), header and header2 (zlib streams).
 */
#ifndef AC_EVIDENCE_EWF_SECTIONS_H
#define AC_EVIDENCE_EWF_SECTIONS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AC_EWF_DESCRIPTOR 76
#define AC_EWF_PATCHES 16 /* per segment; more damaged sections than that end its use */

enum ac_ewf_use {
    AC_EWF_WHOLE,  /* usable from end to end, with its patches */
    AC_EWF_PREFIX, /* usable up to a place: no other segment may follow it */
    AC_EWF_REFUSE, /* a checksum is wrong that libewf insists on */
};

/* Bytes to put in place of those in the file when libewf reads them. */
struct ac_ewf_patch {
    uint64_t off;
    size_t n;
    uint8_t bytes[AC_EWF_DESCRIPTOR];
};

struct ac_ewf_sections {
    enum ac_ewf_use use;
    const char *what; /* the first thing that is wrong; Borrowed: static; NULL: nothing */
    uint64_t at;      /* and where in the file */
    bool cut;         /* the file ends before its sections do */
    bool last;        /* ends in "done" */
    bool has_set;     /* set identifier of the acquisition, if it has one */
    uint8_t set[16];
    struct ac_ewf_patch patches[AC_EWF_PATCHES];
    size_t n_patches;
};

/* fd: the segment, open for reading; size: its bytes. */
void ac_ewf_sections_walk(int fd, uint64_t size, struct ac_ewf_sections *ret);

#endif
