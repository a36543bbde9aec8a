/*
 * Text as evidence stores it, and text as a reader may see it.
 *
 * Inside the program all text is UTF-8. UTF-16LE that does not convert exactly is made visible:
 * a lone surrogate becomes \u{D83D}, an embedded NUL \u{0}; the caller keeps the bytes beside it.
 */
#ifndef AC_BASE_TEXT_H
#define AC_BASE_TEXT_H

#include "base/buf.h"
#include "base/bytes.h"

/* Appends UTF-16LE bytes as UTF-8. *ret_exact (may be NULL) becomes false if anything was escaped
 * (lone surrogate, NUL inside, odd last byte); never set to true. */
void ac_text_from_utf16(struct ac_view bytes, struct ac_buf *out, bool *ret_exact);

/* The same for UTF-16BE, and for 8-bit text: ISO 8859-1 (registry "compressed" names). */
void ac_text_from_utf16be(struct ac_view bytes, struct ac_buf *out, bool *ret_exact);
void ac_text_from_latin1(struct ac_view bytes, struct ac_buf *out);
/* Bytes that claim to be UTF-8: each byte that is not becomes \x{HH}, NUL \u{0}. */
void ac_text_from_utf8(struct ac_view bytes, struct ac_buf *out, bool *ret_exact);

/* Number of bytes of UTF-16LE text before its first NUL character (or all, without one). */
size_t ac_utf16_length(struct ac_view bytes);

/* Decodes the code point at s.p[*at] of valid UTF-8 and moves *at past it. */
unsigned ac_utf8_next(struct ac_str s, size_t *at);

/* Upper-case form for comparing names as NTFS does (simple one-to-one mapping). */
unsigned ac_fold_char(unsigned c);

/* FNV-1a over the folded characters; equal for names that NTFS holds to be equal. */
uint32_t ac_fold_hash(struct ac_str name, uint32_t seed);
bool ac_fold_eq(struct ac_str a, struct ac_str b);

/* Appends s fit for a terminal or a report: C0, C1, DEL, bidi controls, zero-width characters,
 * line and paragraph separators and tags become \u{XX}. The only way from evidence to a screen. */
void ac_text_safe(struct ac_str s, struct ac_buf *out);

/* Columns that safe text takes on a terminal: East Asian wide and full-width characters take two. */
unsigned ac_char_width(unsigned c);
size_t ac_text_width(struct ac_str s);

#endif
