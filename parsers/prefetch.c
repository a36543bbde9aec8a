#include "prefetch.h"

#include "base/alloc.h"
#include "mam.h"

#include <inttypes.h>
#include <stdio.h>

#define HEADER 84
#define NAME_AT 16
#define NAME_BYTES 60
#define NAME_CHARS 29 /* longer names are cut to that */
#define HASH_AT 76

/* Offsets in the file information differ by version, and in versions 30 and 31 by its size, which
 * shows in where the metrics array (what follows it) begins. */
struct layout {
    uint32_t version;
    uint32_t metrics_at;
    uint32_t times_at, times; /* last run times, newest first */
    uint32_t count_at;
    uint32_t volume_bytes; /* one entry of the volumes information */
};

static const struct layout layouts[] = {
    {17, 0x98, 120, 1, 144, 40},  {23, 0xF0, 128, 1, 152, 104}, {26, 0x130, 128, 8, 208, 104},
    {30, 0x130, 128, 8, 208, 96}, {30, 0x128, 128, 8, 200, 96}, {31, 0x130, 128, 8, 208, 96},
    {31, 0x128, 128, 8, 200, 96},
};

struct job {
    const struct ac_artefact *a;
    struct ac_view v; /* uncompressed */
    const struct layout *layout;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_record *record; /* Owned until emitted */
    struct ac_buf name;       /* program name, as text */
    struct ac_buf best;       /* program path found so far */
    uint32_t hash;
    bool best_by_hash;
    bool failed; /* no memory for some text */
};

static enum ac_rc complain(const struct job *j, enum ac_rc class, uint64_t off, const char *effect,
                           const char *what)
{
    return ac_sink_problem(j->sink, ac_str_of(j->a->path), class, off, effect, "%s", what);
}

static uint32_t u32(const struct job *j, size_t off)
{
    return ac_le32(j->v.p + off);
}

/* ---- path hashes */

static uint32_t hash_37(struct ac_view path, uint32_t h)
{
    for (size_t i = 0; i < path.n; i++)
        h = h * 37 + path.p[i];
    return h;
}

static uint32_t hash_xp(struct ac_view path)
{
    uint32_t h = hash_37(path, 0) * 314159269U;

    if (h > 0x80000000U)
        h = 0U - h;
    return h % 1000000007U;
}

static uint32_t hash_2008(struct ac_view path)
{
    uint32_t h = 314159;
    size_t i = 0;

    for (; i + 8 < path.n; i += 8) {
        const uint8_t *p = path.p + i;
        uint32_t c = hash_37((struct ac_view){p + 1, 6, 0}, 0) * 37;

        h = c + p[0] * 442596621U + p[7] - h * 803794207U;
    }
    return hash_37((struct ac_view){path.p + i, path.n - i, 0}, h);
}

uint32_t ac_prefetch_hash(enum ac_prefetch_hash kind, struct ac_view path)
{
    switch (kind) {
    case AC_PREFETCH_XP:
        return hash_xp(path);
    case AC_PREFETCH_VISTA:
        return hash_37(path, 314159);
    case AC_PREFETCH_2008:
        break;
    }
    return hash_2008(path);
}

static bool hash_fits(struct ac_view path, uint32_t hash)
{
    return ac_prefetch_hash(AC_PREFETCH_XP, path) == hash ||
           ac_prefetch_hash(AC_PREFETCH_VISTA, path) == hash ||
           ac_prefetch_hash(AC_PREFETCH_2008, path) == hash;
}

/* Windows 8.1 and later store "\VOLUME{...}\..." but hash "\DEVICE\HARDDISKVOLUMEn\...". */
static bool device_hash_fits(struct ac_view path, uint32_t hash, struct ac_buf *scratch)
{
    size_t rest = 2;

    if (hash_fits(path, hash))
        return true;
    while (rest + 2 <= path.n && ac_le16(path.p + rest) != '\\')
        rest += 2;
    for (unsigned n = 1; n <= 9 && rest < path.n; n++) {
        char device[] = "\\DEVICE\\HARDDISKVOLUME0";

        device[sizeof(device) - 2] = (char)('0' + n);
        ac_buf_clear(scratch);
        for (const char *c = device; *c; c++)
            ac_buf_add(scratch, (const char[]){*c, '\0'}, 2);
        ac_buf_add(scratch, path.p + rest, path.n - rest);
        if (!scratch->failed &&
            hash_fits((struct ac_view){(const uint8_t *)scratch->p, scratch->n, 0}, hash))
            return true;
    }
    return false;
}

