/*
 * records.jsonl: a header line and one record a line. The product of a collection; a report can be made
 * of it years later without the image.
 *
 * The header names the schema ("aftercheck-records/1"), the tool, the rule set and the options that
 * change what is in the file. Two runs over the same evidence write the same bytes.
 */
#ifndef AC_RECORDS_JSONL_H
#define AC_RECORDS_JSONL_H

#include "records/sink.h"

#include <stdio.h>

#define AC_RECORDS_SCHEMA "aftercheck-records/1"

/* Word in field `source` of the row that ends the records of an evidence item; its `entries` is their number. */
#define AC_RECORDS_COUNT "records"
bool ac_is_records_count(
    const struct ac_record *r); /* no source of evidence: not for tables of those */

/* Records in memory, as a sink: what scan and report work on. Starts with ac_records_init(). */
struct ac_records {
    struct ac_sink sink; /* first */
    struct ac_record **items;
    size_t n, cap;
    FILE *copy; /* Borrowed, may be NULL: each record is written there as it arrives */
};

void ac_records_init(struct ac_records *r, FILE *copy);
void ac_records_free(struct ac_records *r);

/* The header object; steals `options`. Owned (json_decref()); NULL: no memory. */
json_t *ac_records_header(const char *tool, const char *rules_sha256, json_t *options);
enum ac_rc ac_records_write_header(FILE *f, const json_t *header, struct ac_err *err);

/* Reads a whole file into `r`. AC_CORRUPT with the line number if a line does not fit; *ret_header (Owned,
 * may be NULL) is the header object. */
enum ac_rc ac_records_read(FILE *f, struct ac_records *r, json_t **ret_header, struct ac_err *err);

#endif
