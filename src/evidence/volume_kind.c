#include "evidence/volume_kind.h"

#include "base/alloc.h"
#include "base/bytes.h"

#include <string.h>

#define HEAD (72 * 1024) /* the farthest signature looked at: Btrfs at 64 KiB + 64 */

static const struct signature {
    size_t at, n;
    const char *bytes;
    enum ac_volume_kind kind;
    const char *name;
} signatures[] = {
    {3, 8, "NTFS    ", AC_VOLUME_NTFS, "NTFS"},
    {3, 8, "EXFAT   ", AC_VOLUME_EXFAT, "exFAT"},
    {3, 8, "-FVE-FS-", AC_VOLUME_BITLOCKER, "BitLocker"},
    {0x1A8, 16, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01",
     AC_VOLUME_BITLOCKER, "BitLocker To Go"},
    /* the same, encrypted as it is written ("used space only") */
    {0x1A8, 16, "\x3b\x4d\xa8\x92\x80\xdd\x0e\x4d\x9e\x4e\xb1\xe3\x28\x4e\xae\xd8",
     AC_VOLUME_BITLOCKER, "BitLocker To Go"},
    {3, 8, "ReFS\0\0\0\0", AC_VOLUME_REFS, "ReFS"},
    {0, 6, "LUKS\xba\xbe", AC_VOLUME_LUKS, "LUKS"},
    {0, 8, "SPACEDB ", AC_VOLUME_STORAGE_SPACES, "Storage Spaces"},
    {0xC00, 8, "PRIVHEAD", AC_VOLUME_LDM, "LDM (dynamic disk)"},
    {0x438, 2, "\x53\xef", AC_VOLUME_OTHER_SYSTEM, "ext2/3/4"},
    {0, 4, "XFSB", AC_VOLUME_OTHER_SYSTEM, "XFS"},
    {0x10040, 8, "_BHRfS_M", AC_VOLUME_OTHER_SYSTEM, "Btrfs"},
    {0x200, 8, "LABELONE", AC_VOLUME_OTHER_SYSTEM, "LVM2"},
    {0x400, 2, "H+", AC_VOLUME_OTHER_SYSTEM, "HFS+"},
    {0x400, 2, "HX", AC_VOLUME_OTHER_SYSTEM, "HFS+"},
    {0x20, 4, "NXSB", AC_VOLUME_OTHER_SYSTEM, "APFS"},
    {0xFF6, 10, "SWAPSPACE2", AC_VOLUME_OTHER_SYSTEM, "Linux swap"},
};

static const struct {
    const char *reason, *advice;
} words[] = {
    [AC_VOLUME_BITLOCKER] = {"the volume is encrypted with BitLocker",
                             "unlock it with its recovery key, image the unlocked volume, and "
                             "examine that image"},
    [AC_VOLUME_REFS] = {"the file system ReFS is not read by this version",
                        "copy the files to a folder with a system that reads ReFS, and examine the "
                        "folder"},
    [AC_VOLUME_LUKS] = {"the volume is encrypted with LUKS",
                        "unlock it with its passphrase, image the unlocked volume, and examine "
                        "that image"},
    [AC_VOLUME_LDM] = {"the volume belongs to a dynamic disk (LDM)",
                       "assemble the dynamic volume from all its disks, image it, and examine "
                       "that image"},
    [AC_VOLUME_STORAGE_SPACES] = {"the volume belongs to a storage pool (Storage Spaces)",
                                  "assemble the pool from all its disks, image the virtual disk, "
                                  "and examine that image"},
    [AC_VOLUME_OTHER_SYSTEM] = {"the volume holds no Windows file system",
                                "examine it with a tool for that file system if it matters"},
    [AC_VOLUME_UNKNOWN] = {"no known file system begins here",
                           "find out what the volume holds (encrypted as a whole, overwritten, "
                           "empty?)"},
};

void ac_volume_set_kind(struct ac_volume *v, enum ac_volume_kind kind, const char *file_system)
{
    v->kind = kind;
    v->file_system = file_system;
    v->reason = v->advice = NULL;
    if (kind < sizeof(words) / sizeof(words[0])) {
        v->reason = words[kind].reason;
        v->advice = words[kind].advice;
    }
}

/* FAT has no sure signature: the fields of its BIOS parameter block must make sense together. */
static const char *fat_name(const uint8_t *b)
{
    unsigned sector = ac_le16(b + 11), cluster = b[13], reserved = ac_le16(b + 14), fats = b[16];
    unsigned per_fat = ac_le16(b + 22), roots = ac_le16(b + 17);
    uint32_t sectors = ac_le16(b + 19) ? ac_le16(b + 19) : ac_le32(b + 32);

    if ((b[0] != 0xEB && b[0] != 0xE9) || sector < 512 || sector > 4096 ||
        (sector & (sector - 1)) || cluster == 0 || (cluster & (cluster - 1)) || reserved == 0 ||
        fats == 0 || fats > 2 || (b[21] != 0xF0 && b[21] < 0xF8) || sectors == 0)
        return NULL;
    if (per_fat == 0)
        return roots == 0 && ac_le32(b + 36) != 0 ? "FAT32" : NULL;
    return roots != 0 ? "FAT12/16" : NULL;
}

