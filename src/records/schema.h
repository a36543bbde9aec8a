/*
 * The kinds of record and the typed fields of each.
 *
 * One static table per kind. Wire, JSON, text tables and rule variables are loops over these
 * tables, so a new artefact needs a schema and a parser, nothing else. Field names are a promise to
 * other programs: they never change meaning, tables only grow.
 */
#ifndef AC_RECORDS_SCHEMA_H
#define AC_RECORDS_SCHEMA_H

#include <stddef.h>

enum ac_kind {
#define AC_KIND(id, name) AC_KIND_##id,
#include "records/kinds.def"
#undef AC_KIND
    AC_KINDS
};

enum ac_field_type {
    AC_FIELD_TEXT, /* UTF-8 string */
    AC_FIELD_INT,  /* integer below 2^63 */
    AC_FIELD_BOOL,
    AC_FIELD_TIME,    /* RFC 3339 text, see base/time.h */
    AC_FIELD_TEXTS,   /* array of strings */
    AC_FIELD_TIMES,   /* array of times */
    AC_FIELD_OBJECTS, /* array of objects, members as `doc` says */
    AC_FIELD_OBJECT,  /* one object, members as `doc` says */
};

struct ac_field {
    const char *name;
    enum ac_field_type type;
    const char *doc; /* one line of English for `show --schema` and aftercheck-records(5) */
};

struct ac_schema {
    const char *name;
    const struct ac_field *fields; /* ends with a NULL name */
};

const struct ac_schema *ac_schema_of(enum ac_kind kind);
const struct ac_schema *ac_schema_provenance(void);
/* NULL if the schema has no such field. */
const struct ac_field *ac_schema_field(const struct ac_schema *s, const char *name);
/* AC_KINDS if there is no such kind. */
enum ac_kind ac_kind_of(const char *name);
const char *ac_field_type_name(enum ac_field_type type);

#endif
