/* R0 to R10 in report.html: the statements of the text reports with their numbers. */
#include "report/html.h"

#include <string.h>

struct section {
    struct ac_html *h;
    unsigned language;
    const char *lang; /* "en", "ja" */
    bool open;        /* a section is open */
    bool in_run;      /* in the block that differs from run to run */
    unsigned headings;
};

/* The id of the first part with an anchor: later ones are references to the same. */
static void anchor(struct section *s, const struct ac_doc_part *part)
{
    struct ac_html *h = s->h;

    if (!part->anchor || ac_html_part(h, s->language, part->anchor) != part)
        return;
    ac_buf_addf(h->out, "<span id=\"%s-", s->lang);
    ac_html_id(h, part->anchor);
    ac_html_raw(h, "\"></span>");
}

/* From a record to the command by which another tool shows it. */
static void to_recipe(struct section *s, const struct ac_doc_part *part)
{
    struct ac_html *h = s->h;
    const struct ac_doc_part *recipe;
    struct ac_buf name = {0};

    if (!part->anchor || strncmp(part->anchor, "R-", 2) != 0 ||
        ac_html_part(h, s->language, part->anchor) != part)
        return;
    ac_buf_addf(&name, "recipe-%s", part->anchor);
    recipe = ac_html_part(h, s->language, ac_buf_text(&name));
    if (recipe)
        ac_buf_addf(h->out, " <a class=\"more\" href=\"#%s-s%u\">R9: %u</a>", s->lang,
                    recipe->number, recipe->number);
    h->out->failed |= name.failed;
    ac_buf_free(&name);
}

static void statement(struct section *s, const struct ac_doc_part *part)
{
    struct ac_html *h = s->h;

    ac_buf_addf(h->out, "<p class=\"s%s\" id=\"%s-s%u\">", part->indent ? " in" : "", s->lang,
                part->number);
    anchor(s, part);
    ac_buf_addf(h->out, "<a class=\"no\" href=\"#%s-s%u\">%u</a><span>", s->lang, part->number,
                part->number);
    ac_html_linked(h, s->language, ac_str_of(part->text));
    ac_html_raw(h, "</span>");
    to_recipe(s, part);
    ac_html_raw(h, "</p>\n");
}

/* "R5" of "R5  Results ..."; false if it is no numbered section. */
static bool section_number(const char *text, char ret[8])
{
    size_t n = text && text[0] == 'R' ? 1 + strspn(text + 1, "0123456789") : 0;

    if (n < 2 || n > 3)
        return false;
    memcpy(ret, text, n);
    ret[n] = '\0';
    return true;
}

static void heading(struct section *s, const struct ac_doc_part *part)
{
    struct ac_html *h = s->h;
    unsigned level = part->level > 2 ? 5 : part->level + 3;
    char number[8];

    if (part->level == 0) {
        ac_html_raw(h, s->open ? "</section>\n<section>\n" : "<section>\n");
        s->open = true;
    }
    ac_buf_addf(h->out, "<h%u", level);
    if (part->level == 0 && section_number(part->text, number))
        ac_buf_addf(h->out, " id=\"%s-%s\"", s->lang, number);
    ac_html_raw(h, ">");
    anchor(s, part);
    ac_html_linked(h, s->language, ac_str_of(part->text));
    ac_buf_addf(h->out, "</h%u>\n", level);
}

/* The mark of the begin and that of the end stand outside of the block. */
static void solid(struct section *s, bool is)
{
    if (is != s->in_run)
        ac_html_raw(s->h, is ? "<div class=\"run\">\n" : "</div>\n");
    s->in_run = is;
}

static void part_of(struct section *s, const struct ac_doc_part *part)
{
    solid(s, part->solid);
    switch (part->kind) {
    case AC_DOC_STATEMENT:
        statement(s, part);
        break;
    case AC_DOC_HEADING:
        heading(s, part);
        break;
    case AC_DOC_MARK:
        ac_html_raw(s->h, "<p class=\"mark\">");
        ac_html_textz(s->h, part->text);
        ac_html_raw(s->h, "</p>\n");
        break;
    case AC_DOC_GAP:
    case AC_DOC_BREAK:
        break;
    }
}

void ac_html_report(struct ac_html *h)
{
    ac_html_raw(h, "<h2 id=\"report\">");
    ac_html_say(h, N_("The report, statement by statement"), NULL);
    ac_html_raw(h, "</h2>\n");
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        const struct ac_doc *d = &h->text[l].doc;
        struct section s = {.h = h, .language = l, .lang = d->language};

        ac_buf_addf(h->out, "<div class=\"report\" lang=\"%s\" xml:lang=\"%s\">\n", s.lang, s.lang);
        for (size_t i = 0; i < d->n && !h->out->failed; i++)
            part_of(&s, &d->parts[i]);
        solid(&s, false);
        ac_html_raw(h, s.open ? "</section>\n</div>\n" : "</div>\n");
    }
}
