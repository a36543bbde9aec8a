/*
 * What all tests and fixture builders share: growing byte blocks with little-endian numbers, a sink
 * that keeps records, readers over memory that read in small pieces, files of the source tree and
 * of the real data.
 */
#ifndef AC_TESTS_FIXTURE_H
#define AC_TESTS_FIXTURE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "evidence/reader.h"
#include "records/sink.h"

/* ---- building bytes (a struct ac_buf as the block; aborts when memory fails) */
void fx_u8(struct ac_buf *b, unsigned v);
void fx_le16(struct ac_buf *b, unsigned v);
void fx_le32(struct ac_buf *b, uint32_t v);
void fx_le64(struct ac_buf *b, uint64_t v);
void fx_zero(struct ac_buf *b, size_t n);
void fx_pad_to(struct ac_buf *b, size_t offset); /* zeros up to that size */
void fx_align(struct ac_buf *b, size_t multiple);
void fx_utf16(struct ac_buf *b, const char *utf8); /* no terminator */
void fx_utf16z(struct ac_buf *b, const char *utf8);
void fx_put_le16(struct ac_buf *b, size_t at, unsigned v);
void fx_put_le32(struct ac_buf *b, size_t at, uint32_t v);
void fx_put_le64(struct ac_buf *b, size_t at, uint64_t v);
struct ac_view fx_view(const struct ac_buf *b);
uint64_t fx_time(const char *rfc3339); /* FILETIME ticks; aborts if it is no time */

/* ---- a sink that keeps what it is given */
struct fx_records {
    struct ac_sink sink; /* first: give &r.sink to a parser */
    struct ac_record **items;
    size_t n, cap;
};
void fx_records_init(struct fx_records *r);
void fx_records_free(struct fx_records *r);
size_t fx_count(const struct fx_records *r, enum ac_kind kind);
/* The i-th record of a kind, NULL if there are fewer. */
struct ac_record *fx_nth(const struct fx_records *r, enum ac_kind kind, size_t i);
/* The first record of a kind whose text field has that value, NULL if none. */
struct ac_record *fx_find(const struct fx_records *r, enum ac_kind kind, const char *field,
                          const char *value);

/* ---- a reader over memory that hands out at most `piece` bytes per inner copy and treats
 * [bad_off, bad_off+bad_len) as missing (bad_len 0: nothing is). Borrows bytes. */
struct fx_reader {
    struct ac_reader base; /* first */
    struct ac_view bytes;
    uint64_t bad_off, bad_len;
    uint64_t reads; /* calls so far */
    uint64_t bytes_read;
};
void fx_reader_init(struct fx_reader *r, struct ac_view bytes);

/* ---- files */
/* A whole file; NULL p if it is not there. Owned: ac_buf_free(). */
bool fx_load(const char *path, struct ac_buf *out);
/* Path of a file of the real data set ($AFTERCHECK_REALDATA, else ../shared/realdata beside the source tree),
 * or NULL if the set or the file is not there (the test then calls cr_skip_test). Static buffer. */
const char *fx_realdata(const char *relative);
/* Loads it, through xz/gzip/bzip2 by its ending. False if not there. */
bool fx_load_realdata(const char *relative, struct ac_buf *out);
const char *fx_srcdir(void);
/* A new empty folder below $TMPDIR or /tmp; the caller removes it with fx_rmtree(). Static buffer of 4096. */
const char *fx_tmpdir(void);
void fx_rmtree(const char *path);
bool fx_write(const char *path, const void *bytes, size_t n);

#endif
