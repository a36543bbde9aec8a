/* The volumes of every real image are those that its line in the README of the data set names. */
#include "fixture.h"

#include "evidence/image.h"
#include "evidence/volumes.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char dir[4096];

static void start(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
}

static void stop(void)
{
    fx_rmtree(dir);
}

TestSuite(volumes_real, .init = start, .fini = stop);

struct volume {
    enum ac_volume_kind kind;
    const char *file_system;
    uint64_t sector, sectors; /* 0 sectors: to the end of the image */
    uint32_t shadow_copies;
};

struct image {
    const char *name;
    const char *how; /* command with %s for the source and %s for the result; NULL: as it lies */
    uint64_t size;
    struct volume volumes[3];
    const char *scheme;
};

#define GUNZIP "gzip -dc '%s' > '%s'"
#define BUNZIP "bzip2 -dc '%s' > '%s'"
#define QCOW "qemu-img convert -f qcow2 -O raw '%s' '%s'"
#define VMDK "qemu-img convert -f vmdk -O raw '%s' '%s'"
#define VHD "gzip -dc '%s' > x.tmp && qemu-img convert -f vpc -O raw x.tmp '%s'"
#define VHDX "gzip -dc '%s' > x.tmp && qemu-img convert -f vhdx -O raw x.tmp '%s'"
#define EXT                                                                                        \
    {                                                                                              \
        AC_VOLUME_OTHER_SYSTEM, "ext2/3/4", 0, 0, 0                                                \
    }
#define BITLOCKER                                                                                  \
    {                                                                                              \
        AC_VOLUME_BITLOCKER, "BitLocker", 0, 0, 0                                                  \
    }
#define NTFS                                                                                       \
    {                                                                                              \
        AC_VOLUME_NTFS, "NTFS", 0, 0, 0                                                            \
    }

static const struct image images[] = {
    {"bitlocker/aes-xts_128.bin.gz", GUNZIP, 51032064, {BITLOCKER}, "none"},
    {"bitlocker/suspended.bin.gz", GUNZIP, 51032064, {BITLOCKER}, "none"},
    {"bitlocker/vista.bin.gz", GUNZIP, 22511616, {BITLOCKER}, "none"},
    {"e01-split/image-split.E01",
     NULL,
     1474560,
     {{AC_VOLUME_UNKNOWN, NULL, 1, 350, 0}, {AC_VOLUME_OTHER_SYSTEM, "ext2/3/4", 352, 2528, 0}},
     "MBR"},
    {"e01/ewf.E01", NULL, 4096, {{0}}, NULL},
    {"e01/image.E01", NULL, 102400, {EXT}, "none"},
    {"e01/test.ntfs.dd.E01", NULL, 10485760, {NTFS}, "none"},
    {"exfat/exfat_win.raw.gz", GUNZIP, 6291456, {{AC_VOLUME_EXFAT, "exFAT", 0, 0, 0}}, "none"},
    {"fat/fat12.bin", NULL, 1474560, {{AC_VOLUME_FAT, "FAT12/16", 0, 0, 0}}, "none"},
    {"fat/fat32_small.raw.gz", GUNZIP, 16777216, {{AC_VOLUME_FAT, "FAT32", 0, 0, 0}}, "none"},
    {"fat/fat_very_small.dd", NULL, 51200, {{AC_VOLUME_FAT, "FAT12/16", 0, 0, 0}}, "none"},
    {"ntfs/charlie.dd.bz2", BUNZIP, 41878016, {NTFS}, "none"},
    {"ntfs/ntfs3.raw.gz", GUNZIP, 67108864, {NTFS}, "none"},
    {"ntfs/testfs1", NULL, 2097152, {NTFS}, "none"},
    {"partition-table/gpt-512-3p.raw.gz",
     GUNZIP,
     1048576,
     {{AC_VOLUME_UNKNOWN, NULL, 34, 31, 0},
      {AC_VOLUME_UNKNOWN, NULL, 65, 64, 0},
      {AC_VOLUME_UNKNOWN, NULL, 129, 1886, 0}},
     "GPT"},
    {"partition-table/mbr-512-p1e2.bin.gz",
     GUNZIP,
     1048576,
     {{AC_VOLUME_UNKNOWN, NULL, 2, 511, 0},
      {AC_VOLUME_UNKNOWN, NULL, 514, 511, 0},
      {AC_VOLUME_UNKNOWN, NULL, 1025, 1023, 0}},
     "MBR"},
    {"partition-table/tsk_volume_system.raw",
     NULL,
     1474560,
     {{AC_VOLUME_UNKNOWN, NULL, 1, 350, 0}, {AC_VOLUME_OTHER_SYSTEM, "ext2/3/4", 352, 2528, 0}},
     "MBR"},
    {"qcow2/image.qcow2", QCOW, 102400, {EXT}, "none"},
    {"qcow2/vsstest.qcow2", QCOW, 1073741824, {{AC_VOLUME_NTFS, "NTFS", 0, 0, 2}}, "none"},
    {"qcow2/windows_volume.qcow2", QCOW, 35913728, {NTFS}, "none"},
    {"vhd/dynamic.vhd.gz", VHD, 10485760, {{AC_VOLUME_NTFS, "NTFS", 128, 14336, 0}}, "MBR"},
    {"vhdx/dynamic.vhdx.gz", VHDX, 10485760, {{AC_VOLUME_NTFS, "NTFS", 128, 14336, 0}}, "MBR"},
    {"vmdk/ext2.vmdk", VMDK, 4194304, {EXT}, "none"},
    {"vmdk/image.vmdk", VMDK, 102400, {EXT}, "none"},
};

