/*
 * A small NTFS volume made of paths and contents, on top of build_ntfs.h: what takes mkntfs and wimapply
 * half a second takes a millisecond here. Folders are made as they are needed.
 */
#ifndef AC_TESTS_BUILD_DISK_H
#define AC_TESTS_BUILD_DISK_H

#include "build_ntfs.h"

struct fx_disk;

/* An empty volume with that serial number; 0: BN_SERIAL. */
struct fx_disk *fx_disk_new(uint64_t serial);
void fx_disk_free(struct fx_disk *d);
/* Adds a file; all its times are `time` (RFC 3339). A path that ends in '/' is a folder. A file that is
 * there already is replaced. */
void fx_disk_add(struct fx_disk *d, const char *path, const void *bytes, size_t n,
                 const char *time);
/* Writes the volume to a file. */
void fx_disk_write(struct fx_disk *d, const char *path);

#endif
