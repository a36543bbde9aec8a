#include "fixture.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fx_u8(struct ac_buf *b, unsigned v)
{
    ac_buf_addc(b, (char)v);
}

void fx_le16(struct ac_buf *b, unsigned v)
{
    fx_u8(b, v & 0xFF);
    fx_u8(b, v >> 8 & 0xFF);
}

void fx_le32(struct ac_buf *b, uint32_t v)
{
    fx_le16(b, v & 0xFFFF);
    fx_le16(b, v >> 16);
}

void fx_le64(struct ac_buf *b, uint64_t v)
{
    fx_le32(b, (uint32_t)v);
    fx_le32(b, (uint32_t)(v >> 32));
}

void fx_zero(struct ac_buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fx_u8(b, 0);
}

void fx_pad_to(struct ac_buf *b, size_t offset)
{
    if (b->n < offset)
        fx_zero(b, offset - b->n);
}

void fx_align(struct ac_buf *b, size_t multiple)
{
    fx_pad_to(b, (b->n + multiple - 1) / multiple * multiple);
}

void fx_utf16(struct ac_buf *b, const char *utf8)
{
    struct ac_str s = ac_str_of(utf8);

    for (size_t i = 0; i < s.n;) {
        unsigned c = ac_utf8_next(s, &i);

        if (c >= 0x10000) {
            fx_le16(b, 0xD800 + ((c - 0x10000) >> 10));
            fx_le16(b, 0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            fx_le16(b, c);
        }
    }
}

void fx_utf16z(struct ac_buf *b, const char *utf8)
{
    fx_utf16(b, utf8);
    fx_le16(b, 0);
}

static void put(struct ac_buf *b, size_t at, uint64_t v, size_t n)
{
    if (at + n > b->n)
        abort();
    for (size_t i = 0; i < n; i++)
        b->p[at + i] = (char)(v >> (8 * i));
}

void fx_put_le16(struct ac_buf *b, size_t at, unsigned v)
{
    put(b, at, v, 2);
}

void fx_put_le32(struct ac_buf *b, size_t at, uint32_t v)
{
    put(b, at, v, 4);
}

void fx_put_le64(struct ac_buf *b, size_t at, uint64_t v)
{
    put(b, at, v, 8);
}

struct ac_view fx_view(const struct ac_buf *b)
{
    if (b->failed)
        abort();
    return (struct ac_view){(const uint8_t *)ac_buf_text(b), b->n, 0};
}

uint64_t fx_time(const char *rfc3339)
{
    struct ac_filetime t;

    if (!ac_time_parse(rfc3339, &t))
        abort();
    return t.ticks;
}

static enum ac_rc keep(struct ac_sink *sink, struct ac_record *record, struct ac_err *err)
{
    struct fx_records *r = (struct fx_records *)sink;

    if (ac_grow((void **)&r->items, &r->cap, r->n + 1, sizeof(*r->items)) != 0) {
        ac_record_free(record);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    }
    r->items[r->n++] = record;
    return AC_OK;
}

void fx_records_init(struct fx_records *r)
{
    *r = (struct fx_records){.sink = {.emit = keep}};
}

void fx_records_free(struct fx_records *r)
{
    for (size_t i = 0; i < r->n; i++)
        ac_record_free(r->items[i]);
    ac_free(r->items);
    fx_records_init(r);
}

size_t fx_count(const struct fx_records *r, enum ac_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += ac_record_kind(r->items[i]) == kind;
    return n;
}

struct ac_record *fx_nth(const struct fx_records *r, enum ac_kind kind, size_t nth)
{
    for (size_t i = 0; i < r->n; i++) {
        if (ac_record_kind(r->items[i]) == kind && nth-- == 0)
            return r->items[i];
    }
    return NULL;
}

struct ac_record *fx_find(const struct fx_records *r, enum ac_kind kind, const char *field,
                          const char *value)
{
    for (size_t i = 0; i < r->n; i++) {
        if (ac_record_kind(r->items[i]) == kind &&
            strcmp(ac_record_get(r->items[i], field), value) == 0)
            return r->items[i];
    }
    return NULL;
}

static enum ac_rc memory_read(struct ac_reader *reader, uint64_t off, void *buf, size_t n,
                              struct ac_gaps *gaps, struct ac_err *err)
{
    struct fx_reader *r = (struct fx_reader *)reader;
    uint64_t begin = off > r->bad_off ? off : r->bad_off;
    uint64_t end = off + n < r->bad_off + r->bad_len ? off + n : r->bad_off + r->bad_len;

    r->reads++;
    r->bytes_read += n;
    memcpy(buf, r->bytes.p + off, n);
    if (begin >= end)
        return AC_OK;
    memset((char *)buf + (begin - off), 0, (size_t)(end - begin));
    if (gaps)
        ac_gaps_add(gaps, begin, end - begin, "made unreadable by the test");
    return AC_FAIL(err, AC_IO, begin, "made unreadable by the test");
}

void fx_reader_init(struct fx_reader *r, struct ac_view bytes)
{
    *r = (struct fx_reader){.base = {.size = bytes.n, .read = memory_read}, .bytes = bytes};
}

static bool load_stream(FILE *f, struct ac_buf *out)
{
    char piece[65536];
    size_t n;

    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(out, piece, n);
    return !ferror(f) && !out->failed;
}

bool fx_load(const char *path, struct ac_buf *out)
{
    FILE *f = fopen(path, "rb");
    bool ok = f && load_stream(f, out);

    if (f)
        fclose(f);
    return ok;
}

const char *fx_srcdir(void)
{
    const char *dir = getenv("AC_SRCDIR");

    return dir ? dir : ".";
}

const char *fx_realdata(const char *relative)
{
    static char path[4096];
    const char *root = getenv("AFTERCHECK_REALDATA");

    if (root)
        snprintf(path, sizeof(path), "%s/%s", root, relative);
    else
        snprintf(path, sizeof(path), "%s/../shared/realdata/%s", fx_srcdir(), relative);
    return access(path, R_OK) == 0 ? path : NULL;
}

bool fx_load_realdata(const char *relative, struct ac_buf *out)
{
    static const struct {
        const char *ending, *command;
    } unpackers[] = {{".xz", "xz -dc"}, {".gz", "gzip -dc"}, {".bz2", "bzip2 -dc"}};
    const char *path = fx_realdata(relative);

    if (!path)
        return false;
    for (size_t i = 0; i < sizeof(unpackers) / sizeof(unpackers[0]); i++) {
        if (ac_str_iends(ac_str_of(path), ac_str_of(unpackers[i].ending))) {
            char command[5000];
            FILE *f;
            bool ok;

            snprintf(command, sizeof(command), "%s '%s'", unpackers[i].command, path);
            f = popen(command, "r");
            ok = f && load_stream(f, out);
            return f && pclose(f) == 0 && ok;
        }
    }
    return fx_load(path, out);
}

const char *fx_tmpdir(void)
{
    static char path[4096];
    const char *tmp = getenv("TMPDIR");

    snprintf(path, sizeof(path), "%s/aftercheck-test-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(path))
        abort();
    return path;
}

void fx_rmtree(const char *path)
{
    char command[5000];

    snprintf(command, sizeof(command), "rm -rf '%s'", path);
    if (system(command) != 0)
        fprintf(stderr, "could not remove %s\n", path);
}

bool fx_write(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(bytes, 1, n, f) == n;

    return f && fclose(f) == 0 && ok;
}
