/*
 * Files that are read with an artefact and lie beside it in the same tree: NAME.LOG, NAME.LOG1,
 * NAME.LOG2 of a hive, the maps of a WMI repository, NAME-wal of a database, in any case. The parser
 * tells which.
 */
#ifndef AC_COLLECT_COMPANIONS_H
#define AC_COLLECT_COMPANIONS_H

#include "base/hash.h"
#include "files/tree.h"
#include "parser.h"

struct ac_companion_file {
    ac_node node;
    struct ac_buf path;        /* Owned: in the tree */
    enum ac_rc rc;             /* of reading it */
    struct ac_err err;         /* why it could not be read */
    struct ac_content content; /* Owned */
    char sha256[AC_HASH_TEXT];
};

struct ac_companions {
    struct ac_companion_file files[AC_MAX_COMPANIONS]; /* those that are there */
    size_t n;
    /* What a parser gets: those that could be read, each up to the first byte that is missing on
     * the evidence (an entry with zeros in it must not be applied). Borrows from files. */
    struct ac_companion items[AC_MAX_COMPANIONS];
    size_t n_items;
};

/* A file that cannot be read has its reason in rc and err. AC_OK or AC_NOMEM. `names` is what a
 * parser has in `companions`; NULL: none. */
enum ac_rc ac_companions_load(struct ac_tree *t, ac_node artefact, const char *const *names,
                              struct ac_companions *ret);
void ac_companions_free(struct ac_companions *c);

/* Is this file a companion of one that lies beside it? Then it is read with that one. */
bool ac_companions_is_one(const struct ac_tree *t, ac_node node);

#endif
