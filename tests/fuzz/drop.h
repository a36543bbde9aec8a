/* The sink of the fuzz targets: records go nowhere. */
#ifndef AC_TESTS_FUZZ_DROP_H
#define AC_TESTS_FUZZ_DROP_H

#include "records/sink.h"

static inline enum ac_rc drop(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    (void)sink;
    (void)err;
    ac_record_free(r);
    return AC_OK;
}

#endif
