#include "task_text.h"

enum encoding { UTF8, UTF16LE, UTF16BE };

static enum encoding guess(struct ac_view *v)
{
    static const struct {
        uint8_t bytes[3], n;
        enum encoding encoding;
    } marks[] = {
        {{0xFF, 0xFE}, 2, UTF16LE}, {{0xFE, 0xFF}, 2, UTF16BE}, {{0xEF, 0xBB, 0xBF}, 3, UTF8}};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t same = 0;

        while (same < marks[i].n && same < v->n && v->p[same] == marks[i].bytes[same])
            same++;
        if (same == marks[i].n) {
            *v = (struct ac_view){v->p + same, v->n - same, v->base + same};
            return marks[i].encoding;
        }
    }
    /* XML begins with an ASCII character */
    if (v->n >= 2 && v->p[0] != 0 && v->p[1] == 0)
        return UTF16LE;
    return v->n >= 2 && v->p[0] == 0 && v->p[1] != 0 ? UTF16BE : UTF8;
}

static bool is_xml_char(unsigned c)
{
    return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

/* Copies valid UTF-8, escaping what XML does not allow. */
static void escape(struct ac_str s, struct ac_buf *out, bool *ret_exact)
{
    size_t plain = 0;

    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        unsigned c = ac_utf8_next(s, &i);

        if (is_xml_char(c))
            continue;
        ac_buf_add(out, s.p + plain, at - plain);
        ac_buf_addf(out, "\\u{%X}", c);
        plain = i;
        if (ret_exact)
            *ret_exact = false;
    }
    ac_buf_add(out, s.p + plain, s.n - plain);
}

void ac_task_decode(struct ac_view bytes, struct ac_buf *out, bool *ret_exact)
{
    struct ac_view v = bytes;
    enum encoding encoding = guess(&v);
    size_t unit = encoding == UTF8 ? 1 : 2;
    struct ac_buf text = {0};

    while (v.n >= unit && v.p[v.n - 1] == 0 && v.p[v.n - unit] == 0)
        v.n -= unit;
    if (encoding == UTF16LE)
        ac_text_from_utf16(v, &text, ret_exact);
    else if (encoding == UTF16BE)
        ac_text_from_utf16be(v, &text, ret_exact);
    else
        ac_text_from_utf8(v, &text, ret_exact);
    if (text.failed)
        out->failed = true;
    escape(ac_buf_str(&text), out, ret_exact);
    ac_buf_free(&text);
}
