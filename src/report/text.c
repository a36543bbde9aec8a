/* The text report: the order of its sections. */
#include "report/text_layout.h"

enum ac_rc ac_report_text(const struct ac_report_input *in, const char *language,
                          struct ac_buf *out, struct ac_err *err)
{
    const struct ac_assessment *a = in->assessment;
    struct ac_doc d = {.language = language};
    enum ac_rc rc;

    ac_doc_heading(&d, 0, N_("Examination report"), NULL);
    for (size_t i = 0; i < a->n_conclusions; i++) {
        ac_doc_row(&d, 0, a->conclusions[i].family, ac_scale_name(a->conclusions[i].scale));
        ac_doc_sentence(&d, 2, &a->conclusions[i].statement);
    }
    ac_doc_heading(&d, 1, N_("Findings"), NULL);
    for (size_t i = 0; i < a->n_findings; i++) {
        ac_doc_row(&d, 0, a->findings[i]->id, ac_strength_name(a->findings[i]->strength));
        ac_doc_sentence(&d, 2, &a->findings[i]->summary);
    }
    rc = ac_doc_print(&d, "aftercheck", out, err);
    ac_doc_free(&d);
    return rc;
}