static bool all_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && *p == 0) {
        p++;
        n--;
    }
    return n == 0;
}

uint64_t ac_volume_by_backup(struct ac_reader *reader)
{
    uint64_t sectors = reader->size / 512, total;
    uint8_t sector[512];

    if (sectors < 2 ||
        ac_read(reader, (sectors - 1) * 512, sector, sizeof(sector), NULL, NULL) != AC_OK ||
        memcmp(sector + 3, "NTFS    ", 8) != 0)
        return 0;
    total = ac_le64(sector + 0x28); /* sectors before the copy, in units of its sector size */
    if (__builtin_mul_overflow(total, ac_le16(sector + 0x0B) / 512, &total) || total >= sectors)
        return 0;
    return (total + 1) * 512;
}

/* Does the copy of a boot sector at its end say that the volume begins where the reader does? */
static bool is_whole_by_backup(struct ac_reader *volume)
{
    uint64_t length = ac_volume_by_backup(volume);

    return length != 0 && length == volume->size / 512 * 512;
}

static void by_content(const uint8_t *head, size_t n, struct ac_reader *volume, struct ac_volume *v)
{
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        const struct signature *s = &signatures[i];

        if (s->at + s->n <= n && memcmp(head + s->at, s->bytes, s->n) == 0) {
            ac_volume_set_kind(v, s->kind, s->name);
            return;
        }
    }
    if (n >= 512 && fat_name(head))
        ac_volume_set_kind(v, AC_VOLUME_FAT, fat_name(head));
    else if ((v->by_backup = is_whole_by_backup(volume)))
        ac_volume_set_kind(v, AC_VOLUME_NTFS, "NTFS");
    else
        ac_volume_set_kind(v, AC_VOLUME_UNKNOWN, all_zero(head, n) ? "zeros" : "unknown");
}

void ac_volume_recognise(struct ac_reader *volume, struct ac_volume *v)
{
    size_t n = volume->size < HEAD ? (size_t)volume->size : HEAD;
    uint8_t *head = ac_malloc(n);
    enum ac_rc rc;

    if (!head) {
        ac_volume_set_kind(v, AC_VOLUME_UNKNOWN, "unknown");
        v->reason = "no memory to look at it";
        return;
    }
    rc = ac_read(volume, 0, head, n, NULL, NULL); /* missing bytes read as zeros: no signature */
    by_content(head, n, volume, v);
    if (rc != AC_OK && v->kind == AC_VOLUME_UNKNOWN) {
        v->file_system = "unknown";
        v->reason = "its beginning cannot be read";
        v->advice = "read the medium again, or use another copy of the image";
    }
    ac_free(head);
}

#define VSS_HEADER 0x1E00
#define VSS_CATALOG_BLOCK 0x4000
#define VSS_ENTRY 128
#define VSS_MAX_BLOCKS 64 /* Windows keeps at most 64 shadow copies in one or two blocks */

static const uint8_t vss_guid[16] = {0x6b, 0x87, 0x08, 0x38, 0x76, 0xc1, 0x48, 0x4e,
                                     0xb7, 0xae, 0x04, 0x04, 0x6e, 0x6c, 0xc7, 0x52};

/* Entries of type 2 (one per snapshot) in one catalogue block; the offset of the next block. */
static uint32_t count_in_block(const uint8_t *block, uint64_t *ret_next)
{
    uint32_t n = 0;

    *ret_next = ac_le64(block + 40);
    for (size_t at = VSS_ENTRY; at + VSS_ENTRY <= VSS_CATALOG_BLOCK; at += VSS_ENTRY)
        n += ac_le64(block + at) == 2;
    return n;
}

uint32_t ac_volume_shadow_copies(struct ac_reader *volume)
{
    uint8_t header[128], *block;
    uint64_t at;
    uint32_t n = 0;

    if (ac_read(volume, VSS_HEADER, header, sizeof(header), NULL, NULL) != AC_OK ||
        memcmp(header, vss_guid, sizeof(vss_guid)) != 0)
        return 0;
    at = ac_le64(header + 48);
    block = ac_malloc(VSS_CATALOG_BLOCK);
    for (unsigned i = 0; block && at != 0 && i < VSS_MAX_BLOCKS; i++) {
        if (ac_read(volume, at, block, VSS_CATALOG_BLOCK, NULL, NULL) != AC_OK ||
            memcmp(block, vss_guid, sizeof(vss_guid)) != 0)
            break;
        n += count_in_block(block, &at);
    }
    ac_free(block);
    return n;
}
