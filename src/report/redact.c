/* Names, and where they stand in a piece of text. */
#include "report/redact.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_WORD                                                                                 \
    2 /* names up to this many characters must stand alone, ideographs: up to one less */
#define LEAST_CUT                                                                                  \
    4 /* characters before "..." that are taken for a shortened name; ideographs: half of it */
#define LEAST_HEX                                                                                  \
    3 /* characters of a name that is looked for in UTF-16 hexadecimal, ideographs: one less */
#define LEAST_BYTES 4 /* bytes of one in 8-bit hexadecimal */

struct ac_redact_name {
    unsigned *text; /* Owned: characters, folded */
    size_t n;
    unsigned *units; /* Owned: UTF-16, each unit folded */
    size_t n_units;
    unsigned *bytes; /* Owned: UTF-8, each byte folded */
    size_t n_bytes;
    char *reason; /* Owned */
    size_t label, count;
};

static unsigned fold(unsigned c)
{
    return c == '\\' ? '/' : ac_fold_char(c);
}

/* The names of files in recipes keep letters, digits and dots; for each other byte they have "_". */
static bool is_kept(unsigned c)
{
    return c == '.' || (c < 0x80 && isalnum((int)c));
}

static int hex_digit(unsigned c)
{
    if (c >= '0' && c <= '9')
        return (int)c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (int)c - 'a' + 10 : -1;
}

/* Letters and digits of scripts that part words by blanks. */
static bool is_letter(unsigned c)
{
    if (c < 0x80)
        return isalnum((int)c);
    return (c >= 0xC0 && c < 0x2000) || (c >= 0xFF10 && c <= 0xFF19) ||
           (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
}

/* Of scripts that do not: kana, ideographs and what is like them. Names of two are common. */
static bool is_ideograph(unsigned c)
{
    return c == 0x3005 || (c >= 0x3041 && c < 0xFE00) || (c >= 0xFF66 && c < 0xFFE0) ||
           (c >= 0x20000 && c < 0x40000);
}

/* ---- names */

static void name_free(struct ac_redact_name *name)
{
    if (!name)
        return;
    ac_free(name->text);
    ac_free(name->units);
    ac_free(name->bytes);
    ac_free(name->reason);
    ac_free(name);
}

static void index_free(struct ac_redact_index *x)
{
    for (size_t i = 0; i < 256; i++)
        ac_free(x->items[i]);
}

void ac_redact_free(struct ac_redact *r)
{
    for (size_t i = 0; i < r->n; i++)
        name_free(r->items[i]);
    index_free(&r->by_text);
    index_free(&r->by_units);
    index_free(&r->by_bytes);
    ac_free(r->items);
    ac_free(r->order);
    *r = (struct ac_redact){0};
}

/* The next character; a name that was copied out of a report may have "\u{200B}" for it. */
static unsigned name_char(struct ac_str text, size_t *i)
{
    size_t at = *i + 3;
    unsigned value = 0;

    if (text.n - *i < 5 || memcmp(text.p + *i, "\\u{", 3) != 0)
        return ac_utf8_next(text, i);
    while (at < text.n && at < *i + 9 && hex_digit((unsigned char)text.p[at]) >= 0)
        value = value << 4 | (unsigned)hex_digit((unsigned char)text.p[at++]);
    if (at == *i + 3 || at == text.n || text.p[at] != '}')
        return ac_utf8_next(text, i);
    *i = at + 1;
    return value;
}

static struct ac_redact_name *name_new(struct ac_str text, struct ac_str reason)
{
    struct ac_redact_name *name = ac_calloc(1, sizeof(*name));

    if (!name)
        return NULL;
    name->text = ac_calloc(text.n + 1, sizeof(*name->text));
    name->units = ac_calloc(2 * text.n + 1, sizeof(*name->units));
    name->bytes = ac_calloc(text.n + 1, sizeof(*name->bytes));
    name->reason = ac_calloc(reason.n + 1, 1);
    if (!name->text || !name->units || !name->bytes || !name->reason) {
        name_free(name);
        return NULL;
    }
    memcpy(name->reason, reason.p, reason.n);
    for (size_t i = 0; i < text.n; i++)
        name->bytes[name->n_bytes++] = fold((unsigned char)text.p[i]);
    for (size_t i = 0; i < text.n;) {
        unsigned c = name_char(text, &i);

        name->text[name->n++] = fold(c);
        if (c >= 0x10000) {
            name->units[name->n_units++] = 0xD800 + ((c - 0x10000) >> 10);
            name->units[name->n_units++] = 0xDC00 + ((c - 0x10000) & 0x3FF);
        } else {
            name->units[name->n_units++] = fold(c);
        }
    }
    return name;
}

static bool is_known(const struct ac_redact *r, const struct ac_redact_name *name)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->items[i]->n == name->n &&
            memcmp(r->items[i]->text, name->text, name->n * sizeof(*name->text)) == 0)
            return true;
    }
    return false;
}

