/*
 * The rules of a run: those written in C, those of the YARA files that come with aftercheck, and what the
 * responder adds: YARA files and lists of digests, names and known-good files.
 *
 * Everything is read and checked before any work: a file that is wrong in one place is refused as a whole. A set is
 * not changed by matching and must outlive the assessments that were made with it.
 *
 * Form of a YARA file: aftercheck-rules(5). Every rule that is not private has in `meta` the texts id, family,
 * strength, title, tests, benign, attack, reference. The condition begins with the kind of record, or meta `scope` is
 * "content": then the rule looks at contents of files.
 */
#ifndef AC_ASSESS_RULE_SET_H
#define AC_ASSESS_RULE_SET_H

#include "assess/assess.h"

struct ac_rule_options {
    const char
        *shipped; /* folder of the YARA files of aftercheck; NULL: not wanted. One that is not
                                 there is a problem of the assessment */
    const char *const *rules; /* files and folders (*.yar, *.yara in it) of the responder */
    size_t n_rules;
    const char *const *hashes, *const *names, *const *known_good; /* lists */
    size_t n_hashes, n_names, n_known_good;
};

struct ac_rule_file {
    const char *name; /* last component */
    const char *use;  /* "rules", "hashes", "names", "known-good" */
    bool shipped;
    size_t entries; /* rules, or lines of a list */
    char sha256[65];
};

struct ac_rule_set;

/* AC_USAGE: a file is broken, or not there; err names file and line. AC_NOMEM. */
enum ac_rc ac_rule_set_load(const struct ac_rule_options *o, struct ac_rule_set **ret,
                            struct ac_err *err);
void ac_rule_set_free(struct ac_rule_set *s);

/* All of them in the order of the report: C, lists, YARA; NULL-terminated. */
const struct ac_rule *const *ac_rule_set_rules(const struct ac_rule_set *s);
/* Where a rule was written: "C", or FILE:LINE. */
const char *ac_rule_set_place(const struct ac_rule_set *s, const struct ac_rule *rule);
/* The strength that findings of a YARA rule or list have; of a rule in C (NULL) that is its own decision. */
const char *ac_rule_set_strength(const struct ac_rule_set *s, const struct ac_rule *rule);
/* SHA-256 over the rules in C and over all files. */
const char *ac_rule_set_digest(const struct ac_rule_set *s);
const struct ac_rule_file *ac_rule_set_files(const struct ac_rule_set *s, size_t *ret_n);
/* Warnings of the compiler, FILE:LINE: TEXT, one a line; "" if there are none. */
const char *ac_rule_set_warnings(const struct ac_rule_set *s);

/* The rules of the set that look at contents of files, for ac_collect(); false: there are none. Valid while the set is. */
struct ac_content_scanner;
bool ac_rule_set_scanner(const struct ac_rule_set *s, struct ac_content_scanner *ret);

/* One line a variable of rules over records, in the form of `show --schema`. */
void ac_rule_variables_print(struct ac_buf *out);

/* The version of libyara. */
const char *ac_rule_library(void);

#endif
