/*
 * Windows paths, in all the spellings of registry values, services and task files, to paths of a
 * volume on an image: '/' between components, without drive, UTF-8.
 *
 * Pure text: nothing is looked up. Environment variables are expanded before (base/winenv.h).
 */
#ifndef AC_BASE_WINPATH_H
#define AC_BASE_WINPATH_H

#include "base/winenv.h"

enum ac_winpath_kind {
    AC_WINPATH_ABSOLUTE, /* from the root of a volume */
    AC_WINPATH_RELATIVE, /* a bare name, or folders with unknown beginning */
    AC_WINPATH_REMOTE,   /* \\server\share\..., http://...: not on this computer */
};

struct ac_winpath {
    enum ac_winpath_kind kind;
    char drive;         /* upper-case letter; 0: none in the text (the system's volume) */
    unsigned volume;    /* N of \Device\HarddiskVolumeN; 0: none in the text */
    struct ac_buf path; /* Owned: ac_buf_free() */
};

/* Understands C:\x, \\?\C:\x, \\.\C:\x, \??\C:\x, \DosDevices\C:\x, \SystemRoot\x, \x, System32\x
 * and SysWOW64\x (below the system root, as services write it), \Device\HarddiskVolumeN\x,
 * \\?\Volume{...}\x, \VOLUME{...}\x (prefetch), file:///C:/x; forward slashes; quotes; "." and ".."
 * (never above the root); dots and spaces at the end. `env` may be NULL: the system root is then
 * "Windows". AC_NOMEM, or AC_OK with *ret set. */
enum ac_rc ac_winpath_parse(struct ac_str text, const struct ac_winenv *env,
                            struct ac_winpath *ret);

/* Folders in which Windows looks for a program or library given as a bare name, relative to the
 * system root ("" is the root itself), in its order; ends with NULL. */
extern const char *const ac_winpath_search[];

/* True if an ordinary user may create files there in a default installation, so that malware needs
 * no rights to settle: everything below Users and Documents and Settings, ProgramData, the recycle
 * bins, PerfLogs and any other folder in the root of a volume except Windows, Program Files and
 * what belongs to the system (System Volume Information, Recovery, Boot ...); below Windows: Temp,
 * Tasks, tracing, debug/WIA, Registration/CRMLog, System32 and SysWOW64: Tasks,
 * spool/drivers/color, spool/PRINTERS, spool/SERVERS, com/dmp, FxsTmp,
 * Microsoft/Crypto/RSA/MachineKeys. A file right in the root is not: there users may create folders
 * only. Below Windows.old the same holds. `path` as ac_winpath_parse() gives it. */
bool ac_path_user_writable(struct ac_str path);

#endif
