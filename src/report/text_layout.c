#include "report/text_layout.h"

#include "base/alloc.h"
#include "base/text.h"
#include "report/text_wrap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HEAD_LINES 3   /* page head, rule, empty line */
#define LONGEST_KEPT 8 /* statements up to this many lines are not parted by a page's end */
#define LEAST_COLUMNS 20

enum line_kind { LINE_FIRST, LINE_MORE, LINE_HEADING, LINE_GAP, LINE_BREAK };

struct ac_doc_line {
    char *text; /* Owned; NULL for gaps and breaks */
    enum line_kind kind;
    unsigned count; /* first line of a statement: how many lines it has */
    bool solid;
};

void ac_doc_free(struct ac_doc *d)
{
    for (size_t i = 0; i < d->n; i++)
        ac_free(d->lines[i].text);
    ac_free(d->lines);
    *d = (struct ac_doc){0};
}

const char *ac_doc_word(const struct ac_doc *d, const char *msgid)
{
    return ac_translate(d->language, msgid);
}

const char *ac_doc_number(char buf[AC_DOC_NUMBER], uint64_t n)
{
    snprintf(buf, AC_DOC_NUMBER, "%" PRIu64, n);
    return buf;
}

void ac_doc_release(struct ac_doc *d, struct ac_buf *b)
{
    d->failed |= b->failed;
    ac_buf_free(b);
}

/* ---- lines */

static void add_line(struct ac_doc *d, enum line_kind kind, struct ac_buf *text)
{
    struct ac_doc_line line = {.kind = kind, .count = 1, .solid = d->solid};

    if (text) {
        d->failed |= text->failed;
        line.text = text->p;
    }
    if (ac_grow((void **)&d->lines, &d->cap, d->n + 1, sizeof(*d->lines)) != 0) {
        d->failed = true;
        ac_free(line.text);
        return;
    }
    d->lines[d->n++] = line;
}

static void add_wrapped(struct ac_doc *d, enum line_kind first, unsigned number, unsigned indent,
                        unsigned hang, struct ac_str s)
{
    size_t at = 0, begin = d->n;

    do {
        bool is_first = at == 0;
        unsigned left = AC_DOC_MARGIN + indent + (is_first ? 0 : hang);
        struct ac_buf line = {0};
        size_t next, n;

        if (left > AC_DOC_COLUMNS - LEAST_COLUMNS)
            left = AC_DOC_COLUMNS - LEAST_COLUMNS;
        n = ac_wrap_fit(s, at, AC_DOC_COLUMNS - left, &next);
        if (is_first && number)
            ac_buf_addf(&line, "%*u ", AC_DOC_MARGIN - 1, number);
        ac_buf_addf(&line, "%*s", (int)(left - (is_first && number ? AC_DOC_MARGIN : 0)), "");
        ac_buf_adds(&line, (struct ac_str){s.p + at, n});
        add_line(d, is_first ? first : LINE_MORE, &line);
        at = next;
    } while (at < s.n);
    if (begin < d->n)
        d->lines[begin].count = (unsigned)(d->n - begin);
}

unsigned ac_doc_text(struct ac_doc *d, unsigned indent, unsigned hang, struct ac_str safe)
{
    add_wrapped(d, LINE_FIRST, ++d->statements, indent, hang, safe);
    return d->statements;
}

/* The message with its arguments, which are only borrowed here. */
static void fill_in(const struct ac_doc *d, const char *msgid, va_list ap, struct ac_buf *out)
{
    struct ac_sentence s = {.msgid = msgid};
    const char *arg;

    while (s.n < AC_SENTENCE_ARGS && (arg = va_arg(ap, const char *)) != NULL)
        memcpy(&s.args[s.n++], &arg, sizeof(arg)); /* not written through */
    ac_sentence_print(&s, ac_doc_word(d, msgid), out);
}

unsigned ac_doc_say(struct ac_doc *d, unsigned indent, const char *msgid, ...)
{
    struct ac_buf text = {0};
    va_list ap;

    va_start(ap, msgid);
    fill_in(d, msgid, ap, &text);
    va_end(ap);
    ac_doc_text(d, indent, 0, ac_buf_str(&text));
    ac_doc_release(d, &text);
    return d->statements;
}

unsigned ac_doc_sentence(struct ac_doc *d, unsigned indent, const struct ac_sentence *s)
{
    struct ac_buf text = {0};

    ac_sentence_print(s, ac_doc_word(d, s->msgid), &text);
    ac_doc_text(d, indent, 0, ac_buf_str(&text));
    ac_doc_release(d, &text);
    return d->statements;
}

unsigned ac_doc_row(struct ac_doc *d, unsigned indent, const char *label, const char *value)
{
    struct ac_buf text = {0};

    ac_buf_addf(&text, "%s%s", ac_doc_word(d, label), ac_doc_word(d, N_(": ")));
    ac_text_safe(ac_str_of(value), &text);
    ac_doc_text(d, indent, 2, ac_buf_str(&text));
    ac_doc_release(d, &text);
    return d->statements;
}

