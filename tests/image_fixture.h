/*
 * What the tests of images share: a disk of known bytes in a folder of its own, and the oracle that
 * compares what an image gives with it.
 */
#ifndef AC_TESTS_IMAGE_FIXTURE_H
#define AC_TESTS_IMAGE_FIXTURE_H

#include "fixture.h"

#include "base/limits.h"
#include "evidence/image.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_BYTES ((size_t)3500032) /* sectors, but neither 32 KiB chunks nor mebibytes */

extern char image_dir[4096];             /* holds disk.raw and what a test adds */
extern uint8_t image_bytes[IMAGE_BYTES]; /* its content: noise, with zeros from 1 MiB to 2 MiB */

void image_start(void);
void image_stop(void);
void image_write(const char *name, const void *bytes, size_t n);
void image_unlink(const char *name);
/* Opens a file of the folder and expects that result; NULL unless AC_OK. */
struct ac_image *image_open(const char *name, enum ac_rc want);
/* Reads everything at many alignments: what comes with AC_OK, or lies outside the gaps, must be the disk's
 * bytes. Returns how many bytes of the whole are gaps. */
uint64_t image_missing(struct ac_image *img);
/* image_missing(), and all that is missing is that range. */
void image_expect_one_gap(struct ac_image *img, uint64_t off, uint64_t len);
void image_expect_problem(const struct ac_image *img, const char *text);
void image_close(struct ac_image *img);
/* Opens and reads with the n-th allocation failing, for all n: an error or the right bytes. */
void image_every_allocation_fails(const char *name);

#endif
