/*
 * How it may have come in: what arrived, was opened or had its macros enabled in the weeks before the first
 * trace of the findings. Candidates, in the order of their nearness; nothing says that one of them is the way.
 */
#ifndef AC_ASSESS_ENTRY_POINT_H
#define AC_ASSESS_ENTRY_POINT_H

#include "assess/first_trace.h"

#define AC_ENTRY_DAYS 30 /* before the first trace */

enum ac_entry_way {
    AC_ENTRY_MACROS,     /* macros of a document were enabled */
    AC_ENTRY_DOWNLOADED, /* a file with a mark that it came from the Internet was made */
    AC_ENTRY_ATTACHMENT, /* a file was made in the folder of opened attachments */
    AC_ENTRY_OPENED,     /* a document, archive or disk image was opened */
    AC_ENTRY_CREATED,    /* one was made in a folder of a user */
};

struct ac_entry_candidate {
    enum ac_entry_way way;
    struct ac_filetime time;
    const char *document;           /* Borrowed: as stored */
    const struct ac_record *record; /* Borrowed */
};

struct ac_entry_points {
    struct ac_first_trace first;
    struct ac_entry_candidate *items; /* Owned; the nearest to the first trace first */
    size_t n, cap;
};

/* For the findings of a profile ("": those of the machine) of the installation that `of` belongs to: what is
 * that profile's or the machine's; for the machine, everybody's. Without a first trace there is none. AC_OK or
 * AC_NOMEM. */
enum ac_rc ac_entry_points_find(const struct ac_assessment *a, const struct ac_record *of,
                                const char *user, struct ac_entry_points *ret);
void ac_entry_points_free(struct ac_entry_points *e);

#endif
