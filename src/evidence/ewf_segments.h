/*
 * The segment files of an EWF (E01) image, looked at from the outside.
 *
 * libewf opens a set with missing, cut or foreign segments without an error, so names, segment numbers
 * and sections (ewf_sections.h) are checked here before it sees them.
 *
 * Format: libyal/libewf, "Expert Witness Compression Format (EWF)": file header (13 bytes, segment
 * number at 9), then sections that end in "next" or, in the last segment, "done".
 */
#ifndef AC_EVIDENCE_EWF_SEGMENTS_H
#define AC_EVIDENCE_EWF_SEGMENTS_H

#include "base/buf.h"
#include "base/error.h"
#include "evidence/ewf_sections.h"

#include <stdbool.h>

struct ac_ewf_segment {
    char *path;        /* Owned by the set */
    uint64_t size;     /* 0: missing */
    unsigned number;   /* as its header says, 0: unreadable */
    const char *state; /* "present", "missing", "truncated", "damaged", "misplaced" */
    struct ac_ewf_sections *sections; /* Owned by the set; NULL: its header is unreadable */
};

struct ac_ewf_segments {
    struct ac_ewf_segment *items; /* in the order of their names: items[0] is .E01 */
    size_t n, cap;
    const struct ac_ewf_segment **usable; /* Owned; segments 1, 2, 3 ... that libewf may see */
    size_t n_usable;
    struct ac_buf problem; /* empty: complete */
};

/* Finds all segments beside the first one. AC_USAGE if path is a later segment; AC_IO if it is not there. */
enum ac_rc ac_ewf_segments_find(const char *path, struct ac_ewf_segments *ret, struct ac_err *err);
void ac_ewf_segments_free(struct ac_ewf_segments *s);

/* The three characters after the dot for segment n (1 = E01; E99 is followed by EAA); `first` is the letter
 * as the first segment has it, 'E' or 'e'. False if n is beyond the naming scheme. */
bool ac_ewf_extension(unsigned n, char first, char ret[4]);

#endif
