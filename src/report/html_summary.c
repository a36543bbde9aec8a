/* What is read first in report.html: the conclusions, and whether the examination was complete. */
#include "report/html.h"

#include <string.h>

/* A statement of the report, with its number and the question (message id, may be NULL) that it answers, in both
 * languages. */
static void statement(struct ac_html *h, const char *tag, const char *question, const char *name)
{
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        const struct ac_doc_part *part = ac_html_part(h, l, name);
        const char *lang = h->text[l].doc.language;

        if (!part)
            continue;
        ac_buf_addf(h->out, "<%s lang=\"%s\" xml:lang=\"%s\">", tag, lang, lang);
        if (question) {
            ac_html_raw(h, "<strong>");
            ac_html_textz(h, ac_translate(lang, question));
            ac_html_raw(h, "</strong> ");
        }
        ac_html_linked(h, l, ac_str_of(part->text));
        ac_buf_addf(h->out, " <a class=\"more\" href=\"#%s-s%u\">[%u]</a></%s>\n", lang,
                    part->number, part->number, tag);
    }
}

static void conclusion(struct ac_html *h, const struct ac_conclusion *c)
{
    struct ac_buf name = {0};

    ac_html_raw(h, "<tr><th scope=\"row\">");
    ac_html_pair(h, ac_str_of(ac_text_family(&h->text[0], c->family)),
                 ac_str_of(ac_text_family(&h->text[1], c->family)));
    ac_buf_addf(h->out, "</th><td><span class=\"scale %s\">%s</span> ", ac_scale_name(c->scale),
                ac_scale_name(c->scale));
    ac_html_pair(h, ac_str_of(ac_text_scale(&h->text[0], c->scale)),
                 ac_str_of(ac_text_scale(&h->text[1], c->scale)));
    ac_html_raw(h, "</td><td>");
    ac_buf_addf(&name, "conclusion-%s", c->family);
    statement(h, "div", NULL, ac_buf_text(&name));
    ac_html_raw(h, "</td><td>");
    for (size_t i = 0; i < c->n_findings; i++) {
        struct ac_str id = ac_str_of(c->findings[i]->id);

        ac_html_pair_linked(h, id, id);
        ac_html_raw(h, " ");
    }
    ac_html_raw(h, c->n_findings ? "</td></tr>\n" : "-</td></tr>\n");
    h->out->failed |= name.failed;
    ac_buf_free(&name);
}

static void head_cell(struct ac_html *h, const char *msgid)
{
    ac_html_raw(h, "<th scope=\"col\">");
    ac_html_say(h, msgid, NULL);
    ac_html_raw(h, "</th>");
}

void ac_html_summary(struct ac_html *h)
{
    static const struct {
        const char *name, *question;
    } others[] = {{"findings", NULL},
                  {"complete", N_("Was the examination complete?")},
                  {"status", NULL},
                  {"binding", NULL}};

    ac_html_raw(h, "<section class=\"top\">\n<h2 id=\"conclusions\">");
    ac_html_say(h, N_("Conclusions per family (interpretation; scale in R6)"), NULL);
    ac_html_raw(h, "</h2>\n<table class=\"conclusions\"><thead><tr>");
    head_cell(h, N_("Family"));
    head_cell(h, N_("Scale"));
    head_cell(h, N_("Statement [its number]"));
    head_cell(h, N_("Basis"));
    ac_html_raw(h, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < h->a->n_conclusions; i++)
        conclusion(h, &h->a->conclusions[i]);
    ac_html_raw(h, "</tbody></table>\n<ul>\n");
    for (size_t i = 0; i < h->text[0].n_items; i++) {
        struct ac_buf name = {0};

        ac_buf_addf(&name, "verification-%s", h->text[0].items[i].id);
        statement(h, "li", N_("Is the image what was acquired?"), ac_buf_text(&name));
        h->out->failed |= name.failed;
        ac_buf_free(&name);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        statement(h, "li", others[i].question, others[i].name);
    ac_html_raw(h, "</ul>\n</section>\n");
}
