#include "mplog.h"

#include "base/alloc.h"
#include "base/set.h"
#include "base/winpath.h"

#include <inttypes.h>
#include <string.h>

enum { LONGEST_TIME = 32 }; /* 2021-01-05T08:30:14.500Z has 24 */

/* A program whose accesses were scanned, with one file of users that it read, or none. */
struct impact {
    struct ac_buf program, file; /* Owned */
    struct ac_filetime first, last;
    int64_t lines;
    uint64_t offset; /* of the first line */
};

struct mplog {
    struct ac_sink *sink;
    struct ac_err *err;
    struct impact *impacts; /* Owned */
    size_t n_impacts, cap_impacts;
    struct ac_set seen;  /* program and file, to the index in impacts */
    uint64_t long_lines; /* longer than any path could make them */
    bool capped;
};

struct line {
    struct ac_str text; /* behind the time; Borrowed */
    struct ac_filetime time;
    uint64_t offset;
};

/* ---- taking a line to pieces */

static struct ac_str rest(struct ac_str s, size_t n)
{
    return (struct ac_str){s.p + n, s.n - n};
}

/* What stands between the first `after` and the next `before` ("": the end); empty if they are not there. */
static struct ac_str between(struct ac_str s, const char *after, const char *before)
{
    ptrdiff_t start = ac_str_ifind(s, ac_str_of(after)), end;
    struct ac_str found = {s.p, 0};

    if (start < 0)
        return found;
    found = rest(s, (size_t)start + strlen(after));
    end = before[0] ? ac_str_ifind(found, ac_str_of(before)) : (ptrdiff_t)found.n;
    found.n = end < 0 ? 0 : (size_t)end;
    return found;
}

static struct ac_str word(struct ac_str *s)
{
    struct ac_str w;
    size_t at = 0, end;

    while (at < s->n && s->p[at] == ' ')
        at++;
    end = at;
    while (end < s->n && s->p[end] != ' ')
        end++;
    w = (struct ac_str){s->p + at, end - at};
    *s = rest(*s, end);
    return w;
}

static struct ac_record *new_record(enum ac_kind kind, const char *artefact, const struct line *l)
{
    struct ac_record *r = ac_record_new(kind);

    ac_record_textz(r, "artefact", artefact);
    ac_record_prov_int(r, "offset", (int64_t)l->offset);
    return r;
}

/* ---- detections */

/* "THREAT schema:path;..." up to what ends it. */
static enum ac_rc tell_threat(struct mplog *m, const struct line *l, struct ac_str s)
{
    struct ac_record *r = new_record(AC_KIND_DETECTION, "mplog", l);
    struct ac_str threat = word(&s), end;
    size_t colon = 0;

    ac_record_text(r, "threat", threat);
    ac_record_time(r, "time", l->time);
    while (s.n && s.p[0] == ' ')
        s = rest(s, 1);
    while (colon < s.n && s.p[colon] != ':')
        colon++;
    if (colon < s.n) {
        ac_record_text(r, "resource_type", (struct ac_str){s.p, colon});
        end = between(rest(s, colon + 1), "", ";");
        if (!end.n)
            end = between(rest(s, colon + 1), "", " PropBag");
        ac_record_text(r, "path", end.n ? end : rest(s, colon + 1));
    }
    return ac_sink_emit(m->sink, r, m->err);
}

/* DETECTIONEVENT SOURCE threat...; DETECTION_ADD#1 threat...; DETECTION_CLEANEVENT SOURCE ACTION RESULT threat... */
static enum ac_rc detection(struct mplog *m, const struct line *l)
{
    struct ac_str s = l->text, kind = word(&s);
    unsigned words = ac_str_istarts(kind, AC_STR("DETECTION_CLEANEVENT")) ? 3
                     : ac_str_istarts(kind, AC_STR("DETECTIONEVENT"))     ? 1
                                                                          : 0;

    while (words-- > 0)
        word(&s);
    return tell_threat(m, l, s);
}

static enum ac_rc in_memory(struct mplog *m, const struct line *l)
{
    struct ac_record *r = new_record(AC_KIND_DETECTION, "mplog", l);

    ac_record_text(r, "threat", between(l->text, "EMS detection: ", ","));
    ac_record_textz(r, "resource_type", "process-memory");
    ac_record_time(r, "time", l->time);
    return ac_sink_emit(m->sink, r, m->err);
}

static enum ac_rc blocked(struct mplog *m, const struct line *l)
{
    struct ac_record *r = new_record(AC_KIND_DETECTION, "mplog", l);

