/*
 * Assessment: from records to checks, findings and conclusions. Looks at records only.
 *
 * Every check has one of three values: found; not found, and all sources that it needs were read
 * completely; not examined or only in part, because ... A check can not be "not found" over a source
 * that was not read completely: ac_assess() decides that, not the rule.
 *
 * Sentences are kept as a message id (the English sentence, with %1$s ... for its arguments) and
 * arguments, so that a report can be written in any language with the same numbers.
 */
#ifndef AC_ASSESS_ASSESS_H
#define AC_ASSESS_ASSESS_H

#include "base/buf.h"
#include "records/record.h"

/* ---- sentences */

#define AC_SENTENCE_ARGS 8

struct ac_sentence {
    const char *msgid;            /* Borrowed: static text, marked N_() for the catalogue */
    char *args[AC_SENTENCE_ARGS]; /* Owned by the assessment; UTF-8, not yet safe for a terminal */
    unsigned n;
};

/* Appends the sentence: `format` is the msgid or its translation; only %1$s ... %8$s and %% mean anything in it.
 * Arguments pass through ac_text_safe(). */
void ac_sentence_print(const struct ac_sentence *s, const char *format, struct ac_buf *out);

/* Marks a string for the catalogue without translating it. */
#define N_(text) text

/* ---- results */

enum ac_strength { AC_LISTED, AC_SUPPORTING, AC_STRONG, AC_DECISIVE };
enum ac_result { AC_RESULT_FOUND, AC_RESULT_NOT_FOUND, AC_RESULT_NOT_EXAMINED };
enum ac_scale { AC_S0, AC_S1, AC_S2, AC_S3, AC_S4, AC_SX };

/* What a rule must have read before "not found" means anything. */
enum ac_need {
    AC_NEED_USER_HIVES = 1 << 0,
    AC_NEED_SOFTWARE = 1 << 1,
    AC_NEED_SYSTEM = 1 << 2,
    AC_NEED_TASKS = 1 << 3,
    AC_NEED_PREFETCH = 1 << 4,
    AC_NEED_FILES = 1 << 5,  /* the index of the volume: $MFT, FAT, folder */
    AC_NEED_SERIAL = 1 << 6, /* at least one volume serial number */
    AC_NEED_TIMES = 1 << 7,  /* times of the files themselves, not of copies */
    AC_NEED_SECURITY_LOG = 1 << 8,
    AC_NEED_SYSTEM_LOG = 1 << 9,
    AC_NEED_DETECTIONS = 1 << 10, /* what Windows Defender kept, where it kept anything */
    AC_NEEDS_END = 1 << 11,
};

/* The kind of source a record comes from: independence is counted by it, not by rows. */
enum ac_source_type {
    AC_SOURCE_REGISTRY = 1 << 0,
    AC_SOURCE_FILES = 1 << 1,
    AC_SOURCE_EXECUTION = 1 << 2,
    AC_SOURCE_TASKS = 1 << 3,
    AC_SOURCE_EVENTS = 1 << 4,
    AC_SOURCE_WMI = 1 << 5,
    AC_SOURCE_BITS = 1 << 6,
};

struct ac_assessment;
struct ac_rule {
    const char *id;        /* "EMO-V2" */
    const char *family;    /* "emotet", ..., "vaccine", "unassigned" */
    const char *title;     /* msgid: what it is called */
    const char *tests;     /* msgid: what it tests, one or two sentences */
    const char *benign;    /* msgid: known benign matches; "" if none are known */
    const char *reference; /* source of the rule */
    const char *attack;    /* ATT&CK technique ids, space-separated */
    unsigned needs;        /* enum ac_need */
    /* Adds findings through ac_finding_add(). AC_OK or AC_NOMEM. NULL: a rule of a rule set's files, which are
     * matched all at once. */
    enum ac_rc (*detect)(struct ac_assessment *a, const struct ac_rule *rule);
};

struct ac_finding {
    char id[12]; /* "F-001" */
    const struct ac_rule *rule;
    enum ac_strength strength;
    struct ac_sentence summary;
    const struct ac_record **records; /* Borrowed from the caller of ac_assess(); array owned */
    size_t n_records, cap_records;
    const char *user;       /* Borrowed from a record: whose it is, "" for the machine */
    const char *generation; /* "E3", "v5", "" : static */
    const char *
        subject; /* Borrowed or owned by the assessment: path or name that joins findings of the same thing, "" */
    const char *known_good; /* listed only: "FILE:LINE" of the known-good list that names it, "" */
};

