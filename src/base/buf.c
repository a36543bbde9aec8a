#include "base/buf.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct ac_str ac_str_of(const char *z)
{
    return (struct ac_str){z ? z : "", z ? strlen(z) : 0};
}

static unsigned char fold_ascii(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool ac_str_eq(struct ac_str a, struct ac_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool ac_str_istarts(struct ac_str s, struct ac_str prefix)
{
    if (s.n < prefix.n)
        return false;
    for (size_t i = 0; i < prefix.n; i++) {
        if (fold_ascii(s.p[i]) != fold_ascii(prefix.p[i]))
            return false;
    }
    return true;
}

bool ac_str_ieq(struct ac_str a, struct ac_str b)
{
    return a.n == b.n && ac_str_istarts(a, b);
}

bool ac_str_iends(struct ac_str s, struct ac_str suffix)
{
    if (s.n < suffix.n)
        return false;
    return ac_str_ieq((struct ac_str){s.p + (s.n - suffix.n), suffix.n}, suffix);
}

long ac_str_ifind(struct ac_str s, struct ac_str what)
{
    for (size_t i = 0; i + what.n <= s.n; i++) {
        if (ac_str_istarts((struct ac_str){s.p + i, s.n - i}, what))
            return (long)i;
    }
    return -1;
}

bool ac_str_is(struct ac_str s, size_t least, size_t most, int (*class)(int))
{
    if (s.n < least || s.n > most)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80 || !class((unsigned char)s.p[i]))
            return false;
    }
    return true;
}

static bool reserve(struct ac_buf *b, size_t more)
{
    size_t need;

    if (b->failed)
        return false;
    if (__builtin_add_overflow(b->n, more, &need) ||
        __builtin_add_overflow(need, (size_t)1, &need) ||
        ac_grow((void **)&b->p, &b->cap, need, 1) != 0) {
        b->failed = true;
        return false;
    }
    return true;
}

void ac_buf_add(struct ac_buf *b, const void *bytes, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n > 0)
        memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void ac_buf_addz(struct ac_buf *b, const char *z)
{
    ac_buf_add(b, z, strlen(z));
}

void ac_buf_adds(struct ac_buf *b, struct ac_str s)
{
    ac_buf_add(b, s.p, s.n);
}

void ac_buf_addc(struct ac_buf *b, char c)
{
    ac_buf_add(b, &c, 1);
}

void ac_buf_addv(struct ac_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0 || !reserve(b, (size_t)n))
        return;
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    b->n += (size_t)n;
}

void ac_buf_addf(struct ac_buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    ac_buf_addv(b, fmt, ap);
    va_end(ap);
}

void ac_buf_addhex(struct ac_buf *b, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = bytes;

    if (n > SIZE_MAX / 2 || !reserve(b, n * 2))
        return;
    for (size_t i = 0; i < n; i++) {
        b->p[b->n++] = digits[p[i] >> 4];
        b->p[b->n++] = digits[p[i] & 15];
    }
    b->p[b->n] = '\0';
}

void ac_buf_addu(struct ac_buf *b, unsigned c)
{
    char u[4];
    size_t n;

    if (c < 0x80) {
        u[0] = (char)c;
        n = 1;
    } else if (c < 0x800) {
        u[0] = (char)(0xC0 | c >> 6);
        u[1] = (char)(0x80 | (c & 0x3F));
        n = 2;
    } else if (c < 0x10000) {
        u[0] = (char)(0xE0 | c >> 12);
        u[1] = (char)(0x80 | (c >> 6 & 0x3F));
        u[2] = (char)(0x80 | (c & 0x3F));
        n = 3;
    } else {
        u[0] = (char)(0xF0 | c >> 18);
        u[1] = (char)(0x80 | (c >> 12 & 0x3F));
        u[2] = (char)(0x80 | (c >> 6 & 0x3F));
        u[3] = (char)(0x80 | (c & 0x3F));
        n = 4;
    }
    ac_buf_add(b, u, n);
}

void ac_buf_clear(struct ac_buf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = '\0';
}

void ac_buf_free(struct ac_buf *b)
{
    ac_free(b->p);
    *b = (struct ac_buf){0};
}

struct ac_str ac_buf_str(const struct ac_buf *b)
{
    return (struct ac_str){b->p ? b->p : "", b->n};
}

const char *ac_buf_text(const struct ac_buf *b)
{
    return b->p ? b->p : "";
}
