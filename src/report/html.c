/* report.html: the order of its parts. */
#include "report/html.h"

#include "base/alloc.h"
#include "report/timeline.h"

static enum ac_rc index_anchors(struct ac_html *h, unsigned language)
{
    const struct ac_doc *d = &h->text[language].doc;

    for (size_t i = d->n; i-- > 0;) { /* the first of a name stays */
        if (d->parts[i].anchor &&
            ac_set_put(&h->anchors[language], ac_str_of(d->parts[i].anchor), i) != AC_OK)
            return AC_NOMEM;
    }
    return AC_OK;
}

static enum ac_rc prepare(struct ac_html *h)
{
    static const char *const languages[AC_HTML_LANGUAGES] = {"en", "ja"};
    enum ac_rc rc = ac_finding_index_make(h->a, &h->index);

    for (unsigned l = 0; rc == AC_OK && l < AC_HTML_LANGUAGES; l++) {
        rc = ac_text_make(&h->text[l], h->in, languages[l]);
        if (rc == AC_OK)
            rc = index_anchors(h, l);
    }
    return rc == AC_OK ? ac_html_choose_rows(h) : rc;
}

static void release(struct ac_html *h)
{
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        ac_text_free(&h->text[l]);
        ac_set_free(&h->anchors[l]);
    }
    for (unsigned k = 0; k < AC_HTML_TABLES; k++)
        ac_free(h->tables[k].items);
    ac_set_free(&h->rows);
    ac_finding_index_free(&h->index);
}

static void write_parts(struct ac_html *h, const struct ac_timeline *t)
{
    ac_html_head(h, ac_html_style(), ac_html_script());
    ac_html_summary(h);
    ac_html_timeline(h, t);
    ac_html_users(h);
    ac_html_tables(h);
    ac_html_report(h);
    ac_html_raw(h, "</main>\n</div>\n<script>");
    ac_html_raw(h, ac_html_script());
    ac_html_raw(h, "</script>\n</body>\n</html>\n");
}

enum ac_rc ac_report_html(const struct ac_report_input *in, struct ac_buf *out, struct ac_err *err)
{
    struct ac_html h = {.in = in, .a = in->assessment, .out = out};
    struct ac_timeline t = {0};
    enum ac_rc rc = prepare(&h);

    if (rc == AC_OK)
        rc = ac_timeline_make(in->assessment, &t);
    if (rc == AC_OK)
        write_parts(&h, &t);
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++)
        out->failed |= h.text[l].doc.failed;
    ac_timeline_free(&t);
    release(&h);
    return rc != AC_OK || out->failed
               ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for report.html")
               : AC_OK;
}
