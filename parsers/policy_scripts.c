#include "policy_scripts.h"

#include "base/alloc.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

struct script {
    const char *section; /* Borrowed: one of `sections` */
    unsigned number;
    struct ac_view command, parameters; /* as stored; base: in the file */
};

struct scripts {
    const struct ac_artefact *artefact;
    size_t unit; /* bytes of a character: 2 of UTF-16, else 1 */
    struct script *items;
    size_t n, cap;
};

static bool recognise(const struct ac_artefact *a)
{
    static const char *const names[] = {"scripts.ini", "psscripts.ini"};
    struct ac_str path = ac_str_of(a->path);

    for (size_t i = 0; i < 2; i++) {
        struct ac_str name = ac_str_of(names[i]);

        if (ac_str_iends(path, name) && (path.n == name.n || path.p[path.n - name.n - 1] == '/'))
            return true;
    }
    return false;
}

/* ---- lines */

static struct ac_str trimmed(struct ac_str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (struct ac_str){s.p + 1, s.n - 1};
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* The same for a value as it is stored. */
static bool is_blank(const struct scripts *s, const uint8_t *p)
{
    unsigned c = s->unit == 2 ? ac_le16(p) : *p;

    return c == ' ' || c == '\t';
}

static struct ac_view trimmed_value(const struct scripts *s, struct ac_view raw)
{
    while (raw.n >= s->unit && is_blank(s, raw.p))
        raw = (struct ac_view){raw.p + s->unit, raw.n - s->unit, raw.base + s->unit};
    while (raw.n >= s->unit && is_blank(s, raw.p + raw.n - s->unit))
        raw.n -= s->unit;
    return raw;
}

/* "[Startup]"; what stands behind it does not count. */
static const char *section_of(struct ac_str line)
{
    static const char *const sections[] = {"Startup", "Shutdown", "Logon", "Logoff"};
    const char *end = memchr(line.p, ']', line.n);
    struct ac_str name = {line.p + 1, end ? (size_t)(end - line.p) - 1 : line.n - 1};

    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (ac_str_ieq(trimmed(name), ac_str_of(sections[i])))
            return sections[i];
    }
    return NULL;
}

/* The script of that number; another one, when its command is there already: which of the two Windows starts is not for
 * us to say. */
static struct script *script_of(struct scripts *s, const char *section, unsigned number,
                                bool command)
{
    struct script *x;

    for (size_t i = s->n; i-- > 0;) {
        x = &s->items[i];
        if (x->section == section && x->number == number) {
            if (command && x->command.n)
                break;
            return x;
        }
    }
    if (ac_grow((void **)&s->items, &s->cap, s->n + 1, sizeof(*s->items)) != 0)
        return NULL;
    x = &s->items[s->n++];
    *x = (struct script){.section = section, .number = number};
    return x;
}

/* "0CmdLine=": what is before the value is ASCII, so that its length is that of the stored bytes. */
static enum ac_rc take(struct scripts *s, const char *section, struct ac_str line,
                       struct ac_view raw, struct ac_err *err)
{
    const char *equal = memchr(line.p, '=', line.n);
    struct ac_str name = trimmed((struct ac_str){line.p, equal ? (size_t)(equal - line.p) : 0});
    struct script *x;
    size_t digits = 0, skip = equal ? ((size_t)(equal - line.p) + 1) * s->unit : 0;
    unsigned number = 0;
    bool command;

    for (; digits < name.n && digits < 9 && isdigit((unsigned char)name.p[digits]); digits++)
        number = 10 * number + (unsigned)(name.p[digits] - '0');
    name = (struct ac_str){name.p + digits, name.n - digits};
    command = ac_str_ieq(name, AC_STR("CmdLine"));
    if (digits == 0 || (!command && !ac_str_ieq(name, AC_STR("Parameters"))))
        return AC_OK;
    if (s->n >= AC_MAX_POLICY_SCRIPTS)
        return AC_FAIL(err, AC_LIMIT, raw.base, "more scripts than are read");
    x = script_of(s, section, number, command);
    if (!x)
        return AC_FAIL(err, AC_NOMEM, raw.base, "no memory for a script");
    raw = trimmed_value(s, (struct ac_view){raw.p + skip, raw.n - skip, raw.base + skip});
    if (command)
        x->command = raw;
    else if (!x->parameters.n)
        x->parameters = raw;
    return AC_OK;
}

static void decode(const struct scripts *s, struct ac_view raw, struct ac_buf *out)
{
    if (s->unit == 2)
        ac_text_from_utf16(raw, out, NULL);
    else
        ac_text_from_utf8(raw, out, NULL);
}

static bool ends_line(const struct scripts *s, const uint8_t *p)
{
    unsigned c = s->unit == 2 ? ac_le16(p) : *p;

    return c == '\r' || c == '\n';
}

