/*
 * Results and the chain of reasons behind a failure.
 *
 * Every function that can fail returns enum ac_rc and takes `struct ac_err *err` last (may be
 * NULL). The enum keeps apart what a report must keep apart: absent, damaged, unknown, over a
 * limit, unreadable. The chain tells where and why, innermost first; an ac_err that stops part of
 * a run becomes one `problem` record. Library code never prints.
 */
#ifndef AC_BASE_ERROR_H
#define AC_BASE_ERROR_H

#include <stddef.h>
#include <stdint.h>

enum ac_rc {
    AC_OK = 0,
    AC_NOT_FOUND,   /* the thing asked for is not there, and everything was looked at */
    AC_CORRUPT,     /* bytes contradict the format */
    AC_UNSUPPORTED, /* a version or feature we do not read */
    AC_TRUNCATED,   /* the data ends before the structure does */
    AC_LIMIT,       /* one of base/limits.h, or a budget, was reached */
    AC_IO,          /* the bytes could not be read */
    AC_NOMEM,
    AC_USAGE, /* the caller (in the end: the user) asked for something impossible */
    AC_BUG,   /* a state that must not occur */
};

#define AC_ERR_DEPTH 8
#define AC_ERR_TEXT 240
#define AC_NO_OFFSET UINT64_MAX

struct ac_err {
    enum ac_rc rc;
    unsigned n; /* used entries of ctx; ctx[0] is the innermost */
    struct {
        const char *fn; /* Borrowed: a function's __func__ */
        uint64_t off;   /* bytes, AC_NO_OFFSET if there is none; relative to what `msg` names */
        char msg[AC_ERR_TEXT];
    } ctx[AC_ERR_DEPTH];
};

/* Starts a new chain / adds an outer context. Both return rc, so `return AC_FAIL(...)` works. */
enum ac_rc ac_err_set(struct ac_err *err, enum ac_rc rc, const char *fn, uint64_t off,
                      const char *fmt, ...) __attribute__((format(printf, 5, 6)));
enum ac_rc ac_err_add(struct ac_err *err, enum ac_rc rc, const char *fn, uint64_t off,
                      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#define AC_FAIL(err, rc, off, ...) ac_err_set((err), (rc), __func__, (off), __VA_ARGS__)
#define AC_WRAP(err, rc, off, ...) ac_err_add((err), (rc), __func__, (off), __VA_ARGS__)

/* "outer: inner (at byte 4096)". Always NUL-terminated; returns buf. */
char *ac_err_text(const struct ac_err *err, char *buf, size_t n);

/* Stable lower-case word ("corrupt", "truncated", ...); Borrowed: static. */
const char *ac_rc_name(enum ac_rc rc);

#endif
