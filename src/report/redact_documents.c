/* Redaction of the forms that documents have: where text stands in them, and what must not be touched. */
#include "report/redact.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define MARGIN 6 /* columns for the number of a statement: text_layout.h */

/* ---- text reports */

static size_t line_end(struct ac_str raw, size_t at)
{
    const char *feed = memchr(raw.p + at, '\n', raw.n - at);

    return feed ? (size_t)(feed - raw.p) : raw.n;
}

static bool has_number(struct ac_str raw, size_t at, size_t end)
{
    size_t i = at;

    while (i < end && (raw.p[i] == ' ' || isdigit((unsigned char)raw.p[i])))
        i++;
    return end - at > MARGIN && isdigit((unsigned char)raw.p[at + MARGIN - 2]) &&
           raw.p[at + MARGIN - 1] == ' ' && i >= at + MARGIN;
}

/* Where the text of a line begins, and a cell for how it hangs together with the line before. */
static size_t begin_line(struct ac_redact_cells *cells, struct ac_str raw, size_t at, size_t end)
{
    if (cells->n)
        ac_redact_cell_add(cells, AC_REDACT_BREAK, at, at);
    if (has_number(raw, at, end))
        at += MARGIN;
    while (at < end && raw.p[at] == ' ')
        at++;
    return at;
}

/* Reports have pages, next-steps none. */
static bool begins_page(struct ac_str raw, size_t at)
{
    size_t rule = line_end(raw, at) + 1;

    return raw.p[at] == '\f' ||
           (at == 0 && rule + 3 <= raw.n && memcmp(raw.p + rule, "---", 3) == 0);
}

/* The head of a page: its line, a rule, an empty line. It stands inside of statements that go over the page. */
static size_t skip_head(struct ac_str raw, size_t at)
{
    for (int i = 0; i < 3 && at < raw.n; i++)
        at = line_end(raw, at) + 1;
    return at < raw.n ? at : raw.n;
}

static size_t one(const struct ac_redact *r, struct ac_str raw, size_t from, size_t to,
                  struct ac_buf *out)
{
    struct ac_redact_cells cells = {0};
    size_t labels;

    ac_redact_cells_utf8(&cells, raw, from, to);
    labels = cells.failed ? SIZE_MAX : ac_redact_piece(r, &cells, raw, from, to, out);
    ac_redact_cells_free(&cells);
    return labels;
}

static size_t add(size_t a, size_t b)
{
    return a == SIZE_MAX || b == SIZE_MAX ? SIZE_MAX : a + b;
}

/* What the cells hold; afterwards there are none. */
static size_t flush(const struct ac_redact *r, struct ac_redact_cells *cells, struct ac_str raw,
                    size_t from, size_t to, struct ac_buf *out)
{
    size_t labels = cells->failed ? SIZE_MAX : ac_redact_piece(r, cells, raw, from, to, out);

    cells->n = 0;
    return labels;
}

/* Statement by statement: a name does not go from one into the next, and all characters of a long report at once would be
 * too many. */
static size_t body(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out)
{
    struct ac_redact_cells cells = {0};
    size_t labels = 0, from = 0;

    for (size_t at = 0; at < raw.n;) {
        size_t end;

        if (begins_page(raw, at)) {
            at = skip_head(raw, at);
            continue;
        }
        end = line_end(raw, at);
        if (at == end || has_number(raw, at, end)) {
            labels = add(labels, flush(r, &cells, raw, from, at, out));
            from = at;
        }
        ac_redact_cells_utf8(&cells, raw, begin_line(&cells, raw, at, end), end);
        at = end + 1;
    }
    labels = add(labels, flush(r, &cells, raw, from, raw.n, out));
    ac_redact_cells_free(&cells);
    return labels;
}

/* The first line of each page alone; the rest as it is. */
static size_t heads(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out)
{
    size_t labels = 0;

    for (size_t at = 0; at < raw.n;) {
        size_t end = line_end(raw, at);

        end += end < raw.n;
        if (begins_page(raw, at))
            labels = add(labels, one(r, raw, at, end, out));
        else if (out)
            ac_buf_add(out, raw.p + at, end - at);
        at = end;
    }
    return labels;
}

size_t ac_redact_report(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out)
{
    struct ac_buf middle = {0};
    size_t labels;

    if (!out)
        return add(heads(r, raw, NULL), body(r, raw, NULL));
    labels = heads(r, raw, &middle);
    labels = add(labels, body(r, ac_buf_str(&middle), out));
    labels = middle.failed ? SIZE_MAX : labels;
    ac_buf_free(&middle);
    return labels;
}

