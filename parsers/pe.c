#include "pe.h"

#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COFF_BYTES 24    /* signature and COFF header */
#define SECTION_BYTES 40 /* one section header */
#define EXPORT_BYTES 40  /* the export directory table */
#define MAX_SECTIONS 96  /* more the Windows loader refuses */
#define MAX_NAME 256     /* of an export, bytes */
#define DIRECTORY_EXPORT 0
#define DIRECTORY_SECURITY 4

struct image {
    struct ac_view v;
    uint64_t file_size;
    size_t coff;     /* offset of "PE\0\0" */
    size_t optional; /* of the optional header */
    size_t optional_bytes;
    bool plus; /* PE32+: 64-bit */
    size_t sections, n_sections;
    json_t *object; /* Owned */
    struct ac_buf *missing;
    bool failed; /* no memory for some text */
};

static void miss(const struct image *m, const char *what)
{
    if (m->missing)
        ac_buf_addf(m->missing, "%s%s", m->missing->n ? "; " : "", what);
}

/* Says of something at [off, off+n) why it is not there. */
static void miss_range(const struct image *m, const char *what, uint64_t off, uint64_t n)
{
    char text[120];
    bool in_file = off <= m->file_size && n <= m->file_size - off;

    snprintf(text, sizeof(text), "%s lies outside %s", what,
             in_file ? "what was read" : "the file");
    miss(m, text);
}

static bool opt_u16(const struct image *m, size_t at, uint16_t *ret)
{
    return at + 2 <= m->optional_bytes && ac_rd_le16(m->v, m->optional + at, ret) == AC_OK;
}

static bool opt_u32(const struct image *m, size_t at, uint32_t *ret)
{
    return at + 4 <= m->optional_bytes && ac_rd_le32(m->v, m->optional + at, ret) == AC_OK;
}

/* ---- headers */

static enum ac_rc find_headers(struct image *m, struct ac_err *err)
{
    uint32_t coff;
    uint16_t magic;

    if (m->v.n < 2 || m->v.p[0] != 'M' || m->v.p[1] != 'Z')
        return AC_FAIL(err, AC_NOT_FOUND, 0, "no MZ signature");
    if (ac_rd_le32(m->v, 0x3C, &coff) != AC_OK || (uint64_t)coff + COFF_BYTES > m->file_size)
        return AC_FAIL(err, AC_CORRUPT, 0, "MZ without PE header");
    if (!ac_view_has(m->v, coff, COFF_BYTES))
        return AC_FAIL(err, AC_TRUNCATED, coff, "the PE header lies outside what was read");
    if (memcmp(m->v.p + coff, "PE\0", 4) != 0)
        return AC_FAIL(err, AC_CORRUPT, coff, "MZ without PE header");
    m->coff = coff;
    m->optional = m->coff + COFF_BYTES;
    m->optional_bytes = ac_le16(m->v.p + coff + 20);
    m->sections = m->optional + m->optional_bytes;
    m->n_sections = ac_le16(m->v.p + coff + 6);
    if (!opt_u16(m, 0, &magic) || (magic != 0x10B && magic != 0x20B))
        return AC_FAIL(err, AC_CORRUPT, m->optional, "a PE header without optional header");
    m->plus = magic == 0x20B;
    return AC_OK;
}

static void put_machine(const struct image *m)
{
    static const struct {
        uint16_t code;
        const char *name;
    } names[] = {{0x14C, "i386"}, {0x8664, "amd64"}, {0xAA64, "arm64"}, {0x1C4, "arm"}};
    uint16_t code = ac_le16(m->v.p + m->coff + 4);
    char hex[8];

    snprintf(hex, sizeof(hex), "0x%04x", code);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].code == code) {
            ac_json_textz(m->object, "machine", names[i].name);
            return;
        }
    }
    ac_json_textz(m->object, "machine", hex);
}

static void put_subsystem(const struct image *m)
{
    static const char *const names[] = {
        [1] = "native",     [2] = "windows-gui", [3] = "windows-console",
        [9] = "windows-ce", [10] = "efi",        [16] = "boot"};
    uint16_t code;
    char number[8];

    if (!opt_u16(m, 68, &code)) {
        miss(m, "the subsystem is not in the header");
        return;
    }
    snprintf(number, sizeof(number), "%u", code);
    ac_json_textz(m->object, "subsystem",
                  code < sizeof(names) / sizeof(names[0]) && names[code] ? names[code] : number);
}

