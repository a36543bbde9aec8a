/* Text and links of report.html. */
#include "report/html.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void ac_html_text(struct ac_html *h, struct ac_str text)
{
    struct ac_buf safe = {0};

    ac_text_safe(text, &safe);
    for (size_t i = 0; i < safe.n; i++) {
        switch (safe.p[i]) {
        case '&':
            ac_buf_addz(h->out, "&amp;");
            break;
        case '<':
            ac_buf_addz(h->out, "&lt;");
            break;
        case '>':
            ac_buf_addz(h->out, "&gt;");
            break;
        case '"':
            ac_buf_addz(h->out, "&quot;");
            break;
        case '\'':
            ac_buf_addz(h->out, "&#39;");
            break;
        default:
            ac_buf_addc(h->out, safe.p[i]);
        }
    }
    h->out->failed |= safe.failed;
    ac_buf_free(&safe);
}

void ac_html_textz(struct ac_html *h, const char *text)
{
    ac_html_text(h, ac_str_of(text));
}

void ac_html_raw(struct ac_html *h, const char *markup)
{
    ac_buf_addz(h->out, markup);
}

void ac_html_number(struct ac_html *h, uint64_t n)
{
    ac_buf_addf(h->out, "%" PRIu64, n);
}

void ac_html_short_time(struct ac_html *h, uint64_t ticks, bool days)
{
    char text[AC_TIME_TEXT];

    ac_time_print((struct ac_filetime){ticks}, text);
    if (!days && strlen(text) > 16) {
        text[10] = ' ';
        text[16] = '\0';
    } else if (strlen(text) > 10) {
        text[10] = '\0';
    }
    ac_html_textz(h, text);
}

/* ---- both languages */

static const char *const languages[AC_HTML_LANGUAGES] = {"en", "ja"};

void ac_html_say(struct ac_html *h, const char *msgid, ...)
{
    struct ac_sentence s = {.msgid = msgid};
    struct ac_buf text[AC_HTML_LANGUAGES] = {{0}};
    const char *arg;
    va_list ap;

    va_start(ap, msgid);
    while (s.n < AC_SENTENCE_ARGS && (arg = va_arg(ap, const char *)) != NULL)
        memcpy(&s.args[s.n++], &arg, sizeof(arg)); /* not written through */
    va_end(ap);
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++)
        ac_sentence_print(&s, ac_translate(languages[l], msgid), &text[l]);
    ac_html_pair(h, ac_buf_str(&text[0]), ac_buf_str(&text[1]));
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        h->out->failed |= text[l].failed;
        ac_buf_free(&text[l]);
    }
}

static void in_language(struct ac_html *h, unsigned language, struct ac_str text, bool linked)
{
    ac_buf_addf(h->out, "<span lang=\"%s\" xml:lang=\"%s\">", languages[language],
                languages[language]);
    if (linked)
        ac_html_linked(h, language, text);
    else
        ac_html_text(h, text);
    ac_html_raw(h, "</span>");
}

void ac_html_pair(struct ac_html *h, struct ac_str en, struct ac_str ja)
{
    if (ac_str_eq(en, ja)) {
        ac_html_text(h, en);
        return;
    }
    in_language(h, 0, en, false);
    in_language(h, 1, ja, false);
}

void ac_html_pair_linked(struct ac_html *h, struct ac_str en, struct ac_str ja)
{
    in_language(h, 0, en, true);
    in_language(h, 1, ja, true);
}

/* ---- links */

void ac_html_id(struct ac_html *h, const char *name)
{
    for (; *name; name++)
        ac_buf_addc(h->out, isalnum((unsigned char)*name) || *name == '-' ? *name : '_');
}

const struct ac_doc_part *ac_html_part(const struct ac_html *h, unsigned language,
                                       const char *anchor)
{
    uint64_t at;

    return ac_set_get(&h->anchors[language], ac_str_of(anchor), &at)
               ? &h->text[language].doc.parts[at]
               : NULL;
}

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("-_./\\$%~@#", c)) || (unsigned char)c >= 0x80;
}

/* Length of "F-001" or "R-000123" at i, if it is no part of a longer name; else 0. A full stop may end it. */
static size_t id_at(struct ac_str s, size_t i)
{
    size_t n = 2;

    if (i + 3 > s.n || (s.p[i] != 'F' && s.p[i] != 'R') || s.p[i + 1] != '-' ||
        (i > 0 && is_of_name(s.p[i - 1]) && (unsigned char)s.p[i - 1] < 0x80))
        return 0;
    while (i + n < s.n && isdigit((unsigned char)s.p[i + n]))
        n++;
    if (n < 5 || n > 20)
        return 0;
    if (i + n < s.n && s.p[i + n] == '.')
        return i + n + 1 == s.n || s.p[i + n + 1] == ' ' ? n : 0;
    return i + n < s.n && is_of_name(s.p[i + n]) && (unsigned char)s.p[i + n] < 0x80 ? 0 : n;
}

/* False: nothing of this name is described. */
static bool open_link(struct ac_html *h, unsigned language, const char *id)
{
    if (ac_html_part(h, language, id))
        ac_buf_addf(h->out, "<a href=\"#%s-%s\">", languages[language], id);
    else if (ac_set_has(&h->rows, ac_str_of(id)))
        ac_buf_addf(h->out, "<a href=\"#%s\">", id);
    else
        return false;
    return true;
}

void ac_html_linked(struct ac_html *h, unsigned language, struct ac_str text)
{
    size_t plain = 0;

    for (size_t i = 0; i < text.n;) {
        size_t n = id_at(text, i);
        char id[24];

        if (n == 0) {
            i++;
            continue;
        }
        memcpy(id, text.p + i, n);
        id[n] = '\0';
        ac_html_text(h, (struct ac_str){text.p + plain, i - plain});
        if (open_link(h, language, id)) {
            ac_html_textz(h, id);
            ac_html_raw(h, "</a>");
        } else {
            ac_html_textz(h, id);
        }
        i += n;
        plain = i;
    }
    ac_html_text(h, (struct ac_str){text.p + plain, text.n - plain});
}
