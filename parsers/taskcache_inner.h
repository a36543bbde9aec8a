/* Reading the values of a task one field after the other. Private to taskcache_*.c. */
#ifndef AC_PARSERS_TASKCACHE_INNER_H
#define AC_PARSERS_TASKCACHE_INNER_H

#include "task_words.h"
#include "taskcache.h"

/* The first failure stays; then every function gives 0 or nothing. */
struct ac_taskcache_reader {
    struct ac_view v;
    size_t at;
    struct ac_budget *budget;
    enum ac_rc rc;
    struct ac_taskcache_fault fault;
    bool failed; /* no memory for some text */
};

bool ac_taskcache_fail(struct ac_taskcache_reader *r, enum ac_rc rc, size_t at, const char *what);
struct ac_view ac_taskcache_bytes(struct ac_taskcache_reader *r, size_t n);
uint8_t ac_taskcache_u8(struct ac_taskcache_reader *r);
uint16_t ac_taskcache_u16(struct ac_taskcache_reader *r);
uint32_t ac_taskcache_u32(struct ac_taskcache_reader *r);
uint64_t ac_taskcache_u64(struct ac_taskcache_reader *r);
/* A 32-bit number of bytes and UTF-16LE text of that length. */
struct ac_view ac_taskcache_text(struct ac_taskcache_reader *r);
/* True while another of `n` entries may be read: spends a step. */
bool ac_taskcache_may_go_on(struct ac_taskcache_reader *r, size_t n);

#endif
