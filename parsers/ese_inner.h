/* What the parts of the ESE reader (ese*.c) share; nothing else includes this. */
#ifndef AC_PARSERS_ESE_INNER_H
#define AC_PARSERS_ESE_INNER_H

#include "ese.h"

#define AC_ESE_KEY 12 /* bytes of a key that are kept: those of long values have 4 or 8 and 4 */

/* An entry of a leaf page. */
struct ac_ese_entry {
    uint8_t key[AC_ESE_KEY];
    uint8_t n_key;
    bool deleted;
    struct ac_view data; /* Borrowed; its base is the place in the file */
};

struct ac_ese_entries {
    struct ac_ese_entry *items; /* Owned */
    size_t n, cap;
};

/* A row of the catalog. */
struct ac_ese_definition {
    uint32_t object, type, id, page, bytes; /* page: of columns their type */
    struct ac_str name;                     /* Borrowed */
};

enum { AC_ESE_TABLE = 1, AC_ESE_COLUMN = 2, AC_ESE_LONG_VALUES = 4 };

struct ac_ese {
    struct ac_view v;
    struct ac_budget *budget;
    uint32_t page_bytes, n_pages;
    bool large;                            /* pages of 16 or 32 KiB: longer headers, other flags */
    struct ac_ese_definition *definitions; /* Owned: the catalog */
    size_t n_definitions, cap_definitions;
};

struct ac_ese_table {
    const struct ac_ese *e;
    uint32_t object;
    struct ac_ese_entries rows;
    struct ac_ese_entries long_values; /* read when the first is asked for */
    bool long_values_read;
};

/* All entries of the tree below a page, in its order. AC_OK; AC_CORRUPT (with what was found);
 * AC_NOMEM, AC_LIMIT. */
enum ac_rc ac_ese_tree(const struct ac_ese *e, uint32_t page, struct ac_ese_entries *out,
                       struct ac_err *err);
/* Variable column `id` (from 128) of a row; no bytes if it has none. */
struct ac_view ac_ese_variable(struct ac_view row, unsigned id);

#endif
