#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add_context(struct ac_err *err, const char *fn, uint64_t off, const char *fmt,
                        va_list ap)
{
    unsigned i = err->n;

    if (i == AC_ERR_DEPTH) /* keep the innermost ones, replace the outermost */
        i = AC_ERR_DEPTH - 1;
    else
        err->n++;
    err->ctx[i].fn = fn;
    err->ctx[i].off = off;
    vsnprintf(err->ctx[i].msg, sizeof(err->ctx[i].msg), fmt, ap);
}

enum ac_rc ac_err_set(struct ac_err *err, enum ac_rc rc, const char *fn, uint64_t off,
                      const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return rc;
    err->rc = rc;
    err->n = 0;
    va_start(ap, fmt);
    add_context(err, fn, off, fmt, ap);
    va_end(ap);
    return rc;
}

enum ac_rc ac_err_add(struct ac_err *err, enum ac_rc rc, const char *fn, uint64_t off,
                      const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return rc;
    if (err->rc == AC_OK)
        err->n = 0;
    err->rc = rc;
    va_start(ap, fmt);
    add_context(err, fn, off, fmt, ap);
    va_end(ap);
    return rc;
}

char *ac_err_text(const struct ac_err *err, char *buf, size_t n)
{
    size_t used = 0;

    if (n == 0)
        return buf;
    buf[0] = '\0';
    for (unsigned i = err->n; i-- > 0 && used < n;) {
        int k = snprintf(buf + used, n - used, "%s%s", used ? ": " : "", err->ctx[i].msg);

        if (k < 0)
            break;
        used += (size_t)k;
        if (used < n && err->ctx[i].off != AC_NO_OFFSET) {
            k = snprintf(buf + used, n - used, " (at byte %" PRIu64 ")", err->ctx[i].off);
            used += k > 0 ? (size_t)k : 0;
        }
    }
    if (err->n == 0)
        snprintf(buf, n, "%s", ac_rc_name(err->rc));
    return buf;
}

const char *ac_rc_name(enum ac_rc rc)
{
    static const char *const names[] = {
        [AC_OK] = "ok",
        [AC_NOT_FOUND] = "not found",
        [AC_CORRUPT] = "corrupt",
        [AC_UNSUPPORTED] = "unsupported",
        [AC_TRUNCATED] = "truncated",
        [AC_LIMIT] = "limit reached",
        [AC_IO] = "unreadable",
        [AC_NOMEM] = "out of memory",
        [AC_USAGE] = "usage",
        [AC_BUG] = "internal error",
    };

    return (unsigned)rc < sizeof(names) / sizeof(names[0]) ? names[rc] : "unknown";
}
