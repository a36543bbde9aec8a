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

/* Emits what the points of these kinds hold below the key `base` of the hive ("": the root). */
void ac_hive_points(struct ac_hive_job *j, unsigned where, const char *base);

#endif
