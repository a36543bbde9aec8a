/*
 * Builds shell items from libyal/libfwsi, "Windows Shell Item format specification", independent of
 * the reader in parsers/. A list is a row of items with fx_items_end() behind it.
 */
#ifndef AC_TESTS_BUILD_SHELL_H
#define AC_TESTS_BUILD_SHELL_H

#include "fixture.h"

struct fx_file_item {
    unsigned type;         /* 0x31 folder, 0x32 file, 0x36 file with UTF-16 names, 0xB1 ... */
    const char *name;      /* short name */
    const char *long_name; /* UTF-8; NULL: no extension block (before Windows XP) */
    unsigned version;      /* of the block: 3 XP, 7 Vista, 8 Windows 7, 9 Windows 8.1 and later */
};

void fx_item(struct ac_buf *b, unsigned type, const void *data, size_t n); /* any other */
/* GUIDs as 16 bytes in the order in which they are stored. */
void fx_item_root(struct ac_buf *b, const uint8_t guid[16]);
void fx_item_volume(struct ac_buf *b, unsigned type, const char *name);
void fx_item_file(struct ac_buf *b, const struct fx_file_item *f);
/* The same as a delegate item: how a folder of the user's profile names what is in it. */
void fx_item_profile_file(struct ac_buf *b, const struct fx_file_item *f);
void fx_item_network(struct ac_buf *b, unsigned type, const char *name);
void fx_item_library(struct ac_buf *b, const uint8_t guid[16]);
void fx_items_end(struct ac_buf *b);

extern const uint8_t fx_this_pc[16], fx_network[16], fx_profile_folder[16], fx_downloads[16];

#endif