static void put_sections(struct image *m)
{
    json_t *names = json_array();

    if (m->n_sections > MAX_SECTIONS) {
        miss(m, "more sections than Windows loads");
        m->n_sections = MAX_SECTIONS;
    }
    for (size_t i = 0; i < m->n_sections; i++) {
        size_t at = m->sections + i * SECTION_BYTES, n = 0;
        struct ac_buf name = {0};

        if (!ac_view_has(m->v, at, SECTION_BYTES)) {
            miss_range(m, "the section table", at, SECTION_BYTES);
            m->n_sections = i;
            break;
        }
        while (n < 8 && m->v.p[at + n] != 0)
            n++;
        ac_text_from_latin1((struct ac_view){m->v.p + at, n, at}, &name);
        json_array_append_new(names, json_stringn(ac_buf_text(&name), name.n));
        m->failed |= name.failed;
        ac_buf_free(&name);
    }
    json_object_set_new(m->object, "sections", names);
}

/* A data directory; false (and both 0) if the header has no such entry. */
static bool directory(const struct image *m, unsigned index, uint32_t *ret_at, uint32_t *ret_size)
{
    uint32_t count, at, size;
    size_t first = m->plus ? 112 : 96;

    *ret_at = *ret_size = 0;
    if (!opt_u32(m, first - 4, &count) || index >= count)
        return false;
    if (!opt_u32(m, first + index * 8, &at) || !opt_u32(m, first + index * 8 + 4, &size))
        return false;
    *ret_at = at;
    *ret_size = size;
    return true;
}

/* ---- exports */

/* File offset of an address relative to the image base, as the Windows loader maps it. */
static bool offset_of(const struct image *m, uint32_t rva, uint64_t *ret)
{
    uint32_t headers = 0, alignment = 0x1000;

    opt_u32(m, 60, &headers);
    opt_u32(m, 32, &alignment);
    if (rva < headers || alignment < 0x1000) {
        *ret = rva;
        return true;
    }
    for (size_t i = 0; i < m->n_sections; i++) {
        const uint8_t *s = m->v.p + m->sections + i * SECTION_BYTES;
        uint32_t begin = ac_le32(s + 12), raw_size = ac_le32(s + 16), raw = ac_le32(s + 20);

        if (rva >= begin && rva - begin < raw_size) {
            *ret = (uint64_t)(raw & ~0x1FFU) + (rva - begin);
            return true;
        }
    }
    return false;
}

/* The NUL-terminated text at an address; false if it does not lie in the view or is too long. */
static bool text_at(struct image *m, uint32_t rva, struct ac_buf *out)
{
    uint64_t at;
    size_t n = 0;

    if (!offset_of(m, rva, &at) || at >= m->v.n)
        return false;
    while (n < MAX_NAME && n < m->v.n - at && m->v.p[at + n] != 0)
        n++;
    if (n == MAX_NAME || n == m->v.n - at)
        return false;
    ac_text_from_latin1((struct ac_view){m->v.p + at, n, at}, out);
    m->failed |= out->failed;
    return true;
}

static void put_names(struct image *m, uint32_t count, uint32_t table_rva)
{
    json_t *names = json_array();
    uint64_t table = 0;
    bool mapped = offset_of(m, table_rva, &table), complete = mapped || count == 0;

    for (uint32_t i = 0; mapped && i < count && i < AC_MAX_PE_EXPORTS; i++) {
        struct ac_buf name = {0};
        uint64_t at = table + (uint64_t)i * 4;

        if (!ac_view_has(m->v, at, 4) || !text_at(m, ac_le32(m->v.p + at), &name))
            complete = false;
        else
            json_array_append_new(names, json_stringn(ac_buf_text(&name), name.n));
        ac_buf_free(&name);
    }
    if (!complete)
        miss(m, "export names lie outside what was read or outside the file");
    json_object_set_new(m->object, "exports", names);
}

