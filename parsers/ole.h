/*
 * Streams of a compound file ([MS-CFB], "OLE structured storage") that lies in memory.
 *
 * All streams of the directory, in its order; the tree in which it sorts them is not used, so that
 * a stream is found although nothing leads to it. What a broken chain of sectors has is given, with
 * the reason why it ends.
 */
#ifndef AC_PARSERS_OLE_H
#define AC_PARSERS_OLE_H

#include "parser.h"

#include "base/buf.h"

struct ac_ole;

struct ac_ole_stream {
    struct ac_view name; /* Borrowed: UTF-16LE, without the NUL at its end */
    uint64_t size;
    uint64_t offset; /* of its first sector in the file; AC_NO_OFFSET: it has none */
    uint32_t start;
};

bool ac_ole_is(struct ac_view bytes);
/* `bytes` and `budget` must outlive it. AC_OK; AC_CORRUPT, AC_TRUNCATED or AC_LIMIT with *ret set:
 * tables are damaged, or there are more streams than are read; anything else: nothing was opened.
 * Owned: ac_ole_close(). */
enum ac_rc ac_ole_open(struct ac_view bytes, struct ac_budget *budget, struct ac_ole **ret,
                       struct ac_err *err);
void ac_ole_close(struct ac_ole *o); /* NULL is fine */
size_t ac_ole_streams(const struct ac_ole *o);
const struct ac_ole_stream *ac_ole_stream(const struct ac_ole *o, size_t i);
/* Content of stream i. AC_CORRUPT or AC_TRUNCATED: `out` has its beginning. AC_LIMIT, AC_NOMEM. */
enum ac_rc ac_ole_read(const struct ac_ole *o, size_t i, struct ac_buf *out, struct ac_err *err);
/* Where byte `at` of stream i stands in the file; AC_NO_OFFSET if its chain does not lead there. */
uint64_t ac_ole_offset(const struct ac_ole *o, size_t i, size_t at);

#endif
