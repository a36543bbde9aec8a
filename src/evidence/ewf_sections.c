#include "evidence/ewf_sections.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/limits.h"

#include <string.h>
#include <unistd.h>

#include <libdeflate.h>

#define FILE_HEADER 13
#define DESCRIPTOR AC_EWF_DESCRIPTOR
#define VOLUME_DATA 1052
#define TABLE_HEADER 24
#define MAX_SECTIONS 1000000 /* one table of 16,375 chunks is the smallest unit: terabytes */
#define MAX_HEADER (1 * AC_MIB)

struct walk {
    struct ac_ewf_sections s;
    int fd;
    uint64_t size, off;          /* of the file; of the section being looked at */
    uint8_t d[DESCRIPTOR];       /* its descriptor */
    uint8_t table[TABLE_HEADER]; /* header of the last "table" section */
    uint64_t table_at;
    bool table_wrong;
};

static bool pread_all(int fd, void *buf, size_t n, uint64_t off)
{
    return pread(fd, buf, n, (off_t)off) == (ssize_t)n;
}

static bool has_sum(const uint8_t *p, size_t n)
{
    return libdeflate_adler32(1, p, n) == ac_le32(p + n);
}

static bool is_type(const struct walk *w, const char *type)
{
    return strncmp((const char *)w->d, type, 16) == 0;
}

/* Notes what is wrong; returns whether the walk can go on. */
static bool damaged(struct walk *w, enum ac_ewf_use use, const char *what, uint64_t at)
{
    if (!w->s.what) {
        w->s.what = what;
        w->s.at = at;
    }
    if (use > w->s.use)
        w->s.use = use;
    return use == AC_EWF_WHOLE;
}

static bool cut(struct walk *w, const char *what, uint64_t at)
{
    w->s.cut = true;
    return damaged(w, AC_EWF_PREFIX, what, at);
}

static bool patch(struct walk *w, uint64_t off, const uint8_t *bytes, size_t n)
{
    struct ac_ewf_patch *p = &w->s.patches[w->s.n_patches];

    if (w->s.n_patches == AC_EWF_PATCHES)
        return damaged(w, AC_EWF_REFUSE, "too many of its sections are damaged", off);
    w->s.n_patches++;
    p->off = off;
    p->n = n;
    memcpy(p->bytes, bytes, n);
    return true;
}

/* A type of its own with a right checksum: libewf passes over it. */
static bool hide(struct walk *w, const char *what)
{
    uint8_t d[DESCRIPTOR];
    uint32_t sum;

    memcpy(d, w->d, sizeof(d));
    memset(d, 0, 16);
    memcpy(d, "damaged", 7);
    sum = libdeflate_adler32(1, d, DESCRIPTOR - 4);
    for (unsigned i = 0; i < 4; i++)
        d[DESCRIPTOR - 4 + i] = (uint8_t)(sum >> (8 * i));
    return damaged(w, AC_EWF_WHOLE, what, w->off + DESCRIPTOR) && patch(w, w->off, d, sizeof(d));
}

/* Sections with a checksum over their first n bytes. */
static const struct summed {
    const char *type;
    size_t n;
    bool needed;
    const char *what;
} summed[] = {
    {"volume", VOLUME_DATA - 4, true, "the volume section fails its checksum"},
    {"disk", VOLUME_DATA - 4, true, "the disk section fails its checksum"},
    {"data", VOLUME_DATA - 4, false, "the data section fails its checksum"},
    {"hash", 32, false, "the hash section fails its checksum: the stored MD5 is lost"},
    {"digest", 76, false, "the digest section fails its checksum: the stored hashes are lost"},
};

static bool check_summed(struct walk *w, const struct summed *c, uint64_t content)
{
    uint8_t data[VOLUME_DATA];

    if (content < c->n + 4) /* SMART writes shorter volume sections; libewf decides about those */
        return true;
    if (!pread_all(w->fd, data, c->n + 4, w->off + DESCRIPTOR))
        return cut(w, "the file ends inside a section", w->off);
    if (!has_sum(data, c->n))
        return c->needed ? damaged(w, AC_EWF_REFUSE, c->what, w->off + DESCRIPTOR)
                         : hide(w, c->what);
    if (c->n == VOLUME_DATA - 4) {
        memcpy(w->s.set, data + 64, sizeof(w->s.set));
        for (size_t k = 0; k < sizeof(w->s.set); k++)
            w->s.has_set |= w->s.set[k] != 0;
    }
    return true;
}

/* header, header2: a zlib stream with the values in it. */
static bool check_header(struct walk *w, uint64_t content)
{
    struct libdeflate_decompressor *inflate;
    uint8_t *in, *out;
    size_t n = 0;
    bool ok;

    if (content > MAX_HEADER)
        return hide(w, "a header section is too large");
    inflate = libdeflate_alloc_decompressor();
    in = ac_malloc((size_t)content);
    out = ac_malloc(MAX_HEADER);
    ok = inflate && in && out && pread_all(w->fd, in, (size_t)content, w->off + DESCRIPTOR) &&
         libdeflate_zlib_decompress(inflate, in, (size_t)content, out, MAX_HEADER, &n) ==
             LIBDEFLATE_SUCCESS;
    libdeflate_free_decompressor(inflate);
    ac_free(in);
    ac_free(out);
    return ok || hide(w, "a header section does not inflate: header values are lost");
}

