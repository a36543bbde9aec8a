/*
 * Laptops with traces planted on them, for the tables of make recall and make precision: what each family left in
 * public reports, and what ordinary software leaves that looks like it.
 */
#ifndef AC_TESTS_RECALL_H
#define AC_TESTS_RECALL_H

#include "assess/assess.h"
#include "fixture.h"

enum plant_kind {
    PLANT_END,
    PLANT_RUN,            /* a: value name, b: command; in user1's Run key */
    PLANT_RUN_ALL,        /* the same in the machine's Run key */
    PLANT_SERVICE,        /* a: name, b: image path */
    PLANT_PROGRAM,        /* a: path; an .exe of 20,000 bytes */
    PLANT_LIBRARY,        /* a: path, b: name of an export or NULL */
    PLANT_NOISE,          /* a: path; bytes that look encrypted */
    PLANT_TEXT,           /* a: path, b: content */
    PLANT_FOLDER,         /* a: path */
    PLANT_TASK,           /* a: name, b: command, c: arguments; as SYSTEM, at logon */
    PLANT_TASK_ONCE,      /* the same, a window of d minutes */
    PLANT_KEY,            /* a: key of user1's hive */
    PLANT_TEXT_VALUE,     /* a: key of user1's hive, b: name, c: text */
    PLANT_BINARY_VALUE,   /* a: key of user1's hive, b: name, c: bytes in hex */
    PLANT_NUMBER,         /* a: key of user1's hive, b: name; 1 */
    PLANT_MACHINE_NUMBER, /* a: key of SOFTWARE, b: name; 0 */
    PLANT_LOADED,         /* a: program, b: path that its prefetch file names */
};

struct plant {
    enum plant_kind kind;
    const char *a, *b, *c;
    unsigned d;
};

#define MOST_PLANTS 12

struct example {
    const char *id, *family;
    enum ac_strength wanted; /* the least that the dossier's section 6 asks for */
    bool none_known; /* what is left of it carries no weight by that section: any result is right */
    uint32_t serial; /* of the volume; 0: any */
    struct plant plants[MOST_PLANTS];
    const char *why; /* why it is not found, where that is known; NULL: it must be */
};

extern const struct example recall_examples[];
extern const size_t recall_count;
/* Ordinary software: ends with PLANT_END. */
extern const struct plant precision_plants[];

#endif
