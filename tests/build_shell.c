#include "build_shell.h"

#include <string.h>

const uint8_t fx_this_pc[16] = {0xE0, 0x4F, 0xD0, 0x20, 0xEA, 0x3A, 0x69, 0x10,
                                0xA2, 0xD8, 0x08, 0x00, 0x2B, 0x30, 0x30, 0x9D};
const uint8_t fx_network[16] = {0x0D, 0x1A, 0x2C, 0xF0, 0x21, 0xBE, 0x50, 0x43,
                                0x88, 0xB0, 0x73, 0x67, 0xFC, 0x96, 0xEF, 0x3C};
const uint8_t fx_profile_folder[16] = {0x47, 0x1A, 0x03, 0x59, 0x72, 0x3F, 0xA7, 0x44,
                                       0x89, 0xC5, 0x55, 0x95, 0xFE, 0x6B, 0x30, 0xEE};
const uint8_t fx_downloads[16] = {0x90, 0xE2, 0x4D, 0x37, 0x3F, 0x12, 0x65, 0x45,
                                  0x91, 0x64, 0x39, 0xC4, 0x92, 0x5E, 0x46, 0x7B};
static const uint8_t delegate_class[16] = {0x74, 0x1A, 0x59, 0x5E, 0x96, 0xDF, 0xD3, 0x48,
                                           0x8D, 0x67, 0x17, 0x33, 0xBC, 0xEE, 0x28, 0xBA};
static const uint8_t profile_delegate[16] = {0xC5, 0xCD, 0xFA, 0xDF, 0x9F, 0x67, 0x56, 0x41,
                                             0x89, 0x47, 0xC5, 0xC7, 0x6B, 0xC0, 0xB6, 0x7F};

static void close_item(struct ac_buf *b, size_t begin)
{
    fx_put_le16(b, begin, (unsigned)(b->n - begin));
}

void fx_item(struct ac_buf *b, unsigned type, const void *data, size_t n)
{
    size_t begin = b->n;

    fx_le16(b, 0);
    fx_u8(b, type);
    ac_buf_add(b, data, n);
    close_item(b, begin);
}

void fx_item_root(struct ac_buf *b, const uint8_t guid[16])
{
    uint8_t data[17] = {0x50};

    memcpy(data + 1, guid, 16);
    fx_item(b, 0x1F, data, sizeof(data));
}

void fx_item_volume(struct ac_buf *b, unsigned type, const char *name)
{
    char data[22] = "";

    memcpy(data, name, strlen(name));
    fx_item(b, type, data, sizeof(data));
}

static void primary_name(struct ac_buf *b, const struct fx_file_item *f, size_t begin)
{
    if (f->type & 4) {
        fx_utf16z(b, f->name);
    } else {
        ac_buf_add(b, f->name, strlen(f->name) + 1);
        if ((b->n - begin) % 2)
            fx_u8(b, 0);
    }
}

/* "File entry extension block (0xbeef0004)" */
static void extension(struct ac_buf *b, const struct fx_file_item *f, size_t begin)
{
    size_t block = b->n;

    fx_le16(b, 0);
    fx_le16(b, f->version);
    fx_le32(b, 0xBEEF0004);
    fx_le32(b, 0x5A215221); /* created, last accessed: FAT */
    fx_le32(b, 0x5A215221);
    fx_le16(b, f->version >= 9 ? 0x2E : f->version >= 8 ? 0x2A : f->version >= 7 ? 0x26 : 0x14);
    if (f->version >= 7) {
        fx_le16(b, 0);
        fx_le64(b, 0x0002000000001234); /* MFT entry */
        fx_le64(b, 0);
    }
    fx_le16(b, 0);
    if (f->version >= 9)
        fx_le32(b, 0);
    if (f->version >= 8)
        fx_le32(b, 0);
    fx_utf16z(b, f->long_name);
    fx_le16(b, (unsigned)(block - begin));
    fx_put_le16(b, block, (unsigned)(b->n - block));
}

static void entry_head(struct ac_buf *b, const struct fx_file_item *f)
{
    fx_le16(b, 0);
    fx_u8(b, f->type);
    fx_u8(b, 0);
    fx_le32(b, 4096);
    fx_le32(b, 0x5A215221);
    fx_le16(b, 0x20);
}

void fx_item_file(struct ac_buf *b, const struct fx_file_item *f)
{
    size_t begin = b->n;

    entry_head(b, f);
    primary_name(b, f, begin);
    if (f->long_name)
        extension(b, f, begin);
    else
        fx_u8(b, 0); /* secondary name: none */
    close_item(b, begin);
}

void fx_item_profile_file(struct ac_buf *b, const struct fx_file_item *f)
{
    size_t begin = b->n, inner;

    fx_le16(b, 0);
    fx_u8(b, 0x74);
    fx_u8(b, 0);
    fx_le16(b, 0);
    ac_buf_add(b, "CFSF", 4);
    inner = b->n;
    entry_head(b, f);
    primary_name(b, f, inner);
    fx_le16(b, 0);
    fx_put_le16(b, inner, (unsigned)(b->n - inner - 2));
    fx_put_le16(b, begin + 4, (unsigned)(b->n - begin - 6));
    ac_buf_add(b, delegate_class, 16);
    ac_buf_add(b, profile_delegate, 16);
    if (f->long_name)
        extension(b, f, begin);
    close_item(b, begin);
}

void fx_item_network(struct ac_buf *b, unsigned type, const char *name)
{
    size_t begin = b->n;

    fx_le16(b, 0);
    fx_u8(b, type);
    fx_u8(b, 1);
    fx_u8(b, 0);
    ac_buf_add(b, name, strlen(name) + 1);
    fx_le16(b, 2);
    close_item(b, begin);
}

void fx_item_library(struct ac_buf *b, const uint8_t guid[16])
{
    size_t begin = b->n;

    fx_le16(b, 0);
    fx_le16(b, 0);
    fx_le16(b, 26);
    fx_le32(b, 0x23FEBBEE);
    fx_le16(b, 0);
    fx_le16(b, 16);
    ac_buf_add(b, guid, 16);
    fx_le16(b, 0);
    close_item(b, begin);
}

void fx_items_end(struct ac_buf *b)
{
    fx_le16(b, 0);
}