/* ---- file names */

/* True if the last component of `path` is the program's name, or begins with it where it was
 * cut. */
static bool names_program(const struct job *j, struct ac_str path)
{
    struct ac_str name = ac_buf_str(&j->name), last = path;
    size_t chars = 0;

    for (size_t i = path.n; i > 0; i--) {
        if (path.p[i - 1] == '\\') {
            last = (struct ac_str){path.p + i, path.n - i};
            break;
        }
    }
    for (size_t i = 0; i < name.n; chars++)
        ac_utf8_next(name, &i);
    if (name.n == 0 || last.n == path.n)
        return false;
    return chars >= NAME_CHARS ? ac_str_istarts(last, name) : ac_str_ieq(last, name);
}

static void consider_program(struct job *j, struct ac_str path, struct ac_view stored)
{
    struct ac_buf scratch = {0};
    bool fits;

    if (j->best_by_hash || !names_program(j, path))
        return;
    fits = device_hash_fits(stored, j->hash, &scratch);
    j->failed |= scratch.failed;
    if (fits || j->best.n == 0) {
        ac_buf_clear(&j->best);
        ac_buf_adds(&j->best, path);
        j->best_by_hash = fits;
    }
    ac_buf_free(&scratch);
}

static void add_file(struct job *j, struct ac_view stored, size_t index)
{
    struct ac_buf text = {0};
    bool exact = true;

    ac_text_from_utf16(stored, &text, &exact);
    ac_record_add_text(j->record, "files", ac_buf_str(&text));
    if (!exact) {
        char field[40];

        snprintf(field, sizeof(field), "files[%zu]", index);
        ac_record_raw(j->record, field, stored);
    }
    consider_program(j, ac_buf_str(&text), stored);
    j->failed |= text.failed;
    ac_buf_free(&text);
}

/* The filename strings: UTF-16 texts, each with its NUL. */
static enum ac_rc read_files(struct job *j)
{
    uint32_t at = u32(j, 100), size = u32(j, 104);
    struct ac_view block, name;
    size_t n = 0;

    ac_record_empty(j->record, "files");
    if (ac_view_cut(j->v, at, size, &block) != AC_OK) {
        enum ac_rc rc = complain(j, AC_TRUNCATED, at, "files loaded by the program are missing",
                                 "the filename strings do not lie wholly in the file");

        if (rc != AC_OK || at >= j->v.n)
            return rc;
        block = (struct ac_view){j->v.p + at, j->v.n - at, at};
    }
    for (size_t i = 0; i + 2 <= block.n;) {
        name = (struct ac_view){block.p + i, block.n - i, at + i};
        name.n = ac_utf16_length(name) & ~(size_t)1;
        i += name.n + 2;
        if (name.n == 0)
            continue; /* padding */
        if (n == AC_MAX_PREFETCH_NAMES || !ac_budget_spend(j->budget, 1 + name.n / 64))
            return complain(j, AC_LIMIT, name.base, "files loaded by the program are missing",
                            "more file names than a prefetch file can have");
        add_file(j, name, n++);
    }
    return AC_OK;
}

/* ---- volumes */

static enum ac_rc read_volume(struct job *j, struct ac_view all, size_t entry)
{
    const uint8_t *p = all.p + entry;
    uint32_t at = ac_le32(p), chars = ac_le32(p + 4);
    struct ac_view device;
    struct ac_buf text = {0};
    json_t *volume = json_object();
    char serial[9];
    enum ac_rc rc = AC_OK;

    if (ac_view_cut(all, at, (size_t)chars * 2, &device) == AC_OK) {
        device.n = ac_utf16_length(device);
        ac_text_from_utf16(device, &text, NULL);
        ac_json_text(volume, "device", ac_buf_str(&text));
    } else {
        rc = complain(j, AC_CORRUPT, all.base + entry, "the name of a volume is missing",
                      "a volume's device path does not lie in the volumes information");
    }
    snprintf(serial, sizeof(serial), "%08" PRIX32, ac_le32(p + 16));
    ac_json_textz(volume, "serial", serial);
    ac_json_time(volume, "created", (struct ac_filetime){ac_le64(p + 8)});
    ac_record_add_object(j->record, "volumes", volume);
    j->failed |= text.failed;
    ac_buf_free(&text);
    return rc;
}

