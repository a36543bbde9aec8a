/* What the tests of event logs share: one log at a time, parsed, and events to put into it. */
#ifndef AC_TESTS_EVTX_CASE_H
#define AC_TESTS_EVTX_CASE_H

#include "build_evtx.h"

#define EC_T1 "2021-03-04T05:06:07.0000001Z"
#define EC_T2 "2021-03-04T05:06:08Z"
#define EC_CHUNK0 FX_EVTX_CHUNK(0)

extern struct fx_records ec_out; /* of the last parse */
extern struct ac_record *ec_row;
extern struct ac_buf ec_file; /* the log at hand */

void ec_begin(void);
void ec_end(void);

/* Parses a copy in a block of that very size, so that a sanitizer sees any overrun. */
enum ac_rc ec_parse_bytes(const void *p, size_t n, uint64_t steps);
enum ac_rc ec_parse(void);

int64_t ec_counted(const char *field, const char *id);
size_t ec_problems(void);
size_t ec_events(void);
struct ac_record *ec_event(size_t i);
/* "name=value;..." of the data as stored. Static buffer. */
const char *ec_data_of(const struct ac_record *r);

/* Service installed; computer renamed; log cleared. */
extern const struct fx_event ec_service, ec_renamed, ec_cleared;
/* A log of these events, numbered from 100 on, becomes ec_file. */
void ec_build(const struct fx_event *const *list, size_t n);
void ec_build_one(const struct fx_event *e);
/* Is it ec_service, with that number? */
void ec_expect_service(const struct ac_record *r, uint64_t number);

#endif
