/*
 * The tables of schema.c as JSON Schema (draft 2020-12), for programs that read what this one writes.
 *
 * A schema describes what this version writes, with no other names; as tables only grow, what a later version
 * writes may have more. Objects are new references: json_decref(); NULL: no memory.
 */
#ifndef AC_RECORDS_JSON_SCHEMA_H
#define AC_RECORDS_JSON_SCHEMA_H

#include "records/schema.h"

#include <jansson.h>

#define AC_JSON_SCHEMA_DIALECT "https://json-schema.org/draft/2020-12/schema"

/* One line of records.jsonl: the header or a record. */
json_t *ac_json_schema_records(void);
/* Member of the schema -> what may stand there; for the fields of a kind. */
json_t *ac_json_schema_properties(const struct ac_schema *s);
/* What the schemas share: `time`, `sha256`, `record_id`, to be put under "$defs". */
json_t *ac_json_schema_common(void);

#endif
