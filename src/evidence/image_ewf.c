/*
 * E01 images, chunk by chunk. The only file that knows libewf.
 *
 * libewf finds the chunks; inflating and checking is ours, because its own readers return zeros for
 * chunks that are absent or damaged. A chunk counts as read only if its Adler-32 is right.
 */
#include "evidence/image.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "evidence/ewf_io.h"
#include "evidence/ewf_segments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <libdeflate.h>
#define HAVE_LIBBFIO 1 /* or libewf.h does not declare opening through libbfio */
#include <libewf.h>

#define CACHE_CHUNKS 512          /* direct-mapped: $MFT neighbours and small files */
#define CACHE_BYTES (32 * AC_MIB) /* fewer of large chunks: EnCase makes them up to 16 MiB */
#define MAX_CHUNK (16 * AC_MIB)

struct slot {
    uint64_t chunk;  /* number + 1; 0: empty */
    const char *why; /* not NULL: the chunk could not be read */
    uint32_t n;
    uint8_t *bytes;
};

struct ewf_image {
    struct ac_image image;
    struct ac_ewf_segments set;
    libbfio_pool_t *pool; /* the segments as libewf sees them */
    libewf_handle_t *handle;
    struct libdeflate_decompressor *inflate;
    uint8_t *stored; /* a chunk as stored: twice its size */
    uint64_t next;   /* chunk that read_chunk would give without a seek */
    size_t n_slots;
    struct slot slots[CACHE_CHUNKS];
};

static void ewf_close(struct ac_image *img)
{
    struct ewf_image *e = (struct ewf_image *)img;

    if (e->handle) {
        libewf_handle_close(e->handle, NULL);
        libewf_handle_free(&e->handle, NULL);
    }
    ac_ewf_io_close(e->pool);
    ac_ewf_segments_free(&e->set);
    libdeflate_free_decompressor(e->inflate);
    for (size_t i = 0; i < CACHE_CHUNKS; i++)
        ac_free(e->slots[i].bytes);
    ac_free(e->stored);
    ac_image_free_facts(img);
    ac_free(e);
}

/* Bytes that chunk `index` has: all but the last are full. */
static size_t chunk_length(const struct ac_image_facts *f, uint64_t index)
{
    uint64_t off = index * f->chunk_size;

    return f->media_size - off < f->chunk_size ? (size_t)(f->media_size - off) : f->chunk_size;
}

static const char *decode(struct ewf_image *e, ssize_t n, int8_t compressed, uint32_t checksum,
                          void *out, size_t want)
{
    size_t got = 0;

    if (compressed > 0) {
        if (libdeflate_zlib_decompress(e->inflate, e->stored, (size_t)n, out,
                                       e->image.facts.chunk_size, &got) != LIBDEFLATE_SUCCESS)
            return "chunk fails its checksum or does not inflate";
        return got < want ? "chunk is shorter than it must be" : NULL;
    }
    if (n < 4 || (size_t)n - 4 < want)
        return "chunk is shorter than it must be";
    if (libdeflate_adler32(1, e->stored, (size_t)n - 4) != checksum)
        return "chunk fails its checksum";
    memcpy(out, e->stored, want);
    return NULL;
}

static enum ac_rc ewf_read_chunk(struct ac_image *img, uint64_t index, void *out, size_t *ret_n,
                                 const char **why)
{
    struct ewf_image *e = (struct ewf_image *)img;
    size_t want = chunk_length(&img->facts, index);
    int8_t compressed = 0, has_checksum = 0;
    uint8_t checksum_bytes[8];
    uint32_t checksum = 0;
    ssize_t n = -1;

    *why = NULL;
    if (e->next == index ||
        libewf_handle_seek_offset(e->handle, (off64_t)(index * img->facts.chunk_size), SEEK_SET,
                                  NULL) >= 0)
        n = libewf_handle_read_chunk(e->handle, e->stored, 2 * (size_t)img->facts.chunk_size + 4,
                                     &compressed, checksum_bytes, &checksum, &has_checksum, NULL);
    e->next = n > 0 ? index + 1 : UINT64_MAX;
    *why = n <= 0 ? "chunk is not in the segments that are there"
                  : decode(e, n, compressed, checksum, out, want);
    *ret_n = want;
    return *why ? AC_IO : AC_OK;
}

/* The chunk through the cache; NULL: no memory. */
static struct slot *cached(struct ewf_image *e, uint64_t index)
{
    struct slot *s = &e->slots[index % e->n_slots];
    size_t n = 0;

