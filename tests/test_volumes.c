/* Partition tables and volumes: built by hand from the formats' descriptions, and every real image. */
#include "fixture.h"

#include "evidence/image.h"
#include "evidence/volumes.h"

#include <criterion/criterion.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512
#define SECTORS 8192 /* of the disks built here: 4 MiB */

static struct ac_buf disk;
static struct ac_volumes found;

static void start(void)
{
    fx_zero(&disk, SECTORS * SECTOR);
}

static void stop(void)
{
    ac_volumes_free(&found);
    ac_buf_free(&disk);
}

TestSuite(volumes, .init = start, .fini = stop);

static void put(size_t at, const void *bytes, size_t n)
{
    cr_assert(at + n <= disk.n);
    memcpy(disk.p + at, bytes, n);
}

static enum ac_rc find_with_gap(uint64_t gap, uint64_t gap_len, struct ac_err *err)
{
    struct fx_reader r;

    ac_volumes_free(&found);
    fx_reader_init(&r, fx_view(&disk));
    r.bad_off = gap;
    r.bad_len = gap_len;
    return ac_volumes_find(&r.base, SECTOR, &found, err);
}

static enum ac_rc find(void)
{
    return find_with_gap(0, 0, NULL);
}

/* One of the four entries of an MBR. */
static void mbr_entry(size_t table, unsigned i, unsigned type, uint32_t first, uint32_t sectors)
{
    size_t at = table + 446 + 16 * i;

    disk.p[at + 4] = (char)type;
    fx_put_le32(&disk, at + 8, first);
    fx_put_le32(&disk, at + 12, sectors);
    put(table + 510, "\x55\xaa", 2);
}

/* The start of an NTFS boot sector, as far as recognition goes. */
static void ntfs_at(size_t sector)
{
    put(sector * SECTOR + 3, "NTFS    ", 8);
}

/* The copy of a boot sector in the last sector of a volume. */
static void ntfs_copy_at(size_t sector, uint64_t first)
{
    ntfs_at(sector);
    fx_put_le16(&disk, sector * SECTOR + 0x0B, SECTOR);
    fx_put_le64(&disk, sector * SECTOR + 0x28, sector - first);
}

static void expect(size_t i, const char *name, enum ac_volume_kind kind, uint64_t sector,
                   uint64_t sectors)
{
    const struct ac_volume *v = &found.items[i];

    cr_assert_lt(i, found.n);
    cr_expect_str_eq(v->name, name);
    cr_expect_eq(v->kind, kind, "%s is %s", name, v->file_system);
    cr_expect_eq(v->offset, sector * SECTOR);
    cr_expect_eq(v->length, sectors * SECTOR);
    if (kind != AC_VOLUME_NTFS && kind != AC_VOLUME_FAT && kind != AC_VOLUME_EXFAT &&
        kind != AC_VOLUME_RESERVED)
        cr_expect(v->reason && v->advice, "%s has no reason or advice", v->file_system);
    else
        cr_expect(!v->reason && !v->advice);
}

/* ---- MBR */

Test(volumes, mbr)
{
    mbr_entry(0, 0, 7, 100, 1000);
    mbr_entry(0, 2, 0x83, 2000, 500);
    ntfs_at(100);
    put(2000 * SECTOR + 0x438, "\x53\xef", 2);
    cr_assert_eq(find(), AC_OK);
    cr_expect_str_eq(found.scheme, "MBR");
    cr_assert_eq(found.n, 2);
    expect(0, "p1", AC_VOLUME_NTFS, 100, 1000);
    expect(1, "p2", AC_VOLUME_OTHER_SYSTEM, 2000, 500);
    cr_expect_str_eq(found.problem, "");
}

Test(volumes, mbr_with_extended_partitions)
{
    mbr_entry(0, 0, 7, 100, 1000);
    mbr_entry(0, 1, 5, 2000, 4000);
    mbr_entry(2000 * SECTOR, 0, 7, 10, 500);
    mbr_entry(2000 * SECTOR, 1, 5, 1000, 1000);
    mbr_entry(3000 * SECTOR, 0, 7, 20, 600);
    ntfs_at(100);
    ntfs_at(2010);
    ntfs_at(3020);
    cr_assert_eq(find(), AC_OK);
    cr_assert_eq(found.n, 3);
    expect(1, "p2", AC_VOLUME_NTFS, 2010, 500);
    expect(2, "p3", AC_VOLUME_NTFS, 3020, 600);
}

