/*
 * The volumes of an image: partitions of an MBR or GPT disk, or the whole image as one volume.
 *
 * Each is recognised by the bytes it begins with, not by its partition type. Volumes that cannot be
 * examined (BitLocker, LDM, Storage Spaces, ReFS, LUKS ...) are listed with the reason and with
 * what to do, so that "not found" is never printed over them.
 *
 * Sources of the signatures: libyal/libbde (BitLocker: "-FVE-FS-" at 3, To Go: GUID at 0x1A8),
 * libyal/libvsgpt and libvslvm (partition types), libyal/libfsrefs (ReFS), libyal/libluksde,
 * libyal/libvshadow (shadow copies: volume header at 0x1E00, catalogue entries of type 2).
 */
#ifndef AC_EVIDENCE_VOLUMES_H
#define AC_EVIDENCE_VOLUMES_H

#include "evidence/reader.h"

enum ac_volume_kind {
    AC_VOLUME_NTFS,
    AC_VOLUME_FAT,
    AC_VOLUME_EXFAT,
    AC_VOLUME_BITLOCKER,
    AC_VOLUME_REFS,
    AC_VOLUME_LUKS,
    AC_VOLUME_LDM,
    AC_VOLUME_STORAGE_SPACES,
    AC_VOLUME_OTHER_SYSTEM, /* another operating system's: ext, XFS, Btrfs, HFS+, APFS, LVM, swap */
    AC_VOLUME_RESERVED,     /* Microsoft reserved partition: holds no file system by design */
    AC_VOLUME_UNKNOWN,
};

struct ac_volume {
    enum ac_volume_kind kind;
    char name[8];         /* "p1", "p2" in the order of the partition table; "" for a bare volume */
    char description[64]; /* the partition table's words, or "" */
    const char *file_system; /* "NTFS", "BitLocker To Go" ...; Borrowed: static */
    uint64_t offset, length; /* bytes; the length is what the partition table says */
    uint64_t available;      /* of it inside the image */
    bool by_backup;          /* NTFS, told by the copy of its boot sector in the last sector only */
    uint32_t shadow_copies;  /* NTFS: volume shadow copies; they are not examined */
    const char *reason, *advice; /* why it is not examined and what to do; NULL if it is examined */
};

struct ac_volumes {
    const char *scheme; /* "MBR", "GPT", "none" */
    struct ac_volume *items;
    size_t n, cap;
    char problem[160]; /* what is wrong with the partition table itself, "" if nothing */
};

/* AC_NOT_FOUND: neither a partition table nor a volume that begins with the image; AC_IO: the beginning of
 * the image cannot be read. Owned: ac_volumes_free(). */
enum ac_rc ac_volumes_find(struct ac_reader *image, uint32_t sector_size, struct ac_volumes *ret,
                           struct ac_err *err);
void ac_volumes_free(struct ac_volumes *v);

/* Run-time version of The Sleuth Kit; Borrowed: static. */
const char *ac_volumes_library(void);

#endif
