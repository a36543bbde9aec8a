/*
 * Confinement of a process that parses evidence: what a parser that was overrun could still do.
 *
 * Source: landlock(7), seccomp(2). Kernels and containers without them are told apart, not refused: the run says what
 * there was. Applies to the calling thread and to all that it starts; cannot be undone.
 */
#ifndef AC_COLLECT_CONFINE_H
#define AC_COLLECT_CONFINE_H

#include "base/error.h"

#include <stddef.h>

/* What this kernel offers: a set of these. */
enum ac_confinement {
    AC_CONFINED_FILES = 1, /* Landlock: which files can be opened */
    AC_CONFINED_CALLS =
        2, /* seccomp: no program, process or network, nothing written but to what is open */
};
unsigned ac_confinement_offered(void);

/* From here on nothing is made, opened for writing, cut, renamed, removed or started, no socket opened, and no other
 * process signalled, limited or reached through shared memory or the terminal. What is open stays open, and all files can
 * be opened for reading. AC_IO: what the kernel offers could not be had. */
enum ac_rc ac_confine(struct ac_err *err);

/* After that: only these files, and files below these folders, can be opened. Places that are not there are passed
 * over. */
enum ac_rc ac_confine_to(const char *const *places, size_t n, struct ac_err *err);

#endif
