/*
 * Exposure: which stored credentials could be read by whoever ran programs as a user, in the order
 * in which their passwords are to be changed. Looks at records only; nothing of it says that
 * anything was read.
 *
 * Records of one program, user and kind of content are one item: thirty Wi-Fi profiles are one
 * thing to change. Backups of hives are left out: what they hold is older than what the live hive
 * holds.
 */
#ifndef AC_ASSESS_EXPOSURE_H
#define AC_ASSESS_EXPOSURE_H

#include "assess/first_trace.h"

#define AC_EXPOSURE_WORDS 8

/* Mail first: other passwords can be reset through it. */
enum ac_urgency {
    AC_URGENT_MAIL = 1,
    AC_URGENT_BROWSER,
    AC_URGENT_ACCESS,
    AC_URGENT_MANAGER,
    AC_URGENT_REST
};

struct ac_exposed {
    /* Borrowed from the first record */
    const char *evidence, *system, *user, *program, *content;
    enum ac_urgency urgency;
    int64_t saved, accounts, size;
    bool saved_known, accounts_known; /* of every record */
    size_t unreadable;                /* records of which not all could be counted */
    struct ac_filetime first_created, last_created, last_used, last_changed, modified;
    const char *protection[AC_EXPOSURE_WORDS]; /* Borrowed from records; each once */
    size_t n_protection;
    const struct ac_record **records; /* Borrowed; array owned */
    size_t n_records, cap_records;
};

struct ac_exposure {
    struct ac_exposed *items; /* Owned; by evidence, system, user, urgency */
    size_t n, cap;
    bool searched; /* a collection looked for stores */
    struct ac_first_trace first;
    bool any_finding; /* above listed, that tells of malware */
    const struct ac_record
        *domain; /* system record of a member of a domain, when a family that takes domain
                                       passwords was found; NULL: not so */
};

/* AC_OK or AC_NOMEM. Owned: ac_exposure_free(). */
enum ac_rc ac_exposure_make(const struct ac_assessment *a, struct ac_exposure *ret);
void ac_exposure_free(struct ac_exposure *e);

/* Is it a secret that can be changed, or what is protected by one? Not so: keys, mail,
 * connections. */
bool ac_exposed_is_to_change(const struct ac_exposed *x);

#endif
