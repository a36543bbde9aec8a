#include "build_ole.h"

#include <string.h>

#define MINI 64
#define CUTOFF 4096
#define END 0xFFFFFFFEU
#define FREE 0xFFFFFFFFU
#define FAT 0xFFFFFFFDU

static void chain(struct ac_buf *table, size_t from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fx_put_le32(table, 4 * (from + i), i + 1 < n ? (uint32_t)(from + i + 1) : END);
}

static size_t units(size_t n, size_t unit)
{
    return (n + unit - 1) / unit;
}

static void entry(struct ac_buf *b, const char *name, unsigned type, uint32_t start, uint64_t size)
{
    size_t begin = b->n, chars;

    fx_utf16z(b, name);
    chars = (b->n - begin) / 2;
    fx_pad_to(b, begin + 64);
    fx_le16(b, (unsigned)chars * 2);
    fx_u8(b, type);
    fx_u8(b, 1);      /* black */
    fx_le32(b, FREE); /* no left sibling */
    fx_le32(b, FREE); /* no right one: the reader goes by the directory's order */
    fx_le32(b, type == 5 ? 1 : FREE);
    fx_pad_to(b, begin + 116);
    fx_le32(b, start);
    fx_le64(b, size);
}

struct layout {
    struct ac_buf mini, mini_fat, big, directory;
    size_t n_directory, n_mini_fat, n_mini, n_fat;
};

/* Numbers of sectors: directory, mini FAT, mini stream, big streams, at last the FAT. */
static void place(struct layout *l, const struct fx_ole_stream *streams, size_t n, size_t sector)
{
    size_t at_mini = 0, at_big;

    for (size_t i = 0; i < n; i++)
        at_mini += streams[i].bytes.n < CUTOFF ? units(streams[i].bytes.n, MINI) : 0;
    l->n_directory = units((n + 1) * 128, sector);
    l->n_mini_fat = units(at_mini * 4, sector);
    l->n_mini = units(at_mini * MINI, sector);
    at_big = l->n_directory + l->n_mini_fat + l->n_mini;
    entry(&l->directory, "Root Entry", 5,
          at_mini ? (uint32_t)(l->n_directory + l->n_mini_fat) : END, at_mini * MINI);
    fx_zero(&l->mini_fat, at_mini * 4);
    for (size_t i = 0; i < n; i++) {
        const struct ac_view *v = &streams[i].bytes;
        bool mini = v->n < CUTOFF;
        struct ac_buf *to = mini ? &l->mini : &l->big;
        size_t unit = mini ? MINI : sector, from = (mini ? 0 : at_big) + to->n / unit;

        entry(&l->directory, streams[i].name, 2, v->n ? (uint32_t)from : END, v->n);
        if (mini)
            chain(&l->mini_fat, from, units(v->n, MINI));
        ac_buf_add(to, v->p, v->n);
        fx_align(to, unit);
    }
}

static void add(struct ac_buf *out, struct ac_buf *fat, struct ac_buf *part, size_t sector)
{
    size_t from = out->n / sector - 1, n;

    fx_align(part, sector);
    n = part->n / sector;
    fx_zero(fat, 4 * n);
    chain(fat, from, n);
    ac_buf_add(out, part->p, part->n);
    ac_buf_free(part);
}

static void add_big(struct ac_buf *out, struct ac_buf *fat, struct layout *l,
                    const struct fx_ole_stream *streams, size_t n, size_t sector)
{
    size_t from = out->n / sector - 1;

    fx_zero(fat, 4 * (l->big.n / sector));
    for (size_t i = 0; i < n; i++) {
        if (streams[i].bytes.n < CUTOFF)
            continue;
        chain(fat, from, units(streams[i].bytes.n, sector));
        from += units(streams[i].bytes.n, sector);
    }
    ac_buf_add(out, l->big.p, l->big.n);
    ac_buf_free(&l->big);
}

void fx_ole(struct ac_buf *out, const struct fx_ole_stream *streams, size_t n, unsigned sector)
{
    struct layout l = {.n_fat = 0};
    struct ac_buf fat = {0};
    size_t per = sector / 4, first;

    place(&l, streams, n, sector);
    ac_buf_add(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    fx_pad_to(out, sector);
    add(out, &fat, &l.directory, sector);
    add(out, &fat, &l.mini_fat, sector);
    add(out, &fat, &l.mini, sector);
    add_big(out, &fat, &l, streams, n, sector);
    first = out->n / sector - 1;
    for (l.n_fat = 1; l.n_fat * per < first + l.n_fat; l.n_fat++)
        continue;
    for (size_t i = 0; i < l.n_fat; i++)
        fx_le32(&fat, FAT);
    while (fat.n % sector)
        fx_le32(&fat, FREE);
    ac_buf_add(out, fat.p, fat.n);
    ac_buf_free(&fat);
    fx_put_le16(out, 24, 0x3E);
    fx_put_le16(out, 26, sector == 512 ? 3 : 4);
    fx_put_le16(out, 28, 0xFFFE);
    fx_put_le16(out, 30, sector == 512 ? 9 : 12);
    fx_put_le16(out, 32, 6);
    fx_put_le32(out, 44, (uint32_t)l.n_fat);
    fx_put_le32(out, 48, 0);
    fx_put_le32(out, 56, CUTOFF);
    fx_put_le32(out, 60, l.n_mini_fat ? (uint32_t)l.n_directory : END);
    fx_put_le32(out, 64, (uint32_t)l.n_mini_fat);
    fx_put_le32(out, 68, END);
    for (size_t i = 0; i < 109; i++)
        fx_put_le32(out, 76 + 4 * i, i < l.n_fat ? (uint32_t)(first + i) : FREE);
}

void fx_dest_list(struct ac_buf *out, unsigned version, const struct fx_dest *entries, size_t n)
{
    fx_le32(out, version);
    fx_le32(out, (uint32_t)n);
    fx_pad_to(out, 32);
    for (size_t i = 0; i < n; i++) {
        const struct fx_dest *e = &entries[i];
        struct ac_buf path = {0};
        size_t begin = out->n;

        fx_utf16(&path, e->path);
        fx_pad_to(out, begin + 72);
        ac_buf_addz(out, e->machine);
        fx_pad_to(out, begin + 88);
        fx_le32(out, e->number);
        fx_pad_to(out, begin + 100);
        fx_le64(out, e->time);
        fx_le32(out, e->pinned);
        if (version > 1) {
            fx_le32(out, 0xFFFFFFFF);
            fx_le32(out, e->accesses);
            fx_pad_to(out, begin + 128);
        }
        fx_le16(out, (unsigned)(path.n / 2));
        ac_buf_add(out, path.p, path.n);
        if (version > 1)
            fx_le32(out, 0);
        ac_buf_free(&path);
    }
}

void fx_link(struct ac_buf *out, const char *relative, const char *machine)
{
    size_t begin = out->n, tracker;

    fx_le32(out, 76);
    ac_buf_add(out, "\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16);
    fx_le32(out, 1 << 3 | 1 << 7); /* relative path, Unicode */
    fx_pad_to(out, begin + 76);
    fx_le16(out, (unsigned)strlen(relative));
    fx_utf16(out, relative);
    tracker = out->n;
    fx_le32(out, 0x60);
    fx_le32(out, 0xA0000003);
    fx_le32(out, 0x58);
    fx_le32(out, 0);
    ac_buf_addz(out, machine);
    fx_pad_to(out, tracker + 0x60);
    fx_le32(out, 0);
}
