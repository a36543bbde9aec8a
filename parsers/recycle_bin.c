#include "recycle_bin.h"

#include <string.h>

enum { I_HEAD = 24, I_OLD_PATH = 520, I_NEW_HEAD = 28 };
enum {
    INFO2_HEAD = 20,
    INFO2_ENTRY = 800,
    INFO2_INDEX = 260,
    INFO2_TIME = 268,
    INFO2_SIZE = 276,
    INFO2_PATH = 280
};

static const char lost[] = "what was deleted here is not in the report";

static struct ac_str component(const char *path, unsigned from_end)
{
    struct ac_str s = ac_str_of(path);
    size_t end = s.n, at = s.n;

    for (unsigned i = 0; i <= from_end; i++) {
        end = i == 0 ? s.n : at - (at > 0);
        for (at = end; at > 0 && s.p[at - 1] != '/'; at--)
            continue;
    }
    return (struct ac_str){s.p + at, end - at};
}

static bool is_dollar_i(const struct ac_artefact *a)
{
    struct ac_view v = a->bytes;

    return ac_str_istarts(component(a->path, 0), AC_STR("$I")) && v.n >= I_HEAD &&
           (ac_le64(v.p) == 1 || ac_le64(v.p) == 2);
}

static bool is_info2(const struct ac_artefact *a)
{
    return ac_str_ieq(component(a->path, 0), AC_STR("INFO2"));
}

static bool recognise(const struct ac_artefact *a)
{
    return is_dollar_i(a) || is_info2(a);
}

/* The account is the folder's name, a SID. */
static struct ac_record *new_record(const struct ac_artefact *a, struct ac_view path,
                                    uint64_t deleted, uint64_t size)
{
    struct ac_record *r = ac_record_new(AC_KIND_ACTIVITY);

    path.n = ac_utf16_length(path);
    ac_record_textz(r, "artefact", "recycle-bin");
    ac_record_text(r, "user", component(a->path, 1));
    ac_record_utf16(r, "text", path);
    ac_record_time(r, "time", (struct ac_filetime){deleted});
    ac_record_textz(r, "time_source", "stored with the entry");
    if (size <= INT64_MAX)
        ac_record_int(r, "size", (int64_t)size);
    return r;
}

/* Version 1 has 520 bytes for the path, version 2 its length in characters (with the final NUL). */
static enum ac_rc parse_i(const struct ac_artefact *a, struct ac_sink *sink, struct ac_err *err)
{
    struct ac_view v = a->bytes, path;
    bool old = ac_le64(v.p) == 1;
    uint32_t chars = 0;
    enum ac_rc rc;

    if (old)
        rc = ac_view_cut(v, I_HEAD, I_OLD_PATH, &path);
    else if ((rc = ac_rd_le32(v, I_HEAD, &chars)) == AC_OK)
        rc = chars <= v.n / 2 ? ac_view_cut(v, I_NEW_HEAD, 2 * (size_t)chars, &path) : AC_TRUNCATED;
    if (rc != AC_OK) { /* time and size are there */
        path = (struct ac_view){v.p + v.n, 0, v.n};
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_TRUNCATED, I_HEAD, lost,
                             "the path of the deleted file does not lie wholly in it");
        if (rc != AC_OK)
            return rc;
    }
    return ac_sink_emit(sink, new_record(a, path, ac_le64(v.p + 16), ac_le64(v.p + 8)), err);
}

static enum ac_rc parse_info2(const struct ac_artefact *a, struct ac_budget *budget,
                              struct ac_sink *sink, struct ac_err *err)
{
    struct ac_view v = a->bytes;
    enum ac_rc rc = AC_OK;

    if (v.n < INFO2_HEAD || ac_le32(v.p + 12) != INFO2_ENTRY)
        return AC_FAIL(err, v.n < INFO2_HEAD ? AC_TRUNCATED : AC_UNSUPPORTED, 12,
                       "entries of an INFO2 file have 800 bytes, these have not");
    for (size_t at = INFO2_HEAD; rc == AC_OK && at < v.n; at += INFO2_ENTRY) {
        const uint8_t *p = v.p + at;
        struct ac_record *r;

        if (!ac_view_has(v, at, INFO2_ENTRY))
            return ac_sink_problem(sink, ac_str_of(a->path), AC_TRUNCATED, at, lost,
                                   "the last entry is cut");
        if (!ac_budget_spend(budget, 4))
            return AC_FAIL(err, AC_LIMIT, at, "more entries than are read");
        r = new_record(a, (struct ac_view){p + INFO2_PATH, 520, at + INFO2_PATH},
                       ac_le64(p + INFO2_TIME), ac_le32(p + INFO2_SIZE));
        ac_record_int(r, "position", ac_le32(p + INFO2_INDEX));
        ac_record_prov_int(r, "offset", (int64_t)at);
        rc = ac_sink_emit(sink, r, err);
    }
    return rc;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    return is_info2(a) ? parse_info2(a, budget, sink, err) : parse_i(a, sink, err);
}

const struct ac_parser ac_parser_recycle_bin = {
    .name = "recycle-bin", .source = "recycle-bin", .recognise = recognise, .parse = parse};
