/* The text report: the order of its sections. */
#include "report/text_parts.h"

static void write_sections(struct ac_text *t)
{
    ac_text_summary(t);
    ac_text_glossary(t);
    ac_text_request(t);
    ac_text_evidence(t);
    ac_text_systems(t);
    ac_text_method(t);
    ac_text_findings(t);
    ac_text_conclusions(t);
    ac_text_coverage(t);
    ac_text_limits(t);
    ac_text_reproduce(t);
    ac_text_closing(t);
}

/* Left side of every page's head: the ids, cut when they are too long; the first page has them in
 * full. */
static enum ac_rc print(struct ac_text *t, struct ac_buf *out, struct ac_err *err)
{
    struct ac_buf title = {0}, human = {0};
    enum ac_rc rc;

    ac_buf_addf(&title, "aftercheck  %s  ", t->report_id);
    ac_buf_addf(&title, "%s: ", ac_doc_word(&t->doc, N_("Case ID")));
    ac_buf_addz(&title, ac_text_human(t, "case_id", &human));
    t->doc.failed |= title.failed || human.failed;
    rc = ac_doc_print(&t->doc, ac_buf_text(&title), out, err);
    ac_buf_free(&title);
    ac_buf_free(&human);
    return rc;
}

enum ac_rc ac_text_make(struct ac_text *t, const struct ac_report_input *in, const char *language)
{
    enum ac_rc rc;

    *t = (struct ac_text){.in = in, .a = in->assessment, .doc = {.language = language}};
    rc = ac_text_gather(t);
    if (rc == AC_OK)
        write_sections(t);
    return t->doc.failed ? AC_NOMEM : rc;
}

enum ac_rc ac_report_text(const struct ac_report_input *in, const char *language,
                          struct ac_buf *out, struct ac_err *err)
{
    struct ac_text t;
    enum ac_rc rc = ac_text_make(&t, in, language);

    rc = rc == AC_OK ? print(&t, out, err)
                     : AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for the text report");
    ac_text_free(&t);
    return rc;
}
