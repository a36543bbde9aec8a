/* Partition tables through The Sleuth Kit's volume-system layer: the only file of evidence/ that knows it. */
#include "evidence/volumes.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "evidence/volume_kind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tsk/libtsk.h>

struct tsk_image {
    TSK_IMG_INFO info; /* first member: TSK casts */
    struct ac_reader *reader;
};

static ssize_t tsk_read(TSK_IMG_INFO *info, TSK_OFF_T off, char *buf, size_t n)
{
    struct tsk_image *t = (struct tsk_image *)info;
    uint64_t left = (uint64_t)off < t->reader->size ? t->reader->size - (uint64_t)off : 0;

    if (off < 0 || left == 0)
        return -1;
    if (n > left)
        n = (size_t)left;
    return ac_read(t->reader, (uint64_t)off, buf, n, NULL, NULL) == AC_OK ? (ssize_t)n : -1;
}

static void tsk_close(TSK_IMG_INFO *info)
{
    (void)info; /* lives on the stack of its user */
}

static void tsk_stat(TSK_IMG_INFO *info, FILE *f)
{
    (void)info;
    (void)f;
}

static struct ac_volume *add(struct ac_volumes *v)
{
    if (v->n == AC_MAX_VOLUMES ||
        ac_grow((void **)&v->items, &v->cap, v->n + 1, sizeof(*v->items)) != 0)
        return NULL;
    v->items[v->n] = (struct ac_volume){0};
    return &v->items[v->n++];
}

static enum ac_rc recognise(struct ac_reader *image, struct ac_volume *v, struct ac_err *err)
{
    struct ac_reader *window;
    enum ac_rc rc;

    if (v->offset >= image->size) {
        ac_volume_set_kind(v, AC_VOLUME_UNKNOWN, "unknown");
        v->reason = "it begins behind the end of the image";
        v->advice = "obtain the complete image";
        return AC_OK;
    }
    rc = ac_window_open(image, v->offset, v->length, &window, err);
    if (rc != AC_OK)
        return rc;
    v->available = window->size;
    ac_volume_recognise(window, v);
    if (v->kind == AC_VOLUME_NTFS)
        v->shadow_copies = ac_volume_shadow_copies(window);
    ac_reader_close(window);
    return AC_OK;
}

/* Partition types that say more than the first bytes do. */
static const struct {
    uint8_t guid[16];
    enum ac_volume_kind kind;
    const char *name;
} gpt_types[] = {
    {{0x16, 0xe3, 0xc9, 0xe3, 0x5c, 0x0b, 0xb8, 0x4d, 0x81, 0x7d, 0xf9, 0x2d, 0xf0, 0x02, 0x15,
      0xae},
     AC_VOLUME_RESERVED,
     "none (Microsoft reserved)"},
    {{0xaa, 0xc8, 0x08, 0x58, 0x8f, 0x7e, 0xe0, 0x42, 0x85, 0xd2, 0xe1, 0xe9, 0x04, 0x34, 0xcf,
      0xb3},
     AC_VOLUME_LDM,
     "LDM (metadata)"},
    {{0xa0, 0x60, 0x9b, 0xaf, 0x31, 0x14, 0x62, 0x4f, 0xbc, 0x68, 0x33, 0x11, 0x71, 0x4a, 0x69,
      0xad},
     AC_VOLUME_LDM,
     "LDM (dynamic disk)"},
    {{0x8f, 0xaf, 0x5c, 0xe7, 0x80, 0xf6, 0xee, 0x4c, 0xaf, 0xa3, 0xb0, 0x01, 0xe5, 0x6e, 0xfc,
      0x2d},
     AC_VOLUME_STORAGE_SPACES,
     "Storage Spaces"},
};

static bool read_gpt_header(struct ac_reader *image, uint64_t off, uint8_t header[92])
{
    return ac_read(image, off, header, 92, NULL, NULL) == AC_OK &&
           memcmp(header, "EFI PART", 8) == 0;
}

/* The type GUID of the GPT entry that begins at sector `start`; TSK does not hand it out. */
static void apply_gpt_type(struct ac_reader *image, uint32_t sector, uint64_t start,
                           struct ac_volume *v)
{
    uint8_t header[92], entry[128];
    uint64_t table;
    uint32_t count, size;