enum ac_rc ac_redact_add(struct ac_redact *r, struct ac_str text, struct ac_str reason,
                         struct ac_err *err)
{
    struct ac_redact_name *name;
    bool exact = true;
    struct ac_buf clean = {0};

    ac_text_from_utf8((struct ac_view){(const uint8_t *)text.p, text.n, 0}, &clean, &exact);
    ac_buf_free(&clean);
    if (!exact || text.n > AC_MAX_REDACT_NAME)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "a name is no text in UTF-8, or too long");
    if (r->n == AC_MAX_REDACT_NAMES)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "more than %d names", AC_MAX_REDACT_NAMES);
    name = name_new(text, reason);
    if (name && name->n < (name->n && is_ideograph(name->text[0]) ? 1 : 2)) {
        name_free(name);
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "\"%.*s\" is too short to be replaced",
                       (int)text.n, text.p);
    }
    if (name && is_known(r, name)) {
        name_free(name);
        return AC_OK;
    }
    if (!name || ac_grow((void **)&r->items, &r->cap, r->n + 1, sizeof(*r->items)) != 0) {
        name_free(name);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the names");
    }
    name->label = r->n;
    r->items[r->n++] = name;
    return AC_OK;
}

static int longest_first(const void *a, const void *b)
{
    const struct ac_redact_name *x = *(struct ac_redact_name *const *)a,
                                *y = *(struct ac_redact_name *const *)b;

    return x->n != y->n ? (x->n < y->n) - (x->n > y->n)
                        : (x->label > y->label) - (x->label < y->label);
}

static bool index_add(struct ac_redact_index *x, unsigned key, struct ac_redact_name *name)
{
    key &= 0xFF;
    if (ac_grow((void **)&x->items[key], &x->cap[key], x->n[key] + 1, sizeof(name)) != 0)
        return false;
    x->items[key][x->n[key]++] = name;
    return true;
}

static bool add_to_indexes(struct ac_redact *r, struct ac_redact_name *name)
{
    unsigned c = name->text[0];

    return index_add(&r->by_text, c, name) &&
           (is_kept(c) || (c & 0xFF) == '_' || index_add(&r->by_text, '_', name)) &&
           (name->n_units + is_ideograph(c) < LEAST_HEX ||
            index_add(&r->by_units, name->units[0], name)) &&
           (name->n_bytes < LEAST_BYTES || index_add(&r->by_bytes, name->bytes[0], name));
}

/* A reason is shown, and may name someone, too. */
static bool redact_reason(struct ac_redact *r, struct ac_redact_name *name)
{
    struct ac_redact_cells cells = {0};
    struct ac_buf text = {0}, out = {0};
    bool ok;

    ac_text_from_utf8((struct ac_view){(const uint8_t *)name->reason, strlen(name->reason), 0},
                      &text, NULL);
    ac_redact_cells_utf8(&cells, ac_buf_str(&text), 0, text.n);
    ac_redact_piece(r, &cells, ac_buf_str(&text), 0, text.n, &out);
    ac_buf_addc(&out, '\0');
    ok = !text.failed && !cells.failed && !out.failed;
    if (ok) {
        ac_free(name->reason);
        name->reason = out.p;
        out = (struct ac_buf){0};
    }
    ac_redact_cells_free(&cells);
    ac_buf_free(&text);
    ac_buf_free(&out);
    return ok;
}

