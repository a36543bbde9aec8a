/*
 * Transaction logs that lie beside a hive in the same tree: NAME.LOG, NAME.LOG1, NAME.LOG2, in any
 * case.
 */
#ifndef AC_COLLECT_HIVE_LOGS_H
#define AC_COLLECT_HIVE_LOGS_H

#include "base/hash.h"
#include "files/tree.h"
#include "parser.h"

#define AC_HIVE_LOGS 3

struct ac_hive_log {
    ac_node node;
    struct ac_buf path;        /* Owned: in the tree */
    enum ac_rc rc;             /* of reading it */
    struct ac_err err;         /* why it could not be read */
    struct ac_content content; /* Owned */
    char sha256[AC_HASH_TEXT];
};

struct ac_hive_logs {
    struct ac_hive_log files[AC_HIVE_LOGS]; /* those that are there */
    size_t n;
    /* What a parser gets: those that could be read, each up to the first byte that is missing on the
     * evidence (an entry with zeros in it must not be applied). Borrows from files. */
    struct ac_companion items[AC_HIVE_LOGS];
    size_t n_items;
};

/* A log that cannot be read has its reason in rc and err. AC_OK or AC_NOMEM. */
enum ac_rc ac_hive_logs_load(struct ac_tree *t, ac_node hive, struct ac_hive_logs *ret);
void ac_hive_logs_free(struct ac_hive_logs *l);

/* Is this file a log whose hive lies beside it? Then it is read with the hive. */
bool ac_hive_logs_is_one(const struct ac_tree *t, ac_node node);

#endif
