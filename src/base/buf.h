/*
 * A growing run of bytes, used for building text.
 *
 * A struct ac_buf starts as {0}. Memory failure is sticky: later additions are ignored and
 * `failed` stays true, so that a sequence of additions needs one check at its end. The content is
 * always NUL-terminated (p is NULL only while nothing was ever added).
 */
#ifndef AC_BASE_BUF_H
#define AC_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Borrowed text, not NUL-terminated, UTF-8 unless said otherwise. */
struct ac_str {
    const char *p;
    size_t n;
};

#define AC_STR(literal) ((struct ac_str){(literal), sizeof(literal) - 1})
struct ac_str ac_str_of(const char *z); /* NULL gives an empty one */

/* ASCII letters fold, everything else compares byte by byte. */
bool ac_str_eq(struct ac_str a, struct ac_str b);
bool ac_str_ieq(struct ac_str a, struct ac_str b);
bool ac_str_istarts(struct ac_str s, struct ac_str prefix);
bool ac_str_iends(struct ac_str s, struct ac_str suffix);
/* Has it `least` to `most` bytes, all ASCII and of that class (isalpha, islower ...)? */
bool ac_str_is(struct ac_str s, size_t least, size_t most, int (*class)(int));
/* Offset of the first (ASCII-case-insensitive) occurrence, or -1. */
long ac_str_ifind(struct ac_str s, struct ac_str what);

struct ac_buf {
    char *p; /* Owned: ac_buf_free() */
    size_t n, cap;
    bool failed;
};

void ac_buf_add(struct ac_buf *b, const void *bytes, size_t n);
void ac_buf_addz(struct ac_buf *b, const char *z);
void ac_buf_adds(struct ac_buf *b, struct ac_str s);
void ac_buf_addc(struct ac_buf *b, char c);
void ac_buf_addf(struct ac_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ac_buf_addv(struct ac_buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Lower-case hexadecimal of n bytes. */
void ac_buf_addhex(struct ac_buf *b, const void *bytes, size_t n);
/* Appends code point c (at most 0x10FFFF, no surrogate) as UTF-8. */
void ac_buf_addu(struct ac_buf *b, unsigned c);
void ac_buf_clear(struct ac_buf *b);
void ac_buf_free(struct ac_buf *b);
struct ac_str ac_buf_str(const struct ac_buf *b);
/* The text, "" if nothing was added. Borrowed: until the next change. */
const char *ac_buf_text(const struct ac_buf *b);

#endif
