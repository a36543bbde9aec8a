/*
 * What the parsers of credential stores share: whose store a file is, told by where it lies, and
 * the record of it. None of them puts a secret anywhere: secrets are counted, and what says how
 * they are protected is the beginning of their stored form.
 */
#ifndef AC_PARSERS_CREDENTIALS_H
#define AC_PARSERS_CREDENTIALS_H

#include "base/buf.h"
#include "base/time.h"
#include "parser.h"

/* A record with program, user, group, content, store and profile. The program is told by the
 * path; when the path tells none, it is `program` of `group`. NULL: no memory. */
struct ac_record *ac_credential_record(const struct ac_artefact *a, const char *content,
                                       const char *program, const char *group);
/* The same of a file of which only its place is known (no parser reads it): program and group by
 * the path. */
bool ac_credential_program(const char *path, const char **ret_program, const char **ret_group);
/* The part of a path behind its last slash. */
struct ac_str ac_credential_file(const char *path);
bool ac_credential_is_named(const struct ac_artefact *a, const char *name);

void ac_credential_protection(struct ac_record *r, const char *word);
/* One site or account, when asked for: at most AC_MAX_ORIGINS of a record. */
void ac_credential_origin(const struct ac_artefact *a, struct ac_record *r, struct ac_str origin,
                          struct ac_str account);
/* Says why the entries could not be counted, emits the record and returns that reason. Takes r. */
enum ac_rc ac_credential_unreadable(struct ac_record *r, struct ac_sink *sink, struct ac_err *err);

/* Earliest and latest time of many; 0 ticks are no time. */
struct ac_time_span {
    struct ac_filetime first, last;
};
void ac_time_span_add(struct ac_time_span *s, struct ac_filetime t);
/* Milliseconds since 1970, 0 ticks when that is no time between 1970 and 9999. */
struct ac_filetime ac_time_from_unix_ms(int64_t ms);

extern const struct ac_parser ac_parser_credential_sqlite; /* credential_sqlite.c */
extern const struct ac_parser ac_parser_firefox_logins;    /* credential_json.c */
extern const struct ac_parser ac_parser_chrome_state;
extern const struct ac_parser ac_parser_credential_xml;  /* credential_xml.c */
extern const struct ac_parser ac_parser_credential_text; /* credential_text.c */

#endif
