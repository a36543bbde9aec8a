/* Pure functions of the rules for the families that follow Emotet; for rules and their tests. */
#ifndef AC_ASSESS_FAMILIES_H
#define AC_ASSESS_FAMILIES_H

#include "assess/assess.h"

/* Ursnif: is this GUID (36 characters, no braces) one whose first four bytes determine the rest? */
bool ac_ursnif_is_computed_guid(struct ac_str name);

/* Qakbot: a folder name as it chooses below Roaming\Microsoft ("Bbbetedog"), and none that Windows or Office has. */
bool ac_qakbot_is_folder(struct ac_str name);

/* TrickBot: a module's file name ("pwgrab64"), with or without "_configs". */
bool ac_trickbot_is_module(struct ac_str name);
bool ac_trickbot_is_configs(struct ac_str name);

/* Zloader: alternating consonants and vowels, 3 to 12 letters. */
bool ac_zloader_is_name(struct ac_str name);
/* A text with {8-4-4-16 hexadecimal digits}: no GUID has that form. */
bool ac_zloader_has_odd_guid(struct ac_str text);

#endif
