/*
 * Plain lists of a responder: digests and names to look for, files that are known to be good.
 *
 * One entry a line. Lines that are empty or begin with # are passed over. A digest is MD5, SHA-1 or SHA-256 in
 * hexadecimal; what follows it behind a blank, comma or semicolon is a comment. A name is that of a file, or a path with
 * / or \, any part of it as *; case does not matter. With a drive letter, or / in front, a path is meant as a whole,
 * otherwise its last components. Known-good lists hold digests and paths. A line that is none of this is refused.
 * Private to src/assess/.
 */
#ifndef AC_ASSESS_LISTS_H
#define AC_ASSESS_LISTS_H

#include "assess/assess.h"
#include "base/set.h"

enum ac_list_use { AC_LIST_HASHES, AC_LIST_NAMES, AC_LIST_KNOWN_GOOD };

struct ac_list_name {
    char *pattern; /* Owned: folded, with / */
    const char *file;
    unsigned line;
    bool whole;  /* from the root of the volume */
    bool folder; /* has a /: compared with paths, otherwise with their last components */
};

struct ac_list {
    struct ac_set hashes; /* hexadecimal -> file << 32 | line */
    struct ac_list_name *names;
    size_t n_names, cap_names;
    struct ac_set
        plain; /* last component of names without * -> number of the name; others of the same: next[] */
    size_t *next; /* Owned: 0, or 1 + the number of another name with the same last component */
    size_t cap_next;
    size_t *wild; /* Owned: numbers of names whose last component has a * */
    size_t n_wild, cap_wild;
};

struct ac_lists {
    struct ac_list items[3]; /* by enum ac_list_use */
    const char **files;      /* Owned array of Borrowed names */
    size_t n_files, cap_files;
};

struct ac_rule_file;

/* Adds the lines of one file. AC_USAGE with file and line. */
enum ac_rc ac_list_add(struct ac_lists *l, enum ac_list_use use, const char *path,
                       struct ac_rule_file *file, struct ac_str text, struct ac_err *err);
void ac_lists_free(struct ac_lists *l);

/* What a list says of a digest or path (NULL, "": nothing): "FILE:LINE" in ret. Of a path AC_OK, AC_NOT_FOUND or
 * AC_NOMEM. */
bool ac_list_has_hash(const struct ac_lists *l, enum ac_list_use use, const char *hex,
                      char ret[300]);
enum ac_rc ac_list_find_path(const struct ac_lists *l, enum ac_list_use use, const char *path,
                             char ret[300]);
/* Is there anything in the list? */
bool ac_list_is_empty(const struct ac_lists *l, enum ac_list_use use);

/* The rules LST-HASH and LST-NAME; NULL: no such list was given. */
#define AC_LIST_RULES 2
const struct ac_rule *ac_lists_rule(const struct ac_lists *l, size_t i);
/* Their findings. AC_OK or AC_NOMEM. */
enum ac_rc ac_lists_apply(struct ac_assessment *a, const struct ac_lists *l);
/* Marks findings without weight whose file a known-good list names. AC_OK or AC_NOMEM. */
enum ac_rc ac_lists_mark_known_good(struct ac_assessment *a, const struct ac_lists *l);

#endif
