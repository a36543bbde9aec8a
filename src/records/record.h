/*
 * One observation with its provenance: a kind, fields of that kind's schema, provenance fields.
 *
 * Owned by whoever made it until it is given to a sink. Setters check names and types against the
 * schema; memory failure or a wrong name is sticky and comes out of ac_record_rc(), so that a
 * parser sets all fields and checks once (the sink checks as well). Text given to a setter is
 * copied. Fields that were not set are absent from the JSON.
 *
 * Not for use by several threads at once.
 */
#ifndef AC_RECORDS_RECORD_H
#define AC_RECORDS_RECORD_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/time.h"
#include "records/schema.h"

#include <jansson.h>
#include <stdbool.h>

struct ac_record;

struct ac_record *ac_record_new(enum ac_kind kind); /* NULL: no memory; every setter accepts NULL */
void ac_record_free(struct ac_record *r);
enum ac_kind ac_record_kind(const struct ac_record *r);
enum ac_rc ac_record_rc(const struct ac_record *r); /* AC_OK, AC_NOMEM or AC_BUG */

/* Text must be valid UTF-8 (see base/text.h). */
void ac_record_text(struct ac_record *r, const char *field, struct ac_str text);
void ac_record_textz(struct ac_record *r, const char *field, const char *text);
/* UTF-16LE as stored: escaped text, and the bytes beside it in "raw" if it did not convert exactly. */
void ac_record_utf16(struct ac_record *r, const char *field, struct ac_view bytes);
/* Text already escaped, with the bytes it came from ("raw"). */
void ac_record_raw(struct ac_record *r, const char *field, struct ac_view bytes);
void ac_record_int(struct ac_record *r, const char *field, int64_t n);
void ac_record_bool(struct ac_record *r, const char *field, bool b);
/* A time of 0 ticks is left out. */
void ac_record_time(struct ac_record *r, const char *field, struct ac_filetime t);
/* Add one item to an array field (TEXTS, TIMES, OBJECTS); the array appears with its first item or
 * with ac_record_empty(). `object` is stolen. */
void ac_record_empty(struct ac_record *r, const char *field);
void ac_record_add_text(struct ac_record *r, const char *field, struct ac_str text);
void ac_record_add_time(struct ac_record *r, const char *field, struct ac_filetime t);
void ac_record_add_object(struct ac_record *r, const char *field, json_t *object);
void ac_record_object(struct ac_record *r, const char *field, json_t *object);

/* Provenance, by the names of ac_schema_provenance(). */
void ac_record_prov_text(struct ac_record *r, const char *field, struct ac_str text);
void ac_record_prov_textz(struct ac_record *r, const char *field, const char *text);
void ac_record_prov_int(struct ac_record *r, const char *field, int64_t n);
void ac_record_prov_time(struct ac_record *r, const char *field, struct ac_filetime t);
bool ac_record_prov_has(const struct ac_record *r, const char *field);

/* Reading. Text is "" / int 0 / false / ticks 0 when the field is absent. Borrowed. */
const char *ac_record_get(const struct ac_record *r, const char *field);
int64_t ac_record_get_int(const struct ac_record *r, const char *field);
bool ac_record_get_bool(const struct ac_record *r, const char *field);
struct ac_filetime ac_record_get_time(const struct ac_record *r, const char *field);
const json_t *ac_record_get_json(const struct ac_record *r, const char *field); /* NULL if absent */
const char *ac_record_prov(const struct ac_record *r, const char *field);
const json_t *ac_record_prov_json(const struct ac_record *r, const char *field);
const char *ac_record_id(const struct ac_record *r); /* "" before it has one */
void ac_record_set_id(struct ac_record *r, const char *id);

/* One line of records.jsonl, without the line feed: {"id","kind","fields","raw","provenance"}, keys in
 * schema order. Owned: free with free(). NULL: no memory. */
char *ac_record_print(const struct ac_record *r);
/* From such a line. AC_CORRUPT if it is no record of a known kind or a field has the wrong type. */
enum ac_rc ac_record_parse(const char *line, size_t n, struct ac_record **ret, struct ac_err *err);

/* Small JSON helpers that never fail half-way: a NULL object or value is passed over. */
void ac_json_text(json_t *object, const char *name, struct ac_str text);
void ac_json_textz(json_t *object, const char *name, const char *text);
/* The same of bytes as the system has them: what is no UTF-8 is shown as \x{..}. */
void ac_json_bytes(json_t *object, const char *name, const char *bytes);
void ac_json_int(json_t *object, const char *name, int64_t n);
void ac_json_bool(json_t *object, const char *name, bool b);
void ac_json_time(json_t *object, const char *name, struct ac_filetime t);

#endif