/* Path of the image as this program reads it; skips the test if a tool is missing. */
static const char *unpacked(const struct image *im, const char *source)
{
    static char result[4200];
    char command[13000], inner[8500];

    if (!im->how)
        return source;
    snprintf(result, sizeof(result), "%s/raw", dir);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(inner, sizeof(inner), im->how, source, result);
#pragma GCC diagnostic pop
    snprintf(command, sizeof(command), "cd '%s' && %s", dir, inner);
    if (strstr(im->how, "qemu-img") && system("command -v qemu-img > /dev/null 2>&1") != 0)
        return NULL;
    cr_assert_eq(system(command), 0, "%s", command);
    return result;
}

static void compare(const struct image *im, const struct ac_volumes *found)
{
    size_t n = 0;

    cr_expect_str_eq(found->scheme, im->scheme, "%s", im->name);
    for (; n < 3 &&
           im->volumes[n].kind + im->volumes[n].sector + (im->volumes[n].file_system != NULL);
         n++) {
        const struct volume *want = &im->volumes[n];
        const struct ac_volume *v = &found->items[n];

        cr_assert_lt(n, found->n, "%s", im->name);
        cr_expect_eq(v->kind, want->kind, "%s: %s", im->name, v->file_system);
        if (want->file_system)
            cr_expect_str_eq(v->file_system, want->file_system);
        cr_expect_eq(v->offset, want->sector * 512, "%s", im->name);
        cr_expect_eq(v->length, want->sectors ? want->sectors * 512 : im->size, "%s", im->name);
        cr_expect_eq(v->shadow_copies, want->shadow_copies, "%s", im->name);
    }
    cr_expect_eq(found->n, n, "%s", im->name);
}

Test(volumes_real, every_image)
{
    bool any = false, left_out = false;

    for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
        char relative[200];
        const struct image *im = &images[i];
        const char *path;
        struct ac_image *img = NULL;
        struct ac_volumes found = {0};
        struct ac_err err = {0};

        snprintf(relative, sizeof(relative), "images/%s", im->name);
        if (!fx_realdata(relative))
            continue;
        any = true;
        path = unpacked(im, fx_realdata(relative));
        if (!path) {
            left_out = true;
            continue;
        }
        cr_assert_eq(ac_image_open(path, &img, &err), AC_OK, "%s", im->name);
        cr_expect_eq(img->facts.media_size, im->size, "%s", im->name);
        cr_expect_eq(img->facts.segment_problem.n, 0, "%s: %s", im->name,
                     ac_buf_text(&img->facts.segment_problem));
        if (im->scheme) {
            cr_assert_eq(ac_volumes_find(&img->reader, 512, &found, &err), AC_OK, "%s", im->name);
            compare(im, &found);
        } else {
            cr_expect_eq(ac_volumes_find(&img->reader, 512, &found, &err), AC_NOT_FOUND);
        }
        ac_volumes_free(&found);
        ac_image_close(img);
    }
    if (!any)
        cr_skip_test("the real data set is not there");
    if (left_out)
        cr_skip_test("qemu-img is missing: QCOW, VHD, VHDX and VMDK were left out");
}

/* The first 32 KiB of disks: partitions are listed although they lie behind the end. */
Test(volumes_real, beginnings_of_disks)
{
    static const char *const names[] = {"images/partition-table/gpt.bin",
                                        "images/partition-table/gpt_hybrid.bin"};

    for (size_t i = 0; i < 2; i++) {
        struct ac_buf b = {0};
        struct ac_volumes found = {0};
        struct fx_reader r;

        if (!fx_load_realdata(names[i], &b))
            cr_skip_test("the real data set is not there");
        fx_reader_init(&r, fx_view(&b));
        cr_assert_eq(ac_volumes_find(&r.base, 512, &found, NULL), AC_OK, "%s", names[i]);
        /* of a hybrid the MBR is read: TSK wants the entry of type 0xEE to be its first one */
        cr_expect_str_eq(found.scheme, i == 0 ? "GPT" : "MBR", "%s", names[i]);
        cr_expect_eq(found.problem[0] != '\0', i == 1, "%s", found.problem);
        cr_assert_gt(found.n, 1);
        for (size_t k = 0; k < found.n; k++)
            cr_expect(found.items[k].reason, "%s %s", names[i], found.items[k].name);
        ac_volumes_free(&found);
        ac_buf_free(&b);
    }
}

Test(volumes_real, containers_that_are_not_read)
{
    static const char *const names[] = {"images/qcow2/image.qcow2", "images/qcow2/vsstest.qcow2",
                                        "images/qcow2/windows_volume.qcow2",
                                        "images/vmdk/ext2.vmdk", "images/vmdk/image.vmdk"};
    static const char *const packed[] = {"images/vhd/dynamic.vhd.gz",
                                         "images/vhdx/dynamic.vhdx.gz"};
    struct ac_err err = {0};
    struct ac_image *img;
    char text[500], path[4200];

    for (size_t i = 0; i < 5; i++) {
        if (!fx_realdata(names[i]))
            cr_skip_test("the real data set is not there");
        cr_expect_eq(ac_image_open(fx_realdata(names[i]), &img, &err), AC_UNSUPPORTED);
        cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "qemu-img convert"), "%s", text);
    }
    for (size_t i = 0; i < 2; i++) {
        struct ac_buf b = {0};

        snprintf(path, sizeof(path), "%s/x", dir);
        cr_assert(fx_load_realdata(packed[i], &b) && fx_write(path, b.p, b.n));
        cr_expect_eq(ac_image_open(path, &img, &err), AC_UNSUPPORTED);
        cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "qemu-img convert"), "%s", text);
        ac_buf_free(&b);
    }
}
