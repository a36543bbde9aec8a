/* The parts of the report as lines and pages of text. */
#include "report/text_layout.h"

#include "base/alloc.h"
#include "base/text.h"
#include "report/text_wrap.h"

#define HEAD_LINES 3   /* page head, rule, empty line */
#define LONGEST_KEPT 8 /* statements up to this many lines are not parted by a page's end */
#define LEAST_COLUMNS 20

enum line_kind { LINE_FIRST, LINE_MORE, LINE_HEADING, LINE_GAP, LINE_BREAK };

struct line {
    char *text; /* Owned; NULL for gaps and breaks */
    enum line_kind kind;
    unsigned count; /* first line of a statement: how many lines it has */
    bool solid;
};

struct lines {
    struct line *items; /* Owned: lines_free() */
    size_t n, cap;
    bool failed;
};

static void lines_free(struct lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        ac_free(l->items[i].text);
    ac_free(l->items);
}

/* Takes the text over. */
static void add_line(struct lines *l, enum line_kind kind, bool solid, struct ac_buf *text)
{
    struct line line = {.kind = kind, .count = 1, .solid = solid};

    if (text) {
        l->failed |= text->failed;
        line.text = text->p;
    }
    if (ac_grow((void **)&l->items, &l->cap, l->n + 1, sizeof(*l->items)) != 0) {
        l->failed = true;
        ac_free(line.text);
        return;
    }
    l->items[l->n++] = line;
}

static void add_statement(struct lines *l, const struct ac_doc_part *part)
{
    struct ac_str s = ac_str_of(part->text);
    size_t at = 0, begin = l->n;

    do {
        bool is_first = at == 0;
        unsigned left = AC_DOC_MARGIN + part->indent + (is_first ? 0 : part->hang);
        struct ac_buf line = {0};
        size_t next, n;

        if (left > AC_DOC_COLUMNS - LEAST_COLUMNS)
            left = AC_DOC_COLUMNS - LEAST_COLUMNS;
        n = ac_wrap_fit(s, at, AC_DOC_COLUMNS - left, &next);
        if (is_first)
            ac_buf_addf(&line, "%*u ", AC_DOC_MARGIN - 1, part->number);
        ac_buf_addf(&line, "%*s", (int)(left - (is_first ? AC_DOC_MARGIN : 0)), "");
        ac_buf_add(&line, s.p + at, n);
        add_line(l, is_first ? LINE_FIRST : LINE_MORE, part->solid, &line);
        at = next;
    } while (at < s.n);
    if (begin < l->n)
        l->items[begin].count = (unsigned)(l->n - begin);
}

static void add_heading(struct lines *l, const struct ac_doc_part *part)
{
    struct ac_str s = ac_str_of(part->text);
    unsigned left = part->level * 2;
    size_t next = 0;

    for (size_t at = 0; at < s.n; at = next) {
        size_t n = ac_wrap_fit(s, at, AC_DOC_COLUMNS - left, &next);
        struct ac_buf line = {0};

        ac_buf_addf(&line, "%*s", (int)left, "");
        ac_buf_add(&line, s.p + at, n);
        add_line(l, LINE_HEADING, part->solid, &line);
    }
}

static void add_lines(struct lines *l, const struct ac_doc_part *part)
{
    struct ac_buf line = {0};

    switch (part->kind) {
    case AC_DOC_STATEMENT:
        add_statement(l, part);
        break;
    case AC_DOC_HEADING:
        add_heading(l, part);
        break;
    case AC_DOC_MARK:
        ac_buf_addz(&line, part->text ? part->text : "");
        add_line(l, LINE_HEADING, part->solid, &line);
        break;
    case AC_DOC_GAP:
        add_line(l, LINE_GAP, part->solid, NULL);
        break;
    case AC_DOC_BREAK:
        add_line(l, LINE_BREAK, part->solid, NULL);
        break;
    }
}

/* ---- pages */

struct pages {
    const struct ac_doc *d;
    const struct lines *lines;
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
static unsigned kept(const struct lines *l, size_t i)
{
    unsigned n = 0;

    while (i < l->n && l->items[i].kind == LINE_HEADING) {
        n++;
        i++;
    }
    if (i < l->n && l->items[i].kind == LINE_GAP && n)
        return n + 1 + (i + 1 < l->n ? kept(l, i + 1) : 0);
    if (i < l->n && l->items[i].kind == LINE_FIRST)
        n += l->items[i].count <= LONGEST_KEPT ? l->items[i].count : 2;
    return n ? n : 1;
}

static bool needs_page(const struct pages *p, size_t i)
{
    const struct line *line = &p->lines->items[i];

    if (p->page == 0)
        return true;
    if (i > 0 && line->solid != p->lines->items[i - 1].solid)
        return true;
    return !line->solid && line->kind != LINE_GAP && p->used > HEAD_LINES &&
           p->used + kept(p->lines, i) > AC_DOC_LINES;
}

static unsigned make_pages(struct pages *p)
{
    bool pending = false; /* a page break that waits for something to print */

    for (size_t i = 0; i < p->lines->n; i++) {
        const struct line *line = &p->lines->items[i];

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
    struct lines lines = {.failed = d->failed};
    struct pages p = {.d = d, .lines = &lines, .title = title};
    bool failed;

    for (size_t i = 0; i < d->n && !lines.failed; i++)
        add_lines(&lines, &d->parts[i]);
    if (!lines.failed) {
        p.total = make_pages(&p);
        p = (struct pages){.d = d, .lines = &lines, .title = title, .out = out, .total = p.total};
        make_pages(&p);
    }
    failed = lines.failed || out->failed;
    lines_free(&lines);
    return failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the text report") : AC_OK;
}
