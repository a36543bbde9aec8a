/* What the parts of the event log parser (evtx*.c) share; nothing else includes this. */
#ifndef AC_PARSERS_EVTX_PARTS_H
#define AC_PARSERS_EVTX_PARTS_H

#include "evtx_bxml.h"

/* Event ids have 16 bits. */
#define AC_EVENT_IDS 65536

/* ---- evtx_table.c: which events become records */

enum ac_event_flags {
    AC_EVENT_FREQUENT = 1 << 0, /* AC_MAX_FREQUENT_EVENTS */
    AC_EVENT_LOGON = 1 << 1,    /* of these only logon types 3 and 10 */
    AC_EVENT_RENAMED = 1 << 2,  /* tells the former name of the computer */
};

/* A field of the record and the data of the event that fill it: the first of the table that are there
 * and not empty. "#2" is the second of the data without names. */
struct ac_event_field {
    const char *field, *data;
    const char *before; /* data that stand before it with a backslash (a domain); NULL: none */
    const char *within; /* only what follows this word, to the end of its line; NULL: all */
};

struct ac_event_kind {
    const char *provider; /* case does not matter; a '*' at its end: whatever follows */
    uint16_t first, last; /* event ids */
    unsigned flags;       /* enum ac_event_flags */
    const struct ac_event_field *fields; /* ends with a NULL field */
};

extern const struct ac_event_kind ac_event_kinds[];
extern const size_t ac_event_kinds_n;

/* ---- event_common.c: for both formats of event logs */

/* A text value that is this name (`pattern` as in struct ac_event_kind). */
bool ac_event_is_provider(const struct ac_bxml_value *v, const char *pattern);
/* Sets the fields of a kind from the record's `data`. False: no memory. */
bool ac_event_fill(struct ac_record *r, const struct ac_event_kind *kind);
/* The value of the event's data of that name ("#1": the first without one), "" if there is none. */
const char *ac_event_data(const struct ac_record *r, const char *name);
/* Sets an object field of the coverage row: number of events by id (65,536 counts), and how many are of
 * unknown id. `event_ids` also when there are none. */
void ac_event_counts(struct ac_record *row, const char *field, const uint32_t *counts,
                     uint64_t unknown);

/* ---- evtx_head.c: number and provider of an event, without reading the rest */

/* Where a template has something: its own text, or a value of the event. */
struct ac_evtx_origin {
    enum { AC_ORIGIN_NONE, AC_ORIGIN_TEXT, AC_ORIGIN_VALUE, AC_ORIGIN_MIXED } kind;
    struct ac_bxml_value text;
    unsigned number;
};

struct ac_evtx_template {
    size_t definition;
    struct ac_evtx_origin id, provider;
    const char *why; /* it cannot be read; NULL: it can */
    size_t at;
};

/* Templates of the chunk at hand, by where their definitions begin. */
struct ac_evtx_templates {
    struct ac_evtx_template items[AC_MAX_EVTX_TEMPLATES];
    uint16_t slots[4096]; /* index + 1 */
    size_t n;
};
void ac_evtx_templates_clear(struct ac_evtx_templates *t);

struct ac_evtx_head {
    uint16_t id;
    struct ac_bxml_value provider; /* type NULL: it has none that is plain text */
};
/* Binary XML at [at, end) of w->chunk; w is used up. As ac_bxml_walk(). */
enum ac_rc ac_evtx_head(struct ac_bxml *w, struct ac_evtx_templates *t, size_t at, size_t end,
                        struct ac_evtx_head *ret);

/* ---- evtx_event.c: a whole event */

struct ac_evtx_event {
    struct ac_record
        *record; /* Owned until taken: kind event, with everything but its provenance */
    struct ac_buf former_name; /* AC_EVENT_RENAMED */
    uint64_t logon_type;
};
/* `written`: time in the header of the record. AC_OK, AC_CORRUPT (w->why; of a recovered event the record
 * holds what could be read), AC_LIMIT, AC_NOMEM. */
enum ac_rc ac_evtx_event(struct ac_bxml *w, const struct ac_event_kind *kind, size_t at, size_t end,
                         struct ac_filetime written, struct ac_evtx_event *ret);
void ac_evtx_event_free(struct ac_evtx_event *e);

/* evtx_task.c: adds the actions of a task definition inside of an event. */
void ac_evtx_task_actions(struct ac_record *event, struct ac_str xml);

#endif