/* Bytes of the byte order mark. */
static size_t mark_of(struct ac_view v)
{
    if (v.n >= 2 && v.p[0] == 0xFF && v.p[1] == 0xFE)
        return 2;
    return v.n >= 3 && memcmp(v.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static enum ac_rc read_lines(struct scripts *s, struct ac_budget *budget, struct ac_err *err)
{
    struct ac_view v = s->artefact->bytes;
    const char *section = NULL;
    struct ac_buf line = {0};
    enum ac_rc rc = AC_OK;

    for (size_t at = mark_of(v), end; rc == AC_OK && at + s->unit <= v.n; at = end + s->unit) {
        struct ac_view raw;
        struct ac_str text;

        for (end = at; end + s->unit <= v.n && !ends_line(s, v.p + end);)
            end += s->unit;
        raw = (struct ac_view){v.p + at, end - at, at};
        ac_buf_clear(&line);
        decode(s, raw, &line);
        text = trimmed(ac_buf_str(&line));
        if (!ac_budget_spend(budget, 1 + raw.n / 64 + s->n / 16))
            rc = AC_FAIL(err, AC_LIMIT, at, "more lines than are read");
        else if (line.failed)
            rc = AC_FAIL(err, AC_NOMEM, at, "no memory for a line");
        else if (text.n && text.p[0] == '[')
            section = section_of(text);
        else if (section)
            rc = take(s, section, ac_buf_str(&line), raw, err);
    }
    ac_buf_free(&line);
    return rc;
}

/* ---- records */

static bool has_folder(struct ac_str command)
{
    return memchr(command.p, '\\', command.n) || memchr(command.p, '/', command.n) ||
           memchr(command.p, ':', command.n) || memchr(command.p, '%', command.n);
}

/* "%SystemRoot%\System32\GroupPolicy\Machine\Scripts\Startup\" */
static void add_folder(const struct scripts *s, const char *section, struct ac_buf *out)
{
    struct ac_str path = ac_str_of(s->artefact->path);
    long at = ac_str_ifind(path, AC_STR("System32/"));
    size_t end = path.n, begin = out->n;

    if (at < 0)
        return;
    while (end > 0 && path.p[end - 1] != '/')
        end--;
    ac_buf_addz(out, "%SystemRoot%\\");
    ac_buf_add(out, path.p + at, end - (size_t)at);
    ac_buf_addf(out, "%s\\", section);
    for (size_t i = begin; i < out->n; i++)
        out->p[i] = (char)(out->p[i] == '/' ? '\\' : out->p[i]);
}

static void command_of(const struct scripts *s, const struct script *x, struct ac_buf *out)
{
    struct ac_buf command = {0};
    bool quote;

    decode(s, x->command, &command);
    quote = !has_folder(ac_buf_str(&command));
    if (quote) {
        ac_buf_addc(out, '"');
        add_folder(s, x->section, out);
    }
    ac_buf_adds(out, ac_buf_str(&command));
    if (quote)
        ac_buf_addc(out, '"');
    if (x->parameters.n) {
        ac_buf_addc(out, ' ');
        decode(s, x->parameters, out);
    }
    out->failed |= command.failed;
    ac_buf_free(&command);
}

static struct ac_record *new_record(const struct scripts *s, const struct script *x)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);
    struct ac_buf location = {0}, name = {0}, command = {0};

    ac_buf_addf(&location, "%s [%s]", s->artefact->path, x->section);
    ac_buf_addf(&name, "%uCmdLine", x->number);
    command_of(s, x, &command);
    ac_record_text(r, "location", ac_buf_str(&location));
    ac_record_text(r, "name", ac_buf_str(&name));
    ac_record_text(r, "command", ac_buf_str(&command));
    ac_record_textz(r, "user", s->artefact->user);
    ac_record_textz(r, "mechanism", "policy-script");
    ac_record_prov_int(r, "offset", (int64_t)x->command.base);
    if (location.failed || name.failed || command.failed) {
        ac_record_free(r);
        r = NULL;
    }
    ac_buf_free(&location);
    ac_buf_free(&name);
    ac_buf_free(&command);
    return r;
}

static enum ac_rc emit(const struct scripts *s, struct ac_sink *sink, struct ac_err *err)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < s->n; i++) {
        struct ac_record *r = s->items[i].command.n ? new_record(s, &s->items[i]) : NULL;

        if (r)
            rc = ac_sink_emit(sink, r, err);
        else if (s->items[i].command.n)
            rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a script");
    }
    return rc;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_view v = a->bytes;
    struct scripts s = {.artefact = a, .unit = 1};
    enum ac_rc rc, sent;

    if (mark_of(v) == 2)
        s.unit = 2;
    rc = read_lines(&s, budget, err);
    sent = rc == AC_NOMEM ? rc : emit(&s, sink, err);
    ac_free(s.items);
    return sent == AC_OK ? rc : sent;
}

const struct ac_parser ac_parser_policy_scripts = {
    .name = "policy-scripts", .source = "policy-script", .recognise = recognise, .parse = parse};