Test(volumes, extended_partitions_in_a_circle_end)
{
    mbr_entry(0, 0, 5, 2000, 4000);
    mbr_entry(2000 * SECTOR, 0, 7, 10, 500);
    mbr_entry(2000 * SECTOR, 1, 5, 0, 1000);
    find(); /* whatever it gives, it comes back */
}

Test(volumes, mbr_whose_last_sector_is_a_copy_of_a_boot_sector)
{
    mbr_entry(0, 0, 7, 2048, SECTORS - 2048);
    ntfs_at(2048);
    ntfs_copy_at(SECTORS - 1, 2048);
    cr_assert_eq(find(), AC_OK);
    cr_expect_str_eq(found.scheme, "MBR");
    cr_assert_eq(found.n, 1);
    expect(0, "p1", AC_VOLUME_NTFS, 2048, SECTORS - 2048);
    cr_expect_not(found.items[0].by_backup);
}

Test(volumes, boot_sector_told_by_its_copy)
{
    mbr_entry(0, 0, 7, 2048, 1000);
    ntfs_copy_at(2048 + 999, 2048);
    cr_assert_eq(find(), AC_OK);
    expect(0, "p1", AC_VOLUME_NTFS, 2048, 1000);
    cr_expect(found.items[0].by_backup);
    memset(disk.p, 0, disk.n);
    ntfs_copy_at(SECTORS - 1, 0); /* a bare volume with a destroyed boot sector */
    cr_assert_eq(find(), AC_OK);
    cr_expect_str_eq(found.scheme, "none");
    expect(0, "", AC_VOLUME_NTFS, 0, SECTORS);
    cr_expect(found.items[0].by_backup);
}

Test(volumes, behind_the_end_and_over_it)
{
    mbr_entry(0, 0, 7, 100, 0xFFFFFFF0);
    mbr_entry(0, 1, 7, SECTORS, 100);
    mbr_entry(0, 2, 7, SECTORS + 10, 100);
    ntfs_at(100);
    cr_assert_eq(find(), AC_OK);
    cr_assert_eq(found.n, 3);
    expect(0, "p1", AC_VOLUME_NTFS, 100, 0xFFFFFFF0);
    cr_expect_eq(found.items[0].available, (SECTORS - 100) * SECTOR);
    expect(1, "p2", AC_VOLUME_UNKNOWN, SECTORS, 100);
    cr_expect_str_eq(found.items[1].reason, "it begins behind the end of the image");
    expect(2, "p3", AC_VOLUME_UNKNOWN, SECTORS + 10, 100);
    cr_expect_eq(found.items[2].available, 0);
}

/* ---- GPT */

static const char basic[] = "\xa2\xa0\xd0\xeb\xe5\xb9\x33\x44\x87\xc0\x68\xb6\xb7\x26\x99\xc7";

struct gpt_entry {
    const char *type;
    uint64_t first, last;
    const char *name;
};

static void gpt_header(uint64_t own, uint64_t other, uint64_t table, uint32_t table_crc)
{
    size_t at = own * SECTOR;

    memset(disk.p + at, 0, SECTOR);
    put(at, "EFI PART\0\0\1\0\x5c\0\0\0", 16);
    fx_put_le64(&disk, at + 24, own);
    fx_put_le64(&disk, at + 32, other);
    fx_put_le64(&disk, at + 40, 34);
    fx_put_le64(&disk, at + 48, SECTORS - 34);
    put(at + 56, "disk guid 123456", 16);
    fx_put_le64(&disk, at + 72, table);
    fx_put_le32(&disk, at + 80, 128);
    fx_put_le32(&disk, at + 84, 128);
    fx_put_le32(&disk, at + 88, table_crc);
    fx_put_le32(&disk, at + 16, libdeflate_crc32(0, disk.p + at, 92));
}

static void gpt(const struct gpt_entry *entries, size_t n)
{
    struct ac_buf table = {0};

    for (size_t i = 0; i < n; i++) {
        size_t at = 128 * i;

        for (size_t k = 0; k < 16; k++)
            fx_u8(&table, (unsigned char)entries[i].type[k]);
        for (size_t k = 0; k < 16; k++)
            fx_u8(&table, (unsigned)(i + 1));
        fx_le64(&table, entries[i].first);
        fx_le64(&table, entries[i].last);
        fx_le64(&table, 0);
        fx_utf16(&table, entries[i].name);
        fx_pad_to(&table, at + 128);
    }
    fx_pad_to(&table, 128 * 128);
    mbr_entry(0, 0, 0xEE, 1, SECTORS - 1);
    put(2 * SECTOR, table.p, table.n);
    put((SECTORS - 33) * SECTOR, table.p, table.n);
    gpt_header(1, SECTORS - 1, 2, libdeflate_crc32(0, table.p, table.n));
    gpt_header(SECTORS - 1, 1, SECTORS - 33, libdeflate_crc32(0, table.p, table.n));
    ac_buf_free(&table);
}