static enum ac_rc read_volumes(struct job *j)
{
    uint32_t at = u32(j, 108), count = u32(j, 112), size = u32(j, 116), bytes, fit;
    struct ac_view all;
    enum ac_rc rc = AC_OK;

    ac_record_empty(j->record, "volumes");
    if (ac_view_cut(j->v, at, size, &all) != AC_OK) {
        rc = complain(j, AC_TRUNCATED, at, "volumes are missing",
                      "the volumes information does not lie wholly in the file");
        if (rc != AC_OK || at >= j->v.n)
            return rc;
        all = (struct ac_view){j->v.p + at, j->v.n - at, at};
    }
    bytes = j->layout->volume_bytes;
    /* The entries end where the first device path begins: what follows would be read as
     * nonsense. */
    fit = all.n >= 4 && ac_le32(all.p) >= bytes ? ac_le32(all.p) / bytes : 1;
    for (uint32_t i = 0; rc == AC_OK && i < count; i++) {
        if (i >= fit || !ac_view_has(all, (size_t)i * bytes, bytes) ||
            !ac_budget_spend(j->budget, 1))
            return complain(j, AC_CORRUPT, at, "volumes are missing",
                            "more volumes than the volumes information holds");
        rc = read_volume(j, all, (size_t)i * bytes);
    }
    return rc;
}

/* ---- the whole */

/* Version and signature, before anything is read that depends on the version. */
static enum ac_rc check_header(const struct job *j, struct ac_err *err)
{
    uint32_t version;

    if (j->v.n < 8)
        return AC_FAIL(err, AC_TRUNCATED, j->v.n, "the prefetch header is cut");
    if (u32(j, 4) != 0x41434353) /* SCCA */
        return AC_FAIL(err, AC_CORRUPT, 4, "no prefetch signature (SCCA)");
    version = u32(j, 0);
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (layouts[i].version == version)
            return j->v.n >= HEADER
                       ? AC_OK
                       : AC_FAIL(err, AC_TRUNCATED, j->v.n, "the prefetch header is cut");
    }
    return AC_FAIL(err, AC_UNSUPPORTED, 0, "prefetch format version %" PRIu32 " is not known",
                   version);
}

static enum ac_rc find_layout(struct job *j, struct ac_err *err)
{
    uint32_t version = u32(j, 0), metrics;

    if (j->v.n < HEADER + 4)
        return AC_FAIL(err, AC_TRUNCATED, j->v.n, "the file information is cut");
    metrics = u32(j, HEADER);
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (layouts[i].version != version || layouts[i].metrics_at != metrics)
            continue;
        j->layout = &layouts[i];
        return j->v.n >= j->layout->count_at + 4
                   ? AC_OK
                   : AC_FAIL(err, AC_TRUNCATED, j->v.n, "the file information is cut");
    }
    return AC_FAIL(err, AC_CORRUPT, HEADER,
                   "the file information is not that of version %" PRIu32
                   ": metrics array at 0x%" PRIx32,
                   version, metrics);
}

static void read_header(struct job *j, bool compressed)
{
    struct ac_view name = {j->v.p + NAME_AT, NAME_BYTES, NAME_AT};
    char hash[9];

    name.n = ac_utf16_length(name);
    ac_text_from_utf16(name, &j->name, NULL);
    j->hash = u32(j, HASH_AT);
    snprintf(hash, sizeof(hash), "%08" PRIX32, j->hash);
    ac_record_textz(j->record, "artefact", "prefetch");
    ac_record_utf16(j->record, "program", name);
    ac_record_textz(j->record, "hash", hash);
    ac_record_int(j->record, "format_version", u32(j, 0));
    ac_record_bool(j->record, "compressed", compressed);
}

static void read_runs(struct job *j)
{
    ac_record_int(j->record, "run_count", u32(j, j->layout->count_at));
    ac_record_empty(j->record, "run_times");
    for (uint32_t i = 0; i < j->layout->times; i++) {
        uint64_t ticks = ac_le64(j->v.p + j->layout->times_at + (size_t)i * 8);

        if (ticks != 0)
            ac_record_add_time(j->record, "run_times", (struct ac_filetime){ticks});
    }
}

