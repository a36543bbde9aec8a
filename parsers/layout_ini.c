#include "layout_ini.h"

#include "base/winpath.h"

#include <string.h>

static bool recognise(const struct ac_artefact *a)
{
    struct ac_str path = ac_str_of(a->path), name = AC_STR("Layout.ini");

    return ac_str_iends(path, name) && (path.n == name.n || path.p[path.n - name.n - 1] == '/') &&
           a->bytes.n >= 2 && a->bytes.p[0] == 0xFF && a->bytes.p[1] == 0xFE;
}

/* "C:\Users\..." where an ordinary user may write; folders are listed too and end in a backslash. */
static bool is_of_user(struct ac_view line)
{
    struct ac_buf path = {0};
    bool is;

    if (line.n < 8 || ac_le16(line.p + 2) != ':' || ac_le16(line.p + 4) != '\\' ||
        ac_le16(line.p + line.n - 2) == '\\')
        return false;
    ac_text_from_utf16((struct ac_view){line.p + 6, line.n - 6, 0}, &path, NULL);
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] == '\\')
            path.p[i] = '/';
    }
    is = !path.failed && ac_path_user_writable(ac_buf_str(&path));
    ac_buf_free(&path);
    return is;
}

static struct ac_record *new_record(struct ac_view line)
{
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);
    struct ac_view name = line;

    for (size_t i = 0; i + 2 <= line.n; i += 2) {
        if (ac_le16(line.p + i) == '\\')
            name = (struct ac_view){line.p + i + 2, line.n - i - 2, 0};
    }
    ac_record_textz(r, "artefact", "layout-ini");
    ac_record_utf16(r, "program", name);
    ac_record_utf16(r, "program_path", line);
    ac_record_textz(r, "user", "");
    ac_record_prov_int(r, "offset", (int64_t)line.base);
    return r;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_view v = a->bytes;
    enum ac_rc rc = AC_OK;

    for (size_t at = 2; rc == AC_OK && at + 2 <= v.n;) {
        size_t end = at;
        struct ac_view line;

        while (end + 2 <= v.n && ac_le16(v.p + end) != '\r' && ac_le16(v.p + end) != '\n')
            end += 2;
        line = (struct ac_view){v.p + at, end - at, at};
        if (!ac_budget_spend(budget, 1 + line.n / 64))
            return AC_FAIL(err, AC_LIMIT, at, "more lines than are read");
        if (line.n <= AC_MAX_PATH_BYTES && is_of_user(line))
            rc = ac_sink_emit(sink, new_record(line), err);
        at = end + 2;
    }
    return rc;
}

const struct ac_parser ac_parser_layout_ini = {
    .name = "layout-ini", .source = "layout-ini", .recognise = recognise, .parse = parse};