enum ac_rc ac_redact_ready(struct ac_redact *r, struct ac_err *err)
{
    bool ok;

    r->order = ac_calloc(r->n + 1, sizeof(*r->order));
    ok = r->order != NULL;
    for (size_t i = 0; ok && i < r->n; i++)
        r->order[i] = r->items[i];
    if (ok && r->n)
        qsort(r->items, r->n, sizeof(*r->items), longest_first);
    for (size_t i = 0; ok && i < r->n; i++)
        ok = add_to_indexes(r, r->items[i]);
    for (size_t i = 0; ok && i < r->n; i++)
        ok = redact_reason(r, r->items[i]);
    for (size_t i = 0; i < r->n; i++) /* counted are those in documents */
        r->items[i]->count = 0;
    return ok ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the names");
}

size_t ac_redact_count(const struct ac_redact *r, size_t label)
{
    return r->order[label]->count;
}

const char *ac_redact_reason(const struct ac_redact *r, size_t label)
{
    return r->order[label]->reason;
}

/* ---- cells */

void ac_redact_cell_add(struct ac_redact_cells *cells, unsigned c, size_t off, size_t end)
{
    if (ac_grow((void **)&cells->items, &cells->cap, cells->n + 1, sizeof(*cells->items)) != 0)
        cells->failed = true;
    else
        cells->items[cells->n++] = (struct ac_redact_cell){c, off, end};
}

/* Bytes of the sequence that begins here, 0: none does. */
static size_t utf8_length(struct ac_str raw, size_t at, size_t to)
{
    unsigned char c = (unsigned char)raw.p[at];
    size_t n = c < 0x80                ? 1
               : c >= 0xC2 && c < 0xE0 ? 2
               : c >= 0xE0 && c < 0xF0 ? 3
               : c >= 0xF0 && c < 0xF5 ? 4
                                       : 0;

    if (at + n > to)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)raw.p[at + i] & 0xC0) != 0x80)
            return 0;
    }
    return n;
}

void ac_redact_cells_utf8(struct ac_redact_cells *cells, struct ac_str raw, size_t from, size_t to)
{
    while (from < to) {
        size_t n = utf8_length(raw, from, to), i = from;

        if (n)
            ac_redact_cell_add(cells, ac_utf8_next(raw, &i), from, from + n);
        else
            ac_redact_cell_add(cells, AC_REDACT_BARRIER, from, from + 1);
        from += n ? n : 1;
    }
}

void ac_redact_cells_free(struct ac_redact_cells *cells)
{
    ac_free(cells->items);
    *cells = (struct ac_redact_cells){0};
}

/* ---- finding; each returns the index behind the name, 0: it is not here */

/* The character at *i, over ends of lines; *i moves behind it. */
static unsigned next_char(const struct ac_redact_cells *cells, size_t *i)
{
    while (*i < cells->n && cells->items[*i].c == AC_REDACT_BREAK)
        ++*i;
    return *i < cells->n ? cells->items[(*i)++].c : AC_REDACT_BARRIER;
}

static size_t find_literal(const struct ac_redact_cells *cells, size_t at, const char *text)
{
    size_t i = at;

    for (; *text; text++) {
        if (next_char(cells, &i) != (unsigned char)*text)
            return 0;
    }
    return i;
}

/* "\u{200B}", as ac_text_safe() shows characters that are not to be seen. */
static size_t find_shown(const struct ac_redact_cells *cells, size_t at, unsigned *ret)
{
    size_t i = find_literal(cells, at, "\\u{");
    unsigned value = 0;

    for (int digits = 0; i && digits <= 6; digits++) {
        unsigned c = next_char(cells, &i);
        int digit = hex_digit(c);

        if (c == '}' && digits) {
            *ret = value;
            return i;
        }
        if (digit < 0)
            return 0;
        value = value << 4 | (unsigned)digit;
    }
    return 0;
}

