#include "build_ntfs_log.h"

#include <stdlib.h>
#include <string.h>

enum { DATA = 64, HEADER = 48, PLACE_BITS = 23 };

static uint8_t *page_of(struct fx_ntfs_log *l, uint64_t number)
{
    return l->pages + number * FX_LOG_PAGE;
}

static void put(uint8_t *p, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static void restart_page(struct fx_ntfs_log *l, uint64_t number)
{
    uint8_t *p = page_of(l, number), *area = p + 48;

    memset(p, 0, FX_LOG_PAGE);
    memcpy(p, "RSTR", 4);
    put(p + 4, 30, 2); /* update sequence array: nine numbers */
    put(p + 6, 9, 2);
    put(p + 16, FX_LOG_PAGE, 4);
    put(p + 20, FX_LOG_PAGE, 4);
    put(p + 24, 48, 2);
    put(p + 26, l->major == 1 ? 1 : 0, 2);
    put(p + 28, l->major, 2);
    put(area + 16, 64 - PLACE_BITS, 4);
    put(area + 36, HEADER, 2);
    put(area + 38, DATA, 2);
}

void fx_ntfs_log_init(struct fx_ntfs_log *l, unsigned version, unsigned n_pages)
{
    *l = (struct fx_ntfs_log){.major = version, .n_pages = n_pages, .turn = 3};
    l->pages = malloc((size_t)n_pages * FX_LOG_PAGE);
    if (!l->pages)
        abort();
    memset(l->pages, 0xFF, (size_t)n_pages * FX_LOG_PAGE);
    restart_page(l, 0);
    restart_page(l, 1);
    fx_ntfs_log_at(l, version == 1 ? 4 : 34, DATA);
}

void fx_ntfs_log_at(struct fx_ntfs_log *l, unsigned page, unsigned offset)
{
    l->next = (uint64_t)page * FX_LOG_PAGE + offset;
}

static uint64_t lsn_of(const struct fx_ntfs_log *l, uint64_t place)
{
    return l->turn << PLACE_BITS | place / 8;
}

/* The page with its header, made when it is first used; its highest LSN becomes that of the record. */
static uint8_t *touch(struct fx_ntfs_log *l, uint64_t number, uint64_t lsn)
{
    uint8_t *p = page_of(l, number);

    if (number >= l->n_pages)
        abort();
    if (memcmp(p, "RCRD", 4) != 0) {
        memset(p, 0, FX_LOG_PAGE);
        memcpy(p, "RCRD", 4);
        put(p + 4, 40, 2);
        put(p + 6, 9, 2);
    }
    put(p + 8, lsn, 8);
    return p;
}

static void copy_out(struct fx_ntfs_log *l, uint64_t lsn, const struct ac_buf *record)
{
    size_t done = 0;

    while (done < record->n) {
        uint64_t number = l->next / FX_LOG_PAGE;
        size_t at = l->next % FX_LOG_PAGE, room = FX_LOG_PAGE - at;
        size_t n = record->n - done < room ? record->n - done : room;

        memcpy(touch(l, number, lsn) + at, record->p + done, n);
        done += n;
        l->next += n;
        if (l->next % FX_LOG_PAGE != 0)
            continue;
        if (l->next / FX_LOG_PAGE == l->n_pages) {
            l->next = (uint64_t)(l->major == 1 ? 4 : 34) * FX_LOG_PAGE;
            l->turn++;
        }
        l->next += DATA;
    }
    l->next = (l->next + 7) / 8 * 8;
}

void fx_ntfs_log_add(struct fx_ntfs_log *l, unsigned redo_operation, struct ac_view redo,
                     unsigned undo_operation, struct ac_view undo)
{
    uint64_t lsn = lsn_of(l, l->next);
    struct ac_buf r = {0};

    fx_le64(&r, lsn);
    fx_zero(&r, 16);
    fx_le32(&r, (uint32_t)(32 + redo.n + undo.n));
    fx_le32(&r, 0);
    fx_le32(&r, 1); /* a record of the client */
    fx_zero(&r, 12);
    fx_le16(&r, redo_operation);
    fx_le16(&r, undo_operation);
    fx_le16(&r, 32);
    fx_le16(&r, (unsigned)redo.n);
    fx_le16(&r, 32 + (unsigned)redo.n);
    fx_le16(&r, (unsigned)undo.n);
    fx_zero(&r, 20);
    ac_buf_add(&r, redo.p, redo.n);
    ac_buf_add(&r, undo.p, undo.n);
    copy_out(l, lsn, &r);
    ac_buf_free(&r);
}

void fx_ntfs_log_move(struct fx_ntfs_log *l, unsigned home, unsigned page)
{
    memcpy(page_of(l, page), page_of(l, home), FX_LOG_PAGE);
    memset(page_of(l, home), 0xFF, FX_LOG_PAGE);
    if (l->major == 1)
        put(page_of(l, page) + 8, (uint64_t)home * FX_LOG_PAGE, 8);
    else
        put(page_of(l, page) + 60, (uint64_t)home * FX_LOG_PAGE, 4);
}

void fx_ntfs_log_build(struct fx_ntfs_log *l, struct ac_buf *out)
{
    for (unsigned i = 0; i < l->n_pages; i++) {
        uint8_t *p = page_of(l, i), *array;

        if (p[0] == 0xFF)
            continue;
        array = p + (p[4] | p[5] << 8);
        put(array, 0x1234, 2);
        for (unsigned k = 1; k <= FX_LOG_PAGE / 512; k++) {
            memcpy(array + 2 * (size_t)k, p + 512 * (size_t)k - 2, 2);
            put(p + 512 * (size_t)k - 2, 0x1234, 2);
        }
    }
    ac_buf_add(out, l->pages, (size_t)l->n_pages * FX_LOG_PAGE);
    free(l->pages);
}

void fx_log_file_name(struct ac_buf *out, uint64_t parent, const char *name, unsigned space)
{
    struct ac_buf text = {0};

    fx_utf16(&text, name);
    fx_le64(out, parent);
    for (unsigned i = 0; i < 4; i++)
        fx_le64(out, fx_time(FX_LOG_CREATED));
    fx_le64(out, 16384);
    fx_le64(out, 14336);
    fx_le32(out, 0x20);
    fx_le32(out, 0);
    fx_u8(out, (unsigned)(text.n / 2));
    fx_u8(out, space);
    ac_buf_add(out, text.p, text.n);
    ac_buf_free(&text);
}

void fx_log_index_entry(struct ac_buf *out, uint64_t file, uint64_t parent, const char *name)
{
    struct ac_buf key = {0};

    fx_log_file_name(&key, parent, name, 1);
    fx_le64(out, file);
    fx_le16(out, (unsigned)((16 + key.n + 7) / 8 * 8));
    fx_le16(out, (unsigned)key.n);
    fx_le32(out, 0);
    ac_buf_add(out, key.p, key.n);
    fx_align(out, 8);
    ac_buf_free(&key);
}

static void attribute(struct ac_buf *out, uint32_t type, const struct ac_buf *content)
{
    fx_le32(out, type);
    fx_le32(out, (uint32_t)((24 + content->n + 7) / 8 * 8));
    fx_zero(out, 8);
    fx_le32(out, (uint32_t)content->n);
    fx_le16(out, 24);
    fx_le16(out, 0);
    ac_buf_add(out, content->p, content->n);
    fx_align(out, 8);
}

void fx_log_file_record(struct ac_buf *out, uint64_t file, uint64_t parent, const char *name)
{
    struct ac_buf standard = {0}, long_name = {0}, short_name = {0};

    fx_zero(&standard, 48);
    fx_log_file_name(&short_name, parent, "SHORT~1.DLL", 2);
    fx_log_file_name(&long_name, parent, name, 1);
    ac_buf_addz(out, "FILE");
    fx_zero(out, 12);
    fx_le16(out, (unsigned)(file >> 48));
    fx_le16(out, 1);
    fx_le16(out, 56); /* first attribute */
    fx_le16(out, 1);
    fx_zero(out, 20);
    fx_le32(out, (uint32_t)file);
    fx_zero(out, 8);
    attribute(out, 0x10, &standard);
    attribute(out, 0x30, &short_name);
    attribute(out, 0x30, &long_name);
    fx_le32(out, 0xFFFFFFFF);
    fx_le32(out, 0);
    ac_buf_free(&standard);
    ac_buf_free(&long_name);
    ac_buf_free(&short_name);
}
