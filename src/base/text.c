#include "base/text.h"

#include <wchar.h>
#include <wctype.h>

static bool is_high(unsigned u)
{
    return (u & 0xFC00) == 0xD800;
}

static bool is_low(unsigned u)
{
    return (u & 0xFC00) == 0xDC00;
}

static void not_exact(bool *ret_exact)
{
    if (ret_exact)
        *ret_exact = false;
}

static unsigned unit_at(struct ac_view v, size_t i, bool big)
{
    const uint8_t *p = v.p + i;

    return big ? (unsigned)(p[0] << 8 | p[1]) : ac_le16(p);
}

static void from_utf16(struct ac_view v, bool big, struct ac_buf *out, bool *ret_exact)
{
    for (size_t i = 0; i + 2 <= v.n; i += 2) {
        unsigned u = unit_at(v, i, big);

        if (is_high(u) && i + 4 <= v.n && is_low(unit_at(v, i + 2, big))) {
            ac_buf_addu(out, 0x10000 + ((u & 0x3FF) << 10) + (unit_at(v, i + 2, big) & 0x3FF));
            i += 2;
        } else if (u == 0 || is_high(u) || is_low(u)) {
            ac_buf_addf(out, "\\u{%X}", u);
            not_exact(ret_exact);
        } else {
            ac_buf_addu(out, u);
        }
    }
    if (v.n % 2) {
        ac_buf_addf(out, "\\x{%02X}", v.p[v.n - 1]);
        not_exact(ret_exact);
    }
}

void ac_text_from_utf16(struct ac_view bytes, struct ac_buf *out, bool *ret_exact)
{
    from_utf16(bytes, false, out, ret_exact);
}

void ac_text_from_utf16be(struct ac_view bytes, struct ac_buf *out, bool *ret_exact)
{
    from_utf16(bytes, true, out, ret_exact);
}

void ac_text_from_latin1(struct ac_view bytes, struct ac_buf *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        if (bytes.p[i] == 0)
            ac_buf_addz(out, "\\u{0}");
        else
            ac_buf_addu(out, bytes.p[i]);
    }
}

/* Length of the valid, shortest-form UTF-8 sequence at p, 0 if there is none. */
static size_t utf8_valid(const uint8_t *p, size_t n)
{
    unsigned c = p[0];
    size_t len = c < 0x80                ? 1
                 : c >= 0xC2 && c < 0xE0 ? 2
                 : c >= 0xE0 && c < 0xF0 ? 3
                 : c >= 0xF0 && c < 0xF5 ? 4
                                         : 0;

    if (len == 0 || len > n)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] >= 0xA0) || (c == 0xF0 && p[1] < 0x90) ||
        (c == 0xF4 && p[1] >= 0x90))
        return 0;
    return len;
}

void ac_text_from_utf8(struct ac_view bytes, struct ac_buf *out, bool *ret_exact)
{
    for (size_t i = 0; i < bytes.n;) {
        size_t len = utf8_valid(bytes.p + i, bytes.n - i);

        if (len == 0) {
            ac_buf_addf(out, "\\x{%02X}", bytes.p[i++]);
            not_exact(ret_exact);
        } else if (bytes.p[i] == 0) {
            ac_buf_addz(out, "\\u{0}");
            i++;
            not_exact(ret_exact);
        } else {
            ac_buf_add(out, bytes.p + i, len);
            i += len;
        }
    }
}

size_t ac_utf16_length(struct ac_view bytes)
{
    for (size_t i = 0; i + 2 <= bytes.n; i += 2) {
        if (bytes.p[i] == 0 && bytes.p[i + 1] == 0)
            return i;
    }
    return bytes.n;
}

unsigned ac_utf8_next(struct ac_str s, size_t *at)
{
    const uint8_t *p = (const uint8_t *)s.p + *at;
    size_t len = utf8_valid(p, s.n - *at);

    if (len <= 1) { /* a stray byte stands for itself: callers pass valid text */
        (*at)++;
        return p[0];
    }
    *at += len;
    if (len == 2)
        return (p[0] & 0x1FU) << 6 | (p[1] & 0x3FU);
    if (len == 3)
        return (p[0] & 0x0FU) << 12 | (p[1] & 0x3FU) << 6 | (p[2] & 0x3FU);
    return (p[0] & 0x07U) << 18 | (p[1] & 0x3FU) << 12 | (p[2] & 0x3FU) << 6 | (p[3] & 0x3FU);
}

unsigned ac_fold_char(unsigned c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
    return c < 0x10000 ? (unsigned)towupper((wint_t)c) : c;
}

uint32_t ac_fold_hash(struct ac_str name, uint32_t seed)
{
    uint32_t h = 2166136261U ^ seed;

    for (size_t i = 0; i < name.n;) {
        unsigned c = (unsigned char)name.p[i];

        if (c < 0x80) {
            c = c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
            i++;
        } else {
            c = ac_fold_char(ac_utf8_next(name, &i));
        }
        h = (h ^ c) * 16777619U;
    }
    return h;
}

bool ac_fold_eq(struct ac_str a, struct ac_str b)
{
    size_t i = 0, j = 0;

    while (i < a.n && j < b.n) {
        if (ac_fold_char(ac_utf8_next(a, &i)) != ac_fold_char(ac_utf8_next(b, &j)))
            return false;
    }
    return i == a.n && j == b.n;
}

static bool is_unsafe(unsigned c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C ||
           c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 ||
           (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0x3164 ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
           (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE ||
           (c >= 0x1BCA0 && c <= 0x1BCA3) || (c >= 0x1D173 && c <= 0x1D17A) ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

void ac_text_safe(struct ac_str s, struct ac_buf *out)
{
    size_t plain = 0; /* start of the run that can be copied as it is */

    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        unsigned c = ac_utf8_next(s, &i);
        bool stray = i == at + 1 && c >= 0x80;

        if (!stray && !is_unsafe(c))
            continue;
        ac_buf_add(out, s.p + plain, at - plain);
        ac_buf_addf(out, stray ? "\\x{%02X}" : "\\u{%X}", c);
        plain = i;
    }
    ac_buf_add(out, s.p + plain, s.n - plain);
}

unsigned ac_char_width(unsigned c)
{
    /* wcwidth() of glibc follows Unicode's East Asian Width; the locale is C.UTF-8 (set in main) */
    int w = c < 0x80 ? 1 : wcwidth((wchar_t)c);

    return w < 0 ? 1 : (unsigned)w;
}

size_t ac_text_width(struct ac_str s)
{
    size_t width = 0;

    for (size_t i = 0; i < s.n;)
        width += ac_char_width(ac_utf8_next(s, &i));
    return width;
}