static size_t find_underscores(const struct ac_redact_cells *cells, size_t at, unsigned want)
{
    unsigned n = is_kept(want) ? 0 : want < 0x80 ? 1 : want < 0x800 ? 2 : want < 0x10000 ? 3 : 4;
    size_t i = at;

    for (unsigned k = 0; k < n; k++) {
        if (next_char(cells, &i) != '_')
            return 0;
    }
    return n ? i : 0;
}

/* One character of a name, as it is or as reports write it: quoted for a shell, doubled in a table, shown by its number,
 * replaced in the name of a file. */
static size_t find_char(const struct ac_redact_cells *cells, size_t at, unsigned want)
{
    unsigned shown;
    size_t i;

    if ((want == '\'' && (i = find_literal(cells, at, "'\\''"))) ||
        (want == '"' && (i = find_literal(cells, at, "\"\""))))
        return i;
    if (cells->items[at].c < AC_REDACT_BREAK && fold(cells->items[at].c) == want)
        return at + 1;
    if ((i = find_shown(cells, at, &shown)) && fold(shown) == want)
        return i;
    return find_underscores(cells, at, want);
}

/* The character at i, a barrier where there is none. */
static unsigned char_at(const struct ac_redact_cells *cells, size_t i)
{
    return i < cells->n ? cells->items[i].c : AC_REDACT_BARRIER;
}

static unsigned char_before(const struct ac_redact_cells *cells, size_t i)
{
    return i ? cells->items[i - 1].c : AC_REDACT_BARRIER;
}

/* Is it part of a longer word there? Among ideographs that can only be said of a single one, and not for sure. */
static bool is_in_word(const struct ac_redact_name *name, unsigned before, unsigned after)
{
    unsigned first = name->text[0], last = name->text[name->n - 1];

    if (name->n == 1 && is_ideograph(first))
        return is_ideograph(before) || is_ideograph(after);
    return (is_letter(first) && is_letter(before)) || (is_letter(last) && is_letter(after));
}

static size_t least_cut(const struct ac_redact_name *name)
{
    return is_ideograph(name->text[0]) ? LEAST_CUT / 2 : LEAST_CUT;
}

/* "..." or " ..." */
static bool is_cut(const struct ac_redact_cells *cells, size_t i)
{
    if (i < cells->n && cells->items[i].c == ' ')
        i++;
    return i < cells->n && (cells->items[i].c == 0x2026 || find_literal(cells, i, "..."));
}

static size_t find_text(const struct ac_redact_cells *cells, size_t at,
                        const struct ac_redact_name *name)
{
    size_t i = at, k = 0, next;
    bool spelled = name->text[0] == '_'; /* a line of underscores is no name */

    while (k < name->n) {
        if (i == cells->n)
            return 0;
        if (cells->items[i].c == AC_REDACT_BREAK && k) {
            k += name->text[k] == ' ';
            i++;
        } else if ((next = find_char(cells, i, name->text[k]))) {
            spelled |= cells->items[i].c != '_';
            i = next;
            k++;
        } else if (k >= least_cut(name) && spelled && is_cut(cells, i) &&
                   !(is_letter(name->text[0]) && is_letter(char_before(cells, at)))) {
            return i;
        } else {
            return 0;
        }
    }
    if (name->n <= WHOLE_WORD && is_in_word(name, char_before(cells, at), char_at(cells, i)))
        return 0;
    return spelled ? i : 0;
}

/* The byte in hexadecimal at *i, which moves behind it; -1: there is none. */
static int hex_byte(const struct ac_redact_cells *cells, size_t *i)
{
    int value = 0;

    for (int digits = 0; digits < 2; ++*i) {
        int digit;

        if (*i == cells->n)
            return -1;
        if (cells->items[*i].c == AC_REDACT_BREAK)
            continue;
        digit = hex_digit(cells->items[*i].c);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
        digits++;
    }
    return value;
}

