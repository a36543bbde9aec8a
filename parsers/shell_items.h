/*
 * Lists of shell items (ITEMIDLIST): how Explorer stores a place in its namespace, as bytes.
 *
 * Format: libyal/libfwsi, "Windows Shell Item format specification" (Microsoft documents only that
 * a list is a row of sized items). Read are root folders, volumes, files and folders with their long
 * names (extension block 0xBEEF0004), files of the user's profile (delegate items), network places and
 * libraries. Any other item is shown as "[item type 0xNN]", so that nothing is passed over silently.
 *
 * A list is at most AC_MAX_SHELL_ITEMS items long. Thread-safe: no state.
 */
#ifndef AC_PARSERS_SHELL_ITEMS_H
#define AC_PARSERS_SHELL_ITEMS_H

#include "base/buf.h"
#include "base/bytes.h"

/* Appends the place as a path, '\' between items. *ret_exact becomes false when the bytes say more than
 * the path shows: text that was escaped, 8-bit text whose code page is not known, unknown items.
 * AC_OK; AC_TRUNCATED: an item ends behind the end of the bytes, or the list has no end; AC_CORRUPT:
 * an impossible size; AC_LIMIT. The path holds what was read until then; *ret_at is the offset in
 * `list` of the item that could not be read. Memory failure stays in `out`. */
enum ac_rc ac_shell_path(struct ac_view list, struct ac_buf *out, bool *ret_exact, size_t *ret_at);

#endif