struct ac_check {
    const struct ac_rule *rule;
    enum ac_result result;
    struct ac_sentence reason; /* msgid NULL: none needed */
};

struct ac_conclusion {
    const char *family;
    enum ac_scale scale;
    struct ac_sentence statement;
    const struct ac_finding **findings; /* array owned */
    size_t n_findings, cap_findings;
    struct ac_sentence
        *against; /* what speaks against it, or what else could explain it; array owned */
    size_t n_against, cap_against;
};

struct ac_rule_set;       /* assess/rule_set.h */
struct ac_execution_name; /* assess/executions.c */

struct ac_assessment {
    struct ac_record *const
        *records; /* Borrowed: all records of all evidence, in order, then `own` */
    size_t n_records;
    struct ac_record **own; /* problems of the assessment itself, ids A-000001 ...; owned */
    size_t n_own, cap_own;
    struct ac_record **joined; /* owned array behind `records` when there are own ones */
    /* owned array: records of containers, and rows of $MFT and of hives' logs, which are asked for again and again */
    const struct ac_record **landmarks;
    size_t n_landmarks, cap_landmarks;
    struct ac_execution_name *executions; /* owned array, see executions.c */
    size_t n_executions;
    const struct ac_rule_set *set; /* Borrowed; NULL: the rules in C only */
    char rules_sha256[65];         /* of the rules that were applied */
    struct ac_finding **findings;  /* each allocated on its own: pointers stay valid */
    size_t n_findings, cap_findings;
    struct ac_check *checks; /* one per rule, in the order of the rule table */
    size_t n_checks;
    struct ac_conclusion *conclusions;
    size_t n_conclusions, cap_conclusions;
    char **strings; /* owned texts */
    size_t n_strings, cap_strings;
    bool
        incomplete; /* something expected was not read completely, or an image could not be verified as stored */
    bool verification_failed;
};

/* With the rules in C only. */
enum ac_rc ac_assess(struct ac_record *const *records, size_t n, struct ac_assessment *ret,
                     struct ac_err *err);
/* With all of a set (NULL: as ac_assess()), which must outlive the assessment. */
enum ac_rc ac_assess_with(const struct ac_rule_set *set, struct ac_record *const *records, size_t n,
                          struct ac_assessment *ret, struct ac_err *err);
void ac_assessment_free(struct ac_assessment *a);

/* All rules in C, in report order; NULL-terminated. */
const struct ac_rule *const *ac_rules(void);
/* SHA-256 over the ids and texts of all rules in C; ac_rule_set_digest() is over those in files too. */
void ac_rules_digest(char ret_hex[65]);

/* Exit status of scan and report for this assessment: 0, 1 or 2 (see aftercheck(1)). */
int ac_assessment_status(const struct ac_assessment *a);
/* The same for a collection without assessment: 0 or 2. Only records and n_records are looked at. */
int ac_collection_status(const struct ac_assessment *a);

const char *ac_strength_name(enum ac_strength s); /* "listed", "supporting", "strong", "decisive" */
const char *ac_result_name(enum ac_result r);     /* "found", "not-found", "not-examined" */
const char *ac_scale_name(enum ac_scale s);       /* "S0" ... "SX" */

/* ---- for rules */

/* A new finding with its first record (may be NULL); NULL: no memory. Arguments: UTF-8 texts, NULL-terminated. */
struct ac_finding *ac_finding_add(struct ac_assessment *a, const struct ac_rule *rule,
                                  enum ac_strength strength, const struct ac_record *record,
                                  const char *msgid, ...) __attribute__((sentinel));
void ac_finding_free(struct ac_finding *f);
enum ac_rc ac_finding_add_record(struct ac_finding *f, const struct ac_record *record);
/* What went wrong while rules were applied: a problem like those of the collection, with the evidence and system of `of`
 * (may be NULL). `where` ends in the file or folder concerned. AC_OK or AC_NOMEM. */
enum ac_rc ac_assessment_problem(struct ac_assessment *a, const struct ac_record *of,
                                 const char *where, enum ac_rc class, const char *effect,
                                 const char *what);
/* Copies a text into the assessment; NULL: no memory. */
const char *ac_assessment_keep(struct ac_assessment *a, const char *text);

#endif
