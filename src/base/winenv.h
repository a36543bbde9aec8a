/*
 * Environment variables of a Windows that is not running: what %NAME% in a command line stood for.
 *
 * The values are those of a default installation, derived from the system root and the profile that
 * the hives name; who knows better sets them.
 */
#ifndef AC_BASE_WINENV_H
#define AC_BASE_WINENV_H

#include "base/buf.h"
#include "base/error.h"

#define AC_WINENV_MAX 32

struct ac_winenv {
    struct {
        const char *name; /* Borrowed: static */
        char *value;      /* Owned */
    } vars[AC_WINENV_MAX];
    size_t n;
};

/* Adds or replaces; `name` must outlive the environment. AC_LIMIT: it is full. */
enum ac_rc ac_winenv_set(struct ac_winenv *e, const char *name, struct ac_str value);
/* "" if there is none. Case does not matter. */
struct ac_str ac_winenv_get(const struct ac_winenv *e, struct ac_str name);

/* Sets all variables of a default installation: SystemDrive SystemRoot windir ComSpec ProgramFiles
 * ProgramFiles(x86) ProgramW6432 CommonProgramFiles CommonProgramFiles(x86) ProgramData
 * ALLUSERSPROFILE PUBLIC, and of the user USERPROFILE APPDATA LOCALAPPDATA TEMP TMP HOMEDRIVE
 * HOMEPATH USERNAME. system_root: "C:\Windows" ("" means that). profile: "C:\Users\user1" or
 * "C:\Documents and Settings\u"; "" for the machine, whose profile is that of LocalSystem and whose
 * TEMP is Windows\Temp. */
enum ac_rc ac_winenv_standard(struct ac_winenv *e, struct ac_str system_root,
                              struct ac_str profile);
void ac_winenv_free(struct ac_winenv *e);

/* Appends `text` with each %NAME% replaced, once, as ExpandEnvironmentStrings does; names that are
 * not known stay as they are. */
void ac_winenv_expand(const struct ac_winenv *e, struct ac_str text, struct ac_buf *out);

#endif