void ac_doc_heading(struct ac_doc *d, unsigned level, const char *msgid, ...)
{
    struct ac_buf text = {0}, line = {0};
    va_list ap;
    size_t next = 0;

    va_start(ap, msgid);
    fill_in(d, msgid, ap, &text);
    va_end(ap);
    ac_doc_gap(d);
    for (size_t at = 0; at < text.n; at = next) {
        unsigned left = level * 2;
        size_t n = ac_wrap_fit(ac_buf_str(&text), at, AC_DOC_COLUMNS - left, &next);

        line = (struct ac_buf){0};
        ac_buf_addf(&line, "%*s", (int)left, "");
        ac_buf_add(&line, ac_buf_text(&text) + at, n);
        add_line(d, LINE_HEADING, &line);
    }
    ac_doc_release(d, &text);
}

void ac_doc_mark(struct ac_doc *d, const char *msgid)
{
    struct ac_buf line = {0};

    ac_buf_addz(&line, ac_doc_word(d, msgid));
    add_line(d, LINE_HEADING, &line);
}

void ac_doc_gap(struct ac_doc *d)
{
    if (d->n && d->lines[d->n - 1].kind != LINE_GAP)
        add_line(d, LINE_GAP, NULL);
}

void ac_doc_break_page(struct ac_doc *d)
{
    add_line(d, LINE_BREAK, NULL);
}

/* ---- pages */

struct pages {
    const struct ac_doc *d;
    const char *title;
    struct ac_buf *out; /* NULL: only count */
    unsigned page, total, used;
};

static void add_head(struct pages *p)
{
    struct ac_buf right = {0}, safe = {0};
    char page[AC_DOC_NUMBER], total[AC_DOC_NUMBER];
    struct ac_sentence s = {.args = {page, total}, .n = 2};
    size_t columns, fits, next, used;

    ac_doc_number(page, p->page);
    ac_doc_number(total, p->total);
    ac_sentence_print(&s, ac_doc_word(p->d, N_("Page %1$s of %2$s")), &right);
    columns = AC_DOC_COLUMNS - 2 - ac_text_width(ac_buf_str(&right));
    ac_text_safe(ac_str_of(p->title), &safe);
    if (ac_text_width(ac_buf_str(&safe)) > columns) {
        fits = ac_wrap_fit(ac_buf_str(&safe), 0, (unsigned)columns - 3, &next);
        safe.n = fits;
        ac_buf_addz(&safe, "...");
    }
    used = ac_text_width(ac_buf_str(&safe)) + ac_text_width(ac_buf_str(&right));
    ac_buf_adds(p->out, ac_buf_str(&safe));
    ac_buf_addf(p->out, "%*s", (int)(AC_DOC_COLUMNS - used), "");
    ac_buf_adds(p->out, ac_buf_str(&right));
    ac_buf_addc(p->out, '\n');
    for (int i = 0; i < AC_DOC_COLUMNS; i++)
        ac_buf_addc(p->out, '-');
    ac_buf_addz(p->out, "\n\n");
    p->out->failed |= right.failed || safe.failed;
    ac_buf_free(&right);
    ac_buf_free(&safe);
}

static void new_page(struct pages *p)
{
    p->page++;
    p->used = HEAD_LINES;
    if (p->out) {
        if (p->page > 1)
            ac_buf_addc(p->out, '\f');
        add_head(p);
    }
}

/* Lines from i on that must stand on one page. */
static unsigned kept(const struct ac_doc *d, size_t i)
{
    unsigned n = 0;

    while (i < d->n && d->lines[i].kind == LINE_HEADING) {
        n++;
        i++;
    }
    if (i < d->n && d->lines[i].kind == LINE_GAP && n)
        return n + 1 + (i + 1 < d->n ? kept(d, i + 1) : 0);
    if (i < d->n && d->lines[i].kind == LINE_FIRST)
        n += d->lines[i].count <= LONGEST_KEPT ? d->lines[i].count : 2;
    return n ? n : 1;
}

static bool needs_page(const struct pages *p, size_t i)
{
    const struct ac_doc_line *line = &p->d->lines[i];

    if (p->page == 0)
        return true;
    if (i > 0 && line->solid != p->d->lines[i - 1].solid)
        return true;
    return !line->solid && line->kind != LINE_GAP && p->used > HEAD_LINES &&
           p->used + kept(p->d, i) > AC_DOC_LINES;
}

static unsigned make_pages(struct pages *p)
{
    bool pending = false; /* a page break that waits for something to print */

    for (size_t i = 0; i < p->d->n; i++) {
        const struct ac_doc_line *line = &p->d->lines[i];

        if (line->kind == LINE_BREAK) {
            pending = true;
            continue;
        }
        pending |= needs_page(p, i);
        if (line->kind == LINE_GAP &&
            (pending || p->used <= HEAD_LINES || (!line->solid && p->used >= AC_DOC_LINES)))
            continue;
        if (pending)
            new_page(p);
        pending = false;
        p->used++;
        if (p->out) {
            ac_buf_addz(p->out, line->text ? line->text : "");
            ac_buf_addc(p->out, '\n');
        }
    }
    return p->page;
}

enum ac_rc ac_doc_print(const struct ac_doc *d, const char *title, struct ac_buf *out,
                        struct ac_err *err)
{
    struct pages p = {.d = d, .title = title};

    if (!d->failed) {
        p.total = make_pages(&p);
        p = (struct pages){.d = d, .title = title, .out = out, .total = p.total};
        make_pages(&p);
    }
    return d->failed || out->failed
               ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the text report")
               : AC_OK;
}