static const struct gpt_entry windows[] = {
    {"\x28\x73\x2a\xc1\x1f\xf8\xd2\x11\xba\x4b\x00\xa0\xc9\x3e\xc9\x3b", 64, 163, "EFI system"},
    {"\x16\xe3\xc9\xe3\x5c\x0b\xb8\x4d\x81\x7d\xf9\x2d\xf0\x02\x15\xae", 200, 299, "MSR"},
    {basic, 300, 1299, "\xE5\x9F\xBA\xE6\x9C\xAC Basic data"},
    {"\xa4\xbb\x94\xde\xd1\x06\x40\x4d\xa1\x6a\xbf\xd5\x01\x79\xd6\xac", 1300, 1399, "Recovery"},
};

static void fat_at(size_t sector)
{
    static const uint8_t boot[] = {0xEB, 0x3C, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.',  '0', 0,
                                   2,    1,    1,    0,   2,   224, 0,   64,  11,  0xF8, 9,   0};

    put(sector * SECTOR, boot, sizeof(boot));
}

Test(volumes, gpt)
{
    gpt(windows, 4);
    fat_at(64);
    ntfs_at(300);
    ntfs_at(1300);
    cr_assert_eq(find(), AC_OK);
    cr_expect_str_eq(found.scheme, "GPT");
    cr_assert_eq(found.n, 4);
    expect(0, "p1", AC_VOLUME_FAT, 64, 100);
    expect(1, "p2", AC_VOLUME_RESERVED, 200, 100);
    expect(2, "p3", AC_VOLUME_NTFS, 300, 1000);
    expect(3, "p4", AC_VOLUME_NTFS, 1300, 100);
    cr_expect_str_eq(found.items[2].description, windows[2].name);
    cr_expect_str_eq(found.problem, "");
}

Test(volumes, gpt_by_its_copy)
{
    gpt(windows, 4);
    ntfs_at(300);
    put(SECTOR, "destroyed", 9);
    cr_assert_eq(find(), AC_OK);
    cr_expect_str_eq(found.scheme, "GPT");
    cr_assert_eq(found.n, 4);
    expect(1, "p2", AC_VOLUME_RESERVED, 200, 100);
    expect(2, "p3", AC_VOLUME_NTFS, 300, 1000);
    cr_expect(strstr(found.problem, "its copy at the end was used"), "%s", found.problem);
    cr_assert_eq(find_with_gap(0, 32768, NULL), AC_OK); /* the first chunk of an E01 is gone */
    cr_assert_eq(found.n, 4);
    cr_expect(strstr(found.problem, "its copy at the end was used"), "%s", found.problem);
}

Test(volumes, gpt_that_is_gone)
{
    gpt(windows, 4);
    ntfs_at(300);
    put(SECTOR, "destroyed", 9);
    put((SECTORS - 1) * SECTOR, "destroyed", 9);
    cr_assert_eq(find(), AC_OK);
    cr_expect(strstr(found.problem, "neither it nor its copy can be read"), "%s", found.problem);
    cr_assert_eq(found.n, 1);
    cr_expect_eq(found.items[0].kind, AC_VOLUME_UNKNOWN);
}

Test(volumes, gpt_of_an_earlier_use_of_the_disk)
{
    gpt(windows, 4);
    memset(disk.p + 446, 0, 64);
    mbr_entry(0, 0, 7, 3000, 100); /* Windows follows the MBR when it has no entry of type 0xEE */
    ntfs_at(3000);
    cr_assert_eq(find(), AC_OK);
    cr_expect_str_eq(found.scheme, "MBR");
    cr_assert_eq(found.n, 1);
    expect(0, "p1", AC_VOLUME_NTFS, 3000, 100);
}

Test(volumes, gpt_with_numbers_that_cannot_be)
{
    static const uint64_t firsts[] = {(uint64_t)1 << 55, (uint64_t)1 << 63, UINT64_MAX - 1};

    for (size_t i = 0; i < 3; i++) {
        struct gpt_entry entries[2] = {{basic, 300, 1299, "a"},
                                       {basic, firsts[i], firsts[i] + 1, "b"}};

        gpt(entries, 2);
        ntfs_at(300);
        cr_assert_eq(find(), AC_OK);
        for (size_t k = 0; k < found.n; k++) {
            cr_expect_leq(found.items[k].offset, INT64_MAX);
            cr_expect_leq(found.items[k].length, INT64_MAX);
        }
        cr_expect(found.n == 2 || found.problem[0]);
    }
}

