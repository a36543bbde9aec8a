/* The head of report.html: what the browser may do, and the way through the page. */
#include "report/html.h"

#include "base/hash.h"

#include <string.h>

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* A digest in hexadecimal (64 digits) as base64, the form that the policy wants. */
static void base64(const char *hex, struct ac_buf *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(hex) / 2;

    for (size_t i = 0; i < n; i += 3) {
        unsigned bits = 0;

        for (size_t k = i; k < i + 3; k++)
            bits = bits << 8 | (k < n ? digit(hex[2 * k]) << 4 | digit(hex[2 * k + 1]) : 0);
        for (size_t k = 0; k < 4; k++)
            ac_buf_addc(out, k <= n - i ? alphabet[bits >> (18 - 6 * k) & 63] : '=');
    }
}

static void digest_of(struct ac_html *h, const char *text)
{
    char hex[AC_HASH_TEXT];

    ac_hash_hex(AC_SHA256, text, strlen(text), hex);
    ac_html_raw(h, "'sha256-");
    base64(hex, h->out);
    ac_html_raw(h, "'");
}

static void title(struct ac_html *h)
{
    struct ac_buf human = {0};

    ac_html_raw(h, "<title>aftercheck ");
    ac_html_textz(h, h->text[0].report_id);
    if (ac_text_of(h->in->human, "case_id")[0]) {
        ac_html_raw(h, " - ");
        ac_html_textz(h, ac_text_human(&h->text[0], "case_id", &human));
    }
    ac_html_raw(h, "</title>\n");
    h->out->failed |= human.failed;
    ac_buf_free(&human);
}

static void link_to(struct ac_html *h, const char *id, const char *msgid)
{
    ac_buf_addf(h->out, "<li><a href=\"#%s\">", id);
    ac_html_say(h, msgid, NULL);
    ac_html_raw(h, "</a></li>\n");
}

/* R0 to R10, in the language shown. */
static void sections(struct ac_html *h)
{
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        const char *lang = h->text[l].doc.language;

        ac_buf_addf(h->out, "<li lang=\"%s\" xml:lang=\"%s\">", lang, lang);
        for (unsigned i = 0; i <= 10; i++)
            ac_buf_addf(h->out, "<a href=\"#%s-R%u\">R%u</a> ", lang, i, i);
        ac_html_raw(h, "</li>\n");
    }
}

static void ids(struct ac_html *h)
{
    struct ac_buf human[AC_HTML_LANGUAGES] = {{0}};

    ac_html_raw(h, "<p class=\"ids\">");
    ac_html_say(h, N_("Report ID"), NULL);
    ac_html_raw(h, ": ");
    ac_html_textz(h, h->text[0].report_id);
    ac_html_raw(h, " &#183; ");
    ac_html_say(h, N_("Case ID"), NULL);
    ac_html_raw(h, ": ");
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++)
        ac_text_human(&h->text[l], "case_id", &human[l]);
    ac_html_pair(h, ac_buf_str(&human[0]), ac_buf_str(&human[1]));
    ac_html_raw(h, "</p>\n<p class=\"note\">");
    ac_html_say(h,
                N_("Draft, not signed; written by a program. Numbers in brackets and in the margin "
                   "are those of report.en.txt and report.ja.txt. All of it can be read without "
                   "scripts; with them, a click on a head sorts a table."),
                NULL);
    ac_html_raw(h, "</p>\n");
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        h->out->failed |= human[l].failed;
        ac_buf_free(&human[l]);
    }
}

void ac_html_head(struct ac_html *h, const char *style, const char *script)
{
    ac_html_raw(h, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" "
                   "xml:lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src ");
    digest_of(h, style);
    ac_html_raw(h, "; script-src ");
    digest_of(h, script);
    ac_html_raw(h, "; base-uri 'none'; form-action 'none'\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<meta name=\"referrer\" content=\"no-referrer\"/>\n");
    title(h);
    ac_html_raw(h, "<style>");
    ac_html_raw(h, style);
    ac_html_raw(h, "</style>\n</head>\n<body>\n"
                   "<input type=\"radio\" name=\"lang\" class=\"lang\" id=\"lang-en\" "
                   "checked=\"checked\"/><label for=\"lang-en\">English</label>\n"
                   "<input type=\"radio\" name=\"lang\" class=\"lang\" id=\"lang-ja\"/>"
                   "<label for=\"lang-ja\" lang=\"ja\" xml:lang=\"ja\">日本語</label>\n"
                   "<div id=\"page\">\n<header>\n<h1>");
    ac_html_say(h, N_("TECHNICAL REPORT"), NULL);
    ac_html_raw(h, "</h1>\n<p class=\"subtitle\">");
    ac_html_say(h, N_("Residues of Emotet, and of what followed it, on the examined evidence"),
                NULL);
    ac_html_raw(h, "</p>\n");
    ids(h);
    ac_html_raw(h, "</header>\n<nav aria-label=\"Contents / 目次\"><ul>\n");
    link_to(h, "conclusions", N_("Conclusions"));
    link_to(h, "timeline", N_("Timeline"));
    link_to(h, "users", N_("User by user"));
    link_to(h, "tables", N_("Tables"));
    link_to(h, "report", N_("The report, statement by statement"));
    sections(h);
    ac_html_raw(h, "</ul></nav>\n<main>\n");
}