/* The entries behind a table's header and the checksum behind them, which EnCase 1 and SMART do not write.
 * libewf takes the copy's entries when they are wrong, and each chunk has its own checksum. */
static bool check_entries(struct walk *w, const uint8_t *header, uint64_t content)
{
    uint64_t left = (uint64_t)ac_le32(header) * 4, at = w->off + DESCRIPTOR + TABLE_HEADER;
    uint32_t sum = 1;
    uint8_t piece[16384];

    if (content < TABLE_HEADER + left + 4)
        return true;
    while (left > 0) {
        size_t n = left < sizeof(piece) ? (size_t)left : sizeof(piece);

        if (!pread_all(w->fd, piece, n, at))
            return cut(w, "the file ends inside a chunk table", at);
        sum = libdeflate_adler32(sum, piece, n);
        at += n;
        left -= n;
    }
    if (!pread_all(w->fd, piece, 4, at))
        return cut(w, "the file ends inside a chunk table", at);
    return sum == ac_le32(piece) ||
           damaged(w, AC_EWF_WHOLE, "the entries of a chunk table fail their checksum", at);
}

/* The header of a chunk table and of its copy stand in for each other. */
static bool check_table(struct walk *w, uint64_t content, bool copy)
{
    uint8_t header[TABLE_HEADER];
    bool wrong;

    if (content < TABLE_HEADER || !pread_all(w->fd, header, sizeof(header), w->off + DESCRIPTOR))
        return cut(w, "the file ends inside a chunk table", w->off);
    wrong = !has_sum(header, TABLE_HEADER - 4);
    if (!copy) {
        memcpy(w->table, header, sizeof(header));
        w->table_at = w->off + DESCRIPTOR;
        w->table_wrong = wrong;
        return wrong ? damaged(w, AC_EWF_WHOLE, "a chunk table fails its checksum", w->table_at)
                     : check_entries(w, header, content);
    }
    if (wrong && (w->table_wrong || w->table_at == 0))
        return damaged(w, AC_EWF_REFUSE, "a chunk table and its copy fail their checksums",
                       w->off + DESCRIPTOR);
    if (wrong && !(damaged(w, AC_EWF_WHOLE, "the copy of a chunk table fails its checksum",
                           w->off + DESCRIPTOR) &&
                   patch(w, w->off + DESCRIPTOR, w->table, sizeof(header))))
        return false;
    if (w->table_wrong && !patch(w, w->table_at, header, sizeof(header)))
        return false;
    w->table_wrong = false;
    return wrong || check_entries(w, header, content);
}

static bool check_content(struct walk *w, uint64_t content)
{
    /* a table without its copy (EnCase 1, SMART) has nothing that could stand in for it */
    if (w->table_wrong && !is_type(w, "table2"))
        return damaged(w, AC_EWF_REFUSE, "a chunk table fails its checksum", w->table_at);
    if (is_type(w, "header") || is_type(w, "header2"))
        return check_header(w, content);
    if (is_type(w, "table") || is_type(w, "table2"))
        return check_table(w, content, is_type(w, "table2"));
    for (size_t i = 0; i < sizeof(summed) / sizeof(summed[0]); i++) {
        if (is_type(w, summed[i].type))
            return check_summed(w, &summed[i], content);
    }
    return true;
}

/* One section; false: it is the last, or nothing behind it can be believed. */
static bool step(struct walk *w)
{
    uint64_t next;

    if (!pread_all(w->fd, w->d, DESCRIPTOR, w->off))
        return cut(w, "the file ends before its last section", w->size);
    if (!has_sum(w->d, DESCRIPTOR - 4))
        return damaged(w, AC_EWF_PREFIX, "a section descriptor fails its checksum", w->off);
    next = ac_le64(w->d + 16);
    w->s.last = is_type(w, "done");
    if (w->s.last || is_type(w, "next"))
        return check_content(w, 0) && false;
    if (next < w->off + DESCRIPTOR)
        return damaged(w, AC_EWF_PREFIX, "its sections do not follow each other", w->off);
    if (next > w->size)
        return cut(w, "the file ends inside a section", w->off);
    if (!check_content(w, next - w->off - DESCRIPTOR))
        return false;
    w->off = next;
    return true;
}

void ac_ewf_sections_walk(int fd, uint64_t size, struct ac_ewf_sections *ret)
{
    struct walk w = {.fd = fd, .size = size, .off = FILE_HEADER};
    uint8_t head[FILE_HEADER];
    unsigned i = 0;

    if (pread_all(fd, head, sizeof(head), 0) && (head[8] != 1 || head[11] != 0 || head[12] != 0))
        damaged(&w, AC_EWF_WHOLE, "its file header is not as it must be", 8);
    while (i < MAX_SECTIONS && step(&w))
        i++;
    if (i == MAX_SECTIONS)
        damaged(&w, AC_EWF_PREFIX, "it has too many sections", w.off);
    *ret = w.s;
}