    if (!read_gpt_header(image, sector, header) &&
        !read_gpt_header(image, image->size / sector * sector - sector, header))
        return;
    table = ac_le64(header + 72);
    count = ac_le32(header + 80);
    size = ac_le32(header + 84);
    for (uint32_t i = 0; i < count && i < AC_MAX_VOLUMES && size >= 128 && size <= 4096; i++) {
        if (table > INT64_MAX / 4096 || ac_read(image, table * sector + (uint64_t)i * size, entry,
                                                sizeof(entry), NULL, NULL) != AC_OK)
            return;
        if (ac_le64(entry + 32) != start)
            continue;
        for (size_t k = 0; k < sizeof(gpt_types) / sizeof(gpt_types[0]); k++) {
            if (memcmp(entry, gpt_types[k].guid, 16) == 0)
                ac_volume_set_kind(v, gpt_types[k].kind, gpt_types[k].name);
        }
    }
}

static bool is_mbr_ldm(struct ac_reader *image, const char *description)
{
    uint8_t head[8];

    return strstr(description, "0x42") != NULL ||
           (ac_read(image, 6 * 512, head, 8, NULL, NULL) == AC_OK &&
            memcmp(head, "PRIVHEAD", 8) == 0);
}

static enum ac_rc add_partition(struct ac_reader *image, const TSK_VS_INFO *vs,
                                const TSK_VS_PART_INFO *part, struct ac_volumes *out,
                                struct ac_err *err)
{
    struct ac_volume *v = add(out);
    enum ac_rc rc;

    if (!v)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "more than %d partitions", AC_MAX_VOLUMES);
    snprintf(v->name, sizeof(v->name), "p%zu", out->n);
    snprintf(v->description, sizeof(v->description), "%s", part->desc ? part->desc : "");
    /* numbers of a table that cannot be right: the volume begins behind every end */
    if (__builtin_mul_overflow((uint64_t)part->start, vs->block_size, &v->offset) ||
        v->offset > INT64_MAX)
        v->offset = INT64_MAX;
    if (__builtin_mul_overflow((uint64_t)part->len, vs->block_size, &v->length) ||
        v->length > INT64_MAX)
        v->length = INT64_MAX;
    rc = recognise(image, v, err);
    if (rc != AC_OK)
        return rc;
    if (vs->vstype == TSK_VS_TYPE_GPT)
        apply_gpt_type(image, vs->block_size, part->start, v);
    else if (v->kind == AC_VOLUME_UNKNOWN && is_mbr_ldm(image, v->description))
        ac_volume_set_kind(v, AC_VOLUME_LDM, "LDM (dynamic disk)");
    return AC_OK;
}

/* Only the partition that protects a GPT, of type 0xEE: the GPT itself was not found where it must be. */
static bool is_protective(const TSK_VS_INFO *vs)
{
    if (vs->vstype != TSK_VS_TYPE_DOS)
        return false;
    for (const TSK_VS_PART_INFO *p = vs->part_list; p; p = p->next) {
        if ((p->flags & TSK_VS_PART_FLAG_ALLOC) && p->desc && strstr(p->desc, "0xee"))
            return true;
    }
    return false;
}

/* TSK finds a GPT by its header in the second sector; asked for a GPT it takes the copy at the end too. It
 * refuses a table with a partition behind the end of the image, so the image seems endless the second time. */
static TSK_VS_INFO *open_table(struct tsk_image *t)
{
    TSK_VS_INFO *vs = tsk_vs_open(&t->info, 0, TSK_VS_TYPE_DETECT), *other;

    if (vs && !is_protective(vs))
        return vs;
    tsk_error_reset();
    other = tsk_vs_open(&t->info, 0, TSK_VS_TYPE_GPT);
    if (!other) {
        t->info.size = INT64_MAX / 2;
        other = tsk_vs_open(&t->info, 0, TSK_VS_TYPE_DETECT);
    }
    if (!other)
        return vs;
    if (vs)
        tsk_vs_close(vs);
    return other;
}

/* What is wrong with the table as a whole. */
static void find_problem(struct ac_reader *image, const TSK_VS_INFO *vs, struct ac_volumes *out)
{
    uint8_t header[92];

    if (is_protective(vs))
        snprintf(out->problem, sizeof(out->problem),
                 "the disk has a GPT, but neither it nor its copy can be read");
    else if (vs->vstype == TSK_VS_TYPE_GPT && !read_gpt_header(image, vs->block_size, header))
        snprintf(out->problem, sizeof(out->problem),
                 "the GPT at the beginning is damaged; its copy at the end was used");
}

static enum ac_rc find_partitions(struct ac_reader *image, uint32_t sector_size,
                                  struct ac_volumes *out, struct ac_err *err)
{
    struct tsk_image t = {.reader = image};
    TSK_VS_INFO *vs;
    enum ac_rc rc = AC_OK;