static size_t find_hex(const struct ac_redact_cells *cells, size_t at, const unsigned *want,
                       size_t n, bool wide)
{
    size_t i = at;

    for (size_t k = 0; k < n; k++) {
        int low = hex_byte(cells, &i), high = low >= 0 && wide ? hex_byte(cells, &i) : 0;

        if (low < 0 || high < 0)
            return k >= LEAST_CUT && is_cut(cells, i) ? i : 0;
        if (fold((unsigned)(high << 8 | low)) != want[k])
            return 0;
    }
    return i;
}

static struct ac_redact_name *find_written(const struct ac_redact *r,
                                           const struct ac_redact_cells *cells, size_t at,
                                           unsigned first, size_t *ret_end)
{
    for (size_t k = 0; k < r->by_text.n[first & 0xFF]; k++) {
        struct ac_redact_name *name = r->by_text.items[first & 0xFF][k];

        if ((*ret_end = find_text(cells, at, name)))
            return name;
    }
    return NULL;
}

static struct ac_redact_name *find_bytes(const struct ac_redact *r,
                                         const struct ac_redact_cells *cells, size_t at,
                                         size_t *ret_end)
{
    size_t i = at;
    int low = hex_byte(cells, &i), high = low >= 0 ? hex_byte(cells, &i) : -1;
    unsigned byte = low >= 0 ? fold((unsigned)low) & 0xFF : 0,
             unit = high >= 0 ? fold((unsigned)(high << 8 | low)) & 0xFF : 0;

    for (size_t k = 0; high >= 0 && k < r->by_units.n[unit]; k++) {
        struct ac_redact_name *name = r->by_units.items[unit][k];

        if ((*ret_end = find_hex(cells, at, name->units, name->n_units, true)))
            return name;
    }
    for (size_t k = 0; low >= 0 && k < r->by_bytes.n[byte]; k++) {
        struct ac_redact_name *name = r->by_bytes.items[byte][k];

        if ((*ret_end = find_hex(cells, at, name->bytes, name->n_bytes, false)))
            return name;
    }
    return NULL;
}

static struct ac_redact_name *
find_any(const struct ac_redact *r, const struct ac_redact_cells *cells, size_t at, size_t *ret_end)
{
    unsigned c = cells->items[at].c;
    struct ac_redact_name *name;
    unsigned shown;

    if (c >= AC_REDACT_BREAK)
        return NULL;
    name = find_written(r, cells, at, fold(c), ret_end);
    if (!name && find_shown(cells, at, &shown))
        name = find_written(r, cells, at, fold(shown), ret_end);
    return name ? name : find_bytes(r, cells, at, ret_end);
}

/* A label: names that are part of the word do not count when a copy is searched again. */
static size_t find_label(const struct ac_redact_cells *cells, size_t at)
{
    size_t i = find_literal(cells, at, "[REDACTED-"), digits = 0;

    while (i && char_at(cells, i) < 0x80 && isdigit((int)char_at(cells, i))) {
        i++;
        digits++;
    }
    return digits && char_at(cells, i) == ']' ? i + 1 : 0;
}

size_t ac_redact_piece(const struct ac_redact *r, const struct ac_redact_cells *cells,
                       struct ac_str raw, size_t from, size_t to, struct ac_buf *out)
{
    size_t labels = 0, end;

    for (size_t i = 0; i < cells->n;) {
        struct ac_redact_name *name;

        if (!out && (end = find_label(cells, i))) {
            i = end;
            continue;
        }
        name = find_any(r, cells, i, &end);
        if (!name) {
            i++;
            continue;
        }
        labels++;
        name->count += out != NULL;
        for (size_t k = i; out && k < end; k++) { /* what stands between the cells stays */
            ac_buf_add(out, raw.p + from, cells->items[k].off - from);
            if (k == i)
                ac_buf_addf(out, AC_REDACT_LABEL, name->label + 1);
            from = cells->items[k].end;
        }
        i = end;
    }
    if (out)
        ac_buf_add(out, raw.p + from, to - from);
    return labels;
}
