/* What the tests of rules share: files of rules in a folder of their own, records by hand, what was found. */
#ifndef AC_TESTS_RULES_CASE_H
#define AC_TESTS_RULES_CASE_H

#include "assess/rule_set.h"
#include "fixture.h"

/* One rule with a whole meta; `id`, `family`, `strength` and the condition as given. Appended to b. */
void rc_rule(struct ac_buf *b, const char *name, const char *id, const char *family,
             const char *strength, const char *condition);

/* A file in a folder that rc_end() removes; its path in a static buffer of its own for each of the last 8. */
const char *rc_file(const char *name, const void *bytes, size_t n);
const char *rc_text(const char *name, const char *text);
void rc_begin(void);
void rc_end(void);

/* Loads these options; the set is freed by rc_end(). Asserts that it works. */
struct ac_rule_set *rc_load(const struct ac_rule_options *o);
/* The same of one file of rules with this text. */
struct ac_rule_set *rc_rules(const char *text);
/* The reason why these options are refused; asserts that they are, as wrong usage. Static. */
const char *rc_refused(const struct ac_rule_options *o);

/* Records: of one Windows. "name=value" strings; an integer field takes digits; task actions: "action=COMMAND|ARGUMENTS",
 * "target=..." of a task is that of its action; "data=NAME|VALUE" of an event; "files=..." adds one. NULL-terminated. */
struct ac_record *rc_record(enum ac_kind kind, const char *const *fields);
/* Assesses the records so far with the set; freed by rc_end() or the next call. */
struct ac_assessment *rc_assess(const struct ac_rule_set *set);
void rc_forget_records(void);
/* Number of findings of that rule; of its check, the result. */
size_t rc_findings(const struct ac_assessment *a, const char *rule);
const struct ac_finding *rc_finding(const struct ac_assessment *a, const char *rule);
const struct ac_check *rc_check(const struct ac_assessment *a, const char *rule);
/* Rows of the coverage table that make every need of a rule met. */
void rc_complete_sources(void);

#endif
