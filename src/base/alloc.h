/*
 * Memory from the heap, with one hook so that tests can make the n-th allocation fail.
 *
 * Everything that this project allocates goes through these four functions. They behave as their
 * namesakes in <stdlib.h>; blocks are compatible with free(3).
 *
 * Threads: the counter of ac_alloc_fail_at() is process-wide and meant for single-threaded tests.
 */
#ifndef AC_BASE_ALLOC_H
#define AC_BASE_ALLOC_H

#include <stddef.h>

void *ac_malloc(size_t n);
void *ac_calloc(size_t count, size_t size);
void *ac_realloc(void *p, size_t n);
void ac_free(void *p);

/* Grows an array so that it holds at least `need` items of `size` bytes (doubling, overflow-safe).
 * *items is reallocated and *cap updated on success; both stay untouched when it returns -1. */
int ac_grow(void **items, size_t *cap, size_t need, size_t size);

/* Tests only: the n-th allocation from now (1 = the next) returns NULL, once; 0 switches it off. */
void ac_alloc_fail_at(unsigned long n);

#endif