    if (s->chunk == index + 1)
        return s;
    if (!s->bytes) {
        s->bytes = ac_malloc(e->image.facts.chunk_size);
        if (!s->bytes)
            return NULL;
    }
    s->chunk = index + 1;
    if (ewf_read_chunk(&e->image, index, s->bytes, &n, &s->why) != AC_OK)
        memset(s->bytes, 0, e->image.facts.chunk_size);
    s->n = (uint32_t)n;
    return s;
}

static enum ac_rc missing(struct ewf_image *e, uint64_t off, size_t n, const char *why,
                          struct ac_gaps *gaps, enum ac_rc so_far, struct ac_err *err)
{
    if (gaps)
        ac_gaps_add(gaps, off, n, why);
    if (so_far != AC_OK)
        return so_far;
    return AC_FAIL(err, AC_IO, off, "chunk %" PRIu64 ": %s", off / e->image.facts.chunk_size, why);
}

static enum ac_rc ewf_read(struct ac_reader *reader, uint64_t off, void *buf, size_t n,
                           struct ac_gaps *gaps, struct ac_err *err)
{
    struct ewf_image *e = (struct ewf_image *)reader;
    uint32_t size = e->image.facts.chunk_size;
    uint8_t *out = buf;
    enum ac_rc rc = AC_OK;

    while (n > 0) {
        uint64_t index = off / size;
        size_t in = (size_t)(off % size), want = size - in < n ? size - in : n, got;
        const char *why = NULL;

        if (in == 0 && want == size && e->slots[index % e->n_slots].chunk != index + 1) {
            if (ewf_read_chunk(&e->image, index, out, &got, &why) != AC_OK)
                memset(out, 0, want);
        } else {
            struct slot *s = cached(e, index);

            if (!s)
                return AC_FAIL(err, AC_NOMEM, off, "no memory for a chunk");
            why = s->why;
            memcpy(out, s->bytes + in, want);
        }
        if (why)
            rc = missing(e, off, want, why, gaps, rc, err);
        off += want;
        out += want;
        n -= want;
    }
    return rc;
}

static const struct {
    const char *id, *name;
} header_ids[] = {
    {"case_number", "case number"},
    {"evidence_number", "evidence number"},
    {"description", "description"},
    {"examiner_name", "examiner"},
    {"notes", "notes"},
    {"acquiry_date", "acquisition date"},
    {"system_date", "system date"},
    {"acquiry_operating_system", "acquisition system"},
    {"acquiry_software", "acquisition software"},
    {"acquiry_software_version", "software version"},
    {"model", "model"},
    {"serial_number", "serial number"},
};

#define MAX_HEADER_VALUE (1 * AC_MIB)

/* One value, if the container has it. */
static enum ac_rc read_header(struct ewf_image *e, const char *id, const char *name)
{
    size_t n = 0;
    enum ac_rc rc = AC_OK;
    char *value;

    if (libewf_handle_get_utf8_header_value_size(e->handle, (const uint8_t *)id, strlen(id), &n,
                                                 NULL) != 1 ||
        n == 0 || n > MAX_HEADER_VALUE)
        return AC_OK;
    value = ac_calloc(n + 1, 1);
    if (!value)
        return AC_NOMEM;
    if (libewf_handle_get_utf8_header_value(e->handle, (const uint8_t *)id, strlen(id),
                                            (uint8_t *)value, n, NULL) == 1)
        rc = ac_image_add_header(&e->image, name, value);
    ac_free(value);
    return rc;
}

static enum ac_rc read_headers(struct ewf_image *e)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(header_ids) / sizeof(header_ids[0]); i++)
        rc = read_header(e, header_ids[i].id, header_ids[i].name);
    return rc;
}

