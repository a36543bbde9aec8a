/*
 * What every parser is: a pure function from the bytes of one artefact to records.
 *
 * A parser sees bytes and a few words about where they came from. It knows nothing of images, file
 * systems, rules or reports, opens nothing, keeps nothing. It emits what it could read even when
 * the artefact is damaged, emits a `problem` record for each thing it could not, and returns
 *   AC_OK           the artefact was read completely (problems may still have been emitted:
 *                   the source is then "partial")
 *   AC_CORRUPT, AC_TRUNCATED, AC_UNSUPPORTED, AC_LIMIT
 *                   reading ended early; err says why; the caller makes the problem record of it
 *   anything else   as in base/error.h; AC_NOMEM and a failing sink end the parse at once.
 * The caller adds the common provenance (evidence, volume, path, MFT entry, SHA-256, state "live")
 * to fields that the parser left unset.
 */
#ifndef AC_PARSERS_PARSER_H
#define AC_PARSERS_PARSER_H

#include "base/bytes.h"
#include "base/limits.h"
#include "records/sink.h"

#include <stdbool.h>
#include <stdint.h>

/* A file that belongs to the artefact: the transaction logs of a hive, the maps of a repository. */
struct ac_companion {
    const char *name; /* Borrowed: its path, as `path` of the artefact */
    struct ac_view bytes;
};

struct ac_artefact {
    struct ac_view bytes; /* the whole content, base 0 */
    const char *path;     /* Borrowed: as stored on the volume, / between components, UTF-8 */
    const char *user;     /* Borrowed: profile owner, "" for the machine */
    bool all_keys;        /* hives: emit every key and value instead of the interpreted records */
    bool list_accounts;   /* stores of credentials: name sites and accounts too, never secrets */
    const struct ac_companion *logs; /* Borrowed: the parser's companions, as far as they are */
    size_t n_logs;                   /* there, in its order */
    bool logs_cut;         /* a companion is there that could not be read, or not to its end */
    struct ac_record *row; /* Borrowed: `source` record to which a parser adds what it alone knows;
                              NULL: nobody asks */
};

/* Steps left for this artefact; every loop over evidence spends. */
struct ac_budget {
    uint64_t steps;
};

static inline bool ac_budget_spend(struct ac_budget *b, uint64_t n)
{
    if (b->steps < n) {
        b->steps = 0;
        return false;
    }
    b->steps -= n;
    return true;
}

struct ac_parser {
    const char *name;   /* "hive", "task-xml", ... */
    const char *source; /* word for the coverage table: "hive", "task", "prefetch" */
    bool (*recognise)(const struct ac_artefact *a); /* by content (and, last, by name) */
    enum ac_rc (*parse)(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err);
    /* Borrowed, NULL-terminated, NULL for none: files of the same folder that are read with it:
     * names, or, beginning with a dot or hyphen, endings of the artefact's own name. At most
     * AC_MAX_COMPANIONS. */
    const char *const *companions;
};
#define AC_MAX_COMPANIONS 8

/* All parsers, in the order of parsers.def; NULL-terminated array of pointers. */
const struct ac_parser *const *ac_parsers(void);
/* The first that recognises the artefact, or NULL. */
const struct ac_parser *ac_parser_for(const struct ac_artefact *a);
const struct ac_parser *ac_parser_named(const char *name);

#endif
