/* Small questions that several rules ask of records. Private to src/assess/. */
#ifndef AC_ASSESS_FACTS_H
#define AC_ASSESS_FACTS_H

#include "assess/assess.h"

/* Where a path lies, as far as Emotet cares: directly in, or one folder below, one of its two homes. */
enum ac_home {
    AC_HOME_NONE,
    AC_HOME_LOCAL,  /* a profile's AppData\Local */
    AC_HOME_SYSTEM, /* System32 or SysWOW64 of a Windows folder */
};
struct ac_where {
    enum ac_home home;
    struct ac_str
        folder; /* the folder below the home, empty: the file lies in it directly. Borrowed */
    struct ac_str file;
};
struct ac_where ac_where_is(const char *path);

/* What follows the first occurrence of `marker` (case does not matter), or an empty string. */
struct ac_str ac_after(struct ac_str text, const char *marker);
/* The part before the first '/', and what follows it in *ret_rest (empty if there is none). */
struct ac_str ac_first_component(struct ac_str path, struct ac_str *ret_rest);

/* The last component of a path with '/', '\' or ':' between components. */
struct ac_str ac_last_component(const char *path);
/* With / between components and upper and lower case made one: equal for paths that NTFS holds to be equal. Replaces what
 * is in `out`. */
void ac_fold_path(const char *text, struct ac_buf *out);
/* Without what follows the last dot. */
struct ac_str ac_without_extension(struct ac_str name);

/* Observations of the same Windows installation belong together. */
bool ac_same_system(const struct ac_record *a, const struct ac_record *b);

/* Every 32-bit volume serial number in the records, each once, with the record that has it first. */
struct ac_serial {
    uint32_t number;
    const struct ac_record *record;
};
struct ac_serials {
    struct ac_serial *items; /* Owned: ac_free() */
    size_t n, cap;
};
enum ac_rc ac_serials_find(const struct ac_assessment *a, struct ac_serials *ret);

/* Base names (no extension, case preserved) of programs and libraries in the System32 and SysWOW64 of the
 * installation that `of` belongs to; the number is the size of the .exe of that name, 0 if there is none. */
struct ac_set;
enum ac_rc ac_system_names(const struct ac_assessment *a, const struct ac_record *of,
                           struct ac_set *ret);

/* Does the record say that its file, or the file that it starts, is there? */
bool ac_shows_file(const struct ac_record *r);

/* The command of an autostart record, or of the first action of a task with such a target; NULL if r does not start
 * the file at `path`. Borrowed. */
const char *ac_command_for(const struct ac_record *r, const char *path);

#endif