static void put_exports(struct image *m)
{
    uint32_t rva, size;
    uint64_t at;
    struct ac_buf name = {0};
    const uint8_t *p;

    if (!directory(m, DIRECTORY_EXPORT, &rva, &size) || rva == 0)
        return;
    if (!offset_of(m, rva, &at)) {
        miss(m, "the export directory lies in no section");
        return;
    }
    if (!ac_view_has(m->v, at, EXPORT_BYTES)) {
        miss_range(m, "the export directory", at, EXPORT_BYTES);
        return;
    }
    p = m->v.p + at;
    if (text_at(m, ac_le32(p + 12), &name))
        ac_json_text(m->object, "export_name", ac_buf_str(&name));
    else
        miss(m, "the name in the export directory lies outside what was read or outside the file");
    ac_buf_free(&name);
    ac_json_int(m->object, "export_count", ac_le32(p + 24));
    put_names(m, ac_le32(p + 24), ac_le32(p + 32));
}

enum ac_rc ac_pe_facts(struct ac_view bytes, uint64_t file_size, json_t **ret,
                       struct ac_buf *missing, struct ac_err *err)
{
    struct image m = {.v = bytes, .file_size = file_size, .missing = missing};
    uint32_t at, size, entry;
    enum ac_rc rc = find_headers(&m, err);

    if (rc != AC_OK)
        return rc;
    m.object = json_object();
    if (!m.object)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the facts of a program");
    put_machine(&m);
    ac_json_bool(m.object, "dll", (ac_le16(bytes.p + m.coff + 22) & 0x2000) != 0);
    ac_json_time(m.object, "timestamp", ac_time_from_unix(ac_le32(bytes.p + m.coff + 8), 0));
    put_sections(&m);
    put_exports(&m);
    directory(&m, DIRECTORY_SECURITY, &at, &size);
    ac_json_bool(m.object, "signature_directory", at != 0 && size != 0);
    if (at != 0 && (uint64_t)at + size > file_size)
        miss_range(&m, "the signature", at, size);
    put_subsystem(&m);
    if (opt_u32(&m, 16, &entry))
        ac_json_int(m.object, "entry_point", entry);
    if (m.failed) {
        json_decref(m.object);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the facts of a program");
    }
    *ret = m.object;
    return AC_OK;
}

/* ---- the parser */

static bool recognise(const struct ac_artefact *a)
{
    return a->bytes.n >= 2 && a->bytes.p[0] == 'M' && a->bytes.p[1] == 'Z';
}

static void put_file(struct ac_record *r, const struct ac_artefact *a)
{
    static const char *const fields[AC_HASH_KINDS] = {"md5", "sha1", "sha256"};
    const char *slash = strrchr(a->path, '/');
    struct ac_buf magic = {0};

    ac_record_textz(r, "path", a->path);
    ac_record_textz(r, "name", slash ? slash + 1 : a->path);
    ac_record_int(r, "size", (int64_t)a->bytes.n);
    for (int i = 0; i < AC_HASH_KINDS; i++) {
        char hex[AC_HASH_TEXT];

        ac_hash_hex((enum ac_hash_kind)i, a->bytes.p, a->bytes.n, hex);
        ac_record_textz(r, fields[i], hex);
    }
    ac_buf_addhex(&magic, a->bytes.p, a->bytes.n < 2 ? a->bytes.n : 2);
    ac_record_text(r, "magic", ac_buf_str(&magic));
    ac_buf_free(&magic);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_record *r = ac_record_new(AC_KIND_FILE);
    struct ac_buf missing = {0};
    json_t *pe = NULL;
    enum ac_rc rc, told = AC_OK;

    (void)budget; /* every loop is bounded by the format */
    if (!r)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    put_file(r, a);
    rc = ac_pe_facts(a->bytes, a->bytes.n, &pe, &missing, err);
    if (rc == AC_OK)
        ac_record_object(r, "pe", pe);
    if (missing.n > 0)
        told = ac_sink_problem(sink, ac_str_of(a->path), AC_CORRUPT, AC_NO_OFFSET,
                               "facts of the program are missing", "%s", ac_buf_text(&missing));
    if (missing.failed || told != AC_OK)
        rc = AC_FAIL(err, missing.failed ? AC_NOMEM : told, AC_NO_OFFSET,
                     "a problem could not be reported");
    ac_buf_free(&missing);
    told = ac_sink_emit(sink, r, rc == AC_OK ? err : NULL);
    return rc == AC_OK ? told : rc;
}

const struct ac_parser ac_parser_pe = {
    .name = "pe", .source = "file", .recognise = recognise, .parse = parse};
