/*
 * Windows registry hives (primary files, "regf"), read from memory.
 *
 * Format: M. Suhanov, "Windows registry file format specification"; libregf, "Windows NT Registry
 * File (REGF) format specification".
 *
 * The bytes are borrowed and never changed; whoever replays a transaction log does it on a copy and
 * opens the copy. Everything is reached through one gate, ac_hive_cell(): alignment, bounds, in-use
 * flag and size of a cell are checked there and nowhere else.
 *
 * Damage does not end reading. A place that contradicts the format is told to the watcher (once a
 * place) and passed over; what can still be reached is delivered. Reading ends when the budget is
 * spent, memory fails or the watcher says stop: functions then return false, and ac_hive_rc() says
 * why. So false means "no (more) such thing" only while ac_hive_rc() is AC_OK.
 *
 * Cell references ("cell") are bytes from the start of the hive bins data, as stored. Offsets given
 * out ("offset") are bytes of the file: cell + 4096. Times are FILETIME ticks as stored.
 *
 * Limits: AC_MAX_HIVE_DEPTH, AC_MAX_HIVE_PROBLEMS, AC_MAX_VALUE_DATA. A cell costs one step of the
 * budget, long paths and data more.
 * Not for use by several threads at once.
 */
#ifndef AC_PARSERS_REGF_H
#define AC_PARSERS_REGF_H

#include "base/buf.h"
#include "base/time.h"
#include "parser.h"

#define AC_HIVE_BASE_BLOCK 4096
#define AC_HIVE_NONE UINT32_MAX /* a reference that points nowhere */

struct ac_hive;

/* Gets each damaged place. `what` is a sentence, valid during the call. Anything but AC_OK ends
 * reading with that result. */
struct ac_hive_watch {
    enum ac_rc (*problem)(void *context, enum ac_rc class, uint64_t offset, const char *what);
    void *context;
};

struct ac_hive_base {
    bool checksum_ok; /* base block intact: signature and checksum */
    bool dirty;       /* the sequence numbers differ: the last write did not end */
    uint32_t primary, secondary;
    uint32_t major, minor;
    uint32_t root;      /* cell of the root key that is used */
    uint32_t bins_size; /* as the base block states it */
    struct ac_filetime last_written;
    struct ac_view file_name; /* Borrowed: UTF-16LE, 64 bytes */
};

struct ac_hive_key {
    uint32_t cell, parent;
    uint64_t offset;
    struct ac_view name; /* Borrowed: as stored */
    bool latin1;         /* name is 8-bit ("compressed"), else UTF-16LE */
    uint16_t flags;
    struct ac_filetime last_written;
    uint32_t subkeys, subkey_list; /* as stated; the list may disagree */
    uint32_t values, value_list;
};

struct ac_hive_value {
    uint32_t cell;
    uint64_t offset;
    struct ac_view name; /* Borrowed: as stored; empty for the default value */
    bool latin1;
    uint32_t type;
    uint32_t size;             /* of the data, as stated, without the resident bit */
    bool resident;             /* data of at most 4 bytes, in the record itself */
    uint32_t data;             /* cell of the data, unless resident */
    struct ac_view resident_p; /* Borrowed: the 4 bytes of the record */
};

enum ac_hive_key_flags {
    AC_HIVE_KEY_ROOT = 0x0004,
    AC_HIVE_KEY_LINK = 0x0010,
    AC_HIVE_KEY_LATIN1 = 0x0020,
    AC_HIVE_KEY_PREDEFINED = 0x0040, /* `values` holds a handle, there are none */
};

/* Borrows bytes, watch and budget until ac_hive_close(). A hive without a usable base block is
 * opened when its first bin holds a root key (and that is a problem). AC_TRUNCATED, AC_CORRUPT: no
 * root key can be reached; AC_UNSUPPORTED: a transaction log or an unknown version. */
enum ac_rc ac_hive_open(struct ac_view bytes, const struct ac_hive_watch *watch,
                        struct ac_budget *budget, struct ac_hive **ret, struct ac_err *err);
/* A hive of which no root key can be reached, to be scanned bin by bin (regf_scan.h): nothing is
 * required but that there are bins' worth of bytes. ac_hive_root() finds nothing in it. */
