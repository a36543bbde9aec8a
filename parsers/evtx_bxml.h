/*
 * Binary XML as event logs store it: the tokens of one chunk, told to a visitor. No XML is built.
 *
 * Formats: libyal/libevtx, "Windows XML Event Log (EVTX) format"; [MS-EVEN6] 2.2.12. Every offset
 * is relative to the first byte of the chunk, and none leads out of it. Text of elements and
 * attributes stays where it is: the visitor gets views of the chunk.
 */
#ifndef AC_PARSERS_EVTX_BXML_H
#define AC_PARSERS_EVTX_BXML_H

#include "parser.h"

/* Value types; arrays have 0x80 set. */
enum ac_bxml_type {
    AC_BXML_NULL = 0x00,
    AC_BXML_STRING = 0x01, /* UTF-16LE */
    AC_BXML_ANSI = 0x02,
    AC_BXML_INT8 = 0x03,
    AC_BXML_UINT8 = 0x04,
    AC_BXML_INT16 = 0x05,
    AC_BXML_UINT16 = 0x06,
    AC_BXML_INT32 = 0x07,
    AC_BXML_UINT32 = 0x08,
    AC_BXML_INT64 = 0x09,
    AC_BXML_UINT64 = 0x0A,
    AC_BXML_REAL32 = 0x0B,
    AC_BXML_REAL64 = 0x0C,
    AC_BXML_BOOL = 0x0D,
    AC_BXML_BINARY = 0x0E,
    AC_BXML_GUID = 0x0F,
    AC_BXML_SIZE = 0x10,
    AC_BXML_FILETIME = 0x11,
    AC_BXML_SYSTEMTIME = 0x12,
    AC_BXML_SID = 0x13,
    AC_BXML_HEX32 = 0x14,
    AC_BXML_HEX64 = 0x15,
    AC_BXML_XML = 0x21,
    AC_BXML_ARRAY = 0x80,
};

struct ac_bxml_value {
    uint8_t type;
    struct ac_view bytes;
};

/* What an element or attribute holds may come in several pieces. Names are UTF-16LE. */
struct ac_bxml_visitor {
    void (*open)(void *context, struct ac_view name);
    void (*attribute)(void *context, struct ac_view name); /* its text follows */
    void (*content)(void *context);                        /* no more attributes */
    void (*text)(void *context, const struct ac_bxml_value *value);
    /* Instead of text, while a template is read without values: number of the value. */
    void (*placeholder)(void *context, unsigned number);
    void (*close)(void *context);
    /* A value of a recovered event that no template leads to; NULL: not asked for. */
    void (*loose)(void *context, const struct ac_bxml_value *value);
};

struct ac_bxml {
    struct ac_view chunk;
    struct ac_budget *budget;
    const struct ac_bxml_visitor *visitor;
    void *context;
    bool stop;         /* set by the visitor: it knows enough */
    bool strict_names; /* the hash of a name must fit: what was recovered may be overwritten */
    bool lost;         /* a template was: its values were told as loose ones */
    unsigned depth;    /* templates and fragments inside of each other */
    unsigned tokens;   /* so far, of this event; long names count as several */
    unsigned paid;     /* of them, paid from the budget */
    unsigned elements; /* open ones */
    const char *why;   /* static text: what is wrong; NULL: nothing */
    size_t at;         /* where */
};

/* A template with the values that one event puts into it. */
struct ac_bxml_instance {
    size_t definition; /* where its definition begins */
    size_t body, body_end;
    size_t descriptors, n;  /* 4 bytes each: size, type */
    size_t data, end;       /* of the values; end: what follows the instance */
    size_t last, last_data; /* the value that was asked for last, and its data */
};

/* Reads an instance whose token stands at `at`. False: w->why. */
bool ac_bxml_instance(struct ac_bxml *w, size_t at, size_t end, struct ac_bxml_instance *ret);
/* False: it has no value of that number, or the budget has ended. */
bool ac_bxml_value_of(struct ac_bxml *w, struct ac_bxml_instance *i, unsigned number,
                      struct ac_bxml_value *ret);

/* Tells the tokens of [at, end) to the visitor. AC_OK; AC_CORRUPT with w->why and w->at; AC_LIMIT
 * when the budget ends. */
enum ac_rc ac_bxml_walk(struct ac_bxml *w, size_t at, size_t end);
/* The same for a template's body, with placeholders instead of values. */
enum ac_rc ac_bxml_walk_definition(struct ac_bxml *w, const struct ac_bxml_instance *i);

bool ac_bxml_is(struct ac_view utf16, const char *ascii); /* case matters */

/* Appends a value as text; *ret_exact becomes false where bytes had to be escaped. `item` is the
 * element of an array. Integers in decimal, hexadecimal types as 0x..., times as RFC 3339. */
void ac_bxml_print(const struct ac_bxml_value *v, struct ac_buf *out, bool *ret_exact);
/* Element `*at` of an array (a string array ends with its bytes), and moves *at. False: no more. */
bool ac_bxml_next_item(const struct ac_bxml_value *array, size_t *at, struct ac_bxml_value *ret);
/* An unsigned number of an integer type, or the digits of a string. */
bool ac_bxml_number(const struct ac_bxml_value *v, uint64_t *ret);
/* FILETIME and SYSTEMTIME; 0 for other types. */
struct ac_filetime ac_bxml_time(const struct ac_bxml_value *v);

#endif
