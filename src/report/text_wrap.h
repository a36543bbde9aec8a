/* Where lines of English and Japanese text may end. Private to src/report/. */
#ifndef AC_REPORT_TEXT_WRAP_H
#define AC_REPORT_TEXT_WRAP_H

#include "base/text.h"

/* How many bytes of s, from `from` on, fit into `columns` (at least 2); *ret_next is where the next
 * line begins. Lines end at a space, which is left out, or between characters of which one is wide,
 * unless Japanese typesetting forbids it there (JIS X 4051: no closing mark at the begin of a line,
 * no opening one at its end); in words longer than a line, anywhere. */
size_t ac_wrap_fit(struct ac_str s, size_t from, unsigned columns, size_t *ret_next);

#endif
