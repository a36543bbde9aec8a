#include "records/sink.h"

#include <stdarg.h>

enum ac_rc ac_sink_emit(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    enum ac_rc rc = ac_record_rc(r);

    if (rc != AC_OK) {
        ac_record_free(r);
        return AC_FAIL(err, rc, AC_NO_OFFSET, "a record could not be made");
    }
    return sink->emit(sink, r, err);
}

enum ac_rc ac_sink_problem(struct ac_sink *sink, struct ac_str where, enum ac_rc class,
                           uint64_t offset, const char *effect, const char *what_fmt, ...)
{
    struct ac_record *r = ac_record_new(AC_KIND_PROBLEM);
    struct ac_buf what = {0};
    va_list ap;

    va_start(ap, what_fmt);
    ac_buf_addv(&what, what_fmt, ap);
    va_end(ap);
    ac_record_text(r, "where", where);
    ac_record_text(r, "what", ac_buf_str(&what));
    ac_record_textz(r, "effect", effect);
    ac_record_textz(r, "class", ac_rc_name(class));
    if (offset != AC_NO_OFFSET)
        ac_record_int(r, "offset", (int64_t)offset);
    if (what.failed) { /* a problem without its sentence would be lost in all but number */
        ac_record_free(r);
        r = NULL;
    }
    ac_buf_free(&what);
    return ac_sink_emit(sink, r, NULL);
}
