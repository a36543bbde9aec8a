/* The report as a list of parts. */
#include "report/text_layout.h"

#include "base/alloc.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void ac_doc_free(struct ac_doc *d)
{
    for (size_t i = 0; i < d->n; i++) {
        ac_free(d->parts[i].text);
        ac_free(d->parts[i].anchor);
    }
    ac_free(d->parts);
    ac_free(d->anchor);
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

/* ---- parts */

/* Takes the text over. */
static void add_part(struct ac_doc *d, struct ac_doc_part part, struct ac_buf *text)
{
    part.solid = d->solid;
    if (text) {
        d->failed |= text->failed;
        part.text = text->p;
        *text = (struct ac_buf){0};
    }
    if (ac_grow((void **)&d->parts, &d->cap, d->n + 1, sizeof(*d->parts)) != 0) {
        d->failed = true;
        ac_free(part.text);
        return;
    }
    if (part.kind == AC_DOC_STATEMENT || part.kind == AC_DOC_HEADING) {
        part.anchor = d->anchor;
        d->anchor = NULL;
    }
    d->parts[d->n++] = part;
}

void ac_doc_anchor(struct ac_doc *d, const char *name)
{
    struct ac_buf text = {0};

    ac_buf_addz(&text, name);
    d->failed |= text.failed;
    ac_free(d->anchor);
    d->anchor = text.p;
}

/* Takes the text over, which is safe. */
static unsigned add_statement(struct ac_doc *d, unsigned indent, unsigned hang, struct ac_buf *text)
{
    add_part(
        d,
        (struct ac_doc_part){
            .kind = AC_DOC_STATEMENT, .number = ++d->statements, .indent = indent, .hang = hang},
        text);
    return d->statements;
}

unsigned ac_doc_text(struct ac_doc *d, unsigned indent, unsigned hang, struct ac_str safe)
{
    struct ac_buf text = {0};

    ac_buf_adds(&text, safe);
    return add_statement(d, indent, hang, &text);
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
    return add_statement(d, indent, 0, &text);
}

unsigned ac_doc_sentence(struct ac_doc *d, unsigned indent, const struct ac_sentence *s)
{
    struct ac_buf text = {0};

    ac_sentence_print(s, ac_doc_word(d, s->msgid), &text);
    return add_statement(d, indent, 0, &text);
}

unsigned ac_doc_row(struct ac_doc *d, unsigned indent, const char *label, const char *value)
{
    struct ac_buf text = {0};

    ac_buf_addf(&text, "%s%s", ac_doc_word(d, label), ac_doc_word(d, N_(": ")));
    ac_text_safe(ac_str_of(value), &text);
    return add_statement(d, indent, 2, &text);
}

void ac_doc_heading(struct ac_doc *d, unsigned level, const char *msgid, ...)
{
    struct ac_buf text = {0};
    va_list ap;

    va_start(ap, msgid);
    fill_in(d, msgid, ap, &text);
    va_end(ap);
    ac_doc_gap(d);
    add_part(d, (struct ac_doc_part){.kind = AC_DOC_HEADING, .level = level}, &text);
}

void ac_doc_mark(struct ac_doc *d, const char *msgid)
{
    struct ac_buf text = {0};

    ac_buf_addz(&text, ac_doc_word(d, msgid));
    add_part(d, (struct ac_doc_part){.kind = AC_DOC_MARK}, &text);
}

void ac_doc_gap(struct ac_doc *d)
{
    if (d->n && d->parts[d->n - 1].kind != AC_DOC_GAP)
        add_part(d, (struct ac_doc_part){.kind = AC_DOC_GAP}, NULL);
}

void ac_doc_break_page(struct ac_doc *d)
{
    add_part(d, (struct ac_doc_part){.kind = AC_DOC_BREAK}, NULL);
}