enum ac_rc ac_hive_open_bins(struct ac_view bytes, const struct ac_hive_watch *watch,
                             struct ac_budget *budget, struct ac_hive **ret, struct ac_err *err);
void ac_hive_close(struct ac_hive *h); /* NULL is fine */

/* From now on remembers which cells are reached. AC_OK or AC_NOMEM. */
enum ac_rc ac_hive_mark(struct ac_hive *h);

const struct ac_hive_base *ac_hive_base(const struct ac_hive *h);
enum ac_rc ac_hive_rc(const struct ac_hive *h);
uint64_t ac_hive_problems(const struct ac_hive *h); /* damaged places found so far */

/* The gate: content of the cell that a record at file offset `from` refers to; `what` names it. */
bool ac_hive_cell(struct ac_hive *h, uint32_t cell, uint64_t from, const char *what,
                  struct ac_view *ret);

bool ac_hive_root(struct ac_hive *h, struct ac_hive_key *ret);
bool ac_hive_key_at(struct ac_hive *h, uint32_t cell, uint64_t from, struct ac_hive_key *ret);

/* Subkeys in the order of the list; each readable one once per list entry. */
struct ac_hive_subkeys {
    uint32_t owner; /* cell of the key */
    uint64_t owner_offset;
    uint32_t stated;      /* number of subkeys that the key states */
    uint32_t seen;        /* list entries passed */
    struct ac_view index; /* ri: list of leaves, else empty */
    uint32_t index_at, index_n;
    struct ac_view leaf; /* lf, lh, li */
    uint32_t leaf_at, leaf_n;
    unsigned step; /* bytes of an entry */
    bool done;
};
void ac_hive_subkeys(struct ac_hive *h, const struct ac_hive_key *key, struct ac_hive_subkeys *ret);
bool ac_hive_next_subkey(struct ac_hive *h, struct ac_hive_subkeys *at, struct ac_hive_key *ret);

struct ac_hive_values {
    struct ac_view list;
    uint32_t at, n;
};
void ac_hive_values(struct ac_hive *h, const struct ac_hive_key *key, struct ac_hive_values *ret);
bool ac_hive_next_value(struct ac_hive *h, struct ac_hive_values *at, struct ac_hive_value *ret);

/* The data of a value, as much of it as is there (a difference from the stated size is a problem).
 * *ret points into the hive or, for data in several pieces, into `pieces` (cleared first). */
bool ac_hive_data(struct ac_hive *h, const struct ac_hive_value *value, struct ac_buf *pieces,
                  struct ac_view *ret);

/* What stands behind the data in its cell, from the data's end on; empty when the cell has no room for
 * more or all of that is zero. Not for data in pieces. */
struct ac_view ac_hive_slack(struct ac_hive *h, const struct ac_hive_value *value);
/* Reaches the cells of a value's data without reading them: for ac_hive_mark(). */
void ac_hive_reach_data(struct ac_hive *h, const struct ac_hive_value *value);

/* The key at `path` (components between '\', case ignored as Windows does) below `from`; an empty
 * path is `from` itself. The names as stored are appended to `stored` (may be NULL), each after a
 * '\' unless it is empty. Nothing is appended when there is no such key. */
bool ac_hive_find(struct ac_hive *h, const struct ac_hive_key *from, const char *path,
                  struct ac_hive_key *ret, struct ac_buf *stored);
bool ac_hive_find_value(struct ac_hive *h, const struct ac_hive_key *key, const char *name,
                        struct ac_hive_value *ret);

/* Appends a key or value name as UTF-8 (see base/text.h); *ret_exact (may be NULL) becomes false if
 * anything had to be escaped. */
void ac_hive_name(struct ac_view name, bool latin1, struct ac_buf *out, bool *ret_exact);

/* Calls `visit` for `from` and every key below it, parents first. A key that is listed among its
 * own descendants (a loop) is not visited again; one that is listed twice elsewhere is, but what
 * lies below it is visited the first time only: both are problems. `path` is relative to `from`, ""
 * for itself. Anything but AC_OK from `visit` ends the walk with that result. */
enum ac_rc ac_hive_walk(struct ac_hive *h, const struct ac_hive_key *from,
                        enum ac_rc (*visit)(void *context, const struct ac_hive_key *key,
                                            struct ac_str path),
                        void *context, struct ac_err *err);

#endif
