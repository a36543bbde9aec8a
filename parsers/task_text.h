/*
 * Bytes of a task file (or other XML that Windows writes) to UTF-8 that an XML reader accepts.
 *
 * UTF-16LE and BE with or without byte order mark, UTF-8 with or without. Whatever does not convert
 * or is no XML character (lone surrogates, control characters, U+FFFE) becomes a visible escape
 * such as \u{D83D}: an XML reader would refuse the file because of it, or drop it silently.
 */
#ifndef AC_PARSERS_TASK_TEXT_H
#define AC_PARSERS_TASK_TEXT_H

#include "base/text.h"

/* Appends the text; trailing NULs are left out. *ret_exact (may be NULL) becomes false if anything
 * was escaped; never set to true. */
void ac_task_decode(struct ac_view bytes, struct ac_buf *out, bool *ret_exact);

#endif
