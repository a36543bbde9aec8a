/*
 * What the readers of BITS stores share (bits_*.c); nothing else includes this.
 *
 * Jobs and files are stored in the same form in the queue files of Windows XP to 10 (qmgr0.dat,
 * qmgr1.dat) and in the blobs of the database that followed (qmgr.db). No document of the vendor
 * describes it; the form is that of ANSSI-FR/bits_parser (structs.py) and of mandiant's BitsParser.
 * Texts are UTF-16LE behind a 32-bit number of characters, their NUL included.
 */
#ifndef AC_PARSERS_BITS_PARTS_H
#define AC_PARSERS_BITS_PARTS_H

#include "parser.h"

#include "base/buf.h"
#include "base/time.h"

#define AC_BITS_GUID 16

/* Marks that begin and end what is stored. */
extern const uint8_t ac_bits_mark_queue_file[AC_BITS_GUID];
extern const uint8_t ac_bits_mark_queue[AC_BITS_GUID];
extern const uint8_t ac_bits_mark_transfers[AC_BITS_GUID];
extern const uint8_t ac_bits_mark_file[AC_BITS_GUID]; /* databases only */
/* Of a job; each version of BITS has its own. */
extern const uint8_t ac_bits_marks_job[][AC_BITS_GUID];
extern const size_t ac_bits_n_marks_job;

/* The next place of a mark at or behind `from`; v.n if there is none. */
size_t ac_bits_find(struct ac_view v, size_t from, const uint8_t mark[AC_BITS_GUID]);

struct ac_bits_file {
    struct ac_view local, remote, temporary; /* Borrowed */
    uint64_t size, transferred;              /* UINT64_MAX: not known */
};

struct ac_bits_job {
    uint32_t type, priority, state, flags;
    const uint8_t *id;                                          /* Borrowed: 16 bytes */
    struct ac_view name, description, program, parameters, sid; /* Borrowed */
    struct ac_filetime created, modified;
};

/* The beginning of a job, from behind its mark up to its files. False if the numbers are none of a
 * job, or it does not lie wholly in v. *ret_end is behind what was read; an access token and the
 * mark of the transfers follow. */
bool ac_bits_job_read(struct ac_view v, size_t at, struct ac_bits_job *ret, size_t *ret_end);
/* One file; *ret_end is behind what is read of it. False if none can begin here. */
bool ac_bits_file_read(struct ac_view v, size_t at, struct ac_bits_file *ret, size_t *ret_end);
/* What follows a job's files, from behind the mark: sets its times. */
void ac_bits_times_read(struct ac_view v, size_t at, struct ac_bits_job *job);

struct ac_bits_store {
    const struct ac_artefact *artefact;
    struct ac_view v;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_set *seen; /* jobs that were emitted, by what they say */
    enum ac_rc rc;       /* the first failure; ends all */
};

bool ac_bits_spend(struct ac_bits_store *s, uint64_t steps);
/* Behind the next mark of transfers in v, 0 if none is near. */
size_t ac_bits_transfers(struct ac_bits_store *s, struct ac_view v, size_t from);
void ac_bits_complain(struct ac_bits_store *s, enum ac_rc class, uint64_t offset,
                      const char *effect, const char *what);
/* The record of a job (NULL: of files without one). A remnant (`state` is not "live") that says
 * nothing new is left out. offset: AC_NO_OFFSET if there is none. */
void ac_bits_emit(struct ac_bits_store *s, const struct ac_bits_job *job,
                  const struct ac_bits_file *files, size_t n, const char *state, uint64_t offset);

#endif