    if (!tsk_img_open_external(&t, (TSK_OFF_T)image->size, sector_size, tsk_read, tsk_close,
                               tsk_stat))
        return AC_FAIL(err, AC_BUG, AC_NO_OFFSET, "TSK refuses the image: %s", tsk_error_get());
    vs = open_table(&t);
    if (!vs) {
        const char *why = tsk_error_get();

        rc = why ? AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "no partition table is found: %s", why)
                 : AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "no partition table is found");
        tsk_error_reset();
        tsk_img_close(&t.info);
        return rc;
    }
    find_problem(image, vs, out);
    out->scheme = vs->vstype == TSK_VS_TYPE_GPT   ? "GPT"
                  : vs->vstype == TSK_VS_TYPE_DOS ? "MBR"
                                                  : "other";
    for (const TSK_VS_PART_INFO *p = vs->part_list; p && rc == AC_OK; p = p->next) {
        if (p->flags & TSK_VS_PART_FLAG_ALLOC)
            rc = add_partition(image, vs, p, out, err);
    }
    tsk_vs_close(vs);
    tsk_img_close(&t.info);
    return rc;
}

/* The whole image as one volume, if it begins like one. */
static enum ac_rc bare_volume(struct ac_reader *image, struct ac_volumes *out, struct ac_err *err)
{
    struct ac_volume v = {.length = image->size};
    enum ac_rc rc = recognise(image, &v, err);
    struct ac_volume *kept;

    if (rc != AC_OK || v.kind == AC_VOLUME_UNKNOWN)
        return rc != AC_OK ? rc : AC_NOT_FOUND;
    kept = add(out);
    if (!kept)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a volume");
    *kept = v;
    out->scheme = "none";
    return AC_OK;
}

/* A disk whose partition table is gone: its last volume may end with the copy of its boot sector. */
static enum ac_rc volume_without_table(struct ac_reader *image, struct ac_volumes *out,
                                       struct ac_err *err)
{
    uint64_t length = ac_volume_by_backup(image), end = image->size / 512 * 512;
    struct ac_volume v = {.length = length, .offset = end - length};
    struct ac_volume *kept;
    enum ac_rc rc;

    if (length == 0)
        return AC_NOT_FOUND;
    rc = recognise(image, &v, err);
    if (rc != AC_OK || v.kind != AC_VOLUME_NTFS)
        return rc != AC_OK ? rc : AC_NOT_FOUND;
    kept = add(out);
    if (!kept)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a volume");
    *kept = v;
    snprintf(kept->name, sizeof(kept->name), "p1");
    snprintf(out->problem, sizeof(out->problem),
             "the partition table cannot be read; the volume at %" PRIu64
             " is told by the copy of its boot sector, others may be missing",
             v.offset);
    return AC_OK;
}

/* AC_IO: nothing was found because the first sector is not there; otherwise AC_NOT_FOUND. */
static enum ac_rc beginning_is_missing(struct ac_reader *image, struct ac_err *err)
{
    struct ac_err why = {0};
    char text[200];
    uint8_t sector[512];

    if (image->size < sizeof(sector) ||
        ac_read(image, 0, sector, sizeof(sector), NULL, &why) != AC_IO)
        return AC_NOT_FOUND;
    return AC_FAIL(err, AC_IO, 0,
                   "the beginning of the image, with the partition table, cannot be read: %s",
                   ac_err_text(&why, text, sizeof(text)));
}

enum ac_rc ac_volumes_find(struct ac_reader *image, uint32_t sector_size, struct ac_volumes *ret,
                           struct ac_err *err)
{
    struct ac_volumes out = {.scheme = "none"};
    enum ac_rc bare = bare_volume(image, &out, err), rc = bare;

    /* These signatures also lie inside partitioned disks (the last partition's copy of its boot sector may
     * be the last sector of the disk): the partition table goes first then. */
    if (bare == AC_NOT_FOUND ||
        (bare == AC_OK && (out.items[0].by_backup || out.items[0].kind >= AC_VOLUME_LDM))) {
        struct ac_volumes table = {.scheme = "none"};

        rc = find_partitions(image, sector_size ? sector_size : 512, &table, err);
        if (rc == AC_OK && table.n > 0) {
            ac_volumes_free(&out);
            out = table;
        } else {
            ac_volumes_free(&table);
            rc = bare == AC_OK ? AC_OK : rc == AC_OK ? AC_NOT_FOUND : rc;
        }
    }
    if (rc == AC_NOT_FOUND && (rc = volume_without_table(image, &out, err)) == AC_NOT_FOUND)
        rc = beginning_is_missing(image, err);
    if (rc != AC_OK) {
        ac_volumes_free(&out);
        return rc;
    }
    *ret = out;
    return AC_OK;
}

void ac_volumes_free(struct ac_volumes *v)
{
    ac_free(v->items);
    *v = (struct ac_volumes){0};
}

const char *ac_volumes_library(void)
{
    return tsk_version_get_str();
}
