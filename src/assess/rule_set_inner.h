/* The inside of a rule set, for the files that load it and match with it. Private to src/assess/. */
#ifndef AC_ASSESS_RULE_SET_INNER_H
#define AC_ASSESS_RULE_SET_INNER_H

#include "assess/lists.h"
#include "assess/rule_set.h"
#include "assess/rule_values.h"

#include <yara.h>

struct ac_yara_rule {
    struct ac_rule rule; /* texts: Borrowed from `compiled` and the set's strings */
    enum ac_strength strength;
    uint32_t kinds;    /* bits 1 << enum ac_kind; 0: a rule over contents */
    const char *wrong; /* why there is no kind; Borrowed: static */
    bool content;
    size_t file; /* number in the set's files */
    bool hidden; /* private: a part of other rules */
    char *place; /* Owned: FILE:LINE */
};

struct ac_rule_set {
    YR_COMPILER *compiler;      /* while loading */
    YR_RULES *compiled;         /* NULL: no YARA file */
    struct ac_yara_rule *items; /* as many as `compiled` has, in its order */
    size_t n, cap;
    struct ac_rule_file *files; /* names Owned */
    size_t n_files, cap_files;
    struct ac_lists lists;
    const struct ac_rule **all; /* Owned array */
    size_t n_all;
    char *missing; /* Owned: the folder of shipped rules that is not there; NULL */
    char digest[65];
    char content_digest[65]; /* of the files that hold rules over contents; "" if there are none */
    struct ac_buf warnings;
    bool initialized;
};

/* A whole file, with its digest, as another one of the set. AC_USAGE: not readable, too large. */
enum ac_rc ac_rule_set_read(struct ac_rule_set *s, const char *path, const char *use, bool shipped,
                            struct ac_buf *out, struct ac_err *err);
/* Compiles one file, or all of a folder. */
enum ac_rc ac_yara_add(struct ac_rule_set *s, const char *path, bool shipped, struct ac_err *err);
/* Ends the compilation: fills `compiled`. */
enum ac_rc ac_yara_finish(struct ac_rule_set *s, struct ac_err *err);
/* Whether it looks at records or contents, by its meta `scope`, and that its condition fits that. AC_USAGE. */
enum ac_rc ac_yara_scope(const YR_RULE *compiled, struct ac_yara_rule *ret, struct ac_err *err);
/* Reads meta of one compiled rule into `ret`. AC_USAGE with the reason. */
enum ac_rc ac_yara_meta(const YR_RULE *compiled, struct ac_yara_rule *ret, struct ac_err *err);

/* Findings of rules over contents, from match records, and their checks. AC_OK or AC_NOMEM. *ret_why (static text): why
 * "not found" cannot be said of them; NULL: it can. */
enum ac_rc ac_content_rules_apply(struct ac_assessment *a, const struct ac_rule_set *s,
                                  const char **ret_why);

/* Matches the rules over the records of an assessment and adds findings. *ret_unseen: kinds (bits) of which not
 * everything could be matched; a problem says so. */
enum ac_rc ac_record_rules_apply(struct ac_assessment *a, const struct ac_rule_set *s,
                                 uint32_t *ret_unseen);

#endif