static void hex_of(const uint8_t *digest, size_t n, char ret[AC_HASH_TEXT])
{
    for (size_t i = 0; i < n; i++)
        snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

static void read_stored_hashes(struct ewf_image *e)
{
    uint8_t digest[AC_HASH_BYTES];

    if (libewf_handle_get_md5_hash(e->handle, digest, 16, NULL) == 1)
        hex_of(digest, 16, e->image.facts.stored[AC_MD5]);
    if (libewf_handle_get_sha1_hash(e->handle, digest, 20, NULL) == 1)
        hex_of(digest, 20, e->image.facts.stored[AC_SHA1]);
}

/* The innermost reason that libewf gives, or "". */
static void reason_of(libewf_error_t **error, char *buf, size_t n)
{
    buf[0] = '\0';
    if (*error && libewf_error_sprint(*error, buf, n) < 0)
        buf[0] = '\0';
    libewf_error_free(error);
}

static enum ac_rc open_handle(struct ewf_image *e, struct ac_err *err)
{
    const struct ac_buf *problem = &e->image.facts.segment_problem;
    libewf_error_t *error = NULL;
    char why[160];

    if (e->set.n_usable == 0)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "the first segment cannot be used: %s",
                       ac_buf_text(problem));
    e->pool = ac_ewf_io_open(&e->set);
    if (!e->pool)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the segments");
    if (libewf_handle_initialize(&e->handle, NULL) == 1 &&
        libewf_handle_open_file_io_pool(e->handle, e->pool, LIBEWF_OPEN_READ, &error) == 1)
        return AC_OK;
    reason_of(&error, why, sizeof(why));
    return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "the E01 container cannot be opened: %s%s%s",
                   ac_buf_text(problem), problem->n && why[0] ? "; " : "", why);
}

static void raise_file_limit(size_t segments)
{
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < segments + 64) {
        r.rlim_cur = segments + 64 < r.rlim_max ? segments + 64 : r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

static enum ac_rc read_geometry(struct ewf_image *e, struct ac_err *err)
{
    struct ac_image_facts *f = &e->image.facts;
    size32_t chunk = 0;
    uint32_t sector = 0;
    size64_t media = 0;

    if (libewf_handle_get_chunk_size(e->handle, &chunk, NULL) != 1 ||
        libewf_handle_get_media_size(e->handle, &media, NULL) != 1 ||
        libewf_handle_get_bytes_per_sector(e->handle, &sector, NULL) != 1)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET,
                       "the volume section (media and chunk size) cannot be read");
    if (chunk < 512 || chunk > MAX_CHUNK || media == 0 || media > INT64_MAX)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET,
                       "impossible chunk size %u or media size %" PRIu64, chunk, (uint64_t)media);
    f->chunk_size = chunk;
    f->media_size = media;
    f->sector_size = sector;
    e->image.reader.size = media;
    e->n_slots = CACHE_BYTES / chunk < CACHE_CHUNKS ? CACHE_BYTES / chunk : CACHE_CHUNKS;
    return AC_OK;
}

static enum ac_rc open_segments(struct ewf_image *e, struct ac_err *err)
{
    struct ac_image_facts *f = &e->image.facts;
    enum ac_rc rc;

    for (size_t i = 0; i < e->set.n; i++) {
        if (ac_image_add_segment(&e->image, e->set.items[i].path, e->set.items[i].size,
                                 e->set.items[i].state) != AC_OK)
            return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the segments");
    }
    f->segment_problem = e->set.problem;
    e->set.problem = (struct ac_buf){0};
    f->format = e->set.n > 1 ? "split E01" : "E01";
    raise_file_limit(e->set.n);
    rc = open_handle(e, err);
    if (rc != AC_OK)
        return rc;
    if (f->segment_problem.n == 0 && libewf_handle_segment_files_corrupted(e->handle, NULL) == 1)
        ac_buf_addz(&f->segment_problem, "a segment is damaged (libewf: segment files corrupted)");
    rc = read_geometry(e, err);
    if (rc != AC_OK && f->segment_problem.n)
        AC_WRAP(err, rc, AC_NO_OFFSET, "%s", ac_buf_text(&f->segment_problem));
    if (rc == AC_OK && (rc = read_headers(e)) != AC_OK)
        return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for the header values");
    read_stored_hashes(e);
    return rc;
}

enum ac_rc ac_image_open_ewf(const char *path, struct ac_image **ret, struct ac_err *err)
{
    struct ewf_image *e = ac_calloc(1, sizeof(*e));
    enum ac_rc rc;

    if (!e)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an image");
    e->image.close = ewf_close;
    e->image.reader.read = ewf_read;
    e->image.read_chunk = ewf_read_chunk;
    e->next = UINT64_MAX;
    rc = ac_ewf_segments_find(path, &e->set, err);
    if (rc == AC_OK)
        rc = open_segments(e, err);
    if (rc == AC_OK) {
        e->inflate = libdeflate_alloc_decompressor();
        e->stored = ac_malloc(2 * (size_t)e->image.facts.chunk_size + 4);
        if (!e->inflate || !e->stored)
            rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a chunk");
    }
    if (rc != AC_OK) {
        ewf_close(&e->image);
        return rc;
    }
    *ret = &e->image;
    return AC_OK;
}

const char *ac_image_ewf_library(void)
{
    return libewf_get_version();
}
