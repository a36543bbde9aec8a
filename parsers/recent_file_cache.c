/*
 * RecentFileCache.bcf of Windows 7: paths of programs that were new to the machine.
 *
 * Format: libyal/dtformats, "Recent file cache (RecentFileCache.bcf) file format".
 */
#include "recent_file_cache.h"

#include <string.h>

#define HEADER 20

static const uint8_t signature[8] = {0xFE, 0xFF, 0xEE, 0xFF, 0x11, 0x22, 0, 0};

static bool has_signature(struct ac_view v)
{
    return v.n >= sizeof(signature) && memcmp(v.p, signature, sizeof(signature)) == 0;
}

static bool recognise(const struct ac_artefact *a)
{
    return has_signature(a->bytes) ||
           ac_str_iends(ac_str_of(a->path), AC_STR("RecentFileCache.bcf"));
}

static struct ac_view last_component(struct ac_view path)
{
    struct ac_view last = path;

    for (size_t i = 0; i + 2 <= path.n; i += 2) {
        if (ac_le16(path.p + i) == '\\')
            last = (struct ac_view){path.p + i + 2, path.n - i - 2, path.base + i + 2};
    }
    return last;
}

static enum ac_rc emit(struct ac_sink *sink, size_t at, struct ac_view path, struct ac_err *err)
{
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);

    ac_record_textz(r, "artefact", "recent-file-cache");
    ac_record_utf16(r, "program", last_component(path));
    ac_record_utf16(r, "program_path", path);
    ac_record_textz(r, "user", "");
    ac_record_int(r, "entry_offset", (int64_t)at);
    ac_record_prov_int(r, "offset", (int64_t)at);
    return ac_sink_emit(sink, r, err);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_view v = a->bytes, path;
    size_t at = HEADER;
    enum ac_rc rc = AC_OK;

    if (!has_signature(v) || v.n < HEADER)
        return AC_FAIL(err, v.n < HEADER ? AC_TRUNCATED : AC_CORRUPT, 0,
                       "this is no RecentFileCache.bcf: its header is not there");
    while (rc == AC_OK && at < v.n) {
        uint32_t chars;
        size_t begin = at;

        if (ac_rd_le32(v, at, &chars) != AC_OK || chars > v.n / 2 ||
            ac_view_cut(v, at + 4, (size_t)chars * 2, &path) != AC_OK)
            return AC_FAIL(err, AC_TRUNCATED, at, "an entry does not lie wholly in the file");
        if (!ac_budget_spend(budget, 4 + chars / 32))
            return AC_FAIL(err, AC_LIMIT, at, "more entries than are read");
        at += 4 + path.n;
        /* the number was seen with and without the terminator */
        if (path.n >= 2 && ac_le16(path.p + path.n - 2) == 0)
            path.n -= 2;
        else if (ac_view_has(v, at, 2) && ac_le16(v.p + at) == 0)
            at += 2;
        if (path.n > 0)
            rc = emit(sink, begin, path, err);
    }
    return rc;
}

const struct ac_parser ac_parser_recent_file_cache = {.name = "recent-file-cache",
                                                      .source = "recent-file-cache",
                                                      .recognise = recognise,
                                                      .parse = parse};
