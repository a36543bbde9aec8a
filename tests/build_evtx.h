/*
 * Builds event logs from the specification (libyal/libevtx, "Windows XML Event Log (EVTX) format"):
 * file header, chunks with their name and template tables, records, all checksums.
 */
#ifndef AC_TESTS_BUILD_EVTX_H
#define AC_TESTS_BUILD_EVTX_H

#include "fixture.h"

enum fx_event_form {
    FX_EVENT_TEMPLATES, /* as Windows does: a template for the event, one inside of it for its data */
    FX_EVENT_PLAIN,     /* elements with their text, no template */
    FX_EVENT_ARRAY,     /* as classic providers do: one Data, an array of strings */
    FX_EVENT_USER_DATA, /* elements of their own, named like the data */
};

struct fx_datum {
    const char *name;  /* UTF-8; ignored by FX_EVENT_ARRAY */
    const char *value; /* UTF-8; NULL: the null type */
    uint8_t type; /* 0: a string; 0x11 a FILETIME of RFC 3339; 0x08 decimal; 0x13 hex of a SID */
};

struct fx_event {
    const char *provider, *channel, *computer;
    uint16_t id;
    const char *time; /* RFC 3339 */
    const struct fx_datum *data;
    size_t n_data;
    enum fx_event_form form;
};

struct fx_evtx;

struct fx_evtx *fx_evtx_new(uint64_t first_number);
void fx_evtx_add(struct fx_evtx *e, const struct fx_event *event);
/* A record whose binary XML is these bytes. */
void fx_evtx_raw(struct fx_evtx *e, const char *time, const void *xml, size_t n);
void fx_evtx_next_chunk(struct fx_evtx *e);
/* Where in the chunk at hand the next record begins. */
size_t fx_evtx_at(const struct fx_evtx *e);
/* Appends the file (out must be empty) and frees e. */
void fx_evtx_build(struct fx_evtx *e, struct ac_buf *out);
/* Makes all checksums right again after a change by hand. */
void fx_evtx_seal(struct ac_buf *file);

#define FX_EVTX_CHUNK(i) (4096 + (size_t)(i)*65536)

#endif
