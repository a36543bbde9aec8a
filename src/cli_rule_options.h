/* The options that add to the rules: --rules, --hashes, --names, --known-good; each may be repeated. */
#ifndef AC_CLI_RULE_OPTIONS_H
#define AC_CLI_RULE_OPTIONS_H

#include "assess/rule_set.h"

#include <stdbool.h>

#define AC_RULE_HELP                                                                               \
    "      --rules FILE|DIR   further rules in YARA, see aftercheck-rules(5); may be repeated\n"   \
    "      --hashes FILE      list of MD5, SHA-1 or SHA-256 to look for; may be repeated\n"        \
    "      --names FILE       list of file names and paths to look for, with *; likewise\n"        \
    "      --known-good FILE  list of digests and paths that are known; likewise\n"

struct ac_argument_list {
    const char **items; /* Owned array of Borrowed texts */
    size_t n, cap;
};

struct ac_rule_arguments {
    struct ac_argument_list rules, hashes, names, known_good;
};

/* False: no memory. */
bool ac_argument_add(struct ac_argument_list *l, const char *text);
void ac_rule_arguments_free(struct ac_rule_arguments *a);

/* Loads these and, if asked for, the shipped rules. -1: done; otherwise the exit status, after the reason was printed. */
int ac_rule_arguments_load(const struct ac_rule_arguments *a, bool shipped, const char *command,
                           struct ac_rule_set **ret);

#endif
