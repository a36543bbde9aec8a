/*
 * Segment files as libewf is to see them: read-only, with the patches that ewf_sections.h gives for
 * damaged sections. Private to image_ewf.c, which names libewf's file layer for it.
 */
#ifndef AC_EVIDENCE_EWF_IO_H
#define AC_EVIDENCE_EWF_IO_H

#include "evidence/ewf_segments.h"

#include <libbfio.h>

/* A pool of all usable segments, which must outlive it; NULL: no memory. Owned: ac_ewf_io_close(), after
 * libewf has closed its handle. */
libbfio_pool_t *ac_ewf_io_open(const struct ac_ewf_segments *set);
void ac_ewf_io_close(libbfio_pool_t *pool); /* NULL is fine */

#endif
