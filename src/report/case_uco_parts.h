/* The parts of case.jsonld. Private to src/report/case_uco*.c. */
#ifndef AC_REPORT_CASE_UCO_PARTS_H
#define AC_REPORT_CASE_UCO_PARTS_H

#include "report/case_uco.h"
#include "report/exchange.h"

#define CASE "case-investigation:"
#define ACTION "uco-action:"
#define ANALYSIS "uco-analysis:"
#define CORE "uco-core:"
#define OBSERVABLE "uco-observable:"
#define TOOL "uco-tool:"
#define TYPES "uco-types:"

#define AC_CASE_IRI 48 /* "urn:uuid:" and a UUID */

struct ac_case {
    struct ac_exchange x;
    json_t *graph;        /* Owned: all nodes that stand alone */
    struct ac_set ids;    /* IRI -> index in `graph` + 1 */
    json_t *items;        /* Owned: evidence id -> IRI */
    json_t *held;         /* Owned: evidence id -> array of {"@id"}: what was found in it */
    json_t *results;      /* Owned: array of {"@id"}: findings and conclusions */
    struct ac_set listed; /* evidence id and IRI that `held` has */
};

/* ---- case_uco_objects.c */

/* The node of that name; *ret_known: it was there before. NULL: no memory. Borrowed. */
json_t *ac_case_node(struct ac_case *c, const char *type, const char *name, bool *ret_known);
/* A node inside of another, in a list of its property: a facet, a digest. `name` tells it from others there. */
json_t *ac_case_part(struct ac_case *c, json_t *owner, const char *property, const char *type,
                     const char *name);
json_t *ac_case_facet(struct ac_case *c, json_t *owner, const char *type);
const char *ac_case_iri(const json_t *node); /* "" of NULL. Borrowed */

/* Properties. Empty texts and times that are no date are left out. */
void ac_case_text(struct ac_case *c, json_t *o, const char *property, const char *text);
void ac_case_int(struct ac_case *c, json_t *o, const char *property, int64_t n);
void ac_case_typed(struct ac_case *c, json_t *o, const char *property, const char *type,
                   const char *value);
void ac_case_time(struct ac_case *c, json_t *o, const char *property, const json_t *time);
/* Adds {"@id": iri} to the list of a property; nothing for "". */
void ac_case_link(struct ac_case *c, json_t *o, const char *property, const char *iri);
void ac_case_hash(struct ac_case *c, json_t *facet, const char *method, const char *hex);
/* Number of a finding or record. */
void ac_case_refer(struct ac_case *c, json_t *o, const char *document, const char *id);
/* `source` lies in `target`; NULL: it was told before, or no memory. */
json_t *ac_case_within(struct ac_case *c, const char *source, const char *target);

/* ---- case_uco_evidence.c */

void ac_case_evidence(struct ac_case *c);

/* ---- case_uco_observables.c */

/* What a record of a finding tells: its IRI, "": no memory. Borrowed. */
const char *ac_case_observable(struct ac_case *c, const struct ac_record *r);

/* ---- case_uco_files.c */

const char *ac_case_file(struct ac_case *c, const struct ac_record *r);
/* The artefact that holds a record, "": it has none. */
const char *ac_case_artefact(struct ac_case *c, const struct ac_record *r);
void ac_case_hold(struct ac_case *c, const struct ac_record *r, const char *iri);
/* Puts into `o` where the record is from, in words. */
void ac_case_describe(struct ac_case *c, json_t *o, const struct ac_record *r);

/* ---- case_uco_findings.c */

void ac_case_findings(struct ac_case *c, const char *analysis);

#endif
