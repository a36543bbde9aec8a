/*
 * Folders that Windows stores as identifiers ("{6D809377-...}") instead of paths.
 *
 * Known folders: Microsoft, "KNOWNFOLDERID" (their documented default paths; a user or an
 * administrator can have moved a folder elsewhere). Shell folders: libyal/libfwsi, "Windows Shell
 * Item format specification", and the names that the classes have in Windows.
 */
#ifndef AC_PARSERS_KNOWN_FOLDERS_H
#define AC_PARSERS_KNOWN_FOLDERS_H

#include "base/buf.h"
#include "base/bytes.h"

#define AC_GUID_TEXT 38 /* characters of "{...}" */

/* Default path with environment variables; NULL if the identifier is not in the table. `guid`: with
 * braces, case ignored. */
const char *ac_known_folder(struct ac_str guid);
/* English name of a shell folder (This PC, Libraries ...), of a known folder its path; NULL likewise.
 */
const char *ac_shell_folder(struct ac_str guid);
/* The 16 bytes at p as "{...}", upper case, with a NUL. */
void ac_guid_text(const uint8_t *p, char ret[AC_GUID_TEXT + 1]);

#endif
