/* What the records store of each Windows installation that a notice may speak of. Private to src/assess/. */
#ifndef AC_ASSESS_NOTICE_FACTS_H
#define AC_ASSESS_NOTICE_FACTS_H

#include "assess/notice.h"

struct ac_ip {
    uint8_t bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
};
/* An address as text, normalized; false if it is none, or one that stands for no address. */
bool ac_ip_parse(const char *text, struct ac_ip *ret);
bool ac_ip_equal(const struct ac_ip *a, const struct ac_ip *b);
/* One that is not routed in the Internet: of a local network, of a provider's, or of the link. */
bool ac_ip_is_private(const struct ac_ip *ip);

struct ac_known {
    const char *text; /* Borrowed from the record */
    const struct ac_record *record;
    bool former; /* name: not the one that the computer has now */
    struct ac_ip ip;
};
struct ac_known_list {
    struct ac_known *items; /* Owned */
    size_t n, cap;
    bool capped; /* there are more */
};

/* A moment at which the machine was running, as a record has it. */
struct ac_trace {
    uint64_t ticks;
    const struct ac_record *record;
};

struct ac_machine {
    const char *evidence, *system;
    const struct ac_record *first; /* any record of it */
    struct ac_known_list names, addresses, users;
    struct ac_trace *traces; /* Owned; in order of time, then of the records */
    size_t n_traces, cap_traces;
    /* 0: not known. Of several installations the earliest: an upgrade sets the time anew. */
    uint64_t installed, shutdown;
    uint64_t last; /* last date of any kind: traces, and keys that were written */
    const struct ac_record *installed_record, *shutdown_record, *last_record;
    bool older;    /* an earlier Windows was upgraded, and it is not known when it was installed */
    bool complete; /* everything of it that was expected was read to its end */
    bool has_zone;
    struct ac_zone zone;
};

struct ac_machines {
    struct ac_machine *items; /* Owned */
    size_t n, cap;
};

/* AC_OK or AC_NOMEM. */
enum ac_rc ac_machines_find(const struct ac_assessment *a, struct ac_machines *ret);
/* Asks a question of each Windows installation, in their order; single artefacts are none. Ends with what is not AC_OK. */
typedef enum ac_rc ac_machine_question(const struct ac_assessment *a, const struct ac_machine *m,
                                       void *context);
enum ac_rc ac_machines_ask(const struct ac_assessment *a, ac_machine_question *ask, void *context);
void ac_machines_free(struct ac_machines *m);
/* Index of the first trace not before that time. */
size_t ac_machine_first_trace(const struct ac_machine *m, uint64_t ticks);

#endif