/* ---- kinds of volume */

Test(volumes, bare_volumes)
{
    static const struct {
        size_t at, n;
        const char *bytes;
        enum ac_volume_kind kind;
        const char *name;
    } cases[] = {
        {3, 8, "NTFS    ", AC_VOLUME_NTFS, "NTFS"},
        {3, 8, "EXFAT   ", AC_VOLUME_EXFAT, "exFAT"},
        {3, 8, "-FVE-FS-", AC_VOLUME_BITLOCKER, "BitLocker"},
        {0x1A8, 16, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01",
         AC_VOLUME_BITLOCKER, "BitLocker To Go"},
        {0x1A8, 16, "\x3b\x4d\xa8\x92\x80\xdd\x0e\x4d\x9e\x4e\xb1\xe3\x28\x4e\xae\xd8",
         AC_VOLUME_BITLOCKER, "BitLocker To Go"},
        {3, 8, "ReFS\0\0\0\0", AC_VOLUME_REFS, "ReFS"},
        {0, 6, "LUKS\xba\xbe", AC_VOLUME_LUKS, "LUKS"},
        {0, 8, "SPACEDB ", AC_VOLUME_STORAGE_SPACES, "Storage Spaces"},
        {0x438, 2, "\x53\xef", AC_VOLUME_OTHER_SYSTEM, "ext2/3/4"},
        {0, 4, "XFSB", AC_VOLUME_OTHER_SYSTEM, "XFS"},
        {0x10040, 8, "_BHRfS_M", AC_VOLUME_OTHER_SYSTEM, "Btrfs"},
        {0x200, 8, "LABELONE", AC_VOLUME_OTHER_SYSTEM, "LVM2"},
        {0x400, 2, "H+", AC_VOLUME_OTHER_SYSTEM, "HFS+"},
        {0x20, 4, "NXSB", AC_VOLUME_OTHER_SYSTEM, "APFS"},
        {0xFF6, 10, "SWAPSPACE2", AC_VOLUME_OTHER_SYSTEM, "Linux swap"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(disk.p, 0, disk.n);
        put(cases[i].at, cases[i].bytes, cases[i].n);
        cr_assert_eq(find(), AC_OK, "%s", cases[i].name);
        cr_assert_eq(found.n, 1, "%s", cases[i].name);
        expect(0, "", cases[i].kind, 0, SECTORS);
        cr_expect_str_eq(found.items[0].file_system, cases[i].name);
        cr_expect_str_eq(found.scheme, "none");
        /* the same in a partition */
        memmove(disk.p + 1024 * SECTOR, disk.p, 256 * SECTOR);
        memset(disk.p, 0, 256 * SECTOR);
        mbr_entry(0, 0, 0xC, 1024, 256);
        cr_assert_eq(find(), AC_OK, "%s", cases[i].name);
        cr_assert_eq(found.n, 1, "%s", cases[i].name);
        expect(0, "p1", cases[i].kind, 1024, 256);
    }
}

Test(volumes, bitlocker_to_go_hides_behind_fat)
{
    fat_at(0);
    put(0x1A8, "\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01", 16);
    cr_assert_eq(find(), AC_OK);
    expect(0, "", AC_VOLUME_BITLOCKER, 0, SECTORS);
}

Test(volumes, dynamic_disks)
{
    static const struct gpt_entry ldm[] = {
        {"\xaa\xc8\x08\x58\x8f\x7e\xe0\x42\x85\xd2\xe1\xe9\x04\x34\xcf\xb3", 64, 2111, "LDM"},
        {"\xa0\x60\x9b\xaf\x31\x14\x62\x4f\xbc\x68\x33\x11\x71\x4a\x69\xad", 2200, 4000, "data"},
        {"\x8f\xaf\x5c\xe7\x80\xf6\xee\x4c\xaf\xa3\xb0\x01\xe5\x6e\xfc\x2d", 4100, 4200, "pool"},
    };

    mbr_entry(0, 0, 0x42, 63, 4000);
    cr_assert_eq(find(), AC_OK);
    expect(0, "p1", AC_VOLUME_LDM, 63, 4000);
    memset(disk.p, 0, disk.n);
    mbr_entry(0, 0, 7, 63, 4000);
    put(6 * SECTOR, "PRIVHEAD", 8);
    cr_assert_eq(find(), AC_OK);
    expect(0, "p1", AC_VOLUME_LDM, 63, 4000);
    memset(disk.p, 0, disk.n);
    gpt(ldm, 3);
    cr_assert_eq(find(), AC_OK);
    cr_assert_eq(found.n, 3);
    expect(0, "p1", AC_VOLUME_LDM, 64, 2048);
    expect(1, "p2", AC_VOLUME_LDM, 2200, 1801);
    expect(2, "p3", AC_VOLUME_STORAGE_SPACES, 4100, 101);
}

Test(volumes, nothing_at_all)
{
    uint64_t seed = 1;

    cr_expect_eq(find(), AC_NOT_FOUND);
    put(510, "\x55\xaa", 2); /* a partition table without a partition */
    cr_expect_eq(find(), AC_NOT_FOUND);
    for (size_t i = 0; i < disk.n; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        disk.p[i] = (char)(seed >> 56);
    }
    cr_expect_eq(find(), AC_NOT_FOUND);
    for (size_t n = 1; n < 1024; n += 101) {
        disk.n = n;
        cr_expect_eq(find(), AC_NOT_FOUND);
    }
}

Test(volumes, what_cannot_be_read_is_not_taken_for_empty)
{
    struct ac_err err = {0};
    char text[500];

    mbr_entry(0, 0, 7, 100, 1000);
    mbr_entry(0, 1, 7, 2000, 1000);
    ntfs_at(100);
    ntfs_at(2000);
    cr_expect_eq(find_with_gap(0, 512, &err), AC_IO);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "the beginning of the image"), "%s",
              text);
    cr_assert_eq(find_with_gap(100 * SECTOR, 4096, NULL), AC_OK);
    expect(0, "p1", AC_VOLUME_UNKNOWN, 100, 1000);
    cr_expect_str_eq(found.items[0].reason, "its beginning cannot be read");
    expect(1, "p2", AC_VOLUME_NTFS, 2000, 1000);
    ntfs_copy_at(1099, 100); /* ... but the copy of its boot sector is there */
    cr_assert_eq(find_with_gap(100 * SECTOR, 4096, NULL), AC_OK);
    expect(0, "p1", AC_VOLUME_NTFS, 100, 1000);
}

