/* Autostart points and settings by table; part of the hive parser, see hive_parts.h. */
#ifndef AC_PARSERS_HIVE_AUTOSTART_H
#define AC_PARSERS_HIVE_AUTOSTART_H

#include "hive_parts.h"

enum ac_hive_points {
    AC_HIVE_POINTS_MACHINE = 1 << 0,     /* below the root of SOFTWARE, or its WOW6432Node */
    AC_HIVE_POINTS_USER = 1 << 1,        /* below Software of a user's hive */
    AC_HIVE_POINTS_CONTROL_SET = 1 << 2, /* below a control set of SYSTEM */
    AC_HIVE_POINTS_CLASSES = 1 << 3,     /* below the root of UsrClass.dat, or Software\Classes */
    AC_HIVE_POINTS_PROFILE = 1 << 4,     /* below the root of a user's hive */
};

/* One line of the table. */
struct ac_hive_point;

/* Emits what the points of these kinds hold below the key `base` of the hive ("": the root). */
void ac_hive_points(struct ac_hive_job *j, unsigned where, const char *base);

/* The point that a value of that name and type in a key of that path is, or the key itself (v NULL);
 * NULL: none. `path` is relative to the root of a hive whose prefix is j->prefix. */
const struct ac_hive_point *ac_hive_point_of(const struct ac_hive_job *j, struct ac_str path,
                                             struct ac_str name, const struct ac_hive_value *v);
/* NULL: a setting, no autostart. */
const char *ac_hive_point_mechanism(const struct ac_hive_point *p);
/* Is this autostart record, made of such a value, one worth telling? */
bool ac_hive_point_wants(const struct ac_hive_point *p, const struct ac_record *r);

#endif
