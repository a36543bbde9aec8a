/* redact: what every document of a copy says of itself. */
#include "cli_redact.h"

#include "report/report.h"
#include "report/text_wrap.h"

#include <string.h>

static json_t *labels_of(const struct ac_redaction *x)
{
    json_t *list = json_array();

    for (size_t i = 0; i < x->redact.n; i++) {
        json_t *o = json_object();
        char label[40];

        snprintf(label, sizeof(label), AC_REDACT_LABEL, i + 1);
        ac_json_textz(o, "label", label);
        ac_json_textz(o, "reason", ac_redact_reason(&x->redact, i));
        json_array_append_new(list, o);
    }
    return list;
}

json_t *ac_redaction_statement(const struct ac_redaction *x)
{
    json_t *o = json_object();

    ac_json_textz(o, "of_report", x->report_id);
    ac_json_textz(o, "manifest_sha256", x->manifest);
    json_object_set_new(o, "labels", labels_of(x));
    return o;
}

static const char *const sentences[] = {
    N_("REDACTED COPY of report %1$s."),
    N_("SHA-256 of the manifest (manifest.sha256) of the original: %2$s"),
    N_("Names were replaced by labels, the same label for the same name in all files of this copy. "
       "All numbers of statements, findings and records are those of the original. Commands in it "
       "do not run as they stand."),
    N_("redaction.json lists the labels with their reasons, and files of the original that are not "
       "part of this copy."),
};
#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static void print_sentence(const struct ac_redaction *x, const char *language, size_t i,
                           struct ac_buf *out)
{
    char id[sizeof(x->report_id)], digest[sizeof(x->manifest)];
    struct ac_sentence s = {.msgid = sentences[i], .args = {id, digest}, .n = 2};

    memcpy(id, x->report_id, sizeof(id));
    memcpy(digest, x->manifest, sizeof(digest));
    ac_sentence_print(&s, ac_translate(language, sentences[i]), out);
}

/* A page of its own before the first, so that the others stay as they are. */
void ac_redaction_cover(const struct ac_redaction *x, const char *language, struct ac_buf *out)
{
    for (size_t i = 0; i < SENTENCES; i++) {
        struct ac_buf text = {0};
        size_t next = 0;

        print_sentence(x, language, i, &text);
        for (size_t at = 0; at < text.n; at = next) {
            size_t n = ac_wrap_fit(ac_buf_str(&text), at, AC_REDACTION_COLUMNS, &next);

            ac_buf_add(out, text.p + at, n);
            ac_buf_addc(out, '\n');
        }
        ac_buf_addc(out, '\n');
        out->failed |= text.failed;
        ac_buf_free(&text);
    }
    ac_buf_addc(out, '\f');
}

void ac_redaction_banner(const struct ac_redaction *x, struct ac_buf *out)
{
    static const char *const languages[] = {"en", "ja"};

    for (size_t i = 0; i < SENTENCES; i++) {
        ac_buf_addz(out, "<p class=\"note\">");
        for (size_t l = 0; l < 2; l++) {
            ac_buf_addf(out, "<span lang=\"%s\" xml:lang=\"%s\">", languages[l], languages[l]);
            print_sentence(x, languages[l], i, out); /* ours: nothing in it has to be escaped */
            ac_buf_addz(out, "</span>");
        }
        ac_buf_addz(out, "</p>\n");
    }
}