static enum ac_rc read_body(struct job *j, struct ac_err *err)
{
    enum ac_rc rc = find_layout(j, err);

    if (rc != AC_OK)
        return rc;
    read_runs(j);
    if ((rc = read_files(j)) == AC_OK)
        rc = read_volumes(j);
    if (rc == AC_OK && u32(j, 12) != j->v.n)
        rc = complain(j, u32(j, 12) > j->v.n ? AC_TRUNCATED : AC_CORRUPT, 12,
                      "content may be missing", "the size in the header is not that of the file");
    if (j->best.n > 0) {
        ac_record_text(j->record, "program_path", ac_buf_str(&j->best));
        ac_record_bool(j->record, "hash_fits", j->best_by_hash);
    }
    return rc == AC_OK ? AC_OK : AC_FAIL(err, rc, AC_NO_OFFSET, "a problem could not be reported");
}

/* Gives the record away. */
static enum ac_rc emit(struct job *j, struct ac_err *err)
{
    struct ac_record *r = j->record;

    if (j->failed || j->name.failed || j->best.failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the texts of a prefetch file");
    j->record = NULL;
    return ac_sink_emit(j->sink, r, err);
}

static enum ac_rc parse_plain(struct job *j, bool compressed, struct ac_err *err)
{
    struct ac_err ignored = {0};
    enum ac_rc rc = check_header(j, err), emitted;

    if (rc != AC_OK)
        return rc;
    j->record = ac_record_new(AC_KIND_EXECUTION);
    if (!j->record)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    read_header(j, compressed);
    rc = read_body(j, err);
    /* Of a cut file the header still tells; with nonsense behind it, it is none itself. */
    if (rc == AC_OK || rc == AC_TRUNCATED) {
        emitted = emit(j, rc == AC_OK ? err : &ignored);
        rc = emitted == AC_OK ? rc : emitted;
    }
    ac_record_free(j->record);
    ac_buf_free(&j->name);
    ac_buf_free(&j->best);
    return rc;
}

static enum ac_rc parse_unpacked(struct job *j, bool sum_wrong, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    if (sum_wrong)
        rc = complain(j, AC_CORRUPT, 8, "the content may be altered",
                      "the MAM checksum does not fit");
    if (rc != AC_OK)
        return AC_FAIL(err, rc, AC_NO_OFFSET, "a problem could not be reported");
    return parse_plain(j, true, err);
}

static enum ac_rc parse_mam(struct job *j, struct ac_err *err)
{
    struct ac_err why = {0};
    uint8_t *bytes;
    size_t n;
    bool sum_wrong;
    char text[512];
    enum ac_rc rc, unpacked;

    unpacked = ac_mam_unpack(j->a->bytes, AC_MAX_PREFETCH, &bytes, &n, &sum_wrong, &why);
    if (!bytes) {
        if (err)
            *err = why;
        return unpacked;
    }
    j->v = (struct ac_view){bytes, n, 0};
    rc = parse_unpacked(j, sum_wrong, err);
    if (unpacked != AC_OK && (rc == AC_OK || rc == AC_TRUNCATED))
        rc = AC_FAIL(err, unpacked, AC_NO_OFFSET, "only %zu bytes could be decompressed: %.150s", n,
                     ac_err_text(&why, text, sizeof(text)));
    ac_free(bytes);
    return rc;
}

static bool recognise(const struct ac_artefact *a)
{
    if (a->bytes.n >= 8 && ac_le32(a->bytes.p + 4) == 0x41434353)
        return true;
    return ac_mam_is(a->bytes) || ac_str_iends(ac_str_of(a->path), AC_STR(".pf"));
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.a = a, .v = a->bytes, .budget = budget, .sink = sink};

    if (ac_mam_is(a->bytes))
        return parse_mam(&j, err);
    if (a->bytes.n > AC_MAX_PREFETCH)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "a prefetch file of %zu bytes", a->bytes.n);
    return parse_plain(&j, false, err);
}

const struct ac_parser ac_parser_prefetch = {
    .name = "prefetch", .source = "prefetch", .recognise = recognise, .parse = parse};