Test(volumes, a_volume_whose_partition_table_is_gone)
{
    ntfs_at(100);
    ntfs_copy_at(SECTORS - 1, 100);
    cr_assert_eq(find_with_gap(0, 512, NULL), AC_OK);
    cr_expect_str_eq(found.scheme, "none");
    expect(0, "p1", AC_VOLUME_NTFS, 100, SECTORS - 100);
    cr_expect(strstr(found.problem, "the partition table cannot be read"), "%s", found.problem);
    fx_put_le64(&disk, (SECTORS - 1) * SECTOR + 0x28, UINT64_MAX);
    cr_expect_eq(find_with_gap(0, 512, NULL), AC_IO);
}

/* ---- shadow copies: volume header at 0x1E00, catalogue blocks of 16 KiB */

static const char vss[] = "\x6b\x87\x08\x38\x76\xc1\x48\x4e\xb7\xae\x04\x04\x6e\x6c\xc7\x52";

static void vss_block(size_t at, uint64_t next, unsigned entries)
{
    put(at, vss, 16);
    fx_put_le64(&disk, at + 40, next);
    for (unsigned i = 0; i < entries; i++) {
        fx_put_le64(&disk, at + 128 + 256 * i, 2); /* a snapshot ... */
        fx_put_le64(&disk, at + 256 + 256 * i, 3); /* ... and where its store lies */
    }
}

Test(volumes, shadow_copies_are_counted)
{
    ntfs_at(0);
    put(0x1E00, vss, 16);
    fx_put_le64(&disk, 0x1E00 + 48, 0x100000);
    cr_assert_eq(find(), AC_OK);
    cr_expect_eq(found.items[0].shadow_copies, 0);
    vss_block(0x100000, 0, 3);
    cr_assert_eq(find(), AC_OK);
    cr_expect_eq(found.items[0].shadow_copies, 3);
    vss_block(0x100000, 0x104000, 3);
    vss_block(0x104000, 0, 2);
    cr_assert_eq(find(), AC_OK);
    cr_expect_eq(found.items[0].shadow_copies, 5);
    fx_put_le64(&disk, 0x104000 + 40, 0x100000); /* in a circle: ends */
    cr_assert_eq(find(), AC_OK);
    fx_put_le64(&disk, 0x104000 + 40, UINT64_MAX); /* out of the volume: ends */
    cr_assert_eq(find(), AC_OK);
    cr_expect_eq(found.items[0].shadow_copies, 5);
}
