/*
 * An evidence item opened for reading files: an image with its volumes, a folder, or one artefact.
 *
 * Opening is in two steps, because each touches hostile bytes of its own and may fail alone:
 * ac_item_open() finds the container and its volumes, ac_item_open_tree() indexes one volume.
 */
#ifndef AC_COLLECT_ITEM_H
#define AC_COLLECT_ITEM_H

#include "evidence/image.h"
#include "evidence/volumes.h"
#include "files/tree.h"

enum ac_item_kind { AC_ITEM_IMAGE, AC_ITEM_FOLDER, AC_ITEM_FILE };

struct ac_item_volume {
    struct ac_volume facts;
    struct ac_reader *window; /* NULL for folders and files */
    struct ac_tree *tree;     /* NULL: not opened, or cannot be */
    char prefix[12];          /* "p1/" where the item has several file systems, else "" */
};

struct ac_item {
    enum ac_item_kind kind;
    const char *path;       /* Borrowed: the caller's */
    struct ac_image *image; /* NULL unless AC_ITEM_IMAGE */
    bool is_mft;            /* the image is a $MFT without its volume */
    struct ac_volumes table;
    struct ac_item_volume *volumes;
    size_t n;
};

/* AC_IO, AC_UNSUPPORTED, AC_CORRUPT, AC_NOT_FOUND (no volume in it) ... with the reason for the user. */
enum ac_rc ac_item_open(const char *path, struct ac_item *ret, struct ac_err *err);
/* From here on this process opens nothing but what belongs to the item: see collect/confine.h. */
enum ac_rc ac_item_confine(const struct ac_item *item, struct ac_err *err);
void ac_item_close(struct ac_item *item);

/* True if this volume is of a kind whose files are read. */
bool ac_item_is_readable(const struct ac_item *item, size_t volume);
enum ac_rc ac_item_open_tree(struct ac_item *item, size_t volume, struct ac_err *err);

#endif