/* ---- tables and lists, a row a line */

size_t ac_redact_lines(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out)
{
    size_t labels = 0;

    for (size_t at = 0; at < raw.n;) {
        size_t end = line_end(raw, at);

        end += end < raw.n;
        labels = add(labels, one(r, raw, at, end, out));
        at = end;
    }
    return labels;
}

/* ---- HTML of ours: markup is never touched, so a name that is a word of it does no harm */

/* Text with references, as characters. */
static void add_escaped(struct ac_redact_cells *cells, struct ac_str raw, size_t from, size_t to)
{
    static const struct {
        struct ac_str text;
        unsigned c;
    } references[] = {{AC_STR("&amp;"), '&'},  {AC_STR("&lt;"), '<'},   {AC_STR("&gt;"), '>'},
                      {AC_STR("&quot;"), '"'}, {AC_STR("&#39;"), '\''}, {AC_STR("&#183;"), 0xB7}};

    while (from < to) {
        size_t end = from, i = 0;
        const char *mark = memchr(raw.p + from, '&', to - from);

        end = mark ? (size_t)(mark - raw.p) : to;
        ac_redact_cells_utf8(cells, raw, from, end);
        for (i = 0; end < to && i < sizeof(references) / sizeof(references[0]); i++) {
            struct ac_str text = references[i].text;

            if (to - end >= text.n && memcmp(raw.p + end, text.p, text.n) == 0) {
                ac_redact_cell_add(cells, references[i].c, end, end + text.n);
                end += text.n - 1;
                break;
            }
        }
        from = end + 1;
    }
}

static size_t escaped(const struct ac_redact *r, struct ac_str raw, size_t from, size_t to,
                      struct ac_buf *out)
{
    struct ac_redact_cells cells = {0};
    size_t labels;

    add_escaped(&cells, raw, from, to);
    labels = cells.failed ? SIZE_MAX : ac_redact_piece(r, &cells, raw, from, to, out);
    ac_redact_cells_free(&cells);
    return labels;
}

/* Attributes that show text of the report, or are made of it. */
static bool is_of_text(struct ac_str name)
{
    static const char *const names[] = {"title", "alt",  "aria-label",      "data-k",
                                        "id",    "href", "aria-labelledby", "value"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_eq(name, ac_str_of(names[i])))
            return true;
    }
    return false;
}

/* Ids that the style and the script of the document know: with a label in their place it would lose its form. */
static bool is_of_form(struct ac_str id)
{
    static const char *const ids[] = {"page", "report", "lang-en", "lang-ja"};

    if (id.n && id.p[0] == '#')
        id = (struct ac_str){id.p + 1, id.n - 1};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        if (ac_str_eq(id, ac_str_of(ids[i])))
            return true;
    }
    return false;
}

/* A tag in raw[from, to): its values of such attributes. */
static size_t tag(const struct ac_redact *r, struct ac_str raw, size_t from, size_t to,
                  struct ac_buf *out)
{
    size_t labels = 0, copied = from;

    for (size_t at = from; at < to;) {
        struct ac_str attribute;
        const char *equals = memmem(raw.p + at, to - at, "=\"", 2);
        size_t value = equals ? (size_t)(equals - raw.p) + 2 : to, name = value, end;
        const char *quote = value < to ? memchr(raw.p + value, '"', to - value) : NULL;

        if (!quote)
            break;
        end = (size_t)(quote - raw.p);
        name = value - 2;
        while (name > from && raw.p[name - 1] != ' ')
            name--;
        attribute = (struct ac_str){raw.p + name, value - 2 - name};
        if (is_of_text(attribute) &&
            !((ac_str_eq(attribute, AC_STR("id")) || ac_str_eq(attribute, AC_STR("href"))) &&
              is_of_form((struct ac_str){raw.p + value, end - value}))) {
            if (out)
                ac_buf_add(out, raw.p + copied, value - copied);
            labels = add(labels, escaped(r, raw, value, end, out));
            copied = end;
        }
        at = end + 1;
    }
    if (out)
        ac_buf_add(out, raw.p + copied, to - copied);
    return labels;
}

static size_t end_of(struct ac_str raw, size_t at, const char *text)
{
    const char *found = memmem(raw.p + at, raw.n - at, text, strlen(text));

    return found ? (size_t)(found - raw.p) + strlen(text) : raw.n;
}

static bool begins(struct ac_str raw, size_t at, const char *text)
{
    return raw.n - at >= strlen(text) && memcmp(raw.p + at, text, strlen(text)) == 0;
}

