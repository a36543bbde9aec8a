/*
 * What EmoCheck (JPCERT/CC) would have said on this computer, version by version, as far as its methods are
 * published: README and source of JPCERTCC/EmoCheck at 36f2ec6. EmoCheck looks at running processes; here the
 * findings of the same methods on the disk stand for them.
 */
#ifndef AC_ASSESS_EMOCHECK_ANSWER_H
#define AC_ASSESS_EMOCHECK_ANSWER_H

#include "assess/assess.h"

struct ac_emocheck_version {
    const char *name, *date; /* "v1.0.0", "2020-08-11" */
    unsigned methods;        /* bits 1 to 5: scan_v1 to scan_v5 */
    bool published;          /* false: it has methods that are not published */
};
extern const struct ac_emocheck_version ac_emocheck_versions[]; /* ends with a NULL name */

struct ac_emocheck_process {
    const struct ac_finding *finding; /* Borrowed */
    unsigned method;                  /* 1 to 5 */
    unsigned earlier; /* methods that name the same file before it: a set of 1 << method */
    const char *name; /* Borrowed: of the process */
    char *image_path; /* Owned: as Windows writes it; the drive letter is taken to be C */
};

struct ac_emocheck_answer {
    const char *evidence, *system, *hostname; /* Borrowed; hostname "" when it is not known */
    struct ac_filetime last_trace;            /* of the computer's use; ticks 0: not known */
    bool complete;                            /* everything of it that was expected was read */
    struct ac_emocheck_process *processes;    /* Owned; in the order of the findings */
    size_t n, cap;
    /* Findings above "listed" of which EmoCheck has no method; array owned */
    const struct ac_finding **unseen;
    size_t n_unseen, cap_unseen;
};
struct ac_emocheck_answers {
    struct ac_emocheck_answer *items; /* Owned: ac_emocheck_free() */
    size_t n, cap;
};

/* One answer for each Windows installation. AC_OK or AC_NOMEM. */
enum ac_rc ac_emocheck_ask(const struct ac_assessment *a, struct ac_emocheck_answers *ret);
void ac_emocheck_free(struct ac_emocheck_answers *answers);

#endif
