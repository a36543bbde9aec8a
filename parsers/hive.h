/*
 * Registry hives: which hive it is, and what its keys say.
 *
 * A hive is told by what its root holds, not by its name; a hive that looks like several (somebody
 * made keys to confuse) is read as each of them. Emitted are
 *   system     computer and product facts of SYSTEM and SOFTWARE, one record a source
 *   account    profiles of SOFTWARE, accounts of SAM
 *   autostart  Run, RunOnce, Policies\Explorer\Run of SOFTWARE and of every user's hive, with their
 *              WOW6432Node twins; services and drivers of the current control set
 *   value      binary values, and values with hexadecimal names, of the Explorer keys
 *   key, value everything, instead of the above, when the artefact says all_keys
 *   problem    each damaged place; a dirty hive; logs that could not be applied
 * Transaction logs given with the artefact are replayed first; states are then `live` and
 * `from-log`, and autostart records say what the replay changed (`change`, `before`); what it
 * removed is `deleted`. Deleted and unlinked keys and values follow the live ones: those of the
 * keys above, and up to AC_MAX_LOOSE_VALUES values of unknown keys that name a program or have the
 * name of a serial number; all of them with all_keys. A file without a base block is read as if it
 * had one; one without a root is searched bin by bin.
 *
 * Key meanings: libyal/winreg-kb. Paths of key in provenance and `location` have the names as
 * stored in the hive. Text with NUL inside or lone surrogates has escapes and its bytes in "raw":
 * for a value's text all of its data, for a name the name as stored.
 */
#ifndef AC_PARSERS_HIVE_H
#define AC_PARSERS_HIVE_H

#include "parser.h"

extern const struct ac_parser ac_parser_hive;

#endif