size_t ac_redact_html(const struct ac_redact *r, struct ac_str raw, struct ac_buf *out)
{
    size_t labels = 0;

    for (size_t at = 0; at < raw.n;) {
        const char *mark = memchr(raw.p + at, '<', raw.n - at);
        size_t end = mark ? (size_t)(mark - raw.p) : raw.n;

        labels = add(labels, escaped(r, raw, at, end, out));
        at = end;
        if (begins(raw, at, "<style>") || begins(raw, at, "<script>")) {
            end = end_of(raw, at, raw.p[at + 2] == 't' ? "</style>" : "</script>");
            if (out)
                ac_buf_add(out, raw.p + at, end - at);
        } else if (at < raw.n) {
            end = end_of(raw, at, ">");
            labels = add(labels, tag(r, raw, at, end, out));
        }
        at = end;
    }
    return labels;
}

/* ---- JSON */

static bool is_one_of(const char *member, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(member, names[i]) == 0)
            return true;
    }
    return false;
}

/* "R-000123", "F-001": ids that we gave */
static bool is_own_id(struct ac_str s)
{
    size_t i = 2;

    if (s.n < 3 || (s.p[0] != 'R' && s.p[0] != 'F') || s.p[1] != '-')
        return false;
    while (i < s.n && isdigit((unsigned char)s.p[i]))
        i++;
    return i == s.n;
}

/* Texts that are ours or digests stay, by the member that they stand in; so a short name does not hit them. Whatever
 * else stands there is text like any other: an id that the examiner gave, a file that records came from. */
static bool is_closed(const char *member, struct ac_str text)
{
    static const char *const ids[] = {"id", "record", "records", "findings", "target_file"},
                             *const digests[] = {"sha256",         "md5",      "sha1",
                                                 "rules_sha256",   "computed", "stored",
                                                 "manifest_sha256"},
                             *const words[] = {"kind",     "schema", "state",
                                               "strength", "scale",  "result"};

    if (is_one_of(member, ids, sizeof(ids) / sizeof(ids[0])))
        return is_own_id(text);
    if (is_one_of(member, digests, sizeof(digests) / sizeof(digests[0])))
        return strspn(text.p, "0123456789abcdef") == text.n;
    return is_one_of(member, words, sizeof(words) / sizeof(words[0]));
}

static bool is_hex(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isxdigit((unsigned char)text[i]))
            return false;
    }
    return n >= 8 && n % 2 == 0;
}

/* Of bytes in hexadecimal nothing stays when a name is among them: a part of them would be no value. */
static size_t redact_text(const struct ac_redact *r, json_t *value)
{
    struct ac_str raw = {json_string_value(value), json_string_length(value)};
    struct ac_buf out = {0};
    size_t labels = one(r, raw, 0, raw.n, &out);

    if (labels && labels != SIZE_MAX) {
        const char *label = strstr(ac_buf_text(&out), "[REDACTED-"), *text = ac_buf_text(&out);
        size_t n = out.n;

        if (is_hex(raw.p, raw.n) && label) {
            text = label;
            n = strcspn(label, "]") + 1;
        }
        if (out.failed || json_string_setn(value, text, n) != 0)
            labels = SIZE_MAX;
    }
    ac_buf_free(&out);
    return labels;
}

/* "raw" of a record: the bytes of its texts. With a name in the record they may hold it in any encoding; what is left is
 * an empty run of bytes, which the schema allows. */
static bool drop_bytes(json_t *raw)
{
    const char *member;
    json_t *item;
    bool ok = true;

    json_object_foreach (raw, member, item)
        ok = (!json_is_string(item) || json_string_set(item, "") == 0) && ok;
    return ok;
}

/* What stands in a member of an object; the texts of a list belong to the member, too. */
static size_t redact_member(const struct ac_redact *r, const char *member, json_t *value)
{
    size_t labels = 0, i;
    json_t *item;

    if (json_is_string(value))
        return is_closed(member,
                         (struct ac_str){json_string_value(value), json_string_length(value)})
                   ? 0
                   : redact_text(r, value);
    json_array_foreach (value, i, item)
        labels = add(labels, redact_member(r, member, item));
    return json_is_object(value) ? ac_redact_json(r, value) : labels;
}

size_t ac_redact_json(const struct ac_redact *r, json_t *value)
{
    size_t labels = json_is_object(value) ? 0 : redact_member(r, "", value);
    const char *member;
    json_t *item;

    json_object_foreach (value, member, item)
        labels = add(labels, redact_member(r, member, item));
    if (labels && labels != SIZE_MAX && !drop_bytes(json_object_get(value, "raw")))
        return SIZE_MAX;
    return labels;
}