    ac_record_textz(r, "resource_type", "blocked-file");
    ac_record_text(r, "path", between(l->text, "): ", ". Process: "));
    ac_record_text(r, "process", between(l->text, ". Process: ", ", Status"));
    ac_record_time(r, "time", l->time);
    return ac_sink_emit(m->sink, r, m->err);
}

/* "... reported as lowfi: C:\...\reg.exe(reg add ...)" */
static enum ac_rc reported(struct mplog *m, const struct line *l)
{
    struct ac_record *r = new_record(AC_KIND_DETECTION, "mplog", l);
    struct ac_str s = between(l->text, "reported as ", "");

    ac_record_text(r, "threat", between(s, "", ":"));
    ac_record_textz(r, "resource_type", "command-line");
    ac_record_text(r, "path", between(s, ": ", "("));
    ac_record_text(r, "command", between(s, ": ", ""));
    ac_record_time(r, "time", l->time);
    return ac_sink_emit(m->sink, r, m->err);
}

/* ---- files and programs */

static enum ac_rc asked(struct mplog *m, const struct line *l)
{
    struct ac_record *r = new_record(AC_KIND_EXECUTION, "mplog-query", l);
    struct ac_str path = between(l->text, "query for ", " (");

    ac_record_text(r, "program", path);
    ac_record_text(r, "program_path", path);
    ac_record_text(r, "sha1", between(l->text, "sha1=", ","));
    ac_record_text(r, "sha256", between(l->text, "sha2=", ")"));
    ac_record_textz(r, "user", "");
    ac_record_time(r, "first_seen", l->time);
    return ac_sink_emit(m->sink, r, m->err);
}

static bool is_of_user(struct ac_str path)
{
    struct ac_winpath p = {0};
    bool is = ac_winpath_parse(path, NULL, &p) == AC_OK && p.kind == AC_WINPATH_ABSOLUTE &&
              ac_path_user_writable(ac_buf_str(&p.path));

    ac_buf_free(&p.path);
    return is;
}

static enum ac_rc new_impact(struct mplog *m, const struct line *l, struct ac_str program,
                             struct ac_str file, struct ac_str key)
{
    struct impact *i;

    if (m->n_impacts >= AC_MAX_MPLOG_PROGRAMS) {
        m->capped = true;
        return AC_OK;
    }
    if (ac_grow((void **)&m->impacts, &m->cap_impacts, m->n_impacts + 1, sizeof(*i)) != 0 ||
        ac_set_put(&m->seen, key, m->n_impacts) != AC_OK)
        return AC_FAIL(m->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a program");
    i = &m->impacts[m->n_impacts++];
    *i = (struct impact){.first = l->time, .last = l->time, .lines = 1, .offset = l->offset};
    ac_buf_adds(&i->program, program);
    ac_buf_adds(&i->file, file);
    return i->program.failed || i->file.failed
               ? AC_FAIL(m->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a program")
               : AC_OK;
}

static enum ac_rc scanned(struct mplog *m, const struct line *l)
{
    struct ac_str program = between(l->text, "ProcessImageName: ", ","),
                  file = between(l->text, "MaxTimeFile: ", ", EstimatedImpact");
    struct ac_buf key = {0};
    uint64_t at;
    enum ac_rc rc = AC_OK;

    if (!program.n)
        return AC_OK;
    if (!is_of_user(file))
        file.n = 0;
    ac_buf_adds(&key, program);
    ac_buf_addz(&key, "\n"); /* a line has none */
    ac_buf_adds(&key, file);
    if (key.failed)
        rc = AC_FAIL(m->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a program");
    else if (!ac_set_get(&m->seen, ac_buf_str(&key), &at))
        rc = new_impact(m, l, program, file, ac_buf_str(&key));
    else {
        m->impacts[at].last = l->time;
        m->impacts[at].lines++;
    }
    ac_buf_free(&key);
    return rc;
}

static enum ac_rc tell_impacts(struct mplog *m)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < m->n_impacts; i++) {
        const struct impact *x = &m->impacts[i];
        struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);

        ac_record_textz(r, "artefact", "mplog-impact");
        ac_record_text(r, "program", ac_buf_str(&x->program));
        if (x->file.n)
            ac_record_text(r, "file", ac_buf_str(&x->file));
        ac_record_textz(r, "user", "");
        ac_record_time(r, "first_seen", x->first);
        ac_record_time(r, "last_seen", x->last);
        ac_record_int(r, "lines", x->lines);
        ac_record_prov_int(r, "offset", (int64_t)x->offset);
        rc = ac_sink_emit(m->sink, r, m->err);
    }
    return rc;
}

/* ---- lines */

