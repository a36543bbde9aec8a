#include "collect/item.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "collect/confine.h"
#include "parser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD (64 * 1024) /* enough for every parser to recognise its format */

/* Is this file an artefact by itself (a hive, a .pf ...), not an image? */
static bool is_artefact(const char *path, uint64_t size)
{
    uint8_t *head = ac_malloc(HEAD);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t n = fd >= 0 && head ? pread(fd, head, HEAD, 0) : -1;
    struct ac_artefact a = {.bytes = {head, n > 0 ? (size_t)n : 0, 0}, .path = path, .user = ""};
    bool is = n > 0 && size <= AC_MAX_ARTEFACT && !ac_image_is_container(a.bytes) &&
              ac_parser_for(&a) != NULL;

    if (fd >= 0)
        close(fd);
    ac_free(head);
    return is;
}

static enum ac_rc find_kind(const char *path, enum ac_item_kind *ret, struct ac_err *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "cannot be opened: %s", strerrordesc_np(errno));
    if (S_ISDIR(st.st_mode))
        *ret = AC_ITEM_FOLDER;
    else if (S_ISREG(st.st_mode) && is_artefact(path, (uint64_t)st.st_size))
        *ret = AC_ITEM_FILE;
    else
        *ret = AC_ITEM_IMAGE;
    return AC_OK;
}

static enum ac_rc allocate(struct ac_item *item, size_t n, struct ac_err *err)
{
    item->volumes = ac_calloc(n, sizeof(*item->volumes));
    if (!item->volumes)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the volumes");
    item->n = n;
    return AC_OK;
}

/* A $MFT that was kept without its volume: read as the index of a volume whose content is missing. */
static enum ac_rc open_mft(struct ac_item *item, struct ac_err *err)
{
    struct ac_reader *r = &item->image->reader;
    enum ac_rc rc = allocate(item, 1, err);

    if (rc != AC_OK)
        return rc;
    item->is_mft = true;
    item->image->facts.format = "$MFT of NTFS, without its volume";
    item->volumes[0].facts = (struct ac_volume){.kind = AC_VOLUME_NTFS,
                                                .name = "",
                                                .file_system = "NTFS ($MFT alone)",
                                                .length = r->size,
                                                .available = r->size};
    return ac_window_open(r, 0, r->size, &item->volumes[0].window, err);
}

static bool is_mft(struct ac_reader *r)
{
    uint8_t head[4096];
    size_t n = r->size < sizeof(head) ? (size_t)r->size : sizeof(head);

    return ac_read(r, 0, head, n, NULL, NULL) == AC_OK &&
           ac_tree_is_mft((struct ac_view){head, n, 0});
}

static enum ac_rc open_image(struct ac_item *item, struct ac_err *err)
{
    enum ac_rc rc = ac_image_open(item->path, &item->image, err);
    size_t readable = 0;

    if (rc != AC_OK)
        return rc;
    if (is_mft(&item->image->reader))
        return open_mft(item, err);
    rc = ac_volumes_find(&item->image->reader, item->image->facts.sector_size, &item->table, err);
    if (rc == AC_NOT_FOUND)
        rc = AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET,
                     "neither a partition table nor a file system is found in it, and it is no "
                     "artefact that is known");
    if (rc != AC_OK && item->image->facts.segment_problem.n)
        AC_WRAP(err, rc, AC_NO_OFFSET, "%s", ac_buf_text(&item->image->facts.segment_problem));
    if (rc == AC_OK)
        rc = allocate(item, item->table.n, err);
    for (size_t i = 0; rc == AC_OK && i < item->n; i++) {
        struct ac_item_volume *v = &item->volumes[i];

        v->facts = item->table.items[i];
        if (v->facts.offset < item->image->reader.size)
            rc = ac_window_open(&item->image->reader, v->facts.offset, v->facts.length, &v->window,
                                err);
        readable += ac_item_is_readable(item, i);
    }
    for (size_t i = 0; rc == AC_OK && readable > 1 && i < item->n; i++)
        snprintf(item->volumes[i].prefix, sizeof(item->volumes[i].prefix), "%s/",
                 item->table.items[i].name);
    return rc;
}

enum ac_rc ac_item_open(const char *path, struct ac_item *ret, struct ac_err *err)
{
    struct ac_item item = {.path = path};
    enum ac_rc rc = find_kind(path, &item.kind, err);

    if (rc == AC_OK)
        rc = item.kind == AC_ITEM_IMAGE ? open_image(&item, err) : allocate(&item, 1, err);
    if (rc != AC_OK) {
        ac_item_close(&item);
        return rc;
    }
    *ret = item;
    return AC_OK;
}

/* Segments of an image are open; files of a folder, and companions of a single file, are opened as they are read. */
enum ac_rc ac_item_confine(const struct ac_item *item, struct ac_err *err)
{
    const char *slash = strrchr(item->path, '/'), *places[2] = {item->path, item->path};
    size_t n = item->kind == AC_ITEM_IMAGE ? 0 : item->kind == AC_ITEM_FOLDER ? 1 : 2;
    enum ac_rc rc;
    char *parent;

    if (n < 2)
        return ac_confine_to(places, n, err);
    parent = slash ? strndup(item->path, (size_t)(slash - item->path) + 1) : strdup(".");
    places[1] = parent;
    rc = parent ? ac_confine_to(places, n, err)
                : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the name of a folder");
    free(parent);
    return rc;
}

void ac_item_close(struct ac_item *item)
{
    for (size_t i = 0; i < item->n; i++) {
        ac_tree_close(item->volumes[i].tree);
        ac_reader_close(item->volumes[i].window);
    }
    ac_free(item->volumes);
    ac_volumes_free(&item->table);
    ac_image_close(item->image);
    *item = (struct ac_item){0};
}

bool ac_item_is_readable(const struct ac_item *item, size_t volume)
{
    enum ac_volume_kind kind = item->volumes[volume].facts.kind;

    if (item->kind != AC_ITEM_IMAGE)
        return true;
    return item->volumes[volume].window &&
           (kind == AC_VOLUME_NTFS || kind == AC_VOLUME_FAT || kind == AC_VOLUME_EXFAT);
}

enum ac_rc ac_item_open_tree(struct ac_item *item, size_t volume, struct ac_err *err)
{
    struct ac_item_volume *v = &item->volumes[volume];

    switch (item->kind) {
    case AC_ITEM_FOLDER:
        return ac_tree_open_folder(item->path, &v->tree, err);
    case AC_ITEM_FILE:
        return ac_tree_open_file(item->path, &v->tree, err);
    case AC_ITEM_IMAGE:
        break;
    }
    if (item->is_mft)
        return ac_tree_open_mft(v->window, &v->tree, err);
    if (v->facts.kind == AC_VOLUME_NTFS)
        return ac_tree_open_ntfs(v->window, &v->tree, err);
    return ac_tree_open_fat(v->window, &v->tree, err);
}
