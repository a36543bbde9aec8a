/*
 * The question of 25 April 2021: did the uninstaller of law enforcement remove Emotet from this computer?
 *
 * On 27 January 2021 the seized servers began to distribute a module that takes Emotet's place and, when the
 * clock of the computer reaches 25 April 2021, 12:00 local time, removes Emotet's service and Run value. It
 * leaves its own file and everything else. Sources: the decision table's own in aftercheck's documentation
 * (HACKING.md).
 */
#ifndef AC_ASSESS_UNINSTALLER_H
#define AC_ASSESS_UNINSTALLER_H

#include "assess/assess.h"

enum ac_uninstaller_verdict {
    AC_UNINSTALLER_CLEANED,  /* the module is there, no autostart leads to it, used after the day */
    AC_UNINSTALLER_NOT_RUN,  /* the module is there, and so is its autostart */
    AC_UNINSTALLER_NOT_YET,  /* the module is there; no trace of use after the day */
    AC_UNINSTALLER_NOT_HERE, /* Emotet of that time with its autostart, used after the day */
    AC_UNINSTALLER_NO_OCCASION,   /* the same; no trace of use after the day */
    AC_UNINSTALLER_OTHERWISE,     /* Emotet's file without its autostart, and without the module */
    AC_UNINSTALLER_TRACES,        /* traces of it, the file is gone */
    AC_UNINSTALLER_OPEN,          /* traces or the module, no autostart, and not all was read */
    AC_UNINSTALLER_OTHER_TIME,    /* only forms of other times: the uninstaller has no bearing */
    AC_UNINSTALLER_NO_TRACE,      /* nothing, and all was read */
    AC_UNINSTALLER_LATER_WINDOWS, /* this Windows was installed after the day */
    AC_UNINSTALLER_UNDECIDED,     /* nothing, and not all was read */
};
const char *ac_uninstaller_word(enum ac_uninstaller_verdict v); /* "cleaned" ...: for programs */
const char *ac_uninstaller_sentence(enum ac_uninstaller_verdict v); /* message id, no arguments */

struct ac_uninstaller_answer {
    const char *evidence, *system; /* Borrowed */
    enum ac_uninstaller_verdict verdict;
    const struct ac_record **records; /* array owned; those that decide, each once */
    size_t n_records, cap_records;
    /* the window in which the installation could have kept traces; ticks 0: not known */
    struct ac_filetime installed, first_trace, last_trace;
};
struct ac_uninstaller_answers {
    struct ac_uninstaller_answer *items; /* Owned: ac_uninstaller_free() */
    size_t n, cap;
};

/* One answer for each Windows installation. AC_OK or AC_NOMEM. */
enum ac_rc ac_uninstaller_ask(const struct ac_assessment *a, struct ac_uninstaller_answers *ret);
void ac_uninstaller_free(struct ac_uninstaller_answers *answers);

#endif
