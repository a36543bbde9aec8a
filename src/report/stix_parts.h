/* The parts of stix.json. Private to src/report/stix*.c. */
#ifndef AC_REPORT_STIX_PARTS_H
#define AC_REPORT_STIX_PARTS_H

#include "report/exchange.h"
#include "report/stix.h"

#define AC_STIX_ID 80 /* "windows-registry-key--" and a UUID */

struct ac_stix {
    struct ac_exchange x;
    json_t *objects;   /* Owned: all of the bundle */
    struct ac_set ids; /* id -> index in `objects` + 1 */
    char identity[AC_STIX_ID];
    char created[AC_TIME_TEXT]; /* of all objects that only this bundle has */
};

/* ---- stix_objects.c */

/* A new object with the common properties, already in the bundle; NULL: no memory. `name`: what makes its id.
 * Borrowed. */
json_t *ac_stix_object(struct ac_stix *s, const char *type, const char *name);
/* The same of one that is in every bundle; *ret_known: it was in this one before. */
json_t *ac_stix_common(struct ac_stix *s, const char *type, const char *name, bool *ret_known);
const char *ac_stix_id(const json_t *object); /* "" of NULL. Borrowed */
/* Takes an observable (stolen) that has all but its id; `names`: its ID contributing properties, NULL at the end.
 * Returns its id, "": no memory. Borrowed. */
const char *ac_stix_observable(struct ac_stix *s, json_t *object, const char *const *names);
json_t *ac_stix_new_observable(struct ac_stix *s, const char *type);
void ac_stix_relate(struct ac_stix *s, const char *source, const char *type, const char *target);
/* source_name "aftercheck": number of a finding, a record. */
void ac_stix_refer(struct ac_stix *s, json_t *object, const char *id);
/* With milliseconds, as `created` wants it; AC_STIX_EPOCH: no time is known. */
void ac_stix_time(struct ac_filetime t, char ret[AC_TIME_TEXT]);

/* ---- stix_observables.c */

/* Adds what a record tells to the bundle and the ids to `refs`, each once; `seen` holds those. */
void ac_stix_observe(struct ac_stix *s, const struct ac_record *r, struct ac_set *seen,
                     json_t *refs);
/* The account of a profile. */
void ac_stix_observe_account(struct ac_stix *s, const struct ac_record *r, const char *user,
                             struct ac_set *seen, json_t *refs);

/* ---- stix_files.c: files, folders and processes; each returns an id, "": there is none */

const char *ac_stix_file(struct ac_stix *s, const struct ac_record *r);
const char *ac_stix_directory(struct ac_stix *s, struct ac_str path);
/* The file that a record names: its file record where it has one, else the path on the volume. */
const char *ac_stix_target(struct ac_stix *s, const char *file_record, const char *path);
/* A path as Windows wrote it. */
const char *ac_stix_stored_path(struct ac_stix *s, const char *path);
/* The artefact that holds the record. */
const char *ac_stix_artefact(struct ac_stix *s, const struct ac_record *r);

/* ---- stix_pattern.c */

/* Appends the pattern of a finding; nothing: its records give none. */
void ac_stix_pattern(struct ac_stix *s, const struct ac_finding *f, struct ac_buf *out);

/* ---- stix_findings.c */

void ac_stix_findings(struct ac_stix *s);
/* The official name of a technique, NULL: not known. attack_names.c */
const char *ac_attack_name(struct ac_str id);

#endif
