/* R1 and R10: what only a human can say. Printed as "Not supplied", never invented, never left out.
 */
#include "report/text_parts.h"

#include <string.h>

const char *ac_text_human(const struct ac_text *t, const char *member, struct ac_buf *out)
{
    const char *value = ac_text_of(t->in->human, member);

    ac_buf_clear(out);
    ac_buf_addz(out, value[0] ? value : ac_doc_word(&t->doc, N_("Not supplied")));
    return ac_buf_text(out);
}

const char *ac_text_case_file(const struct ac_text *t)
{
    const char *path = ac_text_of(t->in->human, "case_file"), *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* A text of several lines becomes several statements. */
void ac_text_human_row(struct ac_text *t, const char *label, const char *member)
{
    struct ac_buf text = {0}, line = {0};
    const char *p = ac_text_human(t, member, &text);
    size_t n = strcspn(p, "\n");

    ac_buf_add(&line, p, n);
    ac_doc_row(&t->doc, 0, label, ac_buf_text(&line));
    for (p += n; *p == '\n'; p += n) {
        p++;
        n = strcspn(p, "\n");
        ac_buf_clear(&line);
        ac_text_safe((struct ac_str){p, n}, &line);
        if (n)
            ac_doc_text(&t->doc, 2, 0, ac_buf_str(&line));
    }
    ac_doc_release(&t->doc, &text);
    ac_doc_release(&t->doc, &line);
}

void ac_text_request(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    const char *file = ac_text_case_file(t);

    ac_doc_heading(d, 0, N_("R1  Request and authority (supplied by humans)"), NULL);
    ac_text_human_row(t, N_("Requester"), "requester");
    ac_text_human_row(t, N_("Date of the request"), "request_date");
    ac_text_human_row(t, N_("Question asked"), "question");
    ac_text_human_row(t, N_("Scope"), "scope");
    ac_text_human_row(t, N_("Out of scope"), "out_of_scope");
    ac_text_human_row(t, N_("Legal authority"), "authority");
    ac_text_human_row(t, N_("Examiner"), "examiner");
    ac_text_human_row(t, N_("Organisation"), "organisation");
    ac_text_human_row(t, N_("Qualification"), "qualification");
    if (file[0])
        ac_doc_say(d, 0,
                   N_("These fields come from the case file %1$s, SHA-256 %2$s, or from the "
                      "command line."),
                   file,
                   ac_text_of(t->in->human, "case_file_sha256")[0]
                       ? ac_text_of(t->in->human, "case_file_sha256")
                       : ac_doc_word(d, N_("not known")),
                   NULL);
    else
        ac_doc_say(d, 0,
                   N_("No case file was given; fields that are filled come from the command "
                      "line."),
                   NULL);
    ac_text_notice_source(t);
}

static void signature(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf text = {0};

    ac_doc_heading(d, 1, N_("Declaration and signature (to be completed by a human)"), NULL);
    ac_doc_say(d, 0,
               N_("Declaration (for example a statement of truth, or the declaration of an "
                  "expert's duty to the court): Not supplied"),
               NULL);
    ac_doc_row(d, 0, N_("Name"), ac_text_human(t, "examiner", &text));
    ac_doc_row(d, 0, N_("Organisation"), ac_text_human(t, "organisation", &text));
    ac_doc_row(d, 0, N_("Place and date"), "______________________________");
    ac_doc_row(d, 0, N_("Signature (in Japan: signature and seal)"),
               "______________________________");
    ac_doc_release(d, &text);
}

void ac_text_closing(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 0, N_("R10  Manifest, signature, redaction"), NULL);
    ac_doc_say(d, 0,
               N_("manifest.sha256 lists every file of this report folder with its SHA-256. A text "
                  "cannot hold its own digest; that of this text stands there."),
               NULL);
    ac_doc_say(d, 0,
               N_("To check: \"aftercheck verify FOLDER\", or \"sha256sum -c manifest.sha256\" in "
                  "the folder; the first one also names files that the manifest does not list."),
               NULL);
    ac_doc_say(d, 0,
               N_("The manifest may be signed with a detached signature (file manifest.sha256.sig "
                  "or the like). Digest and signature allow later detection of change. Signature: "
                  "Not supplied. Time stamp of a third party: Not supplied."),
               NULL);
    ac_doc_say(d, 0,
               N_("Redaction: a redacted copy says before its first page that it is one; without "
                  "that, this copy is not redacted. A redacted copy keeps all numbers, puts labels "
                  "in the place of names, lists the reasons, and carries the SHA-256 of the "
                  "original's manifest (\"aftercheck redact\")."),
               NULL);
    signature(t);
}