static const struct {
    const char *begins;
    enum ac_rc (*tell)(struct mplog *m, const struct line *l);
} forms[] = {
    {"DETECTIONEVENT ", detection},
    {"DETECTION_ADD", detection},
    {"DETECTION_CLEANEVENT ", detection},
    {"Engine:EMS detection: ", in_memory},
    {"[RTP] [Mini-filter] Blocked file", blocked},
    {"Engine:command line reported as ", reported},
    {"SDN:Issuing SDN query for ", asked},
    {"ProcessImageName: ", scanned},
};

/* "2021-01-05T08:30:14.500Z " */
static bool take_time(struct ac_str *text, struct ac_filetime *ret)
{
    struct ac_str first = word(text);
    char time[LONGEST_TIME + 1];

    if (first.n > LONGEST_TIME)
        return false;
    memcpy(time, first.p, first.n);
    time[first.n] = '\0';
    if (text->n)
        *text = rest(*text, 1);
    return ac_time_parse(time, ret);
}

static enum ac_rc tell_line(struct mplog *m, struct ac_str text, uint64_t offset)
{
    struct line l = {.text = text, .offset = offset};

    if (text.n == 0 || !take_time(&l.text, &l.time))
        return AC_OK;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (ac_str_istarts(l.text, ac_str_of(forms[i].begins)))
            return forms[i].tell(m, &l);
    }
    return AC_OK;
}

static bool is_wide(struct ac_view v)
{
    return v.n >= 2 && v.p[0] == 0xFF && v.p[1] == 0xFE;
}

static bool is_end(struct ac_view v, size_t at, size_t unit)
{
    return v.p[at] == '\n' && (unit == 1 || v.p[at + 1] == 0);
}

static enum ac_rc read_lines(struct mplog *m, struct ac_view v, struct ac_budget *budget)
{
    size_t unit = is_wide(v) ? 2 : 1;
    struct ac_buf text = {0};
    enum ac_rc rc = AC_OK;

    for (size_t at = is_wide(v) ? 2 : 0, end; rc == AC_OK && at + unit <= v.n; at = end + unit) {
        struct ac_view line;

        for (end = at; end + unit <= v.n && !is_end(v, end, unit);)
            end += unit;
        line = (struct ac_view){v.p + at, end - at, at};
        if (!ac_budget_spend(budget, 1 + line.n / 64))
            rc = AC_FAIL(m->err, AC_LIMIT, at, "more lines than are read");
        ac_buf_clear(&text);
        m->long_lines += line.n > 2 * AC_MAX_PATH_BYTES;
        if (rc != AC_OK || line.n > 2 * AC_MAX_PATH_BYTES)
            continue;
        if (unit == 2)
            ac_text_from_utf16(line, &text, NULL);
        else
            ac_text_from_utf8(line, &text, NULL);
        if (text.n && text.p[text.n - 1] == '\r')
            text.n--;
        rc = text.failed ? AC_FAIL(m->err, AC_NOMEM, at, "no memory for a line")
                         : tell_line(m, ac_buf_str(&text), at);
    }
    ac_buf_free(&text);
    return rc;
}

static bool recognise(const struct ac_artefact *a)
{
    struct ac_str path = ac_str_of(a->path);
    ptrdiff_t at = ac_str_ifind(path, AC_STR("MPLog-"));

    return at >= 0 && (at == 0 || path.p[at - 1] == '/') && ac_str_iends(path, AC_STR(".log"));
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct mplog m = {.sink = sink, .err = err};
    enum ac_rc rc = read_lines(&m, a->bytes, budget);

    if (rc == AC_OK || rc == AC_LIMIT) {
        enum ac_rc told = tell_impacts(&m);

        rc = told == AC_OK ? rc : told;
    }
    if (rc == AC_OK && m.capped)
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_LIMIT, AC_NO_OFFSET,
                             "programs and files that this log names are missing from the report",
                             "it names more than %d of them", AC_MAX_MPLOG_PROGRAMS);
    if (rc == AC_OK && m.long_lines)
        rc = ac_sink_problem(sink, ac_str_of(a->path), AC_LIMIT, AC_NO_OFFSET,
                             "what these lines say is missing from the report",
                             "%" PRIu64 " line(s) of it are too long to be read", m.long_lines);
    for (size_t i = 0; i < m.n_impacts; i++) {
        ac_buf_free(&m.impacts[i].program);
        ac_buf_free(&m.impacts[i].file);
    }
    ac_free(m.impacts);
    ac_set_free(&m.seen);
    return rc;
}

const struct ac_parser ac_parser_mplog = {
    .name = "mplog", .source = "mplog", .recognise = recognise, .parse = parse};
