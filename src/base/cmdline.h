/*
 * Command lines as Windows reads them: which program is started, and what that program in turn
 * loads when it is one of those that start others (rundll32, regsvr32, cmd, powershell ...).
 *
 * Pure text: nothing is looked up. Where Windows itself tries several paths ("C:\Program Files\a
 * b.exe x" without quotes), all of them come out in its order and the caller probes which exists.
 * Variables are expanded before (base/winenv.h). Texts are as in the command line: base/winpath.h
 * makes paths of an image of them.
 */
#ifndef AC_BASE_CMDLINE_H
#define AC_BASE_CMDLINE_H

#include "base/buf.h"
#include "base/error.h"

enum ac_cmdline_kind {
    AC_CMDLINE_PROGRAM, /* no interpreter: the target is the program itself */
    AC_CMDLINE_RUNDLL32,
    AC_CMDLINE_REGSVR32,
    AC_CMDLINE_MSHTA,
    AC_CMDLINE_SCRIPT, /* wscript, cscript */
    AC_CMDLINE_CMD,
    AC_CMDLINE_POWERSHELL,
    AC_CMDLINE_MSIEXEC,
    AC_CMDLINE_EXPLORER,
    AC_CMDLINE_CONHOST,
    AC_CMDLINE_KINDS
};

struct ac_cmdline_candidate {
    char *path; /* Owned */
    char *rest; /* Owned: programs: the arguments; targets: export, ordinal or what follows */
};

struct ac_cmdline_list {
    struct ac_cmdline_candidate *items; /* Owned */
    size_t n, cap;
    size_t preferred; /* the one to name when none of them exists; 0 if the list is empty */
};

struct ac_cmdline {
    enum ac_cmdline_kind kind;       /* of the innermost interpreter that was understood */
    unsigned depth;                  /* interpreters on the way: 0 for a plain program */
    struct ac_cmdline_list programs; /* what CreateProcess would try, in its order */
    /* What is really run or loaded, in the order in which it would be tried; equals `programs` for
     * a plain program. Empty if the interpreter loads nothing from the disk (inline script,
     * URL). */
    struct ac_cmdline_list targets;
    /* Owned, "" if none: export or entry point of rundll32 ("#1" too), what regsvr32 /i: passes,
     * URL of mshta and msiexec, arguments of a script. */
    char *argument;
    /* Owned, "" if none: text of powershell's (encoded) command, inline script of mshta. */
    char *decoded;
    bool cut; /* longer than AC_MAX_COMMAND, or nested deeper than AC_MAX_COMMAND_DEPTH */
};

/* AC_OK (also for an empty or senseless command line: then the lists may be empty) or AC_NOMEM,
 * with nothing in *ret to free. */
enum ac_rc ac_cmdline_parse(struct ac_str command, struct ac_cmdline *ret);
/* The same where program and arguments stand apart, as in scheduled tasks and shortcuts. */
enum ac_rc ac_cmdline_parse_pair(struct ac_str program, struct ac_str arguments,
                                 struct ac_cmdline *ret);
void ac_cmdline_free(struct ac_cmdline *c);

/* "program", "rundll32", "regsvr32", "mshta", "script", "cmd", "powershell", "msiexec" ... */
const char *ac_cmdline_kind_name(enum ac_cmdline_kind kind);

#endif
